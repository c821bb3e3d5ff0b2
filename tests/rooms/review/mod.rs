//! Reviews: the normal form, records and their chain, signatures, states, and what a move costs.
//!
//! `UPDATE=1` writes the golden vectors anew. They may only be added to: a vector that changes is a normal form that changed,
//! and with it the digest of every record there is.

mod diff;
mod golden;
mod keygen;
mod markdown;
mod moves;
mod normal_form;
mod records;
mod signatures;
mod states;

use std::path::{Path, PathBuf};

use iort_site::base::date::Date;
use iort_site::base::path::SourcePath;
use iort_site::page::words;
use iort_site::review::digest::TextDigest;
use iort_site::review::record::{Filed, Outcome, Record, Scope, folder};
use iort_site::review::text::ReviewedText;

/// A file of the tests' folder.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(file(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// The text of a page of that path.
fn text_of(path: &str, source: &str) -> ReviewedText {
    ReviewedText { words: words::read(&SourcePath::new(path), source), includes: Vec::new() }
}

/// The digest of a body without front matter.
fn digest(body: &str) -> TextDigest {
    text_of("content/treatment/after.md", &format!("---\ntitle: After\n---\n{body}")).digest()
}

const RISKS: &str = "content/risks.md";

/// A record of a page with that text, made after another.
fn record(date: &str, reviewer: &str, body: &str, after: Option<&Filed>) -> Record {
    Record {
        page: SourcePath::new(RISKS),
        reviewer: reviewer.to_owned(),
        date: day(date),
        outcome: Outcome::Pass,
        scope: Scope::Full,
        note: None,
        evidence_searched_to: None,
        filed: None,
        includes: Vec::new(),
        text: text_of(RISKS, body).digest(),
        predecessor: after.map(|filed| filed.sha256),
        body: body.to_owned(),
    }
}

/// A record where it belongs, under a name.
fn filed(name: &str, record: Record) -> Filed {
    Filed::new(SourcePath::new(format!("{}/{name}", folder(&record.page))), record)
}
