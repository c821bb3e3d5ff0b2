//! Recipes: for each output, what its bytes are made from. Its key digests the same things, so that a key cannot forget one.

use std::sync::Arc;

use tera::{Context, Value};

use crate::base::digest::{Digest, Hasher};
use crate::base::path::{OutPath, SourcePath, UrlPath};
use crate::engine::output::{From, Key, Output, Rendered, Wave};
use crate::engine::planned::{self, PlannedPage};
use crate::engine::site::Site;
use crate::page::parse::{Own, Page};
use crate::render::body::Writer;
use crate::render::document::{self, Document, Finished};
use crate::render::fill::Filled;
use crate::render::site_files::{self, POLICY};
use crate::render::structured_data::{self, Described};
use crate::render::template;
use crate::render::theme::{Static, Words};
use crate::render::view::{self, Kind};
use crate::site::register::Entry;
use crate::source::snapshot::SourceFile;

/// How an output is made.
#[derive(Clone, Debug)]
pub(super) enum Recipe {
    /// A page, by number.
    Page(usize),
    /// The page for what is not there.
    NotFound,
    /// A page that leads from an old path to a page.
    Redirect(UrlPath, usize),
    /// Bytes that are there already.
    Bytes(Arc<[u8]>),
    /// A copy of a source.
    Copy,
}

/// All outputs of a site with their recipes, in order of path, no path twice.
#[derive(Default)]
pub(super) struct Listing {
    pub(super) outputs: Vec<Output>,
    pub(super) recipes: Vec<Recipe>,
    /// Where each page's output is in the list, by page number.
    pub(super) pages: Vec<usize>,
}

impl Listing {
    /// Where the output of a path is.
    pub(super) fn find(&self, path: &OutPath) -> Option<usize> {
        self.outputs.binary_search_by(|output| output.path.cmp(path)).ok()
    }
}

/// Lists the outputs. What a page's bytes depend on is known only with its text, so its key is left open.
pub(super) fn list(site: &Site, files: &[(&SourcePath, &SourceFile)]) -> Listing {
    let mut list: Vec<(Output, Recipe)> = Vec::with_capacity(site.routes.pages.len() + files.len());
    for (number, page) in site.routes.pages.iter().enumerate() {
        list.push(rendered(page.url.output(), Key::default(), Wave::Page, Recipe::Page(number)));
    }
    for (alias, number) in &site.routes.aliases {
        let key = redirect_key(site, alias, *number);
        list.push(rendered(alias.output(), key, Wave::Page, Recipe::Redirect(alias.clone(), *number)));
    }
    list.push(rendered(OutPath::new("404.html"), not_found_key(site), Wave::Page, Recipe::NotFound));
    for (source, file) in files {
        if let Some(url) = site.routes.files.get(*source) {
            list.push(copied(url.output(), source, file.digest()));
        }
    }
    for (path, file) in site.theme().into_iter().flat_map(|theme| &theme.statics) {
        list.push(match file {
            Static::Bytes(bytes) => {
                rendered(path.clone(), Digest::of(bytes).into(), Wave::Asset, Recipe::Bytes(Arc::clone(bytes)))
            }
            Static::Copied { source, digest } => copied(path.clone(), source, *digest),
        });
    }
    for (name, text) in host_files(site) {
        let bytes: Arc<[u8]> = text.into_bytes().into();
        list.push(rendered(OutPath::new(name), Digest::of(&bytes).into(), Wave::Index, Recipe::Bytes(bytes)));
    }
    // Of two at one path the routes have told; either will do, since nothing is published then.
    list.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
    list.dedup_by(|(a, _), (b, _)| a.path == b.path);
    let mut pages = vec![0; site.routes.pages.len()];
    for (at, (_, recipe)) in list.iter().enumerate() {
        if let Recipe::Page(number) = recipe {
            pages[*number] = at;
        }
    }
    let (outputs, recipes) = list.into_iter().unzip();
    Listing { outputs, recipes, pages }
}

fn rendered(path: OutPath, key: Key, wave: Wave, recipe: Recipe) -> (Output, Recipe) {
    (Output { path, key, wave, from: From::Rendered }, recipe)
}

fn copied(path: OutPath, source: &SourcePath, digest: Digest) -> (Output, Recipe) {
    let from = From::Copied { source: source.clone(), digest };
    (Output { path, key: digest.into(), wave: Wave::Asset, from }, Recipe::Copy)
}

fn host_files(site: &Site) -> Vec<(&'static str, String)> {
    let base = site.globals.config.base_url.as_ref();
    let aliases = site.routes.aliases.iter().map(|(alias, number)| (alias, &site.routes.pages[*number].url));
    let mut files = vec![
        (".nojekyll", String::new()),
        ("_headers", site_files::headers()),
        ("_redirects", site_files::redirects(aliases, site.globals.base_path())),
        ("robots.txt", site_files::robots(base)),
    ];
    if let Some(base) = base {
        let pages = site.routes.pages.iter().filter(|page| !page.facts.draft);
        let mut pages: Vec<_> = pages.map(|page| (&page.url, page.facts.last_updated)).collect();
        pages.sort();
        files.push(("sitemap.xml", site_files::sitemap(pages.into_iter(), base)));
    }
    files
}

/// The template of a page: its own, or its kind's.
fn template_of<'a>(site: &Site, number: usize, own: Option<&'a String>) -> &'a str {
    own.map_or_else(|| view::kind(&site.routes.pages[number]).template(), String::as_str)
}

/// The key of a page's output.
pub(super) fn page_key(site: &Site, number: usize, page: &Page, entry: &Entry, filled: &Filled) -> Key {
    let Some(words) = site.words(number) else { return Key::default() };
    let placed = view::placed(site.setting(), number, entry, words);
    let shared = site.shared.get(&site.section_of(number)).map(|shared| shared.digest);
    let template = template_of(site, number, page.template.as_ref());
    let document = document_key(site, template, site.lang(number), words);
    Key::new([
        page.digest,
        filled.digest,
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
        site: digest(&|hasher| _ = hasher.digest(site.view_digest).part(site.globals.base_path())),
        data: if uses_data(site, template) { site.globals.data_digest } else { Digest::default() },
    }
}

fn uses_data(site: &Site, template: &str) -> bool {
    site.theme().is_some_and(|theme| theme.templates.uses_data(template))
}

fn redirect_key(site: &Site, alias: &UrlPath, number: usize) -> Key {
    let Some(words) = site.words(number) else { return Key::default() };
    let page = &site.routes.pages[number];
    let DocumentKey { templates, words, site, data } = document_key(site, "redirect.html", site.lang(number), words);
    let leads = Digest::of_value(&(alias, &page.url, &page.facts.title));
    let none = Digest::default();
    Key::new([none, leads, none, none, templates, words, site, data])
}

fn not_found_key(site: &Site) -> Key {
    let lang = &site.globals.config.lang;
    let Some(words) = site.theme().and_then(|theme| theme.words(lang)) else { return Key::default() };
    let shared = site.shared.get(&None).map(|shared| shared.digest).unwrap_or_default();
    let DocumentKey { templates, words, site, data } = document_key(site, Kind::NotFound.template(), lang, words);
    let none = Digest::default();
    Key::new([none, none, none, shared, templates, words, site, data])
}

impl Recipe {
    /// The template that makes the output, if one does.
    pub(super) fn template<'a>(&self, site: &Site, pages: &'a [PlannedPage]) -> Option<&'a str> {
        match self {
            Self::Page(number) => Some(template_of(site, *number, pages[*number].current.page.template.as_ref())),
            Self::NotFound => Some(Kind::NotFound.template()),
            Self::Redirect(..) => Some("redirect.html"),
            Self::Bytes(_) | Self::Copy => None,
        }
    }

    /// Makes the output.
    pub(super) fn render(&self, site: &Site, pages: &[PlannedPage]) -> Rendered {
        let finished = match self {
            Self::Page(number) => page(site, *number, &pages[*number]),
            Self::NotFound => not_found(site),
            Self::Redirect(alias, number) => redirect(site, alias, *number),
            Self::Bytes(bytes) => Some(Finished { bytes: bytes.to_vec(), ..Finished::default() }),
            Self::Copy => None,
        };
        let Finished { bytes, diagnostics, loose_links } = finished.unwrap_or_default();
        Rendered { bytes, diagnostics, loose_links }
    }
}

/// What every document's template sees.
fn base_context(site: &Site, lang: &str, words: &Words, root: &str) -> Context {
    template::context([
        ("view_version", Value::from(crate::source::theme_manifest::VIEW_VERSION)),
        ("lang", Value::from(lang)),
        ("dir", Value::from(words.strings.dir.as_str())),
        ("csp", Value::from(POLICY)),
        ("strings", words.value.clone()),
        ("site", site.view_value.clone()),
        ("root", Value::from(root)),
    ])
}

/// Nothing where what is wrong has been told: a theme or words that are not there, a page that is broken.
fn page(site: &Site, number: usize, planned: &PlannedPage) -> Option<Finished> {
    let (theme, words) = (site.theme()?, site.words(number)?);
    if planned.planned.broken {
        return None;
    }
    let page = &planned.current.page;
    let parsed = planned.current.content(site.globals.markdown());
    let again;
    let (entry, filled) = if let Some(details) = &planned.details {
        &**details
    } else {
        again = planned::weigh(site, number, page).0;
        &again
    };
    let lang = site.lang(number);
    let implicits = template::context([
        ("strings", words.value.clone()),
        ("publisher", site.view_value.get_from_path("publisher").cloned().unwrap_or_else(Value::none)),
        ("lang", Value::from(lang)),
    ]);
    let writer = Writer { templates: &theme.templates, words, filled, implicits: &implicits };
    let html = match writer.html(&parsed.body) {
        Ok(html) => html,
        Err(diagnostics) => return Some(Finished { diagnostics, ..Finished::default() }),
    };
    let url = &site.routes.pages[number].url;
    let template = template_of(site, number, page.template.as_ref());
    let placed = view::placed(site.setting(), number, entry, words);
    let mut context = base_context(site, lang, words, &url.to_root());
    context.insert_value("page", view::page(&placed, &parsed.own, &html));
    context.insert_value("structured_data", structured_data(site, number, page, &parsed.own, entry));
    let section = site.section_of(number);
    context.insert_value("nav", navigation_value(site, section));
    if uses_data(site, template) {
        context.insert_value("data", site.globals.data_value.clone());
    }
    let is_checked = |link: &str| {
        site.is_named(section, link)
            || filled.checked.iter().any(|checked| checked == link)
            || site.routes.page_with_url(link).is_some_and(|page| is_neighbor(site, number, page))
    };
    Some(document::render(&Document {
        templates: &theme.templates,
        template,
        context,
        url,
        source: Some(&page.facts.path),
        base: site.globals.base_path(),
        is_checked: &is_checked,
    }))
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
    let base = config.base_url.as_ref().filter(|_| !page.facts.draft);
    let url = &site.routes.pages[number].url;
    let described = Described { facts: &page.facts, own, entry, url, lang: site.lang(number) };
    base.map_or_else(Value::none, |base| {
        Value::safe_string(&structured_data::json_ld(described, base, config, &site.globals.reviewers))
    })
}

fn navigation_value(site: &Site, section: Option<usize>) -> Value {
    site.shared.get(&section).map_or_else(|| Value::from(Vec::<Value>::new()), |shared| shared.value.clone())
}

fn not_found(site: &Site) -> Option<Finished> {
    let theme = site.theme()?;
    let lang = &site.globals.config.lang;
    let words = theme.words(lang)?;
    let base = site.globals.base_path();
    let mut context = base_context(site, lang, words, base);
    let title = words.strings.words.get("not_found_title").map_or("404", String::as_str);
    context.insert_value("page", view::not_found(title));
    context.insert_value("nav", navigation_value(site, None));
    let template = Kind::NotFound.template();
    if uses_data(site, template) {
        context.insert_value("data", site.globals.data_value.clone());
    }
    Some(document::render(&Document {
        templates: &theme.templates,
        template,
        context,
        url: &UrlPath::new("/404.html"),
        source: None,
        base,
        is_checked: &|link| site.is_named(None, link),
    }))
}

fn redirect(site: &Site, alias: &UrlPath, number: usize) -> Option<Finished> {
    let (theme, words) = (site.theme()?, site.words(number)?);
    let page = &site.routes.pages[number];
    let mut context = base_context(site, site.lang(number), words, &alias.to_root());
    let canonical = site.globals.config.base_url.as_ref().map(|base| site_files::absolute(base, &page.url));
    context.insert_value("target", Value::from(alias.relative(&page.url)));
    context.insert_value("canonical", canonical.map_or_else(Value::none, Value::from));
    context.insert_value("title", Value::from(page.facts.title.as_str()));
    Some(document::render(&Document {
        templates: &theme.templates,
        template: "redirect.html",
        context,
        url: alias,
        source: Some(&page.facts.path),
        base: site.globals.base_path(),
        is_checked: &|link| link == page.url.as_str(),
    }))
}
