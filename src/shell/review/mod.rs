//! `iort-site review`: what is waiting, what changed, who signs, and whether all of it still holds.

pub mod accept;
pub mod arguments;
mod ask;
mod changes;
pub mod diff;
mod filing;
mod key;
pub mod log;
mod making;
pub mod open;
pub mod prepare;
pub mod run;
mod settle;
pub mod sign;
pub mod urgent;
