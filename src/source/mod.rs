//! All inputs as one immutable value, and the files that configure the site, read with places for every fault.

pub mod config;
pub mod data;
pub mod front_matter;
pub mod reviewers;
pub mod snapshot;
pub mod strings;
pub mod theme_manifest;
pub mod tree;
pub mod yaml;
