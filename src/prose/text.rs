//! A text as its reader meets it: blocks of plain words, each byte of which knows where it stands in the file.

use std::ops::Range;

use crate::base::span::Span;

/// What kind of text a block is. Only running text is measured: headings, cells and labels are no sentences, and short as
/// they are they would flatter any formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A paragraph.
    Paragraph,
    /// A paragraph of a list item. Its end is the end of a sentence, whatever stands there.
    Item,
    /// An attribute of a directive that is a whole sentence, such as a question.
    Sentence,
    /// A heading, or an attribute of a directive that is shown as one.
    Heading,
    /// A cell of a table.
    Cell,
    /// What is explained: the term of a description list, or the first cell of a table's row.
    Term,
}

impl Kind {
    /// Whether the block counts in the measures.
    pub fn is_running(self) -> bool {
        matches!(self, Self::Paragraph | Self::Item | Self::Sentence)
    }
}

/// A run of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: Kind,
    /// The words, markup taken away.
    pub text: String,
    /// Parts that are set off, bold or italic: so a page writes a word that it explains.
    pub marked: Vec<Range<usize>>,
    /// The texts of links, which lead on to what explains them.
    pub linked: Vec<Range<usize>>,
    /// Cells of one row have one number.
    pub row: Option<usize>,
    /// From where in the text on which place of the file holds: ascending; one byte is one byte until the next.
    places: Vec<(usize, usize)>,
}

impl Block {
    /// A block without text.
    pub fn new(kind: Kind) -> Self {
        Self { kind, text: String::new(), marked: Vec::new(), linked: Vec::new(), row: None, places: Vec::new() }
    }

    /// Adds text that stands at a place of the file.
    pub fn push(&mut self, text: &str, place: usize) {
        let follows = self.places.last().is_some_and(|(at, from)| from + (self.text.len() - at) == place);
        if !follows {
            self.places.push((self.text.len(), place));
        }
        self.text.push_str(text);
    }

    /// Where a part of the text stands in the file.
    pub fn span(&self, part: Range<usize>) -> Span {
        let last = self.text.get(part.clone()).and_then(|text| text.chars().next_back()).map_or(0, char::len_utf8);
        let end = part.end.max(part.start + last);
        Span::new(self.place(part.start), self.place(end - last) + last)
    }

    fn place(&self, at: usize) -> usize {
        let known = self.places.partition_point(|(from, _)| *from <= at);
        known.checked_sub(1).map_or(0, |known| self.places[known].1 + at - self.places[known].0)
    }

    /// Whether a part of the text is set off or linked.
    pub fn is_marked(&self, part: &Range<usize>) -> bool {
        let mut marked = self.marked.iter().chain(&self.linked);
        marked.any(|marked| marked.start <= part.start && part.end <= marked.end)
    }
}
