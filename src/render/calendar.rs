//! A calendar of days (RFC 5545), for the calendar programs of those who review.
//!
//! Its bytes are a function of what it holds: the stamp of each event, which says when it was written, is the day that the
//! build takes for today, at midnight UTC. An event keeps its identity (`UID`) while its page keeps its path, so that a
//! program that reads the calendar again moves the event and does not add a second one.

use crate::base::date::{Date, Interval};
use crate::review::digest::Sha256;

/// What a line may hold without its end, in bytes (section 3.1).
const LINE: usize = 75;

/// Something on a day, all day long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What it is the event of, such as a page's path: the same for the same thing in every calendar.
    pub subject: String,
    /// The day.
    pub day: Date,
    /// What a calendar shows.
    pub summary: String,
    /// What it shows when it is opened.
    pub description: String,
    /// Where to go.
    pub url: Option<String>,
}

/// Writes a calendar. `host` keeps the identities of two sites apart.
pub fn calendar(name: &str, host: &str, today: Date, events: &[Event]) -> String {
    let mut lines = Lines(String::new());
    lines.raw("BEGIN", "VCALENDAR");
    lines.raw("VERSION", "2.0");
    lines.raw("PRODID", "-//iort-site//reviews//EN");
    lines.raw("CALSCALE", "GREGORIAN");
    lines.raw("METHOD", "PUBLISH");
    lines.text("NAME", name);
    lines.text("X-WR-CALNAME", name);
    for event in events {
        let id = Sha256::of(event.subject.as_bytes()).to_string();
        lines.raw("BEGIN", "VEVENT");
        lines.text("UID", &format!("{}@{host}", id.get(..32).unwrap_or(&id)));
        lines.raw("DTSTAMP", &format!("{}T000000Z", basic(today)));
        lines.raw("DTSTART;VALUE=DATE", &basic(event.day));
        // The end of a day is the day after; on the last of all days one is implied.
        if let Some(end) = event.day.after(Interval::Days(1)) {
            lines.raw("DTEND;VALUE=DATE", &basic(end));
        }
        lines.text("SUMMARY", &event.summary);
        if !event.description.is_empty() {
            lines.text("DESCRIPTION", &event.description);
        }
        if let Some(url) = &event.url {
            lines.raw("URL", url);
        }
        lines.raw("TRANSP", "TRANSPARENT");
        lines.raw("END", "VEVENT");
    }
    lines.raw("END", "VCALENDAR");
    lines.0
}

/// A day in the basic form of ISO 8601.
fn basic(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

struct Lines(String);

impl Lines {
    /// A value of type TEXT (section 3.3.11).
    fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::with_capacity(value.len());
        for c in value.replace("\r\n", "\n").chars() {
            match c {
                '\\' | ';' | ',' => escaped.extend(['\\', c]),
                '\n' | '\r' => escaped.push_str("\\n"),
                c if c.is_control() => {}
                c => escaped.push(c),
            }
        }
        self.raw(name, &escaped);
    }

    /// A line, folded: what goes on starts with a blank, and no character is cut in two.
    fn raw(&mut self, name: &str, value: &str) {
        let mut length = 0;
        for c in name.chars().chain([':']).chain(value.chars()) {
            if length + c.len_utf8() > LINE {
                self.0.push_str("\r\n ");
                length = 1;
            }
            self.0.push(c);
            length += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::{Event, LINE, calendar};
    use crate::base::date::Date;

    #[test]
    fn folds_escapes_and_stays_the_same() {
        let day = Date::new(2028, 2, 29).unwrap();
        let summary = format!("Review due: ä; b, c\\d {}", "é".repeat(60));
        let event = Event {
            subject: "content/a.md".into(),
            day,
            summary,
            description: "one\ntwo".into(),
            url: Some("https://example.org/a/".into()),
        };
        let text = calendar("A site", "example.org", Date::new(2026, 1, 5).unwrap(), std::slice::from_ref(&event));
        assert!(text.split("\r\n").all(|line| line.len() <= LINE && !line.contains(['\r', '\n'])));
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains("SUMMARY:Review due: ä\\; b\\, c\\\\d é"));
        assert!(
            unfolded
                .contains("DTSTAMP:20260105T000000Z\r\nDTSTART;VALUE=DATE:20280229\r\nDTEND;VALUE=DATE:20280301\r\n")
        );
        assert!(unfolded.contains("DESCRIPTION:one\\ntwo\r\n"));
        assert_eq!(text, calendar("A site", "example.org", Date::new(2026, 1, 5).unwrap(), &[event]));
    }
}
