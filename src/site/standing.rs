//! Where a page stands, as its editor is told: one fault for the state, and one for each claim that nothing proves.
//!
//! What a state does to a build is the site's policy; so the same code is a warning on one site and an error on another.

use std::sync::Arc;

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place, Severity};
use crate::page::facts::Facts;
use crate::review::policy::{Action, Policy, Require};
use crate::review::record::Filed;
use crate::review::state::{self, Published, Standing, State, Unproved};
use crate::site::register::fault;
use crate::site::reviews::Reviewed;

/// What an editor is told of where a page stands.
pub fn faults(facts: &Facts, policy: &Policy, reviewed: Option<&Reviewed>, standing: &Standing) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    // A draft is not on its way out yet, and nothing is held against it.
    if !facts.draft {
        faults.extend(of_state(facts, policy, reviewed, standing, (standing.state, standing.action)));
        if standing.shown != standing.state {
            faults.extend(of_state(
                facts,
                policy,
                reviewed,
                standing,
                (standing.shown, policy.actions.get(standing.shown)),
            ));
        }
    }
    if policy.require.asks_for_records() {
        let claim = &facts.review;
        for unproved in state::unproved(standing, claim.last_reviewed, &claim.reviewed_by) {
            faults.push(of_claim(facts, &unproved));
        }
    }
    faults
}

fn of_state(
    facts: &Facts,
    policy: &Policy,
    reviewed: Option<&Reviewed>,
    standing: &Standing,
    (state, action): (State, Action),
) -> Option<Diagnostic> {
    let chain = reviewed.map_or(&[][..], |reviewed| &reviewed.chain);
    let severity = match action {
        Action::Allow => return None,
        Action::Error => Severity::Error,
        Action::Warn | Action::Banner | Action::Hold => Severity::Warning,
    };
    let fault = match standing.urgent {
        Some(urgent) => of_urgent(facts, chain, urgent),
        None => of_words(facts, policy, chain, standing, state)?,
    };
    Some(Diagnostic { severity, ..fault })
}

fn of_urgent(facts: &Facts, chain: &[Arc<Filed>], urgent: state::Urgent) -> Diagnostic {
    let day = urgent.review_by;
    let message = if urgent.is_past {
        format!("the urgent correction was to be reviewed by {day}, and was not")
    } else {
        format!("these words are an urgent correction, to be reviewed by {day}")
    };
    let help = format!("have the page reviewed: `iort-site review sign {} --as ID`", facts.path);
    with_record(fault(facts, Code::ReviewUrgent, "title", message).help(help), chain, urgent.record, "the correction")
}

/// Nothing for a page that needs no word: it is current, or its claim is missing, which has been told.
fn of_words(
    facts: &Facts,
    policy: &Policy,
    chain: &[Arc<Filed>],
    standing: &Standing,
    state: State,
) -> Option<Diagnostic> {
    let path = &facts.path;
    let sign = format!("have it reviewed: `iort-site review sign {path} --as ID`");
    let held = match standing.published() {
        Published::Own => String::new(),
        Published::Record(_) => "; the words of that review are published in its place".to_owned(),
        Published::Nothing => "; it is left out of the site".to_owned(),
    };
    let of_day = standing.last_reviewed.map_or_else(String::new, |date| format!(" of {date}"));
    Some(match state {
        State::Never if policy.require == Require::Claim => return None,
        State::Never => fault(facts, Code::ReviewNever, "title", format!("nobody has passed this page yet{held}"))
            .help(sign)
            .help("a page that was moved keeps its reviews with its old path among its `aliases`"),
        State::Objected => {
            let message = format!("a reviewer asks for changes of these words{held}");
            let fault = fault(facts, Code::ReviewObjected, "title", message)
                .help("change what the record's note asks for, then have the page reviewed again");
            standing.objections.iter().fold(fault, |fault, record| with_record(fault, chain, *record, "the objection"))
        }
        State::Changed => {
            let message = format!("the page has changed since the review{of_day}{held}");
            fault(facts, Code::ReviewChanged, "title", message)
                .help(format!("see what changed: `iort-site review diff {path}`"))
                .help(sign)
        }
        State::Overdue => {
            let next = standing.next_review?;
            fault(facts, Code::ReviewOverdue, "last_reviewed", format!("the review was due on {next}")).help(
                if policy.require.asks_for_records() {
                    sign
                } else {
                    "have the page reviewed, then set `last_reviewed` to the day of that review".to_owned()
                },
            )
        }
        State::Due => {
            let next = standing.next_review?;
            fault(facts, Code::ReviewDue, "last_reviewed", format!("the next review is due on {next}")).help(sign)
        }
        State::Withdrawn => fault(facts, Code::ReviewWithdrawn, "withdrawn", "the page is withdrawn".to_owned())
            .help("readers see why, and where to go instead"),
        State::Current => return None,
    })
}

fn with_record(fault: Diagnostic, chain: &[Arc<Filed>], record: usize, what: &str) -> Diagnostic {
    match chain.get(record) {
        Some(filed) => fault.related(Place::file(&filed.path), what),
        None => fault,
    }
}

fn of_claim(facts: &Facts, unproved: &Unproved) -> Diagnostic {
    let (key, message, help) = match unproved {
        Unproved::Date(None) => (
            "last_reviewed",
            "`last_reviewed` names a review, and no record proves one".to_owned(),
            "take it out: `iort-site review sign` writes it".to_owned(),
        ),
        Unproved::Date(Some(date)) => (
            "last_reviewed",
            format!("`last_reviewed` differs from what the records prove, {date}"),
            format!("write `last_reviewed: {date}`; `iort-site review sign` keeps it for you"),
        ),
        Unproved::Reviewer(id) => (
            "reviewed_by",
            format!("`reviewed_by` names `{id}`, and no record of theirs is behind it"),
            "name those who signed; `iort-site review sign` keeps them for you".to_owned(),
        ),
    };
    fault(facts, Code::ReviewUnproved, key, message).help(help)
}
