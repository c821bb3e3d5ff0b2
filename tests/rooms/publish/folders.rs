//! Which output folders there may be, and links in and to them.

use std::fs;

use iort_site::shell::publish::publisher::PublishFault;

use crate::publish::root::{HOME, RISKS, Root, STYLE, counts};
use crate::publish::site::Site;

#[test]
fn an_output_folder_among_the_sources_is_refused() {
    let root = Root::new();
    root.write("public.txt", "a file");
    let inside = root.at("content/sub");
    fs::create_dir(&inside).unwrap();
    let refused = [
        "content",
        "content/sub",
        "content/new",
        "data",
        "templates/x",
        "static",
        "themes",
        ".",
        "..",
        ".iort-site",
        ".iort-site/public",
        "content/../content",
        "missing/../static",
        "public.txt",
        "public.txt/public",
    ];
    for output in refused {
        let output = root.at(output);
        for dry_run in [false, true] {
            let fault = root.try_build(&Site::new(&[HOME]), |request| {
                request.output = &output;
                request.dry_run = dry_run;
            });
            assert!(matches!(fault, Err(PublishFault::Environment(_))), "{}", output.display());
        }
    }
    assert_eq!(root.files("").len(), 2, "the file, and the empty folder");
}

#[test]
fn two_output_folders_of_one_site_know_nothing_of_each_other() {
    let root = Root::new();
    let watch = root.at(".iort-site/watch");
    let in_watch = |site: &Site| root.build_with(site, |request| request.output = &watch);
    root.build(&Site::new(&[HOME, RISKS]));
    assert_eq!(counts(&in_watch(&Site::new(&[HOME, STYLE]))), (2, 2, 0, 0));
    assert_eq!(counts(&in_watch(&Site::new(&[HOME]))), (0, 0, 1, 1));
    assert_eq!(counts(&root.build(&Site::new(&[HOME, RISKS]))), (0, 0, 2, 0));
    root.expect(&[HOME, RISKS]);
    assert_eq!(root.files(".iort-site/watch").len(), 1);
}

#[test]
fn a_site_that_is_moved_as_a_whole_keeps_what_it_owns() {
    let root = Root::new();
    root.write("site/site.toml", "");
    let build = |folder: &str, site: &Site| {
        let (folder, output) = (root.at(folder), root.at(&format!("{folder}/public")));
        root.build_with(site, |request| (request.root, request.output) = (&folder, &output))
    };
    build("site", &Site::new(&[HOME, RISKS]));
    fs::rename(root.at("site"), root.at("moved")).unwrap();
    assert_eq!(counts(&build("moved", &Site::new(&[("index.html", "new")]))), (1, 1, 0, 1));
}

#[cfg(unix)]
mod links {
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::publish::root::found;

    #[test]
    fn a_link_in_place_of_a_file_is_displaced_and_not_followed() {
        let root = Root::new();
        root.build(&Site::new(&[HOME]));
        root.write("precious.txt", "precious").remove("public/index.html");
        symlink(root.at("precious.txt"), root.at("public/index.html")).unwrap();
        let built = root.build(&Site::new(&[HOME]));
        assert_eq!(found(&built), [("output-displaced", "public/index.html")]);
        root.expect(&[HOME]);
        assert_eq!(root.read("precious.txt"), "precious");
        assert!(root.at(".iort-site/displaced/1/index.html").is_symlink());
    }

    #[test]
    fn nothing_is_written_removed_or_pruned_through_a_link() {
        let root = Root::new();
        root.build(&Site::new(&[HOME, RISKS, ("risks/deep/x.html", "x")]));
        fs::rename(root.at("public/risks"), root.at("elsewhere")).unwrap();
        symlink(root.at("elsewhere"), root.at("public/risks")).unwrap();
        let before = root.files("elsewhere");

        // As long as nothing changes there, the link is none of our business.
        assert_eq!(found(&root.build(&Site::new(&[HOME, RISKS]))), []);
        assert_eq!(root.files("elsewhere"), before);

        let changed = Site::new(&[HOME, ("risks/index.html", "more")]);
        for adopt in [false, true] {
            let stopped = root.build_with(&changed, |request| request.adopt = adopt);
            assert!(stopped.foreign && !stopped.published);
            assert_eq!(found(&stopped), [("output-foreign", "public/risks")]);
        }
        root.build(&Site::new(&[HOME]));
        assert_eq!(root.files("elsewhere"), before);
        assert!(root.at("public/risks").is_symlink());
    }

    #[test]
    fn the_output_folder_may_be_a_link_but_not_into_the_sources() {
        let root = Root::new();
        fs::create_dir(root.at("elsewhere")).unwrap();
        symlink(root.at("elsewhere"), root.at("public")).unwrap();
        root.build(&Site::new(&[HOME]));
        assert_eq!(root.read("elsewhere/index.html"), "home");
        root.remove("public");
        for to in ["content", ".", "nowhere"] {
            symlink(root.at(to), root.at("public")).unwrap();
            assert!(matches!(root.try_build(&Site::new(&[HOME]), |_| {}), Err(PublishFault::Environment(_))), "{to}");
            root.remove("public");
        }
        assert!(root.files("content").is_empty());
    }
}
