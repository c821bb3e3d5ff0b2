//! Where files go that stood in the way: never lost, and out of the output.
#![allow(clippy::disallowed_methods, reason = "moves files out of the output folder")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::destination::{DISPLACED, Destination, NOTES};
use crate::shell::fault::EnvironmentFault;

/// The folder for the files that one build displaces, made when the first one comes. It has a number and no date: the same
/// build does the same on any day.
pub(super) struct Displaced<'a> {
    destination: &'a Destination,
    number: Option<u64>,
}

impl<'a> Displaced<'a> {
    /// No folder yet.
    pub(super) fn new(destination: &'a Destination) -> Self {
        Self { destination, number: None }
    }

    /// Moves a file (or a link, as such) out of the output folder, and says where to, as seen from the site's root.
    pub(super) fn take(&mut self, path: &Path) -> Result<String, EnvironmentFault> {
        let number = self.number()?;
        let from = self.destination.output.join(path);
        let to = self.folder().join(number.to_string()).join(path);
        let moved = match to.parent() {
            Some(folder) => fs::create_dir_all(folder).and_then(|()| relocate(&from, &to)),
            None => relocate(&from, &to),
        };
        moved.map_err(|error| EnvironmentFault::io("move aside", &from, &error))?;
        Ok(format!("{NOTES}/{DISPLACED}/{number}/{}", path.to_string_lossy()))
    }

    fn folder(&self) -> PathBuf {
        self.destination.root.join(NOTES).join(DISPLACED)
    }

    /// The number of this build's folder: one more than the highest, or the next that a build into another output folder
    /// does not take first.
    fn number(&mut self) -> Result<u64, EnvironmentFault> {
        if let Some(number) = self.number {
            return Ok(number);
        }
        let folder = self.folder();
        let fault = |error: &io::Error| EnvironmentFault::io("create", &folder, error);
        fs::create_dir_all(&folder).map_err(|error| fault(&error))?;
        let taken = fs::read_dir(&folder).map_err(|error| fault(&error))?.flatten();
        let highest = taken.filter_map(|entry| entry.file_name().to_str()?.parse::<u64>().ok()).max().unwrap_or(0);
        let mut number = highest.saturating_add(1);
        while let Err(error) = fs::create_dir(folder.join(number.to_string())) {
            if error.kind() != io::ErrorKind::AlreadyExists || number == u64::MAX {
                return Err(fault(&error));
            }
            number += 1;
        }
        self.number = Some(number);
        Ok(number)
    }
}

/// Renames, or copies and then removes where the output folder is on another file system. Of what is no regular file there
/// is no copy, and the error stands.
fn relocate(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices && from.symlink_metadata()?.is_file() => {
            fs::copy(from, to)?;
            fs::remove_file(from)
        }
        done => done,
    }
}
