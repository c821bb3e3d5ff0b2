//! Style sheets name other files; when those get fingerprinted names, the sheets must follow. And they are written for people,
//! with comments and indents, which no reader needs to load.

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

/// The sheet without comments, indents and the blanks that separate nothing. Strings and `url(…)`s stay as they are.
pub fn shrink(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if rest.starts_with("/*") {
            rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
            // A comment separates what stands on both its sides.
            let joins = |c: char| c.is_whitespace() || "{};".contains(c);
            if !out.ends_with(joins) && !rest.starts_with(joins) && !out.is_empty() {
                out.push_str("/**/");
            }
        } else if matches!(c, '"' | '\'') {
            let end = end_of_string(rest, c);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        } else if rest.starts_with("url(") {
            let end = rest.find(')').map_or(rest.len(), |end| end + 1);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        } else if c.is_whitespace() {
            rest = rest.trim_start();
            // `--empty: ;` holds a blank, and `a: b` in a selector cannot stand.
            let is_empty = out.ends_with(':') && rest.starts_with([';', '}']);
            if is_empty
                || !(out.is_empty()
                    || out.ends_with(['{', '}', ';', ',', ':', ' '])
                    || rest.starts_with(['{', '}', ';']))
            {
                out.push(' ');
            }
        } else {
            let is_superfluous = match c {
                '}' => out.ends_with([';', ' ']),
                '{' | ';' => out.ends_with(' ') && !out.ends_with(": "),
                _ => false,
            };
            if is_superfluous {
                out.pop();
            }
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// Where a string that starts with a quote ends, its quotes included.
fn end_of_string(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shrinking_keeps_what_separates() {
        let sheet = "/* x */\na b > c,\n  d:not(.e) {\n  --f: ;\n  g: calc(1px + 2px) /* y */ ;\n  content: \" ; /* \\\" \";\n}\n@media (h: i) and (j) { k { l: m } }\n";
        let shrunk = "a b > c,d:not(.e){--f: ;g:calc(1px + 2px);content:\" ; /* \\\" \"}@media (h:i) and (j){k{l:m}}";
        assert_eq!(shrink(sheet), shrunk);
    }
}
