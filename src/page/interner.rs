//! An interner: each different word once, with a number by which all that is known of it is kept.
//!
//! A build looks at millions of words, most of which it has seen before. A word is told from others by its first and last eight
//! bytes, which are numbers; its text is read only where it is longer than both.

use std::ops::Range;

/// How many bytes are in either end of a word.
const END: usize = 8;

/// The words so far, by their numbers, which are given in the order in which they come.
#[derive(Debug)]
pub struct Interner {
    text: String,
    words: Vec<Word>,
    /// A word's number and one, by its hash; 0 where there is none. At least half of it is empty.
    table: Vec<u32>,
}

/// A word as it is looked up, and put in order: most are told apart by how they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spelling<'a> {
    /// How it begins.
    pub head: u64,
    /// The word.
    pub text: &'a str,
    /// How it ends, if it is longer than that.
    tail: u64,
}

/// One word.
#[derive(Clone, Copy, Debug)]
struct Word {
    /// How it begins: most words are put in order by this alone.
    head: u64,
    /// How it ends, if it is longer than that.
    tail: u64,
    start: u32,
    len: u32,
}

impl Interner {
    /// With room for some words before its table must grow.
    pub fn with_capacity(words: usize) -> Self {
        Self {
            text: String::with_capacity(END * words),
            words: Vec::with_capacity(words),
            table: vec![0; 2 * words.next_power_of_two()],
        }
    }

    /// The number of a word: the number of words so far, if it is new.
    #[inline]
    pub fn number(&mut self, word: Spelling<'_>) -> usize {
        let Spelling { text: word, head, tail } = word;
        let len = small(word.len());
        let mask = self.table.len() - 1;
        let mut place = hash(word, head, tail) & mask;
        while let Some(number) = self.table[place].checked_sub(1) {
            let known = &self.words[number as usize];
            let is_alike = known.head == head && known.tail == tail && known.len == len;
            if is_alike && (word.len() <= 2 * END || self.text(number as usize) == word) {
                return number as usize;
            }
            place = (place + 1) & mask;
        }
        let number = self.words.len();
        self.table[place] = small(number + 1);
        self.words.push(Word { head, tail, start: small(self.text.len()), len });
        self.text.push_str(word);
        if 2 * self.words.len() > self.table.len() {
            self.grow();
        }
        number
    }

    #[cold]
    fn grow(&mut self) {
        let mut table = vec![0; 2 * self.table.len()];
        let mask = table.len() - 1;
        for (number, word) in self.words.iter().enumerate() {
            let mut place = hash(self.text(number), word.head, word.tail) & mask;
            while table[place] != 0 {
                place = (place + 1) & mask;
            }
            table[place] = small(number + 1);
        }
        self.table = table;
    }

    /// The word of a number.
    pub fn text(&self, number: usize) -> &str {
        let word = &self.words[number];
        &self.text[word.start as usize..][..word.len as usize]
    }

    /// The first bytes of the word of a number, as `first_bytes` gives them.
    pub fn first_bytes(&self, number: usize) -> u64 {
        self.words[number].head
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How many bytes the words have together.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The numbers of the words, in the order of the words.
    pub fn in_order(&self) -> impl Iterator<Item = usize> + use<> {
        let number = |key: &u128| (key & u128::from(u32::MAX)) as usize;
        let keys =
            (0..).zip(&self.words).map(|(number, word): (u32, &Word)| u128::from(word.head) << 64 | u128::from(number));
        let mut keys: Vec<u128> = keys.collect();
        keys.sort_unstable();
        for alike in keys.chunk_by_mut(|a, b| a >> 64 == b >> 64).filter(|alike| alike.len() > 1) {
            alike.sort_unstable_by(|a, b| self.text(number(a)).cmp(self.text(number(b))));
        }
        keys.into_iter().map(move |key| number(&key))
    }
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl<'a> Spelling<'a> {
    /// That of a word which stands alone.
    pub fn of(text: &'a str) -> Self {
        let last = text.as_bytes().last_chunk().filter(|_| text.len() > END);
        Self { text, head: first_bytes(text), tail: last.map_or(0, |last| u64::from_le_bytes(*last)) }
    }

    /// That of a word inside a text: read at once, whatever its length, where eight bytes of the text are left.
    #[inline]
    pub fn within(text: &'a str, Range { start, end }: Range<usize>) -> Self {
        let word = text.get(start..end).unwrap_or("");
        let bytes = text.as_bytes();
        let Some(first) = bytes.get(start..).and_then(|rest| rest.first_chunk()).filter(|_| !word.is_empty()) else {
            return Self::of(word);
        };
        // What is behind a short word is shifted out.
        let behind = 8 * END.saturating_sub(word.len());
        let head = u64::from_be_bytes(*first) >> behind << behind;
        let last = bytes.get(..end).and_then(|before| before.last_chunk());
        let tail = last.map_or(0, |last| u64::from_le_bytes(*last));
        Self { text: word, head, tail: if word.len() > END { tail } else { 0 } }
    }
}

/// The hash of a word, that of rustc (`base/quick.rs`): the highest bits of a product.
#[inline]
fn hash(word: &str, head: u64, tail: u64) -> usize {
    const FACTOR: u64 = 0x517c_c1b7_2722_0a95;
    let add = |hash: u64, bytes: u64| (hash.rotate_left(5) ^ bytes).wrapping_mul(FACTOR);
    let mut hash = add(add(0, head), tail);
    if word.len() > 2 * END {
        let (middle, _) = word.as_bytes()[END..].as_chunks();
        hash = middle.iter().fold(hash, |hash, bytes| add(hash, u64::from_le_bytes(*bytes)));
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
        let rest = u64::from(u32::from_be_bytes(*last)) << (8 * (END - bytes.len())) & 0xffff_ffff;
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

    #[test]
    fn each_word_has_one_number_and_they_are_put_in_order() {
        let ends = ["", "a", "abcdefgh", "abcdefghi", "abcdefghij"];
        let words: Vec<String> =
            (0..200).flat_map(|n| ends.map(|end| format!("{end}{n:03}{}", "z".repeat(n % 30)))).collect();
        let mut interner = Interner::with_capacity(8);
        for _ in 0..2 {
            assert!(words.iter().enumerate().all(|(number, word)| interner.number(Spelling::of(word)) == number));
        }
        let text = words.join(" ");
        let mut start = 0;
        for (number, word) in words.iter().enumerate() {
            assert_eq!(interner.number(Spelling::within(&text, start..start + word.len())), number);
            start += word.len() + 1;
        }
        let mut sorted = words.clone();
        sorted.sort_unstable();
        assert!(interner.in_order().map(|number| interner.text(number)).eq(&sorted));
    }
}
