//! Words as search sees them: cut from a text, and folded so that case and accents make no difference.
//!
//! `themes/default/static/js/search.js` folds what a reader types by the same rules; a browser test holds the two together.
//! Folding follows the script and not a list of languages: an accent over a Latin, Greek or Cyrillic letter, a Hebrew or
//! Arabic vowel point go; a Devanagari vowel sign is a letter of its own and stays. Scripts that put no space between words
//! are cut into pairs of neighbors, which finds what a dictionary would.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longer words are cut here: nobody types them, and an address would fill the index.
const LONGEST: usize = 32;

/// Calls `found` with each word of a text, folded. A word with a hyphen is found by its parts and as a whole without it.
pub fn each_word(text: &str, found: &mut dyn FnMut(&str)) {
    let mut before: Option<(usize, Cow<'_, str>)> = None;
    for (start, word) in cut(text) {
        let folded = fold(word);
        if folded.chars().any(is_unspaced) {
            pairs(&folded, found);
            before = None;
            continue;
        }
        let joined = before.take().filter(|(end, _)| matches!(&text[*end..start], "-" | "\u{2011}"));
        if let Some((_, first)) = joined {
            emit(&format!("{first}{folded}"), found);
        }
        emit(&folded, found);
        before = Some((start + word.len(), folded));
    }
}

/// The folded words of a text, each with those before it, as one text with single spaces.
pub fn phrase(text: &str) -> String {
    cut(text).map(|(_, word)| fold(word)).filter(|word| is_kept(word)).collect::<Vec<_>>().join(" ")
}

/// A letter alone says nothing, unless it is a word by itself as in Chinese.
fn is_kept(word: &str) -> bool {
    word.chars().nth(1).is_some() || word.starts_with(|c: char| is_unspaced(c) || c.is_numeric())
}

fn emit(word: &str, found: &mut dyn FnMut(&str)) {
    if is_kept(word) {
        let end = word.char_indices().nth(LONGEST).map_or(word.len(), |(at, _)| at);
        found(&word[..end]);
    }
}

fn pairs(word: &str, found: &mut dyn FnMut(&str)) {
    let starts: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
    if starts.len() == 2 {
        found(word);
    }
    for pair in starts.windows(3) {
        found(&word[pair[0]..pair[2]]);
    }
}

/// The words of a text as they stand, with where they start. An apostrophe between letters belongs to the word.
fn cut(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(is_letter)?;
        let mut end = text[start..].find(|c| !is_letter(c)).map_or(text.len(), |len| start + len);
        while let Some(rest) = text[end..].strip_prefix(['\'', '\u{2019}']) {
            if !rest.starts_with(is_letter) {
                break;
            }
            let from = text.len() - rest.len();
            end = rest.find(|c| !is_letter(c)).map_or(text.len(), |len| from + len);
        }
        at = end;
        Some((start, &text[start..end]))
    })
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || (!c.is_ascii() && is_combining_mark(c))
}

/// Thai, Lao, Burmese, Khmer, Kana, Han: no space stands between two words.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

fn fold(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Cow::Borrowed(word);
    }
    if word.is_ascii() {
        return word.bytes().filter(|byte| *byte != b'\'').map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    }
    let mut folded = String::with_capacity(word.len());
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
    Cow::Owned(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut words = Vec::new();
        each_word(text, &mut |word| words.push(word.to_owned()));
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
