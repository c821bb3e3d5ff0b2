//! A page that moves: what has to be edited so that every link still leads where it led.
//!
//! The page moves with the files beside it that only it uses; every link from it and to it is written anew; its old URL stays
//! as an alias. What comes out is a list of edits and moves, and nothing is done here: the caller shows them or carries them
//! out. Whether the site is as whole afterwards as before is asked of the pipeline itself, over the edited sources.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::path::{SourcePath, UrlPath};
use crate::base::span::Span;
use crate::engine::memo::Memo;
use crate::engine::pages;
use crate::engine::plan;
use crate::page::body::Slot;
use crate::page::markdown::Options;
use crate::page::parse::Page;
use crate::render::site_view;
use crate::site::link::{self, Target, Use};
use crate::site::routes::{self, Routes};
use crate::source::config::{self, Config};
use crate::source::snapshot::{CONTENT, SITE_TOML, SourceFile, Sources, Text};

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relocation {
    /// Texts to be written anew, by the paths they have before the move.
    pub edits: BTreeMap<SourcePath, Arc<str>>,
    /// Files to be moved, old path to new.
    pub moves: BTreeMap<SourcePath, SourcePath>,
}

/// Why a page cannot be moved, in words, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

fn refuse<T>(message: String, help: &str) -> Result<T, Refusal> {
    Err(Refusal { message, help: help.to_owned() })
}

/// Plans the move of a page.
pub fn relocate(sources: &Sources, from: &SourcePath, to: &SourcePath) -> Result<Relocation, Refusal> {
    let (config, _) = config::read_config(sources);
    let options = Options::site(config.markdown.smart_punctuation);
    let pages = pages::parse(sources.clone().take_pages(None), Vec::new(), options, false);
    let pages: Vec<Arc<Page>> = pages.into_iter().map(|current| current.page).collect();
    let facts: Vec<_> = pages.iter().map(|page| Arc::clone(&page.facts)).collect();
    let is_file = |(path, _): &(&SourcePath, &SourceFile)| path.extension() != Some("md");
    let files: Vec<SourcePath> = sources.below(CONTENT).filter(is_file).map(|(path, _)| path.clone()).collect();
    let (routes, _) = routes::lay_out(&facts, &files, true, &[]);
    let Some(page) = pages.iter().find(|page| page.facts.path == *from) else {
        return refuse(format!("there is no page `{from}`"), "name a page below `content/`");
    };
    let moves = moves(page, to, &pages, &routes);
    if let Some(taken) = moves.values().find(|to| sources.files.contains_key(*to)) {
        return refuse(
            format!("`{taken}` is there already, and stays as it is"),
            "choose another name, or move that away first",
        );
    }

    let mut edits: BTreeMap<SourcePath, Vec<(Span, String)>> = BTreeMap::new();
    for other in &pages {
        let Some(text) = sources.text(&other.facts.path) else { continue };
        let edited = link_edits(other, text, &moves, &routes);
        if !edited.is_empty() {
            edits.entry(other.facts.path.clone()).or_default().extend(edited);
        }
    }
    keep_old_path(page, from, to, sources, &routes, &mut edits);
    config_edits(&config, from, to, sources, &routes, &mut edits);
    let edits = edits.into_iter().filter_map(|(path, spans)| {
        let text = sources.text(&path)?;
        Some((path, apply(text, spans).into()))
    });
    let relocation = Relocation { edits: edits.collect(), moves };
    match new_errors(sources, &relocation) {
        errors if errors.is_empty() => Ok(relocation),
        errors => refuse(
            format!(
                "the site would have an error that it does not have now: {}: {}",
                errors[0].place.path, errors[0].message
            ),
            "mend that first, then move the page",
        ),
    }
}

/// The sources as they are after a relocation.
pub fn after(sources: &Sources, relocation: &Relocation) -> Sources {
    let mut files = (*sources.files).clone();
    for (path, text) in &relocation.edits {
        files.insert(path.clone(), SourceFile::Text(Text::new(Arc::clone(text))));
    }
    for (from, to) in &relocation.moves {
        if let Some(file) = files.remove(from) {
            files.insert(to.clone(), file);
        }
    }
    Sources { files: Arc::new(files), ..sources.clone() }
}

fn new_errors(sources: &Sources, relocation: &Relocation) -> Vec<Diagnostic> {
    let errors = |sources: &Sources| {
        let mut sources = sources.clone();
        let texts = sources.take_pages(None);
        let (plan, _) = plan::plan(&sources, texts, Memo::default(), &mut |_| {});
        plan.diagnostics.into_iter().filter(Diagnostic::is_error).collect::<Vec<_>>()
    };
    let before: BTreeSet<String> = errors(sources).into_iter().map(|fault| fault.message).collect();
    let mut now = errors(&after(sources, relocation));
    now.retain(|fault| !before.contains(&fault.message));
    now
}

/// The page, and the files of its folder, or of folders below, that it uses and no other page does.
fn moves(page: &Page, to: &SourcePath, all: &[Arc<Page>], routes: &Routes) -> BTreeMap<SourcePath, SourcePath> {
    let from = &page.facts.path;
    let mut moves = BTreeMap::from([(from.clone(), to.clone())]);
    let others: BTreeSet<SourcePath> =
        all.iter().filter(|other| other.facts.path != *from).flat_map(|other| files_of(other, routes)).collect();
    for file in files_of(page, routes) {
        if let Some(inner) = file.inside(from.parent())
            && !others.contains(&file)
            && from.parent() != to.parent()
        {
            moves.insert(file.clone(), SourcePath::new(format!("{}/{inner}", to.parent())));
        }
    }
    moves
}

fn files_of(page: &Page, routes: &Routes) -> Vec<SourcePath> {
    let path = &page.facts.path;
    let file = |(target, _): (String, Span)| match link::resolve(routes, path, &target, Use::Link) {
        Ok(Target::File { source, .. }) => Some(source),
        _ => None,
    };
    links(page).into_iter().filter_map(file).collect()
}

/// Every link, image and attribute of a page that may be a target, with the place of the whole or of the value.
fn links(page: &Page) -> Vec<(String, Span)> {
    let mut links = Vec::new();
    for (number, slot) in &page.slots {
        match slot {
            Slot::Link(target) | Slot::Image(target) => {
                links.extend(page.places.links.get(*number).map(|span| (target.clone(), *span)));
            }
            Slot::Component(_, attributes) => {
                let places = page.places.components.get(*number).into_iter().flat_map(|own| &own.attributes);
                links.extend(
                    attributes.iter().zip(places).map(|((_, value), (_, span))| (value.text().to_owned(), *span)),
                );
            }
        }
    }
    links
}

/// The links of one page that have to be written anew.
fn link_edits(
    page: &Page,
    text: &str,
    moves: &BTreeMap<SourcePath, SourcePath>,
    routes: &Routes,
) -> BTreeSet<(Span, String)> {
    let path = &page.facts.path;
    let here = moves.get(path).unwrap_or(path);
    let mut edits = BTreeSet::new();
    for (target, span) in links(page) {
        let written = target.split('#').next().unwrap_or("");
        let (source, fragment) = match link::resolve(routes, path, &target, Use::Link) {
            Ok(Target::Page { number, .. }) if !written.is_empty() => {
                (routes.pages[number].facts.path.clone(), &target[written.len()..])
            }
            Ok(Target::File { source, .. }) => (source, &target[written.len()..]),
            _ => continue,
        };
        let to = moves.get(&source).unwrap_or(&source);
        let is_from_root = written.starts_with('/');
        if (here == path || is_from_root) && to == &source {
            continue;
        }
        let inner = |path: &SourcePath| UrlPath::new(path.inside(CONTENT).unwrap_or(path.as_str()));
        let way = if is_from_root { inner(to).encoded() } else { inner(here).relative(&inner(to)) };
        let new = format!("{way}{fragment}");
        if new != target {
            edits.extend(written_at(text, span, &target).map(|at| (at, new)));
        }
    }
    edits
}

/// Where a target is written: inside its link, or in the definition of the reference that the link names.
fn written_at(text: &str, span: Span, target: &str) -> Option<Span> {
    let inside = span.of(text);
    if let Some(at) = inside.rfind(target) {
        return Some(Span::new(span.start + at, span.start + at + target.len()));
    }
    let definition = format!("]: {target}");
    let at = text.match_indices(&definition).map(|(at, _)| at + 3).find(|at| {
        let behind = &text[at + target.len()..];
        behind.is_empty() || behind.starts_with(char::is_whitespace)
    })?;
    Some(Span::new(at, at + target.len()))
}

/// Keeps the page's old URL as an alias, and drops the alias that its new URL may have been. Records name pages by their files:
/// where a slug hides the file's name from the URL, that path is kept too.
fn keep_old_path(
    page: &Page,
    from: &SourcePath,
    to: &SourcePath,
    sources: &Sources,
    routes: &Routes,
    edits: &mut BTreeMap<SourcePath, Vec<(Span, String)>>,
) {
    let Some(text) = sources.text(from) else { return };
    let slug = page.facts.slug.as_deref();
    let (old, new) = (routes::page_url(from, slug), routes::page_url(to, slug));
    let by_file = Some(routes::page_url(from, None)).filter(|url| routes.page_at(url).is_none());
    let left: Vec<UrlPath> = [Some(old), by_file].into_iter().flatten().filter(|url| *url != new).collect();
    if left.is_empty() || routes.page_of(from).is_none() {
        return;
    }
    let mut aliases: Vec<String> = page.facts.aliases.clone();
    aliases.retain(|alias| UrlPath::new(alias) != new);
    aliases.extend(left.iter().map(ToString::to_string));
    let list = format!("[{}]", aliases.iter().map(|alias| yaml(alias)).collect::<Vec<_>>().join(", "));
    let edit = if let Some(value) = page.keys.get("aliases") {
        (*value, list)
    } else {
        // Behind the title, which every page has.
        let at = page.keys.get("title").map_or(0, |title| title.end);
        let at = text[at..].find('\n').map_or(text.len(), |line| at + line + 1);
        (Span::new(at, at), format!("aliases: {list}\n"))
    };
    edits.entry(from.clone()).or_default().push(edit);
}

/// A path as an item of a YAML list: in quotes where it holds what YAML would take for its own.
fn yaml(path: &str) -> String {
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte));
    if plain { path.to_owned() } else { serde_json::Value::from(path).to_string() }
}

fn config_edits(
    config: &Config,
    from: &SourcePath,
    to: &SourcePath,
    sources: &Sources,
    routes: &Routes,
    edits: &mut BTreeMap<SourcePath, Vec<(Span, String)>>,
) {
    let site = SourcePath::new(SITE_TOML);
    let (Some(number), Some(text)) = (routes.page_of(from), sources.text(&site)) else { return };
    let slug = routes.pages[number].facts.slug.as_deref();
    let (old, new) = (routes::page_url(from, slug), routes::page_url(to, slug));
    for target in site_view::config_links(config) {
        let (path, anchor) = target.to.split_once('#').unwrap_or((&target.to, ""));
        if UrlPath::new(path) == old && path.starts_with('/') {
            let anchor = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
            let span = written_at(text, target.span, &target.to);
            edits.entry(site.clone()).or_default().extend(span.map(|span| (span, format!("{new}{anchor}"))));
        }
    }
}

/// A text with some of its places written anew.
fn apply(text: &str, mut edits: Vec<(Span, String)>) -> String {
    edits.sort();
    edits.dedup();
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for (span, new) in edits {
        if span.start >= at {
            out.push_str(&text[at..span.start]);
            out.push_str(&new);
            at = span.end;
        }
    }
    out.push_str(&text[at..]);
    out
}
