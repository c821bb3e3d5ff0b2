//! The register of reviews: where each page stands today, and what its claim lacks.

use std::sync::Arc;

use crate::base::code::Code;
use crate::base::date::{Date, Interval};
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::path::SourcePath;
use crate::base::suggest;
use crate::page::facts::Facts;
use crate::review::evidence::{Claim, Evidence, Person};
use crate::review::policy::{Action, Ineligible, Policy, Require};
use crate::review::record::{Filed, Outcome, Record, Scope};
use crate::review::state::{self, Published, Standing, State};
use crate::site::reviews::Reviewed;
use crate::site::routes::Routes;
use crate::site::standing;
use crate::source::policy::ReviewConfig;
use crate::source::reviewers::Reviewers;
use crate::source::snapshot::SITE_TOML;

/// A page's entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where its review stands.
    pub standing: Standing,
    /// The day of the review that the page shows: one that the records prove, or a claim where that is enough.
    pub date: Option<Date>,
    /// The ids of those who made it; only those that are known.
    pub reviewers: Vec<String>,
    /// What reviewers noted, the newest first.
    pub changes: Vec<Change>,
    /// What a banner on the page tells readers of: a state, or `urgent`.
    pub banner: Option<&'static str>,
    /// Why a correction of these words could not wait for a review, if that is how they are published.
    pub urgent: Option<String>,
}

/// What a reviewer noted of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The day of the review.
    pub date: Date,
    /// The reviewer's id.
    pub reviewer: String,
    /// The note.
    pub note: String,
}

/// Enters a page with what its records say, and says what its review lacks.
pub fn enter(
    facts: &Facts,
    policy: &Policy,
    reviewers: &Reviewers,
    reviewed: Option<&Reviewed>,
    today: Date,
) -> (Entry, Vec<Diagnostic>) {
    let claim = &facts.review;
    let mut faults = Vec::new();
    let known = known_reviewers(facts, policy, reviewers, &mut faults);
    let dates =
        [("last_reviewed", claim.last_reviewed), ("published", facts.published), ("last_updated", facts.last_updated)];
    for (key, day) in dates.into_iter().filter_map(|(key, day)| Some((key, day.filter(|day| *day > today)?))) {
        let message = format!("`{key}` is {day}, which lies ahead of today, {today}");
        faults.push(fault(facts, Code::FutureDate, key, message).help("write the day on which it happened"));
    }
    if policy.require == Require::Claim && !facts.draft && reviewed.is_none() {
        faults.extend(missing_claim(facts));
    }
    faults.extend(longer_interval(facts, policy, today));
    let evidence = Evidence {
        is_withdrawn: facts.withdrawn.is_some(),
        interval: claim.interval,
        claim: claim.last_reviewed.map(|date| Claim { date, reviewers: known.clone() }),
        reviews: reviewed.map(|reviewed| reviewed.reviews.clone()).unwrap_or_default(),
    };
    let standing = state::weigh(&evidence, policy, today);
    faults.extend(standing::faults(facts, policy, reviewed, &standing));
    let is_claim = evidence.reviews.is_empty() && !policy.require.asks_for_records();
    let chain = reviewed.map_or(&[][..], |reviewed| &reviewed.chain);
    let entry = Entry {
        date: if is_claim { claim.last_reviewed } else { standing.last_reviewed },
        reviewers: if is_claim {
            known.iter().map(|person| person.id.clone()).collect()
        } else {
            standing.reviewed_by.iter().filter(|id| reviewers.contains_key(*id)).cloned().collect()
        },
        changes: changes(chain, &standing),
        banner: banner(policy, &standing),
        urgent: standing.urgent.and_then(|urgent| reason(chain.get(urgent.record)?)),
        standing,
    };
    (entry, faults)
}

/// The notes of the reviews up to the words that are published, the newest first.
fn changes(chain: &[Arc<Filed>], standing: &Standing) -> Vec<Change> {
    let published = match standing.published() {
        Published::Record(record) => &chain[..=record.min(chain.len().saturating_sub(1))],
        Published::Own | Published::Nothing => chain,
    };
    let passed = published.iter().rev().map(|filed| &filed.record).filter(|record| record.outcome == Outcome::Pass);
    let change = |record: &Record| {
        Some(Change { date: record.date, reviewer: record.reviewer.clone(), note: record.note.clone()? })
    };
    passed.filter_map(change).collect()
}

/// What readers are told, where the site asks for a banner.
fn banner(policy: &Policy, standing: &Standing) -> Option<&'static str> {
    match (standing.urgent, standing.action) {
        (Some(_), _) => Some("urgent"),
        (None, Action::Banner) => Some(standing.state.name()),
        _ => Some(standing.shown).filter(|shown| policy.actions.get(*shown) == Action::Banner).map(State::name),
    }
}

fn reason(filed: &Filed) -> Option<String> {
    match &filed.record.scope {
        Scope::Urgent { reason, .. } => Some(reason.clone()),
        _ => None,
    }
}

pub(super) fn fault(facts: &Facts, code: Code, key: &str, message: String) -> Diagnostic {
    Diagnostic::new(code, Place::key(&facts.path, key), message)
}

fn known_reviewers(facts: &Facts, policy: &Policy, reviewers: &Reviewers, faults: &mut Vec<Diagnostic>) -> Vec<Person> {
    let mut known = Vec::new();
    for id in &facts.review.reviewed_by {
        let Some(reviewer) = reviewers.get(id) else {
            let (message, help) = unknown(id, reviewers);
            faults.push(fault(facts, Code::UnknownReviewer, "reviewed_by", message).help(help));
            continue;
        };
        if let Some(day) = facts.review.last_reviewed.filter(|day| !reviewer.is_active_on(*day)) {
            let message = format!("the reviewer `{id}` was not active on {day}");
            faults.push(
                fault(facts, Code::InactiveReviewer, "reviewed_by", message)
                    .help("see `active_from` and `active_until` in `data/reviewers.toml`"),
            );
        }
        // That one was not active has been told, and is an error; what the date says of the page is still to be told.
        let role = Some(reviewer.role.clone());
        let person = Person { id: id.clone(), role, is_active: true, is_only_author: false };
        if policy.eligible(&person) == Err(Ineligible::WrongRole) {
            let message = format!("`{id}` is `{}`, and this page asks for another role", reviewer.role);
            faults.push(
                fault(facts, Code::ReviewerRole, "reviewed_by", message)
                    .help(format!("it asks for `{}`", policy.roles.join("` or `"))),
            );
        }
        known.push(person);
    }
    known
}

/// What is wrong with the id of a reviewer who is not there, and a way out.
pub fn unknown(id: &str, reviewers: &Reviewers) -> (String, String) {
    let help = match suggest::nearest(id, reviewers.keys().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("add a `[[reviewer]]` with `id = \"{id}\"` there"),
    };
    (format!("`data/reviewers.toml` has no reviewer `{id}`"), help)
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

/// A page may only shorten the interval.
fn longer_interval(facts: &Facts, policy: &Policy, today: Date) -> Option<Diagnostic> {
    let own: Interval = facts.review.interval?;
    let holds = policy.interval_from(facts.review.last_reviewed.unwrap_or(today), Some(own));
    if own == policy.interval || holds == own {
        return None;
    }
    let message = format!("`review_interval` is {own}, and the site's is {}", policy.interval);
    Some(fault(facts, Code::InvalidValue, "review_interval", message).help("a page may only shorten the interval"))
}

/// Sections of `[review]` below which there is no page: a slip there would leave a section without its policy in silence.
pub fn check_sections(config: &ReviewConfig, routes: &Routes) -> Vec<Diagnostic> {
    let urls = || routes.pages.iter().map(|page| page.url.as_str());
    let fault = |section: &crate::source::policy::SectionPolicy| {
        let path = section.path.as_str();
        if urls().any(|url| url.starts_with(path)) {
            return None;
        }
        let place = Place::span(&SourcePath::new(SITE_TOML), section.span);
        let message = format!("there is no page below `{path}`");
        Some(Diagnostic::new(Code::InvalidValue, place, message).help(match suggest::nearest(path, urls()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write the path of a section from the site's root, such as `/conditions/`".to_owned(),
        }))
    };
    config.sections.iter().filter_map(fault).collect()
}
