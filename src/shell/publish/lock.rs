//! One build at a time into one output folder.
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "opens and locks a file, and waits by the clock"
)]

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// How long a build waits for another before it gives up. Most builds are over by then; one that is not is better named
/// than waited for without a word.
const PATIENCE: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(20);

/// The right to write into an output folder, held until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock; `None` if another build holds it and does not end soon.
    ///
    /// The file stays when the lock is let go: removing it would let two builds hold locks on two files of one name. Where
    /// the file system knows no locks (some network shares), the build goes on without: refusing would bar the share for
    /// good, and two builds at once there are rare and repaired by the next.
    pub(super) fn take(path: &Path) -> io::Result<Option<Self>> {
        let file = File::options().create(true).truncate(false).write(true).open(path)?;
        let started = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Self { _file: file })),
                Err(TryLockError::WouldBlock) if started.elapsed() < PATIENCE => thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                    return Ok(Some(Self { _file: file }));
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }
}
