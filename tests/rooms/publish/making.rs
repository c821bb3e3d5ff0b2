//! What is made, what is excused, and what keeps it all from being published.

use std::fs;
use std::sync::Mutex;
use std::sync::atomic::Ordering;

use iort_site::base::digest::Digest;
use iort_site::base::path::SourcePath;
use iort_site::shell::publish::publisher::{Progress, PublishFault, Published};

use crate::publish::root::{HOME, RISKS, Root, STYLE, counts, found};
use crate::publish::site::Site;

#[test]
fn the_first_build_makes_the_folder() {
    let root = Root::new();
    assert_eq!(counts(&root.build(&Site::new(&[HOME, RISKS, STYLE]))), (3, 3, 0, 0));
    root.expect(&[HOME, RISKS, STYLE]);
    assert_eq!(root.owned(), ["css/site.css", "index.html", "risks/index.html"]);
    assert_eq!(root.read(".iort-site/.gitignore"), "*\n");
}

#[test]
fn a_deep_output_folder_is_made_only_if_it_is_published() {
    let root = Root::new();
    let output = root.at("deploy/site/public");
    root.build_with(&Site::new(&[HOME, ("bad.html", "!error")]), |request| request.output = &output);
    assert!(!root.at("deploy").exists());
    root.build_with(&Site::new(&[HOME]), |request| request.output = &output);
    assert_eq!(root.read("deploy/site/public/index.html"), "home");
    assert_eq!(root.files("deploy").len(), 1);
}

#[test]
fn an_unchanged_build_renders_and_writes_nothing() {
    let root = Root::new();
    let site = Site::new(&[HOME, RISKS]);
    root.build(&site);
    let inode = |path: &str| fs::metadata(root.at(path)).unwrap().modified().unwrap();
    let before = (inode("public/index.html"), inode("public"), inode(".iort-site/public/ownership"));
    assert_eq!(counts(&root.build(&site)), (0, 0, 2, 0));
    assert_eq!((inode("public/index.html"), inode("public"), inode(".iort-site/public/ownership")), before);
    assert_eq!(site.renders.load(Ordering::Relaxed), 2);
}

#[test]
fn one_changed_key_renders_one_output() {
    let root = Root::new();
    root.build(&Site::new(&[HOME, RISKS, STYLE]));
    let changed = ("risks/index.html", "more risks");
    assert_eq!(counts(&root.build(&Site::new(&[HOME, changed, STYLE]))), (1, 1, 2, 0));
    root.expect(&[HOME, changed, STYLE]);
}

#[test]
fn another_key_with_the_same_bytes_is_not_written() {
    let root = Root::new();
    root.build(&Site::new(&[HOME, RISKS]));
    let mut site = Site::new(&[HOME, RISKS]);
    site.outputs[0].key = Digest::of(b"another recipe").into();
    assert_eq!(counts(&root.build(&site)), (1, 0, 2, 0));
    assert_eq!(counts(&root.build(&site)), (0, 0, 2, 0));
}

#[test]
fn what_an_excused_output_has_to_say_is_said_again() {
    let root = Root::new();
    let mut site = Site::new(&[HOME, ("a.html", "!warning"), ("b.html", "to [/gone/]")]);
    let first = root.build(&site);
    assert_eq!(found(&first), [("unused-footnote", "content/x.md")]);
    let again = root.build(&site);
    assert_eq!((again.rendered, &again.diagnostics), (0, &first.diagnostics));

    // The link is weighed against the site of today, though its page is excused.
    site.broken = Some("/gone/");
    let broken = root.build(&site);
    assert_eq!(found(&broken), [("unused-footnote", "content/x.md"), ("theme-link", "templates/page.html")]);
    assert!(!broken.published);
    assert_eq!(broken.rendered, 0);
}

#[test]
fn a_void_receipt_costs_rendering_and_nothing_else() {
    let root = Root::new();
    let site = Site::new(&[HOME, RISKS]);
    root.build(&site);
    let receipt = root.at(".iort-site/public/receipt");

    let other = root.build_with(&site, |request| request.fingerprint = Digest::of(b"another binary"));
    assert_eq!(counts(&other), (2, 0, 2, 0));
    root.build(&site);

    let whole = fs::read(&receipt).unwrap();
    for at in [0, 9, 40, whole.len() / 2, whole.len() - 1] {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&receipt, bytes).unwrap();
        assert_eq!(counts(&root.build(&site)), (2, 0, 2, 0), "byte {at}");
    }
    fs::write(&receipt, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(counts(&root.build(&site)), (2, 0, 2, 0));
    fs::remove_file(&receipt).unwrap();
    assert_eq!(counts(&root.build(&site)), (2, 0, 2, 0));
    assert_eq!(counts(&root.build(&site)), (0, 0, 2, 0));
    root.expect(&[HOME, RISKS]);
}

#[test]
fn progress_counts_what_is_made() {
    let root = Root::new();
    let seen = Mutex::new(vec![]);
    let note = |progress: Progress| seen.lock().unwrap().push((progress.done, progress.total));
    root.build_with(&Site::new(&[HOME, RISKS]), |request| request.progress = &note);
    seen.lock().unwrap().sort_unstable();
    assert_eq!(*seen.lock().unwrap(), [(1, 2), (2, 2)]);
    root.build_with(&Site::new(&[HOME, RISKS]), |request| request.progress = &note);
    assert_eq!(seen.lock().unwrap().len(), 2);
}

#[test]
fn a_copy_has_the_bytes_of_its_source_and_not_its_permissions() {
    let root = Root::new();
    root.write("content/scan.png", "pixels");
    let mut permissions = fs::metadata(root.at("content/scan.png")).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(root.at("content/scan.png"), permissions).unwrap();
    let site = || Site::new(&[HOME]).copying("scan.png", "content/scan.png", b"pixels");
    assert_eq!(counts(&root.build(&site())), (1, 2, 0, 0));
    root.expect(&[HOME, ("scan.png", "pixels")]);
    assert!(!fs::metadata(root.at("public/scan.png")).unwrap().permissions().readonly());
    assert_eq!(counts(&root.build(&site())), (0, 0, 2, 0));
    root.remove(".iort-site/public/receipt");
    assert_eq!(counts(&root.build(&site())), (1, 0, 2, 0));
}

#[test]
fn a_source_that_changed_meanwhile_asks_for_another_build() {
    let root = Root::new();
    root.write("content/scan.png", "pixels").build(&Site::new(&[HOME]));
    let site = || Site::new(&[("index.html", "new")]).copying("scan.png", "content/scan.png", b"pixels");
    let changed = Err(PublishFault::SourceChanged(SourcePath::new("content/scan.png")));
    root.write("content/scan.png", "PIXELS");
    assert_eq!(root.try_build(&site(), |_| {}), changed);
    root.remove("content/scan.png");
    assert_eq!(root.try_build(&site(), |_| {}), changed);
    root.expect(&[HOME]);
}

#[test]
fn an_error_leaves_everything_as_it_was() {
    let root = Root::new();
    root.build(&Site::new(&[HOME, RISKS]));
    let before = (root.files("public"), root.files(".iort-site"));
    let worse = [("index.html", "new"), ("bad.html", "!error"), ("worse.html", "!error too")];
    let failed = root.build(&Site::new(&worse));
    assert_eq!(found(&failed).len(), 2);
    assert_eq!((failed.published, failed.written, failed.removed), (false, 0, 0));
    assert_eq!((root.files("public"), root.files(".iort-site")), before);
    root.expect_no_staging();
}

#[test]
fn a_blocked_or_dry_build_renders_for_its_diagnostics_alone() {
    for dry_run in [true, false] {
        let root = Root::new();
        let site = Site::new(&[HOME, ("a.html", "!warning")]);
        let build = || root.build_with(&site, |request| (request.dry_run, request.blocked) = (dry_run, !dry_run));
        let first = build();
        assert_eq!((first.rendered, first.published), (2, false));
        assert_eq!(found(&first), [("unused-footnote", "content/x.md")]);
        assert!(!root.at("public").exists() && !root.at(".iort-site").exists());

        root.build(&site);
        let again = Published { receipt: None, ..build() };
        assert_eq!(again, Published { rendered: 0, receipt: None, ..first });
    }
}
