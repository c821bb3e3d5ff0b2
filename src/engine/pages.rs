//! Every Markdown source to a page, on all cores; what the memo knows is not parsed again.

use std::sync::Arc;

use rayon::prelude::*;

use crate::base::digest::Digest;
use crate::base::path::SourcePath;
use crate::base::pieces::Pieces as _;
use crate::engine::memo::{Known, Planned};
use crate::page::facts::Facts;
use crate::page::markdown::Options;
use crate::page::parse::{self, Content, Page};
use crate::site::reviews::Reviewed;
use crate::source::snapshot::{PageText, Shelf};

/// How many pages are taken on at a time.
pub(super) const AT_A_TIME: usize = 64;

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
    /// Its records, if it has any.
    pub(super) reviewed: Option<Arc<Reviewed>>,
    /// In a preview, the page with the words that a build publishes in the place of its own.
    pub(super) passed: Option<Box<Current>>,
}

/// A page's content is there once it was parsed in this build, and then its text is let go of; or else it is parsed again from
/// the text. So no build holds both for all pages.
#[derive(Clone, Debug)]
pub(super) enum ContentSource {
    /// As it was parsed.
    Parsed(Arc<Content>),
    /// The text to parse.
    Text(Arc<str>),
    /// Where the text to parse is to be had.
    Shelved(Arc<dyn Shelf>),
}

impl Current {
    /// Whether it was parsed in this build.
    pub(super) fn is_new(&self) -> bool {
        matches!(self.content, ContentSource::Parsed(_))
    }

    /// The digest of its records.
    pub(super) fn reviewed_digest(&self) -> Digest {
        self.reviewed.as_ref().map(|reviewed| reviewed.digest).unwrap_or_default()
    }

    /// Its content.
    pub(super) fn content(&self, options: Options) -> Arc<Content> {
        match &self.content {
            ContentSource::Parsed(content) => Arc::clone(content),
            ContentSource::Text(text) => Arc::new(parse::parse(self.page.source(), text, self.text, options).1),
            ContentSource::Shelved(shelves) => {
                let path = self.page.source();
                Arc::new(parse::parse(path, &shelves.text(path, self.text), self.text, options).1)
            }
        }
    }
}

/// Parses what is not known, in order of path. Facts that are as they were are the same value as before.
pub(super) fn parse(
    texts: Vec<(SourcePath, PageText)>,
    known: Vec<Known>,
    options: Options,
    same: bool,
) -> Vec<Current> {
    let known = beside(&texts, known);
    texts
        .into_par_iter()
        .zip(known)
        .in_pieces(AT_A_TIME)
        .map(|((path, text), known)| match known {
            Some(Known { text: digest, page, planned }) if same && digest == text.digest() => Current {
                text: digest,
                page,
                content: match text {
                    PageText::Held(text) => ContentSource::Text(text.text),
                    PageText::Shelved(_, shelves) => ContentSource::Shelved(shelves),
                },
                planned,
                reviewed: None,
                passed: None,
            },
            known => {
                let (mut page, content) = parse::parse(&path, &text.text(&path), text.digest(), options);
                if let Some(before) = known.filter(|known| known.page.facts_digest == page.facts_digest) {
                    page.facts = Arc::clone(&before.page.facts);
                }
                let content = ContentSource::Parsed(Arc::new(content));
                Current {
                    text: text.digest(),
                    page: Arc::new(page),
                    content,
                    planned: None,
                    reviewed: None,
                    passed: None,
                }
            }
        })
        .collect()
}

/// What is known of each text's page. Both are in order of path, so one walk does.
fn beside(texts: &[(SourcePath, PageText)], known: Vec<Known>) -> Vec<Option<Known>> {
    let mut known = known.into_iter().peekable();
    let beside = |(path, _): &(SourcePath, PageText)| {
        while known.next_if(|known| known.path() != path && known.path() < path).is_some() {}
        known.next_if(|known| known.path() == path)
    };
    texts.iter().map(beside).collect()
}

/// The facts of pages, in their order.
pub(super) fn facts(pages: &[Current]) -> Vec<Arc<Facts>> {
    pages.iter().map(|current| Arc::clone(&current.page.facts)).collect()
}
