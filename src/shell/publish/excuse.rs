//! A build that has nothing to do: its inputs are those of the build that the receipt speaks of, and each of that build's
//! files stands as it was written.
//!
//! This is the receipt's first law for the whole site at once. The sources were read and digested before; nothing of them is
//! parsed, and what the earlier build said is said again. The files are looked at while what was read of the sources is put in
//! order, which takes one core.
#![allow(clippy::disallowed_methods, reason = "reads the ownership file, and the clock tells which stamps to believe")]

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use rayon::prelude::*;

use super::destination::Destination;
use super::receipt::{Account, Entry, Receipt};
use super::staging;
use super::stamp::Stamp;
use super::survey::{AT_A_TIME, OnDisk, Standing, look};
use crate::base::diagnostic::Diagnostic;
use crate::base::digest::Digest;
use crate::base::pieces::Pieces as _;
use crate::shell::fault::EnvironmentFault;

/// What was known of an output folder and what stands in it, looked at while the sources are put in order. That is before the folder
/// is locked, so it is believed only as far as `Glance::holds`.
pub struct Glance {
    pub(super) destination: Destination,
    pub(super) receipt: Receipt,
    /// What stands in the place of each entry of the receipt, where that was looked at.
    pub(super) standings: Option<Vec<Standing>>,
    /// The ownership file as it was read last.
    owned: Option<Owned>,
    verify: bool,
}

/// An ownership file, read.
#[derive(Clone, Copy)]
struct Owned {
    stamp: Stamp,
    /// Whether the stamp will tell of every change after that.
    settled: bool,
    digest: Digest,
}

/// What is looked at.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// The site's root.
    pub root: &'a Path,
    /// The output folder.
    pub output: &'a Path,
    /// What every output depends on beside its key.
    pub fingerprint: Digest,
    /// Whether the bytes of every output are read, whatever their stamps say.
    pub verify: bool,
}

impl Look<'_> {
    /// Whether an earlier build of this program is known, so that most of it need not be made again.
    pub fn is_warm(self) -> bool {
        let destination = Destination::resolve(self.root, self.output);
        destination.is_ok_and(|destination| Receipt::is_of(&destination.receipt(), self.fingerprint))
    }

    /// Reads what is known.
    pub fn glance(self) -> Result<Glance, EnvironmentFault> {
        let destination = Destination::resolve(self.root, self.output)?;
        let receipt = Receipt::load(&destination.receipt(), self.fingerprint);
        Ok(Glance { destination, receipt, standings: None, owned: None, verify: self.verify })
    }
}

impl Glance {
    /// Whether an earlier build is known.
    pub fn is_warm(&self) -> bool {
        !self.receipt.entries.is_empty()
    }

    /// The digest of all that the earlier build was made from, if one is known.
    pub fn inputs(&self) -> Option<Digest> {
        self.is_warm().then(|| self.receipt.inputs())
    }

    /// The same with what stands in the output folder, if that can be of use. A session that knows what it published itself has
    /// no use for it but where nothing changed, and then there is time.
    #[must_use]
    pub fn ahead(mut self) -> Self {
        if self.holds() {
            self.standings = self.look();
        }
        self
    }

    /// Whether what is ours is still what the receipt speaks of. A build that publishes anything else says so in the ownership
    /// file before it changes a file, so with the lock held this tells that none did since the receipt was read.
    pub(super) fn holds(&mut self) -> bool {
        let path = self.destination.ownership();
        let now = SystemTime::now();
        let Ok(stamp) = fs::metadata(&path).map(|metadata| Stamp::of(&metadata)) else { return false };
        let last = self.owned.filter(|owned| owned.settled && owned.stamp == stamp);
        self.owned = last.or_else(|| {
            // The stamp first: a change while it is read shows on the next look.
            let digest = Digest::of(&fs::read(&path).ok()?);
            Some(Owned { stamp, settled: stamp.settled(now), digest })
        });
        self.owned.is_some_and(|owned| owned.digest == self.receipt.ownership)
    }

    /// What stands in the place of each entry; `None` if one cannot be looked at, which a build that looks closer tells of.
    fn look(&self) -> Option<Vec<Standing>> {
        let now = SystemTime::now();
        let look_at = |entry: &Entry| {
            look(&self.destination.at(entry.path.as_str()), Some(entry).filter(|_| !self.verify), now).ok()
        };
        // As many as there are entries, so that each is put where it stays.
        let seen: Vec<Option<Standing>> = self.receipt.entries.par_iter().in_pieces(AT_A_TIME).map(look_at).collect();
        seen.into_iter().collect()
    }
}

/// A build that was excused.
pub struct Excused {
    /// What the earlier one was made from and said.
    pub account: Account,
    /// What it found while rendering.
    pub found: Vec<Diagnostic>,
    /// How many files stand in the output folder.
    pub files: usize,
    /// What the session may know from here on.
    pub receipt: Receipt,
}

/// Excuses the whole build, if it can be; else gives back what may be of use to a build that looks closer. `inputs` is the
/// digest of every input; where it is a `dry_run` nothing is written anywhere.
pub fn excuse(
    mut glance: Glance,
    fingerprint: Digest,
    inputs: Digest,
    dry_run: bool,
) -> Result<Result<Excused, Glance>, EnvironmentFault> {
    if glance.inputs() != Some(inputs) {
        return Ok(Err(glance));
    }
    let _lock = if dry_run { None } else { Some(glance.destination.lock()?) };
    if !dry_run {
        staging::remove_stale(&glance.destination)?;
    }
    if !glance.holds() {
        return Ok(Err(glance));
    }
    let Some(standings) = glance.standings.take().or_else(|| glance.look()) else { return Ok(Err(glance)) };
    let (mut differs, mut found) = (false, Vec::new());
    let is_intact = |(entry, standing): (&Entry, &Standing)| {
        let Standing::File(file) = standing else { return false };
        differs |= (entry.stamp, entry.settled) != (file.stamp, file.settled);
        found.extend_from_slice(&entry.diagnostics);
        file.checksum == entry.checksum
    };
    if !glance.receipt.entries.iter().zip(&standings).all(is_intact) {
        glance.standings = Some(standings);
        return Ok(Err(glance));
    }
    let Glance { destination, mut receipt, .. } = glance;
    if differs {
        // A stamp that was too young to be believed has come of age.
        for (entry, standing) in receipt.entries.iter_mut().zip(standings) {
            if let Standing::File(OnDisk { stamp, settled, .. }) = standing {
                (entry.stamp, entry.settled) = (stamp, settled);
            }
        }
        if !dry_run {
            receipt.write(&destination.receipt(), fingerprint)?;
        }
    }
    Ok(Ok(Excused { account: receipt.account.clone(), found, files: receipt.entries.len(), receipt }))
}
