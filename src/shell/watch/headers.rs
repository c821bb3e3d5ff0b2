//! `_headers`: the response headers that the site asks of its host, in the form that Netlify and Cloudflare Pages share.
//!
//! ```text
//! # a comment
//! /*
//!   X-Content-Type-Options: nosniff
//! /print/*
//!   ! X-Content-Type-Options
//! ```
//!
//! All rules that fit apply, in order; a header that comes twice is joined with a comma, and `! Name` takes it away
//! (Cloudflare). What a host would not let a site set is passed over here as well.

use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::pattern::Pattern;

/// Headers that belong to the server. `Cache-Control` is among them in a preview: what is looked at must be what was built
/// last, so nothing may be kept.
const OURS: [HeaderName; 8] = [
    header::CACHE_CONTROL,
    header::CONNECTION,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::DATE,
    header::LOCATION,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// The rules of a `_headers` file.
#[derive(Clone, Debug, Default)]
pub(super) struct Headers(Vec<Rule>);

#[derive(Clone, Debug)]
struct Rule {
    pattern: Pattern,
    changes: Vec<Change>,
}

#[derive(Clone, Debug)]
enum Change {
    Add(HeaderName, HeaderValue),
    Remove(HeaderName),
}

impl Headers {
    /// Reads the file; a line that cannot be read is passed over, as a host does.
    pub(super) fn parse(text: &str) -> Self {
        let mut rules: Vec<Rule> = Vec::new();
        let mut in_rule = false;
        for line in text.lines() {
            let is_indented = line.starts_with([' ', '\t']);
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if !is_indented {
                let pattern = Pattern::parse(line);
                in_rule = pattern.is_some();
                rules.extend(pattern.map(|pattern| Rule { pattern, changes: Vec::new() }));
            } else if in_rule && let Some(rule) = rules.last_mut() {
                rule.changes.extend(change(line));
            }
        }
        Self(rules)
    }

    /// Applies the rules that fit a path of the host to a response's headers.
    pub(super) fn apply(&self, path: &str, headers: &mut HeaderMap) {
        let mut set = HeaderMap::new();
        for rule in self.0.iter().filter(|rule| rule.pattern.catch(path).is_some()) {
            for change in &rule.changes {
                match change {
                    Change::Add(name, value) => join(&mut set, name, value),
                    Change::Remove(name) => drop(set.remove(name)),
                }
            }
        }
        headers.extend(set);
    }
}

fn change(line: &str) -> Option<Change> {
    if let Some(name) = line.strip_prefix('!') {
        return Some(Change::Remove(name.trim().parse().ok()?));
    }
    let (name, value) = line.split_once(':')?;
    let name: HeaderName = name.trim().parse().ok()?;
    let value = HeaderValue::from_str(value.trim()).ok()?;
    (!OURS.contains(&name)).then_some(Change::Add(name, value))
}

fn join(headers: &mut HeaderMap, name: &HeaderName, value: &HeaderValue) {
    let joined = headers
        .get(name)
        .and_then(|first| HeaderValue::from_bytes(&[first.as_bytes(), b", ", value.as_bytes()].concat()).ok());
    headers.insert(name, joined.unwrap_or_else(|| value.clone()));
}
