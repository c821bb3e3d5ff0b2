//! The arguments of `iort-site review`.

use clap::{Args, Subcommand};

use crate::shell::arguments::SiteArguments;

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
    /// Show the records of a page, the newest first
    Log(LogArguments),
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
