//! A case, three ways: warm in one process, clean at each step, and through the command line. The three must agree.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use iort_site::base::date::Date;
use iort_site::base::diagnostic::Diagnostic;
use iort_site::base::diagnostic::Spot;
use iort_site::base::path::SourcePath;
use iort_site::base::span::LineColumn;
use iort_site::shell::report::located::Texts;
use iort_site::shell::session::{Outcome, Request, Session};
use iort_site::source::snapshot::Options;
use tempfile::TempDir;

use crate::case::{self, Case, Change, Step};

/// The day that cases take for today, unless they say otherwise.
const TODAY: &str = "2026-06-01";

/// A configuration for cases that do not write one.
const SITE: &str = "title = \"A site\"\nbase_url = \"https://example.org\"\n";

/// What came of a step.
#[derive(Debug)]
pub(crate) struct Result {
    /// Outputs by path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Diagnostics, a line each, with help below.
    pub diagnostics: String,
    /// How many documents the warm build rendered.
    pub rendered: usize,
    /// What the command line would exit with.
    pub exit: i32,
}

/// What the command line says beside the files.
#[derive(Debug, Clone)]
struct Settings {
    today: String,
    options: Vec<String>,
}

/// Runs a case, step by step.
pub(crate) fn run(case: &Case) -> std::result::Result<Vec<Result>, String> {
    let say = |error: std::io::Error| error.to_string();
    let (warm_root, cli_root) = (TempDir::new().map_err(say)?, TempDir::new().map_err(say)?);
    for root in [&warm_root, &cli_root] {
        std::fs::write(root.path().join("site.toml"), SITE).map_err(say)?;
    }
    let mut session = Session::open(warm_root.path()).map_err(|fault| fault.message)?;
    let mut settings = Settings { today: TODAY.to_owned(), options: Vec::new() };
    let mut results = Vec::new();
    for step in &case.steps {
        change(step, warm_root.path(), cli_root.path(), &mut settings).map_err(say)?;
        let warm = build(&mut session, warm_root.path(), &settings)?;
        let clean = clean(warm_root.path(), &settings)?;
        let cli = command_line(cli_root.path(), &settings)?;
        // A step with errors leaves the last good output; a clean build then has none to leave.
        if warm.exit == 0 {
            agree(&step.name, "a clean build", &warm, &clean)?;
        }
        agree_in_words(&step.name, "a clean build", &warm, &clean)?;
        agree(&step.name, "the command line", &warm, &cli)?;
        agree_in_words(&step.name, "the command line", &warm, &cli)?;
        results.push(warm);
    }
    Ok(results)
}

fn change(step: &Step, warm: &Path, cli: &Path, settings: &mut Settings) -> std::io::Result<()> {
    for change in &step.changes {
        case::apply(change, warm)?;
        case::apply(change, cli)?;
        match change {
            Change::Today(today) => settings.today.clone_from(today),
            Change::Option(option) => settings.options = option.split_whitespace().map(str::to_owned).collect(),
            _ => {}
        }
    }
    Ok(())
}

fn build(session: &mut Session, root: &Path, settings: &Settings) -> std::result::Result<Result, String> {
    let value = |name: &str| {
        let at = settings.options.iter().position(|option| option == name)?;
        settings.options.get(at + 1).cloned()
    };
    let flag = |name: &str| settings.options.iter().any(|option| option == name);
    let options = Options {
        today: Date::parse(&settings.today).ok_or("today is no date")?,
        base_url: value("--base-url"),
        drafts: flag("--drafts"),
        preview: flag("--preview"),
        offline: flag("--offline"),
    };
    let request = Request {
        prose: flag("--prose"),
        deny_warnings: flag("--deny-warnings"),
        ..Request::new(options, root.join("public"))
    };
    let outcome = session.run(&request).map_err(|fault| fault.message)?;
    Ok(Result {
        files: files(&root.join("public")),
        diagnostics: words(&outcome),
        rendered: outcome.rendered,
        exit: outcome.exit(),
    })
}

/// The same sources in a folder without any past.
fn clean(root: &Path, settings: &Settings) -> std::result::Result<Result, String> {
    let fresh = TempDir::new().map_err(|error| error.to_string())?;
    for entry in walkdir::WalkDir::new(root).into_iter().filter_map(std::result::Result::ok) {
        let Ok(inner) = entry.path().strip_prefix(root) else { continue };
        if inner.starts_with("public") || inner.starts_with(".iort-site") {
            continue;
        }
        let to = fresh.path().join(inner);
        let copied = if entry.file_type().is_dir() {
            std::fs::create_dir_all(&to)
        } else {
            std::fs::copy(entry.path(), &to).map(|_| ())
        };
        copied.map_err(|error| error.to_string())?;
    }
    let mut session = Session::open(fresh.path()).map_err(|fault| fault.message)?;
    build(&mut session, fresh.path(), settings)
}

fn command_line(root: &Path, settings: &Settings) -> std::result::Result<Result, String> {
    let output = Command::new(env!("CARGO_BIN_EXE_iort-site"))
        .args(["build", "--format", "json", "--quiet", "--root"])
        .arg(root)
        .args(["--today", &settings.today])
        .args(&settings.options)
        .env_remove("RUST_BACKTRACE")
        .output()
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut diagnostics = String::new();
    for line in text.lines() {
        let value: serde_json::Value = serde_json::from_str(line).map_err(|error| format!("{error}: {line}"))?;
        let part = |name: &str| value[name].as_str().unwrap_or("?").to_owned();
        let help = value["help"].as_array().into_iter().flatten().filter_map(|help| help.as_str());
        diagnostics.push_str(&say(
            &format!("{}:{}:{}", part("path"), value["line"], value["column"]),
            &part("severity"),
            &part("code"),
            &part("message"),
            help,
        ));
    }
    Ok(Result {
        files: files(&root.join("public")),
        diagnostics,
        rendered: 0,
        exit: output.status.code().unwrap_or(-1),
    })
}

fn agree(step: &str, other: &str, warm: &Result, result: &Result) -> std::result::Result<(), String> {
    let mut faults = String::new();
    for path in warm.files.keys().chain(result.files.keys()) {
        if warm.files.get(path) != result.files.get(path) {
            let _ = writeln!(faults, "`{path}` differs");
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(format!("{step}: the warm build and {other} do not agree:\n{faults}")) }
}

fn agree_in_words(step: &str, other: &str, warm: &Result, result: &Result) -> std::result::Result<(), String> {
    if warm.diagnostics != result.diagnostics {
        let (one, two) = (&warm.diagnostics, &result.diagnostics);
        return Err(format!("{step}: the warm build says\n{one}\nand {other} says\n{two}"));
    }
    if warm.exit != result.exit {
        return Err(format!("{step}: the warm build exits with {} and {other} with {}", warm.exit, result.exit));
    }
    Ok(())
}

fn words(outcome: &Outcome) -> String {
    outcome.diagnostics.iter().map(|fault| line(fault, outcome)).collect()
}

fn line(fault: &Diagnostic, texts: &dyn Texts) -> String {
    let at = place(&fault.place.path, &fault.place.spot, texts);
    let severity = if fault.is_error() { "error" } else { "warning" };
    say(&at, severity, fault.code.name(), &fault.message, fault.help.iter().map(String::as_str))
}

fn place(path: &SourcePath, spot: &Spot, texts: &dyn Texts) -> String {
    let at = match (spot, texts.text(path)) {
        (Spot::Span(span), Some(text)) => LineColumn::of(&text, span.start),
        _ => LineColumn { line: 1, column: 1 },
    };
    format!("{path}:{}:{}", at.line, at.column)
}

fn say<'a>(at: &str, severity: &str, code: &str, message: &str, help: impl Iterator<Item = &'a str>) -> String {
    help.fold(format!("{at} {severity}[{code}] {message}\n"), |text, help| text + "  help: " + help + "\n")
}

/// The files below a folder.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let walk = walkdir::WalkDir::new(folder).into_iter().filter_map(std::result::Result::ok);
    walk.filter(|entry| entry.file_type().is_file())
        .filter_map(|entry| {
            let path = entry.path().strip_prefix(folder).ok()?.to_str()?.replace('\\', "/");
            Some((path, std::fs::read(entry.path()).ok()?))
        })
        .collect()
}
