//! Whether the folders that lead to an output are real folders. A symbolic link in their place could lead out of the output
//! folder, so nothing is written, removed or pruned through one.
#![allow(clippy::disallowed_methods, reason = "looks at the output folder")]

use std::collections::HashMap;
use std::fs;

use super::destination::Destination;
use super::survey::is_absence;
use crate::shell::fault::EnvironmentFault;

/// What is known of folders inside the output folder; each is looked at once.
pub(super) struct Folders<'a> {
    destination: &'a Destination,
    known: HashMap<String, Way>,
}

/// The way to a folder and through it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// All are folders.
    Open,
    /// It ends before: what is missing can be made.
    Ends,
    /// A file stands at this path.
    File(String),
    /// A symbolic link, or what else is neither folder nor file, stands at this path.
    Other(String),
}

impl<'a> Folders<'a> {
    /// Knows nothing yet.
    pub(super) fn new(destination: &'a Destination) -> Self {
        Self { destination, known: HashMap::new() }
    }

    /// The way to a file: the folders above it.
    pub(super) fn way_to(&mut self, file: &str) -> Result<Way, EnvironmentFault> {
        self.way_through(parent(file))
    }

    fn way_through(&mut self, folder: &str) -> Result<Way, EnvironmentFault> {
        if folder.is_empty() {
            return Ok(Way::Open);
        }
        if let Some(way) = self.known.get(folder) {
            return Ok(way.clone());
        }
        let way = match self.way_through(parent(folder))? {
            Way::Open => self.look(folder)?,
            other => other,
        };
        self.known.insert(folder.to_owned(), way.clone());
        Ok(way)
    }

    fn look(&self, folder: &str) -> Result<Way, EnvironmentFault> {
        let path = self.destination.at(folder);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => Ok(Way::Open),
            Ok(found) if found.is_file() => Ok(Way::File(folder.to_owned())),
            Ok(_) => Ok(Way::Other(folder.to_owned())),
            Err(error) if is_absence(&error) => Ok(Way::Ends),
            Err(error) => Err(EnvironmentFault::io("look at", &path, &error)),
        }
    }
}

/// The folder of a path; empty at the top.
pub(super) fn parent(path: &str) -> &str {
    path.rfind('/').map_or("", |at| &path[..at])
}

/// All folders above a path, the nearest first.
pub(super) fn above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(parent(path)), |folder| Some(parent(folder))).take_while(|folder| !folder.is_empty())
}
