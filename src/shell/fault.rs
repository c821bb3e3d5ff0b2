//! What keeps the program from its work though the content may be right: bad usage, a folder that is not there, a full disk.
//!
//! Such a fault has no place in a source, so it is no diagnostic; it ends the program with status 2.

use std::fmt;
use std::process::ExitCode;

use crate::shell::report::emit;
use crate::shell::report::visible::visible;

/// The content has errors.
pub const CONTENT_ERRORS: u8 = 1;
/// The usage or the environment is at fault.
pub const ENVIRONMENT: u8 = 2;

/// A fault of usage or environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentFault {
    /// What is wrong, in one sentence without a full stop, naming the thing in backticks.
    pub message: String,
    /// How to mend it, one way a line.
    pub help: Vec<String>,
}

impl EnvironmentFault {
    /// A fault without help yet.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: Vec::new() }
    }

    /// A fault of the file system: what was tried on which path, and what the system said.
    pub fn io(tried: &str, path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::new(format!("cannot {tried} `{}`: {error}", path.display()))
    }

    /// Adds a way to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Tells it on the standard error stream, and gives the exit status that goes with it.
    pub fn report(&self) -> ExitCode {
        // Where even this stream is gone, the status is all that is left to say it.
        let _ = emit::err(&self.to_string());
        ExitCode::from(ENVIRONMENT)
    }
}

/// `error: …` and a line `help: …` for each way to mend it, styled as clap and the diagnostics are.
impl fmt::Display for EnvironmentFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\x1b[1;91merror\x1b[0m\x1b[1m: {}\x1b[0m", visible(&self.message))?;
        self.help.iter().try_for_each(|help| writeln!(f, "\x1b[1;96mhelp\x1b[0m: {}", visible(help)))
    }
}

impl std::error::Error for EnvironmentFault {}
