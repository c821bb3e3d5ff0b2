//! A record's file to a record: strict, and with a place for every fault.
//!
//! The domain, `review`, says what a record is and how it is written. It is read here, because its header is YAML and the
//! reader that says what is wrong with YAML, and where, stands on this floor. That a record was read means that its bytes
//! are exactly those that `Record::write` gives: there is no second way to write one, so none that hides a change.

use crate::base::code::Code;
use crate::base::date::Date;
use crate::base::diagnostic::{Diagnostic, Spot};
use crate::base::path::SourcePath;
use crate::base::span::Span;
use crate::review::digest::{Sha256, TextDigest};
use crate::review::record::{Filed, Filing, Outcome, REVIEWS, Record, Scope, VERSION};
use crate::review::text::{Content, Include, IncludeKind};
use crate::source::faults::Faults;
use crate::source::field::Field;
use crate::source::form;
use crate::source::reader::{self, Table};
use crate::source::snapshot::CONTENT;
use crate::source::yaml;

const FENCE: &str = "---\n";
const RESTORE: &str = "take the file out of version control again, as it was when it was signed";

/// Reads a record. `text` is the whole file as it is on disk, a byte order mark and all.
pub fn read_record(path: &SourcePath, text: &str) -> (Option<Filed>, Vec<Diagnostic>) {
    let mut faults = Faults::new(path, text);
    let record = read(&mut faults);
    let filed = record.map(|record| Filed { path: path.clone(), sha256: Sha256::of(text.as_bytes()), record });
    (filed, faults.into_vec())
}

fn read(faults: &mut Faults<'_>) -> Option<Record> {
    let text = faults.text;
    if text.starts_with("---\r") {
        report_line_endings(faults, "the lines of the record's header end with CR");
        return None;
    }
    let Some((header, body)) = split(text) else {
        let help = "records are written by `iort-site review sign`; a file of another kind belongs elsewhere";
        faults.report(Code::RecordForm, Span::new(0, 0), "the file has no header between two lines `---`", help);
        return None;
    };
    let root = yaml::read(header, faults);
    let read = reader::read(&root, &Spot::Span(Span::new(0, 3)), faults, Reading::of);
    let (record, length) = read.into_record(text.get(body..)?)?;
    let found = text.len() - body;
    if length.0 != found {
        report_length(faults, length, found, body);
        return None;
    }
    let written = record.write();
    if written != text {
        report_form(faults, &written);
        return None;
    }
    Some(record)
}

/// The header's place, and where the body starts.
fn split(text: &str) -> Option<(Span, usize)> {
    let header = text.strip_prefix(FENCE)?;
    let end = header.find("\n---\n")? + 1;
    Some((Span::new(FENCE.len(), FENCE.len() + end), FENCE.len() + end + FENCE.len()))
}

fn report_line_endings(faults: &mut Faults<'_>, message: &str) {
    let fault = faults
        .at(Code::RecordLineEndings, Span::new(0, 3), format!("{message}: its line endings were changed"))
        .help("write `/reviews/** -text` into `.gitattributes`, so that git leaves records as they are")
        .help(RESTORE);
    faults.push(fault);
}

/// A body that is longer or shorter than the header says; a change of line endings is told by what it adds or takes.
fn report_length(faults: &mut Faults<'_>, (length, span): (usize, Span), found: usize, body: usize) {
    let text = faults.text.get(body..).unwrap_or("");
    let with_cr = text.matches("\r\n").count();
    let without = text.matches('\n').count() - with_cr;
    if (with_cr > 0 && found == length + with_cr) || (without > 0 && found + without == length) {
        report_line_endings(faults, &format!("the record's text is {found} bytes long and was {length}"));
        return;
    }
    let message = format!("the record's text is {found} bytes long, and `length` says {length}");
    faults.report(Code::RecordForm, span, message, RESTORE);
}

fn report_form(faults: &mut Faults<'_>, written: &str) {
    let same = faults.text.bytes().zip(written.bytes()).take_while(|(a, b)| a == b).count();
    let start = (0..=same).rev().find(|at| faults.text.is_char_boundary(*at)).unwrap_or(0);
    let line = faults.text.get(start..).and_then(|rest| rest.split('\n').next()).unwrap_or("");
    let span = Span::new(start, start + line.len());
    faults.report(Code::RecordForm, span, "a record has one way of being written, and this is another", RESTORE);
}

/// A length and its place.
type Length = (usize, Span);

/// What the header says, before it is known to be whole.
struct Reading {
    version: Option<()>,
    page: Option<SourcePath>,
    reviewer: Option<String>,
    date: Option<Date>,
    outcome: Option<Outcome>,
    scope: Option<Scope>,
    note: Option<String>,
    evidence_searched_to: Option<Date>,
    filed: Option<Filing>,
    includes: Vec<Include>,
    text: Option<TextDigest>,
    predecessor: Option<Predecessor>,
    length: Option<Length>,
}

impl Reading {
    fn of(header: &mut Table<'_, '_>) -> Self {
        let length = header.at("length").required("length: 1024");
        let place = length.span();
        let length = length.natural().and_then(|length| Some((usize::try_from(length).ok()?, place?)));
        Self {
            version: header.at("record").required("record: v1").one_of(&[(VERSION, ())]),
            page: header.at("page").required("page: \"content/risks.md\"").parsed(page, PAGE_HELP),
            reviewer: header.at("reviewer").required("reviewer: j-doe").parsed(form::reviewer_id, "write the id"),
            date: header.at("date").required("date: 2026-01-05").date(),
            outcome: header.at("outcome").required("outcome: pass").one_of(&Outcome::NAMED),
            scope: scope(header),
            note: header.at("note").filled(),
            evidence_searched_to: header.at("evidence_searched_to").date(),
            filed: filing(header),
            includes: header.at("includes").list(include).unwrap_or_default(),
            text: header.at("text").required("text: v1:…").parsed(text_digest, "a digest is `v1:` and 64 digits"),
            predecessor: header.at("predecessor").required("predecessor: none").parsed(predecessor, SHA256_HELP),
            length,
        }
    }

    /// The record, if nothing of it is missing; what is has been reported.
    fn into_record(self, body: &str) -> Option<(Record, Length)> {
        self.version?;
        let record = Record {
            page: self.page?,
            reviewer: self.reviewer?,
            date: self.date?,
            outcome: self.outcome?,
            scope: self.scope?,
            note: self.note,
            evidence_searched_to: self.evidence_searched_to,
            filed: self.filed,
            // In another order, or one twice, they are not what is written.
            includes: in_order(self.includes),
            text: self.text?,
            predecessor: match self.predecessor? {
                Predecessor::None => None,
                Predecessor::Record(sha256) => Some(sha256),
            },
            body: body.to_owned(),
        };
        Some((record, self.length?))
    }
}

fn in_order(mut includes: Vec<Include>) -> Vec<Include> {
    includes.sort();
    includes.dedup();
    includes
}

const PAGE_HELP: &str = "write the path of a page, such as `content/risks.md`";
const SHA256_HELP: &str = "write `sha256:` and 64 lower case hexadecimal digits";

fn page(text: &str) -> Result<SourcePath, &'static str> {
    let page = SourcePath::new(text);
    let is_page = page.inside(CONTENT).is_some() && page.extension() == Some("md");
    if is_page && form::name_below(text).is_ok() { Ok(page) } else { Err("it is not the path of a page") }
}

fn sha256(text: &str) -> Result<Sha256, &'static str> {
    text.strip_prefix("sha256:").and_then(Sha256::parse).ok_or("it is not a SHA-256")
}

/// What stands behind `predecessor`; the first record of a page says that it has none.
enum Predecessor {
    None,
    Record(Sha256),
}

fn predecessor(text: &str) -> Result<Predecessor, &'static str> {
    if text == "none" { Ok(Predecessor::None) } else { sha256(text).map(Predecessor::Record) }
}

fn text_digest(text: &str) -> Result<TextDigest, &'static str> {
    TextDigest::parse(text).ok_or("it is not a digest of the normal form `v1`")
}

fn scope(header: &mut Table<'_, '_>) -> Option<Scope> {
    #[derive(Clone, Copy)]
    enum Word {
        Full,
        Partial,
        Urgent,
    }
    let words = [("full", Word::Full), ("partial", Word::Partial), ("urgent", Word::Urgent)];
    match header.at("scope").required("scope: full").one_of(&words)? {
        Word::Full => Some(Scope::Full),
        Word::Partial => {
            let builds_on = header.at("builds_on").required("builds_on: sha256:…").parsed(sha256, SHA256_HELP);
            Some(Scope::Partial { builds_on: builds_on? })
        }
        Word::Urgent => {
            let reason = header.at("urgent").required("urgent: \"The dose was wrong\"").filled();
            let review_by = header.at("review_by").required("review_by: 2026-02-01").date();
            Some(Scope::Urgent { reason: reason?, review_by: review_by? })
        }
    }
}

fn filing(header: &mut Table<'_, '_>) -> Option<Filing> {
    let is_filed = header.key_span("recorded_by").is_some() || header.key_span("evidence").is_some();
    let recorded_by = header.at("recorded_by").required_if(is_filed, "recorded_by: \"A. Editor\"").filled();
    let evidence = header.at("evidence").required_if(is_filed, "evidence: \"e-mail of 5 January\"").filled();
    Some(Filing { recorded_by: recorded_by?, evidence: evidence? })
}

fn include(item: Field<'_, '_>) -> Option<Include> {
    item.table(|include| {
        let kinds = IncludeKind::ALL.map(|kind| (kind.name(), kind));
        let kind = include.at("kind").required("kind: image").one_of(&kinds);
        let name = include.at("name").required("name: \"/scan.png\"").string();
        let (kind, name) = (kind?, name?);
        let content = if kind.is_file() {
            let parse = |hex: &str| Sha256::parse(hex).ok_or("it is not a SHA-256");
            Content::Digest(include.at("sha256").required("sha256: …").parsed(parse, "write 64 hexadecimal digits")?)
        } else {
            Content::Text(include.at("text").required("text: \"…\"").string()?)
        };
        Some(Include { kind, name, content })
    })?
}

/// Whether a path is that of a record; beside them lie signatures and the images that were reviewed.
pub fn is_record(path: &SourcePath) -> bool {
    path.inside(REVIEWS).is_some() && path.extension() == Some("md")
}

/// Where a record's signature lies.
pub fn signature_path(record: &SourcePath) -> SourcePath {
    SourcePath::new(format!("{record}.sig"))
}
