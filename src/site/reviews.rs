//! Records and their pages: whose they are, and what they say of the words that the page has now.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::digest::Digest;
use crate::base::path::SourcePath;
use crate::review::digest::TextDigest;
use crate::review::evidence::{Person, Review, Scope, Words};
use crate::review::record::{self, Filed, Record};
use crate::review::text::{Element, Kind, Line, ReviewedText};
use crate::site::routes::{Routes, page_url};
use crate::source::front_matter::FrontMatter;
use crate::source::reviewers::{Reviewer, Reviewers};

/// A page's records, and what they come to.
#[derive(Clone, Debug, Default)]
pub struct Reviewed {
    /// The records in the order of their chain.
    pub chain: Vec<Arc<Filed>>,
    /// The same, as far as a state depends on them.
    pub reviews: Vec<Review>,
    /// What is wrong with them.
    pub faults: Vec<Diagnostic>,
    /// The digest of all that the page can show of them.
    pub digest: Digest,
}

impl Reviewed {
    /// Records with what they come to, in the same order.
    pub fn new(chain: Vec<Arc<Filed>>, reviews: Vec<Review>, faults: Vec<Diagnostic>) -> Self {
        let files: Vec<String> = chain.iter().map(|filed| filed.sha256.to_string()).collect();
        Self { digest: Digest::of_value(&(&reviews, files)), chain, reviews, faults }
    }
}

/// The page that a record is of, by its number: the one with that source, or the one to which the old URL leads now. A record
/// stays where it is when its page moves, and follows it by the alias.
pub fn owner(routes: &Routes, record: &Record) -> Option<usize> {
    routes.page_of(&record.page).or_else(|| {
        let front = FrontMatter::read(&record.page, &record.body).front_matter;
        let slug = front.and_then(|front| front.slug);
        routes.page_at(&page_url(&record.page, slug.as_deref()))
    })
}

/// The sources that were reviewed under another path than they have now, each with the number of its page.
pub fn moved<'a>(routes: &Routes, records: impl IntoIterator<Item = &'a Record>) -> BTreeMap<SourcePath, usize> {
    let elsewhere = records.into_iter().filter(|record| routes.page_of(&record.page).is_none());
    elsewhere.filter_map(|record| Some((record.page.clone(), owner(routes, record)?))).collect()
}

/// A record with all that a state depends on.
#[derive(Clone, Copy, Debug)]
pub struct Weighed<'a> {
    /// The record.
    pub filed: &'a Filed,
    /// Its text, settled.
    pub text: &'a ReviewedText,
    /// Whether a signature of its reviewer holds.
    pub is_signed: bool,
}

/// The reviews of a page, from its records in the order of their chain; `present` is the page's own text, settled.
pub fn gather(present: &ReviewedText, chain: &[Weighed<'_>], reviewers: &Reviewers) -> Vec<Review> {
    let mut known: HashMap<TextDigest, Words> = HashMap::from([(present.digest(), Words::PRESENT)]);
    let by_sha256: HashMap<_, usize> =
        chain.iter().enumerate().map(|(at, weighed)| (weighed.filed.sha256, at)).collect();
    let mut review = |weighed: &Weighed<'_>| {
        let Record { reviewer, date, outcome, scope, .. } = &weighed.filed.record;
        let next = Words(u32::try_from(known.len()).unwrap_or(u32::MAX));
        let scope = match scope {
            record::Scope::Full => Scope::Full,
            record::Scope::Partial { builds_on } => Scope::Partial(by_sha256.get(builds_on).copied()),
            record::Scope::Urgent { review_by, .. } => Scope::Urgent(*review_by),
        };
        Review {
            reviewer: person(&weighed.filed.record, &weighed.text.words, reviewers.get(reviewer)),
            date: *date,
            outcome: *outcome,
            scope,
            words: *known.entry(weighed.text.digest()).or_insert(next),
            is_signed: weighed.is_signed,
        }
    };
    chain.iter().map(&mut review).collect()
}

/// A record's reviewer, on its day and for its words.
pub fn person(record: &Record, words: &[Line], reviewer: Option<&Reviewer>) -> Person {
    Person {
        id: record.reviewer.clone(),
        role: reviewer.map(|reviewer| reviewer.role.clone()),
        is_active: reviewer.is_some_and(|reviewer| reviewer.is_active_on(record.date)),
        is_only_author: reviewer.is_some_and(|reviewer| is_only_author(reviewer, &authors(words))),
    }
}

/// Whether a reviewer, by id or name, is the only one who wrote a page.
pub fn is_only_author(reviewer: &Reviewer, authors: &[String]) -> bool {
    let is_same = |author: &String| {
        let author = author.trim().to_lowercase();
        author == reviewer.id || author == reviewer.name.trim().to_lowercase()
    };
    !authors.is_empty() && authors.iter().all(is_same)
}

/// The authors that a text names.
pub fn authors(words: &[Line]) -> Vec<String> {
    let is_authors = |line: &Line| matches!(line, Line::Open(Element { kind: Kind::Key, value }) if value == "authors");
    let of_key = words.iter().skip_while(|line| !is_authors(line)).skip(1);
    let mut authors: Vec<String> = Vec::new();
    let mut depth = 1;
    for line in of_key {
        match line {
            Line::Open(_) => {
                depth += 1;
                authors.push(String::new());
            }
            Line::Close => depth -= 1,
            Line::Word(word) => {
                if let Some(author) = authors.last_mut() {
                    author.push_str(if author.is_empty() || word.joined { "" } else { " " });
                    author.push_str(&word.text);
                }
            }
            Line::Verbatim(_) => {}
        }
        if depth == 0 {
            break;
        }
    }
    authors
}
