//! The commands that look at reviews, through the binary: `status`, `load`, `verify`, `allowed-signers`; and what a site of
//! signed pages says of itself to programs and calendars. Oracles: `ssh-keygen`, and what `tests/run` installs from the registry of Python packages.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test makes and reads files, and runs the binary, git, `ssh-keygen` and Python"
)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod programs;
#[path = "../support/python.rs"]
mod python;
mod site;
mod status;
mod verify;

use python::python;
use std::path::{Path, PathBuf};

/// A file of the tests' folder.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}
