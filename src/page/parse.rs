//! One file to a page: facts for the others, a body for itself, and every fault in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::date::Date;
use crate::base::diagnostic::Diagnostic;
use crate::base::digest::Digest;
use crate::base::path::SourcePath;
use crate::base::span::NamedSpans;
use crate::page::body::{Body, Places, Slot};
use crate::page::facts::{Facts, Heading, ReviewClaim};
use crate::page::held::Origin;
use crate::page::markdown::{self, Options, Part};
use crate::page::terms::{self, Terms, Words};
use crate::prose::judge::Waiver;
use crate::source::front_matter::{FrontMatter, Source};

/// A page, parsed alone: what is kept of it. Its text is apart, since only rendering needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Whether its front matter could be read at all.
    pub is_readable: bool,
    /// What other pages may see.
    pub facts: Arc<Facts>,
    /// The digest of the facts.
    pub facts_digest: Digest,
    /// A template in place of its kind's.
    pub template: Option<String>,
    /// The digest of its text and of how that is read: of all that its output takes from the file.
    pub digest: Digest,
    /// What search wants of it, but for its words.
    pub terms: Terms,
    /// What its body asks of the site.
    pub slots: Vec<(usize, Slot)>,
    /// Where the slots stand.
    pub places: Places,
    /// Where the values of its front matter stand, by key.
    pub keys: NamedSpans,
    /// The rules of plain language that it may break.
    pub prose_waivers: Vec<Waiver>,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
    /// Where its words come from, if they are not its own.
    pub origin: Option<Origin>,
}

/// The rest of a page: what only its own template sees, and what a search index is made of. It is a function of the file's text, so it can be made again.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    /// What the front matter and the headings say.
    pub own: Own,
    /// The text.
    pub body: Body,
    /// Its words, for search.
    pub words: Words,
}

impl Page {
    /// The source of its words: its own, or as it was called when they were reviewed.
    pub fn source(&self) -> &SourcePath {
        self.origin.as_ref().map_or(&self.facts.path, |origin| &origin.page)
    }

    /// The file in which its words stand.
    pub fn file(&self) -> &SourcePath {
        self.origin.as_ref().map_or(&self.facts.path, |origin| &origin.record)
    }

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
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Own {
    /// Its headings in order.
    pub headings: Vec<Heading>,
    /// Its authors.
    pub authors: Vec<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Its sources.
    pub sources: Vec<Source>,
    /// The day up to which the evidence was searched.
    pub evidence_searched_to: Option<Date>,
    /// Who paid, what the authors gain, what it is based on, and the other terms of governance, by their keys.
    pub terms: BTreeMap<&'static str, Vec<String>>,
    /// Whether its contents are shown.
    pub toc: bool,
    /// Anything else, for the theme.
    pub extra: serde_json::Value,
}

/// Parses one file, whose text has this digest. One whose front matter cannot be read is a page all the same, named after its
/// file, so that its faults are told and not those of every page that links to it.
pub fn parse(path: &SourcePath, text: &str, digest: Digest, options: Options) -> (Page, Content) {
    let read = FrontMatter::read(path, text);
    let body_text = text.get(read.body_offset..).unwrap_or("");
    let markdown = markdown::read(Part { path, text: body_text, offset: read.body_offset }, options);
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
        glossary: markdown.glossary,
        published: front.published,
        last_updated: front.last_updated,
        withdrawn: front.withdrawn,
        review: ReviewClaim {
            last_reviewed: front.last_reviewed,
            reviewed_by: front.reviewed_by,
            interval: front.review_interval,
        },
    };
    let own = Own {
        headings: markdown.headings,
        authors: front.authors,
        owner: front.owner,
        sources: front.sources,
        evidence_searched_to: front.evidence_searched_to,
        terms: front.texts,
        toc: front.toc,
        extra: front.extra,
    };
    let gather = || terms::read(&facts.title, facts.description.as_deref(), &facts.tags, &markdown.body);
    let (terms, words) = if options.gathers_words { gather() } else { Default::default() };
    let page = Page {
        is_readable,
        facts_digest: Digest::of_value(&facts),
        facts: Arc::new(facts),
        template: front.template,
        digest: Digest::of_value(&(digest, options)),
        terms,
        slots: markdown.slots,
        places: markdown.places,
        keys: front.places,
        prose_waivers: front.prose_waivers,
        diagnostics,
        origin: None,
    };
    (page, Content { own, body: markdown.body, words })
}
