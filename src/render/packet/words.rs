//! A reviewed text as HTML, made of the normal form itself: the reviewer sees what the signature covers, no less and no more.
//!
//! What a page would hide stands in the open here: where links lead, the alternative text of images, the attributes of
//! components.

use std::collections::BTreeMap;

use crate::base::path::scheme;
use crate::render::body::push_escaped;
use crate::review::text::{Content, Element, Kind, Line, ReviewedText, Style, Word};

/// A text. `images` are the images that could be had, as `data:` URLs, by their names in the text.
pub(super) fn words(text: &ReviewedText, images: &BTreeMap<String, String>) -> String {
    let mut writer = Writer { out: String::new(), stack: Vec::new(), images, starts: true };
    let lines = &text.words;
    let front = front(lines);
    writer.out.push_str("<dl class=\"facts\">\n");
    writer.lines(&lines[..front]);
    writer.out.push_str("</dl>\n");
    writer.lines(&lines[front..]);
    writer.out
}

/// Where the text begins behind the keys of the front matter.
fn front(lines: &[Line]) -> usize {
    let mut depth = 0_usize;
    for (at, line) in lines.iter().enumerate() {
        match line {
            Line::Open(element) if depth == 0 && element.kind != Kind::Key => return at,
            Line::Open(_) => depth += 1,
            Line::Close => depth = depth.saturating_sub(1),
            Line::Word(_) | Line::Verbatim(_) => {}
        }
    }
    lines.len()
}

/// What a text shows from elsewhere.
pub(super) fn includes(text: &ReviewedText) -> String {
    let mut out = String::from("<dl>\n");
    for include in &text.includes {
        out.push_str("<dt>");
        push_escaped(&mut out, include.kind.name());
        out.push(' ');
        push_escaped(&mut out, &include.name);
        out.push_str("</dt>\n<dd>");
        match &include.content {
            Content::Text(text) => push_escaped(&mut out, text),
            Content::Digest(sha256) => {
                out.push_str("SHA-256 ");
                out.push_str(&sha256.to_string());
            }
        }
        out.push_str("</dd>\n");
    }
    out.push_str("</dl>\n");
    out
}

/// Whether the first word of what begins stands apart from what is before it; an image without words does.
fn stands_apart(rest: &[Line]) -> bool {
    let first = rest.iter().find(|line| matches!(line, Line::Word(_) | Line::Close));
    !matches!(first, Some(Line::Word(word)) if word.joined)
}

struct Writer<'a> {
    out: String,
    /// The open elements, each with what ends it.
    stack: Vec<(&'a Element, String)>,
    images: &'a BTreeMap<String, String>,
    /// Whether nothing stands in the block yet, so that its first word needs no blank.
    starts: bool,
}

impl<'a> Writer<'a> {
    fn lines(&mut self, lines: &'a [Line]) {
        for (at, line) in lines.iter().enumerate() {
            match line {
                Line::Open(element) => self.open(element, stands_apart(&lines[at + 1..])),
                Line::Close => {
                    if let Some((element, end)) = self.stack.pop() {
                        self.out.push_str(&end);
                        self.starts |= !element.kind.is_inline() && element.kind != Kind::Title;
                    }
                }
                Line::Word(word) => self.word(word),
                Line::Verbatim(text) => {
                    push_escaped(&mut self.out, text);
                    self.out.push('\n');
                }
            }
        }
    }

    fn word(&mut self, Word { text, style, joined }: &Word) {
        if !joined && !self.starts {
            self.out.push(' ');
        }
        self.starts = false;
        let Style { emphasized, struck, code } = *style;
        let tags = [(emphasized, "em"), (struck, "s"), (code, "code")];
        let tags = tags.iter().filter(|(is_set, _)| *is_set).map(|(_, tag)| *tag);
        tags.clone().for_each(|tag| self.tag(tag));
        // The address of a source is there to be followed.
        let is_address = matches!(scheme(text), Some("http" | "https"));
        if is_address && !self.stack.iter().any(|(around, _)| around.kind == Kind::Link) {
            self.out.push_str("<a href=\"");
            push_escaped(&mut self.out, text);
            self.out.push_str("\">");
            push_escaped(&mut self.out, text);
            self.out.push_str("</a>");
        } else {
            push_escaped(&mut self.out, text);
        }
        tags.rev().for_each(|tag| self.tag(&format!("/{tag}")));
    }

    fn tag(&mut self, tag: &str) {
        self.out.push('<');
        self.out.push_str(tag);
        self.out.push('>');
    }

    /// A line that says what is there, in letters that are not the page's.
    fn label(&mut self, text: &str) {
        self.out.push_str("<p class=\"label\">");
        push_escaped(&mut self.out, text);
        self.out.push_str("</p>\n");
    }

    fn open(&mut self, element: &'a Element, stands_apart: bool) {
        let Element { kind, value } = element;
        let end = if kind.is_inline() || (*kind == Kind::Title && self.is_in_line()) {
            self.among_words(*kind, value, stands_apart)
        } else {
            self.starts = true;
            self.block(*kind, value)
        };
        self.stack.push((element, end));
    }

    fn is_in_line(&self) -> bool {
        self.stack.last().is_some_and(|(around, _)| around.kind.is_inline())
    }

    /// Begins a block; gives what ends it.
    fn block(&mut self, kind: Kind, value: &str) -> String {
        let is_header = self.stack.last().is_some_and(|(around, _)| around.kind == Kind::Header);
        let heading = format!("h{}", value.parse().unwrap_or(3_u8).saturating_add(1).clamp(3, 6));
        let tag = match kind {
            Kind::Key => {
                self.out.push_str("<dt>");
                push_escaped(&mut self.out, value);
                self.out.push_str("</dt>\n");
                "dd"
            }
            Kind::Item => "div",
            Kind::Entry => {
                self.out.push_str("<div><span class=\"label\">");
                push_escaped(&mut self.out, value);
                self.out.push_str(":</span> ");
                return "</div>\n".to_owned();
            }
            Kind::Heading => &heading,
            Kind::Paragraph | Kind::Title => "p",
            Kind::List => "ul",
            Kind::Ordered => {
                self.out.push_str("<ol start=\"");
                push_escaped(&mut self.out, value);
                self.out.push_str("\">\n");
                return "</ol>\n".to_owned();
            }
            Kind::Point => "li",
            Kind::Task => {
                self.out.push_str("<li>");
                self.label(if value == "done" { "task, done" } else { "task, open" });
                return "</li>\n".to_owned();
            }
            Kind::Quote => "blockquote",
            Kind::Alert | Kind::Directive | Kind::Attribute | Kind::Footnote | Kind::Include => {
                self.out.push_str("<div class=\"boxed\">\n");
                self.label(&match kind {
                    Kind::Alert => value.to_owned(),
                    kind => format!("{} {value}", kind.name()),
                });
                return "</div>\n".to_owned();
            }
            Kind::Terms => "dl",
            Kind::Term => "dt",
            Kind::Details => "dd",
            Kind::Preformatted | Kind::Html => "pre",
            Kind::Break => {
                self.out.push_str("<hr>\n");
                return String::new();
            }
            Kind::Table => {
                self.out
                    .push_str("<div class=\"scrolls\" role=\"region\" aria-label=\"Table\" tabindex=\"0\"><table>\n");
                return "</table></div>\n".to_owned();
            }
            Kind::Header | Kind::Row => "tr",
            Kind::Cell if is_header => "th",
            Kind::Cell => "td",
            Kind::Link | Kind::Image | Kind::Note | Kind::Undefined => "span",
        };
        self.tag(tag);
        format!("</{tag}>\n")
    }

    /// Begins an element among words; gives what ends it.
    fn among_words(&mut self, kind: Kind, value: &str, stands_apart: bool) -> String {
        // The blank before its first word stands before its mark.
        if matches!(kind, Kind::Link | Kind::Image) && stands_apart && !self.starts {
            self.out.push(' ');
            self.starts = true;
        }
        let mut shown = String::new();
        push_escaped(&mut shown, value);
        match kind {
            Kind::Link if matches!(scheme(value), Some("http" | "https")) => {
                self.out.push_str("<a href=\"");
                self.out.push_str(&shown);
                self.out.push_str("\">");
                format!("</a> <span class=\"label\">(→ {shown})</span>")
            }
            Kind::Link => format!(" <span class=\"label\">(→ {shown})</span>"),
            Kind::Image => {
                if let Some(data) = self.images.get(value) {
                    // Its words follow, for all to read.
                    self.out.push_str("<img alt=\"\" src=\"");
                    push_escaped(&mut self.out, data);
                    self.out.push_str("\">");
                }
                self.out.push_str("<span class=\"label\">(image ");
                self.out.push_str(&shown);
                self.out.push_str(", read out as:");
                self.starts = false;
                ")</span>".to_owned()
            }
            Kind::Note => {
                self.out.push_str("<sup>[");
                self.out.push_str(&shown);
                "]</sup>".to_owned()
            }
            Kind::Undefined => format!(" <span class=\"label\">(nothing is defined as {shown})</span>"),
            _ => {
                self.out.push_str(" <span class=\"label\">(title:");
                ")</span>".to_owned()
            }
        }
    }
}
