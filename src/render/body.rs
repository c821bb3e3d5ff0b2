//! A body to HTML: slots, words and components in their places, the innermost component first.

use std::fmt::Write as _;

use tera::{Context, Value};

use crate::base::diagnostic::Diagnostic;
use crate::page::body::{Body, Component, Node, Word};
use crate::page::facts::Heading;
use crate::render::fill::{Filled, Href};
use crate::render::template::Templates;
use crate::render::theme::Words;

/// What a body is written with.
pub struct Writer<'a> {
    /// The theme's templates.
    pub templates: &'a Templates,
    /// The words of the page's language.
    pub words: &'a Words,
    /// What the slots hold.
    pub filled: &'a Filled,
    /// The headings of the page.
    pub headings: &'a [Heading],
    /// What a component may ask for beside its attributes.
    pub implicits: &'a dyn Fn() -> Context,
}

impl Writer<'_> {
    /// Writes a body; all faults of its components at once.
    pub fn html(&self, body: &Body) -> Result<String, Vec<Diagnostic>> {
        // Links are longer than the marks in their places.
        let mut html = String::with_capacity(body.html.len() + body.html.len() / 4);
        let mut faults = Vec::new();
        self.write(body, &body.nodes, &mut html, &mut faults);
        if faults.is_empty() { Ok(html) } else { Err(faults) }
    }

    fn write(&self, body: &Body, nodes: &[Node], html: &mut String, faults: &mut Vec<Diagnostic>) {
        for node in nodes {
            match node {
                Node::Html(part) => html.push_str(part.of(&body.html)),
                Node::Link(slot) => {
                    if let Some(link) = self.link(*slot) {
                        push_escaped(html, &link.href);
                    }
                }
                Node::Image(slot) => {
                    let Some(image) = self.link(*slot) else { continue };
                    push_escaped(html, &image.href);
                    if let Some((width, height)) = image.size {
                        let _ = write!(html, "\" width=\"{width}\" height=\"{height}");
                    }
                    html.push_str("\" loading=\"lazy");
                }
                Node::LinkStart(slot) => self.start_link(*slot, html),
                Node::LinkEnd(slot) => self.end_link(*slot, html),
                Node::HeadingLink(number) => {
                    if let Some(heading) = self.headings.get(*number as usize) {
                        heading.push_link(self.words.word(Word::HeadingLink), html);
                    }
                }
                Node::Word(word) => push_escaped(html, self.words.word(*word)),
                Node::Component(component) => match self.component(body, component, faults) {
                    Ok(part) => html.push_str(&part),
                    Err(found) => faults.extend(found),
                },
            }
        }
    }

    fn link(&self, number: u32) -> Option<&Href> {
        self.filled.links.get(number as usize)
    }

    /// A link to a term that another page defines opens its definition in place, by a button that works without a script.
    fn start_link(&self, number: u32, html: &mut String) {
        let Some(link) = self.link(number) else { return };
        if link.term.is_some() {
            let _ = write!(html, "<button type=\"button\" class=\"term\" popovertarget=\"term-{number}\">");
        } else {
            html.push_str("<a href=\"");
            push_escaped(html, &link.href);
            html.push_str("\">");
        }
    }

    fn end_link(&self, number: u32, html: &mut String) {
        let Some(link) = self.link(number) else { return };
        let Some(term) = &link.term else { return html.push_str("</a>") };
        let _ = write!(html, "</button><span class=\"definition\" id=\"term-{number}\" popover><strong>");
        push_escaped(html, &term.term);
        html.push_str("</strong> ");
        push_escaped(html, &term.definition);
        html.push_str(" <a href=\"");
        push_escaped(html, &link.href);
        html.push_str("\">");
        push_escaped(html, self.words.strings.words.get("term_more").map_or("…", String::as_str));
        html.push_str("</a></span>");
    }

    fn component(
        &self,
        body: &Body,
        component: &Component,
        faults: &mut Vec<Diagnostic>,
    ) -> Result<String, Vec<Diagnostic>> {
        let mut inner = String::new();
        self.write(body, &component.nodes, &mut inner, faults);
        let mut arguments = Context::new();
        for (name, value) in self.filled.arguments.get(component.number).into_iter().flatten() {
            arguments.insert_value(name.clone(), value.clone());
        }
        let mut implicits = (self.implicits)();
        implicits.insert_value("uid", Value::from(component.number + 1));
        self.templates.component(&component.name, &arguments, &implicits, inner.trim())
    }
}

/// Adds a text, escaped for an attribute in double quotes or for a text.
pub fn push_escaped(html: &mut String, text: &str) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => continue,
        };
        html.push_str(&text[from..at]);
        html.push_str(escaped);
        from = at + 1;
    }
    html.push_str(&text[from..]);
}
