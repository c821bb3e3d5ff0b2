//! `data/reviewers.toml`: who may review.

use std::collections::BTreeMap;

use crate::base::date::Date;

/// All reviewers by id.
pub type Reviewers = BTreeMap<String, Reviewer>;

/// One `[[reviewer]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reviewer {
    /// `id`: what front matter names. Lower case letters, digits and hyphens. Required, unique.
    pub id: String,
    /// `name`. Required.
    pub name: String,
    /// `credentials`: such as `MD`. Required.
    pub credentials: String,
    /// `role`. Required.
    pub role: String,
    /// `affiliation`.
    pub affiliation: Option<String>,
    /// `url`.
    pub url: Option<String>,
    /// `active_from`: the first day on which they may review.
    pub active_from: Option<Date>,
    /// `active_until`: the last day on which they may review.
    pub active_until: Option<Date>,
    /// `demonstration`: a role that stands for a reviewer and is no person.
    pub demonstration: bool,
}

impl Reviewer {
    /// Whether they may review on a day.
    pub fn is_active_on(&self, day: Date) -> bool {
        self.active_from.is_none_or(|from| from <= day) && self.active_until.is_none_or(|until| day <= until)
    }
}
/// x
pub fn read_reviewers(_s: &crate::source::snapshot::Sources) -> (Reviewers, Vec<crate::base::diagnostic::Diagnostic>) {
    unimplemented!()
}
