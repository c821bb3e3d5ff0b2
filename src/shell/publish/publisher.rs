//! Publishing a site: from a list of outputs to the output folder, or to what keeps it from being published.
//!
//! Nothing in the output folder is touched before every output is made and every diagnostic is known. From then on the
//! ownership file names what was ours and what will be, so a build that is killed at any point loses neither a file of ours
//! nor one of the user's, and the next build ends where an undisturbed one would have.
#![allow(clippy::disallowed_methods, reason = "looks at the files just published")]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use rayon::prelude::*;

use super::ahead;
use super::atomic;
use super::checksum::Checksum;
use super::commit::commit;
use super::decide::{Decision, Grounds, decide};
use super::destination::Destination;
use super::excuse::Glance;
use super::few::publish_few;
use super::ownership::{Ownership, stays_inside};
use super::produce::{AT_A_TIME, Bytes, Product, Workshop};
use super::receipt::{Account, Entry, Receipt};
use super::remember;
use super::staging::{self, Layout, Staging};
use super::stamp::Stamp;
use super::survey::{OnDisk, Standing, survey};
use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::digest::Digest;
use crate::base::path::{OutPath, SourcePath};
use crate::base::pieces::Pieces as _;
use crate::engine::memo::Memo;
use crate::engine::output::{Ingredients, Output, Outputs};
use crate::shell::fault::EnvironmentFault;
use crate::shell::onlookers::Onlookers;

/// What to publish, and where.
pub struct Publish<'a> {
    /// The site's root: sources are copied from below it, and `.iort-site` lies in it.
    pub root: &'a Path,
    /// The output folder. Diagnostics name it as it is given here, or from the root where it lies there.
    pub output: &'a Path,
    /// The site to be.
    pub outputs: &'a dyn Outputs,
    /// What its outputs are rendered with, in their order, to be let go of with each; or nothing, if it is to be kept.
    pub ingredients: Vec<Ingredients>,
    /// What every output depends on beside its key: the binary, and whatever else is global. Nothing is excused across
    /// different fingerprints.
    pub fingerprint: Digest,
    /// Whether errors are known already: all is rendered for its diagnostics, nothing is published.
    pub blocked: bool,
    /// Whether files that are not ours may be displaced where they stand in the way.
    pub adopt: bool,
    /// Whether diagnostics are all that is wanted: nothing is written anywhere.
    pub dry_run: bool,
    /// What this build is made from, and what it has said so far.
    pub account: Account,
    /// What the session's own last publication knew, if it was the last: else what is on disk.
    pub last: Option<Arc<Receipt>>,
    /// What was seen of the folder while the sources were read.
    pub glance: Option<Glance>,
    /// Which source of those that are read again turned out to be another than the build was made from.
    pub changed: &'a (dyn Fn() -> Option<SourcePath> + Sync),
    /// What the engine knows, to be remembered for the next process, unless that is on disk as it is.
    pub memo: Option<&'a Memo>,
    /// Whether to publish only what differs from `last`, without a look at the rest, where that can be done.
    pub few: bool,
    /// Whether the bytes of every output are read, whatever their stamps say.
    pub verify: bool,
    /// Whether to note why outputs were made.
    pub explain: bool,
    /// Told as outputs are made, from any thread. Not told if there is nothing to be made.
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// Who waits for it.
    pub onlookers: Onlookers<'a>,
}

/// How far the making of outputs has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Outputs made.
    pub done: usize,
    /// Outputs to be made in all: those that no earlier build excuses.
    pub total: usize,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// All that was found: by rendering, now or on the build that did; by weighing links; by looking at the output folder.
    /// In no order that matters.
    pub diagnostics: Vec<Diagnostic>,
    /// Outputs rendered now. One that is excused or copied is not.
    pub rendered: usize,
    /// Files written into the output folder.
    pub written: usize,
    /// Files that stood there as they had to.
    pub unchanged: usize,
    /// Files that were ours and are no output any more, taken out of the folder.
    pub removed: usize,
    /// Whether the output folder is now what was asked for. If not, it is as it was.
    pub published: bool,
    /// Why outputs were rendered, if that was asked for.
    pub rebuilt: Vec<(OutPath, Vec<&'static str>)>,
    /// What the next publication of this session may know.
    pub receipt: Option<Arc<Receipt>>,
    /// Whether files that are not ours kept it from being published: a fault of the environment, not of the content.
    pub foreign: bool,
    /// Whether it was given up for a newer change, with nothing published.
    pub cancelled: bool,
}

/// Why there is no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublishFault {
    /// Something outside the content.
    Environment(EnvironmentFault),
    /// A source is not what it was when the build read it. Nothing was published; building again from the start sees it as
    /// it is now.
    SourceChanged(SourcePath),
}

impl From<EnvironmentFault> for PublishFault {
    fn from(fault: EnvironmentFault) -> Self {
        Self::Environment(fault)
    }
}

/// For a caller that has built again often enough.
impl From<PublishFault> for EnvironmentFault {
    fn from(fault: PublishFault) -> Self {
        match fault {
            PublishFault::Environment(fault) => fault,
            PublishFault::SourceChanged(source) => {
                Self::new(format!("`{source}` changed while it was copied")).help("build again when it is at rest")
            }
        }
    }
}

/// Renders what no earlier build excuses, and publishes the whole if no diagnostic is an error.
///
/// `tell` hears the name of each phase as it begins.
pub fn publish(mut request: Publish<'_>, tell: &mut dyn FnMut(&'static str)) -> Result<Published, PublishFault> {
    let (last, glance) = (request.last.take(), request.glance.take());
    let ingredients = std::mem::take(&mut request.ingredients);
    let request = &request;
    tell("survey");
    let destination = match &glance {
        Some(glance) => glance.destination.clone(),
        None => Destination::resolve(request.root, request.output)?,
    };
    let outputs = request.outputs.list();
    let wanted = !(request.dry_run || request.blocked);
    let _lock = if wanted { Some(destination.lock()?) } else { None };
    if wanted {
        staging::remove_stale(&destination)?;
    }

    let last = match last {
        Some(last) if wanted && request.few => match publish_few(request, &destination, last)? {
            Ok(published) => return Ok(published),
            Err(last) => Some(last),
        },
        last => last,
    };
    refuse_escapes(outputs)?;
    let (seen, receipt) = what_is_known(request, &destination, glance, last);
    let known = receipt.beside(outputs);
    let layout = if destination.output.is_dir() { Layout::Loose } else { Layout::Whole };
    let standings = match layout {
        Layout::Loose => survey(&destination, outputs, (&receipt, &known), seen.as_deref(), request.verify)?,
        Layout::Whole => vec![Standing::Nothing; outputs.len()],
    };
    let mut workshop = Workshop {
        outputs: request.outputs,
        root: &destination.root,
        receipt: &receipt,
        known: &known,
        staging: None,
        progress: request.progress,
        newer: request.onlookers.newer,
    };
    let to_make = standings.iter().enumerate().filter(|(index, file)| workshop.excuse(*index, file).is_none()).count();
    let needed = wanted && (to_make > 0 || layout == Layout::Whole);
    let staging = if needed { Some(Staging::create(&destination, layout)?) } else { None };
    workshop.staging = staging.as_ref();
    tell("render");
    if wanted {
        ahead::show(request.onlookers, &workshop, &standings, to_make);
    }
    let Some(products) = workshop.make(&standings, ingredients, to_make)? else {
        return Ok(Published { receipt: Some(receipt), cancelled: true, ..Published::default() });
    };
    if let Some(source) = (request.changed)() {
        return Err(PublishFault::SourceChanged(source));
    }
    tell("publish");

    let published = Published {
        diagnostics: products.iter().flat_map(Product::found).cloned().collect(),
        rendered: products.iter().filter(|product| product.rendered).count(),
        rebuilt: if request.explain { rebuilt(&workshop, &products) } else { Vec::new() },
        ..Published::default()
    };
    if !wanted || published.diagnostics.iter().any(Diagnostic::is_error) {
        return Ok(Published { receipt: Some(receipt), ..published });
    }
    let site = Made { destination: &destination, receipt: &receipt, outputs, products, standings };
    // It speaks of sources and of no output, so it may be written while these are published, and whatever comes of that.
    let remember = || request.memo.map_or(Ok(()), |memo| remember::store(&destination, memo, request.fingerprint));
    let (published, remembered) = rayon::join(|| site.publish(request, staging, published), remember);
    let published = published?;
    remembered?;
    Ok(published)
}

/// What stood in the place of each entry of the receipt, if that was seen and is so still; and the receipt.
fn what_is_known(
    request: &Publish<'_>,
    destination: &Destination,
    mut glance: Option<Glance>,
    last: Option<Arc<Receipt>>,
) -> (Option<Vec<Standing>>, Arc<Receipt>) {
    let holds = last.is_none() && glance.as_mut().is_some_and(Glance::holds);
    match (glance, last) {
        (Some(glance), None) if holds => (glance.standings, Arc::new(glance.receipt)),
        (_, Some(last)) => (None, last),
        (_, None) => (None, Arc::new(Receipt::load(&destination.receipt(), request.fingerprint))),
    }
}

/// Why each output was rendered that was.
fn rebuilt(workshop: &Workshop<'_>, products: &[Product]) -> Vec<(OutPath, Vec<&'static str>)> {
    let made = workshop.outputs.list().iter().zip(products).filter(|(_, product)| product.rendered);
    made.map(|(output, _)| (output.path.clone(), workshop.reasons(output))).collect()
}

/// Sees that no output lies outside of the output folder. The engine makes none that does; this is where it would do harm.
fn refuse_escapes(outputs: &[Output]) -> Result<(), EnvironmentFault> {
    match outputs.par_iter().in_pieces(AT_A_TIME).find_first(|output| !stays_inside(output.path.as_str())) {
        Some(output) => Err(EnvironmentFault::new(format!("`{}` is no path inside the output folder", output.path))),
        None => Ok(()),
    }
}

/// A site that is made and has no error.
struct Made<'a> {
    destination: &'a Destination,
    receipt: &'a Receipt,
    outputs: &'a [Output],
    products: Vec<Product>,
    standings: Vec<Standing>,
}

impl Made<'_> {
    fn publish(
        self,
        request: &Publish<'_>,
        staging: Option<Staging>,
        mut published: Published,
    ) -> Result<Published, PublishFault> {
        let path = self.destination.ownership();
        let (before, (after, text)) = rayon::join(
            || Ownership::load(&path),
            || {
                let after = self.ownership();
                let text = after.text();
                (after, text)
            },
        );
        let (before, bytes) = before.map_err(|error| EnvironmentFault::io("read", &path, &error))?;
        let whole = staging.as_ref().is_some_and(|staging| staging.layout() == Layout::Whole);
        let comes = || if before.is_empty() { Ownership::default() } else { after.beyond(&before) };
        let goes_and_comes = || rayon::join(|| before.beyond(&after), comes);
        let (decision, (gone, new)) =
            rayon::join(|| if whole { Ok(self.all()) } else { self.decide(&before) }, goes_and_comes);
        let decision = decision?;
        if !(decision.links.is_empty() && (decision.foreign.is_empty() || request.adopt)) {
            published.diagnostics.extend(self.foreign(&decision));
            published.foreign = true;
            return Ok(published);
        }

        // What goes is named until it is gone, so that what comes is added to it at first.
        if gone.is_empty() {
            if bytes != text.as_bytes() {
                write_ownership(self.destination, &text)?;
            }
        } else if !new.is_empty() {
            let append = new.append(&path, self.destination.durability());
            append.map_err(|error| EnvironmentFault::io("write", &path, &error))?;
        }
        match staging {
            Some(staging) if whole => staging.become_output(&self.destination.output)?,
            staging => {
                published.diagnostics.extend(commit(self.destination, self.outputs, &decision, staging.as_ref())?);
            }
        }

        published.written = decision.write.len();
        published.unchanged = self.outputs.len() - decision.write.len();
        published.removed = decision.removed;
        published.published = true;
        let Self { destination, outputs, products, .. } = self;
        // A receipt is void without the ownership file that it speaks of, so they may be written in any order.
        let (owned, receipt) = rayon::join(
            || if gone.is_empty() { Ok(()) } else { write_ownership(destination, &text) },
            || {
                let (account, ownership) = (request.account.clone(), Digest::of(text.as_bytes()));
                let receipt = Receipt { account, ownership, entries: entries(destination, outputs, products) };
                if receipt != *self.receipt {
                    receipt.write(&destination.receipt(), request.fingerprint)?;
                }
                Ok::<_, EnvironmentFault>(receipt)
            },
        );
        owned?;
        published.receipt = Some(Arc::new(receipt?));
        Ok(published)
    }

    fn decide(&self, ownership: &Ownership) -> Result<Decision, EnvironmentFault> {
        decide(&Grounds {
            destination: self.destination,
            ownership,
            receipt: self.receipt,
            outputs: self.outputs,
            products: &self.products,
            standings: &self.standings,
        })
    }

    /// The decision where there is no output folder yet.
    fn all(&self) -> Decision {
        Decision { write: (0..self.outputs.len()).collect(), ..Decision::default() }
    }

    fn foreign(&self, decision: &Decision) -> Vec<Diagnostic> {
        let diagnostic = |path: &Path, what: &str| {
            let path = path.to_string_lossy();
            let message = format!("`{}` {what}", self.destination.name(&path));
            Diagnostic::new(Code::OutputForeign, self.destination.place(&path), message)
        };
        let files = decision.foreign.iter().map(|path| {
            diagnostic(path, "is in the way of an output, and no build has written it")
                .help("move it out of the output folder, or to a name that no page or file of the site takes")
                .help("if it may go, build with `--adopt`: it is moved to `.iort-site/displaced/`")
        });
        let links = decision.links.iter().map(|path| {
            diagnostic(path, "is a link where a folder is to be, and a build does not write through links")
                .help("remove the link: the build makes the folder")
        });
        files.chain(links).collect()
    }

    /// What will be ours.
    fn ownership(&self) -> Ownership {
        let files = self.outputs.iter().zip(&self.products);
        Ownership::new(
            files.filter_map(|(output, product)| Some((output.path.clone(), product.bytes.checksum()?))).collect(),
        )
    }
}

/// Lost, it would let files of ours pass for the user's, so it is flushed before what it speaks of is changed.
fn write_ownership(destination: &Destination, text: &str) -> Result<(), EnvironmentFault> {
    let path = destination.ownership();
    atomic::replace(&path, text.as_bytes(), destination.durability())
        .map_err(|error| EnvironmentFault::io("write", &path, &error))
}

/// What the next build may know of each output. One that is gone from the folder again is left out.
fn entries(destination: &Destination, outputs: &[Output], products: Vec<Product>) -> Vec<Entry> {
    let now = SystemTime::now();
    outputs
        .par_iter()
        .zip(products)
        .in_pieces(AT_A_TIME)
        .filter_map(|(output, product)| {
            let file = match product.bytes {
                Bytes::Kept(file) => file,
                Bytes::Staged(checksum) => just_written(&destination.at(output.path.as_str()), checksum, now)?,
                Bytes::Dropped => return None,
            };
            Some(Entry {
                path: output.path.clone(),
                key: output.key,
                checksum: file.checksum,
                stamp: file.stamp,
                settled: file.settled,
                diagnostics: product.diagnostics,
                loose_links: product.loose_links,
            })
        })
        .collect()
}

pub(super) fn just_written(path: &Path, checksum: Checksum, now: SystemTime) -> Option<OnDisk> {
    let stamp = Stamp::of(&fs::symlink_metadata(path).ok()?);
    Some(OnDisk { stamp, settled: stamp.settled(now), checksum })
}
