//! Watching: what people and programs do to a folder, and the looks that follow.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use iort_site::base::date::Date;
use iort_site::shell::hints::Hints;
use iort_site::shell::onlookers::Onlookers;
use iort_site::shell::read::reader::Reader;
use iort_site::shell::watch::run::{Round, WatchOptions, watch};
use iort_site::source::snapshot::Options;
use tempfile::TempDir;

/// How long a test waits for what must come. It is reached only by a failure.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long nothing must come for it to be taken that nothing will: well over the longest quiet period.
const SILENCE: Duration = Duration::from_millis(300);

/// One round that found a change: the names and texts of the pages, in order.
type Look = Vec<(String, String)>;

/// A site that is watched, by the real loop with a reader for a build.
struct Watched {
    folder: TempDir,
    url: String,
    looks: Receiver<Look>,
    /// The last look.
    now: Look,
    /// How many changed since the start.
    rounds: usize,
}

impl Watched {
    fn new(files: &[(&str, &str)]) -> Self {
        Self::with(files, false)
    }

    fn with(files: &[(&str, &str)], poll: bool) -> Self {
        let folder = TempDir::new().unwrap();
        for (path, text) in files {
            write(&folder.path().join(path), text);
        }
        let (root, served) = (folder.path().to_owned(), folder.path().join(".iort-site/watch"));
        let (looked, looks) = mpsc::channel();
        let (told, urls) = mpsc::channel();
        thread::spawn(move || {
            let options = WatchOptions {
                root: root.clone(),
                served: served.clone(),
                listen: "127.0.0.1:0".into(),
                open: false,
                poll,
            };
            let mut reader = Reader::open(&root).unwrap();
            let mut rebuild = |hints: Hints, _: Onlookers<'_>| build(&mut reader, &hints, &served, &looked);
            // The loop ends with the test's process; a temporary folder that is gone stirs it no more.
            watch(&options, &mut rebuild, &mut |url| told.send(url.to_owned()).unwrap(), &a_day).unwrap();
        });
        let url = urls.recv_timeout(PATIENCE).unwrap();
        let now = looks.recv_timeout(PATIENCE).unwrap();
        Self { folder, url, looks, now, rounds: 0 }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        write(&self.path(path), text);
    }

    /// As editors save: a new file beside the old, and a rename over it.
    fn save(&self, path: &str, text: &str) {
        let path = self.path(path);
        let beside = path.with_file_name(".save.tmp");
        fs::write(&beside, text).unwrap();
        fs::rename(beside, path).unwrap();
    }

    /// Waits until the pages are these.
    fn until(&mut self, pages: &[(&str, &str)]) {
        let deadline = Instant::now() + PATIENCE;
        let wanted: Look = pages.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        while self.now != wanted {
            match self.looks.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(look) => self.take(look),
                Err(_) => assert_eq!(self.now, wanted, "after {PATIENCE:?}"),
            }
        }
    }

    fn take(&mut self, look: Look) {
        self.now = look;
        self.rounds += 1;
    }

    /// Waits for silence, and tells how many rounds found a change since the start.
    fn rounds_until_silence(&mut self) -> usize {
        loop {
            match self.looks.recv_timeout(SILENCE) {
                Ok(look) => self.take(look),
                Err(RecvTimeoutError::Timeout) => return self.rounds,
                Err(RecvTimeoutError::Disconnected) => unreachable!("the loop has ended"),
            }
        }
    }

    fn get(&self, path: &str) -> String {
        let address = self.url.strip_prefix("http://").unwrap().split('/').next().unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

fn a_day() -> Date {
    Date::new(2024, 6, 1).unwrap()
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A build of the simplest kind: the home page is copied, unless a page says that it is broken.
fn build(reader: &mut Reader, hints: &Hints, served: &Path, looked: &mpsc::Sender<Look>) -> Round {
    let options = Options { today: a_day(), base_url: None, drafts: false, preview: true, offline: false };
    let reading = reader.again(&options, hints);
    let text = |path| reading.sources.text(path).map_or_else(String::new, ToString::to_string);
    let theme = |path: &str| path.starts_with("themes/default");
    let look: Look = reading
        .sources
        .files
        .keys()
        .filter(|path| !theme(path.as_str()))
        .map(|path| (path.to_string(), text(path)))
        .collect();
    let broken = look.iter().any(|(_, text)| text == "broken");
    if reading.changed {
        if !broken && let Some((_, home)) = look.iter().find(|(path, _)| path == "content/index.md") {
            write(&served.join("index.html"), &format!("<head></head>{home}"));
        }
        let _ = looked.send(look);
    }
    Round {
        changed: reading.changed,
        published: !broken,
        faults_json: if broken { "{\"message\":\"broken\"}\n".to_owned() } else { String::new() },
        base_path: "/".to_owned(),
        linked: reading.linked,
        ..Round::default()
    }
}

#[test]
fn saves_of_every_kind() {
    let mut site = Watched::new(&[("content/index.md", "1")]);
    site.save("content/index.md", "2");
    site.until(&[("content/index.md", "2")]);
    site.write("content/index.md", "3");
    site.until(&[("content/index.md", "3")]);
    // Vim: the old file is moved aside and the new one written in its place.
    fs::rename(site.path("content/index.md"), site.path("content/index.md~")).unwrap();
    site.write("content/index.md", "4");
    fs::remove_file(site.path("content/index.md~")).unwrap();
    site.until(&[("content/index.md", "4")]);
    site.write("content/new.md", "n");
    site.until(&[("content/index.md", "4"), ("content/new.md", "n")]);
    fs::remove_file(site.path("content/new.md")).unwrap();
    site.until(&[("content/index.md", "4")]);
}

#[test]
fn what_is_no_source_starts_no_round() {
    let mut site = Watched::new(&[("content/index.md", "1"), ("public/index.html", "")]);
    for path in ["public/a.html", "target/x", "notes.txt", "content/.index.md.swp", "content/index.md~", ".git/index"] {
        site.write(path, "x");
    }
    site.write("content/index.md", "1");
    let _ = fs::read(site.path("content/index.md")).unwrap();
    assert_eq!(site.rounds_until_silence(), 0);
}

#[test]
fn folders_that_come_move_and_go() {
    let mut site = Watched::new(&[("content/index.md", "1"), ("elsewhere/a/b.md", "b")]);
    fs::rename(site.path("elsewhere"), site.path("content/moved")).unwrap();
    site.until(&[("content/index.md", "1"), ("content/moved/a/b.md", "b")]);
    site.save("content/moved/a/b.md", "B");
    site.until(&[("content/index.md", "1"), ("content/moved/a/b.md", "B")]);
    site.write("content/new/deep/er/c.md", "c");
    site.until(&[("content/index.md", "1"), ("content/moved/a/b.md", "B"), ("content/new/deep/er/c.md", "c")]);
    site.save("content/new/deep/er/c.md", "C");
    site.until(&[("content/index.md", "1"), ("content/moved/a/b.md", "B"), ("content/new/deep/er/c.md", "C")]);
    fs::remove_dir_all(site.path("content/moved")).unwrap();
    fs::rename(site.path("content/new"), site.path("content/named")).unwrap();
    site.until(&[("content/index.md", "1"), ("content/named/deep/er/c.md", "C")]);
}

#[test]
fn source_folders_that_come_later_or_anew() {
    let mut site = Watched::new(&[]);
    site.write("site.toml", "");
    site.until(&[("site.toml", "")]);
    site.write("content/index.md", "1");
    site.until(&[("content/index.md", "1"), ("site.toml", "")]);
    site.save("content/index.md", "2");
    site.until(&[("content/index.md", "2"), ("site.toml", "")]);

    fs::rename(site.path("content"), site.path("old")).unwrap();
    site.until(&[("site.toml", "")]);
    site.write("content/index.md", "3");
    site.until(&[("content/index.md", "3"), ("site.toml", "")]);
    site.save("content/index.md", "4");
    site.until(&[("content/index.md", "4"), ("site.toml", "")]);

    fs::remove_dir_all(site.path("content")).unwrap();
    fs::rename(site.path("old"), site.path("content")).unwrap();
    site.until(&[("content/index.md", "2"), ("site.toml", "")]);
    site.save("content/index.md", "5");
    site.until(&[("content/index.md", "5"), ("site.toml", "")]);
}

#[test]
fn a_burst_is_few_rounds_and_ends_complete() {
    let mut site = Watched::new(&[("content/index.md", "1")]);
    let pages: Vec<String> = (0..60).map(|n| format!("content/{n:02}.md")).collect();
    for page in &pages {
        site.save(page, "x");
        thread::sleep(Duration::from_millis(3));
    }
    let mut wanted: Vec<(&str, &str)> = pages.iter().map(|page| (page.as_str(), "x")).collect();
    wanted.push(("content/index.md", "1"));
    site.until(&wanted);
    let rounds = site.rounds_until_silence();
    assert!(rounds <= 10, "{rounds} rounds");
}

#[cfg(unix)]
#[test]
fn what_links_lead_to_is_watched() {
    let mut site = Watched::new(&[("content/index.md", "1"), ("shared/a/b.md", "b"), ("notes/one.md", "n")]);
    std::os::unix::fs::symlink("../shared", site.path("content/shared")).unwrap();
    std::os::unix::fs::symlink("../notes/one.md", site.path("content/one.md")).unwrap();
    site.until(&[("content/index.md", "1"), ("content/one.md", "n"), ("content/shared/a/b.md", "b")]);
    site.save("shared/a/b.md", "B");
    site.until(&[("content/index.md", "1"), ("content/one.md", "n"), ("content/shared/a/b.md", "B")]);
    site.save("notes/one.md", "N");
    site.until(&[("content/index.md", "1"), ("content/one.md", "N"), ("content/shared/a/b.md", "B")]);
    fs::remove_dir_all(site.path("shared")).unwrap();
    site.until(&[("content/index.md", "1"), ("content/one.md", "N")]);
    site.write("shared/c.md", "c");
    site.until(&[("content/index.md", "1"), ("content/one.md", "N"), ("content/shared/c.md", "c")]);
    site.save("shared/c.md", "C");
    site.until(&[("content/index.md", "1"), ("content/one.md", "N"), ("content/shared/c.md", "C")]);
}

#[test]
fn polling_sees_the_same() {
    let mut site = Watched::with(&[("content/index.md", "1")], true);
    site.save("content/index.md", "2");
    site.until(&[("content/index.md", "2")]);
    site.write("content/new/a.md", "a");
    site.until(&[("content/index.md", "2"), ("content/new/a.md", "a")]);
    fs::remove_dir_all(site.path("content/new")).unwrap();
    site.until(&[("content/index.md", "2")]);
}

#[test]
fn the_browser_gets_the_last_good_page_and_then_the_mended_one() {
    let mut site = Watched::new(&[("content/index.md", "one")]);
    assert!(site.get("/").ends_with("</head>one"));
    site.save("content/index.md", "broken");
    site.until(&[("content/index.md", "broken")]);
    assert!(site.get("/").ends_with("</head>one"));
    site.save("content/index.md", "two");
    site.until(&[("content/index.md", "two")]);
    assert!(site.get("/").ends_with("</head>two"));
}

/// Runs the loop on a site of one page until the test's process ends, with rounds that do what they are told.
fn rounds(
    rebuild: impl FnMut(Hints, Onlookers<'_>) -> Round + Send + 'static,
    today: impl Fn() -> Date + Send + 'static,
) -> TempDir {
    let folder = TempDir::new().unwrap();
    write(&folder.path().join("content/index.md"), "1");
    let options = WatchOptions {
        root: folder.path().to_owned(),
        served: folder.path().join(".iort-site/watch"),
        listen: "127.0.0.1:0".into(),
        open: false,
        poll: false,
    };
    let mut rebuild = rebuild;
    thread::spawn(move || watch(&options, &mut rebuild, &mut |_| {}, &today).unwrap());
    folder
}

#[test]
fn a_round_is_given_up_for_a_newer_change_and_followed_by_another() {
    let (tell, told) = mpsc::channel();
    let folder = rounds(
        move |_, onlookers| {
            tell.send("began").unwrap();
            let deadline = Instant::now() + SILENCE;
            while Instant::now() < deadline {
                if (onlookers.newer)() {
                    tell.send("given up").unwrap();
                    return Round { given_up: true, ..Round::default() };
                }
                thread::sleep(Duration::from_millis(1));
            }
            tell.send("done").unwrap();
            Round { changed: true, published: true, base_path: "/".to_owned(), ..Round::default() }
        },
        a_day,
    );
    let next = || told.recv_timeout(PATIENCE).unwrap();
    assert_eq!((next(), next()), ("began", "done"));
    write(&folder.path().join("content/index.md"), "2");
    assert_eq!(next(), "began");
    write(&folder.path().join("content/index.md"), "3");
    assert_eq!((next(), next(), next()), ("given up", "began", "done"));
    // What is no source is no reason.
    write(&folder.path().join("content/index.md"), "4");
    assert_eq!(next(), "began");
    write(&folder.path().join("notes.txt"), "x");
    assert_eq!(next(), "done");
}

#[test]
fn midnight_calls_for_a_round() {
    static IS_NEXT_DAY: AtomicBool = AtomicBool::new(false);
    let (tell, told) = mpsc::channel();
    let _folder = rounds(
        move |_, _| {
            tell.send(()).unwrap();
            Round { changed: true, published: true, base_path: "/".to_owned(), ..Round::default() }
        },
        || if IS_NEXT_DAY.load(Ordering::Relaxed) { Date::new(2024, 6, 2).unwrap() } else { a_day() },
    );
    told.recv_timeout(PATIENCE).unwrap();
    assert!(told.recv_timeout(Duration::from_millis(1500)).is_err(), "the same day is no reason");
    IS_NEXT_DAY.store(true, Ordering::Relaxed);
    told.recv_timeout(PATIENCE).unwrap();
    assert!(told.recv_timeout(Duration::from_millis(1500)).is_err(), "one round, and not one each second");
}
