//! The preview: sources watched, the site rebuilt, served and reloaded.
