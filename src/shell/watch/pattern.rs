//! Path patterns of `_headers` and `_redirects`: `/old/*`, `/blog/:year/:slug`.
//!
//! `*` stands for any run of characters and is caught as `splat`; `:name` stands for one segment. A pattern has at most one
//! `*`, as Cloudflare Pages and Netlify ask. Paths are compared as they are after percent-decoding.

use crate::base::path::decode;

/// A pattern, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Splat,
    Name(String),
}

/// What the variable parts of a pattern stood for.
pub(super) type Caught<'a> = Vec<(&'a str, String)>;

impl Pattern {
    /// Reads a pattern; `None` if it is not a path from the root, or has a second `*`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = decode(text).filter(|text| text.starts_with('/'))?;
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let (part, after) = Part::first(rest);
            parts.push(part);
            rest = after;
        }
        let splats = parts.iter().filter(|part| **part == Part::Splat).count();
        (splats <= 1).then_some(Self(parts))
    }

    /// What the variable parts stand for in a path, if it fits.
    pub(super) fn catch(&self, path: &str) -> Option<Caught<'_>> {
        let mut caught = Vec::new();
        catch(&self.0, path, &mut caught).then_some(caught)
    }
}

impl Part {
    fn first(text: &str) -> (Self, &str) {
        if let Some(rest) = text.strip_prefix('*') {
            return (Self::Splat, rest);
        }
        if let Some(rest) = text.strip_prefix(':') {
            let name = name_at_start(rest);
            if !name.is_empty() {
                return (Self::Name(name.to_owned()), &rest[name.len()..]);
            }
        }
        let first = text.chars().next().map_or(0, char::len_utf8);
        let end = text[first..].find(['*', ':']).map_or(text.len(), |at| at + first);
        (Self::Text(text[..end].to_owned()), &text[end..])
    }
}

fn catch<'a>(parts: &'a [Part], path: &str, caught: &mut Caught<'a>) -> bool {
    let Some((part, others)) = parts.split_first() else { return path.is_empty() };
    match part {
        Part::Text(text) => path.strip_prefix(text.as_str()).is_some_and(|rest| catch(others, rest, caught)),
        Part::Name(name) => {
            let (segment, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
            caught.push((name, segment.to_owned()));
            !segment.is_empty() && catch(others, rest, caught)
        }
        Part::Splat => {
            let fixed = caught.len();
            let ends = (0..=path.len()).rev().filter(|end| path.is_char_boundary(*end));
            for end in ends {
                caught.truncate(fixed);
                caught.push(("splat", path[..end].to_owned()));
                if catch(others, &path[end..], caught) {
                    return true;
                }
            }
            false
        }
    }
}

fn name_at_start(text: &str) -> &str {
    &text[..text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())]
}

/// Puts what was caught into a target: `/new/:splat`. A name that was not caught stays as it is.
pub(super) fn fill(target: &str, caught: &Caught<'_>) -> String {
    let mut out = String::with_capacity(target.len());
    let mut rest = target;
    while let Some(at) = rest.find(':') {
        let name = name_at_start(&rest[at + 1..]);
        out.push_str(&rest[..at]);
        match caught.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => out.push_str(&crate::base::path::encode(value)),
            None => out.push_str(&rest[at..=at + name.len()]),
        }
        rest = &rest[at + 1 + name.len()..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(pattern: &str, path: &str, target: &str) -> Option<String> {
        let pattern = Pattern::parse(pattern).expect("a pattern");
        Some(fill(target, &pattern.catch(path)?))
    }

    #[test]
    fn patterns() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(filled("/a", "/a", "/b"), some("/b"));
        assert_eq!(filled("/a", "/a/", "/b"), None);
        assert_eq!(filled("/old/*", "/old/x/y", "/new/:splat"), some("/new/x/y"));
        assert_eq!(filled("/old/*", "/old/", "/new/:splat"), some("/new/"));
        assert_eq!(filled("/*.html", "/a/b.html", "/:splat"), some("/a/b"));
        assert_eq!(filled("/:year/:slug/", "/2024/a b/", "/x/:slug/:year/:more"), some("/x/a%20b/2024/:more"));
        assert_eq!(filled("/:year", "/a/b", "/"), None);
        assert_eq!(filled("/gr%C3%B6%C3%9Fe", "/größe", "https://example.org:81/"), some("https://example.org:81/"));
        assert_eq!(Pattern::parse("/*/*"), None);
        assert_eq!(Pattern::parse("https://example.org/"), None);
    }
}
