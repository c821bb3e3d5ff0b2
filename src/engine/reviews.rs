//! Records to evidence: what the records of a site say of the words that its pages have now.
//!
//! A record is read and its signature verified on every build that is not excused as a whole, by nothing but its bytes, the
//! reviewers' keys and the site's routes. What came of it is kept in memory by the digest of all of these, so that an edit in
//! a preview weighs one page.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::digest::{Digest, Hasher};
use crate::base::path::SourcePath;
use crate::base::quick::QuickMap;
use crate::engine::pages::Current;
use crate::engine::site::{Globals, Site};
use crate::page::words;
use crate::render::component::Kind;
use crate::review::chain;
use crate::review::digest::Sha256;
use crate::review::keys::Keyring;
use crate::review::policy::{Policy, Require};
use crate::review::record::{self, Filed, Outcome, REVIEWS};
use crate::review::signature::{self, Signer};
use crate::review::text::ReviewedText;
use crate::site::link::Use;
use crate::site::reviews::{self, Reviewed, Weighed};
use crate::site::settle::{self, Ground};
use crate::source::record::{is_record, read_record, signature_path};
use crate::source::reviewers;
use crate::source::snapshot::{CONTENT, SITE_TOML, SourceFile, Sources, Text};

/// The records of a site.
#[derive(Default)]
pub(super) struct Reviews {
    /// What is wrong with records as files, and with those whose page is gone.
    pub(super) faults: Vec<Diagnostic>,
    /// By the page's number.
    pub(super) pages: BTreeMap<usize, Arc<Reviewed>>,
    /// Records whose page is not there, by the page that they name.
    pub(super) orphans: BTreeMap<SourcePath, Vec<Arc<Filed>>>,
}

/// What was read and weighed in the round before.
#[derive(Clone, Default)]
pub(super) struct Before {
    records: QuickMap<SourcePath, (Digest, Arc<Read>)>,
    pages: QuickMap<SourcePath, (Digest, Arc<Reviewed>)>,
}

/// What came of reading a record.
struct Read {
    filed: Option<Arc<Filed>>,
    faults: Vec<Diagnostic>,
}

/// Whether a site has records.
pub(super) fn are_there(sources: &Sources) -> bool {
    sources.below(REVIEWS).any(|(path, _)| is_record(path))
}

/// Weighs the records of a site of drafts. `written` are the texts of the pages, in their order.
pub(super) fn weigh(
    sources: &Sources,
    site: &Site,
    (current, written): (&[Current], &[Text]),
    before: &Before,
) -> (Reviews, Before) {
    let records = read(sources, before);
    let mut found = Reviews::default();
    let mut unread: BTreeSet<String> = BTreeSet::new();
    let mut by_page: BTreeMap<usize, Vec<Arc<Filed>>> = BTreeMap::new();
    for (path, (_, read)) in &records {
        found.faults.extend(read.faults.iter().cloned());
        let Some(filed) = &read.filed else {
            unread.insert(path.parent().to_owned());
            continue;
        };
        match reviews::owner(&site.routes, &filed.record) {
            Some(number) => by_page.entry(number).or_default().push(Arc::clone(filed)),
            None => found.orphans.entry(filed.record.page.clone()).or_default().push(Arc::clone(filed)),
        }
    }
    let moved =
        reviews::moved(&site.routes, records.values().filter_map(|(_, read)| Some(&read.filed.as_ref()?.record)));
    with_ground(sources, site, &moved, |ground| {
        let weighing = Weighing { sources, site, ground, unread: &unread, keyring: &keyring(&site.globals) };
        let around = weighing.digest();
        let weigh = |(number, records): (usize, Vec<Arc<Filed>>)| {
            let path = &site.routes.pages[number].facts.path;
            let at = current.binary_search_by(|page| page.page.facts.path.cmp(path)).ok()?;
            let key = weighing.key(around, current[at].text, &records);
            let known =
                before.pages.get(path).filter(|(known, _)| *known == key).map(|(_, reviewed)| Arc::clone(reviewed));
            let reviewed = known.unwrap_or_else(|| Arc::new(weighing.page(number, &written[at].text, &records)));
            Some((number, (key, reviewed)))
        };
        let weighed: Vec<(usize, (Digest, Arc<Reviewed>))> = by_page.into_par_iter().filter_map(weigh).collect();
        for records in found.orphans.values() {
            found.faults.extend(weighing.records(records, &site.globals.config.review.site).faults);
        }
        found.pages = weighed.iter().map(|(number, (_, reviewed))| (*number, Arc::clone(reviewed))).collect();
        let by_path = |(number, known): (usize, _)| (site.routes.pages[number].facts.path.clone(), known);
        let pages = weighed.into_iter().map(by_path).collect();
        found.faults.extend(weighing.demonstrations(&found));
        (found, Before { records: records.into_iter().collect(), pages })
    })
}

/// The words of a page as they would be recorded today. `text` is its file's.
pub(super) fn present(sources: &Sources, site: &Site, path: &SourcePath, text: &str) -> ReviewedText {
    // Where its targets lead is not asked yet.
    with_ground(sources, site, &BTreeMap::new(), |ground| words_of(path, text, ground))
}

/// A text of a page of that name with its targets as they lead today.
pub(super) fn settled(
    sources: &Sources,
    site: &Site,
    reviews: &Reviews,
    page: &SourcePath,
    text: &ReviewedText,
) -> ReviewedText {
    let records = reviews.pages.values().flat_map(|reviewed| &reviewed.chain);
    let moved = reviews::moved(&site.routes, records.map(|filed| &filed.record));
    with_ground(sources, site, &moved, |ground| settle::settle(text, page, ground))
}

/// The text of a record.
pub(super) fn text_of(filed: &Filed) -> ReviewedText {
    ReviewedText { words: words::read(&filed.record.page, &filed.record.body), includes: filed.record.includes.clone() }
}

fn words_of(path: &SourcePath, text: &str, ground: &Ground<'_>) -> ReviewedText {
    let words = words::read(path, text);
    let includes = settle::includes(&words, path, ground);
    ReviewedText { words, includes: Vec::new() }.with_includes(includes)
}

fn keyring(globals: &Globals) -> Keyring {
    reviewers::keyring(&globals.reviewers)
}

/// Reads all records, in order of path; those that are as they were are not read again.
fn read(sources: &Sources, before: &Before) -> BTreeMap<SourcePath, (Digest, Arc<Read>)> {
    let found: Vec<(&SourcePath, &SourceFile)> = sources.below(REVIEWS).filter(|(path, _)| is_record(path)).collect();
    let read = |(path, file): (&SourcePath, &SourceFile)| {
        let SourceFile::Text(text) = file else { return None };
        let known = before.records.get(path).filter(|(digest, _)| *digest == text.digest);
        let read = known.map_or_else(
            || {
                let (filed, faults) = read_record(path, &text.text);
                Arc::new(Read { filed: filed.map(Arc::new), faults })
            },
            |(_, read)| Arc::clone(read),
        );
        Some((path.clone(), (text.digest, read)))
    };
    found.into_par_iter().filter_map(read).collect()
}

/// Does something with the site as targets are settled in it.
fn with_ground<T>(
    sources: &Sources,
    site: &Site,
    moved: &BTreeMap<SourcePath, usize>,
    work: impl FnOnce(&Ground<'_>) -> T,
) -> T {
    let components = site.theme().map(|theme| &theme.components);
    let attribute = |component: &str, name: &str| match components?.get(component)?.attributes.get(name)?.kind {
        Kind::Link => Some(Use::Link),
        Kind::Image => Some(Use::Image),
        _ => None,
    };
    let digest = |path: &SourcePath| match sources.files.get(path)? {
        SourceFile::Binary(binary) => binary.sha256,
        _ => None,
    };
    let glossary = |number: usize| site.glossaries.contains(&number);
    work(&Ground { routes: &site.routes, moved, attribute: &attribute, glossary: &glossary, digest: &digest })
}

/// Weighs pages, one by one.
struct Weighing<'a> {
    sources: &'a Sources,
    site: &'a Site,
    ground: &'a Ground<'a>,
    /// The folders in which a record could not be read.
    unread: &'a BTreeSet<String>,
    keyring: &'a Keyring,
}

/// Records in the order of their chain, each with its text and whether its signature holds.
struct Checked {
    chain: Vec<Arc<Filed>>,
    texts: Vec<ReviewedText>,
    signed: Vec<bool>,
    faults: Vec<Diagnostic>,
}

impl Weighing<'_> {
    /// The digest of all that weighing any page depends on: what is no page, where pages are, what their terms mean, and the
    /// files beside them.
    fn digest(&self) -> Digest {
        let mut hasher = Hasher::new();
        hasher.digest(self.site.globals.digest);
        for page in &self.site.routes.pages {
            hasher.part(page.facts.path.as_str()).part(page.url.as_str()).value(&page.facts.aliases);
        }
        for glossary in &self.site.glossaries {
            hasher.digest(Digest::of_value(&self.site.routes.pages[*glossary].facts.glossary));
        }
        let files = self.sources.below(CONTENT).filter(|(_, file)| matches!(file, SourceFile::Binary(_)));
        for (path, file) in files {
            hasher.part(path.as_str()).digest(file.digest());
        }
        self.unread.iter().for_each(|folder| _ = hasher.part(folder));
        self.ground.moved.iter().for_each(|(path, number)| _ = hasher.part(path.as_str()).number(*number as u64));
        hasher.finish()
    }

    fn key(&self, around: Digest, text: Digest, records: &[Arc<Filed>]) -> Digest {
        let mut hasher = Hasher::new();
        hasher.digest(around).digest(text);
        for filed in records {
            let file = |path| self.sources.files.get(path).map(SourceFile::digest).unwrap_or_default();
            hasher.part(filed.path.as_str()).digest(file(&filed.path)).digest(file(&signature_path(&filed.path)));
        }
        hasher.finish()
    }

    fn page(&self, number: usize, text: &str, records: &[Arc<Filed>]) -> Reviewed {
        let page = &self.site.routes.pages[number];
        let globals = &self.site.globals;
        let Checked { chain, texts, signed, faults } = self.records(records, globals.config.review.policy(&page.url));
        let settled: Vec<ReviewedText> = chain
            .iter()
            .zip(&texts)
            .map(|(filed, text)| settle::settle(text, &filed.record.page, self.ground))
            .collect();
        let path = &page.facts.path;
        let present = settle::settle(&words_of(path, text, self.ground), path, self.ground);
        let weighed: Vec<Weighed<'_>> = chain
            .iter()
            .zip(&settled)
            .zip(&signed)
            .map(|((filed, text), is_signed)| Weighed { filed, text, is_signed: *is_signed })
            .collect();
        let reviews = reviews::gather(&present, &weighed, &globals.reviewers);
        Reviewed::new(chain, reviews, faults)
    }

    /// Puts the records of a page in order and checks each.
    fn records(&self, records: &[Arc<Filed>], policy: &Policy) -> Checked {
        let filed: Vec<&Filed> = records.iter().map(|filed| &**filed).collect();
        let unread = records.iter().any(|filed| {
            self.unread.contains(filed.path.parent()) || self.unread.contains(&record::folder(&filed.record.page))
        });
        let mut faults = Vec::new();
        let signed: Vec<bool> = filed.iter().map(|filed| self.is_signed(filed, &mut faults)).collect();
        let arranged = chain::arrange_signed(&filed, unread, &signed);
        faults.extend(arranged.faults);
        let mut checked = Checked { chain: Vec::new(), texts: Vec::new(), signed: Vec::new(), faults };
        for at in arranged.order {
            let (filed, is_signed) = (&records[at], signed[at]);
            let text = text_of(filed);
            checked.faults.extend(chain::check(filed, text.digest(), is_signed, self.site.globals.today));
            checked.faults.extend(self.files(filed));
            checked.chain.push(Arc::clone(filed));
            checked.texts.push(text);
            checked.signed.push(is_signed);
        }
        if policy.require == Require::Signature {
            checked.faults.extend(self.unsigned(&checked));
        }
        checked
    }

    fn signer<'f>(&self, filed: &'f Filed) -> Signer<'f> {
        let demonstration = self.site.globals.config.is_demonstration();
        Signer { reviewer: &filed.record.reviewer, date: filed.record.date, demonstration }
    }

    fn is_signed(&self, filed: &Filed, faults: &mut Vec<Diagnostic>) -> bool {
        let path = signature_path(&filed.path);
        let (Some(bytes), Some(signature)) = (self.sources.text(&filed.path), self.sources.text(&path)) else {
            return false;
        };
        let signer = self.signer(filed);
        let verified = signature::verify(bytes.as_bytes(), signature, signer, self.keyring);
        faults.extend(verified.as_ref().err().map(|fault| fault.diagnostic(&path, signer)));
        verified.is_ok()
    }

    /// Passes without the signature that the site asks for. One that a signed full review has followed proves nothing and
    /// is asked for nothing any more.
    fn unsigned(&self, checked: &Checked) -> Vec<Diagnostic> {
        let is_full =
            |filed: &Filed| filed.record.outcome == Outcome::Pass && filed.record.scope == record::Scope::Full;
        let last = checked.chain.iter().zip(&checked.signed).rposition(|(filed, signed)| *signed && is_full(filed));
        let from = last.map_or(0, |last| last + 1);
        let rest = checked.chain.iter().zip(&checked.signed).skip(from);
        let lacks = |(filed, signed): &(&Arc<Filed>, &bool)| {
            let has_file = self.sources.files.contains_key(&signature_path(&filed.path));
            !**signed && !has_file && filed.record.outcome == Outcome::Pass
        };
        rest.filter(lacks).map(|(filed, _)| signature::missing(&filed.path, self.signer(filed))).collect()
    }

    /// Files that were reviewed and whose copy is not as it was. A copy that is not there is missed where it is needed.
    fn files(&self, filed: &Filed) -> Vec<Diagnostic> {
        let of_file = |sha256: Sha256, name: &str| {
            let path = record::file_path(sha256, name);
            let SourceFile::Binary(binary) = self.sources.files.get(&path)? else { return None };
            let found = binary.sha256.filter(|found| *found != sha256)?;
            let message =
                format!("the copy of a reviewed file has the SHA-256 {}…, and its name says another", found.short());
            Some(
                Diagnostic::new(Code::RecordText, Place::file(&path), message)
                    .related(Place::file(&filed.path), "the record that needs it")
                    .help("take the copy out of version control again, as it was reviewed"),
            )
        };
        filed.record.files().filter_map(|(sha256, name)| of_file(sha256, name)).collect()
    }

    /// One warning that names all whose keys are a demonstration's.
    fn demonstrations(&self, found: &Reviews) -> Option<Diagnostic> {
        let signed = found.pages.values().flat_map(|reviewed| &reviewed.reviews).filter(|review| review.is_signed);
        let ids: BTreeSet<&str> = signed.map(|review| review.reviewer.id.as_str()).collect();
        let is_demonstration =
            |id: &&str| self.keyring.get(*id).is_some_and(|keys| keys.iter().any(|key| key.demonstration));
        let ids: Vec<&str> = ids.into_iter().filter(is_demonstration).collect();
        (!ids.is_empty()).then(|| {
            let message = format!(
                "records are signed with keys of a demonstration (`{}`), which prove nothing",
                ids.join("`, `")
            );
            Diagnostic::new(Code::DemonstrationKey, Place::file(&SourcePath::new(SITE_TOML)), message).help(
                "for a site that patients read, have each page reviewed by a person who signs with a key of their own",
            )
        })
    }
}
