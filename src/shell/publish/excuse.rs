//! A build that has nothing to do: its inputs are those of the build that the receipt speaks of, and each of that build's
//! files stands as it was written.
//!
//! This is the receipt's first law for the whole site at once. The sources were read and digested before; nothing of them is
//! parsed, and what the earlier build said is said again.
#![allow(clippy::disallowed_methods, reason = "reads the ownership file, and the clock tells which stamps to believe")]

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use rayon::prelude::*;

use super::destination::Destination;
use super::receipt::{Account, Entry, Receipt};
use super::staging;
use super::survey::{AT_A_TIME, OnDisk, Standing, look};
use crate::base::diagnostic::Diagnostic;
use crate::base::digest::Digest;
use crate::shell::fault::EnvironmentFault;

/// What is asked.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The site's root.
    pub root: &'a Path,
    /// The output folder.
    pub output: &'a Path,
    /// What every output depends on beside its key.
    pub fingerprint: Digest,
    /// The digest of every input.
    pub inputs: Digest,
    /// Whether nothing is to be written anywhere.
    pub dry_run: bool,
    /// Whether the bytes of every output are read, whatever their stamps say.
    pub verify: bool,
}

/// A build that was excused.
pub struct Excused {
    /// What the earlier one was made from and said.
    pub account: Account,
    /// What it found while rendering.
    pub found: Vec<Diagnostic>,
    /// How many files stand in the output folder.
    pub files: usize,
    /// What the session may know from here on.
    pub receipt: Receipt,
}

/// Excuses the whole build, if it can be. Whatever does not fit is left to a build that looks closer.
pub fn excuse(question: Question<'_>) -> Result<Option<Excused>, EnvironmentFault> {
    let destination = Destination::resolve(question.root, question.output)?;
    let path = destination.receipt();
    let receipt = Receipt::load(&path, question.fingerprint);
    if receipt.entries.is_empty() || receipt.account.inputs != question.inputs {
        return Ok(None);
    }
    let _lock = if question.dry_run { None } else { Some(destination.lock()?) };
    if !question.dry_run {
        staging::remove_stale(&destination)?;
    }
    let owned = fs::read(destination.ownership()).is_ok_and(|bytes| Digest::of(&bytes) == receipt.ownership);
    let Some(entries) =
        Some(&receipt.entries).filter(|_| owned).and_then(|entries| intact(&destination, entries, question.verify))
    else {
        return Ok(None);
    };
    let now = Receipt { account: receipt.account.clone(), ownership: receipt.ownership, entries };
    if !question.dry_run {
        // A stamp that was too young to be believed has come of age.
        now.write(&path, question.fingerprint, &receipt)?;
    }
    let found = now.entries.iter().flat_map(|entry| entry.diagnostics.iter().cloned()).collect();
    Ok(Some(Excused { account: receipt.account, found, files: now.entries.len(), receipt: now }))
}

/// The entries as they are known now, if each file holds what was written.
fn intact(destination: &Destination, entries: &[Entry], verify: bool) -> Option<Vec<Entry>> {
    let now = SystemTime::now();
    entries
        .par_iter()
        .with_min_len(AT_A_TIME)
        .map(|entry| {
            let standing = look(&destination.at(entry.path.as_str()), Some(entry).filter(|_| !verify), now);
            match standing {
                Ok(Standing::File(OnDisk { stamp, settled, checksum })) if checksum == entry.checksum => {
                    Some(Entry { stamp, settled, ..entry.clone() })
                }
                _ => None,
            }
        })
        .collect()
}
