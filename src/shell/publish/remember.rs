//! The memo on disk: what the engine knew when it last built into an output folder.
//!
//! It lies with the receipt and is as safe to delete. Whatever is read of it is checked by its own digest. It holds the pages of
//! one build and no more, so it is bounded by the site. The segments of search indexes lie beside it, each in a file that is named by
//! what is in it, so that one that stays is not written again.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "reads and writes the memo")]

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::atomic::{self, Durability};
use super::destination::Destination;
use crate::base::digest::Digest;
use crate::engine::memo::Memo;
use crate::render::search_segment::{Segment, SegmentStore};
use crate::shell::fault::EnvironmentFault;

/// The folder of the segments.
#[derive(Debug)]
struct Segments {
    folder: PathBuf,
}

impl Segments {
    fn file(&self, name: Digest) -> PathBuf {
        self.folder.join(name.to_hex())
    }
}

impl SegmentStore for Segments {
    fn read(&self, name: Digest, range: Range<usize>) -> Option<Vec<u8>> {
        let mut file = File::open(self.file(name)).ok()?;
        file.seek(SeekFrom::Start(range.start as u64)).ok()?;
        let mut bytes = vec![0; range.len()];
        file.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }
}

/// What was remembered of builds into a folder; nothing where it cannot be read. `keeping` is for a process that builds once:
/// it may write most of it again as it is.
pub fn load(root: &Path, output: &Path, fingerprint: Digest, keeping: bool) -> Result<Memo, EnvironmentFault> {
    let destination = Destination::resolve(root, output)?;
    let bytes = fs::read(destination.memo()).unwrap_or_default();
    let Some(memo) = Memo::decode(&bytes, fingerprint) else { return Ok(Memo::default()) };
    let store: Arc<dyn SegmentStore> = Arc::new(Segments { folder: destination.segments() });
    let memo = memo.segments_in(&store);
    Ok(if keeping { memo.keeping(bytes) } else { memo })
}

/// Remembers for the next process. Only for who may write to the destination, since two writers would tear each other's files.
pub(super) fn store(destination: &Destination, memo: &Memo, fingerprint: Digest) -> Result<(), EnvironmentFault> {
    let segments = Segments { folder: destination.segments() };
    store_segments(&segments, memo).map_err(|error| EnvironmentFault::io("write", &segments.folder, &error))?;
    let path = destination.memo();
    atomic::replace_by_parts(&path, &memo.encode(fingerprint), Durability::Relaxed)
        .map_err(|error| EnvironmentFault::io("write", &path, &error))
}

/// Writes those that are not there yet, or not as they have to be, and removes those that are no more.
fn store_segments(segments: &Segments, memo: &Memo) -> io::Result<()> {
    let paths: Vec<(&Segment, PathBuf)> =
        memo.segments().map(|segment| (segment, segments.file(segment.name))).collect();
    if !paths.is_empty() {
        fs::create_dir_all(&segments.folder)?;
    }
    let is_there = |path: &Path, bytes: &[u8]| fs::read(path).is_ok_and(|there| there == bytes);
    paths.par_iter().try_for_each(|(segment, path)| match segment.bytes().filter(|bytes| !is_there(path, bytes)) {
        Some(bytes) => atomic::replace(path, bytes, Durability::Relaxed),
        None => Ok(()),
    })?;
    let names: BTreeSet<&OsStr> = paths.iter().filter_map(|(_, path)| path.file_name()).collect();
    let there = match fs::read_dir(&segments.folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        there => there?,
    };
    for file in there {
        let file = file?;
        if !names.contains(&*file.file_name()) {
            fs::remove_file(file.path())?;
        }
    }
    Ok(())
}
