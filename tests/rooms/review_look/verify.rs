//! `review verify`: every way to tamper with records is found and named.

use crate::review_look::file;
use crate::review_look::site::{AFTER, FIRST, NEWEST, OTHER, Run, SECOND, Site};

/// What verification finds, each as code and path, but for what follows from a page's words having been changed.
fn found(run: &Run) -> Vec<(String, String)> {
    let line = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        let part = |name: &str| value[name].as_str().unwrap().to_owned();
        (part("code"), part("path"))
    };
    run.out.lines().map(line).collect()
}

/// Tampers with a site that holds, and verifies it: exit status 1, with these faults among what is found.
fn finds(tamper: impl FnOnce(&Site), expected: &[(&str, &str)]) -> Run {
    let site = Site::new();
    tamper(&site);
    let run = site.look(&["verify", "--format", "json"]);
    let all = found(&run);
    for (code, path) in expected {
        assert!(all.contains(&((*code).to_owned(), (*path).to_owned())), "{code} {path} is not in {all:?}");
    }
    assert_eq!(run.status, Some(1), "{run:?}");
    run
}

fn signature(record: &str) -> String {
    format!("{record}.sig")
}

#[test]
fn what_holds_holds() {
    let run = Site::new().look(&["verify"]);
    assert_eq!((run.status, run.out.as_str()), (Some(0), ""), "{run:?}");
    assert_eq!(run.err, "6 of 6 records hold; of 4 of 4 pages all do\n");
}

#[test]
fn a_changed_byte() {
    let run = finds(
        |site| site.replace(NEWEST, "More words still", "More words stilL"),
        &[("record-text", NEWEST), ("signature-invalid", &signature(NEWEST))],
    );
    assert!(run.err.contains("5 of 6 records hold; of 3 of 4 pages all do"), "{}", run.err);
    // The record after it holds the digest of the one before.
    finds(|site| site.replace(FIRST, "Some words", "Some wordS"), &[("record-altered", FIRST)]);
}

#[test]
fn line_endings() {
    finds(|site| site.write(FIRST, &site.read(FIRST).replace('\n', "\r\n")), &[("record-line-endings", FIRST)]);
}

#[test]
fn the_record_of_another_page_copied_over() {
    finds(|site| site.copy(OTHER, NEWEST), &[("record-place", NEWEST)]);
}

#[test]
fn the_key_of_another_reviewer() {
    let other = |site: &Site| {
        let key = site.root().join("key");
        std::fs::copy(file("keys/a-roe"), &key).unwrap();
        restrict(&key);
        site.remove(&signature(NEWEST));
        let status = std::process::Command::new("ssh-keygen")
            .args(["-q", "-Y", "sign", "-n", "iort-site-review", "-f"])
            .arg(&key)
            .arg(site.root().join(NEWEST))
            .status()
            .unwrap();
        assert!(status.success());
    };
    let run = finds(other, &[("signature-key", &signature(NEWEST))]);
    assert!(run.out.contains("a-roe"), "{}", run.out);
}

#[test]
fn a_key_outside_its_dates() {
    // The two records after it were signed with the same key, but for the second.
    let late = |site: &Site| {
        let text =
            site.read("data/reviewers.toml").replacen("from = 2026-01-01", "from = 2026-01-01\nuntil = 2026-01-31", 1);
        site.write("data/reviewers.toml", &text);
    };
    let run = finds(late, &[("key-not-valid", &signature(NEWEST))]);
    assert!(!found(&run).iter().any(|(_, path)| path.starts_with(FIRST)), "{}", run.out);
}

#[test]
fn a_gap() {
    let gap = |site: &Site| {
        site.remove(SECOND);
        site.remove(&signature(SECOND));
    };
    finds(gap, &[("record-missing", NEWEST)]);
}

#[test]
fn a_swap() {
    let swap = |site: &Site| {
        site.copy(FIRST, "first");
        site.copy(NEWEST, FIRST);
        site.copy("first", NEWEST);
    };
    finds(swap, &[("record-place", FIRST), ("record-place", NEWEST)]);
}

#[test]
fn a_fork() {
    let fork = |site: &Site| {
        site.copy(NEWEST, "kept");
        site.remove(NEWEST);
        site.remove(&signature(NEWEST));
        site.sign("treatment/after.md", "a-roe", "2026-03-05");
        site.copy("kept", NEWEST);
    };
    finds(fork, &[("record-fork", "reviews/treatment/after/2026-03-05-a-roe.md")]);
}

#[test]
fn a_removed_signature_and_a_removed_copy() {
    finds(|site| site.remove(&signature(NEWEST)), &[("signature-missing", NEWEST)]);
    let site = Site::new();
    let images: Vec<_> = std::fs::read_dir(site.root().join("reviews/images")).unwrap().collect();
    assert_eq!(images.len(), 1, "an image is kept once, for all records");
    let image = images[0].as_ref().unwrap().path();
    let bytes = std::fs::read(&image).unwrap();
    std::fs::remove_file(&image).unwrap();
    // The image itself is as it was: nothing is lost.
    let run = site.look(&["verify"]);
    assert!(run.status == Some(0) && run.err.contains("record-missing"), "{run:?}");
    site.write("content/treatment/dots.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"8\"/>");
    assert_eq!(site.look(&["verify"]).status, Some(1));
    std::fs::write(&image, [&bytes, &b" "[..]].concat()).unwrap();
    let run = site.look(&["verify"]);
    assert!(run.status == Some(1) && run.err.contains("record-text"), "{run:?}");
}

#[test]
fn the_newest_that_was_taken_away() {
    let site = Site::new();
    let manifest = site.look(&["verify", "--manifest"]);
    assert_eq!(manifest.out.lines().count(), 13, "six records, their signatures, an image: {}", manifest.out);
    site.write("kept.sha256", &manifest.out);
    site.git(&["init", "-q"]);
    site.git(&["add", "."]);
    site.git(&["commit", "-q", "-m", "All of it"]);
    site.git(&["tag", "kept"]);
    for since in ["kept.sha256", "kept", "HEAD"] {
        let run = site.look(&["verify", "--since", since]);
        assert_eq!(run.status, Some(0), "{run:?}");
    }
    site.remove(NEWEST);
    site.remove(&signature(NEWEST));
    assert_eq!(site.look(&["verify"]).status, Some(0), "it leaves no trace");
    for since in ["kept.sha256", "kept", "HEAD"] {
        let run = site.look(&["verify", "--since", since, "--format", "json"]);
        assert_eq!(run.status, Some(1), "{run:?}");
        let gone = [NEWEST.to_owned(), signature(NEWEST)].map(|path| ("record-removed".to_owned(), path));
        assert_eq!(found(&run), gone);
    }
    // The tool that everyone has reads the same list.
    let status = std::process::Command::new("sha256sum")
        .args(["--check", "--status", "kept.sha256"])
        .current_dir(site.root())
        .status()
        .unwrap();
    assert!(!status.success());
}

#[test]
fn a_since_that_is_neither() {
    let site = Site::new();
    site.git(&["init", "-q"]);
    for since in ["nowhere", "--all"] {
        let run = site.look(&["verify", &format!("--since={since}")]);
        assert!(run.status == Some(2) && run.err.contains("neither a file nor a revision"), "{run:?}");
    }
    let run = site.look(&["verify", "--since", "site.toml"]);
    assert!(run.status == Some(2) && run.err.contains("line 1 of `site.toml`"), "{run:?}");
}

#[test]
fn what_trust_rests_on_is_pinned() {
    let site = Site::new();
    let pinned = site.look(&["verify", "--trust"]).out.trim().to_owned();
    let run = site.look(&["verify", "--trust", &pinned]);
    assert!(run.status == Some(0) && run.out.is_empty(), "{run:?}");
    // What is not trusted may change.
    site.append("content/index.md", "\nMore.\n");
    site.write("data/numbers.toml", "one = 1\n");
    assert_eq!(site.look(&["verify", "--trust", &pinned]).status, Some(0));
    for (path, text) in [
        ("site.toml", "# A comment\n"),
        ("data/reviewers.toml", "# A comment\n"),
        ("templates/partials/head_extra.html", "<meta name=\"a\" content=\"b\">"),
        ("static/js/site.js", "// A script"),
    ] {
        let before = site.look(&["verify", "--trust"]).out;
        let now = if site.root().join(path).exists() { site.read(path) + text } else { text.to_owned() };
        site.write(path, &now);
        let run = site.look(&["verify", "--trust", before.trim()]);
        assert!(run.status == Some(1) && run.err.contains("trust-changed"), "{path}: {run:?}");
    }
}

#[test]
fn a_page_that_is_gone_is_named() {
    let site = Site::new();
    site.remove(AFTER);
    site.remove("content/treatment/dots.svg");
    let run = site.look(&["verify"]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(run.err.ends_with("3 records of `content/treatment/after.md`, which is gone\n"), "{run:?}");
    site.replace(NEWEST, "More words still", "More words stilL");
    assert_eq!(site.look(&["verify"]).status, Some(1), "its records are held to the same");
}

/// `ssh-keygen` takes no key that others can read.
fn restrict(key: &std::path::Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(key, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}
