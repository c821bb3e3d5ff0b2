//! The floors: each imports only from those below it, and a `mod.rs` only declares.

use std::path::{Path, PathBuf};

use libtest_mimic::{Failed, Trial};

/// From the lowest. `lib.rs` and `main.rs` stand above all.
const FLOORS: [&str; 9] = ["base", "review", "prose", "source", "page", "site", "render", "engine", "shell"];

/// The longest a module may be before it is two.
const LINES: usize = 450;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("architecture::floors", floors),
        Trial::test("architecture::modules", modules),
        Trial::test("architecture::site_sees_no_body", || {
            absent("src/site", &["page::body", "page::parse", "page::markdown"])
        }),
        Trial::test("architecture::page_sees_no_today", || absent("src/page", &["today", "source::snapshot"])),
    ]
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name();
    let files = walk.into_iter().filter_map(Result::ok).map(walkdir::DirEntry::into_path);
    files.filter(|path| path.extension().is_some_and(|ending| ending == "rs")).collect()
}

fn code_lines(path: &Path) -> Vec<(usize, String)> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("");
    let lines = code.lines().enumerate().map(|(at, line)| (at + 1, line.trim().to_owned()));
    lines.filter(|(_, line)| !line.starts_with("//")).collect()
}

fn report(faults: &[String]) -> Result<(), Failed> {
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n").into()) }
}

fn floors() -> Result<(), Failed> {
    let source = crate::repository().join("src");
    let mut faults = Vec::new();
    let mut seen = 0;
    for (height, floor) in FLOORS.iter().enumerate() {
        for file in rust_files(&source.join(floor)) {
            seen += 1;
            for (number, line) in code_lines(&file) {
                let above = FLOORS[height + 1..].iter().find(|above| line.contains(&format!("crate::{above}")));
                if let Some(above) = above {
                    faults.push(format!("{}:{number}: {floor} imports {above}", file.display()));
                }
                if line.contains("super::super") || line.contains("use super::*") {
                    faults.push(format!("{}:{number}: siblings are imported by their full path", file.display()));
                }
            }
        }
    }
    if seen < 20 {
        faults.push(format!("only {seen} files were looked at: the folders are not where this test looks"));
    }
    report(&faults)
}

fn modules() -> Result<(), Failed> {
    let mut faults = Vec::new();
    for file in rust_files(&crate::repository().join("src")) {
        let text = std::fs::read_to_string(&file)?;
        if !text.starts_with("//!") {
            faults.push(format!("{}: does not open with what it is for", file.display()));
        }
        if text.lines().count() > LINES {
            faults.push(format!("{}: {} lines", file.display(), text.lines().count()));
        }
        if file.ends_with("mod.rs") {
            let declares = |line: &str| {
                line.is_empty() || ["pub mod ", "mod ", "#[cfg(test)]"].iter().any(|start| line.starts_with(start))
            };
            for (number, line) in code_lines(&file).into_iter().filter(|(_, line)| !declares(line)) {
                faults.push(format!("{}:{number}: a `mod.rs` only declares: {line}", file.display()));
            }
        }
    }
    report(&faults)
}

fn absent(folder: &str, words: &[&str]) -> Result<(), Failed> {
    let mut faults = Vec::new();
    for file in rust_files(&crate::repository().join(folder)) {
        for (number, line) in code_lines(&file) {
            for word in words.iter().filter(|word| line.contains(**word)) {
                faults.push(format!("{}:{number}: mentions `{word}`", file.display()));
            }
        }
    }
    report(&faults)
}
