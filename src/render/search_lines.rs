//! The words of an index as its files write them.

use std::collections::BTreeSet;

use crate::render::search_inverted::Word;

/// The digits of numbers: page, weight, heading.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// How many digits a page's number has at most.
const MOST_DIGITS: usize = 4;

/// Words as text: a line for each, then a line for each name of a term.
pub(super) struct Lines<'a> {
    text: Vec<u8>,
    digits: u32,
    /// What stands at the end of a line.
    end: &'static str,
    before: &'a str,
}

impl<'a> Lines<'a> {
    /// Lines behind a text.
    pub(super) fn new(text: Vec<u8>, digits: u32, end: &'static str) -> Self {
        Self { text, digits, end, before: "" }
    }

    /// How many UTF-16 code units it shares with the one before, the rest of it, how many pages hold it if not all are named, and
    /// those that are.
    pub(super) fn word(&mut self, word: &Word<'a>, number: impl Fn(u32) -> u32) {
        let mut same = self.before.bytes().zip(word.text.bytes()).take_while(|(a, b)| a == b).count();
        while !word.text.is_char_boundary(same) {
            same -= 1;
        }
        let (shared, rest) = word.text.split_at(same);
        // A word has 32 characters at most, and so 63 units that it shares at most with another.
        let units: usize = shared.chars().map(char::len_utf16).sum();
        self.text.push(digit(u32::try_from(units).unwrap_or(0)));
        self.text.extend_from_slice(rest.as_bytes());
        self.before = word.text;
        if word.count > word.holders.len() {
            self.text.extend_from_slice(format!(":{}", word.count).as_bytes());
        }
        self.text.push(b' ');
        let first = first_digit(self.digits);
        self.text.reserve((MOST_DIGITS + 2 - first) * word.holders.len());
        for (page, weight, target) in word.holders.iter().map(|holder| holder.parts()) {
            let [a, b, c, d] = digits(number(page));
            self.text.extend_from_slice(&[a, b, c, d, digit(weight), digit(target)][first..]);
        }
        self.text.extend_from_slice(self.end.as_bytes());
    }

    /// Names of terms, each with the others of the same thing.
    pub(super) fn names<'b>(&mut self, names: impl Iterator<Item = (&'b String, &'b BTreeSet<String>)>) {
        for (name, others) in names {
            let others: Vec<&str> = others.iter().map(String::as_str).collect();
            self.text.extend_from_slice(format!("={name}={}{}", others.join("="), self.end).as_bytes());
        }
    }

    /// All of it.
    pub(super) fn finish(self) -> Vec<u8> {
        self.text
    }
}

/// A page's number.
pub(super) fn written(number: u32, digits_of_all: u32) -> String {
    digits(number)[first_digit(digits_of_all)..].iter().map(|digit| char::from(*digit)).collect()
}

/// The first of the digits that are written.
fn first_digit(digits: u32) -> usize {
    MOST_DIGITS.saturating_sub(digits as usize)
}

fn digits(number: u32) -> [u8; MOST_DIGITS] {
    [18, 12, 6, 0].map(|shift| digit(number >> shift))
}

fn digit(number: u32) -> u8 {
    DIGITS[(number & 63) as usize]
}
