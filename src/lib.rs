//! `iort-site`: a static site generator for medically reviewed documentation.
//!
//! ```text
//! disk ──► Sources ──► Page = Facts + Body ──► Site ──► View ──► Plan ──► staged outputs ──► public/
//!          snapshot    per file, alone         whole    per page  keys     render             publish by rename
//! ```
//!
//! One floor imports only from the floors below it, in this order: `base`, `review`, `prose`, `source`, `page`, `site`, `render`,
//! `engine`, `shell`. All but `shell` are pure functions over immutable values.

pub mod base;
pub mod engine;
pub mod page;
pub mod prose;
pub mod render;
pub mod review;
pub mod shell;
pub mod site;
pub mod source;
