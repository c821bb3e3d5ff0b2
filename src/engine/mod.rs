//! The pipeline: what is to be written, and why each output is what it is.

pub mod output;
