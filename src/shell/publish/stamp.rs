//! What the file system says of a file without its bytes being read, and when that may be believed.

use std::fs::Metadata;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A change within this time of the last one may leave the stamp as it is: clocks of file systems tick as slowly as every
/// two seconds (FAT). esbuild has the same rule, with three.
const TICK: Duration = Duration::from_secs(2);

/// What changes when a file changes, unless the change comes within a tick of the clock. Times are nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Stamp {
    /// Length in bytes.
    pub(super) len: u64,
    /// When the bytes were last written; programs can set it at will.
    pub(super) modified: i64,
    /// When bytes, name or permissions last changed, which no program can set; 0 where the system does not keep it.
    pub(super) changed: i64,
    /// The number of the file; 0 where the system does not keep it.
    pub(super) inode: u64,
}

impl Stamp {
    /// The stamp that stands in metadata.
    pub(super) fn of(metadata: &Metadata) -> Self {
        let (changed, inode) = kept_by_unix(metadata);
        Self { len: metadata.len(), modified: metadata.modified().map_or(0, nanoseconds), changed, inode }
    }

    /// Whether a stamp that was read at `now` or later tells of every later change: its own tick was over by then. A time
    /// that lies ahead, as on a network share whose clock differs, is never settled; that costs a reading and no more.
    pub(super) fn settled(self, now: SystemTime) -> bool {
        let tick = i64::try_from(TICK.as_nanos()).unwrap_or(i64::MAX);
        self.modified.max(self.changed) < nanoseconds(now).saturating_sub(tick)
    }
}

fn nanoseconds(time: SystemTime) -> i64 {
    let since = |duration: Duration| i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => since(after),
        Err(before) => -since(before.duration()),
    }
}

#[cfg(unix)]
fn kept_by_unix(metadata: &Metadata) -> (i64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.ctime().saturating_mul(1_000_000_000).saturating_add(metadata.ctime_nsec()), metadata.ino())
}

#[cfg(not(unix))]
fn kept_by_unix(_: &Metadata) -> (i64, u64) {
    (0, 0)
}
