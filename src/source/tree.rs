//! A tree of values with their places: what every structured file is read into, whatever its syntax.
//!
//! YAML and TOML differ in how a value is written, not in what can be wrong with it. Both are parsed into this one tree,
//! and `reader` checks the tree, so that a fault of front matter and the same fault of `site.toml` are found by the same
//! code and said in the same words. Texts are borrowed from the file where its syntax allows.

use std::borrow::Cow;

use crate::base::code::Code;
use crate::base::span::Span;
use crate::source::faults::Faults;

/// A value and where it stands in its file.
#[derive(Clone, Debug, PartialEq)]
pub struct Value<'s> {
    /// Its place, in bytes of the whole file.
    pub span: Span,
    /// What it is.
    pub kind: Kind<'s>,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind<'s> {
    /// A value that could not be read. The fault has been reported, and nothing more is to be said of it.
    Broken,
    /// Nothing: YAML's `null`, `~`, or a key without a value.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// A text.
    Text(Cow<'s, str>),
    /// A date or time of TOML, as it is written in RFC 3339. YAML's core schema has none: there a date is a text.
    Date(String),
    /// A list.
    List(Vec<Value<'s>>),
    /// Keys and their values, in the order of the file, no key twice.
    Table(Vec<Entry<'s>>),
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<'s> {
    /// The key.
    pub key: Cow<'s, str>,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Value<'s>,
}

impl Kind<'_> {
    /// What it is, as a message calls it.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Broken => "not readable",
            Self::Null => "empty",
            Self::Bool(true) => "`true`",
            Self::Bool(false) => "`false`",
            Self::Integer(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::Text(_) => "a text",
            Self::Date(_) => "a date",
            Self::List(_) => "a list",
            Self::Table(_) => "a table of keys",
        }
    }
}

impl<'s> Value<'s> {
    /// The value as JSON, keys in the order of the file. A broken value becomes `null`; so does a number that is not
    /// finite, which JSON cannot hold and which is reported.
    pub fn to_json(&self, faults: &mut Faults<'s>) -> serde_json::Value {
        match &self.kind {
            Kind::Broken | Kind::Null => serde_json::Value::Null,
            Kind::Bool(value) => (*value).into(),
            Kind::Integer(value) => (*value).into(),
            Kind::Float(value) => {
                if !value.is_finite() {
                    let message = format!("`{}` is not a number that data can hold", self.span.of(faults.text));
                    faults.report(Code::InvalidValue, self.span, message, "if it is a text, put it in quotes");
                }
                (*value).into()
            }
            Kind::Text(text) => text.as_ref().into(),
            Kind::Date(text) => text.as_str().into(),
            Kind::List(items) => items.iter().map(|item| item.to_json(faults)).collect(),
            Kind::Table(entries) => {
                entries.iter().map(|entry| (entry.key.clone().into_owned(), entry.value.to_json(faults))).collect()
            }
        }
    }

    /// The value without a hold on the text it was read from.
    pub fn into_owned(self) -> Value<'static> {
        let kind = match self.kind {
            Kind::Broken => Kind::Broken,
            Kind::Null => Kind::Null,
            Kind::Bool(value) => Kind::Bool(value),
            Kind::Integer(value) => Kind::Integer(value),
            Kind::Float(value) => Kind::Float(value),
            Kind::Text(text) => Kind::Text(Cow::Owned(text.into_owned())),
            Kind::Date(text) => Kind::Date(text),
            Kind::List(items) => Kind::List(items.into_iter().map(Value::into_owned).collect()),
            Kind::Table(entries) => Kind::Table(entries.into_iter().map(Entry::into_owned).collect()),
        };
        Value { span: self.span, kind }
    }

    /// How many values it holds, itself among them.
    pub fn size(&self) -> usize {
        1 + match &self.kind {
            Kind::List(items) => items.iter().map(Value::size).sum(),
            Kind::Table(entries) => entries.iter().map(|entry| entry.value.size()).sum(),
            _ => 0,
        }
    }
}

impl Entry<'_> {
    fn into_owned(self) -> Entry<'static> {
        Entry { key: Cow::Owned(self.key.into_owned()), key_span: self.key_span, value: self.value.into_owned() }
    }
}
