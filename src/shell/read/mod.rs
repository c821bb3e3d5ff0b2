//! From disk to `Sources`: which files there are, what is in them, and which of them changed since the last look.

mod exif;
mod image;
mod load;
pub mod name;
pub mod reader;
pub mod shelf;
mod stamp;
mod svg;
mod walk;
