//! A segment of an inverted index: the postings of some of its pages, cut into blocks.
//!
//! There is a block for the words of each file of the index, and behind these one for each letter that words end with. Each has its
//! digest, by which the files that it goes into are known to be others or not, and its bytes to be right. The bytes are in memory
//! where they were made, or in a store, block by block.

use std::borrow::Cow;
use std::fmt::Debug;
use std::ops::Range;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::base::digest::Digest;
use crate::base::quick::QuickMap;
use crate::page::interner::Spelling;
use crate::render::search_cuts::Cuts;
use crate::render::search_postings::{self as postings, small};

/// Where the bytes of segments can be had that are not held in memory.
pub trait SegmentStore: Debug + Send + Sync {
    /// Some bytes of the segment of a name, if they can be read. Whoever asks checks them by their digest.
    fn read(&self, name: Digest, range: Range<usize>) -> Option<Vec<u8>>;
}

/// Some of the pages of an index.
#[derive(Debug, Serialize, Deserialize)]
pub struct Segment {
    /// What it is called in a store: the digest of what its blocks come to.
    pub name: Digest,
    /// What the numbers of its pages begin with.
    pub(super) number: u32,
    /// Their numbers, and the digests of their words.
    pub(super) pages: Vec<(u32, Digest)>,
    /// The digest of what its postings were cut by.
    pub(super) cuts: Digest,
    /// The postings of each file.
    files: Vec<Block>,
    /// The words that end with a letter, each with a space behind it.
    endings: Vec<(char, Block)>,
    /// The blocks, one after the other; nothing, where they are in a store.
    #[serde(skip)]
    bytes: OnceLock<Vec<u8>>,
}

/// Some bytes of a segment: those behind the block before.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Block {
    end: u32,
    digest: Digest,
}

/// A segment that another was made of, with its bytes.
pub(super) struct Before<'a> {
    pub(super) segment: &'a Segment,
    pub(super) bytes: Cow<'a, [u8]>,
    /// Whether the other has the same words.
    pub(super) has_same_words: bool,
}

/// Where a block is.
pub(super) struct BlockAt {
    range: Range<usize>,
    pub(super) digest: Digest,
}

impl Segment {
    /// Cuts the postings of pages. What it was made of saves work.
    pub(super) fn cut(
        number: u32,
        pages: Vec<(u32, Digest)>,
        postings: Vec<u8>,
        (cuts, cuts_digest): (&Cuts, Digest),
        before: Option<&Before<'_>>,
    ) -> Self {
        let alike = before.filter(|before| before.segment.cuts == cuts_digest);
        let mut start = 0;
        let block = |(file, end): (usize, u32)| {
            let bytes = &postings[std::mem::replace(&mut start, end as usize)..end as usize];
            let known = alike.and_then(|before| before.block(file)).filter(|(known, _)| *known == bytes);
            Block { end, digest: known.map_or_else(|| Digest::of(bytes), |(_, digest)| digest) }
        };
        let files: Vec<Block> = cuts.ends(&postings).into_iter().enumerate().map(block).collect();
        let (bytes, endings) = match before.filter(|before| before.has_same_words) {
            Some(before) => before.endings_behind(postings),
            None => with_endings(postings),
        };
        Self {
            name: Digest::of_value(&(&files, &endings)),
            number,
            pages,
            cuts: cuts_digest,
            files,
            endings,
            bytes: bytes.into(),
        }
    }

    /// Its bytes, if they are in memory.
    pub fn bytes(&self) -> Option<&[u8]> {
        self.bytes.get().map(Vec::as_slice)
    }

    /// All its bytes, if they can be had.
    pub(super) fn all(&self, store: Option<&dyn SegmentStore>) -> Option<Cow<'_, [u8]>> {
        if let Some(bytes) = self.bytes() {
            return Some(bytes.into());
        }
        let bytes = store?.read(self.name, 0..self.range(self.blocks().count().checked_sub(1)?).end)?;
        let mut start = 0;
        let is_right = |block: &Block| {
            let bytes = bytes.get(std::mem::replace(&mut start, block.end as usize)..block.end as usize);
            bytes.is_some_and(|bytes| Digest::of(bytes) == block.digest)
        };
        self.blocks().all(is_right).then_some(bytes.into())
    }

    /// The postings among all its bytes.
    pub(super) fn postings<'a>(&self, all: &'a [u8]) -> &'a [u8] {
        all.get(..self.postings_end()).unwrap_or_default()
    }

    fn postings_end(&self) -> usize {
        self.files.last().map_or(0, |block| block.end as usize)
    }

    /// The block with the postings of a file, if there are any.
    pub(super) fn file(&self, file: usize) -> Option<BlockAt> {
        let block = BlockAt { digest: self.files.get(file)?.digest, range: self.range(file) };
        Some(block).filter(|block| !block.range.is_empty())
    }

    /// The letters that its words end with, in order.
    pub(super) fn endings(&self) -> impl Iterator<Item = (char, Digest)> {
        self.endings.iter().map(|(ending, block)| (*ending, block.digest))
    }

    /// The block with the words that end with a letter, if there are any.
    pub(super) fn ending(&self, ending: char) -> Option<BlockAt> {
        let at = self.endings.binary_search_by_key(&ending, |(ending, _)| *ending).ok()?;
        Some(BlockAt { digest: self.endings[at].1.digest, range: self.range(self.files.len() + at) })
    }

    /// The bytes of a block: from memory, from the store, or of what is made again.
    pub(super) fn block(
        &self,
        BlockAt { range, digest }: BlockAt,
        store: Option<&dyn SegmentStore>,
        postings: impl FnOnce() -> Vec<u8>,
    ) -> Cow<'_, [u8]> {
        if self.bytes.get().is_none() {
            let read = store.and_then(|store| store.read(self.name, range.clone()));
            if let Some(read) = read.filter(|bytes| Digest::of(bytes) == digest) {
                return read.into();
            }
        }
        self.bytes.get_or_init(|| with_endings(postings()).0).get(range).unwrap_or_default().into()
    }

    fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.files.iter().chain(self.endings.iter().map(|(_, block)| block))
    }

    /// Where the block of a place among all is.
    fn range(&self, at: usize) -> Range<usize> {
        let end = |at: usize| {
            let block = self.files.get(at).or_else(|| self.endings.get(at - self.files.len()).map(|(_, block)| block));
            block.map_or(0, |block| block.end as usize)
        };
        at.checked_sub(1).map_or(0, end)..end(at)
    }
}

impl Before<'_> {
    /// The bytes of the block of a file, with their digest.
    fn block(&self, file: usize) -> Option<(&[u8], Digest)> {
        let BlockAt { range, digest } = self.segment.file(file)?;
        Some((self.bytes.get(range)?, digest))
    }

    /// Postings of the same words, with the blocks behind them that are made of words alone.
    fn endings_behind(&self, mut postings: Vec<u8>) -> (Vec<u8>, Vec<(char, Block)>) {
        let (start, start_before) = (postings.len(), self.segment.postings_end());
        postings.extend_from_slice(self.bytes.get(start_before..).unwrap_or_default());
        let moved = |(ending, Block { end, digest }): &(char, Block)| {
            (*ending, Block { end: small(*end as usize - start_before + start), digest: *digest })
        };
        (postings, self.segment.endings.iter().map(moved).collect())
    }
}

/// Postings, with blocks behind them for the letters that words end with; and these.
fn with_endings(mut postings: Vec<u8>) -> (Vec<u8>, Vec<(char, Block)>) {
    let mut endings: QuickMap<char, Vec<u8>> = QuickMap::default();
    for Spelling { bytes, .. } in postings::read(&postings).map(|posting| posting.word) {
        if let Some(ending) = last(bytes) {
            let words = endings.entry(ending).or_default();
            words.extend_from_slice(bytes);
            words.push(b' ');
        }
    }
    let mut endings: Vec<(char, Vec<u8>)> = endings.into_iter().collect();
    endings.sort_unstable();
    postings.reserve_exact(endings.iter().map(|(_, words)| words.len()).sum());
    let block = |(ending, words): (char, Vec<u8>)| {
        postings.extend_from_slice(&words);
        (ending, Block { end: small(postings.len()), digest: Digest::of(&words) })
    };
    let endings = endings.into_iter().map(block).collect();
    (postings, endings)
}

/// The letter that a word ends with.
fn last(word: &[u8]) -> Option<char> {
    match word.last()? {
        byte if byte.is_ascii() => Some(char::from(*byte)),
        _ => std::str::from_utf8(word).ok()?.chars().next_back(),
    }
}
