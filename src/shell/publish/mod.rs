//! From a list of outputs to files in the output folder: what is excused, what is staged, what is moved into place.
//!
//! ```text
//! survey ──► produce ──► decide ──► commit
//! looks      renders     looks      displaces, clears, renames, removes
//! ```
//!
//! Before it, `excuse` asks whether there is anything to do at all, and `few` whether so little that the rest need not be
//! looked at. Until `commit` nothing in the output folder is touched, and what `commit` touches was decided as a whole before.

mod ahead;
mod atomic;
mod checksum;
mod commit;
mod decide;
mod destination;
mod displaced;
pub mod excuse;
mod few;
mod folders;
mod lock;
mod loose_links;
mod ownership;
mod produce;
pub mod publisher;
pub mod receipt;
pub mod remember;
mod staging;
mod stamp;
mod survey;
