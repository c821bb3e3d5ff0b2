//! A review as a page's front matter claims it, weighed on a day.
//!
//! The next review is computed, never stored: a stored date is one that can be bumped.

use crate::base::date::{Date, Interval};

/// Where a claim stands on a day: the first that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// No date or no reviewer.
    None,
    /// Today is past the day on which the next review was due.
    Overdue,
    /// The day is within the notice period, or today.
    Due,
    /// Otherwise.
    Current,
}

impl State {
    /// The state's name, as templates see it.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Overdue => "overdue",
            Self::Due => "due",
            Self::Current => "current",
        }
    }
}

/// How long a review holds, and from when on it is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// From the review to the next.
    pub interval: Interval,
    /// How long before the next a page counts as due.
    pub notice: Interval,
}

/// A claim, weighed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Standing {
    /// Where it stands.
    pub state: State,
    /// When the next review is due; `None` without a claim, or past the year 9999.
    pub next: Option<Date>,
}

/// Weighs a claim: a review on `reviewed`, if there was one, under `terms`, seen from `today`.
pub fn weigh(reviewed: Option<Date>, terms: Terms, today: Date) -> Standing {
    let Some(reviewed) = reviewed else { return Standing { state: State::None, next: None } };
    let next = reviewed.after(terms.interval);
    let state = match next {
        Some(next) if today > next => State::Overdue,
        Some(next) if next.before(terms.notice).is_none_or(|from| today >= from) => State::Due,
        _ => State::Current,
    };
    Standing { state, next }
}

/// The shorter of two intervals, told by the days they reach from `day`: months and days have no order of their own.
pub fn shorter(day: Date, a: Interval, b: Interval) -> Interval {
    match (day.after(a), day.after(b)) {
        (Some(first), Some(second)) if second < first => b,
        (None, Some(_)) => b,
        _ => a,
    }
}
