//! The one suite: cases as plain files, the specification's examples, and the floors of the source tree.
//!
//! `cargo test --test suite` runs all; a word behind `--` runs what has it in its name. `UPDATE=1` writes what came out into
//! the cases' expectations, to be read as a diff before it is committed.

#![allow(clippy::disallowed_methods, reason = "sites are set up on disk and looked at there")]
#![allow(clippy::format_collect, reason = "short lists, read by people")]

mod architecture;
mod case;
mod common_mark;
mod diagnostics;
mod reviews;
mod run;
mod snapshot;

use libtest_mimic::{Arguments, Trial};

fn main() -> std::process::ExitCode {
    let arguments = Arguments::from_args();
    let mut trials: Vec<Trial> = Vec::new();
    trials.extend(architecture::trials());
    trials.extend(common_mark::trials());
    trials.extend(case::trials());
    trials.extend(diagnostics::trials());
    trials.extend(snapshot::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The repository's folder.
fn repository() -> &'static std::path::Path {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
}
