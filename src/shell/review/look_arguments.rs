//! The arguments of those commands of `iort-site review` that look and change nothing.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum, ValueHint};

use crate::base::date::Interval;
use crate::review::digest::Sha256;
use crate::review::state::State;
use crate::shell::arguments::SiteArguments;
use crate::shell::report::emit::Format;

/// `iort-site review status`.
#[derive(Args, Debug)]
pub struct StatusArguments {
    /// Only pages in these states, parted by commas
    #[arg(long, value_name = "STATE", value_delimiter = ',', value_parser = state())]
    pub state: Vec<State>,

    /// Only pages of this reviewer, by the id in `data/reviewers.toml`
    #[arg(long, value_name = "ID")]
    pub reviewer: Option<String>,

    /// Only pages below this path, such as `/conditions/`
    #[arg(long, value_name = "PATH")]
    pub section: Option<String>,

    /// Only pages that wait for a review, or will within this time, such as `90d` or `3 months`
    #[arg(long, value_name = "TIME", value_parser = interval)]
    pub within: Option<Interval>,

    /// The form of the list
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    pub format: StatusFormat,

    /// Which site.
    #[command(flatten)]
    pub site: SiteArguments,
}

/// The forms of a list of pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum StatusFormat {
    /// For people
    #[default]
    Table,
    /// For programs: an array of objects
    Json,
    /// For spreadsheets (RFC 4180)
    Csv,
    /// For calendars (RFC 5545): the days on which reviews are due
    Ics,
}

/// `iort-site review load`.
#[derive(Args, Debug)]
pub struct LoadArguments {
    /// The form of the list
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    pub format: LoadFormat,

    /// Which site.
    #[command(flatten)]
    pub site: SiteArguments,
}

/// The forms of a list of months.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LoadFormat {
    /// For people
    #[default]
    Table,
    /// For programs: one object
    Json,
    /// For spreadsheets (RFC 4180): a line for each month and reviewer
    Csv,
}

/// `iort-site review verify`.
#[derive(Args, Debug)]
pub struct VerifyArguments {
    /// What there was on another day: a file that `--manifest` printed, or a revision of the site's git repository
    ///
    /// Records are only ever added. One that was removed from between others is found without this; the newest of a page only
    /// with it.
    #[arg(long, value_name = "MANIFEST|REVISION", value_hint = ValueHint::FilePath)]
    pub since: Option<PathBuf>,

    /// The SHA-256 that all on which trust rests must have; without a value, print the one it has
    ///
    /// It is that of `site.toml`, `data/reviewers.toml`, `templates/`, `static/` and the theme.
    #[arg(long, value_name = "SHA256", num_args = 0..=1, value_parser = sha256)]
    pub trust: Option<Option<Sha256>>,

    /// Print the SHA-256 of every file below `reviews/`, as `sha256sum` does, to be kept elsewhere
    #[arg(long, conflicts_with = "trust")]
    pub manifest: bool,

    /// The form of the diagnostics
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    pub format: Format,

    /// Which site.
    #[command(flatten)]
    pub site: SiteArguments,
}

/// `iort-site review allowed-signers`.
#[derive(Args, Debug)]
pub struct AllowedSignersArguments {
    /// Which site.
    #[command(flatten)]
    pub site: SiteArguments,
}

fn state() -> impl TypedValueParser<Value = State> {
    let named = |name: String| State::ALL.into_iter().find(|state| state.name() == name).ok_or("not a state");
    PossibleValuesParser::new(State::ALL.map(State::name)).try_map(named)
}

fn interval(text: &str) -> Result<Interval, &'static str> {
    Interval::parse(text).ok_or("not a time such as `90d`, `6 weeks` or `3 months`")
}

fn sha256(text: &str) -> Result<Sha256, &'static str> {
    Sha256::parse(text).ok_or("not a SHA-256: 64 lower case hexadecimal digits")
}
