//! Which words go to which stream.
//!
//! People read diagnostics and the summary on the standard error stream, so that the standard output of a build stays free.
//! What a program reads (`json`, `github`) goes to the standard output, whole and alone, and the summary beside it to the
//! standard error. `--quiet` leaves the diagnostics.

use std::io::{self, Write};
use std::path::Path;

use clap::ValueEnum;

use crate::engine::prose::Measured;
use crate::shell::fault::EnvironmentFault;
use crate::shell::report::github::github;
use crate::shell::report::human::{Layout, PLAIN_WIDTH, human};
use crate::shell::report::json::json;
use crate::shell::report::located::Finding;
use crate::shell::report::prose;

/// The form of the diagnostics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: the line itself, underlined
    #[default]
    Human,
    /// For programs: one JSON object a line
    Json,
    /// For GitHub Actions: workflow commands
    Github,
}

/// What is to be told, and how.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    /// The form of the diagnostics.
    pub format: Format,
    /// Whether only diagnostics are told.
    pub quiet: bool,
    /// The site's root, as the command line names it.
    pub root: &'a Path,
}

impl Telling<'_> {
    /// Tells the diagnostics.
    pub fn diagnostics(&self, findings: &[Finding<'_>]) -> Result<(), EnvironmentFault> {
        match self.format {
            Format::Human => err(&human(findings, &Layout { prefix: prefix(self.root), width: width() })),
            Format::Json => out(&json(findings)),
            Format::Github => out(&github(findings, &prefix(self.root))),
        }
    }

    /// Tells how pages measure: a table for people, lines of JSON for programs; nothing in the form that GitHub reads.
    pub fn prose(&self, pages: &[Measured]) -> Result<(), EnvironmentFault> {
        match self.format {
            _ if self.quiet || pages.is_empty() => Ok(()),
            Format::Human => out(&prose::table(pages)),
            Format::Json => out(&prose::json(pages)),
            Format::Github => Ok(()),
        }
    }

    /// Tells what the run came to.
    pub fn summary(&self, line: &str) -> Result<(), EnvironmentFault> {
        if self.quiet { Ok(()) } else { err(&format!("{line}\n")) }
    }
}

/// Writes to the standard output; a reader that has gone away (`| head`) has read what it wanted.
pub fn out(text: &str) -> Result<(), EnvironmentFault> {
    written(anstream::stdout().lock(), text).map_err(|error| lost("output", &error))
}

/// Writes to the standard error stream.
pub fn err(text: &str) -> Result<(), EnvironmentFault> {
    written(anstream::stderr().lock(), text).map_err(|error| lost("error stream", &error))
}

fn written(mut stream: impl Write, text: &str) -> io::Result<()> {
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

fn lost(stream: &str, error: &io::Error) -> EnvironmentFault {
    EnvironmentFault::new(format!("cannot write to the standard {stream}: {error}"))
}

/// What turns a path from the site's root into one from the working directory, so that a terminal can open it: empty, or
/// ending in a slash.
pub fn prefix(root: &Path) -> String {
    match root.to_string_lossy().replace('\\', "/").trim_end_matches('/') {
        "" if root.has_root() => "/".to_owned(),
        "" | "." => String::new(),
        root => format!("{}/", root.strip_prefix("./").unwrap_or(root)),
    }
}

fn width() -> usize {
    terminal_size::terminal_size_of(io::stderr()).map_or(PLAIN_WIDTH, |(width, _)| usize::from(width.0))
}
