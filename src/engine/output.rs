//! Outputs: what the engine hands to the shell to be written.

use crate::base::diagnostic::Diagnostic;
use crate::base::digest::Digest;
use crate::base::path::{OutPath, SourcePath};

/// One file of the site to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Where it goes.
    pub path: OutPath,
    /// The digest of all that its bytes depend on: equal keys, equal bytes.
    pub key: Digest,
    /// In which of the three waves it is published.
    pub wave: Wave,
    /// Where its bytes come from.
    pub from: From,
}

/// Publishing goes wave by wave, so that a page never names a style sheet that is not there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wave {
    /// Style sheets, scripts, images, files.
    Asset,
    /// Pages.
    Page,
    /// What lists pages: sitemap, redirects, headers.
    Index,
}

/// Where an output's bytes come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// From `Outputs::render`.
    Rendered,
    /// A copy of a source file on disk; its bytes have the digest that the snapshot holds.
    Copied {
        /// The source.
        source: SourcePath,
        /// The digest that the copy must have.
        digest: Digest,
    },
}

/// What came of rendering one output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The bytes; meaningless if a diagnostic is an error.
    pub bytes: Vec<u8>,
    /// What was found while rendering.
    pub diagnostics: Vec<Diagnostic>,
    /// Links that a template made of its own, to be weighed against the site's routes on every build, rendered or not.
    pub loose_links: Vec<String>,
}

/// A whole site to be: a list, and a function from an item to its bytes. Rendering is pure, so the shell may call it in any
/// order and on any thread.
pub trait Outputs: Sync {
    /// All outputs in order of path; no path twice.
    fn list(&self) -> &[Output];

    /// Renders one output whose `from` is `Rendered`.
    fn render(&self, output: &Output) -> Rendered;

    /// Weighs the loose links of an output that was rendered now or on an earlier build.
    fn weigh(&self, output: &Output, loose_links: &[String]) -> Vec<Diagnostic>;
}
