//! What changed on a page since it was last passed, as a reviewer is shown it on a terminal.

use std::fmt::Write as _;

use crate::engine::compose::{Changes, chain};
use crate::engine::survey::Surveyed;
use crate::review::record::Record;
use crate::review::text::{Line, ReviewedText};
use crate::shell::fault::EnvironmentFault;
use crate::shell::report::visible::{visible, visible_line};
use crate::shell::report::words::words;
use crate::shell::review::open::Opened;

/// A page's head and what changed on it.
pub(super) fn shown(site: &Opened, page: &Surveyed<'_>) -> String {
    let mut out =
        format!("\x1b[1m{}\x1b[0m  {}\n", visible_line(page.facts.path.as_str()), visible_line(&page.facts.title));
    for record in objections(page) {
        let note = record.note.as_deref().unwrap_or("without a note");
        let _ = writeln!(out, "{} asked for changes on {}: {}", record.reviewer, record.date, visible(note));
    }
    match site.plan.changes(&site.sources, page) {
        Some(changes) => out.push_str(&body(&changes)),
        None => out.push_str("The page cannot be read.\n"),
    }
    out
}

fn body(changes: &Changes) -> String {
    match &changes.since {
        None => format!("Nobody has passed this page yet: all {} words of it are new.\n", count(&changes.present)),
        Some(filed) => {
            let Record { date, reviewer, .. } = &filed.record;
            if changes.diff.is_empty() {
                format!("The words are those that {reviewer} passed on {date}.\n")
            } else {
                format!("Since {reviewer} passed it on {date}:\n\n{}", words(&changes.diff))
            }
        }
    }
}

/// What changed on a page.
pub(super) fn of(site: &Opened, page: &Surveyed<'_>) -> Result<Changes, EnvironmentFault> {
    let changes = site.plan.changes(&site.sources, page);
    changes.ok_or_else(|| EnvironmentFault::new(format!("`{}` cannot be read", page.facts.path)))
}

/// How many words a text has.
pub(super) fn count(text: &ReviewedText) -> usize {
    text.words.iter().filter(|line| matches!(line, Line::Word(word) if !word.joined)).count()
}

/// The records that ask for changes of the present words.
fn objections<'a>(page: &Surveyed<'a>) -> Vec<&'a Record> {
    let chain = chain(page);
    page.entry.standing.objections.iter().filter_map(|at| chain.get(*at)).map(|filed| &filed.record).collect()
}
