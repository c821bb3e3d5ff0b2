//! `iort-site review`: what is waiting, what changed, who signs, and whether all of it still holds.

pub mod allowed_signers;
pub mod arguments;
mod ask;
mod changes;
mod filing;
mod key;
pub mod load;
pub mod log;
pub mod look_arguments;
pub mod open;
mod revision;
pub mod run;
mod settle;
pub mod sign;
pub mod status;
pub mod verify;
