//! The pipeline on one screen: sources to a plan.
//!
//! Each phase takes values and gives values; what it finds wrong goes into one list, and the next phase goes on with what
//! is right, so that a build names every fault and not the first.
//!
//! Each phase also takes what it made the last time, and gives that where it would be made from the same: the globals and the
//! site by their digests, a page by its text's, what is planned of a page by both. So what a round costs is what it changes,
//! whoever asks for it, and no list says what depends on what.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::base::code::Code;
use crate::base::diagnostic::{self, Diagnostic, Place, Spot};
use crate::base::path::{OutPath, SourcePath, UrlPath};
use crate::base::pieces::Pieces as _;
use crate::engine::board::Board;
use crate::engine::hold;
use crate::engine::memo::{Known, Memo};
use crate::engine::output::{From, Ingredient, Ingredients, Output, Outputs, Rendered, Wave};
use crate::engine::pages::{self, AT_A_TIME, ContentSource, Current};
use crate::engine::planned::{self, PlannedPage};
use crate::engine::recipe::{self, Recipe};
use crate::engine::reviews::{self, Reviews};
use crate::engine::site::{Globals, Site};
use crate::page::facts::Facts;
use crate::page::parse::Content;
use crate::render::search::{self, Found};
use crate::render::search_inverted::Inverted;
use crate::site::prints::Gathered;
use crate::source::snapshot::{PageText, Shelf, Sources, Text};

/// A whole site to be.
pub struct Plan {
    /// What is wrong, in the order in which it is reported; what rendering finds comes on top.
    pub diagnostics: Vec<Diagnostic>,
    /// The path under which the site is served, starting and ending with a slash.
    pub base_path: String,
    /// How many pages the site has.
    pub page_count: usize,
    /// How many of them were parsed anew.
    pub parsed_anew: usize,
    pub(super) site: Arc<Site>,
    /// The site with every page's own words.
    pub(super) drafts: Arc<Site>,
    pub(super) reviews: Reviews,
    /// By page number, as the routes count them.
    pub(super) pages: Vec<PlannedPage>,
    pub(super) outputs: Vec<Output>,
    /// The index of each language, if the theme has a page for searching.
    pub(super) search: Vec<search::Index>,
    /// Where the files of the indexes are: by the index's number and their own.
    pub(super) index_files: BTreeMap<OutPath, (usize, usize)>,
    /// Where the reviews of all pages stand, of a site that publishes it.
    pub(super) board: Option<Board>,
    /// What was wrong with the files as such.
    pub(super) read_faults: Vec<Diagnostic>,
}

/// Makes a plan from the sources and the texts of their pages. The memo may save work and changes nothing else. `tell` hears
/// the name of each phase as it begins.
pub fn plan(
    sources: &Sources,
    texts: Vec<(SourcePath, PageText)>,
    mut memo: Memo,
    tell: &mut dyn FnMut(&'static str),
) -> (Plan, Memo) {
    tell("configure");
    let globals = Globals::read(sources, memo.globals.as_ref());
    tell("parse");
    let options = globals.markdown();
    let (reads_alike, count_before) = (memo.options == Some(options), memo.pages.len());
    // Where there are records, or measures are published, the texts are read once more.
    let has_records = reviews::are_there(sources);
    let is_read_again = has_records || globals.publishes_reviews();
    let written: Vec<Text> = if is_read_again {
        texts.par_iter().map(|(path, text)| Text { text: text.text(path), digest: text.digest() }).collect()
    } else {
        Vec::new()
    };
    let mut current = pages::parse(texts, std::mem::take(&mut memo.pages), options, reads_alike);
    let parsed_anew = current.iter().filter(|page| page.is_new()).count();
    let mut known: Vec<Known> = current.iter().map(Known::of).collect();
    tell("link");
    let drafts = Site::link(sources, &globals, &current, &[], None, memo.drafts.as_ref());
    tell("review");
    let mut faults: Vec<Diagnostic> = sources.diagnostics.iter().chain(&globals.faults).cloned().collect();
    let reviews = if has_records {
        weigh(sources, &drafts, (&mut current, &written), &mut memo, &mut faults)
    } else {
        Reviews::default()
    };
    let held = hold::hold(sources, &drafts, current, &memo.held);
    let current = held.pages;
    faults.extend(held.faults);
    let site = if held.differs || !held.files.is_empty() {
        Site::link(sources, &globals, &current, &held.files, Some(&drafts), memo.site.as_ref())
    } else {
        Arc::clone(&drafts)
    };
    faults.extend(linked_faults(&site, &current));
    faults.extend(current.iter().flat_map(|page| page.page.diagnostics.iter().cloned()));

    tell("plan");
    // What was planned of a page holds for the site that it was planned in.
    let holds = memo.site_digest == site.digest;
    if !holds {
        known.iter_mut().for_each(|known| known.planned = None);
    }
    let mut held: Vec<Known> = current.iter().filter(|page| page.page.origin.is_some()).map(Known::of).collect();
    let pages = plan_pages(&site, current, holds);
    for page in &pages {
        faults.extend(page.planned.faults.iter().cloned());
    }
    note_planned(&mut known, &pages);
    note_planned(&mut held, &pages);
    diagnostic::sort(&mut faults);
    let board = globals.publishes_reviews().then(|| {
        let texts: Vec<(&SourcePath, &Text)> = known.iter().map(Known::path).zip(&written).collect();
        Board::new(&site, &drafts, (&reviews, &pages), &texts, &mut memo.grades)
    });
    let search = search_indexes(&site, &pages, std::mem::take(&mut memo.search));
    memo.search = inverted(&search);
    let plan = Plan {
        diagnostics: faults,
        base_path: globals.base_path().to_owned(),
        page_count: site.routes.pages.len(),
        parsed_anew,
        outputs: outputs(&site, &pages, &search, board.as_ref()),
        index_files: index_files(&search),
        search,
        board,
        read_faults: sources.diagnostics.clone(),
        site: Arc::clone(&site),
        drafts: Arc::clone(&drafts),
        reviews,
        pages,
    };
    memo.differs |= !(reads_alike && holds) || parsed_anew > 0 || count_before != known.len();
    memo.options = Some(options);
    memo.site_digest = site.digest;
    (memo.pages, memo.globals, memo.site) = (known, Some(globals), Some(site));
    (memo.drafts, memo.held) = (Some(drafts), held);
    (plan, memo)
}

/// Weighs the records, and gives each page its own.
fn weigh(
    sources: &Sources,
    drafts: &Site,
    (current, written): (&mut [Current], &[Text]),
    memo: &mut Memo,
    faults: &mut Vec<Diagnostic>,
) -> Reviews {
    let (reviews, before) = reviews::weigh(sources, drafts, (current, written), &memo.reviews);
    memo.reviews = before;
    faults.extend(reviews.faults.iter().cloned());
    for (number, reviewed) in &reviews.pages {
        let path = &drafts.routes.pages[*number].facts.path;
        if let Ok(at) = current.binary_search_by(|page| page.page.facts.path.cmp(path)) {
            current[at].reviewed = Some(Arc::clone(reviewed));
        }
    }
    reviews
}

/// The pages that have a route, each planned; none without a theme.
fn plan_pages(site: &Site, current: Vec<Current>, holds: bool) -> Vec<PlannedPage> {
    let Some(theme) = site.theme() else { return Vec::new() };
    // Both are in order of path.
    let mut routed = current;
    if routed.len() != site.routes.pages.len() {
        routed.retain(|page| site.routes.page_of(&page.page.facts.path).is_some());
    }
    routed
        .into_par_iter()
        .enumerate()
        .in_pieces(AT_A_TIME)
        .map(|(number, mut page)| {
            let reviewed = page.reviewed_digest();
            page.planned = page.planned.filter(|planned| holds && planned.reviewed == reviewed);
            planned::plan(site, theme, number, page)
        })
        .collect()
}

/// Notes what was planned of the pages that have a route. Both are in the same order.
fn note_planned(known: &mut [Known], pages: &[PlannedPage]) {
    let mut known = known.iter_mut();
    for page in pages {
        if let Some(known) = known.find(|known| Arc::ptr_eq(&known.page, &page.current.page)) {
            known.planned = Some(Arc::clone(&page.planned));
        }
    }
}

/// The list of outputs with the keys of the pages in it, and with the files of the indexes.
pub(super) fn outputs(
    site: &Site,
    pages: &[PlannedPage],
    search: &[search::Index],
    board: Option<&Board>,
) -> Vec<Output> {
    if site.theme().is_none() {
        return Vec::new();
    }
    let mut outputs = site.listing.outputs.clone();
    for (page, at) in pages.iter().zip(&site.listing.pages) {
        outputs[*at].key = page.planned.key;
    }
    for (section, at) in &site.listing.prints {
        outputs[*at].key = recipe::print_key(site, *section, pages);
    }
    for (form, at) in &site.listing.boards {
        outputs[*at].key = board.map(|board| board.key(site, *form)).unwrap_or_default();
    }
    if search.is_empty() {
        return outputs;
    }
    outputs.extend(search.iter().flat_map(|index| &index.files).map(|file| Output {
        path: file.path.clone(),
        key: file.key.into(),
        wave: Wave::Index,
        from: From::Rendered,
    }));
    // Nothing else can lie in the folder of the indexes but a theme's own file, which comes first.
    outputs.sort_by(|a, b| a.path.cmp(&b.path));
    outputs.dedup_by(|a, b| a.path == b.path);
    outputs
}

/// The indexes for searching, by language. What they hold is of the pages' texts, so they are no part of the site, whose
/// digest an edit of a text leaves as it is.
pub(super) fn search_indexes(
    site: &Site,
    pages: &[PlannedPage],
    mut before: BTreeMap<String, Inverted>,
) -> Vec<search::Index> {
    if site.searched.is_empty() {
        return Vec::new();
    }
    let mut by_lang: BTreeMap<&str, Vec<Found>> = BTreeMap::new();
    for (number, planned) in pages.iter().enumerate().filter(|(_, planned)| planned.current.page.facts.is_found()) {
        if site.searched.contains(site.lang(number)) {
            let within = site.navigation.nodes[number].parent.filter(|parent| Some(*parent) != site.navigation.home);
            by_lang.entry(site.lang(number)).or_default().push(Found {
                page: Arc::clone(&planned.current.page),
                number,
                url: site.routes.pages[number].url.clone(),
                within: within.map(|parent| Arc::clone(&site.routes.pages[parent].facts)),
            });
        }
    }
    let lay_out = |(lang, found, before): (&str, Vec<Found>, Inverted)| {
        let words = &site.theme()?.words(lang)?.strings.words;
        let (glossary, offline) = (site.terms(lang), site.globals.offline);
        let setting = search::Setting { glossary: &glossary, words, offline, content: &content_of(site, pages) };
        Some(search::lay_out(lang, found, setting, before))
    };
    let by_lang: Vec<_> =
        by_lang.into_iter().map(|(lang, found)| (lang, found, before.remove(lang).unwrap_or_default())).collect();
    by_lang.into_par_iter().filter_map(lay_out).collect()
}

/// Where the indexes have the contents of pages from.
pub(super) fn content_of<'a>(site: &'a Site, pages: &'a [PlannedPage]) -> impl Fn(usize) -> Arc<Content> + Sync + 'a {
    |number| pages[number].current.content(site.globals.markdown())
}

/// What the next layout of the indexes is to be given.
pub(super) fn inverted(search: &[search::Index]) -> BTreeMap<String, Inverted> {
    search.iter().map(|index| (index.lang.clone(), index.inverted().clone())).collect()
}

pub(super) fn index_files(search: &[search::Index]) -> BTreeMap<OutPath, (usize, usize)> {
    let files_of = |(at, index): (usize, &search::Index)| {
        let files: Vec<_> = index.files.iter().map(|file| file.path.clone()).collect();
        files.into_iter().enumerate().map(move |(file, path)| (path, (at, file)))
    };
    search.iter().enumerate().flat_map(files_of).collect()
}

/// What is wrong with the site as a whole. It names front matter keys; where they stand, the pages know.
fn linked_faults(site: &Site, current: &[Current]) -> Vec<Diagnostic> {
    let mut faults = site.faults.clone();
    let resolve = |place: &mut Place| {
        if let Ok(at) = current.binary_search_by(|page| page.page.facts.path.cmp(&place.path)) {
            planned::resolve_key(place, &current[at].page);
        } else if matches!(place.spot, Spot::Key(_)) {
            place.spot = Spot::File;
        }
    };
    for fault in &mut faults {
        resolve(&mut fault.place);
        fault.related.iter_mut().for_each(|(place, _)| resolve(place));
    }
    faults
}

impl Plan {
    /// Whether there is a theme to render with.
    pub fn is_whole(&self) -> bool {
        self.site.theme().is_some()
    }

    /// Takes what only rendering needs, by output, so that it can be let go of output by output and is not held to the end. Whoever
    /// renders without it has it made again of the text on the shelf.
    pub fn take_ingredients(&mut self, texts: &Arc<dyn Shelf>) -> Vec<Ingredients> {
        let take = |page: &mut PlannedPage| {
            let details = page.details.take_if(|_| page.current.is_new())?;
            match std::mem::replace(&mut page.current.content, ContentSource::Shelved(Arc::clone(texts))) {
                ContentSource::Parsed(content) => Some(Ingredient { content, details }),
                ContentSource::Text(_) | ContentSource::Shelved(_) => None,
            }
        };
        let mut taken: Vec<Option<Ingredient>> = self.pages.iter_mut().map(take).collect();
        let gather = |(number, print): (&usize, &Gathered)| {
            let gathered = print.pages.iter().map(|number| taken[*number].clone());
            (*number, gathered.collect::<Option<Vec<_>>>().unwrap_or_default())
        };
        let mut gathered: BTreeMap<usize, Vec<Ingredient>> = self.site.prints.iter().map(gather).collect();
        let mut of = |recipe: &Recipe| match recipe {
            Recipe::Page(number) => taken[*number].take().into_iter().collect(),
            Recipe::Print(number) => gathered.remove(number).unwrap_or_default(),
            _ => Vec::new(),
        };
        // Both are in order of path, and the files of indexes stand between those of the listing.
        let listing = &self.site.listing;
        let mut listed = listing.outputs.iter().zip(&listing.recipes).peekable();
        let of_output = |output: &Output| {
            let recipe = listed.next_if(|(listed, _)| listed.path == output.path).map(|(_, recipe)| recipe);
            Ingredients(recipe.map(&mut of).unwrap_or_default())
        };
        self.outputs.iter().map(of_output).collect()
    }

    fn recipe(&self, output: &Output) -> Option<&Recipe> {
        self.site.listing.recipes.get(self.site.listing.find(&output.path)?)
    }

    /// Whether an output is there for a path of the site.
    fn has(&self, url: &UrlPath) -> bool {
        self.site.has(url) || self.index_files.contains_key(&url.output())
    }

    /// The bytes of a file of an index.
    fn index_file(&self, path: &OutPath) -> Option<Vec<u8>> {
        let (at, file) = self.index_files.get(path)?;
        let index = self.search.get(*at)?;
        Some(index.render(index.files.get(*file)?, &content_of(&self.site, &self.pages)))
    }

    /// What is wrong with a link that a template made of its own.
    fn weigh_link(&self, template: &SourcePath, link: &str) -> Option<Diagnostic> {
        let site = &self.site;
        let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
        let url = UrlPath::new(path);
        let fault = if path.starts_with("/../") || !self.has(&url) {
            let slash = UrlPath::new(&format!("{path}/"));
            let help = if self.has(&slash) {
                format!("write `{slash}`, with a slash at its end")
            } else {
                "use `{{ url(to=\"/…/\") }}` with the path of a page, or `{{ asset(path=\"…\") }}` for a file of `static/`".to_owned()
            };
            (format!("a template links to `{path}`, which the site does not have"), help)
        } else {
            let page = site.routes.page_at(&url).map(|number| &site.routes.pages[number].facts);
            let known = |facts: &Arc<Facts>| facts.anchors.contains(anchor);
            if anchor.is_empty() || page.is_none_or(known) {
                return None;
            }
            (
                format!("a template links to `{link}`, and that page has no anchor `{anchor}`"),
                "give a heading of it that id".to_owned(),
            )
        };
        let place = site.theme().and_then(|theme| theme.templates.find(link)).unwrap_or_else(|| Place::file(template));
        Some(Diagnostic::new(Code::ThemeLink, place, fault.0).help(fault.1))
    }
}

impl Outputs for Plan {
    fn list(&self) -> &[Output] {
        &self.outputs
    }

    fn render(&self, output: &Output, ingredients: Ingredients) -> Rendered {
        if let Some(recipe) = self.recipe(output) {
            return recipe.render(&self.site, &self.pages, ingredients, self.board.as_ref());
        }
        Rendered { bytes: self.index_file(&output.path).unwrap_or_default(), ..Rendered::default() }
    }

    fn weigh(&self, output: &Output, loose_links: &[String]) -> Vec<Diagnostic> {
        let template = self.recipe(output).and_then(|recipe| recipe.template(&self.site, &self.pages));
        let (Some(theme), Some(name)) = (self.site.theme(), template) else { return Vec::new() };
        let template = theme.templates.source(name).cloned();
        let template = template.unwrap_or_else(|| SourcePath::new(format!("templates/{name}")));
        loose_links.iter().filter_map(|link| self.weigh_link(&template, link)).collect()
    }
}
