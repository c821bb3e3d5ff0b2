//! `iort-site review`: what is waiting, what changed, who signs, and whether all of it still holds.

pub mod accept;
pub mod allowed_signers;
pub mod arguments;
mod ask;
mod changes;
pub mod diff;
mod filing;
mod key;
pub mod load;
pub mod log;
pub mod look_arguments;
mod making;
pub mod open;
pub mod prepare;
mod revision;
pub mod run;
mod settle;
pub mod sign;
pub mod status;
pub mod urgent;
pub mod verify;
