//! The two formulas, and the counts they are made of.
//!
//! Flesch-Kincaid grade level: Kincaid, Fishburne, Rogers and Chissom, *Derivation of New Readability Formulas for Navy
//! Enlisted Personnel*, 1975. SMOG: `McLaughlin`, *SMOG Grading: a New Readability Formula*, Journal of Reading 12(8), 1969.

use serde::Serialize;

/// What a text is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sentences.
    pub sentences: usize,
    /// Words.
    pub words: usize,
    /// How heavy the words are, all taken as they are.
    pub raw: Load,
    /// The same, with each word of a glossary term taken as an easy one of one syllable: the site explains them.
    pub exempt: Load,
}

/// How heavy words are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Syllables.
    pub syllables: usize,
    /// Words of three syllables or more.
    pub polysyllables: usize,
}

/// Both formulas of one text, unrounded.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Scores {
    /// The Flesch-Kincaid grade.
    pub grade: f64,
    /// SMOG.
    pub smog: f64,
}

/// Below this many sentences SMOG is only an indication: it was derived from samples of 30.
pub const SMOG_SENTENCES: usize = 30;

/// Below this many words a grade says nothing, and none is held to a budget: Kincaid's samples had 100 and more.
pub const JUDGED_WORDS: usize = 100;

impl Load {
    /// Adds a word.
    pub fn add(&mut self, syllables: usize) {
        self.syllables += syllables;
        self.polysyllables += usize::from(syllables >= 3);
    }
}

impl Counts {
    /// The scores of the words as they are; `None` where there is no text.
    pub fn scores(&self) -> Option<Scores> {
        self.of(self.raw)
    }

    /// The scores with glossary terms exempt.
    pub fn exempt_scores(&self) -> Option<Scores> {
        self.of(self.exempt)
    }

    /// Whether there are too few sentences for SMOG to be more than an indication.
    pub fn smog_is_indicative(&self) -> bool {
        self.sentences < SMOG_SENTENCES
    }

    #[allow(clippy::cast_precision_loss, reason = "no text has 2^52 words")]
    fn of(&self, load: Load) -> Option<Scores> {
        if self.sentences == 0 || self.words == 0 {
            return None;
        }
        let (sentences, words) = (self.sentences as f64, self.words as f64);
        Some(Scores {
            grade: 0.39 * words / sentences + 11.8 * load.syllables as f64 / words - 15.59,
            smog: 1.0430 * (load.polysyllables as f64 * 30.0 / sentences).sqrt() + 3.1291,
        })
    }
}
