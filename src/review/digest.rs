//! The digests that people keep: of a file, and of the words that were reviewed.
//!
//! Both are SHA-256, so that anyone can check them with `sha256sum`, years later and without us. They have nothing to do
//! with `base::digest`, which is fast and dies with the binary.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::Digest as _;

/// A SHA-256, written as 64 lower case hexadecimal digits (FIPS 180-4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// The digest of bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// A digest from its bytes, for one that was taken piece by piece.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads exactly 64 lower case hexadecimal digits: a digest has one way of being written.
    pub fn parse(hex: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if hex.len() != 64 || !hex.bytes().all(is_digit) {
            return None;
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(hex.get(at * 2..at * 2 + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// The first twelve digits, to name a record in a message.
    pub fn short(self) -> String {
        let mut hex = self.to_string();
        hex.truncate(12);
        hex
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())
    }
}

/// The digest of reviewed words: SHA-256 over the canonical text of their normal form, written with the form's version
/// before it: `v1:9f86d0…`. A later form gets a new version, and never changes what an old digest means.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextDigest(Sha256);

impl TextDigest {
    /// The version of the normal form that this program computes.
    pub const VERSION: &str = "v1";

    /// The digest of a canonical text.
    pub fn of(canonical: &str) -> Self {
        Self(Sha256::of(canonical.as_bytes()))
    }

    /// Reads `v1:` and 64 digits.
    pub fn parse(text: &str) -> Option<Self> {
        text.strip_prefix(Self::VERSION)?.strip_prefix(':').and_then(Sha256::parse).map(Self)
    }
}

impl fmt::Display for TextDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", Self::VERSION, self.0)
    }
}

impl fmt::Debug for TextDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{:?}", Self::VERSION, self.0)
    }
}
