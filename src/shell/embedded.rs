//! The default theme inside the binary, so that an installed `iort-site` needs no checkout.
//!
//! A site that has `themes/default/` on disk, as this repository does, never reads these.

use include_dir::{Dir, DirEntry, include_dir};

static DEFAULT_THEME: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// The files of the default theme, each with its path from the theme's folder (`templates/page.html`), in order of path.
pub fn default_theme() -> Vec<(String, &'static [u8])> {
    let mut files = Vec::new();
    gather(&DEFAULT_THEME, &mut files);
    files.sort_unstable();
    files
}

fn gather(folder: &'static Dir<'static>, files: &mut Vec<(String, &'static [u8])>) {
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(inner) => gather(inner, files),
            DirEntry::File(file) => files.push((file.path().to_string_lossy().replace('\\', "/"), file.contents())),
        }
    }
}
