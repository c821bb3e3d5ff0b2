//! SHA-256 of the bytes of an output: the digest that people can check with `sha256sum`, and that outlives the binary.
#![allow(clippy::disallowed_types, reason = "reads outputs and copies sources, to digest them")]

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::base::digest::{Digest, Hasher};

/// A SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Checksum([u8; 32]);

impl Checksum {
    /// How many hexadecimal digits it takes.
    pub(super) const DIGITS: usize = 64;

    /// The checksum of bytes in memory.
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The checksum of a file's bytes, read piece by piece.
    pub(super) fn of_file(path: &Path) -> io::Result<Self> {
        let mut sink = Checking { to: io::sink(), sha256: Sha256::new() };
        io::copy(&mut File::open(path)?, &mut sink)?;
        Ok(Self(sink.sha256.finalize().into()))
    }

    /// From its 32 bytes.
    pub(super) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its 32 bytes.
    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Appends it as hexadecimal digits. By table: an ownership file has a line for each output.
    pub(super) fn push_hex(self, out: &mut String) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut digits = [0; Self::DIGITS];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0) {
            pair.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        out.push_str(std::str::from_utf8(&digits).unwrap_or_default());
    }

    /// Reads 64 lower-case hexadecimal digits, as `sha256sum` writes them.
    pub(super) fn from_hex(hex: &[u8]) -> Option<Self> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        if hex.len() != Self::DIGITS {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut hex = String::with_capacity(Self::DIGITS);
        self.push_hex(&mut hex);
        f.write_str(&hex[..12])
    }
}

/// Copies a file's bytes (its bytes only: permissions are the new file's own), and digests them on the way, so that what is
/// said of the copy is true of the bytes that were copied and not of some later state of the source.
pub(super) fn copy(source: &Path, to: &mut impl Write) -> io::Result<(Checksum, Digest)> {
    let mut digesting = Digesting { to: Checking { to, sha256: Sha256::new() }, digest: Hasher::new() };
    io::copy(&mut File::open(source)?, &mut digesting)?;
    Ok((Checksum(digesting.to.sha256.finalize().into()), digesting.digest.finish()))
}

/// Passes bytes on and takes their SHA-256.
struct Checking<W> {
    to: W,
    sha256: Sha256,
}

impl<W: Write> Write for Checking<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.sha256.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Passes bytes on and takes their internal digest.
struct Digesting<W> {
    to: W,
    digest: Hasher,
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.digest.raw(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
