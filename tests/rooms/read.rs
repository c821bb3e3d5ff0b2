//! Reading: what a folder on disk becomes, what is named as a fault, and what is read again.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use iort_site::base::date::Date;
use iort_site::base::diagnostic::{Diagnostic, Spot};
use iort_site::base::digest::Digest;
use iort_site::base::path::SourcePath;
use iort_site::base::span::Span;
use iort_site::shell::hints::Hints;
use iort_site::shell::read::reader::{Reader, Reading};
use iort_site::source::snapshot::{Options, SourceFile, Sources};
use tempfile::TempDir;

/// A site in a folder of its own, and its reader.
struct Site {
    folder: TempDir,
    reader: Reader,
}

impl Site {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let reader = Reader::open(folder.path()).unwrap();
        let site = Self { folder, reader };
        for (path, text) in files {
            site.write(path, text);
        }
        site
    }

    fn path(&self, path: &str) -> std::path::PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn read(&mut self) -> Reading {
        self.reader.read(&options())
    }

    fn again(&mut self) -> Reading {
        self.reader.again(&options(), &Hints::default())
    }

    fn faults(&mut self) -> Vec<String> {
        self.read().sources.diagnostics.iter().map(told).collect()
    }
}

fn options() -> Options {
    Options { today: Date::new(2024, 6, 1).unwrap(), base_url: None, drafts: false, preview: false, offline: false }
}

fn told(fault: &Diagnostic) -> String {
    format!("{} {}: {}", fault.place.path, fault.code.name(), fault.message)
}

fn own_files(sources: &Sources) -> Vec<&str> {
    sources.files.keys().map(SourcePath::as_str).filter(|path| !path.starts_with("themes/default/")).collect()
}

fn text<'a>(sources: &'a Sources, path: &str) -> &'a Arc<str> {
    sources.text(&SourcePath::new(path)).unwrap()
}

fn dimensions(sources: &Sources, path: &str) -> Option<(u32, u32)> {
    match &sources.files[&SourcePath::new(path)] {
        SourceFile::Binary(binary) => binary.dimensions,
        SourceFile::Text(_) | SourceFile::Page(_) => None,
    }
}

/// Sets a file's time back, as if it had lain there for long. The time of change stays what it is.
fn age(path: &Path) {
    let long_ago = SystemTime::now() - Duration::from_secs(1000);
    fs::File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
}

#[test]
fn texts_are_held_and_the_rest_is_digested() {
    let mut site = Site::new(&[
        ("site.toml", "title = \"T\""),
        ("content/index.md", "\u{feff}# Hello"),
        ("content/leaflet.pdf", "%PDF"),
        ("content/a/scan.svg", "<svg viewBox='0 0 20 10'/>"),
        ("data/reviewers.toml", ""),
        ("data/table.ods", "\0"),
        ("static/site.css", "p {}"),
        ("static/site.js", "1"),
        ("templates/page.html", "{{ page.title }}"),
        ("public/index.html", "not a source"),
        ("notes.txt", "not a source"),
    ]);
    let sources = site.read().sources;
    assert_eq!(sources.diagnostics, []);
    let own = [
        "content/a/scan.svg",
        "content/index.md",
        "content/leaflet.pdf",
        "data/reviewers.toml",
        "data/table.ods",
        "site.toml",
        "static/site.css",
        "static/site.js",
        "templates/page.html",
    ];
    assert_eq!(own_files(&sources), own);
    let is_text = |path: &&str| matches!(sources.files[&SourcePath::new(*path)], SourceFile::Text(_));
    assert_eq!(own.iter().filter(|path| is_text(path)).count(), 5);
    assert_eq!(&**text(&sources, "content/index.md"), "# Hello", "no byte order mark");
    assert_eq!(sources.files[&SourcePath::new("content/leaflet.pdf")].digest(), Digest::of(b"%PDF"));
    assert_eq!(dimensions(&sources, "content/a/scan.svg"), Some((20, 10)));
}

#[test]
fn a_raster_image_has_its_size_and_a_broken_one_none() {
    let mut site = Site::new(&[]);
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x7b\0\0\x01\x41\x08\x06\0\0\0";
    site.write("content/scan.png", png);
    site.write("content/cut.png", &png[..10]);
    site.write("content/none.gif", b"");
    let sources = site.read().sources;
    assert_eq!(dimensions(&sources, "content/scan.png"), Some((123, 321)));
    assert_eq!(dimensions(&sources, "content/cut.png"), None);
    assert_eq!(dimensions(&sources, "content/none.gif"), None);
}

#[test]
fn droppings_are_passed_over_and_nothing_else() {
    let mut site = Site::new(&[]);
    for name in
        [".hidden", "page.md~", ".#page.md", "#page.md#", "page.md.swp", "4913", "x.tmp", ".DS_Store", "Thumbs.db"]
    {
        site.write(&format!("content/{name}"), "x");
    }
    site.write("content/.git/config", "x");
    site.write("content/49130", "kept");
    site.write("content/README", "kept");
    let sources = site.read().sources;
    assert_eq!(own_files(&sources), ["content/49130", "content/README"]);
    assert_eq!(sources.diagnostics, []);
}

#[test]
fn the_theme_is_the_one_named_or_the_embedded_one() {
    let mut site = Site::new(&[("themes/other/theme.toml", ""), ("themes/third/theme.toml", "")]);
    let has = |reading: &Reading, path: &str| reading.sources.files.contains_key(&SourcePath::new(path));

    let embedded = site.read();
    assert!(has(&embedded, "themes/default/theme.toml") && !has(&embedded, "themes/other/theme.toml"));

    site.write("site.toml", "theme = 'other'\nbroken = = 1");
    let other = site.again();
    assert!(other.changed);
    assert!(has(&other, "themes/other/theme.toml") && !has(&other, "themes/default/theme.toml"));

    site.write("site.toml", "theme = '../..'");
    assert!(!site.again().sources.files.keys().any(|path| path.as_str().starts_with("themes")));

    site.write("site.toml", "");
    site.write("themes/default/templates/page.html", "mine");
    let own = site.again();
    assert!(has(&own, "themes/default/templates/page.html") && !has(&own, "themes/default/theme.toml"));
}

#[test]
fn a_text_that_is_not_utf8_is_named_and_still_there() {
    let mut site = Site::new(&[]);
    site.write("content/latin.md", b"---\ntitle: Caf\xe9 and na\xefve\n---\n");
    site.write("content/windows.md", b"\xff\xfeh\0i\0");
    let sources = site.read().sources;
    let faults: Vec<String> = sources.diagnostics.iter().map(told).collect();
    assert_eq!(
        faults,
        [
            "content/latin.md not-utf8: `content/latin.md` is not UTF-8: the byte 0xE9 at offset 14 is part of no \
             character, nor is that of one other place",
            "content/windows.md not-utf8: `content/windows.md` is not UTF-8: the byte 0xFF at offset 0 is part of no \
             character, nor is that of one other place",
        ]
    );
    assert_eq!(sources.diagnostics[0].place.spot, Spot::Span(Span::new(14, 17)));
    assert_eq!(Span::new(14, 17).of(text(&sources, "content/latin.md")), "\u{fffd}");
    assert!(sources.diagnostics[0].help[0].contains("`é`"), "{:?}", sources.diagnostics[0].help);
    assert!(sources.diagnostics[1].help[0].contains("UTF-16"), "{:?}", sources.diagnostics[1].help);
}

#[test]
fn control_characters_in_markdown_are_named_once_each() {
    let mut site = Site::new(&[("content/page.md", "a\tb\r\n\u{b}c\u{b}\0"), ("templates/page.html", "\u{b}")]);
    let sources = site.read().sources;
    let faults: Vec<(String, &Spot)> = sources.diagnostics.iter().map(|f| (told(f), &f.place.spot)).collect();
    let fault = |message: &str| format!("content/page.md not-utf8: the text holds the control character {message}");
    assert_eq!(
        faults,
        [
            (fault("U+000B (vertical tab, a word processor's line break)"), &Spot::Span(Span::new(5, 6))),
            (fault("U+0000 (null)"), &Spot::Span(Span::new(8, 9))),
        ]
    );
}

#[test]
fn markdown_under_another_ending_and_a_huge_page_are_named() {
    let mut site = Site::new(&[("content/RISKS.MD", ""), ("content/a.markdown", ""), ("static/NOTES.MD", "")]);
    site.write("content/huge.md", vec![b'a'; 4 * 1024 * 1024 + 1]);
    assert_eq!(
        site.faults(),
        [
            "content/RISKS.MD file-name: `RISKS.MD` is Markdown by its name, and pages end in `.md`",
            "content/a.markdown file-name: `a.markdown` is Markdown by its name, and pages end in `.md`",
            "content/huge.md unreadable: `content/huge.md` is longer than 4 MiB and is not read as a page",
        ]
    );
}

#[cfg(unix)]
#[test]
fn names_that_do_not_travel_are_named_and_left_out() {
    use std::os::unix::ffi::OsStrExt;
    let mut site = Site::new(&[
        ("content/what?.md", ""),
        ("content/a\\b/page.md", ""),
        ("content/bell\u{7}.md", ""),
        ("content/end./page.md", ""),
        ("content/space .md ", ""),
        ("content/größe & mehr.md", ""),
    ]);
    fs::write(site.path("content").join(std::ffi::OsStr::from_bytes(b"latin\xe9.md")), "").unwrap();
    assert_eq!(
        site.faults(),
        [
            "content/a\\b file-name: the name `a\\b` holds `\\`, which not every file system and URL carries",
            "content/bell\\u{7}.md file-name: the name `bell\\u{7}.md` holds `\\u{7}`, which not every file system and URL \
             carries",
            "content/end. file-name: the name `end.` ends with a dot, which Windows takes off",
            "content/latin\u{fffd}.md file-name: the name `latin\u{fffd}.md` is not UTF-8",
            "content/space .md  file-name: the name `space .md ` ends with a space, which Windows takes off",
            "content/what?.md file-name: the name `what?.md` holds `?`, which not every file system and URL carries",
        ]
    );
    assert_eq!(own_files(&site.read().sources), ["content/größe & mehr.md"]);
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_the_site_only() {
    use std::os::unix::fs::symlink;
    let outside = TempDir::new().unwrap();
    fs::write(outside.path().join("secret.md"), "secret").unwrap();
    let mut site =
        Site::new(&[("content/index.md", "home"), ("shared/notes/page.md", "shared"), (".git/config", "hidden")]);
    site.write("content/folder/page.md", "page");
    let link = |to: &Path, name: &str| symlink(to, site.path(&format!("content/{name}"))).unwrap();
    link(Path::new("../shared/notes"), "notes");
    link(Path::new("index.md"), "same.md");
    link(&outside.path().join("secret.md"), "out.md");
    link(outside.path(), "out");
    link(Path::new("../.git/config"), "config.md");
    link(Path::new("nowhere"), "broken.md");
    link(Path::new("round.md"), "round.md");
    link(Path::new(".."), "up");
    link(Path::new("."), "folder/circle");
    link(Path::new("../folder"), "folder/self");
    link(Path::new("host@pid"), ".#index.md");

    let reading = site.read();
    let files = ["content/folder/page.md", "content/index.md", "content/notes/page.md", "content/same.md"];
    assert_eq!(own_files(&reading.sources), files);
    let root = site.folder.path().canonicalize().unwrap();
    assert_eq!(reading.linked, [root.join("content/index.md"), root.join("shared/notes")]);
    let of =
        |name: &str, what: &str| format!("content/{name} symbolic-link: the symbolic link `content/{name}` {what}");
    let holds = "leads to a folder that holds it, so it has no end";
    assert_eq!(
        site.faults(),
        [
            of("broken.md", "leads nowhere"),
            of("config.md", "leads to a hidden file or folder"),
            of("folder/circle", holds),
            of("folder/self", holds),
            of("out", "leads out of the site's folder"),
            of("out.md", "leads out of the site's folder"),
            of("round.md", "leads nowhere"),
            of("up", holds),
        ]
    );
}

#[cfg(unix)]
#[test]
fn two_links_that_lead_to_each_others_folders_end() {
    use std::os::unix::fs::symlink;
    let mut site = Site::new(&[("content/a/page.md", ""), ("content/b/page.md", "")]);
    symlink("../b", site.path("content/a/to-b")).unwrap();
    symlink("../a", site.path("content/b/to-a")).unwrap();
    let faults = site.faults();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults.iter().all(|fault| fault.contains("symbolic-link") && fault.contains("no end")), "{faults:?}");
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_named_and_never_opened() {
    let mut site = Site::new(&[("content/index.md", ""), ("templates", "")]);
    // A listening socket is the one such thing that can be made without another program.
    let _socket = std::os::unix::net::UnixListener::bind(site.path("content/socket")).unwrap();
    assert_eq!(
        site.faults(),
        [
            "content/socket unreadable: `content/socket` is neither a file nor a folder",
            "templates unreadable: `templates` is a file, and has to be a folder",
        ]
    );
}

#[test]
fn a_folder_that_is_not_there_is_a_fault_of_the_environment() {
    let folder = TempDir::new().unwrap();
    let fault = Reader::open(&folder.path().join("none")).unwrap_err();
    assert!(fault.message.contains("none") && fault.help[0].contains("--root"), "{fault:?}");
    fs::write(folder.path().join("file"), "").unwrap();
    assert!(Reader::open(&folder.path().join("file")).is_err());
}

#[test]
fn what_did_not_change_is_the_same_value() {
    let mut site = Site::new(&[("content/a.md", "a"), ("content/b.md", "b")]);
    let first = site.read();
    assert!(first.changed);
    assert!(!site.again().changed);

    site.write("content/a.md", "a");
    assert!(!site.again().changed, "written again with the same words");

    site.write("content/a.md", "A");
    let second = site.again();
    assert!(second.changed);
    assert_eq!(&**text(&second.sources, "content/a.md"), "A");
    assert!(Arc::ptr_eq(text(&first.sources, "content/b.md"), text(&second.sources, "content/b.md")));
    assert!(!site.again().changed);
}

#[test]
fn what_comes_goes_and_moves_is_seen() {
    let mut site = Site::new(&[("content/a.md", "a"), ("content/folder/b.md", "b")]);
    site.read();
    fs::rename(site.path("content/folder"), site.path("content/moved")).unwrap();
    let moved = site.again();
    assert!(moved.changed);
    assert_eq!(own_files(&moved.sources), ["content/a.md", "content/moved/b.md"]);

    fs::remove_dir_all(site.path("content/moved")).unwrap();
    let gone = site.again();
    assert!(gone.changed);
    assert_eq!(own_files(&gone.sources), ["content/a.md"]);

    site.write("content/?.md", "");
    let bad = site.again();
    assert!(bad.changed, "a new fault is a change");
    assert!(!site.again().changed);

    let tomorrow = Options { today: Date::new(2024, 6, 2).unwrap(), ..options() };
    assert!(site.reader.again(&tomorrow, &Hints::default()).changed, "and so is a new day");
}

/// A tool that puts a file's old time back (`cp -p`, `rsync -t`, a restored backup) must not hide its new content.
#[test]
fn an_old_time_with_the_same_length_hides_no_change() {
    let mut site = Site::new(&[("content/a.md", "one")]);
    age(&site.path("content/a.md"));
    site.read();
    site.write("content/a.md", "two");
    age(&site.path("content/a.md"));
    let reading = site.again();
    assert!(reading.changed);
    assert_eq!(&**text(&reading.sources, "content/a.md"), "two");

    site.write("content/new.md", "six");
    age(&site.path("content/new.md"));
    fs::rename(site.path("content/new.md"), site.path("content/a.md")).unwrap();
    assert_eq!(&**text(&site.again().sources, "content/a.md"), "six");
}
