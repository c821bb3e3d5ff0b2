//! What a review writes into a page's front matter: `last_reviewed` and `reviewed_by`, and no other byte.
//!
//! The file is its editor's: their quotes, their lists, their comments and line endings stay. So the two values are put where
//! the parser says that the old ones stand, and the result is read again: unless it says what was meant, and all else as
//! before, nothing is written and the editor is asked to do it by hand.

use crate::base::date::Date;
use crate::base::path::SourcePath;
use crate::base::span::Span;
use crate::source::core_schema::resolve;
use crate::source::faults::Faults;
use crate::source::front_matter::{self, FrontMatter};
use crate::source::tree::{Entry, Kind, Value};
use crate::source::yaml;

const DATE: &str = "last_reviewed";
const DATE_ALIAS: &str = "last_reviewed_on";
const REVIEWERS: &str = "reviewed_by";

/// A review as front matter tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim<'a> {
    /// The day.
    pub date: Date,
    /// The ids of those who made it; at least one.
    pub reviewers: &'a [String],
}

impl Claim<'_> {
    /// Whether front matter says this already: the reviewers in any order.
    pub fn is_made_by(self, date: Option<Date>, reviewers: &[String]) -> bool {
        date == Some(self.date) && are_same(reviewers, self.reviewers)
    }
}

/// The text of a page with the claim in its front matter; `None` where the front matter is of a form that cannot be edited
/// without touching anything else.
pub fn with_claim(path: &SourcePath, text: &str, claim: Claim<'_>) -> Option<String> {
    let before = FrontMatter::read(path, text);
    let mut faults = Faults::new(path, text);
    let fences = front_matter::find_fences(&mut faults)?;
    let root = yaml::read(fences.block, &mut faults);
    let Kind::Table(entries) = &root.kind else { return None };
    let mut edits = Edits { text, newline: newline(text), changes: Vec::new() };
    edits.date(entries, claim.date)?;
    edits.reviewers(entries, claim.reviewers)?;
    let edited = edits.apply();
    let after = FrontMatter::read(path, &edited);
    let body = |text: &str, offset: usize| text.get(offset..).map(ToOwned::to_owned);
    let (old, mut new) = (before.front_matter?, after.front_matter?);
    if !claim.is_made_by(new.last_reviewed, &new.reviewed_by)
        || body(text, before.body_offset) != body(&edited, after.body_offset)
    {
        return None;
    }
    // But for the two, all must be as it was.
    new.last_reviewed = old.last_reviewed;
    new.reviewed_by.clone_from(&old.reviewed_by);
    new.places.clone_from(&old.places);
    (new == old).then_some(edited)
}

fn are_same(a: &[String], b: &[String]) -> bool {
    let sorted = |ids: &[String]| {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids
    };
    sorted(a) == sorted(b)
}

fn newline(text: &str) -> &'static str {
    if text.lines().next().is_some_and(|first| text[first.len()..].starts_with("\r\n")) { "\r\n" } else { "\n" }
}

fn find<'e, 's>(entries: &'e [Entry<'s>], keys: &[&str]) -> Option<&'e Entry<'s>> {
    entries.iter().find(|entry| keys.contains(&&*entry.key))
}

/// A text as YAML, in the quotes that the one in its place had.
fn scalar(text: &str, before: &str) -> String {
    match before.chars().next() {
        Some(quote @ ('"' | '\'')) => format!("{quote}{text}{quote}"),
        _ if matches!(resolve(text.into()), Ok(Kind::Text(_))) => text.to_owned(),
        _ => format!("\"{text}\""),
    }
}

/// Edits of a text, each of a place of it.
struct Edits<'a> {
    text: &'a str,
    newline: &'static str,
    changes: Vec<(Span, String)>,
}

impl Edits<'_> {
    fn apply(mut self) -> String {
        // What is inserted at one place stays in the order in which it was said.
        self.changes.sort_by_key(|(span, _)| span.start);
        let mut out = String::with_capacity(self.text.len() + 64);
        let mut at = 0;
        for (span, text) in self.changes {
            out.push_str(Span::new(at, span.start).of(self.text));
            out.push_str(&text);
            at = span.end;
        }
        out.push_str(&self.text[at..]);
        out
    }

    fn replace(&mut self, span: Span, text: impl Into<String>) {
        self.changes.push((span, text.into()));
    }

    fn date(&mut self, entries: &[Entry<'_>], date: Date) -> Option<()> {
        let Some(entry) = find(entries, &[DATE, DATE_ALIAS]) else {
            return self.insert(entries, DATE, &date.to_string(), &[REVIEWERS]);
        };
        match &entry.value.kind {
            Kind::Text(text) if Date::parse(text) == Some(date) => {}
            Kind::Text(_) => self.replace(entry.value.span, scalar(&date.to_string(), entry.value.span.of(self.text))),
            _ => self.fill(entry, &date.to_string())?,
        }
        Some(())
    }

    fn reviewers(&mut self, entries: &[Entry<'_>], ids: &[String]) -> Option<()> {
        let Some(entry) = find(entries, &[REVIEWERS]) else {
            return self.insert(entries, REVIEWERS, &flow(ids), &[]);
        };
        match &entry.value.kind {
            Kind::List(items) if items.is_empty() => self.replace(entry.value.span, flow(ids)),
            Kind::List(items) => self.list(&entry.value, items, ids)?,
            Kind::Text(id) if [&**id] == *ids => {}
            Kind::Text(_) => {
                let text = match ids {
                    [only] => scalar(only, entry.value.span.of(self.text)),
                    several => flow(several),
                };
                self.replace(entry.value.span, text);
            }
            _ => self.fill(entry, &flow(ids))?,
        }
        Some(())
    }

    /// Gives a key a value that has none, or one that is no text.
    fn fill(&mut self, entry: &Entry<'_>, value: &str) -> Option<()> {
        let written = entry.value.span.of(self.text);
        if !written.trim().is_empty() {
            self.replace(entry.value.span, value);
            return Some(());
        }
        let colon = entry.key_span.end + self.text.get(entry.key_span.end..)?.find(':')? + 1;
        self.replace(Span::new(colon, colon), format!(" {value}"));
        Some(())
    }

    /// Puts a new key on a line of its own: before one of `before`, or behind what a reader would look for it after.
    fn insert(&mut self, entries: &[Entry<'_>], key: &str, value: &str, before: &[&str]) -> Option<()> {
        if let Some(next) = find(entries, before) {
            let start = line_start(self.text, next.key_span.start);
            let line = format!("{}{key}: {value}{}", self.indent(next.key_span), self.newline);
            self.replace(Span::new(start, start), line);
            return Some(());
        }
        let places: &[&[&str]] = &[&[DATE, DATE_ALIAS], &["description"], &["title"]];
        let after = places.iter().find_map(|keys| find(entries, keys)).or(entries.last())?;
        let end = line_end(self.text, after.value.span.end.max(after.key_span.end));
        let line = format!("{}{key}: {value}{}", self.indent(after.key_span), self.newline);
        self.replace(Span::new(end, end), line);
        Some(())
    }

    /// What stands before a key on its line.
    fn indent(&self, key: Span) -> String {
        let before = &self.text[line_start(self.text, key.start)..key.start];
        before.chars().map(|c| if c.is_whitespace() { c } else { ' ' }).collect()
    }

    /// Makes a list hold these ids: those that are there stay where they are, and those that go make room for those that
    /// come.
    fn list(&mut self, list: &Value<'_>, items: &[Value<'_>], ids: &[String]) -> Option<()> {
        let stays = |item: &Value<'_>| matches!(&item.kind, Kind::Text(id) if ids.iter().any(|new| **new == **id));
        let has = |id: &&String| items.iter().any(|item| matches!(&item.kind, Kind::Text(old) if **old == ***id));
        let is_flow = list.span.of(self.text).starts_with('[');
        let mut come = ids.iter().filter(|id| !has(id));
        let mut gone = Vec::new();
        for item in items.iter().filter(|item| !stays(item)) {
            match come.next() {
                Some(id) => self.replace(item.span, scalar(id, item.span.of(self.text))),
                None => gone.push(item.span),
            }
        }
        if is_flow && !gone.is_empty() {
            return self.shorter_flow(list, items, &gone);
        }
        let end = items.last()?.span;
        for id in come {
            let (at, text) = if is_flow {
                (end.end, format!(", {}", scalar(id, "")))
            } else {
                let lead = &self.text[line_start(self.text, end.start)..end.start];
                (line_end(self.text, end.end), format!("{lead}{}{}", scalar(id, ""), self.newline))
            };
            self.replace(Span::new(at, at), text);
        }
        gone.into_iter().for_each(|item| self.drop_line(item));
        Some(())
    }

    /// Writes `[a, b, c]` anew without some of its items. One of several lines may hold comments, and is left to its writer.
    fn shorter_flow(&mut self, list: &Value<'_>, items: &[Value<'_>], gone: &[Span]) -> Option<()> {
        if list.span.of(self.text).contains(['\n', '#']) {
            return None;
        }
        let is_in_list = |(span, _): &(Span, String)| span.start >= list.span.start && span.end <= list.span.end;
        let replaced: Vec<(Span, String)> = self.changes.extract_if(.., |change| is_in_list(change)).collect();
        let text = |item: Span| match replaced.iter().find(|(span, _)| *span == item) {
            Some((_, text)) => text.as_str(),
            None => item.of(self.text),
        };
        let kept: Vec<&str> =
            items.iter().map(|item| item.span).filter(|item| !gone.contains(item)).map(text).collect();
        let written = format!("[{}]", kept.join(", "));
        self.replace(list.span, written);
        Some(())
    }

    /// Takes a line `- id` out; a comment behind it stays.
    fn drop_line(&mut self, item: Span) {
        let (start, end) = (line_start(self.text, item.start), line_end(self.text, item.end));
        let dash = start + self.text[start..item.start].find('-').unwrap_or(0);
        let behind = &self.text[item.end..end];
        match behind.find('#') {
            Some(comment) => self.replace(Span::new(dash, item.end + comment), ""),
            None => self.replace(Span::new(start, end), ""),
        }
    }
}

fn flow(ids: &[String]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| scalar(id, "")).collect();
    format!("[{}]", ids.join(", "))
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Where the next line starts.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1)
}
