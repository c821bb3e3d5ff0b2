//! Diagnostics for people: the line itself, what is wrong with it underlined, and how to mend it, as rustc shows them.
//!
//! The text is styled with ANSI escapes, the only ones in it; whoever prints it strips them where colors are not wanted.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::span::Span;
use crate::shell::report::located::{Excerpt, Finding, Located};
use crate::shell::report::visible::{visible, visible_line};

/// How the text is laid out.
#[derive(Clone, Debug)]
pub struct Layout {
    /// What stands before every path, so that it holds from where the program was started: empty, or ending in a slash.
    pub prefix: String,
    /// The width in columns that source lines are trimmed to.
    pub width: usize,
}

/// The width where there is no terminal to ask. Fixed, so that the same fault reads the same in every log.
pub const PLAIN_WIDTH: usize = 120;

/// Room for the line number and the frame beside a source line, of which no underline may be longer than the rest.
const FRAME: usize = 16;

/// All diagnostics, and at the end where to read more about them.
pub fn human(findings: &[Finding<'_>], layout: &Layout) -> String {
    // Below this the frame leaves no room for any text.
    let width = layout.width.max(40);
    let renderer = Renderer::styled().hyperlink(false).term_width(width);
    let mut out = String::new();
    for finding in findings {
        let report = Report::new(finding, &layout.prefix, width - FRAME);
        out.push_str(&renderer.render(&report.groups()));
        out.push_str("\n\n");
    }
    out.push_str(&explain(findings));
    out
}

/// The last line: each code once, in the order of the alphabet.
fn explain(findings: &[Finding<'_>]) -> String {
    let codes: BTreeSet<&str> = findings.iter().map(|finding| finding.diagnostic.code.name()).collect();
    let mut codes = codes.into_iter();
    let mut out = match (codes.next(), codes.len()) {
        (None, _) => return String::new(),
        (Some(code), 0) => format!("explain: iort-site explain {code}"),
        (Some(code), _) => format!("explain: iort-site explain CODE, for {code}"),
    };
    for code in codes {
        let _ = write!(out, ", {code}");
    }
    out.push('\n');
    out
}

/// One diagnostic in words that a terminal can be shown; the renderer borrows from it.
struct Report<'a> {
    code: Code,
    severity: Severity,
    message: String,
    at: Shown,
    help: Vec<String>,
    related: Vec<(Shown, &'a str)>,
}

/// A place in words that a terminal can be shown.
struct Shown {
    path: String,
    line: usize,
    source: Option<(String, Span)>,
}

impl<'a> Report<'a> {
    fn new(finding: &Finding<'a>, prefix: &str, width: usize) -> Self {
        let Diagnostic { code, severity, message, help, .. } = finding.diagnostic;
        Self {
            code: *code,
            severity: *severity,
            message: visible(message).into_owned(),
            at: Shown::new(&finding.at, prefix, width),
            help: help.iter().map(|help| visible(help).into_owned()).collect(),
            related: finding.related.iter().map(|(at, what)| (Shown::new(at, prefix, width), *what)).collect(),
        }
    }

    fn groups(&self) -> Vec<Group<'_>> {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(self.message.as_str()).id(self.code.name());
        let helps = self.help.iter().map(|help| Level::HELP.message(help.as_str()));
        let related = self
            .related
            .iter()
            .map(|(at, what)| at.put_into(Group::with_title(Level::NOTE.secondary_title(visible(what)))));
        std::iter::once(self.at.put_into(Group::with_title(title)).elements(helps)).chain(related).collect()
    }
}

impl Shown {
    fn new(at: &Located, prefix: &str, width: usize) -> Self {
        let path = visible_line(&format!("{prefix}{}", at.path)).into_owned();
        let source = at.excerpt.as_ref().map(|excerpt| clip(excerpt, width));
        Self { path, line: at.start.line, source }
    }

    fn put_into<'a>(&'a self, group: Group<'a>) -> Group<'a> {
        match &self.source {
            None => group.element(Origin::path(self.path.as_str())),
            Some((lines, span)) => group.element(
                Snippet::source(lines.as_str())
                    .path(self.path.as_str())
                    .line_start(self.line)
                    .annotation(AnnotationKind::Primary.span(span.start..span.end)),
            ),
        }
    }
}

/// The lines and the part of them to underline. A place of several lines is drawn as such only if they all fit; of one that
/// does not fit, its start is what there is room for, and what people look for.
fn clip(excerpt: &Excerpt, width: usize) -> (String, Span) {
    let columns = |line: &str| line.chars().map(|c| if c == '\t' { 4 } else { 1 }).sum::<usize>();
    let several = excerpt.lines.contains('\n');
    let text = if several && excerpt.lines.split('\n').any(|line| columns(line) > width) {
        excerpt.first_line()
    } else {
        &excerpt.lines
    };
    let end = excerpt.span.end.min(text.len());
    let end = match text.get(excerpt.span.start..end) {
        Some(place) if !place.contains('\n') => {
            let fits = place.char_indices().nth(width / 2).map_or(place.len(), |(at, _)| at);
            excerpt.span.start + fits
        }
        _ => end,
    };
    // Control characters grow from one byte to three, so both ends move.
    let shown = |part: &str| visible(part).len();
    let before = text.get(..excerpt.span.start).map_or(0, shown);
    let until = text.get(..end).map_or(before, shown);
    (visible(text).into_owned(), Span::new(before, until))
}
