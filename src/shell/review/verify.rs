//! `iort-site review verify`: whether all records still hold, and what was there on another day is there yet.
//!
//! A build weighs the records of the pages it publishes. This weighs all there are, those of drafts and of pages that are gone
//! too, and asks what a build cannot: whether the copies of what was reviewed are all there, whether a record was taken away
//! without a trace, and whether that on which trust rests is what it was.
#![allow(clippy::disallowed_methods, reason = "files that are no texts are read to be digested")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use crate::base::code::Code;
use crate::base::diagnostic::{self, Diagnostic, Place};
use crate::base::path::{SourcePath, encode};
use crate::review::digest::Sha256;
use crate::review::manifest::{self, Manifest};
use crate::review::record::{self, Filed, REVIEWS};
use crate::shell::fault::{CONTENT_ERRORS, EnvironmentFault};
use crate::shell::report::emit::{self, Telling};
use crate::shell::report::located;
use crate::shell::report::visible::visible_line;
use crate::shell::review::look_arguments::VerifyArguments;
use crate::shell::review::open::Opened;
use crate::shell::review::revision;
use crate::source::record::{is_record, signature_path};
use crate::source::reviewers::REVIEWERS_TOML;
use crate::source::snapshot::{CONTENT, SITE_TOML, STATIC, SourceFile, TEMPLATES, THEMES};

/// Verifies.
pub fn verify(arguments: &VerifyArguments) -> Result<ExitCode, EnvironmentFault> {
    let site = Opened::with_drafts(&arguments.site)?;
    let kept = digests(&site, |path| path.inside(REVIEWS).is_some())?;
    let mut faults = faults(&site);
    if let Some(since) = &arguments.since {
        faults.extend(manifest::compare(&before(&site, since)?, &kept));
    }
    let trusted = trusted(&site)?;
    if let Some(Some(expected)) = arguments.trust
        && expected != trusted
    {
        faults.push(distrusted(expected, trusted));
    }
    diagnostic::sort(&mut faults);
    let telling = Telling { format: arguments.format, quiet: false, root: &arguments.site.root };
    telling.diagnostics(&located::locate(&faults, &site))?;
    let is_whole = !faults.iter().any(Diagnostic::is_error);
    telling.summary(&summary(&site, &faults))?;
    if matches!(arguments.trust, Some(None)) {
        emit::out(&format!("{trusted}\n"))?;
    }
    // A list of what does not hold would be taken for one of what does.
    if arguments.manifest && is_whole {
        emit::out(&manifest::write(&kept))?;
    }
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::from(CONTENT_ERRORS) })
}

/// What is wrong with records, and with what says whose keys count.
fn faults(site: &Opened) -> Vec<Diagnostic> {
    let ground = [SITE_TOML, REVIEWERS_TOML];
    let of_ground = site.diagnostics().iter().filter(|fault| {
        let path = &fault.place.path;
        fault.is_error() && (ground.contains(&path.as_str()) || path.inside(REVIEWS).is_some())
    });
    let mut faults: Vec<Diagnostic> = site.plan.record_faults();
    let others: Vec<Diagnostic> = of_ground.filter(|fault| !faults.contains(fault)).cloned().collect();
    faults.extend(others);
    for filed in all(site) {
        faults.extend(filed.record.files().filter_map(|(sha256, name)| copy(site, filed, sha256, name)));
    }
    faults
}

/// All records that could be read.
fn all(site: &Opened) -> impl Iterator<Item = &Filed> {
    let of_pages = site.plan.chains().flat_map(|reviewed| &reviewed.chain);
    of_pages.chain(site.plan.orphans().values().flatten()).map(|filed| &**filed)
}

/// A copy of a reviewed file that is not there. While the file itself is as it was, nothing is lost yet.
fn copy(site: &Opened, filed: &Filed, sha256: Sha256, name: &str) -> Option<Diagnostic> {
    let path = record::file_path(sha256, name);
    if site.sources.files.contains_key(&path) {
        return None;
    }
    let is_it = |(path, file): (&SourcePath, &SourceFile)| {
        let is_named = path.inside(CONTENT).is_some_and(|inner| format!("/{}", encode(inner)) == name);
        is_named && matches!(file, SourceFile::Binary(binary) if binary.sha256 == Some(sha256))
    };
    let message = format!("`{path}`, the copy of `{name}` as it was reviewed, is not there");
    let mut fault = Diagnostic::new(Code::RecordMissing, Place::file(&filed.path), message);
    if site.sources.below(CONTENT).any(is_it) {
        fault.severity = diagnostic::Severity::Warning;
        return Some(fault.help(format!("copy `{CONTENT}{name}` there, which is still as it was")));
    }
    Some(fault.help("take the copy out of version control again"))
}

/// What there was on another day: a manifest that was kept, or a revision.
fn before(site: &Opened, since: &Path) -> Result<Manifest, EnvironmentFault> {
    let Ok(text) = std::fs::read_to_string(since) else {
        return revision::manifest(&site.root, &since.to_string_lossy());
    };
    manifest::read(&text).map_err(|line| {
        EnvironmentFault::new(format!("line {line} of `{}` is no line of a manifest", since.display()))
            .help("it holds what `iort-site review verify --manifest` printed: digest, two blanks, path")
    })
}

/// The digest of all on which trust rests: what says who may review, and what is put around the words of pages.
fn trusted(site: &Opened) -> Result<Sha256, EnvironmentFault> {
    let is_trusted = |path: &SourcePath| {
        [SITE_TOML, REVIEWERS_TOML].contains(&path.as_str())
            || [TEMPLATES, STATIC, THEMES].iter().any(|folder| path.inside(folder).is_some())
    };
    Ok(manifest::digest(&digests(site, is_trusted)?))
}

fn distrusted(expected: Sha256, found: Sha256) -> Diagnostic {
    let message =
        format!("what trust rests on has the SHA-256 {}…, and {}… was asked for", found.short(), expected.short());
    Diagnostic::new(Code::TrustChanged, Place::file(&SourcePath::new(SITE_TOML)), message)
        .help(format!(
            "see what changed in `{SITE_TOML}`, `{REVIEWERS_TOML}`, `{TEMPLATES}/`, `{STATIC}/` and the theme"
        ))
        .help(format!("if all of it is meant, ask for `{found}` from now on"))
}

/// Files with the digests of their bytes.
fn digests(site: &Opened, is_meant: impl Fn(&SourcePath) -> bool) -> Result<Manifest, EnvironmentFault> {
    let digest = |path: &SourcePath, file: &SourceFile| match file {
        SourceFile::Text(text) => Ok(Sha256::of(text.text.as_bytes())),
        SourceFile::Binary(binary) => match (binary.sha256, binary.embedded) {
            (Some(sha256), _) => Ok(sha256),
            (None, Some(bytes)) => Ok(Sha256::of(bytes)),
            (None, None) => read(&site.root.join(path.as_str())),
        },
        SourceFile::Page(_) => read(&site.root.join(path.as_str())),
    };
    let meant = site.sources.files.iter().filter(|(path, _)| is_meant(path));
    meant.map(|(path, file)| Ok((path.clone(), digest(path, file)?))).collect()
}

fn read(path: &Path) -> Result<Sha256, EnvironmentFault> {
    let bytes = std::fs::read(path).map_err(|error| EnvironmentFault::io("read", path, &error))?;
    Ok(Sha256::of(&bytes))
}

/// `41 of 42 records hold; of 34 of 35 pages all do`, and the records whose page is gone.
fn summary(site: &Opened, faults: &[Diagnostic]) -> String {
    let broken: BTreeSet<&str> =
        faults.iter().filter(|fault| fault.is_error()).map(|fault| fault.place.path.as_str()).collect();
    let files: Vec<&SourcePath> =
        site.sources.below(REVIEWS).map(|(path, _)| path).filter(|path| is_record(path)).collect();
    let holds = |path: &SourcePath| !broken.contains(path.as_str()) && !broken.contains(signature_path(path).as_str());
    let folders: BTreeSet<&str> = files.iter().map(|path| path.parent()).collect();
    let whole = folders.iter().filter(|folder| files.iter().all(|path| path.parent() != **folder || holds(path)));
    let holding = files.iter().filter(|path| holds(path)).count();
    let mut out =
        format!("{holding} of {} records hold; of {} of {} pages all do", files.len(), whole.count(), folders.len());
    for (page, chain) in site.plan.orphans() {
        let count = chain.len();
        let records = if count == 1 { "record" } else { "records" };
        // Writing into a `String` cannot fail.
        let _ = write!(out, "\n{count} {records} of `{}`, which is gone", visible_line(page.as_str()));
    }
    out
}
