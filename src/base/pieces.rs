//! How a list is shared out among the cores: in pieces long enough to be worth handing over, and so short that nobody waits long
//! for the last of them.
//!
//! Left to itself the library cuts a list into a few long pieces, and cuts on where one is taken over by another core. What a core has
//! begun stays with it, so that of the last long piece all is done by one core while the others are idle.

use rayon::iter::{IndexedParallelIterator, MaxLen, MinLen};

/// Lists that can be shared out in pieces.
pub trait Pieces: IndexedParallelIterator {
    /// In pieces of at most so many items, and of a quarter at least: a millisecond's work, or less.
    fn in_pieces(self, most: usize) -> MaxLen<MinLen<Self>> {
        self.with_min_len(most.div_ceil(4)).with_max_len(most)
    }
}

impl<List: IndexedParallelIterator> Pieces for List {}
