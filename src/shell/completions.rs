//! `iort-site completions`: a shell's completion script, from the same definition as the arguments.

use clap::CommandFactory as _;

use crate::shell::arguments::{Arguments, CompletionsArguments};
use crate::shell::fault::EnvironmentFault;
use crate::shell::report::emit;

/// Prints the script.
pub fn completions(arguments: &CompletionsArguments) -> Result<(), EnvironmentFault> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "iort-site", &mut script);
    emit::out(&String::from_utf8_lossy(&script))
}
