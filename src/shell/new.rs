//! `iort-site new`: a new page with its front matter filled in.
//!
//! The page is a draft and claims no review: the lines for that are there as comments, so that nobody signs by leaving a
//! default as it is. What is there already is never written over.
#![allow(clippy::disallowed_methods, reason = "creates a page and the folders above it")]

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::base::path::SourcePath;
use crate::shell::arguments::NewArguments;
use crate::shell::fault::EnvironmentFault;
use crate::shell::init::{shell_word, write_new};
use crate::shell::report::emit::{self, prefix};
use crate::shell::report::visible::{escape_json, visible_line};
use crate::source::snapshot::{CONTENT, SITE_TOML};

mod page_path;

use page_path::{page_path, title_of};

const PAGE: &str = include_str!("new/page.md");

/// Creates the page and says what is still to do.
pub fn new(arguments: &NewArguments) -> Result<(), EnvironmentFault> {
    let root = &arguments.root;
    refuse_no_site(root)?;
    let path = page_path(&arguments.path, root)?;
    let title = match &arguments.title {
        None => title_of(&path),
        Some(title) => title.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    if title.is_empty() {
        return Err(EnvironmentFault::new("the title is empty").help("say it as `--title \"When to call\"`"));
    }
    create(root, &path, &PAGE.replace("{title}", &yaml_string(&title)))?;
    emit::out(&told(root, &path))
}

fn refuse_no_site(root: &Path) -> Result<(), EnvironmentFault> {
    if root.join(SITE_TOML).is_file() {
        return Ok(());
    }
    Err(EnvironmentFault::new(format!("there is no site in `{}`: it has no `{SITE_TOML}`", root.display()))
        .help("name the site's folder with `--root DIR`, or make a site with `iort-site init DIR`"))
}

fn create(root: &Path, path: &SourcePath, text: &str) -> Result<(), EnvironmentFault> {
    let file = root.join(path.as_str());
    let folder = root.join(path.parent());
    if leads_out(&root.join(CONTENT), &folder) {
        let shown = from_here(root, path.parent());
        return Err(EnvironmentFault::new(format!("`{shown}` leads out of the content folder"))
            .help("a page lies in the content folder itself, not behind a symbolic link"));
    }
    fs::create_dir_all(&folder).map_err(|error| EnvironmentFault::io("create the folder", &folder, &error))?;
    write_new(&file, text.as_bytes()).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            let shown = from_here(root, path.as_str());
            EnvironmentFault::new(format!("`{shown}` is there already, and stays as it is"))
                .help("choose another name, or edit that page")
        }
        _ => EnvironmentFault::io("create the page", &file, &error),
    })
}

/// Whether a symbolic link on the way leads out of the content folder though the names do not.
fn leads_out(content: &Path, folder: &Path) -> bool {
    // Without a content folder there is no link in it either.
    let Ok(content) = content.canonicalize() else { return false };
    let there = folder.ancestors().find_map(|folder| folder.canonicalize().ok());
    there.is_some_and(|there| !there.starts_with(&content))
}

/// A path of the site as it is named from where the program was started.
fn from_here(root: &Path, path: &str) -> String {
    visible_line(&format!("{}{path}", prefix(root))).into_owned()
}

/// A text as a YAML scalar in double quotes: JSON's strings are YAML's too, but for characters that YAML does not print.
fn yaml_string(text: &str) -> String {
    escape_json(serde_json::Value::from(text).to_string())
}

/// What was done, what to do next, and which folders on the way have no page of their own yet.
fn told(root: &Path, path: &SourcePath) -> String {
    let mut out = format!(
        "Created `{}`.\nIt is a draft: it shows in `iort-site watch`, and is left out of the published site.\n",
        from_here(root, path.as_str())
    );
    for folder in folders(path) {
        let index: PathBuf = root.join(folder).join("index.md");
        if !index.is_file() {
            let page = SourcePath::new(format!("{folder}/index"));
            let page = page.inside(CONTENT).unwrap_or_default();
            let option = if root == Path::new(".") { String::new() } else { format!(" --root {}", shell_word(root)) };
            let _ = writeln!(
                out,
                "The folder `{folder}` has no page of its own: `iort-site new {page}{option}` makes one."
            );
        }
    }
    out
}

/// The folders that a page lies in, from the content folder down.
fn folders(path: &SourcePath) -> impl Iterator<Item = &str> {
    path.as_str().match_indices('/').map(|(at, _)| &path.as_str()[..at])
}
