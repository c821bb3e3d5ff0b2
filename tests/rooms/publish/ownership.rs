//! Whose file is whose: what is written over, removed, displaced, adopted or left alone.

use std::fs::{self, File};

use iort_site::shell::publish::publisher::PublishFault;

use crate::publish::root::{HOME, RISKS, Root, STYLE, counts, found};
use crate::publish::site::Site;

#[test]
fn a_file_of_ours_that_was_edited_is_displaced_and_written_anew() {
    let root = Root::new();
    let site = Site::new(&[HOME, RISKS]);
    root.build(&site);
    // Of the same length, and with its time set back: nothing but the bytes tells.
    let path = root.at("public/risks/index.html");
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    root.write("public/risks/index.html", "RISKS");
    File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();

    let repaired = root.build(&site);
    assert_eq!(counts(&repaired), (1, 1, 1, 0));
    assert_eq!(found(&repaired), [("output-displaced", "public/risks/index.html")]);
    assert!(repaired.diagnostics[0].message.contains(".iort-site/displaced/1/risks/index.html"));
    assert_eq!(root.read(".iort-site/displaced/1/risks/index.html"), "RISKS");
    root.expect(&[HOME, RISKS]);
    assert_eq!(found(&root.build(&site)), []);
}

#[test]
fn an_edited_file_that_is_no_output_any_more_is_displaced_and_left_out() {
    let root = Root::new();
    root.build(&Site::new(&[HOME, RISKS]));
    root.write("public/risks/index.html", "mine");
    let built = root.build(&Site::new(&[HOME]));
    assert_eq!(counts(&built), (0, 0, 1, 1));
    assert_eq!(found(&built), [("output-displaced", "public/risks/index.html")]);
    root.expect(&[HOME]);
}

#[test]
fn each_build_displaces_into_a_folder_of_its_own() {
    let root = Root::new();
    let site = Site::new(&[HOME, RISKS]);
    root.build(&site);
    for text in ["one", "two"] {
        root.write("public/index.html", text).write("public/risks/index.html", text).build(&site);
    }
    assert_eq!(root.read(".iort-site/displaced/1/index.html"), "one");
    assert_eq!(root.read(".iort-site/displaced/2/risks/index.html"), "two");
}

#[test]
fn a_touched_file_is_still_excused() {
    let root = Root::new();
    let site = Site::new(&[HOME]);
    root.build(&site);
    root.write("public/index.html", "home");
    assert_eq!(counts(&root.build(&site)), (0, 0, 1, 0));
}

#[test]
fn a_file_of_ours_that_was_removed_is_written_again() {
    let root = Root::new();
    let site = Site::new(&[HOME, RISKS]);
    root.build(&site);
    root.remove("public/index.html");
    assert_eq!(counts(&root.build(&site)), (1, 1, 1, 0));
    root.expect(&[HOME, RISKS]);

    fs::remove_dir_all(root.at("public")).unwrap();
    assert_eq!(counts(&root.build(&site)), (2, 2, 0, 0));
    root.expect(&[HOME, RISKS]);
}

#[test]
fn what_is_no_output_any_more_goes_with_its_folders_and_its_neighbor_stays() {
    let root = Root::new();
    root.build(&Site::new(&[HOME, ("a/b/c/index.html", "c"), ("a/d/index.html", "d"), ("e/index.html", "e")]));
    root.write("public/CNAME", "example.org").write("public/a/d/mine.txt", "mine");
    fs::create_dir(root.at("public/empty")).unwrap();
    assert_eq!(counts(&root.build(&Site::new(&[HOME]))), (0, 0, 1, 3));
    root.expect(&[HOME, ("CNAME", "example.org"), ("a/d/mine.txt", "mine"), ("empty/", "")]);
}

#[test]
fn the_output_folder_itself_stays() {
    let root = Root::new();
    root.build(&Site::new(&[HOME]));
    assert_eq!(counts(&root.build(&Site::new(&[]))), (0, 0, 0, 1));
    root.expect(&[]);
    assert!(root.at("public").is_dir());
}

#[test]
fn a_folder_that_is_there_already_is_built_into() {
    let root = Root::new();
    root.write("public/.gitignore", "*").write("public/.well-known/security.txt", "mail us");
    assert_eq!(counts(&root.build(&Site::new(&[HOME, RISKS]))), (2, 2, 0, 0));
    let kept = [(".gitignore", "*"), (".well-known/security.txt", "mail us")];
    root.expect(&[kept[0], kept[1], HOME, RISKS]);
    assert_eq!(root.owned(), ["index.html", "risks/index.html"]);
    root.build(&Site::new(&[]));
    root.expect(&kept);
}

#[test]
fn a_foreign_file_in_the_way_stops_the_build() {
    let root = Root::new();
    root.write("public/index.html", "theirs").write("public/risks/index.html", "theirs too");
    let before = root.files("public");
    let site = Site::new(&[HOME, RISKS, STYLE]);
    let stopped = root.build(&site);
    assert!(stopped.foreign && !stopped.published);
    assert_eq!(
        found(&stopped),
        [("output-foreign", "public/index.html"), ("output-foreign", "public/risks/index.html")]
    );
    assert_eq!(root.files("public"), before);
    assert!(!root.at(".iort-site/public/ownership").exists());
    root.expect_no_staging();

    let adopted = root.build_with(&site, |request| request.adopt = true);
    assert_eq!(counts(&adopted), (3, 3, 0, 0));
    assert_eq!(
        found(&adopted),
        [("output-displaced", "public/index.html"), ("output-displaced", "public/risks/index.html")]
    );
    assert_eq!(root.read(".iort-site/displaced/1/index.html"), "theirs");
    root.expect(&[HOME, RISKS, STYLE]);
}

#[test]
fn a_foreign_file_with_the_bytes_that_would_be_written_is_adopted() {
    let root = Root::new();
    root.write("public/index.html", "home");
    assert_eq!(counts(&root.build(&Site::new(&[HOME, RISKS]))), (2, 1, 1, 0));
    assert_eq!(root.owned(), ["index.html", "risks/index.html"]);
}

#[test]
fn lost_ownership_is_regained_where_nothing_changed() {
    let root = Root::new();
    root.build(&Site::new(&[HOME, RISKS]));
    root.remove(".iort-site/public/ownership");
    assert_eq!(counts(&root.build(&Site::new(&[HOME, RISKS]))), (0, 0, 2, 0));
    assert_eq!(root.owned(), ["index.html", "risks/index.html"]);

    root.remove(".iort-site/public/ownership");
    let changed = Site::new(&[HOME, ("risks/index.html", "more risks")]);
    assert_eq!(found(&root.build(&changed)), [("output-foreign", "public/risks/index.html")]);
    root.expect(&[HOME, RISKS]);
}

#[test]
fn an_ownership_line_that_leads_out_of_the_folder_grants_nothing() {
    let root = Root::new();
    root.build(&Site::new(&[HOME]));
    root.write("precious.txt", "home");
    let line = root.read(".iort-site/public/ownership").replace("index.html", "../precious.txt");
    root.write(".iort-site/public/ownership", &line).build(&Site::new(&[]));
    assert_eq!(root.read("precious.txt"), "home");
}

#[test]
fn an_output_that_leads_out_of_the_folder_is_refused() {
    let root = Root::new();
    for path in ["../x.html", "/x.html", "a/../../x.html", "a//x.html"] {
        assert!(
            matches!(root.try_build(&Site::new(&[(path, "x")]), |_| {}), Err(PublishFault::Environment(_))),
            "{path}"
        );
    }
}

#[test]
fn a_file_becomes_a_folder_and_a_folder_a_file() {
    let root = Root::new();
    let one = [HOME, ("a", "file"), ("b/c/d.html", "d"), ("b/e.html", "e")];
    let other = [HOME, ("a/x.html", "x"), ("b", "file")];
    root.build(&Site::new(&one));
    for _ in 0..2 {
        assert_eq!(counts(&root.build(&Site::new(&other))), (2, 2, 1, 3));
        root.expect(&other);
        assert_eq!(counts(&root.build(&Site::new(&one))), (3, 3, 1, 2));
        root.expect(&one);
    }
    // Edited ones are displaced on the way.
    root.write("public/a", "mine").write("public/b/e.html", "mine");
    fs::create_dir(root.at("public/b/empty")).unwrap();
    let swapped = root.build(&Site::new(&other));
    assert_eq!(found(&swapped), [("output-displaced", "public/a"), ("output-displaced", "public/b/e.html")]);
    root.expect(&other);
}

#[test]
fn a_foreign_folder_or_file_in_the_way_is_not_removed() {
    let root = Root::new();
    root.write("public/a", "theirs").write("public/b/theirs.txt", "theirs");
    let site = Site::new(&[("a/x.html", "x"), ("b", "file")]);
    let stopped = root.build(&site);
    assert!(stopped.foreign);
    assert_eq!(found(&stopped), [("output-foreign", "public/a"), ("output-foreign", "public/b/theirs.txt")]);
    root.expect(&[("a", "theirs"), ("b/theirs.txt", "theirs")]);
    root.build_with(&site, |request| request.adopt = true);
    root.expect(&[("a/x.html", "x"), ("b", "file")]);
    assert_eq!(root.read(".iort-site/displaced/1/b/theirs.txt"), "theirs");
}
