//! Questions on a terminal. They go to the standard error stream, so that what is shown can be sent elsewhere.

use std::io::{self, BufRead as _, IsTerminal as _};

use console::Term;

use crate::shell::fault::EnvironmentFault;
use crate::shell::report::emit;
use crate::shell::report::visible::visible_line;

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Yes.
    Yes,
    /// No; also what is not understood twice.
    No,
    /// No, and no more questions.
    Quit,
}

/// Whether there is somebody to ask.
pub(super) fn is_possible() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks a question that only `y` or `yes` affirms; the end of the input is a way to quit.
pub(super) fn question(text: &str) -> Result<Answer, EnvironmentFault> {
    for _ in 0..3 {
        emit::err(&format!("{} [y/n/q] ", visible_line(text)))?;
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line);
        match (read, line.trim().to_lowercase().as_str()) {
            (Ok(0) | Err(_), _) => {
                emit::err("\n")?;
                return Ok(Answer::Quit);
            }
            (_, "y" | "yes") => return Ok(Answer::Yes),
            (_, "n" | "no") => return Ok(Answer::No),
            (_, "q" | "quit") => return Ok(Answer::Quit),
            _ => emit::err("Answer `y` for yes, `n` for no, or `q` to stop here.\n")?,
        }
    }
    Ok(Answer::No)
}

/// Asks for a secret, which is not shown as it is typed.
pub(super) fn secret(text: &str) -> Result<String, EnvironmentFault> {
    emit::err(&visible_line(text))?;
    Term::stderr()
        .read_secure_line()
        .map_err(|error| EnvironmentFault::new(format!("cannot read from the terminal: {error}")))
}
