//! The laws of the normal form: what keeps a digest, and what loses it.

use std::collections::BTreeSet;

use iort_site::source::front_matter_keys::{KEYS, Part, TEXTS};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::review::markdown::{change, hand, page};
use crate::review::{digest, read, text_of};

/// The same cases on every machine.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 400,
        rng_seed: RngSeed::Fixed(0x10_27),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn white_space_wrapping_and_markers_keep_the_digest(page in page(), one in hand(), other in hand()) {
        let (one, other) = (one.write(&page), other.write(&page));
        let (a, b) = (text_of("content/a/b.md", &one), text_of("content/a/b.md", &other));
        prop_assert_eq!(a.canonical(), b.canonical(), "{}\n=====\n{}", one, other);
    }

    #[test]
    fn a_visible_change_loses_the_digest(page in page(), one in hand(), other in hand(), at in 0_usize..1000) {
        let before = one.write(&page);
        let mut changed = page;
        change(&mut changed, at);
        let after = other.write(&changed);
        let (a, b) = (text_of("content/a/b.md", &before), text_of("content/a/b.md", &after));
        prop_assert_ne!(a.digest(), b.digest(), "{}\n=====\n{}", before, after);
    }

    #[test]
    fn any_text_at_all_has_a_normal_form(text in ".{0,200}") {
        text_of("content/a.md", &text).canonical();
        text_of("content/a.md", &format!("---\ntitle: x\n---\n{text}")).canonical();
    }
}

fn keeps(a: &str, b: &str) {
    assert_eq!(digest(a), digest(b), "{a:?} and {b:?} should be one");
}

fn loses(a: &str, b: &str) {
    assert_ne!(digest(a), digest(b), "{a:?} and {b:?} should not be one");
}

#[test]
fn what_is_not_in_it() {
    keeps("You may\nfeel   tired.", "You may feel tired.");
    keeps("a\\\nb", "a b");
    keeps("*not*", "__not__");
    keeps("*a b*", "*a* *b*");
    keeps("\"it's\"", "“it’s”");
    keeps("## Dose {#dose}", "Dose\n----");
    keeps("20 Gy", "20&nbsp;Gy");
    keeps("- a\n- b", "* a\n\n* b");
    keeps("2. a\n3. b", "2) a\n9) b");
    keeps("| a |\n|---|\n| 1 |", "|  a  |\n|:-:|\n|1|");
    keeps("[a](risks.md)", "[a][r]\n\n[r]: <risks.md>\n");
    keeps("[a](risks.md)", "[a](../treatment/./risks.md)");
    keeps("a[^x]\n\n[^x]: b", "[^1]: b\n\na[^1]");
    keeps("a", "a\n\n[^unused]: b");
    keeps(":::note{b=\"2\" a=\"1\"}\nx\n:::", "::::note{a=\"1\" b=2 id=\"y\"}\nx\n::::");
    keeps("`a  b`", "`a b`");
    keeps("&amp; &lt;", "\\& \\<");
    keeps("- [x] a", "- [X] a");
}

#[test]
fn what_is_in_it() {
    loses("You may bathe.", "You must bathe.");
    loses("20 Gy", "21 Gy");
    loses("20 Gy", "20Gy");
    loses("the rapist", "therapist");
    loses("*not*", "not");
    loses("~~not~~", "not");
    loses("[a](risks.md)", "[a](benefits.md)");
    loses("[a](risks.md)", "[a](risks.md#pain)");
    loses("[a](risks.md)", "a");
    loses("[a](risks.md \"Risks\")", "[a](risks.md)");
    loses("[a b](r.md)", "a [b](r.md)");
    loses("![a dot](d.png)", "![a line](d.png)");
    loses("![a dot](d.png)", "![a dot](e.png)");
    loses("## A", "### A");
    loses("- a", "1. a");
    loses("1. a", "2. a");
    loses("- a\n- b", "- a\n  - b");
    loses("> a", "a");
    loses("> [!NOTE]\n> a", "> [!WARNING]\n> a");
    loses("- [x] a", "- [ ] a");
    loses("a\n\nb", "a b");
    loses("a\n\n---\n\nb", "a\n\nb");
    loses("| a |\n|---|\n| 1 |", "| a |\n|---|\n| 1 |\n| 2 |");
    loses("a[^x]\n\n[^x]: b", "a[^x]\n\n[^x]: c");
    loses("a[^x] b[^y]\n\n[^x]: c\n\n[^y]: d", "a[^y] b[^x]\n\n[^x]: c\n\n[^y]: d");
    loses(":::note\na\n:::", ":::key-points\na\n:::");
    loses(":::call{urgency=\"urgent\"}\na\n:::", ":::call{urgency=\"emergency\"}\na\n:::");
    loses("```\n1   2\n    3\n```", "```\n1   2\n 3\n```");
    loses("`1`", "1");
    loses("word", "wo\u{202e}rd");
}

fn with_front(front: &str) -> iort_site::review::digest::TextDigest {
    text_of("content/a.md", &format!("---\ntitle: A\n{front}\n---\nText.\n")).digest()
}

#[test]
fn each_key_is_reviewed_or_not_as_its_table_says() {
    let plain = with_front("");
    for (key, part, _) in KEYS {
        let value = match key {
            "title" => continue,
            "lang" => "es",
            "slug" => "b",
            "aliases" => "[/b/]",
            "sources" | "tags" | "authors" => "[b]",
            "weight" => "7",
            "draft" | "toc" => "true",
            "review_interval" => "1 year",
            "template" => "b.html",
            "withdrawn" => "{reason: It is no longer offered}",
            "extra" => "{b: 1}",
            key if key.starts_with("last_") || key == "published" || key == "evidence_searched_to" => "2026-01-05",
            _ => "b",
        };
        let written = with_front(&format!("{key}: {value}"));
        assert_eq!(written != plain, part == Part::Reviewed, "{key}");
    }
    let other = text_of("content/a.md", "---\ntitle: B\n---\nText.\n").digest();
    assert_ne!(plain, other, "the title is reviewed");
}

#[test]
fn the_table_has_every_key_that_the_reader_knows() {
    let reader: String = include_str!("../../../src/source/front_matter.rs").split_whitespace().collect();
    let mut known: BTreeSet<&str> = TEXTS.into_iter().collect();
    for (at, _) in reader.match_indices("page.at") {
        // The call may be broken before its dot.
        let call = &reader[at..at + reader[at..].find(')').unwrap()];
        known.extend(call.split('"').skip(1).step_by(2));
    }
    let table: BTreeSet<&str> = KEYS.iter().map(|(key, ..)| *key).collect();
    assert_eq!(table, known);
}

#[test]
fn the_specification_has_the_same_table() {
    let specification = read("../docs/review-format.md");
    for (key, part, why) in KEYS {
        let row = format!("| `{key}` | {} | {why} |", part.name());
        assert!(specification.contains(&row), "docs/review-format.md lacks the row {row}");
    }
}

#[test]
fn the_specification_names_every_element() {
    let specification = read("../docs/review-format.md");
    for kind in iort_site::review::text::Kind::ALL {
        assert!(specification.contains(&format!("| `{}` |", kind.name())), "no row for `{}`", kind.name());
    }
}

#[test]
fn one_slip_of_the_hand_in_front_matter_is_no_change() {
    assert_eq!(with_front("authors: A team"), with_front("authors: ['A  team']"));
    assert_eq!(with_front("sources: [A book]"), with_front("sources:\n  - title: A\n      book"));
    assert_ne!(
        with_front("sources: [{title: a, url: https://a.org}]"),
        with_front("sources: [{title: a, url: https://b.org}]")
    );
    assert_ne!(with_front("extra: {a: 1, b: 2}"), with_front("extra: {a: 1, b: 3}"));
}
