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
const PART: usize = 1024;
/// There are never fewer parts than two to the power of this, so that a page's number within its part takes no more than
const PART_BITS: u32 = 4;
/// these bits.
const WITHIN: u32 = BITS - PART_BITS;

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
    pub(super) holders: Vec<(u32, u32, u32)>,
}

/// A page that holds a word: 63 less the weight, the page's number, and the target, from the highest bits down; so their
/// order is that of the list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Holder(u64);

/// The words of all pages by file: worth while where more than a few of the files are made.
#[derive(Debug)]
pub(super) struct Spread {
    parts: Vec<Inverted>,
    /// The words that end with a letter, in order.
    endings: BTreeMap<char, String>,
}

/// The words of some pages, each with those that hold it.
#[derive(Debug)]
struct Inverted {
    /// What the numbers of its pages begin with.
    high: u32,
    /// The words in order.
    text: String,
    /// Where each word ends in the text, and its holders in their list.
    ends: Vec<(u32, u32)>,
    /// As in `Holder`, by word and page, with the rest of the number.
    holders: Vec<u32>,
    /// Where the words of each file start, and where those of the last one end.
    files: Vec<u32>,
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
    let digest = |(part, known): (&Pages, Part)| {
        let key = part_key(cuts_digest, part);
        if known.key == key && !is_spread {
            return (known, None);
        }
        let inverted = Inverted::of(&cuts, part);
        let known = if known.key == key { known } else { inverted.digest(key) };
        (known, is_spread.then_some(inverted))
    };
    let made: Vec<(Part, Option<Inverted>)> = parts.into_par_iter().zip(known).map(digest).collect();
    let (parts, inverted): (Vec<Part>, Vec<Option<Inverted>>) = made.into_iter().unzip();
    let spread = is_spread.then(|| Spread::of(&cuts, inverted.into_iter().flatten().collect()));
    let digests = combine(cuts.starts.len(), &parts);
    let kept = Kept { cuts_key, starts: cuts.starts.clone(), parts };
    (cuts, digests, spread, kept)
}

/// The pages, part by part.
fn parts(pages: &Pages) -> Vec<&Pages> {
    let bits = (pages.len() / PART).max(1).next_power_of_two().trailing_zeros().max(PART_BITS);
    pages.chunk_by(|a, b| a.0 >> (BITS - bits) == b.0 >> (BITS - bits)).collect()
}

/// Spreads the words over the files, later than in the layout. Other files wait for it, so this is on one core.
pub(super) fn spread(cuts: &Cuts, pages: &Pages) -> Spread {
    Spread::of(cuts, parts(pages).into_iter().map(|part| Inverted::of(cuts, part)).collect())
}

fn part_key(cuts: Digest, part: &Pages) -> Digest {
    let mut hasher = Hasher::new();
    hasher.digest(cuts);
    for (number, found) in part {
        hasher.number(u64::from(*number)).digest(found.page.terms.digest);
    }
    hasher.finish()
}

impl Inverted {
    fn of(cuts: &Cuts, part: &Pages) -> Self {
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let mut numbers: QuickMap<&str, u32> = QuickMap::default();
        let mut words: Vec<(u64, &str, u32)> = Vec::new();
        let mut counts: Vec<u32> = Vec::new();
        let mut found: Vec<(u32, u32)> = Vec::new();
        for (number, page) in part {
            for term in page.page.terms.records() {
                let word = *numbers.entry(term.word).or_insert_with(|| {
                    words.push((first_bytes(term.word), term.word, small(words.len())));
                    counts.push(0);
                    small(words.len() - 1)
                });
                counts[word as usize] += 1;
                found.push((word, within_part(*number, term)));
            }
        }
        words.sort_unstable();
        let mut inverted = Self {
            high: part.first().map_or(0, |(number, _)| number >> WITHIN),
            text: String::with_capacity(words.iter().map(|(_, word, _)| word.len()).sum()),
            ends: Vec::with_capacity(words.len()),
            holders: vec![0; found.len()],
            files: cuts.places(words.iter().map(|(bytes, word, _)| (*bytes, *word))),
        };
        let mut end = 0;
        for (_, word, number) in words {
            inverted.text.push_str(word);
            // From here on it is where the next holder of the word goes.
            let next = &mut counts[number as usize];
            end += std::mem::replace(next, end);
            inverted.ends.push((small(inverted.text.len()), end));
        }
        for (word, holder) in found {
            let next = &mut counts[word as usize];
            inverted.holders[*next as usize] = holder;
            *next += 1;
        }
        inverted
    }

    /// The words of a file, each with its holders.
    fn words(&self, file: usize) -> impl Iterator<Item = (&str, &[u32])> {
        let place = |file: usize| self.files.get(file).map_or(0, |place| *place as usize);
        let range = place(file)..place(file + 1);
        let mut start = range.start.checked_sub(1).map_or((0, 0), |before| self.ends[before]);
        self.ends.get(range).unwrap_or_default().iter().map(move |end| {
            let (text, holders) = (start.0 as usize..end.0 as usize, start.1 as usize..end.1 as usize);
            start = *end;
            (&self.text[text], &self.holders[holders])
        })
    }

    /// Digests the words by file, and by ending.
    fn digest(&self, key: Digest) -> Part {
        let mut endings: QuickMap<char, Vec<u8>> = QuickMap::default();
        let mut bytes = Vec::new();
        let mut digest = |file: usize| {
            bytes.clear();
            bytes.extend_from_slice(&self.high.to_le_bytes());
            for (word, holders) in self.words(file) {
                bytes.extend_from_slice(word.as_bytes());
                // No word has one.
                bytes.push(0);
                bytes.extend_from_slice(&u32::try_from(holders.len()).unwrap_or(u32::MAX).to_le_bytes());
                bytes.extend(holders.iter().flat_map(|holder| holder.to_le_bytes()));
                if let Some(ending) = word.chars().next_back() {
                    let words = endings.entry(ending).or_default();
                    words.extend_from_slice(word.as_bytes());
                    words.push(0);
                }
            }
            if bytes.len() == 4 { Digest::default() } else { Digest::of(&bytes) }
        };
        let words = (1..self.files.len()).map(|next| digest(next - 1)).collect();
        let mut endings: Vec<(char, Digest)> =
            endings.into_iter().map(|(ending, words)| (ending, Digest::of(&words))).collect();
        endings.sort_unstable();
        Part { key, words, endings }
    }
}

impl Spread {
    fn of(cuts: &Cuts, parts: Vec<Inverted>) -> Self {
        let mut endings: BTreeMap<char, String> = BTreeMap::new();
        let mut words: QuickSet<&str> = QuickSet::default();
        for file in 0..cuts.starts.len() {
            words.extend(parts.iter().flat_map(|part| part.words(file).map(|(word, _)| word)));
            let mut words: Vec<&str> = words.drain().collect();
            words.sort_unstable();
            for word in words {
                if let Some(ending) = word.chars().next_back() {
                    let all = endings.entry(ending).or_default();
                    all.extend((!all.is_empty()).then_some(' '));
                    all.push_str(word);
                }
            }
        }
        Self { parts, endings }
    }
}

/// A holder, without the high bits of the page's number.
fn within_part(number: u32, Term { weight, target, .. }: Term<'_>) -> u32 {
    u32::from(63 - weight.min(63)) << (WITHIN + 6) | (number & ((1 << WITHIN) - 1)) << 6 | u32::from(target & 63)
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

impl Holder {
    fn new(high: u32, within: u32) -> Self {
        let (weight, rest) = (within >> (WITHIN + 6), within & ((1 << (WITHIN + 6)) - 1));
        Self(u64::from(weight) << 32 | u64::from(high << (WITHIN + 6) | rest))
    }

    /// The page's number, the weight, the target.
    fn parts(self) -> (u32, u32, u32) {
        let part = |shift: u32, mask: u64| u32::try_from(self.0 >> shift & mask).unwrap_or(0);
        (part(6, (1 << BITS) - 1), 63 - part(32, 63), part(0, 63))
    }
}

/// The words of a file in order. They are looked for in each page, where they have not been spread.
pub(super) fn words<'a>(cuts: &Cuts, pages: &'a Pages, spread: Option<&'a Spread>, file: usize) -> Vec<Word<'a>> {
    let mut by_word: QuickMap<&str, Vec<Holder>> = QuickMap::default();
    if let Some(spread) = spread {
        for part in &spread.parts {
            for (word, holders) in part.words(file) {
                let holders = holders.iter().map(|within| Holder::new(part.high, *within));
                by_word.entry(word).or_default().extend(holders);
            }
        }
    } else {
        let (from, to) = cuts.range(file);
        for (number, found) in pages {
            let records = found.page.terms.records_from(from);
            for term in records.take_while(|term| to.is_none_or(|to| term.word < to)) {
                let holder = Holder::new(*number >> WITHIN, within_part(*number, term));
                by_word.entry(term.word).or_default().push(holder);
            }
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
        Word { text, count, holders: holders.into_iter().map(Holder::parts).collect() }
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
