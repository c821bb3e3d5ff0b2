//! Fragments: HTML that many documents share, made once and put into each.
//!
//! A document is rendered with a mark in the fragment's place. What a fragment cannot know is the page that it will stand in,
//! so `current(path="…")` writes a mark too, which becomes an attribute on that page and nothing on any other. A mark
//! stands between two NULs: no text holds one.

use memchr::memchr;

use crate::base::path::UrlPath;
use crate::render::inspect::{self, Seen};

/// What stands in a document where the navigation goes.
pub const NAVIGATION_MARK: &str = "\0navigation\0";
/// How the mark of a path begins.
const CURRENT: &str = "current:";
/// What the mark of a path becomes on the page at that path.
const IS_CURRENT: &str = " aria-current=\"page\"";

/// The mark of a path: it says of a link whether it leads to the page that it stands on.
pub fn current(path: &str) -> String {
    format!("\0{CURRENT}{path}\0")
}

/// A fragment.
#[derive(Clone, Debug)]
pub struct Fragment {
    /// Its HTML, cut at the marks of paths.
    pieces: Vec<Piece>,
    /// What is in it to be weighed in each document.
    seen: Seen,
}

#[derive(Clone, Debug)]
struct Piece {
    html: String,
    /// The path whose mark follows, but for the last.
    path: Option<String>,
}

impl Fragment {
    /// A fragment for documents whose way to the root is `to_root`. `is_checked` tells of a link, from the site's root, whether it
    /// is right wherever it stands.
    pub fn new(html: &str, to_root: &str, is_checked: &dyn Fn(&str) -> bool) -> Self {
        let mut pieces = Vec::new();
        let mut last = Piece { html: String::new(), path: None };
        each_part(html, |part| match part {
            Part::Html(html) => last.html.push_str(html),
            Part::Current(path) => {
                let html = std::mem::take(&mut last.html);
                pieces.push(Piece { html, path: Some(path.to_owned()) });
            }
            Part::Navigation => {}
        });
        pieces.push(last);
        pieces.iter_mut().for_each(|piece| piece.html.shrink_to_fit());
        let text: String = pieces.iter().map(|piece| piece.html.as_str()).collect();
        Self { seen: inspect::see(&text, to_root, is_checked), pieces }
    }

    /// What is in it to be weighed in each document.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    fn push(&self, path: &str, out: &mut String) {
        for piece in &self.pieces {
            out.push_str(&piece.html);
            if piece.path.as_deref() == Some(path) {
                out.push_str(IS_CURRENT);
            }
        }
    }

    fn len(&self) -> usize {
        self.pieces.iter().map(|piece| piece.html.len()).sum()
    }
}

/// A document as it was rendered: the fragments in it are marks yet.
pub struct Marked {
    /// The document, the marks of paths resolved.
    pub html: String,
    /// How often the navigation stands in it.
    pub navigations: usize,
}

impl Marked {
    /// Resolves the marks of paths in the document of a page.
    pub fn new(html: String, url: &UrlPath) -> Self {
        let mut navigations = 0;
        let mut has_paths = false;
        each_part(&html, |part| match part {
            Part::Html(_) => {}
            Part::Navigation => navigations += 1,
            Part::Current(_) => has_paths = true,
        });
        if !has_paths {
            return Self { html, navigations };
        }
        let mut resolved = String::with_capacity(html.len());
        each_part(&html, |part| match part {
            Part::Html(html) => resolved.push_str(html),
            Part::Navigation => resolved.push_str(NAVIGATION_MARK),
            Part::Current(path) if path == url.from_root() => resolved.push_str(IS_CURRENT),
            Part::Current(_) => {}
        });
        Self { html: resolved, navigations }
    }

    /// The finished document, with the navigation where it goes.
    pub fn finish(self, url: &UrlPath, navigation: Option<&Fragment>) -> String {
        if self.navigations == 0 {
            return self.html;
        }
        let more = navigation.map_or(0, Fragment::len) + IS_CURRENT.len();
        let mut finished = String::with_capacity(self.html.len() + self.navigations * more);
        each_part(&self.html, |part| match part {
            Part::Html(html) => finished.push_str(html),
            Part::Navigation => navigation.iter().for_each(|fragment| fragment.push(url.from_root(), &mut finished)),
            Part::Current(_) => {}
        });
        finished
    }
}

enum Part<'a> {
    Html(&'a str),
    Navigation,
    Current(&'a str),
}

/// Cuts a text at its marks. A NUL that belongs to none is part of the text.
fn each_part<'a>(text: &'a str, mut part: impl FnMut(Part<'a>)) {
    let mut from = 0;
    let mut at = 0;
    while let Some(start) = memchr(0, &text.as_bytes()[at..]).map(|offset| at + offset) {
        let inner = &text[start + 1..];
        let Some(len) = memchr(0, inner.as_bytes()) else { break };
        at = start + 1 + len + 1;
        let mark = &inner[..len];
        let found = match mark.strip_prefix(CURRENT) {
            Some(path) => Part::Current(path),
            None if text[start..at] == *NAVIGATION_MARK => Part::Navigation,
            None => {
                at = start + 1;
                continue;
            }
        };
        part(Part::Html(&text[from..start]));
        part(found);
        from = at;
    }
    part(Part::Html(&text[from..]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fragment_knows_the_page_that_it_stands_in() {
        let list = format!("<a href=\"../a/\"{}>A</a><a href=\"../b/\"{}>B</a>", current("a/"), current("b/"));
        let fragment = Fragment::new(&list, "../", &|_| true);
        let document = format!("<nav>{NAVIGATION_MARK}</nav>\0<a{}>", current("b/"));
        let url = UrlPath::new("/b/");
        let finished = Marked::new(document, &url).finish(&url, Some(&fragment));
        assert_eq!(
            finished,
            "<nav><a href=\"../a/\">A</a><a href=\"../b/\" aria-current=\"page\">B</a></nav>\0<a aria-current=\"page\">"
        );
    }

    #[test]
    fn a_document_without_marks_is_as_it_was() {
        let url = UrlPath::new("/");
        for text in ["", "<p>", "\0", "a\0b\0c"] {
            assert_eq!(Marked::new(text.to_owned(), &url).finish(&url, None), text);
        }
    }
}
