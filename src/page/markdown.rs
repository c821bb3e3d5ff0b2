//! Markdown to a body: comrak reads and formats, we say what is a slot and what is a fault.
//!
//! One function for every text. A site's pages take it with `Options::site`; with `Options::common_mark` it is CommonMark
//! and nothing else, so that the specification's own examples hold it to its word.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use comrak::nodes::Node as AstNode;
use comrak::{Arena, ResolvedReference};
use memchr::memmem;
use serde::{Deserialize, Serialize};

use crate::base::diagnostic::Diagnostic;
use crate::base::path::SourcePath;
use crate::base::span::{LineStarts, Span};
use crate::page::body::{Body, Node, Places, Slot};
use crate::page::directive;
use crate::page::facts::{Anchors, GlossaryEntry, Heading};
use crate::page::html::{self, Written};
use crate::page::structure::{self, Structure};

/// How Markdown is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Options {
    /// Tables, footnotes, directives and the like; heading ids; raw HTML refused.
    extended: bool,
    /// Curly quotes and dashes.
    smart_punctuation: bool,
    /// Whether the words of pages are gathered, for an index that a theme searches. It takes as long as all else of a page.
    pub(super) gathers_words: bool,
}

impl Options {
    /// How the pages of a site are read.
    pub fn site(smart_punctuation: bool) -> Self {
        Self { extended: true, smart_punctuation, gathers_words: false }
    }

    /// The same, with the words of pages gathered or not.
    #[must_use]
    pub fn gathering_words(self, gathers_words: bool) -> Self {
        Self { gathers_words, ..self }
    }

    /// CommonMark as specified: extensions off, raw HTML through, links untouched. No site can ask for this.
    pub fn common_mark() -> Self {
        Self { extended: false, smart_punctuation: false, gathers_words: false }
    }
}

/// A Markdown text, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markdown {
    /// The tree.
    pub body: Body,
    /// What it asks of the site, in order, each by its number among the links and images or among the components.
    pub slots: Vec<(usize, Slot)>,
    /// Where the slots stand.
    pub places: Places,
    /// Its headings in order.
    pub headings: Vec<Heading>,
    /// Every id it defines, sorted.
    pub anchors: Anchors,
    /// The terms that it explains.
    pub glossary: Vec<GlossaryEntry>,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// The text that is read: a part of a file.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// The file.
    pub path: &'a SourcePath,
    /// The part's text.
    pub text: &'a str,
    /// Where the part starts in the file, in bytes.
    pub offset: usize,
}

/// The target that marks a reference without a definition. The NUL keeps it apart from any target that can be written.
pub(super) const UNDEFINED: &str = "\0undefined";

/// Reads a Markdown text.
pub fn read(part: Part<'_>, options: Options) -> Markdown {
    with_tree(part, options, |root, comrak_options, source| {
        if options.extended {
            let structure = structure::read(root, source);
            let written = html::write(root, comrak_options, source, Some(&structure));
            structure.finish(written)
        } else {
            let Written { body, slots, links } = html::write(root, comrak_options, source, None);
            Markdown { body, slots, places: Places { links, components: Vec::new() }, ..Markdown::default() }
        }
    })
}

/// Reads a Markdown text for one who makes something else of it than HTML.
pub(super) fn with_structure<T>(
    part: Part<'_>,
    options: Options,
    visit: impl FnOnce(AstNode<'_>, &Structure) -> T,
) -> T {
    with_tree(part, options, |root, _, source| visit(root, &structure::read(root, source)))
}

fn with_tree<T>(
    part: Part<'_>,
    options: Options,
    visit: impl FnOnce(AstNode<'_>, &comrak::Options<'_>, &Source<'_>) -> T,
) -> T {
    let comrak_options = comrak_options(options, part.text);
    let shielded = if options.extended { directive::shield_colons(part.text) } else { None };
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, shielded.as_deref().unwrap_or(part.text), &comrak_options);
    visit(root, &comrak_options, &Source::new(part))
}

/// The HTML of a text without slots that need a site: links as they were written. For CommonMark's examples.
pub fn to_html(text: &str, options: Options) -> String {
    let path = SourcePath::new("text.md");
    let markdown = read(Part { path: &path, text, offset: 0 }, options);
    let mut html = String::new();
    for node in &markdown.body.nodes {
        match node {
            Node::Html(part) => html.push_str(part.of(&markdown.body.html)),
            Node::Link(number) | Node::LinkStart(number) | Node::Image(number) => {
                if let Some((_, Slot::Link(target) | Slot::Image(target))) = markdown.slots.get(*number as usize) {
                    // Writing into a `String` cannot fail.
                    let _ = comrak::html::escape_href(&mut html, target, false);
                }
            }
            Node::HeadingLink(_) | Node::Word(_) | Node::LinkEnd(_) | Node::Component(_) => {}
        }
    }
    html
}

pub(super) fn comrak_options(options: Options, text: &str) -> comrak::Options<'_> {
    let mut comrak = comrak::Options::default();
    comrak.render.r#unsafe = true;
    comrak.parse.smart = options.smart_punctuation;
    if options.extended {
        let extension = &mut comrak.extension;
        extension.table = true;
        extension.footnotes = true;
        extension.strikethrough = true;
        extension.tasklist = true;
        extension.autolink = true;
        extension.description_lists = true;
        extension.alerts = true;
        extension.header_attributes = true;
        extension.link_attributes = true;
        extension.block_directive = true;
        comrak.parse.leave_footnote_definitions = true;
        comrak.parse.broken_link_callback = Some(Arc::new(mark_undefined(text)));
    }
    comrak
}

/// Turns a reference without definition into a link that can be found, with its place. The boxes of task lists and
/// references to footnotes come here too, and are left as they are.
fn mark_undefined(
    text: &str,
) -> impl Fn(comrak::options::BrokenLinkReference<'_>) -> Option<ResolvedReference> + Send + Sync {
    // Looked for where one is asked for: most texts have none.
    let names = OnceLock::new();
    move |reference| {
        let label = reference.original.trim();
        let is_defined = |name: &str| names.get_or_init(|| footnotes(text)).contains(&name.to_lowercase());
        let footnote = label.strip_prefix('^').is_some_and(is_defined);
        let checkbox = label.is_empty() || label.eq_ignore_ascii_case("x");
        (!footnote && !checkbox).then(|| ResolvedReference { url: UNDEFINED.to_owned(), title: label.to_owned() })
    }
}

/// The names of the footnotes that a text defines.
fn footnotes(text: &str) -> HashSet<String> {
    let names = memmem::find_iter(text.as_bytes(), "[^").filter_map(|at| text[at + 2..].split_once("]:"));
    names.filter(|(name, _)| !name.contains([']', '\n'])).map(|(name, _)| name.to_lowercase()).collect()
}

/// A part with its lines, to turn the library's lines and columns into places of the file.
pub(super) struct Source<'a> {
    pub(super) part: Part<'a>,
    lines: LineStarts,
}

impl<'a> Source<'a> {
    /// A part, its lines found.
    pub(super) fn new(part: Part<'a>) -> Self {
        Self { part, lines: LineStarts::new(part.text) }
    }

    /// The place of a node in the file.
    pub(super) fn span(&self, node: AstNode<'_>) -> Span {
        let place = node.data().sourcepos;
        let start = self.lines.offset(place.start.line, place.start.column);
        let end = self.lines.offset(place.end.line, place.end.column + 1);
        Span::new(start, end).shifted(self.part.offset)
    }

    /// The first line of a span, without the rest.
    pub(super) fn first_line(&self, span: Span) -> Span {
        let text = span.of_part(self.part);
        let len = text.find(['\n', '\r']).unwrap_or(text.len());
        Span::new(span.start, span.start + len)
    }

    /// A line of the part, from 1, with its offset in the part.
    pub(super) fn line(&self, line: usize) -> (usize, &'a str) {
        let start = self.lines.offset(line, 1);
        let text = self.part.text.get(start..).unwrap_or("");
        (start, text.split(['\n', '\r']).next().unwrap_or(""))
    }
}

impl Span {
    fn of_part(self, part: Part<'_>) -> &str {
        part.text.get(self.start.saturating_sub(part.offset)..self.end.saturating_sub(part.offset)).unwrap_or("")
    }
}
