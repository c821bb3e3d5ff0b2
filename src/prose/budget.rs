//! What a site asks of its texts: the `[prose]` table of `site.toml`.

/// Limits, and the words that a site does not want.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// `grade`: the Flesch-Kincaid grade that no page may go beyond, glossary terms exempt. Default 8, the upper end of what
    /// the NIH asks for.
    pub grade: u64,
    /// `smog`: the same for SMOG. No limit where it is not given: the formula is made for longer texts than most pages are.
    pub smog: Option<u64>,
    /// `sentence_words`: the most words of a sentence. Default 20, as the NHS has it.
    pub sentence_words: u64,
    /// `paragraph_sentences`: the most sentences of a paragraph. Default 5.
    pub paragraph_sentences: u64,
    /// `claims`: what no page may promise. `CLAIMS` where it is not given.
    pub claims: Vec<String>,
    /// `words`: a word or phrase, and what the site writes in its place.
    pub words: Vec<(String, String)>,
}

/// Claims that hold for no treatment and no person without an exception.
pub const CLAIMS: [&str; 18] = [
    "safe",
    "safely",
    "harmless",
    "painless",
    "no side effects",
    "without side effects",
    "no risk",
    "no risks",
    "without risk",
    "risk-free",
    "guarantee",
    "guarantees",
    "guaranteed",
    "always works",
    "never fails",
    "completely cured",
    "100% effective",
    "miracle",
];

impl Default for Budget {
    fn default() -> Self {
        Self {
            grade: 8,
            smog: None,
            sentence_words: 20,
            paragraph_sentences: 5,
            claims: CLAIMS.map(str::to_owned).to_vec(),
            words: Vec::new(),
        }
    }
}
