//! One build, from the disk to the output folder: what `build`, `check` and `watch` all call.
//!
//! A session keeps a reader and a memo, so that a second build in one process reads and parses what changed. A first build
//! is a session that is used once.
#![allow(clippy::disallowed_methods, reason = "the fingerprint reads the program's own file")]

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::base::diagnostic::{self, Diagnostic, Severity};
use crate::base::digest::{Digest, Hasher};
use crate::base::path::SourcePath;
use crate::base::span::Span;
use crate::engine::memo::Memo;
use crate::engine::plan;
use crate::shell::clock;
use crate::shell::fault::EnvironmentFault;
use crate::shell::hints::Hints;
use crate::shell::publish::publisher::{self, Progress, Publish, PublishFault};
use crate::shell::read::reader::Reader;
use crate::shell::report::located::Texts;
use crate::source::snapshot::{Options, Sources};

/// How often a build starts over when a source changes under it.
const ATTEMPTS: usize = 5;

/// A site, built again and again.
pub struct Session {
    reader: Reader,
    memo: Memo,
}

/// One build.
pub struct Request<'a> {
    /// What can change the output.
    pub options: Options,
    /// Where it goes.
    pub output: PathBuf,
    /// Whether nothing is to be published.
    pub check: bool,
    /// Whether files in the way that are not ours are moved aside.
    pub adopt: bool,
    /// Whether a warning keeps the site from being published.
    pub deny_warnings: bool,
    /// What may have changed since the last build.
    pub hints: Hints,
    /// Told as outputs are made.
    pub progress: &'a (dyn Fn(Progress) + Sync),
}

impl Request<'static> {
    /// A plain build into a folder, as of today.
    pub fn new(output: PathBuf) -> Self {
        let options = Options { today: clock::today(), base_url: None, drafts: false, preview: false, offline: false };
        Self {
            options,
            output,
            check: false,
            adopt: false,
            deny_warnings: false,
            hints: Hints::default(),
            progress: &|_| {},
        }
    }
}

/// What came of a build.
#[derive(Debug)]
pub struct Outcome {
    /// What it was made from.
    pub sources: Sources,
    /// What was found, in the order in which it is reported.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether any source differs from the last build's.
    pub changed: bool,
    /// Where symbolic links of the sources lead.
    pub linked: Vec<PathBuf>,
    /// The path under which the site is served, starting and ending with a slash.
    pub base_path: String,
    /// Pages of the site.
    pub pages: usize,
    /// Pages that were parsed, and not remembered.
    pub parsed: usize,
    /// Outputs that were rendered, and not excused.
    pub rendered: usize,
    /// Files written.
    pub written: usize,
    /// Files that were right as they stood.
    pub unchanged: usize,
    /// Files removed.
    pub removed: usize,
    /// Whether the output folder is now what the sources ask for.
    pub published: bool,
    /// Whether files that are not ours stand in the way.
    pub foreign: bool,
}

impl Outcome {
    /// The status that a command ends with.
    pub fn exit(&self) -> i32 {
        match (self.foreign, self.diagnostics.iter().any(Diagnostic::is_error)) {
            (true, _) => 2,
            (false, true) => 1,
            (false, false) => 0,
        }
    }
}

/// Places are found in the texts that were read; the plan has named the keys' places already.
impl Texts for Outcome {
    fn text(&self, path: &SourcePath) -> Option<Arc<str>> {
        self.sources.text(path).cloned()
    }

    fn key(&self, _: &SourcePath, _: &str) -> Option<Span> {
        None
    }
}

impl Session {
    /// A session on the site in a folder.
    pub fn open(root: &Path) -> Result<Self, EnvironmentFault> {
        Ok(Self { reader: Reader::open(root)?, memo: Memo::default() })
    }

    /// The site's folder, canonical.
    pub fn root(&self) -> &Path {
        self.reader.root()
    }

    /// Builds. A source that changes while it is copied starts the build over.
    pub fn run(&mut self, request: &Request<'_>) -> Result<Outcome, EnvironmentFault> {
        let mut attempt = 1;
        loop {
            match self.attempt(request) {
                Err(PublishFault::SourceChanged(_)) if attempt < ATTEMPTS => attempt += 1,
                Err(fault) => return Err(fault.into()),
                Ok(outcome) => return Ok(outcome),
            }
        }
    }

    fn attempt(&mut self, request: &Request<'_>) -> Result<Outcome, PublishFault> {
        let reading = self.reader.again(&request.options, &request.hints);
        let (mut plan, memo) = plan::plan(&reading.sources, &self.memo);
        self.memo = memo;
        if request.deny_warnings {
            plan.diagnostics.iter_mut().for_each(|fault| fault.severity = Severity::Error);
        }
        let published = publisher::publish(&Publish {
            root: self.reader.root(),
            output: &request.output,
            outputs: &plan,
            fingerprint: fingerprint()?,
            blocked: !plan.is_whole() || plan.diagnostics.iter().any(Diagnostic::is_error),
            adopt: request.adopt,
            dry_run: request.check,
            progress: request.progress,
        })?;
        let mut diagnostics = plan.diagnostics;
        diagnostics.extend(published.diagnostics);
        diagnostic::sort(&mut diagnostics);
        Ok(Outcome {
            sources: reading.sources,
            diagnostics,
            changed: reading.changed,
            linked: reading.linked,
            base_path: plan.base_path,
            pages: plan.page_count,
            parsed: plan.parsed_anew,
            rendered: published.rendered,
            written: published.written,
            unchanged: published.unchanged,
            removed: published.removed,
            published: published.published,
            foreign: published.foreign,
        })
    }
}

/// The digest of the program itself: what another program wrote excuses nothing.
fn fingerprint() -> Result<Digest, EnvironmentFault> {
    static FINGERPRINT: OnceLock<Digest> = OnceLock::new();
    if let Some(known) = FINGERPRINT.get() {
        return Ok(*known);
    }
    let fault = |error: std::io::Error| EnvironmentFault::new(format!("cannot read the program's own file: {error}"));
    let path = std::env::current_exe().map_err(fault)?;
    let mut hasher = Hasher::new();
    hasher.part(env!("CARGO_PKG_VERSION")).part(std::fs::read(path).map_err(fault)?);
    Ok(*FINGERPRINT.get_or_init(|| hasher.finish()))
}
