//! `iort-site review`: what is waiting, what changed, who signs, and whether all of it still holds.

pub mod arguments;
pub mod log;
pub mod open;
pub mod run;
