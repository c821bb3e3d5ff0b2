//! Words as search sees them: cut from a text, and folded so that case and accents make no difference.
//!
//! `themes/default/static/js/search.js` folds what a reader types by the same rules; a browser test holds the two together.
//! Folding follows the script and not a list of languages: an accent over a Latin, Greek or Cyrillic letter, a Hebrew or
//! Arabic vowel point go; a Devanagari vowel sign is a letter of its own and stays. Scripts that put no space between words
//! are cut into pairs of neighbors, which finds what a dictionary would.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::page::interner::Spelling;

/// Longer words are cut here: nobody types them, and an address would fill the index.
const LONGEST: usize = 32;
/// How many bytes are looked at together.
const BLOCK: usize = 64;

/// Cuts and folds. It holds what it works with from one text to the next.
#[derive(Debug, Default)]
pub struct Folder {
    /// The text with the small letters of ASCII, and spaces behind it up to the end of a block; then the words that take more.
    text: String,
    /// Where the words are in it.
    places: Vec<(u32, u32)>,
    /// The words that take more, one after the other.
    more: String,
    /// What stands before a hyphen,
    first: String,
    /// and where it ended.
    first_end: Option<usize>,
}

impl Folder {
    /// The words of a text in their order, folded. A word with a hyphen is found by its parts and as a whole without it.
    ///
    /// Most words are of ASCII alone and need no more than small letters. So all of the text gets these at once, and words are told
    /// by a bit for each of its bytes; what has other characters is read one by one.
    pub fn words(&mut self, text: &str) -> impl Iterator<Item = Spelling<'_>> {
        let mut lower = std::mem::take(&mut self.text);
        lower.clear();
        lower.push_str(text);
        lower.make_ascii_lowercase();
        let len = (text.len() / BLOCK + 1) * BLOCK;
        lower.extend(std::iter::repeat_n(' ', len - text.len()));
        self.places.clear();
        self.more.clear();
        self.first_end = None;
        self.cut(&lower);
        lower.push_str(&self.more);
        self.text = lower;
        let text = self.text.as_bytes();
        self.places.iter().map(|(start, end)| Spelling::within(text, *start as usize..*end as usize))
    }

    /// Finds the words of a text of whole blocks.
    fn cut(&mut self, text: &str) {
        // Where the word begins that the last block ended in, and whether it was plain so far.
        let mut open: Option<(usize, bool)> = None;
        let bytes = text.as_bytes();
        let (blocks, _) = bytes.as_chunks::<BLOCK>();
        for (at, block) in (0..).step_by(BLOCK).zip(blocks) {
            let Block { inside, special, has_hyphen } = Block::of(block);
            let before = inside << 1 | u64::from(open.is_some());
            let (mut starts, mut ends) = (inside & !before, before & !inside);
            if let Some((start, is_plain)) = open {
                let end = ends.trailing_zeros();
                let is_plain = is_plain && special & !u64::MAX.unbounded_shl(end) == 0;
                if ends == 0 {
                    open = Some((start, is_plain));
                    continue;
                }
                self.word(text, start..at + end as usize, is_plain);
                ends &= ends - 1;
            }
            // Most blocks need not be asked more than where their words are.
            let is_simple = special == 0 && !has_hyphen && self.first_end.is_none();
            while ends != 0 {
                let (start, end) = (starts.trailing_zeros(), ends.trailing_zeros());
                let place = at + start as usize..at + end as usize;
                if is_simple {
                    self.keep(bytes, place);
                } else {
                    self.word(text, place, special >> start << start & !(u64::MAX << end) == 0);
                }
                starts &= starts - 1;
                ends &= ends - 1;
            }
            let start = starts.trailing_zeros();
            open = (starts != 0).then(|| (at + start as usize, special >> start == 0));
        }
    }

    /// Keeps a word of letters and digits of ASCII, unless it is one letter.
    #[inline]
    fn keep(&mut self, text: &[u8], Range { start, end }: Range<usize>) {
        if end - start > 1 || text[start].is_ascii_digit() {
            self.places.push((small(start), small(end.min(start + LONGEST))));
        }
    }

    /// A word of letters and digits of ASCII, or what has other characters.
    fn word(&mut self, text: &str, place: Range<usize>, is_plain: bool) {
        if !is_plain {
            return self.other(text, place);
        }
        let end = place.end;
        if let Some(first_end) = self.first_end.take() {
            self.compound(text, first_end..place.start, &text[place.clone()]);
        }
        self.keep(text.as_bytes(), place.clone());
        if text.as_bytes()[end] == b'-' {
            self.note_first(&text[place], end);
        }
    }

    /// What has other characters.
    #[cold]
    fn other(&mut self, text: &str, Range { start, end }: Range<usize>) {
        let mut folded = String::new();
        let mut at = start;
        while let Some(word) = next(&text[..end], at) {
            at = word.end;
            folded.clear();
            fold(&text[word.clone()], &mut folded);
            if folded.chars().any(is_unspaced) {
                pairs(&folded, |pair| self.add(text.len(), pair));
                self.first_end = None;
                continue;
            }
            if let Some(first_end) = self.first_end.take() {
                self.compound(text, first_end..word.start, &folded);
            }
            if is_kept(&folded) {
                self.add(text.len(), &folded);
            }
            if text[at..].starts_with(['-', '\u{2011}']) {
                self.note_first(&folded, at);
            }
        }
    }

    #[cold]
    fn note_first(&mut self, folded: &str, end: usize) {
        self.first.clear();
        self.first.push_str(folded);
        self.first_end = Some(end);
    }

    /// The word before with this one, if there is but a hyphen between.
    #[cold]
    fn compound(&mut self, text: &str, between: Range<usize>, folded: &str) {
        if matches!(&text[between], "-" | "\u{2011}") {
            let mut first = std::mem::take(&mut self.first);
            first.push_str(folded);
            if is_kept(&first) {
                self.add(text.len(), &first);
            }
            self.first = first;
        }
    }

    /// Adds a word that does not stand in the text, of this length, as it is.
    fn add(&mut self, len: usize, word: &str) {
        let end = word.char_indices().nth(LONGEST).map_or(word, |(at, _)| &word[..at]);
        let start = len + self.more.len();
        self.more.push_str(end);
        self.places.push((small(start), small(len + self.more.len())));
    }
}

/// A place in a text, which is shorter than 4 GiB.
fn small(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// What the bytes of a block are, by a bit for each, the first lowest.
#[derive(Clone, Copy)]
struct Block {
    /// Those that may belong to a word.
    inside: u64,
    /// Those of them that are no letter or digit of ASCII.
    special: u64,
    /// Whether there is a hyphen.
    has_hyphen: bool,
}

impl Block {
    /// Eight bytes are weighed at once, each by its highest bit.
    #[inline]
    fn of(block: &[u8; BLOCK]) -> Self {
        const EACH: u64 = 0x0101_0101_0101_0101;
        const HIGH: u64 = 0x80 * EACH;
        // Puts the highest bits of all bytes together: each lands in the highest byte of the product, at its own place.
        let gather = |bits: u64| ((bits & HIGH) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        let (mut inside, mut special, mut others, mut no_hyphen) = (0, 0, [0; 8], HIGH);
        let (eights, _) = block.as_chunks::<8>();
        for ((at, eight), other) in (0..).step_by(8).zip(eights).zip(&mut others) {
            let bytes = u64::from_le_bytes(*eight);
            // Without the highest bit nothing is carried from one byte to the next.
            let low = bytes & !HIGH;
            let from = |first: u8| low + u64::from(0x80 - first) * EACH;
            let plain = (from(b'a') & !from(b'z' + 1)) | (from(b'0') & !from(b'9' + 1));
            let is_not = |byte: u8| (low ^ (u64::from(byte) * EACH)) + 0x7f * EACH;
            *other = (bytes | !is_not(b'\'')) & HIGH;
            no_hyphen &= is_not(b'-');
            inside |= gather(plain | *other) << at;
            special |= *other;
        }
        if special != 0 {
            special = (0..).step_by(8).zip(others).fold(0, |special, (at, other)| special | gather(other) << at);
        }
        Self { inside, special, has_hyphen: no_hyphen != HIGH }
    }
}

/// The folded words of a text, each with those before it, as one text with single spaces.
pub fn phrase(text: &str) -> String {
    let mut at = 0;
    let words = std::iter::from_fn(|| {
        let word = next(text, at)?;
        at = word.end;
        let mut folded = String::new();
        fold(&text[word], &mut folded);
        Some(folded)
    });
    words.filter(|word| is_kept(word)).collect::<Vec<_>>().join(" ")
}

/// A letter alone says nothing, unless it is a word by itself as in Chinese.
fn is_kept(word: &str) -> bool {
    // No character is longer than four bytes.
    word.len() > 4 || word.chars().nth(1).is_some() || word.starts_with(|c: char| is_unspaced(c) || c.is_numeric())
}

fn pairs(word: &str, mut found: impl FnMut(&str)) {
    let starts: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
    if starts.len() == 2 {
        found(word);
    }
    for pair in starts.windows(3) {
        found(&word[pair[0]..pair[2]]);
    }
}

/// Where the next word from a place on is. An apostrophe between letters belongs to the word.
fn next(text: &str, from: usize) -> Option<Range<usize>> {
    let letter = |at: usize| text[at..].chars().next().filter(|c| is_letter(*c)).map(char::len_utf8);
    let start = from + text[from..].find(is_letter)?;
    let mut end = start;
    loop {
        if let Some(len) = letter(end) {
            end += len;
            continue;
        }
        let apostrophe =
            text[end..].chars().next().filter(|c| matches!(c, '\'' | '\u{2019}')).map_or(0, char::len_utf8);
        if apostrophe == 0 || letter(end + apostrophe).is_none() {
            return Some(start..end);
        }
        end += apostrophe;
    }
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Thai, Lao, Burmese, Khmer, Kana, Han: no space stands between two words.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

fn fold(word: &str, folded: &mut String) {
    let kept = |c: &char| !matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\'' | '\u{2019}');
    for c in word.nfkd().filter(kept).flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            c if kept(&c) => folded.push(c),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        Folder::default().words(text).map(|word| word.text().to_owned()).collect()
    }

    #[test]
    fn folds_case_accents_and_hyphens() {
        assert_eq!(words("Don’t: a low-energy X-ray"), ["dont", "low", "lowenergy", "energy", "xray", "ray"]);
        assert_eq!(words("Après l’opération, Übelkeit, Ødem"), ["apres", "loperation", "ubelkeit", "odem"]);
        assert_eq!(words("放射線治療"), ["放射", "射線", "線治", "治療"]);
        assert_eq!(phrase("Throwing  up (I)"), "throwing up");
    }

    #[test]
    fn words_may_stand_across_blocks() {
        for before in 0..200 {
            let text = format!("{} X-rays, ’n’ 3 don't-care’s e\u{301}té ab", "-".repeat(before));
            assert_eq!(words(&text), ["xrays", "rays", "3", "dont", "dontcares", "cares", "ete", "ab"], "{before}");
        }
        assert_eq!(words(&"long".repeat(20)), [&*"long".repeat(8)]);
        assert_eq!(words(&"ä-".repeat(60)).len(), 59);
    }
}
