//! A page's own words, in the normal form that reviews are bound to.
//!
//! A function of the page's path and text, and of nothing else. It reads the Markdown a second time, without curly quotes;
//! the ordinary build never asks for it, so pages that nobody reviews cost nothing. A record's text goes through this very
//! function, by the path that its page had then: two texts are compared as one binary reads both.

use comrak::arena_tree::NodeEdge;
use comrak::nodes::{AlertType, ListType, Node as AstNode, NodeLink, NodeValue};
use serde_json::Value;

use crate::base::path::SourcePath;
use crate::page::directive::COLON;
use crate::page::html::footnotes;
use crate::page::markdown::{self, Options, Part, UNDEFINED};
use crate::page::structure::Structure;
use crate::page::target;
use crate::review::text::{Builder, Kind, Line, Style};
use crate::source::front_matter::{FrontMatter, Source};
use crate::source::front_matter_keys::{KEYS, Part as KeyPart};

/// The attribute that names a place and is not shown.
const ID: &str = "id";

/// The words of a page.
pub fn read(path: &SourcePath, text: &str) -> Vec<Line> {
    let read = FrontMatter::read(path, text);
    let mut builder = Builder::default();
    if let Some(front) = &read.front_matter {
        for (key, _, _) in KEYS.iter().filter(|(_, part, _)| *part == KeyPart::Reviewed) {
            write_key(&mut builder, key, front);
        }
    }
    let part = Part { path, text: text.get(read.body_offset..).unwrap_or(""), offset: read.body_offset };
    markdown::with_structure(part, Options::site(false), |root, structure| {
        let mut walk = Walk { path, structure, builder, emphasized: 0, struck: 0, images: 0 };
        walk.write(root);
        for (number, node, _) in footnotes(root) {
            walk.builder.open(Kind::Footnote, number.to_string());
            node.children().for_each(|child| walk.write(child));
            walk.builder.close();
        }
        walk.builder.finish()
    })
}

fn write_key(builder: &mut Builder, key: &'static str, front: &FrontMatter) {
    let date = front.evidence_searched_to.map(|date| date.to_string());
    match key {
        "title" => builder.element(Kind::Key, key, &front.title),
        "description" => builder.element(Kind::Key, key, front.description.as_deref().unwrap_or("")),
        "lang" => builder.element(Kind::Key, key, front.lang.as_deref().unwrap_or("")),
        "evidence_searched_to" => builder.element(Kind::Key, key, date.as_deref().unwrap_or("")),
        "authors" => write_texts(builder, key, &front.authors),
        "sources" => write_list(builder, key, &front.sources, write_source),
        "extra" => {
            if front.extra.as_object().is_some_and(|extra| !extra.is_empty()) {
                builder.open(Kind::Key, key);
                write_value(builder, &front.extra);
                builder.close();
            }
        }
        _ => write_texts(builder, key, front.texts.get(key).map_or(&[], Vec::as_slice)),
    }
}

fn write_texts(builder: &mut Builder, key: &str, texts: &[String]) {
    write_list(builder, key, texts, |builder, text| builder.text(text, Style::default()));
}

fn write_list<T>(builder: &mut Builder, key: &str, items: &[T], write: impl Fn(&mut Builder, &T)) {
    if items.is_empty() {
        return;
    }
    builder.open(Kind::Key, key);
    for item in items {
        builder.open(Kind::Item, "");
        write(builder, item);
        builder.close();
    }
    builder.close();
}

fn write_source(builder: &mut Builder, source: &Source) {
    let entries = [("url", &source.url), ("doi", &source.doi), ("note", &source.note)];
    builder.element(Kind::Entry, "title", &source.title);
    for (name, value) in entries {
        builder.element(Kind::Entry, name, value.as_deref().unwrap_or(""));
    }
}

/// Anything. As deep as its reader let it be.
fn write_value(builder: &mut Builder, value: &Value) {
    match value {
        Value::Null => {}
        Value::String(text) => builder.text(text, Style::default()),
        Value::Bool(_) | Value::Number(_) => builder.text(&value.to_string(), Style::default()),
        Value::Array(items) => {
            for item in items {
                builder.open(Kind::Item, "");
                write_value(builder, item);
                builder.close();
            }
        }
        Value::Object(entries) => {
            for (key, value) in entries {
                builder.open(Kind::Entry, key);
                write_value(builder, value);
                builder.close();
            }
        }
    }
}

struct Walk<'w> {
    path: &'w SourcePath,
    structure: &'w Structure,
    builder: Builder,
    emphasized: usize,
    struck: usize,
    /// How many images are open: what stands inside is a text without style.
    images: usize,
}

impl Walk<'_> {
    /// Writes a tree without its footnotes, which have their own place. No recursion: quotes may nest without end.
    fn write<'a>(&mut self, root: AstNode<'a>) {
        let mut footnote: Option<AstNode<'a>> = None;
        for edge in root.traverse() {
            match (edge, footnote) {
                (NodeEdge::Start(node), None) => {
                    if matches!(node.data().value, NodeValue::FootnoteDefinition(_)) {
                        footnote = Some(node);
                    } else {
                        self.enter(node);
                    }
                }
                (NodeEdge::End(node), None) => self.leave(node),
                (NodeEdge::End(node), Some(open)) if node.same_node(open) => footnote = None,
                _ => {}
            }
        }
    }

    fn enter(&mut self, node: AstNode<'_>) {
        let data = node.data();
        match &data.value {
            NodeValue::Text(text) => self.text(text),
            NodeValue::Code(code) => {
                let style = Style { code: self.images == 0, ..self.style() };
                self.builder.text(&colons(&code.literal), style);
            }
            NodeValue::SoftBreak | NodeValue::LineBreak => self.builder.space(),
            NodeValue::Emph | NodeValue::Strong => self.emphasized += 1,
            NodeValue::Strikethrough => self.struck += 1,
            NodeValue::Link(link) => self.open_link(Kind::Link, link),
            NodeValue::Image(image) => {
                self.open_link(Kind::Image, image);
                self.images += 1;
            }
            NodeValue::CodeBlock(code) => {
                self.builder.open(Kind::Preformatted, "");
                self.builder.verbatim(&colons(&code.literal));
            }
            NodeValue::HtmlBlock(html) => {
                self.builder.open(Kind::Html, "");
                self.builder.verbatim(&html.literal);
            }
            NodeValue::HtmlInline(html) => {
                self.builder.open(Kind::Html, "");
                self.builder.verbatim(html);
            }
            NodeValue::Alert(alert) => {
                self.builder.open(Kind::Alert, alert_name(alert.alert_type));
                self.builder.element(Kind::Title, "", alert.title.as_deref().unwrap_or(""));
            }
            NodeValue::BlockDirective(_) => self.open_directive(node),
            value => {
                if let Some((kind, value)) = plain_element(value) {
                    self.builder.open(kind, value);
                }
            }
        }
    }

    fn leave(&mut self, node: AstNode<'_>) {
        let data = node.data();
        match &data.value {
            NodeValue::Emph | NodeValue::Strong => self.emphasized -= 1,
            NodeValue::Strikethrough => self.struck -= 1,
            NodeValue::Link(link) => self.close_link(link),
            NodeValue::Image(image) => {
                self.images -= 1;
                self.close_link(image);
            }
            NodeValue::BlockDirective(_) if self.directive_line(node).is_none() => {}
            NodeValue::CodeBlock(_)
            | NodeValue::HtmlBlock(_)
            | NodeValue::HtmlInline(_)
            | NodeValue::Alert(_)
            | NodeValue::BlockDirective(_) => self.builder.close(),
            value if plain_element(value).is_some() => self.builder.close(),
            _ => {}
        }
    }

    fn style(&self) -> Style {
        if self.images > 0 {
            return Style::default();
        }
        Style { emphasized: self.emphasized > 0, struck: self.struck > 0, code: false }
    }

    fn text(&mut self, text: &str) {
        let style = self.style();
        self.builder.text(&colons(text), style);
    }

    fn open_link(&mut self, kind: Kind, link: &NodeLink) {
        if link.url == UNDEFINED {
            self.builder.open(Kind::Undefined, &*link.title);
        } else {
            self.builder.open(kind, target::from_root(self.path, &colons(&link.url)));
        }
    }

    /// A title is shown when the pointer rests on the link; it stands behind the link's words and parts none.
    fn close_link(&mut self, link: &NodeLink) {
        if link.url != UNDEFINED {
            self.builder.aside(Kind::Title, &colons(&link.title));
        }
        self.builder.close();
    }

    fn directive_line(&self, node: AstNode<'_>) -> Option<usize> {
        let line = node.data().sourcepos.start.line;
        self.structure.directives.contains_key(&line).then_some(line)
    }

    fn open_directive(&mut self, node: AstNode<'_>) {
        let Some(directive) = self.directive_line(node).and_then(|line| self.structure.directives.get(&line)) else {
            return;
        };
        let mut attributes: Vec<_> = directive.attributes.iter().filter(|(name, _)| name != ID).collect();
        attributes.sort_by(|(a, _), (b, _)| a.cmp(b));
        self.builder.open(Kind::Directive, &*directive.name);
        for (name, value) in attributes {
            self.builder.open(Kind::Attribute, name);
            self.builder.text(value.text(), Style::default());
            self.builder.close();
        }
    }
}

/// The elements that need nothing but their kind and value; `None` for what is transparent.
fn plain_element(value: &NodeValue) -> Option<(Kind, String)> {
    let named = |kind| Some((kind, String::new()));
    match value {
        NodeValue::Paragraph => named(Kind::Paragraph),
        NodeValue::Heading(heading) => Some((Kind::Heading, heading.level.to_string())),
        NodeValue::List(list) => match list.list_type {
            ListType::Bullet => named(Kind::List),
            ListType::Ordered => Some((Kind::Ordered, list.start.to_string())),
        },
        NodeValue::Item(_) => named(Kind::Point),
        NodeValue::TaskItem(task) => Some((Kind::Task, if task.symbol.is_some() { "done" } else { "open" }.to_owned())),
        NodeValue::BlockQuote => named(Kind::Quote),
        NodeValue::DescriptionList => named(Kind::Terms),
        NodeValue::DescriptionTerm => named(Kind::Term),
        NodeValue::DescriptionDetails => named(Kind::Details),
        NodeValue::ThematicBreak => named(Kind::Break),
        NodeValue::Table(_) => named(Kind::Table),
        NodeValue::TableRow(true) => named(Kind::Header),
        NodeValue::TableRow(false) => named(Kind::Row),
        NodeValue::TableCell => named(Kind::Cell),
        NodeValue::FootnoteReference(reference) => Some((Kind::Note, reference.ix.to_string())),
        _ => None,
    }
}

fn alert_name(kind: AlertType) -> &'static str {
    match kind {
        AlertType::Note => "note",
        AlertType::Tip => "tip",
        AlertType::Important => "important",
        AlertType::Warning => "warning",
        AlertType::Caution => "caution",
    }
}

/// The text with the colons that the reading of directives put aside.
fn colons(text: &str) -> String {
    text.replace(COLON, ":")
}
