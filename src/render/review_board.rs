//! Where the reviews of all pages stand, as the page that publishes it sees it.
//!
//! Values only: what they are called stands in the theme's words, and how they are drawn in its template. Numbers that a
//! picture needs are whole ones, made here, so that a template draws and does not reckon.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use tera::Value;

use crate::base::date::Date;
use crate::base::digest::Digest;
use crate::render::review_load::{self, Due};
use crate::render::review_status::{BY_URGENCY, PageStatus};
use crate::review::state::State;
use crate::site::routes::{REVIEWS_CALENDAR, REVIEWS_JSON};
use crate::source::reviewers::Reviewers;
use crate::source::strings::Strings;

/// How wide the bar of states is, and how high the chart of months.
const BAR: usize = 1000;
const CHART: usize = 100;

/// One page of the list.
#[derive(Clone, Debug, Serialize)]
pub struct Listed {
    /// Where it stands.
    pub status: PageStatus,
    /// The first folder of its URL, from the root.
    pub section: Option<String>,
    /// How hard it is to read: its grade as it is, and with glossary terms exempt.
    pub grades: Option<(String, String)>,
}

/// All of it.
#[derive(Clone, Debug, Serialize)]
pub struct BoardView {
    /// The day as of which it holds.
    pub today: Date,
    /// The pages, the most urgent first.
    pub pages: Vec<Listed>,
    /// The sections, by the first folder of their URLs, with their titles.
    pub sections: BTreeMap<String, String>,
    /// The reviewers that pages name, with their names.
    pub reviewers: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Named<'a> {
    id: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct Dated {
    iso: Date,
    text: String,
}

#[derive(Serialize)]
struct StateShare {
    state: &'static str,
    count: usize,
    /// Where its part of the bar starts, and how wide it is, of `BAR`.
    x: usize,
    width: usize,
}

#[derive(Serialize)]
struct MonthView {
    /// `waiting`, a month such as `2026-07`, or `later`.
    key: String,
    /// The month's name and year; none for the two others.
    month: Option<String>,
    year: Option<i16>,
    starts_year: bool,
    count: usize,
    /// The height of its column, of `CHART`.
    height: usize,
    reviewers: Vec<ReviewerShare>,
    unassigned: usize,
}

#[derive(Serialize)]
struct ReviewerShare {
    name: String,
    count: usize,
}

#[derive(Serialize)]
struct PageRow<'a> {
    title: &'a str,
    path: &'a str,
    section: Option<&'a str>,
    state: &'static str,
    last: Option<Dated>,
    next: Option<Dated>,
    urgent: Option<Dated>,
    reviewers: Vec<Named<'a>>,
    grade: Option<&'a str>,
    grade_exempt: Option<&'a str>,
}

/// The reviewers that pages name, by their ids.
pub fn reviewers_of(pages: &[Listed], reviewers: &Reviewers) -> BTreeMap<String, String> {
    let ids: BTreeSet<&String> = pages.iter().flat_map(|page| &page.status.reviewed_by).collect();
    ids.into_iter()
        .map(|id| (id.clone(), reviewers.get(id).map_or_else(|| id.clone(), |known| known.name.clone())))
        .collect()
}

fn dated(day: Date, strings: &Strings) -> Dated {
    Dated { iso: day, text: strings.date(day) }
}

impl BoardView {
    /// The digest of all of it.
    pub fn digest(&self) -> Digest {
        Digest::of_value(self)
    }

    /// As its template sees it, in a language.
    pub fn value(&self, strings: &Strings) -> Value {
        let sections: Vec<Named<'_>> = self.sections.iter().map(|(id, name)| Named { id, name }).collect();
        let reviewers: Vec<Named<'_>> = self.reviewers.iter().map(|(id, name)| Named { id, name }).collect();
        Value::from(BTreeMap::from([
            ("today".to_owned(), Value::from_serializable(&dated(self.today, strings))),
            ("count".to_owned(), Value::from_serializable(&self.pages.len())),
            ("states".to_owned(), Value::from_serializable(&self.states())),
            ("months".to_owned(), Value::from_serializable(&self.months(strings))),
            (
                "pages".to_owned(),
                Value::from_serializable(&self.pages.iter().map(|page| self.row(page, strings)).collect::<Vec<_>>()),
            ),
            ("json".to_owned(), Value::from(REVIEWS_JSON.trim_start_matches('/'))),
            ("calendar".to_owned(), Value::from(REVIEWS_CALENDAR.trim_start_matches('/'))),
            ("sections".to_owned(), Value::from_serializable(&sections)),
            ("reviewers".to_owned(), Value::from_serializable(&reviewers)),
        ]))
    }

    fn row<'a>(&'a self, page: &'a Listed, strings: &Strings) -> PageRow<'a> {
        let status = &page.status;
        let date = |day: Date| dated(day, strings);
        PageRow {
            title: &status.title,
            path: status.url.from_root(),
            section: page.section.as_deref(),
            state: status.state.name(),
            last: status.last_reviewed.map(date),
            next: status.next_review.filter(|_| status.state != State::Withdrawn).map(date),
            urgent: status.urgent_until.map(date),
            reviewers: status.reviewed_by.iter().map(|id| self.named(id)).collect(),
            grade: page.grades.as_ref().map(|(raw, _)| raw.as_str()),
            grade_exempt: page.grades.as_ref().map(|(_, exempt)| exempt.as_str()),
        }
    }

    /// The states that any page is in, each with its part of the bar. The parts fill the bar, whatever they are rounded to.
    fn states(&self) -> Vec<StateShare> {
        let total = self.pages.len().max(1);
        let mut before = 0;
        let mut shares = Vec::new();
        for state in BY_URGENCY {
            let count = self.pages.iter().filter(|page| page.status.state == state).count();
            if count == 0 {
                continue;
            }
            let (x, end) = (before * BAR / total, (before + count) * BAR / total);
            shares.push(StateShare { state: state.name(), count, x, width: end - x });
            before += count;
        }
        shares
    }

    /// What waits, what is due in each month, and what is due later.
    fn months(&self, strings: &Strings) -> Vec<MonthView> {
        let statuses: Vec<PageStatus> = self.pages.iter().map(|page| page.status.clone()).collect();
        let load = review_load::load(&statuses, self.today);
        let parts = || [&load.waiting, &load.later].into_iter().chain(load.months.iter().map(|month| &month.due));
        let most = parts().map(|due| due.pages).max().unwrap_or(0).max(1);
        let view = |key: &str, first: Option<Date>, due: &Due| MonthView {
            key: key.to_owned(),
            month: first.and_then(|first| strings.months.get(usize::try_from(first.month() - 1).ok()?).cloned()),
            year: first.map(Date::year),
            starts_year: first.is_some_and(|first| first.month() == 1),
            count: due.pages,
            height: (due.pages * CHART).div_ceil(most),
            reviewers: due.by_reviewer.iter().map(|(id, count)| self.share(id, *count)).collect(),
            unassigned: due.unassigned,
        };
        let months = load.months.iter().map(|month| view(&month.month, Some(month.first), &month.due));
        let mut views = vec![view("waiting", None, &load.waiting)];
        views.extend(months);
        views.push(view("later", None, &load.later));
        views
    }

    fn named<'a>(&'a self, id: &'a str) -> Named<'a> {
        Named { id, name: self.reviewers.get(id).map_or(id, String::as_str) }
    }

    fn share(&self, id: &str, count: usize) -> ReviewerShare {
        ReviewerShare { name: self.reviewers.get(id).map_or(id, String::as_str).to_owned(), count }
    }
}
