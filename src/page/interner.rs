//! An interner: each different word once, with a number by which all that is known of it is kept.
//!
//! A build looks at millions of words, most of which it has seen before. A word is told from others by its first and last eight
//! bytes, which are numbers; its text is read only where it is longer than both.

use std::ops::Range;

/// How many bytes are in either end of a word.
const END: usize = 8;

/// The bits of a head that are a word's own, by its length.
const OWN: [u64; END + 1] = [
    0,
    0xff << 56,
    0xffff << 48,
    0x00ff_ffff << 40,
    0xffff_ffff << 32,
    0x00ff_ffff_ffff << 24,
    0xffff_ffff_ffff << 16,
    0x00ff_ffff_ffff_ffff << 8,
    u64::MAX,
];

/// The words so far, by their numbers, which are given in the order in which they come.
#[derive(Debug)]
pub struct Interner {
    bytes: Vec<u8>,
    words: Vec<Word>,
    /// A word's number and one, by the highest bits of its hash; 0 where there is none. At least half of it is empty.
    table: Vec<u32>,
    /// How many bits are not among these.
    shift: u32,
}

/// A word as it is looked up, and put in order: most are told apart by how they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spelling<'a> {
    /// How it begins.
    pub head: u64,
    /// The word.
    pub bytes: &'a [u8],
    /// How it ends, if it is longer than its head.
    tail: u64,
}

/// One word.
#[derive(Clone, Copy, Debug)]
struct Word {
    head: u64,
    tail: u64,
    start: u32,
    len: u32,
}

impl Interner {
    /// With room for some words before its table must grow.
    pub fn with_capacity(words: usize) -> Self {
        // So wide that few words meet another's place.
        let table = vec![0; 4 * words.next_power_of_two()];
        let shift = shift(&table);
        Self { bytes: Vec::with_capacity(END * words), words: Vec::with_capacity(words), table, shift }
    }

    /// The number of a word: the number of words so far, if it is new.
    #[allow(clippy::inline_always, reason = "it is called for each word of a site, from three loops")]
    #[inline(always)]
    pub fn number(&mut self, word: Spelling<'_>) -> usize {
        let mask = self.table.len() - 1;
        let mut place = word.place(self.shift);
        while let Some(number) = self.table[place].checked_sub(1) {
            let number = number as usize;
            let known = &self.words[number];
            if known.head == word.head
                && known.tail == word.tail
                && known.len as usize == word.bytes.len()
                && (word.bytes.len() <= 2 * END || self.word(number) == word.bytes)
            {
                return number;
            }
            place = (place + 1) & mask;
        }
        self.add(place, word)
    }

    #[inline(never)]
    fn add(&mut self, place: usize, Spelling { head, bytes, tail }: Spelling<'_>) -> usize {
        let number = self.words.len();
        self.table[place] = small(number + 1);
        self.words.push(Word { head, tail, start: small(self.bytes.len()), len: small(bytes.len()) });
        self.bytes.extend_from_slice(bytes);
        if 2 * self.words.len() > self.table.len() {
            self.grow();
        }
        number
    }

    #[cold]
    fn grow(&mut self) {
        let mut table = vec![0; 2 * self.table.len()];
        let (shift, mask) = (shift(&table), table.len() - 1);
        for (number, word) in self.words.iter().enumerate() {
            let spelling = Spelling { head: word.head, bytes: self.word(number), tail: word.tail };
            let mut place = spelling.place(shift);
            while table[place] != 0 {
                place = (place + 1) & mask;
            }
            table[place] = small(number + 1);
        }
        (self.table, self.shift) = (table, shift);
    }

    /// The word of a number.
    pub fn word(&self, number: usize) -> &[u8] {
        let word = &self.words[number];
        &self.bytes[word.start as usize..][..word.len as usize]
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
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The numbers of the words, in the order of the words.
    pub fn in_order(&self) -> impl Iterator<Item = usize> + use<> {
        let number = |key: &u128| (key & u128::from(u32::MAX)) as usize;
        let keys =
            (0..).zip(&self.words).map(|(number, word): (u32, &Word)| u128::from(word.head) << 64 | u128::from(number));
        let mut keys: Vec<u128> = keys.collect();
        keys.sort_unstable();
        for alike in keys.chunk_by_mut(|a, b| a >> 64 == b >> 64).filter(|alike| alike.len() > 1) {
            alike.sort_unstable_by(|a, b| self.word(number(a)).cmp(self.word(number(b))));
        }
        keys.into_iter().map(move |key| number(&key))
    }
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl<'a> Spelling<'a> {
    /// That of a word which stands alone.
    pub fn of(word: &'a str) -> Self {
        Self::within(word.as_bytes(), 0..word.len())
    }

    /// That of a word inside a text: read at once, whatever its length, where eight bytes of the text are left.
    #[inline]
    pub fn within(text: &'a [u8], Range { start, end }: Range<usize>) -> Self {
        let bytes = &text[start..end];
        let head = match text[start..].first_chunk() {
            // What is behind a short word is not its own.
            Some(first) => u64::from_be_bytes(*first) & OWN[bytes.len().min(END)],
            None => first_bytes(bytes),
        };
        let tail = bytes.last_chunk().filter(|_| bytes.len() > END).map_or(0, |last| u64::from_le_bytes(*last));
        Self { head, bytes, tail }
    }

    /// The word.
    pub fn text(self) -> &'a str {
        std::str::from_utf8(self.bytes).unwrap_or_default()
    }

    /// Where it is looked for: the highest bits of a product, which depend on all others.
    #[inline]
    fn place(self, shift: u32) -> usize {
        const FACTOR: u64 = 0x517c_c1b7_2722_0a95;
        let mut all = self.head ^ self.tail.rotate_left(29);
        if self.bytes.len() > 2 * END {
            let (middle, _) = self.bytes[END..].as_chunks();
            all = middle.iter().fold(all, |all, bytes| all.wrapping_mul(FACTOR) ^ u64::from_le_bytes(*bytes));
        }
        usize::try_from(all.wrapping_mul(FACTOR) >> shift).unwrap_or(0)
    }
}

fn shift(table: &[u32]) -> u32 {
    u64::BITS - table.len().trailing_zeros()
}

/// The first eight bytes of a word as a number whose order is theirs.
pub fn first_bytes(word: &[u8]) -> u64 {
    let mut first = [0; END];
    let len = word.len().min(END);
    first[..len].copy_from_slice(&word[..len]);
    u64::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_have_the_order_of_their_words() {
        let words = ["", "a", "ab", "abc", "abcd", "abcde", "abcdef", "abcdefg", "abcdefgh", "abd", "b", "ä"];
        let text = words.join("").into_bytes();
        let mut start = 0;
        let heads = words.map(|word| {
            let head = Spelling::within(&text, start..start + word.len()).head;
            start += word.len();
            assert_eq!((head, head), (Spelling::of(word).head, first_bytes(word.as_bytes())), "{word}");
            head
        });
        assert!(heads.is_sorted_by(|a, b| a < b));
        assert_eq!(Spelling::of("abcdef").head, u64::from_be_bytes(*b"abcdef\0\0"));
        assert_eq!(Spelling::of("abcdefghi").head, Spelling::of("abcdefgh").head);
    }

    #[test]
    fn each_word_has_one_number_and_they_are_put_in_order() {
        let begins = ["", "a", "abcdefgh", "abcdefghi", "abcdefghij"];
        let word = |n: usize, begin: &str| format!("{begin}{n:03}{}", "z".repeat(n % 30));
        let words: Vec<String> = (0..200).flat_map(|n| begins.map(|begin| word(n, begin))).collect();
        let mut interner = Interner::with_capacity(8);
        for _ in 0..2 {
            assert!(words.iter().enumerate().all(|(number, word)| interner.number(Spelling::of(word)) == number));
        }
        let mut sorted = words.clone();
        sorted.sort_unstable();
        assert!(interner.in_order().map(|number| interner.word(number)).eq(sorted.iter().map(String::as_bytes)));
        assert!(sorted.is_sorted_by_key(|word| Spelling::of(word)));
    }
}
