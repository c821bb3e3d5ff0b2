//! Two builds at once, and builds that were killed.

use std::fs::{self, File};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use iort_site::shell::publish::publisher::PublishFault;

use crate::publish::root::{HOME, RISKS, Root, counts, found};
use crate::publish::site::Site;

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
    let old = [HOME, RISKS, ("gone/deep/index.html", "gone"), ("later/index.html", "later")];
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
    let files: Vec<(String, String)> = (0..240)
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
    for round in 0..8 {
        let (root, clean) = (Root::new(), Root::new());
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "publish::interrupted::victim"])
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
