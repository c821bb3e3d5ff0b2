//! `iort-site mv`: moves a page with what belongs to it, and keeps every link leading where it led.
//!
//! Edits are written before anything moves, each by a rename, so that an interruption leaves whole files. `--dry-run` shows
//! what would be done and does nothing.
#![allow(clippy::disallowed_methods, reason = "writes and moves the site's own sources")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use similar::TextDiff;

use crate::base::path::SourcePath;
use crate::engine::relocate::{self, Relocation};
use crate::shell::arguments::MvArguments;
use crate::shell::clock;
use crate::shell::fault::EnvironmentFault;
use crate::shell::page_name;
use crate::shell::read::reader::Reader;
use crate::shell::report::emit;
use crate::shell::report::visible::visible;
use crate::source::snapshot::Options;

/// Moves a page, or shows what that would do.
pub fn mv(arguments: &MvArguments) -> Result<(), EnvironmentFault> {
    let mut reader = Reader::open(&arguments.root)?;
    let options = Options { today: clock::today(), base_url: None, drafts: true, preview: true, offline: false };
    let sources = reader.read(&options).sources;
    let (from, to) = (page_name::page(&arguments.from)?, page_name::page(&arguments.to)?);
    let relocation = relocate::relocate(&sources, &from, &to)
        .map_err(|refusal| EnvironmentFault::new(refusal.message).help(refusal.help))?;
    if arguments.dry_run {
        return emit::out(&shown(&relocation, &|path| sources.text(path).map(ToString::to_string)));
    }
    carry_out(reader.root(), &relocation)?;
    emit::out(&told(&relocation))
}

fn shown(relocation: &Relocation, before: &dyn Fn(&SourcePath) -> Option<String>) -> String {
    let mut out = String::new();
    for (from, to) in &relocation.moves {
        let _ = writeln!(out, "move {from} to {to}");
    }
    for (path, text) in &relocation.edits {
        let old = before(path).unwrap_or_default();
        let name = relocation.moves.get(path).unwrap_or(path);
        let diff = TextDiff::from_lines(old.as_str(), &**text);
        let _ = write!(out, "{}", diff.unified_diff().context_radius(1).header(path.as_str(), name.as_str()));
    }
    visible(&out).into_owned()
}

fn carry_out(root: &Path, relocation: &Relocation) -> Result<(), EnvironmentFault> {
    for (path, text) in &relocation.edits {
        let file = root.join(path.as_str());
        let beside = file.with_extension("iort-site.tmp~");
        fs::write(&beside, text.as_bytes())
            .and_then(|()| fs::rename(&beside, &file))
            .map_err(|error| EnvironmentFault::io("write", &file, &error))?;
    }
    for (from, to) in &relocation.moves {
        let (from, to) = (root.join(from.as_str()), root.join(to.as_str()));
        let folder = to.parent().unwrap_or(root);
        fs::create_dir_all(folder).map_err(|error| EnvironmentFault::io("create the folder", folder, &error))?;
        // What has come there meanwhile is not written over.
        if to.exists() {
            return Err(EnvironmentFault::new(format!("`{}` is there already, and stays as it is", to.display())));
        }
        fs::rename(&from, &to).map_err(|error| EnvironmentFault::io("move", &from, &error))?;
        // A folder that has become empty is of no use; one that has not stays.
        let _ = from.parent().map(fs::remove_dir);
    }
    Ok(())
}

fn told(relocation: &Relocation) -> String {
    let mut out = String::new();
    for (from, to) in &relocation.moves {
        let _ = writeln!(out, "Moved `{from}` to `{to}`.");
    }
    for path in relocation.edits.keys().filter(|path| !relocation.moves.contains_key(*path)) {
        let _ = writeln!(out, "Wrote the links of `{path}` anew.");
    }
    visible(&out).into_owned()
}
