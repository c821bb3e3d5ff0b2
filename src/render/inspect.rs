//! A look at finished HTML, whatever template made it: where its links lead, which ids it has, and whether it keeps the
//! policy that it states.
//!
//! This is not a parser of HTML's error handling. It reads start tags as the standard's tokenizer does (HTML, 13.2.5) and
//! skips comments and the text of scripts and style sheets; what a browser would have to repair is not its matter.

use std::collections::BTreeSet;

use crate::base::path::{UrlPath, decode};
use crate::site::link::scheme;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// Where internal links and loaded files are, from the site's root, decoded, with `#` and an anchor where there is one.
    pub links: BTreeSet<String>,
    /// The ids, sorted.
    pub ids: BTreeSet<String>,
    /// Ids that stand more than once.
    pub double_ids: BTreeSet<String>,
    /// What breaks the policy.
    pub breaches: BTreeSet<Breach>,
}

/// Something that the policy forbids.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breach {
    /// An element that stands in the page and belongs into a file: `script`, `style`.
    Inline(&'static str),
    /// An attribute on an element that does what belongs into a file: `style`, `onclick`.
    Attribute(String, String),
    /// Something that is loaded from elsewhere.
    Loaded(String),
    /// A link that runs a script.
    Script(String),
}

impl Breach {
    /// What it is, in words.
    pub fn what(&self) -> String {
        match self {
            Self::Inline(element) => format!("an inline `<{element}>`"),
            Self::Attribute(name, element) => format!("the attribute `{name}` on `<{element}>`"),
            Self::Loaded(target) => format!("`{target}`, which is loaded from elsewhere"),
            Self::Script(target) => format!("the link `{target}`, which runs a script"),
        }
    }

    /// A word to look for in the templates.
    pub fn word(&self) -> Option<&str> {
        match self {
            Self::Loaded(word) | Self::Script(word) => Some(word),
            Self::Attribute(name, _) if name != "style" => Some(name),
            Self::Inline(_) | Self::Attribute(..) => None,
        }
    }
}

/// Inspects a document that is served at `url`; `base` is the path under which the site lies, for links from the host's root.
pub fn inspect(html: &str, url: &UrlPath, base: &str) -> Inspection {
    let mut inspector = Inspector { url, base, found: Inspection::default() };
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
        } else if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let (tag, behind) = read_tag(rest);
            rest = behind;
            inspector.tag(&tag);
            if let Some(name) = ["script", "style"].into_iter().find(|raw| tag.name.eq_ignore_ascii_case(raw)) {
                let text = rest;
                rest = skip_raw(rest, name);
                let inside = &text[..text.len() - rest.len()];
                if name == "style" || (tag.value("src").is_none() && !inside.trim().is_empty() && !is_data(&tag)) {
                    inspector.breach(Breach::Inline(name));
                }
            }
        }
    }
    inspector.found
}

/// A script element that holds data and runs nothing.
fn is_data(tag: &Tag<'_>) -> bool {
    tag.value("type").is_some_and(|kind| kind == "application/ld+json")
}

fn skip_raw<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some(at) = rest.find("</") {
        let end = &rest[at + 2..];
        if end.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return &rest[at..];
        }
        rest = end;
    }
    ""
}

struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Tag<'a> {
    fn value(&self, name: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }
}

/// Reads a start tag from behind its `<`; gives what follows its `>`.
fn read_tag(text: &str) -> (Tag<'_>, &str) {
    let end = |text: &str, stop: fn(char) -> bool| text.find(stop).unwrap_or(text.len());
    let name_end = end(text, |c| c.is_whitespace() || c == '/' || c == '>');
    let mut tag = Tag { name: &text[..name_end], attributes: Vec::new() };
    let mut rest = &text[name_end..];
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() {
            return (tag, rest);
        }
        if let Some(behind) = rest.strip_prefix('>') {
            return (tag, behind);
        }
        let name_end = end(rest, |c| c.is_whitespace() || c == '/' || c == '>' || c == '=').max(1);
        let name_end = (name_end..=rest.len()).find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
        let name = &rest[..name_end];
        rest = rest[name_end..].trim_start();
        let mut value = "";
        if let Some(behind) = rest.strip_prefix('=') {
            rest = behind.trim_start();
            if let Some(quote) = rest.chars().next().filter(|quote| matches!(quote, '"' | '\'')) {
                let inner = &rest[1..];
                let close = inner.find(quote).unwrap_or(inner.len());
                value = &inner[..close];
                rest = inner.get(close + 1..).unwrap_or("");
            } else {
                let close = end(rest, |c| c.is_whitespace() || c == '>');
                value = &rest[..close];
                rest = &rest[close..];
            }
        }
        tag.attributes.push((name, value));
    }
}

struct Inspector<'a> {
    url: &'a UrlPath,
    base: &'a str,
    found: Inspection,
}

impl Inspector<'_> {
    fn breach(&mut self, breach: Breach) {
        self.found.breaches.insert(breach);
    }

    fn tag(&mut self, tag: &Tag<'_>) {
        let element = tag.name.to_ascii_lowercase();
        for (name, value) in &tag.attributes {
            let name = name.to_ascii_lowercase();
            match name.as_str() {
                "id" => {
                    let id = unescape(value);
                    if !self.found.ids.insert(id.clone()) {
                        self.found.double_ids.insert(id);
                    }
                }
                "style" => self.breach(Breach::Attribute(name, element.clone())),
                "href" if element == "a" || element == "area" => self.link(value, false),
                "href" if element == "link" => self.link(value, is_loaded(tag)),
                "src" | "poster" | "data" if element != "a" => self.link(value, true),
                "srcset" => {
                    for candidate in value.split(',') {
                        self.link(candidate.split_whitespace().next().unwrap_or(""), true);
                    }
                }
                "action" => self.link(value, true),
                handler if handler.starts_with("on") => self.breach(Breach::Attribute(name, element.clone())),
                _ => {}
            }
        }
    }

    fn link(&mut self, value: &str, loaded: bool) {
        let target = unescape(value.trim());
        if let Some(scheme) = scheme(&target) {
            if loaded && scheme != "data" {
                self.breach(Breach::Loaded(target));
            } else if scheme.eq_ignore_ascii_case("javascript") {
                self.breach(Breach::Script(target));
            }
            return;
        }
        if target.starts_with("//") {
            self.breach(Breach::Loaded(target));
            return;
        }
        self.found.links.insert(self.resolve(&target));
    }

    /// From the site's root; what leaves it keeps its `..`, and so leads nowhere.
    fn resolve(&self, target: &str) -> String {
        let (path, fragment) = target.split_once('#').map_or((target, None), |(path, fragment)| (path, Some(fragment)));
        let path = path.split('?').next().unwrap_or("");
        let decoded = decode(path).unwrap_or_else(|| path.to_owned());
        let absolute = if decoded.is_empty() {
            self.url.as_str().to_owned()
        } else if decoded.starts_with('/') {
            decoded.strip_prefix(self.base).map_or_else(|| format!("/..{decoded}"), |inner| format!("/{inner}"))
        } else {
            join(self.url.as_str(), &decoded)
        };
        match fragment {
            Some(fragment) if !fragment.is_empty() => {
                format!("{absolute}#{}", decode(fragment).unwrap_or_else(|| fragment.to_owned()))
            }
            _ => absolute,
        }
    }
}

fn is_loaded(tag: &Tag<'_>) -> bool {
    let loaded = ["stylesheet", "icon", "preload", "modulepreload", "manifest", "apple-touch-icon"];
    tag.value("rel")
        .is_some_and(|rel| rel.split_whitespace().any(|rel| loaded.contains(&rel.to_ascii_lowercase().as_str())))
}

/// The path that a relative one means, seen from another; what leaves the site keeps its `..`.
pub(super) fn join(from: &str, path: &str) -> String {
    let mut segments: Vec<&str> = from[..from.rfind('/').unwrap_or(0)].split('/').collect();
    let mut outside = false;
    let last = path.rsplit('/').next().unwrap_or("");
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." if segments.len() > 1 => {
                segments.pop();
            }
            ".." => outside = true,
            name => segments.push(name),
        }
    }
    let folder = matches!(last, "" | "." | "..");
    let prefix = if outside { "/.." } else { "" };
    format!("{prefix}{}{}", segments.join("/"), if folder { "/" } else { "" })
}

/// Undoes the character references that templates and we write.
fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let replaced = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    replaced.replace("&#x27;", "'").replace("&#39;", "'").replace("&#x2F;", "/").replace("&amp;", "&")
}
