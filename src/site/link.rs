//! Links: what a page wrote, to where it leads. Every internal one is checked, on every build.

use crate::base::code::Code;
use crate::base::path::{SourcePath, UrlPath, decode, encode, join, scheme};
use crate::base::suggest;
use crate::page::target::from_root;
use crate::site::routes::{Routes, page_url};
use crate::source::snapshot::CONTENT;

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Out of the site: the URL as written.
    External(String),
    /// To a page.
    Page {
        /// Its number.
        number: usize,
        /// The anchor, decoded; empty for the page itself.
        fragment: String,
    },
    /// To a file beside a page.
    File {
        /// Its source.
        source: SourcePath,
        /// What follows `#`, as written.
        fragment: String,
    },
}

/// What is wrong with a link: code, message, ways out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: Vec<String>,
}

impl Fault {
    fn new(code: Code, message: String, help: impl IntoIterator<Item = String>) -> Self {
        Self { code, message, help: help.into_iter().collect() }
    }
}

/// Whether a link is followed or loaded: a browser asks for an image by itself, so that no image may be elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// The reader follows it.
    Link,
    /// The browser loads it.
    Image,
}

/// Resolves a target as a source wrote it: relative to the source's file, as in an editor, or from the content folder with a
/// leading slash.
pub fn resolve(routes: &Routes, from: &SourcePath, target: &str, used: Use) -> Result<Target, Fault> {
    if target.trim().is_empty() {
        return Err(Fault::new(
            Code::LinkInvalid,
            "a link leads nowhere: its target is empty".to_owned(),
            ["name a page, such as `risks.md`".to_owned()],
        ));
    }
    if let Some(scheme) = scheme(target) {
        return external(target, scheme, used);
    }
    if target.starts_with("//") {
        let message = format!("`{target}` names another server without saying how to reach it");
        return Err(Fault::new(Code::LinkInvalid, message, ["write `https://…`".to_owned()]));
    }
    let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
    if path.contains('?') {
        let message = format!("`{target}` has a query, and a static site answers none");
        return Err(Fault::new(Code::LinkInvalid, message, ["take out `?` and what follows it".to_owned()]));
    }
    let (Some(path), Some(anchor)) = (decode(path), decode(fragment)) else {
        let message = format!("`{target}` has a `%` that starts no escape");
        return Err(Fault::new(Code::LinkInvalid, message, ["write `%25` for a percent sign".to_owned()]));
    };
    if path.is_empty() {
        return match routes.page_of(from) {
            Some(number) => to_page(routes, number, anchor, target),
            None => Err(missing(routes, from, target, &path)),
        };
    }
    let Some(inner) = normalize(from, &path) else {
        let message = format!("`{target}` leads out of `{CONTENT}/`");
        return Err(Fault::new(Code::LinkOutside, message, [format!("move what it leads to into `{CONTENT}/`")]));
    };
    let source = SourcePath::new([CONTENT, "/", &inner].concat());
    let index = || {
        let folder = if inner.is_empty() { CONTENT } else { source.as_str() };
        routes.page_of(&SourcePath::new(format!("{folder}/index.md")))
    };
    if let Some(number) = routes.page_of(&source).or_else(index) {
        return to_page(routes, number, anchor, target);
    }
    if routes.files.contains_key(&source) {
        return Ok(Target::File { source, fragment: fragment.to_owned() });
    }
    if path.starts_with('/')
        && let Some(number) = routes.page_at(&UrlPath::new(&path))
    {
        return to_page(routes, number, anchor, target);
    }
    Err(missing(routes, from, target, &inner))
}

/// Resolves a target of words that were reviewed on another day. `from` is their source of that day; what has moved since is
/// found by the path that it left behind.
pub fn resolve_reviewed(routes: &Routes, from: &SourcePath, target: &str, used: Use) -> Result<Target, Fault> {
    let target = from_root(from, target);
    let fault = match resolve(routes, from, &target, used) {
        Err(fault) if fault.code == Code::LinkMissing => fault,
        other => return other,
    };
    let (path, fragment) = target.split_once('#').unwrap_or((&target, ""));
    let source = decode(path).map(|path| SourcePath::new(format!("{CONTENT}{path}")));
    let moved = source.and_then(|source| routes.page_at(&page_url(&source, None)));
    match (moved, decode(fragment)) {
        (Some(number), Some(anchor)) => to_page(routes, number, anchor, &target),
        _ => Err(fault),
    }
}

fn external(target: &str, scheme: &str, used: Use) -> Result<Target, Fault> {
    match (scheme.to_ascii_lowercase().as_str(), used) {
        ("http" | "https", Use::Image) => Err(Fault::new(
            Code::ImageRemote,
            format!("`{target}` would be loaded from another server, which then learns who reads this page"),
            ["save the image beside the page and name the file".to_owned()],
        )),
        ("http" | "https" | "mailto" | "tel", Use::Link) => Ok(Target::External(target.to_owned())),
        _ => Err(Fault::new(
            Code::LinkInvalid,
            format!("`{scheme}:` is not a scheme that a page may use"),
            ["use `https:`, `http:`, `mailto:` or `tel:`".to_owned()],
        )),
    }
}

/// The path below the content folder; none if it leads out of it.
fn normalize(from: &SourcePath, path: &str) -> Option<String> {
    let folder = if path.starts_with('/') { "" } else { from.inside(CONTENT)?.rsplit_once('/').map_or("", |(f, _)| f) };
    join(folder, path)
}

fn to_page(routes: &Routes, number: usize, anchor: String, target: &str) -> Result<Target, Fault> {
    let anchors = &routes.pages[number].facts.anchors;
    if anchor.is_empty() || anchors.contains(&anchor) {
        return Ok(Target::Page { number, fragment: anchor });
    }
    let path = &routes.pages[number].facts.path;
    if let Some(unheld) = &routes.unheld
        && let Some(own) = unheld.page_of(path)
        && unheld.pages[own].facts.anchors.contains(&anchor)
    {
        let message =
            format!("`{target}`: only the draft of `{path}` has the anchor `{anchor}`, and it is not published yet");
        return Err(Fault::new(Code::LinkToHeld, message, held_help()));
    }
    let near = suggest::nearest(&anchor, anchors.iter());
    let help = match near {
        Some(near) => format!("did you mean `#{near}`?"),
        None => format!("give the heading that is meant an id: `{{#{anchor}}}`"),
    };
    Err(Fault::new(Code::AnchorMissing, format!("`{target}`: the page `{path}` has no anchor `{anchor}`"), [help]))
}

fn held_help() -> [String; 2] {
    [
        "have that page reviewed: `iort-site review sign PAGE --as ID`".to_owned(),
        "or take the link out until then".to_owned(),
    ]
}

fn missing(routes: &Routes, from: &SourcePath, target: &str, inner: &str) -> Fault {
    let source = format!("{CONTENT}/{inner}");
    let is = |path: &SourcePath| path.as_str() == source || path.as_str() == format!("{source}/index.md");
    if let Some(draft) = routes.drafts.iter().find(|path| is(path)) {
        let help = [
            "take the link out until the page is ready, or take `draft: true` out of that page".to_owned(),
            "`--drafts` builds drafts too".to_owned(),
        ];
        return Fault::new(Code::LinkToDraft, format!("`{target}` leads to `{draft}`, which is a draft"), help);
    }
    let left_out =
        routes.unheld.iter().flat_map(|unheld| &unheld.pages).map(|page| &page.facts.path).find(|path| is(path));
    if let Some(left_out) = left_out {
        let message = format!("`{target}` leads to `{left_out}`, which is left out until it has been reviewed");
        return Fault::new(Code::LinkToHeld, message, held_help());
    }
    let sources = || routes.pages.iter().map(|page| &page.facts.path).chain(routes.files.keys());
    let same = |path: &&SourcePath| path.as_str().to_lowercase() == source.to_lowercase();
    if let Some(path) = sources().find(same) {
        let message = format!("`{target}` differs from the file's name `{path}` in letter case");
        let help = format!("write `{}`: on most servers the other does not exist", way(from, path));
        return Fault::new(Code::LinkCase, message, [help]);
    }
    let with_ending = sources().find(|path| path.as_str().strip_suffix(".md") == Some(source.as_str()));
    let near = with_ending.or_else(|| nearest(&source, sources()));
    let help = match near {
        Some(near) => format!("did you mean `{}`?", way(from, near)),
        None => "write that page, or name another: a link is relative to the file it stands in".to_owned(),
    };
    Fault::new(Code::LinkMissing, format!("`{target}` leads to `{source}`, which is not there"), [help])
}

/// The source whose name, in the same folder or another, is nearest to one that is not there.
fn nearest<'a>(missing: &str, sources: impl Iterator<Item = &'a SourcePath>) -> Option<&'a SourcePath> {
    let (folder, name) = missing.rsplit_once('/').unwrap_or(("", missing));
    let mut named: Vec<(&str, bool, &SourcePath)> =
        sources.map(|path| (path.name(), path.parent() != folder, path)).collect();
    let near = suggest::nearest(stem(name), named.iter().map(|(name, ..)| stem(name)))?;
    named.sort_by_key(|(_, elsewhere, path)| (*elsewhere, *path));
    named.into_iter().find(|(name, ..)| stem(name) == near).map(|(.., path)| path)
}

/// A file's name without its ending.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// How a source would write a link to another.
fn way(from: &SourcePath, to: &SourcePath) -> String {
    let url = |path: &SourcePath| UrlPath::new(path.inside(CONTENT).unwrap_or(path.as_str()));
    url(from).relative(&url(to))
}

/// The `href` that leads from a page to a target.
pub fn href(routes: &Routes, from: &UrlPath, target: &Target) -> String {
    match target {
        Target::External(url) => url.clone(),
        Target::Page { number, fragment } => {
            let to = &routes.pages[*number].url;
            match (to == from, fragment.as_str()) {
                (_, "") => from.relative(to),
                (true, anchor) => with_fragment("", &encode(anchor)),
                (false, anchor) => with_fragment(&from.relative(to), &encode(anchor)),
            }
        }
        Target::File { source, fragment } => {
            routes.files.get(source).map_or_else(String::new, |to| with_fragment(&from.relative(to), fragment))
        }
    }
}

fn with_fragment(url: &str, fragment: &str) -> String {
    if fragment.is_empty() { url.to_owned() } else { [url, "#", fragment].concat() }
}

/// Where an internal target is, from the site's root, with its anchor; none for external ones.
pub fn absolute(routes: &Routes, target: &Target) -> Option<String> {
    let with = |url: &UrlPath, fragment: &str| with_fragment(url.as_str(), fragment);
    match target {
        Target::External(_) => None,
        Target::Page { number, fragment } => Some(with(&routes.pages[*number].url, fragment)),
        Target::File { source, fragment } => routes.files.get(source).map(|url| with(url, fragment)),
    }
}
