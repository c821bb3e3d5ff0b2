//! What is published of each page: its own words, those of a record in their place, or nothing.
//!
//! A page whose words may not go out is replaced here, before the site is linked, so that all that is made of the site is made
//! of the words that were passed. Its draft stays an input that is checked in full: what is wrong with it is told now, and not on
//! the day on which it is signed. In a preview the draft is shown, with the words of the record beside it.

use std::sync::Arc;

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::digest::Hasher;
use crate::base::path::{SourcePath, decode};
use crate::engine::memo::Known;
use crate::engine::pages::{ContentSource, Current};
use crate::engine::planned;
use crate::engine::site::Site;
use crate::page::held;
use crate::page::markdown::Options;
use crate::review::digest::Sha256;
use crate::review::policy::Action;
use crate::review::record::{self, Filed};
use crate::review::state::{Published, State};
use crate::source::policy::ReviewConfig;
use crate::source::snapshot::{CONTENT, SourceFile, Sources};

/// What is published of a site of drafts.
pub(super) struct Held {
    /// The pages, in order of path.
    pub(super) pages: Vec<Current>,
    /// Whether any is not as its draft is.
    pub(super) differs: bool,
    /// Copies of files as they were reviewed, where another has their name now.
    pub(super) files: Vec<SourcePath>,
    /// What is wrong with drafts that are not published, and with what takes their place.
    pub(super) faults: Vec<Diagnostic>,
}

/// Decides for every page. `before` are the pages that were made of records in the round before.
pub(super) fn hold(sources: &Sources, drafts: &Site, pages: Vec<Current>, before: &[Known]) -> Held {
    let mut held =
        Held { pages: Vec::with_capacity(pages.len()), differs: false, files: Vec::new(), faults: Vec::new() };
    let config = &drafts.globals.config.review;
    if !can_hold(config) {
        held.pages = pages;
        return held;
    }
    let options = drafts.globals.markdown();
    for mut page in pages {
        let Some(number) = drafts.routes.page_of(&page.page.facts.path) else {
            held.pages.push(page);
            continue;
        };
        let words = match published(drafts, number, &page) {
            Published::Own => {
                held.pages.push(page);
                continue;
            }
            Published::Record(at) => page.reviewed.as_ref().and_then(|reviewed| reviewed.chain.get(at)).cloned(),
            Published::Nothing => None,
        };
        let words = words.map(|filed| {
            held.needs(sources, &filed);
            replaced(&page, &filed, before, options)
        });
        if drafts.globals.preview {
            page.passed = words.map(Box::new);
            held.pages.push(page);
            continue;
        }
        held.differs = true;
        held.faults.extend(page.page.diagnostics.iter().cloned());
        held.faults.extend(planned::faults(drafts, number, &page));
        held.pages.extend(words);
    }
    held.files.sort_unstable();
    held.files.dedup();
    held
}

/// Whether any page of a site could be held.
fn can_hold(config: &ReviewConfig) -> bool {
    let policies = std::iter::once(&config.site).chain(config.sections.iter().map(|section| &section.policy));
    policies.into_iter().any(|policy| State::ALL.iter().any(|state| policy.actions.get(*state) == Action::Hold))
}

fn published(drafts: &Site, number: usize, page: &Current) -> Published {
    // A draft that is built on request is no published page.
    if page.page.facts.draft {
        return Published::Own;
    }
    let (entry, _) = drafts.enter(number, page.reviewed.as_deref());
    entry.standing.published()
}

/// A page with the words of a record in the place of its own.
fn replaced(page: &Current, filed: &Filed, before: &[Known], options: Options) -> Current {
    let mut hasher = Hasher::new();
    hasher.digest(page.text).part(filed.sha256.to_string());
    let text = hasher.finish();
    let path = &page.page.facts.path;
    let known = before.binary_search_by(|known| known.path().cmp(path)).ok().map(|at| &before[at]);
    let reviewed = page.reviewed.clone();
    if let Some(known) = known.filter(|known| known.text == text) {
        let body: Arc<str> = filed.record.body.as_str().into();
        let (page, planned) = (Arc::clone(&known.page), known.planned.clone());
        return Current { text, page, content: ContentSource::Text(body), planned, reviewed, passed: None };
    }
    let (page, content) = held::in_place_of(&page.page, filed, options);
    let content = ContentSource::Parsed(Arc::new(content));
    Current { text, page: Arc::new(page), content, planned: None, reviewed, passed: None }
}

impl Held {
    /// Notes the files that a record's words show and that are not what they were.
    fn needs(&mut self, sources: &Sources, filed: &Filed) {
        for (sha256, name) in filed.record.files() {
            let copy = record::file_path(sha256, name);
            if is_now(sources, name, sha256) {
                continue;
            }
            if sources.files.contains_key(&copy) {
                self.files.push(copy);
                continue;
            }
            let message =
                format!("`{name}` is not what it was when it was reviewed, and its copy `{copy}` is not there");
            let fault = Diagnostic::new(Code::RecordMissing, Place::file(&filed.path), message)
                .help("take the copy out of version control again")
                .help("or have the page reviewed as it is now");
            self.faults.push(fault);
        }
    }
}

/// Whether a file beside the pages still has the bytes that were reviewed.
fn is_now(sources: &Sources, name: &str, sha256: Sha256) -> bool {
    let path = decode(name).map(|path| SourcePath::new(format!("{CONTENT}{path}")));
    match path.and_then(|path| sources.files.get(&path)) {
        Some(SourceFile::Binary(binary)) => binary.sha256 == Some(sha256),
        _ => false,
    }
}
