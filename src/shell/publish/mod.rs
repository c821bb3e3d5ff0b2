//! From a list of outputs to files in the output folder: what is excused, what is staged, what is moved into place.
//!
//! ```text
//! survey ──► produce ──► decide ──► commit
//! looks      renders     looks      displaces, clears, renames, removes
//! ```
//!
//! Until `commit` nothing in the output folder is touched, and what `commit` touches was decided as a whole before.

mod atomic;
mod checksum;
mod commit;
mod decide;
mod destination;
mod displaced;
mod folders;
mod lock;
mod ownership;
mod produce;
pub mod publisher;
mod receipt;
mod staging;
mod stamp;
mod survey;
