//! A page's text as its reader meets it: blocks of plain words with their places, from the Markdown tree.
//!
//! Read anew, and only where prose is checked, so that an ordinary build neither does this nor keeps what comes of it. Code is
//! left out: it is not for the reader of these pages. What a directive shows of its attributes is text like any other.

use comrak::Arena;
use comrak::nodes::{Node as AstNode, NodeValue};

use crate::base::span::Span;
use crate::page::directive::{self, COLON};
use crate::page::markdown::{self, Options, Part, Source};
use crate::prose::text::{Block, Kind};

/// The attributes of directives that a reader sees.
const VISIBLE: [&str; 4] = ["title", "question", "caption", "label"];

/// The blocks of a page's Markdown, in order.
pub fn read(part: Part<'_>) -> Vec<Block> {
    // Quotes as they were typed: one byte stays one byte.
    let options = markdown::comrak_options(Options::site(false), part.text);
    let shielded = directive::shield_colons(part.text);
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, shielded.as_deref().unwrap_or(part.text), &options);
    let source = Source::new(part);
    let mut blocks = Vec::new();
    let mut rows = 0;
    for node in root.descendants() {
        match &node.data().value {
            NodeValue::Paragraph => blocks.push(block(node, kind(node), &source)),
            NodeValue::Heading(_) => blocks.push(block(node, Kind::Heading, &source)),
            NodeValue::TableRow(_) => rows += 1,
            NodeValue::TableCell => {
                let first = node.previous_sibling().is_none();
                let kind = if first { Kind::Term } else { Kind::Cell };
                let mut cell = block(node, kind, &source);
                cell.row = Some(rows);
                blocks.push(cell);
            }
            NodeValue::BlockDirective(_) => {
                let place = node.data().sourcepos.start;
                blocks.extend(attributes(&source, place.line, place.column));
            }
            _ => {}
        }
    }
    blocks.retain(|block| block.text.contains(char::is_alphanumeric));
    blocks
}

/// A text of the front matter that readers see, the title or the description: words without a sentence's measure. `None`
/// where it does not stand in one piece, as in a block of several lines.
pub fn front_matter(file: &str, span: Span, shown: &str) -> Option<Block> {
    let at = span.start + span.of(file).find(shown)?;
    let mut block = Block::new(Kind::Heading);
    block.push(shown, at);
    Some(block)
}

fn kind(node: AstNode<'_>) -> Kind {
    let holder = node.ancestors().skip(1).find_map(|node| match node.data().value {
        NodeValue::DescriptionTerm => Some(Kind::Term),
        NodeValue::Item(_) | NodeValue::TaskItem(_) => Some(Kind::Item),
        NodeValue::DescriptionDetails | NodeValue::FootnoteDefinition(_) => Some(Kind::Paragraph),
        _ => None,
    });
    holder.unwrap_or(Kind::Paragraph)
}

/// The text of one block. What is nested in it is inline, and flat: links and emphasis are marked, images say nothing here.
fn block(node: AstNode<'_>, kind: Kind, source: &Source<'_>) -> Block {
    let mut block = Block::new(kind);
    let whole = source.span(node);
    let mut cursor = whole.start;
    let mut marks: Vec<(AstNode<'_>, usize)> = Vec::new();
    for edge in node.traverse() {
        match edge {
            comrak::arena_tree::NodeEdge::Start(inner) => match &inner.data().value {
                NodeValue::Text(text) => {
                    let at = settle(text, source.span(inner).start.max(cursor), cursor, source);
                    cursor = push(&mut block, text, at, source);
                }
                NodeValue::SoftBreak | NodeValue::LineBreak => block.push(" ", source.span(inner).start.max(cursor)),
                NodeValue::Emph | NodeValue::Strong | NodeValue::Link(_) => marks.push((inner, block.text.len())),
                _ => {}
            },
            comrak::arena_tree::NodeEdge::End(inner) => {
                if marks.last().is_some_and(|(open, _)| open.same_node(inner))
                    && let Some((open, from)) = marks.pop()
                {
                    let marked = from..block.text.len();
                    let is_link = matches!(open.data().value, NodeValue::Link(_));
                    if is_link { block.linked.push(marked) } else { block.marked.push(marked) }
                }
            }
        }
    }
    block
}

/// How far a text node may stand from where the library says, in bytes: it miscounts where a line goes on lazily or is
/// indented by tabs.
const ASTRAY: usize = 64;

/// Where a text node starts: where the library says, if the text stands there, or else next to where the file was read up to.
fn settle(text: &str, start: usize, cursor: usize, source: &Source<'_>) -> usize {
    let (file, offset) = (source.part.text, source.part.offset);
    let rest = |at: usize| file.get(at.saturating_sub(offset)..).unwrap_or("");
    let is_written_otherwise = rest(start).starts_with(['\\', '&']);
    if is_written_otherwise || rest(start).starts_with(head(text)) {
        return start;
    }
    near(rest(cursor), head(text)).map_or(start, |found| cursor + found)
}

/// The first few characters of a text: enough to know it by.
fn head(text: &str) -> &str {
    text.char_indices().nth(8).map_or(text, |(at, _)| &text[..at])
}

/// Where a text stands in the next bytes of another.
fn near(rest: &str, text: &str) -> Option<usize> {
    rest.find(text).filter(|found| *found <= ASTRAY)
}

/// How a character is written at the start of a text: how many bytes stand before it, and how many it takes.
fn written(rest: &str, c: char, text: &str) -> (usize, usize) {
    let c = if c == COLON { ':' } else { c };
    if rest.starts_with('&')
        && let Some(end) = rest.find(';').filter(|end| *end <= ASTRAY)
        && (c != '&' || rest.starts_with("&amp;") || rest.starts_with("&#"))
    {
        return (0, end + 1);
    }
    if rest.starts_with(c) {
        return (0, c.len_utf8());
    }
    match rest.strip_prefix('\\') {
        Some(rest) if rest.starts_with(c) => (1, c.len_utf8()),
        _ => (near(rest, head(text)).unwrap_or(0), c.len_utf8()),
    }
}

/// Adds a text node to a block as it stands in the file, where escapes and entities take more room than here. Gives where
/// the file was read up to.
fn push(block: &mut Block, text: &str, start: usize, source: &Source<'_>) -> usize {
    let (file, offset) = (source.part.text, source.part.offset);
    let mut at = start.saturating_sub(offset).min(file.len());
    // What stands in the text from here on stands in the file from there on, byte for byte.
    let mut run = (0, at);
    for (here, c) in text.char_indices() {
        let (before, len) = written(file.get(at..).unwrap_or(""), c, &text[here..]);
        if before > 0 || len != c.len_utf8() {
            block.push(&text[run.0..here].replace(COLON, ":"), run.1 + offset);
            run = (here, at + before);
        }
        at += before + len;
        if len != c.len_utf8() {
            let behind = here + c.len_utf8();
            block.push(&text[here..behind], run.1 + offset);
            run = (behind, at);
        }
        at = at.min(file.len());
    }
    block.push(&text[run.0..].replace(COLON, ":"), run.1.min(file.len()) + offset);
    at + offset
}

/// What a directive shows of its attributes. One that ends as a sentence does is one.
fn attributes(source: &Source<'_>, line: usize, column: usize) -> Vec<Block> {
    let (start, text) = source.line(line);
    let from = (column - 1).min(text.len());
    let fence = text.get(from..).unwrap_or("");
    let at = from + fence.len() - fence.trim_start_matches(':').len();
    let Ok(opening) = directive::read(text, at) else { return Vec::new() };
    let visible = opening.attributes.into_iter().filter(|attribute| VISIBLE.contains(&attribute.name.as_str()));
    visible
        .map(|attribute| {
            let text = attribute.value.text().trim().to_owned();
            let kind = if text.ends_with(['.', '!', '?']) { Kind::Sentence } else { Kind::Heading };
            let mut block = Block::new(kind);
            push(&mut block, &text, start + attribute.value_span.start + source.part.offset, source);
            block
        })
        .collect()
}
