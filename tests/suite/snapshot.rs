//! The IORT site, built whole under a pinned today: it has no fault but its demonstration's keys, and its outputs are those that were last looked at.
//!
//! `tests/snapshot.txt` lists each output with the SHA-256 of its bytes; `UPDATE=1` writes it anew.

use std::fmt::Write as _;

use iort_site::base::code::Code;
use iort_site::base::date::Date;
use iort_site::shell::session::{Outcome, Request, Session};
use iort_site::source::snapshot::Options;
use libtest_mimic::{Failed, Trial};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

/// A day on which all reviews of the site are current.
const TODAY: (i16, i8, i8) = (2026, 7, 1);

/// A day on which all are overdue: a clone of today still builds then.
const IN_TEN_YEARS: (i16, i8, i8) = (2036, 7, 1);

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("snapshot::iort_site", whole_site),
        Trial::test("snapshot::iort_site_builds_in_ten_years", in_ten_years),
        Trial::test("snapshot::iort_site_is_plain", plain),
    ]
}

fn build(today: (i16, i8, i8)) -> Result<(TempDir, Vec<String>, i32), Failed> {
    let (folder, outcome) = outcome(today, false)?;
    // That its signatures prove nothing is always said.
    let faults = outcome.diagnostics.iter().filter(|fault| fault.code != Code::DemonstrationKey);
    if faults.clone().count() == outcome.diagnostics.len() {
        return Err("nothing says that the site's keys are a demonstration's".into());
    }
    let said = faults.map(|fault| format!("{}: {}", fault.place.path, fault.message)).collect();
    Ok((folder, said, outcome.exit()))
}

fn outcome(today: (i16, i8, i8), prose: bool) -> Result<(TempDir, Outcome), Failed> {
    let folder = TempDir::new()?;
    let root = folder.path().join("site");
    for part in ["site.toml", "content", "data", "reviews", "themes", "templates", "static"] {
        copy(&crate::repository().join(part), &root.join(part))?;
    }
    let mut session = Session::open(&root).map_err(|fault| fault.message)?;
    let options = Options {
        today: Date::new(today.0, today.1, today.2).ok_or("no such day")?,
        base_url: None,
        drafts: false,
        preview: false,
        offline: false,
    };
    let request = Request { prose, ..Request::new(options, root.join("public")) };
    let outcome = session.run(&request).map_err(|fault| fault.message)?;
    Ok((folder, outcome))
}

fn copy(from: &std::path::Path, to: &std::path::Path) -> std::io::Result<()> {
    for entry in walkdir::WalkDir::new(from).into_iter().filter_map(Result::ok) {
        let inner = entry.path().strip_prefix(from).unwrap_or(entry.path());
        let to = if inner.as_os_str().is_empty() { to.to_owned() } else { to.join(inner) };
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(&to)?;
        } else {
            to.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            std::fs::copy(entry.path(), &to)?;
        }
    }
    Ok(())
}

fn whole_site() -> Result<(), Failed> {
    let (folder, said, exit) = build(TODAY)?;
    if exit != 0 || !said.is_empty() {
        return Err(format!("exit {exit}:\n{}", said.join("\n")).into());
    }
    let mut list = String::new();
    for (path, bytes) in crate::run::files(&folder.path().join("site/public")) {
        let digest = Sha256::digest(&bytes);
        let hex = digest.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let _ = writeln!(list, "{hex}  {path}");
    }
    let path = crate::repository().join("tests/snapshot.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, list)?;
        return Ok(());
    }
    let known = std::fs::read_to_string(path)?;
    let news: Vec<&str> = list.lines().filter(|line| !known.lines().any(|known| known == *line)).collect();
    let gone: Vec<&str> = known.lines().filter(|line| !list.lines().any(|now| now == *line)).collect();
    if news.is_empty() && gone.is_empty() {
        return Ok(());
    }
    let look = "look at what changed, then write the list anew with `UPDATE=1 cargo test --test suite snapshot`";
    Err(format!("now:\n{}\nbefore:\n{}\n{look}", news.join("\n"), gone.join("\n")).into())
}

fn in_ten_years() -> Result<(), Failed> {
    let (_folder, said, exit) = build(IN_TEN_YEARS)?;
    let other: Vec<&String> = said.iter().filter(|line| !line.contains("the review was due on")).collect();
    if exit == 0 && other.is_empty() && !said.is_empty() {
        Ok(())
    } else {
        Err(format!("exit {exit}: {other:?}").into())
    }
}

/// Every page is within 8th grade with glossary terms exempt, and an editor has mended what the rules name, or said why not.
fn plain() -> Result<(), Failed> {
    let (_folder, outcome) = outcome(TODAY, true)?;
    let faults = outcome.diagnostics.iter().filter(|fault| fault.code != Code::DemonstrationKey);
    let found = faults.map(|fault| format!("{}: {}", fault.place.path, fault.message));
    let hard = outcome.prose.iter().filter(|page| page.exempt.is_none_or(|scores| scores.grade > 8.0));
    let faults: Vec<String> = found.chain(hard.map(|page| format!("{}: {:?}", page.path, page.exempt))).collect();
    if faults.is_empty() && outcome.prose.len() >= 33 { Ok(()) } else { Err(faults.join("\n").into()) }
}
