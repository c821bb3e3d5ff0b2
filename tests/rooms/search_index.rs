//! The search index of a site of some hundred pages from one build to the next: it is what a build without a past makes, and what is
//! kept for it beside the memo is no more than the site needs and may be lost.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use iort_site::base::date::Date;
use iort_site::engine::memo::Memo;
use iort_site::engine::output::{From, Ingredients, Outputs as _};
use iort_site::engine::plan::plan;
use iort_site::shell::hints::Hints;
use iort_site::shell::read::reader::Reader;
use iort_site::shell::session::{Outcome, Request, Session};
use iort_site::source::snapshot::Options;
use tempfile::TempDir;

/// More than have numbers of two digits.
const PAGES: usize = 300;

struct Site(TempDir);

impl Site {
    fn new() -> Self {
        let site = Self(TempDir::new().unwrap());
        site.write("site.toml", "title = \"Test\"\nbase_url = \"https://example.org\"\n");
        site.write("content/index.md", "---\ntitle: Home\n---\nWords.\n");
        for number in 0..PAGES {
            // Of each page some words that others have, and some that are its own.
            let words: Vec<String> =
                (0..40).map(|word| format!("{}{}", LETTERS[word % 10], (number * 7 + word * word) % 400)).collect();
            let text =
                format!("---\ntitle: Page {number}\n---\n{}\n\n## Own{number}\n\nunique{number}\n", words.join(" "));
            site.write(&page(number), &text);
        }
        site
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn add(&self, number: usize, words: &str) {
        let text = fs::read_to_string(self.root().join(page(number))).unwrap();
        self.write(&page(number), &format!("{text}\n{words}\n"));
    }

    fn request(&self, output: &str) -> Request<'static> {
        let today = Date::new(2026, 6, 1).unwrap();
        let options = Options { today, base_url: None, drafts: false, preview: false, offline: false };
        Request::new(options, self.root().join(output))
    }

    /// As the command line builds.
    fn build(&self) -> Outcome {
        let outcome = Session::once(self.root()).unwrap().run(&self.request("public")).unwrap();
        assert!(outcome.published, "{:?}", outcome.diagnostics);
        outcome
    }

    /// The output is what a build without a past makes.
    fn is_right(&self) {
        let mut sources = Reader::open(self.root()).unwrap().read(&self.request("public").options).sources;
        let texts = sources.take_pages(None);
        let (plan, _) = plan(&sources, texts, Memo::default(), &mut |_| {});
        let rendered = plan.list().iter().filter(|output| output.from == From::Rendered);
        let right = rendered.map(|output| {
            let bytes = plan.render(output, Ingredients::default()).bytes;
            (output.path.as_str().to_owned(), bytes)
        });
        let right: BTreeMap<String, Vec<u8>> = right.collect();
        let ours = files(&self.root().join("public"));
        let is_of_index = |path: &&String| path.starts_with("search/en/");
        assert!(ours.keys().filter(is_of_index).eq(right.keys().filter(is_of_index)));
        let differing: Vec<_> = right.keys().filter(|path| ours.get(*path) != right.get(*path)).collect();
        assert!(differing.is_empty(), "{differing:?}");
        assert!(right.keys().filter(|path| path.starts_with("search/en/w-")).count() > 3, "no index of many files");
    }

    fn segments_folder(&self) -> PathBuf {
        self.root().join(".iort-site/public/segments")
    }

    /// The segments that a build without a past leaves.
    fn right_segments(&self) -> BTreeMap<String, Vec<u8>> {
        let site = Self(TempDir::new().unwrap());
        for (path, bytes) in files(&self.root().join("content")) {
            site.write(&format!("content/{path}"), &String::from_utf8(bytes).unwrap());
        }
        site.write("site.toml", &fs::read_to_string(self.root().join("site.toml")).unwrap());
        site.build();
        site.segments()
    }

    fn segments(&self) -> BTreeMap<String, Vec<u8>> {
        files(&self.segments_folder())
    }
}

const LETTERS: [&str; 10] = ["a", "be", "cou", "dra", "e", "fi", "gu", "hy", "it", "jo"];

fn page(number: usize) -> String {
    format!("content/page-{number}.md")
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let walk = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    let files = walk.filter(|entry| entry.file_type().is_file());
    files
        .map(|file| {
            (file.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned(), fs::read(file.path()).unwrap())
        })
        .collect()
}

#[test]
fn an_edit_makes_one_segment_anew() {
    let site = Site::new();
    site.build();
    let before = site.segments();
    assert!((2..=16).contains(&before.len()), "{}", before.len());
    site.add(17, "unheard a1 a1");
    let outcome = site.build();
    assert_eq!(outcome.parsed, 1);
    site.is_right();
    let after = site.segments();
    let names = |segments: &BTreeMap<String, Vec<u8>>| segments.keys().cloned().collect::<BTreeSet<String>>();
    assert_eq!(names(&before).difference(&names(&after)).count(), 1);
    assert_eq!(names(&after).difference(&names(&before)).count(), 1);

    // Back, it is as it was, with its name.
    let text = fs::read_to_string(site.root().join(page(17))).unwrap();
    site.write(&page(17), &text.replace("\nunheard a1 a1\n", ""));
    site.build();
    assert_eq!(site.segments(), before);
    site.is_right();
}

#[test]
fn segments_that_are_lost_or_torn_are_made_again() {
    let site = Site::new();
    site.build();
    for tear in [true, false] {
        for (name, mut bytes) in site.segments() {
            let at = site.segments_folder().join(name);
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            if tear { fs::write(at, bytes).unwrap() } else { fs::remove_file(at).unwrap() }
        }
        site.add(100, "unheard a1");
        site.build();
        site.is_right();
        // One that nobody asks for until a file of its words is to be made again.
        for (path, _) in files(&site.root().join("public/search")) {
            fs::remove_file(site.root().join("public/search").join(path)).unwrap();
        }
        site.build();
        site.is_right();
    }
}

#[test]
fn what_a_loss_of_power_left_of_segments_is_written_again() {
    let site = Site::new();
    site.build();
    for left in [0, 1] {
        for (name, bytes) in site.segments() {
            fs::write(site.segments_folder().join(name), vec![0; left * bytes.len()]).unwrap();
        }
        site.add(100, "unheard a1");
        site.build();
        site.is_right();
        assert!(site.segments() == site.right_segments(), "{left}");
    }
}

#[test]
fn pages_come_and_go() {
    let site = Site::new();
    site.build();
    fs::remove_file(site.root().join(page(3))).unwrap();
    site.write("content/new.md", "---\ntitle: New\n---\nunheard\n");
    fs::rename(site.root().join(page(5)), site.root().join("content/moved.md")).unwrap();
    site.build();
    site.is_right();
    // With so few pages their numbers are shorter, and all are others.
    for number in 6..60 {
        fs::remove_file(site.root().join(page(number))).unwrap();
    }
    site.build();
    site.is_right();
    assert_eq!(site.segments().len(), 1);
}

#[test]
fn rounds_of_a_preview_edit_the_index() {
    let site = Site::new();
    let mut session = Session::open(site.root()).unwrap();
    session.run(&site.request("public")).unwrap();
    for round in 0..6 {
        let number = 20 + round % 3;
        // Words that all know, that few know, and that nobody knows; then they go again.
        site.add(number, ["a1 a2", "unique7", "unheard", "unheardü", "## More\n\nof it", "Page Own17"][round]);
        if round == 5 {
            site.write(&page(21), "---\ntitle: Page 21\n---\nfew words\n");
        }
        let paths = [20, 21, 22].map(|number| site.root().join(page(number))).into();
        let hints = Hints { paths, rescan: false };
        let outcome = session.run(&Request { hints, quick: true, ..site.request("public") }).unwrap();
        assert!(outcome.published && outcome.partial, "{round}");
        site.is_right();
    }
    // What it knew goes on in the next process.
    let outcome = session.run(&site.request("public")).unwrap();
    assert!(outcome.published && !outcome.partial);
    site.add(30, "unheard again");
    assert_eq!(site.build().parsed, 1);
    site.is_right();
}

#[test]
fn builds_at_once_leave_a_memo_that_is_whole() {
    let site = Site::new();
    site.build();
    for round in 0..3 {
        site.add(round, "unheard a1");
        let build = || {
            let mut build = Command::new(env!("CARGO_BIN_EXE_iort-site"));
            build.args(["build", "--quiet", "--today", "2026-06-01", "--root"]).arg(site.root());
            build.spawn().unwrap()
        };
        let builds: Vec<Child> = (0..2).map(|_| build()).collect();
        assert!(builds.into_iter().all(|mut build| build.wait().unwrap().success()));
        site.add(50, "unheard a2");
        assert_eq!(site.build().parsed, 1, "what was remembered is not whole");
        site.is_right();
    }
}
