//! Finding phrases in words: glossary terms, unwanted words, claims.

use std::collections::HashMap;
use std::ops::Range;

/// Phrases that can be found in a run of words, each with the number of what it stands for.
#[derive(Clone, Debug, Default)]
pub struct Phrases {
    /// By first word as it is looked up, the longest first.
    by_first: HashMap<String, Vec<Phrase>>,
}

#[derive(Clone, Debug)]
struct Phrase {
    words: Vec<Word>,
    number: usize,
}

#[derive(Clone, Debug)]
struct Word {
    key: String,
    /// How it must be written, where it has capitals inside: "NICE" is not "nice".
    exact: Option<String>,
}

/// A phrase that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Which of the words.
    pub words: Range<usize>,
    /// What it stands for.
    pub number: usize,
}

impl Phrases {
    /// Phrases with the numbers of what they stand for. One without a word is left out.
    pub fn new<'a>(phrases: impl IntoIterator<Item = (&'a str, usize)>) -> Self {
        let mut by_first: HashMap<String, Vec<Phrase>> = HashMap::new();
        for (text, number) in phrases {
            let words: Vec<Word> = text.split_whitespace().map(Word::of).filter(|word| !word.key.is_empty()).collect();
            if let Some(first) = words.first() {
                by_first.entry(first.key.clone()).or_default().push(Phrase { words, number });
            }
        }
        for phrases in by_first.values_mut() {
            phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
        }
        Self { by_first }
    }

    /// The phrases in a run of words, from left to right, the longest at each place; none overlap. The last word of a phrase
    /// may stand in the plural.
    pub fn find(&self, words: &[&str]) -> Vec<Found> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let phrase = keys(words[at]).find_map(|key| {
                let phrases = self.by_first.get(&key)?;
                phrases.iter().find(|phrase| phrase.matches(&words[at..]))
            });
            match phrase {
                Some(phrase) => {
                    let end = at + phrase.words.len();
                    found.push(Found { words: at..end, number: phrase.number });
                    at = end;
                }
                None => at += 1,
            }
        }
        found
    }
}

impl Phrase {
    fn matches(&self, words: &[&str]) -> bool {
        let last = self.words.len() - 1;
        words.len() > last
            && self.words.iter().zip(words).enumerate().all(|(at, (word, written))| word.matches(written, at == last))
    }
}

impl Word {
    fn of(text: &str) -> Self {
        let text = trimmed(text);
        let exact = text.chars().skip(1).any(char::is_uppercase).then(|| text.to_owned());
        Self { key: key(text), exact }
    }

    fn matches(&self, written: &str, may_be_plural: bool) -> bool {
        match &self.exact {
            Some(exact) => {
                let written = without_possessive(written);
                written == exact || (may_be_plural && written.strip_suffix('s') == Some(exact))
            }
            None if may_be_plural => keys(written).any(|key| key == self.key),
            None => key(written) == self.key,
        }
    }
}

/// A word as it is looked up.
fn key(word: &str) -> String {
    without_possessive(trimmed(word)).to_lowercase().replace('’', "'")
}

/// A word as it is looked up, and what it may be the plural of.
fn keys(word: &str) -> impl Iterator<Item = String> {
    let key = key(word);
    let singular = |end: &str, instead: &str| key.strip_suffix(end).map(|stem| format!("{stem}{instead}"));
    let others = [singular("s", ""), singular("es", ""), singular("ies", "y"), singular("ses", "sis")];
    std::iter::once(key.clone()).chain(others.into_iter().flatten().filter(|key| key.len() > 2))
}

fn trimmed(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric() && c != '%')
}

fn without_possessive(word: &str) -> &str {
    word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word)
}
