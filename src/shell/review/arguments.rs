//! The arguments of `iort-site review`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use crate::base::date::Date;
use crate::engine::compose::{Covers, Proposal};
use crate::review::record::{Filing, Outcome};
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
    /// Show what changed on a page since it was last passed, word by word
    Diff(DiffArguments),
    /// Write a packet for a reviewer who has none of this: the record to sign, and one page of HTML that says how
    Prepare(PrepareArguments),
    /// Check a record that was prepared and came back, and file it
    Accept(AcceptArguments),
    /// Let a correction stand that cannot wait, until a day by which it is reviewed
    Urgent(UrgentArguments),
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

    /// What is said of them.
    #[command(flatten)]
    pub said: SaidArguments,

    /// By what it is proved.
    #[command(flatten)]
    pub proof: ProofArguments,

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

/// What a reviewer says of a page.
#[derive(Args, Debug)]
pub struct SaidArguments {
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
}

impl SaidArguments {
    /// The same as a value, said on a day.
    pub fn proposal(&self, date: Date) -> Proposal {
        Proposal {
            reviewer: self.reviewer.clone(),
            date,
            outcome: self.outcome.into(),
            covers: match self.scope {
                AskedScope::Full => Covers::Full,
                AskedScope::Partial => Covers::Partial,
            },
            note: self.note.clone(),
            evidence_searched_to: self.evidence_searched_to,
            filed: None,
        }
    }
}

/// Who files a review for its reviewer.
#[derive(Args, Debug)]
pub struct FilingArguments {
    /// Who files the review, where that is not the reviewer
    #[arg(long, value_name = "ID", requires = "evidence")]
    pub recorded_by: Option<String>,

    /// Where the reviewer's word can be found: an e-mail, a ticket
    #[arg(long, value_name = "TEXT", requires = "recorded_by")]
    pub evidence: Option<String>,
}

impl FilingArguments {
    /// The same as a value.
    pub fn filing(&self) -> Option<Filing> {
        let filing = self.recorded_by.clone().zip(self.evidence.clone());
        filing.map(|(recorded_by, evidence)| Filing { recorded_by, evidence })
    }
}

/// By what a review is proved: the reviewer's key, or an editor's word for it.
#[derive(Args, Debug)]
pub struct ProofArguments {
    /// The reviewer's key: a private one, or the `.pub` file of one in an agent or a security key
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "recorded_by")]
    pub key: Option<PathBuf>,

    /// Filing.
    #[command(flatten)]
    pub filing: FilingArguments,
}

/// `iort-site review urgent`.
#[derive(Args, Debug)]
pub struct UrgentArguments {
    /// The page, such as `treatment/after.md`
    #[arg(value_name = "PAGE", value_hint = ValueHint::FilePath)]
    pub page: String,

    /// Who answers for the correction, by the id in `data/reviewers.toml`
    #[arg(long = "as", value_name = "ID")]
    pub reviewer: String,

    /// Why it cannot wait; shown to readers
    #[arg(long, value_name = "TEXT")]
    pub reason: String,

    /// The last day on which it may stand without a review
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub review_by: Date,

    /// By what it is proved.
    #[command(flatten)]
    pub proof: ProofArguments,

    /// Write the record without asking
    #[arg(long)]
    pub yes: bool,

    /// Which site.
    #[command(flatten)]
    pub site: SiteArguments,
}

/// `iort-site review diff`.
#[derive(Args, Debug)]
pub struct DiffArguments {
    /// The page, such as `treatment/after.md`
    #[arg(value_name = "PAGE", value_hint = ValueHint::FilePath)]
    pub page: String,

    /// Write it to a file as well, as one page of HTML that needs nothing else
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub html: Option<PathBuf>,

    /// Which site.
    #[command(flatten)]
    pub site: SiteArguments,
}

/// `iort-site review prepare`.
#[derive(Args, Debug)]
pub struct PrepareArguments {
    /// The page, such as `treatment/after.md`
    #[arg(value_name = "PAGE", value_hint = ValueHint::FilePath)]
    pub page: String,

    /// What the reviewer is going to say.
    #[command(flatten)]
    pub said: SaidArguments,

    /// The folder to write to
    #[arg(short, long, value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub output: PathBuf,

    /// Which site.
    #[command(flatten)]
    pub site: SiteArguments,
}

/// `iort-site review accept`.
#[derive(Args, Debug)]
pub struct AcceptArguments {
    /// The record, as `prepare` wrote it
    #[arg(value_name = "RECORD", value_hint = ValueHint::FilePath)]
    pub record: PathBuf,

    /// Its signature [default: the record's name with `.sig` behind it, if that is there]
    #[arg(value_name = "SIG", value_hint = ValueHint::FilePath, conflicts_with = "recorded_by")]
    pub signature: Option<PathBuf>,

    /// Filing.
    #[command(flatten)]
    pub filing: FilingArguments,

    /// Which site.
    #[command(flatten)]
    pub site: SiteArguments,
}
