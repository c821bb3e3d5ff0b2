//! Words as search sees them: cut from a text, and folded so that case and accents make no difference.
//!
//! `themes/default/static/js/search.js` folds what a reader types by the same rules; a browser test holds the two together.
//! Folding follows the script and not a list of languages: an accent over a Latin, Greek or Cyrillic letter, a Hebrew or
//! Arabic vowel point go; a Devanagari vowel sign is a letter of its own and stays. Scripts that put no space between words
//! are cut into pairs of neighbors, which finds what a dictionary would.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longer words are cut here: nobody types them, and an address would fill the index.
const LONGEST: usize = 32;

/// Cuts and folds. It holds what it works with from one text to the next.
#[derive(Debug, Default)]
pub struct Folder {
    buffer: String,
    /// What stands before a hyphen.
    first: String,
}

impl Folder {
    /// Calls `found` with each word of a text, folded. A word with a hyphen is found by its parts and as a whole without it.
    pub fn each_word(&mut self, text: &str, found: &mut impl FnMut(&str)) {
        let Self { buffer, first } = self;
        let mut first_end = usize::MAX;
        let mut at = 0;
        while let Some(Piece { start, end, kind }) = next(text, at) {
            at = end;
            let word = &text[start..end];
            let folded: &str = match kind {
                Kind::Folded => word,
                Kind::Ascii => {
                    buffer.clear();
                    word.split('\'').for_each(|part| buffer.push_str(part));
                    buffer.make_ascii_lowercase();
                    buffer
                }
                Kind::Other => {
                    buffer.clear();
                    fold(word, buffer);
                    if buffer.chars().any(is_unspaced) {
                        pairs(buffer, found);
                        first_end = usize::MAX;
                        continue;
                    }
                    buffer
                }
            };
            if text.get(first_end..start).is_some_and(|between| matches!(between, "-" | "\u{2011}")) {
                first.push_str(folded);
                emit(first, found);
            }
            emit(folded, found);
            if text[end..].starts_with(['-', '\u{2011}']) {
                first.clear();
                first.push_str(folded);
                first_end = end;
            }
        }
    }
}

/// The folded words of a text, each with those before it, as one text with single spaces.
pub fn phrase(text: &str) -> String {
    let mut at = 0;
    let words = std::iter::from_fn(|| {
        let piece = next(text, at)?;
        at = piece.end;
        let mut folded = String::new();
        fold(&text[piece.start..piece.end], &mut folded);
        Some(folded)
    });
    words.filter(|word| is_kept(word)).collect::<Vec<_>>().join(" ")
}

/// A letter alone says nothing, unless it is a word by itself as in Chinese.
fn is_kept(word: &str) -> bool {
    // No character is longer than four bytes.
    word.len() > 4 || word.chars().nth(1).is_some() || word.starts_with(|c: char| is_unspaced(c) || c.is_numeric())
}

fn emit(word: &str, found: &mut impl FnMut(&str)) {
    if is_kept(word) {
        let is_short = word.len() <= LONGEST;
        let end = if is_short { None } else { word.char_indices().nth(LONGEST) };
        found(end.map_or(word, |(at, _)| &word[..at]));
    }
}

fn pairs(word: &str, found: &mut impl FnMut(&str)) {
    let starts: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
    if starts.len() == 2 {
        found(word);
    }
    for pair in starts.windows(3) {
        found(&word[pair[0]..pair[2]]);
    }
}

/// A word of a text as it stands.
struct Piece {
    start: usize,
    end: usize,
    kind: Kind,
}

/// What folding a word takes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Nothing.
    Folded,
    /// Small letters, and no apostrophe.
    Ascii,
    /// A look at each character.
    Other,
}

/// The next word from a place on. An apostrophe between letters belongs to the word.
fn next(text: &str, from: usize) -> Option<Piece> {
    let bytes = text.as_bytes();
    let mut start = from;
    let mut kind = loop {
        let byte = *bytes.get(start)?;
        let (found, len) = letter(text, start, byte);
        if let Some(kind) = found {
            break kind;
        }
        start += len;
    };
    let mut end = start;
    while let Some(byte) = bytes.get(end) {
        let (found, len) = letter(text, end, *byte);
        if let Some(found) = found {
            kind = kind.max(found);
            end += len;
            continue;
        }
        let apostrophe = match byte {
            b'\'' => Kind::Ascii,
            0xe2 if text[end..].starts_with('\u{2019}') => Kind::Other,
            _ => break,
        };
        let behind = end + len;
        if bytes.get(behind).is_none_or(|byte| letter(text, behind, *byte).0.is_none()) {
            break;
        }
        kind = kind.max(apostrophe);
        end = behind;
    }
    Some(Piece { start, end, kind })
}

/// What it takes to fold the character at a place, if it is a letter, and how long it is.
#[inline]
fn letter(text: &str, at: usize, byte: u8) -> (Option<Kind>, usize) {
    if byte.is_ascii() {
        let found = if byte.is_ascii_lowercase() || byte.is_ascii_digit() {
            Some(Kind::Folded)
        } else {
            byte.is_ascii_uppercase().then_some(Kind::Ascii)
        };
        return (found, 1);
    }
    other_letter(text, at)
}

#[cold]
fn other_letter(text: &str, at: usize) -> (Option<Kind>, usize) {
    let c = text[at..].chars().next().unwrap_or_default();
    (is_letter(c).then_some(Kind::Other), c.len_utf8())
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
        Folder::default().each_word(text, &mut |word| words.push(word.to_owned()));
        words
    }

    #[test]
    fn folds_case_accents_and_hyphens() {
        assert_eq!(words("Don’t: a low-energy X-ray"), ["dont", "low", "lowenergy", "energy", "xray", "ray"]);
        assert_eq!(words("Après l’opération, Übelkeit, Ødem"), ["apres", "loperation", "ubelkeit", "odem"]);
        assert_eq!(words("放射線治療"), ["放射", "射線", "線治", "治療"]);
        assert_eq!(phrase("Throwing  up (I)"), "throwing up");
    }
}
