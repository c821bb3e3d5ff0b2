//! A page's text as its reader meets it: blocks of plain words with their places, from the Markdown tree.
//!
//! Read anew, and only where prose is checked, so that an ordinary build neither does this nor keeps what comes of it. Code is
//! left out: it is not for the reader of these pages. What a directive shows of its attributes is text like any other.

use comrak::Arena;
use comrak::nodes::{Node as AstNode, NodeValue};

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
                    let at = source.span(inner).start.max(cursor);
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

/// Adds a text node to a block, byte by byte as it stands in the file: escapes and entities are shorter there than here.
/// Gives where the file was read up to.
fn push(block: &mut Block, text: &str, start: usize, source: &Source<'_>) -> usize {
    let file = source.part.text;
    let mut at = start.saturating_sub(source.part.offset).min(file.len());
    let mut run = (0, at);
    for (offset, c) in text.char_indices() {
        let written = if c == COLON { ':' } else { c };
        let rest = file.get(at..).unwrap_or("");
        let step = if rest.starts_with(written) {
            None
        } else if rest.strip_prefix('\\').is_some_and(|rest| rest.starts_with(written)) {
            Some((at + 1, 0))
        } else if rest.starts_with('&') {
            let entity = rest.find(';').map_or(0, |end| end + 1);
            Some((at, entity.saturating_sub(c.len_utf8())))
        } else {
            Some((at, 0))
        };
        if let Some((from, extra)) = step {
            block.push(&text[run.0..offset].replace(COLON, ":"), run.1 + source.part.offset);
            run = (offset, from);
            at = from;
            if extra > 0 {
                block.push(&text[offset..offset + c.len_utf8()], from + source.part.offset);
                run = (offset + c.len_utf8(), from + c.len_utf8() + extra);
                at = run.1;
                continue;
            }
        }
        at += c.len_utf8();
    }
    block.push(&text[run.0..].replace(COLON, ":"), run.1 + source.part.offset);
    at + source.part.offset
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
