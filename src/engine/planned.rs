//! One page as a part of the site: its entry in the register, its slots filled, its key, and what is wrong with it.

use std::sync::Arc;

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place, Spot};
use crate::base::path::SourcePath;
use crate::engine::memo::Planned;
use crate::engine::output::Ingredient;
use crate::engine::pages::Current;
use crate::engine::recipe;
use crate::engine::site::Site;
use crate::page::facts::Facts;
use crate::page::parse::Page;
use crate::render::fill::{self, Filled, Surroundings};
use crate::render::theme::Theme;
use crate::site::link::{self, Target, Use};
use crate::site::register::Entry;
use crate::source::snapshot::SITE_TOML;

/// A page with all that was found out about it.
pub(super) struct PlannedPage {
    /// The page.
    pub(super) current: Current,
    /// What it and the site come to.
    pub(super) planned: Arc<Planned>,
    /// What it is rendered with, if it was planned in this build; else it is found out again where it is rendered.
    pub(super) details: Option<Arc<(Entry, Filled)>>,
}

impl PlannedPage {
    /// What it is rendered with: as it was parsed and planned in this build, or again.
    pub(super) fn ingredient(&self, site: &Site, number: usize) -> Ingredient {
        let details = self.details.clone().unwrap_or_else(|| Arc::new(weigh(site, number, &self.current).0));
        Ingredient { content: self.current.content(site.globals.markdown()), details }
    }
}

/// Plans a page, unless what was planned of it stands.
pub(super) fn plan(site: &Site, theme: &Theme, number: usize, current: Current) -> PlannedPage {
    if let Some(planned) = &current.planned {
        let planned = Arc::clone(planned);
        return PlannedPage { current, planned, details: None };
    }
    let page = &current.page;
    let ((entry, filled), mut faults) = weigh(site, number, &current);
    faults.extend(page_needs(page, theme, site.lang(number)));
    let passed = current.passed.as_ref().map(|passed| {
        let ((_, filled), found) = weigh(site, number, passed);
        faults.extend(found.into_iter().chain(passed.page.diagnostics.iter().cloned()));
        (passed.page.digest, filled.digest)
    });
    resolve_keys(&mut faults, page);
    let broken = faults.iter().chain(&page.diagnostics).any(Diagnostic::is_error);
    let key = recipe::page_key(site, number, page, (&entry, &filled), passed);
    PlannedPage {
        planned: Arc::new(Planned { key, reviewed: current.reviewed_digest(), faults, broken }),
        details: Some(Arc::new((entry, filled))),
        current,
    }
}

/// What is wrong with a page as a part of a site that is not published with it.
pub(super) fn faults(site: &Site, number: usize, current: &Current) -> Vec<Diagnostic> {
    let (_, mut faults) = weigh(site, number, current);
    resolve_keys(&mut faults, &current.page);
    faults
}

/// Weighs a page's reviews, and fills its slots.
pub(super) fn weigh(site: &Site, number: usize, current: &Current) -> ((Entry, Filled), Vec<Diagnostic>) {
    let page = &current.page;
    let reviewed = current.reviewed.as_deref();
    let (entry, mut faults) = site.enter(number, reviewed);
    faults.extend(reviewed.iter().flat_map(|reviewed| reviewed.faults.iter().cloned()));
    if page.origin.is_some() {
        // What is wrong with its reviews has been told of the page's own words.
        faults.clear();
    }
    if page.claim_is_unknown() {
        // Why it is not known has been told, with its place.
        faults.retain(|fault| fault.code != Code::ReviewMissing);
    }
    if page.origin.is_none() {
        faults.extend(successor(site, &page.facts));
    }
    let Some(theme) = site.theme() else { return ((entry, Filled::default()), faults) };
    let around = Surroundings {
        path: page.file(),
        origin: page.origin.as_ref(),
        url: &site.routes.pages[number].url,
        routes: &site.routes,
        glossaries: &site.glossaries,
        components: &theme.components,
        sizes: &|path| site.sizes.get(path).copied(),
    };
    let (filled, found) = fill::fill(&page.slots, &page.places, around);
    faults.extend(found);
    ((entry, filled), faults)
}

/// A withdrawn page leads its readers on to a page of the site.
fn successor(site: &Site, facts: &Facts) -> Option<Diagnostic> {
    let target = facts.withdrawn.as_ref()?.successor.as_ref()?;
    let place = Place::key(&facts.path, "withdrawn");
    match link::resolve(&site.routes, &facts.path, target, Use::Link) {
        Ok(Target::Page { .. }) => None,
        Ok(_) => Some(
            Diagnostic::new(Code::LinkInvalid, place, format!("`successor` is no page of this site: `{target}`"))
                .help("name the page that took the place of this one, such as `/risks/` or `risks.md`"),
        ),
        Err(fault) => Some(Diagnostic { help: fault.help, ..Diagnostic::new(fault.code, place, fault.message) }),
    }
}

/// What a page asks of the theme that it may not have: words of its language, a template of its own.
fn page_needs(page: &Page, theme: &Theme, lang: &str) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    let path = &page.facts.path;
    if theme.words(lang).is_none() {
        let place =
            if page.facts.lang.is_some() { Place::key(path, "lang") } else { Place::file(&SourcePath::new(SITE_TOML)) };
        let message = format!("the theme has no words for the language `{lang}`");
        faults.push(
            Diagnostic::new(Code::StringMissing, place, message)
                .help(format!("add `i18n/{lang}.toml` to the theme, with the words that its other languages have")),
        );
    }
    if let Some(template) = page.template.as_ref().filter(|name| !theme.templates.has(name)) {
        let message = format!("there is no template `{template}`");
        faults.push(
            Diagnostic::new(Code::TemplateMissing, Place::key(path, "template"), message)
                .help("name a file of `templates/`, in the site or in the theme"),
        );
    }
    faults
}

fn resolve_keys(faults: &mut [Diagnostic], page: &Page) {
    for fault in faults {
        resolve_key(&mut fault.place, page);
        fault.related.iter_mut().for_each(|(place, _)| resolve_key(place, page));
    }
}

/// Turns the name of a front matter key into its place, if it is a key of this page.
pub(super) fn resolve_key(place: &mut Place, page: &Page) {
    let Spot::Key(key) = &place.spot else { return };
    if place.path != page.facts.path {
        return;
    }
    let alias = format!("{key}_on");
    let span = page.keys.get(key).or_else(|| page.keys.get(&alias)).or_else(|| page.keys.get("title"));
    place.spot = span.map_or(Spot::File, |span| Spot::Span(*span));
}
