//! What changed, as HTML: blocks that changed in the open, and between them, folded, those that did not.

use std::fmt::Write as _;

use crate::render::body::push_escaped;
use crate::review::diff::{Block, BlockChange, Change, Diff};

/// A diff.
pub(super) fn changes(diff: &Diff) -> String {
    let mut out = String::new();
    let is_kept = |block: &Block| block.change == BlockChange::Kept;
    for run in diff.blocks.chunk_by(|a, b| is_kept(a) == is_kept(b)) {
        if run.first().is_some_and(is_kept) {
            let what = if run.len() == 1 { "block is" } else { "blocks are" };
            let _ = write!(out, "<details>\n<summary>{} {what} unchanged</summary>\n", run.len());
            run.iter().for_each(|unchanged| block(unchanged, &mut out));
            out.push_str("</details>\n");
        } else {
            run.iter().for_each(|changed| block(changed, &mut out));
        }
    }
    out
}

fn block(block: &Block, out: &mut String) {
    out.push_str("<div class=\"block\">\n<p class=\"label\">");
    push_escaped(out, &block.label);
    match (block.change, &block.was) {
        (BlockChange::Added, _) => out.push_str(", added"),
        (BlockChange::Removed, _) => out.push_str(", removed"),
        (_, Some(was)) if *was != block.label => {
            out.push_str(", was ");
            push_escaped(out, was);
        }
        _ => {}
    }
    out.push_str("</p>\n<p dir=\"auto\">");
    for run in &block.runs {
        let words = run.text.trim_start();
        out.push_str(&run.text[..run.text.len() - words.len()]);
        // Few screen readers tell `ins` and `del` by themselves.
        let (tag, said) = match run.change {
            Change::Kept => {
                push_escaped(out, words);
                continue;
            }
            Change::Added => ("ins", "added"),
            Change::Removed => ("del", "removed"),
        };
        let _ = write!(out, "<{tag}><span class=\"unsaid\">[{said}: </span>");
        push_escaped(out, words);
        let _ = write!(out, "<span class=\"unsaid\">]</span></{tag}>");
    }
    out.push_str("</p>\n</div>\n");
}
