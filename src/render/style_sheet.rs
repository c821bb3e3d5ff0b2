//! Style sheets name other files; when those get fingerprinted names, the sheets must follow.

use crate::base::path::join;
use crate::base::span::Span;

/// The `url(…)`s of a style sheet that name files of the theme: the place of each target, and the target.
pub fn links(text: &str) -> Vec<(Span, &str)> {
    let mut links = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find("url(") {
        let start = at + found + "url(".len();
        let Some(len) = text[start..].find(')') else { break };
        let inner = &text[start..start + len];
        let trimmed = inner.trim().trim_matches(['"', '\'']);
        at = start + len;
        let elsewhere = trimmed.starts_with('#') || trimmed.starts_with("data:");
        if !trimmed.is_empty() && !elsewhere && !in_comment(text, start) {
            let from = start + inner.find(trimmed).unwrap_or(0);
            links.push((Span::new(from, from + trimmed.len()), trimmed));
        }
    }
    links
}

fn in_comment(text: &str, at: usize) -> bool {
    let before = &text[..at];
    before.rfind("/*").is_some_and(|open| !before[open..].contains("*/"))
}

/// The name, below `static/`, that a target written in the sheet `from` means; none if it leads elsewhere.
pub fn resolve(from: &str, target: &str) -> Option<String> {
    if target.starts_with('/') || target.contains("://") {
        return None;
    }
    let path = target.split(['?', '#']).next().unwrap_or("");
    join(from.rsplit_once('/').map_or("", |(folder, _)| folder), path)
}

/// The sheet with each target replaced.
pub fn replace(text: &str, links: &[(Span, String)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (span, target) in links {
        out.push_str(&text[at..span.start]);
        out.push_str(target);
        at = span.end;
    }
    out.push_str(&text[at..]);
    out
}
