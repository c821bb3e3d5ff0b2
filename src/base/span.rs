//! Where in a text something stands.

use serde::{Deserialize, Serialize};

/// A range of bytes in one text: `start` inclusive, `end` exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

impl Span {
    /// The range from `start` to `end`; an end before its start is taken as empty.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The same range, `offset` bytes further on.
    #[must_use]
    pub fn shifted(self, offset: usize) -> Self {
        Self { start: self.start + offset, end: self.end + offset }
    }

    /// The text of the range; empty where the range does not fit the text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// Places by name, in no more memory than they need.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedSpans(Box<[(Box<str>, Span)]>);

impl NamedSpans {
    /// The place of a name.
    pub fn get(&self, name: &str) -> Option<&Span> {
        let at = self.0.binary_search_by(|(known, _)| (**known).cmp(name)).ok()?;
        self.0.get(at).map(|(_, span)| span)
    }

    /// Whether a name has a place.
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

impl<'n> FromIterator<(&'n str, Span)> for NamedSpans {
    /// Of places with one name the first is kept.
    fn from_iter<T: IntoIterator<Item = (&'n str, Span)>>(spans: T) -> Self {
        let mut spans: Vec<_> = spans.into_iter().collect();
        spans.sort_by_key(|(name, _)| *name);
        spans.dedup_by_key(|(name, _)| *name);
        Self(spans.into_iter().map(|(name, span)| (name.into(), span)).collect())
    }
}

/// A line and column as people count: both from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters (Unicode scalar values), from 1.
    pub column: usize,
}

impl LineColumn {
    /// The line and column of a byte offset; an offset past the end is the end.
    pub fn of(text: &str, offset: usize) -> Self {
        LineStarts::new(text).position(text, offset)
    }
}

/// Byte offsets at which a text's lines start, to turn (line, byte column) into an offset.
#[derive(Clone, Debug)]
pub struct LineStarts {
    starts: Vec<usize>,
    len: usize,
}

impl LineStarts {
    /// How long a line is at least, on an average.
    const USUAL: usize = 32;

    /// Finds the lines of a text. A line ends with `\n`, `\r\n` or a lone `\r`, as Markdown has it.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
        let ends = ends.filter(|at| bytes[*at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'));
        let mut starts = Vec::with_capacity(text.len() / Self::USUAL + 1);
        starts.push(0);
        starts.extend(ends.map(|at| at + 1));
        Self { starts, len: text.len() }
    }

    /// The byte offset of a line (from 1) and a byte column (from 1), kept inside the text.
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let start = line.checked_sub(1).and_then(|at| self.starts.get(at)).copied().unwrap_or(self.len);
        (start + column.saturating_sub(1)).min(self.len)
    }

    /// The line and column of a byte offset of the same text. An offset past the end is the end, one inside a character
    /// that character's first.
    pub fn position(&self, text: &str, offset: usize) -> LineColumn {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|at| self.starts.get(at)).copied().unwrap_or(0);
        LineColumn { line, column: text.get(start..offset).map_or(0, |before| before.chars().count()) + 1 }
    }
}
