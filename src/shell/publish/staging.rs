//! The folder in which outputs are made before any of them is published. It is on the file system of the output folder, so
//! that publishing is renaming.
//!
//! Its name is `.<output>.staging-<process>`: beside the output folder, or inside it where the output folder is a file system
//! of its own or its parent may not be written to. It is gone when the build ends; that of a build that was killed is
//! removed by the next.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "makes and removes the staging folder")]

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::destination::Destination;
use crate::base::path::OutPath;
use crate::shell::fault::EnvironmentFault;

/// A staging folder. Dropped, it is removed with all that is in it.
#[derive(Debug)]
pub(super) struct Staging {
    folder: PathBuf,
    layout: Layout,
    /// The folders that had to be made to hold it, the innermost first: removed with it if nothing else came into them.
    made: Vec<PathBuf>,
}

/// How files lie in the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// As in the output, to become the output by one rename.
    Whole,
    /// By number in one folder, to be renamed one by one: folders would be made for nothing.
    Loose,
}

impl Staging {
    /// Makes the folder: to become the output, or for files to be moved into an output that is there.
    pub(super) fn create(destination: &Destination, layout: Layout) -> Result<Self, EnvironmentFault> {
        let output = &destination.output;
        let beside = output.with_file_name(name(output));
        let fault = |path: &Path, error: io::Error| EnvironmentFault::io("create", path, &error);
        match layout {
            Layout::Whole => {
                let made = missing_above(&beside);
                fs::create_dir_all(&beside).map_err(|error| fault(&beside, error))?;
                Ok(Self { folder: beside, layout, made })
            }
            Layout::Loose => {
                let inside = output.join(name(output));
                let folder = beside_or_inside(&beside, &inside).map_err(|error| fault(&inside, error))?;
                Ok(Self { folder, layout, made: Vec::new() })
            }
        }
    }

    /// How files lie in the folder.
    pub(super) fn layout(&self) -> Layout {
        self.layout
    }

    /// Where the output of this number and path is staged.
    pub(super) fn at(&self, index: usize, path: &OutPath) -> PathBuf {
        match self.layout {
            Layout::Whole => self.folder.join(path.as_str()),
            Layout::Loose => self.folder.join(index.to_string()),
        }
    }

    /// Opens the staged file of an output, to write it.
    pub(super) fn open(&self, index: usize, path: &OutPath) -> Result<File, EnvironmentFault> {
        let at = self.at(index, path);
        // A page has a folder of its own, which is not there yet where all is new; of other files it is, more often than not.
        if self.layout == Layout::Whole
            && let Some(folder) = at.parent().filter(|_| path.as_str().ends_with("/index.html"))
        {
            // Where it cannot be made, what follows fails as well, and tells why.
            let _ = fs::create_dir(folder);
        }
        let opened = File::create_new(&at).or_else(|error| match at.parent() {
            Some(folder) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(folder)?;
                File::create_new(&at)
            }
            _ => Err(error),
        });
        opened.map_err(|error| EnvironmentFault::io("create", &at, &error))
    }

    /// Becomes the output, which is not there yet.
    pub(super) fn become_output(mut self, output: &Path) -> Result<(), EnvironmentFault> {
        fs::rename(&self.folder, output).map_err(|error| EnvironmentFault::io("create", output, &error))?;
        self.made.clear();
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next build; there is no one to tell here.
        let _ = fs::remove_dir_all(&self.folder);
        for folder in &self.made {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Removes the staging folders that killed builds left. The lock is held, so none of them is in use.
pub(super) fn remove_stale(destination: &Destination) -> Result<(), EnvironmentFault> {
    let output = &destination.output;
    let prefix = prefix(output);
    for folder in output.parent().into_iter().chain([output.as_path()]) {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let ours = name
                .to_str()
                .and_then(|name| name.strip_prefix(&prefix))
                .is_some_and(|process| !process.is_empty() && process.bytes().all(|byte| byte.is_ascii_digit()));
            if ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                let path = entry.path();
                fs::remove_dir_all(&path).map_err(|error| EnvironmentFault::io("remove", &path, &error))?;
            }
        }
    }
    Ok(())
}

/// Makes the folder beside the output, if something can be renamed from there into the output; else inside. It is tried
/// rather than reckoned: device numbers are equal where a container mounts a folder of the same disk, and still no rename
/// crosses the mount.
fn beside_or_inside(beside: &Path, inside: &Path) -> io::Result<PathBuf> {
    if fs::create_dir(beside).is_err() {
        return fs::create_dir(inside).map(|()| inside.to_owned());
    }
    if fs::rename(beside, inside).is_err() {
        // The folder was made a moment ago and is empty.
        let _ = fs::remove_dir(beside);
        return fs::create_dir(inside).map(|()| inside.to_owned());
    }
    Ok(if fs::rename(inside, beside).is_ok() { beside.to_owned() } else { inside.to_owned() })
}

/// The folders above a path that are not there, the innermost first.
fn missing_above(path: &Path) -> Vec<PathBuf> {
    path.ancestors().skip(1).take_while(|folder| !folder.exists()).map(Path::to_owned).collect()
}

fn name(output: &Path) -> String {
    format!("{}{}", prefix(output), std::process::id())
}

fn prefix(output: &Path) -> String {
    format!(".{}.staging-", output.file_name().unwrap_or_default().to_string_lossy())
}
