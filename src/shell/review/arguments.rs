//! The arguments of `iort-site review`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use crate::base::date::Date;
use crate::review::record::Outcome;
use crate::shell::arguments::{SiteArguments, date};
use crate::shell::review::look_arguments::{AllowedSignersArguments, LoadArguments, StatusArguments, VerifyArguments};

/// `iort-site review`.
#[derive(Args, Debug)]
pub struct ReviewArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: ReviewCommand,
}

/// One command of `iort-site review`.
#[derive(Debug, Subcommand)]
pub enum ReviewCommand {
    /// List every page with its review, the most urgent first
    ///
    /// Exit status 1 if one of those listed is in a state for which the site's policy says `error`.
    Status(StatusArguments),
    /// Check that every record still holds: its words, its place in the chain, its signature
    Verify(VerifyArguments),
    /// Show how many reviews are due in each of the next 24 months, and whose
    Load(LoadArguments),
    /// Print the reviewers' keys for `ssh-keygen -Y verify`
    AllowedSigners(AllowedSignersArguments),
    /// Show the records of a page, the newest first
    Log(LogArguments),
    /// Review pages: see what changed, then sign
    ///
    /// Writes a record of the page as it is, and sets `last_reviewed` and `reviewed_by` in its front matter. Cut off half way,
    /// it is finished by running it again on the same day.
    Sign(SignArguments),
}

/// `iort-site review log`.
#[derive(Args, Debug)]
pub struct LogArguments {
    /// The page, such as `treatment/after.md`
    pub page: String,

    /// Which site.
    #[command(flatten)]
    pub site: SiteArguments,
}

/// `iort-site review sign`.
#[derive(Args, Debug)]
pub struct SignArguments {
    /// The pages, such as `treatment/after.md`
    #[arg(value_name = "PAGE", required_unless_present = "all", conflicts_with = "all", value_hint = ValueHint::FilePath)]
    pub pages: Vec<String>,

    /// All pages that wait for this reviewer
    #[arg(long)]
    pub all: bool,

    /// The reviewer, by the id in `data/reviewers.toml`
    #[arg(long = "as", value_name = "ID")]
    pub reviewer: String,

    /// What came of the review
    #[arg(long, value_enum, default_value_t)]
    pub outcome: AskedOutcome,

    /// How much was reviewed: all of the page, or what changed since it was last passed
    ///
    /// A partial review lets the new words be published, and does not move the date of the page's review.
    #[arg(long, value_enum, default_value_t)]
    pub scope: AskedScope,

    /// What readers are told of it, under “Changes to this page”; or what is to be changed
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,

    /// The day up to which the literature was searched
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub evidence_searched_to: Option<Date>,

    /// The reviewer's key: a private one, or the `.pub` file of one in an agent or a security key
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub key: Option<PathBuf>,

    /// Who files the review, where that is not the reviewer
    #[arg(long, value_name = "ID", requires = "evidence", conflicts_with = "key")]
    pub recorded_by: Option<String>,

    /// Where the reviewer's word can be found: an e-mail, a ticket
    #[arg(long, value_name = "TEXT", requires = "recorded_by")]
    pub evidence: Option<String>,

    /// Sign without asking
    #[arg(long)]
    pub yes: bool,

    /// Which site.
    #[command(flatten)]
    pub site: SiteArguments,
}

/// What came of a review, as it is typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum AskedOutcome {
    /// The words may be published
    #[default]
    Pass,
    /// They may not, as they are
    ChangesRequested,
}

impl From<AskedOutcome> for Outcome {
    fn from(asked: AskedOutcome) -> Self {
        match asked {
            AskedOutcome::Pass => Self::Pass,
            AskedOutcome::ChangesRequested => Self::ChangesRequested,
        }
    }
}

/// How much was reviewed, as it is typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum AskedScope {
    /// All of the page
    #[default]
    Full,
    /// What changed since it was last passed
    Partial,
}
