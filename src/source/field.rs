//! One value of a tree, with the type it must have: what is asked of a key once a table has been asked for it.

use std::fmt;

use crate::base::code::Code;
use crate::base::date::{Date, Interval};
use crate::base::diagnostic::{Diagnostic, Place, Spot};
use crate::base::span::Span;
use crate::base::suggest;
use crate::source::dates;
use crate::source::faults::Faults;
use crate::source::reader::Table;
use crate::source::tree::{Entry, Kind, Value};

/// How a message calls a value: the keys that lead to it from the root.
#[derive(Clone, Copy)]
pub(super) struct Name<'t> {
    /// The table that holds it.
    pub(super) parent: Option<&'t Name<'t>>,
    /// Its key, or that of the list that holds it.
    pub(super) key: &'t str,
    /// Whether it is an item of a list.
    pub(super) item: bool,
}

impl Name<'_> {
    fn path(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.path(f)?;
            f.write_str(".")?;
        }
        f.write_str(self.key)
    }
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.item { "an item of `" } else { "`" })?;
        self.path(f)?;
        f.write_str("`")
    }
}

/// What a value must be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Text,
    TextOrTexts,
    Interval,
    WholeNumber,
    Bool,
    Date,
    List,
    Table,
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "a text",
            Self::TextOrTexts => "a text or a list of texts",
            Self::Interval => "an interval such as `18 months`",
            Self::WholeNumber => "a whole number",
            Self::Bool => "`true` or `false`",
            Self::Date => "a date such as `2024-01-22`",
            Self::List => "a list",
            Self::Table => "a table of keys",
        })
    }
}

/// A key's value, or its absence, or an item of a list. Each method that reads it gives `None` for what is absent or
/// faulty, and has then reported the fault.
pub struct Field<'t, 's> {
    pub(super) name: Name<'t>,
    pub(super) value: Option<&'t Value<'s>>,
    pub(super) spot: &'t Spot,
    pub(super) faults: &'t mut Faults<'s>,
}

impl<'t, 's> Field<'t, 's> {
    /// Where the value stands, if there is one.
    pub fn span(&self) -> Option<Span> {
        self.value.map(|value| value.span)
    }

    /// What the value is, if there is one.
    pub fn kind(&self) -> Option<&'t Kind<'s>> {
        self.value.map(|value| &value.kind)
    }

    /// How many items the value has, if it is a list.
    pub fn count(&self) -> Option<usize> {
        match self.kind()? {
            Kind::List(items) => Some(items.len()),
            _ => None,
        }
    }

    /// Reports the key if it is absent; `example` is a line that would do.
    #[must_use]
    pub fn required(self, example: &str) -> Self {
        if self.value.is_none() && !self.faults.is_incomplete() {
            let place = Place { path: self.faults.path.clone(), spot: self.spot.clone() };
            let fault = Diagnostic::new(Code::MissingKey, place, format!("{} is missing", self.name));
            self.faults.push(fault.help(format!("add it, for example `{example}`")));
        }
        self
    }

    /// Reports the key if it is absent although others that stand there need it.
    #[must_use]
    pub fn required_if(self, is_needed: bool, example: &str) -> Self {
        if is_needed { self.required(example) } else { self }
    }

    /// A text.
    pub fn string(mut self) -> Option<String> {
        self.text(Wanted::Text).map(ToOwned::to_owned)
    }

    /// A text that is not blank.
    pub fn filled(self) -> Option<String> {
        self.parsed(
            |text| if text.trim().is_empty() { Err("it is blank") } else { Ok(text.to_owned()) },
            "write a text, or remove the key",
        )
    }

    /// A text of a form that `parse` knows; its fault is said in words that go on from "`key` is not valid".
    pub fn parsed<T>(mut self, parse: impl FnOnce(&str) -> Result<T, &'static str>, help: &str) -> Option<T> {
        let text = self.text(Wanted::Text)?;
        match parse(text) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.report(Code::InvalidValue, format!("{} is not valid: {reason}", self.name), help);
                None
            }
        }
    }

    /// One of a few words.
    pub fn one_of<T: Copy>(mut self, words: &[(&'static str, T)]) -> Option<T> {
        let text = self.text(Wanted::Text)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let help = match suggest::nearest(text, words.iter().map(|(word, _)| *word)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("allowed are {}", listed(words.iter().map(|(word, _)| *word))),
        };
        self.report(Code::InvalidValue, format!("{} cannot be `{text}`", self.name), &help);
        None
    }

    /// A whole number.
    pub fn integer(self) -> Option<i64> {
        match self.kind()? {
            Kind::Integer(number) => Some(*number),
            _ => self.wrong_type(Wanted::WholeNumber),
        }
    }

    /// A whole number that is not negative.
    pub fn natural(mut self) -> Option<u64> {
        match self.kind()? {
            Kind::Integer(number) => u64::try_from(*number).ok().or_else(|| {
                let message = format!("{} is not valid: it is negative", self.name);
                self.report(Code::InvalidValue, message, "write 0 or more");
                None
            }),
            _ => self.wrong_type(Wanted::WholeNumber),
        }
    }

    /// `true` or `false`.
    pub fn boolean(self) -> Option<bool> {
        match self.kind()? {
            Kind::Bool(value) => Some(*value),
            _ => self.wrong_type(Wanted::Bool),
        }
    }

    /// A day, `YYYY-MM-DD`.
    pub fn date(mut self) -> Option<Date> {
        let text = match self.kind()? {
            Kind::Text(text) => text.as_ref(),
            Kind::Date(text) => text.as_str(),
            _ => return self.wrong_type(Wanted::Date),
        };
        match dates::read(text) {
            Ok(date) => Some(date),
            Err(misread) => {
                self.report(Code::InvalidDate, format!("{} is {}", self.name, misread.what), &misread.help);
                None
            }
        }
    }

    /// A length of calendar time.
    pub fn interval(mut self) -> Option<Interval> {
        let text = self.text(Wanted::Interval)?;
        let interval = Interval::parse(text);
        if interval.is_none() {
            let help = "write a number from 1 to 9999 and a unit: `90 days`, `6 weeks`, `18 months` or `2 years`";
            self.report(Code::InvalidValue, format!("{} is not an interval: `{text}`", self.name), help);
        }
        interval
    }

    /// A list, its items read by `item`; items that give `None` are left out.
    pub fn list<T>(mut self, item: impl FnMut(Field<'_, 's>) -> Option<T>) -> Option<Vec<T>> {
        match self.kind()? {
            Kind::List(items) => Some(self.items(items, item)),
            _ => self.wrong_type(Wanted::List),
        }
    }

    /// A list, or one item in its place.
    pub fn list_or_one<T>(mut self, mut item: impl FnMut(Field<'_, 's>) -> Option<T>) -> Option<Vec<T>> {
        match self.kind()? {
            Kind::List(items) => Some(self.items(items, item)),
            Kind::Text(_) => item(self).map(|one| vec![one]),
            _ => self.wrong_type(Wanted::TextOrTexts),
        }
    }

    /// A list of texts that are not blank.
    pub fn strings(self) -> Option<Vec<String>> {
        self.list(filled)
    }

    /// A list of texts that are not blank, or one of them.
    pub fn strings_or_one(self) -> Option<Vec<String>> {
        self.list_or_one(filled)
    }

    /// A table, read by `body`.
    pub fn table<T>(self, body: impl FnOnce(&mut Table<'_, 's>) -> T) -> Option<T> {
        let value = self.value?;
        match &value.kind {
            Kind::Table(entries) => {
                let spot = Spot::Span(value.span);
                Some(Table::new(entries, Some(&self.name), &spot, self.faults).read(body))
            }
            _ => self.wrong_type(Wanted::Table),
        }
    }

    /// A table whose keys are all optional: one that is absent or faulty is read as if it were empty.
    pub fn section<T>(self, body: impl FnOnce(&mut Table<'_, 's>) -> T) -> T {
        let Field { name, value, spot, faults } = self;
        match value {
            Some(Value { kind: Kind::Table(entries), span }) => {
                Table::new(entries, Some(&name), &Spot::Span(*span), faults).read(body)
            }
            other => {
                let absent = Field { name, value: other, spot, faults: &mut *faults };
                absent.table(|_| ());
                Table::new(&[], Some(&name), spot, faults).read(body)
            }
        }
    }

    /// A list of tables, each read by `body`.
    pub fn tables<T>(self, mut body: impl FnMut(&mut Table<'_, 's>) -> T) -> Vec<T> {
        self.list(|item| item.table(&mut body)).unwrap_or_default()
    }

    /// A table of any keys, each with a text.
    pub fn string_map<M: FromIterator<(String, String)>>(self) -> Option<M> {
        let Some(Kind::Table(entries)) = self.kind() else {
            return self.table(|_| M::from_iter([]));
        };
        let text = |Entry { key, value, .. }: &Entry<'s>| {
            let name = Name { parent: Some(&self.name), key, item: false };
            let field = Field { name, value: Some(value), spot: self.spot, faults: &mut *self.faults };
            field.string().map(|text| (key.clone().into_owned(), text))
        };
        Some(entries.iter().filter_map(text).collect())
    }

    /// A table of anything, as JSON.
    pub fn json_table(self) -> Option<serde_json::Value> {
        match self.value {
            Some(value) if matches!(value.kind, Kind::Table(_)) => Some(value.to_json(self.faults)),
            _ => self.table(|_| serde_json::Value::Null),
        }
    }

    /// Reports the value, if there is one.
    pub fn report(&mut self, code: Code, message: String, help: &str) {
        if let Some(span) = self.span() {
            self.faults.report(code, span, message, help);
        }
    }

    fn items<T>(&mut self, items: &'t [Value<'s>], mut read: impl FnMut(Field<'_, 's>) -> Option<T>) -> Vec<T> {
        let name = Name { item: true, ..self.name };
        let item =
            |value: &'t Value<'s>| read(Field { name, value: Some(value), spot: self.spot, faults: &mut *self.faults });
        items.iter().filter_map(item).collect()
    }

    /// The text; the field is left for a later report.
    fn text(&mut self, wanted: Wanted) -> Option<&'t str> {
        match self.kind()? {
            Kind::Text(text) => Some(text.as_ref()),
            _ => self.push_wrong_type(wanted),
        }
    }

    fn wrong_type<T>(mut self, wanted: Wanted) -> Option<T> {
        self.push_wrong_type(wanted)
    }

    fn push_wrong_type<T>(&mut self, wanted: Wanted) -> Option<T> {
        let value = self.value.filter(|value| value.kind != Kind::Broken)?;
        let message = format!("{} must be {wanted}, and is {}", self.name, value.kind.describe());
        let help = mend(wanted, value, value.span.of(self.faults.text));
        self.report(Code::WrongType, message, &help);
        None
    }
}

fn filled(item: Field<'_, '_>) -> Option<String> {
    item.filled()
}

/// How to make of a value what was wanted; `written` is how it stands in the file.
fn mend(wanted: Wanted, value: &Value<'_>, written: &str) -> String {
    let is_short = !written.is_empty() && written.len() <= 60 && !written.contains(['\n', '"', '\\']);
    let wants_text = matches!(wanted, Wanted::Text | Wanted::TextOrTexts);
    match (&value.kind, wanted) {
        (Kind::Null, _) => "give it a value, or remove the key".to_owned(),
        (Kind::Bool(_) | Kind::Integer(_) | Kind::Float(_) | Kind::Date(_), _) if wants_text && is_short => {
            format!("put it in quotes: `\"{written}\"`")
        }
        (Kind::Table(entries), _) if wants_text && entries.len() == 1 => {
            "if the colon is part of the text, put the whole text in quotes".to_owned()
        }
        (Kind::Text(text), Wanted::WholeNumber) if text.parse::<i64>().is_ok() => {
            format!("write it without quotes: `{text}`")
        }
        (Kind::Text(text), Wanted::Bool) => match text.to_lowercase().as_str() {
            "yes" | "on" | "y" | "true" => "write `true`".to_owned(),
            "no" | "off" | "n" | "false" => "write `false`".to_owned(),
            _ => "write `true` or `false`, without quotes".to_owned(),
        },
        (Kind::Text(_), Wanted::List) if is_short => format!("write it as a list: `[{written}]`"),
        (Kind::Table(_), Wanted::List) if written.starts_with('[') => format!("write it as `[{written}]`"),
        _ => format!("write {wanted}"),
    }
}

/// Names in a sentence: `` `a`, `b` ``.
pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
