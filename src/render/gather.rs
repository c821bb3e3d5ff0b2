//! A page's content inside another page: a section gathered for printing.
//!
//! The finished content is rewritten, tag by tag: its ids, and what names them, get a prefix, so that no two pages' meet; its
//! headings go one level down, below the page's own title; its relative links lead on from where it now stands; and its
//! images load at once, as paper cannot be scrolled.

use crate::base::path::{UrlPath, decode, scheme};
use crate::render::inspect;

/// Content of the page at `from`, as it stands in the page at `to`, its ids with `prefix`.
pub fn embed(html: &str, from: &UrlPath, to: &UrlPath, prefix: &str) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        out.push_str(text);
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        push_tag(&mut out, &tag[..end], from, to, prefix);
        rest = &tag[end..];
    }
    out.push_str(rest);
    out
}

fn push_tag(out: &mut String, tag: &str, from: &UrlPath, to: &UrlPath, prefix: &str) {
    let tag = tag.replace(" loading=\"lazy\"", "");
    let mut name = "";
    for (at, piece) in tag.split('"').enumerate() {
        if at > 0 {
            out.push('"');
        }
        if at % 2 == 0 {
            name = piece.trim_end_matches('=').rsplit([' ', '\n']).next().unwrap_or("");
            if at == 0 {
                push_lowered(out, piece);
            } else {
                out.push_str(piece);
            }
            continue;
        }
        match name {
            "id" | "for" | "popovertarget" => out.extend([prefix, piece]),
            "aria-labelledby" | "aria-describedby" | "aria-controls" => {
                let ids: Vec<String> = piece.split_whitespace().map(|id| format!("{prefix}{id}")).collect();
                out.push_str(&ids.join(" "));
            }
            "href" | "src" => out.push_str(&rebase(piece, from, to, prefix)),
            _ => out.push_str(piece),
        }
    }
}

/// The start of a tag; a heading's with its level one down, where there is one.
fn push_lowered(out: &mut String, start: &str) {
    let name_at = if start.starts_with("</") { 2 } else { 1 };
    let mut letters = start.chars().skip(name_at);
    match (letters.next(), letters.next().and_then(|digit| digit.to_digit(10)), letters.next()) {
        (Some('h'), Some(level @ 1..=5), None | Some(' ' | '>' | '\n')) => {
            out.push_str(&start[..=name_at]);
            out.push_str(&(level + 1).to_string());
            out.push_str(&start[name_at + 2..]);
        }
        _ => out.push_str(start),
    }
}

fn rebase(href: &str, from: &UrlPath, to: &UrlPath, prefix: &str) -> String {
    if let Some(id) = href.strip_prefix('#') {
        return format!("#{prefix}{id}");
    }
    if scheme(href).is_some() || href.starts_with('/') {
        return href.to_owned();
    }
    let (path, fragment) = href.split_at(href.find(['?', '#']).unwrap_or(href.len()));
    let Some(path) = decode(path) else { return href.to_owned() };
    format!("{}{fragment}", to.relative(&UrlPath::new(&inspect::follow(from.as_str(), &path))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_levels_and_links_fit_the_new_page() {
        let (from, to) = (UrlPath::new("/a/b/"), UrlPath::new("/a/print/"));
        let html = "<h2 id=\"x\">T</h2><a href=\"#x\">a</a><a href=\"../../c/#y\">c</a><img src=\"s.png\" alt=\"\" loading=\"lazy\">";
        let embedded =
            "<h3 id=\"b-x\">T</h3><a href=\"#b-x\">a</a><a href=\"../../c/#y\">c</a><img src=\"../b/s.png\" alt=\"\">";
        assert_eq!(embed(html, &from, &to, "b-"), embedded);
    }
}
