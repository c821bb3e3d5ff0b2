//! One file to a page: facts for the others, a body for itself, and every fault in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::base::diagnostic::Diagnostic;
use crate::base::digest::{Digest, Hasher};
use crate::base::path::SourcePath;
use crate::base::span::Span;
use crate::page::body::{Body, Places};
use crate::page::facts::{Facts, Heading, ReviewClaim};
use crate::page::markdown::{self, Options, Part};
use crate::page::terms::{self, Terms};
use crate::source::front_matter::{FrontMatter, Source};

/// A page, parsed alone.
#[derive(Clone, Debug)]
pub struct Page {
    /// Whether its front matter could be read at all.
    pub is_readable: bool,
    /// What other pages may see.
    pub facts: Arc<Facts>,
    /// What only its own template sees.
    pub own: Own,
    /// Its text.
    pub body: Body,
    /// The digest of `own` and `body`: all that its output takes from the file beside the facts.
    pub digest: Digest,
    /// Its words, for search.
    pub terms: Terms,
    /// Where the slots of the body stand.
    pub places: Places,
    /// Where the values of its front matter stand, by key.
    pub keys: BTreeMap<String, Span>,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

impl Page {
    /// Whether its front matter says something of a review that cannot be read.
    pub fn claim_is_unknown(&self) -> bool {
        let review = &self.facts.review;
        let written = |key| self.keys.contains_key(key);
        let faulty = (written("last_reviewed") && review.last_reviewed.is_none())
            || (written("reviewed_by") && review.reviewed_by.is_empty());
        !self.is_readable || faulty
    }
}

/// What only a page's own template sees.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Own {
    /// Its headings in order.
    pub headings: Vec<Heading>,
    /// Its authors.
    pub authors: Vec<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Its sources.
    pub sources: Vec<Source>,
    /// A template in place of its kind's.
    pub template: Option<String>,
    /// Whether its contents are shown.
    pub toc: bool,
    /// Anything else, for the theme.
    pub extra: serde_json::Value,
}

/// Parses one file. One whose front matter cannot be read is a page all the same, named after its file, so that its faults
/// are told and not those of every page that links to it.
pub fn parse(path: &SourcePath, text: &str, options: Options) -> Page {
    let read = FrontMatter::read(path, text);
    let body_text = text.get(read.body_offset..).unwrap_or("");
    let is_glossary = read.front_matter.as_ref().is_some_and(|front| front.glossary);
    let part = Part { path, text: body_text, offset: read.body_offset };
    let markdown = markdown::read(part, options.with_glossary(is_glossary));
    let mut diagnostics = read.diagnostics;
    diagnostics.extend(markdown.diagnostics);
    let is_readable = read.front_matter.is_some();
    let front = read.front_matter.unwrap_or_else(|| FrontMatter::titled(path.name()));
    let facts = Facts {
        path: path.clone(),
        title: front.title,
        description: front.description,
        weight: front.weight,
        slug: front.slug,
        aliases: front.aliases,
        draft: front.draft,
        lang: front.lang,
        tags: front.tags,
        anchors: markdown.anchors,
        published: front.published,
        last_updated: front.last_updated,
        review: ReviewClaim {
            last_reviewed: front.last_reviewed,
            reviewed_by: front.reviewed_by,
            interval: front.review_interval,
        },
        terms: markdown.terms,
    };
    let own = Own {
        headings: markdown.headings,
        authors: front.authors,
        owner: front.owner,
        sources: front.sources,
        template: front.template,
        toc: front.toc,
        extra: front.extra,
    };
    let digest = digest(&own, &markdown.body);
    let terms = terms::read(&facts.title, facts.description.as_deref(), &facts.tags, &markdown.body);
    Page {
        is_readable,
        facts: Arc::new(facts),
        own,
        body: markdown.body,
        digest,
        terms,
        places: markdown.places,
        keys: front.places,
        diagnostics,
    }
}

fn digest(own: &Own, body: &Body) -> Digest {
    let mut hasher = Hasher::new();
    // A value of plain data always serialises; were it ever not to, the whole output would only be rendered once more.
    hasher.part(serde_json::to_vec(own).unwrap_or_default());
    hasher.digest(body.digest());
    hasher.finish()
}
