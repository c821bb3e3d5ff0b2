//! What all commands that make a record have in common: what stops them, and what the page says once it is filed.
#![allow(clippy::disallowed_methods, reason = "the clock tells whether a day lies ahead")]

use std::process::ExitCode;
use std::sync::Arc;

use crate::base::date::Date;
use crate::base::diagnostic::{self, Diagnostic};
use crate::engine::compose::Refusal;
use crate::engine::survey::Surveyed;
use crate::review::policy::Require;
use crate::review::record::{Filed, Outcome, Record, Scope};
use crate::review::state::Standing;
use crate::shell::clock;
use crate::shell::fault::{CONTENT_ERRORS, ENVIRONMENT, EnvironmentFault};
use crate::shell::report::emit::{self, Format, Telling};
use crate::shell::report::located;
use crate::shell::report::visible::visible;
use crate::shell::review::filing;
use crate::shell::review::open::Opened;
use crate::source::claim::Claim;

/// Refuses a day that lies ahead: a review is made before it is recorded.
pub(super) fn not_ahead(today: Date) -> Result<(), EnvironmentFault> {
    let now = clock::today();
    if today <= now {
        return Ok(());
    }
    let fault = EnvironmentFault::new(format!("a review cannot be dated {today}: that day lies ahead, today is {now}"));
    Err(fault.help("leave `--today` out, or name the day on which the review was made"))
}

/// Why pages were not reviewed.
#[derive(Debug, Default)]
pub(super) struct Stopped {
    errors: Vec<Diagnostic>,
    faults: Vec<EnvironmentFault>,
}

impl Stopped {
    /// By errors of a page or its records.
    pub(super) fn by_errors(errors: Vec<Diagnostic>) -> Self {
        Self { errors, faults: Vec::new() }
    }

    /// By what speaks against a record.
    pub(super) fn by_refusals(refusals: Vec<Refusal>) -> Self {
        let faults = refusals.into_iter().map(|refusal| EnvironmentFault::new(refusal.message).help(refusal.help));
        Self { errors: Vec::new(), faults: faults.collect() }
    }

    /// By one thing.
    pub(super) fn by_fault(fault: EnvironmentFault) -> Self {
        Self { errors: Vec::new(), faults: vec![fault] }
    }

    /// Notes what has been told.
    pub(super) fn note(&mut self, fault: EnvironmentFault) {
        self.faults.push(fault);
    }

    /// Takes what did not stop, and keeps what did.
    pub(super) fn keep<T>(&mut self, result: Result<T, Self>) -> Option<T> {
        result
            .map_err(|other| {
                self.errors.extend(other.errors);
                self.faults
                    .extend(other.faults.into_iter().filter(|fault| !self.faults.contains(fault)).collect::<Vec<_>>());
            })
            .ok()
    }

    /// Tells all of it.
    pub(super) fn tell(&mut self, site: &Opened) -> Result<(), EnvironmentFault> {
        diagnostic::sort(&mut self.errors);
        if !self.errors.is_empty() {
            let telling = Telling { format: Format::Human, quiet: false, root: &site.named };
            telling.diagnostics(&located::locate(&self.errors, site))?;
        }
        self.faults.iter().try_for_each(|fault| emit::err(&fault.to_string()))
    }

    /// The status to end with.
    pub(super) fn exit(&self) -> ExitCode {
        match (self.faults.is_empty(), self.errors.is_empty()) {
            (false, _) => ExitCode::from(ENVIRONMENT),
            (true, false) => ExitCode::from(CONTENT_ERRORS),
            (true, true) => ExitCode::SUCCESS,
        }
    }
}

/// Refuses a record without a signature where the site asks for one.
pub(super) fn needs_no_signature(page: &Surveyed<'_>, record: &Record) -> Result<(), EnvironmentFault> {
    if page.policy.require != Require::Signature || record.outcome != Outcome::Pass {
        return Ok(());
    }
    let fault = EnvironmentFault::new(format!("`{}` asks for a signature, and no key was given", page.facts.path));
    Err(fault
        .help("name the reviewer's key with `--key ~/.ssh/id_ed25519`")
        .help("or have it signed elsewhere: `iort-site review prepare`, then `iort-site review accept`"))
}

/// What a page's front matter should say of its reviews and does not.
pub(super) fn claim<'s>(page: &Surveyed<'_>, standing: &'s Standing) -> Option<Claim<'s>> {
    let claim = Claim { date: standing.last_reviewed?, reviewers: &standing.reviewed_by };
    let said = &page.facts.review;
    let is_said = claim.is_made_by(said.last_reviewed, &said.reviewed_by);
    (!is_said && !claim.reviewers.is_empty()).then_some(claim)
}

/// Writes what the records now prove into the front matter, and tells where the page stands.
pub(super) fn settle(
    site: &Opened,
    page: &Surveyed<'_>,
    filed: Arc<Filed>,
    is_signed: bool,
) -> Result<(), EnvironmentFault> {
    let path = &page.facts.path;
    let passes = filed.record.outcome == Outcome::Pass && !matches!(filed.record.scope, Scope::Urgent { .. });
    let standing = site.plan.standing_with(&site.sources, page, &[(filed, is_signed)]);
    if passes
        && let Some(claim) = claim(page, &standing)
        && filing::write_claim(site, path, claim)?
    {
        let who = claim.reviewers.join(", ");
        emit::out(&visible(&format!(
            "Set `last_reviewed` to {} and `reviewed_by` to {who} in `{path}`.\n",
            claim.date
        )))?;
    }
    let next = standing.next_review.map_or_else(String::new, |next| format!("; the next review is due on {next}"));
    emit::out(&visible(&format!("`{path}` is `{}` now{next}.\n", standing.state.name())))
}
