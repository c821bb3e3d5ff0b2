//! Publishing, seen from outside: a list of outputs goes in, an output folder comes out.
//!
//! The site is a fake (paths and bodies), so that what is tested is publishing alone: who owns which file, what is left
//! alone, and what a build that was stopped half way leaves behind. After each sequence the folder must equal what a clean
//! build makes of the same outputs.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests make and look at real folders"
)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use iort_site::base::code::Code;
use iort_site::base::diagnostic::{Diagnostic, Place};
use iort_site::base::digest::{Digest, Hasher};
use iort_site::base::path::{OutPath, SourcePath};
use iort_site::engine::output::{From, Output, Outputs, Rendered, Wave};
use iort_site::shell::publish::publisher::{Progress, Publish, PublishFault, Published, publish};
use iort_site::shell::publish::receipt::Account;

// The fake site

/// Outputs from paths and bodies. `!error` and `!warning` in a body are diagnostics, `[x]` is a loose link to `x`.
#[derive(Default)]
struct Site {
    outputs: Vec<Output>,
    bodies: BTreeMap<String, String>,
    renders: AtomicUsize,
    /// A loose link to this leads nowhere.
    broken: Option<&'static str>,
}

impl Site {
    fn new(files: &[(&str, &str)]) -> Self {
        let bodies: BTreeMap<String, String> =
            files.iter().map(|(path, body)| ((*path).to_owned(), (*body).to_owned())).collect();
        let outputs = bodies.iter().map(|(path, body)| Output {
            path: OutPath::new(path.as_str()),
            key: Hasher::new().part(path).part(body).finish().into(),
            wave: if path.ends_with(".html") { Wave::Page } else { Wave::Asset },
            from: From::Rendered,
        });
        Self { outputs: outputs.collect(), bodies, ..Self::default() }
    }

    /// Adds a copy of a source, which had these bytes when the site was read.
    fn copying(mut self, path: &str, source: &str, bytes: &[u8]) -> Self {
        let digest = Digest::of(bytes);
        let from = From::Copied { source: SourcePath::new(source), digest };
        self.outputs.push(Output { path: OutPath::new(path), key: digest.into(), wave: Wave::Asset, from });
        self.outputs.sort_by(|a, b| a.path.cmp(&b.path));
        self
    }
}

impl Outputs for Site {
    fn list(&self) -> &[Output] {
        &self.outputs
    }

    fn render(&self, output: &Output) -> Rendered {
        self.renders.fetch_add(1, Ordering::Relaxed);
        let body = &self.bodies[output.path.as_str()];
        let found = |code| Diagnostic::new(code, Place::file(&SourcePath::new("content/x.md")), body.clone());
        let diagnostics = match body {
            body if body.contains("!error") => vec![found(Code::TemplateRender)],
            body if body.contains("!warning") => vec![found(Code::UnusedFootnote)],
            _ => vec![],
        };
        let links = body.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
        let loose_links = links.into_iter().map(|(link, _)| link.to_owned()).collect();
        Rendered { bytes: body.clone().into_bytes(), diagnostics, loose_links }
    }

    fn weigh(&self, _: &Output, loose_links: &[String]) -> Vec<Diagnostic> {
        let broken = loose_links.iter().filter(|link| Some(link.as_str()) == self.broken);
        let place = Place::file(&SourcePath::new("templates/page.html"));
        broken.map(|link| Diagnostic::new(Code::ThemeLink, place.clone(), link.clone())).collect()
    }
}

// The folders

/// A site's root in a temporary folder, removed at the end.
struct Root {
    path: PathBuf,
    public: PathBuf,
}

impl Root {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("iort-site-publish-{}-{number}", std::process::id()));
        fs::create_dir_all(path.join("content")).unwrap();
        Self::of(path)
    }

    fn of(path: PathBuf) -> Self {
        Self { public: path.join("public"), path }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.path.join(path)
    }

    fn write(&self, path: &str, text: &str) -> &Self {
        fs::create_dir_all(self.at(path).parent().unwrap()).unwrap();
        fs::write(self.at(path), text).unwrap();
        self
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap()
    }

    fn remove(&self, path: &str) -> &Self {
        fs::remove_file(self.at(path)).unwrap();
        self
    }

    fn build(&self, site: &Site) -> Published {
        self.try_build(site, |_| {}).unwrap()
    }

    fn build_with<'a>(&'a self, site: &'a Site, change: impl FnOnce(&mut Publish<'a>)) -> Published {
        self.try_build(site, change).unwrap()
    }

    fn try_build<'a>(
        &'a self,
        site: &'a Site,
        change: impl FnOnce(&mut Publish<'a>),
    ) -> Result<Published, PublishFault> {
        let mut request = Publish {
            root: &self.path,
            output: &self.public,
            outputs: site,
            fingerprint: Digest::of(b"this binary"),
            blocked: false,
            adopt: false,
            dry_run: false,
            account: Account::default(),
            last: None,
            few: false,
            verify: false,
            explain: false,
            progress: &|_| {},
        };
        change(&mut request);
        publish(&request, &mut |_| {})
    }

    /// All files below a folder with their bytes, and empty folders with a slash.
    fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.at(folder), "", &mut files);
        files
    }

    /// Asserts that the output folder holds exactly this, and nothing that a build makes on the way is left.
    fn expect(&self, files: &[(&str, &str)]) -> &Self {
        let wanted: BTreeMap<_, _> =
            files.iter().map(|(path, body)| ((*path).to_owned(), body.as_bytes().to_vec())).collect();
        assert_eq!(self.files("public"), wanted);
        self.expect_no_staging()
    }

    fn expect_no_staging(&self) -> &Self {
        let names = |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let left: Vec<_> = names(&self.path)
            .chain(names(&self.at("public")))
            .filter(|name| name.to_string_lossy().contains("staging"))
            .collect();
        assert!(left.is_empty(), "{left:?}");
        self
    }

    /// The ownership file as `sha256sum` reads it: checksums and paths.
    fn owned(&self) -> Vec<String> {
        let text = self.read(".iort-site/public/ownership");
        text.lines().map(|line| line.split_once("  ").unwrap().1.to_owned()).collect()
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let before = files.len();
    for entry in entries.map(Result::unwrap) {
        let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &format!("{path}/"), files);
        } else {
            files.insert(path, fs::read(entry.path()).unwrap_or_default());
        }
    }
    if files.len() == before && !prefix.is_empty() {
        files.insert(prefix.to_owned(), vec![]);
    }
}

/// (rendered, written, unchanged, removed) of a build that was published.
fn counts(published: &Published) -> (usize, usize, usize, usize) {
    assert!(published.published, "{published:?}");
    (published.rendered, published.written, published.unchanged, published.removed)
}

/// The codes of a build's diagnostics and the files they are in.
fn found(published: &Published) -> Vec<(&'static str, &str)> {
    published.diagnostics.iter().map(|found| (found.code.name(), found.place.path.as_str())).collect()
}

const HOME: (&str, &str) = ("index.html", "home");
const RISKS: (&str, &str) = ("risks/index.html", "risks");
const STYLE: (&str, &str) = ("css/site.css", "style");

// What is built, and what is not built again

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

// Copies

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

// Errors

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
        assert_eq!(build(), Published { rendered: 0, ..first });
    }
}

// Ownership

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

// Files and folders that change places

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

// Symbolic links

#[cfg(unix)]
mod links {
    use std::os::unix::fs::symlink;

    use super::*;

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

// Output folders

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
    let preview = root.at(".iort-site/preview");
    let in_preview = |site: &Site| root.build_with(site, |request| request.output = &preview);
    root.build(&Site::new(&[HOME, RISKS]));
    assert_eq!(counts(&in_preview(&Site::new(&[HOME, STYLE]))), (2, 2, 0, 0));
    assert_eq!(counts(&in_preview(&Site::new(&[HOME]))), (0, 0, 1, 1));
    assert_eq!(counts(&root.build(&Site::new(&[HOME, RISKS]))), (0, 0, 2, 0));
    root.expect(&[HOME, RISKS]);
    assert_eq!(root.files(".iort-site/preview").len(), 1);
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

// Two builds, and builds that were killed

#[test]
fn a_second_build_waits_for_the_first_and_gives_up_in_time() {
    let root = Root::new();
    root.build(&Site::new(&[HOME]));
    let changed = Site::new(&[("index.html", "new")]);
    let lock = File::options().write(true).open(root.at(".iort-site/public/lock")).unwrap();
    lock.lock().unwrap();

    let started = Instant::now();
    let Err(PublishFault::Environment(fault)) = root.try_build(&changed, |_| {}) else { panic!("it built") };
    assert!(fault.message.contains("another build is writing to `public`"), "{}", fault.message);
    assert!(started.elapsed() < Duration::from_secs(30));
    root.expect(&[HOME]);

    thread::scope(|scope| {
        let waiting = scope.spawn(|| root.build(&changed));
        thread::sleep(Duration::from_millis(200));
        lock.unlock().unwrap();
        assert_eq!(counts(&waiting.join().unwrap()), (1, 1, 0, 0));
    });
}

#[test]
fn the_staging_of_a_killed_build_is_removed() {
    let root = Root::new();
    root.build(&Site::new(&[HOME]));
    root.write(".public.staging-4711/0", "half").write("public/.public.staging-4712/0", "half");
    // Not of our naming, so not ours to remove.
    root.write(".public.staging-mine/0", "mine").write("public/.other.staging-1/0", "mine");
    root.build(&Site::new(&[HOME]));
    assert!(!root.at(".public.staging-4711").exists() && !root.at("public/.public.staging-4712").exists());
    assert!(root.at(".public.staging-mine/0").exists() && root.at("public/.other.staging-1/0").exists());
}

#[test]
fn a_build_killed_between_two_renames_is_carried_on() {
    let root = Root::new();
    let old = [HOME, RISKS, ("gone/index.html", "gone"), ("later/index.html", "later")];
    let new = [("index.html", "new home"), ("risks/index.html", "new risks"), ("added/index.html", "added")];
    root.build(&Site::new(&old));
    let before = root.read(".iort-site/public/ownership");
    let receipt = fs::read(root.at(".iort-site/public/receipt")).unwrap();
    root.build(&Site::new(&new));
    let after = root.read(".iort-site/public/ownership");

    // As it is when some files are renamed, some removed, and a folder is made for a file that has not come.
    root.write(".iort-site/public/ownership", &format!("{before}{after}"));
    fs::write(root.at(".iort-site/public/receipt"), receipt).unwrap();
    root.write("public/risks/index.html", "risks").remove("public/added/index.html");
    root.write("public/later/index.html", "later");
    fs::create_dir(root.at("public/gone")).unwrap();

    let next = [("index.html", "new home"), ("risks/index.html", "newer risks")];
    let carried_on = root.build(&Site::new(&next));
    assert_eq!(found(&carried_on), []);
    assert_eq!(counts(&carried_on), (2, 1, 1, 1));
    root.expect(&next);
    assert_eq!(root.owned(), ["index.html", "risks/index.html"]);
}

/// Three sites of some hundred files that swap files, folders and bytes.
fn churn(round: usize) -> Site {
    let files: Vec<(String, String)> = (0..400)
        .filter(|number| number % 3 != round % 3)
        .map(|number| match (number + round) % 5 {
            0 => (format!("{number}"), format!("{number}")),
            1 => (format!("{number}/a/b/index.html"), format!("{number} {round}")),
            _ => (format!("{number}/index.html"), format!("{number} {round}")),
        })
        .collect();
    Site::new(&files.iter().map(|(path, body)| (path.as_str(), body.as_str())).collect::<Vec<_>>())
}

const VICTIM: &str = "IORT_SITE_TEST_VICTIM";

/// Not a test but the process that the next one kills: it builds, and builds, and builds.
#[test]
fn victim() {
    let Some(path) = std::env::var_os(VICTIM) else { return };
    let root = std::mem::ManuallyDrop::new(Root::of(path.into()));
    for round in 0.. {
        root.build(&churn(round));
    }
}

#[test]
fn after_a_kill_at_any_point_the_next_build_equals_a_clean_one() {
    for round in 0..12 {
        let (root, clean) = (Root::new(), Root::new());
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "victim"])
            .env(VICTIM, &root.path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(60 + 37 * round as u64));
        assert!(victim.try_wait().unwrap().is_none(), "the victim fell by itself");
        victim.kill().unwrap();
        victim.wait().unwrap();

        let (warm, from_nothing) = (root.build(&churn(round)), clean.build(&churn(round)));
        assert_eq!((found(&warm), warm.published), (found(&from_nothing), true));
        assert_eq!(root.files("public"), clean.files("public"));
        assert!(!root.at(".iort-site/displaced").exists());
        root.expect_no_staging();
    }
}
