//! The commands that make reviews, through the binary: `sign`, `diff`, `prepare`, `accept`, `urgent`.

mod front_matter;
mod packets;
mod sign;
mod site;

use std::path::{Path, PathBuf};

/// A file of the tests' folder.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}
