//! Every diagnostic code has a case that provokes it, and an explanation.

use iort_site::base::code::Code;
use libtest_mimic::{Failed, Trial};

/// Codes whose fault no case file can set up: the test that provokes each is named here.
const ELSEWHERE: [(&str, &str); 21] = [
    ("unreadable", "tests/read.rs"),
    ("not-utf8", "tests/read.rs"),
    ("symbolic-link", "tests/read.rs"),
    ("file-name", "tests/read.rs"),
    ("output-displaced", "tests/publish.rs"),
    ("output-foreign", "tests/publish.rs"),
    ("record-form", "tests/review.rs"),
    ("record-line-endings", "tests/review.rs"),
    ("record-place", "tests/review.rs"),
    ("record-text", "tests/review.rs"),
    ("record-altered", "tests/review.rs"),
    ("record-missing", "tests/review.rs"),
    ("record-fork", "tests/review.rs"),
    ("record-order", "tests/review.rs"),
    ("record-removed", "tests/review.rs"),
    ("signature-missing", "tests/review.rs"),
    ("signature-form", "tests/review.rs"),
    ("signature-invalid", "tests/review.rs"),
    ("signature-key", "tests/review.rs"),
    ("key-not-valid", "tests/review.rs"),
    ("demonstration-key", "tests/review.rs"),
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
