//! Recipes: for each output, what its bytes are made from. Its key digests the same things, so that a key cannot forget one.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use tera::{Context, Value};

use crate::base::diagnostic::Diagnostic;
use crate::base::digest::{Digest, Hasher};
use crate::base::path::{OutPath, SourcePath, UrlPath};
use crate::engine::output::{From, Output, Rendered, Wave};
use crate::engine::plan::{self, Listing, PlannedPage, Site};
use crate::render::document::{self, Document, Finished};
use crate::render::gather;
use crate::render::menu;
use crate::render::offline;
use crate::render::search;
use crate::render::site_files::{self, POLICY};
use crate::render::template;
use crate::render::theme::{Static, Words};
use crate::render::view::{self, Kind};
use crate::site::prints::Gathered;
use crate::site::routes::SEARCH;
use crate::source::snapshot::Sources;

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
    /// A file of an index: by the index's number and its own.
    Index(usize, usize),
    /// Bytes that are there already.
    Bytes(Arc<[u8]>),
    /// A copy of a source.
    Copy,
}

/// All outputs of a site with their recipes, in order of path.
pub(super) fn list(site: &Site, sources: &Sources) -> (Vec<Output>, Vec<Recipe>) {
    let mut listing = Listing::new();
    let keys: Vec<Digest> = (0..site.pages.len()).into_par_iter().map(|number| page_key(site, number)).collect();
    for (number, key) in keys.into_iter().enumerate() {
        let path = site.routes.pages[number].url.output();
        add(&mut listing, path, key, Wave::Page, Recipe::Page(number));
    }
    for (number, gathered) in &site.prints {
        let key = print_key(site, *number, gathered);
        add(&mut listing, gathered.url.output(), key, Wave::Page, Recipe::Print(*number));
    }
    for (alias, number) in &site.routes.aliases {
        let key = redirect_key(site, alias, *number);
        add(&mut listing, alias.output(), key, Wave::Page, Recipe::Redirect(alias.clone(), *number));
    }
    add(&mut listing, OutPath::new("404.html"), own_key(site, Kind::NotFound), Wave::Page, Recipe::NotFound);
    if site.theme.templates.has(Kind::Search.template()) {
        let path = UrlPath::new(SEARCH).output();
        add(&mut listing, path, own_key(site, Kind::Search), Wave::Page, Recipe::Search);
    }
    for (at, index) in site.search.iter().enumerate() {
        for (file_at, file) in index.files.iter().enumerate() {
            add(&mut listing, file.path.clone(), file.key, Wave::Index, Recipe::Index(at, file_at));
        }
    }
    for (source, url) in &site.routes.files {
        if let Some(file) = sources.files.get(source) {
            copy(&mut listing, url.output(), source, file.digest());
        }
    }
    for (path, file) in &site.theme.statics {
        match file {
            Static::Bytes(bytes) => {
                add(&mut listing, path.clone(), Digest::of(bytes), Wave::Asset, Recipe::Bytes(Arc::clone(bytes)));
            }
            Static::Copied { source, digest } => copy(&mut listing, path.clone(), source, *digest),
        }
    }
    // A disk has no headers, and no search engine comes by.
    for (name, text) in if site.offline { Vec::new() } else { host_files(site) } {
        let bytes: Arc<[u8]> = text.into_bytes().into();
        add(&mut listing, OutPath::new(name), Digest::of(&bytes), Wave::Index, Recipe::Bytes(bytes));
    }
    listing.into_values().unzip()
}

fn add(listing: &mut Listing, path: OutPath, key: Digest, wave: Wave, recipe: Recipe) {
    listing.insert(path.clone(), (Output { path, key, wave, from: From::Rendered }, recipe));
}

fn copy(listing: &mut Listing, path: OutPath, source: &SourcePath, digest: Digest) {
    let from = From::Copied { source: source.clone(), digest };
    listing.insert(path.clone(), (Output { path, key: digest, wave: Wave::Asset, from }, Recipe::Copy));
}

fn host_files(site: &Site) -> Vec<(&'static str, String)> {
    let base = site.config.base_url.as_ref();
    let base_path = base_path(site);
    let aliases = site.routes.aliases.iter().map(|(alias, number)| (alias, &site.routes.pages[*number].url));
    let mut files = vec![
        (".nojekyll", String::new()),
        ("_headers", site_files::headers()),
        ("_redirects", site_files::redirects(aliases, base_path)),
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

fn base_path(site: &Site) -> &str {
    site.config.base_url.as_ref().map_or("/", |base| &base.path)
}

/// The template of a page: its own, or its kind's.
fn template_of(site: &Site, number: usize) -> String {
    let own = site.pages[number].page.own.template.clone();
    own.unwrap_or_else(|| view::kind(&site.routes.pages[number]).template().to_owned())
}

fn page_key(site: &Site, number: usize) -> Digest {
    let planned = &site.pages[number];
    let Some(words) = site.theme.words(&planned.lang) else { return Digest::default() };
    let page = &planned.page;
    let template = template_of(site, number);
    let view = view::page(plan::setting(site), number, &page.own, &planned.entry, words);
    let mut hasher = document_key(site, &template, &planned.lang, words);
    hasher.digest(view::digest_of(&view));
    hasher.digest(page.digest);
    hasher.digest(planned.filled.digest);
    if let Some(shared) = site.shared.get(&plan::section_of(&site.navigation, number)) {
        hasher.digest(shared.digest);
    }
    hasher.finish()
}

/// What every document depends on.
fn document_key(site: &Site, template: &str, lang: &str, words: &Words) -> Hasher {
    let mut hasher = Hasher::new();
    hasher.digest(site.theme.digest).digest(words.digest).digest(site.view_digest);
    hasher.part(template).part(lang).part(base_path(site));
    hasher.number(u64::from(site.offline));
    hasher.number(u64::from(site.search.iter().any(|index| index.lang == lang)));
    if site.theme.templates.mentions(template, "data") {
        hasher.digest(site.data_digest);
    }
    hasher
}

fn redirect_key(site: &Site, alias: &UrlPath, number: usize) -> Digest {
    let planned = &site.pages[number];
    let Some(words) = site.theme.words(&planned.lang) else { return Digest::default() };
    let page = &site.routes.pages[number];
    let mut hasher = document_key(site, "redirect.html", &planned.lang, words);
    hasher.part(alias.as_str()).part(page.url.as_str()).part(&page.facts.title);
    hasher.finish()
}

/// What a gathered page's links become is a function of where they led from the page's own URL, which its slots say.
fn print_key(site: &Site, number: usize, gathered: &Gathered) -> Digest {
    let lang = &site.pages[number].lang;
    let Some(words) = site.theme.words(lang) else { return Digest::default() };
    let mut hasher = document_key(site, Kind::Print.template(), lang, words);
    hasher.part(gathered.url.as_str());
    for number in &gathered.pages {
        let planned = &site.pages[*number];
        let view = view::page(plan::setting(site), *number, &planned.page.own, &planned.entry, words);
        hasher.digest(view::digest_of(&view)).digest(planned.page.digest).digest(planned.filled.digest);
        hasher.part(&planned.lang);
    }
    if let Some(shared) = site.shared.get(&plan::section_of(&site.navigation, number)) {
        hasher.digest(shared.digest);
    }
    hasher.finish()
}

/// The key of a page that no source is behind.
fn own_key(site: &Site, kind: Kind) -> Digest {
    let Some(words) = site.theme.words(&site.config.lang) else { return Digest::default() };
    let mut hasher = document_key(site, kind.template(), &site.config.lang, words);
    if kind == Kind::Search {
        hasher.digest(menu::all_pages(&site.routes, &site.navigation).digest);
    }
    if let Some(shared) = site.shared.get(&None) {
        hasher.digest(shared.digest);
    }
    hasher.finish()
}

impl Recipe {
    /// The template that makes the output, if one does.
    pub(super) fn template(&self, site: &Site) -> Option<String> {
        match self {
            Self::Page(number) => Some(template_of(site, *number)),
            Self::NotFound => Some(Kind::NotFound.template().to_owned()),
            Self::Redirect(..) => Some("redirect.html".to_owned()),
            Self::Search => Some(Kind::Search.template().to_owned()),
            Self::Print(_) => Some(Kind::Print.template().to_owned()),
            Self::Index(..) | Self::Bytes(_) | Self::Copy => None,
        }
    }

    /// Makes the output.
    pub(super) fn render(&self, site: &Site) -> Rendered {
        let finished = match self {
            Self::Page(number) => page(site, *number),
            Self::NotFound => own(site, Kind::NotFound),
            Self::Search => own(site, Kind::Search),
            Self::Print(number) => print(site, *number),
            Self::Index(at, file) => Finished { bytes: index_file(site, *at, *file), ..Finished::default() },
            Self::Redirect(alias, number) => redirect(site, alias, *number),
            Self::Bytes(bytes) => Finished { bytes: bytes.to_vec(), ..Finished::default() },
            Self::Copy => Finished::default(),
        };
        let Finished { bytes, diagnostics, loose_links } = finished;
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
        ("search", search_value(site, lang)),
    ])
}

/// Where the page for searching is and where the index of a language starts; none without that page.
fn search_value(site: &Site, lang: &str) -> Value {
    if !site.theme.templates.has(Kind::Search.template()) {
        return Value::none();
    }
    let index = site.search.iter().find(|index| index.lang == lang).map(|index| search::start(&index.lang));
    Value::from(BTreeMap::from([
        ("path".to_owned(), Value::from(SEARCH.trim_start_matches('/'))),
        ("index".to_owned(), index.map_or_else(Value::none, |path| Value::from(path.as_str()))),
    ]))
}

fn index_file(site: &Site, at: usize, file: usize) -> Vec<u8> {
    let index = site.search.get(at);
    index.and_then(|index| Some(index.render(index.files.get(file)?))).unwrap_or_default()
}

fn page(site: &Site, number: usize) -> Finished {
    let planned: &PlannedPage = &site.pages[number];
    if planned.broken {
        return Finished::default();
    }
    let Some(words) = site.theme.words(&planned.lang) else { return Finished::default() };
    match page_context(site, number, planned, words) {
        Err(diagnostics) => Finished { diagnostics, ..Finished::default() },
        Ok(context) => {
            let url = &site.routes.pages[number].url;
            let mut checked = planned.filled.checked.clone();
            checked.extend(neighbors(site, number));
            document::render(&Document {
                templates: &site.theme.templates,
                template: &template_of(site, number),
                context,
                url,
                source: Some(&planned.page.facts.path),
                base: base_path(site),
                offline: site.offline,
                checked: &checked,
                navigation: site.shared.get(&plan::section_of(&site.navigation, number)).map(|shared| &shared.checked),
            })
        }
    }
}

/// The pages that a page's view names beside the navigation: its crumbs, its children, those before and after it.
fn neighbors(site: &Site, number: usize) -> Vec<String> {
    let node = &site.navigation.nodes[number];
    let numbers = site.navigation.ancestors(number).into_iter().chain(node.children.iter().copied());
    let numbers = numbers.chain(node.previous).chain(node.next);
    let pages = numbers.map(|number| site.routes.pages[number].url.to_string());
    pages.chain(site.prints.get(&number).map(|gathered| gathered.url.to_string())).collect()
}

fn page_context(site: &Site, number: usize, planned: &PlannedPage, words: &Words) -> Result<Context, Vec<Diagnostic>> {
    let url = &site.routes.pages[number].url;
    let mut context = base_context(site, &planned.lang, words, &url.to_root());
    context.insert_value("page", page_value(site, number, planned, words)?);
    context.insert_value("nav", navigation_value(site, plan::section_of(&site.navigation, number)));
    if site.theme.templates.mentions(&template_of(site, number), "data") {
        context.insert_value("data", site.data_value.clone());
    }
    Ok(context)
}

/// A page as its template sees it, with its content.
fn page_value(site: &Site, number: usize, planned: &PlannedPage, words: &Words) -> Result<Value, Vec<Diagnostic>> {
    let page = &planned.page;
    let publisher = site.view_value.get_from_path("publisher").cloned();
    let implicits = template::context([
        ("strings", words.value.clone()),
        ("publisher", publisher.unwrap_or_else(Value::none)),
        ("lang", Value::from(planned.lang.as_str())),
    ]);
    let view = view::page(plan::setting(site), number, &page.own, &planned.entry, words);
    let value = Value::from_serializable(&view);
    document::with_content(value, &page.body, &planned.filled, words, &site.theme.templates, &implicits)
}

/// A section gathered for printing. The faults of its pages are told where they stand, and not here again.
fn print(site: &Site, number: usize) -> Finished {
    let planned = &site.pages[number];
    let (Some(words), Some(gathered)) = (site.theme.words(&planned.lang), site.prints.get(&number)) else {
        return Finished::default();
    };
    if gathered.pages.iter().any(|number| site.pages[*number].broken) {
        return Finished::default();
    }
    let mut checked = vec![site.routes.pages[number].url.to_string()];
    let mut parts = Vec::with_capacity(gathered.pages.len());
    for number in &gathered.pages {
        let planned = &site.pages[*number];
        let Some(words) = site.theme.words(&planned.lang) else { return Finished::default() };
        let Ok(value) = page_value(site, *number, planned, words) else { return Finished::default() };
        let from = &site.routes.pages[*number].url;
        let anchor = format!("part-{}", parts.len() + 1);
        let content = value.get_from_path("content").and_then(Value::as_str).unwrap_or("");
        let content = gather::embed(content, from, &gathered.url, &format!("{anchor}-"));
        let mut part = value.into_map().unwrap_or_default();
        part.insert("content".into(), Value::safe_string(&content));
        part.insert("anchor".into(), Value::from(anchor));
        parts.push(Value::from(part));
        checked.push(from.to_string());
        checked.extend(planned.filled.checked.iter().cloned());
    }
    let mut context = base_context(site, &planned.lang, words, &gathered.url.to_root());
    let no_extra = serde_json::Value::Null;
    let view = view::own(Kind::Print, gathered.url.from_root(), &planned.page.facts.title, &no_extra);
    context.insert_value("page", Value::from_serializable(&view));
    context.insert_value("section", parts.first().cloned().unwrap_or_else(Value::none));
    context.insert_value("pages", Value::from(parts));
    context.insert_value("nav", navigation_value(site, plan::section_of(&site.navigation, number)));
    if site.theme.templates.mentions(Kind::Print.template(), "data") {
        context.insert_value("data", site.data_value.clone());
    }
    document::render(&Document {
        templates: &site.theme.templates,
        template: Kind::Print.template(),
        context,
        url: &gathered.url,
        source: Some(&planned.page.facts.path),
        base: base_path(site),
        offline: site.offline,
        checked: &checked,
        navigation: site.shared.get(&plan::section_of(&site.navigation, number)).map(|shared| &shared.checked),
    })
}

fn navigation_value(site: &Site, section: Option<usize>) -> Value {
    site.shared.get(&section).map_or_else(|| Value::from(Vec::<Value>::new()), |shared| shared.value.clone())
}

/// A page that no source is behind.
fn own(site: &Site, kind: Kind) -> Finished {
    let Some(words) = site.theme.words(&site.config.lang) else { return Finished::default() };
    let word = |name: &str| words.strings.words.get(name).map_or("", String::as_str);
    let (url, title) = match kind {
        Kind::Search => (UrlPath::new(SEARCH), word("search_title")),
        _ => (UrlPath::new("/404.html"), word("not_found_title")),
    };
    // The page for what is not there is served at any depth.
    let root = if kind == Kind::Search || site.offline { url.to_root() } else { base_path(site).to_owned() };
    let mut context = base_context(site, &site.config.lang, words, &root);
    let view = view::own(kind, url.from_root(), title, &serde_json::Value::Null);
    let mut map = Value::from_serializable(&view).into_map().unwrap_or_default();
    map.insert("content".into(), Value::safe_string(""));
    context.insert_value("page", Value::from(map));
    context.insert_value("nav", navigation_value(site, None));
    let all_pages = (kind == Kind::Search).then(|| menu::all_pages(&site.routes, &site.navigation));
    if let Some(all_pages) = &all_pages {
        context.insert_value("all_pages", all_pages.value.clone());
    }
    if site.theme.templates.mentions(kind.template(), "data") {
        context.insert_value("data", site.data_value.clone());
    }
    document::render(&Document {
        templates: &site.theme.templates,
        template: kind.template(),
        context,
        url: &url,
        source: None,
        base: base_path(site),
        offline: site.offline,
        checked: &view::config_links(&site.config).map(|target| target.to.clone()).collect::<Vec<_>>(),
        navigation: all_pages.as_ref().or_else(|| site.shared.get(&None)).map(|shared| &shared.checked),
    })
}

fn redirect(site: &Site, alias: &UrlPath, number: usize) -> Finished {
    let planned = &site.pages[number];
    let Some(words) = site.theme.words(&planned.lang) else { return Finished::default() };
    let page = &site.routes.pages[number];
    let mut context = base_context(site, &planned.lang, words, &alias.to_root());
    let canonical = site.config.base_url.as_ref().map(|base| site_files::absolute(base, &page.url));
    let target = alias.relative(&page.url);
    let target = if site.offline { offline::to_file(&target) } else { target };
    context.insert_value("target", Value::from(target));
    context.insert_value("canonical", canonical.map_or_else(Value::none, Value::from));
    context.insert_value("title", Value::from(page.facts.title.as_str()));
    document::render(&Document {
        templates: &site.theme.templates,
        template: "redirect.html",
        context,
        url: alias,
        source: Some(&page.facts.path),
        base: base_path(site),
        offline: site.offline,
        checked: &[page.url.to_string()],
        navigation: None,
    })
}
