//! Outputs: what the engine hands to the shell to be written.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::diagnostic::Diagnostic;
use crate::base::digest::{Digest, Hasher};
use crate::base::path::{OutPath, SourcePath};
use crate::page::parse::Content;
use crate::render::fill::Filled;
use crate::site::register::Entry;

/// What an output can depend on, in the words of `--explain-rebuild`. The first is all that a copied file depends on.
pub const INPUTS: [&str; 8] = [
    "its own text",
    "where its links lead, or the size of an image",
    "what the site says of it: its place, its neighbors, its review",
    "the navigation",
    "a template, a component or a static file",
    "the words of its language",
    "the site's own title, links or publisher",
    "the data",
];

/// The digest of all that an output's bytes depend on: equal keys, equal bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    digest: Digest,
    /// The start of the digest of each input, to say which of them differs. Nothing rests on it.
    inputs: [u32; INPUTS.len()],
}

impl Key {
    /// How many bytes a key takes.
    pub const LEN: usize = 16 + 4 * INPUTS.len();

    /// The key of an output with these inputs, in the order of `INPUTS`.
    pub fn new(inputs: [Digest; INPUTS.len()]) -> Self {
        let mut hasher = Hasher::new();
        for input in &inputs {
            hasher.digest(*input);
        }
        let short = |input: Digest| {
            let [a, b, c, d, ..] = *input.as_bytes();
            u32::from_le_bytes([a, b, c, d])
        };
        Self { digest: hasher.finish(), inputs: inputs.map(short) }
    }

    /// The key as bytes.
    pub fn to_bytes(self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        let (digest, inputs) = bytes.split_at_mut(16);
        digest.copy_from_slice(self.digest.as_bytes());
        for (bytes, input) in inputs.chunks_exact_mut(4).zip(self.inputs) {
            bytes.copy_from_slice(&input.to_le_bytes());
        }
        bytes
    }

    /// A key from its bytes.
    pub fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        let mut key = Self::default();
        let (digest, inputs) = bytes.split_at(16);
        key.digest = Digest::from_bytes(digest.try_into().unwrap_or_default());
        for (bytes, input) in inputs.chunks_exact(4).zip(&mut key.inputs) {
            *input = u32::from_le_bytes(bytes.try_into().unwrap_or_default());
        }
        key
    }

    /// Which inputs differ from those of an earlier key.
    pub fn differences(&self, before: &Self) -> Vec<&'static str> {
        let pairs = self.inputs.iter().zip(&before.inputs).zip(INPUTS);
        pairs.filter(|((now, before), _)| now != before).map(|(_, name)| name).collect()
    }
}

/// The key of an output that depends on one thing.
impl std::convert::From<Digest> for Key {
    fn from(digest: Digest) -> Self {
        let mut inputs = [Digest::default(); INPUTS.len()];
        inputs[0] = digest;
        Self::new(inputs)
    }
}

/// One file of the site to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Where it goes.
    pub path: OutPath,
    /// The digest of all that its bytes depend on.
    pub key: Key,
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

/// What an output is rendered with and what need not outlive that, page by page. Without it the output is the same, but all this
/// is made again.
#[derive(Clone, Debug, Default)]
pub struct Ingredients(pub(super) Vec<Ingredient>);

/// What one page is rendered with.
#[derive(Clone, Debug)]
pub(super) struct Ingredient {
    pub(super) content: Arc<Content>,
    /// What came of planning it.
    pub(super) details: Arc<(Entry, Filled)>,
}

/// A whole site to be: a list, and a function from an item to its bytes. Rendering is pure, so the shell may call it in any
/// order and on any thread.
pub trait Outputs: Sync {
    /// All outputs in order of path; no path twice.
    fn list(&self) -> &[Output];

    /// Renders one output whose `from` is `Rendered`, with what was taken of it if anything was.
    fn render(&self, output: &Output, ingredients: Ingredients) -> Rendered;

    /// Weighs the loose links of an output that was rendered now or on an earlier build.
    fn weigh(&self, output: &Output, loose_links: &[String]) -> Vec<Diagnostic>;
}
