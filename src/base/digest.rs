//! The internal digest: fast, and dead with the binary that made it.
//!
//! It names what an output depends on (memo keys, receipt) and is never shown to people or kept for years. What people
//! keep is a text digest of the reviewed words, which belongs to `review` and is SHA-256 over a written normal form.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A 128-bit digest of bytes (BLAKE3, truncated).
///
/// 128 bits keep a collision out of reach of content that is not trusted, at half the size in the receipt.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Digest([u8; 16]);

impl Digest {
    /// The digest of one run of bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self::truncated(&blake3::hash(bytes))
    }

    fn truncated(hash: &blake3::Hash) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.as_bytes()[..16]);
        Self(bytes)
    }

    /// The digest of a value of plain data, by what it serialises to: two values of one type that differ are never alike.
    pub fn of_value(value: &impl Serialize) -> Self {
        // Plain data always serialises; a type that did not would digest as nothing at all, in the first test that asks.
        let bytes = postcard::to_extend(value, Vec::with_capacity(1024));
        bytes.map_or_else(|_| Self::default(), |bytes| Self::of(&bytes))
    }

    /// The digest as 32 hexadecimal digits.
    pub fn to_hex(self) -> String {
        use fmt::Write as _;
        self.0.iter().fold(String::with_capacity(32), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
    }

    /// The first `digits` hexadecimal digits, as in a fingerprinted file name.
    pub fn short(self, digits: usize) -> String {
        let mut hex = self.to_hex();
        hex.truncate(digits);
        hex
    }

    /// A digest from its bytes, as `as_bytes` gave them.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes themselves.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    fn from_hex(hex: &str) -> Option<Self> {
        let digits = hex.as_bytes();
        if digits.len() != 32 {
            return None;
        }
        let mut bytes = [0; 16];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short(12))
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&self.to_hex())
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return <[u8; 16]>::deserialize(deserializer).map(Self);
        }
        let hex = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::from_hex(&hex).ok_or_else(|| serde::de::Error::custom("not a digest of 32 hexadecimal digits"))
    }
}

/// Digests a sequence of parts; each part is written with its length, so that two different sequences never read the same.
///
/// Parts are gathered first: the digest of one long run is many times quicker than that of as many bytes in small ones.
#[derive(Default)]
pub struct Hasher {
    gathered: Vec<u8>,
    before: Option<Box<blake3::Hasher>>,
}

impl Hasher {
    /// What is gathered before it is digested.
    const RUN: usize = 16 * 1024;

    /// Room for what most digests are of.
    const USUAL: usize = 512;

    /// A hasher that has seen nothing, with room; the default one has none.
    pub fn new() -> Self {
        Self { gathered: Vec::with_capacity(Self::USUAL), before: None }
    }

    /// Adds a value of plain data.
    pub fn value(&mut self, value: &impl Serialize) -> &mut Self {
        self.digest(Digest::of_value(value))
    }

    /// Adds bytes as they are, for a stream whose end is the digest's end.
    pub fn raw(&mut self, bytes: &[u8]) {
        if self.gathered.len() + bytes.len() <= Self::RUN {
            self.gathered.extend_from_slice(bytes);
        } else {
            let before = self.before.get_or_insert_default();
            before.update(&self.gathered).update(bytes);
            self.gathered.clear();
        }
    }

    /// Adds one part.
    pub fn part(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        let bytes = bytes.as_ref();
        self.number(bytes.len() as u64);
        self.raw(bytes);
        self
    }

    /// Adds another digest.
    pub fn digest(&mut self, digest: Digest) -> &mut Self {
        self.raw(&digest.0);
        self
    }

    /// Adds a number.
    pub fn number(&mut self, number: u64) -> &mut Self {
        self.raw(&number.to_le_bytes());
        self
    }

    /// The digest of all that was added.
    pub fn finish(&mut self) -> Digest {
        match &mut self.before {
            None => Digest::of(&self.gathered),
            Some(before) => {
                before.update(&self.gathered);
                self.gathered.clear();
                Digest::truncated(&before.finalize())
            }
        }
    }
}
