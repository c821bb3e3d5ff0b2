//! Files that are replaced as a whole: whoever reads one sees the old bytes or the new, never a part.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "writes the files of `.iort-site`")]

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// Whether a file's bytes must be on disk before its name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    /// After a loss of power the file may be empty: for what can be made again.
    Relaxed,
    /// After a loss of power the file holds the old bytes or the new. The folder itself needs no flush: a file system with
    /// a journal keeps the order of renames, and an older file is as good as the newer one that was not yet confirmed.
    Synced,
}

/// Puts `bytes` in the place of the file at `path`. Not for two writers at once: they would share the temporary name.
pub(super) fn replace(path: &Path, bytes: &[u8], durability: Durability) -> io::Result<()> {
    replace_by_parts(path, &[bytes], durability)
}

/// Adds `bytes` to the end of the file at `path`: whoever reads it sees the old bytes, and of the new ones as many as are there.
pub(super) fn append(path: &Path, bytes: &[u8], durability: Durability) -> io::Result<()> {
    let mut file = File::options().append(true).open(path)?;
    file.write_all(bytes)?;
    if durability == Durability::Synced { file.sync_data() } else { Ok(()) }
}

/// Puts `parts`, one after the other, in the place of the file at `path`. Not for two writers at once either.
pub(super) fn replace_by_parts(path: &Path, parts: &[impl AsRef<[u8]>], durability: Durability) -> io::Result<()> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    let mut file = File::create(&temporary)?;
    for part in parts {
        file.write_all(part.as_ref())?;
    }
    if durability == Durability::Synced {
        file.sync_data()?;
    }
    drop(file);
    fs::rename(&temporary, path)
}
