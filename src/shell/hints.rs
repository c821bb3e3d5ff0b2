//! Hints: what the watcher believes has changed.
//!
//! A hint is never trusted to be complete. Systems drop events when a queue is full, tell of a folder that moved in but not
//! of its files, and know nothing of a network drive's other clients; so the reader looks at everything again each time, and
//! a hint can only make it doubt a file whose stamp says that nothing happened.

use std::collections::BTreeSet;
use std::path::PathBuf;

/// What may have changed since the last look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// Files to be read again whatever their stamps say: absolute paths below the site's canonical root.
    pub paths: BTreeSet<PathBuf>,
    /// Whether events were lost, so that every file is to be read again.
    pub rescan: bool,
}

impl Hints {
    /// Every file is to be read.
    pub fn rescan() -> Self {
        Self { paths: BTreeSet::new(), rescan: true }
    }
}
