//! Records for cases: a page of a site as it stands, reviewed. What they hold is made by the library, and what it means is what
//! the cases are about; that records are right byte for byte is held elsewhere (`tests/rooms/review`).

use std::fs;
use std::path::Path;

use iort_site::base::date::Date;
use iort_site::base::path::SourcePath;
use iort_site::engine::memo::Memo;
use iort_site::engine::plan;
use iort_site::review::digest::Sha256;
use iort_site::review::record::{self, Outcome, Record, Scope, free_name};
use iort_site::review::signature::SigningKey;
use iort_site::shell::read::reader::Reader;
use iort_site::source::snapshot::Options;

/// A review as a case writes it: `review PAGE by ID on DATE`, and behind it, after commas: `asks for changes`, `partial`, `urgent
/// until DATE`, `note TEXT`, `not signed`.
#[derive(Debug)]
pub(crate) struct Review {
    page: SourcePath,
    reviewer: String,
    date: Date,
    asks_for_changes: bool,
    is_partial: bool,
    urgent: Option<Date>,
    note: Option<String>,
    is_signed: bool,
}

impl Review {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(", ");
        let (page, rest) = parts.next()?.split_once(" by ")?;
        let (reviewer, date) = rest.split_once(" on ")?;
        let mut review = Self {
            page: SourcePath::new(page),
            reviewer: reviewer.to_owned(),
            date: Date::parse(date)?,
            asks_for_changes: false,
            is_partial: false,
            urgent: None,
            note: None,
            is_signed: true,
        };
        for part in parts {
            match part {
                "asks for changes" => review.asks_for_changes = true,
                "partial" => review.is_partial = true,
                "not signed" => review.is_signed = false,
                part => match (part.strip_prefix("urgent until "), part.strip_prefix("note ")) {
                    (Some(day), _) => review.urgent = Some(Date::parse(day)?),
                    (None, note) => review.note = Some(note?.to_owned()),
                },
            }
        }
        Some(review)
    }

    /// Writes the record, its signature and copies of the files that the page shows.
    pub(crate) fn file(&self, root: &Path) -> std::io::Result<()> {
        let other = |what: &str| std::io::Error::other(format!("{}: {what}", self.page));
        let options = Options { today: self.date, base_url: None, drafts: true, preview: true, offline: false };
        let mut reader = Reader::open(root).map_err(|fault| other(&fault.message))?;
        let sources = reader.read(&options).sources;
        let body = sources.text(&self.page).ok_or_else(|| other("no such page"))?.to_string();
        let (plan, _) = plan::plan(&sources, sources.clone().take_pages(None), Memo::default(), &mut |_| {});
        let text = plan.present(&sources, &self.page, &body);
        let survey = plan.survey();
        let page = survey.iter().find(|page| page.facts.path == self.page);
        let chain = page.and_then(|page| page.reviewed).map_or(&[][..], |reviewed| &reviewed.chain);
        let is_passed =
            |record: &Record| record.outcome == Outcome::Pass && !matches!(record.scope, Scope::Urgent { .. });
        let scope = match (self.urgent, self.is_partial) {
            (Some(review_by), _) => Scope::Urgent { reason: "The number had changed".to_owned(), review_by },
            (None, true) => Scope::Partial {
                builds_on: chain.iter().rfind(|filed| is_passed(&filed.record)).ok_or_else(|| other("nothing"))?.sha256,
            },
            (None, false) => Scope::Full,
        };
        let record = Record {
            page: self.page.clone(),
            reviewer: self.reviewer.clone(),
            date: self.date,
            outcome: if self.asks_for_changes { Outcome::ChangesRequested } else { Outcome::Pass },
            scope,
            note: self.note.clone(),
            evidence_searched_to: None,
            filed: None,
            text: text.digest(),
            includes: text.includes,
            predecessor: chain.last().map(|filed| filed.sha256),
            body,
        };
        let folder = root.join(record.folder());
        fs::create_dir_all(&folder)?;
        let file = folder.join(free_name(self.date, &self.reviewer, |name| folder.join(name).exists()));
        let written = record.write();
        fs::write(&file, &written)?;
        if self.is_signed {
            let key = fs::read_to_string(crate::repository().join("tests/keys").join(&self.reviewer))?;
            let key = SigningKey::read(&key, None).map_err(|fault| other(&fault.to_string()))?;
            let signature = key.sign(written.as_bytes()).map_err(|fault| other(&fault.to_string()))?;
            fs::write(format!("{}.sig", file.display()), signature)?;
        }
        for (sha256, name) in record.files() {
            keep(root, sha256, name)?;
        }
        Ok(())
    }
}

fn keep(root: &Path, sha256: Sha256, name: &str) -> std::io::Result<()> {
    let copy = root.join(record::file_path(sha256, name).as_str());
    fs::create_dir_all(copy.parent().unwrap_or(root))?;
    fs::copy(root.join(format!("content{name}")), copy).map(|_| ())
}
