//! States: the table's rows in their order, every edge of the calendar, several reviewers, partial reviews, corrections.

use iort_site::base::date::{Date, Interval};
use iort_site::review::evidence::{Claim, Evidence, Person, Review, Scope, Words};
use iort_site::review::policy::{Action, Actions, Ineligible, Policy, Require};
use iort_site::review::record::Outcome;
use iort_site::review::state::{Published, Standing, State, Unproved, unproved, weigh};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::review::day;

const NOW: Words = Words::PRESENT;
const OLD: Words = Words(1);
const OLDER: Words = Words(2);

fn person(id: &str) -> Person {
    Person { id: id.to_owned(), role: Some("Nurse".to_owned()), is_active: true, is_only_author: false }
}

fn pass(date: &str, id: &str, words: Words) -> Review {
    Review { reviewer: person(id), date: day(date), outcome: Outcome::Pass, scope: Scope::Full, words, is_signed: true }
}

fn objection(date: &str, id: &str, words: Words) -> Review {
    Review { outcome: Outcome::ChangesRequested, ..pass(date, id, words) }
}

fn partial(date: &str, id: &str, words: Words, base: usize) -> Review {
    Review { scope: Scope::Partial(Some(base)), ..pass(date, id, words) }
}

fn urgent(date: &str, words: Words, review_by: &str) -> Review {
    Review { scope: Scope::Urgent(day(review_by)), ..pass(date, "a", words) }
}

fn policy() -> Policy {
    let require = Require::Signature;
    Policy { require, actions: Actions::of(require).with(State::Changed, Action::Hold), ..Policy::default() }
}

fn evidence(reviews: &[Review]) -> Evidence {
    Evidence { reviews: reviews.to_vec(), ..Evidence::default() }
}

fn on(today: &str, reviews: &[Review]) -> Standing {
    weigh(&evidence(reviews), &policy(), day(today))
}

fn state(today: &str, reviews: &[Review]) -> State {
    on(today, reviews).state
}

#[test]
fn the_first_row_that_fits() {
    let passed = pass("2026-01-05", "a", NOW);
    assert_eq!(state("2026-06-01", &[]), State::Never);
    assert_eq!(state("2026-06-01", &[objection("2026-01-05", "a", NOW)]), State::Never);
    assert_eq!(state("2026-06-01", std::slice::from_ref(&passed)), State::Current);
    assert_eq!(state("2026-06-01", &[passed.clone(), objection("2026-02-01", "b", NOW)]), State::Objected);
    assert_eq!(state("2026-06-01", &[pass("2026-01-05", "a", OLD)]), State::Changed);
    let both = [pass("2026-01-05", "a", OLD), objection("2026-02-01", "b", NOW)];
    assert_eq!(state("2026-06-01", &both), State::Objected, "an objection comes before the change");
    assert_eq!(state("2030-06-01", &[pass("2026-01-05", "a", OLD)]), State::Changed, "a change before the date");
    let withdrawn = Evidence { is_withdrawn: true, ..evidence(&[passed]) };
    assert_eq!(weigh(&withdrawn, &policy(), day("2030-01-01")).state, State::Withdrawn);
    assert_eq!(
        weigh(&Evidence { is_withdrawn: true, ..evidence(&[]) }, &policy(), day("2026-06-01")).state,
        State::Withdrawn
    );
}

#[test]
fn the_edges_of_the_calendar() {
    let reviewed = |date: &str, interval: Interval, notice: Interval, today: &str| {
        let policy = Policy { interval, notice, ..policy() };
        weigh(&evidence(&[pass(date, "a", NOW)]), &policy, day(today)).state
    };
    let (year, month, days) = (Interval::Years(1), Interval::Months(1), Interval::Days(90));
    for (date, interval, notice, today, expected) in [
        // Due today, and the day after.
        ("2025-01-05", year, days, "2026-01-05", State::Due),
        ("2025-01-05", year, days, "2026-01-06", State::Overdue),
        // The notice begins.
        ("2025-01-05", year, days, "2025-10-06", State::Current),
        ("2025-01-05", year, days, "2025-10-07", State::Due),
        // A leap day, and a year after it.
        ("2024-02-29", year, days, "2025-02-28", State::Due),
        ("2024-02-29", year, days, "2025-03-01", State::Overdue),
        ("2024-02-29", Interval::Years(4), days, "2028-02-29", State::Due),
        ("2024-02-29", Interval::Years(4), days, "2028-03-01", State::Overdue),
        ("2023-02-28", year, days, "2024-02-28", State::Due),
        ("2023-02-28", year, days, "2024-02-29", State::Overdue),
        // Month ends.
        ("2025-01-31", month, Interval::Days(1), "2025-02-28", State::Due),
        ("2025-01-31", month, Interval::Days(1), "2025-03-01", State::Overdue),
        ("2024-01-31", month, Interval::Days(1), "2024-02-29", State::Due),
        ("2025-08-31", Interval::Months(6), month, "2026-01-28", State::Due),
        ("2025-08-31", Interval::Months(6), month, "2026-01-27", State::Current),
        // The end of a year, and of the calendar.
        ("2025-12-31", Interval::Days(1), Interval::Days(1), "2026-01-01", State::Due),
        ("2025-12-31", Interval::Days(1), Interval::Days(1), "2026-01-02", State::Overdue),
        ("9999-01-01", year, days, "9999-12-31", State::Current),
        // A notice longer than the interval.
        ("2025-01-05", month, year, "2025-01-05", State::Due),
    ] {
        assert_eq!(
            reviewed(date, interval, notice, today),
            expected,
            "{date} + {interval}, {notice} before, on {today}"
        );
    }
}

#[test]
fn a_page_may_only_shorten_the_interval() {
    let standing = |own| {
        let evidence = Evidence { interval: own, ..evidence(&[pass("2026-01-05", "a", NOW)]) };
        weigh(&evidence, &policy(), day("2026-01-06")).next_review
    };
    assert_eq!(standing(None), Some(day("2028-01-05")));
    assert_eq!(standing(Some(Interval::Months(6))), Some(day("2026-07-05")));
    assert_eq!(standing(Some(Interval::Years(3))), Some(day("2028-01-05")));
}

#[test]
fn who_may_not_review_is_not_counted() {
    let policy = Policy { roles: vec!["nurse".to_owned(), "Physicist".to_owned()], ..policy() };
    let with = |change: fn(&mut Review)| {
        let mut review = pass("2026-01-05", "a", NOW);
        change(&mut review);
        weigh(&evidence(&[review]), &policy, day("2026-06-01")).state
    };
    assert_eq!(with(|_| ()), State::Current);
    assert_eq!(with(|review| review.reviewer.role = None), State::Never);
    assert_eq!(with(|review| review.reviewer.role = Some("Surgeon".to_owned())), State::Never);
    assert_eq!(with(|review| review.reviewer.is_active = false), State::Never);
    assert_eq!(with(|review| review.reviewer.is_only_author = true), State::Never);
    assert_eq!(with(|review| review.is_signed = false), State::Never);
    assert_eq!(with(|review| review.date = day("2026-06-02")), State::Never, "a date ahead of today");
    assert_eq!(policy.eligible(&Person { role: None, ..person("a") }), Err(Ineligible::Unknown));
    assert_eq!(policy.eligible(&Person { is_active: false, ..person("a") }), Err(Ineligible::NotActive));
    assert_eq!(policy.eligible(&Person { is_only_author: true, ..person("a") }), Err(Ineligible::OnlyAuthor));
    let unsigned = Review { is_signed: false, ..pass("2026-01-05", "a", NOW) };
    let record = Policy { require: Require::Record, ..policy };
    assert_eq!(weigh(&evidence(&[unsigned]), &record, day("2026-06-01")).state, State::Current);
}

#[test]
fn an_objection_stands_until_its_reviewer_passes_these_words() {
    let passed = pass("2026-01-05", "a", NOW);
    let objected = objection("2026-02-01", "b", NOW);
    let by_another = pass("2026-03-01", "c", NOW);
    let taken_back = pass("2026-03-01", "b", NOW);
    assert_eq!(state("2026-06-01", &[passed.clone(), objected.clone(), by_another]), State::Objected);
    assert_eq!(state("2026-06-01", &[passed.clone(), objected.clone(), taken_back.clone()]), State::Current);
    let unsigned = Review { is_signed: false, ..taken_back };
    assert_eq!(state("2026-06-01", &[passed.clone(), objected.clone(), unsigned]), State::Objected, "a forged pass");
    let unsigned = Review { is_signed: false, ..objected.clone() };
    assert_eq!(state("2026-06-01", &[passed.clone(), unsigned]), State::Objected, "caution needs no signature");
    let on_other_words = Review { words: OLD, ..objected.clone() };
    assert_eq!(state("2026-06-01", &[on_other_words, passed.clone()]), State::Current);
    let standing = on("2026-06-01", &[pass("2025-01-05", "a", OLD), passed, objected]);
    assert_eq!((standing.passed, standing.objections), (Some(0), vec![2]), "older words stand in");
    assert_eq!(standing.last_reviewed, Some(day("2025-01-05")));
}

#[test]
fn a_partial_review_makes_words_publishable_and_moves_no_date() {
    let reviews = [pass("2024-06-01", "a", OLD), partial("2026-05-01", "b", NOW, 0)];
    let standing = on("2026-05-02", &reviews);
    assert_eq!((standing.state, standing.last_reviewed), (State::Due, Some(day("2024-06-01"))));
    assert_eq!((standing.reviewed_by, standing.passed), (vec!["a".to_owned()], Some(1)));
    assert_eq!(state("2026-06-02", &reviews), State::Overdue);
    assert_eq!(
        state("2026-05-02", &[partial("2026-05-01", "a", NOW, 0)]),
        State::Never,
        "a chain starts at a full review"
    );
    let on_objection =
        [pass("2026-01-05", "a", OLDER), objection("2026-02-01", "a", OLD), partial("2026-03-01", "a", NOW, 1)];
    assert_eq!(state("2026-05-02", &on_objection), State::Changed);
    let chain =
        [pass("2026-01-05", "a", OLDER), partial("2026-02-01", "a", OLD, 0), partial("2026-03-01", "a", NOW, 1)];
    assert_eq!(state("2026-05-02", &chain), State::Current);
}

#[test]
fn several_reviewers_pass_the_same_words_and_the_oldest_date_counts() {
    let policy = Policy { reviewers: 2, ..policy() };
    let of = |reviews: &[Review]| weigh(&evidence(reviews), &policy, day("2026-06-01"));
    let (a, b) = (pass("2026-01-05", "a", NOW), pass("2026-03-01", "b", NOW));
    assert_eq!(of(std::slice::from_ref(&a)).state, State::Never);
    assert_eq!(of(&[a.clone(), pass("2026-03-01", "a", NOW)]).state, State::Never, "one person twice");
    let both = of(&[a.clone(), b.clone()]);
    assert_eq!((both.state, both.last_reviewed), (State::Current, Some(day("2026-01-05"))));
    assert_eq!(both.reviewed_by, ["a", "b"]);
    let again = of(&[a.clone(), b.clone(), pass("2026-05-01", "a", NOW)]);
    assert_eq!(again.last_reviewed, Some(day("2026-03-01")), "the newest of each, and of these the oldest");
    let half =
        of(&[Review { words: OLD, ..a.clone() }, Review { words: OLD, ..b.clone() }, pass("2026-05-01", "a", NOW)]);
    assert_eq!((half.state, half.passed), (State::Changed, Some(1)), "one of two has passed the new words");
    let old = [Review { words: OLD, ..a }, Review { words: OLD, ..b }];
    let by_one = [&old[..], &[partial("2026-05-01", "c", NOW, 0), partial("2026-05-02", "c", NOW, 1)]].concat();
    assert_eq!(of(&by_one).state, State::Changed, "one pair of eyes on the new words");
    let by_two = [&old[..], &[partial("2026-05-01", "a", NOW, 0), partial("2026-05-02", "b", NOW, 1)]].concat();
    assert_eq!(of(&by_two).state, State::Current);
}

#[test]
fn an_urgent_correction_is_shown_and_is_an_error_the_day_after() {
    let reviews = [pass("2026-01-05", "a", OLD), urgent("2026-05-01", NOW, "2026-05-15")];
    let standing = on("2026-05-15", &reviews);
    assert_eq!((standing.state, standing.action), (State::Changed, Action::Banner));
    assert_eq!((standing.last_reviewed, standing.published()), (Some(day("2026-01-05")), Published::Own));
    assert_eq!(standing.urgent.map(|urgent| (urgent.record, urgent.is_past)), Some((1, false)));
    let after = on("2026-05-16", &reviews);
    assert_eq!((after.action, after.urgent.map(|urgent| urgent.is_past)), (Action::Error, Some(true)));
    let reviewed = on("2026-05-16", &[&reviews[..], &[partial("2026-05-14", "b", NOW, 0)]].concat());
    assert_eq!((reviewed.state, reviewed.urgent), (State::Current, None));
    let other_words = on("2026-05-02", &[pass("2026-01-05", "a", OLD), urgent("2026-05-01", OLDER, "2026-05-15")]);
    assert_eq!((other_words.urgent, other_words.action), (None, Action::Hold));
    let opposed = on("2026-05-02", &[&reviews[..], &[objection("2026-05-02", "b", NOW)]].concat());
    assert_eq!((opposed.state, opposed.urgent), (State::Objected, None));
    let unsigned = Review { is_signed: false, ..reviews[1].clone() };
    assert_eq!(on("2026-05-02", &[reviews[0].clone(), unsigned]).urgent, None);
    assert_eq!(on("2026-05-02", &reviews[1..]).state, State::Never);
    assert_eq!(on("2026-05-02", &reviews[1..]).action, Action::Banner);
}

#[test]
fn what_hold_publishes() {
    let held = on("2026-06-01", &[pass("2026-01-05", "a", OLD)]);
    assert_eq!(held.published(), Published::Record(0));
    let policy = Policy { actions: Actions::of(Require::Signature).with(State::Never, Action::Hold), ..policy() };
    assert_eq!(weigh(&evidence(&[]), &policy, day("2026-06-01")).published(), Published::Nothing);
    assert_eq!(on("2026-06-01", &[pass("2026-01-05", "a", NOW)]).published(), Published::Own);
}

#[test]
fn a_claim_counts_where_it_is_enough_and_there_is_no_record() {
    let claim = Claim { date: day("2026-01-05"), reviewers: vec![person("a")] };
    let claimed = |require, reviews: &[Review]| {
        let evidence = Evidence { claim: Some(claim.clone()), ..evidence(reviews) };
        weigh(&evidence, &Policy { require, ..policy() }, day("2026-06-01"))
    };
    assert_eq!(claimed(Require::Nothing, &[]).state, State::Current);
    assert_eq!(claimed(Require::Claim, &[]).last_reviewed, Some(day("2026-01-05")));
    assert_eq!(claimed(Require::Record, &[]).state, State::Never);
    assert_eq!(claimed(Require::Claim, &[pass("2026-01-05", "a", OLD)]).state, State::Changed, "records know better");
}

#[test]
fn front_matter_must_be_borne_out() {
    let standing = on("2026-06-01", &[pass("2026-01-05", "a", NOW)]);
    let said = |date: &str, ids: &[&str]| {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        unproved(&standing, Date::parse(date), &ids)
    };
    assert_eq!(said("2026-01-05", &["a"]), []);
    assert_eq!(said("", &[]), []);
    assert_eq!(said("2026-05-01", &["a"]), [Unproved::Date(Some(day("2026-01-05")))]);
    assert_eq!(said("2026-01-05", &["a", "b"]), [Unproved::Reviewer("b".to_owned())]);
}

fn any_day() -> impl Strategy<Value = Date> {
    (2020_i16..2030, 1_i8..13, 1_i8..29).prop_map(|(year, month, day)| Date::new(year, month, day).unwrap())
}

fn any_review() -> impl Strategy<Value = Review> {
    let scope = prop_oneof![
        4 => Just(Scope::Full),
        2 => prop::option::of(0_usize..6).prop_map(Scope::Partial),
        1 => any_day().prop_map(Scope::Urgent),
    ];
    let flags =
        (prop::bool::weighted(0.9), prop::bool::weighted(0.1), prop::bool::weighted(0.9), prop::bool::weighted(0.8));
    ("[a-c]", any_day(), flags, scope, 0_u32..3).prop_map(
        |(id, date, (is_active, is_only_author, is_signed, passes), scope, words)| Review {
            reviewer: Person { is_active, is_only_author, ..person(&id) },
            date,
            outcome: if passes { Outcome::Pass } else { Outcome::ChangesRequested },
            scope,
            words: Words(words),
            is_signed,
        },
    )
}

fn any_evidence() -> impl Strategy<Value = Evidence> {
    (prop::bool::weighted(0.05), prop::collection::vec(any_review(), 0..7)).prop_map(|(is_withdrawn, mut reviews)| {
        reviews.sort_by_key(|review| review.date);
        Evidence { is_withdrawn, reviews, ..Evidence::default() }
    })
}

/// The table, said once more and plainly, for one reviewer and without partial reviews.
fn first_row(evidence: &Evidence, policy: &Policy, today: Date) -> State {
    let eligible =
        |review: &&Review| review.reviewer.is_active && !review.reviewer.is_only_author && review.date <= today;
    let passes: Vec<&Review> = evidence
        .reviews
        .iter()
        .filter(eligible)
        .filter(|review| review.outcome == Outcome::Pass && review.scope == Scope::Full && review.is_signed)
        .collect();
    let objects = ["a", "b", "c"].iter().any(|id| {
        let mut own =
            evidence.reviews.iter().filter(eligible).filter(|review| review.reviewer.id == *id && review.words == NOW);
        let latest = own.rfind(|review| review.outcome == Outcome::ChangesRequested || passes.contains(review));
        latest.is_some_and(|review| review.outcome == Outcome::ChangesRequested)
    });
    if evidence.is_withdrawn {
        return State::Withdrawn;
    }
    let Some(last) = passes.last() else { return State::Never };
    if objects {
        return State::Objected;
    }
    if last.words != NOW {
        return State::Changed;
    }
    let next = last.date.after(policy.interval).unwrap();
    if today > next {
        State::Overdue
    } else if today >= next.before(policy.notice).unwrap() {
        State::Due
    } else {
        State::Current
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4000,
        rng_seed: RngSeed::Fixed(0x10_27),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_evidence_has_a_standing_that_is_sound(
        evidence in any_evidence(), today in any_day(), reviewers in 0_usize..4,
    ) {
        let policy = Policy { reviewers, ..policy() };
        let standing = weigh(&evidence, &policy, today);
        prop_assert_eq!(&standing, &weigh(&evidence, &policy, today));
        let has_dates = standing.last_reviewed.is_some() && standing.next_review.is_some();
        let is_reviewed = matches!(standing.state, State::Objected | State::Changed | State::Overdue | State::Due | State::Current);
        prop_assert!(has_dates || !is_reviewed);
        prop_assert_eq!(standing.reviewed_by.len(), if standing.last_reviewed.is_some() { reviewers.max(1) } else { 0 });
        prop_assert!(standing.last_reviewed.is_none_or(|date| date <= today));
        if let Some(passed) = standing.passed {
            prop_assert_eq!(evidence.reviews[passed].outcome, Outcome::Pass);
            prop_assert!(evidence.reviews[passed].is_signed);
        }
    }

    #[test]
    fn the_state_is_the_first_row_that_fits(evidence in any_evidence(), today in any_day()) {
        let mut evidence = evidence;
        evidence.reviews.retain(|review| review.scope == Scope::Full);
        prop_assert_eq!(weigh(&evidence, &policy(), today).state, first_row(&evidence, &policy(), today));
    }

    #[test]
    fn time_alone_never_makes_a_review_younger(evidence in any_evidence(), one in any_day(), other in any_day()) {
        let newest = evidence.reviews.iter().map(|review| review.date).max().unwrap_or(day("2020-01-01"));
        let (early, late) = (one.min(other).max(newest), one.max(other).max(newest));
        let (before, after) = (weigh(&evidence, &policy(), early), weigh(&evidence, &policy(), late));
        prop_assert!(after.state <= before.state, "{:?} became {:?}", before.state, after.state);
        prop_assert_eq!(before.next_review, after.next_review);
        let is_dated = |state| matches!(state, State::Overdue | State::Due | State::Current);
        prop_assert!(before.state == after.state || (is_dated(before.state) && is_dated(after.state)));
        prop_assert!(after.urgent.is_none_or(|urgent| urgent.is_past) || before.urgent.is_none_or(|urgent| !urgent.is_past));
    }

    #[test]
    fn one_more_objection_never_makes_a_page_fit_to_publish(evidence in any_evidence(), at in any_day()) {
        let mut opposed = evidence.clone();
        let today = evidence.reviews.iter().map(|review| review.date).max().unwrap_or(at).max(at);
        opposed.reviews.push(Review { date: today, ..objection("2020-01-01", "a", NOW) });
        let state = weigh(&opposed, &policy(), today).state;
        prop_assert!(matches!(state, State::Withdrawn | State::Never | State::Objected));
    }
}
