//! Sentences and words of US English as doctors write it: "Dr. Hill gave 1.5 Gy (see Smith et al. 2020) at 8 a.m. Then…" is
//! two sentences.

use std::ops::Range;

/// A sentence of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Where it stands in the block's text.
    pub range: Range<usize>,
    /// Its words, as they stand in the block's text. At least one.
    pub words: Vec<Range<usize>>,
}

/// Abbreviations that end with a full stop and no sentence, in lower case, without the stop.
const INNER: [&str; 34] = [
    "no", "nos", "p", "pp", "v", "vol", "fig", "figs", "dr", "drs", "mr", "mrs", "ms", "prof", "st", "jr", "sr", "vs",
    "e.g", "i.e", "cf", "al", "approx", "ca", "dept", "jan", "feb", "aug", "sept", "oct", "nov", "dec", "tel", "ext",
];

/// The first of them are abbreviations only before a number: elsewhere "no." is an answer.
const NUMBERED: usize = 8;

/// Abbreviations that may also end one: a capital behind them then starts the next.
const LAST: [&str; 10] = ["a.m", "p.m", "etc", "u.s", "ph.d", "m.d", "inc", "b.i.d", "t.i.d", "r.n"];

/// The sentences of a text, in order. What has no word is none.
pub fn split(text: &str) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !matches!(c, '.' | '!' | '?' | '…') {
            continue;
        }
        let mut end = at + c.len_utf8();
        // More marks, and the quotes and brackets that close behind them.
        while let Some((at, c)) = chars.next_if(|(_, c)| ".!?…\"')]”’*".contains(*c)) {
            end = at + c.len_utf8();
        }
        if ends(text, start, at, end) {
            push(&mut sentences, text, start..end);
            start = end;
        }
    }
    push(&mut sentences, text, start..text.len());
    sentences
}

/// Whether the mark at `at`, with what closes behind it up to `end`, ends the sentence that began at `start`.
fn ends(text: &str, start: usize, at: usize, end: usize) -> bool {
    let rest = &text[end..];
    if rest.trim_start().is_empty() {
        return true;
    }
    if !rest.starts_with(char::is_whitespace) {
        return false;
    }
    let next = rest.trim_start().trim_start_matches(['"', '\'', '“', '‘', '(', '[']).chars().next();
    let opens = next.is_some_and(|c| c.is_uppercase() || c.is_numeric());
    if !text[at..].starts_with('.') {
        return opens || !next.is_some_and(char::is_lowercase);
    }
    let before = &text[start..at];
    let word = before.rsplit(|c: char| c.is_whitespace() || "([\"“—–/".contains(c)).next().unwrap_or("");
    let lower = word.to_lowercase();
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase) && word != "I";
    let number = next.is_some_and(|c| c.is_ascii_digit());
    let inner = if number { INNER.contains(&lower.as_str()) } else { INNER[NUMBERED..].contains(&lower.as_str()) };
    if inner || (initial && start < at - word.len()) {
        return false;
    }
    if LAST.contains(&lower.as_str()) {
        return next.is_some_and(char::is_uppercase);
    }
    opens || !next.is_some_and(char::is_lowercase)
}

fn push(sentences: &mut Vec<Sentence>, text: &str, range: Range<usize>) {
    let part = &text[range.clone()];
    let from = range.start + part.len() - part.trim_start().len();
    let range = from..range.start + part.trim_end().len().max(from - range.start);
    let words = words(text, range.clone());
    if !words.is_empty() {
        sentences.push(Sentence { range, words });
    }
}

/// The words of a part of a text. A compound with hyphens is one, what dashes and slashes part are two; an address is none.
fn words(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = range.start;
    let is_break = |c: char| c.is_whitespace() || matches!(c, '—' | '–' | '/' | '…');
    for token in text[range].split_inclusive(is_break) {
        let end = start + token.len();
        let word = token.trim_matches(|c: char| !c.is_alphanumeric());
        if !word.is_empty() && !token.contains('@') && !is_address(text, start, token) {
            let from = start + token.find(word).unwrap_or(0);
            // "13%" is the word that the reader says, and a claim may name it.
            let sign = usize::from(text[from + word.len()..].starts_with('%'));
            words.push(from..from + word.len() + sign);
        }
        start = end;
    }
    words
}

/// Whether a token is a part of a web address: the blank-free run that it stands in says so.
fn is_address(text: &str, start: usize, token: &str) -> bool {
    let from = text[..start].rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let to = text[start..].find(char::is_whitespace).map_or(text.len(), |at| start + at);
    let run = text.get(from..to).unwrap_or(token);
    run.contains("://") || run.trim_start_matches(['(', '<']).starts_with("www.")
}
