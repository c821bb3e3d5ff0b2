//! Doing what was decided: the only place where the output folder changes.
//!
//! The order keeps every moment presentable: assets before the pages that name them, pages before what lists them, and
//! nothing removed before all that replaces it is there, but for what stands in the way itself. Each step is a rename or a
//! removal, so a kill leaves whole files only, and the ownership file written before it knows them all.
#![allow(clippy::disallowed_methods, reason = "renames and removes files of the output folder")]

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::decide::Decision;
use super::destination::Destination;
use super::displaced::Displaced;
use super::staging::Staging;
use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::engine::output::{Output, Wave};
use crate::shell::fault::EnvironmentFault;

/// Does it, and returns a warning for each file that was displaced. The files of `decision.foreign` are displaced: that the
/// user agreed to it was asked before.
pub(super) fn commit(
    destination: &Destination,
    outputs: &[Output],
    decision: &Decision,
    staging: Option<&Staging>,
) -> Result<Vec<Diagnostic>, EnvironmentFault> {
    let warnings = displace(destination, decision)?;
    for path in &decision.clear {
        remove_file(&destination.at(path))?;
    }
    for folder in &decision.clear_folders {
        let path = destination.output.join(folder);
        fs::remove_dir(&path).map_err(|error| EnvironmentFault::io("remove", &path, &error))?;
    }
    if let Some(staging) = staging {
        for wave in [Wave::Asset, Wave::Page, Wave::Index] {
            for index in decision.write.iter().copied().filter(|index| outputs[*index].wave == wave) {
                let path = &outputs[index].path;
                put(&staging.at(index, path), &destination.at(path.as_str()))?;
            }
        }
    }
    for path in &decision.remove {
        remove_file(&destination.at(path))?;
    }
    for folder in &decision.prune {
        // Refused where something is in it, as it should be.
        let _ = fs::remove_dir(destination.at(folder));
    }
    Ok(warnings)
}

fn displace(destination: &Destination, decision: &Decision) -> Result<Vec<Diagnostic>, EnvironmentFault> {
    let mut displaced = Displaced::new(destination);
    let mut take = |paths: &BTreeSet<PathBuf>, why: &str, help: &str| {
        paths
            .iter()
            .map(|path| {
                let to = displaced.take(path)?;
                let path = path.to_string_lossy();
                let message = format!("`{}` {why}; it was moved to `{to}`", destination.name(&path));
                Ok(Diagnostic::new(Code::OutputDisplaced, destination.place(&path), message).help(help))
            })
            .collect::<Result<Vec<_>, EnvironmentFault>>()
    };
    let mut warnings = take(
        &decision.edited,
        "was changed by hand since it was built",
        "make the change in the sources: a build writes its output anew",
    )?;
    warnings.extend(take(
        &decision.foreign,
        "was not written by a build and stood in the way of one",
        "move it back under another name if it is still needed",
    )?);
    Ok(warnings)
}

/// Moves a staged file into place. Its folder is made where it is missing.
fn put(staged: &Path, place: &Path) -> Result<(), EnvironmentFault> {
    let moved = fs::rename(staged, place).or_else(|error| match place.parent() {
        Some(folder) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(folder)?;
            fs::rename(staged, place)
        }
        _ => Err(error),
    });
    moved.map_err(|error| EnvironmentFault::io("write", place, &error))
}

/// Removes a file; that someone else has done so already is as good.
fn remove_file(path: &Path) -> Result<(), EnvironmentFault> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(EnvironmentFault::io("remove", path, &error)),
        _ => Ok(()),
    }
}
