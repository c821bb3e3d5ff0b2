//! The domain: what a review is, and how long it holds. Knows no Markdown, no HTML, no disk and no clock.

pub mod chain;
pub mod diff;
pub mod digest;
pub mod evidence;
pub mod keys;
pub mod manifest;
pub mod policy;
pub mod record;
pub mod signature;
pub mod state;
pub mod text;
