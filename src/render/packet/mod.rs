//! Pages of HTML that need nothing else, for reviewers without this program: what changed, and a packet to sign.

mod changes;
pub mod document;
mod words;
