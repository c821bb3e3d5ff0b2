//! Files of reviews on disk: records that are only ever added, copies of what was reviewed, and the two lines of front matter.
//!
//! The order is such that what is cut off can be finished: copies first, which harm nobody; then the record, at once and
//! whole; its signature; and last the page's front matter, which only repeats what the record proves.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "writes records, signatures, copies of files, and pages' front matter"
)]

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::base::path::{SourcePath, decode};
use crate::review::digest::Sha256;
use crate::review::record::{self, Filed, Record};
use crate::shell::fault::EnvironmentFault;
use crate::shell::review::open::Opened;
use crate::source::claim::{self, Claim};
use crate::source::record::{is_record, signature_path};
use crate::source::snapshot::CONTENT;

/// Files a record, and its signature if it has one.
pub(super) fn file(site: &Opened, record: Record, signature: Option<&str>) -> Result<Filed, EnvironmentFault> {
    let folder = record.folder();
    check_nothing_new(site, &folder)?;
    copy_files(site, &record)?;
    let is_taken = |name: &str| {
        let path = SourcePath::new(format!("{folder}/{name}"));
        [&path, &signature_path(&path)].iter().any(|path| site.root.join(path.as_str()).symlink_metadata().is_ok())
    };
    let name = record::free_name(record.date, &record.reviewer, is_taken);
    let filed = Filed::new(SourcePath::new(format!("{folder}/{name}")), record);
    add(&site.root.join(filed.path.as_str()), filed.record.write().as_bytes())?;
    if let Some(signature) = signature {
        add_signature(site, &filed, signature)?;
    }
    Ok(filed)
}

/// Fails if somebody filed a record meanwhile, perhaps by a pull: two records would follow the same one.
fn check_nothing_new(site: &Opened, folder: &str) -> Result<(), EnvironmentFault> {
    let Ok(entries) = fs::read_dir(site.root.join(folder)) else { return Ok(()) };
    let names = entries.filter_map(Result::ok).filter_map(|entry| entry.file_name().into_string().ok());
    let paths = names.map(|name| SourcePath::new(format!("{folder}/{name}")));
    match paths.filter(is_record).find(|path| !site.sources.files.contains_key(path)) {
        None => Ok(()),
        Some(new) => Err(EnvironmentFault::new(format!("`{new}` was filed while the page was being reviewed"))
            .help("start again, and see what it says")),
    }
}

/// Puts a signature beside its record.
pub(super) fn add_signature(site: &Opened, filed: &Filed, signature: &str) -> Result<(), EnvironmentFault> {
    add(&site.root.join(signature_path(&filed.path).as_str()), signature.as_bytes())
}

/// Adds a file that is there whole or not at all, and never takes the place of another.
pub(super) fn add(path: &Path, bytes: &[u8]) -> Result<(), EnvironmentFault> {
    let fault = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            EnvironmentFault::new(format!("`{}` is there already, and stays as it is", path.display()))
                .help("somebody else may be filing a review: look at it, and start again")
        }
        _ => EnvironmentFault::io("write", path, &error),
    };
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(|error| EnvironmentFault::io("create the folder", folder, &error))?;
    let beside = beside(path);
    write_synced(&beside, bytes).map_err(fault)?;
    // A link fails where the name is taken; where the file system has none, the file itself is made anew.
    let added = fs::hard_link(&beside, path).or_else(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Err(error),
        _ => File::create_new(path).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all())),
    });
    let removed = fs::remove_file(&beside);
    added.map_err(fault)?;
    removed.map_err(|error| EnvironmentFault::io("remove", &beside, &error))
}

/// A name that no look at the site takes for a source.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".iort-site.tmp~");
    PathBuf::from(name)
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Copies the images and files that were reviewed, each once.
fn copy_files(site: &Opened, record: &Record) -> Result<(), EnvironmentFault> {
    for (sha256, name) in record.files() {
        let copy = site.root.join(record::file_path(sha256, name).as_str());
        if fs::read(&copy).is_ok_and(|bytes| Sha256::of(&bytes) == sha256) {
            continue;
        }
        let bytes = reviewed_file(site, name)?;
        if Sha256::of(&bytes) != sha256 {
            return Err(EnvironmentFault::new(format!(
                "`{name}` is not what it is in the record, and no copy was kept"
            ))
            .help("put the file back as it was reviewed, or have the page reviewed as it is"));
        }
        replace(&copy, &bytes)?;
    }
    Ok(())
}

/// The bytes of a file by the name that it has in a record.
pub(super) fn reviewed_file(site: &Opened, name: &str) -> Result<Vec<u8>, EnvironmentFault> {
    let inner = decode(name).unwrap_or_else(|| name.to_owned());
    let path = site.root.join(format!("{CONTENT}{inner}"));
    fs::read(&path).map_err(|error| EnvironmentFault::io("read", &path, &error))
}

/// Puts bytes in the place of a file, at once.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), EnvironmentFault> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(|error| EnvironmentFault::io("create the folder", folder, &error))?;
    let beside = beside(path);
    write_synced(&beside, bytes)
        .and_then(|()| fs::metadata(path).map_or(Ok(()), |old| fs::set_permissions(&beside, old.permissions())))
        .and_then(|()| fs::rename(&beside, path))
        .map_err(|error| EnvironmentFault::io("write", path, &error))
}

/// The byte order mark that a page may start with, and that no source has.
const MARK: &str = "\u{feff}";

/// The text of a page as it lies on disk, which must be what was read before: what is signed is what was shown.
fn unchanged(site: &Opened, page: &SourcePath) -> Result<(PathBuf, String), EnvironmentFault> {
    let path = site.root.join(page.as_str());
    // The file itself, so that a link to it stays one.
    let path = fs::canonicalize(&path).map_err(|error| EnvironmentFault::io("read", &path, &error))?;
    let text = fs::read_to_string(&path).map_err(|error| EnvironmentFault::io("read", &path, &error))?;
    let known = site.sources.text(page).map_or("", |text| text);
    if text.strip_prefix(MARK).unwrap_or(&text) != known {
        return Err(EnvironmentFault::new(format!("`{page}` was changed while it was being reviewed"))
            .help("start again, and look at what it says now"));
    }
    Ok((path, text))
}

/// Fails if a page is not what was read before.
pub(super) fn check_unchanged(site: &Opened, page: &SourcePath) -> Result<(), EnvironmentFault> {
    unchanged(site, page).map(|_| ())
}

/// Writes a review into a page's front matter; tells whether it was not there already.
pub(super) fn write_claim(site: &Opened, page: &SourcePath, claim: Claim<'_>) -> Result<bool, EnvironmentFault> {
    let (path, text) = unchanged(site, page)?;
    let (mark, plain) = text.strip_prefix(MARK).map_or(("", text.as_str()), |plain| (MARK, plain));
    let Some(edited) = claim::with_claim(page, plain, claim) else {
        return Err(EnvironmentFault::new(format!(
            "the front matter of `{page}` cannot be edited without changing more"
        ))
        .help(format!("write these by hand: `last_reviewed: {}`", claim.date))
        .help(format!("`reviewed_by: [{}]`", claim.reviewers.join(", "))));
    };
    if edited == plain {
        return Ok(false);
    }
    replace(&path, format!("{mark}{edited}").as_bytes())?;
    Ok(true)
}
