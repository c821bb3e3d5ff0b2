//! The rooms that touch the world: arguments, the terminal, files, the clock. Nothing below them does.

pub mod arguments;
pub mod completions;
pub mod explain;
pub mod fault;
pub mod init;
pub mod new;
pub mod report;
pub mod run;
