//! A look at finished HTML, whatever template made it: where its links lead, which ids it has, and whether it keeps the
//! policy that it states.
//!
//! This is not a parser of HTML's error handling. It reads start tags as the standard's tokenizer does (HTML, 13.2.5) and
//! skips comments and the text of scripts and style sheets; what a browser would have to repair is not its matter.

use std::borrow::Cow;
use std::collections::BTreeSet;

use memchr::{memchr, memchr_iter, memmem};

use crate::base::path::{UrlPath, decode, join, scheme};
use crate::base::references::unescape;
use crate::page::facts::Anchors;
use crate::render::fill::Href;
use crate::render::tag::{Tag, skip_raw};

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection<'h> {
    /// Where internal links and loaded files are, from the site's root, decoded, with `#` and an anchor where there is one;
    /// but for those that are known to be right, and those into the document itself.
    pub links: BTreeSet<String>,
    /// The anchors of the document that it links to, and that it does not have, sorted.
    pub lost_anchors: Vec<Cow<'h, str>>,
    /// Ids that stand more than once.
    pub double_ids: BTreeSet<Cow<'h, str>>,
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

/// Where a document is served, and what is known of the site's links.
#[derive(Clone, Copy)]
pub struct Served<'a> {
    /// Its address.
    pub url: &'a UrlPath,
    /// The path under which the site lies, for links from the host's root.
    pub base: &'a str,
    /// The page's own text in it.
    pub text: Option<OwnText<'a>>,
    /// Whether a link, given from the site's root, is right without another look.
    pub is_checked: &'a dyn Fn(&str) -> bool,
}

/// The text of a page, made of its Markdown.
#[derive(Clone, Copy)]
pub struct OwnText<'a> {
    /// As it was given to the template.
    pub html: &'a str,
    /// Its links as they are written: they were resolved when the page was planned.
    pub links: &'a [Href],
    /// All ids in it, if no template had a part in it: then its links and ids are all that there is to see.
    pub ids: Option<&'a Anchors>,
}

impl<'a> OwnText<'a> {
    /// Parts a document at the text, where there is nothing in the text to see but its ids.
    fn split<'h>(self, html: &'h str) -> Option<(&'h str, &'a Anchors, &'h str)> {
        let (ids, text) = (self.ids?, self.html.as_bytes());
        // By its first byte, which begins a tag: before the text there are a few, and most differ from its first within a word.
        let mut places = memchr_iter(*text.first()?, html.as_bytes());
        let at = places.find(|at| html.as_bytes()[*at..].starts_with(text))?;
        Some((html.get(..at)?, ids, html.get(at + text.len()..)?))
    }
}

/// What was seen of a fragment, to be weighed in each document that it stands in.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// What its links and loaded files say, but for those that are right wherever they stand, and whether they are loaded.
    links: Vec<(String, bool)>,
    ids: Vec<String>,
    breaches: BTreeSet<Breach>,
}

/// Inspects a document, and what it holds of fragments.
pub fn inspect<'h>(html: &'h str, served: Served<'h>, fragments: &[&'h Seen]) -> Inspection<'h> {
    let new = || Inspector::new(Some(served), served.url.to_root(), served.is_checked);
    let mut inspector = new();
    match served.text.and_then(|text| text.split(html)) {
        // Not in a comment or a script, of which it is no part.
        Some((before, ids, behind)) if inspector.html(before) => {
            inspector.ids.extend(ids.iter().map(Cow::Borrowed));
            inspector.html(behind);
        }
        _ => {
            inspector = new();
            inspector.html(html);
        }
    }
    for seen in fragments {
        seen.links.iter().for_each(|(target, loaded)| inspector.link(target, *loaded));
        inspector.ids.extend(seen.ids.iter().map(|id| Cow::Borrowed(id.as_str())));
        inspector.found.breaches.extend(seen.breaches.iter().cloned());
    }
    inspector.finish()
}

/// Looks at a fragment of documents whose way to the root is `to_root`; `is_checked` is theirs.
pub fn see(html: &str, to_root: &str, is_checked: &dyn Fn(&str) -> bool) -> Seen {
    let mut inspector = Inspector::new(None, to_root.to_owned(), is_checked);
    inspector.html(html);
    let Inspector { ids, found, open, .. } = inspector;
    let ids = ids.into_iter().map(Cow::into_owned).collect();
    Seen { links: open, ids, breaches: found.breaches }
}

/// A script element that holds data and runs nothing.
fn is_data(tag: &Tag<'_>) -> bool {
    tag.value("type").is_some_and(|kind| kind == "application/ld+json")
}

struct Inspector<'h> {
    /// Where the document is served; a fragment is in many places.
    served: Option<Served<'h>>,
    to_root: String,
    is_checked: &'h dyn Fn(&str) -> bool,
    ids: Vec<Cow<'h, str>>,
    /// The anchors that the document links to in itself.
    anchors: Vec<Cow<'h, str>>,
    /// The links of a fragment that are to be weighed in its documents.
    open: Vec<(String, bool)>,
    found: Inspection<'h>,
}

impl<'h> Inspector<'h> {
    fn new(served: Option<Served<'h>>, to_root: String, is_checked: &'h dyn Fn(&str) -> bool) -> Self {
        let (ids, anchors, open) = (Vec::new(), Vec::new(), Vec::new());
        Self { served, to_root, is_checked, ids, anchors, open, found: Inspection::default() }
    }

    /// Looks at HTML; false where it ends inside of a tag, a comment, a script or a style sheet.
    fn html(&mut self, html: &'h str) -> bool {
        let mut tag = Tag::new();
        let mut rest = html;
        while let Some(at) = memchr(b'<', rest.as_bytes()) {
            rest = &rest[at + 1..];
            match rest.bytes().next() {
                Some(b'!') => {
                    let Some(comment) = rest.strip_prefix("!--") else { continue };
                    let Some(end) = memmem::find(comment.as_bytes(), b"-->") else { return false };
                    rest = &comment[end + 3..];
                }
                Some(first) if first.is_ascii_alphabetic() => {
                    let behind = tag.read(rest);
                    self.tag(&tag);
                    let behind = behind.and_then(|behind| match first {
                        b's' | b'S' => self.raw_text(&tag, behind),
                        _ => Some(behind),
                    });
                    let Some(behind) = behind else { return false };
                    rest = behind;
                }
                Some(_) => {}
                None => return false,
            }
        }
        true
    }

    /// Skips the text of a script or a style sheet, which is no HTML; gives what follows, if it ends.
    fn raw_text<'t>(&mut self, tag: &Tag<'_>, text: &'t str) -> Option<&'t str> {
        let Some(name) = ["script", "style"].into_iter().find(|raw| tag.name.eq_ignore_ascii_case(raw)) else {
            return Some(text);
        };
        let rest = skip_raw(text, name);
        let inside = &text[..text.len() - rest.map_or(0, str::len)];
        if name == "style" || (tag.value("src").is_none() && !inside.trim().is_empty() && !is_data(tag)) {
            self.breach(Breach::Inline(name));
        }
        rest
    }

    fn finish(mut self) -> Inspection<'h> {
        self.ids.sort_unstable();
        self.found.double_ids =
            self.ids.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone()).collect();
        // The top of a document needs no id (HTML, 7.4.6.4).
        let is_top = |anchor: &str| matches!(anchor, "" | "top");
        self.anchors.retain(|anchor| !is_top(anchor) && self.ids.binary_search(anchor).is_err());
        self.anchors.sort_unstable();
        self.anchors.dedup();
        self.found.lost_anchors = self.anchors;
        self.found
    }

    fn breach(&mut self, breach: Breach) {
        self.found.breaches.insert(breach);
    }

    fn tag(&mut self, tag: &Tag<'h>) {
        let is = |element: &str| tag.name.eq_ignore_ascii_case(element);
        for (name, value) in &tag.attributes {
            let has_name = |known: &str| name.eq_ignore_ascii_case(known);
            // By the first letter: most attributes are none of these.
            match name.as_bytes().first().map(u8::to_ascii_lowercase) {
                Some(b'h') if has_name("href") => {
                    if is("a") || is("area") {
                        self.link(value, false);
                    } else if is("link") {
                        self.link(value, is_loaded(tag));
                    }
                }
                Some(b'i') if has_name("id") => self.ids.push(unescape(value)),
                Some(b's') if has_name("srcset") => {
                    for candidate in value.split(',') {
                        self.link(candidate.split_whitespace().next().unwrap_or(""), true);
                    }
                }
                Some(b's' | b'p' | b'd') if !is("a") && (has_name("src") || has_name("poster") || has_name("data")) => {
                    self.link(value, true);
                }
                Some(b'a') if has_name("action") => self.link(value, true),
                Some(b's' | b'o')
                    if has_name("style") || name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("on")) =>
                {
                    self.breach(Breach::Attribute(name.to_ascii_lowercase(), tag.name.to_ascii_lowercase()));
                }
                _ => {}
            }
        }
    }

    fn link(&mut self, value: &'h str, loaded: bool) {
        let target = unescape(value.trim());
        if self.inside_site(&target).is_some_and(self.is_checked) {
            return;
        }
        let Some(served) = self.served else { return self.open.push((value.to_owned(), loaded)) };
        if let Some(scheme) = scheme(&target) {
            let is_script = scheme.eq_ignore_ascii_case("javascript");
            if loaded && scheme != "data" {
                self.breach(Breach::Loaded(target.into_owned()));
            } else if is_script {
                self.breach(Breach::Script(target.into_owned()));
            }
            return;
        }
        if target.starts_with("//") {
            self.breach(Breach::Loaded(target.into_owned()));
            return;
        }
        if !loaded && served.text.is_some_and(|text| text.links.iter().any(|link| link.href == target)) {
            return;
        }
        // What the document says of itself is weighed against the ids that it has.
        if let Some(anchor) = anchor(&target) {
            return self.anchors.push(anchor);
        }
        let link = self.resolve(&target, served);
        match link.strip_prefix(served.url.as_str()).and_then(|rest| rest.strip_prefix('#')) {
            Some(anchor) => self.anchors.push(Cow::Owned(anchor.to_owned())),
            None if (self.is_checked)(&link) || self.found.links.contains(&*link) => {}
            None => _ = self.found.links.insert(link.into_owned()),
        }
    }

    /// From the site's root; what leaves it keeps its `..`, and so leads nowhere.
    fn resolve<'t>(&self, target: &'t str, served: Served<'_>) -> Cow<'t, str> {
        if let Some(link) = self.inside_site(target) {
            return Cow::Borrowed(link);
        }
        let Served { url, base, .. } = served;
        let (path, fragment) = target.split_once('#').map_or((target, None), |(path, fragment)| (path, Some(fragment)));
        let path = path.split('?').next().unwrap_or("");
        let decoded = decode(path).unwrap_or_else(|| path.to_owned());
        let absolute = if decoded.is_empty() {
            url.as_str().to_owned()
        } else if decoded.starts_with('/') {
            decoded.strip_prefix(base).map_or_else(|| format!("/..{decoded}"), |inner| format!("/{inner}"))
        } else {
            follow(url.as_str(), &decoded)
        };
        Cow::Owned(match fragment {
            Some(fragment) if !fragment.is_empty() => {
                format!("{absolute}#{}", decode(fragment).unwrap_or_else(|| fragment.to_owned()))
            }
            _ => absolute,
        })
    }

    /// A link that goes up to the root and down from there, as most do that a template makes: what follows its last `..` is
    /// the path from the root as it stands.
    fn inside_site<'t>(&self, target: &'t str) -> Option<&'t str> {
        let slash = self.to_root.len().checked_sub(1)?;
        let link = target.get(slash..).filter(|_| target.starts_with(&self.to_root))?;
        let mut before = 0;
        let is_plain = link.bytes().all(|byte| {
            let odd = matches!(byte, b'?' | b'#' | b'%') || (before == b'/' && matches!(byte, b'/' | b'.'));
            before = byte;
            !odd
        });
        is_plain.then_some(link)
    }
}

/// The anchor of a link into its own document; empty where it names none.
fn anchor<'t>(target: &Cow<'t, str>) -> Option<Cow<'t, str>> {
    let fragment = target.strip_prefix('#')?;
    Some(match target {
        Cow::Borrowed(target) if !fragment.contains('%') => Cow::Borrowed(&target[1..]),
        _ => Cow::Owned(decode(fragment).unwrap_or_else(|| fragment.to_owned())),
    })
}

fn is_loaded(tag: &Tag<'_>) -> bool {
    let loaded = ["stylesheet", "icon", "preload", "modulepreload", "manifest", "apple-touch-icon"];
    tag.value("rel")
        .is_some_and(|rel| rel.split_whitespace().any(|rel| loaded.contains(&rel.to_ascii_lowercase().as_str())))
}

/// Where a relative path leads from a URL. One that leaves the site keeps `..`, so that it is found nowhere.
pub(super) fn follow(from: &str, path: &str) -> String {
    let folder = from[..from.rfind('/').unwrap_or(0)].trim_start_matches('/');
    let Some(joined) = join(folder, path) else { return format!("/../{path}") };
    let to_folder = matches!(path.rsplit('/').next(), None | Some("" | "." | ".."));
    if to_folder && !joined.is_empty() { format!("/{joined}/") } else { format!("/{joined}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text that is longer than what is looked for first.
    const TEXT: &str =
        "<h2 id=\"when\">When to call</h2>\n<p>Call if it hurts, at any time of the day or of the night.</p>\n";

    fn look<'h>(html: &'h str, url: &'h UrlPath, ids: Option<&'h Anchors>) -> Inspection<'h> {
        let text = Some(OwnText { html: TEXT, links: &[], ids });
        inspect(html, Served { url, base: "/", text, is_checked: &|_| false }, &[])
    }

    #[test]
    fn a_text_that_is_known_is_seen_as_if_it_were_looked_at() {
        let (url, ids) = (UrlPath::new("/a/"), Anchors::new(vec!["when"]));
        let documents = [
            format!("<main id=\"when\"><a href=\"#when\">A</a>{TEXT}<a href=\"#lost\">B</a></main>"),
            format!("<p>{TEXT}{TEXT}"),
            format!("<!-- {TEXT} --><a href=\"#when\">A</a>"),
            format!("<script>{TEXT}</script><a href=\"#when\">A</a>"),
            format!("<p title='{TEXT}'><a href=\"#when\">A</a>"),
            format!("<{TEXT}"),
            format!("<p>{}", TEXT.replace("id=\"when\"", "id=\"then\"")),
        ];
        for html in &documents {
            assert_eq!(look(html, &url, Some(&ids)), look(html, &url, None), "{html}");
        }
        let found = look(&documents[0], &url, Some(&ids));
        assert_eq!((found.lost_anchors, found.double_ids.len()), (vec![Cow::Borrowed("lost")], 1));
    }
}
