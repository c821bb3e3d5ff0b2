//! `review sign`.

use crate::site::{PAGE, Site, TODAY, key};

const SIGNATURE: &str = "require = \"signature\"";
const RECORD: &str = "reviews/index/2024-03-01-j-doe.md";

#[test]
fn signs_and_writes_front_matter() {
    let site = Site::new(SIGNATURE);
    let before = site.read(PAGE);
    site.sign(&["--note", "First review"]).ok().says("Nobody has passed this page yet").says("is `current` now");
    assert_eq!(site.files("reviews"), [RECORD, "reviews/index/2024-03-01-j-doe.md.sig"]);
    let claim = "last_reviewed: 2024-03-01\nreviewed_by: [j-doe]\n---\n\n";
    assert_eq!(site.read(PAGE), before.replace("---\n\n", claim));
    assert!(site.read(RECORD).ends_with(&before));
    assert!(site.read(RECORD).contains("note: \"First review\"\n"));
    site.check(TODAY).ok();
}

#[test]
fn shows_what_changed() {
    let site = Site::new(SIGNATURE);
    site.sign(&[]).ok();
    site.edit(PAGE, "*may*", "*must*");
    site.check("2024-03-02").ends_with(1);
    let run = site.sign_on("2024-03-02", &[]).ok().says("Since j-doe passed it on 2024-03-01");
    assert!(run.out.contains("Radiation [-*may*-] {+*must*+} harm the skin."), "{}", run.out);
    assert!(site.read(PAGE).contains("last_reviewed: 2024-03-02\n"));
    site.check("2024-03-02").ok();
}

#[test]
fn does_not_sign_unasked() {
    let site = Site::new(SIGNATURE);
    site.review(&["sign", PAGE, "--as", "j-doe", "--key", &key("j-doe")]).refuses(2, "this is no terminal");
    assert!(site.files("reviews").is_empty());
}
