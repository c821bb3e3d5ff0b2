//! Onlookers: who waits for a build while it goes on, and what they may ask of it.
//!
//! A build on the command line has none. A preview has browsers with pages open, and a watcher that knows of newer changes. It is
//! a value that a build is given, so that the build is the same function for both: onlookers see a page sooner, or see a build
//! end that is of no use any more, and never another result.

use crate::base::path::OutPath;

/// An output and its bytes.
pub type Made = (OutPath, Vec<u8>);

/// Who waits for a build.
#[derive(Clone, Copy)]
pub struct Onlookers<'a> {
    /// Outputs that are open in browsers.
    pub open: &'a [OutPath],
    /// Told the bytes of these, and of the assets that they need, where a build has so much to make that its end is worth not
    /// waiting for. They are what the build will publish, if it comes to that.
    pub ahead: &'a (dyn Fn(Vec<Made>) + Sync),
    /// Whether a newer change has come, so that the build may as well end without a result.
    pub newer: &'a (dyn Fn() -> bool + Sync),
}

impl Onlookers<'static> {
    /// Nobody.
    pub fn none() -> Self {
        Self { open: &[], ahead: &|_| {}, newer: &|| false }
    }
}
