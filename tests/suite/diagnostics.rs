//! Every diagnostic code has a case that provokes it, and an explanation.

use iort_site::base::code::Code;
use libtest_mimic::{Failed, Trial};

/// Codes whose fault no case file can set up: the test that provokes each is named here.
const ELSEWHERE: [(&str, &str); 22] = [
    ("unreadable", "tests/rooms/read.rs"),
    ("not-utf8", "tests/rooms/read.rs"),
    ("symbolic-link", "tests/rooms/read.rs"),
    ("file-name", "tests/rooms/read.rs"),
    ("output-displaced", "tests/rooms/publish/ownership.rs"),
    ("output-foreign", "tests/rooms/publish/ownership.rs"),
    ("record-form", "tests/rooms/review/records.rs"),
    ("record-line-endings", "tests/rooms/review/records.rs"),
    ("record-place", "tests/rooms/review/records.rs"),
    ("record-text", "tests/rooms/review/records.rs"),
    ("record-altered", "tests/rooms/review/records.rs"),
    ("record-missing", "tests/rooms/review/records.rs"),
    ("record-fork", "tests/rooms/review/records.rs"),
    ("record-order", "tests/rooms/review/records.rs"),
    ("record-removed", "tests/rooms/review/records.rs"),
    ("trust-changed", "tests/rooms/review_look/verify.rs"),
    ("signature-missing", "tests/rooms/review/signatures.rs"),
    ("signature-form", "tests/rooms/review/signatures.rs"),
    ("signature-invalid", "tests/rooms/review/signatures.rs"),
    ("signature-key", "tests/rooms/review/signatures.rs"),
    ("key-not-valid", "tests/rooms/review/signatures.rs"),
    ("demonstration-key", "tests/rooms/review/signatures.rs"),
];

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("diagnostics::each_has_a_case", each_has_a_case),
        Trial::test("diagnostics::each_is_explained", each_is_explained),
    ]
}

fn each_has_a_case() -> Result<(), Failed> {
    let mut cases = String::new();
    for entry in walkdir::WalkDir::new(crate::repository().join("tests/cases")).into_iter().filter_map(Result::ok) {
        if entry.file_type().is_file() {
            cases.push_str(&std::fs::read_to_string(entry.path())?);
        }
    }
    let mut faults = Vec::new();
    for code in Code::ALL {
        let name = code.name();
        let provoked = match ELSEWHERE.iter().find(|(elsewhere, _)| *elsewhere == name) {
            Some((_, file)) => std::fs::read_to_string(crate::repository().join(file))?.contains(name),
            None => cases.contains(&format!("[{name}]")),
        };
        if !provoked {
            faults.push(format!("no case provokes `{name}`"));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n").into()) }
}

fn each_is_explained() -> Result<(), Failed> {
    let explained = |code: &&Code| {
        let text = code.explanation();
        text.starts_with(&format!("# {}\n", code.name()))
            && text.contains("## Example")
            && text.contains("## How to mend it")
    };
    let missing: Vec<&str> = Code::ALL.iter().filter(|code| !explained(code)).map(|code| code.name()).collect();
    if missing.is_empty() { Ok(()) } else { Err(format!("not explained: {}", missing.join(", ")).into()) }
}
