//! The memo on disk: what the engine knew when it last built into an output folder.
//!
//! It lies with the receipt and is as safe to delete. Two builds at once each put a whole file in its place, and whichever is
//! read is checked by its own digest. It holds the pages of one build and no more, so it is bounded by the site.
#![allow(clippy::disallowed_methods, reason = "reads and writes the memo")]

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use super::atomic::{self, Durability};
use super::destination::Destination;
use crate::base::digest::Digest;
use crate::engine::memo::Memo;
use crate::shell::fault::EnvironmentFault;

/// What was remembered of builds into a folder; nothing where it cannot be read. `keeping` is for a process that builds once:
/// it may write most of it again as it is.
pub fn load(root: &Path, output: &Path, fingerprint: Digest, keeping: bool) -> Result<Memo, EnvironmentFault> {
    let path = Destination::resolve(root, output)?.memo();
    let bytes = fs::read(path).unwrap_or_default();
    let memo = Memo::decode(&bytes, fingerprint);
    Ok(memo.map(|memo| if keeping { memo.keeping(bytes) } else { memo }).unwrap_or_default())
}

/// Remembers for the next process: what `Memo::encode` gave.
pub fn store(root: &Path, output: &Path, memo: &[Cow<'_, [u8]>]) -> Result<(), EnvironmentFault> {
    let path = Destination::resolve(root, output)?.memo();
    atomic::replace_by_parts(&path, memo, Durability::Relaxed)
        .map_err(|error| EnvironmentFault::io("write", &path, &error))
}
