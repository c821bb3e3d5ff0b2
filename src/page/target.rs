//! A target as a page wrote it, to a path from the site's root.
//!
//! This is done with the page's own path and nothing else: what it gives for a page and its text is the same in ten years,
//! whatever has been moved since, so that a digest over it can be kept. Whether two such paths lead to one place today is a
//! question for who knows the routes (`site/settle.rs`).

use crate::base::path::{SourcePath, decode, encode, join, scheme};

/// The path of a target from the content folder, with its anchor: `after.md#pain` on `content/treatment/index.md` is
/// `/treatment/after.md#pain`. A URL of another site is as it was written, and so is what no page can mean: a path that
/// leads out of the content folder, a query, a `%` that starts no escape.
pub fn from_root(page: &SourcePath, target: &str) -> String {
    inner(page, target).unwrap_or_else(|| target.to_owned())
}

fn inner(page: &SourcePath, target: &str) -> Option<String> {
    if scheme(target).is_some() || target.starts_with("//") || target.trim().is_empty() {
        return None;
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    if path.contains('?') {
        return None;
    }
    let (path, anchor) = (decode(path)?, decode(anchor)?);
    let (_, own) = page.as_str().split_once('/')?;
    let path = if path.is_empty() {
        own.to_owned()
    } else {
        let folder = if path.starts_with('/') { "" } else { own.rsplit_once('/').map_or("", |(folder, _)| folder) };
        join(folder, &path)?
    };
    let anchor = if anchor.is_empty() { String::new() } else { format!("#{}", encode(&anchor)) };
    Some(format!("/{}{anchor}", encode(&path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_a_target_is_one() {
        let page = SourcePath::new("content/treatment/index.md");
        for (written, path) in [
            ("after.md", "/treatment/after.md"),
            ("./after.md#pain", "/treatment/after.md#pain"),
            ("../treatment/after.md", "/treatment/after.md"),
            ("/treatment/after.md", "/treatment/after.md"),
            ("/treatment/after/", "/treatment/after"),
            ("a%20b.md", "/treatment/a%20b.md"),
            ("a b.md", "/treatment/a%20b.md"),
            ("#call", "/treatment/index.md#call"),
            ("https://example.org/?a=1", "https://example.org/?a=1"),
            ("../../out.md", "../../out.md"),
            ("a.md?b", "a.md?b"),
            ("%zz", "%zz"),
        ] {
            assert_eq!(from_root(&page, written), path, "{written}");
        }
    }
}
