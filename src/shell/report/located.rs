//! Where a fault is, as people count: line and column, computed once for all formats.

use std::sync::Arc;

use crate::base::diagnostic::{Diagnostic, Place, Spot};
use crate::base::path::SourcePath;
use crate::base::span::{LineColumn, LineStarts, Span};

/// The way from a place to the text that stands there.
pub trait Texts {
    /// The text of a file; `None` where it is no text or is not there.
    fn text(&self, path: &SourcePath) -> Option<Arc<str>>;

    /// Where a front matter key of a page stands, by the name it was written with.
    fn key(&self, path: &SourcePath, key: &str) -> Option<Span>;
}

/// A place in lines and columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The file, from the site's root.
    pub path: SourcePath,
    /// Where it starts.
    pub start: LineColumn,
    /// Where it ends: one past its last character.
    pub end: LineColumn,
    /// The text around it; `None` where the place is the file as a whole, which is said as line 1, column 1.
    pub excerpt: Option<Excerpt>,
}

/// The lines that hold a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The lines, whole, without the last one's line end.
    pub lines: String,
    /// The place, as bytes of `lines`.
    pub span: Span,
}

impl Located {
    /// Finds a place in the text it is of. A key that is not written, and a text that is not there, are the file as a whole.
    pub fn of(place: &Place, texts: &dyn Texts) -> Self {
        let span = match &place.spot {
            Spot::File => None,
            Spot::Span(span) => Some(*span),
            Spot::Key(key) => texts.key(&place.path, key),
        };
        match span.and_then(|span| Some((span, texts.text(&place.path)?))) {
            Some((span, text)) => Self::within(&place.path, &text, span),
            None => Self::whole(&place.path),
        }
    }

    fn whole(path: &SourcePath) -> Self {
        let start = LineColumn { line: 1, column: 1 };
        Self { path: path.clone(), start, end: start, excerpt: None }
    }

    fn within(path: &SourcePath, text: &str, span: Span) -> Self {
        let span = settle(text, span);
        let lines = LineStarts::new(text);
        let (start, end) = (lines.position(text, span.start), lines.position(text, span.end));
        let window = Span::new(lines.offset(start.line, 1), lines.offset(end.line + 1, 1));
        let excerpt = Excerpt::of(window.of(text), Span::new(span.start - window.start, span.end - window.start));
        Self { path: path.clone(), start, end, excerpt: Some(excerpt) }
    }
}

impl Excerpt {
    fn of(window: &str, span: Span) -> Self {
        let text = window.trim_end_matches(['\r', '\n']);
        let (start, end) = (span.start.min(text.len()), span.end.min(text.len()));
        // All line ends as one byte, and the place moved by the bytes that went before it.
        let unified = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
        Self { lines: unified(text), span: Span::new(unified(&text[..start]).len(), unified(&text[..end]).len()) }
    }

    /// The first line of the place.
    pub fn first_line(&self) -> &str {
        self.lines.split('\n').next().unwrap_or("")
    }
}

/// Keeps a span inside its text and on the borders of characters, and takes line ends off its end: a place that reaches to
/// the end of a line, as a parser's blocks do, does not reach into the next one.
fn settle(text: &str, span: Span) -> Span {
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (start, end) = (floor(span.start), floor(span.end));
    let end = start + text.get(start..end).unwrap_or("").trim_end_matches(['\r', '\n']).len();
    Span::new(start, end)
}

/// A diagnostic with its places found.
#[derive(Clone, Debug)]
pub struct Finding<'a> {
    /// The diagnostic.
    pub diagnostic: &'a Diagnostic,
    /// Its own place.
    pub at: Located,
    /// The places that bear on it, each with what stands there.
    pub related: Vec<(Located, &'a str)>,
}

/// Finds the places of diagnostics, in their order.
pub fn locate<'a>(diagnostics: &'a [Diagnostic], texts: &dyn Texts) -> Vec<Finding<'a>> {
    let finding = |diagnostic: &'a Diagnostic| Finding {
        diagnostic,
        at: Located::of(&diagnostic.place, texts),
        related: diagnostic.related.iter().map(|(place, what)| (Located::of(place, texts), what.as_str())).collect(),
    };
    diagnostics.iter().map(finding).collect()
}
