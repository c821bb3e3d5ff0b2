//! How pages measure: a table for people, lines of JSON for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::engine::prose::Measured;
use crate::prose::measure::Scores;
use crate::shell::report::visible::{escape_json, visible_line};

/// The table. Scores with glossary terms exempt stand beside the raw ones; a star marks a SMOG of too few sentences.
pub fn table(pages: &[Measured]) -> String {
    let paths: Vec<String> = pages.iter().map(|page| visible_line(page.path.as_str()).into_owned()).collect();
    let width = paths.iter().map(|path| path.chars().count()).max().unwrap_or(0);
    let mut out = format!("{:width$}  words  sentences    grade   exempt     SMOG   exempt  found  waived\n", "page");
    for (page, path) in pages.iter().zip(&paths) {
        let Measured { raw, exempt, words, sentences, lang, .. } = page;
        let _ = match (raw, exempt) {
            (Some(raw), Some(exempt)) => {
                let star = if page.smog_indicative { '*' } else { ' ' };
                let Scores { grade, smog } = raw;
                writeln!(
                    out,
                    "{path:width$}  {words:>5}  {sentences:>9}  {grade:>7.1}  {:>7.1}  {smog:>6.1}{star}  {:>6.1}{star}  {:>5}  {:>6}",
                    exempt.grade,
                    exempt.smog,
                    sum(&page.found),
                    sum(&page.waived),
                )
            }
            _ => writeln!(out, "{path:width$}  no running text in English (`{lang}`)"),
        };
    }
    out.push_str(
        "grade: Flesch-Kincaid. exempt: glossary terms taken for easy words. *: indicative, fewer than 30 sentences.\n",
    );
    out
}

fn sum(rules: &BTreeMap<&'static str, usize>) -> usize {
    rules.values().sum()
}

/// One object a line, each with the one key `prose`, which tells it from a diagnostic.
pub fn json(pages: &[Measured]) -> String {
    #[derive(Serialize)]
    struct Line<'a> {
        prose: &'a Measured,
    }
    let line = |prose| {
        // Plain data always has a JSON form.
        let mut line = escape_json(serde_json::to_string(&Line { prose }).unwrap_or_default());
        line.push('\n');
        line
    };
    pages.iter().map(line).collect()
}
