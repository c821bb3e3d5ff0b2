//! The opening line of a directive: `:::name{key="value" count=3}`.
//!
//! The line is read from the source and not from the Markdown library's node: the node has escapes and entities undone,
//! so that neither a quoted backslash nor a place in the line could be told any more.

use memchr::memmem;

use crate::base::span::Span;
use crate::page::body::Attribute;

/// Stands in for a colon inside an opening line's braces while the Markdown library reads it: there a colon would keep
/// the line from being an opening fence at all. A control character, so that no text holds it.
pub const COLON: char = '\u{1a}';

/// An opening line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The name as written.
    pub name: String,
    /// The name's place in the line.
    pub name_span: Span,
    /// The attributes in order.
    pub attributes: Vec<OpeningAttribute>,
}

/// An attribute of an opening line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpeningAttribute {
    /// Its name.
    pub name: String,
    /// The name's place in the line.
    pub name_span: Span,
    /// Its value.
    pub value: Attribute,
    /// The value's place in the line, without quotes.
    pub value_span: Span,
}

/// What is wrong with an opening line: where in it, and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The place in the line.
    pub span: Span,
    /// What was expected there.
    pub message: String,
}

/// Reads what follows the colons of an opening line; `at` is where that starts in the line, for the places.
pub fn read(line: &str, at: usize) -> Result<Opening, Fault> {
    let mut cursor = Cursor { line, at };
    cursor.skip_spaces();
    let (name, name_span) = cursor.word();
    if name.is_empty() || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Err(cursor.fault("a directive's name, of lower case letters, digits and hyphens, such as `:::note`"));
    }
    cursor.skip_spaces();
    let mut attributes = Vec::new();
    if cursor.take('{') {
        loop {
            cursor.skip_spaces();
            if cursor.take('}') {
                break;
            }
            attributes.push(cursor.attribute()?);
        }
    }
    cursor.skip_spaces();
    if cursor.at < line.trim_end().len() {
        return Err(cursor.fault("nothing more on this line; attributes go into braces, as in `:::note{title=\"…\"}`"));
    }
    Ok(Opening { name: name.to_owned(), name_span, attributes })
}

/// A copy of the text in which the colons inside the braces of opening lines are replaced by `COLON`; `None` if there are
/// none. Bytes keep their places.
pub fn shield_colons(text: &str) -> Option<String> {
    memmem::find(text.as_bytes(), b":::")?;
    let mut shielded: Option<String> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(open) = attributes_start(line).filter(|open| line[*open..].contains(':')) {
            let text = shielded.get_or_insert_with(|| text.to_owned());
            let from = start + open;
            let replaced = line[open..].replace(':', COLON.encode_utf8(&mut [0; 4]));
            text.replace_range(from..start + line.len(), &replaced);
        }
        start += line.len();
    }
    shielded
}

/// Where the brace of an opening line's attributes is, if the line is one: behind the markers of quotes and lists, colons,
/// and a name.
fn attributes_start(line: &str) -> Option<usize> {
    if !line.contains(":::") {
        return None;
    }
    let colons = line.find(":::")?;
    let only_markers = |c: char| c.is_whitespace() || c.is_ascii_digit() || "<>*+-.)".contains(c);
    if !line[..colons].chars().all(only_markers) {
        return None;
    }
    let behind = line[colons..].trim_start_matches(':').trim_start();
    let name = behind.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let rest = name.trim_start();
    (name.len() < behind.len() && rest.starts_with('{')).then(|| line.len() - rest.len())
}

struct Cursor<'a> {
    line: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        &self.line[self.at..]
    }

    fn skip_spaces(&mut self) {
        self.at = self.line.len() - self.rest().trim_start().len();
    }

    fn take(&mut self, expected: char) -> bool {
        let found = self.rest().starts_with(expected);
        if found {
            self.at += expected.len_utf8();
        }
        found
    }

    fn word(&mut self) -> (&'a str, Span) {
        let rest = self.rest();
        let len = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).unwrap_or(rest.len());
        let span = Span::new(self.at, self.at + len);
        self.at += len;
        (&rest[..len], span)
    }

    fn attribute(&mut self) -> Result<OpeningAttribute, Fault> {
        let (name, name_span) = self.word();
        if name.is_empty() {
            return Err(self.fault("an attribute such as `title=\"…\"`, or the closing brace `}`"));
        }
        if !self.take('=') {
            return Err(self.fault(&format!("`=` and a value behind `{name}`, as in `{name}=\"…\"`")));
        }
        let (value, value_span) = if self.take('"') { self.quoted()? } else { self.bare(name)? };
        Ok(OpeningAttribute { name: name.to_owned(), name_span, value, value_span })
    }

    fn quoted(&mut self) -> Result<(Attribute, Span), Fault> {
        let start = self.at;
        let mut value = String::new();
        let mut chars = self.rest().char_indices();
        while let Some((offset, c)) = chars.next() {
            match c {
                '"' => {
                    let span = Span::new(start, start + offset);
                    self.at = start + offset + 1;
                    return Ok((Attribute::Quoted(value), span));
                }
                '\\' => match chars.next() {
                    Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                    Some((_, other)) => value.extend(['\\', other]),
                    None => break,
                },
                other => value.push(other),
            }
        }
        Err(Fault {
            span: Span::new(start - 1, self.line.trim_end().len()),
            message: "a closing quote `\"` before the end of the line".to_owned(),
        })
    }

    fn bare(&mut self, name: &str) -> Result<(Attribute, Span), Fault> {
        let rest = self.rest();
        let len = rest.find(|c: char| c.is_whitespace() || c == '}' || c == '"').unwrap_or(rest.len());
        if len == 0 {
            return Err(self.fault(&format!("a value behind `{name}=`, as in `{name}=\"…\"`")));
        }
        let span = Span::new(self.at, self.at + len);
        self.at += len;
        Ok((Attribute::Bare(rest[..len].to_owned()), span))
    }

    fn fault(&self, expected: &str) -> Fault {
        let end = self.line.trim_end().len();
        Fault { span: Span::new(self.at.min(end), end), message: expected.to_owned() }
    }
}
