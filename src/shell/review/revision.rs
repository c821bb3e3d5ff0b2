//! A revision of the site's repository, as far as records are in it: asked of `git`, which alone knows its own formats.
#![allow(
    clippy::disallowed_methods,
    reason = "git is run, and fed in a thread of its own while its answer is read: either could wait for the other"
)]

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::base::path::SourcePath;
use crate::review::digest::Sha256;
use crate::review::manifest::Manifest;
use crate::review::record::REVIEWS;
use crate::shell::fault::EnvironmentFault;

/// The files below `reviews/` of a revision, with the SHA-256 of their bytes.
pub(super) fn manifest(root: &Path, revision: &str) -> Result<Manifest, EnvironmentFault> {
    let commit = commit(root, revision)?;
    let listed = run(root, &["ls-tree", "-r", "-z", &commit, "--", &format!("{REVIEWS}/")], "")?;
    let entry = |entry: &str| {
        // `<mode> <kind> <object>\t<path>`
        let (about, path) = entry.split_once('\t')?;
        let mut about = about.split(' ').skip(1);
        let is_file = about.next() == Some("blob");
        is_file.then(|| Some((about.next()?.to_owned(), SourcePath::new(path)))).flatten()
    };
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let entries: Vec<(String, SourcePath)> = listed.split('\0').filter_map(entry).collect();
    let asked = entries.iter().fold(String::new(), |asked, (object, _)| asked + object + "\n");
    let objects = run(root, &["cat-file", "--batch"], &asked)?;
    let digests = digests(&objects).filter(|digests| digests.len() == entries.len());
    let digests = digests.ok_or_else(|| EnvironmentFault::new("cannot read what `git cat-file` gave"))?;
    Ok(entries.into_iter().map(|(_, path)| path).zip(digests).collect())
}

/// The commit that a revision names. What it is called cannot be taken for an option.
fn commit(root: &Path, revision: &str) -> Result<String, EnvironmentFault> {
    let named = format!("{revision}^{{commit}}");
    let found = run(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &named], "").map_err(|_| {
        EnvironmentFault::new(format!("`{revision}` is neither a file nor a revision of the site's git repository"))
            .help("name a file that `iort-site review verify --manifest` printed, or a tag, branch or commit")
    })?;
    Ok(String::from_utf8_lossy(&found).trim().to_owned())
}

/// The SHA-256 of each object in what `git cat-file --batch` writes: `<object> <kind> <size>`, the bytes, a line end.
fn digests(mut batch: &[u8]) -> Option<Vec<Sha256>> {
    let mut digests = Vec::new();
    while !batch.is_empty() {
        let end = batch.iter().position(|byte| *byte == b'\n')?;
        let size: usize = std::str::from_utf8(&batch[..end]).ok()?.rsplit(' ').next()?.parse().ok()?;
        let (bytes, rest) = batch[end + 1..].split_at_checked(size)?;
        digests.push(Sha256::of(bytes));
        batch = rest.strip_prefix(b"\n")?;
    }
    Some(digests)
}

fn run(root: &Path, arguments: &[&str], input: &str) -> Result<Vec<u8>, EnvironmentFault> {
    let cannot = |error: &std::io::Error| EnvironmentFault::new(format!("cannot run `git`: {error}"));
    let mut command = Command::new("git");
    command.arg("-C").arg(root).args(arguments);
    let mut git = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| cannot(&error).help("install git, or name a manifest"))?;
    let (stdin, stdout, stderr) = (git.stdin.take(), git.stdout.take(), git.stderr.take());
    let mut said = String::new();
    let read = std::thread::scope(|scope| {
        // That it has heard enough is told by its status.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
        let mut bytes = Vec::new();
        stdout.map_or(Ok(0), |mut stdout| stdout.read_to_end(&mut bytes))?;
        stderr.map_or(Ok(0), |mut stderr| stderr.read_to_string(&mut said))?;
        Ok(bytes)
    });
    let bytes = read.map_err(|error: std::io::Error| cannot(&error))?;
    let status = git.wait().map_err(|error| cannot(&error))?;
    if status.success() {
        return Ok(bytes);
    }
    Err(EnvironmentFault::new(format!("`git {}` failed: {}", arguments.join(" "), said.trim())))
}
