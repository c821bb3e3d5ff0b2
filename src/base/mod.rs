//! Words that every floor speaks: digests, paths, places in files, diagnostics, dates.
//!
//! Nothing here knows what a page, a theme or a review is.

pub mod code;
pub mod date;
pub mod diagnostic;
pub mod digest;
pub mod path;
pub mod pieces;
pub mod quick;
pub mod references;
pub mod span;
pub mod suggest;
