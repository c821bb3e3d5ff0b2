//! Which command of `iort-site review` does what.

use std::process::ExitCode;

use crate::shell::review::arguments::{ReviewArguments, ReviewCommand};
use crate::shell::review::{accept, allowed_signers, diff, load, log, prepare, sign, status, urgent, verify};

/// Does what is asked, and ends with its status.
pub fn review(arguments: &ReviewArguments) -> ExitCode {
    let result = match &arguments.command {
        ReviewCommand::Status(arguments) => status::status(arguments),
        ReviewCommand::Verify(arguments) => verify::verify(arguments),
        ReviewCommand::Load(arguments) => load::load(arguments),
        ReviewCommand::AllowedSigners(arguments) => allowed_signers::allowed_signers(arguments),
        ReviewCommand::Log(arguments) => log::log(arguments),
        ReviewCommand::Sign(arguments) => sign::sign(arguments),
        ReviewCommand::Diff(arguments) => diff::diff(arguments),
        ReviewCommand::Prepare(arguments) => prepare::prepare(arguments),
        ReviewCommand::Accept(arguments) => accept::accept(arguments),
        ReviewCommand::Urgent(arguments) => urgent::urgent(arguments),
    };
    result.unwrap_or_else(|fault| fault.report())
}
