//! One walk over a page's tree before it is written: ids for its headings, directives read, and every fault named.
//!
//! Nothing that Markdown would drop or change in silence gets past here: raw HTML, references and footnotes without a
//! definition, ids that stand twice, fences that close nothing.

use std::collections::{BTreeMap, HashMap, HashSet};

use comrak::nodes::{Attributes, Node as AstNode, NodeLink, NodeValue};

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place, Spot};
use crate::base::span::Span;
use crate::page::anchorizer::Anchorizer;
use crate::page::body::{Attribute, ComponentPlaces, Places};
use crate::page::directive::{self, Opening};
use crate::page::facts::{Anchors, GlossaryEntry, Heading};
use crate::page::glossary;
use crate::page::html::Written;
use crate::page::markdown::{Markdown, Source, UNDEFINED};

/// What the walk found.
pub(super) struct Structure {
    /// Directives by the line on which they open, from 1: two never open on one.
    pub(super) directives: HashMap<usize, Directive>,
    /// Whether footnotes are defined.
    pub(super) has_footnotes: bool,
    pub(super) headings: Vec<Heading>,
    anchors: Anchors,
    glossary: Vec<GlossaryEntry>,
    diagnostics: Vec<Diagnostic>,
}

/// A directive whose opening line could be read.
pub(super) struct Directive {
    /// Its number on the page.
    pub(super) number: usize,
    /// The component's name.
    pub(super) name: String,
    /// Its attributes.
    pub(super) attributes: Vec<(String, Attribute)>,
    places: ComponentPlaces,
}

impl Structure {
    /// Joins what the walk found and what was written to the text as read.
    pub(super) fn finish(self, written: Written) -> Markdown {
        let Written { body, slots, links } = written;
        let mut directives: Vec<Directive> = self.directives.into_values().collect();
        directives.sort_by_key(|directive| directive.number);
        Markdown {
            body,
            slots,
            places: Places { links, components: directives.into_iter().map(|directive| directive.places).collect() },
            headings: self.headings,
            anchors: self.anchors,
            glossary: self.glossary,
            diagnostics: self.diagnostics,
        }
    }
}

/// Walks the tree.
pub(super) fn read(root: AstNode<'_>, source: &Source<'_>) -> Structure {
    let mut walk = Walk {
        source,
        diagnostics: Vec::new(),
        headings: Vec::new(),
        terms: Vec::new(),
        directives: HashMap::new(),
        ids: BTreeMap::new(),
        footnotes: HashMap::new(),
        unused: Vec::new(),
        last_level: 1,
    };
    for node in root.descendants() {
        walk.visit(node);
    }
    walk.finish()
}

struct Walk<'s, 'a> {
    source: &'s Source<'s>,
    diagnostics: Vec<Diagnostic>,
    /// Headings, each with its text.
    headings: Vec<(AstNode<'a>, String)>,
    /// The terms of description lists.
    terms: Vec<AstNode<'a>>,
    directives: HashMap<usize, Directive>,
    /// Ids that the page names itself, with their places.
    ids: BTreeMap<String, Span>,
    footnotes: HashMap<String, Span>,
    unused: Vec<(String, Span)>,
    last_level: u8,
}

impl<'a> Walk<'_, 'a> {
    fn report(&mut self, code: Code, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.diagnostics.push(Diagnostic::new(code, Place::span(self.source.part.path, span), message));
        let last = self.diagnostics.len() - 1;
        &mut self.diagnostics[last]
    }

    fn visit(&mut self, node: AstNode<'a>) {
        let data = node.data();
        let source = self.source;
        // Most of a tree is text, of which there is nothing to say, and no place is asked for.
        let span = || source.span(node);
        match &data.value {
            NodeValue::HtmlBlock(_) | NodeValue::HtmlInline(_) => {
                let span = source.first_line(span());
                let fault = self.report(Code::RawHtml, span, "raw HTML is not allowed in a page");
                fault.help.push("write it in Markdown, or use a directive such as `:::note`".to_owned());
                fault.help.push("if the text is meant as it stands, put a backslash before `<`".to_owned());
            }
            NodeValue::Heading(heading) => {
                let level = heading.level;
                drop(data);
                self.heading(node, span(), level);
            }
            NodeValue::DescriptionTerm => self.terms.push(node),
            NodeValue::Link(link) => self.link(node, span(), link, data.attrs.as_deref()),
            NodeValue::Image(image) => self.image(node, span(), image, data.attrs.as_deref()),
            NodeValue::FootnoteDefinition(definition) => {
                let line = source.first_line(span());
                if let Some(first) = self.footnotes.insert(definition.name.to_lowercase(), line) {
                    let place = Place::span(self.source.part.path, first);
                    let message = format!("the footnote `[^{}]` is defined twice", definition.name);
                    self.report(Code::DuplicateFootnote, line, message)
                        .related
                        .push((place, "defined here first".into()));
                } else if definition.total_references == 0 {
                    self.unused.push((definition.name.clone(), line));
                }
            }
            NodeValue::BlockDirective(directive) => {
                let length = directive.fence_length;
                let place = data.sourcepos;
                self.directive(place.start.line, place.start.column, place.end.line, length);
            }
            _ => {}
        }
    }

    fn heading(&mut self, node: AstNode<'a>, span: Span, level: u8) {
        let text = node.collect_text();
        if text.trim().is_empty() {
            self.report(Code::EmptyHeading, span, "a heading has no text")
                .help
                .push("give it a text, or take the `#` out".to_owned());
        }
        if level == 1 {
            self.report(Code::TopHeading, span, "a heading of level 1 stands in the text").help.push(
                "the `title` in the front matter is the page's only heading of level 1: start with `##`".to_owned(),
            );
        } else if level > self.last_level + 1 {
            let message = format!("a heading of level {level} follows one of level {}", self.last_level);
            let help = format!(
                "use `{}`: screen readers list headings by level",
                "#".repeat(usize::from(self.last_level + 1))
            );
            self.report(Code::SkippedHeading, span, message).help.push(help);
        }
        self.last_level = level;
        let attributes = node.data().attrs.as_deref().cloned();
        match attributes {
            Some(attributes) => {
                if !attributes.classes.is_empty() || !attributes.pairs.is_empty() {
                    let message = "a heading's attributes may only set its id";
                    self.report(Code::InvalidAttributes, span, message).help.push("write `{#id}`".to_owned());
                }
                if let Some(id) = attributes.id {
                    self.name(id, span);
                }
            }
            None if text.trim_end().ends_with('}') && text.contains('{') => {
                self.report(
                    Code::InvalidAttributes,
                    span,
                    "the braces behind this heading cannot be read, so they would be shown",
                )
                .help
                .push("an id is letters, digits, `-`, `_`, `.` or `:` without spaces: `{#when-to-call}`".to_owned());
            }
            None => {}
        }
        self.headings.push((node, text));
    }

    /// Takes an id that the page names itself.
    fn name(&mut self, id: String, span: Span) {
        if let Some(first) = self.ids.get(&id).copied() {
            let place = Place::span(self.source.part.path, first);
            let fault = self.report(Code::DuplicateId, span, format!("the id `{id}` stands twice on this page"));
            fault.related.push((place, "it stands here first".to_owned()));
            fault.help.push("links to an id need one place to lead to: rename one of them".to_owned());
        } else {
            self.ids.insert(id, span);
        }
    }

    fn link(&mut self, node: AstNode<'a>, span: Span, link: &NodeLink, attributes: Option<&Attributes>) {
        if link.url == UNDEFINED {
            self.undefined(span, &link.title);
            return;
        }
        if attributes.is_some() {
            self.report(Code::InvalidAttributes, span, "attributes in braces have no effect on a link");
        }
        let named = node.descendants().any(|child| match &child.data().value {
            NodeValue::Text(text) => !text.trim().is_empty(),
            NodeValue::Code(code) => !code.literal.trim().is_empty(),
            _ => false,
        });
        if !named {
            self.report(Code::LinkText, span, "a link has no text").help.push(
                "write between the brackets what the reader finds there; a screen reader says just that".to_owned(),
            );
        }
    }

    fn undefined(&mut self, span: Span, label: &str) {
        if let Some(name) = label.strip_prefix('^') {
            self.report(Code::UndefinedFootnote, span, format!("the footnote `[^{name}]` is not defined"))
                .help
                .push(format!("define it on a line of its own: `[^{name}]: …`"));
        } else {
            let fault =
                self.report(Code::UndefinedReference, span, format!("the reference `[{label}]` is not defined"));
            fault.help.push(format!("define it on a line of its own: `[{label}]: page.md`"));
            fault
                .help
                .push("if the brackets are meant as they stand, put a backslash before the first: `\\[`".to_owned());
        }
    }

    fn image(&mut self, node: AstNode<'a>, span: Span, image: &NodeLink, attributes: Option<&Attributes>) {
        if image.url == UNDEFINED {
            self.undefined(span, &image.title);
            return;
        }
        let decorative = attributes.is_some_and(is_decorative);
        if attributes.is_some() && !decorative {
            self.report(Code::InvalidAttributes, span, "an image takes one attribute only: `{.decorative}`");
        }
        let alt = node.collect_text();
        if decorative && !alt.trim().is_empty() {
            self.report(Code::ImageAlt, span, "an image is marked as decorative and has alternative text")
                .help
                .push("take out the text, or `{.decorative}`".to_owned());
        } else if !decorative && alt.trim().is_empty() {
            let fault = self.report(Code::ImageAlt, span, format!("the image `{}` has no alternative text", image.url));
            fault.help.push("say between the brackets what a reader who cannot see it needs to know".to_owned());
            fault.help.push(format!(
                "if it says nothing that the text does not, mark it: `![]({}){{.decorative}}`",
                image.url
            ));
        }
    }

    fn directive(&mut self, line: usize, column: usize, end_line: usize, length: usize) {
        let (start, text) = self.source.line(line);
        let from = (column - 1).min(text.len());
        let fence = text.get(from..).unwrap_or("");
        let whole = Span::new(start + from, start + text.len()).shifted(self.source.part.offset);
        let behind = fence.trim_start_matches(':');
        if behind.trim().is_empty() {
            self.report(Code::StrayDirectiveEnd, whole, "these colons close no directive")
                .help
                .push("take them out, or give the directive that they should close an opening line".to_owned());
            return;
        }
        let at = from + fence.len() - behind.len();
        match directive::read(text, at) {
            Ok(opening) => {
                let (_, last) = self.source.line(end_line);
                let close = last.trim_start_matches(|c: char| c.is_whitespace() || c == '>').trim_end();
                let closed = end_line > line && close.len() >= length && close.bytes().all(|byte| byte == b':');
                if !closed {
                    let message = format!("the directive `{}` is not closed", opening.name);
                    let fault = self.report(Code::UnclosedDirective, whole, message);
                    fault.help.push(format!("put `{}` on a line of its own where it ends", ":".repeat(length)));
                    fault.help.push("a directive that holds others needs more colons than they have".to_owned());
                }
                self.opened(line, start, opening);
            }
            Err(fault) => {
                let span = fault.span.shifted(start + self.source.part.offset);
                let message = format!("the opening line of a directive cannot be read: expected {}", fault.message);
                self.report(Code::DirectiveSyntax, span, message);
            }
        }
    }

    fn opened(&mut self, line: usize, start: usize, opening: Opening) {
        let shift = start + self.source.part.offset;
        let mut seen: HashSet<&str> = HashSet::new();
        let mut twice = Vec::new();
        let mut id = None;
        for attribute in &opening.attributes {
            if !seen.insert(&attribute.name) {
                twice.push((attribute.name.clone(), attribute.name_span.shifted(shift)));
            } else if attribute.name == "id" {
                id = Some((attribute.value.text().to_owned(), attribute.value_span.shifted(shift)));
            }
        }
        for (name, span) in twice {
            self.report(Code::DuplicateKey, span, format!("the attribute `{name}` stands twice"));
        }
        if let Some((id, span)) = id {
            if id.is_empty() || id.contains(char::is_whitespace) {
                self.report(Code::InvalidValue, span, format!("`{id}` cannot be an id: it is empty or holds a space"));
            } else {
                self.name(id, span);
            }
        }
        let number = self.directives.len();
        let places = ComponentPlaces {
            name: opening.name_span.shifted(shift),
            attributes: opening
                .attributes
                .iter()
                .map(|attribute| (attribute.name_span.shifted(shift), attribute.value_span.shifted(shift)))
                .collect(),
        };
        let attributes = opening.attributes.into_iter().map(|attribute| (attribute.name, attribute.value)).collect();
        let name = opening.name.replace('-', "_");
        self.directives.insert(line, Directive { number, name, attributes, places });
    }

    /// Of a footnote that is defined twice one definition is never used; that it stands twice has been said.
    fn report_unused(&mut self, duplicates: &HashSet<Span>) {
        for (name, line) in std::mem::take(&mut self.unused) {
            if !duplicates.contains(&line) {
                let message = format!("the footnote `[^{name}]` is defined and nothing refers to it");
                let help = format!("write `[^{name}]` where it belongs, or take the definition out");
                self.report(Code::UnusedFootnote, line, message).help.push(help);
            }
        }
    }

    /// Gives an id to each heading that has none, as GitHub does, keeping clear of those that are taken.
    fn finish(mut self) -> Structure {
        let duplicates = self.diagnostics.iter().filter(|fault| fault.code == Code::DuplicateFootnote);
        let places = duplicates.flat_map(|fault| &fault.related).filter_map(|(place, _)| match place.spot {
            Spot::Span(span) => Some(span),
            Spot::File | Spot::Key(_) => None,
        });
        self.report_unused(&places.collect());
        let mut anchorizer = Anchorizer::default();
        for id in self.ids.keys() {
            anchorizer.anchorize(id);
        }
        let mut headings: Vec<Heading> = Vec::with_capacity(self.headings.len());
        for (node, text) in self.headings {
            let title = text.trim();
            let mut data = node.data_mut();
            let own = data.attrs.as_ref().and_then(|attributes| attributes.id.clone());
            let id = own.unwrap_or_else(|| {
                anchorizer.anchorize(if title.chars().any(char::is_alphanumeric) { title } else { "section" })
            });
            data.attrs = Some(Box::new(Attributes { id: Some(id.clone()), ..Attributes::default() }));
            if let NodeValue::Heading(heading) = &data.value {
                headings.push(Heading { level: heading.level, id: id.into(), title: title.into() });
            }
        }
        // Behind the headings, whose ids are older than terms' and stand in links.
        let terms = self.terms.into_iter().map(|term| {
            let entry = glossary::entry(term);
            let id =
                anchorizer.anchorize(if entry.term.chars().any(char::is_alphanumeric) { &entry.term } else { "term" });
            term.data_mut().attrs = Some(Box::new(Attributes { id: Some(id.clone()), ..Attributes::default() }));
            GlossaryEntry { id, ..entry }
        });
        let glossary: Vec<GlossaryEntry> = terms.collect();
        let named = self.ids.keys().map(String::as_str);
        let of_terms = glossary.iter().map(|entry| entry.id.as_str());
        let anchors = Anchors::new(named.chain(headings.iter().map(|heading| &*heading.id)).chain(of_terms).collect());
        Structure {
            directives: self.directives,
            has_footnotes: !self.footnotes.is_empty(),
            headings,
            anchors,
            glossary,
            diagnostics: self.diagnostics,
        }
    }
}

/// Whether an image's attributes are just `{.decorative}`.
pub(super) fn is_decorative(attributes: &Attributes) -> bool {
    attributes.id.is_none() && attributes.pairs.is_empty() && attributes.classes == ["decorative"]
}
