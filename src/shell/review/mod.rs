//! `iort-site review`: what is waiting, what changed, who signs, and whether all of it still holds.

pub mod arguments;
mod ask;
mod changes;
mod filing;
mod key;
pub mod log;
pub mod open;
pub mod run;
mod settle;
pub mod sign;
