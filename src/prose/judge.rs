//! One page, judged: its measures, what was found in it, and what its waivers let pass.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::path::SourcePath;
use crate::base::span::Span;
use crate::prose::budget::Budget;
use crate::prose::measure::{Counts, JUDGED_WORDS};
use crate::prose::phrases::{Found, Phrases};
use crate::prose::rules;
use crate::prose::sentences::{self, Sentence};
use crate::prose::syllables;
use crate::prose::text::Block;

/// A word that the site's glossary explains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The term as the glossary has it.
    pub name: String,
    /// Every way to write it, itself among them.
    pub names: Vec<String>,
}

/// A rule that a page may break, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// The rule.
    pub rule: Code,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub span: Span,
}

/// What a site's pages are judged by. Made once.
pub struct Judge<'a> {
    pub(super) budget: &'a Budget,
    pub(super) terms: &'a [Term],
    /// Terms that need an explanation: by number, as `terms` counts them.
    pub(super) hard: Vec<bool>,
    pub(super) term_phrases: Phrases,
    pub(super) word_phrases: Phrases,
    pub(super) claim_phrases: Phrases,
}

/// A page to be judged.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The file.
    pub path: &'a SourcePath,
    /// Where its title stands: the place of what holds of the page as a whole.
    pub title: Option<Span>,
    /// Its text.
    pub blocks: &'a [Block],
    /// What it asks to be let pass.
    pub waivers: &'a [Waiver],
    /// Whether it is the glossary, which need not explain its terms.
    pub is_glossary: bool,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// What the running text is made of.
    pub counts: Counts,
    /// What was found, waivers heeded.
    pub diagnostics: Vec<Diagnostic>,
    /// How often each rule was broken and waived, by its name.
    pub waived: BTreeMap<&'static str, usize>,
}

/// A block with its sentences, and the terms in each.
pub(super) struct Read<'a> {
    pub(super) block: &'a Block,
    pub(super) sentences: Vec<Sentence>,
    pub(super) terms: Vec<Vec<Found>>,
}

impl Read<'_> {
    /// The words of a sentence.
    pub(super) fn words(&self, sentence: &Sentence) -> Vec<&str> {
        sentence.words.iter().map(|word| &self.block.text[word.clone()]).collect()
    }
}

impl<'a> Judge<'a> {
    /// What pages are judged by, from the site's budget and its glossary.
    pub fn new(budget: &'a Budget, terms: &'a [Term]) -> Self {
        let names = terms.iter().enumerate().flat_map(|(at, term)| term.names.iter().map(move |name| (&**name, at)));
        let is_hard = |name: &String| name.split_whitespace().any(|word| syllables::count(word) >= 3);
        Self {
            budget,
            terms,
            hard: terms.iter().map(|term| term.names.iter().any(is_hard)).collect(),
            term_phrases: Phrases::new(names),
            word_phrases: Phrases::new(budget.words.iter().enumerate().map(|(at, (word, _))| (&**word, at))),
            claim_phrases: Phrases::new(budget.claims.iter().enumerate().map(|(at, claim)| (&**claim, at))),
        }
    }

    /// Judges a page.
    pub fn page(&self, subject: Subject<'_>) -> Judged {
        let blocks: Vec<Read<'_>> = subject.blocks.iter().map(|block| self.read(block)).collect();
        let counts = count(&blocks);
        let mut found = rules::check(self, subject, &blocks);
        found.extend(self.weigh(subject, &blocks, &counts));
        let mut judged = Judged { counts, ..Judged::default() };
        let mut used = vec![false; subject.waivers.len()];
        for fault in found {
            match subject.waivers.iter().position(|waiver| waiver.rule == fault.code) {
                Some(at) => {
                    used[at] = true;
                    *judged.waived.entry(fault.code.name()).or_default() += 1;
                }
                None => judged.diagnostics.push(fault),
            }
        }
        for (waiver, _) in subject.waivers.iter().zip(used).filter(|(_, used)| !used) {
            let message = format!("the waiver of `{}` lets nothing pass", waiver.rule.name());
            let fault = Diagnostic::new(Code::UnusedWaiver, Place::span(subject.path, waiver.span), message);
            judged.diagnostics.push(fault.help("take it out"));
        }
        judged
    }

    fn read<'b>(&self, block: &'b Block) -> Read<'b> {
        let mut read = Read { block, sentences: sentences::split(&block.text), terms: Vec::new() };
        read.terms = read.sentences.iter().map(|sentence| self.term_phrases.find(&read.words(sentence))).collect();
        read
    }

    /// Holds a page's scores to the budget.
    fn weigh(&self, subject: Subject<'_>, blocks: &[Read<'_>], counts: &Counts) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        let Some(scores) = counts.exempt_scores().filter(|_| counts.words >= JUDGED_WORDS) else { return faults };
        #[allow(clippy::cast_precision_loss, reason = "a grade is a small number")]
        let mut hold = |name: &str, score: f64, budget: u64| {
            if score > budget as f64 {
                let message =
                    format!("{name} is {score:.1} with glossary terms exempt, and the site's budget is {budget}");
                let place = subject.title.map_or_else(|| Place::file(subject.path), |at| Place::span(subject.path, at));
                let help = format!("write shorter sentences, and look at the long words: {}", long_words(blocks));
                faults.push(Diagnostic::new(Code::ReadingGrade, place, message).help(help));
            }
        };
        hold("the Flesch-Kincaid grade", scores.grade, self.budget.grade);
        if let Some(budget) = self.budget.smog {
            hold("SMOG", scores.smog, budget);
        }
        faults
    }
}

fn running<'r, 'b>(blocks: &'r [Read<'b>]) -> impl Iterator<Item = (&'r Read<'b>, usize, &'r Sentence)> {
    let running = blocks.iter().filter(|read| read.block.kind.is_running());
    running.flat_map(|read| read.sentences.iter().enumerate().map(move |(at, sentence)| (read, at, sentence)))
}

fn count(blocks: &[Read<'_>]) -> Counts {
    let mut counts = Counts::default();
    for (read, at, sentence) in running(blocks) {
        counts.sentences += 1;
        counts.words += sentence.words.len();
        for (number, word) in read.words(sentence).into_iter().enumerate() {
            let syllables = syllables::count(word);
            let is_term = read.terms[at].iter().any(|term| term.words.contains(&number));
            counts.raw.add(syllables);
            counts.exempt.add(if is_term { 1 } else { syllables });
        }
    }
    counts
}

/// The long words that stand most often, terms left out: what to look at first.
fn long_words(blocks: &[Read<'_>]) -> String {
    let mut often: BTreeMap<String, usize> = BTreeMap::new();
    for (read, at, sentence) in running(blocks) {
        for (number, word) in read.words(sentence).into_iter().enumerate() {
            if syllables::count(word) >= 3 && !read.terms[at].iter().any(|term| term.words.contains(&number)) {
                *often.entry(word.to_lowercase()).or_default() += 1;
            }
        }
    }
    let mut often: Vec<(String, usize)> = often.into_iter().collect();
    often.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    let shown = often.iter().take(6).map(|(word, times)| format!("`{word}` ({times})"));
    shown.collect::<Vec<_>>().join(", ")
}
