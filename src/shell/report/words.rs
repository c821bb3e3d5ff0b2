//! What changed on a page, word by word, for a terminal.
//!
//! Words that came stand in `{+ +}` and words that went in `[- -]`, as `git diff --word-diff` marks them, and in color besides:
//! color is never the only sign. The text is styled with ANSI escapes; whoever prints it strips them where they are not wanted.

use std::fmt::Write as _;

use crate::review::diff::{Block, BlockChange, Change, Diff};
use crate::shell::report::visible::{visible, visible_line};

const ADDED: &str = "\x1b[32m";
const REMOVED: &str = "\x1b[31m";
const LABEL: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";

/// The blocks that changed, each below the heading that it stands under.
pub fn words(diff: &Diff) -> String {
    let mut out = String::new();
    let mut heading: Option<&Block> = None;
    let mut kept = 0_usize;
    for block in &diff.blocks {
        if block.change == BlockChange::Kept {
            kept += 1;
            if block.label.starts_with("heading") {
                heading = Some(block);
            }
            continue;
        }
        if let Some(heading) = heading.take() {
            let text: String = heading.runs.iter().map(|run| run.text.as_str()).collect();
            let _ = writeln!(out, "{LABEL}{}{PLAIN}", visible_line(&text));
        }
        out.push_str(&changed(block));
    }
    if kept > 0 {
        let _ = writeln!(out, "{kept} {} unchanged.", if kept == 1 { "block is" } else { "blocks are" });
    }
    out
}

fn changed(block: &Block) -> String {
    let what = match (block.change, &block.was) {
        (BlockChange::Added, _) => ", added".to_owned(),
        (BlockChange::Removed, _) => ", removed".to_owned(),
        (_, Some(was)) if *was != block.label => format!(", was {}", visible_line(was)),
        _ => String::new(),
    };
    let mut out = format!("  {LABEL}{}{what}{PLAIN}\n", visible_line(&block.label));
    let mut text = String::new();
    for run in &block.runs {
        // White space before a run stands before its mark, so that the words stand apart.
        let words = run.text.trim_start();
        text.push_str(&run.text[..run.text.len() - words.len()]);
        let words = visible(words);
        let _ = match run.change {
            Change::Kept => write!(text, "{words}"),
            Change::Added => write!(text, "{ADDED}{{+{words}+}}{PLAIN}"),
            Change::Removed => write!(text, "{REMOVED}[-{words}-]{PLAIN}"),
        };
    }
    for line in text.lines() {
        let _ = writeln!(out, "    {line}");
    }
    out.push('\n');
    out
}
