//! What a review writes into front matter, and what it leaves alone.

use iort_site::base::date::Date;
use iort_site::base::path::SourcePath;
use iort_site::source::claim::{Claim, with_claim};

fn edited(front: &str, ids: &[&str]) -> Option<String> {
    let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    let text = format!("---\n{front}---\n\nlast_reviewed: text\n");
    let claim = Claim { date: Date::parse("2024-03-01").unwrap(), reviewers: &ids };
    let path = SourcePath::new("content/a.md");
    let edited = with_claim(&path, &text, claim)?;
    // What is written is found written.
    assert_eq!(with_claim(&path, &edited, claim).as_ref(), Some(&edited));
    let front = edited.strip_prefix("---\n").unwrap().strip_suffix("---\n\nlast_reviewed: text\n").unwrap();
    Some(front.to_owned())
}

#[track_caller]
fn becomes(front: &str, ids: &[&str], expected: &str) {
    assert_eq!(edited(front, ids).as_deref(), Some(expected));
}

#[test]
fn values_keep_their_form() {
    becomes(
        "title: A # first\nlast_reviewed: 2020-01-01 # day\nreviewed_by:   'a-roe'   # who\ntags: [x]\n",
        &["j-doe"],
        "title: A # first\nlast_reviewed: 2024-03-01 # day\nreviewed_by:   'j-doe'   # who\ntags: [x]\n",
    );
    becomes(
        "last_reviewed_on: \"2020-01-01\"\ntitle: A\nreviewed_by: a\n",
        &["a", "b"],
        "last_reviewed_on: \"2024-03-01\"\ntitle: A\nreviewed_by: [a, b]\n",
    );
    becomes(
        "title: A\nlast_reviewed: 2024-03-01\nreviewed_by: [b, a]\n",
        &["a", "b"],
        "title: A\nlast_reviewed: 2024-03-01\nreviewed_by: [b, a]\n",
    );
}

#[test]
fn lists_keep_what_stays() {
    becomes(
        "title: A\nlast_reviewed: 2020-01-01\nreviewed_by: [ 'a',  b ]\n",
        &["c", "b"],
        "title: A\nlast_reviewed: 2024-03-01\nreviewed_by: [ 'c',  b ]\n",
    );
    becomes(
        "title: A\nlast_reviewed: 2020-01-01\nreviewed_by: [a, b, c]\n",
        &["c"],
        "title: A\nlast_reviewed: 2024-03-01\nreviewed_by: [c]\n",
    );
    becomes(
        "title: A\nlast_reviewed: 2020-01-01\nreviewed_by: [a]\n",
        &["a", "b", "c"],
        "title: A\nlast_reviewed: 2024-03-01\nreviewed_by: [a, b, c]\n",
    );
    becomes(
        "title: A\nreviewed_by:\n  # those who read it\n  - a # lead\n  - b\n\n# and when\nlast_reviewed: 2020-01-01\n",
        &["b", "c", "d"],
        "title: A\nreviewed_by:\n  # those who read it\n  - c # lead\n  - b\n  - d\n\n# and when\nlast_reviewed: 2024-03-01\n",
    );
    becomes(
        "title: A\nreviewed_by:\n- a # gone\n- b\n- c\nlast_reviewed: 2020-01-01\n",
        &["b"],
        "title: A\nreviewed_by:\n# gone\n- b\nlast_reviewed: 2024-03-01\n",
    );
}

#[test]
fn missing_keys_are_put_where_one_looks_for_them() {
    becomes("title: A\ntags: [x]\n", &["a"], "title: A\nlast_reviewed: 2024-03-01\nreviewed_by: [a]\ntags: [x]\n");
    becomes(
        "title: A\ndescription: >\n  Long\n  text\n# tags\ntags: [x]\n",
        &["a"],
        "title: A\ndescription: >\n  Long\n  text\nlast_reviewed: 2024-03-01\nreviewed_by: [a]\n# tags\ntags: [x]\n",
    );
    becomes("title: A\nreviewed_by: [a]\n", &["a"], "title: A\nlast_reviewed: 2024-03-01\nreviewed_by: [a]\n");
    becomes(
        "title: A\nlast_reviewed: # when\nreviewed_by:\ntags: []\n",
        &["a"],
        "title: A\nlast_reviewed: 2024-03-01 # when\nreviewed_by: [a]\ntags: []\n",
    );
    becomes(
        "title: A\nlast_reviewed: ~\nreviewed_by: []\n",
        &["7", "true"],
        "title: A\nlast_reviewed: 2024-03-01\nreviewed_by: [\"7\", \"true\"]\n",
    );
    becomes("  title: A\n", &["a"], "  title: A\n  last_reviewed: 2024-03-01\n  reviewed_by: [a]\n");
}

#[test]
fn what_cannot_be_edited_alone_is_left_alone() {
    assert_eq!(edited("{title: A, tags: [x]}\n", &["a"]), None);
    assert_eq!(edited("title: A\nlast_reviewed: &day 2020-01-01\npublished: *day\n", &["a"]), None);
    assert_eq!(edited("title: A\nreviewed_by: [a, # lead\n  b]\nlast_reviewed: 2020-01-01\n", &["b"]), None);
}
