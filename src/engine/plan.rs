//! The pipeline on one screen: sources to a plan.
//!
//! Each phase takes values and gives values; what it finds wrong goes into one list, and the next phase goes on with what
//! is right, so that a build names every fault and not the first.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;
use tera::Value;

use crate::base::code::Code;
use crate::base::diagnostic::{self, Diagnostic, Place, Spot};
use crate::base::digest::Digest;
use crate::base::path::{OutPath, SourcePath, UrlPath};
use crate::engine::memo::Memo;
use crate::engine::output::{Output, Outputs, Rendered};
use crate::engine::pages;
use crate::engine::recipe::{self, Recipe};
use crate::page::facts::Facts;
use crate::page::markdown::Options;
use crate::page::parse::Page;
use crate::render::brand;
use crate::render::fill::{self, Filled, Surroundings};
use crate::render::menu::{self, SharedNavigation};
use crate::render::search::{self, Found};
use crate::render::theme::{self, Theme};
use crate::render::view::{self, Setting};
use crate::site::link::{self, Target, Use};
use crate::site::navigation::{self, Navigation};
use crate::site::prints::{self, Gathered};
use crate::site::register::{self, Entry};
use crate::site::routes::{self, Routes};
use crate::source::config::{self, BaseUrl, Config, ConfigTarget};
use crate::source::data;
use crate::source::reviewers::{self, Reviewers};
use crate::source::snapshot::{CONTENT, SITE_TOML, SourceFile, Sources};

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
    pub(super) site: Option<Site>,
    outputs: Vec<Output>,
    recipes: Vec<Recipe>,
    paths: BTreeSet<OutPath>,
}

/// All that recipes are made from.
pub(super) struct Site {
    pub(super) config: Config,
    pub(super) reviewers: Reviewers,
    pub(super) theme: Theme,
    pub(super) routes: Routes,
    pub(super) navigation: Navigation,
    /// By page number, as the routes count them.
    pub(super) pages: Vec<PlannedPage>,
    /// By section, as the pages in it see the navigation.
    pub(super) shared: HashMap<Option<usize>, SharedNavigation>,
    /// The index of each language, if the theme has a page for searching.
    pub(super) search: Vec<search::Index>,
    /// The sections that are gathered for printing, if the theme has a template for it.
    pub(super) prints: BTreeMap<usize, Gathered>,
    /// Whether the site is read from a disk.
    pub(super) offline: bool,
    pub(super) view_value: Value,
    pub(super) view_digest: Digest,
    pub(super) data_value: Value,
    pub(super) data_digest: Digest,
}

/// A page with all that was found out about it.
pub(super) struct PlannedPage {
    pub(super) page: Arc<Page>,
    pub(super) entry: Entry,
    pub(super) filled: Filled,
    pub(super) lang: String,
    /// Whether it has errors that rendering would only repeat: nothing will be published, so it is not rendered.
    pub(super) broken: bool,
}

/// Makes a plan. The memo may save work and changes nothing else.
pub fn plan(sources: &Sources, memo: &Memo) -> (Plan, Memo) {
    let mut faults = sources.diagnostics.clone();

    let (mut config, found) = config::read_config(sources);
    faults.extend(found);
    override_base_url(&mut config, sources);
    let (reviewers, found) = reviewers::read_reviewers(sources);
    faults.extend(found);
    let (data, found) = data::read_data(sources);
    faults.extend(found);
    let (theme, found) = theme::load(sources, &config);
    faults.extend(found);

    let options = Options::site(config.markdown.smart_punctuation);
    let pages = pages::parse(sources, memo, options);
    faults.extend(pages.pages.iter().flat_map(|page| page.diagnostics.iter().cloned()));

    let facts: Vec<Arc<Facts>> = pages.pages.iter().map(|page| Arc::clone(&page.facts)).collect();
    let drafts = sources.options.drafts || sources.options.preview;
    let (routes, found) = routes::lay_out(&facts, &pages.files, drafts);
    faults.extend(found);
    let (navigation, found) = navigation::build(&routes);
    faults.extend(found);
    faults.extend(config_links(&config, &routes));
    if config.base_url.is_none() && !sources.options.offline {
        faults.push(no_base_url());
    }

    let by_path: HashMap<&SourcePath, &Arc<Page>> = pages.pages.iter().map(|page| (&page.facts.path, page)).collect();
    let mut plan = Plan {
        diagnostics: Vec::new(),
        base_path: config.base_url.as_ref().map_or_else(|| "/".to_owned(), |base| base.path.clone()),
        page_count: routes.pages.len(),
        parsed_anew: pages.parsed_anew,
        site: None,
        outputs: Vec::new(),
        recipes: Vec::new(),
        paths: BTreeSet::new(),
    };
    if let Some(theme) = theme {
        let (planned, found) = plan_pages(sources, &config, &reviewers, &theme, &routes, &by_path);
        faults.extend(found);
        let shared = shared_navigation(&routes, &navigation, &config);
        let search = search_indexes(&theme, &routes, &navigation, &planned, sources.options.offline);
        let has_print = theme.templates.has(view::Kind::Print.template());
        let prints = if has_print { prints::prints(&routes, &navigation) } else { BTreeMap::new() };
        let (brand, found) = brand::view(&config, sources, &theme.names);
        faults.extend(found);
        let site_view = view::site(&config, &routes, &navigation, brand);
        let (view_value, view_digest) = (Value::from_serializable(&site_view), view::digest_of(&site_view));
        let (data_value, data_digest) = (Value::from_serializable(&data), view::digest_of(&data));
        let site = Site {
            config,
            reviewers,
            theme,
            routes,
            navigation,
            pages: planned,
            shared,
            search,
            prints,
            offline: sources.options.offline,
            view_value,
            view_digest,
            data_value,
            data_digest,
        };
        let (outputs, recipes) = recipe::list(&site, sources);
        plan.paths = outputs.iter().map(|output| output.path.clone()).collect();
        (plan.outputs, plan.recipes, plan.site) = (outputs, recipes, Some(site));
    }
    for fault in &mut faults {
        resolve_key(&mut fault.place, &by_path);
        fault.related.iter_mut().for_each(|(place, _)| resolve_key(place, &by_path));
    }
    diagnostic::sort(&mut faults);
    plan.diagnostics = faults;
    (plan, pages.memo)
}

fn override_base_url(config: &mut Config, sources: &Sources) {
    if let Some(Ok(base)) = sources.options.base_url.as_deref().map(BaseUrl::parse) {
        config.base_url = Some(base);
    }
}

fn no_base_url() -> Diagnostic {
    let message = "there is no `base_url`, so canonical links and the sitemap are left out";
    Diagnostic::new(Code::NoBaseUrl, Place::file(&SourcePath::new(SITE_TOML)), message)
        .help("write `base_url = \"https://…\"` in `site.toml`, or give `--base-url`")
}

/// What a phase knows of a page: its entry in the register, its slots, its language, and what is wrong.
fn plan_pages(
    sources: &Sources,
    config: &Config,
    reviewers: &Reviewers,
    theme: &Theme,
    routes: &Routes,
    by_path: &HashMap<&SourcePath, &Arc<Page>>,
) -> (Vec<PlannedPage>, Vec<Diagnostic>) {
    let sizes = |path: &SourcePath| match sources.files.get(path) {
        Some(SourceFile::Binary(binary)) => binary.dimensions,
        _ => None,
    };
    let planned: Vec<(PlannedPage, Vec<Diagnostic>)> = routes
        .pages
        .par_iter()
        .filter_map(|routed| {
            let page = *by_path.get(&routed.facts.path)?;
            let (entry, mut faults) = register::enter(&page.facts, &config.review, reviewers, sources.options.today);
            if page.claim_is_unknown() {
                // Why it is not known has been told, with its place.
                faults.retain(|fault| fault.code != Code::ReviewMissing);
            }
            let around = Surroundings {
                path: &page.facts.path,
                url: &routed.url,
                routes,
                components: &theme.components,
                sizes: &sizes,
            };
            let (filled, found) = fill::fill(&page.body, &page.places, around);
            faults.extend(found);
            let lang = page.facts.lang.clone().unwrap_or_else(|| config.lang.clone());
            faults.extend(page_needs(page, theme, &lang));
            let broken = faults.iter().chain(&page.diagnostics).any(Diagnostic::is_error);
            Some((PlannedPage { page: Arc::clone(page), entry, filled, lang, broken }, faults))
        })
        .collect();
    let (pages, faults): (Vec<_>, Vec<_>) = planned.into_iter().unzip();
    (pages, faults.into_iter().flatten().collect())
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
    if let Some(template) = page.own.template.as_ref().filter(|name| !theme.templates.has(name)) {
        let message = format!("there is no template `{template}`");
        faults.push(
            Diagnostic::new(Code::TemplateMissing, Place::key(path, "template"), message)
                .help("name a file of `templates/`, in the site or in the theme"),
        );
    }
    faults
}

fn shared_navigation(
    routes: &Routes,
    navigation: &Navigation,
    config: &Config,
) -> HashMap<Option<usize>, SharedNavigation> {
    let named: Vec<&str> = view::config_links(config).map(|target| target.to.as_str()).collect();
    let mut sections: Vec<Option<usize>> =
        (0..routes.pages.len()).map(|number| section_of(navigation, number)).chain([None]).collect();
    sections.sort_unstable();
    sections.dedup();
    sections.into_par_iter().map(|section| (section, menu::navigation(routes, navigation, section, &named))).collect()
}

/// The indexes for searching, by language. Drafts are in none: a preview shows them, and nobody is to find them.
fn search_indexes(
    theme: &Theme,
    routes: &Routes,
    navigation: &Navigation,
    pages: &[PlannedPage],
    offline: bool,
) -> Vec<search::Index> {
    if !theme.templates.has(view::Kind::Search.template()) {
        return Vec::new();
    }
    let mut by_lang: BTreeMap<&str, Vec<Found>> = BTreeMap::new();
    for (number, planned) in pages.iter().enumerate().filter(|(_, planned)| !planned.page.facts.draft) {
        let within = navigation.nodes[number].parent.filter(|parent| Some(*parent) != navigation.home);
        by_lang.entry(&planned.lang).or_default().push(Found {
            page: Arc::clone(&planned.page),
            url: routes.pages[number].url.clone(),
            within: within.map(|parent| Arc::clone(&routes.pages[parent].facts)),
        });
    }
    let of = |(lang, found)| Some(search::lay_out(lang, found, &theme.words(lang)?.strings.words, offline));
    by_lang.into_par_iter().filter_map(of).collect()
}

/// The section whose navigation a page shows: itself if it is one, or the one that holds it.
pub(super) fn section_of(navigation: &Navigation, number: usize) -> Option<usize> {
    let node = &navigation.nodes[number];
    if node.children.is_empty() { node.parent } else { Some(number) }
}

fn config_links(config: &Config, routes: &Routes) -> Vec<Diagnostic> {
    let site = SourcePath::new(SITE_TOML);
    let from = SourcePath::new(format!("{CONTENT}/index.md"));
    let fault = |target: &ConfigTarget| {
        let resolved = link::resolve(routes, &from, &target.to, Use::Link);
        let place = Place::span(&site, target.span);
        match resolved {
            Ok(Target::External(_)) => None,
            Ok(_) if target.to.starts_with('/') => None,
            Ok(_) => Some(
                Diagnostic::new(Code::LinkInvalid, place, format!("`{}` does not start with `/`", target.to))
                    .help("a link in `site.toml` is a path from the site's root, such as `/about/`, or a whole URL"),
            ),
            Err(fault) => Some(Diagnostic { help: fault.help, ..Diagnostic::new(fault.code, place, fault.message) }),
        }
    };
    view::config_links(config).filter_map(fault).collect()
}

fn resolve_key(place: &mut Place, pages: &HashMap<&SourcePath, &Arc<Page>>) {
    let Spot::Key(key) = &place.spot else { return };
    let keys = pages.get(&place.path).map(|page| &page.keys);
    let alias = format!("{key}_on");
    let span = keys.and_then(|keys| keys.get(key).or_else(|| keys.get(&alias)).or_else(|| keys.get("title")));
    place.spot = span.map_or(Spot::File, |span| Spot::Span(*span));
}

impl Plan {
    /// Whether there is a theme to render with.
    pub fn is_whole(&self) -> bool {
        self.site.is_some()
    }

    fn recipe(&self, output: &Output) -> Option<&Recipe> {
        let at = self.outputs.binary_search_by(|known| known.path.cmp(&output.path)).ok()?;
        self.recipes.get(at)
    }

    /// What is wrong with a link that a template made of its own.
    fn weigh_link(&self, site: &Site, template: &SourcePath, link: &str) -> Option<Diagnostic> {
        let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
        let url = UrlPath::new(path);
        let fault = if path.starts_with("/../") || !self.paths.contains(&url.output()) {
            let slash = UrlPath::new(&format!("{path}/"));
            let help = if self.paths.contains(&slash.output()) {
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
        let place = site.theme.templates.find(link).unwrap_or_else(|| Place::file(template));
        Some(Diagnostic::new(Code::ThemeLink, place, fault.0).help(fault.1))
    }
}

impl Outputs for Plan {
    fn list(&self) -> &[Output] {
        &self.outputs
    }

    fn render(&self, output: &Output) -> Rendered {
        match (&self.site, self.recipe(output)) {
            (Some(site), Some(recipe)) => recipe.render(site),
            _ => Rendered::default(),
        }
    }

    fn weigh(&self, output: &Output, loose_links: &[String]) -> Vec<Diagnostic> {
        let (Some(site), Some(recipe)) = (&self.site, self.recipe(output)) else { return Vec::new() };
        let Some(name) = recipe.template(site) else { return Vec::new() };
        let template = site.theme.templates.source(&name).cloned();
        let template = template.unwrap_or_else(|| SourcePath::new(format!("templates/{name}")));
        loose_links.iter().filter_map(|link| self.weigh_link(site, &template, link)).collect()
    }
}

/// The setting of a page's view.
pub(super) fn setting(site: &Site) -> Setting<'_> {
    Setting {
        routes: &site.routes,
        navigation: &site.navigation,
        reviewers: &site.reviewers,
        base_url: site.config.base_url.as_ref(),
        prints: &site.prints,
    }
}

/// Outputs and recipes by path, so that no two are at one.
pub(super) type Listing = BTreeMap<OutPath, (Output, Recipe)>;
