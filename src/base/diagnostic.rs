//! Faults as values: a code, a severity, a place, a message, and how to mend it.
//!
//! A phase returns all it finds; nothing stops at the first. Places are kept as byte offsets, or by the name of a front
//! matter key, so that a phase that knows no text can still say where; the report turns them into lines and columns.

use serde::{Deserialize, Serialize};

use super::code::Code;
use super::path::SourcePath;
use super::span::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is published while there is one.
    Error,
    /// Worth mending; the site is published.
    Warning,
}

/// A place inside one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Spot {
    /// The file as a whole.
    File,
    /// A range of bytes.
    Span(Span),
    /// The front matter key of this name: for phases that see a page's facts but not where they stand.
    Key(String),
}

/// A place: a file and a spot in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The file.
    pub path: SourcePath,
    /// Where in it.
    pub spot: Spot,
}

impl Place {
    /// The file as a whole.
    pub fn file(path: &SourcePath) -> Self {
        Self { path: path.clone(), spot: Spot::File }
    }

    /// A range of bytes of a file.
    pub fn span(path: &SourcePath, span: Span) -> Self {
        Self { path: path.clone(), spot: Spot::Span(span) }
    }

    /// A front matter key of a page.
    pub fn key(path: &SourcePath, key: &str) -> Self {
        Self { path: path.clone(), spot: Spot::Key(key.to_owned()) }
    }
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Diagnostic {
    /// What kind of fault; `iort-site explain` knows it by this.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop, naming the thing.
    pub message: String,
    /// Where.
    pub place: Place,
    /// How to mend it, one way a line.
    pub help: Vec<String>,
    /// Other places that bear on it, each with what stands there.
    pub related: Vec<(Place, String)>,
}

impl Diagnostic {
    /// A fault of the code's own severity.
    pub fn new(code: Code, place: Place, message: impl Into<String>) -> Self {
        Self { code, severity: code.severity(), message: message.into(), place, help: Vec::new(), related: Vec::new() }
    }

    /// Adds a way to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Adds another place that bears on it.
    #[must_use]
    pub fn related(mut self, place: Place, what: impl Into<String>) -> Self {
        self.related.push((place, what.into()));
        self
    }

    /// Whether it is another's but for how to mend it.
    fn is_same(&self, other: &Self) -> bool {
        let part = |fault: &Self| (fault.code, fault.severity);
        part(self) == part(other)
            && self.place == other.place
            && self.message == other.message
            && self.related == other.related
    }

    /// Whether it keeps the site from being published.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Puts diagnostics into the order in which they are reported (by file, place, code, message) and drops exact doubles. One
/// fault that shows in many pages, as a template's does, is told once and counted.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| {
        let order = (&a.place, a.code.name(), &a.message).cmp(&(&b.place, b.code.name(), &b.message));
        order.then_with(|| (&a.related, &a.help).cmp(&(&b.related, &b.help)))
    });
    diagnostics.dedup();
    let all = std::mem::take(diagnostics);
    let mut again = 0;
    for fault in all {
        if diagnostics.last().is_some_and(|last| last.is_same(&fault)) {
            again += 1;
            continue;
        }
        tell_again(diagnostics, std::mem::take(&mut again));
        diagnostics.push(fault);
    }
    tell_again(diagnostics, again);
}

/// Adds to the last fault how often it was found beside.
fn tell_again(diagnostics: &mut [Diagnostic], again: usize) {
    if let Some(last) = diagnostics.last_mut().filter(|_| again > 0) {
        let times = if again == 1 { "once more".to_owned() } else { format!("{again} more times") };
        last.help.push(format!("the same is found {times}"));
    }
}
