//! What is open in a browser is rendered first, and shown before the rest of the site is made.
//!
//! A change of a template makes every page anew, and the person who made it looks at one of them. Nothing is written: the bytes
//! are handed to the preview, which serves them until the build ends, with them in the folder or with a fault. They are rendered
//! a second time with the rest, which costs a fraction of a millisecond and leaves the way of publishing as it is.

use super::produce::Workshop;
use super::survey::Standing;
use crate::base::diagnostic::Diagnostic;
use crate::engine::output::{From, Ingredients, Output, Wave};
use crate::shell::onlookers::{Made, Onlookers};

/// With fewer outputs to make than these the whole build is over as soon.
const MANY: usize = 64;

/// Renders what is open, and hands it on. `standings` says what stands in the place of each output.
pub(super) fn show(onlookers: Onlookers<'_>, workshop: &Workshop<'_>, standings: &[Standing], to_make: usize) {
    if onlookers.open.is_empty() || to_make < MANY {
        return;
    }
    let outputs = workshop.outputs.list();
    let differs = |at: &usize| workshop.excuse(*at, &standings[*at]).is_none();
    let assets = || (0..outputs.len()).filter(|at| outputs[*at].wave == Wave::Asset);
    // A page must not be shown with a file that is not there yet, and what is copied is not held in memory.
    if assets().filter(differs).any(|at| outputs[at].from != From::Rendered) {
        return;
    }
    let open = onlookers.open.iter().filter_map(|path| outputs.binary_search_by(|output| output.path.cmp(path)).ok());
    let pages: Vec<Made> = open.filter(differs).filter_map(|at| made(workshop, &outputs[at])).collect();
    if pages.is_empty() {
        return;
    }
    let assets = assets().filter(differs).filter_map(|at| made(workshop, &outputs[at]));
    (onlookers.ahead)(assets.chain(pages.iter().cloned()).collect());
}

/// An output, unless something is wrong with it: then the build tells, and shows nothing.
fn made(workshop: &Workshop<'_>, output: &Output) -> Option<Made> {
    if output.from != From::Rendered {
        return None;
    }
    let rendered = workshop.outputs.render(output, Ingredients::default());
    let weighed = workshop.outputs.weigh(output, &rendered.loose_links);
    let is_right = !rendered.diagnostics.iter().chain(&weighed).any(Diagnostic::is_error);
    is_right.then(|| (output.path.clone(), rendered.bytes))
}
