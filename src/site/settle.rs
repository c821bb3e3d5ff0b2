//! Where the targets of a reviewed text lead today, so that what was moved since is still the same.
//!
//! A text's targets are paths as its page wrote them, on the day it was reviewed; their digest is kept and never changes. To
//! weigh a record against its page, both are *settled*: each target is put in the place of what it leads to in the site as it
//! is now. A page is the path of its source now, found by the path it had, by the alias that it left behind, or by its own
//! records. A file is its bytes: it has no alias, and a picture that was moved is the same picture. So a page that is moved
//! with its old path kept as an alias costs no review, neither its own nor that of a page that links to it.

use std::collections::BTreeMap;

use crate::base::path::{SourcePath, UrlPath, decode, encode, scheme};
use crate::page::target::from_root;
use crate::review::digest::Sha256;
use crate::review::text::{Content, Element, Include, IncludeKind, Kind, Line, ReviewedText, SHA256, Word};
use crate::site::link::Use;
use crate::site::routes::{Routes, page_url};
use crate::source::snapshot::CONTENT;

/// The site in which targets are settled.
pub struct Ground<'a> {
    /// Where everything is.
    pub routes: &'a Routes,
    /// Sources that were reviewed under another path than they have now, each with the number of its page: for pages whose
    /// old URL does not tell their old source, because they have a slug.
    pub moved: &'a BTreeMap<SourcePath, usize>,
    /// Whether an attribute of a component is a link or an image, as the theme declares it.
    pub attribute: &'a (dyn Fn(&str, &str) -> Option<Use> + Sync),
    /// The glossary of a language, by number; a link to one of its terms shows what it means.
    pub glossary: &'a (dyn Fn(usize) -> bool + Sync),
    /// The SHA-256 of a file beside the pages.
    pub digest: &'a (dyn Fn(&SourcePath) -> Option<Sha256> + Sync),
}

/// What a page shows from elsewhere, as it is now: images and files with their digests, and the definitions of the glossary's
/// terms that it links to.
pub fn includes(words: &[Line], page: &SourcePath, ground: &Ground<'_>) -> Vec<Include> {
    let mut includes = Vec::new();
    for target in targets(words, page, ground) {
        let (path, anchor) = parts(&target.path);
        includes.extend(definition(path, anchor, page, ground));
        let source = decode(path).map(|path| SourcePath::new(format!("{CONTENT}{path}")));
        let source = source.filter(|source| ground.routes.files.contains_key(source));
        if let Some(sha256) = source.and_then(|source| (ground.digest)(&source)) {
            let kind = if target.used == Use::Image { IncludeKind::Image } else { IncludeKind::File };
            includes.push(Include::file(kind, path, sha256));
        }
    }
    includes
}

/// The definition that a link to a term shows on another page.
fn definition(path: &str, anchor: &str, page: &SourcePath, ground: &Ground<'_>) -> Option<Include> {
    let number = decode(path).and_then(|path| find_page(&path, ground)).filter(|number| (ground.glossary)(*number))?;
    let facts = &ground.routes.pages[number].facts;
    let id = decode(anchor.strip_prefix('#')?)?;
    let entry = facts.glossary.iter().find(|entry| entry.id == id && facts.path != *page)?;
    Some(Include::text(IncludeKind::Definition, &entry.term, &entry.definition))
}

/// A text with its targets settled. It has the same lines; of what it shows from elsewhere, files are in its targets now.
pub fn settle(text: &ReviewedText, page: &SourcePath, ground: &Ground<'_>) -> ReviewedText {
    let files: BTreeMap<&str, Sha256> = text.includes.iter().filter_map(file).collect();
    let mut words = text.words.clone();
    for target in targets(&text.words, page, ground) {
        let settled = identity(&target.path, &files, ground);
        for line in &mut words[target.lines] {
            match line {
                Line::Open(element) => element.value.clone_from(&settled),
                Line::Word(word) => word.text.clone_from(&settled),
                Line::Close | Line::Verbatim(_) => {}
            }
        }
    }
    let is_text = |include: &&Include| matches!(include.content, Content::Text(_));
    ReviewedText { words, includes: text.includes.iter().filter(is_text).cloned().collect() }
}

fn file(include: &Include) -> Option<(&str, Sha256)> {
    match include.content {
        Content::Digest(sha256) => Some((&include.name, sha256)),
        Content::Text(_) => None,
    }
}

/// A target of a text: its path from the site's root, and the lines that say it.
struct Target {
    path: String,
    used: Use,
    lines: std::ops::Range<usize>,
}

fn targets(words: &[Line], page: &SourcePath, ground: &Ground<'_>) -> Vec<Target> {
    let mut targets = Vec::new();
    let mut component = "";
    for (at, line) in words.iter().enumerate() {
        let Line::Open(Element { kind, value }) = line else { continue };
        match kind {
            Kind::Link => targets.push(Target { path: value.clone(), used: Use::Link, lines: at..at + 1 }),
            Kind::Image => targets.push(Target { path: value.clone(), used: Use::Image, lines: at..at + 1 }),
            Kind::Directive => component = value,
            Kind::Attribute => {
                let count = words[at + 1..].iter().take_while(|line| matches!(line, Line::Word(_))).count();
                let lines = at + 1..at + 1 + count;
                if let Some(used) = (ground.attribute)(component, value) {
                    let path = from_root(page, &joined(&words[lines.clone()]));
                    targets.push(Target { path, used, lines });
                }
            }
            _ => {}
        }
    }
    targets
}

/// The text of some words.
fn joined(words: &[Line]) -> String {
    let mut text = String::new();
    for line in words {
        if let Line::Word(Word { text: word, joined, .. }) = line {
            if !joined && !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
    }
    text
}

/// A path and its anchor, with its `#`.
fn parts(target: &str) -> (&str, &str) {
    target.split_at(target.find('#').unwrap_or(target.len()))
}

fn identity(target: &str, files: &BTreeMap<&str, Sha256>, ground: &Ground<'_>) -> String {
    if scheme(target).is_some() || target.starts_with("//") || !target.starts_with('/') {
        return target.to_owned();
    }
    let (path, anchor) = parts(target);
    if let Some(sha256) = files.get(path) {
        return format!("{SHA256}{sha256}{anchor}");
    }
    match decode(path).and_then(|path| find_page(&path, ground)) {
        Some(number) => {
            let source = &ground.routes.pages[number].facts.path;
            format!("/{}{anchor}", encode(source.inside(CONTENT).unwrap_or(source.as_str())))
        }
        None => target.to_owned(),
    }
}

/// The page to which a path led, or leads: by its source, its URL, an alias, or the records that were made under that path.
fn find_page(path: &str, ground: &Ground<'_>) -> Option<usize> {
    let routes = ground.routes;
    let folder = path.trim_end_matches('/');
    let source = SourcePath::new(format!("{CONTENT}{path}"));
    let index = SourcePath::new(format!("{CONTENT}{folder}/index.md"));
    let urls = [path.to_owned(), format!("{folder}/"), page_url(&source, None).to_string()];
    routes
        .page_of(&source)
        .or_else(|| routes.page_of(&index))
        .or_else(|| ground.moved.get(&source).copied())
        .or_else(|| ground.moved.get(&index).copied())
        .or_else(|| urls.iter().find_map(|url| routes.page_at(&UrlPath::new(url))))
}
