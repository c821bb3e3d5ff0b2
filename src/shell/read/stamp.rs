//! Stamps: whether a file can be taken as unchanged without reading it.
//!
//! A stamp is size, times of modification and of change, and the file's number on its device. Equal stamps mean an unchanged
//! file only if the file could not have been written again within the same tick of its file system's clock, which is as long
//! as two seconds on FAT. So a stamp that was taken too soon after the file's last change is not trusted, and the file is
//! read again next time; esbuild keeps the same rule (`internal/fs/modkey_unix.go`).

use std::fs::Metadata;
use std::time::{Duration, SystemTime};

/// How long after a file's last change its stamp begins to be trusted: above the coarsest clock of a file system.
const SAFETY_GAP: Duration = Duration::from_secs(3);

/// What the system says of a file without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    len: u64,
    modified: SystemTime,
    changed: SystemTime,
    number: (u64, u64),
}

impl Stamp {
    /// A file's stamp, if it can be trusted. `now` must have been asked before `metadata`, and the file be read after it.
    pub(super) fn of(metadata: &Metadata, now: SystemTime) -> Option<Self> {
        let modified = metadata.modified().ok()?;
        let (changed, number) = change_and_number(metadata).unwrap_or((modified, (0, 0)));
        let newest = modified.max(changed);
        // A file system without times says 0, and one whose clock is ahead of ours says a time to come: neither is trusted.
        let trusted = modified > SystemTime::UNIX_EPOCH && newest + SAFETY_GAP <= now;
        trusted.then_some(Self { len: metadata.len(), modified, changed, number })
    }
}

/// The time of the last change to the file or to what the system keeps of it, and the file's number: a file that was put in
/// another's place by a rename, its times set back, differs in both.
#[cfg(unix)]
fn change_and_number(metadata: &Metadata) -> Option<(SystemTime, (u64, u64))> {
    use std::os::unix::fs::MetadataExt;
    let seconds = u64::try_from(metadata.ctime()).ok()?;
    let nanoseconds = u32::try_from(metadata.ctime_nsec()).ok()?;
    let changed = SystemTime::UNIX_EPOCH.checked_add(Duration::new(seconds, nanoseconds))?;
    Some((changed, (metadata.dev(), metadata.ino())))
}

/// Elsewhere the time of creation is the nearest that is to be had.
#[cfg(not(unix))]
fn change_and_number(metadata: &Metadata) -> Option<(SystemTime, (u64, u64))> {
    Some((metadata.created().ok()?, (0, 0)))
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::disallowed_methods,
        clippy::disallowed_types,
        reason = "a stamp is of a real file, at a real time"
    )]

    use std::fs::File;
    use std::time::{Duration, SystemTime};

    use super::Stamp;

    #[test]
    fn a_stamp_is_trusted_when_the_change_is_long_past() {
        let file = tempfile::tempfile().unwrap();
        let stamp =
            |file: &File, later| Stamp::of(&file.metadata().unwrap(), SystemTime::now() + Duration::from_secs(later));
        assert_eq!(stamp(&file, 0), None);
        assert!(stamp(&file, 5).is_some());
        assert_eq!(stamp(&file, 5), stamp(&file, 6));

        // A time set back does not make a new file old, where the system keeps a time of change.
        let before = stamp(&file, 5);
        file.set_modified(SystemTime::now() - Duration::from_secs(1000)).unwrap();
        assert_ne!(stamp(&file, 5), before);
        assert!(!cfg!(unix) || stamp(&file, 0).is_none());

        file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(stamp(&file, 5), None, "a file system without times");
    }
}
