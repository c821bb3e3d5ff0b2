//! All inputs as one immutable value, and the files that configure the site, read with places for every fault.

pub mod brand;
pub mod claim;
pub mod config;
pub mod core_schema;
pub mod data;
pub mod dates;
pub mod faults;
pub mod field;
pub mod form;
pub mod front_matter;
pub mod front_matter_keys;
pub mod json;
pub mod policy;
pub mod prose;
pub mod reader;
pub mod record;
pub mod reviewers;
pub mod snapshot;
pub mod strings;
pub mod theme_manifest;
pub mod toml;
pub mod tree;
pub mod yaml;

#[cfg(test)]
mod tests;
