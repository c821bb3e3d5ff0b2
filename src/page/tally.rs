//! The words of one page, counted as they are read: each once, with what it weighs.

use crate::page::interner::{Interner, Spelling};

/// What a word weighs by where it stands; in the text it weighs as much as it stands there often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stands {
    /// In the title.
    Title,
    /// In a heading.
    Heading,
    /// In the description or a tag.
    Description,
    /// In the text.
    Text,
}

/// Of how many words a table is made at first: those of a page of ordinary length.
const ROOM: usize = 256;

/// The words so far.
#[derive(Debug)]
pub(super) struct Tally {
    words: Interner,
    standings: Vec<Standing>,
}

/// Where a word stands.
#[derive(Clone, Copy, Debug)]
struct Standing {
    /// In all of the page, and in the target that was read last.
    all: Counts,
    here: Counts,
    target: u8,
    /// The most that it weighs in a target before that one, and which.
    best: (u8, u8),
}

/// How often a word stands where, as far as that counts, so that a long page does not stand before one that is about the word: in the
/// text in the lowest four bits, in headings in the next two, then whether in the description, and whether in the title.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts(u8);

/// One word of a page, counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counted<'a> {
    pub(super) word: &'a [u8],
    pub(super) weight: u8,
    pub(super) target: u8,
}

impl Tally {
    pub(super) fn new() -> Self {
        Self { words: Interner::with_capacity(ROOM), standings: Vec::with_capacity(ROOM) }
    }

    /// Counts words. Targets come in their order.
    pub(super) fn add<'a>(&mut self, words: impl Iterator<Item = Spelling<'a>>, stands: Stands, target: u8) {
        let Self { words: interner, standings } = self;
        for word in words {
            let number = interner.number(word);
            if number == standings.len() {
                let none = Counts::default();
                standings.push(Standing { all: none, here: none, target, best: (0, 0) });
            }
            let standing = &mut standings[number];
            if standing.target != target {
                standing.close();
                standing.target = target;
            }
            standing.all.add(stands);
            standing.here.add(stands);
        }
    }

    /// How many words there are.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// How many bytes they have together.
    pub(super) fn size(&self) -> usize {
        self.words.size()
    }

    /// The words, as they came first.
    pub(super) fn counted(&self) -> impl Iterator<Item = Counted<'_>> {
        self.standings.iter().enumerate().map(|(number, standing)| {
            let mut standing = *standing;
            // One that stands below one target only weighs most there.
            let target = if standing.best.0 == 0 {
                standing.target
            } else {
                standing.close();
                standing.best.1
            };
            Counted { word: self.words.word(number), weight: standing.all.weight(), target }
        })
    }
}

impl Standing {
    /// Weighs the target that was read last against those before it.
    #[inline]
    fn close(&mut self) {
        let weight = self.here.weight();
        if weight > self.best.0 {
            self.best = (weight, self.target);
        }
        self.here = Counts::default();
    }
}

impl Counts {
    const TEXT: u8 = 0x0f;
    const HEADINGS: u8 = 0x30;
    const DESCRIPTION: u8 = 0x40;
    const TITLE: u8 = 0x80;
    /// More in the text weigh no more.
    const MOST_IN_TEXT: u8 = 13;

    #[inline]
    fn add(&mut self, stands: Stands) {
        match stands {
            Stands::Title => self.0 |= Self::TITLE,
            Stands::Description => self.0 |= Self::DESCRIPTION,
            Stands::Heading => self.0 += u8::from(self.0 & Self::HEADINGS < 0x20) << 4,
            Stands::Text => self.0 += u8::from(self.0 & Self::TEXT < Self::MOST_IN_TEXT),
        }
    }

    /// What they weigh: 61 at most, since a weight is written as one of 64 digits.
    #[inline]
    fn weight(self) -> u8 {
        let title = if self.0 & Self::TITLE == 0 { 0 } else { 24 };
        let description = if self.0 & Self::DESCRIPTION == 0 { 0 } else { 4 };
        let headings = match self.0 & Self::HEADINGS {
            0 => 0,
            0x10 => 12,
            _ => 20,
        };
        title + headings + description + (self.0 & Self::TEXT)
    }
}
