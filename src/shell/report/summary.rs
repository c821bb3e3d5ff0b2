//! The last line of a run: what was done, in how long.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::base::diagnostic::Diagnostic;

/// What a run came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Pages of the site.
    pub pages: usize,
    /// Files written into the output.
    pub written: usize,
    /// Files of the output that were as they had to be.
    pub unchanged: usize,
    /// Files removed from the output.
    pub removed: usize,
    /// Outputs that were rendered, and not excused by an earlier run.
    pub rendered: usize,
    /// Diagnostics that are errors.
    pub errors: usize,
    /// Diagnostics that are warnings.
    pub warnings: usize,
    /// Files that the diagnostics are in.
    pub files: usize,
    /// How long it took.
    pub elapsed: Duration,
}

impl Summary {
    /// Takes in how many errors and warnings there are, and in how many files.
    #[must_use]
    pub fn with_diagnostics(mut self, diagnostics: &[Diagnostic]) -> Self {
        self.errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
        self.warnings = diagnostics.len() - self.errors;
        self.files = diagnostics.iter().map(|diagnostic| &diagnostic.place.path).collect::<BTreeSet<_>>().len();
        self
    }

    /// For a build: `Built 26 pages in 0.12 s: 41 files written, 3 unchanged, 1 removed; 2 warnings`, or what kept it from
    /// being published.
    pub fn built(&self) -> String {
        if self.errors > 0 {
            return format!("{}: nothing was published, the last good site stays", self.faults());
        }
        let Self { unchanged, removed, .. } = self;
        let done = format!("{} written, {unchanged} unchanged, {removed} removed", count(self.written, "file"));
        let warnings = if self.warnings > 0 { format!("; {}", count(self.warnings, "warning")) } else { String::new() };
        format!("Built {} in {}: {done}{warnings}", count(self.pages, "page"), seconds(self.elapsed))
    }

    /// For a check: `Checked 26 pages in 0.09 s: no errors, 2 warnings`.
    pub fn checked(&self) -> String {
        let found = match (self.errors, self.warnings) {
            (0, 0) => "no errors, no warnings".to_owned(),
            (0, warnings) => format!("no errors, {}", count(warnings, "warning")),
            _ => self.faults(),
        };
        format!("Checked {} in {}: {found}", count(self.pages, "page"), seconds(self.elapsed))
    }

    /// `3 errors and 1 warning in 2 files`.
    fn faults(&self) -> String {
        let warnings =
            if self.warnings > 0 { format!(" and {}", count(self.warnings, "warning")) } else { String::new() };
        format!("{}{warnings} in {}", count(self.errors, "error"), count(self.files, "file"))
    }
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn seconds(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    match elapsed.as_secs() {
        0..10 => format!("{seconds:.2} s"),
        10..60 => format!("{seconds:.1} s"),
        whole => format!("{} min {} s", whole / 60, whole % 60),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Summary;

    #[test]
    fn the_line_says_what_was_done() {
        let built = Summary { pages: 26, written: 41, unchanged: 3, removed: 1, ..Summary::default() };
        let elapsed = Duration::from_millis(123);
        assert_eq!(
            Summary { warnings: 2, elapsed, ..built.clone() }.built(),
            "Built 26 pages in 0.12 s: 41 files written, 3 unchanged, 1 removed; 2 warnings"
        );
        assert_eq!(
            Summary { pages: 1, written: 1, elapsed: Duration::from_secs(75), ..built.clone() }.built(),
            "Built 1 page in 1 min 15 s: 1 file written, 3 unchanged, 1 removed"
        );
        assert_eq!(
            Summary { errors: 3, warnings: 1, files: 2, ..built.clone() }.built(),
            "3 errors and 1 warning in 2 files: nothing was published, the last good site stays"
        );
        assert_eq!(
            Summary { warnings: 2, elapsed, ..built.clone() }.checked(),
            "Checked 26 pages in 0.12 s: no errors, 2 warnings"
        );
        assert_eq!(
            Summary { errors: 1, files: 1, elapsed, ..built }.checked(),
            "Checked 26 pages in 0.12 s: 1 error in 1 file"
        );
    }
}
