//! A body to HTML: slots, words and components in their places, the innermost component first.

use std::fmt::Write as _;

use tera::{Context, Value};

use crate::base::diagnostic::Diagnostic;
use crate::page::body::{Body, Component, Node};
use crate::render::fill::Filled;
use crate::render::template::Templates;
use crate::render::theme::{Theme, Words};

/// What a body is written with.
pub struct Writer<'a> {
    /// The theme's templates.
    pub templates: &'a Templates,
    /// The words of the page's language.
    pub words: &'a Words,
    /// What the slots hold.
    pub filled: &'a Filled,
    /// What a component may ask for beside its attributes.
    pub implicits: &'a Context,
}

impl Writer<'_> {
    /// Writes a body; all faults of its components at once.
    pub fn html(&self, body: &Body) -> Result<String, Vec<Diagnostic>> {
        let mut html = String::new();
        let mut faults = Vec::new();
        self.write(body, &mut html, &mut faults);
        if faults.is_empty() { Ok(html) } else { Err(faults) }
    }

    fn write(&self, body: &Body, html: &mut String, faults: &mut Vec<Diagnostic>) {
        for node in &body.nodes {
            match node {
                Node::Html(part) => html.push_str(part),
                Node::Link(slot) => {
                    if let Some(link) = self.filled.links.get(slot.number) {
                        push_escaped(html, &link.href);
                    }
                }
                Node::Image(slot) => {
                    let Some(image) = self.filled.links.get(slot.number) else { continue };
                    push_escaped(html, &image.href);
                    if let Some((width, height)) = image.size {
                        let _ = write!(html, "\" width=\"{width}\" height=\"{height}");
                    }
                    html.push_str("\" loading=\"lazy");
                }
                Node::LinkStart(slot) => self.start_link(slot.number, html),
                Node::LinkEnd(number) => self.end_link(*number, html),
                Node::Word(_) => push_escaped(html, Theme::word(self.words, node)),
                Node::Component(component) => match self.component(component, faults) {
                    Ok(part) => html.push_str(&part),
                    Err(found) => faults.extend(found),
                },
            }
        }
    }

    /// A link to a term that another page defines opens its definition in place, by a button that works without a script.
    fn start_link(&self, number: usize, html: &mut String) {
        let Some(link) = self.filled.links.get(number) else { return };
        if link.term.is_some() {
            let _ = write!(html, "<button type=\"button\" class=\"term\" popovertarget=\"term-{number}\">");
        } else {
            html.push_str("<a href=\"");
            push_escaped(html, &link.href);
            html.push_str("\">");
        }
    }

    fn end_link(&self, number: usize, html: &mut String) {
        let Some(link) = self.filled.links.get(number) else { return };
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

    fn component(&self, component: &Component, faults: &mut Vec<Diagnostic>) -> Result<String, Vec<Diagnostic>> {
        let mut inner = String::new();
        self.write(&component.body, &mut inner, faults);
        let mut arguments = Context::new();
        for (name, value) in self.filled.arguments.get(component.number).into_iter().flatten() {
            arguments.insert_value(name.clone(), value.clone());
        }
        let mut implicits = self.implicits.clone();
        implicits.insert_value("uid", Value::from(component.number + 1));
        self.templates.component(&component.name, &arguments, &implicits, inner.trim())
    }
}

/// Adds a text, escaped for an attribute in double quotes or for a text.
pub fn push_escaped(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            c => html.push(c),
        }
    }
}
