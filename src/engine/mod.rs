//! The pipeline: what is to be written, and why each output is what it is.

pub mod memo;
pub mod output;
pub mod pages;
pub mod plan;
pub mod recipe;
pub mod relocate;
