//! Where a page stands: a total, pure function of evidence, policy and today.
//!
//! The states are those of one table, and the first row that fits is the state. The next review is computed and never stored:
//! a stored date is one that can be bumped. What is in doubt does not count: a review that lies ahead of today, one by a
//! person who may not review here, one without the signature that the site asks for. An objection is the exception: it is
//! heeded without a signature, because caution is never the thing to forge.

use crate::base::date::Date;
use crate::review::evidence::{Evidence, Person, Review, Scope, Words};
use crate::review::policy::{Action, Policy, Require};
use crate::review::record::Outcome;

/// Where a page stands. The first that fits, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// The front matter withdraws it.
    Withdrawn,
    /// No full review was ever passed.
    Never,
    /// A reviewer's latest word on these words asks for changes.
    Objected,
    /// The words differ from those that were last passed.
    Changed,
    /// Today is past the day on which the next review was due.
    Overdue,
    /// That day is within the notice period, or today.
    Due,
    /// Otherwise.
    Current,
}

impl State {
    /// All, in the order in which they are tried.
    pub const ALL: [Self; 7] =
        [Self::Withdrawn, Self::Never, Self::Objected, Self::Changed, Self::Overdue, Self::Due, Self::Current];

    /// Its name, in `site.toml`, reports and templates.
    pub fn name(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Never => "never",
            Self::Objected => "objected",
            Self::Changed => "changed",
            Self::Overdue => "overdue",
            Self::Due => "due",
            Self::Current => "current",
        }
    }

    /// Whether older words may take the page's place in this state.
    pub fn may_hold(self) -> bool {
        matches!(self, Self::Never | Self::Objected | Self::Changed)
    }
}

/// Where a page stands, and on what ground.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The state.
    pub state: State,
    /// Where the words stand that readers see: those of a record, in the page's place, may be overdue themselves.
    pub shown: State,
    /// The day of the last full review of the words that stand: the oldest, where several people had to pass them.
    pub last_reviewed: Option<Date>,
    /// The day on which the next is due; `None` without a review, or past the year 9999.
    pub next_review: Option<Date>,
    /// Who made that review, in the order of their records.
    pub reviewed_by: Vec<String>,
    /// The record, by its index, whose text was last passed and not objected to: what `hold` publishes.
    pub passed: Option<usize>,
    /// The records, by their index, that ask for changes of the present words.
    pub objections: Vec<usize>,
    /// An urgent correction that the present words are.
    pub urgent: Option<Urgent>,
    /// What this does to a build.
    pub action: Action,
}

/// An urgent correction that stands without a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Urgent {
    /// Its record, by its index.
    pub record: usize,
    /// The last day on which it may stand.
    pub review_by: Date,
    /// Whether that day is past.
    pub is_past: bool,
}

/// What is published of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// Its own words.
    Own,
    /// The text of a record, by its index.
    Record(usize),
    /// Nothing: there are no words that anyone has passed.
    Nothing,
}

impl Standing {
    /// What is published of the page, once the build has no errors.
    pub fn published(&self) -> Published {
        match self.action {
            Action::Hold => self.passed.map_or(Published::Nothing, Published::Record),
            _ => Published::Own,
        }
    }
}

/// Weighs a page's reviews.
pub fn weigh(evidence: &Evidence, policy: &Policy, today: Date) -> Standing {
    let weighing = Weighing { evidence, policy, today };
    let approvals = weighing.approvals();
    let objections = weighing.objections(Words::PRESENT);
    let last = approvals.iter().max_by_key(|approval| approval.latest);
    let unopposed = |approval: &&Approval| weighing.objections(approval.words).is_empty();
    let standing = approvals.iter().filter(unopposed).max_by_key(|approval| approval.latest);
    let shown = standing.or(last);
    let next_review =
        shown.and_then(|approval| approval.date.after(policy.interval_from(approval.date, evidence.interval)));
    let state = match last {
        _ if evidence.is_withdrawn => State::Withdrawn,
        None => State::Never,
        Some(_) if !objections.is_empty() => State::Objected,
        Some(last) if last.words != Words::PRESENT => State::Changed,
        Some(_) => by_date(next_review, policy, today),
    };
    let is_unreviewed = matches!(state, State::Never | State::Changed);
    let urgent = if is_unreviewed { weighing.urgent() } else { None };
    let action = match urgent {
        Some(urgent) if urgent.is_past => Action::Error,
        Some(_) => Action::Banner,
        None => policy.actions.get(state),
    };
    let passed = standing.and_then(|approval| approval.record);
    let is_held = action == Action::Hold && passed.is_some();
    Standing {
        state,
        shown: if is_held { by_date(next_review, policy, today) } else { state },
        last_reviewed: shown.map(|approval| approval.date),
        next_review,
        reviewed_by: shown.map(|approval| approval.reviewers.clone()).unwrap_or_default(),
        passed,
        objections,
        urgent,
        action,
    }
}

/// The last three rows of the table.
fn by_date(next: Option<Date>, policy: &Policy, today: Date) -> State {
    match next {
        Some(next) if today > next => State::Overdue,
        Some(next) if next.before(policy.notice).is_none_or(|from| today >= from) => State::Due,
        _ => State::Current,
    }
}

struct Weighing<'a> {
    evidence: &'a Evidence,
    policy: &'a Policy,
    today: Date,
}

/// A pass of some words: a full review, and the partial ones that were built on it.
struct Pass {
    words: Words,
    /// The day of the full review.
    date: Date,
    /// Who made the full review.
    root: String,
    /// All who had a part in it.
    people: Vec<String>,
    /// Where in the chain it is complete.
    position: usize,
    /// Its newest record; none for a claim.
    record: Option<usize>,
}

/// Words that as many people have passed as the site asks for.
struct Approval {
    words: Words,
    /// The oldest of the days.
    date: Date,
    reviewers: Vec<String>,
    /// Where in the chain the newest pass is.
    latest: usize,
    record: Option<usize>,
}

impl Weighing<'_> {
    /// Whether a review may be counted on.
    fn counts(&self, review: &Review) -> bool {
        let is_proved = review.is_signed || self.policy.require != Require::Signature;
        is_proved && self.is_heard(review)
    }

    /// Whether a review is by someone who may speak, and not ahead of today.
    fn is_heard(&self, review: &Review) -> bool {
        review.date <= self.today && self.policy.eligible(&review.reviewer).is_ok()
    }

    fn passes(&self) -> Vec<Pass> {
        let reviews = &self.evidence.reviews;
        if reviews.is_empty() {
            return self.claimed();
        }
        let mut passes: Vec<Option<Pass>> = Vec::with_capacity(reviews.len());
        for (at, review) in reviews.iter().enumerate() {
            let counts = review.outcome == Outcome::Pass && self.counts(review);
            let pass = match review.scope {
                _ if !counts => None,
                Scope::Urgent(_) => None,
                Scope::Full => Some((review.date, review.reviewer.id.clone(), Vec::new())),
                // What is built on comes before, so a partial review cannot build on itself.
                Scope::Partial(base) => base
                    .and_then(|base| passes.get(base)?.as_ref())
                    .map(|base| (base.date, base.root.clone(), base.people.clone())),
            };
            passes.push(pass.map(|(date, root, mut people)| {
                people.push(review.reviewer.id.clone());
                Pass { words: review.words, date, root, people, position: at, record: Some(at) }
            }));
        }
        passes.into_iter().flatten().collect()
    }

    /// What front matter claims, where that is enough and there is nothing better.
    fn claimed(&self) -> Vec<Pass> {
        let claim = self.evidence.claim.as_ref().filter(|claim| claim.date <= self.today);
        let Some(claim) = claim.filter(|_| !self.policy.require.asks_for_records()) else { return Vec::new() };
        let is_eligible = |person: &&Person| self.policy.eligible(person).is_ok();
        let pass = |person: &Person| Pass {
            words: Words::PRESENT,
            date: claim.date,
            root: person.id.clone(),
            people: vec![person.id.clone()],
            position: 0,
            record: None,
        };
        claim.reviewers.iter().filter(is_eligible).map(pass).collect()
    }

    /// All words that enough people have passed.
    fn approvals(&self) -> Vec<Approval> {
        let passes = self.passes();
        let mut all_words: Vec<Words> = passes.iter().map(|pass| pass.words).collect();
        all_words.sort_unstable();
        all_words.dedup();
        all_words.into_iter().filter_map(|words| self.approval(words, &passes)).collect()
    }

    /// The passes of some words that are counted: the newest full review first, each if nobody in it has a part in one that
    /// is counted already, so that two people are two pairs of eyes on every word.
    fn approval(&self, words: Words, passes: &[Pass]) -> Option<Approval> {
        let mut candidates: Vec<&Pass> = passes.iter().filter(|pass| pass.words == words).collect();
        candidates.sort_by_key(|pass| std::cmp::Reverse((pass.date, pass.position)));
        let mut counted: Vec<&Pass> = Vec::new();
        let wanted = self.policy.reviewers.max(1);
        for pass in candidates {
            let overlaps = |other: &&Pass| other.people.iter().any(|person| pass.people.contains(person));
            if counted.len() < wanted && !counted.iter().any(overlaps) {
                counted.push(pass);
            }
        }
        let oldest = counted.iter().map(|pass| pass.date).min().filter(|_| counted.len() == wanted)?;
        // A claim names its reviewers in an order of its own, and so do records.
        counted.sort_by_key(|pass| pass.position);
        let latest = counted.last().map_or(0, |pass| pass.position);
        let record = counted.last().and_then(|pass| pass.record);
        let reviewers = counted.iter().map(|pass| pass.root.clone()).collect();
        Some(Approval { words, date: oldest, reviewers, latest, record })
    }

    /// The records that ask for changes of some words, and that their reviewer has not taken back by passing them.
    fn objections(&self, words: Words) -> Vec<usize> {
        let reviews = &self.evidence.reviews;
        let of_words = |at: &usize| reviews[*at].words == words;
        let objects = |at: &usize| reviews[*at].outcome == Outcome::ChangesRequested && self.is_heard(&reviews[*at]);
        let is_taken_back = |at: &usize| {
            reviews[*at + 1..].iter().any(|later| {
                later.words == words
                    && later.reviewer.id == reviews[*at].reviewer.id
                    && later.outcome == Outcome::Pass
                    && !matches!(later.scope, Scope::Urgent(_))
                    && self.counts(later)
            })
        };
        (0..reviews.len()).filter(of_words).filter(objects).filter(|at| !is_taken_back(at)).collect()
    }

    /// The urgent correction that the present words are.
    fn urgent(&self) -> Option<Urgent> {
        self.evidence.reviews.iter().enumerate().rev().find_map(|(record, review)| match review.scope {
            Scope::Urgent(review_by) if review.words == Words::PRESENT && self.counts(review) => {
                Some(Urgent { record, review_by, is_past: self.today > review_by })
            }
            _ => None,
        })
    }
}

/// What front matter says of a review and the records do not bear out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unproved {
    /// The day: what the records prove instead.
    Date(Option<Date>),
    /// A reviewer, by the id.
    Reviewer(String),
}

/// What front matter says of a review that the records do not bear out; to be asked only where the site asks for records.
pub fn unproved(standing: &Standing, last_reviewed: Option<Date>, reviewed_by: &[String]) -> Vec<Unproved> {
    let date = last_reviewed.filter(|day| standing.last_reviewed != Some(*day));
    let is_unproved = |id: &&String| !standing.reviewed_by.contains(id);
    let reviewers = reviewed_by.iter().filter(is_unproved).cloned().map(Unproved::Reviewer);
    date.map(|_| Unproved::Date(standing.last_reviewed)).into_iter().chain(reviewers).collect()
}
