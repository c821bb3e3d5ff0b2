//! Records and their chain: every tampering that the records themselves can tell.

use iort_site::base::code::Code;
use iort_site::base::diagnostic::Diagnostic;
use iort_site::base::path::SourcePath;
use iort_site::base::span::Span;
use iort_site::review::chain::{arrange, check};
use iort_site::review::digest::{Sha256, TextDigest};
use iort_site::review::manifest::{self, Manifest};
use iort_site::review::record::{Filed, Outcome, Scope, file_path, folder, free_name, number_in_name};
use iort_site::review::text::{Include, IncludeKind};
use iort_site::source::record::read_record;

use crate::review::{RISKS, day, filed, record, text_of};

const BODY: &str = "---\ntitle: Risks\n---\nThe dose is 20 Gy.\n";
const NAME: &str = "2026-01-05-j-doe.md";

fn path() -> SourcePath {
    SourcePath::new(format!("reviews/risks/{NAME}"))
}

/// The faults of a record's file: code, what stands at the place, message.
fn read_faults(text: &str) -> Vec<(&'static str, String, String)> {
    let (record, faults) = read_record(&path(), text);
    assert!(record.is_none() || faults.is_empty());
    let told = |fault: Diagnostic| {
        let at = match fault.place.spot {
            iort_site::base::diagnostic::Spot::Span(Span { start, end }) => {
                text.get(start..end).unwrap_or("").to_owned()
            }
            _ => String::new(),
        };
        (fault.code.name(), at, fault.message)
    };
    faults.into_iter().map(told).collect()
}

fn one_fault(text: &str) -> (&'static str, String, String) {
    let faults = read_faults(text);
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults.into_iter().next().unwrap()
}

#[test]
fn a_record_says_what_it_was_given() {
    let written = record("2026-01-05", "j-doe", BODY, None);
    let (read, faults) = read_record(&path(), &written.write());
    assert_eq!(faults, []);
    let read = read.unwrap();
    assert_eq!(read.record, written);
    assert_eq!(read.sha256, Sha256::of(written.write().as_bytes()));
}

#[test]
fn a_body_is_kept_byte_for_byte() {
    for body in
        ["", "---\ntitle: A\r\n---\r\nText\r\n", "---\n---\n---\nlength: 3\n", "no line end", "\u{feff}mark", "\n---\n"]
    {
        let record = record("2026-01-05", "2024", body, None);
        let (read, faults) = read_record(&path(), &record.write());
        assert_eq!((read.map(|filed| filed.record.body).as_deref(), faults), (Some(body), vec![]));
    }
}

#[test]
fn every_key_that_is_missing_or_wrong_is_said_at_its_place() {
    let text = record("2026-01-05", "j-doe", BODY, None)
        .write()
        .replace("date: 2026-01-05", "date: 05/01/2026")
        .replace("outcome: pass", "outcome: passed")
        .replace("scope: full\n", "scope: partial\nevidence: x\nextra: y\n")
        .replace("predecessor: none\n", "");
    let faults = read_faults(&text);
    let told: Vec<String> = faults.iter().map(|(code, at, message)| format!("{code} @ {at}: {message}")).collect();
    assert_eq!(
        told,
        [
            "invalid-date @ 05/01/2026: `date` is not a date: `05/01/2026`",
            "invalid-value @ passed: `outcome` cannot be `passed`",
            "missing-key @ ---: `builds_on` is missing",
            "missing-key @ ---: `recorded_by` is missing",
            "missing-key @ ---: `predecessor` is missing",
            "unknown-key @ extra: `extra` is not a known key",
        ]
    );
}

#[test]
fn another_way_of_writing_the_same_is_another_record() {
    let text = record("2026-01-05", "j-doe", BODY, None).write();
    for other in [
        text.replace("outcome: pass", "outcome: 'pass'"),
        text.replace("outcome: pass\n", "outcome: pass # yes\n"),
        text.replace("outcome: pass\nscope: full\n", "scope: full\noutcome: pass\n"),
        text.replace("record: v1\n", "record: v1\n\n"),
    ] {
        assert_eq!(one_fault(&other).0, "record-form", "{other}");
    }
    let (code, at, _) = one_fault(&text.replace("reviewer: \"j-doe\"", "reviewer: j-doe"));
    assert_eq!((code, at.as_str()), ("record-form", "j-doe"));
    assert_eq!(one_fault("# A page\n").0, "record-form");
    assert_eq!(one_fault(&format!("\u{feff}{text}")).0, "record-form");
}

#[test]
fn includes_have_one_order() {
    let mut record = record("2026-01-05", "j-doe", BODY, None);
    let image = |name: &str| Include::file(IncludeKind::Image, name, Sha256::of(b""));
    record.includes = vec![image("/a.png"), image("/b.png")];
    assert_eq!(read_faults(&record.write()), []);
    for other in [vec![image("/b.png"), image("/a.png")], vec![image("/a.png"), image("/a.png")]] {
        record.includes = other;
        assert_eq!(one_fault(&record.write()).0, "record-form");
    }
}

#[test]
fn a_body_that_grew_or_shrank_is_named() {
    let text = record("2026-01-05", "j-doe", BODY, None).write();
    let (code, at, message) = one_fault(&format!("{text}More."));
    assert_eq!((code, at.as_str()), ("record-form", "40"));
    assert_eq!(message, "the record's text is 45 bytes long, and `length` says 40");
    assert_eq!(one_fault(&text[..text.len() - 5]).0, "record-form");
}

#[test]
fn changed_line_endings_are_named() {
    let unix = record("2026-01-05", "j-doe", BODY, None).write();
    assert_eq!(one_fault(&unix.replace('\n', "\r\n")).0, "record-line-endings");
    let (header, body) = unix.split_at(unix.len() - BODY.len());
    let (code, _, message) = one_fault(&format!("{header}{}", body.replace('\n', "\r\n")));
    assert_eq!(code, "record-line-endings");
    assert_eq!(message, "the record's text is 44 bytes long and was 40: its line endings were changed");
    let windows = record("2026-01-05", "j-doe", &BODY.replace('\n', "\r\n"), None).write();
    assert_eq!(one_fault(&windows.replace("\r\n", "\n")).0, "record-line-endings");
}

#[test]
fn names_never_collide() {
    let date = day("2026-01-05");
    let mut taken: Vec<String> = Vec::new();
    for reviewer in ["doe", "doe-2", "doe", "doe", "doe-2"] {
        let name = free_name(date, reviewer, |name| taken.iter().any(|other| other == name));
        assert!(number_in_name(&name, date, reviewer).is_some(), "{name} is a name of {reviewer}'s");
        assert!(!taken.contains(&name));
        taken.push(name);
    }
    assert_eq!(taken[..3], ["2026-01-05-doe.md", "2026-01-05-doe-2.md", "2026-01-05-doe-3.md"]);
    for other in
        ["2026-01-05-doe-1.md", "2026-01-05-doe-02.md", "2026-01-05-doe-x.md", "2026-01-06-doe.md", "2026-01-05-doe"]
    {
        assert_eq!(number_in_name(other, date, "doe"), None, "{other}");
    }
    assert_eq!(folder(&SourcePath::new("content/a/index.md")), "reviews/a/index");
    let image = file_path(Sha256::of(b""), "/a/Scan.PNG");
    assert_eq!((image.parent(), image.extension()), ("reviews/images", Some("png")));
    assert!(image.name().starts_with("e3b0c44298fc"));
}

/// Three records of a page, one after the other.
fn three() -> Vec<Filed> {
    let first = filed("2024-01-22-a-roe.md", record("2024-01-22", "a-roe", BODY, None));
    let second = filed("2025-01-20-j-doe.md", record("2025-01-20", "j-doe", BODY, Some(&first)));
    let third = filed("2026-01-05-a-roe.md", record("2026-01-05", "a-roe", BODY, Some(&second)));
    vec![first, second, third]
}

fn chain_faults(records: &[Filed]) -> Vec<(&'static str, String)> {
    let all: Vec<&Filed> = records.iter().collect();
    let chain = arrange(&all, false);
    let mut sorted = chain.order.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (0..records.len()).collect::<Vec<_>>(), "every record is in the order once");
    chain.faults.into_iter().map(|fault| (fault.code.name(), fault.place.path.name().to_owned())).collect()
}

#[test]
fn a_sound_chain_is_put_in_order() {
    let mut records = three();
    records.reverse();
    assert_eq!(chain_faults(&records), []);
    assert_eq!(arrange(&records.iter().collect::<Vec<_>>(), false).order, [2, 1, 0]);
    assert_eq!(chain_faults(&[]), []);
}

#[test]
fn a_gap_is_named_and_a_removed_newest_is_not_seen() {
    let records = three();
    assert_eq!(
        chain_faults(&[records[0].clone(), records[2].clone()]),
        [("record-altered", "2024-01-22-a-roe.md".to_owned())]
    );
    assert_eq!(chain_faults(&records[1..]), [("record-missing", "2025-01-20-j-doe.md".to_owned())]);
    assert_eq!(chain_faults(&records[..2]), []);
    let unread = arrange(&[&records[1], &records[2]], true);
    assert_eq!(unread.faults, [], "another record could not be read, and that has been told");
}

#[test]
fn a_changed_record_is_named() {
    let mut records = three();
    let mut changed = records[1].record.clone();
    changed.outcome = Outcome::ChangesRequested;
    records[1] = filed("2025-01-20-j-doe.md", changed);
    assert_eq!(chain_faults(&records), [("record-altered", "2025-01-20-j-doe.md".to_owned())]);
}

#[test]
fn changed_line_endings_of_an_older_record_are_named() {
    let windows = BODY.replace('\n', "\r\n");
    let first = record("2024-01-22", "a-roe", BODY, None);
    let mut as_signed = filed("2024-01-22-a-roe.md", first.clone());
    as_signed.sha256 = Sha256::of(first.write().replace('\n', "\r\n").as_bytes());
    let second = filed("2025-01-20-j-doe.md", record("2025-01-20", "j-doe", &windows, Some(&as_signed)));
    let first = filed("2024-01-22-a-roe.md", first);
    assert_eq!(chain_faults(&[first, second]), [("record-line-endings", "2024-01-22-a-roe.md".to_owned())]);
}

#[test]
fn a_fork_is_named() {
    let mut records = three();
    records.push(filed("2026-01-05-j-doe.md", record("2026-01-05", "j-doe", BODY, Some(&records[1]))));
    assert_eq!(chain_faults(&records), [("record-fork", "2026-01-05-j-doe.md".to_owned())]);
    records[3] = filed("2026-01-05-j-doe.md", record("2026-01-05", "j-doe", BODY, None));
    assert_eq!(chain_faults(&records), [("record-fork", "2026-01-05-j-doe.md".to_owned())]);
    records[3] = Filed { path: SourcePath::new("reviews/risks/2026-01-05-a-roe-2.md"), ..records[2].clone() };
    assert_eq!(
        chain_faults(&records),
        [("record-fork", "2026-01-05-a-roe-2.md".to_owned())],
        "a copy beside the original"
    );
}

#[test]
fn a_swap_is_named() {
    let first = record("2026-01-05", "j-doe", BODY, None);
    let after = filed(NAME, first.clone());
    let second = record("2026-01-05", "j-doe", "---\ntitle: Risks\n---\n", Some(&after));
    let swapped = [filed("2026-01-05-j-doe-2.md", first), filed(NAME, second)];
    assert_eq!(chain_faults(&swapped), [("record-order", NAME.to_owned())]);
    let early = record("2025-12-31", "a-roe", BODY, Some(&after));
    let faults = chain_faults(&[after, filed("2025-12-31-a-roe.md", early)]);
    assert_eq!(faults, [("record-order", "2025-12-31-a-roe.md".to_owned())]);
}

#[test]
fn a_partial_review_builds_on_one_that_passed() {
    let mut records = three();
    let mut partial = record("2026-02-01", "j-doe", BODY, Some(&records[2]));
    partial.scope = Scope::Partial { builds_on: records[2].sha256 };
    records.push(filed("2026-02-01-j-doe.md", partial.clone()));
    assert_eq!(chain_faults(&records), []);
    partial.scope = Scope::Partial { builds_on: Sha256::of(b"") };
    records[3] = filed("2026-02-01-j-doe.md", partial.clone());
    assert_eq!(chain_faults(&records), [("record-missing", "2026-02-01-j-doe.md".to_owned())]);
    let mut objection = record("2026-01-31", "j-doe", BODY, Some(&records[2]));
    objection.outcome = Outcome::ChangesRequested;
    records[3] = filed("2026-01-31-j-doe.md", objection);
    partial.predecessor = Some(records[3].sha256);
    partial.scope = Scope::Partial { builds_on: records[3].sha256 };
    records.push(filed("2026-02-01-j-doe.md", partial));
    assert_eq!(chain_faults(&records), [("record-order", "2026-02-01-j-doe.md".to_owned())]);
}

fn check_faults(filed: &Filed, recomputed: TextDigest, signed: bool) -> Vec<(&'static str, String)> {
    let faults = check(filed, recomputed, signed, day("2026-06-01"));
    faults.into_iter().map(|fault| (fault.code.name(), fault.help.join(" "))).collect()
}

#[test]
fn a_record_is_weighed_by_itself() {
    let sound = filed(NAME, record("2026-01-05", "j-doe", BODY, None));
    assert_eq!(check_faults(&sound, sound.record.text, true), []);
    let codes = |path: &str| -> Vec<&'static str> {
        let filed = Filed { path: SourcePath::new(path), ..sound.clone() };
        check_faults(&filed, filed.record.text, true).into_iter().map(|(code, _)| code).collect()
    };
    assert_eq!(codes("reviews/benefits/2026-01-05-j-doe.md"), ["record-place"], "copied over to another page");
    assert_eq!(codes("reviews/risks/2026-01-06-j-doe.md"), ["record-place"], "renamed to another day");
    assert_eq!(codes("reviews/risks/2026-01-05-a-roe.md"), ["record-place"], "renamed to another reviewer");
    let ahead = filed("2026-06-02-j-doe.md", record("2026-06-02", "j-doe", BODY, None));
    assert_eq!(check_faults(&ahead, ahead.record.text, true)[0].0, "future-date");
    let mut urgent = record("2026-01-05", "j-doe", BODY, None);
    urgent.scope = Scope::Urgent { reason: "x".to_owned(), review_by: day("2026-01-04") };
    assert_eq!(check_faults(&filed(NAME, urgent.clone()), urgent.text, true)[0].0, "invalid-value");
}

#[test]
fn a_digest_that_disagrees_is_drift_if_the_signature_holds_and_tampering_if_not() {
    let sound = filed(NAME, record("2026-01-05", "j-doe", BODY, None));
    let other = text_of(RISKS, &BODY.replace("20 Gy", "21 Gy")).digest();
    let [(code, help)] = check_faults(&sound, other, true).try_into().unwrap();
    assert!(code == "record-text" && help.contains("Drift"), "{help}");
    let [(code, help)] = check_faults(&sound, other, false).try_into().unwrap();
    assert!(code == "record-text" && help.contains("somebody changed"), "{help}");
}

#[test]
fn a_removed_newest_record_is_found_with_a_list_from_before() {
    let records = three();
    let list =
        |records: &[Filed]| -> Manifest { records.iter().map(|filed| (filed.path.clone(), filed.sha256)).collect() };
    let before = manifest::read(&manifest::write(&list(&records))).unwrap();
    assert_eq!(before, list(&records));
    assert_eq!(manifest::compare(&before, &list(&records)), []);
    let [fault] = manifest::compare(&before, &list(&records[..2])).try_into().unwrap();
    assert_eq!((fault.code.name(), fault.place.path.name()), ("record-removed", "2026-01-05-a-roe.md"));
    let mut altered = list(&records);
    altered.insert(records[1].path.clone(), Sha256::of(b""));
    assert_eq!(manifest::compare(&before, &altered)[0].code, Code::RecordAltered);
    assert_eq!(manifest::compare(&list(&records[..2]), &list(&records)), [], "new records are no fault");
    assert_eq!(manifest::read("nonsense"), Err(1));
    assert_ne!(manifest::digest(&before), manifest::digest(&altered));
}
