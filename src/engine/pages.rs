//! Every Markdown source to a page, on all cores; what the memo knows is not parsed again.

use std::sync::Arc;

use rayon::prelude::*;

use crate::base::digest::Digest;
use crate::base::path::SourcePath;
use crate::engine::memo::{Memo, Planned};
use crate::page::facts::Facts;
use crate::page::markdown::Options;
use crate::page::parse::{self, Content, Page};
use crate::source::snapshot::Text;

/// A page as the sources have it.
#[derive(Clone, Debug)]
pub(super) struct Current {
    /// The digest of its file's text.
    pub(super) text: Digest,
    /// The page.
    pub(super) page: Arc<Page>,
    /// Where its content comes from, should it be rendered.
    pub(super) content: ContentSource,
    /// What the memo knows to have been planned of it, as part of the site of the memo.
    pub(super) planned: Option<Arc<Planned>>,
}

/// A page's content is there once it was parsed in this build, and then its text is let go of; or else it is parsed again from
/// the text. So no build holds both for all pages.
#[derive(Clone, Debug)]
pub(super) enum ContentSource {
    /// As it was parsed.
    Parsed(Arc<Content>),
    /// The text to parse.
    Text(Arc<str>),
}

impl Current {
    /// Whether it was parsed in this build.
    pub(super) fn is_new(&self) -> bool {
        matches!(self.content, ContentSource::Parsed(_))
    }

    /// Its content.
    pub(super) fn content(&self, options: Options) -> Arc<Content> {
        match &self.content {
            ContentSource::Parsed(content) => Arc::clone(content),
            ContentSource::Text(text) => Arc::new(parse::parse(&self.page.facts.path, text, options).1),
        }
    }
}

/// Parses what the memo does not know, in order of path. Facts that are as they were are the same value as before.
pub(super) fn parse(texts: Vec<(SourcePath, Text)>, memo: &Memo, options: Options) -> Vec<Current> {
    texts
        .into_par_iter()
        .map(|(path, text)| {
            if let Some(known) = memo.page(&path, text.digest, options) {
                let (page, planned) = (Arc::clone(&known.page), known.planned.clone());
                return Current { text: text.digest, page, content: ContentSource::Text(text.text), planned };
            }
            let (mut page, content) = parse::parse(&path, &text.text, options);
            if let Some(before) = memo.pages.get(&path).filter(|known| known.page.facts_digest == page.facts_digest) {
                page.facts = Arc::clone(&before.page.facts);
            }
            let content = ContentSource::Parsed(Arc::new(content));
            Current { text: text.digest, page: Arc::new(page), content, planned: None }
        })
        .collect()
}

/// The facts of pages, in their order.
pub(super) fn facts(pages: &[Current]) -> Vec<Arc<Facts>> {
    pages.iter().map(|current| Arc::clone(&current.page.facts)).collect()
}
