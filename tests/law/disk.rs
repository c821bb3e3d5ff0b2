//! Sequences on disk: a session that goes on, a command line for each step, and `watch`, each against a folder without a past.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{fs, thread};

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
    Request { options: site.options.clone(), ..Request::new(root.join("public")) }
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
fn meddle(root: &Path, random: &mut Random) -> String {
    let outputs: Vec<String> = files(&root.join("public")).into_keys().collect();
    if outputs.is_empty() {
        return "nothing".to_owned();
    }
    let path = random.pick(&outputs);
    let at = root.join("public").join(&path);
    if random.below(2) == 0 {
        fs::remove_file(at).unwrap();
        format!("remove the output {path}")
    } else {
        fs::write(at, "by hand").unwrap();
        format!("edit the output {path}")
    }
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
            let outcome = session.run(&request(&site, root)).unwrap();
            agree(seed, &said, &came(&outcome, root), &clean(&site));
            match random.below(12) {
                // Only a build that publishes mends the folder.
                0 if outcome.exit() == 0 => said.push(meddle(root, &mut random)),
                1 => {
                    session = Session::open(root).unwrap();
                    said.push("another process".to_owned());
                }
                2 => {
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

fn program(site: &Site, root: &Path, command: &str) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_iort-site"));
    program.arg(command).arg("--root").arg(root).args(["--today", &site.options.today.to_string()]);
    if site.options.drafts {
        program.arg("--drafts");
    }
    if site.options.preview && command == "build" {
        program.arg("--preview");
    }
    program
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
                let mut build = program(&site, root, "build").stderr(Stdio::null()).spawn().unwrap();
                thread::sleep(Duration::from_micros(random.below(30_000) as u64));
                build.kill().unwrap();
                build.wait().unwrap();
                said.push("a build that was killed".to_owned());
            }
            let done = program(&site, root, "build").arg("--quiet").output().unwrap();
            let clean = clean(&site);
            assert_eq!(done.status.code(), Some(clean.exit), "seed {seed}, after {said:#?}");
            if clean.exit == 0 {
                let warm = Came { files: files(&root.join("public")), said: clean.said.clone(), exit: 0 };
                agree(seed, &said, &warm, &clean);
            }
            said.push(site.change(&mut random));
        }
    }
}

/// A preview that is ended with the test.
struct Preview(std::process::Child);

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.0.kill().and_then(|()| self.0.wait());
    }
}

#[test]
fn a_preview_that_goes_on() {
    for seed in seeds(400) {
        let mut random = Random::new(seed);
        let mut site = Site::new(&mut random);
        let folder = TempDir::new().unwrap();
        let root: PathBuf = folder.path().canonicalize().unwrap();
        (site.options.preview, site.options.drafts) = (true, true);
        lay(&site, &root);
        let mut watch = program(
            &Site {
                options: iort_site::source::snapshot::Options { drafts: false, ..site.options.clone() },
                ..site.clone()
            },
            &root,
            "watch",
        );
        let _preview = Preview(
            watch.args(["--listen", "127.0.0.1:0"]).stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap(),
        );
        let mut said = vec!["a new site".to_owned()];
        for _ in 0..STEPS {
            let clean = clean(&site);
            if clean.exit == 0 {
                // What is served comes to be what a clean build makes, and stays so.
                let started = Instant::now();
                while files(&root.join(".iort-site/watch")) != clean.files {
                    assert!(started.elapsed() < Duration::from_secs(20), "seed {seed}, after {said:#?}");
                    thread::sleep(Duration::from_millis(10));
                }
            }
            let (today, drafts) = (site.options.today, site.options.drafts);
            said.push(site.change(&mut random));
            // A day and a flag are the command line's, and that was given once.
            (site.options.today, site.options.drafts) = (today, drafts);
            lay(&site, &root);
        }
    }
}
