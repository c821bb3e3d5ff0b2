//! Loose links, which a template made of its own, weighed on every build: whether one is right depends on the rest of the site.

use crate::base::diagnostic::Diagnostic;
use crate::base::quick::QuickSet;
use crate::engine::output::{Output, Outputs};

/// Weighs the links of outputs. Most outputs have the same, and whether a link is right depends on no output; so each that is
/// right is weighed once.
pub(super) struct Weighing<'a> {
    outputs: &'a dyn Outputs,
    right: QuickSet<&'a str>,
}

impl<'a> Weighing<'a> {
    /// Of the outputs of a site.
    pub(super) fn new(outputs: &'a dyn Outputs) -> Self {
        Self { outputs, right: QuickSet::default() }
    }

    /// What is wrong with the links of an output.
    pub(super) fn weigh(&mut self, output: &Output, links: &'a [String]) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for link in links {
            if self.right.contains(link.as_str()) {
                continue;
            }
            let faults = self.outputs.weigh(output, std::slice::from_ref(link));
            if faults.is_empty() {
                self.right.insert(link);
            }
            found.extend(faults);
        }
        found
    }
}
