//! How long each phase of a build took, as a table and as a trace.
//!
//! The trace is in the Trace Event Format (JSON, complete events, microseconds), which the profilers of Chrome
//! (`chrome://tracing`, Perfetto) and Firefox open.
#![allow(clippy::disallowed_methods, reason = "the clock times the phases, and the trace is a file")]

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::shell::fault::EnvironmentFault;

/// The phases of a build, in the order in which they began; each ends where the next begins.
#[derive(Clone, Debug, Default)]
pub struct Timings {
    started: Option<Instant>,
    phases: Vec<(&'static str, Duration)>,
    ended: Duration,
}

impl Timings {
    /// Starts the clock.
    pub fn start() -> Self {
        Self { started: Some(Instant::now()), ..Self::default() }
    }

    /// A phase begins.
    pub fn begin(&mut self, phase: &'static str) {
        self.phases.push((phase, self.elapsed()));
    }

    /// The last phase ends.
    pub fn end(&mut self) {
        self.ended = self.elapsed();
    }

    fn elapsed(&self) -> Duration {
        self.started.map_or(Duration::ZERO, |started| started.elapsed())
    }

    /// Each phase with its start and its length.
    fn spans(&self) -> impl Iterator<Item = (&'static str, Duration, Duration)> {
        let ends = self.phases.iter().skip(1).map(|(_, start)| *start).chain([self.ended]);
        self.phases.iter().zip(ends).map(|((name, start), end)| (*name, *start, end.saturating_sub(*start)))
    }

    /// How long the phases of a name took together.
    pub fn of(&self, phase: &str) -> Duration {
        self.spans().filter(|(name, ..)| *name == phase).map(|(.., length)| length).sum()
    }

    /// The phases as a table, in milliseconds.
    pub fn table(&self) -> String {
        let milliseconds = |length: Duration| length.as_secs_f64() * 1000.0;
        let mut table = String::from("phase          ms\n");
        for (name, _, length) in self.spans() {
            let _ = writeln!(table, "{name:10} {:>7.1}", milliseconds(length));
        }
        let _ = writeln!(table, "{:10} {:>7.1}", "all", milliseconds(self.ended));
        table
    }

    /// Writes the trace.
    pub fn write_trace(&self, path: &Path) -> Result<(), EnvironmentFault> {
        let microseconds = |length: Duration| length.as_secs_f64() * 1_000_000.0;
        let event = |(name, start, length): (&'static str, Duration, Duration)| {
            json!({
                "name": name, "cat": "build", "ph": "X", "pid": 1, "tid": 1,
                "ts": microseconds(start), "dur": microseconds(length),
            })
        };
        let trace = json!({ "displayTimeUnit": "ms", "traceEvents": self.spans().map(event).collect::<Vec<_>>() });
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| EnvironmentFault::io("create", folder, &error))?;
        }
        std::fs::write(path, format!("{trace}\n")).map_err(|error| EnvironmentFault::io("write", path, &error))
    }
}
