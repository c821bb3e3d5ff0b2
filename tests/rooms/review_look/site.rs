//! A site of signed pages, in a folder of its own.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::review_look::file;

/// The first record of `AFTER`, the second and the newest.
pub(crate) const FIRST: &str = "reviews/treatment/after/2026-01-05-j-doe.md";
pub(crate) const SECOND: &str = "reviews/treatment/after/2026-02-02-a-roe.md";
pub(crate) const NEWEST: &str = "reviews/treatment/after/2026-03-02-j-doe.md";
/// The record of another page.
pub(crate) const OTHER: &str = "reviews/risks/2026-01-05-j-doe.md";
/// A page with three records.
pub(crate) const AFTER: &str = "content/treatment/after.md";
/// The day on which the site is looked at.
pub(crate) const TODAY: &str = "2026-06-01";

pub(crate) struct Site(TempDir);

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Site {
    /// Pages that nobody has reviewed.
    pub(crate) fn unsigned() -> Self {
        let site = Self(TempDir::new().unwrap());
        site.write(
            "site.toml",
            "title = \"A site\"\nbase_url = \"https://example.org\"\n\n[publisher]\nname = \"A hospital\"\n\n[review]\n\
             require = \"signature\"\ninterval = \"1 year\"\nnotice = \"90 days\"\nstates = { changed = \"error\" }\n",
        );
        let key = |name: &str| fs::read_to_string(file(&format!("keys/{name}.pub"))).unwrap().trim().to_owned();
        site.write(
            "data/reviewers.toml",
            &format!(
                "[[reviewer]]\nid = \"j-doe\"\nname = \"Jane Doe\"\ncredentials = \"MD\"\nrole = \"Radiation oncologist\"\n\
                 affiliation = \"A hospital\"\nurl = \"https://example.org/doe\"\n\n[[reviewer.key]]\nkey = \"{}\"\n\
                 from = 2026-01-01\n\n[[reviewer]]\nid = \"a-roe\"\nname = \"A. Roe\"\ncredentials = \"RN\"\n\
                 role = \"Nurse\"\n\n[[reviewer.key]]\nkey = \"{}\"\nfrom = 2026-01-01\n",
                key("j-doe"),
                key("a-roe")
            ),
        );
        for (path, title) in
            [("index", "Home"), ("risks", "=Risks, and \"side effects\""), ("treatment/after", "After")]
        {
            let title = title.replace('"', "\\\"");
            site.write(&format!("content/{path}.md"), &format!("---\ntitle: \"{title}\"\n---\n\nSome words.\n"));
        }
        site.write("content/treatment/index.md", "---\ntitle: Treatment\n---\n\nSome words.\n");
        site
    }

    /// Pages that two people have signed; `AFTER` was changed and signed again, twice, and shows an image.
    pub(crate) fn new() -> Self {
        let site = Self::unsigned();
        site.write(
            "content/treatment/dots.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>",
        );
        site.append(AFTER, "\n![Dots](dots.svg)\n");
        for page in ["index.md", "risks.md", "treatment/index.md", "treatment/after.md"] {
            site.sign(page, "j-doe", "2026-01-05");
        }
        site.append(AFTER, "\nMore words.\n");
        site.sign("treatment/after.md", "a-roe", "2026-02-02");
        site.append(AFTER, "\nMore words still.\n");
        site.sign("treatment/after.md", "j-doe", "2026-03-02");
        site
    }

    pub(crate) fn root(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn append(&self, path: &str, text: &str) {
        self.write(path, &(self.read(path) + text));
    }

    pub(crate) fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from}");
        self.write(path, &text.replace(from, to));
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.root().join(path)).unwrap();
    }

    /// Copies a record with its signature.
    pub(crate) fn copy(&self, from: &str, to: &str) {
        for ending in ["", ".sig"] {
            self.write(&format!("{to}{ending}"), &self.read(&format!("{from}{ending}")));
        }
    }

    pub(crate) fn sign(&self, page: &str, reviewer: &str, today: &str) {
        let key = file(&format!("keys/{reviewer}"));
        let arguments = ["sign", page, "--as", reviewer, "--yes", "--key", key.to_str().unwrap(), "--today", today];
        let run = self.review(&arguments);
        assert_eq!(run.status, Some(0), "{run:?}");
    }

    /// Runs a command of `review` as of a day that its arguments name.
    pub(crate) fn review(&self, arguments: &[&str]) -> Run {
        let (command, rest) = arguments.split_first().unwrap();
        self.run(&[&["review", command, "--root", "."], rest].concat())
    }

    /// The same as of `TODAY`.
    pub(crate) fn look(&self, arguments: &[&str]) -> Run {
        self.review(&[arguments, &["--today", TODAY]].concat())
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_iort-site"));
        let output = command.args(arguments).current_dir(self.root()).env_remove("CLICOLOR_FORCE").output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Run { status: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    pub(crate) fn git(&self, arguments: &[&str]) {
        let who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false"];
        let output = Command::new("git").args(who).args(arguments).current_dir(self.root()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
