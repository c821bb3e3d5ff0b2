//! Where the words of an index are cut into files.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::digest::{Digest, Hasher};
use crate::page::interner::{Interner, Spelling, first_bytes};
use crate::render::search::{MOST_PAGES, Pages};
use crate::render::search_postings::{self as postings, Holder, Posting, small};

/// A file with more words than this, each counted once a page, is cut: about 12 KB compressed.
const FULL: usize = 2500;
/// Neighbors that have no more words than this together share a file.
const FEW: usize = 500;
/// No cut is made by more letters than this.
const DEEPEST: usize = 8;
/// From about how many pages it is guessed how many words there are of which letters: exact numbers would cost a second look
/// at every word of every page on every build.
const SAMPLE: usize = 512;

/// Of how many words a table is made at first.
const ROOM: usize = 4096;

/// Where a site's words are cut into files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub(super) struct Cuts {
    /// The letters with which each file begins, in order. The first holds what is before them too.
    pub(super) starts: Vec<String>,
    /// The first bytes of each, to compare at once.
    bytes: Vec<u64>,
}

impl From<Vec<String>> for Cuts {
    fn from(starts: Vec<String>) -> Self {
        Self { bytes: starts.iter().map(|start| first_bytes(start.as_bytes())).collect(), starts }
    }
}

impl From<Cuts> for Vec<String> {
    fn from(cuts: Cuts) -> Self {
        cuts.starts
    }
}

impl Cuts {
    /// Cuts by first letters, as far as there are many words of them. The words are those of all postings together.
    ///
    /// An edit must not move the cuts, so they follow the letters and not the words before them, and are made of a sample of
    /// the pages.
    pub(super) fn of(pages: &Pages, all_postings: &[&[u8]]) -> Self {
        let step = step(pages);
        let is_sampled = |holder: &Holder| holder.page().is_multiple_of(step);
        let count = |posting: Posting<'_>| posting.holders().filter(is_sampled).count();
        let sampled = all_postings.par_iter().map(|bytes| {
            let counted = postings::read(bytes).map(|posting| (posting.word, count(posting)));
            counted.filter(|(_, count)| *count > 0).collect()
        });
        let sampled: Vec<Vec<(Spelling<'_>, usize)>> = sampled.collect();
        let mut words = Interner::with_capacity(ROOM);
        let mut counts: Vec<usize> = Vec::with_capacity(ROOM);
        for (word, count) in sampled.into_iter().flatten() {
            let number = words.number(word);
            if number == counts.len() {
                counts.push(0);
            }
            counts[number] += count * step as usize;
        }
        let text = |word| std::str::from_utf8(word).unwrap_or_default();
        let counts: Vec<(&str, usize)> =
            words.in_order().map(|number| (text(words.word(number)), counts[number].min(MOST_PAGES))).collect();
        let mut starts = Vec::new();
        cut(&counts, 1, &mut starts);
        starts.into()
    }

    /// Whether the cuts are made of the words of a page.
    pub(super) fn is_sampled(pages: &Pages, page: u32) -> bool {
        page.is_multiple_of(step(pages))
    }

    /// The digest of all that the cuts are made of.
    pub(super) fn key(pages: &Pages) -> Digest {
        let step = step(pages);
        let mut hasher = Hasher::new();
        hasher.number(u64::from(step));
        for (number, found) in pages.iter().filter(|(number, _)| number.is_multiple_of(step)) {
            hasher.number(u64::from(*number)).digest(found.page.terms.digest);
        }
        hasher.finish()
    }

    /// The digest of the cuts.
    pub(super) fn digest(&self) -> Digest {
        let mut hasher = Hasher::new();
        self.starts.iter().for_each(|start| _ = hasher.part(start));
        hasher.finish()
    }

    /// From which word to before which other a file goes.
    pub(super) fn range(&self, file: usize) -> (&str, Option<&str>) {
        let from = if file == 0 { "" } else { self.starts.get(file).map_or("", String::as_str) };
        (from, self.starts.get(file + 1).map(String::as_str))
    }

    /// Where the words of each file end in postings, in bytes.
    pub(super) fn ends(&self, bytes: &[u8]) -> Vec<u32> {
        let mut ends = Vec::with_capacity(self.starts.len());
        let mut end = 0;
        for posting in postings::read(bytes) {
            let Spelling { head, bytes, .. } = posting.word;
            let is_behind = |file: usize| {
                let next = self.bytes.get(file + 1);
                next.is_some_and(|next| *next < head || (*next == head && self.starts[file + 1].as_bytes() <= bytes))
            };
            while is_behind(ends.len()) {
                ends.push(small(end));
            }
            end += posting.size();
        }
        ends.resize(self.starts.len(), small(end));
        ends
    }
}

/// One page in how many is looked at: those whose numbers say so, whatever other pages come and go.
fn step(pages: &Pages) -> u32 {
    u32::try_from(pages.len() / SAMPLE).unwrap_or(u32::MAX).next_power_of_two()
}

/// Cuts counted words by the letter at `depth`, as far as there are many. Neighbors that are few together share a file.
fn cut(counts: &[(&str, usize)], depth: usize, starts: &mut Vec<String>) {
    let mut room = 0;
    for same in counts.chunk_by(|a, b| first(a.0, depth) == first(b.0, depth)) {
        let many = same.iter().map(|(_, count)| count).sum::<usize>();
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
