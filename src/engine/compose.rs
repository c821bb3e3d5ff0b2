//! A new record of a page: what it would say, why it may not be made, and what would stand on the page with it.
//!
//! All that a record holds follows from the site as it is and from what its reviewer says, so it is made here, as a value, and
//! the commands only write it. The words are the page's own present ones, whatever a build publishes in their place.

use std::sync::Arc;

use crate::base::code::Code;
use crate::base::date::Date;
use crate::base::diagnostic::Diagnostic;
use crate::engine::plan::Plan;
use crate::engine::survey::{Surveyed, text_of};
use crate::review::diff::{Diff, Side, diff};
use crate::review::policy::Ineligible;
use crate::review::record::{self, Filed, Filing, Outcome, Record, Scope};
use crate::review::state::Standing;
use crate::review::text::ReviewedText;
use crate::site::register;
use crate::site::reviews::{self, Reviewed, Weighed};
use crate::source::snapshot::Sources;

/// What a reviewer says of a page.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The reviewer's id.
    pub reviewer: String,
    /// The day of the review.
    pub date: Date,
    /// What came of it.
    pub outcome: Outcome,
    /// How much it covers.
    pub covers: Covers,
    /// What readers and editors are told of it.
    pub note: Option<String>,
    /// The day up to which the literature was searched.
    pub evidence_searched_to: Option<Date>,
    /// Who files it, where that is not the reviewer.
    pub filed: Option<Filing>,
}

/// How much of a page a review is to cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Covers {
    /// All of it.
    Full,
    /// What changed since the words that were last passed.
    Partial,
    /// A correction that could not wait.
    Urgent {
        /// Why.
        reason: String,
        /// The last day on which it may stand unreviewed.
        review_by: Date,
    },
}

/// Why a record may not be made, in words, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Refusal {
    fn new(message: String, help: impl Into<String>) -> Self {
        Self { message, help: help.into() }
    }
}

/// What changed on a page since it was last passed.
#[derive(Clone, Debug)]
pub struct Changes {
    /// The record that was last passed; none if there is none.
    pub since: Option<Arc<Filed>>,
    /// The page's words as they are.
    pub present: ReviewedText,
    /// How they differ from the record's; from nothing if there is none.
    pub diff: Diff,
}

impl Plan {
    /// What changed on a page since it was last passed; none for a page that is no text.
    pub fn changes(&self, sources: &Sources, page: &Surveyed<'_>) -> Option<Changes> {
        let path = &page.facts.path;
        let present = self.present(sources, path, sources.text(path)?);
        let since = last_passed(page);
        let before = since.as_ref().map(|filed| {
            let text = text_of(filed);
            (self.settled(sources, &filed.record.page, &text), text)
        });
        let (compared_before, shown_before) = before.unwrap_or_default();
        let compared = self.settled(sources, path, &present);
        let diff = diff(
            Side { shown: &shown_before, compared: &compared_before },
            Side { shown: &present, compared: &compared },
        );
        Some(Changes { since, present, diff })
    }

    /// A record of the page as it is, or all that speaks against it.
    pub fn compose(&self, sources: &Sources, page: &Surveyed<'_>, proposal: &Proposal) -> Result<Record, Vec<Refusal>> {
        let path = &page.facts.path;
        let Some(body) = sources.text(path) else {
            return Err(vec![Refusal::new(
                format!("`{path}` cannot be read"),
                "mend what `iort-site check` says of it",
            )]);
        };
        let present = self.present(sources, path, body);
        let mut refusals = Vec::new();
        let scope = scope(page, proposal, &mut refusals);
        let record = Record {
            page: path.clone(),
            reviewer: proposal.reviewer.clone(),
            date: proposal.date,
            outcome: proposal.outcome,
            scope,
            note: proposal.note.clone(),
            evidence_searched_to: proposal.evidence_searched_to,
            filed: proposal.filed.clone(),
            text: present.digest(),
            predecessor: chain(page).last().map(|filed| filed.sha256),
            body: body.to_string(),
            includes: present.includes.clone(),
        };
        refusals.extend(self.ineligible(page, &record, &present));
        if let Some(day) = record.evidence_searched_to.filter(|day| *day > record.date) {
            let message =
                format!("the evidence cannot have been searched up to {day}, which lies ahead of {}", record.date);
            refusals.push(Refusal::new(message, "name the last day that the search covers"));
        }
        if refusals.is_empty() { Ok(record) } else { Err(refusals) }
    }

    /// Why the person named in a record may not review the page.
    pub fn ineligible(&self, page: &Surveyed<'_>, record: &Record, words: &ReviewedText) -> Option<Refusal> {
        let id = &record.reviewer;
        let reviewer = self.reviewers().get(id);
        let role = reviewer.map_or("", |reviewer| &reviewer.role);
        let person = reviews::person(record, &words.words, reviewer);
        Some(match page.policy.eligible(&person).err()? {
            Ineligible::Unknown => {
                let (message, help) = register::unknown(id, self.reviewers());
                Refusal::new(message, help)
            }
            Ineligible::NotActive => Refusal::new(
                format!("the reviewer `{id}` was not active on {}", record.date),
                "see `active_from` and `active_until` in `data/reviewers.toml`",
            ),
            Ineligible::WrongRole => Refusal::new(
                format!("`{id}` is `{role}`, and `{}` asks for another role", page.facts.path),
                format!("it asks for `{}`", page.policy.roles.join("` or `")),
            ),
            Ineligible::OnlyAuthor => Refusal::new(
                format!("`{id}` alone wrote `{}`, and nobody reviews their own words", page.facts.path),
                "have it reviewed by somebody else, or name all its `authors`",
            ),
        })
    }

    /// The errors of a page that are to be mended before it is reviewed: not those that a review mends.
    pub fn errors_of(&self, page: &Surveyed<'_>) -> Vec<Diagnostic> {
        let is_in_the_way =
            |fault: &&Diagnostic| fault.place.path == page.facts.path && !is_mended_by_review(fault.code);
        self.diagnostics.iter().filter(|fault| fault.is_error()).filter(is_in_the_way).cloned().collect()
    }

    /// The errors of a page's records on top of which none may be put.
    pub fn errors_of_records(&self, page: &Surveyed<'_>) -> Vec<Diagnostic> {
        let mut folders: Vec<String> = chain(page).iter().map(|filed| filed.record.folder()).collect();
        folders.push(record::folder(&page.facts.path));
        let is_unread = |fault: &&Diagnostic| {
            is_unread(fault.code) && folders.iter().any(|folder| fault.place.path.parent() == folder)
        };
        let of_chain = page.reviewed.into_iter().flat_map(|reviewed| {
            let number = |fault: &Diagnostic| reviewed.chain.iter().position(|filed| filed.path == fault.place.path);
            reviewed.faults.iter().filter(move |fault| match fault.code {
                // A signature that holds says that the text is only read otherwise.
                Code::RecordText => {
                    number(fault).and_then(|at| reviewed.reviews.get(at)).is_some_and(|review| !review.is_signed)
                }
                code => breaks_chain(code),
            })
        });
        let all = self.diagnostics.iter().filter(is_unread).chain(of_chain);
        all.filter(|fault| fault.is_error()).cloned().collect()
    }

    /// Where the page will stand with its records and these besides, each with whether its signature holds.
    pub fn standing_with(&self, sources: &Sources, page: &Surveyed<'_>, more: &[(Arc<Filed>, bool)]) -> Standing {
        let path = &page.facts.path;
        let known = page.reviewed.map_or(&[][..], |reviewed| &reviewed.reviews);
        let is_more = |filed: &Filed| more.iter().any(|(other, _)| other.path == filed.path);
        let own = chain(page).iter().zip(known).filter(|(filed, _)| !is_more(filed));
        let all: Vec<(Arc<Filed>, bool)> =
            own.map(|(filed, review)| (Arc::clone(filed), review.is_signed)).chain(more.iter().cloned()).collect();
        let settled: Vec<ReviewedText> =
            all.iter().map(|(filed, _)| self.settled(sources, &filed.record.page, &text_of(filed))).collect();
        let weighed: Vec<Weighed<'_>> = all
            .iter()
            .zip(&settled)
            .map(|((filed, is_signed), text)| Weighed { filed, text, is_signed: *is_signed })
            .collect();
        let text = sources.text(path).map_or("", |text| text);
        let present = self.settled(sources, path, &self.present(sources, path, text));
        let reviews = reviews::gather(&present, &weighed, self.reviewers());
        let reviewed = Reviewed::new(all.into_iter().map(|(filed, _)| filed).collect(), reviews, Vec::new());
        let today = sources.options.today;
        let (entry, _) = register::enter(page.facts, page.policy, self.reviewers(), Some(&reviewed), today);
        entry.standing
    }
}

/// A page's records, in order.
pub fn chain<'a>(page: &Surveyed<'a>) -> &'a [Arc<Filed>] {
    page.reviewed.map_or(&[], |reviewed| &reviewed.chain)
}

/// The record whose words were last passed.
fn last_passed(page: &Surveyed<'_>) -> Option<Arc<Filed>> {
    page.entry.standing.passed.and_then(|at| chain(page).get(at)).cloned()
}

fn scope(page: &Surveyed<'_>, proposal: &Proposal, refusals: &mut Vec<Refusal>) -> Scope {
    match &proposal.covers {
        Covers::Full => Scope::Full,
        Covers::Urgent { reason, review_by } => {
            if *review_by < proposal.date {
                let message = format!("the correction is to be reviewed by {review_by}, which is past");
                refusals.push(Refusal::new(message, "name a day that is still to come"));
            }
            Scope::Urgent { reason: reason.clone(), review_by: *review_by }
        }
        Covers::Partial => {
            if let Some(filed) = last_passed(page) {
                return Scope::Partial { builds_on: filed.sha256 };
            }
            let message = format!("`{}` has no passed review on which a partial one could build", page.facts.path);
            refusals.push(Refusal::new(message, "have all of it reviewed: `--scope full`"));
            Scope::Full
        }
    }
}

/// Whether an error of a page is one that a review mends, and so none to mend before it.
fn is_mended_by_review(code: Code) -> bool {
    matches!(
        code,
        Code::ReviewMissing
            | Code::ReviewNever
            | Code::ReviewObjected
            | Code::ReviewChanged
            | Code::ReviewOverdue
            | Code::ReviewDue
            | Code::ReviewWithdrawn
            | Code::ReviewUrgent
            | Code::ReviewUnproved
            | Code::UnknownReviewer
            | Code::InactiveReviewer
            | Code::ReviewerRole
    )
}

/// Whether a record that has this fault could not be read, so that nobody knows what the next one follows.
fn is_unread(code: Code) -> bool {
    matches!(code, Code::RecordForm | Code::RecordLineEndings | Code::NotUtf8 | Code::Unreadable)
}

/// Whether a record that has this fault is not what the next one may be put on top of.
fn breaks_chain(code: Code) -> bool {
    matches!(
        code,
        Code::RecordLineEndings
            | Code::RecordPlace
            | Code::RecordAltered
            | Code::RecordMissing
            | Code::RecordFork
            | Code::RecordOrder
            | Code::SignatureInvalid
            | Code::FutureDate
    )
}
