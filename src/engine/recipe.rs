//! Recipes: for each output, what its bytes are made from. Its key digests the same things, so that a key cannot forget one.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use tera::{Context, Value};

use crate::base::date::Date;
use crate::base::diagnostic::Diagnostic;
use crate::base::digest::{Digest, Hasher};
use crate::base::path::{SourcePath, UrlPath};
use crate::engine::board::{Board, Form};
use crate::engine::fragments::{self, Viewer};
use crate::engine::output::{Ingredient, Ingredients, Key, Rendered};
use crate::engine::pages::Current;
use crate::engine::planned::{self, PlannedPage};
use crate::engine::site::Site;
use crate::page::parse::{Content, Own, Page};
use crate::render::body::Writer;
use crate::render::document::{self, Document, Finished};
use crate::render::fields::Fields;
use crate::render::fill::Filled;
use crate::render::gather;
use crate::render::inspect::OwnText;
use crate::render::menu;
use crate::render::offline;
use crate::render::search;
use crate::render::site_files::{self, POLICY};
use crate::render::structured_data::{self, Described};
use crate::render::template::{self, NAVIGATION};
use crate::render::theme::{Theme, Words};
use crate::render::view::{self, Kind};
use crate::site::register::Entry;
use crate::site::routes::SEARCH;

/// How an output is made.
#[derive(Clone, Debug)]
pub(super) enum Recipe {
    /// A page, by number.
    Page(usize),
    /// The page for what is not there.
    NotFound,
    /// A page that leads from an old path to a page.
    Redirect(UrlPath, usize),
    /// A section gathered for printing, by number.
    Print(usize),
    /// The page for searching.
    Search,
    /// Where the reviews of all pages stand.
    Board(Form),
    /// The list of pages for those who index them.
    Sitemap,
    /// Bytes that are there already.
    Bytes(Arc<[u8]>),
    /// A copy of a source.
    Copy,
}

/// The template of a page: its own, or its kind's.
fn template_of<'a>(site: &Site, number: usize, own: Option<&'a String>) -> &'a str {
    own.map_or_else(|| view::kind(&site.routes.pages[number]).template(), String::as_str)
}

/// The key of a page's output.
/// A preview shows the words that a build publishes too: the digests of their page and of their slots.
pub(super) fn page_key(
    site: &Site,
    number: usize,
    page: &Page,
    (entry, filled): (&Entry, &Filled),
    passed: Option<(Digest, Digest)>,
) -> Key {
    let Some(words) = site.words(number) else { return Key::default() };
    let placed = view::placed(site.setting(), number, entry, words);
    let shared = site.shared(site.section_of(number)).map(|shared| shared.digest);
    let template = template_of(site, number, page.template.as_ref());
    let document = document_key(site, template, site.lang(number), words);
    Key::new([
        passed.map_or(page.digest, |(passed, _)| Digest::of_value(&(page.digest, passed))),
        passed.map_or(filled.digest, |(_, passed)| Digest::of_value(&(filled.digest, passed))),
        Digest::of_value(&placed),
        shared.unwrap_or_default(),
        document.templates,
        document.words,
        document.site,
        document.data,
    ])
}

/// What every document depends on.
struct DocumentKey {
    templates: Digest,
    words: Digest,
    site: Digest,
    data: Digest,
}

fn document_key(site: &Site, template: &str, lang: &str, words: &Words) -> DocumentKey {
    let theme = site.theme();
    let digest = |add: &dyn Fn(&mut Hasher)| {
        let mut hasher = Hasher::new();
        add(&mut hasher);
        hasher.finish()
    };
    DocumentKey {
        templates: digest(&|hasher| {
            hasher.digest(theme.map(|theme| theme.digest).unwrap_or_default()).part(template);
        }),
        words: digest(&|hasher| _ = hasher.digest(words.digest).part(lang)),
        site: digest(&|hasher| {
            hasher.digest(site.view_digest).part(site.globals.base_path()).number(u64::from(site.globals.offline));
            hasher.number(u64::from(site.searched.contains(lang)));
        }),
        data: if takes_data(site, template) { site.globals.data_digest } else { Digest::default() },
    }
}

/// Whether a template asks for a value of its context.
pub(super) fn mentions(site: &Site, template: &str, variable: &str) -> bool {
    site.theme().is_some_and(|theme| theme.templates.mentions(template, variable))
}

/// Puts the site's data into the context of a template that asks for them.
pub(super) fn insert_data(site: &Site, template: &str, context: &mut Context) {
    if mentions(site, template, "data") {
        context.insert_value("data", site.globals.data_value.clone());
    }
}

/// Whether a document takes anything from the site's data, itself or in the navigation.
fn takes_data(site: &Site, template: &str) -> bool {
    let in_navigation = || mentions(site, template, "navigation") && mentions(site, NAVIGATION, "data");
    mentions(site, template, "data") || in_navigation()
}

pub(super) fn redirect_key(site: &Site, alias: &UrlPath, number: usize) -> Key {
    let Some(words) = site.words(number) else { return Key::default() };
    let page = &site.routes.pages[number];
    let DocumentKey { templates, words, site, data } = document_key(site, "redirect.html", site.lang(number), words);
    let leads = Digest::of_value(&(alias, &page.url, &page.facts.title));
    let none = Digest::default();
    Key::new([none, leads, none, none, templates, words, site, data])
}

/// The key of a page that no source is behind; `listed` is what it lists.
pub(super) fn own_key(site: &Site, kind: Kind, listed: Digest) -> Key {
    let lang = &site.globals.config.lang;
    let Some(words) = site.theme().and_then(|theme| theme.words(lang)) else { return Key::default() };
    let shared = site.shared(None).map(|shared| shared.digest).unwrap_or_default();
    let DocumentKey { templates, words, site, data } = document_key(site, kind.template(), lang, words);
    let none = Digest::default();
    Key::new([none, none, listed, shared, templates, words, site, data])
}

/// The pages of the sitemap, in the order of their sources.
fn in_sitemap(site: &Site) -> Vec<(&UrlPath, Option<Date>)> {
    let pages = site.routes.pages.iter().filter(|page| page.facts.is_found());
    pages.map(|page| (&page.url, page.facts.last_updated)).collect()
}

pub(super) fn sitemap_key(site: &Site) -> Key {
    let base = site.globals.config.base_url.as_ref().map(|base| site_files::absolute(base, &UrlPath::new("/")));
    Digest::of_value(&(base, in_sitemap(site))).into()
}

/// The key of a section gathered for printing: those of its pages are part of it, with all that they are made from. What
/// their links become here is a function of where they led from there.
pub(super) fn print_key(site: &Site, number: usize, pages: &[PlannedPage]) -> Key {
    let (Some(words), Some(gathered)) = (site.words(number), site.prints.get(&number)) else { return Key::default() };
    let keys: Vec<Key> = gathered.pages.iter().map(|number| pages[*number].planned.key).collect();
    let shared = site.shared(site.section_of(number)).map(|shared| shared.digest).unwrap_or_default();
    let facts = &site.routes.pages[number].facts;
    let placed = Digest::of_value(&(&gathered.url, &facts.title));
    let document = document_key(site, Kind::Print.template(), site.lang(number), words);
    let DocumentKey { templates, words, site, data } = document;
    Key::new([Digest::of_value(&keys), Digest::default(), placed, shared, templates, words, site, data])
}

impl Recipe {
    /// The template that makes the output, if one does.
    pub(super) fn template<'a>(&self, site: &Site, pages: &'a [PlannedPage]) -> Option<&'a str> {
        match self {
            Self::Page(number) => Some(template_of(site, *number, pages[*number].current.page.template.as_ref())),
            Self::NotFound => Some(Kind::NotFound.template()),
            Self::Redirect(..) => Some("redirect.html"),
            Self::Print(_) => Some(Kind::Print.template()),
            Self::Search => Some(Kind::Search.template()),
            Self::Board(Form::Page) => Some(Kind::Reviews.template()),
            Self::Board(_) | Self::Sitemap | Self::Bytes(_) | Self::Copy => None,
        }
    }

    /// Makes the output.
    pub(super) fn render(
        &self,
        site: &Site,
        pages: &[PlannedPage],
        Ingredients(mut ingredients): Ingredients,
        board: Option<&Board>,
    ) -> Rendered {
        let finished = match self {
            Self::Page(number) => page(site, *number, &pages[*number], ingredients.pop()),
            Self::NotFound => own(site, Kind::NotFound),
            Self::Search => own(site, Kind::Search),
            Self::Board(form) => board.and_then(|board| board.render(site, *form)),
            Self::Print(number) => print(site, *number, pages, ingredients),
            Self::Redirect(alias, number) => redirect(site, alias, *number),
            Self::Sitemap => sitemap(site),
            Self::Bytes(bytes) => Some(Finished { bytes: bytes.to_vec(), ..Finished::default() }),
            Self::Copy => None,
        };
        let Finished { bytes, diagnostics, loose_links } = finished.unwrap_or_default();
        Rendered { bytes, diagnostics, loose_links }
    }
}

/// What every document's template sees.
pub(super) fn base_context(site: &Site, lang: &str, words: &Words, root: &str) -> Context {
    template::context([
        ("view_version", Value::from(crate::source::theme_manifest::VIEW_VERSION)),
        ("lang", Value::from(lang)),
        ("dir", Value::from(words.strings.dir.as_str())),
        ("csp", Value::from(POLICY)),
        ("strings", words.value.clone()),
        ("site", site.view_value.clone()),
        ("root", Value::from(root)),
        ("search", search_value(site, lang)),
    ])
}

/// Where the page for searching is and where the index of a language starts; none without that page.
fn search_value(site: &Site, lang: &str) -> Value {
    if !site.has_search() {
        return Value::none();
    }
    let index = site.searched.get(lang).map(|lang| search::start(lang));
    Value::from(BTreeMap::from([
        ("path".to_owned(), Value::from(SEARCH.trim_start_matches('/'))),
        ("index".to_owned(), index.map_or_else(Value::none, |path| Value::from(path.as_str()))),
    ]))
}

/// Renders a template at a URL, with the navigation and the data if it asks for them; a viewer sees a navigation. `is_checked` is
/// a document's.
pub(super) fn document(
    site: &Site,
    template: &str,
    mut context: Context,
    viewer: Option<Viewer<'_>>,
    (url, source): (&UrlPath, Option<&SourcePath>),
    text: Option<OwnText<'_>>,
    is_checked: &dyn Fn(&str) -> bool,
) -> Option<Finished> {
    let navigation = match viewer.map(|viewer| fragments::navigate(site, template, viewer, &mut context)) {
        Some(Err(diagnostics)) => return Some(Finished { diagnostics, ..Finished::default() }),
        Some(Ok(navigation)) => navigation,
        None => None,
    };
    insert_data(site, template, &mut context);
    Some(document::render(&Document {
        templates: &site.theme()?.templates,
        template,
        context,
        url,
        source,
        base: site.globals.base_path(),
        offline: site.globals.offline,
        navigation: navigation.as_deref(),
        text,
        is_checked,
    }))
}

/// A page's own text as HTML.
fn html(
    site: &Site,
    theme: &Theme,
    number: usize,
    parsed: &Content,
    filled: &Filled,
) -> Result<String, Vec<Diagnostic>> {
    let Some(words) = site.words(number) else { return Ok(String::new()) };
    let implicits = || {
        template::context([
            ("strings", words.value.clone()),
            ("publisher", site.view_value.get_from_path("publisher").cloned().unwrap_or_else(Value::none)),
            ("lang", Value::from(site.lang(number))),
        ])
    };
    let headings = &parsed.own.headings;
    Writer { templates: &theme.templates, words, filled, headings, implicits: &implicits }.html(&parsed.body)
}

/// Nothing where what is wrong has been told: a theme or words that are not there, a page that is broken.
fn page(site: &Site, number: usize, planned: &PlannedPage, ingredient: Option<Ingredient>) -> Option<Finished> {
    let (theme, words) = (site.theme()?, site.words(number)?);
    if planned.planned.broken {
        return None;
    }
    let page = &planned.current.page;
    let Ingredient { content: parsed, details } = ingredient.unwrap_or_else(|| planned.ingredient(site, number));
    let (entry, filled) = &*details;
    let lang = site.lang(number);
    let html = match html(site, theme, number, &parsed, filled) {
        Ok(html) => html,
        Err(diagnostics) => return Some(Finished { diagnostics, ..Finished::default() }),
    };
    let url = &site.routes.pages[number].url;
    let template = template_of(site, number, page.template.as_ref());
    let placed = view::placed(site.setting(), number, entry, words);
    let section = site.section_of(number);
    let root = url.to_root();
    let mut context = base_context(site, lang, words, &root);
    context.insert_value("page", view::page(placed, &parsed.own, &html, words, theme.templates.page_fields()));
    let reviewed_words = planned.current.passed.as_ref().and_then(|passed| passed_words(site, theme, number, passed));
    context.insert_value("passed", reviewed_words.unwrap_or_else(Value::none));
    if mentions(site, template, "structured_data") {
        context.insert_value("structured_data", structured_data(site, number, page, &parsed.own, entry));
    }
    let is_checked = |link: &str| {
        site.is_named(section, link)
            || filled.checked.iter().any(|checked| checked == link)
            || site.routes.page_with_url(link).is_some_and(|page| is_neighbor(site, number, page))
            || site.prints.get(&number).is_some_and(|gathered| gathered.url.as_str() == link)
    };
    let viewer = Viewer { section, lang, words, root: &root };
    let is_plain = parsed.body.is_plain() && filled.links.iter().all(|link| link.term.is_none());
    let text = OwnText { html: &html, links: &filled.links, ids: is_plain.then_some(&page.facts.anchors) };
    document(site, template, context, Some(viewer), (url, Some(&page.facts.path)), Some(text), &is_checked)
}

/// In a preview, the words that a build publishes in a page's place. Their ids are their own, so that none stands twice.
fn passed_words(site: &Site, theme: &Theme, number: usize, passed: &Current) -> Option<Value> {
    let ((_, filled), _) = planned::weigh(site, number, passed);
    let html = html(site, theme, number, &passed.content(site.globals.markdown()), &filled).ok()?;
    let url = &site.routes.pages[number].url;
    Some(Value::safe_string(&gather::embed(&html, url, url, "passed-")))
}

/// Whether a page's view names another beside the navigation: among its crumbs, its children, those before and after it.
fn is_neighbor(site: &Site, page: usize, other: usize) -> bool {
    let nodes = &site.navigation.nodes;
    let node = &nodes[page];
    let is_above = || site.navigation.ancestors(page).contains(&other);
    nodes[other].parent == Some(page) || node.previous == Some(other) || node.next == Some(other) || is_above()
}

/// What a page says of itself to programs; nothing where its URL is not known, or it is not to be found.
fn structured_data(site: &Site, number: usize, page: &Page, own: &Own, entry: &Entry) -> Value {
    let config = &site.globals.config;
    let base = config.base_url.as_ref().filter(|_| page.facts.is_found());
    let url = &site.routes.pages[number].url;
    let described = Described { facts: &page.facts, own, entry, url, lang: site.lang(number) };
    base.map_or_else(Value::none, |base| {
        Value::safe_string(&structured_data::json_ld(described, base, config, &site.globals.reviewers))
    })
}

fn sitemap(site: &Site) -> Option<Finished> {
    let base = site.globals.config.base_url.as_ref()?;
    let mut pages = in_sitemap(site);
    pages.par_sort_unstable();
    let text = site_files::sitemap(&pages, base);
    Some(Finished { bytes: text.into_bytes(), ..Finished::default() })
}

/// A page that no source is behind.
fn own(site: &Site, kind: Kind) -> Option<Finished> {
    let theme = site.theme()?;
    let lang = &site.globals.config.lang;
    let words = theme.words(lang)?;
    let base = site.globals.base_path();
    let word = |name: &str| words.strings.words.get(name).map(String::as_str);
    let (url, title) = match kind {
        Kind::Search => (UrlPath::new(SEARCH), word("search_title").unwrap_or("")),
        _ => (UrlPath::new("/404.html"), word("not_found_title").unwrap_or("404")),
    };
    // The page for what is not there is served at any depth.
    let is_fixed = kind == Kind::Search || site.globals.offline;
    let root = if is_fixed { url.to_root() } else { base.to_owned() };
    let mut context = base_context(site, lang, words, &root);
    context.insert_value("page", view::own(kind, url.from_root(), title, words));
    if kind == Kind::Search {
        context.insert_value("all_pages", menu::all_pages(&site.routes, &site.navigation).value);
    }
    let template = kind.template();
    let is_listed = |link: &str| kind == Kind::Search && site.routes.page_with_url(link).is_some();
    let viewer = Viewer { section: None, lang, words, root: &root };
    let is_checked = |link: &str| site.is_named(None, link) || is_listed(link);
    document(site, template, context, Some(viewer), (&url, None), None, &is_checked)
}

/// A section gathered for printing. The faults of its pages are told where they stand, and not here again.
fn print(site: &Site, number: usize, pages: &[PlannedPage], ingredients: Vec<Ingredient>) -> Option<Finished> {
    let (theme, words, gathered) = (site.theme()?, site.words(number)?, site.prints.get(&number)?);
    if gathered.pages.iter().any(|number| pages[*number].planned.broken) {
        return None;
    }
    let mut checked: Vec<String> = Vec::new();
    let mut parts = Vec::with_capacity(gathered.pages.len());
    let mut ingredients = ingredients.into_iter();
    for number in &gathered.pages {
        let ingredient = ingredients.next().unwrap_or_else(|| pages[*number].ingredient(site, *number));
        let Ingredient { content: parsed, details } = ingredient;
        let (entry, filled) = &*details;
        let from = &site.routes.pages[*number].url;
        let anchor = format!("part-{}", parts.len() + 1);
        let html = html(site, theme, *number, &parsed, filled).ok()?;
        let content = gather::embed(&html, from, &gathered.url, &format!("{anchor}-"));
        let words = site.words(*number)?;
        let placed = view::placed(site.setting(), *number, entry, words);
        let mut part = view::page(placed, &parsed.own, &content, words, &Fields::all()).into_map().unwrap_or_default();
        part.insert("anchor".into(), Value::from(anchor));
        parts.push(Value::from(part));
        checked.push(from.to_string());
        checked.extend(filled.checked.iter().cloned());
    }
    let page = &site.routes.pages[number];
    let (section, lang, root) = (site.section_of(number), site.lang(number), gathered.url.to_root());
    let mut context = base_context(site, lang, words, &root);
    context.insert_value("page", view::own(Kind::Print, gathered.url.from_root(), &page.facts.title, words));
    context.insert_value("section", parts.first().cloned().unwrap_or_else(Value::none));
    context.insert_value("pages", Value::from(parts));
    let template = Kind::Print.template();
    let viewer = Viewer { section, lang, words, root: &root };
    let is_checked = |link: &str| site.is_named(section, link) || checked.iter().any(|checked| checked == link);
    document(site, template, context, Some(viewer), (&gathered.url, Some(&page.facts.path)), None, &is_checked)
}

fn redirect(site: &Site, alias: &UrlPath, number: usize) -> Option<Finished> {
    let words = site.words(number)?;
    let page = &site.routes.pages[number];
    let mut context = base_context(site, site.lang(number), words, &alias.to_root());
    let canonical = site.globals.config.base_url.as_ref().map(|base| site_files::absolute(base, &page.url));
    let target = alias.relative(&page.url);
    let target = if site.globals.offline { offline::to_file(&target) } else { target };
    context.insert_value("target", Value::from(target));
    context.insert_value("canonical", canonical.map_or_else(Value::none, Value::from));
    context.insert_value("title", Value::from(page.facts.title.as_str()));
    let is_checked = |link: &str| link == page.url.as_str();
    document(site, "redirect.html", context, None, (alias, Some(&page.facts.path)), None, &is_checked)
}
