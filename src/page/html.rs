//! A page's tree to HTML with slots.
//!
//! The Markdown library writes one string; where a slot belongs we write a NUL, which no text can hold (CommonMark replaces
//! it), and cut the string there afterwards: what stands at the marks is noted in their order. What differs from the library's
//! own HTML is for the reader: headings with ids, tables that scroll and say what their columns are, footnotes and alerts in
//! the words of the page's language.

use std::cell::Cell;
use std::fmt::{self, Write as _};

use comrak::html::{ChildRendering, Context, format_document_with_formatter, format_node_default};
use comrak::nodes::{
    AlertType, Node as AstNode, NodeFootnoteDefinition, NodeLink, NodeTaskItem, NodeValue, TableAlignment,
};
use comrak::options::Plugins;
use memchr::{memchr, memchr_iter};

use crate::base::span::Span;
use crate::page::body::{Body, Component, Node, Piece, Slot, Word};
use crate::page::directive::COLON;
use crate::page::markdown::Source;
use crate::page::structure::{Directive, Structure, is_decorative};

/// What is written of a tree.
pub(super) struct Written {
    pub(super) body: Body,
    /// What the body asks of the site, in order, each by its number.
    pub(super) slots: Vec<(usize, Slot)>,
    /// The places of its links by number.
    pub(super) links: Vec<Span>,
}

/// Writes a tree. Without a structure it is CommonMark and no more.
pub(super) fn write(
    root: AstNode<'_>,
    options: &comrak::Options<'_>,
    source: &Source<'_>,
    structure: Option<&Structure>,
) -> Written {
    let mut writer = Writer { source, structure, links: Vec::new(), slots: Vec::new(), open: None, marks: Vec::new() };
    let mut paper = PAPER.take();
    paper.clear();
    format(root, options, &mut paper, &mut writer);
    if structure.is_some_and(|structure| structure.has_footnotes) {
        write_footnotes(root, options, &mut paper, &mut writer);
    }
    let html = if memchr(COLON as u8, paper.as_bytes()).is_some() {
        paper.replace(COLON, ":").into()
    } else {
        Box::from(paper.as_str())
    };
    PAPER.set(paper);
    let Writer { mut slots, mut links, marks, .. } = writer;
    slots.shrink_to_fit();
    links.shrink_to_fit();
    Written { body: assemble(html, marks), slots, links }
}

thread_local! {
    /// What pages are written on, one after the other, so that each takes no more memory than it needs.
    static PAPER: Cell<String> = const { Cell::new(String::new()) };
}

/// What a mark is in the text.
const MARK: char = '\0';

/// What stands at a mark.
enum Mark {
    Node(Node),
    Open(Box<Component>),
    Close,
}

struct Writer<'s> {
    source: &'s Source<'s>,
    structure: Option<&'s Structure>,
    links: Vec<Span>,
    slots: Vec<(usize, Slot)>,
    /// The link that is open, if it may lead to a term of a glossary.
    open: Option<u32>,
    /// What stands at the marks, as they follow each other in the text.
    marks: Vec<Mark>,
}

impl Writer<'_> {
    /// Notes the slot of a link or an image, and gives its number.
    fn link(&mut self, span: Span, target: &str, slot: fn(String) -> Slot) -> u32 {
        let number = self.links.len();
        self.links.push(span);
        self.slots.push((number, slot(target.replace(COLON, ":"))));
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    /// The number of a heading among the page's.
    fn heading(&self, node: AstNode<'_>) -> Option<u32> {
        let (data, headings) = (node.data(), &self.structure?.headings);
        let id = data.attrs.as_ref()?.id.as_deref()?;
        u32::try_from(headings.iter().position(|heading| *heading.id == *id)?).ok()
    }

    fn directive(&self, node: AstNode<'_>) -> Option<&Directive> {
        self.structure?.directives.get(&node.data().sourcepos.start.line)
    }
}

fn format(root: AstNode<'_>, options: &comrak::Options<'_>, html: &mut String, writer: &mut Writer<'_>) {
    // The only error is one of the sink, and a `String` has none.
    let _ = format_document_with_formatter(root, options, html, &Plugins::default(), format_node, writer);
}

/// What becomes of a node's children.
type Step = Result<ChildRendering, fmt::Error>;
type Sink<'k, 'o, 'c, 'w, 's> = &'k mut Context<'o, 'c, &'w mut Writer<'s>>;

fn mark(context: Sink<'_, '_, '_, '_, '_>, mark: Mark) -> fmt::Result {
    context.user.marks.push(mark);
    context.write_char(MARK)
}

fn format_node(context: Sink<'_, '_, '_, '_, '_>, node: AstNode<'_>, entering: bool) -> Step {
    let data = node.data();
    match &data.value {
        NodeValue::Link(link) => write_link(context, node, link, entering),
        NodeValue::Image(image) => {
            let decorative = data.attrs.as_deref().is_some_and(is_decorative);
            write_image(context, node, image, decorative, entering)
        }
        _ if context.user.structure.is_none() => format_node_default(context, node, entering),
        NodeValue::Heading(heading) => write_heading(context, node, heading.level, entering),
        NodeValue::DescriptionTerm => write_term(context, node, entering),
        NodeValue::Table(_) => write_table(context, entering),
        NodeValue::TableCell => write_cell(context, node, entering),
        NodeValue::TaskItem(item) => write_task(context, item, entering),
        NodeValue::List(list) if list.is_task_list && entering => {
            context.cr()?;
            context.write_str("<ul class=\"task-list\">")?;
            context.lf()?;
            Ok(ChildRendering::HTML)
        }
        NodeValue::Alert(alert) => {
            if entering {
                let (class, word) = alert_words(alert.alert_type);
                context.cr()?;
                write!(context, "<div class=\"alert alert-{class}\" role=\"note\">\n<p class=\"alert-title\">")?;
                match &alert.title {
                    Some(title) => context.escape(title)?,
                    None => mark(context, Mark::Node(Node::Word(word)))?,
                }
                context.write_str("</p>\n")?;
            } else {
                context.cr()?;
                context.write_str("</div>")?;
                context.lf()?;
            }
            Ok(ChildRendering::HTML)
        }
        NodeValue::FootnoteReference(reference) => {
            if entering {
                let (number, again) = (reference.ix, again(reference.ref_num));
                write!(
                    context,
                    "<sup class=\"footnote-ref\"><a href=\"#fn-{number}\" id=\"fnref-{number}{again}\" aria-label=\""
                )?;
                mark(context, Mark::Node(Node::Word(Word::Footnote)))?;
                write!(context, " {number}\">{number}</a></sup>")?;
            }
            Ok(ChildRendering::HTML)
        }
        NodeValue::BlockDirective(_) => write_directive(context, node, entering),
        // Footnotes are written at the end of the page, in the order of their references; raw HTML is refused by
        // `structure`, and nothing of it is written.
        NodeValue::FootnoteDefinition(_) | NodeValue::HtmlBlock(_) | NodeValue::HtmlInline(_) => {
            Ok(ChildRendering::Skip)
        }
        _ => format_node_default(context, node, entering),
    }
}

fn write_heading(context: Sink<'_, '_, '_, '_, '_>, node: AstNode<'_>, level: u8, entering: bool) -> Step {
    // From 1 to 6.
    let digit = char::from(b'0' + level);
    if entering {
        context.cr()?;
        context.write_str("<div class=\"heading\"><h")?;
        context.write_char(digit)?;
        write_id(context, node)?;
        context.write_str(">")?;
    } else {
        context.write_str("</h")?;
        context.write_char(digit)?;
        context.write_str(">")?;
        if let Some(number) = context.user.heading(node) {
            mark(context, Mark::Node(Node::HeadingLink(number)))?;
        }
        context.write_str("</div>")?;
        context.lf()?;
    }
    Ok(ChildRendering::HTML)
}

/// A term that the page explains.
fn write_term(context: Sink<'_, '_, '_, '_, '_>, node: AstNode<'_>, entering: bool) -> Step {
    if entering {
        context.cr()?;
        context.write_str("<dt")?;
        write_id(context, node)?;
        context.write_str("><dfn>")?;
    } else {
        context.write_str("</dfn></dt>")?;
        context.lf()?;
    }
    Ok(ChildRendering::HTML)
}

fn write_id(context: Sink<'_, '_, '_, '_, '_>, node: AstNode<'_>) -> fmt::Result {
    if let Some(id) = node.data().attrs.as_ref().and_then(|attributes| attributes.id.as_deref()) {
        context.write_str(" id=\"")?;
        context.escape(id)?;
        context.write_str("\"")?;
    }
    Ok(())
}

fn write_link(context: Sink<'_, '_, '_, '_, '_>, node: AstNode<'_>, link: &NodeLink, entering: bool) -> Step {
    if entering {
        let span = context.user.source.span(node);
        let slot = context.user.link(span, &link.url, Slot::Link);
        if context.user.structure.is_some() && link.url.contains('#') && link.title.is_empty() {
            context.user.open = Some(slot);
            mark(context, Mark::Node(Node::LinkStart(slot)))?;
            return Ok(ChildRendering::HTML);
        }
        context.write_str("<a href=\"")?;
        mark(context, Mark::Node(Node::Link(slot)))?;
        if !link.title.is_empty() {
            context.write_str("\" title=\"")?;
            context.escape(&link.title)?;
        }
        context.write_str("\">")?;
    } else if let Some(number) = context.user.open.take() {
        mark(context, Mark::Node(Node::LinkEnd(number)))?;
    } else {
        context.write_str("</a>")?;
    }
    Ok(ChildRendering::HTML)
}

fn write_image(
    context: Sink<'_, '_, '_, '_, '_>,
    node: AstNode<'_>,
    image: &NodeLink,
    decorative: bool,
    entering: bool,
) -> Step {
    if entering {
        let span = context.user.source.span(node);
        let slot = context.user.link(span, &image.url, Slot::Image);
        context.write_str("<img src=\"")?;
        mark(context, Mark::Node(Node::Image(slot)))?;
        context.write_str("\" alt=\"")?;
        return Ok(if decorative { ChildRendering::Skip } else { ChildRendering::Plain });
    }
    if !image.title.is_empty() {
        context.write_str("\" title=\"")?;
        context.escape(&image.title)?;
    }
    context.write_str("\" />")?;
    Ok(ChildRendering::HTML)
}

/// A table sits in a group of its own that scrolls and that the keyboard can reach, so that a narrow page hides nothing.
fn write_table(context: Sink<'_, '_, '_, '_, '_>, entering: bool) -> Step {
    if entering {
        context.cr()?;
        context.write_str("<div class=\"table\" role=\"group\" tabindex=\"0\" aria-label=\"")?;
        mark(context, Mark::Node(Node::Word(Word::Table)))?;
        context.write_str("\">\n<table>\n")?;
    } else {
        context.cr()?;
        context.write_str("</tbody>\n</table>\n</div>\n")?;
    }
    Ok(ChildRendering::HTML)
}

fn write_cell(context: Sink<'_, '_, '_, '_, '_>, node: AstNode<'_>, entering: bool) -> Step {
    let header = node.parent().is_some_and(|row| matches!(row.data().value, NodeValue::TableRow(true)));
    let column = node.preceding_siblings().count() - 1;
    // The first cell of a row says what the row is about. An empty cell heads nothing.
    let empty = node.first_child().is_none();
    let (start, end) = match (header, column) {
        _ if empty => ("<td", "</td>"),
        (true, _) => ("<th scope=\"col\"", "</th>"),
        (false, 0) => ("<th scope=\"row\"", "</th>"),
        _ => ("<td", "</td>"),
    };
    if entering {
        let alignment =
            node.parent().and_then(comrak::arena_tree::Node::parent).map_or(TableAlignment::None, |table| match &table
                .data()
                .value
            {
                NodeValue::Table(table) => table.alignments.get(column).copied().unwrap_or(TableAlignment::None),
                _ => TableAlignment::None,
            });
        context.cr()?;
        context.write_str(start)?;
        context.write_str(match alignment {
            TableAlignment::None => "",
            TableAlignment::Left => " class=\"left\"",
            TableAlignment::Center => " class=\"center\"",
            TableAlignment::Right => " class=\"right\"",
        })?;
        context.write_str(">")?;
    } else {
        context.write_str(end)?;
    }
    Ok(ChildRendering::HTML)
}

fn write_task(context: Sink<'_, '_, '_, '_, '_>, item: &NodeTaskItem, entering: bool) -> Step {
    if entering {
        let (word, checked) = if item.symbol.is_some() { (Word::TaskDone, " checked") } else { (Word::TaskOpen, "") };
        context.cr()?;
        write!(context, "<li><input type=\"checkbox\" disabled{checked} aria-label=\"")?;
        mark(context, Mark::Node(Node::Word(word)))?;
        context.write_str("\" /> ")?;
    } else {
        context.write_str("</li>")?;
        context.lf()?;
    }
    Ok(ChildRendering::HTML)
}

fn write_directive(context: Sink<'_, '_, '_, '_, '_>, node: AstNode<'_>, entering: bool) -> Step {
    let Some(directive) = context.user.directive(node) else { return Ok(ChildRendering::HTML) };
    let (number, name, attributes) = (directive.number, directive.name.clone(), directive.attributes.clone());
    context.cr()?;
    if entering {
        context.user.slots.push((number, Slot::Component(name.clone(), attributes.clone())));
        mark(context, Mark::Open(Box::new(Component { number, name, attributes, nodes: Vec::new() })))?;
    } else {
        mark(context, Mark::Close)?;
    }
    context.lf()?;
    Ok(ChildRendering::HTML)
}

fn alert_words(kind: AlertType) -> (&'static str, Word) {
    match kind {
        AlertType::Note => ("note", Word::AlertNote),
        AlertType::Tip => ("tip", Word::AlertTip),
        AlertType::Important => ("important", Word::AlertImportant),
        AlertType::Warning => ("warning", Word::AlertWarning),
        AlertType::Caution => ("caution", Word::AlertCaution),
    }
}

/// The end of a reference's id: nothing for the first, `-2` for the second.
fn again(reference: u32) -> String {
    if reference > 1 { format!("-{reference}") } else { String::new() }
}

/// The footnotes of a page in the order of their first references, each with its number.
pub(super) fn footnotes(root: AstNode<'_>) -> Vec<(u32, AstNode<'_>, NodeFootnoteDefinition)> {
    let mut numbers: Vec<(u32, String)> = Vec::new();
    let mut definitions = Vec::new();
    for node in root.descendants() {
        match &node.data().value {
            NodeValue::FootnoteReference(reference) => numbers.push((reference.ix, reference.name.clone())),
            NodeValue::FootnoteDefinition(definition) if definition.total_references > 0 => {
                definitions.push((node, definition.clone()));
            }
            _ => {}
        }
    }
    numbers.sort();
    numbers.dedup();
    let find = |(number, name): (u32, String)| {
        let (node, definition) = definitions.iter().find(|(_, definition)| definition.name == name)?;
        Some((number, *node, definition.clone()))
    };
    numbers.into_iter().filter_map(find).collect()
}

fn write_footnotes(root: AstNode<'_>, options: &comrak::Options<'_>, html: &mut String, writer: &mut Writer<'_>) {
    let footnotes = footnotes(root);
    if footnotes.is_empty() {
        return;
    }
    html.push_str("<section class=\"footnotes\" aria-label=\"");
    push_mark(html, writer, Word::Footnotes);
    html.push_str("\">\n<ol>\n");
    for (number, node, definition) in footnotes {
        let _ = writeln!(html, "<li id=\"fn-{number}\">");
        for child in node.children() {
            format(child, options, html, writer);
        }
        // Behind the last word, inside its paragraph where it ends with one.
        let inside = html.ends_with("</p>\n");
        if inside {
            html.truncate(html.trim_end_matches("</p>\n").trim_end().len());
        }
        write_back_links(html, writer, number, &definition);
        html.push_str(if inside { "</p>\n</li>\n" } else { "\n</li>\n" });
    }
    html.push_str("</ol>\n</section>\n");
}

fn write_back_links(html: &mut String, writer: &mut Writer<'_>, number: u32, definition: &NodeFootnoteDefinition) {
    for reference in 1..=definition.total_references {
        let again = again(reference);
        let _ = write!(html, " <a href=\"#fnref-{number}{again}\" class=\"footnote-back\" aria-label=\"");
        push_mark(html, writer, Word::FootnoteBack);
        let _ = write!(html, " {number}{again}\">↩</a>");
    }
}

fn push_mark(html: &mut String, writer: &mut Writer<'_>, word: Word) {
    writer.marks.push(Mark::Node(Node::Word(word)));
    html.push(MARK);
}

/// Cuts the string at its marks and puts components' nodes into them.
fn assemble(html: Box<str>, marks: Vec<Mark>) -> Body {
    let mut done: Vec<(Vec<Node>, Option<Box<Component>>)> = Vec::new();
    let mut nodes = Vec::with_capacity(2 * marks.len() + 1);
    let mut holder: Option<Box<Component>> = None;
    let mut start = 0;
    for (at, mark) in memchr_iter(MARK as u8, html.as_bytes()).zip(marks) {
        nodes.extend(Piece::new(start, at).map(Node::Html));
        start = at + MARK.len_utf8();
        match mark {
            Mark::Node(node) => nodes.push(node),
            Mark::Open(component) => done.push((std::mem::take(&mut nodes), holder.replace(component))),
            Mark::Close => {
                let inner = std::mem::take(&mut nodes);
                if let Some((outer, outer_holder)) = done.pop() {
                    nodes = outer;
                    if let Some(mut component) = std::mem::replace(&mut holder, outer_holder) {
                        component.nodes = inner;
                        nodes.push(Node::Component(component));
                    }
                }
            }
        }
    }
    nodes.extend(Piece::new(start, html.len()).map(Node::Html));
    nodes.shrink_to_fit();
    Body { html, nodes }
}
