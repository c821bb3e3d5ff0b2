//! Civil dates and the intervals between reviews. No clock: today is an input.

use std::fmt;

use jiff::civil;
use serde::{Deserialize, Serialize};

/// A day of the Gregorian calendar, written `2024-01-22` (ISO 8601, calendar date, extended form).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(civil::Date);

impl Date {
    /// Reads `YYYY-MM-DD`, exactly ten characters, and a day that exists.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let parts: Vec<&str> = text.split('-').collect();
        match parts.as_slice() {
            [year, month, day]
                if (year.len(), month.len(), day.len()) == (4, 2, 2)
                    && digits(year)
                    && digits(month)
                    && digits(day) =>
            {
                civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok().map(Self)
            }
            _ => None,
        }
    }

    /// A day from its numbers; `None` where there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        civil::Date::new(year, month, day).ok().map(Self)
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, from 1.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, from 1.
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// The day an interval later. A day that the month does not have becomes its last (31 January and a month: 28 or 29
    /// February), the common rule for calendar months; `None` past the year 9999.
    pub fn after(self, interval: Interval) -> Option<Self> {
        self.0.checked_add(interval.span()?).ok().map(Self)
    }

    /// The day an interval earlier, by the same rule.
    pub fn before(self, interval: Interval) -> Option<Self> {
        self.0.checked_sub(interval.span()?).ok().map(Self)
    }
}

impl From<civil::Date> for Date {
    fn from(date: civil::Date) -> Self {
        Self(date)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Date {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a date of the form YYYY-MM-DD"))
    }
}

/// A length of calendar time between two reviews: `18 months`, `2 years`, `90 days`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Interval {
    /// Days.
    Days(u16),
    /// Weeks of seven days.
    Weeks(u16),
    /// Calendar months.
    Months(u16),
    /// Calendar years.
    Years(u16),
}

impl Interval {
    /// Reads a number from 1 to 9999 and a unit: `18 months`, `1 year`, `90 days`, `6 weeks`, or the short `90d`, `6w`,
    /// `18m`, `2y`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: u16 = text[..digits].parse().ok().filter(|n| (1..=9999).contains(n))?;
        match text[digits..].trim_start() {
            "day" | "days" | "d" => Some(Self::Days(number)),
            "week" | "weeks" | "w" => Some(Self::Weeks(number)),
            "month" | "months" | "m" => Some(Self::Months(number)),
            "year" | "years" | "y" => Some(Self::Years(number)),
            _ => None,
        }
    }
}

impl Interval {
    fn span(self) -> Option<jiff::Span> {
        let span = jiff::Span::new();
        match self {
            Self::Days(n) => span.try_days(n),
            Self::Weeks(n) => span.try_weeks(n),
            Self::Months(n) => span.try_months(n),
            Self::Years(n) => span.try_years(n),
        }
        .ok()
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit) = match self {
            Self::Days(n) => (n, "day"),
            Self::Weeks(n) => (n, "week"),
            Self::Months(n) => (n, "month"),
            Self::Years(n) => (n, "year"),
        };
        write!(f, "{number} {unit}{}", if *number == 1 { "" } else { "s" })
    }
}
