//! A survey of a site's reviews: what the commands of `review` and the dashboard are made from.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::path::{SourcePath, UrlPath};
use crate::engine::plan::Plan;
use crate::engine::reviews;
use crate::page::facts::Facts;
use crate::review::policy::Policy;
use crate::review::record::Filed;
use crate::review::text::ReviewedText;
use crate::site::register::{self, Entry};
use crate::site::reviews::Reviewed;
use crate::site::routes::Routed;
use crate::source::config::Config;
use crate::source::reviewers::Reviewers;
use crate::source::snapshot::Sources;

/// A page as its reviewers see it: with the words that it has now, published or not.
#[derive(Clone, Debug)]
pub struct Surveyed<'a> {
    /// Its facts.
    pub facts: &'a Facts,
    /// Where it is, or would be.
    pub url: &'a UrlPath,
    /// What the site asks of it.
    pub policy: &'a Policy,
    /// Where it stands.
    pub entry: Entry,
    /// Its records and what they come to; none if it has no record.
    pub reviewed: Option<&'a Reviewed>,
}

impl Plan {
    /// All pages in order of path, but for drafts.
    pub fn survey<'a>(&'a self) -> Vec<Surveyed<'a>> {
        let globals = &self.drafts.globals;
        let pages = self.drafts.routes.pages.iter().enumerate().filter(|(_, page)| !page.facts.draft);
        let surveyed = |(number, page): (usize, &'a Routed)| {
            let policy = globals.config.review.policy(&page.url);
            let reviewed = self.reviews.pages.get(&number).map(|reviewed| &**reviewed);
            let (entry, _) = register::enter(&page.facts, policy, &globals.reviewers, reviewed, globals.today);
            Surveyed { facts: &page.facts, url: &page.url, policy, entry, reviewed }
        };
        pages.map(surveyed).collect()
    }

    /// The words of a page as a record of today holds them; `text` is its file's.
    pub fn present(&self, sources: &Sources, path: &SourcePath, text: &str) -> ReviewedText {
        reviews::present(sources, &self.drafts, path, text)
    }

    /// A text of a page that was called `page`, with its targets as they lead today: two texts that differ in this form differ
    /// for a reviewer.
    pub fn settled(&self, sources: &Sources, page: &SourcePath, text: &ReviewedText) -> ReviewedText {
        reviews::settled(sources, &self.drafts, &self.reviews, page, text)
    }

    /// Records whose page is not there any more, by the page that they name.
    pub fn orphans(&self) -> &BTreeMap<SourcePath, Vec<Arc<Filed>>> {
        &self.reviews.orphans
    }

    /// The site's configuration.
    pub fn config(&self) -> &Config {
        &self.drafts.globals.config
    }

    /// Those who may review.
    pub fn reviewers(&self) -> &Reviewers {
        &self.drafts.globals.reviewers
    }
}

/// The text of a record, as this program reads its Markdown.
pub fn text_of(filed: &Filed) -> ReviewedText {
    reviews::text_of(filed)
}
