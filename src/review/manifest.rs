//! Lists of files and their digests: what was there on another day, to find what is gone since.
//!
//! The newest record of a page is the one thing whose removal leaves no trace in the records themselves. It is found by
//! comparing with a list from before: a manifest that was kept elsewhere, or a revision of the repository. A manifest is what
//! `sha256sum` writes and checks: digest, two blanks, path, one line each.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::path::SourcePath;
use crate::review::digest::Sha256;

/// Files and their digests.
pub type Manifest = BTreeMap<SourcePath, Sha256>;

/// Writes a manifest.
pub fn write(manifest: &Manifest) -> String {
    manifest.iter().fold(String::new(), |mut out, (path, sha256)| {
        // Writing into a `String` cannot fail.
        let _ = writeln!(out, "{sha256}  {path}");
        out
    })
}

/// Reads a manifest. The number of a line that is none, from 1, is given back as the error.
pub fn read(text: &str) -> Result<Manifest, usize> {
    let mut manifest = Manifest::new();
    for (number, line) in (1_usize..).zip(text.lines()).filter(|(_, line)| !line.is_empty()) {
        // `sha256sum` marks a file that was read as binary with an asterisk.
        let split = line.split_once("  ").or_else(|| line.split_once(" *"));
        let entry = split.and_then(|(hex, path)| Some((SourcePath::new(path), Sha256::parse(hex)?)));
        let (path, sha256) = entry.ok_or(number)?;
        manifest.insert(path, sha256);
    }
    Ok(manifest)
}

/// The digest of a manifest: one number for all its files, to be pinned.
pub fn digest(manifest: &Manifest) -> Sha256 {
    Sha256::of(write(manifest).as_bytes())
}

/// What was there and is gone, or is not as it was. Records are only ever added, so each is a fault.
pub fn compare(before: &Manifest, now: &Manifest) -> Vec<Diagnostic> {
    let fault = |(path, sha256): (&SourcePath, &Sha256)| match now.get(path) {
        Some(same) if same == sha256 => None,
        Some(_) => Some(
            Diagnostic::new(Code::RecordAltered, Place::file(path), format!("`{path}` is not as it was"))
                .help("a record is never edited: take it out of version control again, as it was"),
        ),
        None => Some(
            Diagnostic::new(Code::RecordRemoved, Place::file(path), format!("`{path}` was there and is gone"))
                .help("records are never removed: take it out of version control again")
                .help("what it should say otherwise, say in a new record"),
        ),
    };
    before.iter().filter_map(fault).collect()
}
