//! What is known of a page's reviews, with all that its state depends on and nothing else.
//!
//! Words are numbers here, told apart only by whether they are the same: the page's own are `Words::PRESENT`. So a second
//! edit of a page that has changed since its review leaves the evidence as it was, and with it all that depends on it.

use serde::{Deserialize, Serialize};

use crate::base::date::{Date, Interval};
use crate::review::record::Outcome;

/// What is known of a page's reviews.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Whether its front matter withdraws it.
    pub is_withdrawn: bool,
    /// How long a review of it holds, where it says so.
    pub interval: Option<Interval>,
    /// What its front matter claims.
    pub claim: Option<Claim>,
    /// Its records, the oldest first.
    pub reviews: Vec<Review>,
}

/// A review that is claimed in front matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The day.
    pub date: Date,
    /// The reviewers.
    pub reviewers: Vec<Person>,
}

/// A record, as far as a state depends on it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Review {
    /// Who reviewed.
    pub reviewer: Person,
    /// When.
    pub date: Date,
    /// What came of it.
    pub outcome: Outcome,
    /// How much it covers.
    pub scope: Scope,
    /// What was reviewed.
    pub words: Words,
    /// Whether a signature of the reviewer holds.
    pub is_signed: bool,
}

/// A reviewer, on the day of a review and for its page.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Person {
    /// The id.
    pub id: String,
    /// The role; none for somebody who is not among the reviewers.
    pub role: Option<String>,
    /// Whether they were active.
    pub is_active: bool,
    /// Whether they alone wrote the page.
    pub is_only_author: bool,
}

/// How much a review covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// All of the page.
    Full,
    /// What changed since another review: its index, if it is there.
    Partial(Option<usize>),
    /// Nothing until it is reviewed, by that day at the latest.
    Urgent(Date),
}

/// Words, by a number: two reviews with the same number were of the same words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Words(pub u32);

impl Words {
    /// What the page says now.
    pub const PRESENT: Self = Self(0);
}
