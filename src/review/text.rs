//! The normal form `v1` of what was reviewed, as a value, and its canonical text.
//!
//! A reviewer answers for words and for how they hang together, not for bytes. The normal form is what is left of a page
//! when all is taken away that cannot change a reader's understanding: white space, line breaks, which marker emphasizes,
//! the shape of quotes, the ids of headings. What is left is a list of lines, one for each word, so that any diff tool shows
//! which word changed, and so that no escaping is needed: a word holds no white space. `docs/review-format.md` specifies it
//! for other implementers and argues each exclusion; the golden vectors in `tests/golden/` hold both to it.
//!
//! This module knows no Markdown. `page/words.rs` walks a page's tree and says what stands there; the rules of white space,
//! quotes and style are here, in `Builder`, for whatever has words.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::review::digest::{Sha256, TextDigest};

/// The first line of a canonical text.
const HEAD: &str = "iort-site reviewed text v1";

/// What is written before a SHA-256 where other things could stand too.
pub const SHA256: &str = "sha256:";

/// What was reviewed, or may be: a page's own words, and what it shows from elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewedText {
    /// The page's own words, in order.
    pub words: Vec<Line>,
    /// What the page shows from elsewhere, by kind and name; nothing twice.
    pub includes: Vec<Include>,
}

/// A line of the normal form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// An element begins.
    Open(Element),
    /// The innermost element ends.
    Close,
    /// A word, or a part of one.
    Word(Word),
    /// A line of preformatted text, whose white space the reader sees.
    Verbatim(String),
}

/// A word: letters without white space, in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its text; never empty, and without white space.
    pub text: String,
    /// How it stands out.
    pub style: Style,
    /// Whether it goes on from what is before it without white space.
    pub joined: bool,
}

/// How a word stands out. How strongly it is emphasized, and by which marker, is not told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Emphasized.
    pub emphasized: bool,
    /// Struck through: taken back.
    pub struck: bool,
    /// Code: what is to be typed or read letter by letter.
    pub code: bool,
}

/// The beginning of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// What it is.
    pub kind: Kind,
    /// What it needs to be said beside its words: a level, a number, a target, a name; empty for most.
    pub value: String,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal;)*) => {
        /// What an element is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $($(#[$doc])* $kind,)*
        }

        impl Kind {
            /// All kinds, in the order of the specification.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// Its name in the canonical text.
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }
        }
    };
}

kinds! {
    /// A key of the front matter; its value is the key.
    Key = "key";
    /// An item of a list in the front matter.
    Item = "item";
    /// An entry of a table in the front matter; its value is the key.
    Entry = "entry";
    /// A paragraph.
    Paragraph = "paragraph";
    /// A heading; its value is the level.
    Heading = "heading";
    /// A list without numbers.
    List = "list";
    /// A list with numbers; its value is the first.
    Ordered = "ordered";
    /// An item of a list.
    Point = "point";
    /// An item of a list with a box; its value is `open` or `done`.
    Task = "task";
    /// A quotation.
    Quote = "quote";
    /// An alert; its value is its type, such as `warning`.
    Alert = "alert";
    /// A title of its own, of an alert or a link.
    Title = "title";
    /// A list of terms.
    Terms = "terms";
    /// A term.
    Term = "term";
    /// What a term means.
    Details = "details";
    /// Preformatted text.
    Preformatted = "preformatted";
    /// A break between subjects.
    Break = "break";
    /// A table.
    Table = "table";
    /// A row of headers.
    Header = "header";
    /// A row.
    Row = "row";
    /// A cell.
    Cell = "cell";
    /// A directive; its value is the component's name.
    Directive = "directive";
    /// An attribute of a directive; its value is the name.
    Attribute = "attribute";
    /// A footnote; its value is its number.
    Footnote = "footnote";
    /// A link; its value is the target.
    Link = "link";
    /// An image; its value is the source.
    Image = "image";
    /// A reference to a footnote; its value is the footnote's number.
    Note = "note";
    /// A reference without a definition; its value is the label.
    Undefined = "undefined";
    /// Raw HTML, which no page may have.
    Html = "html";
    /// Something from elsewhere; its value is its kind and name.
    Include = "include";
}

impl Kind {
    /// Whether it stands among words, so that it parts none: `[whole](a.md)some` is one word.
    pub fn is_inline(self) -> bool {
        matches!(self, Self::Link | Self::Image | Self::Note | Self::Undefined)
    }
}

/// Something that a page shows from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Include {
    /// What it is.
    pub kind: IncludeKind,
    /// What it is called: a path from the site's root, or a term.
    pub name: String,
    /// What it was when it was reviewed.
    pub content: Content,
}

/// What an include is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum IncludeKind {
    /// The definition of a term of the glossary.
    Definition,
    /// A file that the page hands out.
    File,
    /// An image.
    Image,
    /// A text that several pages share.
    Snippet,
}

impl IncludeKind {
    /// All kinds, in order.
    pub const ALL: [Self; 4] = [Self::Definition, Self::File, Self::Image, Self::Snippet];

    /// Its name in records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Definition => "definition",
            Self::File => "file",
            Self::Image => "image",
            Self::Snippet => "snippet",
        }
    }

    /// Whether it is kept by its digest, and not in full.
    pub fn is_file(self) -> bool {
        matches!(self, Self::File | Self::Image)
    }
}

/// What an include was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Content {
    /// The SHA-256 of a file's bytes.
    Digest(Sha256),
    /// A text in full.
    Text(String),
}

impl Include {
    /// An image or a file, by its bytes.
    pub fn file(kind: IncludeKind, name: impl Into<String>, sha256: Sha256) -> Self {
        Self { kind, name: name.into(), content: Content::Digest(sha256) }
    }

    /// A text; its runs of white space become one blank, so that re-wrapping it costs no page its review.
    pub fn text(kind: IncludeKind, name: impl Into<String>, text: &str) -> Self {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        Self { kind, name: name.into(), content: Content::Text(text) }
    }
}

impl ReviewedText {
    /// Puts includes into their order and drops doubles.
    #[must_use]
    pub fn with_includes(mut self, mut includes: Vec<Include>) -> Self {
        includes.sort();
        includes.dedup();
        self.includes = includes;
        self
    }

    /// The canonical text: UTF-8, each line ended by one LF.
    pub fn canonical(&self) -> String {
        let mut out = format!("{HEAD}\n");
        self.words.iter().for_each(|line| write_line(&mut out, line));
        let mut builder = Builder::default();
        for include in &self.includes {
            builder.open(Kind::Include, format!("{} {}", include.kind.name(), include.name));
            match &include.content {
                Content::Digest(sha256) => builder.verbatim(&format!("{SHA256}{sha256}")),
                Content::Text(text) => builder.text(text, Style::default()),
            }
            builder.close();
        }
        builder.finish().iter().for_each(|line| write_line(&mut out, line));
        out
    }

    /// The digest of the canonical text.
    pub fn digest(&self) -> TextDigest {
        TextDigest::of(&self.canonical())
    }
}

fn write_line(out: &mut String, line: &Line) {
    // Writing into a `String` cannot fail.
    let _ = match line {
        Line::Open(Element { kind, value }) if value.is_empty() => writeln!(out, "[{}", kind.name()),
        Line::Open(Element { kind, value }) => writeln!(out, "[{} {}", kind.name(), escaped(value)),
        Line::Close => writeln!(out, "]"),
        Line::Verbatim(text) => writeln!(out, "|{text}"),
        Line::Word(Word { text, style, joined }) => {
            let join = if *joined { '+' } else { '.' };
            let flag = |set: bool, letter: &'static str| if set { letter } else { "" };
            let (code, emphasized, struck) =
                (flag(style.code, "c"), flag(style.emphasized, "e"), flag(style.struck, "s"));
            writeln!(out, "{join}{code}{emphasized}{struck} {text}")
        }
    };
}

/// A value on one line: what ends a line is escaped, and the escape itself.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r")
}

/// Builds the lines of a normal form.
#[derive(Debug)]
pub struct Builder {
    lines: Vec<Line>,
    open: Vec<Kind>,
    /// Whether the next word stands apart from what is before it.
    apart: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Self { lines: Vec::new(), open: Vec::new(), apart: true }
    }
}

impl Builder {
    /// Begins an element.
    pub fn open(&mut self, kind: Kind, value: impl Into<String>) {
        self.apart |= !kind.is_inline();
        self.open.push(kind);
        self.lines.push(Line::Open(Element { kind, value: value.into() }));
    }

    /// Ends the innermost element.
    pub fn close(&mut self) {
        if let Some(kind) = self.open.pop() {
            self.apart |= !kind.is_inline();
            self.lines.push(Line::Close);
        }
    }

    /// An element of nothing but a text; none where the text is blank.
    pub fn element(&mut self, kind: Kind, value: impl Into<String>, text: &str) {
        if !text.trim().is_empty() {
            self.open(kind, value);
            self.text(text, Style::default());
            self.close();
        }
    }

    /// An element of nothing but a text, beside the words around it: it parts none of them.
    pub fn aside(&mut self, kind: Kind, text: &str) {
        let apart = self.apart;
        self.element(kind, "", text);
        self.apart = apart;
    }

    /// White space, however much of it.
    pub fn space(&mut self) {
        self.apart = true;
    }

    /// A text: its words, with quotes of one shape.
    pub fn text(&mut self, text: &str, style: Style) {
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let is_space = first.is_whitespace();
            let end = rest.find(|c: char| c.is_whitespace() != is_space).unwrap_or(rest.len());
            let (run, behind) = rest.split_at(end);
            if is_space {
                self.apart = true;
            } else {
                self.word(run, style);
            }
            rest = behind;
        }
    }

    fn word(&mut self, run: &str, style: Style) {
        let text: String = if style.code { run.to_owned() } else { run.chars().map(plain_quote).collect() };
        match self.lines.last_mut() {
            Some(Line::Word(last)) if !self.apart && last.style == style => last.text.push_str(&text),
            _ => self.lines.push(Line::Word(Word { text, style, joined: !self.apart })),
        }
        self.apart = false;
    }

    /// Preformatted text, line by line.
    pub fn verbatim(&mut self, text: &str) {
        self.lines.extend(text.lines().map(|line| Line::Verbatim(line.to_owned())));
    }

    /// The lines; what is still open is closed.
    pub fn finish(mut self) -> Vec<Line> {
        while !self.open.is_empty() {
            self.close();
        }
        self.lines
    }
}

/// A quote without its shape: what it quotes is the same. The marks of other meaning (guillemets, primes) stay.
fn plain_quote(c: char) -> char {
    match c {
        '\u{2018}'..='\u{201b}' => '\'',
        '\u{201c}'..='\u{201f}' => '"',
        _ => c,
    }
}
