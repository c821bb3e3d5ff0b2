//! What changed, word by word.

use std::fmt::Write as _;

use iort_site::review::diff::{Block, BlockChange, Change, Diff, Side, diff};
use iort_site::review::text::{Include, IncludeKind};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::review::markdown::{change, hand, page};
use crate::review::text_of;

fn of(before: &str, after: &str) -> Diff {
    let text = |body: &str| text_of("content/a.md", &format!("---\ntitle: A\n---\n{body}"));
    diff(Side::plain(&text(before)), Side::plain(&text(after)))
}

/// The blocks that changed, one a line: what was taken out in `[-…-]`, what came in `{+…+}`.
fn told(diff: &Diff) -> String {
    let mut out = String::new();
    for block in diff.blocks.iter().filter(|block| block.change != BlockChange::Kept) {
        let Block { label, was, runs, .. } = block;
        let was = was.as_ref().map(|was| format!(" (was {was})")).unwrap_or_default();
        let _ = write!(out, "{label}{was}:");
        for run in runs {
            let _ = match run.change {
                Change::Kept => write!(out, "<{}>", run.text),
                Change::Added => write!(out, "{{+{}+}}", run.text),
                Change::Removed => write!(out, "[-{}-]", run.text),
            };
        }
        out.push('\n');
    }
    out
}

#[test]
fn words_links_and_structure_are_told() {
    for (before, after, expected) in [
        ("You may bathe.", "You must bathe.", "paragraph:<You>[- may-]{+ must+}< bathe.>\n"),
        ("20 Gy", "20  Gy", ""),
        (
            "see [what to do](b.md)",
            "see [what to do](c.md)",
            "paragraph:<see [what to do>[-](→ /b.md)-]{+](→ /c.md)+}\n",
        ),
        ("![A dot](a.png)", "![A line](a.png)", "paragraph:<![A>[- dot-]{+ line+}<](→ /a.png)>\n"),
        ("do *not* eat", "do not eat", "paragraph:<do>[- *not*-]{+ not+}< eat>\n"),
        ("## One two", "### One two", "heading 3 (was heading 2):<One two>\n"),
        ("One.\n\nTwo words.\n\nThree.", "One.\n\nThree.", "paragraph:[-Two words.-]\n"),
        ("One.\n\nThree.", "One.\n\nTwo words.\n\nThree.", "paragraph:{+Two words.+}\n"),
        ("- a b c", "- a b d", "list item:<a b>[- c-]{+ d+}\n"),
        ("a `x` b", "a `y` b", "paragraph:<a>[- `x`-]{+ `y`+}< b>\n"),
        (":::note{title=\"a b\"}\nx\n:::", ":::note{title=\"a c\"}\nx\n:::", "title of note:<a>[- b-]{+ c+}\n"),
    ] {
        assert_eq!(told(&of(before, after)), expected, "{before:?} to {after:?}");
    }
}

#[test]
fn one_list_that_becomes_two_is_told() {
    assert_eq!(told(&of("- a\n- b", "- a\n\n* b")), "list:\n");
}

#[test]
fn what_a_page_shows_from_elsewhere_is_told() {
    let with = |text: &str| {
        text_of("content/a.md", "---\ntitle: A\n---\n").with_includes(vec![Include::text(
            IncludeKind::Definition,
            "Gy",
            text,
        )])
    };
    let (before, after) = (with("The unit of dose."), with("The unit of absorbed dose."));
    let diff = diff(Side::plain(&before), Side::plain(&after));
    assert_eq!(told(&diff), "definition Gy:<The unit of>{+ absorbed+}< dose.>\n");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        rng_seed: RngSeed::Fixed(0x10_27),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_diff_is_empty_if_and_only_if_the_texts_are_one(page in page(), one in hand(), other in hand(), at in 0_usize..1000) {
        let before = text_of("content/a.md", &one.write(&page));
        let same = text_of("content/a.md", &other.clone().write(&page));
        prop_assert!(diff(Side::plain(&before), Side::plain(&same)).is_empty());
        let mut changed = page;
        change(&mut changed, at);
        let after = text_of("content/a.md", &other.write(&changed));
        let diff = diff(Side::plain(&before), Side::plain(&after));
        prop_assert!(!diff.is_empty());
        // What is kept and what was taken out is the old text, what is kept and what came in the new one.
        let shown = |without: Change| {
            let runs = diff.blocks.iter().flat_map(|block| &block.runs).filter(|run| run.change != without);
            let text: String = runs.map(|run| run.text.as_str()).collect();
            text.split_whitespace().collect::<String>()
        };
        prop_assert_ne!(shown(Change::Added), shown(Change::Removed));
    }

    #[test]
    fn no_difference_of_two_pages_is_lost(one in page(), other in page(), hand in hand()) {
        let before = text_of("content/a.md", &hand.clone().write(&one));
        let after = text_of("content/a.md", &hand.write(&other));
        prop_assert_eq!(diff(Side::plain(&before), Side::plain(&after)).is_empty(), before == after);
    }
}
