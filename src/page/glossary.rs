//! The terms that a page explains: the items of its description lists.

use comrak::nodes::{Node as AstNode, NodeValue};

use crate::page::facts::GlossaryEntry;

/// What an item of a description list says of its term. Its id is left to those who know which are taken.
pub(super) fn entry(term: AstNode<'_>) -> GlossaryEntry {
    let written = one_line(&term.collect_text());
    let (name, short) = split(&written);
    let mut names: Vec<String> = short.into_iter().flat_map(|short| short.split(", ")).map(str::to_owned).collect();
    let details =
        term.following_siblings().skip(1).find(|node| matches!(node.data().value, NodeValue::DescriptionDetails));
    let first =
        details.and_then(|details| details.children().find(|node| matches!(node.data().value, NodeValue::Paragraph)));
    for bold in details.into_iter().flat_map(comrak::arena_tree::Node::descendants) {
        if matches!(bold.data().value, NodeValue::Strong) {
            names.push(one_line(&bold.collect_text()));
            names.extend(bold.next_sibling().and_then(short_form));
        }
    }
    let definition = first.map(|paragraph| one_line(&paragraph.collect_text())).unwrap_or_default();
    GlossaryEntry { term: name.to_owned(), names, id: String::new(), definition }
}

/// `External beam radiation therapy (EBRT)` as the term and its short form, or its other names.
fn split(written: &str) -> (&str, Option<&str>) {
    match written.strip_suffix(')').and_then(|written| written.rsplit_once(" (")) {
        Some((name, short)) if !name.is_empty() && !short.is_empty() => (name, Some(short)),
        _ => (written, None),
    }
}

/// What stands in parentheses at the start of a text, as behind a bold name: `(HDR) means…`.
fn short_form(node: AstNode<'_>) -> Option<String> {
    match &node.data().value {
        NodeValue::Text(text) => {
            let (short, _) = text.trim_start().strip_prefix('(')?.split_once(')')?;
            (!short.is_empty() && !short.contains(' ')).then(|| short.to_owned())
        }
        _ => None,
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
