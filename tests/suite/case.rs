//! Cases: Markdown files under `tests/cases/`, each a list of small sites with what must come of them.
//!
//! A heading of level 2 starts a case, one of level 3 its next step. A fenced block whose info string is a path writes that
//! file; a list item `delete PATH`, `rename OLD to NEW`, `today DATE`, `option NAME`, `review …`
//! (`reviews.rs`) does as it says. What is expected stands in
//! fenced blocks too: `diagnostics`, `files` (all outputs), `rendered` (how many documents a warm build renders), `output
//! PATH` (its whole text), `has PATH` and `lacks PATH` (lines of it). A step without `diagnostics` must have none.

use std::path::{Path, PathBuf};

use libtest_mimic::{Failed, Trial};

use crate::reviews::Review;
use crate::run::{self, Result as Came};

/// A site that is built, changed and built again.
#[derive(Debug, Default)]
pub(crate) struct Case {
    pub name: String,
    pub steps: Vec<Step>,
}

/// What is changed before a build, and what must come of it.
#[derive(Debug, Default)]
pub(crate) struct Step {
    pub name: String,
    pub changes: Vec<Change>,
    expectations: Vec<Expectation>,
}

#[derive(Debug)]
pub(crate) enum Change {
    Write(String, String),
    Delete(String),
    Rename(String, String),
    Today(String),
    Option(String),
    Review(Review),
}

#[derive(Debug)]
struct Expectation {
    kind: String,
    path: String,
    text: String,
    /// The lines between the fences, for `UPDATE=1`.
    lines: std::ops::Range<usize>,
}

pub(crate) fn trials() -> Vec<Trial> {
    let folder = crate::repository().join("tests/cases");
    let walk = walkdir::WalkDir::new(&folder).sort_by_file_name();
    let files = walk.into_iter().filter_map(Result::ok).map(walkdir::DirEntry::into_path);
    files
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .map(|path| {
            let name = path.strip_prefix(&folder).unwrap_or(&path).with_extension("");
            Trial::test(format!("cases::{}", name.display()), move || run_file(&path))
        })
        .collect()
}

fn run_file(path: &Path) -> Result<(), Failed> {
    let text = std::fs::read_to_string(path)?;
    let cases = read(&text)?;
    if cases.is_empty() {
        return Err("the file has no case".into());
    }
    let update = std::env::var_os("UPDATE").is_some();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut faults = Vec::new();
    // From the last to the first, so that replaced lines leave the numbers of those before them as they are.
    for case in cases.iter().rev() {
        let came = run::run(case).map_err(|fault| format!("{}: {fault}", case.name))?;
        for (step, came) in case.steps.iter().zip(&came).rev() {
            let named = format!("{} / {}", case.name, step.name);
            for expectation in step.expectations.iter().rev() {
                if let Some(fault) = expectation.check(came) {
                    if update && ["diagnostics", "files", "rendered", "output"].contains(&expectation.kind.as_str()) {
                        let now = expectation.came(came).lines().map(str::to_owned).collect::<Vec<_>>();
                        lines.splice(expectation.lines.clone(), now);
                    } else {
                        faults.push(format!("{named}: {fault}"));
                    }
                }
            }
            let asks = step.expectations.iter().any(|expectation| expectation.kind == "diagnostics");
            if !asks && !came.diagnostics.is_empty() {
                faults.push(format!("{named}: unexpected diagnostics:\n{}", came.diagnostics));
            }
        }
    }
    if update {
        std::fs::write(path, lines.join("\n") + "\n")?;
    }
    faults.reverse();
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n\n").into()) }
}

impl Expectation {
    fn came(&self, came: &Came) -> String {
        match self.kind.as_str() {
            "diagnostics" => came.diagnostics.clone(),
            "files" => {
                let shown = came.files.keys().filter(|path| !is_index_part(path));
                shown.map(|path| without_fingerprint(path) + "\n").collect()
            }
            "rendered" => format!("{}\n", came.rendered),
            _ => {
                came.files.get(&self.path).map_or_else(String::new, |bytes| String::from_utf8_lossy(bytes).into_owned())
            }
        }
    }

    fn check(&self, came: &Came) -> Option<String> {
        let now = self.came(came);
        match self.kind.as_str() {
            "has" | "lacks" => {
                if !came.files.contains_key(&self.path) {
                    return Some(format!("there is no output `{}`", self.path));
                }
                let wrong = |line: &&str| now.contains(line.trim()) != (self.kind == "has");
                let wrong: Vec<&str> = self.text.lines().filter(|line| !line.trim().is_empty()).filter(wrong).collect();
                (!wrong.is_empty())
                    .then(|| format!("`{}` {} not hold:\n{}\n{now}", self.path, self.kind, wrong.join("\n")))
            }
            kind => (now.trim_end() != self.text.trim_end())
                .then(|| format!("{kind} {}: expected\n{}\ncame\n{now}", self.path, self.text)),
        }
    }
}

/// Whether an output is a part of the search index: there is one for each letter, and a case of files is not about letters.
fn is_index_part(path: &str) -> bool {
    path.strip_prefix("search/").and_then(|path| path.split_once('/')).is_some_and(|(_, name)| name != "index.js")
}

/// `assets/site.5f3a9c01b2.css` as `assets/site.*.css`: an edit of the theme is no change of a case.
fn without_fingerprint(path: &str) -> String {
    let parts: Vec<&str> = path.split('.').collect();
    let hidden = |part: &str| part.len() == 10 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let shown = parts.iter().map(|part| if hidden(part) { "*" } else { part });
    if path.starts_with("assets/") { shown.collect::<Vec<_>>().join(".") } else { path.to_owned() }
}

/// Reads a file of cases.
fn read(text: &str) -> Result<Vec<Case>, Failed> {
    let mut cases: Vec<Case> = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        at += 1;
        if let Some(name) = line.strip_prefix("## ") {
            let first = Step { name: "first".to_owned(), ..Step::default() };
            cases.push(Case { name: name.to_owned(), steps: vec![first] });
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        if let Some(name) = line.strip_prefix("### ") {
            case.steps.push(Step { name: name.to_owned(), ..Step::default() });
            continue;
        }
        let Some(step) = case.steps.last_mut() else { continue };
        let ticks = line.len() - line.trim_start_matches('`').len();
        if ticks >= 3 {
            let info = line[ticks..].trim();
            let start = at;
            while at < lines.len() && lines[at] != &line[..ticks] {
                at += 1;
            }
            if at == lines.len() {
                return Err(format!("line {start}: the block is not closed").into());
            }
            let text = lines[start..at].iter().fold(String::new(), |text, line| text + line + "\n");
            block(step, info, text, start..at);
            at += 1;
        } else if let Some(item) = line.strip_prefix("- ") {
            let change = change(item).ok_or_else(|| format!("line {at}: `{item}` is no change"))?;
            step.changes.push(change);
        }
    }
    Ok(cases)
}

fn block(step: &mut Step, info: &str, text: String, lines: std::ops::Range<usize>) {
    let (kind, path) = info.split_once(' ').unwrap_or((info, ""));
    if ["diagnostics", "files", "rendered", "output", "has", "lacks"].contains(&kind) {
        step.expectations.push(Expectation { kind: kind.to_owned(), path: path.to_owned(), text, lines });
    } else {
        // Escapes for what a Markdown file cannot show: `\r`, and a byte order mark.
        let text = text.replace("␍\n", "\r\n").replace('␀', "\0").replace("⎵BOM", "\u{feff}");
        step.changes.push(Change::Write(info.to_owned(), text));
    }
}

fn change(item: &str) -> Option<Change> {
    let (word, rest) = item.split_once(' ').unwrap_or((item, ""));
    match word {
        "delete" => Some(Change::Delete(rest.to_owned())),
        "rename" => rest.split_once(" to ").map(|(old, new)| Change::Rename(old.to_owned(), new.to_owned())),
        "today" => Some(Change::Today(rest.to_owned())),
        "option" => Some(Change::Option(rest.to_owned())),
        "review" => Review::parse(rest).map(Change::Review),
        _ => None,
    }
}

/// Applies a change to the files below a folder.
pub(crate) fn apply(change: &Change, root: &Path) -> std::io::Result<()> {
    let at = |path: &str| -> PathBuf { root.join(path) };
    let parent = |path: &Path| path.parent().map_or(Ok(()), std::fs::create_dir_all);
    match change {
        Change::Write(path, text) => {
            parent(&at(path))?;
            std::fs::write(at(path), text)
        }
        Change::Delete(path) if at(path).is_dir() => std::fs::remove_dir_all(at(path)),
        Change::Delete(path) => std::fs::remove_file(at(path)),
        Change::Rename(old, new) => {
            parent(&at(new))?;
            std::fs::rename(at(old), at(new))
        }
        Change::Review(review) => review.file(root),
        Change::Today(_) | Change::Option(_) => Ok(()),
    }
}
