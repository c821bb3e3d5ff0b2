//! The binary as people run it: `init`, `new`, `explain`, `completions`, and what bad usage says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use iort_site::base::code::Code;

/// An empty folder of one test, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("cli-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A folder that holds the least that a site is.
    fn site() -> Self {
        let folder = Self::new();
        folder.write("site.toml", "title = \"Test\"\n");
        folder
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).unwrap_or_else(|error| format!("{path}: {error}"))
    }

    /// All files below it, sorted.
    fn files(&self) -> Vec<String> {
        let files = walkdir::WalkDir::new(&self.0).sort_by_file_name().into_iter().map(Result::unwrap);
        let files = files.filter(|entry| !entry.file_type().is_dir());
        files.map(|entry| entry.path().strip_prefix(&self.0).unwrap().to_string_lossy().replace('\\', "/")).collect()
    }

    fn run(&self, arguments: &[&str]) -> Run {
        run(command(arguments).current_dir(&self.0))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a run came to.
#[derive(Debug, PartialEq, Eq)]
struct Run {
    status: i32,
    out: String,
    err: String,
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iort-site"));
    command.args(arguments).stdin(Stdio::null());
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    command
}

fn run(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { status: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn init_makes_a_site_in_a_folder_that_is_not_there() {
    let folder = Folder::new();
    let made = folder.run(&["init", "sites/my guide"]);
    assert_eq!((made.status, made.err.as_str()), (0, ""));
    assert!(made.out.starts_with("Created a site of 6 files in `sites/my guide`.\n"), "{}", made.out);
    assert!(made.out.contains("iort-site watch --root 'sites/my guide'"), "{}", made.out);
    let files = [".gitignore", "content/editorial-process.md", "content/example.md", "content/index.md"];
    let files: Vec<String> = files
        .iter()
        .chain(&["data/reviewers.toml", "site.toml"])
        .map(|path| format!("sites/my guide/{path}"))
        .collect();
    assert_eq!(folder.files(), files);
    let ignored = folder.read("sites/my guide/.gitignore");
    assert!(ignored.contains("\n/public/\n") && ignored.contains("\n/.iort-site/\n"), "{ignored}");
}

#[test]
fn init_fills_an_empty_folder_and_leaves_any_other_as_it_is() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["init", "."]).status, 0);
    folder.write("site.toml", "title = \"Mine\"\n");
    let again = folder.run(&["init", "."]);
    let refused = "error: the folder `.` is not empty\nhelp: name a folder that does not exist yet, or an empty one\n";
    assert_eq!(again, Run { status: 2, out: String::new(), err: refused.to_owned() });
    assert_eq!(folder.read("site.toml"), "title = \"Mine\"\n");
    let file = folder.run(&["init", "site.toml"]);
    let refused = "error: `site.toml` is a file, not a folder\nhelp: name a folder that does not exist yet\n";
    assert_eq!(file, Run { status: 2, out: String::new(), err: refused.to_owned() });
    assert_eq!(folder.run(&["init", "site.toml/below"]).status, 2);
}

#[test]
fn a_new_page_is_a_draft_that_claims_no_review() {
    let folder = Folder::site();
    let made = folder.run(&["new", "conditions/soft-tissue"]);
    let told = "Created `content/conditions/soft-tissue.md`.\n\
        It is a draft: it shows in `iort-site watch`, and is left out of the published site.\n\
        The folder `content` has no page of its own: `iort-site new index` makes one.\n\
        The folder `content/conditions` has no page of its own: `iort-site new conditions/index` makes one.\n";
    assert_eq!(made, Run { status: 0, out: told.to_owned(), err: String::new() });
    let page = folder.read("content/conditions/soft-tissue.md");
    assert!(page.starts_with("---\ntitle: \"Soft tissue\"\n"), "{page}");
    for line in ["draft: true", "# last_reviewed: YYYY-MM-DD", "# reviewed_by: [reviewer-id]", "sources:"] {
        assert!(page.lines().any(|found| found == line), "{line}: {page}");
    }
    let index = folder.run(&["new", "content/conditions/index.md", "--title", "Where: \"here\"\u{9b}\n or  there"]);
    assert_eq!(index.status, 0, "{}", index.err);
    let page = folder.read("content/conditions/index.md");
    assert!(page.starts_with("---\ntitle: \"Where: \\\"here\\\"\\u009b or there\"\n"), "{page}");
}

#[test]
fn a_new_page_is_found_from_outside_the_site() {
    let folder = Folder::new();
    folder.write("guide/site.toml", "title = \"Test\"\n");
    folder.write("guide/content/index.md", "---\ntitle: Home\n---\n");
    assert_eq!(folder.run(&["new", "--root", "guide", "guide/content/risks.md"]).status, 0);
    let made = folder.run(&["new", "--root", "guide", "help/call"]);
    assert!(made.out.contains("`iort-site new help/index --root guide`"), "{}", made.out);
    let files = ["guide/content/help/call.md", "guide/content/index.md", "guide/content/risks.md", "guide/site.toml"];
    assert_eq!(folder.files(), files);
    let lost = folder.run(&["new", "risks"]);
    assert_eq!((lost.status, lost.out.as_str()), (2, ""));
    assert!(lost.err.starts_with("error: there is no site in `.`: it has no `site.toml`\nhelp: "), "{}", lost.err);
}

#[test]
fn a_page_that_is_there_stays_as_it_is() {
    let folder = Folder::site();
    folder.write("content/risks.md", "mine");
    let refused = folder.run(&["new", "risks"]);
    let told = "error: `content/risks.md` is there already, and stays as it is\nhelp: choose another name, or edit that page\n";
    assert_eq!(refused, Run { status: 2, out: String::new(), err: told.to_owned() });
    assert_eq!(folder.read("content/risks.md"), "mine");
}

#[test]
fn of_many_that_make_one_page_one_does() {
    let folder = Folder::site();
    let start = |title: String| {
        let arguments = ["new", "deep/down/risks", "--title", &title];
        command(&arguments).current_dir(&folder.0).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let started: Vec<_> = (0..12).map(|number| start(format!("Title {number}"))).collect();
    let done = started.into_iter().map(|mut child| child.wait().unwrap().code());
    let winners: Vec<usize> = done.enumerate().filter(|(_, code)| *code == Some(0)).map(|(number, _)| number).collect();
    assert_eq!(winners.len(), 1, "{winners:?}");
    let title = format!("---\ntitle: \"Title {}\"\n", winners[0]);
    assert!(folder.read("content/deep/down/risks.md").starts_with(&title));
}

#[test]
fn a_page_outside_the_content_folder_is_refused() {
    let folder = Folder::site();
    fs::create_dir_all(folder.0.join("content")).unwrap();
    for path in ["../risks", "content/../risks", "a/../../risks", "/risks", "", "a//b", "what is it?", "risks.html"] {
        let refused = folder.run(&["new", path]);
        assert_eq!((refused.status, refused.out.as_str()), (2, ""), "{path}");
        assert!(refused.err.starts_with(&format!("error: `{path}` cannot be a page: ")), "{}", refused.err);
    }
    assert_eq!(folder.files(), ["site.toml"]);
}

#[cfg(unix)]
#[test]
fn a_page_behind_a_symbolic_link_that_leads_out_is_refused() {
    let folder = Folder::site();
    let outside = Folder::new();
    fs::create_dir_all(folder.0.join("content/inside")).unwrap();
    std::os::unix::fs::symlink(&outside.0, folder.0.join("content/out")).unwrap();
    std::os::unix::fs::symlink("inside", folder.0.join("content/in")).unwrap();
    let refused = folder.run(&["new", "out/deep/risks"]);
    assert_eq!(refused.status, 2);
    assert!(refused.err.starts_with("error: `content/out/deep` leads out of the content folder\n"), "{}", refused.err);
    assert!(outside.files().is_empty() && !outside.0.join("deep").exists());
    assert_eq!(folder.run(&["new", "in/risks"]).status, 0);
    assert!(folder.0.join("content/inside/risks.md").is_file());
}

#[test]
fn explain_prints_the_markdown_itself_where_there_is_no_terminal() {
    let folder = Folder::new();
    for code in Code::ALL {
        let explained = folder.run(&["explain", code.name()]);
        assert_eq!(explained, Run { status: 0, out: code.explanation().to_owned(), err: String::new() });
    }
}

#[test]
fn explain_knows_what_was_meant() {
    let folder = Folder::new();
    let near = "error: there is no code `link-mising`\nhelp: did you mean `link-missing`?\nhelp: `iort-site explain --list` shows all codes\n";
    assert_eq!(folder.run(&["explain", "link-mising"]), Run { status: 2, out: String::new(), err: near.to_owned() });
    let far = "error: there is no code `E0308␛[2J`\nhelp: `iort-site explain --list` shows all codes\n";
    assert_eq!(folder.run(&["explain", "E0308\u{1b}[2J"]), Run { status: 2, out: String::new(), err: far.to_owned() });
}

#[test]
fn the_list_of_codes_has_a_line_for_each() {
    let listed = Folder::new().run(&["explain", "--list"]);
    let codes: Vec<&str> = listed.out.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(codes, Code::ALL.iter().map(|code| code.name()).collect::<Vec<_>>());
    let line = "link-missing           error    A link leads to a page or file that is not there.";
    assert!(listed.out.lines().any(|found| found == line), "{}", listed.out);
    let line = "no-base-url            warning  The site does not say where it is served.";
    assert!(listed.out.lines().any(|found| found == line), "{}", listed.out);
}

#[test]
fn colors_are_there_only_where_they_are_wanted() {
    let explain = || command(&["explain", "home-missing"]);
    assert!(!run(&mut explain()).out.contains('\u{1b}'));
    assert!(run(explain().env("CLICOLOR_FORCE", "1")).out.starts_with("\u{1b}[1m# home-missing\u{1b}[0m\n"));
    assert!(!run(explain().env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1")).out.contains('\u{1b}'));
    let unknown = run(command(&["explain", "x"]).env("CLICOLOR_FORCE", "1"));
    assert!(unknown.err.starts_with("\u{1b}[1;91merror\u{1b}[0m"), "{}", unknown.err);
}

#[test]
fn completions_know_every_command() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = folder.run(&["completions", shell]);
        assert_eq!((script.status, script.err.as_str()), (0, ""));
        for command in ["build", "check", "watch", "init", "new", "explain", "completions"] {
            assert!(script.out.contains(command), "{shell}: {command}");
        }
    }
    assert_eq!(folder.run(&["completions", "tcsh"]).status, 2);
}

#[test]
fn bad_usage_is_status_2_and_says_what_would_do() {
    let folder = Folder::new();
    for (arguments, told) in [
        (&[] as &[&str], "Usage: iort-site <COMMAND>"),
        (&["biuld"], "a similar subcommand exists: 'build'"),
        (&["build", "--bse-url", "https://x.org"], "a similar argument exists: '--base-url'"),
        (&["build", "--today", "01/22/2026"], "not a day that exists, written YYYY-MM-DD"),
        (&["check", "--today", "2026-02-30"], "not a day that exists, written YYYY-MM-DD"),
        (&["build", "--base-url", "example.org"], "it has no scheme such as `https://`"),
        (&["build", "--format", "xml"], "[possible values: human, json, github]"),
        (&["build", "--jobs", "0"], "invalid value '0' for '--jobs <N>'"),
        (&["check", "--output", "x"], "unexpected argument '--output'"),
        (&["watch", "--listen", "8000"], "invalid socket address syntax"),
        (&["explain"], "<CODE>"),
        (&["explain", "syntax", "--list"], "cannot be used with"),
        (&["init"], "<DIR>"),
        (&["new"], "<PATH>"),
    ] {
        let refused = folder.run(arguments);
        assert_eq!((refused.status, refused.out.as_str()), (2, ""), "{arguments:?}");
        assert!(refused.err.contains(told), "{arguments:?}: {}", refused.err);
    }
    assert!(folder.files().is_empty());
}

#[test]
fn help_and_version_are_no_faults() {
    let folder = Folder::new();
    let version = folder.run(&["--version"]);
    assert_eq!(
        version,
        Run { status: 0, out: concat!("iort-site ", env!("CARGO_PKG_VERSION"), "\n").to_owned(), err: String::new() }
    );
    let help = folder.run(&["--help"]);
    assert!(help.status == 0 && help.out.contains("Exit status: 0 done"), "{}", help.out);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_a_reader_that_leaves_is_not() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let explain = || command(&["explain", "--list"]);
    let output = explain().stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: cannot write to the standard output: "));
    let mut child = explain().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
}

#[test]
fn plain_language_is_a_table_for_people_and_lines_for_programs() {
    let site = Folder::site();
    site.write("content/index.md", "---\ntitle: Home\n---\nYour doctor will see you soon. Wait here.\n");
    site.write("content/es.md", "---\ntitle: Inicio\nlang: es\n---\nHola.\n");
    let told = site.run(&["check", "--prose"]);
    assert_eq!(told.status, 0, "{told:?}");
    assert!(told.out.contains("content/index.md      8          2"), "{told:?}");
    assert!(told.out.contains("content/es.md     no running text in English (`es`)"), "{told:?}");
    assert_eq!(site.run(&["check", "--prose", "--quiet"]).out, "");
    assert_eq!(site.run(&["check"]).out, "");
    let told = site.run(&["check", "--prose", "--format", "json"]);
    let lines: Vec<serde_json::Value> = told.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let page = &lines.iter().find(|line| line["prose"]["path"] == "content/index.md").unwrap()["prose"];
    assert_eq!((&page["url"], &page["words"], &page["sentences"]), (&"/".into(), &8.into(), &2.into()));
    assert!(page["exempt"]["grade"].is_f64() && page["raw"]["smog"].is_f64(), "{page}");
    assert_eq!(page["smog_indicative"], true);
    assert!(lines.iter().any(|line| line["prose"]["raw"].is_null()), "{told:?}");
}
