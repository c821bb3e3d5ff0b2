//! Where everything is on the site: one URL for each page and file, and every source that competes for one.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::map::Entry;
use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization;

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::path::{OutPath, SourcePath, UrlPath};
use crate::base::pieces::Pieces as _;
use crate::base::quick::{QuickIndexMap, QuickMap};
use crate::page::facts::Facts;
use crate::source::snapshot::CONTENT;

/// How many URLs are made at a time: each takes less than a microsecond.
const AT_A_TIME: usize = 1024;

/// The name of the page that stands for its folder.
const INDEX: &str = "index";

/// What the program writes itself at the site's root.
pub const GENERATED: [&str; 6] = ["/404.html", "/sitemap.xml", "/robots.txt", "/_headers", "/_redirects", "/.nojekyll"];

/// The folder of the theme's fingerprinted files.
pub const ASSETS: &str = "/assets/";

/// The folder of the page for searching and of the index.
pub const SEARCH: &str = "/search/";

/// The page that shows where reviews stand, of a site that publishes it.
pub const REVIEWS: &str = "/reviews/";

/// The same for programs.
pub const REVIEWS_JSON: &str = "/reviews.json";

/// The same for calendars.
pub const REVIEWS_CALENDAR: &str = "/reviews.ics";

/// What is written only of a site that publishes where its reviews stand; the first is the folder's own name.
pub const PUBLISHED_REVIEWS: [&str; 4] = ["/reviews", REVIEWS, REVIEWS_JSON, REVIEWS_CALENDAR];

/// A page with its URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routed {
    /// Its facts.
    pub facts: Arc<Facts>,
    /// Its URL.
    pub url: UrlPath,
    /// Where its output goes.
    pub output: OutPath,
}

impl Routed {
    /// The folder below `content/` whose index it is, if it is one: empty for the home page's.
    pub fn index_of(&self) -> Option<&str> {
        let inner = self.facts.path.inside(CONTENT)?;
        let folder = inner.strip_suffix(".md")?.strip_suffix(INDEX)?;
        (folder.is_empty() || folder.ends_with('/')).then(|| folder.trim_end_matches('/'))
    }

    /// The folder below `content/` that holds its source.
    pub fn folder(&self) -> &str {
        self.facts.path.inside(CONTENT).and_then(|inner| inner.rsplit_once('/')).map_or("", |(folder, _)| folder)
    }
}

/// All routes of a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routes {
    /// The pages in order of source path.
    pub pages: Vec<Routed>,
    /// Files beside pages, with their URLs.
    pub files: BTreeMap<SourcePath, UrlPath>,
    /// Aliases, each with the number of the page it leads to.
    pub aliases: BTreeMap<UrlPath, usize>,
    /// The routes as they would be if every page had its own words; none where every page has.
    pub unheld: Option<Arc<Routes>>,
    /// Pages that are left out because they are drafts.
    pub drafts: Vec<SourcePath>,
    by_source: QuickMap<SourcePath, usize>,
    by_url: QuickMap<UrlPath, usize>,
}

impl Routes {
    /// The number of the page made from a source.
    pub fn page_of(&self, source: &SourcePath) -> Option<usize> {
        self.by_source.get(source).copied()
    }

    /// The number of the page whose own URL this is.
    pub fn page_with_url(&self, url: &str) -> Option<usize> {
        self.by_url.get(url).copied()
    }

    /// The number of the page at a URL, or at one that an alias leads away from.
    pub fn page_at(&self, url: &UrlPath) -> Option<usize> {
        self.by_url.get(url).or_else(|| self.aliases.get(url)).copied()
    }
}

/// Lays out the routes of pages and of the files beside them. Drafts are left out unless `drafts`; `taken` is what the program
/// writes itself beside `GENERATED`.
pub fn lay_out(facts: &[Arc<Facts>], files: &[SourcePath], drafts: bool, taken: &[&str]) -> (Routes, Vec<Diagnostic>) {
    let (routes, diagnostics, ()) = lay_out_beside(facts, files, drafts, taken, |_| ());
    (routes, diagnostics)
}

/// The same, with what else is made of the pages that have a URL, meanwhile.
pub fn lay_out_beside<T: Send>(
    facts: &[Arc<Facts>],
    files: &[SourcePath],
    drafts: bool,
    taken: &[&str],
    beside: impl FnOnce(&[Routed]) -> T + Send,
) -> (Routes, Vec<Diagnostic>, T) {
    let mut claims = Claims::with_capacity(facts.len() + files.len());
    let mut routes = Routes { pages: Vec::with_capacity(facts.len()), ..Routes::default() };
    let settle = |facts: &Arc<Facts>| {
        let url = page_url(&facts.path, facts.slug.as_deref());
        let output = url.output();
        (key(&output), Routed { facts: Arc::clone(facts), url, output })
    };
    let settled: Vec<(OutPath, Routed)> = facts.par_iter().in_pieces(AT_A_TIME).map(settle).collect();
    for path in GENERATED.iter().chain(taken) {
        claims.made.insert(key(&UrlPath::new(path).output()), None);
    }
    for (facts, (key, routed)) in facts.iter().zip(settled) {
        if facts.draft && !drafts {
            routes.drafts.push(facts.path.clone());
            continue;
        }
        if let Some(slug) = &facts.slug
            && facts.path.name() == "index.md"
        {
            let place = Place::key(&facts.path, "slug");
            let message = format!("`slug: {slug}` has no effect on an `index.md`, which stands for its folder");
            claims
                .diagnostics
                .push(Diagnostic::new(Code::InvalidValue, place, message).help("rename the folder instead"));
        }
        let claimant = Claimant { path: &facts.path, key: facts.slug.as_ref().map(|_| "slug") };
        if claims.claim(&routed.url, key, claimant) {
            routes.pages.push(routed);
        }
    }
    for path in files {
        // Copies of what was reviewed are called by their digests, in the folder of the records.
        let inner = path.inside(CONTENT).unwrap_or(path.as_str());
        let url = UrlPath::new(&composed(inner));
        if claims.claim(&url, key(&url.output()), Claimant { path, key: None }) {
            routes.files.insert(path.clone(), url);
        }
    }
    for (number, page) in routes.pages.iter().enumerate() {
        for alias in &page.facts.aliases {
            let url = alias_url(alias);
            if claims.claim(&url, key(&url.output()), Claimant { path: &page.facts.path, key: Some("aliases") }) {
                routes.aliases.insert(url, number);
            }
        }
    }
    let numbered = || routes.pages.iter().enumerate();
    let by_source = || numbered().map(|(number, page)| (page.facts.path.clone(), number)).collect();
    let by_url = || numbered().map(|(number, page)| (page.url.clone(), number)).collect();
    let (made_beside, (mut diagnostics, (by_source, by_url))) =
        rayon::join(|| beside(&routes.pages), || rayon::join(|| claims.finish(), || rayon::join(by_source, by_url)));
    (routes.by_source, routes.by_url) = (by_source, by_url);
    if routes.page_at(&UrlPath::new("/")).is_none() {
        let place = Place::file(&SourcePath::new(format!("{CONTENT}/index.md")));
        let fault = Diagnostic::new(Code::HomeMissing, place, "the site has no home page")
            .help(format!("write `{CONTENT}/index.md`"));
        diagnostics.push(fault);
    }
    (routes, diagnostics, made_beside)
}

/// The URL of a page by its source's path and its slug.
pub fn page_url(path: &SourcePath, slug: Option<&str>) -> UrlPath {
    let inner = path.inside(CONTENT).unwrap_or(path.as_str());
    let (folder, name) = inner.rsplit_once('/').map_or(("", inner), |(folder, name)| (folder, name));
    let stem = name.strip_suffix(".md").unwrap_or(name);
    let mut url = String::with_capacity(inner.len() + slug.map_or(0, str::len) + 2);
    url.push('/');
    if !folder.is_empty() {
        url.push_str(&composed(folder));
        url.push('/');
    }
    if stem != INDEX {
        url.push_str(&composed(slug.unwrap_or(stem)));
        url.push('/');
    }
    UrlPath::new(&url)
}

/// An alias without a file name's ending is a folder's.
fn alias_url(alias: &str) -> UrlPath {
    let alias = composed(alias);
    let last = alias.rsplit('/').next().unwrap_or("");
    if last.is_empty() || last.contains('.') { UrlPath::new(&alias) } else { UrlPath::new(&format!("{alias}/")) }
}

/// A source that claims a URL, by its place or by a key of its front matter.
#[derive(Clone, Copy)]
struct Claimant<'a> {
    path: &'a SourcePath,
    key: Option<&'static str>,
}

impl Claimant<'_> {
    fn place(self) -> Place {
        self.key.map_or_else(|| Place::file(self.path), |key| Place::key(self.path, key))
    }
}

/// Who claims which URL. Two URLs that a file system without letter case, or with another Unicode normalization, holds for
/// one are one here.
#[derive(Default)]
struct Claims<'a> {
    /// By key, in the order in which they were made; none is the program's own.
    made: QuickIndexMap<OutPath, Option<Claimant<'a>>>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Claims<'a> {
    fn with_capacity(count: usize) -> Self {
        let mut claims = Self::default();
        claims.made.reserve(count);
        claims
    }

    fn claim(&mut self, url: &UrlPath, key: OutPath, claimant: Claimant<'a>) -> bool {
        let fault = |message: String| Diagnostic::new(Code::UrlCollision, claimant.place(), message);
        if let Some(folder) = [ASSETS, SEARCH].into_iter().find(|folder| starts_with(url.as_str(), folder)) {
            let what = if folder == ASSETS { "the theme's own files go" } else { "the search page and its index go" };
            let message = format!("`{url}` lies in `{folder}`, where {what}");
            self.diagnostics.push(fault(message).help("use another folder"));
            return false;
        }
        let first = match self.made.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(Some(claimant));
                return true;
            }
            Entry::Occupied(first) => *first.get(),
        };
        self.diagnostics.push(match first {
            None => fault(format!("`{url}` is a file that iort-site writes itself")).help("use another name"),
            Some(first) => {
                fault(format!("two sources claim the URL `{url}`: `{}` and `{}`", first.path, claimant.path))
                    .related(first.place(), "the other one")
                    .help("rename one of them, or give it another `slug` or alias; letter case makes no difference")
            }
        });
        false
    }

    /// All that is wrong. A file `a` and a page `a/` cannot both be written.
    fn finish(mut self) -> Vec<Diagnostic> {
        // Of each file that stands where a folder is needed, the first of what is in that folder.
        let mut inside: BTreeMap<&OutPath, (&OutPath, Option<Claimant<'_>>)> = BTreeMap::new();
        let mut last = "";
        for (key, claimant) in &self.made {
            for folder in folders_above(key.as_str()) {
                // Most lie in the folders of the one before, which have been looked up.
                if inside.is_empty() && is_below(last, folder) {
                    break;
                }
                let Some((file, _)) = self.made.get_key_value(folder) else { continue };
                let first = inside.entry(file).or_insert((key, *claimant));
                if key < first.0 {
                    *first = (key, *claimant);
                }
            }
            last = key.as_str();
        }
        let fault = |(file, (_, other)): (&OutPath, (&OutPath, Option<Claimant<'_>>))| {
            let (place, other) = (self.made.get(file)?.as_ref()?.place(), other?.place());
            let message = format!("`{}` is a file where `{}` needs a folder of that name", place.path, other.path);
            let fault = Diagnostic::new(Code::UrlCollision, place, message);
            Some(fault.related(other, "the other one").help("rename one of them"))
        };
        let clashes: Vec<Diagnostic> = inside.into_iter().filter_map(fault).collect();
        self.diagnostics.extend(clashes);
        self.diagnostics
    }
}

/// Whether a path lies in a folder or below it.
fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The folders above a path, the nearest first.
fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices('/').map(|(at, _)| &path[..at])
}

/// Whether a path starts with this one of small letters, whatever its letter case.
fn starts_with(path: &str, start: &str) -> bool {
    if path.is_ascii() {
        return path.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
    }
    path.to_lowercase().starts_with(start)
}

/// The path of an output, as a file system without letter case sees it.
fn key(path: &OutPath) -> OutPath {
    // Most are so already, and each is asked for on every build.
    let is_so = path.as_str().bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_so { path.clone() } else { OutPath::new(composed(path.as_str()).to_lowercase()) }
}

/// A text in Normalization Form C, which ASCII always is.
fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}
