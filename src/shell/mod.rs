//! The rooms that touch the world: arguments, the terminal, files, the clock. Nothing below them does.

pub mod fault;
pub mod publish;
