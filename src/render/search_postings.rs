//! Postings: the words of some pages in order, each with the pages that hold it.
//!
//! They are one run of bytes, so that it can be digested, kept on disk and read again as it is. For each word: its length less
//! one; the word; how many pages hold it; and for each of these, by their numbers, a `Holder`. Numbers have four bytes, the
//! lowest first.

use std::cmp::Ordering;

use crate::page::interner::{Interner, Spelling};
use crate::page::terms::{Term, Words};

/// Bits of a page's number that a holder has. The rest is the same for all pages whose postings stand together.
pub(super) const WITHIN: u32 = 20;
/// Of how many words a table is made at first.
const ROOM: usize = 16_384;
/// How many bytes a number has.
const NUMBER: usize = size_of::<u32>();

/// One word.
#[derive(Clone, Copy)]
pub(super) struct Posting<'a> {
    /// The word, folded.
    pub(super) word: Spelling<'a>,
    holders: &'a [[u8; NUMBER]],
    /// All of it as it stands.
    bytes: &'a [u8],
}

/// A page that holds a word: what the word weighs there, the end of the page's number, and the target, from the highest bits down.
#[derive(Clone, Copy)]
pub(super) struct Holder(u32);

impl Holder {
    fn new(number: u32, Term { weight, target, .. }: Term<'_>) -> Self {
        Self(u32::from(weight & 63) << (WITHIN + 6) | within(number) << 6 | u32::from(target & 63))
    }

    /// The end of the page's number.
    #[inline]
    pub(super) fn page(self) -> u32 {
        within(self.0 >> 6)
    }

    /// What the word weighs there.
    #[inline]
    pub(super) fn weight(self) -> u32 {
        self.0 >> (WITHIN + 6)
    }

    /// The target below which it weighs most, or 0.
    #[inline]
    pub(super) fn target(self) -> u32 {
        self.0 & 63
    }
}

/// The end of a page's number.
#[inline]
pub(super) fn within(number: u32) -> u32 {
    number & ((1 << WITHIN) - 1)
}

/// The postings of pages, which come in the order of their numbers.
pub(super) fn of(pages: &[(u32, &Words)]) -> Vec<u8> {
    let mut words = Interner::with_capacity(ROOM);
    let mut counts: Vec<u32> = Vec::with_capacity(ROOM);
    let size: usize = pages.iter().map(|(_, words)| words.size()).sum();
    let mut found: Vec<(u32, Holder)> = Vec::with_capacity(size / 8);
    for (number, page) in pages {
        for term in page.records() {
            let word = words.number(term.word);
            if word == counts.len() {
                counts.push(0);
            }
            counts[word] += 1;
            found.push((small(word), Holder::new(*number, term)));
        }
    }
    let mut bytes = Vec::with_capacity(words.size() + words.len() * (1 + NUMBER) + found.len() * NUMBER);
    for number in words.in_order() {
        let count = &mut counts[number];
        head(&mut bytes, words.word(number), *count);
        let start = bytes.len();
        bytes.resize(start + *count as usize * NUMBER, 0);
        // From here on it is where the next holder of the word goes.
        *count = small(start);
    }
    for (word, holder) in found {
        let next = &mut counts[word as usize];
        let at = *next as usize;
        bytes[at..at + NUMBER].copy_from_slice(&holder.0.to_le_bytes());
        *next = small(at + NUMBER);
    }
    bytes
}

/// What stands before the holders of a word.
fn head(bytes: &mut Vec<u8>, word: &[u8], count: u32) {
    // A word has 32 characters at most, of 4 bytes at most.
    bytes.push(u8::try_from(word.len().saturating_sub(1)).unwrap_or(0));
    bytes.extend_from_slice(word);
    bytes.extend_from_slice(&count.to_le_bytes());
}

/// The postings without some pages, whose numbers end like this and are in order, and with those of others in their place; and
/// whether their words are the same.
pub(super) fn patched(before: &[u8], gone: &[u32], new: &[u8]) -> (Vec<u8>, bool) {
    let mut bytes = Vec::with_capacity(before.len() + new.len());
    let (mut has_same_words, mut copied) = (true, 0);
    let (mut old, mut new) = (read(before), read(new).peekable());
    loop {
        let at = old.at;
        let mut posting = old.next();
        // Most postings stay as they are, and are copied together.
        let order = order(posting.as_ref(), new.peek());
        if order == Some(Ordering::Less) && posting.is_some_and(|posting| !posting.has_one_of(gone)) {
            continue;
        }
        bytes.extend_from_slice(&before[copied..at]);
        let Some(order) = order else { return (bytes, has_same_words) };
        if order.is_gt() {
            // It is compared again with the next one.
            (posting, old.at) = (None, at);
        }
        copied = old.at;
        let added = new.next_if(|_| order.is_ge());
        let stays =
            posting.iter().flat_map(Posting::holders).filter(|holder| gone.binary_search(&holder.page()).is_err());
        let mut holders: Vec<Holder> = stays.chain(added.iter().flat_map(Posting::holders)).collect();
        holders.sort_unstable_by_key(|holder| holder.page());
        has_same_words &= posting.is_some() && !holders.is_empty();
        if let Some(Posting { word, .. }) = posting.or(added).filter(|_| !holders.is_empty()) {
            head(&mut bytes, word.bytes, small(holders.len()));
            holders.iter().for_each(|holder| bytes.extend_from_slice(&holder.0.to_le_bytes()));
        }
    }
}

/// Which of two comes first; nothing once there is none.
fn order(a: Option<&Posting<'_>>, b: Option<&Posting<'_>>) -> Option<Ordering> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.word.cmp(&b.word)),
        (Some(_), None) => Some(Ordering::Less),
        (None, Some(_)) => Some(Ordering::Greater),
        (None, None) => None,
    }
}

/// Reads postings.
pub(super) fn read(bytes: &[u8]) -> Postings<'_> {
    Postings { bytes, at: 0 }
}

/// Postings as they are read.
pub(super) struct Postings<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Postings<'a> {
    type Item = Posting<'a>;

    #[inline]
    fn next(&mut self) -> Option<Posting<'a>> {
        let start = self.at;
        let word = start + 1..start + 2 + usize::from(*self.bytes.get(start)?);
        let count = u32::from_le_bytes(*self.bytes.get(word.end..)?.first_chunk()?) as usize;
        let from = word.end + NUMBER;
        let (holders, _) = self.bytes.get(from..from + count * NUMBER)?.as_chunks();
        self.at = from + count * NUMBER;
        Some(Posting { word: Spelling::within(self.bytes, word), holders, bytes: &self.bytes[start..self.at] })
    }
}

impl<'a> Posting<'a> {
    /// The pages that hold it, by their numbers.
    #[inline]
    pub(super) fn holders(&self) -> impl ExactSizeIterator<Item = Holder> + use<'a> {
        self.holders.iter().map(|holder| Holder(u32::from_le_bytes(*holder)))
    }

    /// Whether one of some pages holds it.
    #[inline]
    fn has_one_of(&self, pages: &[u32]) -> bool {
        match pages {
            // Without a way out the processor looks at many holders at once.
            [page] => self.holders().fold(false, |has, holder| has | (holder.page() == *page)),
            pages => self.holders().any(|holder| pages.binary_search(&holder.page()).is_ok()),
        }
    }

    /// How many bytes it takes.
    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }
}

/// A number of words, of pages, or of bytes of the postings of some thousand pages.
pub(super) fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::body::Body;
    use crate::page::terms;

    /// Pages whose words are some of a few; of every third seed some words are in one page only.
    fn pages(seed: usize) -> Vec<(u32, Words)> {
        let page = |number: u32| {
            let is_in = |word: &usize| match word {
                0..40 => (seed * 31 + word * 7 + number as usize * 13) % 11 < 3,
                word => seed.is_multiple_of(3) && word % 20 == number as usize,
            };
            let word = |word| format!("{}word{word}", "long".repeat(word % 5));
            let text: Vec<String> = (0..80).filter(is_in).map(word).collect();
            (number << 4, terms::read(&text.join(" "), None, &[], &Body::default()).1)
        };
        (0..20).filter(|number| !(seed + *number as usize).is_multiple_of(5)).map(page).collect()
    }

    fn of_pages<'a>(pages: impl Iterator<Item = &'a (u32, Words)>) -> Vec<u8> {
        of(&pages.map(|(number, words)| (*number, words)).collect::<Vec<_>>())
    }

    #[test]
    fn patched_postings_are_those_of_the_pages() {
        let mut same = 0;
        for seed in 0..50 {
            let (before, after) = (pages(seed), pages(seed + 1));
            let gone: Vec<u32> =
                before.iter().filter(|page| !after.contains(page)).map(|(number, _)| *number).collect();
            let new = of_pages(after.iter().filter(|page| !before.contains(page)));
            let (old, all) = (of_pages(before.iter()), of_pages(after.iter()));
            let words = |bytes| read(bytes).map(|posting| posting.word.text().to_owned()).collect::<Vec<_>>();
            let (bytes, has_same_words) = patched(&old, &gone, &new);
            assert_eq!((bytes, has_same_words), (all.clone(), words(&old) == words(&all)), "{seed}");
            same += usize::from(has_same_words);
        }
        assert!((1..50).contains(&same), "{same}");
    }

    #[test]
    fn postings_say_where_words_are() {
        let all = of_pages(pages(1).iter());
        let read: Vec<_> = read(&all).collect();
        assert!(read.is_sorted_by_key(|posting| posting.word));
        assert_eq!(read.iter().map(Posting::size).sum::<usize>(), all.len());
        for (number, words) in pages(1) {
            let holds = |posting: &&Posting<'_>| posting.holders().any(|holder| holder.page() == number);
            let here: Vec<&str> = read.iter().filter(holds).map(|posting| posting.word.text()).collect();
            let mut own: Vec<&str> = words.records().map(|term| term.word.text()).collect();
            own.sort_unstable();
            assert_eq!(here, own);
        }
    }
}
