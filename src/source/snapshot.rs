//! Sources: every input of a build, read once, immutable. Nothing after this reads the disk, the clock or the environment, but
//! for bytes whose digest stands here: files that are copied, and texts on the shelf.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::base::date::Date;
use crate::base::diagnostic::Diagnostic;
use crate::base::digest::{Digest, Hasher};
use crate::base::path::SourcePath;
use crate::review::digest::Sha256;

/// The folder of the pages and the files beside them.
pub const CONTENT: &str = "content";
/// The folder of the site's own data, reviewers among it.
pub const DATA: &str = "data";
/// The folder of the site's own templates, which stand before the theme's.
pub const TEMPLATES: &str = "templates";
/// The folder of the site's own static files, which stand before the theme's.
pub const STATIC: &str = "static";
/// The folder of the themes.
pub const THEMES: &str = "themes";
/// The site's configuration.
pub const SITE_TOML: &str = "site.toml";

/// Every input of a build.
#[derive(Clone, Debug)]
pub struct Sources {
    /// Files by path: `site.toml`, and what is below `content/`, `reviews/`, `data/`, `templates/`, `static/` and `themes/<theme>/`.
    pub files: Arc<BTreeMap<SourcePath, SourceFile>>,
    /// What the command line says.
    pub options: Options,
    /// Faults found while reading: files that could not be read, links out of the site, names no URL carries.
    pub diagnostics: Vec<Diagnostic>,
}

/// What the command line says of a build. Only what can change its output stands here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Options {
    /// Today, for due dates and for dates that must not lie ahead.
    pub today: Date,
    /// In place of `site.toml`'s `base_url`.
    pub base_url: Option<String>,
    /// Whether pages marked as drafts are built.
    pub drafts: bool,
    /// Whether this is a preview for the editor.
    pub preview: bool,
    /// Whether the site is to be read from a disk, without a server.
    pub offline: bool,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceFile {
    /// A text: Markdown, templates, data, style sheets, scripts.
    Text(Text),
    /// A Markdown page whose text is not held here: the text's digest. It has been taken, to be let go of when it has been
    /// parsed, or was let go of when it was read.
    Page(Digest),
    /// Any other file: what is known of it without holding it in memory.
    Binary(Arc<Binary>),
}

/// A text and its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The whole text, without a byte order mark; but a record's is every byte of its file.
    pub text: Arc<str>,
    /// The digest of the text.
    pub digest: Digest,
}

impl Text {
    /// A text with its digest.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        Self { digest: Digest::of(text.as_bytes()), text }
    }
}

/// A file that is copied as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binary {
    /// The digest of its bytes.
    pub digest: Digest,
    /// Its size in bytes.
    pub len: u64,
    /// Width and height in CSS pixels, if it is an image whose head could be read.
    pub dimensions: Option<(u32, u32)>,
    /// The SHA-256 of its bytes, for what a page can show or hand out: below `content/` and `reviews/`.
    pub sha256: Option<Sha256>,
    /// The bytes, where they come from the binary itself and not from disk.
    pub embedded: Option<&'static [u8]>,
}

/// The text of a page: in memory, or let go of when it was read and digested, and read again where it is asked for.
#[derive(Clone, Debug)]
pub enum PageText {
    /// In memory.
    Held(Text),
    /// By its digest, and where it is to be had.
    Shelved(Digest, Arc<dyn Shelf>),
}

/// Where texts of pages can be had that are not held in memory, as the bytes of other files are not. Nobody looks at a page
/// that an earlier build has made, and most are.
pub trait Shelf: std::fmt::Debug + Send + Sync {
    /// The text of a page that has this digest. Where it is another by now the shelf's owner knows it, and builds again: then
    /// what is made of what is given here is never looked at.
    fn text(&self, path: &SourcePath, digest: Digest) -> Arc<str>;
}

impl PageText {
    /// The digest of the text.
    pub fn digest(&self) -> Digest {
        match self {
            Self::Held(text) => text.digest,
            Self::Shelved(digest, _) => *digest,
        }
    }

    /// The text of the page at a path.
    pub fn text(&self, path: &SourcePath) -> Arc<str> {
        match self {
            Self::Held(text) => Arc::clone(&text.text),
            Self::Shelved(digest, shelves) => shelves.text(path, *digest),
        }
    }
}

impl SourceFile {
    /// The digest of the file's bytes.
    pub fn digest(&self) -> Digest {
        match self {
            Self::Text(text) => text.digest,
            Self::Page(digest) => *digest,
            Self::Binary(binary) => binary.digest,
        }
    }
}

impl Sources {
    /// The text at a path, if there is one.
    pub fn text(&self, path: &SourcePath) -> Option<&Arc<str>> {
        match self.files.get(path) {
            Some(SourceFile::Text(text)) => Some(&text.text),
            _ => None,
        }
    }

    /// The digest of all that a build is made from.
    pub fn digest(&self) -> Digest {
        let mut hasher = Hasher::new();
        hasher.value(&self.options).value(&self.diagnostics);
        for (path, file) in &*self.files {
            hasher.part(path.as_str()).digest(file.digest());
        }
        hasher.finish()
    }

    /// The texts of the pages, in order of path. Where nobody else holds the files they are taken out, so that each can be let
    /// go of when it has been parsed. A text that is not held is on the shelf.
    pub fn take_pages(&mut self, shelves: Option<&Arc<dyn Shelf>>) -> Vec<(SourcePath, PageText)> {
        let elsewhere = |digest| shelves.map(|shelves| PageText::Shelved(digest, Arc::clone(shelves)));
        let Some(files) = Arc::get_mut(&mut self.files) else {
            let text = |(path, file): (&SourcePath, &SourceFile)| match file {
                SourceFile::Text(text) if is_page(path) => Some((path.clone(), PageText::Held(text.clone()))),
                SourceFile::Page(digest) => Some((path.clone(), elsewhere(*digest)?)),
                _ => None,
            };
            return self.below(CONTENT).filter_map(text).collect();
        };
        let from = SourcePath::new(format!("{CONTENT}/"));
        let mut pages = Vec::with_capacity(files.len());
        let content = files.range_mut(from..).take_while(|(path, _)| path.inside(CONTENT).is_some());
        let taken = content.filter(|(path, _)| is_page(path)).filter_map(|(path, file)| {
            let digest = file.digest();
            match file {
                SourceFile::Text(_) => match std::mem::replace(file, SourceFile::Page(digest)) {
                    SourceFile::Text(text) => Some((path.clone(), PageText::Held(text))),
                    SourceFile::Page(_) | SourceFile::Binary(_) => None,
                },
                SourceFile::Page(_) => Some((path.clone(), elsewhere(digest)?)),
                SourceFile::Binary(_) => None,
            }
        });
        pages.extend(taken);
        pages
    }

    /// The files below a folder, in order of path.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a SourcePath, &'a SourceFile)> {
        let from = SourcePath::new(format!("{folder}/"));
        self.files.range(from..).take_while(move |(path, _)| path.inside(folder).is_some())
    }
}

/// Whether a file below the content folder is a page.
pub fn is_page(path: &SourcePath) -> bool {
    // A name is more than an ending.
    path.as_str().strip_suffix(".md").is_some_and(|rest| !rest.is_empty() && !rest.ends_with('/'))
}
