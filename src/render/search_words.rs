//! The words of an index, spread over its files: what each file's key is made of, and which words are in it.
//!
//! Pages are digested in parts, by their numbers. What a part comes to is kept from one layout to the next, so that an edit
//! is a look at the words of one part of the pages and not of all.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::digest::{Digest, Hasher};
use crate::base::quick::QuickMap;
use crate::page::interner::{Interner, Spelling};
use crate::page::terms::Term;
use crate::render::search::{BITS, Found, MOST_PAGES};
use crate::render::search_cuts::Cuts;

/// About how many pages are digested as one part.
const PART: usize = 1024;
/// There are never fewer parts than two to the power of this, so that a page's number within its part takes no more than
const PART_BITS: u32 = 4;
/// these bits.
const WITHIN: u32 = BITS - PART_BITS;

/// Of how many words a table is made at first.
const ROOM: usize = 16_384;

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
    /// Those in which it weighs most, the heaviest first.
    pub(super) holders: Vec<Holder>,
}

/// A page that holds a word: 63 less the weight, the page's number, and the target, from the highest bits down; so their
/// order is that of the list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Holder(u64);

/// The words of all pages by file: worth while where more than a few of the files are made.
#[derive(Debug)]
pub(super) struct Spread {
    parts: Vec<Cut>,
}

/// The words of some pages, each with those that hold it.
#[derive(Debug)]
struct Inverted {
    /// What the numbers of its pages begin with.
    high: u32,
    /// The words in order.
    text: Vec<u8>,
    /// Where each word ends in the text, and its holders in their list.
    ends: Vec<(u32, u32)>,
    /// As in `Holder`, by word and page, with the rest of the number.
    holders: Vec<u32>,
    /// The places of the words that end with a letter.
    endings: Vec<(char, Vec<u32>)>,
}

/// The same, cut: where the words of each file start, and where those of the last one end.
#[derive(Debug)]
struct Cut {
    inverted: Inverted,
    files: Vec<u32>,
}

/// Cuts the words, and digests those of each file. They are spread over the files at once, if that is asked for.
pub(super) fn lay_out(pages: &Pages, before: Kept, is_spread: bool) -> (Cuts, Digests, Option<Spread>, Kept) {
    let cuts_key = Cuts::key(pages);
    let parts = parts(pages);
    let (cuts, inverted) = rayon::join(
        || if cuts_key == before.cuts_key { Cuts::at(before.starts) } else { Cuts::of(pages) },
        || parts.par_iter().map(|part| is_spread.then(|| Inverted::of(part))).collect::<Vec<_>>(),
    );
    let mut hasher = Hasher::new();
    cuts.starts.iter().for_each(|start| _ = hasher.part(start));
    let cuts_digest = hasher.finish();
    let mut known = before.parts;
    known.resize_with(parts.len(), Part::default);
    let digest = |((part, inverted), known): ((&Pages, Option<Inverted>), Part)| {
        let key = part_key(cuts_digest, part);
        if known.key == key && inverted.is_none() {
            return (known, None);
        }
        let cut = inverted.unwrap_or_else(|| Inverted::of(part)).cut(&cuts);
        let known = if known.key == key { known } else { cut.digest(key) };
        (known, is_spread.then_some(cut))
    };
    let made: Vec<(Part, Option<Cut>)> = parts.into_par_iter().zip(inverted).zip(known).map(digest).collect();
    let (parts, cut): (Vec<Part>, Vec<Option<Cut>>) = made.into_iter().unzip();
    let spread = is_spread.then(|| Spread { parts: cut.into_iter().flatten().collect() });
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
    Spread { parts: parts(pages).into_iter().map(|part| Inverted::of(part).cut(cuts)).collect() }
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
    fn of(part: &Pages) -> Self {
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let mut words = Interner::with_capacity(ROOM);
        let mut counts: Vec<u32> = Vec::with_capacity(ROOM);
        let size: usize = part.iter().map(|(_, found)| found.page.terms.size()).sum();
        let mut found: Vec<(u32, u32)> = Vec::with_capacity(size / 8);
        for (number, page) in part {
            for term in page.page.terms.records() {
                let word = words.number(term.word);
                if word == counts.len() {
                    counts.push(0);
                }
                counts[word] += 1;
                found.push((small(word), within_part(*number, term)));
            }
        }
        let mut inverted = Self {
            high: part.first().map_or(0, |(number, _)| number >> WITHIN),
            text: Vec::with_capacity(words.size()),
            ends: Vec::with_capacity(words.len()),
            holders: vec![0; found.len()],
            endings: Vec::new(),
        };
        let mut endings: QuickMap<char, Vec<u32>> = QuickMap::default();
        let mut end = 0;
        for (place, number) in (0..).zip(words.in_order()) {
            let word = words.word(number);
            inverted.text.extend_from_slice(word);
            // From here on it is where the next holder of the word goes.
            let next = &mut counts[number];
            end += std::mem::replace(next, end);
            inverted.ends.push((small(inverted.text.len()), end));
            if let Some(ending) = last(word) {
                endings.entry(ending).or_default().push(place);
            }
        }
        for (word, holder) in found {
            let next = &mut counts[word as usize];
            inverted.holders[*next as usize] = holder;
            *next += 1;
        }
        inverted.endings.extend(endings);
        inverted.endings.sort_unstable();
        inverted
    }

    fn cut(self, cuts: &Cuts) -> Cut {
        let files = cuts.places(self.words(0..self.ends.len()).map(|(word, _)| word));
        Cut { inverted: self, files }
    }

    /// The words of some places, each with its holders.
    fn words(&self, places: Range<usize>) -> impl Iterator<Item = (Spelling<'_>, &[u32])> {
        let mut start = places.start.checked_sub(1).map_or((0, 0), |before| self.ends[before]);
        self.ends.get(places).unwrap_or_default().iter().map(move |end| {
            let (text, holders) = (start.0 as usize..end.0 as usize, start.1 as usize..end.1 as usize);
            start = *end;
            (Spelling::within(&self.text, text), &self.holders[holders])
        })
    }

    /// The words that end with a letter.
    fn ending(&self, ending: char) -> impl Iterator<Item = Spelling<'_>> {
        let places = self.endings.binary_search_by_key(&ending, |(ending, _)| *ending);
        let places = places.map_or(&[][..], |at| &self.endings[at].1);
        places.iter().filter_map(|place| self.words(*place as usize..*place as usize + 1).next()).map(|(word, _)| word)
    }
}

impl Cut {
    /// The words of a file, each with its holders.
    fn words(&self, file: usize) -> impl Iterator<Item = (Spelling<'_>, &[u32])> {
        let place = |file: usize| self.files.get(file).map_or(0, |place| *place as usize);
        self.inverted.words(place(file)..place(file + 1))
    }

    /// Digests the words by file, and by ending.
    fn digest(&self, key: Digest) -> Part {
        let mut bytes = Vec::new();
        let mut of_file = |file: usize| {
            bytes.clear();
            bytes.extend_from_slice(&self.inverted.high.to_le_bytes());
            for (word, holders) in self.words(file) {
                bytes.extend_from_slice(word.bytes);
                // No word has one.
                bytes.push(0);
                bytes.extend_from_slice(&u32::try_from(holders.len()).unwrap_or(u32::MAX).to_le_bytes());
                holders.iter().for_each(|holder| bytes.extend_from_slice(&holder.to_le_bytes()));
            }
            if bytes.len() == 4 { Digest::default() } else { Digest::of(&bytes) }
        };
        let words = (1..self.files.len()).map(|next| of_file(next - 1)).collect();
        let mut of_ending = |ending: char| {
            bytes.clear();
            for word in self.inverted.ending(ending) {
                bytes.extend_from_slice(word.bytes);
                bytes.push(0);
            }
            Digest::of(&bytes)
        };
        let endings = self.inverted.endings.iter().map(|(ending, _)| (*ending, of_ending(*ending))).collect();
        Part { key, words, endings }
    }
}

/// The letter that a word ends with.
fn last(word: &[u8]) -> Option<char> {
    match word.last()? {
        byte if byte.is_ascii() => Some(char::from(*byte)),
        _ => std::str::from_utf8(word).ok()?.chars().next_back(),
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
    pub(super) fn parts(self) -> (u32, u32, u32) {
        let part = |shift: u32, mask: u64| u32::try_from(self.0 >> shift & mask).unwrap_or(0);
        (part(6, (1 << BITS) - 1), 63 - part(32, 63), part(0, 63))
    }
}

/// The words of a file in order. They are looked for in each page, where they have not been spread.
pub(super) fn words<'a>(cuts: &Cuts, pages: &'a Pages, spread: Option<&'a Spread>, file: usize) -> Vec<Word<'a>> {
    // Both are put in order by merging: the words of each part, and of each page, are in order.
    if let Some(spread) = spread {
        let words = |part: &'a Cut| part.words(file).map(|(word, holders)| (word, (part.inverted.high, holders)));
        let mut found: Vec<(Spelling<'_>, (u32, &[u32]))> = spread.parts.iter().flat_map(words).collect();
        found.sort_by_key(|(word, _)| *word);
        return gathered(&found, |&(high, holders)| holders.iter().map(move |within| Holder::new(high, *within)))
            .collect();
    }
    let (from, to) = cuts.range(file);
    let words = |(number, found): &'a (u32, Found)| {
        let records = found.page.terms.records_from(from);
        let here = records.take_while(|term| to.is_none_or(|to| term.word.bytes < to.as_bytes()));
        here.map(|term| (term.word, Holder::new(*number >> WITHIN, within_part(*number, term))))
    };
    let mut found: Vec<(Spelling<'_>, Holder)> = pages.iter().flat_map(words).collect();
    found.sort_by_key(|(word, _)| *word);
    gathered(&found, |holder| std::iter::once(*holder)).collect()
}

/// The words of a list in their order, each with all its holders.
fn gathered<'a, T, I: Iterator<Item = Holder>>(
    found: &[(Spelling<'a>, T)],
    holders: impl Fn(&T) -> I,
) -> impl Iterator<Item = Word<'a>> {
    found.chunk_by(|a, b| a.0 == b.0).map(move |same| {
        let mut all: Vec<Holder> = Vec::with_capacity(same.len());
        same.iter().for_each(|(_, some)| all.extend(holders(some)));
        let count = all.len();
        if count > MOST_PAGES {
            all.select_nth_unstable(MOST_PAGES);
            all.truncate(MOST_PAGES);
        }
        // Pages of one weight by number, so that the order is one.
        all.sort_unstable();
        Word { text: same[0].0.text(), count, holders: all }
    })
}

/// The words that end with a letter, in order.
pub(super) fn ending(pages: &Pages, spread: Option<&Spread>, ending: char) -> String {
    let mut words: Vec<Spelling<'_>> = if let Some(spread) = spread {
        spread.parts.iter().flat_map(|part| part.inverted.ending(ending)).collect()
    } else {
        let words = pages.iter().flat_map(|(_, found)| found.page.terms.records()).map(|term| term.word);
        words.filter(|word| last(word.bytes) == Some(ending)).collect()
    };
    words.sort();
    words.dedup();
    let words: Vec<&str> = words.into_iter().map(Spelling::text).collect();
    words.join(" ")
}
