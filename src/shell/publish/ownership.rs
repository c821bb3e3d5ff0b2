//! Which files of an output folder are ours: one line a file, SHA-256 and path, in the form that `sha256sum --check` reads.
//!
//! This file grants the right to overwrite and remove, so it is read with suspicion: a line that is not exactly of the form,
//! or whose path could leave the folder, grants nothing. It outlives binaries; its form is not to change.
//!
//! While a build publishes, a path may have two lines, for what stood there and for what is to stand there: whichever a
//! killed build left is ours.
#![allow(clippy::disallowed_methods, reason = "reads and extends the ownership file")]

use std::fs;
use std::io;
use std::path::Path;

use super::atomic::{self, Durability};
use super::checksum::Checksum;
use crate::base::path::OutPath;

/// The files of an output folder that we wrote, with what we wrote: in order, no line twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ownership(Vec<(OutPath, Checksum)>);

impl Ownership {
    /// Puts files in order.
    pub(super) fn new(mut files: Vec<(OutPath, Checksum)>) -> Self {
        // Stable, since that sort is quick where two runs that are in order are put together.
        files.sort();
        files.dedup();
        Self(files)
    }

    /// Reads an ownership file, and gives its bytes too; one that is not there owns nothing.
    pub(super) fn load(path: &Path) -> io::Result<(Self, Vec<u8>)> {
        match fs::read(path) {
            Ok(bytes) => Ok((Self::parse(&bytes), bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Default::default()),
            Err(error) => Err(error),
        }
    }

    /// Adds to the file at a path what a build is about to write. A line that was cut off by a kill stays one by itself.
    pub(super) fn append(&self, path: &Path, durability: Durability) -> io::Result<()> {
        atomic::append(path, format!("\n{}", self.text()).as_bytes(), durability)
    }

    /// What this one owns and the other does not.
    pub(super) fn beyond(&self, other: &Self) -> Self {
        let mut others = other.0.iter().peekable();
        let is_beyond = |line: &&(OutPath, Checksum)| {
            while others.next_if(|other| other < line).is_some() {}
            others.peek() != Some(line)
        };
        Self(self.0.iter().filter(is_beyond).cloned().collect())
    }

    /// Whether it owns nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the file of this path is ours, whatever its bytes are now.
    pub(super) fn owns(&self, path: &str) -> bool {
        !self.of(path).is_empty()
    }

    /// Whether we wrote these very bytes at this path.
    pub(super) fn wrote(&self, path: &str, checksum: Checksum) -> bool {
        self.of(path).iter().any(|(_, ours)| *ours == checksum)
    }

    /// The paths, each once, in order.
    pub(super) fn paths(&self) -> impl Iterator<Item = &OutPath> {
        self.0.chunk_by(|(a, _), (b, _)| a == b).filter_map(|same| same.first()).map(|(path, _)| path)
    }

    /// The text of the file.
    pub(super) fn text(&self) -> String {
        let mut text = String::with_capacity(self.0.iter().map(|(path, _)| path.as_str().len() + 67).sum());
        for (path, checksum) in &self.0 {
            let plain = !path.as_str().contains(['\\', '\n', '\r']);
            if !plain {
                text.push('\\');
            }
            checksum.push_hex(&mut text);
            text.push_str("  ");
            if plain {
                text.push_str(path.as_str());
            } else {
                escape(path.as_str(), &mut text);
            }
            text.push('\n');
        }
        text
    }

    fn of(&self, path: &str) -> &[(OutPath, Checksum)] {
        let from = self.0.partition_point(|(ours, _)| ours.as_str() < path);
        let count = self.0[from..].iter().take_while(|(ours, _)| ours.as_str() == path).count();
        &self.0[from..from + count]
    }

    fn parse(bytes: &[u8]) -> Self {
        Self::new(bytes.split(|byte| *byte == b'\n').filter_map(parse_line).collect())
    }
}

/// Whether a path stays inside the folder that it is joined to.
pub(super) fn stays_inside(path: &str) -> bool {
    let harmless = |segment: &str| !matches!(segment, "" | "." | "..");
    let for_windows = |path: &str| !path.contains(['\\', ':']);
    path.split('/').all(harmless) && !path.contains('\0') && (cfg!(not(windows)) || for_windows(path))
}

fn parse_line(line: &[u8]) -> Option<(OutPath, Checksum)> {
    let (escaped, line) = line.strip_prefix(b"\\").map_or((false, line), |rest| (true, rest));
    let (hex, rest) = line.split_at_checked(Checksum::DIGITS)?;
    let path = std::str::from_utf8(rest.strip_prefix(b"  ")?).ok()?;
    let path = if escaped { OutPath::new(unescape(path)?) } else { OutPath::new(path) };
    stays_inside(path.as_str()).then_some((path, Checksum::from_hex(hex)?))
}

/// As `sha256sum` does it: a backslash before the line says that these three characters of the name are escaped.
fn escape(path: &str, out: &mut String) {
    for character in path.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            other => out.push(other),
        }
    }
}

fn unescape(path: &str) -> Option<String> {
    let mut out = String::with_capacity(path.len());
    let mut characters = path.chars();
    while let Some(character) = characters.next() {
        out.push(match character {
            '\\' => match characters.next()? {
                '\\' => '\\',
                'n' => '\n',
                'r' => '\r',
                _ => return None,
            },
            other => other,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let files = [("a/index.html", "1"), ("a/index.html", "2"), ("b.css", "3"), ("c\\d\ne\r", "4")];
        let ownership =
            Ownership::new(files.map(|(path, bytes)| (OutPath::new(path), Checksum::of(bytes.as_bytes()))).to_vec());
        assert_eq!(Ownership::parse(ownership.text().as_bytes()), ownership);
        assert_eq!(ownership.paths().count(), 3);
        assert!(ownership.wrote("a/index.html", Checksum::of(b"2")));
        assert!(!ownership.wrote("a/index.html", Checksum::of(b"3")));
        assert!(!ownership.owns("a"));
    }

    #[test]
    fn what_is_added_is_owned_too_whatever_stood_last_in_the_file() {
        let of = |files: &[(&str, &str)]| {
            let line = |(path, bytes): &(&str, &str)| (OutPath::new(*path), Checksum::of(bytes.as_bytes()));
            Ownership::new(files.iter().map(line).collect())
        };
        let before = of(&[("a", "1"), ("b", "2"), ("d", "4")]);
        let after = of(&[("a", "1"), ("b", "3"), ("c", "1"), ("d", "4")]);
        assert_eq!(after.beyond(&before), of(&[("b", "3"), ("c", "1")]));
        assert_eq!(before.beyond(&after), of(&[("b", "2")]));
        let text = format!("{}{}\n{}", before.text(), &after.text()[..20], after.beyond(&before).text());
        let during = Ownership::parse(text.as_bytes());
        assert_eq!(during.beyond(&before), after.beyond(&before));
        assert!(before.beyond(&during).is_empty());
    }

    #[test]
    fn a_line_that_is_not_of_the_form_grants_nothing() {
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for path in ["../x", "/etc/x", "a//b", "a/./b", "a/../../b", ""] {
            assert_eq!(Ownership::parse(format!("{hex}  {path}\n").as_bytes()), Ownership::default(), "{path}");
        }
        for line in [format!("{hex} x"), format!("{}  x", &hex[1..]), format!("\\{hex}  a\\tb"), "é".repeat(40)] {
            assert_eq!(Ownership::parse(line.as_bytes()), Ownership::default(), "{line}");
        }
        assert!(Ownership::parse(format!("junk\n{hex}  a/b").as_bytes()).owns("a/b"));
    }
}
