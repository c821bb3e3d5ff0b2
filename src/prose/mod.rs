//! Plain language: what a text asks of its reader, measured, and what a good editor would look at again.
//!
//! Pure functions over blocks of text with their places. This floor knows no Markdown, no page and no site; `page` makes the
//! blocks, `source` reads the budget, `engine` brings them together.

pub mod budget;
pub mod judge;
pub mod measure;
pub mod phrases;
pub mod rules;
pub mod sentences;
pub mod syllables;
pub mod text;
