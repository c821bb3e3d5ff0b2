//! `iort-site review accept`: a record that was prepared and came back is checked and filed.
//!
//! It comes from outside, so nothing that it says is taken on trust: it is read as strictly as a build reads it, weighed with
//! the records that are there, and its signature verified. What is filed is byte for byte what came; only a record without a
//! signature can still be told who files it.
#![allow(clippy::disallowed_methods, reason = "reads the record and its signature")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::path::SourcePath;
use crate::base::span::Span;
use crate::engine::compose::chain;
use crate::engine::survey::{Surveyed, text_of};
use crate::review::chain as records;
use crate::review::record::{Filed, Record};
use crate::shell::fault::EnvironmentFault;
use crate::shell::report::emit::{self, Format, Telling};
use crate::shell::report::located::{self, Texts};
use crate::shell::report::visible::visible;
use crate::shell::review::arguments::AcceptArguments;
use crate::shell::review::filing;
use crate::shell::review::key;
use crate::shell::review::making;
use crate::shell::review::open::Opened;
use crate::shell::review::settle::{self, Stopped};
use crate::source::record::{read_record, signature_path};

/// Files a record.
pub fn accept(arguments: &AcceptArguments) -> Result<ExitCode, EnvironmentFault> {
    let site = Opened::with_drafts(&arguments.site)?;
    let text = read(&arguments.record)?;
    let signature = signature(arguments)?;
    let name = SourcePath::new(arguments.record.display().to_string());
    let (read, faults) = read_record(&name, &text);
    let Some(filed) = read else { return refuse(&site, &name, &text, &faults) };
    let Filed { mut record, sha256, .. } = filed;
    let page = site.page(&record.page)?;
    let known = chain(&page).iter().position(|filed| filed.sha256 == sha256);
    let filing = arguments.filing.filing();
    match (&signature, &record.filed) {
        (Some(_), _) => {}
        (None, Some(_)) if filing.is_none() => {}
        (None, None) if filing.is_some() => record.filed = filing,
        (None, Some(_)) => return Err(EnvironmentFault::new("the record says already who files it")),
        (None, None) => return Err(unproved(&record, &arguments.record)),
    }
    if let Some(signature) = &signature {
        key::verify(&site, (&record.reviewer, record.date), &text, signature)?;
    } else {
        settle::needs_no_signature(&page, &record)?;
    }
    if let Some(at) = known.or_else(|| same(&page, &record)) {
        return finish(&site, &page, at, signature.as_deref());
    }
    let mut stopped = Stopped::default();
    if stopped.keep(weigh(&site, &page, &record, signature.is_some())).is_none() {
        stopped.tell(&site)?;
        return Ok(stopped.exit());
    }
    emit::out(&visible(&making::summary(&record)))?;
    let filed = filing::file(&site, record, signature.as_deref())?;
    emit::out(&visible(&format!("Filed `{}`.\n", filed.path)))?;
    settle::settle(&site, &page, Arc::new(filed), signature.is_some())?;
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> Result<String, EnvironmentFault> {
    std::fs::read_to_string(path).map_err(|error| EnvironmentFault::io("read", path, &error))
}

/// The signature that was named, or that lies beside the record.
fn signature(arguments: &AcceptArguments) -> Result<Option<String>, EnvironmentFault> {
    let mut beside = arguments.record.as_os_str().to_owned();
    beside.push(".sig");
    let beside = Some(PathBuf::from(beside)).filter(|path| path.exists());
    match arguments.signature.as_ref().or(beside.as_ref()) {
        Some(path) if arguments.filing.recorded_by.is_some() => {
            let message =
                format!("`{}` signs the record as it is, and `--recorded-by` would change it", path.display());
            Err(EnvironmentFault::new(message).help("leave `--recorded-by` out: who signs files their own review"))
        }
        Some(path) => read(path).map(Some),
        None => Ok(None),
    }
}

fn unproved(record: &Record, path: &Path) -> EnvironmentFault {
    let shown = path.display();
    EnvironmentFault::new(format!("nothing says that `{}` agrees with `{shown}`", record.reviewer))
        .help(format!("name its signature: `iort-site review accept {shown} {shown}.sig`"))
        .help("or where their word can be found: `--recorded-by ID --evidence \"their e-mail of 5 January\"`")
}

/// The number of a record that says the same: one that was filed with `--recorded-by` before.
fn same(page: &Surveyed<'_>, record: &Record) -> Option<usize> {
    let known = chain(page).iter().rposition(|filed| filed.record.filed.is_some())?;
    let before = &chain(page)[known].record;
    let as_prepared = Record { predecessor: record.predecessor, ..record.clone() };
    (*before == as_prepared).then_some(known)
}

/// What was cut off: the signature, and the front matter.
fn finish(
    site: &Opened,
    page: &Surveyed<'_>,
    at: usize,
    signature: Option<&str>,
) -> Result<ExitCode, EnvironmentFault> {
    let filed = Arc::clone(&chain(page)[at]);
    emit::out(&visible(&format!("The record is filed already: `{}`.\n", filed.path)))?;
    let is_there = site.sources.files.contains_key(&signature_path(&filed.path));
    if let Some(signature) = signature.filter(|_| !is_there) {
        filing::add_signature(site, &filed, signature)?;
        emit::out(&visible(&format!("Put its signature beside it: `{}`.\n", signature_path(&filed.path))))?;
    }
    settle::settle(site, page, filed, signature.is_some())?;
    Ok(ExitCode::SUCCESS)
}

/// Weighs a record with those that are there.
fn weigh(site: &Opened, page: &Surveyed<'_>, record: &Record, is_signed: bool) -> Result<(), Stopped> {
    let errors = site.plan.errors_of_records(page);
    if !errors.is_empty() {
        return Err(Stopped::by_errors(errors));
    }
    if record.predecessor != chain(page).last().map(|filed| filed.sha256) {
        let message = format!("`{}` was reviewed again since this record was prepared", record.page);
        let fault = EnvironmentFault::new(message);
        return Err(Stopped::by_fault(fault.help("prepare it again: a record names the one that it follows")));
    }
    let text = site.plan.ineligible(page, record, &text_of(&as_filed(record)));
    if let Some(refusal) = text {
        return Err(Stopped::by_refusals(vec![refusal]));
    }
    let filed = as_filed(record);
    let all: Vec<&Filed> = chain(page).iter().map(|filed| &**filed).chain([&filed]).collect();
    let mut faults = records::check(&filed, text_of(&filed).digest(), is_signed, site.sources.options.today);
    faults.extend(records::arrange(&all, false).faults.into_iter().filter(|fault| fault.place.path == filed.path));
    faults.retain(Diagnostic::is_error);
    if faults.is_empty() { Ok(()) } else { Err(Stopped::by_errors(faults)) }
}

/// The record as it would lie where it belongs.
fn as_filed(record: &Record) -> Filed {
    let name = format!("{}-{}.md", record.date, record.reviewer);
    Filed::new(SourcePath::new(format!("{}/{name}", record.folder())), record.clone())
}

/// A file that is no record: says what is wrong with it, and where.
fn refuse(site: &Opened, name: &SourcePath, text: &str, faults: &[Diagnostic]) -> Result<ExitCode, EnvironmentFault> {
    let texts = One { name, text };
    let telling = Telling { format: Format::Human, quiet: false, root: Path::new("") };
    telling.diagnostics(&located::locate(faults, &texts))?;
    let mut stopped = Stopped::by_errors(faults.to_vec());
    if faults.is_empty() {
        stopped = Stopped::by_fault(EnvironmentFault::new(format!("`{name}` is no record")));
        stopped.tell(site)?;
    }
    Ok(stopped.exit())
}

/// The one text that faults are of.
struct One<'a> {
    name: &'a SourcePath,
    text: &'a str,
}

impl Texts for One<'_> {
    fn text(&self, path: &SourcePath) -> Option<Arc<str>> {
        (path == self.name).then(|| self.text.into())
    }

    fn key(&self, _: &SourcePath, _: &str) -> Option<Span> {
        None
    }
}
