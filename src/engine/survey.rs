//! A survey of a site's reviews: what the commands of `review` and the dashboard are made from.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::path::{SourcePath, UrlPath};
use crate::engine::plan::Plan;
use crate::engine::reviews;
use crate::engine::reviews::Reviews;
use crate::engine::site::Site;
use crate::page::facts::Facts;
use crate::render::review_status::{FiledFor, PageStatus};
use crate::review::policy::Policy;
use crate::review::record::{Filed, Outcome};
use crate::review::text::ReviewedText;
use crate::site::register::Entry;
use crate::site::reviews::Reviewed;
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

impl Surveyed<'_> {
    /// Where it stands, for programs.
    pub fn status(&self) -> PageStatus {
        let standing = &self.entry.standing;
        PageStatus {
            path: self.facts.path.clone(),
            url: self.url.clone(),
            title: self.facts.title.clone(),
            state: standing.state,
            action: standing.action,
            last_reviewed: self.entry.date,
            next_review: standing.next_review,
            reviewed_by: self.entry.reviewers.clone(),
            urgent_until: standing.urgent.map(|urgent| urgent.review_by),
            filed: self.filed(),
        }
    }

    /// The records on which its standing rests and that an editor filed: those of the words that were passed, and those that
    /// ask for changes.
    fn filed(&self) -> Vec<FiledFor> {
        let Some(reviewed) = self.reviewed else { return Vec::new() };
        let standing = &self.entry.standing;
        let passed = standing.passed.and_then(|at| reviewed.reviews.get(at)).map(|review| review.words);
        let counts = |at: usize| {
            let review = &reviewed.reviews[at];
            standing.objections.contains(&at) || (review.outcome == Outcome::Pass && Some(review.words) == passed)
        };
        let record = |(_, filed): (usize, &Arc<Filed>)| {
            let filing = filed.record.filed.as_ref()?;
            Some(FiledFor {
                reviewer: filed.record.reviewer.clone(),
                recorded_by: filing.recorded_by.clone(),
                evidence: filing.evidence.clone(),
            })
        };
        reviewed.chain.iter().enumerate().filter(|(at, _)| counts(*at)).filter_map(record).collect()
    }
}

/// A page of a site, by its number.
pub(super) fn surveyed<'a>(site: &'a Site, reviews: &'a Reviews, number: usize) -> Surveyed<'a> {
    let page = &site.routes.pages[number];
    let reviewed = reviews.pages.get(&number).map(|reviewed| &**reviewed);
    let (entry, _) = site.enter(number, reviewed);
    Surveyed { facts: &page.facts, url: &page.url, policy: site.policy(number), entry, reviewed }
}

impl Plan {
    /// All pages in order of path, but for drafts.
    pub fn survey(&self) -> Vec<Surveyed<'_>> {
        let pages = self.drafts.routes.pages.iter().enumerate().filter(|(_, page)| !page.facts.draft);
        pages.map(|(number, _)| surveyed(&self.drafts, &self.reviews, number)).collect()
    }

    /// A page by its source; drafts are there if the sources ask for them.
    pub fn surveyed_page(&self, path: &SourcePath) -> Option<Surveyed<'_>> {
        Some(surveyed(&self.drafts, &self.reviews, self.drafts.routes.page_of(path)?))
    }

    /// What is wrong with the records, with their signatures and their chains.
    pub fn record_faults(&self) -> Vec<Diagnostic> {
        let of_pages = self.reviews.pages.values().flat_map(|reviewed| &reviewed.faults);
        self.reviews.faults.iter().chain(of_pages).cloned().collect()
    }

    /// The records of each page that has any.
    pub fn chains(&self) -> impl Iterator<Item = &Reviewed> {
        self.reviews.pages.values().map(|reviewed| &**reviewed)
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
