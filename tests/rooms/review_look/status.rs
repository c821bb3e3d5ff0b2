//! `review status`, `load` and `allowed-signers`.

use std::process::{Command, Stdio};

use crate::review_look::site::{FIRST, NEWEST, SECOND, Site, TODAY};

fn paths(json: &str) -> Vec<String> {
    let pages: serde_json::Value = serde_json::from_str(json).unwrap();
    pages.as_array().unwrap().iter().map(|page| page["path"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_most_urgent_first() {
    let site = Site::new();
    site.write("content/new.md", "---\ntitle: New\n---\n\nSome words.\n");
    site.append("content/risks.md", "\nMore words.\n");
    let run = site.look(&["status", "--format", "json"]);
    let expected =
        ["new", "risks", "index", "treatment/index", "treatment/after"].map(|page| format!("content/{page}.md"));
    assert_eq!(paths(&run.out), expected);
    assert_eq!(run.status, Some(1), "a page is in a state that is an error");
    let pages: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(
        pages[4],
        serde_json::json!({
            "path": "content/treatment/after.md", "url": "/treatment/after/", "title": "After", "state": "current",
            "action": "allow", "last_reviewed": "2026-03-02", "next_review": "2027-03-02", "reviewed_by": ["j-doe"],
            "urgent_until": null,
        })
    );
    assert_eq!((&pages[0]["state"], &pages[0]["next_review"]), (&"never".into(), &serde_json::Value::Null));
    let run = site.look(&["status", "--state", "current,due"]);
    assert_eq!(run.status, Some(0), "none of those listed");
    assert_eq!(run.out.lines().count(), 4);
}

#[test]
fn filters() {
    let site = Site::new();
    let listed = |arguments: &[&str], today: &str| {
        let run = site.review(&[&["status", "--format", "json", "--today", today], arguments].concat());
        assert_eq!(run.status, Some(0), "{run:?}");
        paths(&run.out).len()
    };
    assert_eq!(listed(&["--section", "/treatment/"], TODAY), 2);
    assert_eq!(listed(&["--reviewer", "j-doe"], TODAY), 4);
    assert_eq!(listed(&["--reviewer", "a-roe"], TODAY), 0);
    // Due on 5 January: 90 days before that, and one day less.
    assert_eq!(listed(&["--within", "90d"], "2026-10-07"), 3);
    assert_eq!(listed(&["--within", "90d"], "2026-10-06"), 0);
    assert_eq!(listed(&["--state", "due"], "2026-10-07"), 3);
    assert_eq!(listed(&["--state", "due"], "2027-01-05"), 4);
    assert_eq!(listed(&["--state", "overdue"], "2027-01-06"), 3);
    for (arguments, says) in [
        (["--reviewer", "j-dow"], "did you mean `j-doe`?"),
        (["--section", "/treatmnt/"], "did you mean `/treatment/`?"),
        (["--state", "late"], "invalid value 'late'"),
        (["--within", "soon"], "not a time such as `90d`"),
    ] {
        let run = site.look(&[&["status"], &arguments[..]].concat());
        assert!(run.status == Some(2) && run.err.contains(says), "{run:?}");
    }
}

#[test]
fn who_filed_a_record_is_told() {
    let site = Site::unsigned();
    site.replace("site.toml", "require = \"signature\"", "require = \"record\"");
    let filing = ["--recorded-by", "an-editor", "--evidence", "=e-mail of 5 January", "--yes", "--today", "2026-01-05"];
    let run = site.review(&[&["sign", "index.md", "--as", "j-doe"], &filing[..]].concat());
    assert_eq!(run.status, Some(0), "{run:?}");
    let table = site.look(&["status"]).out;
    assert!(table.contains("filed for j-doe by an-editor, on the evidence of =e-mail of 5 January\n"), "{table}");
    let csv = site.look(&["status", "--format", "csv"]).out;
    assert!(csv.contains("an-editor,\"'=e-mail of 5 January\"\r\n"), "{csv}");
}

#[test]
fn comma_separated_values_are_defused() {
    let csv = Site::new().look(&["status", "--format", "csv"]).out;
    assert!(csv.starts_with("path,url,title,state,action,last_reviewed,next_review,reviewed_by,"), "{csv}");
    let risks = "content/risks.md,/risks/,\"'=Risks, and \"\"side effects\"\"\",current,allow,2026-01-05,2027-01-05,j-doe,,,\r\n";
    assert!(csv.contains(risks), "{csv}");
}

#[test]
fn load_by_month_and_reviewer() {
    let site = Site::new();
    let csv = site.look(&["load", "--format", "csv"]).out;
    assert_eq!(csv.lines().count(), 27, "a head, what waits, 24 months, what is later: {csv}");
    assert!(csv.contains("2027-01,j-doe,3\r\n") && csv.contains("2027-03,j-doe,1\r\n"), "{csv}");
    let load: serde_json::Value = serde_json::from_str(&site.look(&["load", "--format", "json"]).out).unwrap();
    assert_eq!(load["months"].as_array().unwrap().len(), 24);
    assert_eq!(load["months"][0]["month"], "2026-06");
    assert_eq!(
        load["months"][7],
        serde_json::json!({"month": "2027-01", "pages": 3, "by_reviewer": {"j-doe": 3}, "unassigned": 0})
    );
    let table = site.look(&["load"]).out;
    assert!(table.contains("2027-01       3  ##############################  j-doe 3\n"), "{table}");
    // What is overdue waits, and is in no month.
    let load: serde_json::Value =
        serde_json::from_str(&site.review(&["load", "--format", "json", "--today", "2027-01-31"]).out).unwrap();
    assert_eq!((&load["waiting"]["pages"], &load["months"][0]["pages"]), (&3.into(), &0.into()));
}

#[test]
fn ssh_keygen_accepts_what_was_signed() {
    let site = Site::new();
    let signers = site.look(&["allowed-signers"]).out;
    site.write("allowed_signers", &signers);
    let accepts = |record: &str, reviewer: &str, on: &str| {
        let input = std::fs::File::open(site.root().join(record)).unwrap();
        let status = Command::new("ssh-keygen")
            .args(["-Y", "verify", "-n", "iort-site-review", "-f", "allowed_signers", "-I", reviewer])
            .args([format!("-Overify-time={on}"), "-s".to_owned(), format!("{record}.sig")])
            .current_dir(site.root())
            .stdin(input)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.unwrap().success()
    };
    assert!(accepts(FIRST, "j-doe", "20260105"));
    assert!(accepts(SECOND, "a-roe", "20260202"));
    assert!(accepts(NEWEST, "j-doe", "20260302"));
    assert!(!accepts(NEWEST, "a-roe", "20260302"), "another reviewer");
    assert!(!accepts(NEWEST, "j-doe", "20251231"), "before the key was valid");
}

#[test]
fn keys_of_a_demonstration_are_for_a_demonstration() {
    let site = Site::new();
    site.replace("data/reviewers.toml", "id = \"a-roe\"", "id = \"a-roe\"\ndemonstration = true");
    let signers = |site: &Site| site.look(&["allowed-signers"]).out.lines().count();
    assert_eq!(signers(&site), 1);
    site.append("site.toml", "\n[notice]\ntitle = \"A demonstration\"\ntext = \"It is one.\"\ndemonstration = true\n");
    assert_eq!(signers(&site), 2);
}
