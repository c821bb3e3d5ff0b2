//! `watch`: builds into a folder of its own, whenever a file changes, and shows what came of it.
//!
//! What is built is what `build --preview` builds. What was found goes to the terminal and, while there is an error, over the
//! last good page in the browser.
#![allow(clippy::disallowed_methods, reason = "the clock tells how long a round took")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use crate::base::diagnostic::Diagnostic;
use crate::base::digest::{Digest, Hasher};
use crate::shell::arguments::WatchArguments;
use crate::shell::clock;
use crate::shell::fault::EnvironmentFault;
use crate::shell::hints::Hints;
use crate::shell::onlookers::Onlookers;
use crate::shell::report::emit::{self, Format, Telling};
use crate::shell::report::json;
use crate::shell::report::located;
use crate::shell::run;
use crate::shell::session::{Outcome, Request, Session};
use crate::shell::watch::run::{Round, WatchOptions, watch as serve};
use crate::source::snapshot::{CONTENT, Sources, is_page};

/// The folder of previews, in the site's folder.
const SERVED: &str = ".iort-site/watch";

/// `iort-site watch`: until it is interrupted.
pub fn watch(arguments: &WatchArguments) -> ExitCode {
    match start(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => fault.report(),
    }
}

fn start(arguments: &WatchArguments) -> Result<(), EnvironmentFault> {
    run::threads(&arguments.site)?;
    let root = &arguments.site.root;
    let mut session = Session::open(root)?;
    let served = session.root().join(SERVED);
    let options = WatchOptions {
        root: root.clone(),
        served: served.clone(),
        listen: arguments.listen.to_string(),
        open: arguments.open,
        poll: arguments.poll,
    };
    let mut rounds = Rounds::default();
    let mut rebuild = |hints: Hints, onlookers: Onlookers<'_>| {
        let request = Request { onlookers, ..request(arguments, served.clone(), hints) };
        rounds.round(&mut session, &request, root)
    };
    let mut serving = |url: &str| {
        // A terminal that has gone away is no reason to stop serving.
        let _ = emit::err(&format!("Serving {url} (Ctrl-C ends it)\n"));
    };
    // A day may pass while it goes on.
    let today = || arguments.site.today.unwrap_or_else(clock::today);
    serve(&options, &mut rebuild, &mut serving, &today)
}

/// What the rounds before came to.
#[derive(Default)]
struct Rounds {
    last: Option<Vec<Diagnostic>>,
    /// Whether a round that was given up had seen a change, which the next one then does not see as one.
    unseen: bool,
    /// The state of the files that keep their address, as far as it is known.
    files: Digest,
}

/// What a round is asked for.
fn request(arguments: &WatchArguments, served: PathBuf, hints: Hints) -> Request<'static> {
    // A day may have passed since the last round.
    let options = run::options(&arguments.site, arguments.drafts, true);
    Request { adopt: true, quick: !hints.paths.is_empty(), hints, ..Request::new(options, served) }
}

impl Rounds {
    fn round(&mut self, session: &mut Session, request: &Request<'_>, root: &Path) -> Round {
        let started = Instant::now();
        match session.run(request) {
            Ok(outcome) if outcome.cancelled => {
                self.unseen |= outcome.changed;
                Round { given_up: true, ..Round::default() }
            }
            Ok(outcome) => self.told(&outcome, root, started),
            Err(fault) => {
                let _ = fault.report();
                Round {
                    changed: true,
                    faults_json: json::environment_json(&fault),
                    base_path: "/".to_owned(),
                    ..Round::default()
                }
            }
        }
    }

    /// Tells a round, if it came to something else than the one before.
    fn told(&mut self, outcome: &Outcome, root: &Path, started: Instant) -> Round {
        let changed = outcome.changed
            || std::mem::take(&mut self.unseen)
            || outcome.written + outcome.removed > 0
            || self.last.as_ref() != Some(&outcome.diagnostics);
        let findings = located::locate(&outcome.diagnostics, outcome);
        if changed {
            let telling = Telling { format: Format::Human, quiet: false, root };
            let told =
                telling.diagnostics(&findings).and_then(|()| telling.summary(&run::summary(outcome, started).built()));
            if let Err(fault) = told {
                let _ = fault.report();
            }
            self.files = files(&outcome.sources);
        }
        self.last = Some(outcome.diagnostics.clone());
        Round {
            changed,
            published: outcome.published,
            faults_json: json::faults_json(&findings),
            base_path: outcome.base_path.clone(),
            linked: outcome.linked.clone(),
            partial: outcome.partial,
            given_up: false,
            files: self.files.short(12),
        }
    }
}

/// The state of the files beside pages. The address of a theme's file says what is in it; that of a picture does not, and a
/// browser that has it would not ask for it again.
fn files(sources: &Sources) -> Digest {
    let mut hasher = Hasher::new();
    for (path, file) in sources.below(CONTENT).filter(|(path, _)| !is_page(path)) {
        hasher.part(path.as_str()).digest(file.digest());
    }
    hasher.finish()
}
