//! One file, alone: front matter, Markdown, outline. No other file is consulted, and no date of today.

mod anchorizer;
pub mod body;
pub mod directive;
pub mod facts;
pub mod fold;
mod glossary;
pub mod held;
pub mod html;
pub mod interner;
pub mod markdown;
pub mod parse;
pub mod prose;
pub mod structure;
pub mod tally;
pub mod target;
pub mod terms;
pub mod words;
