//! The words of an index, spread over its files: what each file's key is made of, and which words are in it.
//!
//! Pages are digested in parts, by their numbers. What a part comes to is kept from one layout to the next, so that an edit
//! is a look at the words of one part of the pages and not of all.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::digest::{Digest, Hasher};
use crate::base::quick::{QuickMap, QuickSet};
use crate::page::tally::first_bytes;
use crate::page::terms::Term;
use crate::render::search::{BITS, Found, MOST_PAGES};
use crate::render::search_cuts::Cuts;

/// About how many pages are digested as one part.
const PART: usize = 512;
/// No part has more pages: their places in it are numbers of two bytes.
const MOST_IN_PART: usize = 1 << 16;
/// How many words are remembered as seen, while those of a part are gone through; others are taken for new.
const SEEN: usize = 256;

/// Pages by their numbers.
pub(super) type Pages = [(u32, Found)];

/// What was found out about an index, for its next layout.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Kept {
    /// What the cuts were made of, and
    cuts_key: Digest,
    /// the letters with which the files begin.
    starts: Vec<String>,
    parts: Vec<Part>,
}

/// What the files take of some of the pages.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Part {
    /// The digest of the pages' words, and of where they are cut.
    key: Digest,
    /// Of the words of each file, by the order of the cuts.
    words: Vec<Digest>,
    /// Of the words that end with a letter.
    endings: Vec<(char, Digest)>,
}

/// Words of a page that are in one file, by the page's place in its part.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// Where the record of the first of them stands.
    pub(super) start: u32,
    pub(super) page: u16,
    pub(super) count: u16,
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
    /// Those in which it weighs most, the heaviest first.
    pub(super) holders: Vec<Holder>,
}

/// A page that holds a word: 63 less the weight, the page's number, and the target, from the highest bits down; so their
/// order is that of the list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Holder(u64);

/// The words of all pages, spread over the files: worth while where more than a few of the files are made.
#[derive(Debug)]
pub(super) struct Spread {
    parts: Vec<Runs>,
    /// The words that end with a letter, in order.
    endings: BTreeMap<char, String>,
}

/// The runs of a part's pages, those of one file behind another's.
#[derive(Debug)]
struct Runs {
    /// The place of the part's first page among all.
    first: usize,
    /// Where the runs of each file start, and where those of the last one end.
    starts: Vec<u32>,
    runs: Vec<Run>,
}

/// The pages, part by part: the place of the first of each among all.
fn parts(pages: &Pages) -> Vec<(usize, &Pages)> {
    let shift = BITS - (pages.len() / PART).max(1).next_power_of_two().trailing_zeros();
    let same = pages.chunk_by(|a, b| a.0 >> shift == b.0 >> shift);
    let mut first = 0;
    same.flat_map(|part| part.chunks(MOST_IN_PART))
        .map(|part| {
            first += part.len();
            (first - part.len(), part)
        })
        .collect()
}

/// Cuts the words, and digests those of each file. They are spread over the files at once, if that is asked for.
pub(super) fn lay_out(pages: &Pages, before: Kept, is_spread: bool) -> (Cuts, Digests, Option<Spread>, Kept) {
    let cuts_key = Cuts::key(pages);
    let cuts = if cuts_key == before.cuts_key { Cuts::at(before.starts) } else { Cuts::of(pages) };
    let mut hasher = Hasher::new();
    cuts.starts.iter().for_each(|start| _ = hasher.part(start));
    let cuts_digest = hasher.finish();
    let parts = parts(pages);
    let mut known = before.parts;
    known.resize_with(parts.len(), Part::default);
    let digest = |((first, part), known): ((usize, &Pages), Part)| {
        let key = part_key(cuts_digest, part);
        if known.key == key && !is_spread {
            return (known, None);
        }
        let (runs, lengths) = spread_part(&cuts, first, part);
        let known = if known.key == key { known } else { digest_part(key, part, &runs, &lengths) };
        (known, is_spread.then_some(runs))
    };
    let made: Vec<(Part, Option<Runs>)> = parts.into_par_iter().zip(known).map(digest).collect();
    let (parts, runs): (Vec<Part>, Vec<Option<Runs>>) = made.into_iter().unzip();
    let spread = is_spread.then(|| {
        let parts: Vec<Runs> = runs.into_iter().flatten().collect();
        let files: Vec<Vec<&str>> =
            (0..cuts.starts.len()).into_par_iter().map(|file| different(pages, &parts, file)).collect();
        Spread { endings: by_ending(&files), parts }
    });
    let digests = combine(cuts.starts.len(), &parts);
    let known = Kept { cuts_key, starts: cuts.starts.clone(), parts };
    (cuts, digests, spread, known)
}

/// Spreads the words over the files, later than in the layout. This runs while other files wait, so on one core.
pub(super) fn spread(cuts: &Cuts, pages: &Pages) -> Spread {
    let parts: Vec<Runs> = parts(pages).into_iter().map(|(first, part)| spread_part(cuts, first, part).0).collect();
    let files: Vec<Vec<&str>> = (0..cuts.starts.len()).map(|file| different(pages, &parts, file)).collect();
    Spread { endings: by_ending(&files), parts }
}

fn part_key(cuts: Digest, part: &Pages) -> Digest {
    let mut hasher = Hasher::new();
    hasher.digest(cuts);
    for (number, found) in part {
        hasher.number(u64::from(*number)).digest(found.page.terms.digest);
    }
    hasher.finish()
}

/// The runs of a part's pages by file, and how long each is.
fn spread_part(cuts: &Cuts, first: usize, part: &Pages) -> (Runs, Vec<u32>) {
    let mut found = Vec::new();
    let mut starts = vec![0; cuts.starts.len() + 1];
    for (place, (_, page)) in (0..=u16::MAX).zip(part) {
        cuts.walk(place, &page.page.terms, &mut |file, run, end| {
            found.push((u32::try_from(file).unwrap_or(u32::MAX), run, end - run.start));
            starts[file] += 1;
        });
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += std::mem::replace(start, sum);
    }
    let mut next = starts.clone();
    let mut runs = vec![Run { start: 0, page: 0, count: 0 }; found.len()];
    let mut lengths = vec![0; found.len()];
    for (file, run, length) in found {
        let at = &mut next[file as usize];
        runs[*at as usize] = run;
        lengths[*at as usize] = length;
        *at += 1;
    }
    (Runs { first, starts, runs }, lengths)
}

impl Runs {
    fn of(&self, file: usize) -> std::ops::Range<usize> {
        let at = |file: usize| self.starts.get(file).map_or(0, |start| *start as usize);
        at(file)..at(file + 1)
    }
}

/// Digests the words of a part by file, and those that are new in it by ending.
fn digest_part(key: Digest, part: &Pages, runs: &Runs, lengths: &[u32]) -> Part {
    let mut words = Vec::with_capacity(runs.starts.len());
    let mut endings: QuickMap<char, Vec<u8>> = QuickMap::default();
    // Words of one file are seen again soon, and those of another never.
    let mut seen = vec![""; SEEN];
    let mut bytes = Vec::new();
    for file in 0..runs.starts.len().saturating_sub(1) {
        bytes.clear();
        for at in runs.of(file) {
            let Run { start, page, count } = runs.runs[at];
            let (number, found) = &part[usize::from(page)];
            let terms = &found.page.terms;
            bytes.extend_from_slice(&number.to_le_bytes());
            bytes.extend_from_slice(&lengths[at].to_le_bytes());
            let start = start as usize;
            bytes.extend_from_slice(terms.slice(start..start + lengths[at] as usize).as_bytes());
            for Term { word, .. } in terms.records_from(start).take(usize::from(count)) {
                let head = first_bytes(word);
                let slot = &mut seen[(head.wrapping_mul(0x517c_c1b7_2722_0a95) >> 56) as usize % SEEN];
                if *slot != word {
                    *slot = word;
                    if let Some(ending) = word.chars().next_back() {
                        let words = endings.entry(ending).or_default();
                        words.extend_from_slice(word.as_bytes());
                        words.push(b' ');
                    }
                }
            }
        }
        words.push(if bytes.is_empty() { Digest::default() } else { Digest::of(&bytes) });
    }
    let mut endings: Vec<(char, Digest)> =
        endings.into_iter().map(|(ending, words)| (ending, Digest::of(&words))).collect();
    endings.sort_unstable();
    Part { key, words, endings }
}

/// The digests of all parts to those of the files.
fn combine(files: usize, parts: &[Part]) -> Digests {
    let words = |file: usize| {
        let mut hasher = Hasher::new();
        for part in parts {
            hasher.digest(part.words.get(file).copied().unwrap_or_default());
        }
        hasher.finish()
    };
    let mut endings: BTreeMap<char, Hasher> = BTreeMap::new();
    for (part, (ending, digest)) in
        (0..).zip(parts).flat_map(|(at, part)| part.endings.iter().map(move |ending| (at, ending)))
    {
        endings.entry(*ending).or_default().number(part).digest(*digest);
    }
    Digests {
        words: (0..files).map(words).collect(),
        endings: endings.into_iter().map(|(ending, mut hasher)| (ending, hasher.finish())).collect(),
    }
}

/// The words that a file has in order, each once.
fn different<'a>(pages: &'a Pages, parts: &[Runs], file: usize) -> Vec<&'a str> {
    let mut words: QuickSet<&str> = QuickSet::default();
    each_of(pages, parts, file, &mut |_, term| _ = words.insert(term.word));
    let mut words: Vec<&str> = words.into_iter().collect();
    words.sort_unstable();
    words
}

/// The words of all files, in order, by their endings.
fn by_ending(files: &[Vec<&str>]) -> BTreeMap<char, String> {
    let mut endings: BTreeMap<char, String> = BTreeMap::new();
    for word in files.iter().flatten() {
        if let Some(ending) = word.chars().next_back() {
            let words = endings.entry(ending).or_default();
            words.extend((!words.is_empty()).then_some(' '));
            words.push_str(word);
        }
    }
    endings
}

/// Calls `each` with all words of a file, by page.
fn each_of<'a>(pages: &'a Pages, parts: &[Runs], file: usize, each: &mut impl FnMut(u32, Term<'a>)) {
    for part in parts {
        for Run { start, page, count } in part.runs.get(part.of(file)).unwrap_or_default() {
            let (number, found) = &pages[part.first + usize::from(*page)];
            let records = found.page.terms.records_from(*start as usize);
            records.take(usize::from(*count)).for_each(|term| each(*number, term));
        }
    }
}

impl Holder {
    fn new(number: u32, Term { weight, target, .. }: Term<'_>) -> Self {
        Self(u64::from(63 - weight.min(63)) << 40 | u64::from(number) << 8 | u64::from(target))
    }

    /// The page's number, the weight, the target.
    pub(super) fn parts(self) -> (u32, u32, u32) {
        let part = |shift: u32, mask: u64| u32::try_from(self.0 >> shift & mask).unwrap_or(0);
        (part(8, 0xffff_ffff), 63 - part(40, 63), part(0, 63))
    }
}

/// The words of a file in order. They are looked for in each page, where they have not been spread.
pub(super) fn words<'a>(cuts: &Cuts, pages: &'a Pages, spread: Option<&Spread>, file: usize) -> Vec<Word<'a>> {
    let mut by_word: QuickMap<&str, Vec<Holder>> = QuickMap::default();
    let mut add = |number: u32, term: Term<'a>| by_word.entry(term.word).or_default().push(Holder::new(number, term));
    if let Some(spread) = spread {
        each_of(pages, &spread.parts, file, &mut add);
    } else {
        let (from, to) = cuts.range(file);
        let initial = from.bytes().next();
        for (number, found) in pages {
            let behind =
                found.page.terms.records().skip_while(|term| term.word.bytes().next() < initial || term.word < from);
            behind.take_while(|term| to.is_none_or(|to| term.word < to)).for_each(|term| add(*number, term));
        }
    }
    let word = |(text, mut holders): (&'a str, Vec<Holder>)| {
        let count = holders.len();
        if count > MOST_PAGES {
            holders.select_nth_unstable(MOST_PAGES);
            holders.truncate(MOST_PAGES);
        }
        // Pages of one weight by number, so that the order is one.
        holders.sort_unstable();
        Word { text, count, holders }
    };
    let mut words: Vec<Word<'a>> = by_word.into_iter().map(word).collect();
    words.sort_unstable_by_key(|word| word.text);
    words
}

/// The words that end with a letter, in order.
pub(super) fn ending(pages: &Pages, spread: Option<&Spread>, ending: char) -> String {
    if let Some(spread) = spread {
        return spread.endings.get(&ending).cloned().unwrap_or_default();
    }
    let words = pages.iter().flat_map(|(_, found)| found.page.terms.records()).map(|term| term.word);
    let words: QuickSet<&str> = words.filter(|word| word.ends_with(ending)).collect();
    let mut words: Vec<&str> = words.into_iter().collect();
    words.sort_unstable();
    words.join(" ")
}
