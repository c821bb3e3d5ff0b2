//! What publishing will do to the output folder, decided as a whole before any of it is done.
//!
//! The rules of ownership are all here. A file that is ours and as we wrote it may be replaced and removed. One that is ours
//! and was edited by hand is displaced first. One that is not ours is left alone; if it stands in the way of an output,
//! nothing is published until the user says that it may be displaced.
#![allow(clippy::disallowed_methods, reason = "looks at the output folder")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use walkdir::WalkDir;

use super::destination::Destination;
use super::folders::{Folders, Way, above};
use super::ownership::Ownership;
use super::produce::{Bytes, Product};
use super::receipt::Receipt;
use super::survey::{Standing, look};
use crate::base::path::OutPath;
use crate::engine::output::Output;
use crate::shell::fault::EnvironmentFault;

/// What to do, in the order in which it is done. Paths are relative to the output folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Decision {
    /// Files that are not ours and stand in the way.
    pub(super) foreign: BTreeSet<PathBuf>,
    /// Symbolic links where folders are to be. Such a link is never displaced, not even by leave: outputs that are excused
    /// may have been seen through it.
    pub(super) links: BTreeSet<PathBuf>,
    /// Files of ours that were edited by hand.
    pub(super) edited: BTreeSet<PathBuf>,
    /// Files of ours that go, and stand where a folder is to be or in a folder that is to be a file.
    pub(super) clear: Vec<String>,
    /// Folders that stand where a file is to be, the innermost first; empty by the time they are removed.
    pub(super) clear_folders: Vec<PathBuf>,
    /// The outputs to be moved into place, by number.
    pub(super) write: Vec<usize>,
    /// Files of ours that go.
    pub(super) remove: Vec<String>,
    /// Folders that may be empty by then, the innermost first.
    pub(super) prune: Vec<String>,
    /// How many files of ours go, edited ones among them.
    pub(super) removed: usize,
}

/// What a decision rests on.
pub(super) struct Grounds<'a> {
    /// The output folder.
    pub(super) destination: &'a Destination,
    /// What is ours in it.
    pub(super) ownership: &'a Ownership,
    /// What the last build knew of it.
    pub(super) receipt: &'a Receipt,
    /// What is to be in it, in order of path,
    pub(super) outputs: &'a [Output],
    /// what became of each,
    pub(super) products: &'a [Product],
    /// and what stands in the place of each.
    pub(super) standings: &'a [Standing],
}

/// Decides.
pub(super) fn decide(grounds: &Grounds<'_>) -> Result<Decision, EnvironmentFault> {
    let mut folders = Folders::new(grounds.destination);
    let mut decision = Decision::default();
    grounds.decide_writes(&mut folders, &mut decision)?;
    grounds.decide_removals(&mut folders, &mut decision)?;
    Ok(decision)
}

impl Grounds<'_> {
    fn decide_writes(&self, folders: &mut Folders<'_>, decision: &mut Decision) -> Result<(), EnvironmentFault> {
        for (index, product) in self.products.iter().enumerate() {
            if !matches!(product.bytes, Bytes::Staged(_)) {
                continue;
            }
            decision.write.push(index);
            let path = self.outputs[index].path.as_str();
            match (folders.way_to(path)?, &self.standings[index]) {
                // Ours, it is no output any more, and the removals see to it.
                (Way::File(obstacle), _) if self.ownership.owns(&obstacle) => {}
                (Way::File(obstacle), _) => _ = decision.foreign.insert(obstacle.into()),
                (Way::Other(obstacle), _) => _ = decision.links.insert(obstacle.into()),
                (Way::Open | Way::Ends, standing) => self.decide_place(path, standing, decision)?,
            }
        }
        Ok(())
    }

    fn decide_place(&self, path: &str, standing: &Standing, decision: &mut Decision) -> Result<(), EnvironmentFault> {
        match standing {
            Standing::Nothing => {}
            Standing::File(file) if self.ownership.wrote(path, file.checksum) => {}
            Standing::Folder => self.decide_folder(path, decision)?,
            Standing::File(_) | Standing::Other if self.ownership.owns(path) => {
                decision.edited.insert(path.into());
            }
            Standing::File(_) | Standing::Other => {
                decision.foreign.insert(path.into());
            }
        }
        Ok(())
    }

    /// A folder where a file is to be. What is ours in it is no output any more, and the removals see to it.
    fn decide_folder(&self, path: &str, decision: &mut Decision) -> Result<(), EnvironmentFault> {
        let folder = self.destination.at(path);
        for entry in WalkDir::new(&folder).contents_first(true) {
            let entry = entry.map_err(|error| EnvironmentFault::io("look into", &folder, &error.into()))?;
            let Ok(inside) = entry.path().strip_prefix(&self.destination.output) else { continue };
            if entry.file_type().is_dir() {
                decision.clear_folders.push(inside.to_owned());
            } else if !as_output(inside).is_some_and(|path| self.ownership.owns(&path)) {
                decision.foreign.insert(inside.to_owned());
            }
        }
        Ok(())
    }

    fn decide_removals(&self, folders: &mut Folders<'_>, decision: &mut Decision) -> Result<(), EnvironmentFault> {
        let now = SystemTime::now();
        let mut prune = BTreeSet::new();
        // Both are in order of path.
        let mut planned = self.outputs.iter().map(|output| output.path.as_str()).peekable();
        for path in self.ownership.paths().map(OutPath::as_str) {
            while planned.next_if(|planned| *planned < path).is_some() {}
            if planned.peek() == Some(&path) {
                continue;
            }
            let way = folders.way_to(path)?;
            if matches!(way, Way::File(_) | Way::Other(_)) {
                continue;
            }
            // Also where the file is gone already: a build that was killed may have come no further.
            prune.extend(above(path).map(str::to_owned));
            if way == Way::Ends {
                continue;
            }
            match look(&self.destination.at(path), self.receipt.entry(path), now)? {
                Standing::Nothing | Standing::Folder => continue,
                Standing::Other if self.is_folder_to_be(path) => continue,
                Standing::File(file) if self.ownership.wrote(path, file.checksum) => {
                    let list = if self.is_in_the_way(path) { &mut decision.clear } else { &mut decision.remove };
                    list.push(path.to_owned());
                }
                Standing::File(_) | Standing::Other => _ = decision.edited.insert(path.into()),
            }
            decision.removed += 1;
        }
        // In the order of text a folder comes before what is in it.
        decision.prune = prune.into_iter().rev().collect();
        Ok(())
    }

    fn is_planned(&self, path: &str) -> bool {
        self.outputs.binary_search_by(|output| output.path.as_str().cmp(path)).is_ok()
    }

    /// Whether an output is to be where this file's folder is, or inside of a folder where this file is.
    fn is_in_the_way(&self, path: &str) -> bool {
        self.is_folder_to_be(path) || above(path).any(|folder| self.is_planned(folder))
    }

    fn is_folder_to_be(&self, path: &str) -> bool {
        let inside = format!("{path}/");
        let first = self.outputs.partition_point(|output| output.path.as_str() < inside.as_str());
        self.outputs.get(first).is_some_and(|output| output.path.as_str().starts_with(&inside))
    }
}

/// A path on disk as the path of an output, if it can be one.
fn as_output(path: &Path) -> Option<String> {
    path.iter().map(|segment| segment.to_str()).collect::<Option<Vec<_>>>().map(|segments| segments.join("/"))
}
