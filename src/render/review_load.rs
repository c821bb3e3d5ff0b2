//! How many reviews are due, by month and reviewer: a pile-up is seen before it comes.
//!
//! A team that reviews a whole site in one week has all of it due again in one week. What spreads the load is a shorter
//! interval for some of the pages, and never another date for a review that was made.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::date::{Date, Interval};
use crate::render::csv;
use crate::render::review_status::PageStatus;
use crate::review::state::State;

/// How many months are looked at, today's first.
pub const MONTHS: u16 = 24;

/// The reviews of a site by when they are due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Load {
    /// What waits already: overdue, changed, objected to, never reviewed.
    pub waiting: Due,
    /// The months, in their order.
    pub months: Vec<Month>,
    /// What is due after the last month.
    pub later: Due,
}

/// The reviews of one month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Month {
    /// The month, `2026-07`.
    pub month: String,
    /// Its first day.
    #[serde(skip)]
    pub first: Date,
    /// What is due in it.
    #[serde(flatten)]
    pub due: Due,
}

/// Some reviews.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Due {
    /// How many pages.
    pub pages: usize,
    /// How many of them each reviewer made the last review of. A page that two people reviewed counts for both.
    pub by_reviewer: BTreeMap<String, usize>,
    /// How many of them nobody has reviewed yet.
    pub unassigned: usize,
}

impl Due {
    fn add(&mut self, page: &PageStatus) {
        self.pages += 1;
        self.unassigned += usize::from(page.reviewed_by.is_empty());
        for reviewer in &page.reviewed_by {
            *self.by_reviewer.entry(reviewer.clone()).or_default() += 1;
        }
    }
}

/// Counts the reviews of pages, as seen from today.
pub fn load(pages: &[PageStatus], today: Date) -> Load {
    let first = Date::new(today.year(), today.month(), 1).unwrap_or(today);
    let months = (0..MONTHS).map_while(|count| match count {
        0 => Some(first),
        count => first.after(Interval::Months(count)),
    });
    let month =
        |first: Date| Month { month: format!("{:04}-{:02}", first.year(), first.month()), first, due: Due::default() };
    let mut load = Load { waiting: Due::default(), months: months.map(month).collect(), later: Due::default() };
    for page in pages.iter().filter(|page| page.state != State::Withdrawn) {
        if page.is_waiting() {
            load.waiting.add(page);
            continue;
        }
        let Some(day) = page.deadline() else { continue };
        let is_its_month = |month: &&mut Month| (month.first.year(), month.first.month()) == (day.year(), day.month());
        match load.months.iter_mut().find(is_its_month) {
            Some(month) => month.due.add(page),
            None => load.later.add(page),
        }
    }
    load
}

/// One object.
pub fn json(load: &Load) -> String {
    // Plain data always has a JSON form.
    let mut text = serde_json::to_string_pretty(load).unwrap_or_default();
    text.push('\n');
    text
}

/// A line for each month and reviewer, as a pivot table wants it. A month without a review has a line, with 0.
pub fn csv(load: &Load) -> String {
    let mut rows: Vec<[String; 3]> = vec![["month", "reviewer", "pages"].map(str::to_owned)];
    let mut add = |when: &str, due: &Due| {
        let by_reviewer = due.by_reviewer.iter().map(|(reviewer, count)| (reviewer.as_str(), *count));
        let unassigned = (due.unassigned > 0 || due.pages == 0).then_some(("", due.unassigned));
        for (reviewer, count) in by_reviewer.chain(unassigned) {
            rows.push([when.to_owned(), reviewer.to_owned(), count.to_string()]);
        }
    };
    add("waiting", &load.waiting);
    for month in &load.months {
        add(&month.month, &month.due);
    }
    add("later", &load.later);
    csv::csv(rows)
}
