//! When to look: how long to wait for more events before a rebuild. Times are arguments, so this is arithmetic.
//!
//! A save in an editor is two or three events within a millisecond, and the person is waiting: a few milliseconds of quiet
//! are enough, once the file is known to be whole. A branch switch or an unpacked archive is hundreds of events with gaps: a
//! build in the midst of it reports links to pages that are about to come. So the quiet period adapts. It is short while few
//! paths were touched and each is whole, which means renamed into place, removed, or closed by its writer; and long once
//! there are more, while a file is being written, when a folder was made, or when a batch follows hard upon another, which
//! is how a slow burst looks. A stream of events that never pauses is cut after the longest wait.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Quiet after which a save is taken as done.
const AFTER_SAVE: Duration = Duration::from_millis(8);
/// Quiet after which a burst is taken as done.
const AFTER_BURST: Duration = Duration::from_millis(70);
/// The longest wait from the first event on.
const LONGEST: Duration = Duration::from_secs(1);
/// How soon after a batch another one counts as its continuation.
const AFTERMATH: Duration = Duration::from_millis(250);
/// The paths that one save may touch: the file, its new copy, its backup.
const PATHS_OF_A_SAVE: usize = 3;

/// What an event tells of one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Touch {
    /// It is being written.
    Open(PathBuf),
    /// It is whole, or gone.
    Settled(PathBuf),
    /// Something else about it changed.
    Other(PathBuf),
    /// It is a folder that was made or removed; more is likely to follow.
    Folder(PathBuf),
    /// Events were lost: there were too many to tell.
    Unknown,
}

impl Touch {
    /// The path, if it is known.
    pub(super) fn path(&self) -> Option<&Path> {
        match self {
            Self::Open(path) | Self::Settled(path) | Self::Other(path) | Self::Folder(path) => Some(path),
            Self::Unknown => None,
        }
    }
}

/// Events that belong together.
#[derive(Debug)]
pub(super) struct Batch {
    first: Instant,
    latest: Instant,
    touched: BTreeSet<PathBuf>,
    open: BTreeSet<PathBuf>,
    is_burst: bool,
}

impl Batch {
    /// A batch that starts now; `previous` is when the one before was handed on.
    pub(super) fn new(now: Instant, previous: Option<Instant>) -> Self {
        let is_burst = previous.is_some_and(|previous| now.saturating_duration_since(previous) < AFTERMATH);
        Self { first: now, latest: now, touched: BTreeSet::new(), open: BTreeSet::new(), is_burst }
    }

    /// Takes note of an event.
    pub(super) fn note(&mut self, now: Instant, touch: Touch) {
        self.latest = now;
        self.touched.extend(touch.path().map(Path::to_owned));
        match touch {
            Touch::Open(path) => {
                self.open.insert(path);
            }
            Touch::Settled(path) => {
                self.open.remove(&path);
            }
            Touch::Other(_) => {}
            Touch::Folder(_) | Touch::Unknown => self.is_burst = true,
        }
    }

    /// When to look, if no other event comes.
    pub(super) fn due(&self) -> Instant {
        let is_save = !self.is_burst && self.open.is_empty() && self.touched.len() <= PATHS_OF_A_SAVE;
        let quiet = if is_save { AFTER_SAVE } else { AFTER_BURST };
        (self.latest + quiet).min(self.first + LONGEST)
    }

    /// The paths that were touched.
    pub(super) fn into_paths(self) -> BTreeSet<PathBuf> {
        self.touched
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "an instant cannot be made but from the clock")]

    use super::*;

    fn at(start: Instant, milliseconds: u64) -> Instant {
        start + Duration::from_millis(milliseconds)
    }

    #[test]
    fn a_save_is_short_and_a_burst_is_long() {
        let start = Instant::now();
        let mut save = Batch::new(start, None);
        save.note(start, Touch::Open("page.md.new".into()));
        assert_eq!(save.due(), start + AFTER_BURST, "not while it is being written");
        save.note(at(start, 1), Touch::Settled("page.md.new".into()));
        save.note(at(start, 2), Touch::Settled("page.md".into()));
        assert_eq!(save.due(), at(start, 2) + AFTER_SAVE);

        for n in 0..3 {
            save.note(at(start, 3), Touch::Settled(format!("{n}.md").into()));
        }
        assert_eq!(save.due(), at(start, 3) + AFTER_BURST, "many paths");

        let mut folder = Batch::new(start, None);
        folder.note(start, Touch::Folder("new".into()));
        assert_eq!(folder.due(), start + AFTER_BURST);

        let mut next = Batch::new(at(start, 300), Some(at(start, 100)));
        next.note(at(start, 300), Touch::Settled("page.md".into()));
        assert_eq!(next.due(), at(start, 300) + AFTER_BURST, "hard upon another");
    }

    #[test]
    fn a_stream_without_end_is_cut() {
        let start = Instant::now();
        let mut batch = Batch::new(start, None);
        for n in 0..200 {
            batch.note(at(start, n * 10), Touch::Open("log.md".into()));
        }
        assert_eq!(batch.due(), start + LONGEST);
    }
}
