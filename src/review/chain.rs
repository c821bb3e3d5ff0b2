//! The records of one page, each holding the digest of the one before it: put in order, and weighed for tampering.
//!
//! What can be told from the records alone is told here: one that was changed after the next was made, one that is gone from
//! between two others, two that follow the same one, one that was copied from another page or renamed. What cannot be told is
//! that the *newest* is gone: nothing holds its digest. For that a list from another day is needed (`manifest.rs`).

use std::collections::BTreeMap;

use crate::base::code::Code;
use crate::base::date::Date;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::review::digest::{Sha256, TextDigest};
use crate::review::record::{Filed, Outcome, Scope, number_in_name};

const RESTORE: &str = "take the records out of version control again, as they were";

/// The records of a page, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// Indices of the records, the oldest first. All are here, in some order, even where the chain is broken.
    pub order: Vec<usize>,
    /// What is wrong with the chain.
    pub faults: Vec<Diagnostic>,
}

/// Puts a page's records in order, and says where the chain is broken. `unread` tells that others are there which could not be
/// read: a gap is then no fault of its own.
pub fn arrange(records: &[&Filed], unread: bool) -> Chain {
    arrange_signed(records, unread, &vec![false; records.len()])
}

/// The same where it is known of each record whether its signature holds: then nobody has altered it, and where its digest is
/// missed another record is gone.
pub fn arrange_signed(records: &[&Filed], unread: bool, signed: &[bool]) -> Chain {
    let links = Links::of(records, signed);
    let mut faults = links.forks();
    faults.extend(links.gaps(unread));
    let order = links.order();
    faults.extend(links.disorder(&order));
    faults.extend(links.foundations(unread));
    Chain { order, faults }
}

/// Weighs one record by itself. `recomputed` is the digest of its text as this program reads it now, `signed` whether a
/// signature beside it holds: only with one can tampering be told from a new reading of Markdown.
pub fn check(filed: &Filed, recomputed: TextDigest, signed: bool, today: Date) -> Vec<Diagnostic> {
    let record = &filed.record;
    let mut faults = Vec::new();
    let mut report = |code, message: String, help: &str| {
        faults.push(Diagnostic::new(code, Place::file(&filed.path), message).help(help));
    };
    if filed.path.parent() != record.folder() {
        let message = format!("the record is one of `{}`, whose records lie in `{}/`", record.page, record.folder());
        report(Code::RecordPlace, message, "put it back; a review of one page says nothing of another");
    } else if number_in_name(filed.path.name(), record.date, &record.reviewer).is_none() {
        let message = format!("the record is of {} by `{}`, and its name says otherwise", record.date, record.reviewer);
        report(Code::RecordPlace, message, "give it back the name it had: date, hyphen, reviewer");
    }
    if recomputed != record.text {
        let message = format!("the record's text has the digest `{recomputed:?}`, and it says `{:?}`", record.text);
        let help = if signed {
            "its signature holds, so nobody changed it: this version reads the Markdown otherwise than the one that \
             wrote the record; see “Drift” in `docs/review-format.md`"
        } else {
            "somebody changed the text or the digest: take the record out of version control again"
        };
        report(Code::RecordText, message, help);
    }
    if record.date > today {
        let message = format!("the record is dated {}, which lies ahead of today, {today}", record.date);
        report(Code::FutureDate, message, "a review is recorded on the day on which it was made");
    }
    if let Scope::Urgent { review_by, .. } = &record.scope
        && *review_by < record.date
    {
        let message = format!("`review_by` is {review_by}, before the record's own date, {}", record.date);
        report(Code::InvalidValue, message, "make a new record with a day that is still to come");
    }
    faults
}

/// Records and how they hang together.
struct Links<'a> {
    records: &'a [&'a Filed],
    signed: &'a [bool],
    /// In order of date, number in the name, and path: the order they should have.
    sorted: Vec<usize>,
    by_sha256: BTreeMap<Sha256, usize>,
    parent: Vec<Parent>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Parent {
    None,
    Found(usize),
    Lost(Sha256),
}

impl<'a> Links<'a> {
    fn of(records: &'a [&'a Filed], signed: &'a [bool]) -> Self {
        let key = |at: usize| {
            let Filed { path, record, .. } = records[at];
            (record.date, number_in_name(path.name(), record.date, &record.reviewer).unwrap_or(0), path)
        };
        let mut sorted: Vec<usize> = (0..records.len()).collect();
        sorted.sort_by(|a, b| key(*a).cmp(&key(*b)));
        let by_sha256: BTreeMap<Sha256, usize> = sorted.iter().rev().map(|at| (records[*at].sha256, *at)).collect();
        let parent = |filed: &&Filed| match filed.record.predecessor {
            None => Parent::None,
            Some(sha256) => by_sha256.get(&sha256).map_or(Parent::Lost(sha256), |at| Parent::Found(*at)),
        };
        let parent = records.iter().map(parent).collect();
        Self { records, signed, sorted, by_sha256, parent }
    }

    fn fault(&self, code: Code, at: usize, message: String) -> Diagnostic {
        Diagnostic::new(code, Place::file(&self.records[at].path), message)
    }

    /// Records that follow the same one, or that all say to be the first.
    fn forks(&self) -> Vec<Diagnostic> {
        let mut first: BTreeMap<Option<Sha256>, usize> = BTreeMap::new();
        let mut faults = Vec::new();
        for at in self.sorted.iter().copied() {
            let predecessor = self.records[at].record.predecessor;
            let Some(other) = first.get(&predecessor).copied() else {
                first.insert(predecessor, at);
                continue;
            };
            let message = match predecessor {
                Some(_) => "two records follow the same one",
                None => "two records say that they are the page's first",
            };
            let fault = self
                .fault(Code::RecordFork, at, message.to_owned())
                .related(Place::file(&self.records[other].path), "the other one")
                .help("keep the one that was published first, and have the other review made again on top of it");
            faults.push(fault);
        }
        faults
    }

    /// Records whose predecessor is not there. If another record stands where it should, that one was altered.
    fn gaps(&self, unread: bool) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        for at in self.sorted.iter().copied() {
            let Parent::Lost(sha256) = self.parent[at] else { continue };
            let after = Place::file(&self.records[at].path);
            if let Some(altered) = self.stands_before(at) {
                faults.push(self.altered(altered, sha256).related(after, "the record made after it"));
            } else if !unread {
                let message = format!("the record before this one (SHA-256 {}…) is not there", sha256.short());
                faults.push(self.fault(Code::RecordMissing, at, message).help(RESTORE));
            }
        }
        faults
    }

    /// The record that stands before another, that nothing follows, and that no signature proves to be as it was.
    fn stands_before(&self, at: usize) -> Option<usize> {
        let is_followed = |other: usize| self.parent.contains(&Parent::Found(other));
        let earlier = self.sorted.iter().copied().take_while(|other| *other != at);
        let may_be_altered = |other: &usize| !self.signed.get(*other).is_some_and(|signed| *signed);
        earlier.filter(|other| !is_followed(*other) && !self.descends(*other, at)).last().filter(may_be_altered)
    }

    fn descends(&self, mut from: usize, ancestor: usize) -> bool {
        for _ in 0..self.records.len() {
            if from == ancestor {
                return true;
            }
            match self.parent[from] {
                Parent::Found(parent) => from = parent,
                Parent::None | Parent::Lost(_) => return false,
            }
        }
        false
    }

    fn altered(&self, at: usize, expected: Sha256) -> Diagnostic {
        let text = self.records[at].record.write();
        let unix = text.replace("\r\n", "\n");
        let is_expected = |text: &str| Sha256::of(text.as_bytes()) == expected;
        if is_expected(&unix) || is_expected(&unix.replace('\n', "\r\n")) {
            let message = "the record's line endings were changed since the next one was made".to_owned();
            return self
                .fault(Code::RecordLineEndings, at, message)
                .help("write `/reviews/** -text` into `.gitattributes`, so that git leaves records as they are")
                .help(RESTORE);
        }
        let message = "the record is not as it was when the next one was made".to_owned();
        self.fault(Code::RecordAltered, at, message)
            .help("a record is never edited: take it out of version control again, as it was")
            .help("what it should say otherwise, say in a new record")
    }

    /// Parents before children, and otherwise by date.
    fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = Vec::with_capacity(self.records.len());
        let mut rest = self.sorted.clone();
        while !rest.is_empty() {
            let is_ready = |at: &usize| match self.parent[*at] {
                Parent::Found(parent) => order.contains(&parent),
                Parent::None | Parent::Lost(_) => true,
            };
            // A digest cannot lead in a circle, so one is always ready.
            let next = rest.iter().position(is_ready).unwrap_or(0);
            order.push(rest.remove(next));
        }
        order
    }

    /// Records that stand before or after their time.
    fn disorder(&self, order: &[usize]) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        for (position, at) in order.iter().copied().enumerate() {
            let Filed { path, record, .. } = self.records[at];
            if let Parent::Found(parent) = self.parent[at]
                && record.date < self.records[parent].record.date
            {
                let before = self.records[parent];
                let message = format!("the record is of {}, and follows one of {}", record.date, before.record.date);
                let fault = self.fault(Code::RecordOrder, at, message);
                faults.push(fault.related(Place::file(&before.path), "the one it follows").help(
                    "a record is dated on the day on which it is made; what a reviewer said earlier goes into `evidence`",
                ));
            }
            let number = |filed: &Filed| number_in_name(filed.path.name(), record.date, &record.reviewer);
            let same_day = order[..position].iter().map(|earlier| self.records[*earlier]).filter(|earlier| {
                earlier.path.parent() == path.parent()
                    && (earlier.record.date, &earlier.record.reviewer) == (record.date, &record.reviewer)
            });
            if let Some(earlier) = same_day.rev().find(|earlier| number(earlier) > number(self.records[at])) {
                let message = format!("the record was made after `{}`, and its name says before", earlier.path.name());
                let fault = self.fault(Code::RecordOrder, at, message);
                faults.push(fault.related(Place::file(&earlier.path), "the earlier one").help("swap their names back"));
            }
        }
        faults
    }

    /// Partial reviews that build on nothing.
    fn foundations(&self, unread: bool) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        for at in self.sorted.iter().copied() {
            let Scope::Partial { builds_on } = self.records[at].record.scope else { continue };
            match self.by_sha256.get(&builds_on).map(|base| &self.records[*base].record) {
                None if unread => {}
                None => {
                    let message = format!("the record that it builds on (SHA-256 {}…) is not there", builds_on.short());
                    faults.push(self.fault(Code::RecordMissing, at, message).help(RESTORE));
                }
                Some(base) if base.outcome == Outcome::Pass && !matches!(base.scope, Scope::Urgent { .. }) => {}
                Some(_) => {
                    let message = "the partial review builds on a record that passed nothing".to_owned();
                    let help = "have a full review made, or build on the last that passed";
                    faults.push(self.fault(Code::RecordOrder, at, message).help(help));
                }
            }
        }
        faults
    }
}
