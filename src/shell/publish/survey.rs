//! What stands in the output folder at the paths that matter, before anything is made.
//!
//! This is all that an unchanged build does to its output: one look at each file's stamp. Only a file whose stamp is new, or
//! too young to be believed, is read.
#![allow(clippy::disallowed_methods, reason = "looks at the output folder")]

use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use rayon::prelude::*;

use super::checksum::Checksum;
use super::destination::Destination;
use super::receipt::{Entry, Receipt};
use super::stamp::Stamp;
use crate::base::pieces::Pieces as _;
use crate::engine::output::Output;
use crate::shell::fault::EnvironmentFault;

/// How many files are looked at at a time: each is a matter of microseconds.
pub(super) const AT_A_TIME: usize = 256;

/// What stands at a path. Symbolic links are not followed: one is never what we wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing.
    Nothing,
    /// A file.
    File(OnDisk),
    /// A folder.
    Folder,
    /// A symbolic link, a socket, a device.
    Other,
}

/// A file in the output folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OnDisk {
    /// Its stamp.
    pub(super) stamp: Stamp,
    /// Whether the stamp will tell of every change after this look.
    pub(super) settled: bool,
    /// The checksum of its bytes.
    pub(super) checksum: Checksum,
}

/// Looks at the place of each output, in their order, in an output folder that is there. `known` says which entry of the
/// receipt is of each, and `seen` what stood in the place of each entry a moment ago. With `verify` no stamp is believed.
pub(super) fn survey(
    destination: &Destination,
    outputs: &[Output],
    (receipt, known): (&Receipt, &[Option<usize>]),
    seen: Option<&[Standing]>,
    verify: bool,
) -> Result<Vec<Standing>, EnvironmentFault> {
    let now = SystemTime::now();
    outputs
        .par_iter()
        .zip(known)
        .in_pieces(AT_A_TIME)
        .map(|(output, known)| {
            if let (Some(seen), Some(at)) = (seen, known) {
                return Ok(seen[*at].clone());
            }
            let entry = known.map(|at| &receipt.entries[at]);
            look(&destination.at(output.path.as_str()), entry.filter(|_| !verify), now)
        })
        .collect()
}

/// Looks at one path. `now` is no later than the look.
pub(super) fn look(path: &Path, entry: Option<&Entry>, now: SystemTime) -> Result<Standing, EnvironmentFault> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if is_absence(&error) => return Ok(Standing::Nothing),
        Err(error) => return Err(EnvironmentFault::io("look at", path, &error)),
    };
    if metadata.is_dir() {
        return Ok(Standing::Folder);
    }
    if !metadata.is_file() {
        return Ok(Standing::Other);
    }
    let stamp = Stamp::of(&metadata);
    if let Some(entry) = entry.filter(|entry| entry.settled && entry.stamp == stamp) {
        return Ok(Standing::File(OnDisk { stamp, settled: true, checksum: entry.checksum }));
    }
    match Checksum::of_file(path) {
        // The stamp was taken before the bytes were read, so a change in between shows on the next look.
        Ok(checksum) => Ok(Standing::File(OnDisk { stamp, settled: stamp.settled(now), checksum })),
        Err(error) if is_absence(&error) => Ok(Standing::Nothing),
        Err(error) => Err(EnvironmentFault::io("read", path, &error)),
    }
}

/// Whether an error says that nothing is there: neither the file nor, perhaps, its folder.
pub(super) fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::digest::Digest;
    use crate::base::path::OutPath;

    #[test]
    fn a_stamp_is_believed_if_it_is_settled_and_the_same() {
        let path = std::env::temp_dir().join(format!("iort-site-stamp-{}", std::process::id()));
        fs::write(&path, "bytes").unwrap();
        let stamp = Stamp::of(&fs::metadata(&path).unwrap());
        let (noted, real) = (Checksum::of(b"noted"), Checksum::of(b"bytes"));
        let seen = |stamp: Stamp, settled: bool, now: SystemTime| {
            let (key, path_of_output) = (Digest::default().into(), OutPath::new("x"));
            let (diagnostics, loose_links) = (vec![], vec![]);
            let entry = Entry { path: path_of_output, key, checksum: noted, stamp, settled, diagnostics, loose_links };
            match look(&path, Some(&entry), now) {
                Ok(Standing::File(file)) => Some((file.checksum, file.settled)),
                _ => None,
            }
        };
        let now = SystemTime::now();
        assert_eq!(seen(stamp, true, now), Some((noted, true)));
        assert_eq!(seen(Stamp { inode: stamp.inode + 1, ..stamp }, true, now), Some((real, false)));
        // The file is seconds old at most, so its stamp tells nothing yet; some time later it does.
        assert_eq!(seen(stamp, false, now), Some((real, false)));
        assert_eq!(seen(stamp, false, now + std::time::Duration::from_secs(10)), Some((real, true)));
        fs::remove_file(&path).unwrap();
    }
}
