//! Where each page's review stands, as a list for programs: JSON, comma-separated values, a calendar.
//!
//! `iort-site review status` and the published dashboard write the same forms from the same values. Field names are those of
//! the JSON (`docs/review-dashboard.md`), and stay.

use std::cmp::Ordering;

use serde::{Serialize, Serializer};

use crate::base::date::Date;
use crate::base::path::{SourcePath, UrlPath};
use crate::render::calendar::{self, Event};
use crate::render::csv;
use crate::render::site_files::absolute;
use crate::review::policy::Action;
use crate::review::state::State;
use crate::source::config::Config;

/// Where one page stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PageStatus {
    /// Its source.
    pub path: SourcePath,
    /// Where it is, or would be.
    pub url: UrlPath,
    /// Its title.
    pub title: String,
    /// Where its words stand.
    #[serde(serialize_with = "state_name")]
    pub state: State,
    /// What that does to a build.
    #[serde(serialize_with = "action_name")]
    pub action: Action,
    /// The day of the last full review.
    pub last_reviewed: Option<Date>,
    /// The day on which the next one is due.
    pub next_review: Option<Date>,
    /// Who made the last one, by their ids.
    pub reviewed_by: Vec<String>,
    /// The last day on which an urgent correction may stand unreviewed.
    pub urgent_until: Option<Date>,
    /// The records that an editor filed for a reviewer. Not on the published dashboard: where a reviewer's word can be found
    /// is the publisher's own business.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filed: Vec<FiledFor>,
}

/// A record that somebody filed for its reviewer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FiledFor {
    /// The reviewer.
    pub reviewer: String,
    /// The editor.
    pub recorded_by: String,
    /// Where the reviewer's word can be found.
    pub evidence: String,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature is the library's")]
fn state_name<S: Serializer>(state: &State, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(state.name())
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature is the library's")]
fn action_name<S: Serializer>(action: &Action, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(action.name())
}

/// The states in the order in which somebody should look at them.
pub const BY_URGENCY: [State; 7] =
    [State::Objected, State::Never, State::Changed, State::Overdue, State::Due, State::Current, State::Withdrawn];

impl PageStatus {
    /// The day on which somebody must have looked at it.
    pub fn deadline(&self) -> Option<Date> {
        match self.state {
            State::Withdrawn => None,
            _ => self.urgent_until.or(self.next_review),
        }
    }

    /// Whether it waits for a reviewer already, whatever its date.
    pub fn is_waiting(&self) -> bool {
        matches!(self.state, State::Objected | State::Never | State::Changed | State::Overdue)
    }

    /// Whether it waits for a reviewer, or will by that day.
    pub fn is_due_by(&self, day: Date) -> bool {
        self.is_waiting() || self.deadline().is_some_and(|deadline| deadline <= day)
    }

    /// What keeps a build from being published comes first, then what comes first in `BY_URGENCY`, then the earlier day.
    fn urgency(&self, other: &Self) -> Ordering {
        let key = |status: &Self| {
            let rank = BY_URGENCY.iter().position(|state| *state == status.state);
            let day = status.deadline();
            (status.action != Action::Error, rank, day.is_none(), day)
        };
        key(self).cmp(&key(other)).then_with(|| self.path.cmp(&other.path))
    }
}

/// Puts the most urgent first.
pub fn sort(pages: &mut [PageStatus]) {
    pages.sort_by(PageStatus::urgency);
}

/// An array of objects, one a line.
pub fn json(pages: &[PageStatus]) -> String {
    // Plain data always has a JSON form.
    let lines: Vec<String> = pages.iter().map(|page| serde_json::to_string(page).unwrap_or_default()).collect();
    if lines.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", lines.join(",\n")) }
}

/// A line for each page; what a page has several of stands in one cell, parted by semicolons.
pub fn csv(pages: &[PageStatus]) -> String {
    const NAMES: [&str; 11] = [
        "path",
        "url",
        "title",
        "state",
        "action",
        "last_reviewed",
        "next_review",
        "reviewed_by",
        "urgent_until",
        "recorded_by",
        "evidence",
    ];
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let filed =
        |page: &PageStatus, part: fn(&FiledFor) -> &str| page.filed.iter().map(part).collect::<Vec<_>>().join("; ");
    let row = |page: &PageStatus| {
        [
            page.path.to_string(),
            page.url.to_string(),
            page.title.clone(),
            page.state.name().to_owned(),
            page.action.name().to_owned(),
            day(page.last_reviewed),
            day(page.next_review),
            page.reviewed_by.join("; "),
            day(page.urgent_until),
            filed(page, |filed| &filed.recorded_by),
            filed(page, |filed| &filed.evidence),
        ]
    };
    csv::csv(std::iter::once(NAMES.map(str::to_owned)).chain(pages.iter().map(row)))
}

/// A calendar of the days on which reviews are due. A page that was never reviewed has no such day, and one that is withdrawn
/// needs none. `summary` says what a page's event is called.
pub fn calendar(pages: &[PageStatus], config: &Config, today: Date, summary: &dyn Fn(&PageStatus) -> String) -> String {
    let base = config.base_url.as_ref();
    let event = |page: &PageStatus| {
        let by = if page.reviewed_by.is_empty() { String::new() } else { format!("\n{}", page.reviewed_by.join(", ")) };
        Some(Event {
            subject: page.path.to_string(),
            day: page.deadline()?,
            summary: summary(page),
            description: format!("{}\n{}{by}", page.path, page.state.name()),
            url: base.map(|base| absolute(base, &page.url)),
        })
    };
    let events: Vec<Event> = pages.iter().filter_map(event).collect();
    let host = base.and_then(|base| base.origin.split("//").nth(1)).unwrap_or("iort-site");
    calendar::calendar(&config.title, host, today, &events)
}
