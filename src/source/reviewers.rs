//! `data/reviewers.toml`: who may review.

use std::collections::BTreeMap;

use crate::base::code::Code;
use crate::base::date::Date;
use crate::base::diagnostic::{Diagnostic, Spot};
use crate::base::path::SourcePath;
use crate::base::span::Span;
use crate::review::keys::{EarlierRecords, Keyring, NotAccepted, PublicKey, ReviewerKey, Revocation};
use crate::source::faults::Faults;
use crate::source::field::Field;
use crate::source::form;
use crate::source::reader::{self, Table};
use crate::source::snapshot::Sources;
use crate::source::toml;
use crate::source::tree::Kind;

/// The file of the reviewers.
pub const REVIEWERS_TOML: &str = "data/reviewers.toml";

/// All reviewers by id.
pub type Reviewers = BTreeMap<String, Reviewer>;

/// One `[[reviewer]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reviewer {
    /// `id`: what front matter names. Lower case letters, digits and hyphens. Required, unique.
    pub id: String,
    /// `name`. Required.
    pub name: String,
    /// `credentials`: such as `MD`. Required.
    pub credentials: String,
    /// `role`. Required.
    pub role: String,
    /// `affiliation`.
    pub affiliation: Option<String>,
    /// `url`.
    pub url: Option<String>,
    /// `active_from`: the first day on which they may review.
    pub active_from: Option<Date>,
    /// `active_until`: the last day on which they may review.
    pub active_until: Option<Date>,
    /// `demonstration`: a role that stands for a reviewer and is no person.
    pub demonstration: bool,
    /// `[[reviewer.key]]`: the keys with which they sign.
    pub keys: Vec<ReviewerKey>,
}

impl Reviewer {
    /// Whether they may review on a day.
    pub fn is_active_on(&self, day: Date) -> bool {
        self.active_from.is_none_or(|from| from <= day) && self.active_until.is_none_or(|until| day <= until)
    }
}

/// Reads the reviewers; a site without the file has none.
pub fn read_reviewers(sources: &Sources) -> (Reviewers, Vec<Diagnostic>) {
    let path = SourcePath::new(REVIEWERS_TOML);
    let Some(text) = sources.text(&path) else { return (Reviewers::new(), Vec::new()) };
    let mut faults = Faults::new(&path, text);
    let root = toml::read(&mut faults);
    let read = reader::read(&root, &Spot::File, &mut faults, |file| file.at("reviewer").tables(Reviewer::of));
    let mut reviewers = Reviewers::new();
    let mut places: BTreeMap<String, Span> = BTreeMap::new();
    for (reviewer, span) in read.into_iter().flatten() {
        if let Some(first) = places.get(&reviewer.id) {
            let message = format!("two reviewers have the id `{}`", reviewer.id);
            let fault = faults
                .at(Code::DuplicateKey, span, message)
                .help("give each person an id of their own; pages name reviewers by it")
                .related(faults.place(*first), "the first stands here");
            faults.push(fault);
            continue;
        }
        places.insert(reviewer.id.clone(), span);
        reviewers.insert(reviewer.id.clone(), reviewer);
    }
    (reviewers, faults.into_vec())
}

impl Reviewer {
    /// One reviewer and the place of the id. What is missing beside the id is left blank, so that the pages that name the
    /// reviewer are not said to name nobody.
    fn of(table: &mut Table<'_, '_>) -> Option<(Self, Span)> {
        let id = table.at("id").required("id = \"j-doe\"");
        let span = id.span();
        let id = id.parsed(form::reviewer_id, "write it in lower case, such as `j-doe`");
        let name = table.at("name").required("name = \"Jane Doe\"").filled();
        let credentials = table.at("credentials").required("credentials = \"MD\"").filled();
        let role = table.at("role").required("role = \"Radiation oncologist\"").filled();
        let affiliation = table.at("affiliation").string();
        let url =
            table.at("url").parsed(form::web_url, "write the whole address, such as `https://www.example.org/doe`");
        let (active_from, active_until) =
            first_and_last(table, ["active_from", "active_until"], "the last day on which the reviewer was active");
        let demonstration = table.at("demonstration").boolean().unwrap_or(false);
        let keys = table.at("key").tables(|key| reviewer_key(key, demonstration)).into_iter().flatten().collect();
        let id = id?;
        let reviewer = Self {
            name: name.unwrap_or_else(|| id.clone()),
            credentials: credentials.unwrap_or_default(),
            role: role.unwrap_or_default(),
            affiliation,
            url,
            active_from,
            active_until,
            demonstration,
            keys,
            id,
        };
        Some((reviewer, span?))
    }
}

/// The first and the last day of something; a last day before the first is a fault of the last.
fn first_and_last(
    table: &mut Table<'_, '_>,
    [first, last]: [&'static str; 2],
    meaning: &str,
) -> (Option<Date>, Option<Date>) {
    let from = table.at(first).date();
    let until = table.at(last);
    let (name, span, until) = (until.name.to_string(), until.span(), until.date());
    if let (Some(from), Some(until), Some(span)) = (from, until, span)
        && until < from
    {
        let message = format!("{name} is before `{first}`, {from}");
        table.faults().report(Code::InvalidValue, span, message, format!("write {meaning}"));
    }
    (from, until)
}

const KEY_HELP: &str = "write the line of the `.pub` file: `ssh-ed25519 AAAA…`";

/// One `[[reviewer.key]]`. What a demonstration's reviewer signs with is a demonstration's key.
fn reviewer_key(table: &mut Table<'_, '_>, demonstration: bool) -> Option<ReviewerKey> {
    let key = public_key(table.at("key").required("key = \"ssh-ed25519 AAAA…\""));
    let (from, until) = first_and_last(table, ["from", "until"], "the last day on which the key is valid");
    let revoked = revocation(table);
    let demonstration = table.at("demonstration").boolean().unwrap_or(demonstration);
    Some(ReviewerKey { key: key?, from, until, revoked, demonstration })
}

fn public_key(mut field: Field<'_, '_>) -> Option<PublicKey> {
    let Some(Kind::Text(text)) = field.kind() else {
        field.string();
        return None;
    };
    match PublicKey::parse(text) {
        Ok(key) => Some(key),
        Err(NotAccepted::Form(reason)) => {
            field.report(Code::InvalidValue, format!("`reviewer.key.key` is not a public key: {reason}"), KEY_HELP);
            None
        }
        Err(NotAccepted::Algorithm(name)) => {
            let help = "use a key of `ssh-ed25519`, or of `sk-ssh-ed25519@openssh.com` for a security key";
            field.report(Code::SignatureAlgorithm, format!("keys of `{name}` are not accepted"), help);
            None
        }
    }
}

/// `revoked` with its reason, and what becomes of the records from before: nobody but the publisher can know that.
fn revocation(table: &mut Table<'_, '_>) -> Option<Revocation> {
    const WORDS: [(&str, EarlierRecords); 2] = [("stand", EarlierRecords::Stand), ("fall", EarlierRecords::Fall)];
    let is_revoked = ["revoked", "reason", "earlier_records"].iter().any(|key| table.key_span(key).is_some());
    let on = table.at("revoked").required_if(is_revoked, "revoked = 2026-01-05").date();
    let reason = table.at("reason").required_if(is_revoked, "reason = \"The laptop was stolen\"").filled();
    let earlier = table.at("earlier_records").required_if(is_revoked, "earlier_records = \"stand\"").one_of(&WORDS);
    Some(Revocation { on: on?, reason: reason?, earlier_records: earlier? })
}

/// The keys of all reviewers.
pub fn keyring(reviewers: &Reviewers) -> Keyring {
    reviewers.iter().map(|(id, reviewer)| (id.clone(), reviewer.keys.clone())).collect()
}
