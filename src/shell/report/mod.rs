//! Diagnostics and results, told to people and to programs.
//!
//! A place is turned into lines and columns once (`located`); every format reads the same values, so that the terminal,
//! a continuous-integration log and the preview's overlay never disagree on where a fault is.

pub mod emit;
pub mod github;
pub mod human;
pub mod json;
pub mod located;
pub mod progress;
pub mod prose;
pub mod summary;
pub mod visible;
pub mod words;

#[cfg(test)]
mod tests;
