//! `iort-site mv`: a page moves, and every link leads where it led.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const SITE: &str = "title = \"A site\"\nbase_url = \"https://example.org\"\n\n[[header]]\ntitle = \"Risks\"\nto = \"/risks/#bleeding\"\n";

fn site() -> TempDir {
    let folder = TempDir::new().unwrap();
    let files = [
        ("site.toml", SITE),
        (
            "content/index.md",
            "---\ntitle: Home\n---\n[Risks](risks.md#bleeding), [ref][r], [from the root](/risks.md), [other](other.md)\n\n[r]: risks.md\n",
        ),
        (
            "content/risks.md",
            "---\ntitle: Risks\naliases:\n  - /dangers/\n---\n## Bleeding\n\n[Home](index.md), [below](#bleeding), [deep](s/deep.md)\n\n\
             ![alt](own.svg) ![alt](shared.svg)\n\n:::figure{src=\"own.svg\" alt=\"x\"}\n:::\n",
        ),
        ("content/other.md", "---\ntitle: Other\n---\n![alt](shared.svg)\n"),
        ("content/s/index.md", "---\ntitle: Section\n---\n[Risks](../risks.md)\n"),
        ("content/s/deep.md", "---\ntitle: Deep\n---\nNo links here: `../risks.md`.\n"),
        ("content/own.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>\n"),
        ("content/shared.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>\n"),
    ];
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn run(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_iort-site")).args(arguments).arg("--root").arg(root).output().unwrap()
}

fn read(root: &Path, path: &str) -> String {
    fs::read_to_string(root.join(path)).unwrap()
}

#[test]
fn links_to_and_from_the_page_follow_it_and_the_old_path_stays() {
    let folder = site();
    let root = folder.path();
    assert!(run(root, &["build", "--today", "2026-06-01"]).status.success());
    let output = run(root, &["mv", "risks", "s/t/dangers"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    assert!(!root.join("content/risks.md").exists());
    assert_eq!(
        read(root, "content/s/t/dangers.md"),
        "---\ntitle: Risks\naliases:\n  [/dangers/, /risks/]\n---\n## Bleeding\n\n[Home](../../index.md), [below](#bleeding), \
         [deep](../deep.md)\n\n![alt](own.svg) ![alt](../../shared.svg)\n\n:::figure{src=\"own.svg\" alt=\"x\"}\n:::\n"
    );
    assert!(root.join("content/s/t/own.svg").exists(), "a file that only the page uses moves with it");
    assert!(root.join("content/shared.svg").exists(), "a file that others use stays");
    assert_eq!(
        read(root, "content/index.md"),
        "---\ntitle: Home\n---\n[Risks](s/t/dangers.md#bleeding), [ref][r], [from the root](/s/t/dangers.md), \
         [other](other.md)\n\n[r]: s/t/dangers.md\n"
    );
    assert_eq!(read(root, "content/s/index.md"), "---\ntitle: Section\n---\n[Risks](t/dangers.md)\n");
    assert_eq!(read(root, "content/s/deep.md"), "---\ntitle: Deep\n---\nNo links here: `../risks.md`.\n");
    assert!(read(root, "site.toml").contains("to = \"/s/t/dangers/#bleeding\""));

    let built = run(root, &["build", "--today", "2026-06-01"]);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    assert!(read(root, "public/risks/index.html").contains("../s/t/dangers/"), "the old path leads to the new");
}

#[test]
fn there_and_back_is_as_before_but_for_the_alias() {
    let folder = site();
    let root = folder.path();
    assert!(run(root, &["mv", "risks", "s/dangers"]).status.success());
    let output = run(root, &["mv", "content/s/dangers.md", "content/risks.md"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(
        read(root, "content/risks.md").replace("  [/dangers/, /s/dangers/]", "  - /dangers/"),
        read(site().path(), "content/risks.md")
    );
    assert!(run(root, &["check", "--today", "2026-06-01"]).status.success());
}

#[test]
fn a_page_with_a_slug_leaves_its_file_name_behind_too() {
    let folder = site();
    let root = folder.path();
    fs::write(root.join("content/other.md"), "---\ntitle: Other\nslug: something-else\n---\nText.\n").unwrap();
    assert!(run(root, &["mv", "other", "another"]).status.success());
    assert_eq!(
        read(root, "content/another.md"),
        "---\ntitle: Other\naliases: [/other/]\nslug: something-else\n---\nText.\n"
    );
    assert!(run(root, &["mv", "another", "s/another"]).status.success());
    assert_eq!(
        read(root, "content/s/another.md"),
        "---\ntitle: Other\naliases: [/other/, /something-else/, /another/]\nslug: something-else\n---\nText.\n"
    );
}

#[test]
fn a_dry_run_shows_the_diff_and_does_nothing() {
    let folder = site();
    let root = folder.path();
    let output = run(root, &["mv", "--dry-run", "risks", "s/dangers"]);
    assert!(output.status.success());
    let text = String::from_utf8_lossy(&output.stdout);
    for line in ["move content/risks.md to content/s/dangers.md", "-[Risks](../risks.md)", "+[Risks](dangers.md)"] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert_eq!(read(root, "content/risks.md"), read(site().path(), "content/risks.md"));
    assert!(!root.join("content/s/dangers.md").exists());
}

#[test]
fn nothing_is_written_over_and_a_page_must_be_there() {
    let folder = site();
    let root = folder.path();
    for (arguments, says) in [
        (["mv", "risks", "other"], "is there already"),
        (["mv", "nowhere", "other2"], "there is no page"),
        (["mv", "risks", "../outside"], "is no page below"),
    ] {
        let output = run(root, &arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains(says), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(read(root, "content/risks.md"), read(site().path(), "content/risks.md"));
}
