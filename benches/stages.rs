//! The stages of a build, each by itself: what `--timings` says of them, taken often and weighed by criterion.
//!
//! ```text
//! cargo bench --bench stages [-- <stage>]
//! ```
//!
//! A stage is not called alone. Each measure is a whole build of the program's own, of which the time of one phase is taken: so
//! it is measured on what the phases before hand to it, and there is no second pipeline to be kept like the first. `first` builds
//! into a folder that is not there, as one process does; `edit` is a build after an edit of one page's body, in a session that
//! goes on, as in a preview.
#![allow(
    missing_docs,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a program that measures sets up sites on disk, and ends where it cannot go on"
)]

#[allow(dead_code, reason = "a program of its own, of which the writing of pages is used here")]
#[path = "corpus.rs"]
mod corpus;

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

use corpus::{Corpus, Flavor, Shape};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use iort_site::base::date::Date;
use iort_site::shell::session::{Request, Session};
use iort_site::shell::timings::Timings;
use iort_site::source::snapshot::Options;

const PAGES: usize = 1000;

/// The phases, in the order in which they come.
const STAGES: [&str; 7] = ["read", "configure", "parse", "link", "plan", "render", "publish"];

/// A site that is removed at the end.
struct Site {
    root: PathBuf,
}

impl Site {
    fn new() -> Self {
        let root = env::temp_dir().join(format!("iort-site-stages-{}", std::process::id()));
        Corpus { root: root.clone(), flavor: Flavor::IortSite, pages: PAGES, shape: Shape::Sections }.write().unwrap();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/iort-site"), &root);
        Self { root }
    }

    fn output(&self) -> PathBuf {
        self.root.join("public")
    }

    fn request(&self) -> Request<'static> {
        let today = Date::new(2026, 7, 1).unwrap();
        let options = Options { today, base_url: None, drafts: false, preview: false, offline: false };
        Request::new(options, self.output())
    }

    /// A first build.
    fn first(&self) -> Timings {
        let _ = fs::remove_dir_all(self.output());
        let _ = fs::remove_dir_all(self.root.join(".iort-site"));
        Session::once(&self.root).unwrap().run(&self.request()).unwrap().timings
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn first(criterion: &mut Criterion) {
    let site = Site::new();
    let mut group = criterion.benchmark_group("first");
    group.sample_size(10).throughput(Throughput::Elements(PAGES as u64));
    for stage in STAGES {
        group.bench_function(stage, |bencher| {
            bencher.iter_custom(|times| (0..times).map(|_| site.first().of(stage)).sum::<Duration>());
        });
    }
}

fn edit(criterion: &mut Criterion) {
    let site = Site::new();
    let mut session = Session::open(&site.root).unwrap();
    session.run(&site.request()).unwrap();
    let page = site.root.join("content/part-00/section-0003/page-00151.md");
    let text = fs::read_to_string(&page).unwrap();
    let mut edits = 0;
    let mut group = criterion.benchmark_group("edit");
    group.sample_size(10);
    for stage in STAGES {
        group.bench_function(stage, |bencher| {
            bencher.iter_custom(|times| {
                let mut edited = || {
                    edits += 1;
                    fs::write(&page, format!("{text}\nEdit {edits}.\n")).unwrap();
                    let outcome = session.run(&site.request()).unwrap();
                    assert_eq!(outcome.rendered, 1, "an edit of a body renders its page alone");
                    outcome.timings.of(stage)
                };
                (0..times).map(|_| edited()).sum::<Duration>()
            });
        });
    }
}

criterion_group!(stages, first, edit);
criterion_main!(stages);
