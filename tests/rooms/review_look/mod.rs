//! The commands that look at reviews, through the binary: `status`, `load`, `verify`, `allowed-signers`; and what a site of
//! signed pages says of itself to programs and calendars. Oracles: `ssh-keygen`, and what `tests/run` installs from the registry of Python packages.

mod programs;
mod site;
mod status;
mod verify;

use std::path::{Path, PathBuf};

/// A file of the tests' folder.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}
