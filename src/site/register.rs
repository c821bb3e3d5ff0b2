//! The register of reviews: where each page stands today, and what its claim lacks.

use crate::base::code::Code;
use crate::base::date::{Date, Interval};
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::suggest;
use crate::page::facts::Facts;
use crate::review::claim::{self, Standing, State, Terms};
use crate::source::config::{Require, ReviewPolicy};
use crate::source::reviewers::Reviewers;

/// A page's entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where its review stands.
    pub standing: Standing,
    /// The ids of the reviewers that are known, in the order claimed.
    pub reviewers: Vec<String>,
}

/// Enters a page, and says what its claim lacks.
pub fn enter(facts: &Facts, policy: &ReviewPolicy, reviewers: &Reviewers, today: Date) -> (Entry, Vec<Diagnostic>) {
    let claim = &facts.review;
    let mut faults = Vec::new();
    let known = known_reviewers(facts, reviewers, &mut faults);
    let dates =
        [("last_reviewed", claim.last_reviewed), ("published", facts.published), ("last_updated", facts.last_updated)];
    for (key, day) in dates.into_iter().filter_map(|(key, day)| Some((key, day.filter(|day| *day > today)?))) {
        let message = format!("`{key}` is {day}, which lies ahead of today, {today}");
        faults.push(fault(facts, Code::FutureDate, key, message).help("write the day on which it happened"));
    }
    if policy.require == Require::Claim && !facts.draft {
        faults.extend(missing_claim(facts));
    }
    let interval = interval(facts, policy, today, &mut faults);
    let reviewed = claim.last_reviewed.filter(|day| *day <= today && !known.is_empty());
    let standing = claim::weigh(reviewed, Terms { interval, notice: policy.notice }, today);
    if let (State::Overdue, Some(next)) = (standing.state, standing.next) {
        faults.push(
            fault(facts, Code::ReviewOverdue, "last_reviewed", format!("the review was due on {next}"))
                .help("have the page reviewed, then set `last_reviewed` to the day of that review"),
        );
    }
    (Entry { standing, reviewers: known }, faults)
}

fn fault(facts: &Facts, code: Code, key: &str, message: String) -> Diagnostic {
    Diagnostic::new(code, Place::key(&facts.path, key), message)
}

fn known_reviewers(facts: &Facts, reviewers: &Reviewers, faults: &mut Vec<Diagnostic>) -> Vec<String> {
    let mut known = Vec::new();
    for id in &facts.review.reviewed_by {
        let Some(reviewer) = reviewers.get(id) else {
            let message = format!("`data/reviewers.toml` has no reviewer `{id}`");
            let unknown = fault(facts, Code::UnknownReviewer, "reviewed_by", message);
            faults.push(match suggest::nearest(id, reviewers.keys().map(String::as_str)) {
                Some(near) => unknown.help(format!("did you mean `{near}`?")),
                None => unknown.help(format!("add a `[[reviewer]]` with `id = \"{id}\"` there")),
            });
            continue;
        };
        if let Some(day) = facts.review.last_reviewed.filter(|day| !reviewer.is_active_on(*day)) {
            let message = format!("the reviewer `{id}` was not active on {day}");
            faults.push(
                fault(facts, Code::InactiveReviewer, "reviewed_by", message)
                    .help("see `active_from` and `active_until` in `data/reviewers.toml`"),
            );
        }
        known.push(id.clone());
    }
    known
}

fn missing_claim(facts: &Facts) -> Option<Diagnostic> {
    let missing = match (facts.review.last_reviewed, facts.review.reviewed_by.is_empty()) {
        (Some(_), false) => return None,
        (None, true) => "`last_reviewed` and no `reviewed_by`",
        (None, false) => "`last_reviewed`",
        (Some(_), true) => "`reviewed_by`",
    };
    let message = format!("the page has no {missing}, and `site.toml` asks for a review");
    Some(
        fault(facts, Code::ReviewMissing, "title", message)
            .help("add it to the front matter when the page has been reviewed; until then mark it `draft: true`"),
    )
}

/// The interval that holds for a page: the site's, or its own where that is shorter.
fn interval(facts: &Facts, policy: &ReviewPolicy, today: Date, faults: &mut Vec<Diagnostic>) -> Interval {
    let Some(own) = facts.review.interval else { return policy.interval };
    let shorter = claim::shorter(facts.review.last_reviewed.unwrap_or(today), policy.interval, own);
    if own != policy.interval && shorter != own {
        let message = format!("`review_interval` is {own}, and the site's is {}", policy.interval);
        faults.push(
            fault(facts, Code::InvalidValue, "review_interval", message).help("a page may only shorten the interval"),
        );
    }
    shorter
}
