//! Which command of `iort-site review` does what.

use std::process::ExitCode;

use crate::shell::review::arguments::{ReviewArguments, ReviewCommand};
use crate::shell::review::log;

/// Does what is asked, and ends with its status.
pub fn review(arguments: &ReviewArguments) -> ExitCode {
    let result = match &arguments.command {
        ReviewCommand::Log(arguments) => log::log(arguments),
    };
    result.unwrap_or_else(|fault| fault.report())
}
