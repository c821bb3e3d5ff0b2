//! The loop of `watch`: a round, a wait, a round.
//!
//! It knows nothing of sites. What a round does is the caller's, and is what `build` does; so nothing here decides what an
//! event calls for. It ends with the process: an interrupt may come at any time, since what is served is only replaced by
//! renames and `public/` is never touched.
#![allow(clippy::disallowed_methods, reason = "a browser is started")]

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::events::{Events, How};
use super::serve::Preview;
use crate::base::date::Date;
use crate::shell::fault::EnvironmentFault;
use crate::shell::hints::Hints;
use crate::shell::onlookers::Onlookers;

/// How long after a round that looked only at what was hinted at a whole one follows, if nothing else comes first: a person
/// who saves again at once is not made to wait for it.
const IDLE: Duration = Duration::from_millis(400);
/// How often it is asked which day it is. A single long wait until midnight would be off by the time that a laptop slept.
const TICK: Duration = Duration::from_secs(1);
/// How many rounds in a row may be given up for a newer change: someone who never stops writing wants to see something too.
const MOST_GIVEN_UP: usize = 3;

/// What the command line says of a preview.
#[derive(Clone, Debug)]
pub struct WatchOptions {
    /// The site's folder.
    pub root: PathBuf,
    /// The folder that rounds publish into and that is served: `.iort-site/watch`.
    pub served: PathBuf,
    /// `--listen`: `HOST:PORT`.
    pub listen: String,
    /// `--open`: whether a browser is started.
    pub open: bool,
    /// `--poll`: whether to look at regular times in place of waiting for events.
    pub poll: bool,
}

/// What came of one round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Whether anything was different from the round before. If not, the rest is not looked at.
    pub changed: bool,
    /// Whether the served folder now holds what the sources say.
    pub published: bool,
    /// The diagnostics for the overlay, one JSON object to a line (`report::json::faults_json`). Shown if nothing was
    /// published.
    pub faults_json: String,
    /// The path of `base_url`, starting and ending with a slash. Taken over if something was published.
    pub base_path: String,
    /// Where symbolic links of the sources lead (`Reading::linked`).
    pub linked: Vec<PathBuf>,
    /// Whether only what was hinted at was looked at, so that a whole round is due when there is time.
    pub partial: bool,
    /// Whether it was given up because a newer change had come. Then nothing came of it, and the rest is not looked at.
    pub given_up: bool,
    /// Names the state of the files that keep their address when they change, such as a page's pictures.
    pub files: String,
}

/// Watches and serves until the process ends; it returns only with a fault.
///
/// `rebuild` makes a round and reports it. It is called once at the start, and then each time after something may have
/// changed: often nothing did, and then it should say so and be silent. `serving` is told the site's URL, after the first
/// round. `today` is asked now and then, since pages are due on a day and the day may change.
pub fn watch(
    options: &WatchOptions,
    rebuild: &mut dyn FnMut(Hints, Onlookers<'_>) -> Round,
    serving: &mut dyn FnMut(&str),
    today: &dyn Fn() -> Date,
) -> Result<(), EnvironmentFault> {
    let root = options.root.canonicalize().map_err(|error| {
        EnvironmentFault::io("read the site's folder", &options.root, &error)
            .help("give the folder that holds `site.toml` with `--root`")
    })?;
    let mut preview = Preview::start(&options.listen, &options.served)?;
    // Watches first, then the look: what changes during a round is then told after it.
    let mut events = Events::watch(&root, if options.poll { How::Polling } else { How::Events })?;
    let mut hints = Hints::rescan();
    let mut is_first = true;
    let mut given_up = 0;
    loop {
        let day = today();
        let (open, stirred) = (preview.open(), events.begin());
        let round = rebuild(
            hints,
            Onlookers {
                open: &open,
                ahead: &|made| preview.show_ahead(made),
                newer: &|| given_up < MOST_GIVEN_UP && stirred.load(Ordering::Relaxed),
            },
        );
        given_up = if round.given_up { given_up + 1 } else { 0 };
        if given_up > 0 {
            hints = events.wait_at_most(IDLE).unwrap_or_default();
            continue;
        }
        if round.changed || is_first {
            preview.show(&round);
        }
        if std::mem::take(&mut is_first) {
            serving(&preview.url());
            if options.open {
                open_browser(&preview.url());
            }
        }
        // Where a link led that was not known before, something may have changed before it was watched: another look.
        hints = if round.partial {
            events.wait_at_most(IDLE).unwrap_or_default()
        } else if events.also(&round.linked) {
            Hints::default()
        } else {
            wait(&mut events, day, today)
        };
    }
}

/// Waits for a change, or for another day.
fn wait(events: &mut Events, day: Date, today: &dyn Fn() -> Date) -> Hints {
    loop {
        match events.wait_at_most(TICK) {
            None if today() == day => {}
            hints => return hints.unwrap_or_default(),
        }
    }
}

/// Asks the desktop to open a URL. It is not worth ending for if it cannot: the URL has been told.
fn open_browser(url: &str) {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut command = Command::new("rundll32");
        command.arg("url.dll,FileProtocolHandler");
        command
    } else {
        Command::new("xdg-open")
    };
    let started = command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if let Ok(mut browser) = started {
        // Waited for, so that it leaves no trace in the process table; some openers last as long as the browser does.
        std::thread::spawn(move || browser.wait());
    }
}
