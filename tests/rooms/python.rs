//! Python, with what `tests/run` installed: oracles that are written in it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a script, with a text as its input.
pub(crate) fn python(script: &str, input: &str) -> String {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/.venv/bin/python");
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
