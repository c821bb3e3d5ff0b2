//! The preview: sources watched, the site rebuilt, served and reloaded.
//!
//! It serves the bytes that a build wrote, or is about to write, and the only thing it adds is a script element in the response.

pub mod events;
mod files;
mod headers;
mod host;
mod live;
mod open;
mod pattern;
mod quiet;
mod redirects;
mod respond;
pub mod run;
pub mod serve;
