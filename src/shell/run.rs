//! The commands that run the pipeline: `build`, `check` and `watch`.

use std::process::ExitCode;

use crate::shell::arguments::{BuildArguments, CheckArguments, WatchArguments};
use crate::shell::fault::EnvironmentFault;

/// `iort-site build`.
pub fn build(_: &BuildArguments) -> ExitCode {
    not_wired("build")
}

/// `iort-site check`.
pub fn check(_: &CheckArguments) -> ExitCode {
    not_wired("check")
}

/// `iort-site watch`.
pub fn watch(_: &WatchArguments) -> ExitCode {
    not_wired("watch")
}

fn not_wired(command: &str) -> ExitCode {
    EnvironmentFault::new(format!("`{command}` is not wired in this version")).report()
}
