//! A bar on the terminal while a long run is under way; nothing where there is no terminal, and nothing for a short run.
#![allow(clippy::disallowed_methods, reason = "the clock decides from when on the bar is shown")]

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A run shorter than this would only make the terminal flicker.
const PATIENCE: Duration = Duration::from_millis(500);

/// How far a run has come. It may be advanced from any thread; dropping it clears the bar.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    started: Instant,
    hidden: AtomicBool,
}

impl Progress {
    /// Starts a run of `total` steps, called by what it does: `Rendering`. `wanted` is false under `--quiet` and the like.
    pub fn start(what: &'static str, total: usize, wanted: bool) -> Self {
        let bar = ProgressBar::with_draw_target(u64::try_from(total).ok(), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}") {
            bar.set_style(style);
        }
        bar.set_message(what);
        let hidden = AtomicBool::new(wanted && std::io::stderr().is_terminal());
        Self { bar, started: Instant::now(), hidden }
    }

    /// One step is done.
    pub fn advance(&self) {
        self.bar.inc(1);
        if self.hidden.load(Ordering::Relaxed)
            && self.started.elapsed() > PATIENCE
            && self.hidden.swap(false, Ordering::Relaxed)
        {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
