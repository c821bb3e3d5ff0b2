//! The list of a site's outputs, each with how it is made.

use std::sync::Arc;

use crate::base::digest::Digest;
use crate::base::path::{OutPath, SourcePath, UrlPath};
use crate::engine::board::Form;
use crate::engine::output::{From, Key, Output, Wave};
use crate::engine::recipe::{Recipe, own_key, redirect_key, sitemap_key};
use crate::engine::site::Site;
use crate::render::menu;
use crate::render::site_files;
use crate::render::theme::Static;
use crate::render::view::Kind;
use crate::site::routes::{REVIEWS, REVIEWS_CALENDAR, REVIEWS_JSON, SEARCH};
use crate::source::snapshot::SourceFile;

/// All outputs of a site with their recipes, in order of path, no path twice.
#[derive(Default)]
pub(super) struct Listing {
    pub(super) outputs: Vec<Output>,
    pub(super) recipes: Vec<Recipe>,
    /// Where each page's output is in the list, by page number.
    pub(super) pages: Vec<usize>,
    /// The sections that are gathered for printing, each with where its output is in the list.
    pub(super) prints: Vec<(usize, usize)>,
    /// What shows where reviews stand, each with where its output is in the list.
    pub(super) boards: Vec<(Form, usize)>,
}

impl Listing {
    /// Where the output of a path is.
    pub(super) fn find(&self, path: &OutPath) -> Option<usize> {
        self.outputs.binary_search_by(|output| output.path.cmp(path)).ok()
    }
}

/// Lists the outputs. What the bytes of pages depend on is known only with their texts, so the keys of pages and of those
/// that gather them or show their reviews are left open, and the files of search indexes are not here.
pub(super) fn list(site: &Site, files: &[(&SourcePath, &SourceFile)]) -> Listing {
    // A disk has no headers, and no search engine comes by.
    let host_files = || if site.globals.offline { Vec::new() } else { host_files(site) };
    let (mut list, host_files) = rayon::join(|| without_host_files(site, files), host_files);
    list.extend(host_files);
    // Of two at one path the routes have told; either will do, since nothing is published then.
    list.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
    list.dedup_by(|(a, _), (b, _)| a.path == b.path);
    let mut pages = vec![0; site.routes.pages.len()];
    let mut prints = Vec::with_capacity(site.prints.len());
    let mut boards = Vec::new();
    for (at, (_, recipe)) in list.iter().enumerate() {
        match recipe {
            Recipe::Page(number) => pages[*number] = at,
            Recipe::Print(number) => prints.push((*number, at)),
            Recipe::Board(form) => boards.push((*form, at)),
            _ => {}
        }
    }
    let (outputs, recipes) = list.into_iter().unzip();
    Listing { outputs, recipes, pages, prints, boards }
}

/// All but what only a host reads.
fn without_host_files(site: &Site, files: &[(&SourcePath, &SourceFile)]) -> Vec<(Output, Recipe)> {
    let mut list: Vec<(Output, Recipe)> = Vec::with_capacity(site.routes.pages.len() + files.len() + 64);
    for (number, page) in site.routes.pages.iter().enumerate() {
        list.push(rendered(page.output.clone(), Key::default(), Wave::Page, Recipe::Page(number)));
    }
    for (number, gathered) in &site.prints {
        list.push(rendered(gathered.url.output(), Key::default(), Wave::Page, Recipe::Print(*number)));
    }
    for (alias, number) in &site.routes.aliases {
        let key = redirect_key(site, alias, *number);
        list.push(rendered(alias.output(), key, Wave::Page, Recipe::Redirect(alias.clone(), *number)));
    }
    list.push(rendered(
        OutPath::new("404.html"),
        own_key(site, Kind::NotFound, Digest::default()),
        Wave::Page,
        Recipe::NotFound,
    ));
    if site.has_search() {
        let path = UrlPath::new(SEARCH).output();
        list.push(rendered(
            path,
            own_key(site, Kind::Search, menu::all_pages(&site.routes, &site.navigation).digest),
            Wave::Page,
            Recipe::Search,
        ));
    }
    if site.globals.shows_reviews() {
        list.push(rendered(UrlPath::new(REVIEWS).output(), Key::default(), Wave::Page, Recipe::Board(Form::Page)));
    }
    if site.globals.publishes_reviews() {
        for (url, form) in [(REVIEWS_JSON, Form::Json), (REVIEWS_CALENDAR, Form::Calendar)] {
            list.push(rendered(UrlPath::new(url).output(), Key::default(), Wave::Index, Recipe::Board(form)));
        }
    }
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
    list
}

fn rendered(path: OutPath, key: Key, wave: Wave, recipe: Recipe) -> (Output, Recipe) {
    (Output { path, key, wave, from: From::Rendered }, recipe)
}

fn copied(path: OutPath, source: &SourcePath, digest: Digest) -> (Output, Recipe) {
    let from = From::Copied { source: source.clone(), digest };
    (Output { path, key: digest.into(), wave: Wave::Asset, from }, Recipe::Copy)
}

fn host_files(site: &Site) -> Vec<(Output, Recipe)> {
    let base = site.globals.config.base_url.as_ref();
    let aliases = site.routes.aliases.iter().map(|(alias, number)| (alias, &site.routes.pages[*number].url));
    let texts = [
        (".nojekyll", String::new()),
        ("_headers", site_files::headers()),
        ("_redirects", site_files::redirects(aliases, site.globals.base_path())),
        ("robots.txt", site_files::robots(base)),
    ];
    let of_text = |(name, text): (&str, String)| {
        let bytes: Arc<[u8]> = text.into_bytes().into();
        rendered(OutPath::new(name), Digest::of(&bytes).into(), Wave::Index, Recipe::Bytes(bytes))
    };
    let sitemap = || rendered(OutPath::new("sitemap.xml"), sitemap_key(site), Wave::Index, Recipe::Sitemap);
    texts.into_iter().map(of_text).chain(base.map(|_| sitemap())).collect()
}
