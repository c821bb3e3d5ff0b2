//! The commands that look at reviews, through the binary: `status`, `load`, `verify`, `allowed-signers`; and what a site of
//! signed pages says of itself to programs and calendars. Oracles: `ssh-keygen`, and what `tests/run` installs from PyPI.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test makes and reads files, and runs the binary, git, `ssh-keygen` and Python"
)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod programs;
mod site;
mod status;
mod verify;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A file of the tests' folder.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// Runs a Python script with what `tests/run` installed.
fn python(script: &str, input: &str) -> String {
    let python = file(".venv/bin/python");
    let mut child = Command::new(&python)
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}; `tests/run` installs it", python.display()));
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the script failed");
    String::from_utf8(output.stdout).unwrap()
}
