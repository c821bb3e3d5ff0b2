//! Which files there are: the source folders, walked in order of name, with symbolic links weighed before they are followed.
//!
//! A link is followed if it leads to a place inside the site's folder that nothing hides and that does not hold the link
//! itself. So neither a private file of the machine nor the site's own `.git` can be published by a link that came with
//! somebody's content, and no walk goes round in a circle.
#![allow(clippy::disallowed_methods, reason = "folders are listed here")]

use std::collections::BTreeSet;
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::name;
use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::path::SourcePath;

/// A file that was found and not yet read.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Its path in the snapshot.
    pub(super) source: SourcePath,
    /// Its path on disk.
    pub(super) path: PathBuf,
}

/// How many files are handed on at once.
const BATCH: usize = 64;

/// A walk, with what it found so far beside files: those it hands on while it goes on, to be read meanwhile.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    root: &'a Path,
    /// Faults of names, links and folders.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Where the links that were followed lead, for the watcher, who follows none.
    pub(super) linked: BTreeSet<PathBuf>,
}

impl<'a> Walk<'a> {
    /// A walk below a site's root, which must be canonical.
    pub(super) fn new(root: &'a Path) -> Self {
        Self { root, diagnostics: Vec::new(), linked: BTreeSet::new() }
    }

    /// Whether something of this name stands in the site's folder, be it only a broken link.
    pub(super) fn has(&self, source: &str) -> bool {
        self.root.join(source).symlink_metadata().is_ok()
    }

    /// Takes a single file of the site's folder, if it is there.
    pub(super) fn file(&mut self, source: &str, take: &mut dyn FnMut(Vec<Found>)) {
        if self.has(source) {
            self.entries(source, WalkDir::new(self.root.join(source)).max_depth(0), take);
        }
    }

    /// Takes all files below a folder, if it is there.
    pub(super) fn folder(&mut self, source: &str, take: &mut dyn FnMut(Vec<Found>)) {
        if !self.has(source) {
            return;
        }
        if self.root.join(source).is_file() {
            let place = Place::file(&SourcePath::new(source));
            let fault =
                Diagnostic::new(Code::Unreadable, place, format!("`{source}` is a file, and has to be a folder"));
            self.diagnostics.push(fault.help("rename it"));
            return;
        }
        self.entries(source, WalkDir::new(self.root.join(source)), take);
    }

    fn entries(&mut self, top: &str, walk: WalkDir, take: &mut dyn FnMut(Vec<Found>)) {
        let mut files = Vec::with_capacity(BATCH);
        let mut entries = walk.follow_links(true).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.walk_fault(top, &error);
                    continue;
                }
            };
            let passed_over = entry.depth() > 0 && name::is_left_out(&entry.file_name().to_string_lossy());
            let source = self.source(entry.path());
            if passed_over || !self.is_sound(&entry, &source) {
                if entry.file_type().is_dir() {
                    entries.skip_current_dir();
                }
            } else if entry.file_type().is_file() {
                files.push(Found { source, path: entry.into_path() });
                if files.len() == BATCH {
                    take(std::mem::replace(&mut files, Vec::with_capacity(BATCH)));
                }
            }
        }
        if !files.is_empty() {
            take(files);
        }
    }

    /// Whether an entry may be taken, or gone into; its fault is noted if it has one.
    fn is_sound(&mut self, entry: &DirEntry, source: &SourcePath) -> bool {
        let fault = if let Some(fault) = name::fault(source.parent(), entry.file_name()).filter(|_| entry.depth() > 0) {
            Some(fault)
        } else if entry.path_is_symlink() {
            self.link_fault(source, entry.path())
        } else if entry.file_type().is_dir() || entry.file_type().is_file() {
            None
        } else {
            let message = format!("`{source}` is neither a file nor a folder");
            let fault = Diagnostic::new(Code::Unreadable, Place::file(source), message);
            Some(fault.help("a site is made of plain files; move this one elsewhere"))
        };
        let sound = fault.is_none();
        self.diagnostics.extend(fault);
        sound
    }

    /// Why a link is not followed; where it is, its target is noted.
    fn link_fault(&mut self, source: &SourcePath, path: &Path) -> Option<Diagnostic> {
        let fault = |what: &str, help: &str| {
            let message = format!("the symbolic link `{source}` {what}");
            Some(Diagnostic::new(Code::SymbolicLink, Place::file(source), message).help(help))
        };
        let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
        let (Ok(target), Some(folder)) = (path.canonicalize(), folder) else {
            return fault("leads nowhere", "remove it, or let it lead to a file of the site");
        };
        let Ok(inside) = target.strip_prefix(self.root) else {
            return fault("leads out of the site's folder", "copy what it leads to into the site's folder");
        };
        if inside.components().any(|part| part.as_os_str().to_string_lossy().starts_with('.')) {
            return fault("leads to a hidden file or folder", "copy what it leads to, or rename that without the dot");
        }
        if folder.starts_with(&target) {
            return fault("leads to a folder that holds it, so it has no end", "remove it");
        }
        self.linked.insert(target);
        None
    }

    /// A folder that could not be listed, a link that leads nowhere, or one that goes round.
    fn walk_fault(&mut self, top: &str, error: &walkdir::Error) {
        let path = error.path().unwrap_or(Path::new(""));
        let gone = error.io_error().is_some_and(|error| error.kind() == std::io::ErrorKind::NotFound);
        let passed_over = path.file_name().is_some_and(|name| name::is_left_out(&name.to_string_lossy()));
        if passed_over || (gone && path.symlink_metadata().is_err()) {
            return;
        }
        let source = if path.starts_with(self.root) { self.source(path) } else { SourcePath::new(top) };
        let place = Place::file(&source);
        let is_link = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
        self.diagnostics.push(if error.loop_ancestor().is_some() {
            let message = format!("the symbolic link `{source}` leads to a folder that holds it, so it has no end");
            Diagnostic::new(Code::SymbolicLink, place, message).help("remove it")
        } else if is_link {
            let message = format!("the symbolic link `{source}` leads nowhere");
            Diagnostic::new(Code::SymbolicLink, place, message).help("remove it, or let it lead to a file of the site")
        } else {
            let why = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
            Diagnostic::new(Code::Unreadable, place, format!("`{source}` cannot be read: {why}"))
                .help("check that the folder may be read by you")
        });
    }

    /// The path of something below the root, as the snapshot names it.
    fn source(&self, path: &Path) -> SourcePath {
        if let Some(inside) = self.as_it_is(path) {
            return SourcePath::new(inside);
        }
        let inside = path.strip_prefix(self.root).unwrap_or(path);
        let mut source = String::with_capacity(inside.as_os_str().len());
        for part in inside.components() {
            if let Component::Normal(name) = part {
                if !source.is_empty() {
                    source.push('/');
                }
                source.push_str(&name.to_string_lossy());
            }
        }
        SourcePath::new(source)
    }

    /// The same where nothing of it has to be written in another way, which is nearly always.
    fn as_it_is<'p>(&self, path: &'p Path) -> Option<&'p str> {
        if MAIN_SEPARATOR != '/' {
            return None;
        }
        path.to_str()?.strip_prefix(self.root.to_str()?)?.strip_prefix('/')
    }
}
