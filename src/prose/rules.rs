//! What a good editor would look at again, each kind a rule of its own. All of it is advice.

use std::collections::HashSet;
use std::ops::Range;

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::prose::judge::{Judge, Read, Subject};
use crate::prose::phrases::Found;
use crate::prose::sentences::Sentence;
use crate::prose::text::Kind;

/// The rules that a page may waive.
pub const RULES: [Code; 7] = [
    Code::ReadingGrade,
    Code::LongSentence,
    Code::LongParagraph,
    Code::PlainWord,
    Code::AbsoluteClaim,
    Code::BarePercentage,
    Code::UnexplainedTerm,
];

/// All that the rules find in a page's text, but for its grade.
pub(super) fn check(judge: &Judge<'_>, subject: Subject<'_>, blocks: &[Read<'_>]) -> Vec<Diagnostic> {
    let counted_rows = blocks.iter().filter(|read| counts_people(read)).filter_map(|read| read.block.row).collect();
    let mut checked = Check { judge, subject, blocks, counted_rows, found: Vec::new() };
    for read in blocks {
        checked.lengths(read);
        checked.words(read);
        checked.percentages(read);
    }
    if !subject.is_glossary {
        checked.terms();
    }
    checked.found
}

struct Check<'c, 'b> {
    judge: &'c Judge<'c>,
    subject: Subject<'c>,
    blocks: &'c [Read<'b>],
    /// Rows of tables in which people are counted.
    counted_rows: HashSet<usize>,
    found: Vec<Diagnostic>,
}

impl Check<'_, '_> {
    fn report(&mut self, code: Code, read: &Read<'_>, part: Range<usize>, message: String, help: &str) {
        let place = Place::span(self.subject.path, read.block.span(part));
        self.found.push(Diagnostic::new(code, place, message).help(help));
    }

    fn lengths(&mut self, read: &Read<'_>) {
        let budget = self.judge.budget;
        if !read.block.kind.is_running() {
            return;
        }
        for sentence in read.sentences.iter().filter(|sentence| sentence.words.len() as u64 > budget.sentence_words) {
            let message = format!("a sentence has {} words", sentence.words.len());
            let help = format!("make two of it: the site's budget is {} words", budget.sentence_words);
            self.report(Code::LongSentence, read, sentence.range.clone(), message, &help);
        }
        if read.sentences.len() as u64 > budget.paragraph_sentences {
            let message = format!("a paragraph has {} sentences", read.sentences.len());
            let help = format!(
                "start a new one where a new thought starts, or make a list: the site's budget is {} sentences",
                budget.paragraph_sentences
            );
            self.report(Code::LongParagraph, read, 0..read.block.text.len(), message, &help);
        }
    }

    fn words(&mut self, read: &Read<'_>) {
        for sentence in &read.sentences {
            let words = read.words(sentence);
            for found in self.judge.word_phrases.find(&words) {
                let part = part(sentence, &found);
                let message = format!("`{}` has a plainer word", &read.block.text[part.clone()]);
                let help = format!("write `{}`", self.judge.budget.words[found.number].1);
                self.report(Code::PlainWord, read, part, message, &help);
            }
            let is_question = read.block.text[sentence.range.clone()].trim_end_matches(['"', '”', ')']).ends_with('?');
            for found in self.judge.claim_phrases.find(&words) {
                if !is_question && !is_negated(&words[..found.words.start]) {
                    let part = part(sentence, &found);
                    let message = format!("`{}` holds for no one without exception", &read.block.text[part.clone()]);
                    let help = "say for whom, how often and compared with what, with its source; or take it out";
                    self.report(Code::AbsoluteClaim, read, part, message, help);
                }
            }
        }
    }

    fn percentages(&mut self, read: &Read<'_>) {
        // A row of a table says in one cell of what the other's percentage is.
        if counts_people(read) || read.block.row.is_some_and(|row| self.counted_rows.contains(&row)) {
            return;
        }
        for sentence in &read.sentences {
            let words = read.words(sentence);
            let percentage = words.iter().enumerate().find(|(at, word)| {
                let next = words.get(at + 1).copied().unwrap_or("");
                // "The upper 95% limit" is of no people.
                let is_statistic = matches!(next, "limit" | "limits" | "confidence" | "credible" | "interval" | "CI");
                is_number(word) && !is_statistic && (word.ends_with('%') || matches!(next, "percent" | "%"))
            });
            if let Some((at, word)) = percentage {
                let percent = if word.ends_with('%') { "" } else { " percent" };
                let message = format!("`{word}{percent}` stands without the number of people that it is of");
                let help = "write it as people count, `1 in 7`, or put that beside it: `14.3% (1 in 7)`";
                self.report(Code::BarePercentage, read, sentence.words[at].clone(), message, help);
            }
        }
    }

    /// Each hard glossary term that the page explains, and uses before it does. One that it never explains is left to the
    /// glossary, from which the site can tell its meaning in place.
    fn terms(&mut self) {
        let mut used: Vec<Option<(&Read<'_>, Range<usize>)>> = vec![None; self.judge.terms.len()];
        let mut done: Vec<bool> = self.judge.hard.iter().map(|hard| !hard).collect();
        for read in self.blocks {
            for (sentence, terms) in read.sentences.iter().zip(&read.terms) {
                for found in terms {
                    let (number, part) = (found.number, part(sentence, found));
                    if done[number] {
                        continue;
                    }
                    let explains = explains(read, &part);
                    let leads_on = read.block.is_marked(&part) || read.block.kind == Kind::Term;
                    done[number] = explains || (used[number].is_none() && leads_on);
                    match used[number].clone() {
                        // The next sentence is near enough.
                        Some(first) if explains && !std::ptr::eq(first.0, read) => {
                            self.unexplained(first, number, (read, part));
                        }
                        // A heading says what follows, and explains nothing.
                        None if !done[number] && read.block.kind != Kind::Heading => used[number] = Some((read, part)),
                        _ => {}
                    }
                }
            }
        }
    }

    fn unexplained(&mut self, used: (&Read<'_>, Range<usize>), number: usize, explained: (&Read<'_>, Range<usize>)) {
        let term = &self.judge.terms[number].name;
        let message = format!("the glossary's term `{term}` is used before the page explains it");
        let help = "explain it here, in a few plain words, and need not below";
        self.report(Code::UnexplainedTerm, used.0, used.1, message, help);
        let place = Place::span(self.subject.path, explained.0.block.span(explained.1));
        if let Some(fault) = self.found.last_mut() {
            fault.related.push((place, "it is explained here".to_owned()));
        }
    }
}

/// Where a phrase stands in its block's text.
fn part(sentence: &Sentence, found: &Found) -> Range<usize> {
    sentence.words[found.words.start].start..sentence.words[found.words.end - 1].end
}

/// Whether words before a claim turn it around, or leave it open: "isn't guaranteed", "ask whether it is safe".
fn is_negated(before: &[&str]) -> bool {
    const WORDS: [&str; 17] = [
        "not", "no", "never", "none", "nobody", "nothing", "nor", "neither", "cannot", "without", "whether", "if",
        "until", "unless", "how", "rarely", "seldom",
    ];
    before.iter().rev().take(8).any(|word| {
        let word = word.to_lowercase().replace('’', "'");
        word.ends_with("n't") || WORDS.contains(&word.as_str())
    })
}

fn is_number(word: &str) -> bool {
    const WORDS: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "hundred", "thousand"];
    word.starts_with(|c: char| c.is_ascii_digit()) || WORDS.contains(&word.to_lowercase().as_str())
}

fn counts_people(read: &Read<'_>) -> bool {
    read.sentences.iter().any(|sentence| has_denominator(&read.words(sentence)))
}

/// Whether a sentence counts people: "1 in 7", "70 of 651", "20 more people in every 1,000", "3 out of 10", "5 per 100".
fn has_denominator(words: &[&str]) -> bool {
    let whole = |word: &&str| is_number(word) && !word.ends_with('%');
    words.iter().enumerate().any(|(at, word)| {
        let filler = |word: &&str| matches!(*word, "every" | "each" | "about" | "of" | "the");
        matches!(*word, "in" | "of" | "per" | "among")
            && words[at + 1..].iter().find(|word| !filler(word)).is_some_and(whole)
            && words[..at].iter().rev().take(5).any(whole)
    })
}

/// Whether a page explains a term where it stands: as the term of a list, set off from the words around it, with plain words in parentheses behind it or itself in parentheses behind them, or with a verb that
/// says what it is.
fn explains(read: &Read<'_>, part: &Range<usize>) -> bool {
    const VERBS: [&str; 6] = ["means ", "mean ", "is a ", "is an ", "is the ", "is when "];
    let text = &read.block.text;
    let (before, after) = (text[..part.start].trim_end(), text[part.end..].trim_start());
    let alone = ["(a", "(an", "(the"].iter().find(|article| before.ends_with(**article));
    let alone = alone.map_or(before, |article| &before[..=before.len() - article.len()]);
    // "IORT (70 of 651)" explains nothing.
    let aside = after.strip_prefix('(').and_then(|after| after.split_once(')')).map(|(aside, _)| aside);
    let said = after.trim_start_matches(['"', '”', '’', ',', ' ']);
    let called = before.trim_end_matches(['"', '“', ' ']);
    let ends = |word: &str| called.strip_suffix(word).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '));
    (read.block.kind == Kind::Term && read.block.row.is_none())
        || read.block.marked.contains(part)
        || aside.is_some_and(|aside| !aside.contains(|c: char| c.is_ascii_digit()))
        || (alone.ends_with('(') && after.starts_with(')'))
        || ["called", "called a", "called an", "named"].iter().any(|word| ends(word))
        || (!ends("what") && !ends("What") && VERBS.iter().any(|verb| said.starts_with(verb)))
}
