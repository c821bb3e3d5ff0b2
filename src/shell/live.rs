//! `watch`: builds into a folder of its own, whenever a file changes, and shows what came of it.
//!
//! What is built is what `build --preview` builds. What was found goes to the terminal and, while there is an error, over the
//! last good page in the browser.
#![allow(clippy::disallowed_methods, reason = "the clock tells how long a round took")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use crate::base::diagnostic::Diagnostic;
use crate::shell::arguments::WatchArguments;
use crate::shell::fault::EnvironmentFault;
use crate::shell::hints::Hints;
use crate::shell::report::emit::{self, Format, Telling};
use crate::shell::report::json;
use crate::shell::report::located;
use crate::shell::run;
use crate::shell::session::{Outcome, Request, Session};
use crate::shell::watch::run::{Round, WatchOptions, watch as serve};

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
    let mut rounds = Rounds { last: None };
    let mut rebuild = |hints: Hints| rounds.round(arguments, &mut session, served.clone(), hints);
    let mut serving = |url: &str| {
        // A terminal that has gone away is no reason to stop serving.
        let _ = emit::err(&format!("Serving {url} (Ctrl-C ends it)\n"));
    };
    serve(&options, &mut rebuild, &mut serving)
}

/// What the rounds before came to.
struct Rounds {
    last: Option<Vec<Diagnostic>>,
}

impl Rounds {
    fn round(&mut self, arguments: &WatchArguments, session: &mut Session, served: PathBuf, hints: Hints) -> Round {
        let started = Instant::now();
        let request = Request {
            // A day may have passed since the last round.
            options: run::options(&arguments.site, arguments.drafts, true),
            adopt: true,
            quick: !hints.paths.is_empty(),
            hints,
            ..Request::new(served)
        };
        match session.run(&request) {
            Ok(outcome) => self.told(&outcome, &arguments.site.root, started),
            Err(fault) => {
                let _ = fault.report();
                Round {
                    changed: true,
                    published: false,
                    faults_json: json::environment_json(&fault),
                    base_path: "/".to_owned(),
                    linked: Vec::new(),
                    partial: false,
                }
            }
        }
    }

    /// Tells a round, if it came to something else than the one before.
    fn told(&mut self, outcome: &Outcome, root: &Path, started: Instant) -> Round {
        let changed = outcome.changed
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
        }
        self.last = Some(outcome.diagnostics.clone());
        Round {
            changed,
            published: outcome.published,
            faults_json: json::faults_json(&findings),
            base_path: outcome.base_path.clone(),
            linked: outcome.linked.clone(),
            partial: outcome.partial,
        }
    }
}
