//! Three kinds of path that never mix: where a source is, where an output goes, and what a browser asks for.

use std::fmt;
use std::sync::Arc;

use memchr::memchr;
use serde::{Deserialize, Serialize};

/// The path of a source, relative to the site's root, with forward slashes: `content/risks.md`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourcePath(Arc<str>);

/// The path of an output, relative to the output folder, with forward slashes: `risks/index.html`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OutPath(Arc<str>);

/// The path of a page or file on the site, from the site's root, not percent-encoded: `/risks/`, `/scan.png`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UrlPath(Arc<str>);

impl SourcePath {
    /// A path from a normal form: relative, forward slashes, no `.` or `..`.
    pub fn new(path: impl Into<Arc<str>>) -> Self {
        Self(path.into())
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder that holds it, without a trailing slash; empty at the root.
    pub fn parent(&self) -> &str {
        self.0.rfind('/').map_or("", |at| &self.0[..at])
    }

    /// The last segment.
    pub fn name(&self) -> &str {
        self.0.rfind('/').map_or(&*self.0, |at| &self.0[at + 1..])
    }

    /// What follows the last dot of the name, if anything does.
    pub fn extension(&self) -> Option<&str> {
        let name = self.name();
        name.rfind('.').filter(|at| *at > 0).map(|at| &name[at + 1..])
    }

    /// What is left when `folder` is taken off the front.
    pub fn inside(&self, folder: &str) -> Option<&str> {
        self.0.strip_prefix(folder)?.strip_prefix('/')
    }
}

impl OutPath {
    /// A path from a normal form: relative, forward slashes, no `.` or `..`.
    pub fn new(path: impl Into<Arc<str>>) -> Self {
        Self(path.into())
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl UrlPath {
    /// A path from the site's root; a leading slash is put before it where there is none.
    pub fn new(path: &str) -> Self {
        if path.starts_with('/') { Self(path.into()) } else { Self(format!("/{path}").into()) }
    }

    /// The path as text, with its leading slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path without its leading slash, as templates join it to the page's `root`.
    pub fn from_root(&self) -> &str {
        &self.0[1..]
    }

    /// Where the file behind this path goes: a folder's is its `index.html`.
    pub fn output(&self) -> OutPath {
        let path = self.from_root();
        if path.is_empty() || path.ends_with('/') {
            OutPath::new([path, "index.html"].concat())
        } else {
            OutPath::new(path)
        }
    }

    /// The way from a page to the site's root: `./` for the root's own pages, `../` for each folder between.
    pub fn to_root(&self) -> String {
        let depth = self.depth();
        if depth == 0 { "./".to_owned() } else { UP.repeat(depth) }
    }

    /// How many folders it goes through.
    pub fn depth(&self) -> usize {
        folders(self.from_root())
    }

    /// The shortest relative way from this page to another path, percent-encoded for an `href`.
    pub fn relative(&self, to: &Self) -> String {
        let from_folder = &self.0[..=self.0.rfind('/').unwrap_or(0)];
        let common = from_folder
            .bytes()
            .zip(to.0.bytes())
            .enumerate()
            .take_while(|(_, (a, b))| a == b)
            .filter(|(_, (a, _))| *a == b'/')
            .last()
            .map_or(1, |(at, _)| at + 1);
        let up = folders(&from_folder[common..]);
        let rest = encode(&to.0[common..]);
        if up > 0 {
            [&UP.repeat(up), rest.as_str()].concat()
        } else if rest.is_empty() || rest.split('/').next().is_some_and(|segment| segment.contains(':')) {
            ["./", &rest].concat()
        } else {
            rest
        }
    }

    /// The path percent-encoded, as it stands in a URL.
    pub fn encoded(&self) -> String {
        encode(&self.0)
    }
}

/// The way out of a folder.
const UP: &str = "../";

/// How many folders a path goes through.
fn folders(path: &str) -> usize {
    path.bytes().filter(|byte| *byte == b'/').count()
}

/// The path to which `path` leads from `folder`, both with forward slashes and without a slash at the start: no `.`, no `..`,
/// nothing empty between slashes. `None` if it leads out of where the folder is.
pub fn join(folder: &str, path: &str) -> Option<String> {
    let mut joined = String::with_capacity(folder.len() + 1 + path.len());
    joined.push_str(folder);
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." if joined.is_empty() => return None,
            ".." => joined.truncate(joined.rfind('/').unwrap_or(0)),
            name => {
                if !joined.is_empty() {
                    joined.push('/');
                }
                joined.push_str(name);
            }
        }
    }
    Some(joined)
}

/// The scheme of a URL (RFC 3986, 3.1).
pub fn scheme(target: &str) -> Option<&str> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    let end = target.bytes().position(|byte| !plain(&byte))?;
    (target.as_bytes()[end] == b':' && target.starts_with(|c: char| c.is_ascii_alphabetic())).then(|| &target[..end])
}

/// Percent-encodes what a URL's path may not hold (RFC 3986, 3.3), and what HTML would need escaped.
pub fn encode(path: &str) -> String {
    use fmt::Write as _;
    let mut out = String::with_capacity(path.len());
    let mut from = 0;
    while let Some(len) = path.bytes().skip(from).position(|byte| !is_plain(byte)) {
        let at = from + len;
        // Between the bytes of one character there is nothing.
        out.push_str(path.get(from..at).unwrap_or(""));
        let _ = write!(out, "%{:02X}", path.as_bytes()[at]);
        from = at + 1;
    }
    out.push_str(path.get(from..).unwrap_or(""));
    out
}

/// Whether a byte stands in a URL's path as it is.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/' | b'!' | b'$' | b'('..=b',' | b';' | b'=' | b':' | b'@')
}

/// Undoes percent-encoding; `None` where an escape is broken or the bytes are not UTF-8.
pub fn decode(path: &str) -> Option<String> {
    let mut out = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = memchr(b'%', rest.as_bytes()) {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let digits = rest.get(at + 1..at + 3).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
        out.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &rest[at + 3..];
    }
    out.extend_from_slice(rest.as_bytes());
    String::from_utf8(out).ok()
}

macro_rules! as_text {
    ($($kind:ty),*) => {$(
        /// A path compares and hashes as its text, so that it can be looked up by it.
        impl std::borrow::Borrow<str> for $kind {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }
    )*};
}
as_text!(SourcePath, OutPath, UrlPath);
