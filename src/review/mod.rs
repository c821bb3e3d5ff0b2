//! The domain: what a review is, and how long it holds. Knows no Markdown, no HTML, no disk and no clock.

pub mod chain;
pub mod claim;
pub mod digest;
pub mod keys;
pub mod manifest;
pub mod record;
pub mod signature;
pub mod text;
