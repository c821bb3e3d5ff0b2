//! Sequences on disk: a session that goes on, one that looks at just what it is told of, a command line for each step, and
//! `watch`, each against a folder without a past.
//!
//! Here are the steps that only a disk knows: a file is touched, an output is edited or removed by hand, the notes of the last
//! build are lost, a build is killed or given up.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{fs, thread};

use iort_site::shell::hints::Hints;
use iort_site::shell::onlookers::Onlookers;
use iort_site::shell::session::{Outcome, Request, Session};
use tempfile::TempDir;

use crate::site::{Random, Site};
use crate::{STEPS, seeds};

/// What came of a build: the files of the output folder, what was said, the exit status.
#[derive(Debug, PartialEq)]
struct Came {
    files: BTreeMap<String, Vec<u8>>,
    said: Vec<String>,
    exit: i32,
}

/// Makes a folder hold just these files; one that is as it should be is not touched.
fn lay(site: &Site, root: &Path) {
    for folder in ["content", "data", "reviews", "themes"] {
        for path in files(&root.join(folder)).into_keys() {
            let path = format!("{folder}/{path}");
            if !site.files.contains_key(&path) {
                fs::remove_file(root.join(path)).unwrap();
            }
        }
    }
    for (path, text) in &site.files {
        let at = root.join(path);
        if fs::read_to_string(&at).ok().as_ref() != Some(text) {
            fs::create_dir_all(at.parent().unwrap()).unwrap();
            // As editors save: whole, or not at all.
            fs::write(root.join(".new"), text).unwrap();
            fs::rename(root.join(".new"), at).unwrap();
        }
    }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let walk = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    walk.filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
            (path, fs::read(entry.path()).unwrap())
        })
        .collect()
}

fn request(site: &Site, root: &Path) -> Request<'static> {
    Request::new(site.options.clone(), root.join("public"))
}

fn came(outcome: &Outcome, root: &Path) -> Came {
    let say = |fault: &iort_site::base::diagnostic::Diagnostic| format!("{:?} {}", fault.place, fault.message);
    // A file that was changed by hand is moved aside, which only a build with a past can do.
    let said = outcome.diagnostics.iter().filter(|fault| fault.code.name() != "output-displaced");
    Came { files: files(&root.join("public")), said: said.map(say).collect(), exit: outcome.exit() }
}

fn clean(site: &Site) -> Came {
    let folder = TempDir::new().unwrap();
    lay(site, folder.path());
    let outcome = Session::open(folder.path()).unwrap().run(&request(site, folder.path())).unwrap();
    came(&outcome, folder.path())
}

/// Compares; a build with errors leaves the last good site, where a clean one has none to leave.
fn agree(seed: u64, said: &[String], warm: &Came, clean: &Came) {
    assert_eq!((&warm.said, warm.exit), (&clean.said, clean.exit), "seed {seed}, after {said:#?}");
    if clean.exit == 0 {
        let paths = warm.files.keys().chain(clean.files.keys());
        let differing: Vec<_> = paths.filter(|path| warm.files.get(*path) != clean.files.get(*path)).collect();
        assert!(differing.is_empty(), "seed {seed}, after {said:#?}: {differing:?}");
    }
}

/// Does something to the output folder that a build must find and undo.
fn meddle(output: &Path, random: &mut Random) -> String {
    let outputs: Vec<String> = files(output).into_keys().collect();
    if outputs.is_empty() {
        return "nothing".to_owned();
    }
    let path = random.pick(&outputs);
    let at = output.join(&path);
    if random.below(2) == 0 {
        fs::remove_file(at).unwrap();
        format!("remove the output {path}")
    } else {
        fs::write(at, "by hand").unwrap();
        format!("edit the output {path}")
    }
}

/// Writes a source anew with the bytes that it has.
fn touch(site: &Site, root: &Path, random: &mut Random) -> String {
    let paths: Vec<&String> = site.files.keys().collect();
    let path = random.pick(&paths);
    fs::write(root.join(path), &site.files[path]).unwrap();
    format!("touch {path}")
}

#[test]
fn a_session_that_goes_on() {
    for seed in seeds(20) {
        let mut random = Random::new(seed);
        let mut site = Site::new(&mut random);
        let folder = TempDir::new().unwrap();
        let root = folder.path();
        lay(&site, root);
        let mut session = Session::open(root).unwrap();
        let mut said = vec!["a new site".to_owned()];
        for _ in 0..STEPS {
            if random.below(6) == 0 {
                // As in a preview, when the next change comes while the first pages are made.
                let rendered = AtomicUsize::new(random.below(6));
                let newer = || rendered.fetch_sub(1, Ordering::Relaxed) == 0;
                let onlookers = Onlookers { newer: &newer, ..Onlookers::none() };
                session.run(&Request { onlookers, ..request(&site, root) }).unwrap();
                said.push("a build that may have been given up".to_owned());
            }
            let before = files(&root.join("public"));
            let outcome = session.run(&request(&site, root)).unwrap();
            let came = came(&outcome, root);
            agree(seed, &said, &came, &clean(&site));
            assert!(came.exit == 0 || came.files == before, "seed {seed}: a failed build changed the output");
            match random.below(13) {
                // Only a build that publishes mends the folder.
                0 if outcome.exit() == 0 => said.push(meddle(&root.join("public"), &mut random)),
                3 => said.push(touch(&site, root, &mut random)),
                1 => {
                    session = Session::open(root).unwrap();
                    said.push("another process".to_owned());
                }
                2 if outcome.exit() == 0 => {
                    // Files that stand there are adopted if they are what the next build would write, so nothing may lie between.
                    let _ =
                        fs::remove_dir_all(root.join(".iort-site/public")).map(|()| said.push("notes lost".to_owned()));
                }
                _ => {
                    said.push(site.change(&mut random));
                    lay(&site, root);
                }
            }
        }
    }
}

#[test]
fn looks_at_just_what_was_told() {
    let mut partial = 0;
    for seed in seeds(20) {
        let mut random = Random::new(seed);
        let mut site = Site::new(&mut random);
        let folder = TempDir::new().unwrap();
        let root = folder.path().canonicalize().unwrap();
        lay(&site, &root);
        let mut session = Session::open(&root).unwrap();
        let mut said = vec!["a new site".to_owned()];
        let mut hints = Hints::default();
        for _ in 0..STEPS {
            let quick = !hints.paths.is_empty();
            let outcome = session.run(&Request { quick, hints, ..request(&site, &root) }).unwrap();
            partial += usize::from(outcome.partial);
            agree(seed, &said, &came(&outcome, &root), &clean(&site));
            let before = site.files.clone();
            said.push(site.change(&mut random));
            lay(&site, &root);
            let paths = before.keys().chain(site.files.keys());
            let changed = paths.filter(|path| before.get(*path) != site.files.get(*path)).map(|path| root.join(path));
            hints = Hints { paths: changed.collect(), rescan: false };
        }
    }
    assert!(partial > 0, "no edit was looked at by itself");
}

fn program(site: &Site, root: &Path, command: &str) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_iort-site"));
    program.arg(command).current_dir(root).args(["--today", &site.options.today.to_string()]);
    if site.options.drafts {
        program.arg("--drafts");
    }
    if site.options.preview && command == "build" {
        program.arg("--preview");
    }
    program
}

/// A build by the command line: what it says as JSON, a line for each diagnostic.
fn by_command(site: &Site, root: &Path) -> Came {
    let done = program(site, root, "build").args(["--quiet", "--format", "json"]).output().unwrap();
    let said = String::from_utf8(done.stdout).unwrap() + &String::from_utf8(done.stderr).unwrap();
    let said = said.lines().filter(|line| !line.contains("output-displaced")).map(str::to_owned).collect();
    Came { files: files(&root.join("public")), said, exit: done.status.code().unwrap_or(-1) }
}

#[test]
fn the_command_line_killed_now_and_then() {
    for seed in seeds(200) {
        let mut random = Random::new(seed);
        let mut site = Site::new(&mut random);
        let folder = TempDir::new().unwrap();
        let root = folder.path();
        let mut said = vec!["a new site".to_owned()];
        for _ in 0..STEPS {
            lay(&site, root);
            if random.below(3) == 0 {
                let mut build =
                    program(&site, root, "build").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
                thread::sleep(Duration::from_micros(random.below(30_000) as u64));
                build.kill().unwrap();
                build.wait().unwrap();
                said.push("a build that was killed".to_owned());
            }
            let before = files(&root.join("public"));
            let warm = by_command(&site, root);
            let fresh = TempDir::new().unwrap();
            lay(&site, fresh.path());
            agree(seed, &said, &warm, &by_command(&site, fresh.path()));
            assert!(warm.exit == 0 || warm.files == before, "seed {seed}: a failed build changed the output");
            said.push(match random.below(8) {
                0 if warm.exit == 0 => meddle(&root.join("public"), &mut random),
                1 => touch(&site, root, &mut random),
                _ => site.change(&mut random),
            });
        }
    }
}

/// A preview that is ended with the test.
struct Preview {
    program: std::process::Child,
    address: String,
}

impl Preview {
    fn start(site: &Site, root: &Path) -> Self {
        let mut watch = program(site, root, "watch");
        let mut program =
            watch.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(program.stderr.take().unwrap()).lines().map_while(Result::ok);
        let address = lines.by_ref().find_map(|line| {
            let (_, address) = line.split_once("Serving http://")?;
            Some(address.split('/').next()?.to_owned())
        });
        // Whoever writes to a pipe that nobody reads is stopped.
        thread::spawn(move || lines.for_each(drop));
        Self { program, address: address.unwrap() }
    }

    /// The messages that it shows in place of the site, in order.
    fn faults(&self) -> Vec<String> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET /_iort-site/events HTTP/1.1\r\nHost: {}\r\n\r\n", self.address).unwrap();
        let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
        let state = lines.find_map(|line| Some(line.split_once("data: ")?.1.to_owned())).unwrap();
        let state: serde_json::Value = serde_json::from_str(&state).unwrap();
        let faults = state["faults"].as_array().unwrap().iter();
        faults.map(|fault| fault["message"].as_str().unwrap().to_owned()).collect()
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.program.kill().and_then(|()| self.program.wait());
    }
}

#[test]
fn a_preview_that_goes_on() {
    for seed in seeds(400) {
        let mut random = Random::new(seed);
        let mut site = Site::new(&mut random);
        let folder = TempDir::new().unwrap();
        let root: PathBuf = folder.path().canonicalize().unwrap();
        let served = root.join(".iort-site/watch");
        (site.options.preview, site.options.drafts) = (true, true);
        let options = site.options.clone();
        lay(&site, &root);
        let preview = Preview::start(&site, &root);
        let mut said = vec!["a new site".to_owned()];
        for _ in 0..STEPS {
            let fresh = TempDir::new().unwrap();
            lay(&site, fresh.path());
            let outcome = Session::open(fresh.path()).unwrap().run(&request(&site, fresh.path())).unwrap();
            let clean = came(&outcome, fresh.path());
            let messages: Vec<String> = outcome.diagnostics.iter().map(|fault| fault.message.clone()).collect();
            // What is served, or said in its place, comes to be what a clean build comes to.
            let started = Instant::now();
            let agrees = || if clean.exit == 0 { files(&served) == clean.files } else { preview.faults() == messages };
            while !agrees() {
                assert!(started.elapsed() < Duration::from_secs(20), "seed {seed}, after {said:#?}");
                thread::sleep(Duration::from_millis(10));
            }
            if clean.exit == 0 && random.below(8) == 0 {
                said.push(meddle(&served, &mut random));
            }
            said.push(if random.below(8) == 0 { "nothing".to_owned() } else { site.change(&mut random) });
            // A day and a flag are the command line's, and that was given once.
            site.options = options.clone();
            // The preview looks again when a source was touched, and then at its own folder too.
            lay(&site, &root);
            said.push(touch(&site, &root, &mut random));
        }
    }
}
