//! Dates as people write them: only `2024-01-22` is read, and for the rest it is said what was probably meant.

use crate::base::date::Date;

/// What is wrong with a text that should be a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// What it is instead, in words that go on from "`key` is".
    pub what: String,
    /// How to write it.
    pub help: String,
}

/// Reads `YYYY-MM-DD`.
pub fn read(text: &str) -> Result<Date, Misread> {
    Date::parse(text).ok_or_else(|| misread(text))
}

fn misread(text: &str) -> Misread {
    if let Some(help) = nonexistent(text) {
        return Misread { what: format!("a day that does not exist: `{text}`"), help };
    }
    let help = match guesses(text).as_slice() {
        [] => "write it as year, month and day, such as `2024-01-22`".to_owned(),
        [date] => format!("write it as `{date}`"),
        [date, other, ..] => format!("write year, month and day: `{date}` or `{other}`, whichever is meant"),
    };
    Misread { what: format!("not a date: `{text}`"), help }
}

/// What to say of a text of the right form that names no day.
fn nonexistent(text: &str) -> Option<String> {
    let form = text.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
    if !form.eq(*b"0000-00-00") {
        return None;
    }
    let (year, month) = (text.get(..4)?, text.get(5..7)?);
    let last = |day: &u8| Date::parse(&format!("{year}-{month}-{day}")).is_some();
    Some(match (28..=31).rev().find(last) {
        Some(day) => format!("the month {year}-{month} has the days 01 to {day}"),
        None => "write year, month (01 to 12) and day, such as `2024-01-22`".to_owned(),
    })
}

/// The days that a text may mean: more than one for `01/02/2024`, which is January here and February there.
fn guesses(text: &str) -> Vec<Date> {
    if let Some(date) = text.get(..10).and_then(Date::parse) {
        return vec![date];
    }
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let [first, second, third] = parts.as_slice() else { return Vec::new() };
    let orders = match (first.len(), third.len()) {
        (4, _) => vec![(first, second, third)],
        (_, 4) => vec![(third, first, second), (third, second, first)],
        _ => return Vec::new(),
    };
    let mut days: Vec<Date> =
        orders.into_iter().filter_map(|(y, m, d)| Date::new(y.parse().ok()?, month(m)?, day(d)?)).collect();
    days.dedup();
    days
}

/// A month by number or English name.
fn month(text: &str) -> Option<i8> {
    const NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    text.parse().ok().or_else(|| {
        let name = text.get(..3)?.to_lowercase();
        (1..).zip(NAMES).find_map(|(number, known)| (known == name).then_some(number))
    })
}

/// A day of the month, `22` or `22nd`.
fn day(text: &str) -> Option<i8> {
    text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse().ok()
}
