//! Making what the receipt does not excuse, output by output and on all cores, into the staging folder.
//!
//! An output's bytes live from its rendering to its staging and no longer. What equals the file on disk is not staged.
#![allow(clippy::disallowed_types, reason = "writes staged files")]

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rayon::prelude::*;

use super::checksum::{self, Checksum};
use super::loose_links::Weighing;
use super::publisher::{Progress, PublishFault};
use super::receipt::{Entry, Receipt};
use super::staging::Staging;
use super::survey::{OnDisk, Standing, is_absence};
use crate::base::diagnostic::Diagnostic;
use crate::base::digest::Digest;
use crate::base::path::SourcePath;
use crate::base::pieces::Pieces as _;
use crate::engine::output::{From, Ingredients, Output, Outputs};
use crate::shell::fault::EnvironmentFault;

/// How many outputs are taken together where each takes so little that fewer would be spent on handing them out.
pub(super) const AT_A_TIME: usize = 512;
/// How many outputs are made at a time.
const MADE_AT_A_TIME: usize = 64;

/// What outputs are made from, and where.
pub(super) struct Workshop<'a> {
    /// The site to be.
    pub(super) outputs: &'a dyn Outputs,
    /// The folder of the sources that are copied.
    pub(super) root: &'a Path,
    /// What the last build made,
    pub(super) receipt: &'a Receipt,
    /// and which entry of it is of each output.
    pub(super) known: &'a [Option<usize>],
    /// Where to stage; nowhere, if diagnostics are all that is wanted.
    pub(super) staging: Option<&'a Staging>,
    /// Whom to tell how far it is.
    pub(super) progress: &'a (dyn Fn(Progress) + Sync),
    /// Whether all this is of no use any more.
    pub(super) newer: &'a (dyn Fn() -> bool + Sync),
}

/// One output, made or excused.
#[derive(Clone, Debug)]
pub(super) struct Product {
    /// What became of its bytes.
    pub(super) bytes: Bytes,
    /// Whether it was rendered in this build.
    pub(super) rendered: bool,
    /// What was found while rendering it, now or on the build that did.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The links that a template made of its own.
    pub(super) loose_links: Vec<String>,
    /// What came of weighing them, which is never stored: it depends on the rest of the site.
    pub(super) weighed: Vec<Diagnostic>,
}

/// What became of the bytes of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bytes {
    /// They stand in the output folder.
    Kept(OnDisk),
    /// They are staged.
    Staged(Checksum),
    /// They were not wanted, since nothing will be published.
    Dropped,
}

impl Bytes {
    /// Their checksum, if they were wanted.
    pub(super) fn checksum(self) -> Option<Checksum> {
        match self {
            Self::Kept(file) => Some(file.checksum),
            Self::Staged(checksum) => Some(checksum),
            Self::Dropped => None,
        }
    }
}

impl Product {
    /// All that was found.
    pub(super) fn found(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().chain(&self.weighed)
    }

    /// Whether it keeps the site from being published.
    pub(super) fn has_error(&self) -> bool {
        self.found().any(Diagnostic::is_error)
    }
}

impl<'a> Workshop<'a> {
    /// The entry that excuses the output of a number, with the file that it speaks of: what the output is made from is the
    /// same, and the file is what was made of it.
    pub(super) fn excuse(&self, index: usize, standing: &Standing) -> Option<(&'a Entry, OnDisk)> {
        let Standing::File(file) = standing else { return None };
        let output = &self.outputs.list()[index];
        let entry = self.receipt.entries.get(self.known[index]?)?;
        (entry.key == output.key && entry.checksum == file.checksum).then_some((entry, *file))
    }

    /// What keeps an output from being excused, in words.
    pub(super) fn reasons(&self, output: &Output) -> Vec<&'static str> {
        match self.receipt.entry(output.path.as_str()) {
            None => vec!["no earlier build of it is known"],
            Some(entry) if entry.key == output.key => vec!["the file in the output folder is not what was written"],
            Some(entry) => output.key.differences(&entry.key),
        }
    }

    /// Makes all outputs, in their order; `None` if a newer change came first. `standings` says what stands in the place of
    /// each.
    pub(super) fn make(
        &self,
        standings: &[Standing],
        mut ingredients: Vec<Ingredients>,
        to_make: usize,
    ) -> Result<Option<Vec<Product>>, PublishFault> {
        let failed = AtomicBool::new(false);
        let made = AtomicUsize::new(0);
        let outputs = self.outputs.list();
        ingredients.resize(outputs.len(), Ingredients::default());
        let products: Result<Option<Vec<Product>>, PublishFault> = outputs
            .par_iter()
            .zip(standings)
            .zip(ingredients)
            .enumerate()
            .in_pieces(MADE_AT_A_TIME)
            .map(|(index, ((output, standing), ingredients))| {
                if (self.newer)() {
                    return Ok(None);
                }
                let product = if let Some((entry, file)) = self.excuse(index, standing) {
                    excused(entry, file)
                } else {
                    let product = self.make_one(index, output, ingredients, standing, &failed)?;
                    let done = made.fetch_add(1, Ordering::Relaxed) + 1;
                    (self.progress)(Progress { done, total: to_make });
                    product
                };
                if product.has_error() {
                    failed.store(true, Ordering::Relaxed);
                }
                Ok(Some(product))
            })
            .collect();
        let mut products = products?;
        if let Some(products) = &mut products {
            self.weigh_links(products);
        }
        Ok(products)
    }

    /// Weighs the loose links of all outputs.
    fn weigh_links(&self, products: &mut [Product]) {
        let some = products.par_chunks_mut(AT_A_TIME).zip(self.outputs.list().par_chunks(AT_A_TIME));
        some.for_each(|(products, outputs)| {
            let mut weighing = Weighing::new(self.outputs);
            for (Product { weighed, loose_links, .. }, output) in products.iter_mut().zip(outputs) {
                *weighed = weighing.weigh(output, loose_links);
            }
        });
    }

    fn make_one(
        &self,
        index: usize,
        output: &Output,
        ingredients: Ingredients,
        standing: &Standing,
        failed: &AtomicBool,
    ) -> Result<Product, PublishFault> {
        // Once there is an error nothing will be published; the rest is rendered for its diagnostics alone.
        let staging = self.staging.filter(|_| !failed.load(Ordering::Relaxed));
        match &output.from {
            From::Rendered => {
                let rendered = self.outputs.render(output, ingredients);
                let staging = staging.filter(|_| !rendered.diagnostics.iter().any(Diagnostic::is_error));
                let bytes = match staging {
                    Some(staging) => stage(staging, index, output, standing, &rendered.bytes)?,
                    None => Bytes::Dropped,
                };
                let (diagnostics, loose_links) = (rendered.diagnostics, rendered.loose_links);
                Ok(Product { bytes, rendered: true, diagnostics, loose_links, weighed: Vec::new() })
            }
            From::Copied { source, digest } => {
                let bytes = match staging {
                    Some(staging) => self.copy(staging, index, output, standing, (source, *digest))?,
                    None => Bytes::Dropped,
                };
                Ok(Product { bytes, rendered: false, diagnostics: vec![], loose_links: vec![], weighed: vec![] })
            }
        }
    }

    /// Stages a copy of a source, unless the copy stands already. The source must be what the build has seen of it.
    fn copy(
        &self,
        staging: &Staging,
        index: usize,
        output: &Output,
        standing: &Standing,
        (source, digest): (&SourcePath, Digest),
    ) -> Result<Bytes, PublishFault> {
        let from = self.root.join(source.as_str());
        let unchanged = |copied: io::Result<(Checksum, Digest)>| match copied {
            Ok((checksum, found)) if found == digest => Ok(checksum),
            Err(error) if !is_absence(&error) => Err(EnvironmentFault::io("copy", &from, &error).into()),
            _ => Err(PublishFault::SourceChanged(source.clone())),
        };
        if let Standing::File(file) = standing {
            let checksum = unchanged(checksum::copy(&from, &mut io::sink()))?;
            if checksum == file.checksum {
                return Ok(Bytes::Kept(*file));
            }
        }
        let mut to: File = staging.open(index, &output.path)?;
        unchanged(checksum::copy(&from, &mut to)).map(Bytes::Staged)
    }
}

fn excused(entry: &Entry, file: OnDisk) -> Product {
    Product {
        bytes: Bytes::Kept(file),
        rendered: false,
        diagnostics: entry.diagnostics.clone(),
        loose_links: entry.loose_links.clone(),
        weighed: Vec::new(),
    }
}

/// Stages bytes, unless they stand already.
fn stage(
    staging: &Staging,
    index: usize,
    output: &Output,
    standing: &Standing,
    bytes: &[u8],
) -> Result<Bytes, EnvironmentFault> {
    let checksum = Checksum::of(bytes);
    match standing {
        Standing::File(file) if file.checksum == checksum => Ok(Bytes::Kept(*file)),
        _ => {
            let written = staging.open(index, &output.path)?.write_all(bytes);
            let at = || staging.at(index, &output.path);
            written.map_err(|error| EnvironmentFault::io("write", &at(), &error))?;
            Ok(Bytes::Staged(checksum))
        }
    }
}
