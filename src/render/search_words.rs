//! The words of an index, cut into files: where the cuts are, what each file's key is made of, and which words are in it.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use crate::base::digest::{Digest, Hasher};
use crate::base::quick::{QuickMap, QuickSet};
use crate::page::terms::{Term, Terms, first_bytes};
use crate::render::search::{Found, MOST_PAGES};

/// A file with more words than this, each counted once a page, is cut: about 12 KB compressed.
const FULL: usize = 2500;
/// Neighbors that have no more words than this together share a file.
const FEW: usize = 500;
/// No cut is made by more letters than this.
const DEEPEST: usize = 8;
/// From about how many pages it is guessed how many words there are of which letters: exact numbers would cost a second look
/// at every word of every page on every build.
const SAMPLE: usize = 512;

/// Pages by their numbers.
pub(super) type Pages = [(u32, Found)];

/// Where a site's words are cut into files.
#[derive(Clone, Debug)]
pub(super) struct Cuts {
    /// The letters with which each file begins, in order. The first holds what is before them too.
    pub(super) starts: Vec<String>,
    /// The first bytes of each, to compare at once.
    bytes: Vec<u64>,
}

/// What the files depend on.
pub(super) struct Digests {
    /// Of the words of each file, by the order of the cuts.
    pub(super) words: Vec<Digest>,
    /// Of the words that end with a letter.
    pub(super) endings: Vec<(char, Digest)>,
}

/// A word of a site.
pub(super) struct Word<'a> {
    /// The word, folded.
    pub(super) text: &'a str,
    /// How many pages hold it.
    pub(super) count: usize,
    /// Those in which it weighs most, the heaviest first: the page's number, the weight, the target.
    pub(super) holders: Vec<(u32, u8, u8)>,
}

/// A word of a page: the page's place among the pages, and the word's among its words.
type Standing = (u32, u32);

/// The words of all pages, spread over the files: worth while where most of the files are made.
#[derive(Clone, Debug)]
pub(super) struct Spread {
    files: Vec<Vec<Standing>>,
    /// One standing for each word.
    words: Vec<Vec<Standing>>,
}

impl Cuts {
    /// Cuts by first letters, as far as there are many words of them.
    ///
    /// An edit must not move the cuts, so they follow the letters and not the words before them, and are made of a sample of
    /// the pages: those whose numbers say so, whatever other pages come and go.
    pub(super) fn of(pages: &Pages) -> Self {
        let step = u32::try_from(pages.len() / SAMPLE).unwrap_or(u32::MAX).next_power_of_two();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, found) in pages.iter().filter(|(number, _)| number % step == 0) {
            for term in found.page.terms.iter() {
                *counts.entry(term.word).or_default() += step as usize;
            }
        }
        let counts: Vec<(&str, usize)> =
            counts.into_iter().map(|(word, pages)| (word, pages.min(MOST_PAGES))).collect();
        let mut starts = Vec::new();
        cut(&counts, 1, &mut starts);
        Self { bytes: starts.iter().map(|start| first_bytes(start)).collect(), starts }
    }

    /// From which word to before which other a file goes.
    pub(super) fn range(&self, file: usize) -> (&str, Option<&str>) {
        let from = if file == 0 { "" } else { self.starts.get(file).map_or("", String::as_str) };
        (from, self.starts.get(file + 1).map(String::as_str))
    }

    /// Calls `each` with the files that a page's words are in, and which of its words.
    fn walk(&self, terms: &Terms, each: &mut dyn FnMut(usize, Range<usize>)) {
        let (mut file, mut from) = (0, 0);
        for at in 0..terms.len() {
            let word = terms.word(at);
            let bytes = first_bytes(word);
            let before = file;
            while self
                .bytes
                .get(file + 1)
                .is_some_and(|next| *next < bytes || (*next == bytes && self.starts[file + 1].as_str() <= word))
            {
                file += 1;
            }
            if file != before && from < at {
                each(before, from..at);
                from = at;
            }
        }
        if from < terms.len() {
            each(file, from..terms.len());
        }
    }

    /// Digests the words of all pages by file and by ending; the pages by parts of their numbers, on all cores.
    pub(super) fn digests(&self, pages: &Pages) -> Digests {
        let parts: Vec<&Pages> = pages.chunk_by(|a, b| a.0 >> 18 == b.0 >> 18).collect();
        let parts: Vec<Digests> = parts.into_par_iter().map(|part| self.digest_part(part)).collect();
        let mut words: Vec<Hasher> = self.starts.iter().map(|_| Hasher::new()).collect();
        let mut endings: BTreeMap<char, Hasher> = BTreeMap::new();
        for part in &parts {
            for (hasher, digest) in words.iter_mut().zip(&part.words) {
                hasher.digest(*digest);
            }
            for (ending, digest) in &part.endings {
                endings.entry(*ending).or_default().digest(*digest);
            }
        }
        Digests {
            words: words.iter_mut().map(Hasher::finish).collect(),
            endings: endings.into_iter().map(|(ending, mut hasher)| (ending, hasher.finish())).collect(),
        }
    }

    fn digest_part(&self, part: &Pages) -> Digests {
        let mut words: Vec<Hasher> = self.starts.iter().map(|_| Hasher::new()).collect();
        let mut endings: QuickMap<char, Hasher> = QuickMap::default();
        for (number, found) in part {
            let terms = &found.page.terms;
            self.walk(terms, &mut |file, range| {
                if let Some(hasher) = words.get_mut(file) {
                    hasher.number(u64::from(*number));
                    terms.digest(range, hasher);
                }
            });
            for term in terms.iter() {
                if let Some(ending) = term.word.chars().next_back() {
                    endings.entry(ending).or_default().part(term.word);
                }
            }
        }
        let mut endings: Vec<(char, Digest)> =
            endings.into_iter().map(|(ending, mut hasher)| (ending, hasher.finish())).collect();
        endings.sort_unstable();
        Digests { words: words.iter_mut().map(Hasher::finish).collect(), endings }
    }

    /// Spreads the words of all pages over the files.
    pub(super) fn spread(&self, pages: &Pages) -> Spread {
        let mut files: Vec<Vec<Standing>> = vec![Vec::new(); self.starts.len()];
        for (page, (_, found)) in pages.iter().enumerate() {
            self.walk(&found.page.terms, &mut |file, range| files[file].extend(standings(page, range)));
        }
        let words = |standings: &Vec<Standing>| {
            let mut seen: QuickSet<&str> = QuickSet::default();
            standings.iter().filter(|standing| seen.insert(term(pages, **standing).word)).copied().collect()
        };
        Spread { words: files.par_iter().map(words).collect(), files }
    }

    /// The words of a file in order. They are looked up in each page, where they have not been spread.
    pub(super) fn words<'a>(&self, pages: &'a Pages, spread: Option<&Spread>, file: usize) -> Vec<Word<'a>> {
        let mut by_word: QuickMap<&str, Vec<(u32, u8, u8)>> = QuickMap::default();
        let mut add = |standing: Standing| {
            let Term { word, weight, target } = term(pages, standing);
            by_word.entry(word).or_default().push((pages[standing.0 as usize].0, weight, target));
        };
        if let Some(spread) = spread {
            spread.files.get(file).into_iter().flatten().copied().for_each(add);
        } else {
            let (from, to) = self.range(file);
            for (page, (_, found)) in pages.iter().enumerate() {
                standings(page, found.page.terms.between(from, to)).for_each(&mut add);
            }
        }
        let word = |(text, mut holders): (&'a str, Vec<(u32, u8, u8)>)| {
            let count = holders.len();
            // Pages of one weight by number, so that the order is one.
            holders.sort_unstable_by_key(|(number, weight, _)| (std::cmp::Reverse(*weight), *number));
            holders.truncate(MOST_PAGES);
            Word { text, count, holders }
        };
        let mut words: Vec<Word<'a>> = by_word.into_iter().map(word).collect();
        words.sort_by_cached_key(|word| (first_bytes(word.text), word.text));
        words
    }

    /// The words that end with a letter, in order.
    pub(super) fn ending<'a>(pages: &'a Pages, spread: Option<&Spread>, ending: char) -> Vec<&'a str> {
        let mut words: Vec<&str> = if let Some(spread) = spread {
            let words = spread.words.iter().flatten().map(|standing| term(pages, *standing).word);
            words.filter(|word| word.ends_with(ending)).collect()
        } else {
            let words = pages.iter().flat_map(|(_, found)| found.page.terms.iter()).map(|term| term.word);
            words.filter(|word| word.ends_with(ending)).collect::<QuickSet<&str>>().into_iter().collect()
        };
        words.sort_unstable();
        words
    }
}

fn standings(page: usize, range: Range<usize>) -> impl Iterator<Item = Standing> {
    let small = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    range.map(move |at| (small(page), small(at)))
}

fn term(pages: &Pages, (page, at): Standing) -> Term<'_> {
    pages[page as usize].1.page.terms.term(at as usize)
}

/// Cuts counted words by the letter at `depth`, as far as there are many. Neighbors that are few together share a file.
fn cut(counts: &[(&str, usize)], depth: usize, starts: &mut Vec<String>) {
    let total = |words: &[(&str, usize)]| words.iter().map(|(_, count)| count).sum::<usize>();
    let mut room = 0;
    for same in counts.chunk_by(|a, b| first(a.0, depth) == first(b.0, depth)) {
        let many = total(same);
        if many > FULL && depth < DEEPEST {
            cut(same, depth + 1, starts);
            room = 0;
        } else if many <= room {
            room -= many;
        } else {
            starts.extend(same.first().map(|(word, _)| first(word, depth).to_owned()));
            room = FEW.saturating_sub(many);
        }
    }
}

/// The first letters of a word: all of a shorter one.
fn first(word: &str, count: usize) -> &str {
    word.char_indices().nth(count).map_or(word, |(end, _)| &word[..end])
}
