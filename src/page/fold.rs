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
    /// The text with the small letters of ASCII, and spaces behind it up to the end of a block.
    lower: String,
    folded: String,
    /// What stands before a hyphen,
    first: String,
    /// and where it ended.
    first_end: Option<usize>,
}

impl Folder {
    /// Calls `found` with each word of a text, folded. A word with a hyphen is found by its parts and as a whole without it.
    ///
    /// Most words are of ASCII alone and need no more than small letters. So all of the text gets these at once, and words are told
    /// by a bit for each of its bytes; what has other characters is read one by one.
    pub fn each_word(&mut self, text: &str, found: &mut impl FnMut(Spelling<'_>)) {
        let mut lower = std::mem::take(&mut self.lower);
        lower.clear();
        lower.push_str(text);
        lower.make_ascii_lowercase();
        let blocks = text.len() / BLOCK + 1;
        lower.extend(std::iter::repeat_n(' ', blocks * BLOCK - text.len()));
        self.first_end = None;
        let (mut start, mut is_inside, mut is_plain) = (0, 0, true);
        let (of_blocks, _) = lower.as_bytes().as_chunks::<BLOCK>();
        for (at, block) in (0..).step_by(BLOCK).zip(of_blocks) {
            let Block { inside, special } = Block::of(block);
            // Where a word begins and where one ends, in turn.
            let mut edges = inside ^ (inside << 1 | is_inside);
            let mut rest = special;
            while edges != 0 {
                let bit = edges.trailing_zeros();
                let edge = at + bit as usize;
                is_inside ^= 1;
                if is_inside == 1 {
                    start = edge;
                    is_plain = true;
                    rest = special & (u64::MAX << bit);
                } else {
                    if is_plain && rest & !(u64::MAX << bit) == 0 {
                        self.plain(&lower, start..edge, found);
                    } else {
                        self.other(&lower, start..edge, found);
                    }
                }
                edges &= edges - 1;
            }
            is_plain &= is_inside == 0 || rest == 0;
        }
        self.lower = lower;
    }

    /// A word of letters and digits of ASCII.
    #[inline]
    fn plain(&mut self, text: &str, Range { start, end }: Range<usize>, found: &mut impl FnMut(Spelling<'_>)) {
        let is_kept = end - start > 1 || text.as_bytes()[start].is_ascii_digit();
        if let Some(first_end) = self.first_end.take() {
            self.compound(text, first_end..start, &text[start..end], found);
        }
        if is_kept {
            found(Spelling::within(text, start..end.min(start + LONGEST)));
        }
        if text.as_bytes()[end] == b'-' {
            self.note_first(&text[start..end], end);
        }
    }

    /// What has other characters.
    #[cold]
    fn other(&mut self, text: &str, Range { start, end }: Range<usize>, found: &mut impl FnMut(Spelling<'_>)) {
        let mut at = start;
        while let Some(word) = next(&text[..end], at) {
            at = word.end;
            let mut folded = std::mem::take(&mut self.folded);
            folded.clear();
            fold(&text[word.clone()], &mut folded);
            if folded.chars().any(is_unspaced) {
                pairs(&folded, found);
                self.first_end = None;
            } else {
                if let Some(first_end) = self.first_end.take() {
                    self.compound(text, first_end..word.start, &folded, found);
                }
                emit(&folded, found);
                if text[at..].starts_with(['-', '\u{2011}']) {
                    self.note_first(&folded, at);
                }
            }
            self.folded = folded;
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
    fn compound(&mut self, text: &str, between: Range<usize>, folded: &str, found: &mut impl FnMut(Spelling<'_>)) {
        if matches!(&text[between], "-" | "\u{2011}") {
            self.first.push_str(folded);
            emit(&self.first, found);
        }
    }
}

/// What the bytes of a block are, by a bit for each, the first lowest.
#[derive(Clone, Copy)]
struct Block {
    /// Those that may belong to a word.
    inside: u64,
    /// Those of them that are no letter or digit of ASCII.
    special: u64,
}

impl Block {
    /// Eight bytes are weighed at once, each by its highest bit.
    #[inline]
    fn of(block: &[u8; BLOCK]) -> Self {
        const EACH: u64 = 0x0101_0101_0101_0101;
        const HIGH: u64 = 0x80 * EACH;
        let (mut inside, mut special) = (0, 0);
        let (eights, _) = block.as_chunks::<8>();
        for (at, eight) in eights.iter().enumerate() {
            let bytes = u64::from_le_bytes(*eight);
            // Without the highest bit nothing is carried from one byte to the next.
            let low = bytes & !HIGH;
            let between =
                |first: u8, last: u8| (low + u64::from(0x80 - first) * EACH) & !(low + u64::from(0x7f - last) * EACH);
            let plain = between(b'a', b'z') | between(b'0', b'9');
            let other = bytes | between(b'\'', b'\'');
            // Puts the highest bits of all bytes together: each lands in the highest byte of the product, at its own place.
            let gather = |bits: u64| ((bits & HIGH) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56 << (8 * at);
            inside |= gather(plain | other);
            special |= gather(other);
        }
        Self { inside, special }
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

fn emit(word: &str, found: &mut impl FnMut(Spelling<'_>)) {
    if is_kept(word) {
        let is_short = word.len() <= LONGEST;
        let end = if is_short { None } else { word.char_indices().nth(LONGEST) };
        found(Spelling::of(end.map_or(word, |(at, _)| &word[..at])));
    }
}

fn pairs(word: &str, found: &mut impl FnMut(Spelling<'_>)) {
    let starts: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
    if starts.len() == 2 {
        found(Spelling::of(word));
    }
    for pair in starts.windows(3) {
        found(Spelling::of(&word[pair[0]..pair[2]]));
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
        let mut words = Vec::new();
        Folder::default().each_word(text, &mut |word| words.push(word.text.to_owned()));
        words
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
