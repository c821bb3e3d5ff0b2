//! TOML to a tree.
//!
//! The parser goes on after a fault, and fills the gaps it leaves with values of its own making. A value that a fault
//! touches is therefore taken as broken, and what an unclosed list swallowed is reported once, at its bracket. Only at a
//! line without `=` it drops all that follows: such lines are reported and taken out, and the rest is read again.

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue, Error};

use crate::base::code::Code;
use crate::base::span::Span;
use crate::source::dates;
use crate::source::faults::Faults;
use crate::source::tree::{Entry, Kind, Value};

/// Reads the file.
pub fn read<'s>(faults: &mut Faults<'s>) -> Value<'s> {
    let text = faults.text;
    let (root, errors) = parse(text);
    let (stray, errors): (Vec<_>, Vec<_>) =
        errors.into_iter().partition(|(_, error)| error.message().starts_with("key with no value"));
    if stray.is_empty() {
        return build(text, root, errors, faults);
    }
    let mut repaired = text.to_owned();
    for (span, error) in stray {
        let line = line_of(text, span.start);
        repaired.replace_range(line.start..line.end, &" ".repeat(line.end - line.start));
        faults.mark_incomplete();
        faults.report(Code::Syntax, trimmed(text, line), format!("TOML: {}", error.message()), "write `key = value`");
    }
    let (root, errors) = parse(&repaired);
    build(&repaired, root, errors, faults).into_owned()
}

/// Whether a key stands twice: with two values, or with a value and with keys of its own.
fn is_duplicate(error: &Error) -> bool {
    error.message() == "duplicate key" || error.message().starts_with("cannot extend value")
}

/// The parser's table, and its faults in the order of the file.
fn parse(text: &str) -> (DeTable<'_>, Vec<(Span, Error)>) {
    let (root, errors) = DeTable::parse_recoverable(text);
    let place = |error: &Error| error.span().map_or(Span::new(0, 0), Span::from);
    let mut errors: Vec<(Span, Error)> = errors.into_iter().map(|error| (place(&error), error)).collect();
    errors.sort_by_key(|(span, _)| *span);
    (root.into_inner(), errors)
}

/// The line that holds an offset, without its end.
fn line_of(text: &str, at: usize) -> Span {
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    Span::new(start, before.len() + after.find('\n').unwrap_or(after.len()))
}

/// A place without the blanks around its text.
fn trimmed(text: &str, span: Span) -> Span {
    let covered = span.of(text);
    let start = span.start + (covered.len() - covered.trim_start().len());
    Span::new(start, start + covered.trim().len())
}

fn build<'i>(text: &'i str, root: DeTable<'i>, errors: Vec<(Span, Error)>, faults: &mut Faults<'_>) -> Value<'i> {
    let mut tree = Tree {
        text,
        errors: errors.iter().filter(|(_, error)| !is_duplicate(error)).map(|(span, _)| *span).collect(),
        swallowing: Vec::new(),
        too_large: Vec::new(),
    };
    let root = tree.table(root);
    let is_unclosed =
        |list: &Span| errors.iter().any(|(at, error)| at.end == list.end && error.message().starts_with("unclosed "));
    tree.swallowing.retain(is_unclosed);
    for list in &tree.swallowing {
        faults.mark_incomplete();
        let bracket = Span::new(list.start, list.start + 1);
        let close = if bracket.of(text) == "[" { "]" } else { "}" };
        let message = format!("TOML: `{}` is never closed", bracket.of(text));
        faults.report(Code::Syntax, bracket, message, format!("close it with `{close}`, and part the items by commas"));
    }
    // The first fault of a line is told; the parser stumbles on over the rest of it.
    let mut last = None;
    for (span, error) in errors {
        let line = line_of(text, span.start).start;
        let is_swallowed = tree.swallowing.iter().any(|list| list.start <= span.start && span.end <= list.end);
        if is_duplicate(&error) || !is_swallowed && last.replace(line) != Some(line) {
            report(span, &error, &root, faults);
        }
    }
    for span in tree.too_large {
        let message = format!("`{}` is larger than a whole number can be", span.of(text));
        faults.report(Code::InvalidValue, span, message, "if it is a text, put it in quotes");
    }
    Value { span: Span::new(0, text.len()), kind: Kind::Table(root) }
}

struct Tree<'s> {
    text: &'s str,
    /// Where the syntax is broken.
    errors: Vec<Span>,
    /// The outermost lists and inline tables that hold a fault.
    swallowing: Vec<Span>,
    /// Whole numbers beyond 64 bits.
    too_large: Vec<Span>,
}

impl<'s> Tree<'s> {
    /// The entries of a table in the order of the file; the parser has them in the order of their names.
    fn table(&mut self, table: DeTable<'s>) -> Vec<Entry<'s>> {
        let mut entries: Vec<Entry<'s>> = table
            .into_iter()
            .map(|(key, value)| {
                let key_span = Span::from(key.span());
                Entry { key: key.into_inner(), key_span, value: self.value(value, key_span) }
            })
            .collect();
        entries.sort_by_key(|entry| entry.key_span);
        entries
    }

    /// `key` tells a list that is written out, which stands after its key, from one of `[[key]]` headers.
    fn value(&mut self, value: Spanned<DeValue<'s>>, key: Span) -> Value<'s> {
        let span = Span::from(value.span());
        if span == Span::new(0, 0) {
            // The parser's stand-in for a value that is not there.
            return Value { span: Span::new(key.end, key.end), kind: Kind::Broken };
        }
        let is_open = match value.get_ref() {
            DeValue::Table(_) => !is_inline_table(self.text, span),
            DeValue::Array(_) => span.start < key.end,
            _ => false,
        };
        if !is_open && self.errors.iter().any(|error| span.start <= error.end && error.start <= span.end) {
            if matches!(value.get_ref(), DeValue::Table(_) | DeValue::Array(_)) {
                self.swallowing.push(span);
            }
            return Value { span, kind: Kind::Broken };
        }
        let kind = match value.into_inner() {
            DeValue::Table(table) => Kind::Table(self.table(table)),
            DeValue::Array(items) => {
                Kind::List(items.into_iter().map(|item| self.value(item, Span::new(0, 0))).collect())
            }
            DeValue::String(text) => Kind::Text(text),
            DeValue::Boolean(value) => Kind::Bool(value),
            DeValue::Datetime(date) => Kind::Date(date.to_string()),
            DeValue::Float(number) => number.as_str().parse().map_or(Kind::Broken, Kind::Float),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).map_or_else(
                |_| {
                    self.too_large.push(span);
                    Kind::Broken
                },
                Kind::Integer,
            ),
        };
        Value { span, kind }
    }
}

fn is_inline_table(text: &str, span: Span) -> bool {
    span.of(text).starts_with('{')
}

fn report(span: Span, error: &Error, root: &[Entry<'_>], faults: &mut Faults<'_>) {
    let message = error.message().trim_end_matches(", expected nothing");
    if is_duplicate(error) {
        let key = span.of(faults.text).trim_matches(['"', '\'']);
        let first = first_of(root, key, span.start, faults.text);
        return faults.push_duplicate(key, span, first);
    }
    if let (true, Err(misread)) = (message.starts_with("invalid date"), dates::read(span.of(faults.text))) {
        let fault = faults.at(Code::InvalidDate, span, format!("this is {}", misread.what));
        return faults.push(fault.help(misread.help));
    }
    faults.mark_incomplete();
    if span.start == span.end && message.starts_with("string values must be quoted") {
        let help = "write a value after `=`, or remove the line";
        return faults.report(Code::Syntax, span, "TOML: the value is missing", help);
    }
    let fault = faults.at(Code::Syntax, span, format!("TOML: {message}"));
    faults.push(match mend(message) {
        Some(help) => fault.help(help),
        None => fault,
    });
}

/// What to do about the faults that writers of a configuration meet.
fn mend(message: &str) -> Option<&'static str> {
    const HELP: [(&str, &str); 4] = [
        ("string values must be quoted", "put the text in quotes: `key = \"text\"`"),
        ("invalid basic string", "close the text with `\"`; one of several lines stands between `\"\"\"`"),
        ("missing escaped value", "write `\\\\` for a backslash, or put the text in single quotes"),
        ("unclosed table", "close the heading with `]`"),
    ];
    HELP.iter().find(|(start, _)| message.starts_with(start)).map(|(_, help)| *help)
}

/// Where the key that is repeated at `at` stands first. The parser knows and does not tell.
fn first_of(root: &[Entry<'_>], key: &str, at: usize, text: &str) -> Option<Span> {
    let line = line_of(text, at).start;
    if Span::new(line, at).of(text).trim_start().starts_with('[') {
        return first_heading(text, line);
    }
    let mut owner = (Span::new(0, 0), root);
    for entry in root {
        find_owner(&entry.value, at, text, &mut owner);
    }
    earlier(owner.1, key, at, text)
}

/// The first heading that reads as the one of the line that starts at `line`.
fn first_heading(text: &str, line: usize) -> Option<Span> {
    let heading =
        |line: &str| -> String { line.chars().filter(|c| !c.is_whitespace()).take_while(|c| *c != ']').collect() };
    let wanted = heading(line_of(text, line).of(text));
    let mut start = 0;
    for other in Span::new(0, line).of(text).split_inclusive('\n') {
        if heading(other) == wanted {
            let name = other.trim_start();
            let start = start + (other.len() - name.len());
            return Some(Span::new(start, start + name.find(']').map_or(name.len(), |end| end + 1)));
        }
        start += other.len();
    }
    None
}

/// The table to which a key at `at` belongs: the innermost inline table around it, or else that of the last heading.
fn find_owner<'v, 's>(value: &'v Value<'s>, at: usize, text: &str, owner: &mut (Span, &'v [Entry<'s>])) {
    match &value.kind {
        Kind::Table(entries) => {
            let is_around = value.span.start <= at && at < value.span.end;
            let is_heading = value.span.of(text).starts_with('[') && value.span.end <= at;
            let owner_is_around = owner.0.end > at;
            if (is_around || is_heading && !owner_is_around) && value.span.start >= owner.0.start {
                *owner = (value.span, entries);
            }
            for entry in entries {
                find_owner(&entry.value, at, text, owner);
            }
        }
        Kind::List(items) => {
            for item in items {
                find_owner(item, at, text, owner);
            }
        }
        _ => {}
    }
}

/// A key of a table, or of the tables that its dotted keys make.
fn earlier(entries: &[Entry<'_>], key: &str, at: usize, text: &str) -> Option<Span> {
    entries.iter().find(|entry| entry.key == key && entry.key_span.start < at).map(|entry| entry.key_span).or_else(
        || {
            entries.iter().find_map(|entry| match &entry.value.kind {
                Kind::Table(inner) if !entry.value.span.of(text).starts_with(['[', '{']) => {
                    earlier(inner, key, at, text)
                }
                _ => None,
            })
        },
    )
}
