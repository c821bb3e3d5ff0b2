//! The commands that make reviews, through the binary: `sign`, `diff`, `prepare`, `accept`, `urgent`.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test makes and reads files, and runs the binary and `ssh-keygen`"
)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod front_matter;
mod packets;
mod sign;
mod site;

use std::path::{Path, PathBuf};

/// A file of the tests' folder.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}
