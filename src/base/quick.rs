//! A hash map for short keys that come from the site itself.
//!
//! The standard library's hash withstands keys chosen to collide, at some 25 ns a path; a site's author has no reason to choose
//! them. This one is the multiply-and-rotate hash of rustc (`FxHash`). Its order is no more to be relied on than any other's.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use indexmap::IndexMap;

/// A map that is looked up, and not walked but to be sorted at once.
pub type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<QuickHasher>>;

/// A map that is walked in the order in which it was filled.
pub type QuickIndexMap<K, V> = IndexMap<K, V, BuildHasherDefault<QuickHasher>>;

/// A set of the same kind.
pub type QuickSet<K> = HashSet<K, BuildHasherDefault<QuickHasher>>;

/// Hashes eight bytes at a time.
#[derive(Clone, Copy, Debug, Default)]
pub struct QuickHasher(u64);

impl QuickHasher {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for QuickHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.add(u64::from_le_bytes(*word)));
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.add(u64::from_le_bytes(last));
    }

    fn write_u8(&mut self, byte: u8) {
        self.add(u64::from(byte));
    }

    fn write_usize(&mut self, number: usize) {
        self.add(number as u64);
    }

    fn finish(&self) -> u64 {
        // The map takes its place from the lowest bits and its tag from the highest: the product's best are high.
        self.0.rotate_left(26)
    }
}
