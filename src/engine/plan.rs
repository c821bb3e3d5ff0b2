//! The pipeline on one screen: sources to a plan.
//!
//! Each phase takes values and gives values; what it finds wrong goes into one list, and the next phase goes on with what
//! is right, so that a build names every fault and not the first.
//!
//! Each phase also takes what it made the last time, and gives that where it would be made from the same: the globals and the
//! site by their digests, a page by its text's, what is planned of a page by both. So what a round costs is what it changes,
//! whoever asks for it, and no list says what depends on what.

use std::hash::BuildHasherDefault;
use std::sync::Arc;

use rayon::prelude::*;

use crate::base::code::Code;
use crate::base::diagnostic::{self, Diagnostic, Place, Spot};
use crate::base::path::{SourcePath, UrlPath};
use crate::base::quick::QuickMap;
use crate::engine::memo::{Known, Memo};
use crate::engine::output::{Output, Outputs, Rendered};
use crate::engine::pages::{self, Current};
use crate::engine::planned::{self, PlannedPage};
use crate::engine::recipe::Recipe;
use crate::engine::site::{Globals, Site};
use crate::page::facts::Facts;
use crate::source::snapshot::{Sources, Text};

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
    /// By page number, as the routes count them.
    pub(super) pages: Vec<PlannedPage>,
    outputs: Vec<Output>,
}

/// Makes a plan from the sources and the texts of their pages. The memo may save work and changes nothing else. `tell` hears
/// the name of each phase as it begins.
pub fn plan(
    sources: &Sources,
    texts: Vec<(SourcePath, Text)>,
    mut memo: Memo,
    tell: &mut dyn FnMut(&'static str),
) -> (Plan, Memo) {
    tell("configure");
    let globals = Globals::read(sources, memo.globals.as_ref());
    tell("parse");
    let current = pages::parse(texts, &memo, globals.markdown());
    tell("link");
    let site = Site::link(sources, &globals, &current, memo.site.as_ref());
    let parsed_anew = current.iter().filter(|page| page.is_new()).count();
    let mut faults: Vec<Diagnostic> = sources.diagnostics.iter().chain(&globals.faults).cloned().collect();
    faults.extend(linked_faults(&site, &current));
    faults.extend(current.iter().flat_map(|page| page.page.diagnostics.iter().cloned()));

    tell("plan");
    // What was planned of a page holds for the site that it was planned in.
    let holds = memo.site_digest == site.digest;
    let mut known = QuickMap::with_capacity_and_hasher(current.len(), BuildHasherDefault::default());
    for page in &current {
        let planned = page.planned.clone().filter(|_| holds);
        known.insert(page.page.facts.path.clone(), Known { text: page.text, page: Arc::clone(&page.page), planned });
    }
    let pages = plan_pages(&site, current, holds);
    for page in &pages {
        faults.extend(page.planned.faults.iter().cloned());
        if let Some(known) = known.get_mut(&page.current.page.facts.path) {
            known.planned = Some(Arc::clone(&page.planned));
        }
    }
    diagnostic::sort(&mut faults);
    let plan = Plan {
        diagnostics: faults,
        base_path: globals.base_path().to_owned(),
        page_count: site.routes.pages.len(),
        parsed_anew,
        outputs: outputs(&site, &pages),
        site: Arc::clone(&site),
        pages,
    };
    memo.differs =
        memo.options != Some(globals.markdown()) || !holds || parsed_anew > 0 || memo.pages.len() != known.len();
    memo.options = Some(globals.markdown());
    memo.site_digest = site.digest;
    (memo.pages, memo.globals, memo.site) = (known, Some(globals), Some(site));
    (plan, memo)
}

/// The pages that have a route, each planned; none without a theme.
fn plan_pages(site: &Site, current: Vec<Current>, holds: bool) -> Vec<PlannedPage> {
    let Some(theme) = site.theme() else { return Vec::new() };
    // Both are in order of path.
    let mut routed = current;
    routed.retain(|page| site.routes.page_of(&page.page.facts.path).is_some());
    routed
        .into_par_iter()
        .enumerate()
        .map(|(number, mut page)| {
            page.planned = page.planned.filter(|_| holds);
            planned::plan(site, theme, number, page)
        })
        .collect()
}

/// The list of outputs with the keys of the pages in it.
fn outputs(site: &Site, pages: &[PlannedPage]) -> Vec<Output> {
    if site.theme().is_none() {
        return Vec::new();
    }
    let mut outputs = site.listing.outputs.clone();
    for (page, at) in pages.iter().zip(&site.listing.pages) {
        outputs[*at].key = page.planned.key;
    }
    outputs
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

    fn recipe(&self, output: &Output) -> Option<&Recipe> {
        self.site.listing.recipes.get(self.site.listing.find(&output.path)?)
    }

    /// What is wrong with a link that a template made of its own.
    fn weigh_link(&self, template: &SourcePath, link: &str) -> Option<Diagnostic> {
        let site = &self.site;
        let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
        let url = UrlPath::new(path);
        let fault = if path.starts_with("/../") || !site.has(&url) {
            let slash = UrlPath::new(&format!("{path}/"));
            let help = if site.has(&slash) {
                format!("write `{slash}`, with a slash at its end")
            } else {
                "use `{{ url(to=\"/…/\") }}` with the path of a page, or `{{ asset(path=\"…\") }}` for a file of `static/`".to_owned()
            };
            (format!("a template links to `{path}`, which the site does not have"), help)
        } else {
            let page = site.routes.page_at(&url).map(|number| &site.routes.pages[number].facts);
            let known = |facts: &Arc<Facts>| facts.anchors.binary_search_by(|known| known.as_str().cmp(anchor)).is_ok();
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

    fn render(&self, output: &Output) -> Rendered {
        self.recipe(output).map_or_else(Rendered::default, |recipe| recipe.render(&self.site, &self.pages))
    }

    fn weigh(&self, output: &Output, loose_links: &[String]) -> Vec<Diagnostic> {
        let template = self.recipe(output).and_then(|recipe| recipe.template(&self.site, &self.pages));
        let (Some(theme), Some(name)) = (self.site.theme(), template) else { return Vec::new() };
        let template = theme.templates.source(name).cloned();
        let template = template.unwrap_or_else(|| SourcePath::new(format!("templates/{name}")));
        loose_links.iter().filter_map(|link| self.weigh_link(&template, link)).collect()
    }
}
