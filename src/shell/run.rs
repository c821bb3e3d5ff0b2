//! `build` and `check`: from typed arguments to an exit status.
#![allow(clippy::disallowed_methods, reason = "the clock tells how long it took")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::OnceLock;
use std::time::Instant;

use crate::shell::arguments::{BuildArguments, CheckArguments, DraftArguments, SiteArguments, TellingArguments};
use crate::shell::clock;
use crate::shell::fault::{CONTENT_ERRORS, ENVIRONMENT, EnvironmentFault};
use crate::shell::publish::publisher;
use crate::shell::report::emit::{self, Telling};
use crate::shell::report::located;
use crate::shell::report::progress::Progress;
use crate::shell::report::summary::Summary;
use crate::shell::session::{Outcome, Request, Session};
use crate::source::snapshot::Options;

/// Where the trace goes, in the site's folder.
const TRACE: &str = ".iort-site/timings.json";

/// The output folder of a site that is given none.
const PUBLIC: &str = "public";

/// `iort-site build`.
pub fn build(arguments: &BuildArguments) -> ExitCode {
    let output = arguments.output.clone().unwrap_or_else(|| arguments.site.root.join(PUBLIC));
    let what = What { check: false, adopt: arguments.adopt, explain: arguments.explain_rebuild, output };
    finish(run(&arguments.site, &arguments.drafts, arguments.offline, &arguments.telling, what))
}

/// `iort-site check`.
pub fn check(arguments: &CheckArguments) -> ExitCode {
    let what = What { check: true, adopt: false, explain: false, output: arguments.site.root.join(PUBLIC) };
    finish(run(&arguments.site, &arguments.drafts, arguments.offline, &arguments.telling, what))
}

struct What {
    check: bool,
    adopt: bool,
    explain: bool,
    output: PathBuf,
}

fn finish(result: Result<ExitCode, EnvironmentFault>) -> ExitCode {
    result.unwrap_or_else(|fault| fault.report())
}

/// Sets how many threads there are; the pool is the whole process's.
pub fn threads(site: &SiteArguments) -> Result<(), EnvironmentFault> {
    let Some(jobs) = site.jobs else { return Ok(()) };
    rayon::ThreadPoolBuilder::new()
        .num_threads(jobs.get())
        .build_global()
        .map_err(|error| EnvironmentFault::new(format!("cannot start {jobs} threads: {error}")))
}

/// What the arguments say of the output.
pub fn options(site: &SiteArguments, drafts: bool, preview: bool) -> Options {
    let today = site.today.unwrap_or_else(clock::today);
    Options { today, base_url: site.base_url.clone(), drafts, preview, offline: false }
}

fn run(
    site: &SiteArguments,
    drafts: &DraftArguments,
    offline: bool,
    telling: &TellingArguments,
    what: What,
) -> Result<ExitCode, EnvironmentFault> {
    let started = Instant::now();
    threads(site)?;
    let bar: OnceLock<Progress> = OnceLock::new();
    let progress = |done: publisher::Progress| {
        bar.get_or_init(|| Progress::start("Rendering", done.total, !telling.quiet)).advance();
    };
    let mut session = Session::once(&site.root)?;
    let options = Options { offline, ..options(site, drafts.drafts, drafts.preview) };
    let outcome = session.run(&Request {
        check: what.check,
        adopt: what.adopt,
        explain: what.explain,
        verify: telling.verify,
        prose: telling.prose,
        deny_warnings: telling.deny_warnings,
        progress: &progress,
        ..Request::new(options, what.output)
    })?;
    drop(bar);
    tell(&outcome, &site.root, telling, what.check, started)?;
    let code = match outcome.exit() {
        0 => ExitCode::SUCCESS,
        1 => ExitCode::from(CONTENT_ERRORS),
        _ => ExitCode::from(ENVIRONMENT),
    };
    // The process ends now, and the system takes back memory faster than we would.
    std::mem::forget((outcome, session));
    Ok(code)
}

fn tell(
    outcome: &Outcome,
    root: &Path,
    telling: &TellingArguments,
    check: bool,
    started: Instant,
) -> Result<(), EnvironmentFault> {
    let telling_timings = telling.timings;
    let telling = Telling { format: telling.format, quiet: telling.quiet, root };
    telling.diagnostics(&located::locate(&outcome.diagnostics, outcome))?;
    for (output, reasons) in &outcome.rebuilt {
        emit::err(&format!("rendered {output}: {}\n", reasons.join("; ")))?;
    }
    if telling_timings {
        outcome.timings.write_trace(&root.join(TRACE))?;
        emit::err(&outcome.timings.table())?;
    }
    telling.prose(&outcome.prose)?;
    let summary = summary(outcome, started);
    telling.summary(&if check { summary.checked() } else { summary.built() })
}

/// The summary of a build that started then.
pub fn summary(outcome: &Outcome, started: Instant) -> Summary {
    Summary {
        pages: outcome.pages,
        written: outcome.written,
        unchanged: outcome.unchanged,
        removed: outcome.removed,
        rendered: outcome.rendered,
        elapsed: started.elapsed(),
        ..Summary::default()
    }
    .with_diagnostics(&outcome.diagnostics)
}
