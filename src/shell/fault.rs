//! What keeps the program from its work though the content may be right: bad usage, a folder that is not there, a busy port.
//!
//! Such a fault has no place in a source, so it is no diagnostic; it ends the program with status 2.

use std::path::Path;

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
    pub fn io(tried: &str, path: &Path, error: &std::io::Error) -> Self {
        Self::new(format!("cannot {tried} `{}`: {error}", path.display()))
    }

    /// Adds a way to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}
