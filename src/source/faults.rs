//! The faults of one file, gathered from its parser and from those who read its tree, so that all are reported at once.

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::path::SourcePath;
use crate::base::span::Span;
use crate::source::tree::Entry;

/// The faults of one file.
#[derive(Debug)]
pub struct Faults<'s> {
    /// The file.
    pub path: &'s SourcePath,
    /// Its text.
    pub text: &'s str,
    found: Vec<Diagnostic>,
    incomplete: bool,
}

impl<'s> Faults<'s> {
    /// No fault yet.
    pub fn new(path: &'s SourcePath, text: &'s str) -> Self {
        Self { path, text, found: Vec::new(), incomplete: false }
    }

    /// A fault of this file, to be completed and pushed.
    pub fn at(&self, code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, self.place(span), message)
    }

    /// A place in this file.
    pub fn place(&self, span: Span) -> Place {
        Place::span(self.path, span)
    }

    /// Adds a fault.
    pub fn push(&mut self, fault: Diagnostic) {
        self.found.push(fault);
    }

    /// Adds a fault with one way to mend it.
    pub fn report(&mut self, code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let fault = self.at(code, span, message).help(help);
        self.push(fault);
    }

    /// Says that the syntax hides a part of the file. A key that is missing, or that stands where nobody knows it, may then
    /// be so only because of that: such faults are not reported until the syntax is right.
    pub fn mark_incomplete(&mut self) {
        self.incomplete = true;
    }

    /// Whether the syntax hides a part of the file.
    pub fn is_incomplete(&self) -> bool {
        self.incomplete
    }

    /// All that was found.
    pub fn into_vec(self) -> Vec<Diagnostic> {
        self.found
    }

    /// Reports each key that stands twice and keeps the first. Sorting finds them without comparing all with all.
    pub fn drop_duplicates(&mut self, entries: &mut Vec<Entry<'s>>) {
        let mut order: Vec<usize> = (0..entries.len()).collect();
        order.sort_by(|a, b| entries[*a].key.cmp(&entries[*b].key));
        let mut doubles = Vec::new();
        let mut first = 0;
        for at in 1..order.len() {
            let (kept, next) = (&entries[order[first]], &entries[order[at]]);
            if kept.key == next.key {
                self.push_duplicate(&next.key, next.key_span, Some(kept.key_span));
                doubles.push(order[at]);
            } else {
                first = at;
            }
        }
        doubles.sort_unstable();
        for at in doubles.into_iter().rev() {
            entries.remove(at);
        }
    }

    /// Reports a key that stands twice.
    pub fn push_duplicate(&mut self, key: &str, span: Span, first: Option<Span>) {
        let fault = self
            .at(Code::DuplicateKey, span, format!("`{key}` stands twice"))
            .help("keep one of the two; nothing tells which was meant");
        let fault = match first {
            Some(first) => fault.related(self.place(first), format!("`{key}` stands here first")),
            None => fault,
        };
        self.push(fault);
    }
}
