//! The pipeline: what is to be written, and why each output is what it is.

mod board;
pub mod compose;
mod edit;
mod fragments;
mod hold;
mod listing;
pub mod memo;
pub mod output;
mod pages;
pub mod plan;
mod planned;
pub mod prose;
mod recipe;
pub mod relocate;
mod reviews;
mod site;
pub mod survey;
