//! A small site in a folder of its own, and the binary run on it.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::review_commands::file;

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// Asks for an exit status.
    #[track_caller]
    pub(crate) fn ends_with(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.out, self.err);
        self
    }

    /// Asks for success.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        self.ends_with(0)
    }

    /// Asks for a refusal that says this.
    #[track_caller]
    pub(crate) fn refuses(self, status: i32, says: &str) {
        let run = self.ends_with(status);
        assert!(run.err.contains(says), "no `{says}` in:\n{}\n{}", run.out, run.err);
    }

    /// Asks for a part of the standard output.
    #[track_caller]
    pub(crate) fn says(self, part: &str) -> Self {
        assert!(self.out.contains(part), "no `{part}` in:\n{}\n{}", self.out, self.err);
        self
    }
}

pub(crate) struct Site(TempDir);

/// The day on which most reviews are made; in the past, whatever the clock says.
pub(crate) const TODAY: &str = "2024-03-01";

/// The page that most tests are about.
pub(crate) const PAGE: &str = "content/index.md";

impl Site {
    /// A site that asks for this of its pages, with the reviewers `j-doe` and `a-roe` and one page.
    pub(crate) fn new(review: &str) -> Self {
        let site = Self(TempDir::new().unwrap());
        let notice = "[notice]\ntitle = \"Demonstration\"\ntext = \"No.\"\ndemonstration = true\n";
        site.write("site.toml", format!("title = \"Test\"\n{notice}[review]\n{review}\n"));
        let reviewer = |id: &str, role: &str, more: &str| {
            let key = std::fs::read_to_string(file(&format!("keys/{id}.pub"))).unwrap();
            format!(
                "[[reviewer]]\nid = \"{id}\"\nname = \"{id}\"\ncredentials = \"MD\"\nrole = \"{role}\"\n{more}\
                 demonstration = true\n[[reviewer.key]]\nkey = \"{}\"\nfrom = 2024-01-01\n",
                key.trim()
            )
        };
        let protected = std::fs::read_to_string(file("keys/protected.pub")).unwrap();
        let reviewers = [
            reviewer("j-doe", "Physician", "active_from = 2024-01-01\n"),
            format!("[[reviewer.key]]\nkey = \"{}\"\n", protected.trim()),
            reviewer("a-roe", "Nurse", ""),
        ];
        site.write("data/reviewers.toml", reviewers.concat());
        site.page("Radiation *may* harm the skin.");
        site
    }

    /// Gives the page that most tests are about another text.
    pub(crate) fn page(&self, text: &str) {
        self.write(PAGE, format!("---\ntitle: Risks\ndescription: What can go wrong\n---\n\n{text}\n"));
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Puts one text in the place of another in a file.
    pub(crate) fn edit(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert!(text.contains(old), "no `{old}` in {name}:\n{text}");
        self.write(name, text.replace(old, new));
    }

    pub(crate) fn remove(&self, name: &str) {
        std::fs::remove_file(self.path(name)).unwrap();
    }

    /// The files below a folder, sorted; none if it is not there.
    pub(crate) fn files(&self, folder: &str) -> Vec<String> {
        let walk = walkdir::WalkDir::new(self.path(folder)).sort_by_file_name().into_iter().filter_map(Result::ok);
        let files = walk.filter(|entry| entry.file_type().is_file());
        let name = |entry: walkdir::DirEntry| entry.path().strip_prefix(self.0.path()).unwrap().display().to_string();
        files.map(name).collect()
    }

    /// Runs `iort-site review …` as of `TODAY`.
    pub(crate) fn review(&self, arguments: &[&str]) -> Run {
        self.review_on(TODAY, arguments)
    }

    pub(crate) fn review_on(&self, today: &str, arguments: &[&str]) -> Run {
        self.run(&[&["review"], arguments, &["--today", today]].concat(), &[])
    }

    /// Signs the page as `j-doe` and with their key.
    pub(crate) fn sign(&self, arguments: &[&str]) -> Run {
        self.sign_on(TODAY, arguments)
    }

    pub(crate) fn sign_on(&self, today: &str, arguments: &[&str]) -> Run {
        let key = key("j-doe");
        self.review_on(today, &[&["sign", PAGE, "--as", "j-doe", "--yes", "--key", &key], arguments].concat())
    }

    /// What a build of that day says, without writing it.
    pub(crate) fn check(&self, today: &str) -> Run {
        self.run(&["check", "--today", today], &[])
    }

    pub(crate) fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_iort-site"));
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "IORT_SITE_KEY_PASSPHRASE", "SSH_AUTH_SOCK"] {
            command.env_remove(variable);
        }
        let output = command.envs(variables.iter().copied()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Run { status: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) }
    }
}

/// The path of a test's private key.
pub(crate) fn key(name: &str) -> String {
    file(&format!("keys/{name}")).display().to_string()
}
