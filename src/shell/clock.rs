//! The one clock of the program: what day it is where it runs.
#![allow(clippy::disallowed_methods, reason = "the clock is read here, and handed on as an input")]

use jiff::ZonedDateTime;

use crate::base::date::Date;

/// Today in the time zone of the machine, or in UTC where that cannot be found out.
///
/// A due date is a day in the publisher's calendar, so the machine's zone decides; a build that must not depend on it says
/// `--today`.
pub fn today() -> Date {
    ZonedDateTime::now().date().into()
}
