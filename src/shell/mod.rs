//! The rooms that touch the world: arguments, the terminal, files, the clock. Nothing below them does.

pub mod clock;
pub mod embedded;
pub mod fault;
pub mod hints;
pub mod read;
pub mod watch;
