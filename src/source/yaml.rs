//! YAML to a tree, by the core schema of YAML 1.2 (10.3): `no` and `2024-01-22` are texts, `1.10` is a number.
//!
//! The tree is built from the parser's events, each of which knows its bytes. YAML that reads otherwise than it looks is
//! refused: merge keys (of YAML 1.1 alone), tags of unknown meaning, keys that are no scalars, a second document. What
//! aliases may copy is bounded, so that a few lines cannot become a billion values.
//!
//! The parser stops at a fault. A file of `key: value` lines is then taken up again at its next key, so that one slip does
//! not hide the others.

use std::borrow::Cow;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StructureStyle, Tag, options};

use crate::base::code::Code;
use crate::base::span::Span;
use crate::source::core_schema::resolve;
use crate::source::faults::Faults;
use crate::source::tree::{Entry, Kind, Value};

/// How deep lists and tables may nest, each kind of notation.
const DEPTH: usize = 64;
/// How many values aliases may add to one file.
const COPIES: usize = 10_000;
/// After how many syntax errors the rest of a file is left alone.
const SYNTAX_ERRORS: usize = 20;

/// Reads the part `block` of the file.
pub fn read<'s>(block: Span, faults: &mut Faults<'s>) -> Value<'s> {
    let mut entries = Vec::new();
    let mut start = block.start;
    for _ in 0..SYNTAX_ERRORS {
        let mut builder = Builder::new(start, start > block.start, faults);
        let resume = match builder.run(Span::new(start, block.end)) {
            Ok(()) if start == block.start => {
                let nothing = Value { span: Span::new(block.start, block.start), kind: Kind::Null };
                return builder.root.unwrap_or(nothing);
            }
            Ok(()) => None,
            Err(error) => {
                let resume = builder.resumes_after(&error);
                builder.report(&error);
                resume
            }
        };
        entries.extend(builder.abandon());
        match resume.and_then(|after| next_key(faults.text, Span::new(after, block.end))) {
            Some(next) => start = next,
            None => break,
        }
    }
    faults.drop_duplicates(&mut entries);
    Value { span: block, kind: if entries.is_empty() { Kind::Broken } else { Kind::Table(entries) } }
}

/// The start of the next line that looks like `key: value` at the left margin, after the line that holds `from.start`.
fn next_key(text: &str, from: Span) -> Option<usize> {
    let mut at = from.start;
    for line in text.get(from.start..from.end)?.split_inclusive('\n') {
        let key = line.split_once(':').filter(|(_, value)| value.is_empty() || value.starts_with(char::is_whitespace));
        if at > from.start && line.starts_with(|c: char| c.is_alphanumeric() || "_\"'".contains(c)) && key.is_some() {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// A list or table that is still open.
struct Open<'s> {
    start: usize,
    end: usize,
    style: StructureStyle,
    anchor: usize,
    content: Content<'s>,
}

enum Content<'s> {
    List(Vec<Value<'s>>),
    Table { entries: Vec<Entry<'s>>, key: Option<Key<'s>> },
}

/// A key whose value is awaited; without a text it was faulty, and its value is dropped.
struct Key<'s> {
    text: Option<Cow<'s, str>>,
    span: Span,
}

struct Builder<'f, 's> {
    faults: &'f mut Faults<'s>,
    /// Where the parser's text starts in the file.
    base: usize,
    /// Whether this is a part taken up after a fault: what it lacks may stand before.
    resumed: bool,
    open: Vec<Open<'s>>,
    root: Option<Value<'s>>,
    anchors: Vec<(usize, Value<'s>)>,
    copies: usize,
    documents: usize,
}

impl<'f, 's> Builder<'f, 's> {
    fn new(base: usize, resumed: bool, faults: &'f mut Faults<'s>) -> Self {
        let (open, anchors) = (Vec::new(), Vec::new());
        Self { faults, base, resumed, open, root: None, anchors, copies: 0, documents: 0 }
    }

    fn run(&mut self, part: Span) -> Result<(), ScanError> {
        let options = options! {
            emit_comments: false,
            emit_unresolved_aliases: true,
            flow_nesting_limit: DEPTH,
            block_nesting_limit: DEPTH,
        };
        let text: &'s str = self.faults.text;
        for event in Parser::new_from_str_with_options(text.get(part.start..part.end).unwrap_or(""), options) {
            let (event, span) = event?;
            let place = span.byte_range().map_or(Span::new(self.base, self.base), Span::from).shifted(self.base);
            match event {
                Event::DocumentStart(..) => {
                    self.documents += 1;
                    if self.documents > 1 {
                        let help = "one file is one document: remove the line `---` or `...`";
                        self.faults.mark_incomplete();
                        self.faults.report(Code::Syntax, place, "a second document starts here", help);
                        return Ok(());
                    }
                }
                Event::Scalar(text, style, anchor, tag) => self.scalar(text, style, anchor, tag.as_deref(), place),
                Event::SequenceStart(style, anchor, tag) => {
                    self.check_collection_tag(tag.as_deref(), "seq", place);
                    self.start(Content::List(Vec::new()), style, anchor, place);
                }
                Event::MappingStart(style, anchor, tag) => {
                    self.check_collection_tag(tag.as_deref(), "map", place);
                    self.start(Content::Table { entries: Vec::new(), key: None }, style, anchor, place);
                }
                Event::SequenceEnd | Event::MappingEnd => self.end(place),
                Event::Alias(anchor) => self.alias(anchor, place),
                Event::UnresolvedAlias(name) => self.unresolved(&name, place),
                _ => {}
            }
        }
        Ok(())
    }

    fn start(&mut self, content: Content<'s>, style: StructureStyle, anchor: usize, place: Span) {
        self.open.push(Open { start: place.start, end: place.end, style, anchor, content });
    }

    fn end(&mut self, place: Span) {
        let Some(open) = self.open.pop() else { return };
        let kind = match open.content {
            Content::List(items) => Kind::List(items),
            Content::Table { mut entries, .. } => {
                self.faults.drop_duplicates(&mut entries);
                Kind::Table(entries)
            }
        };
        // A block ends with its last item: the parser's end lies behind the blank lines and comments that follow.
        let end = if open.style == StructureStyle::Flow { place.end } else { open.end };
        self.add(Value { span: Span::new(open.start, end), kind }, open.anchor);
    }

    fn scalar(&mut self, text: Cow<'s, str>, style: ScalarStyle, anchor: usize, tag: Option<&Tag>, place: Span) {
        let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let span = if is_block {
            Span::new(place.start, place.start + place.of(self.faults.text).trim_end().len())
        } else {
            place
        };
        if self.awaits_key() {
            let is_merge = style == ScalarStyle::Plain && text == "<<";
            let is_absent = style == ScalarStyle::Plain && span.start == span.end;
            return match (is_merge, is_absent) {
                (true, _) => self.faulty_key(span, "`<<` merges nothing in YAML 1.2", "write the keys out"),
                (_, true) => self.faulty_key(span, "a key is missing before the colon", "write `key: value`"),
                _ => {
                    if anchor > 0 {
                        self.anchors.push((anchor, Value { span, kind: Kind::Text(text.clone()) }));
                    }
                    self.set_key(Some(text), span);
                }
            };
        }
        let kind = match tag {
            None if style == ScalarStyle::Plain => resolve(text),
            None => Ok(Kind::Text(text)),
            Some(tag) => self.tagged(text, tag, span),
        };
        let kind = kind.unwrap_or_else(|text| {
            let message = format!("`{text}` is larger than a whole number can be");
            let help = format!("if it is a text, put it in quotes: `\"{text}\"`");
            self.faults.report(Code::InvalidValue, span, message, help);
            Kind::Broken
        });
        self.add(Value { span, kind }, anchor);
    }

    fn tagged(&mut self, text: Cow<'s, str>, tag: &Tag, span: Span) -> Result<Kind<'s>, Cow<'s, str>> {
        let kind = match tag.core_suffix() {
            Some("str") => return Ok(Kind::Text(text)),
            None if tag.original() == "!" => return Ok(Kind::Text(text)),
            Some(_) => resolve(text)?,
            None => Kind::Broken,
        };
        let fits = matches!(
            (tag.core_suffix(), &kind),
            (Some("int"), Kind::Integer(_))
                | (Some("float"), Kind::Float(_) | Kind::Integer(_))
                | (Some("bool"), Kind::Bool(_))
                | (Some("null"), Kind::Null)
        );
        if fits {
            return Ok(kind);
        }
        self.report_tag(tag, span);
        Ok(Kind::Broken)
    }

    fn check_collection_tag(&mut self, tag: Option<&Tag>, own: &str, place: Span) {
        if let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema_tag(own)) {
            self.report_tag(tag, place);
        }
    }

    fn report_tag(&mut self, tag: &Tag, place: Span) {
        let message = format!("the tag `{}` has no meaning for this value", tag.original());
        self.faults.report(Code::Syntax, place, message, "remove it; a text that starts with `!` must be in quotes");
    }

    fn alias(&mut self, anchor: usize, place: Span) {
        let Some((_, value)) = self.anchors.iter().rev().find(|(id, _)| *id == anchor) else {
            return self.broken_alias(place, "an alias stands inside the value that it names", "write the value out");
        };
        self.copies += value.size();
        if self.copies > COPIES {
            let message = format!("aliases make more than {COPIES} values of this file");
            return self.broken_alias(place, &message, "write the values out, or move them to a file of their own");
        }
        let value = Value { span: place, kind: value.kind.clone() };
        match value.kind {
            Kind::Text(text) if self.awaits_key() => self.set_key(Some(text), place),
            _ => self.add(value, 0),
        }
    }

    fn unresolved(&mut self, name: &str, place: Span) {
        if self.resumed {
            self.add(Value { span: place, kind: Kind::Broken }, 0);
        } else {
            let help = format!("if it is a text, put it in quotes: `\"*{name}\"`");
            self.broken_alias(place, &format!("nothing before this is anchored as `&{name}`"), &help);
        }
    }

    fn broken_alias(&mut self, place: Span, message: &str, help: &str) {
        self.faults.report(Code::Syntax, place, message, help);
        self.add(Value { span: place, kind: Kind::Broken }, 0);
    }

    fn awaits_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { content: Content::Table { key: None, .. }, .. }))
    }

    fn set_key(&mut self, text: Option<Cow<'s, str>>, span: Span) {
        if let Some(Open { content: Content::Table { key, .. }, end, .. }) = self.open.last_mut() {
            *key = Some(Key { text, span });
            *end = span.end;
        }
    }

    fn faulty_key(&mut self, span: Span, message: &str, help: &str) {
        self.faults.mark_incomplete();
        self.faults.report(Code::Syntax, span, message, help);
        self.set_key(None, span);
    }

    /// Puts a complete value where it belongs.
    fn add(&mut self, value: Value<'s>, anchor: usize) {
        if anchor > 0 {
            self.anchors.push((anchor, value.clone()));
        }
        if self.awaits_key() {
            return self.faulty_key(value.span, "a key must be a text", "put it in quotes");
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(value);
            return;
        };
        open.end = open.end.max(value.span.end);
        match &mut open.content {
            Content::List(items) => items.push(value),
            Content::Table { entries, key } => {
                if let Some(Key { text: Some(text), span }) = key.take() {
                    entries.push(Entry { key: text, key_span: span, value });
                }
            }
        }
    }

    /// Where to look for the next key after a fault: behind the line of the last key at the margin, since what follows
    /// may have been swallowed by a bracket or a quote that was never closed. `None` for files of another shape.
    fn resumes_after(&self, error: &ScanError) -> Option<usize> {
        let offset = self.base + error.marker().byte_offset().unwrap_or(0);
        match (self.open.first(), &self.root) {
            (Some(Open { style: StructureStyle::Block, content: Content::Table { key, .. }, .. }), _) => {
                Some(key.as_ref().map_or(offset, |key| key.span.start))
            }
            (None, Some(Value { kind: Kind::Text(_), span })) => Some(span.start),
            (None, None) => Some(offset),
            _ => None,
        }
    }

    /// What had been read at the margin when the parser stopped.
    fn abandon(self) -> Vec<Entry<'s>> {
        match (self.open.into_iter().next().map(|open| open.content), self.root) {
            (Some(Content::Table { mut entries, key }), _) => {
                if let Some(Key { text: Some(text), span }) = key {
                    entries.push(Entry { key: text, key_span: span, value: Value { span, kind: Kind::Broken } });
                }
                entries
            }
            (_, Some(Value { kind: Kind::Table(entries), .. })) => entries,
            _ => Vec::new(),
        }
    }

    fn report(&mut self, error: &ScanError) {
        self.faults.mark_incomplete();
        let text = self.faults.text;
        let start = self.base + error.marker().byte_offset().unwrap_or(0);
        let without_colon = match (self.open.is_empty(), &self.root, error.kind()) {
            // The parser took the line for a text, and complains of the colon in the next one.
            (true, Some(Value { kind: Kind::Text(_), span }), _) => Some(span.start),
            (_, _, ErrorKind::SimpleKeyExpected) => Some(start),
            _ => None,
        };
        if let Some(start) = without_colon {
            let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("");
            let span = Span::new(start, start + line.trim_end().len());
            let help = "write a colon and a blank after the key";
            return self.faults.report(Code::Syntax, span, "YAML: a line without a colon is no key", help);
        }
        let width = text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let fault = self.faults.at(Code::Syntax, Span::new(start, start + width), format!("YAML: {}", error.info()));
        self.faults.push(match mend(error.kind()) {
            Some(help) => fault.help(help),
            None => fault,
        });
    }
}

/// What to do about the faults that writers of front matter meet.
fn mend(kind: &ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::InvalidColonPlacement => {
            "close each list with `]` and each table with `}`, and put a text that holds a colon and a blank in quotes"
        }
        ErrorKind::MappingValueNotAllowed => {
            "put a text that holds a colon and a blank in quotes, write a key and its value as `key: value`, and start \
             all keys of a table in the same column"
        }
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabAtBlockScalarStart => "indent with spaces: YAML allows no tabs there",
        ErrorKind::UnclosedQuotedScalar
        | ErrorKind::DocumentIndicatorInQuotedScalar
        | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            "close each text with the quote it starts with, and write `\\\"` for a quote inside"
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar => {
            "close each text with the quote it starts with, and write `''` for a quote inside"
        }
        ErrorKind::UnknownQuotedScalarEscape => "write `\\\\` for a backslash, or use single quotes",
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::MismatchedFlowCollectionEnd { .. }
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::ExpectedFlowMappingSeparator => {
            "part the items by commas, and close each list with `]` and each table with `}`"
        }
        ErrorKind::UnexpectedCharacter { .. } => "put a text that starts with this character in quotes",
        ErrorKind::InvalidIndentation | ErrorKind::ExpectedBlockMappingKey | ErrorKind::ExpectedBlockSequenceEntry => {
            "start all keys of a table, and all dashes of a list, in the same column"
        }
        _ => return None,
    })
}
