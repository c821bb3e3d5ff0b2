//! Making a record of a page: what stands against it, what changed, a question, and then the files.
//!
//! A review that was cut off half way is finished by the same command: a record of today's that says the same is not made
//! again, what it still lacks is added, and what is there already is left.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use crate::engine::compose::{Covers, Proposal, chain};
use crate::engine::survey::Surveyed;
use crate::review::evidence::Words;
use crate::review::policy::Require;
use crate::review::record::{Filed, Filing, Outcome, Record, Scope};
use crate::shell::fault::EnvironmentFault;
use crate::shell::report::emit;
use crate::shell::report::visible::visible;
use crate::shell::review::ask::{self, Answer};
use crate::shell::review::changes;
use crate::shell::review::filing;
use crate::shell::review::key::{self, Key};
use crate::shell::review::open::Opened;
use crate::shell::review::settle::{self, Stopped};

/// What a reviewer says of pages, and with what it is signed.
pub(super) struct Making<'a> {
    site: &'a Opened,
    proposal: &'a Proposal,
    /// The key's file.
    key: Option<&'a Path>,
    /// Whether nobody is asked.
    yes: bool,
}

/// What is to be done for a page.
enum Task {
    /// Make a record.
    Make(Box<Record>),
    /// Sign the record that is there.
    Sign(Arc<Filed>),
    /// Write the front matter, if it does not say so already.
    Claim(Arc<Filed>, bool),
}

impl<'a> Making<'a> {
    /// Asks whether there is somebody to ask.
    pub(super) fn open(
        site: &'a Opened,
        proposal: &'a Proposal,
        key: Option<&'a Path>,
        yes: bool,
    ) -> Result<Self, EnvironmentFault> {
        if yes || ask::is_possible() {
            return Ok(Self { site, proposal, key, yes });
        }
        let fault = EnvironmentFault::new("nobody can be asked whether to sign: this is no terminal");
        Err(fault.help("look at `iort-site review diff PAGE`, then run it again with `--yes`"))
    }

    /// Makes a record of each page, and ends with the status of what was in the way.
    pub(super) fn run(&self, pages: Vec<Surveyed<'_>>) -> Result<ExitCode, EnvironmentFault> {
        let mut stopped = Stopped::default();
        let mut tasks: Vec<(Surveyed<'_>, Task)> = Vec::new();
        for page in pages {
            let task = self.task(&page);
            tasks.extend(stopped.keep(task).map(|task| (page, task)));
        }
        stopped.tell(self.site)?;
        let signs = tasks.iter().any(|(_, task)| !matches!(task, Task::Claim(..)));
        let Proposal { reviewer, date, .. } = self.proposal;
        let key = self.key.filter(|_| signs).map(|file| key::open(self.site, file, reviewer, *date)).transpose()?;
        for (page, task) in tasks {
            match self.carry_out(&page, task, key.as_ref()) {
                Ok(Answer::Quit) => break,
                Ok(Answer::Yes | Answer::No) => {}
                // What could not be done for one page is no reason to leave the others.
                Err(fault) => {
                    emit::err(&fault.to_string())?;
                    stopped.note(fault);
                }
            }
        }
        Ok(stopped.exit())
    }

    fn task(&self, page: &Surveyed<'_>) -> Result<Task, Stopped> {
        let plan = &self.site.plan;
        let errors: Vec<_> = [plan.errors_of(page), plan.errors_of_records(page)].concat();
        if !errors.is_empty() {
            return Err(Stopped::by_errors(errors));
        }
        let record = plan.compose(&self.site.sources, page, self.proposal).map_err(Stopped::by_refusals)?;
        let done = done_today(page, self.proposal);
        let is_signed = self.key.is_some() || done.as_ref().is_some_and(|(_, is_signed)| *is_signed);
        if !is_signed {
            settle::needs_no_signature(page, &record).map_err(Stopped::by_fault)?;
        }
        Ok(match done {
            Some((filed, false)) if self.key.is_some() => Task::Sign(filed),
            Some((filed, is_signed)) => Task::Claim(filed, is_signed),
            None => Task::Make(Box::new(record)),
        })
    }

    fn carry_out(&self, page: &Surveyed<'_>, task: Task, key: Option<&Key>) -> Result<Answer, EnvironmentFault> {
        let path = &page.facts.path;
        let (filed, is_signed) = match task {
            Task::Claim(filed, is_signed) => {
                emit::out(&visible(&format!("`{path}` was reviewed today: `{}`.\n", filed.path)))?;
                (filed, is_signed)
            }
            Task::Sign(filed) => {
                match self.asked(page, &filed.record)? {
                    Answer::Yes => {}
                    answer => return Ok(answer),
                }
                filing::check_unchanged(self.site, path)?;
                if let Some(signature) = self.signature(&filed.record, key)? {
                    filing::add_signature(self.site, &filed, &signature)?;
                }
                emit::out(&visible(&format!("Signed `{}`, which was there already.\n", filed.path)))?;
                (filed, true)
            }
            Task::Make(record) => {
                match self.asked(page, &record)? {
                    Answer::Yes => {}
                    answer => return Ok(answer),
                }
                filing::check_unchanged(self.site, path)?;
                let signature = self.signature(&record, key)?;
                let filed = filing::file(self.site, *record, signature.as_deref())?;
                let what = if signature.is_some() { " and its signature" } else { "" };
                emit::out(&visible(&format!("Wrote `{}`{what}.\n", filed.path)))?;
                (Arc::new(filed), signature.is_some())
            }
        };
        settle::settle(self.site, page, filed, is_signed)?;
        Ok(Answer::Yes)
    }

    fn signature(&self, record: &Record, key: Option<&Key>) -> Result<Option<String>, EnvironmentFault> {
        let signer = (record.reviewer.as_str(), record.date);
        key.map(|key| key.sign(self.site, signer, &record.write())).transpose()
    }

    /// Shows what changed, and asks.
    fn asked(&self, page: &Surveyed<'_>, record: &Record) -> Result<Answer, EnvironmentFault> {
        let path = &page.facts.path;
        emit::out(&changes::shown(self.site, page))?;
        emit::out(&visible(&summary(record)))?;
        if self.yes {
            return Ok(Answer::Yes);
        }
        let what = if self.key.is_some() { "Sign" } else { "Record" };
        ask::question(&format!("{what} this review of {path} as {}?", record.reviewer))
    }
}

/// Whether a review of a page as it is proposed was made today, and lacks a signature that it could have now, or its lines in
/// the front matter.
pub(super) fn is_unfinished(page: &Surveyed<'_>, proposal: &Proposal, has_key: bool) -> bool {
    let Some((_, is_signed)) = done_today(page, proposal) else { return false };
    (!is_signed && has_key) || settle::claim(page, &page.entry.standing).is_some()
}

/// Whether the latest word of the proposal's reviewer on the present words is a pass.
pub(super) fn has_passed(page: &Surveyed<'_>, reviewer: &str) -> bool {
    let reviews = page.reviewed.map_or(&[][..], |reviewed| &reviewed.reviews);
    let own = reviews.iter().rfind(|review| review.reviewer.id == reviewer && review.words == Words::PRESENT);
    own.is_some_and(|review| {
        review.outcome == Outcome::Pass && (review.is_signed || page.policy.require != Require::Signature)
    })
}

/// The page's newest record, if it is of today and says what is to be said; and whether it is signed.
fn done_today(page: &Surveyed<'_>, proposal: &Proposal) -> Option<(Arc<Filed>, bool)> {
    let filed = chain(page).last()?;
    let review = page.reviewed?.reviews.last()?;
    let Record { reviewer, date, outcome, scope, note, evidence_searched_to, filed: by, .. } = &filed.record;
    let is_same_scope = match (scope, &proposal.covers) {
        (Scope::Full, Covers::Full) | (Scope::Partial { .. }, Covers::Partial) => true,
        (Scope::Urgent { reason, review_by }, Covers::Urgent { reason: asked, review_by: day }) => {
            (reason, review_by) == (asked, day)
        }
        _ => false,
    };
    let is_same = review.words == Words::PRESENT
        && is_same_scope
        && (reviewer, *date, *outcome) == (&proposal.reviewer, proposal.date, proposal.outcome)
        && (note, *evidence_searched_to, by) == (&proposal.note, proposal.evidence_searched_to, &proposal.filed);
    is_same.then(|| (Arc::clone(filed), review.is_signed))
}

/// What a record is going to say.
pub(super) fn summary(record: &Record) -> String {
    let what = match (record.outcome, &record.scope) {
        (Outcome::ChangesRequested, _) => "asks for changes of",
        (Outcome::Pass, Scope::Urgent { .. }) => "lets stand for now, as an urgent correction,",
        (Outcome::Pass, Scope::Partial { .. }) => "passes what changed on",
        (Outcome::Pass, Scope::Full) => "passes all of",
    };
    let mut out = format!("On {}, `{}` {what} `{}`.\n", record.date, record.reviewer, record.page);
    if let Scope::Urgent { reason, review_by } = &record.scope {
        let _ = writeln!(out, "Reason: {reason}\nTo be reviewed by {review_by}.");
    }
    if let Some(note) = &record.note {
        let _ = writeln!(out, "Note: {note}");
    }
    if let Some(Filing { recorded_by, evidence }) = &record.filed {
        let _ = writeln!(out, "Filed by `{recorded_by}`, on the evidence of: {evidence}");
    }
    out
}
