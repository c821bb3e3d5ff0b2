//! The view: all that one page may know of the site, as its template sees it.
//!
//! Plain values with the field names of the documented view; a field that has nothing is `null` and never absent, so that
//! a template can ask for it, and a misspelt one is an error.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Serialize;
use tera::Value;

use crate::base::date::Date;
use crate::base::path::UrlPath;
use crate::page::facts::{Facts, Heading};
use crate::page::parse::Own;
use crate::render::fields::Fields;
use crate::render::theme::Words;
use crate::review::policy::Action;
use crate::site::link::{self, Target, Use};
use crate::site::navigation::Navigation;
use crate::site::prints::Gathered;
use crate::site::register::Entry;
use crate::site::routes::{Routed, Routes};
use crate::source::config::BaseUrl;
use crate::source::front_matter::Source;
use crate::source::front_matter_keys::TEXTS;
use crate::source::reviewers::{Reviewer, Reviewers};

/// The kinds of page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The site's first page.
    Home,
    /// The index of a folder.
    Section,
    /// Any other.
    #[default]
    Page,
    /// The page for what is not there.
    #[serde(rename = "404")]
    NotFound,
    /// A section gathered for printing.
    Print,
    /// The page for searching, which lists the site's pages too.
    Search,
    /// The page that shows where the reviews of all pages stand.
    Reviews,
}

impl Kind {
    /// The template of the kind.
    pub fn template(self) -> &'static str {
        match self {
            Self::Home => "home.html",
            Self::Section => "section.html",
            Self::Page => "page.html",
            Self::NotFound => "404.html",
            Self::Print => "print.html",
            Self::Search => "search.html",
            Self::Reviews => "reviews.html",
        }
    }
}

/// The view of a page. First what the site says of it, which is there without its text: a page's key digests this, and the page's
/// own digest; its view is made of the two and nothing else. Then what it says of itself alone, and its text, which `page` adds.
#[derive(Debug, Default, Serialize)]
pub struct PageView<'a> {
    kind: Kind,
    title: &'a str,
    description: Option<&'a str>,
    path: &'a str,
    canonical: Option<String>,
    crumbs: Vec<Link<'a>>,
    trail: Vec<&'a str>,
    prev: Option<Link<'a>>,
    next: Option<Link<'a>>,
    children: Vec<Child<'a>>,
    print: Option<&'a str>,
    /// Always there, unless no template takes it.
    review: Option<ReviewView<'a>>,
    withdrawn: Option<WithdrawnView<'a>>,
    published: Option<DateView>,
    last_updated: Option<DateView>,
    tags: &'a [String],
    draft: bool,
    noindex: bool,
    toc: Vec<TocEntry<'a>>,
    show_toc: bool,
    sources: &'a [Source],
    authors: &'a [String],
    owner: Option<&'a str>,
    evidence_searched_to: Option<DateView>,
    extra: Option<&'a serde_json::Value>,
    terms: Option<Value>,
    content: Option<Value>,
}

/// A page by title and path from the root, without a leading slash.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Link<'a> {
    /// Its title.
    pub title: &'a str,
    /// Its path.
    pub path: &'a str,
}

#[derive(Debug, Serialize)]
struct Child<'a> {
    title: &'a str,
    description: Option<&'a str>,
    path: &'a str,
}

#[derive(Debug, Serialize)]
struct TocEntry<'a> {
    id: &'a str,
    title: &'a str,
    level: u8,
    children: Vec<TocEntry<'a>>,
}

#[derive(Debug, Serialize)]
struct DateView {
    iso: Date,
    text: String,
}

#[derive(Debug, Serialize)]
struct ReviewView<'a> {
    state: &'static str,
    date: Option<DateView>,
    next: Option<DateView>,
    demonstration: bool,
    reviewers: Vec<ReviewerView<'a>>,
    /// What a banner tells readers of: a state, or `urgent`.
    banner: Option<&'static str>,
    urgent: Option<UrgentView<'a>>,
    changes: Vec<ChangeView<'a>>,
    /// Whether a build publishes other words, or none: in a preview only.
    held: bool,
}

/// A correction that stands without a review.
#[derive(Debug, Serialize)]
struct UrgentView<'a> {
    reason: &'a str,
    review_by: DateView,
}

/// What a reviewer noted.
#[derive(Debug, Serialize)]
struct ChangeView<'a> {
    date: DateView,
    note: &'a str,
    reviewer: Option<&'a str>,
}

/// Why a page is withdrawn, and where to go instead.
#[derive(Debug, Serialize)]
struct WithdrawnView<'a> {
    reason: &'a str,
    successor: Option<Link<'a>>,
}

#[derive(Debug, Serialize)]
struct ReviewerView<'a> {
    name: &'a str,
    credentials: &'a str,
    role: &'a str,
    affiliation: Option<&'a str>,
    url: Option<&'a str>,
    demonstration: bool,
}

/// What a page's view is made from.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The routes of the site.
    pub routes: &'a Routes,
    /// Its tree.
    pub navigation: &'a Navigation,
    /// Who may review.
    pub reviewers: &'a Reviewers,
    /// Where the site is served.
    pub base_url: Option<&'a BaseUrl>,
    /// Where sections are gathered for printing, by the section's number.
    pub prints: &'a BTreeMap<usize, Gathered>,
    /// Whether drafts of held pages are shown.
    pub preview: bool,
}

/// What the site says of a page.
pub fn placed<'a>(setting: Setting<'a>, number: usize, entry: &'a Entry, words: &Words) -> PageView<'a> {
    let Setting { routes, navigation, .. } = setting;
    let Routed { facts, url, .. } = &routes.pages[number];
    let node = &navigation.nodes[number];
    let link = |number: usize| linked(&routes.pages[number]);
    let ancestors = navigation.ancestors(number);
    let date = |day: Date| DateView { iso: day, text: words.strings.date(day) };
    PageView {
        kind: kind(&routes.pages[number]),
        title: &facts.title,
        description: facts.description.as_deref(),
        path: url.from_root(),
        canonical: setting.base_url.map(|base| crate::render::site_files::absolute(base, url)),
        crumbs: ancestors.iter().map(|number| link(*number)).collect(),
        trail: ancestors.iter().chain([&number]).map(|number| routes.pages[*number].url.from_root()).collect(),
        prev: node.previous.map(link),
        next: node.next.map(link),
        children: node
            .children
            .iter()
            .map(|number| child(&routes.pages[*number].facts, &routes.pages[*number].url))
            .collect(),
        print: setting.prints.get(&number).map(|gathered| gathered.url.from_root()),
        review: Some(review(entry, setting, &date)),
        withdrawn: facts.withdrawn.as_ref().map(|withdrawn| WithdrawnView {
            reason: &withdrawn.reason,
            successor: successor(routes, facts).map(link),
        }),
        published: facts.published.map(date),
        last_updated: facts.last_updated.map(date),
        tags: &facts.tags,
        draft: facts.draft,
        noindex: facts.draft || facts.withdrawn.is_some() || is_held(entry, setting),
        ..PageView::default()
    }
}

/// The view of a page, as its template sees it: `content` is its finished HTML. Of a page that is withdrawn no template gets
/// the text: it is a notice now. What no template takes may be left empty.
pub fn page(placed: PageView<'_>, own: &Own, content: &str, words: &Words, taken: &Fields) -> Value {
    let is_withdrawn = placed.withdrawn.is_some();
    Value::from_serializable(&PageView {
        crumbs: if taken.has("crumbs") { placed.crumbs } else { Vec::new() },
        trail: if taken.has("trail") { placed.trail } else { Vec::new() },
        prev: placed.prev.filter(|_| taken.has("prev")),
        next: placed.next.filter(|_| taken.has("next")),
        children: if taken.has("children") { placed.children } else { Vec::new() },
        review: placed.review.filter(|_| taken.has("review")),
        toc: if is_withdrawn || !taken.has("toc") { Vec::new() } else { toc(&own.headings) },
        show_toc: own.toc && own.headings.len() > 1 && !is_withdrawn,
        sources: if is_withdrawn { &[] } else { &own.sources },
        authors: &own.authors,
        owner: own.owner.as_deref(),
        evidence_searched_to: own.evidence_searched_to.map(|day| DateView { iso: day, text: words.strings.date(day) }),
        extra: Some(&own.extra),
        terms: Some(if own.terms.is_empty() { NO_TERMS.clone() } else { terms(own) }),
        content: Some(Value::safe_string(if is_withdrawn { "" } else { content })),
        ..placed
    })
}

/// Most pages say none of the terms, and share this value of them.
static NO_TERMS: LazyLock<Value> = LazyLock::new(|| terms(&Own::default()));

fn terms(own: &Own) -> Value {
    let term = |key: &'static str| (key, own.terms.get(key).cloned().unwrap_or_default());
    Value::from(TEXTS.into_iter().map(term).collect::<BTreeMap<_, _>>())
}

/// The view of a page that no source is behind: for what is not there, for searching, for printing.
pub fn own(kind: Kind, path: &str, title: &str, words: &Words) -> Value {
    let review = ReviewView {
        state: "none",
        date: None,
        next: None,
        demonstration: false,
        reviewers: Vec::new(),
        banner: None,
        urgent: None,
        changes: Vec::new(),
        held: false,
    };
    let placed = PageView { kind, title, path, review: Some(review), noindex: true, ..PageView::default() };
    page(placed, &Own::default(), "", words, &Fields::all())
}

/// The kind of a page.
pub fn kind(page: &Routed) -> Kind {
    match page.index_of() {
        Some("") => Kind::Home,
        Some(_) => Kind::Section,
        None => Kind::Page,
    }
}

/// A page as a link of the view.
pub(super) fn linked(page: &Routed) -> Link<'_> {
    Link { title: &page.facts.title, path: page.url.from_root() }
}

fn child<'a>(facts: &'a Facts, url: &'a UrlPath) -> Child<'a> {
    Child { title: &facts.title, description: facts.description.as_deref(), path: url.from_root() }
}

/// Nests headings by level: each holds the deeper ones that follow it.
fn toc(headings: &[Heading]) -> Vec<TocEntry<'_>> {
    let mut entries: Vec<TocEntry<'_>> = Vec::new();
    for Heading { level, id, title } in headings {
        let mut list = &mut entries;
        while list.last().is_some_and(|last| last.level < *level) {
            let at = list.len() - 1;
            list = &mut list[at].children;
        }
        list.push(TocEntry { id, title, level: *level, children: Vec::new() });
    }
    entries
}

/// The page that took the place of one that is withdrawn.
fn successor(routes: &Routes, facts: &Facts) -> Option<usize> {
    let target = facts.withdrawn.as_ref()?.successor.as_ref()?;
    match link::resolve(routes, &facts.path, target, Use::Link) {
        Ok(Target::Page { number, .. }) => Some(number),
        _ => None,
    }
}

/// Whether a preview shows a page that a build publishes with other words, or leaves out.
fn is_held(entry: &Entry, setting: Setting<'_>) -> bool {
    setting.preview && entry.standing.action == Action::Hold
}

fn review<'a>(entry: &'a Entry, setting: Setting<'a>, date: &dyn Fn(Date) -> DateView) -> ReviewView<'a> {
    let reviewers = setting.reviewers;
    let known: Vec<&Reviewer> = entry.reviewers.iter().filter_map(|id| reviewers.get(id)).collect();
    ReviewView {
        state: entry.standing.shown.name(),
        date: entry.date.map(date),
        next: entry.standing.next_review.map(date),
        demonstration: known.iter().any(|reviewer| reviewer.demonstration),
        reviewers: known
            .into_iter()
            .map(|reviewer| ReviewerView {
                name: &reviewer.name,
                credentials: &reviewer.credentials,
                role: &reviewer.role,
                affiliation: reviewer.affiliation.as_deref(),
                url: reviewer.url.as_deref(),
                demonstration: reviewer.demonstration,
            })
            .collect(),
        banner: entry.banner,
        urgent: entry
            .standing
            .urgent
            .zip(entry.urgent.as_deref())
            .map(|(urgent, reason)| UrgentView { reason, review_by: date(urgent.review_by) }),
        changes: entry
            .changes
            .iter()
            .map(|change| ChangeView {
                date: date(change.date),
                note: &change.note,
                reviewer: reviewers.get(&change.reviewer).map(|reviewer| reviewer.name.as_str()),
            })
            .collect(),
        held: is_held(entry, setting),
    }
}
