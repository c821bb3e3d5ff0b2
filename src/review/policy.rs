//! What a site asks of reviews, and what each state does to a build.

use crate::base::date::{Date, Interval};
use crate::review::evidence::Person;
use crate::review::state::State;

/// What a page must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Require {
    /// Nothing.
    Nothing,
    /// A date and a reviewer in the front matter.
    Claim,
    /// A record of the words.
    Record,
    /// A record that its reviewer has signed.
    Signature,
}

impl Require {
    /// All, by their names in `site.toml`.
    pub const NAMED: [(&str, Self); 4] =
        [("nothing", Self::Nothing), ("claim", Self::Claim), ("record", Self::Record), ("signature", Self::Signature)];

    /// Whether only records count, and what the front matter says must be borne out by them.
    pub fn asks_for_records(self) -> bool {
        self >= Self::Record
    }
}

/// What a state does to a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Nothing.
    Allow,
    /// A warning in the report.
    Warn,
    /// A warning, and a banner on the page.
    Banner,
    /// A warning, and the words that were last passed in the page's place.
    Hold,
    /// An error: nothing is published.
    Error,
}

impl Action {
    /// All, by their names in `site.toml`.
    pub const NAMED: [(&str, Self); 5] = [
        ("allow", Self::Allow),
        ("warn", Self::Warn),
        ("banner", Self::Banner),
        ("hold", Self::Hold),
        ("error", Self::Error),
    ];

    /// Its name in `site.toml`.
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|(_, action)| *action == self).map_or("", |(name, _)| name)
    }
}

/// What each state does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Actions([Action; State::ALL.len()]);

impl Actions {
    /// What the states do on a site that says nothing of it. Where it asks for records, words that nobody has passed are not
    /// published: who asks for proof means it.
    pub fn of(require: Require) -> Self {
        let unproved = match require {
            Require::Nothing => Action::Allow,
            Require::Claim | Require::Record | Require::Signature => Action::Error,
        };
        let changed = if require.asks_for_records() { Action::Error } else { Action::Warn };
        Self(State::ALL.map(|state| match state {
            State::Never => unproved,
            State::Objected => Action::Error,
            State::Changed => changed,
            State::Overdue => Action::Banner,
            State::Withdrawn | State::Due | State::Current => Action::Allow,
        }))
    }

    /// What a state does.
    pub fn get(&self, state: State) -> Action {
        self.0[state as usize]
    }

    /// The same with another action for a state.
    #[must_use]
    pub fn with(mut self, state: State, action: Action) -> Self {
        self.0[state as usize] = action;
        self
    }
}

/// What a site asks of the reviews of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What a page must have.
    pub require: Require,
    /// How long a review holds.
    pub interval: Interval,
    /// How long before its end a page counts as due.
    pub notice: Interval,
    /// The roles that may review; empty for any.
    pub roles: Vec<String>,
    /// How many people must have passed the same words; at least 1.
    pub reviewers: usize,
    /// What each state does.
    pub actions: Actions,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            require: Require::Nothing,
            interval: Interval::Years(2),
            notice: Interval::Days(90),
            roles: Vec::new(),
            reviewers: 1,
            actions: Actions::of(Require::Nothing),
        }
    }
}

/// Why a person's review does not count here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ineligible {
    /// They are not among the reviewers.
    Unknown,
    /// They were not active on the day.
    NotActive,
    /// Their role is none of those that the section asks for.
    WrongRole,
    /// They alone wrote the page.
    OnlyAuthor,
}

impl Policy {
    /// Whether a person's review counts: active on its day, of the right role, and not the page's only author.
    pub fn eligible(&self, person: &Person) -> Result<(), Ineligible> {
        let has_role = |role: &String| self.roles.is_empty() || self.roles.iter().any(|asked| same_role(asked, role));
        match &person.role {
            None => Err(Ineligible::Unknown),
            Some(_) if !person.is_active => Err(Ineligible::NotActive),
            Some(role) if !has_role(role) => Err(Ineligible::WrongRole),
            Some(_) if person.is_only_author => Err(Ineligible::OnlyAuthor),
            Some(_) => Ok(()),
        }
    }

    /// The interval that holds from a day: the site's, or the page's own where that is shorter.
    pub fn interval_from(&self, day: Date, own: Option<Interval>) -> Interval {
        own.map_or(self.interval, |own| shorter(day, self.interval, own))
    }
}

/// Whether two roles are one: letter case is not told apart.
pub fn same_role(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

/// The shorter of two intervals, told by the days they reach from `day`: months and days have no order of their own.
pub fn shorter(day: Date, a: Interval, b: Interval) -> Interval {
    match (day.after(a), day.after(b)) {
        (Some(first), Some(second)) if second < first => b,
        (None, Some(_)) => b,
        _ => a,
    }
}
