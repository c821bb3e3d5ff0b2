//! The reader: a site's folder to `Sources`, the first time and every time after.
//!
//! Each look lists all folders anew and reads in parallel; nothing is taken from an event. Its memory is one generation: what
//! it read last, by path, with a stamp. A file whose stamp is the same, and was old enough to be trusted, is not read again;
//! one that was read again and holds the same is still the same value, so `changed` speaks of content and not of times.
//! While someone waits for an edit to show, a look can be had at just the files that were hinted at (`again_at`).
#![allow(clippy::disallowed_methods, reason = "disk is read here, and the clock tells which stamps to trust")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::SystemTime;

use super::load::{self, Loaded, OfPage};
use super::name;
use super::stamp::Stamp;
use super::walk::{Found, Walk};
use crate::base::diagnostic::{self, Diagnostic};
use crate::base::path::SourcePath;
use crate::review::record::REVIEWS;
use crate::shell::embedded;
use crate::shell::fault::EnvironmentFault;
use crate::shell::hints::Hints;
use crate::source::snapshot::{
    CONTENT, DATA, Options, SITE_TOML, STATIC, SourceFile, Sources, TEMPLATES, THEMES, Text,
};

/// The theme of a site that names none; it is also in the binary.
const DEFAULT_THEME: &str = "default";

/// Reads a site's folder again and again.
#[derive(Debug)]
pub struct Reader {
    root: PathBuf,
    known: BTreeMap<SourcePath, Known>,
    walk_diagnostics: Vec<Diagnostic>,
    options: Option<Options>,
    linked: Vec<PathBuf>,
    /// The files as they were handed on last.
    files: Arc<BTreeMap<SourcePath, SourceFile>>,
    /// And what was wrong with them.
    diagnostics: Vec<Diagnostic>,
    /// Whether what was read is let go of with the reading: no other look will follow.
    once: bool,
    of_page: OfPage,
}

/// What one look saw, not yet in order.
pub struct Seen(SeenFor);

enum SeenFor {
    OneBuild(Everything<Loaded>),
    Many(Everything<Known>),
}

/// What one look found.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Every input.
    pub sources: Sources,
    /// Whether anything differs from the look before: a file's content, a fault, an option. True the first time.
    pub changed: bool,
    /// Of a look at just what was hinted at: the files that differ.
    pub edited: Vec<SourcePath>,
    /// Canonical paths of files and folders that symbolic links of the sources lead to, for a watcher to watch too.
    pub linked: Vec<PathBuf>,
}

/// A file as it was read last.
#[derive(Clone, Debug)]
struct Known {
    stamp: Option<Stamp>,
    loaded: Arc<Loaded>,
}

impl AsRef<Loaded> for Known {
    fn as_ref(&self) -> &Loaded {
        &self.loaded
    }
}

/// A file to be taken in.
enum Candidate {
    OnDisk(Found),
    Embedded(SourcePath, &'static [u8]),
}

impl Candidate {
    /// Reads it; `None` if it is gone since it was listed.
    fn load(self, of_page: OfPage) -> Option<(SourcePath, Loaded)> {
        Some(match self {
            Self::OnDisk(Found { source, path }) => {
                let loaded = load::from_disk(&source, &path, of_page)?;
                (source, loaded)
            }
            Self::Embedded(source, bytes) => {
                let loaded = load::from_binary(&source, bytes);
                (source, loaded)
            }
        })
    }
}

impl Reader {
    /// A reader of the site in this folder, which must be there. It need not hold anything yet.
    pub fn open(root: &Path) -> Result<Self, EnvironmentFault> {
        let canonical = root.canonicalize().map_err(|error| {
            EnvironmentFault::io("read the site's folder", root, &error)
                .help("give the folder that holds `site.toml` with `--root`")
        })?;
        if !canonical.is_dir() {
            let fault = EnvironmentFault::new(format!("`{}` is a file, and a site is a folder", root.display()));
            return Err(fault.help("give the folder that holds `site.toml` with `--root`"));
        }
        Ok(Self {
            root: canonical,
            known: BTreeMap::new(),
            walk_diagnostics: Vec::new(),
            options: None,
            linked: Vec::new(),
            files: Arc::default(),
            diagnostics: Vec::new(),
            once: false,
            of_page: OfPage::Text,
        })
    }

    /// The same reader, keeping nothing: for a build that is made once.
    #[must_use]
    pub fn once(self) -> Self {
        Self { once: true, ..self }
    }

    /// Whether it keeps nothing.
    pub fn is_once(&self) -> bool {
        self.once
    }

    /// From now on, of a page only the digest of its text is kept, where the reader is for a build that is made once: it is
    /// read again where it is asked for (`shelf`).
    pub fn digest_pages(&mut self, is_enough: bool) {
        self.of_page = if is_enough && self.once { OfPage::Digest } else { OfPage::Text };
    }

    /// The site's folder, canonical: absolute and without links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Reads everything.
    pub fn read(&mut self, options: &Options) -> Reading {
        self.again(options, &Hints::rescan())
    }

    /// Looks again: lists everything, and reads what may have changed.
    pub fn again(&mut self, options: &Options, hints: &Hints) -> Reading {
        let seen = self.look(hints);
        self.reading(options, seen)
    }

    /// The first part of looking again, which takes all cores.
    pub fn look(&self, hints: &Hints) -> Seen {
        if self.once {
            let once = |candidate: Candidate| candidate.load(self.of_page);
            return Seen(SeenFor::OneBuild(look_at_all(&self.root, &once)));
        }
        let weigh = |candidate| match candidate {
            Candidate::OnDisk(found) => self.weigh_file(found, hints),
            embedded @ Candidate::Embedded(..) => {
                let (source, loaded) = embedded.load(self.of_page)?;
                Some(self.settle(source, None, loaded))
            }
        };
        Seen(SeenFor::Many(look_at_all(&self.root, &weigh)))
    }

    /// The second part, which takes one: what was seen as a reading.
    pub fn reading(&mut self, options: &Options, seen: Seen) -> Reading {
        let Everything { files, diagnostics, linked } = match seen.0 {
            SeenFor::OneBuild(seen) => return read_once(options, seen),
            SeenFor::Many(seen) => seen,
        };
        let known: BTreeMap<SourcePath, Known> = files.into_iter().flatten().collect();
        let changed = self.options.as_ref() != Some(options)
            || self.walk_diagnostics != diagnostics
            || !is_same(&self.known, &known);
        self.known = known;
        self.walk_diagnostics = diagnostics;
        self.linked = linked;
        self.options = Some(options.clone());
        Reading { sources: self.sources(options), changed, edited: Vec::new(), linked: self.linked.clone() }
    }

    /// Looks again at the files that are hinted at and at no others; `None` where more than a file's content may have
    /// changed. It is a first look, for someone who waits: what no hint told is found by the next whole one.
    pub fn again_at(&mut self, options: &Options, hints: &Hints) -> Option<Reading> {
        if hints.rescan || self.options.as_ref() != Some(options) || self.known.is_empty() || !self.linked.is_empty() {
            return None;
        }
        let mut news = Vec::new();
        for path in &hints.paths {
            let inside = path.strip_prefix(&self.root).ok()?;
            let names: Option<Vec<&str>> = inside.iter().map(|name| name.to_str()).collect();
            let names = names?;
            if names.iter().any(|name| name::is_left_out(name)) {
                continue;
            }
            let source = SourcePath::new(names.join("/"));
            let metadata = path.symlink_metadata();
            let is_known = self.known.contains_key(&source) || !self.is_empty_below(&source);
            if metadata.is_err() && !is_known {
                // It came and went, as the file does that an editor writes first.
                continue;
            }
            let is_file = metadata.is_ok_and(|metadata| metadata.is_file());
            // A file that comes or goes is a matter of folders, and the configuration says which of them are read.
            if !is_file || source.as_str() == SITE_TOML || !self.known.contains_key(&source) {
                return None;
            }
            news.push(self.weigh_file(Found { source, path: path.clone() }, hints)?);
        }
        let mut edited = Vec::new();
        let mut has_other_faults = false;
        for (source, known) in news {
            let before = self.known.insert(source.clone(), known.clone());
            if before.as_ref().is_some_and(|before| Arc::ptr_eq(&before.loaded, &known.loaded)) {
                continue;
            }
            has_other_faults |= before.is_some_and(|before| !before.loaded.diagnostics.is_empty());
            has_other_faults |= !known.loaded.diagnostics.is_empty();
            if let Some(file) = &known.loaded.file {
                Arc::make_mut(&mut self.files).insert(source.clone(), file.clone());
            } else {
                Arc::make_mut(&mut self.files).remove(&source);
            }
            edited.push(source);
        }
        if has_other_faults {
            self.diagnostics = self.found();
        }
        let sources =
            Sources { files: Arc::clone(&self.files), options: options.clone(), diagnostics: self.diagnostics.clone() };
        Some(Reading { sources, changed: !edited.is_empty(), edited, linked: Vec::new() })
    }

    fn weigh_file(&self, found: Found, hints: &Hints) -> Option<(SourcePath, Known)> {
        // The clock first, then the stamp, then the bytes: a write in between makes the stamp too new to be trusted.
        let now = SystemTime::now();
        let stamp = found.path.metadata().ok().and_then(|metadata| Stamp::of(&metadata, now));
        let doubted = hints.rescan || hints.paths.contains(&found.path);
        let known = self.known.get(&found.source);
        if let Some(known) = known.filter(|known| !doubted && stamp.is_some() && known.stamp == stamp) {
            return Some((found.source, known.clone()));
        }
        let loaded = load::from_disk(&found.source, &found.path, self.of_page)?;
        Some(self.settle(found.source, stamp, loaded))
    }

    /// Keeps the value that is known, where the file turned out to hold the same: what shares memory compares at once.
    fn settle(&self, source: SourcePath, stamp: Option<Stamp>, loaded: Loaded) -> (SourcePath, Known) {
        let same = self.known.get(&source).filter(|known| *known.loaded == loaded);
        let loaded = same.map_or_else(|| Arc::new(loaded), |known| Arc::clone(&known.loaded));
        (source, Known { stamp, loaded })
    }

    fn is_empty_below(&self, folder: &SourcePath) -> bool {
        let inside = SourcePath::new(format!("{folder}/"));
        self.known.range(inside..).next().is_none_or(|(path, _)| path.inside(folder.as_str()).is_none())
    }

    fn sources(&mut self, options: &Options) -> Sources {
        let diagnostics = self.found();
        let file = |(source, known): (&SourcePath, &Known)| Some((source.clone(), known.loaded.file.clone()?));
        let files: Arc<BTreeMap<SourcePath, SourceFile>> = Arc::new(self.known.iter().filter_map(file).collect());
        self.files = Arc::clone(&files);
        self.diagnostics.clone_from(&diagnostics);
        Sources { files, options: options.clone(), diagnostics }
    }

    /// All that is wrong with the files as such, in the order in which it is reported.
    fn found(&self) -> Vec<Diagnostic> {
        let mut diagnostics = self.walk_diagnostics.clone();
        diagnostics.extend(self.known.values().flat_map(|known| known.loaded.diagnostics.iter().cloned()));
        diagnostic::sort(&mut diagnostics);
        diagnostics
    }
}

/// All files of a site with what is to be kept of each.
struct Everything<T> {
    /// Its files in batches, all but in order of path, which is how a map takes them soonest.
    files: Vec<Vec<(SourcePath, T)>>,
    /// Faults of names, links and folders.
    diagnostics: Vec<Diagnostic>,
    /// Where symbolic links lead.
    linked: Vec<PathBuf>,
}

/// Lists everything, and takes in each file: `None` is one that is gone by then.
fn look_at_all<T>(root: &Path, take_in: &(dyn Fn(Candidate) -> Option<(SourcePath, T)> + Sync)) -> Everything<T>
where
    T: Send + AsRef<Loaded>,
{
    let mut walk = Walk::new(root);
    let mut site_toml: Vec<(SourcePath, T)> = Vec::new();
    walk.file(SITE_TOML, &mut |files| site_toml.extend(files.into_iter().map(Candidate::OnDisk).filter_map(take_in)));
    let theme = theme_named_in(site_toml.first().map(|(_, site_toml)| site_toml.as_ref()));

    let (read, those_read) = mpsc::channel();
    let mut batch = 0;
    // Folders are listed one after the other, and what was found is read meanwhile.
    rayon::in_place_scope(|scope| {
        let mut read = |candidates: Vec<Candidate>| {
            let (read, number) = (read.clone(), batch);
            batch += 1;
            scope.spawn(move |_| {
                let files: Vec<(SourcePath, T)> = candidates.into_iter().filter_map(take_in).collect();
                // Who listens does so to the end.
                let _ = read.send((number, files));
            });
        };
        let mut take = |files: Vec<Found>| read(files.into_iter().map(Candidate::OnDisk).collect());
        for folder in [CONTENT, DATA, REVIEWS, STATIC, TEMPLATES] {
            walk.folder(folder, &mut take);
        }
        match theme.map(|theme| format!("{THEMES}/{theme}")) {
            Some(folder) if walk.has(&folder) => walk.folder(&folder, &mut take),
            Some(folder) if folder == format!("{THEMES}/{DEFAULT_THEME}") => read(embedded_files(&folder).collect()),
            _ => {}
        }
    });
    drop(read);
    let mut batches: Vec<_> = those_read.into_iter().collect();
    batches.sort_unstable_by_key(|(number, _)| *number);
    let files = batches.into_iter().map(|(_, files)| files).chain([site_toml]).collect();
    let Walk { diagnostics, linked, .. } = walk;
    Everything { files, diagnostics, linked: linked.into_iter().collect() }
}

/// What was seen for one build, of which nothing is kept for another.
fn read_once(options: &Options, seen: Everything<Loaded>) -> Reading {
    let Everything { files, mut diagnostics, linked } = seen;
    let mut file = |(source, loaded): (SourcePath, Loaded)| {
        diagnostics.extend(loaded.diagnostics);
        Some((source, loaded.file?))
    };
    // A list with room for all, which the map is then made of as it is.
    let mut settled = Vec::with_capacity(files.iter().map(Vec::len).sum());
    settled.extend(files.into_iter().flatten().filter_map(&mut file));
    let files = Arc::new(settled.into_iter().collect());
    diagnostic::sort(&mut diagnostics);
    let sources = Sources { files, options: options.clone(), diagnostics };
    Reading { sources, changed: true, edited: Vec::new(), linked }
}

/// A text as it stands on disk now.
pub fn text_again(root: &Path, source: &SourcePath) -> Option<Text> {
    match load::from_disk(source, &root.join(source.as_str()), OfPage::Text)?.file? {
        SourceFile::Text(text) => Some(text),
        SourceFile::Page(_) | SourceFile::Binary(_) => None,
    }
}

fn embedded_files(folder: &str) -> impl Iterator<Item = Candidate> {
    let candidate = move |(path, bytes)| Candidate::Embedded(SourcePath::new(format!("{folder}/{path}")), bytes);
    embedded::default_theme().into_iter().map(candidate)
}

/// Whether two looks found the same files with the same content and faults. A file that did not change is the same `Arc`.
fn is_same(before: &BTreeMap<SourcePath, Known>, after: &BTreeMap<SourcePath, Known>) -> bool {
    before.len() == after.len()
        && before.iter().zip(after).all(|(a, b)| a.0 == b.0 && Arc::ptr_eq(&a.1.loaded, &b.1.loaded))
}

/// The theme that `site.toml` names, looked up before anything is checked, since it says which folder to read. A table that
/// is broken elsewhere still says it. A name that is no single folder's is none; the configuration reports it.
fn theme_named_in(site_toml: Option<&Loaded>) -> Option<String> {
    let Some(SourceFile::Text(text)) = site_toml.and_then(|loaded| loaded.file.as_ref()) else {
        return Some(DEFAULT_THEME.to_owned());
    };
    let (table, _) = toml::de::DeTable::parse_recoverable(&text.text);
    let Some(value) = table.get_ref().get("theme") else {
        return Some(DEFAULT_THEME.to_owned());
    };
    let name = value.get_ref().as_str()?;
    let is_folder = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\']);
    is_folder.then(|| name.to_owned())
}
