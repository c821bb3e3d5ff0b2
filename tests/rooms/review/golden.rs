//! The golden vectors: pages and their canonical texts, a record, its signature.

use std::fmt::Write as _;
use std::path::Path;

use iort_site::base::path::SourcePath;
use iort_site::page::words;
use iort_site::review::digest::{Sha256, TextDigest};
use iort_site::review::keys::allowed_signers;
use iort_site::review::record::{Filed, Filing, Outcome, Record, Scope};
use iort_site::review::signature::SigningKey;
use iort_site::review::text::{Include, IncludeKind, ReviewedText};
use iort_site::source::record::read_record;

use crate::review::signatures::keyring;
use crate::review::{day, file, read};

/// Compares with a golden file, or writes it where `UPDATE` asks for it.
fn expect(name: &str, text: &str) {
    let path = file(&format!("golden/{name}"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, text).unwrap();
    } else {
        assert_eq!(read(&format!("golden/{name}")), text, "{name}");
    }
}

fn vectors() -> Vec<String> {
    let names =
        std::fs::read_dir(file("golden")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let is_page =
        |name: &String| Path::new(name).extension().is_some_and(|ending| ending == "md") && !name.contains("j-doe");
    let mut names: Vec<String> = names.filter(is_page).collect();
    names.sort();
    names
}

#[test]
fn pages_have_the_canonical_texts_that_stand_beside_them() {
    let mut digests = String::new();
    assert!(vectors().len() >= 4);
    for name in vectors() {
        let path = SourcePath::new("content/treatment/after.md");
        let text = ReviewedText { words: words::read(&path, &read(&format!("golden/{name}"))), includes: Vec::new() };
        expect(&name.replace(".md", ".txt"), &text.canonical());
        let _ = writeln!(digests, "{}  {name}", text.digest());
    }
    expect("digests", &digests);
}

#[test]
fn two_ways_of_writing_a_page_have_one_digest() {
    assert_eq!(read("golden/page.txt"), read("golden/page-rewrapped.txt"));
}

/// The record of the vectors, with all that a record can have.
fn record() -> Record {
    let body = read("golden/page.md");
    let page = SourcePath::new("content/treatment/after.md");
    let includes = vec![
        Include::file(IncludeKind::Image, "/about/applicator.svg", Sha256::of(b"<svg/>")),
        Include::text(IncludeKind::Definition, "Gy", "Gray: the unit of\nabsorbed “dose”."),
    ];
    let text = ReviewedText { words: words::read(&page, &body), includes: Vec::new() }.with_includes(includes);
    Record {
        page,
        reviewer: "j-doe".to_owned(),
        date: day("2026-01-05"),
        outcome: Outcome::Pass,
        scope: Scope::Partial { builds_on: Sha256::of(b"another record") },
        note: Some("The dose is \"20 Gy\",\nas in the trial.".to_owned()),
        evidence_searched_to: Some(day("2025-12-31")),
        filed: Some(Filing { recorded_by: "A. Editor".to_owned(), evidence: "e-mail of 5 January 2026".to_owned() }),
        text: text.digest(),
        includes: text.includes,
        predecessor: Some(Sha256::of(b"another record")),
        body,
    }
}

#[test]
fn a_record_is_written_and_read_byte_for_byte() {
    let record = record();
    let written = record.write();
    expect("2026-01-05-j-doe.md", &written);
    let path = SourcePath::new("reviews/treatment/after/2026-01-05-j-doe.md");
    let (read, faults) = read_record(&path, &written);
    assert_eq!(faults, []);
    assert_eq!(read, Some(Filed::new(path, record)));
}

#[test]
fn a_signature_is_the_same_on_every_machine() {
    let key = SigningKey::read(&read("keys/j-doe"), None).unwrap();
    expect("2026-01-05-j-doe.md.sig", &key.sign(record().write().as_bytes()).unwrap());
    expect("allowed_signers", &allowed_signers(&keyring()));
}

#[test]
fn a_digest_is_sha_256_of_the_canonical_text() {
    let text = read("golden/page.txt");
    let line = read("golden/digests").lines().find(|line| line.ends_with("  page.md")).unwrap().to_owned();
    assert_eq!(TextDigest::of(&text), TextDigest::parse(line.split(' ').next().unwrap()).unwrap());
    assert_eq!(format!("v1:{}", Sha256::of(text.as_bytes())), line.split(' ').next().unwrap());
}
