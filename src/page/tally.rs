//! The words of one page, counted as they are read: each once, with what it weighs.

/// What a word weighs by where it stands; in the text it weighs as much as it stands there often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stands {
    /// In the title.
    Title,
    /// In a heading.
    Heading,
    /// In the description or a tag.
    Description,
    /// In the text.
    Text,
}

/// What a word weighs that stands so, and what all its standings of the kind may add, so that a long page does not stand before one
/// that is about the word. All together is 61 at most: a weight is written as one of 64 digits.
const WEIGHTS: [(u32, u32); 4] = [(24, 24), (12, 20), (4, 4), (1, 13)];
/// Of how many words a table is made at first: those of a page of ordinary length.
const ROOM: usize = 512;

/// How many bytes are in the head of a word.
const HEAD: usize = 8;

/// How often a word stands where, by kind.
type Counts = [u8; 4];

/// One word.
#[derive(Clone, Copy, Debug)]
struct Word {
    /// How it begins: most words are put in order by this alone.
    head: u64,
    start: u32,
    len: u8,
    /// All its standings, and those in the target that was read last; more than 255 weigh no more.
    all: Counts,
    here: Counts,
    target: u8,
    /// The most that it weighs in a target before that one, and which.
    best: (u8, u8),
}

/// The words so far.
#[derive(Debug)]
pub(super) struct Tally {
    text: String,
    words: Vec<Word>,
    /// A word's number and one, by its hash; 0 where there is none. At least half of it is empty.
    table: Vec<u32>,
}

/// One word of a page, counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counted<'a> {
    pub(super) word: &'a str,
    pub(super) weight: u8,
    pub(super) target: u8,
}

impl Tally {
    pub(super) fn new() -> Self {
        Self { text: String::with_capacity(8 * ROOM), words: Vec::with_capacity(ROOM), table: vec![0; 2 * ROOM] }
    }

    /// Counts a word. Targets come in their order.
    pub(super) fn add(&mut self, word: &str, stands: Stands, target: u8) {
        let head = first_bytes(word);
        let at = self.find(word, head);
        let Some(found) = self.words.get_mut(at) else { return };
        if found.target != target {
            found.close();
            found.target = target;
        }
        let kind = stands as usize;
        found.all[kind] = found.all[kind].saturating_add(1);
        found.here[kind] = found.here[kind].saturating_add(1);
    }

    /// The place of a word, which is new if it was not there.
    fn find(&mut self, word: &str, head: u64) -> usize {
        let mask = self.table.len() - 1;
        let mut place = hash(word, head) & mask;
        while let Some(number) = self.table[place].checked_sub(1) {
            let known = &self.words[number as usize];
            let is_whole = word.len() <= HEAD && word.len() == usize::from(known.len);
            if known.head == head && (is_whole || self.text_of(known) == word) {
                return number as usize;
            }
            place = (place + 1) & mask;
        }
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        self.table[place] = small(self.words.len() + 1);
        self.words.push(Word {
            head,
            start: small(self.text.len()),
            // 32 characters at most, of 4 bytes at most.
            len: u8::try_from(word.len()).unwrap_or(u8::MAX),
            all: Counts::default(),
            here: Counts::default(),
            target: 0,
            best: (0, 0),
        });
        self.text.push_str(word);
        if 2 * self.words.len() > self.table.len() {
            self.grow();
        }
        self.words.len() - 1
    }

    fn grow(&mut self) {
        let mut table = vec![0; 2 * self.table.len()];
        let mask = table.len() - 1;
        for (number, word) in (1..).zip(&self.words) {
            let mut place = hash(self.text_of(word), word.head) & mask;
            while table[place] != 0 {
                place = (place + 1) & mask;
            }
            table[place] = number;
        }
        self.table = table;
    }

    fn text_of(&self, word: &Word) -> &str {
        let start = word.start as usize;
        &self.text[start..start + usize::from(word.len)]
    }

    /// How many words there are.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// How many bytes they have together.
    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The words in order.
    pub(super) fn counted(&mut self) -> impl Iterator<Item = Counted<'_>> {
        let mut words = std::mem::take(&mut self.words);
        let text = |word: &Word| &self.text[word.start as usize..][..usize::from(word.len)];
        // A word of up to eight bytes is all in its head.
        words.sort_unstable_by(|a, b| a.head.cmp(&b.head).then_with(|| text(a).cmp(text(b))));
        words.into_iter().map(move |mut word| {
            // One that stands below one target only weighs most there.
            let target = if word.best.0 == 0 {
                word.target
            } else {
                word.close();
                word.best.1
            };
            Counted { word: text(&word), weight: total(word.all), target }
        })
    }
}

impl Word {
    /// Weighs the target that was read last against those before it.
    fn close(&mut self) {
        let weight = total(self.here);
        if weight > self.best.0 {
            self.best = (weight, self.target);
        }
        self.here = Counts::default();
    }
}

fn total(counts: Counts) -> u8 {
    let weight = |(count, (each, most)): (u8, (u32, u32))| (u32::from(count) * each).min(most);
    u8::try_from(counts.into_iter().zip(WEIGHTS).map(weight).sum::<u32>()).unwrap_or(1)
}

/// The hash of a word, that of rustc (`base/quick.rs`): the highest bits of a product.
#[inline]
fn hash(word: &str, head: u64) -> usize {
    const FACTOR: u64 = 0x517c_c1b7_2722_0a95;
    let mut hash = head.wrapping_mul(FACTOR);
    if word.len() > HEAD {
        let (more, rest) = word.as_bytes()[HEAD..].as_chunks();
        for more in more {
            hash = (hash.rotate_left(5) ^ u64::from_le_bytes(*more)).wrapping_mul(FACTOR);
        }
        for byte in rest {
            hash = (hash.rotate_left(5) ^ u64::from(*byte)).wrapping_mul(FACTOR);
        }
    }
    usize::try_from(hash >> 32).unwrap_or(0)
}

/// The first eight bytes of a text as a number whose order is theirs.
#[inline]
pub fn first_bytes(text: &str) -> u64 {
    let bytes = text.as_bytes();
    if let Some(first) = bytes.first_chunk() {
        return u64::from_be_bytes(*first);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        // The last four are shifted until those that are among the first four too are out.
        let rest = u64::from(u32::from_be_bytes(*last)) << (8 * (HEAD - bytes.len())) & 0xffff_ffff;
        return u64::from(u32::from_be_bytes(*first)) << 32 | rest;
    }
    let byte = |at: usize| u64::from(bytes.get(at).copied().unwrap_or(0));
    byte(0) << 56 | byte(1) << 48 | byte(2) << 40
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_have_the_order_of_their_texts() {
        let texts = ["", "a", "ab", "abc", "abcd", "abcde", "abcdef", "abcdefg", "abcdefgh", "abd", "b", "ä"];
        assert!(texts.is_sorted_by(|a, b| first_bytes(a) < first_bytes(b)));
        assert_eq!(first_bytes("abcdef"), u64::from_be_bytes(*b"abcdef\0\0"));
        assert_eq!(first_bytes("abcdefghi"), first_bytes("abcdefgh"));
    }
}
