//! The inverted index of a language: from its words to the pages that hold them.
//!
//! Pages are gathered in segments, by how their numbers begin. From one layout to the next a segment is kept as long as the words of
//! its pages are what they were. In another one the pages that changed are taken out of the postings and put in anew; so an edit asks
//! for the words of the edited page alone, and no build keeps those of each page beside the postings. The bytes of a segment that has
//! not changed are not even read, but for the blocks of files that are made. Should they be gone, they are made again of the pages.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use memchr::memchr_iter;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::digest::{Digest, Hasher};
use crate::page::interner::Spelling;
use crate::page::parse::Content;
use crate::render::search::{BITS, Found, MOST_PAGES, Pages};
use crate::render::search_cuts::Cuts;
use crate::render::search_postings::{self as postings, Holder, Posting, WITHIN, within};
use crate::render::search_segment::{Before, Segment, SegmentStore};

/// About how many pages are in a segment.
const SEGMENT: usize = 1024;

/// Where the content of a page is to be had, which has its words: by `Found::number`.
pub type ContentOf<'a> = dyn Fn(usize) -> Arc<Content> + Sync + 'a;

/// The pages of an index by their numbers, and where their words are to be had.
#[derive(Clone, Copy)]
pub(super) struct Corpus<'a> {
    pub(super) pages: &'a Pages,
    pub(super) content: &'a ContentOf<'a>,
}

/// The inverted index.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Inverted {
    /// How many of the first bits of their numbers the pages of a segment have in common.
    bits: u32,
    /// What the cuts were made of.
    cuts_key: Digest,
    cuts: Arc<Cuts>,
    /// In order of their numbers.
    segments: Vec<Arc<Segment>>,
    #[serde(skip)]
    store: Option<Arc<dyn SegmentStore>>,
}

/// A segment before the cuts are known.
enum Uncut<'a> {
    /// As it was, with its bytes, if it may have to be cut anew.
    Known(&'a Arc<Segment>, Cow<'a, [u8]>),
    /// Of pages that are not what they were.
    New { number: u32, pages: Vec<(u32, Digest)>, postings: Vec<u8>, before: Option<Before<'a>> },
}

/// The blocks of one file, each with what the numbers of its pages begin with.
pub(super) struct Blocks<'a>(Vec<(u32, Cow<'a, [u8]>)>);

/// A word of a site.
pub(super) struct Word<'a> {
    /// The word, folded.
    pub(super) text: &'a str,
    /// How many pages hold it.
    pub(super) count: usize,
    /// Those in which it weighs most, the heaviest first.
    pub(super) holders: Vec<Ranked>,
}

/// A holder among those of all segments: 63 less the weight, the page's number, and the target, from the highest bits down; so
/// their order is that in which they are listed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ranked(u64);

impl Inverted {
    /// The index of these pages, whose numbers have so many bits. The one before saves work and changes nothing else.
    pub(super) fn lay_out(corpus: Corpus<'_>, number_bits: u32, mut before: Self) -> Self {
        let bits = bits(corpus.pages.len(), number_bits);
        if before.bits != bits {
            before = Self { bits, store: before.store, ..Self::default() };
        }
        before.renewed(corpus, Cuts::key(corpus.pages), |_| true)
    }

    /// The same, where the pages are the same but for the words of some, by their numbers.
    pub(super) fn edited(&self, corpus: Corpus<'_>, edited: &[u32]) -> Self {
        let is_sampled = edited.iter().any(|page| Cuts::is_sampled(corpus.pages, *page));
        let cuts_key = if is_sampled { Cuts::key(corpus.pages) } else { self.cuts_key };
        self.renewed(corpus, cuts_key, |segment| edited.iter().any(|page| number(*page, self.bits) == segment))
    }

    fn renewed(&self, corpus: Corpus<'_>, cuts_key: Digest, may_differ: impl Fn(u32) -> bool + Sync) -> Self {
        let bits = self.bits;
        let is_cut = cuts_key == self.cuts_key;
        let segments: Vec<&Pages> = corpus.pages.chunk_by(|a, b| number(a.0, bits) == number(b.0, bits)).collect();
        let uncut = |pages: &Pages| {
            let number = pages.first().map_or(0, |(first, _)| number(*first, bits));
            self.uncut(corpus, number, pages, is_cut, may_differ(number))
        };
        let uncut: Vec<Uncut<'_>> = segments.into_par_iter().map(uncut).collect();
        let cuts = if is_cut {
            Arc::clone(&self.cuts)
        } else {
            let all: Vec<&[u8]> = uncut.iter().map(Uncut::postings).collect();
            Arc::new(Cuts::of(corpus.pages, &all))
        };
        let digest = cuts.digest();
        let segments = uncut.into_par_iter().map(|segment| segment.cut(&cuts, digest)).collect();
        Self { bits, cuts_key, cuts, segments, store: self.store.clone() }
    }

    fn uncut(&self, corpus: Corpus<'_>, number: u32, pages: &Pages, is_cut: bool, may_differ: bool) -> Uncut<'_> {
        let at = self.segments.binary_search_by_key(&number, |segment| segment.number);
        let before = at.ok().map(|at| &self.segments[at]);
        if let Some(before) = before.filter(|_| is_cut && !may_differ) {
            return Uncut::Known(before, Cow::default());
        }
        let now: Vec<(u32, Digest)> = pages.iter().map(|(number, found)| (*number, found.page.terms.digest)).collect();
        let known = before.filter(|before| before.pages == now);
        if let Some(known) = known.filter(|_| is_cut) {
            return Uncut::Known(known, Cow::default());
        }
        let Some((before, bytes)) = before.and_then(|before| Some((before, before.all(self.store.as_deref())?))) else {
            let postings = postings_of(corpus, pages.iter());
            return Uncut::New { number, pages: now, postings, before: None };
        };
        if known.is_some() {
            return Uncut::Known(before, bytes);
        }
        let is_among = |all: &[(u32, Digest)], page: &(u32, Digest)| all.binary_search(page).is_ok();
        let gone = before.pages.iter().filter(|page| !is_among(&now, page));
        let gone: Vec<u32> = gone.map(|(number, _)| within(*number)).collect();
        let new = pages.iter().zip(&now).filter(|(_, page)| !is_among(&before.pages, page));
        let new = postings_of(corpus, new.map(|(page, _)| page));
        let (postings, has_same_words) = postings::patched(before.postings(&bytes), &gone, &new);
        let before = Some(Before { segment: before, bytes, has_same_words });
        Uncut::New { number, pages: now, postings, before }
    }

    /// Where the words are cut into files.
    pub(super) fn cuts(&self) -> &Cuts {
        &self.cuts
    }

    /// The digest of the words of a file.
    pub(super) fn file(&self, file: usize) -> Digest {
        let mut hasher = Hasher::new();
        for segment in &self.segments {
            if let Some(block) = segment.file(file) {
                hasher.number(self.high(segment).into()).digest(block.digest);
            }
        }
        hasher.finish()
    }

    /// Whether the words of a file are the same in another index of the same pages, with the same cuts.
    pub(super) fn has_file_of(&self, other: &Self, file: usize) -> bool {
        let digest = |segment: &Segment| segment.file(file).map(|block| block.digest);
        let mut both = self.segments.iter().zip(&other.segments);
        both.all(|(a, b)| Arc::ptr_eq(a, b) || digest(a) == digest(b))
    }

    /// The letters that words end with, each with the digest of the words.
    pub(super) fn endings(&self) -> BTreeMap<char, Digest> {
        let mut endings: BTreeMap<char, Hasher> = BTreeMap::new();
        for (ending, digest) in self.segments.iter().flat_map(|segment| segment.endings()) {
            endings.entry(ending).or_default().digest(digest);
        }
        endings.into_iter().map(|(ending, mut hasher)| (ending, hasher.finish())).collect()
    }

    /// The blocks of a file.
    pub(super) fn blocks(&self, corpus: Corpus<'_>, file: usize) -> Blocks<'_> {
        let blocks = self.segments.iter().filter_map(|segment| {
            let bytes = segment.block(segment.file(file)?, self.store.as_deref(), || self.again(corpus, segment));
            Some((self.high(segment), bytes))
        });
        Blocks(blocks.collect())
    }

    /// The words that end with a letter, in order.
    pub(super) fn ending(&self, corpus: Corpus<'_>, ending: char) -> String {
        let blocks = self.segments.iter().filter_map(|segment| {
            Some(segment.block(segment.ending(ending)?, self.store.as_deref(), || self.again(corpus, segment)))
        });
        let blocks: Vec<Cow<'_, [u8]>> = blocks.collect();
        let mut words: Vec<Spelling<'_>> = Vec::new();
        for block in &blocks {
            let mut start = 0;
            words.extend(
                memchr_iter(b' ', block)
                    .map(|end| Spelling::within(block, std::mem::replace(&mut start, end + 1)..end)),
            );
        }
        // It merges: the words of each block are in order.
        words.sort();
        words.dedup();
        let mut text = String::with_capacity(words.iter().map(|word| word.bytes.len() + 1).sum());
        for word in words {
            text.extend(if text.is_empty() { None } else { Some(' ') });
            text.push_str(word.text());
        }
        text
    }

    /// The postings of a segment, made again of its pages.
    fn again(&self, corpus: Corpus<'_>, segment: &Segment) -> Vec<u8> {
        postings_of(corpus, corpus.pages.iter().filter(|(page, _)| number(*page, self.bits) == segment.number))
    }

    /// What holders leave out of the numbers of a segment's pages.
    fn high(&self, segment: &Segment) -> u32 {
        segment.number >> self.bits.saturating_sub(BITS - WITHIN)
    }

    /// The segments, to be kept.
    pub fn segments(&self) -> &[Arc<Segment>] {
        &self.segments
    }

    /// Names the store for segments whose bytes are not in memory.
    pub fn keep_in(&mut self, store: Arc<dyn SegmentStore>) {
        self.store = Some(store);
    }
}

/// How many of the first bits of the numbers the pages of a segment have in common.
fn bits(pages: usize, number_bits: u32) -> u32 {
    let segments = (pages / SEGMENT).max(1).next_power_of_two().trailing_zeros();
    // What is left of a number must not be longer than a holder has room for.
    if number_bits > WITHIN { segments.max(BITS - WITHIN) } else { 0 }
}

/// The number of a page's segment.
fn number(page: u32, bits: u32) -> u32 {
    page >> (BITS - bits)
}

/// The postings of pages, for which their words are asked for.
fn postings_of<'a>(corpus: Corpus<'_>, pages: impl Iterator<Item = &'a (u32, Found)>) -> Vec<u8> {
    let contents: Vec<(u32, Arc<Content>)> =
        pages.map(|(number, found)| (*number, (corpus.content)(found.number))).collect();
    let words: Vec<_> = contents.iter().map(|(number, content)| (*number, &content.words)).collect();
    postings::of(&words)
}

impl Uncut<'_> {
    fn postings(&self) -> &[u8] {
        match self {
            Uncut::Known(segment, bytes) => segment.postings(bytes),
            Uncut::New { postings, .. } => postings,
        }
    }

    fn cut(self, cuts: &Cuts, digest: Digest) -> Arc<Segment> {
        match self {
            Uncut::Known(segment, _) if segment.cuts == digest => Arc::clone(segment),
            Uncut::Known(segment, bytes) => {
                let (number, pages) = (segment.number, segment.pages.clone());
                let postings = segment.postings(&bytes).to_vec();
                let before = Before { segment, bytes, has_same_words: true };
                Arc::new(Segment::cut(number, pages, postings, (cuts, digest), Some(&before)))
            }
            Uncut::New { number, pages, postings, before } => {
                Arc::new(Segment::cut(number, pages, postings, (cuts, digest), before.as_ref()))
            }
        }
    }
}

impl Blocks<'_> {
    /// The words in order.
    pub(super) fn words(&self) -> Vec<Word<'_>> {
        // It is put in order by merging: the words of each block are in order.
        let mut found: Vec<(u32, Posting<'_>)> = Vec::new();
        for (high, bytes) in &self.0 {
            found.extend(postings::read(bytes).map(|posting| (*high, posting)));
        }
        // By how they begin, and then as a whole: less is moved than if they were sorted themselves.
        let spelling = |at: u32| found[at as usize].1.word;
        let mut order: Vec<(u64, u32)> = (0..).zip(&found).map(|(at, (_, posting))| (posting.word.head, at)).collect();
        order.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| spelling(a.1).cmp(&spelling(b.1))));
        let mut words = Vec::new();
        for same in order.chunk_by(|a, b| a.0 == b.0 && spelling(a.1) == spelling(b.1)) {
            let same = || same.iter().map(|(_, at)| &found[*at as usize]);
            let count = same().map(|(_, posting)| posting.holders().len()).sum();
            let mut all: Vec<Ranked> = Vec::with_capacity(count);
            for (high, posting) in same() {
                all.extend(posting.holders().map(|holder| Ranked::new(*high, holder)));
            }
            if count > MOST_PAGES {
                all.select_nth_unstable(MOST_PAGES);
                all.truncate(MOST_PAGES);
            }
            // Pages of one weight by number, so that the order is one.
            all.sort_unstable();
            words.extend(same().next().map(|(_, posting)| Word { text: posting.word.text(), count, holders: all }));
        }
        words
    }
}

impl Ranked {
    fn new(high: u32, holder: Holder) -> Self {
        let page = u64::from(high << WITHIN | holder.page());
        Self(u64::from(63 - holder.weight()) << 32 | page << 6 | u64::from(holder.target()))
    }

    /// The page's number, the weight, the target.
    pub(super) fn parts(self) -> (u32, u32, u32) {
        let part = |shift: u32, mask: u64| u32::try_from(self.0 >> shift & mask).unwrap_or(0);
        (part(6, (1 << BITS) - 1), 63 - part(32, 63), part(0, 63))
    }
}
