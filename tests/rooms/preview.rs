//! `iort-site watch` as an editor meets it: the real program, real saves, real requests.
//!
//! After every step what is served is what a clean `build --preview` of the same files writes, byte for byte but for the
//! script that the server adds.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

const TODAY: &str = "2026-06-01";

/// Longer than any round takes on a busy machine; what is waited for usually comes within a blink.
const PATIENCE: Duration = Duration::from_secs(30);

struct Preview {
    folder: TempDir,
    program: Child,
    address: String,
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Preview {
    fn start(files: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        write(folder.path(), "site.toml", "title = \"A site\"\nbase_url = \"https://example.org\"\n");
        for (path, text) in files {
            write(folder.path(), path, text);
        }
        let mut program = Command::new(env!("CARGO_BIN_EXE_iort-site"))
            .args(["watch", "--listen", "127.0.0.1:0", "--today", TODAY, "--root"])
            .arg(folder.path())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(program.stderr.take().unwrap()).lines();
        let url = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| Some(line.strip_prefix("Serving http://")?.split('/').next()?.to_owned()));
        // Whoever writes to a pipe that nobody reads is stopped.
        std::thread::spawn(move || lines.for_each(drop));
        Self { folder, program, address: url.expect("the program says where it serves") }
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    /// The status and the body, without the script that the server adds.
    fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        (status, body.to_owned())
    }

    fn wait_for(&self, what: &str, mut holds: impl FnMut(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !holds(self) {
            assert!(Instant::now() < deadline, "not seen in time: {what}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn wait_for_text(&self, path: &str, text: &str) {
        self.wait_for(&format!("{path} with {text}"), |preview| preview.get(path).1.contains(text));
    }

    /// What is in the served folder equals what a clean build of the same files writes.
    fn equals_clean(&self) {
        let fresh = TempDir::new().unwrap();
        let output = fresh.path().join("out");
        let copy = fresh.path().join("site");
        for (path, bytes) in files(self.root()) {
            if !path.starts_with(".iort-site") {
                let to = copy.join(path);
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::write(to, bytes).unwrap();
            }
        }
        let status = Command::new(env!("CARGO_BIN_EXE_iort-site"))
            .args(["build", "--preview", "--drafts", "--quiet", "--today", TODAY, "--output"])
            .arg(&output)
            .arg("--root")
            .arg(&copy)
            .status()
            .unwrap();
        assert!(status.success());
        let clean = files(&output);
        self.wait_for("the served folder as a clean build has it", |preview| {
            files(&preview.root().join(".iort-site/watch")) == clean
        });
    }
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Saves as most editors do: a temporary file beside it, then a rename over it.
fn save(root: &Path, path: &str, text: &str) {
    let temporary = format!("{path}.tmp~");
    write(root, &temporary, text);
    fs::rename(root.join(temporary), root.join(path)).unwrap();
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let walk = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    walk.filter(|entry| entry.file_type().is_file())
        .filter_map(|entry| Some((entry.path().strip_prefix(folder).ok()?.to_owned(), fs::read(entry.path()).ok()?)))
        .collect()
}

const HOME: (&str, &str) = ("content/index.md", "---\ntitle: Home\n---\nFirst words.\n");

#[test]
fn a_save_by_rename_is_served_and_equals_a_clean_build() {
    let preview = Preview::start(&[HOME, ("content/a.md", "---\ntitle: A\ndraft: true\n---\nA draft.\n")]);
    preview.wait_for_text("/", "First words.");
    assert!(preview.get("/a/").1.contains("A draft."), "drafts are shown");
    save(preview.root(), "content/index.md", "---\ntitle: Home\n---\nSecond words.\n");
    preview.wait_for_text("/", "Second words.");
    preview.equals_clean();
    assert!(!preview.root().join("public").exists(), "the output folder of a build is never touched");
}

#[test]
fn a_broken_edit_keeps_the_last_good_page_and_recovers() {
    let preview = Preview::start(&[HOME]);
    save(preview.root(), "content/index.md", "---\ntitle: Home\n---\n[broken](nowhere.md)\n");
    preview.wait_for("the fault in the page's script", |preview| {
        let mut stream = TcpStream::connect(&preview.address).unwrap();
        let request = format!("GET /_iort-site/events HTTP/1.1\r\nHost: {}\r\n\r\n", preview.address);
        stream.write_all(request.as_bytes()).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        let mut told = Vec::new();
        let _ = stream.take(64 * 1024).read_to_end(&mut told);
        String::from_utf8_lossy(&told).contains("link-missing")
    });
    assert!(preview.get("/").1.contains("First words."), "the last good page stays");
    save(preview.root(), "content/index.md", "---\ntitle: Home\n---\nMended words.\n");
    preview.wait_for_text("/", "Mended words.");
    preview.equals_clean();
}

#[test]
fn renamed_moved_in_and_deleted() {
    let preview = Preview::start(&[HOME, ("content/a.md", "---\ntitle: A\n---\nPage A.\n")]);
    preview.wait_for_text("/a/", "Page A.");
    fs::rename(preview.root().join("content/a.md"), preview.root().join("content/b.md")).unwrap();
    preview.wait_for_text("/b/", "Page A.");
    preview.wait_for("the old path gone", |preview| preview.get("/a/").0 == 404);

    let elsewhere = TempDir::new_in(preview.root()).unwrap();
    write(elsewhere.path(), "index.md", "---\ntitle: Section\n---\n");
    write(elsewhere.path(), "deep.md", "---\ntitle: Deep\n---\nDeep words.\n");
    fs::rename(elsewhere.path(), preview.root().join("content/moved")).unwrap();
    preview.wait_for_text("/moved/deep/", "Deep words.");

    fs::remove_file(preview.root().join("content/b.md")).unwrap();
    preview.wait_for("the deleted page gone", |preview| preview.get("/b/").0 == 404);
    preview.equals_clean();
}

#[test]
fn sixty_changes_in_a_burst() {
    let preview = Preview::start(&[HOME]);
    for number in 0..60 {
        save(
            preview.root(),
            &format!("content/p{number}.md"),
            &format!("---\ntitle: Page {number}\n---\nWords {number}.\n"),
        );
    }
    for number in 0..60 {
        preview.wait_for_text(&format!("/p{number}/"), &format!("Words {number}."));
    }
    preview.equals_clean();
}

#[test]
fn a_template_of_the_site_appears_changes_and_goes() {
    let preview = Preview::start(&[HOME]);
    save_template(&preview, "<!doctype html><html lang=\"en\"><title>x</title><p>One</p></html>");
    preview.wait_for_text("/", "<p>One</p>");
    save_template(&preview, "<!doctype html><html lang=\"en\"><title>x</title><p>Two</p></html>");
    preview.wait_for_text("/", "<p>Two</p>");
    fs::remove_dir_all(preview.root().join("templates")).unwrap();
    preview.wait_for_text("/", "First words.");
    preview.equals_clean();
}

fn save_template(preview: &Preview, text: &str) {
    fs::create_dir_all(preview.root().join("templates")).unwrap();
    save(preview.root(), "templates/home.html", text);
}

#[test]
fn the_page_that_is_open_is_shown_before_the_rest_is_made() {
    let pages: Vec<(String, String)> = (0..300)
        .map(|number| (format!("content/p{number}.md"), format!("---\ntitle: Page {number}\n---\nWords.\n")))
        .collect();
    let mut files: Vec<(&str, &str)> = pages.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let template = |text: &str| format!("<!doctype html><html lang=\"en\"><title>x</title><p>{text}</p></html>");
    let one = template("One");
    files.extend([HOME, ("templates/page.html", one.as_str())]);
    let preview = Preview::start(&files);
    let mut events = TcpStream::connect(&preview.address).unwrap();
    let request = format!("GET /_iort-site/events?page=%2Fp7%2F HTTP/1.1\r\nHost: {}\r\n\r\n", preview.address);
    events.write_all(request.as_bytes()).unwrap();
    events.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut builds = BufReader::new(events)
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| Some(line.split_once("\"build\":\"")?.1.split_once('"')?.0.to_owned()));
    builds.next().unwrap();
    save(preview.root(), "templates/page.html", &template("Two"));
    assert!(builds.next().unwrap().contains("-ahead"), "the open page comes first");
    assert!(!builds.next().unwrap().contains("-ahead"), "and then the rest");
    assert!(preview.get("/p7/").1.contains("<p>Two</p>") && preview.get("/p8/").1.contains("<p>Two</p>"));
    preview.equals_clean();

    // A fault anywhere takes back what was shown.
    let broken = template("{% if page.title == \"Page 9\" %}{{ nothing }}{% endif %}Three");
    save(preview.root(), "templates/page.html", &broken);
    assert!(builds.next().unwrap().contains("-ahead"));
    assert!(!builds.next().unwrap().contains("-ahead"));
    assert!(preview.get("/p7/").1.contains("<p>Two</p>"), "the last good page");
}
