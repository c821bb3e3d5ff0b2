//! A record: one review of one page by one person, as a file that anyone can read.
//!
//! `reviews/<page path>/<date>-<reviewer>.md` is a header and, below it, the page's source exactly as it was reviewed. A record
//! has one way of being written, so that its SHA-256 names it: the next record of the page holds that digest, and a signature
//! beside the file (`.sig`) covers every byte. Records are only ever added. The header's last line is the length of what
//! follows, so that nothing in the page's own text can be taken for the end of the header.
//!
//! The header is written here. It is read in `source/record.rs`, with the reader that all structured files share; what that
//! reader takes must then be byte for byte what `write` gives.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::base::date::Date;
use crate::base::path::SourcePath;
use crate::review::digest::{Sha256, TextDigest};
use crate::review::text::{Content, Include};

/// The folder of records, and of the images that were reviewed.
pub const REVIEWS: &str = "reviews";

/// The version of the form, the first line of a header.
pub const VERSION: &str = "v1";

/// The folder of the pages; a record's folder repeats what is below it.
const CONTENT: &str = "content";

/// A review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The page's source, as it was called then.
    pub page: SourcePath,
    /// The reviewer's id.
    pub reviewer: String,
    /// The day of the review.
    pub date: Date,
    /// What came of it.
    pub outcome: Outcome,
    /// How much of the page it covers.
    pub scope: Scope,
    /// What the reviewer says of it, or what changed since the last; shown to readers.
    pub note: Option<String>,
    /// The day up to which the literature was searched.
    pub evidence_searched_to: Option<Date>,
    /// Who filed it, where that was not the reviewer.
    pub filed: Option<Filing>,
    /// What the page showed from elsewhere, in full.
    pub includes: Vec<Include>,
    /// The digest of the normal form of body and includes.
    pub text: TextDigest,
    /// The SHA-256 of the page's record before this one; none for the first.
    pub predecessor: Option<Sha256>,
    /// The page's source, byte for byte.
    pub body: String,
}

/// What came of a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// The words may be published.
    Pass,
    /// They may not, as they are.
    ChangesRequested,
}

impl Outcome {
    /// Both, by their names in records.
    pub const NAMED: [(&str, Self); 2] = [("pass", Self::Pass), ("changes-requested", Self::ChangesRequested)];

    /// Its name in records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::ChangesRequested => "changes-requested",
        }
    }
}

/// How much of a page a review covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of it.
    Full,
    /// What changed since another record, which covers the rest.
    Partial {
        /// The SHA-256 of that record.
        builds_on: Sha256,
    },
    /// Nothing yet: a correction that could not wait, and must be reviewed by a day.
    Urgent {
        /// Why it could not wait.
        reason: String,
        /// The last day on which it may stand unreviewed.
        review_by: Date,
    },
}

impl Scope {
    /// Its name in records.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Partial { .. } => "partial",
            Self::Urgent { .. } => "urgent",
        }
    }
}

/// Who filed a record for its reviewer, and on what evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filing {
    /// The editor.
    pub recorded_by: String,
    /// Where the reviewer's word can be found: an e-mail, a ticket.
    pub evidence: String,
}

impl Record {
    /// The whole file.
    pub fn write(&self) -> String {
        let mut header = Header(format!("---\nrecord: {VERSION}\n"));
        header.plain("page", quoted(self.page.as_str()));
        header.plain("reviewer", quoted(&self.reviewer));
        header.plain("date", self.date);
        header.plain("outcome", self.outcome.name());
        header.plain("scope", self.scope.name());
        match &self.scope {
            Scope::Full => {}
            Scope::Partial { builds_on } => header.plain("builds_on", format_args!("sha256:{builds_on}")),
            Scope::Urgent { reason, review_by } => {
                header.plain("urgent", quoted(reason));
                header.plain("review_by", review_by);
            }
        }
        if let Some(note) = &self.note {
            header.plain("note", quoted(note));
        }
        if let Some(date) = self.evidence_searched_to {
            header.plain("evidence_searched_to", date);
        }
        if let Some(Filing { recorded_by, evidence }) = &self.filed {
            header.plain("recorded_by", quoted(recorded_by));
            header.plain("evidence", quoted(evidence));
        }
        header.includes(&self.includes);
        header.plain("text", self.text);
        match self.predecessor {
            Some(predecessor) => header.plain("predecessor", format_args!("sha256:{predecessor}")),
            None => header.plain("predecessor", "none"),
        }
        header.plain("length", self.body.len());
        format!("{}---\n{}", header.0, self.body)
    }

    /// The images and files that were reviewed, with what they were called.
    pub fn files(&self) -> impl Iterator<Item = (Sha256, &str)> {
        self.includes.iter().filter_map(|include| match include.content {
            Content::Digest(sha256) => Some((sha256, include.name.as_str())),
            Content::Text(_) => None,
        })
    }

    /// The folder in which it belongs: `reviews/treatment/after` for `content/treatment/after.md`.
    pub fn folder(&self) -> String {
        folder(&self.page)
    }
}

/// The folder of a page's records.
pub fn folder(page: &SourcePath) -> String {
    let inner = page.inside(CONTENT).unwrap_or(page.as_str());
    format!("{REVIEWS}/{}", inner.strip_suffix(".md").unwrap_or(inner))
}

/// The name of a new record: `<date>-<reviewer>.md`, or with `-2`, `-3` and so on behind the reviewer where that is taken. It
/// is whatever is free, so that no reviewer's id can make it collide.
pub fn free_name(date: Date, reviewer: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let first = format!("{date}-{reviewer}.md");
    let numbered = (2_u32..).map(|number| format!("{date}-{reviewer}-{number}.md"));
    std::iter::once(first).chain(numbered).find(|name| !is_taken(name)).unwrap_or_default()
}

/// Which of a day's records of one reviewer a name tells: 1 for `<date>-<reviewer>.md`; `None` for a name of another form.
pub fn number_in_name(name: &str, date: Date, reviewer: &str) -> Option<u32> {
    let behind = name.strip_suffix(".md")?.strip_prefix(&date.to_string())?.strip_prefix('-')?;
    match behind.strip_prefix(reviewer)? {
        "" => Some(1),
        number => {
            let number = number.strip_prefix('-').filter(|digits| !digits.starts_with('0'))?;
            number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.parse().ok())?.filter(|count| *count > 1)
        }
    }
}

/// Where the copy of a reviewed image is kept, once for all records: by its digest, with the ending it had.
pub fn file_path(sha256: Sha256, source: &str) -> SourcePath {
    let ending = source.rsplit_once('.').map_or("bin", |(_, ending)| ending).to_lowercase();
    let ending = if ending.bytes().all(|byte| byte.is_ascii_alphanumeric()) { ending } else { "bin".to_owned() };
    SourcePath::new(format!("{REVIEWS}/images/{sha256}.{ending}"))
}

/// The lines of a header.
struct Header(String);

impl Header {
    fn plain(&mut self, key: &str, value: impl std::fmt::Display) {
        // Writing into a `String` cannot fail.
        let _ = writeln!(self.0, "{key}: {value}");
    }

    fn includes(&mut self, includes: &[Include]) {
        if includes.is_empty() {
            return;
        }
        self.0.push_str("includes:\n");
        for include in includes {
            self.plain("  - kind", include.kind.name());
            self.plain("    name", quoted(&include.name));
            match &include.content {
                Content::Digest(sha256) => self.plain("    sha256", quoted(&sha256.to_string())),
                Content::Text(text) => self.plain("    text", quoted(text)),
            }
        }
    }
}

/// A text in double quotes, as YAML and JSON both read it. What no reader of a text would see is written as an escape.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A record with the file it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// Where it lies.
    pub path: SourcePath,
    /// The SHA-256 of the file.
    pub sha256: Sha256,
    /// What it says.
    pub record: Record,
}

impl Filed {
    /// A record as it would lie in a folder under a name.
    pub fn new(path: SourcePath, record: Record) -> Self {
        Self { path, sha256: Sha256::of(record.write().as_bytes()), record }
    }
}
