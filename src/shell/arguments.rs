//! The arguments as people type them.
//!
//! What can be checked alone is checked here and arrives as a typed value; what needs the disk or `site.toml` (whether a folder
//! is there, which address holds) is resolved by the command. Bad usage ends with status 2, as clap has it.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueHint};
use clap_complete::Shell;

use crate::base::date::Date;
use crate::shell::report::emit::Format;
use crate::shell::review::arguments::ReviewArguments;
use crate::source::config::BaseUrl;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Builds a static site of medically reviewed documentation from a folder of Markdown
#[derive(Debug, Parser)]
#[command(name = "iort-site", version, styles = STYLES, max_term_width = 100, disable_help_subcommand = true)]
#[command(after_help = "Exit status: 0 done (warnings allowed), 1 the content has errors, 2 usage or environment.")]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// One command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build the site into its output folder
    ///
    /// Nothing is published while the content has an error: the last good site stays as it was.
    Build(BuildArguments),
    /// Find all that a build would find, and publish nothing
    Check(CheckArguments),
    /// Serve a preview, and build again whenever a file changes
    ///
    /// The preview is built into a folder of its own and shows drafts. A broken edit is shown in the terminal and in the
    /// page; the last good page stays.
    Watch(WatchArguments),
    /// Create a new site that builds at once
    Init(InitArguments),
    /// Create a new page with its front matter filled in
    New(NewArguments),
    /// Move a page, and keep every link to and from it
    ///
    /// The page's old path stays as an alias. The files beside it that only it uses move with it.
    Mv(MvArguments),
    /// Review pages: see what is waiting and what changed, sign it, check that all still holds
    Review(ReviewArguments),
    /// Explain a diagnostic: what it means, an example, how to mend it
    Explain(ExplainArguments),
    /// Print a completion script for a shell
    Completions(CompletionsArguments),
}

/// Which site, and what may change its output.
#[derive(Args, Debug)]
pub struct SiteArguments {
    /// The site's folder, the one that holds `site.toml`
    #[arg(long, value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub root: PathBuf,

    /// Where the site is served, in place of `base_url` in `site.toml`
    #[arg(long, value_name = "URL", value_parser = base_url, value_hint = ValueHint::Url)]
    pub base_url: Option<String>,

    /// The day to take for today (YYYY-MM-DD)
    ///
    /// Reviews are due, and dates lie ahead, as seen from this day. The same files and the same day give the same bytes.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub today: Option<Date>,

    /// How many threads to use [default: one a core]
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
}

/// How a run tells what it found, and what it takes for a failure.
#[derive(Args, Debug)]
pub struct TellingArguments {
    /// The form of the diagnostics
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    pub format: Format,

    /// Check plain language as well, and tell how each page measures
    ///
    /// Reading grade, long sentences, plainer words, promises, percentages, unexplained terms: all advice, told as warnings.
    /// Limits stand in `[prose]` of `site.toml`.
    #[arg(long)]
    pub prose: bool,

    /// Take warnings for errors
    #[arg(long)]
    pub deny_warnings: bool,

    /// Tell diagnostics only, without summary and progress
    #[arg(short, long)]
    pub quiet: bool,

    /// Print how long each phase took, and write a trace to `.iort-site/timings.json`
    ///
    /// The trace opens in the profilers of Chrome and Firefox.
    #[arg(long)]
    pub timings: bool,

    /// Read every output to see that it is what was written, whatever its time stamps say
    #[arg(long)]
    pub verify: bool,
}

/// Which pages are built beside the published ones.
#[derive(Args, Debug)]
pub struct DraftArguments {
    /// Build pages marked `draft: true` as well
    #[arg(long)]
    pub drafts: bool,

    /// Build what `watch` shows: drafts and held pages, marked as such
    #[arg(long)]
    pub preview: bool,
}

/// `iort-site build`.
#[derive(Args, Debug)]
pub struct BuildArguments {
    /// The site.
    #[command(flatten)]
    pub site: SiteArguments,

    /// The folder to write to [default: `public` in the site's folder]
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub output: Option<PathBuf>,

    /// Drafts.
    #[command(flatten)]
    pub drafts: DraftArguments,

    /// Move files out of the way that another program wrote into the output folder
    ///
    /// They go to `.iort-site/displaced/`. Without it a build never touches a file that it did not write, and stops where
    /// one stands in its way.
    #[arg(long)]
    pub adopt: bool,

    /// Say of each page that was rendered which of its inputs differed
    #[arg(long)]
    pub explain_rebuild: bool,

    /// Build for a disk: every link names a file, so that the site works from a folder or a USB stick
    #[arg(long)]
    pub offline: bool,

    /// Telling.
    #[command(flatten)]
    pub telling: TellingArguments,
}

/// `iort-site check`.
#[derive(Args, Debug)]
pub struct CheckArguments {
    /// The site.
    #[command(flatten)]
    pub site: SiteArguments,

    /// Drafts.
    #[command(flatten)]
    pub drafts: DraftArguments,

    /// Build for a disk: every link names a file, so that the site works from a folder or a USB stick
    #[arg(long)]
    pub offline: bool,

    /// Telling.
    #[command(flatten)]
    pub telling: TellingArguments,
}

/// `iort-site watch`.
#[derive(Args, Debug)]
pub struct WatchArguments {
    /// The site.
    #[command(flatten)]
    pub site: SiteArguments,

    /// The address and port to serve the preview on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8000")]
    pub listen: SocketAddr,

    /// Open the preview in the browser
    #[arg(long)]
    pub open: bool,

    /// Look for changes at intervals, for file systems that tell of none (network drives, some containers)
    #[arg(long)]
    pub poll: bool,

    /// Show pages marked `draft: true` [default: true]
    #[arg(
        long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_value_t = true, default_missing_value = "true", hide_default_value = true,
        action = clap::ArgAction::Set,
    )]
    pub drafts: bool,
}

/// `iort-site init`.
#[derive(Args, Debug)]
pub struct InitArguments {
    /// The folder to create; it may be there if it is empty
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
}

/// `iort-site new`.
#[derive(Args, Debug)]
pub struct NewArguments {
    /// The page, from the content folder: `conditions/breast` or `content/conditions/breast.md`
    #[arg(value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub path: String,

    /// The site's folder, the one that holds `site.toml`
    #[arg(long, value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub root: PathBuf,

    /// The page's title [default: made from its name]
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
}

/// `iort-site mv`.
#[derive(Args, Debug)]
pub struct MvArguments {
    /// The page, from the content folder: `conditions/breast` or `content/conditions/breast.md`
    #[arg(value_name = "OLD", value_hint = ValueHint::FilePath)]
    pub from: String,

    /// Where it goes, in the same form
    #[arg(value_name = "NEW", value_hint = ValueHint::FilePath)]
    pub to: String,

    /// The site's folder, the one that holds `site.toml`
    #[arg(long, value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub root: PathBuf,

    /// Show what would be done, as a diff, and do nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `iort-site explain`.
#[derive(Args, Debug)]
pub struct ExplainArguments {
    /// The code of a diagnostic, such as `link-missing`
    #[arg(value_name = "CODE", required_unless_present = "list")]
    pub code: Option<String>,

    /// List all codes
    #[arg(long, conflicts_with = "code")]
    pub list: bool,
}

/// `iort-site completions`.
#[derive(Args, Debug)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

/// A day, as it is typed.
pub fn date(text: &str) -> Result<Date, &'static str> {
    Date::parse(text).ok_or("not a day that exists, written YYYY-MM-DD")
}

fn base_url(text: &str) -> Result<String, &'static str> {
    BaseUrl::parse(text).map(|_| text.to_owned())
}
