//! `review sign`.

use crate::review_commands::site::{PAGE, Site, TODAY, key};

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

const SIG: &str = "reviews/index/2024-03-01-j-doe.md.sig";

/// All files of a site with what is in them.
fn all(site: &Site) -> Vec<(String, Vec<u8>)> {
    site.files("").into_iter().map(|name| (name.clone(), std::fs::read(site.path(&name)).unwrap())).collect()
}

#[test]
fn cut_off_it_is_finished_by_running_it_again() {
    let with_image = || {
        let site = Site::new(SIGNATURE);
        site.page("![A burn](burn.svg)");
        site.write("content/burn.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>");
        site
    };
    let whole = with_image();
    let unsigned = whole.read(PAGE);
    whole.sign(&["--note", "x"]).ok();
    let expected = all(&whole);
    let copy = whole.files("reviews/images").remove(0);
    let (record, signature) = (whole.read(RECORD), whole.read(SIG));
    let cuts: [&[(&str, &str)]; 5] = [
        &[(&copy, "<svg xmlns=\"http://www.w3.org/2000/svg\" wid")],
        &[(&format!("{RECORD}.iort-site.tmp~"), &record[..40])],
        &[(RECORD, &record)],
        &[(RECORD, &record), (&format!("{SIG}.iort-site.tmp~"), "-----BEGIN")],
        &[(RECORD, &record), (SIG, &signature)],
    ];
    for cut in cuts {
        let site = with_image();
        if cut[0].0 != copy {
            site.write(&copy, whole.read(&copy));
        }
        cut.iter().for_each(|(name, text)| site.write(name, text));
        assert_eq!(site.read(PAGE), unsigned);
        site.sign(&["--note", "x"]).ok();
        let found = all(&site);
        assert_eq!(found.iter().map(|(name, _)| name).collect::<Vec<_>>(), whole.files("").iter().collect::<Vec<_>>());
        assert!(found == expected, "{cut:?}");
    }
    // Done, it is done.
    whole.sign(&["--note", "x"]).ok().says("was reviewed today");
    assert!(all(&whole) == expected);
    // Another note is another review.
    whole.sign(&["--note", "y"]).ok();
    assert!(whole.path("reviews/index/2024-03-01-j-doe-2.md").is_file());
    whole.check(TODAY).ok();
}

#[test]
fn refuses_who_may_not_review() {
    let site = Site::new("require = \"record\"\nroles = [\"physician\"]");
    let as_id = |today: &str, id: &str| site.review_on(today, &["sign", PAGE, "--as", id, "--yes"]);
    as_id(TODAY, "j-do").refuses(2, "did you mean `j-doe`?");
    let (key, typo) = (key("j-doe"), ["sign", PAGE, "--as", "j-do", "--yes", "--key"]);
    site.review(&[&typo[..], &[&key]].concat()).refuses(2, "did you mean `j-doe`?");
    as_id("2023-12-31", "j-doe").refuses(2, "`j-doe` was not active on 2023-12-31");
    as_id(TODAY, "a-roe").refuses(2, "asks for another role");
    as_id("9999-01-01", "j-doe").refuses(2, "that day lies ahead");
    site.edit(PAGE, "title: Risks\n", "title: Risks\nauthors: j-doe\n");
    as_id(TODAY, "j-doe").refuses(2, "nobody reviews their own words");
    site.edit(PAGE, "authors: j-doe", "authors: [j-doe, Sam]");
    as_id(TODAY, "j-doe").ok();
    as_id("2024-02-29", "j-doe").refuses(1, "future-date");
    let searched = ["sign", PAGE, "--as", "j-doe", "--yes", "--evidence-searched-to", "2024-03-03"];
    site.review_on("2024-03-02", &searched).refuses(2, "cannot have been searched up to 2024-03-03");
    site.review(&["sign", "nowhere", "--as", "j-doe", "--yes"]).refuses(2, "there is no page `content/nowhere.md`");
}

#[test]
fn refuses_pages_and_chains_with_errors() {
    let site = Site::new(SIGNATURE);
    site.page("[Nowhere](nowhere.md)");
    site.sign(&[]).refuses(1, "link-");
    assert!(site.files("reviews").is_empty());
    site.page("Words.");
    site.sign(&[]).ok();
    site.sign_on("2024-03-02", &[]).ok();
    site.edit(RECORD, "Words.", "Worms.");
    site.sign_on("2024-03-03", &[]).refuses(1, "record-altered");
    site.edit(RECORD, "Worms.", "Words.");
    let record = site.read(RECORD);
    site.write(RECORD, record.replace('\n', "\r\n"));
    site.sign_on("2024-03-03", &[]).refuses(1, "record-line-endings");
    site.write(RECORD, record);
    site.remove("reviews/index/2024-03-02-j-doe.md");
    site.sign_on("2024-03-03", &[]).ok();
}

#[test]
fn keys() {
    let site = Site::new(SIGNATURE);
    let with = |name: &str, variables: &[(&str, &str)]| {
        let file = if name.contains('/') { name.to_owned() } else { key(name) };
        let arguments = ["review", "sign", PAGE, "--as", "j-doe", "--yes", "--today", TODAY, "--key", &file];
        site.run(&arguments, variables)
    };
    site.review(&["sign", PAGE, "--as", "j-doe", "--yes"]).refuses(2, "asks for a signature, and no key was given");
    with("a-roe", &[]).refuses(2, "it is a key of `a-roe`, and not of `j-doe`");
    with("rsa", &[]).refuses(2, "ssh-rsa");
    with("rsa.pub", &[]).refuses(2, "ssh-rsa");
    with("README.md", &[]).refuses(2, "neither a private nor a public key");
    with("absent", &[]).refuses(2, "cannot read the key");
    with("protected", &[]).refuses(2, "set `IORT_SITE_KEY_PASSPHRASE`");
    with("protected", &[("IORT_SITE_KEY_PASSPHRASE", "wrong")]).refuses(2, "the passphrase is not the one");
    site.edit("data/reviewers.toml", "\nfrom = 2024-01-01\n", "\nfrom = 2024-03-02\n");
    with("j-doe", &[]).refuses(2, "it is valid from 2024-03-02 on");
    assert!(site.files("reviews").is_empty());
    with("protected", &[("IORT_SITE_KEY_PASSPHRASE", "correct horse")]).ok();
    site.check(TODAY).ok();
}

#[test]
fn a_public_key_signs_through_ssh_keygen() {
    let site = Site::new(SIGNATURE);
    // `ssh-keygen` takes the private half beside it where no agent has it.
    for name in ["j-doe", "j-doe.pub"] {
        site.write(&format!("keys/{name}"), std::fs::read(key(name)).unwrap());
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(site.path("keys/j-doe"), std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    site.review(&["sign", PAGE, "--as", "j-doe", "--yes", "--key", "keys/j-doe.pub"]).ok();
    site.check(TODAY).ok();
    site.remove("keys/j-doe");
    site.edit(PAGE, "may", "must");
    site.review(&["sign", PAGE, "--as", "j-doe", "--yes", "--key", "keys/j-doe.pub"])
        .refuses(2, "`ssh-keygen` did not");
    assert_eq!(site.files("reviews"), [RECORD, SIG]);
}

#[test]
fn ssh_keygen_verifies_what_we_sign() {
    let site = Site::new(SIGNATURE);
    site.sign(&[]).ok();
    let public = std::fs::read_to_string(key("j-doe.pub")).unwrap();
    site.write("allowed", format!("j-doe namespaces=\"iort-site-review\" {public}"));
    let arguments = ["-Y", "verify", "-n", "iort-site-review", "-I", "j-doe", "-Overify-time=20240301", "-f"];
    let verify = || {
        let record = std::fs::File::open(site.path(RECORD)).unwrap();
        let mut command = std::process::Command::new("ssh-keygen");
        command.args(arguments).arg(site.path("allowed")).arg("-s").arg(site.path(SIG)).stdin(record);
        command.output().unwrap().status.success()
    };
    assert!(verify());
    site.edit(RECORD, "Risks", "Risk");
    assert!(!verify());
}

#[test]
fn two_reviewers_pass_the_same_words() {
    let site = Site::new("require = \"signature\"\nreviewers = 2");
    let untouched = site.read(PAGE);
    site.sign(&[]).ok().says("is `never` now");
    assert_eq!(site.read(PAGE), untouched);
    let all =
        |id: &str, today: &str| site.review_on(today, &["sign", "--all", "--as", id, "--yes", "--key", &key(id)]).ok();
    all("j-doe", "2024-03-02").says("Nothing waits for a review.");
    all("a-roe", "2024-03-02").says("is `current` now; the next review is due on 2026-03-01");
    assert!(site.read(PAGE).contains("last_reviewed: 2024-03-01\nreviewed_by: [j-doe, a-roe]\n"));
    site.check("2024-03-02").ok();
}

#[test]
fn a_partial_review_moves_no_date() {
    let site = Site::new(SIGNATURE);
    let partial = ["--scope", "partial"];
    site.sign(&partial).refuses(2, "no passed review on which a partial one could build");
    site.sign(&[]).ok();
    site.edit(PAGE, "may", "must");
    let page = site.read(PAGE);
    site.sign_on("2024-04-01", &partial).ok().says("passes what changed");
    assert_eq!(site.read(PAGE), page);
    let record = site.read("reviews/index/2024-04-01-j-doe.md");
    assert!(record.contains("scope: partial\nbuilds_on: sha256:"), "{record}");
    site.check("2024-04-01").ok();
}

#[test]
fn changes_requested_touch_nothing_and_are_shown_next_time() {
    let site = Site::new(SIGNATURE);
    site.sign(&[]).ok();
    let page = site.read(PAGE);
    let asked = ["--outcome", "changes-requested", "--note", "Say how often"];
    // Caution needs no key.
    let asks = [&["sign", PAGE, "--as", "a-roe", "--yes"], &asked[..]].concat();
    site.review_on("2024-03-02", &asks).ok().says("is `objected` now");
    assert_eq!(site.read(PAGE), page);
    site.check("2024-03-02").ends_with(1);
    site.review(&["diff", PAGE]).ok();
    site.review_on("2024-03-03", &["diff", PAGE]).ok().says("a-roe asked for changes on 2024-03-02: Say how often");
}

#[test]
fn an_urgent_correction() {
    let site = Site::new(SIGNATURE);
    site.sign(&[]).ok();
    site.edit(PAGE, "may", "must");
    let page = site.read(PAGE);
    let urgent = |by: &str, more: &[&str]| {
        let arguments = ["urgent", PAGE, "--as", "j-doe", "--yes", "--reason", "A wrong word", "--review-by", by];
        site.review_on("2024-03-02", &[&arguments, more].concat())
    };
    urgent("2024-03-09", &[]).refuses(2, "asks for a signature");
    urgent("2024-03-01", &["--key", &key("j-doe")]).refuses(2, "which is past");
    urgent("2024-03-09", &["--key", &key("j-doe")]).ok();
    assert_eq!(site.read(PAGE), page);
    site.check("2024-03-09").ok();
    site.check("2024-03-10").ends_with(1);
    urgent("2024-03-09", &["--key", &key("j-doe")]).ok().says("was reviewed today");
}

#[test]
fn all_that_waits() {
    let site = Site::new("require = \"signature\"\n[[review.section]]\npath = \"/nurses/\"\nroles = [\"nurse\"]");
    for page in ["one", "two", "nurses/index"] {
        site.write(&format!("content/{page}.md"), format!("---\ntitle: {page}\n---\n\nWords [back](/index.md).\n"));
    }
    site.write("content/draft.md", "---\ntitle: Draft\ndraft: true\n---\n\nWords.\n");
    site.sign(&[]).ok();
    let key = key("j-doe");
    let all = ["sign", "--all", "--as", "j-doe", "--yes", "--key", &key];
    let run = site.review(&all).ok();
    assert_eq!(run.out.matches("Wrote ").count(), 2, "{}", run.out);
    site.review(&all).ok().says("Nothing waits for a review.");
    // A draft is signed by its name.
    site.review(&["sign", "draft", "one", "--as", "j-doe", "--yes", "--key", &key]).ok().says("reviews/draft/2024");
    // One that cannot be signed does not hold up the others.
    site.write("content/two.md", "---\ntitle: Two\n---\n\n[Nowhere](nowhere.md)\n");
    site.edit("content/one.md", "Words", "Swords");
    let run = site.review_on("2024-03-02", &["sign", "--all", "--as", "j-doe", "--yes", "--key", &key]);
    assert!(run.err.contains("content/two.md"), "{}", run.err);
    run.ends_with(1).says("`content/one.md` is `current` now");
}

#[test]
fn a_byte_order_mark_and_line_ends_stay() {
    let site = Site::new(SIGNATURE);
    site.write(PAGE, format!("\u{feff}{}", site.read(PAGE).replace('\n', "\r\n")));
    site.sign(&[]).ok();
    let page = site.read(PAGE);
    assert!(page.starts_with("\u{feff}---\r\n"));
    assert!(page.contains("\r\nlast_reviewed: 2024-03-01\r\nreviewed_by: [j-doe]\r\n---\r\n"), "{page:?}");
    site.check(TODAY).ok();
}

#[test]
fn pages_that_link_to_each_other_and_are_left_out_until_they_are_signed() {
    let site = Site::new("require = \"signature\"\nstates = { never = \"hold\" }");
    site.page("[Other](other.md)");
    site.write("content/other.md", "---\ntitle: Other\n---\n\n[Back](index.md)\n");
    site.review(&["sign", "--all", "--as", "j-doe", "--yes", "--key", &key("j-doe")]).ok();
    site.check(TODAY).ok();
}

#[test]
fn a_page_that_moved_is_signed_on_top_of_its_old_records() {
    let site = Site::new(SIGNATURE);
    site.write("content/old.md", "---\ntitle: Old\n---\n\nWords.\n");
    let signed = |today: &str, page: &str| {
        site.review_on(today, &["sign", "index", page, "--as", "j-doe", "--yes", "--key", &key("j-doe")]).ok()
    };
    signed(TODAY, "old");
    site.run(&["mv", "old", "far/new"], &[]).ok();
    site.review_on("2024-03-02", &["diff", "far/new"])
        .ok()
        .says("The words are those that j-doe passed on 2024-03-01.");
    signed("2024-03-02", "far/new").says("reviews/far/new/2024-03-02-j-doe.md");
    assert!(site.path("reviews/old/2024-03-01-j-doe.md").is_file());
    site.check("2024-03-02").ok();
}

#[test]
fn after_a_key_was_stolen_a_new_review_makes_the_page_whole() {
    let site = Site::new(SIGNATURE);
    site.sign(&[]).ok();
    let revoked = "\nfrom = 2024-01-01\nrevoked = 2024-04-01\nreason = \"Stolen\"\nearlier_records = \"fall\"\n";
    let reviewers = site.read("data/reviewers.toml");
    site.write("data/reviewers.toml", reviewers.replacen("\nfrom = 2024-01-01\n", revoked, 1));
    site.check("2024-05-01").refuses(1, "error[key-not-valid]");
    let protected = key("protected");
    let arguments =
        ["review", "sign", PAGE, "--as", "j-doe", "--yes", "--today", "2024-05-01", "--key", protected.as_str()];
    site.run(&arguments, &[("IORT_SITE_KEY_PASSPHRASE", "correct horse")]).ok();
    let run = site.check("2024-05-01").ok();
    assert!(run.err.contains("warning[key-not-valid]"), "{}", run.err);
}
