//! The receipt: what the last build made and from what, so that the next need not make it again.
//!
//! Laws of the receipt:
//! 1. It may excuse work and never supplies bytes: an output is excused only while the file itself is intact on disk.
//! 2. It is void under another fingerprint, and where a single byte of it is wrong. A void receipt costs time only.
//! 3. What an excused output would say, it says: diagnostics are stored with it and replayed.
//!
//! A form of its own, in little-endian binary, since all of it is read at the start of each build, and 50,000 outputs of
//! JSON take longer to read than their files take to look at. It dies with the binary (which is part of the fingerprint),
//! so it needs no version. A digest of the whole at the end tells a torn or edited receipt.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "reads and writes the receipt")]

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::atomic::{self, Durability};
use super::checksum::Checksum;
use super::stamp::Stamp;
use crate::base::diagnostic::Diagnostic;
use crate::base::digest::{Digest, Hasher};
use crate::base::path::OutPath;
use crate::base::pieces::Pieces as _;
use crate::engine::output::{Key, Output};
use crate::shell::fault::EnvironmentFault;

const MAGIC: &[u8; 8] = b"receipt\n";

/// What is known of one output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Where it is.
    pub(super) path: OutPath,
    /// The digest of its recipe.
    pub(super) key: Key,
    /// The checksum of its bytes.
    pub(super) checksum: Checksum,
    /// The file's stamp when it was known to hold these bytes.
    pub(super) stamp: Stamp,
    /// Whether that stamp tells of every change since.
    pub(super) settled: bool,
    /// What was found while rendering.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The links that a template made of its own.
    pub(super) loose_links: Vec<String>,
}

/// What the last build that published was made from, and what it said: a build of the very same says the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The digest of every input: sources, options, what was wrong with files as such.
    pub inputs: Digest,
    /// What was wrong with the sources. What rendering found stands with each output.
    pub diagnostics: Vec<Diagnostic>,
    /// How many pages the site has.
    pub pages: usize,
    /// The path under which it is served.
    pub base_path: String,
}

/// How many entries are written as one part.
const AT_A_TIME: usize = 512;

/// The entries of the last build, in order of path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    pub(super) account: Account,
    /// The digest of the ownership file that was written with it.
    pub(super) ownership: Digest,
    pub(super) entries: Vec<Entry>,
}

impl Receipt {
    /// The digest of every input of the build that it speaks of.
    pub fn inputs(&self) -> Digest {
        self.account.inputs
    }

    /// Reads the receipt of the last build; an empty one where it is void.
    pub(super) fn load(path: &Path, fingerprint: Digest) -> Self {
        let Ok(bytes) = fs::read(path) else { return Self::default() };
        decode(&bytes, fingerprint).unwrap_or_default()
    }

    /// Whether there is a receipt of this fingerprint, by its first bytes alone.
    pub(super) fn is_of(path: &Path, fingerprint: Digest) -> bool {
        let mut head = [0; MAGIC.len() + 16];
        let read = File::open(path).and_then(|mut file| file.read_exact(&mut head));
        read.is_ok() && head.strip_prefix(MAGIC) == Some(fingerprint.as_bytes())
    }

    /// What is known of each output, where both are in order of path.
    pub(super) fn beside(&self, outputs: &[Output]) -> Vec<Option<usize>> {
        let mut at = 0;
        let beside = |output: &Output| {
            while self.entries.get(at).is_some_and(|entry| entry.path < output.path) {
                at += 1;
            }
            self.entries.get(at).filter(|entry| entry.path == output.path).map(|_| at)
        };
        outputs.iter().map(beside).collect()
    }

    /// What is known of the output of this path.
    pub(super) fn entry(&self, path: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()?;
        self.entries.get(at)
    }

    /// Writes it.
    pub(super) fn write(&self, path: &Path, fingerprint: Digest) -> Result<(), EnvironmentFault> {
        atomic::replace_by_parts(path, &self.encode(fingerprint), Durability::Relaxed)
            .map_err(|error| EnvironmentFault::io("write", path, &error))
    }

    /// Its bytes, in parts to be written one after the other; the last is the digest of all before.
    fn encode(&self, fingerprint: Digest) -> Vec<Vec<u8>> {
        let mut head = Vec::with_capacity(1024);
        head.extend(MAGIC);
        head.extend(fingerprint.as_bytes());
        head.extend(self.ownership.as_bytes());
        // Plain data always serialises; were it otherwise, the account would be unreadable and the receipt void.
        put(&mut head, &postcard::to_allocvec(&self.account).unwrap_or_default());
        put_count(&mut head, self.entries.len());
        let entries = self.entries.par_chunks(AT_A_TIME).in_pieces(1).map(|entries| {
            let mut part = Vec::with_capacity(entries.len() * 192);
            entries.iter().for_each(|entry| entry.put(&mut part));
            part
        });
        let mut parts = vec![head];
        parts.par_extend(entries);
        let mut hasher = Hasher::new();
        parts.iter().for_each(|part| hasher.raw(part));
        parts.push(hasher.finish().as_bytes().to_vec());
        parts
    }
}

impl Entry {
    fn put(&self, out: &mut Vec<u8>) {
        put(out, self.path.as_str().as_bytes());
        out.extend(self.key.to_bytes());
        out.extend(self.checksum.as_bytes());
        out.extend(self.stamp.len.to_le_bytes());
        out.extend(self.stamp.modified.to_le_bytes());
        out.extend(self.stamp.changed.to_le_bytes());
        out.extend(self.stamp.inode.to_le_bytes());
        out.push(u8::from(self.settled));
        put_count(out, self.loose_links.len());
        for link in &self.loose_links {
            put(out, link.as_bytes());
        }
        put(out, &diagnostics_to_bytes(&self.diagnostics));
    }
}

/// Few outputs have any, so their form need not be quick, only faithful.
fn diagnostics_to_bytes(diagnostics: &[Diagnostic]) -> Vec<u8> {
    if diagnostics.is_empty() {
        return Vec::new();
    }
    // Plain values always serialise; were it otherwise, text that is no JSON makes the receipt void, which is safe.
    serde_json::to_vec(diagnostics).unwrap_or_else(|_| b"?".to_vec())
}

fn diagnostics_from_bytes(bytes: &[u8]) -> Option<Vec<Diagnostic>> {
    if bytes.is_empty() { Some(Vec::new()) } else { serde_json::from_slice(bytes).ok() }
}

fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    put_count(out, bytes.len());
    out.extend(bytes);
}

fn put_count(out: &mut Vec<u8>, count: usize) {
    out.extend((count as u64).to_le_bytes());
}

fn decode(bytes: &[u8], fingerprint: Digest) -> Option<Receipt> {
    let (body, digest) = bytes.split_last_chunk::<16>()?;
    if Digest::of(body).as_bytes() != digest {
        return None;
    }
    let mut reader = Reader(body);
    if reader.array()? != *MAGIC || reader.array()? != *fingerprint.as_bytes() {
        return None;
    }
    let ownership = Digest::from_bytes(reader.array()?);
    let account = postcard::from_bytes(reader.run()?).ok()?;
    let count = reader.count()?;
    let mut entries = Vec::with_capacity(count);
    for _ in 0..count {
        entries.push(reader.entry()?);
    }
    reader.0.is_empty().then_some(Receipt { account, ownership, entries })
}

/// What is left to read. Each method takes something off the front, and is `None` where it is not there.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn entry(&mut self) -> Option<Entry> {
        Some(Entry {
            path: OutPath::new(self.text()?),
            key: Key::from_bytes(self.array()?),
            checksum: Checksum::from_bytes(self.array()?),
            stamp: Stamp {
                len: u64::from_le_bytes(self.array()?),
                modified: i64::from_le_bytes(self.array()?),
                changed: i64::from_le_bytes(self.array()?),
                inode: u64::from_le_bytes(self.array()?),
            },
            settled: self.array::<1>()? != [0],
            loose_links: (0..self.count()?).map(|_| self.text().map(str::to_owned)).collect::<Option<_>>()?,
            diagnostics: diagnostics_from_bytes(self.run()?)?,
        })
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*array)
    }

    /// A number of things that follow; each takes at least a byte, so a wrong number cannot ask for more memory than the
    /// receipt itself took.
    fn count(&mut self) -> Option<usize> {
        usize::try_from(u64::from_le_bytes(self.array()?)).ok().filter(|count| *count <= self.0.len())
    }

    fn run(&mut self) -> Option<&'a [u8]> {
        let len = self.count()?;
        let (run, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(run)
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.run()?).ok()
    }
}
