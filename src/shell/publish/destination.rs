//! Where a build goes: the output folder, checked to be none of the sources, and the folder of what is known of it.
//!
//! ```text
//! <root>/.iort-site/.gitignore         "*": none of this is for a repository
//! <root>/.iort-site/<slug>/lock        one build at a time
//! <root>/.iort-site/<slug>/ownership   which files of the output are ours
//! <root>/.iort-site/<slug>/receipt     what need not be made again
//! <root>/.iort-site/<slug>/memo        what need not be parsed and planned again
//! <root>/.iort-site/<slug>/segments/   what of search indexes need not be made again
//! <root>/.iort-site/displaced/<n>/     files that stood in the way
//! <root>/.iort-site/watch/             the output of `watch`
//! ```
#![allow(clippy::disallowed_methods, reason = "resolves paths and makes the folders of `.iort-site`")]

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::atomic::Durability;
use super::lock::Lock;
use crate::base::diagnostic::Place;
use crate::base::digest::Digest;
use crate::base::path::SourcePath;
use crate::shell::fault::EnvironmentFault;
use crate::source::snapshot::{CONTENT, DATA, STATIC, TEMPLATES, THEMES};

/// The folder for what a build notes, in the site's root.
pub(super) const NOTES: &str = ".iort-site";
/// The folder in it for files that stood in the way.
pub(super) const DISPLACED: &str = "displaced";
/// The one folder in it that may be an output.
const WATCH: &str = "watch";

/// The output folder and the folder of what is known of it, as paths without symbolic links.
#[derive(Clone, Debug)]
pub(super) struct Destination {
    /// The site's root.
    pub(super) root: PathBuf,
    /// The output folder, which need not be there yet.
    pub(super) output: PathBuf,
    /// The output folder as people know it: from the root where it lies there, else as it was given.
    shown: String,
    /// The folder of what is known of it.
    notes: PathBuf,
}

impl Destination {
    /// Resolves both, and refuses an output folder that is, holds or lies in what a build reads.
    pub(super) fn resolve(root: &Path, output: &Path) -> Result<Self, EnvironmentFault> {
        let given = output;
        let shown = shown(root, given);
        let root = fs::canonicalize(root).map_err(|error| EnvironmentFault::io("find", root, &error))?;
        let output = resolved(given).map_err(|error| EnvironmentFault::io("resolve", given, &error))?;
        refuse_sources(&root, &output, &shown)?;
        match fs::metadata(&output) {
            Ok(found) if !found.is_dir() => {
                Err(EnvironmentFault::new(format!("the output `{shown}` is not a folder")).help(ANOTHER_FOLDER))
            }
            _ => {
                let notes = root.join(NOTES).join(slug(&root, &output));
                Ok(Self { root, output, shown, notes })
            }
        }
    }

    /// Makes the folder of notes, and takes the right to write.
    pub(super) fn lock(&self) -> Result<Lock, EnvironmentFault> {
        fs::create_dir_all(&self.notes).map_err(|error| EnvironmentFault::io("create", &self.notes, &error))?;
        let ignore = self.root.join(NOTES).join(".gitignore");
        if !ignore.exists() {
            fs::write(&ignore, "*\n").map_err(|error| EnvironmentFault::io("write", &ignore, &error))?;
        }
        let path = self.notes.join("lock");
        let taken = Lock::take(&path).map_err(|error| EnvironmentFault::io("lock", &path, &error))?;
        taken.ok_or_else(|| {
            EnvironmentFault::new(format!("another build is writing to `{}`", self.shown))
                .help("wait for it to end, or give this one a folder of its own with `--output`")
        })
    }

    /// Where an output is on disk.
    pub(super) fn at(&self, path: &str) -> PathBuf {
        self.output.join(path)
    }

    /// An output as people know it.
    pub(super) fn name(&self, path: &str) -> String {
        format!("{}/{path}", self.shown)
    }

    /// An output as the place of a diagnostic.
    pub(super) fn place(&self, path: &str) -> Place {
        Place::file(&SourcePath::new(self.name(path)))
    }

    /// How the ownership's file is to be written. What `watch` builds is looked at and not kept, so no save of an editor
    /// waits for the disk.
    pub(super) fn durability(&self) -> Durability {
        let watched = self.notes.parent().is_some_and(|notes| self.output.starts_with(notes));
        if watched { Durability::Relaxed } else { Durability::Synced }
    }

    /// The receipt's file.
    pub(super) fn receipt(&self) -> PathBuf {
        self.notes.join("receipt")
    }

    /// The file of what the engine remembers.
    pub(super) fn memo(&self) -> PathBuf {
        self.notes.join("memo")
    }

    /// The folder of the segments of search indexes.
    pub(super) fn segments(&self) -> PathBuf {
        self.notes.join("segments")
    }

    /// The ownership's file.
    pub(super) fn ownership(&self) -> PathBuf {
        self.notes.join("ownership")
    }
}

const ANOTHER_FOLDER: &str = "give the output a folder of its own, such as `--output public`";

/// The path with its links followed as far as it is there. What is not there yet is taken by its letters.
fn resolved(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let components: Vec<Component<'_>> = path.components().collect();
    for there in (1..=components.len()).rev() {
        let known: PathBuf = components[..there].iter().collect();
        match known.canonicalize() {
            Ok(base) => {
                return Ok(components[there..].iter().fold(base, |mut path, component| {
                    match component {
                        Component::Normal(name) => path.push(name),
                        Component::ParentDir => _ = path.pop(),
                        _ => {}
                    }
                    path
                }));
            }
            // A link that leads nowhere is there, and cannot be written through.
            Err(error) if error.kind() != io::ErrorKind::NotFound || known.symlink_metadata().is_ok() => {
                return Err(error);
            }
            Err(_) => {}
        }
    }
    Err(io::ErrorKind::NotFound.into())
}

fn refuse_sources(root: &Path, output: &Path, shown: &str) -> Result<(), EnvironmentFault> {
    let refuse = |how: &str, what: &str| {
        let message = format!("the output folder `{shown}` {how} `{what}`, which a build must not write into");
        Err(EnvironmentFault::new(message).help(ANOTHER_FOLDER))
    };
    if root.starts_with(output) {
        let how = if root == output { "is the site's own" } else { "holds the site" };
        return Err(EnvironmentFault::new(format!("the output folder `{shown}` {how}")).help(ANOTHER_FOLDER));
    }
    for name in [CONTENT, DATA, TEMPLATES, STATIC, THEMES, NOTES] {
        let folder = root.join(name);
        // Not there, it is still reserved.
        let real = folder.canonicalize().unwrap_or(folder);
        if name == NOTES && output == real.join(WATCH) {
            continue;
        }
        if output == real {
            return refuse("is", name);
        }
        if output.starts_with(&real) {
            return refuse("lies in", name);
        }
        if real.starts_with(output) {
            return refuse("holds", name);
        }
    }
    Ok(())
}

/// The output folder for people, with forward slashes: `public` for `site/public` of the site in `site`.
fn shown(root: &Path, output: &Path) -> String {
    let inside = output.strip_prefix(root).ok().filter(|rest| !rest.as_os_str().is_empty());
    let path: PathBuf = inside.unwrap_or(output).components().filter(|part| *part != Component::CurDir).collect();
    let shown = path.to_string_lossy();
    let shown = if cfg!(windows) { shown.replace('\\', "/") } else { shown.into_owned() };
    if shown.is_empty() { ".".to_owned() } else { shown }
}

/// A name for the notes on an output folder: its own name, if that says all. By its way from the root, so that a site that
/// is moved as a whole takes its notes along.
fn slug(root: &Path, output: &Path) -> String {
    let way = way(root, output);
    let way = way.to_string_lossy();
    let kept = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let plain: String = way.chars().map(|c| if kept(c) { c } else { '-' }).collect();
    let plain = plain.trim_start_matches(['.', '-']);
    if plain == way && ![DISPLACED, WATCH].contains(&plain) {
        plain.to_owned()
    } else {
        format!("{plain}-{}", Digest::of(way.as_bytes()).short(8))
    }
}

/// The way from one folder to another: `public`, `../site-out`.
fn way(from: &Path, to: &Path) -> PathBuf {
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(to.components().skip(shared)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_output_folder_has_notes_of_its_own() {
        let slug = |output: &str| slug(Path::new("/home/site"), Path::new(output));
        assert_eq!(slug("/home/site/public"), "public");
        let all =
            ["/home/site/public", "/home/site/a/b", "/home/site/a-b", "/home/a-b", "/home/site/displaced", "/home"];
        let mut slugs: Vec<String> = all.iter().map(|output| slug(output)).collect();
        assert!(slugs.iter().all(|slug| !slug.contains('/') && !slug.starts_with('.') && slug != "displaced"));
        slugs.sort();
        slugs.dedup();
        assert_eq!(slugs.len(), all.len());
    }

    #[test]
    fn an_output_is_named_from_the_root() {
        let shown = |root: &str, output: &str| shown(Path::new(root), Path::new(output));
        assert_eq!(shown("site", "site/public"), "public");
        assert_eq!(shown(".", "./public"), "public");
        assert_eq!(shown("", "public"), "public");
        assert_eq!(shown("site", "../out"), "../out");
    }
}
