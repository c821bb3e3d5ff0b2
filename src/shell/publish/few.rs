//! Publishing a few outputs of a site of which the session itself published the rest a moment ago.
//!
//! An edit in a preview changes one page, and the person is waiting. So the files of the other outputs are not looked at and
//! the notes are not written anew: what goes into ownership is appended to it before a file changes, and the receipt stays as
//! it is on disk, where it excuses less than it could. A whole publication follows when the preview is idle, and finds and
//! repairs what was not looked at here. Whatever is out of the ordinary is left to it as well.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "appends to the ownership file, renames outputs"
)]

use std::fs;
use std::io::Write as _;
use std::sync::Arc;
use std::time::SystemTime;

use super::checksum::Checksum;
use super::destination::Destination;
use super::loose_links::Weighing;
use super::ownership::Ownership;
use super::publisher::{Publish, Published, just_written};
use super::receipt::{Entry, Receipt};
use super::staging::{Layout, Staging};
use super::survey::{Standing, look};
use crate::base::diagnostic::Diagnostic;
use crate::engine::output::{From, Ingredients, Output, Outputs};
use crate::shell::fault::EnvironmentFault;

/// More than these are no edit of a page or of its title.
const FEW: usize = 256;

/// An output that was made and differs from what stands there.
struct Made {
    index: usize,
    bytes: Vec<u8>,
    entry: Entry,
}

/// Publishes what differs from `last`; or gives it back, with nothing done, where this is no case for it.
pub(super) fn publish_few(
    request: &Publish<'_>,
    destination: &Destination,
    mut last: Arc<Receipt>,
) -> Result<Result<Published, Arc<Receipt>>, EnvironmentFault> {
    let outputs = request.outputs.list();
    let Some(changed) = differing(outputs, &last) else { return Ok(Err(last)) };
    let found = found(request.outputs, &last);
    if found.iter().any(Diagnostic::is_error) {
        return Ok(Err(last));
    }
    let Some(mut made) = make(request, destination, &last, &changed)? else { return Ok(Err(last)) };
    let rendered = changed.len();
    made.retain(|made| made.entry.checksum != last.entries[made.index].checksum);
    put(destination, outputs, &mut made)?;
    let receipt = Arc::make_mut(&mut last);
    receipt.account = request.account.clone();
    for index in changed {
        receipt.entries[index].key = outputs[index].key;
    }
    let written = made.len();
    for made in made {
        receipt.entries[made.index] = made.entry;
    }
    Ok(Ok(Published {
        diagnostics: found,
        rendered,
        written,
        unchanged: outputs.len() - written,
        published: true,
        receipt: Some(last),
        ..Published::default()
    }))
}

/// All that is told of the site as it was published.
fn found(outputs: &dyn Outputs, last: &Receipt) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut weighing = Weighing::new(outputs);
    for (output, entry) in outputs.list().iter().zip(&last.entries) {
        found.extend(entry.diagnostics.iter().cloned());
        found.extend(weighing.weigh(output, &entry.loose_links));
    }
    found
}

/// The outputs whose keys differ, if the list is the same and they are few.
fn differing(outputs: &[Output], last: &Receipt) -> Option<Vec<usize>> {
    if outputs.len() != last.entries.len() {
        return None;
    }
    let mut changed = Vec::new();
    for (index, (output, entry)) in outputs.iter().zip(&last.entries).enumerate() {
        if output.path != entry.path {
            return None;
        }
        if output.key != entry.key {
            changed.push(index);
        }
    }
    let is_case = changed.len() <= FEW && changed.iter().all(|index| outputs[*index].from == From::Rendered);
    is_case.then_some(changed)
}

/// Renders them, if each file still is as it was written, and nothing is found that the earlier rendering did not find.
fn make(
    request: &Publish<'_>,
    destination: &Destination,
    last: &Receipt,
    changed: &[usize],
) -> Result<Option<Vec<Made>>, EnvironmentFault> {
    let now = SystemTime::now();
    let outputs = request.outputs.list();
    let mut made = Vec::new();
    for index in changed.iter().copied() {
        let (output, entry) = (&outputs[index], &last.entries[index]);
        let standing = look(&destination.at(output.path.as_str()), Some(entry), now)?;
        if !matches!(standing, Standing::File(file) if file.checksum == entry.checksum) {
            return Ok(None);
        }
        let rendered = request.outputs.render(output, Ingredients::default());
        if !rendered.diagnostics.is_empty() || rendered.loose_links != entry.loose_links {
            return Ok(None);
        }
        let entry = Entry { key: output.key, checksum: Checksum::of(&rendered.bytes), ..entry.clone() };
        made.push(Made { index, bytes: rendered.bytes, entry });
    }
    Ok(Some(made))
}

/// Puts them in their places, wave by wave, once the ownership file names them.
fn put(destination: &Destination, outputs: &[Output], made: &mut [Made]) -> Result<(), EnvironmentFault> {
    if made.is_empty() {
        return Ok(());
    }
    let lines = made.iter().map(|made| (made.entry.path.clone(), made.entry.checksum)).collect();
    let path = destination.ownership();
    let append = Ownership::new(lines).append(&path, destination.durability());
    append.map_err(|error| EnvironmentFault::io("write", &path, &error))?;
    let staging = Staging::create(destination, Layout::Loose)?;
    made.sort_by_key(|made| (outputs[made.index].wave, made.index));
    for Made { index, bytes, entry } in made {
        let at = destination.at(entry.path.as_str());
        let staged = staging.at(*index, &entry.path);
        let write = |error: std::io::Error| EnvironmentFault::io("write", &at, &error);
        staging.open(*index, &entry.path)?.write_all(bytes).map_err(write)?;
        fs::rename(&staged, &at).map_err(write)?;
        if let Some(file) = just_written(&at, entry.checksum, SystemTime::now()) {
            (entry.stamp, entry.settled) = (file.stamp, file.settled);
        }
    }
    Ok(())
}
