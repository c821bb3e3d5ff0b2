//! The rooms of the source, each from outside: what publishing leaves on disk, what the program says, what the preview serves.
//!
//! One binary, since each one links the whole program. `cargo test --test rooms` runs all; a word behind `--` runs what has it
//! in its name. Each module's head says what `UPDATE=1` writes anew.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "sites are set up on disk, and the program is run and asked over a socket"
)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on ends")]

mod cli;
mod docs;
mod mv;
mod plain_language;
mod preview;
mod publish;
mod python;
mod read;
mod review;
mod review_commands;
mod review_look;
mod search_index;
mod serve;
mod watch;
