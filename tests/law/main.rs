//! The law: after any sequence of changes a warm build comes to what a clean build comes to, byte for byte.
//!
//! Random small sites go through random changes, and after each of them the warm build's outputs, diagnostics and exit status
//! are compared with those of a build that knows nothing of the past. Most sequences run in memory, on the engine alone
//! (`memory`); fewer on disk, through a session, through the command line and through `watch` (`disk`).
//!
//! `LAW_SEQUENCES` says how many sequences there are in memory; the others are a part of it. `LAW_SEED` is the first one's
//! seed. A failure names its seed: write it into `seeds.txt`, so that it is run every time from then on.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "sites are set up on disk and looked at there")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]
#![allow(clippy::format_collect, clippy::format_push_string, reason = "short lists, read by people")]

mod disk;
mod memory;
mod reviews;
mod site;

use std::ops::Range;

/// Steps of one sequence.
const STEPS: usize = 30;

/// The seeds of sequences that failed once.
fn kept() -> impl Iterator<Item = u64> {
    include_str!("seeds.txt").lines().filter_map(|line| line.split('#').next()?.trim().parse().ok())
}

/// The seeds to run: one in `part` of those in memory.
fn seeds(part: u64) -> Range<u64> {
    let number = |name: &str, default| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (first, count): (u64, u64) = (number("LAW_SEED", 1), number("LAW_SEQUENCES", 20));
    first..first + count.div_ceil(part)
}
