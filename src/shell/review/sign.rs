//! `iort-site review sign`: what changed, a question, and then the record, its signature and the page's front matter.
//!
//! A review that was cut off half way is finished by the same command: a record of today's that says the same is not made
//! again, what it still lacks is added, and what is there already is left.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use crate::engine::compose::{Covers, Proposal, chain};
use crate::engine::survey::Surveyed;
use crate::review::evidence::Words;
use crate::review::policy::{Require, same_role};
use crate::review::record::{Filed, Filing, Outcome, Record, Scope};
use crate::review::state::State;
use crate::shell::fault::EnvironmentFault;
use crate::shell::page_name;
use crate::shell::report::emit;
use crate::shell::report::visible::visible;
use crate::shell::review::arguments::{AskedScope, SignArguments};
use crate::shell::review::ask::{self, Answer};
use crate::shell::review::changes;
use crate::shell::review::filing;
use crate::shell::review::key::{self, Key};
use crate::shell::review::open::Opened;
use crate::shell::review::settle::{self, Stopped};

/// Reviews pages, one after the other.
pub fn sign(arguments: &SignArguments) -> Result<ExitCode, EnvironmentFault> {
    let site = Opened::with_drafts(&arguments.site)?;
    let today = site.sources.options.today;
    settle::not_ahead(today)?;
    let pages = pages(&site, arguments)?;
    if pages.is_empty() {
        emit::out("Nothing waits for a review.\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    if !arguments.yes && !ask::is_possible() {
        let fault = EnvironmentFault::new("nobody can be asked whether to sign: this is no terminal");
        return Err(fault.help("look at `iort-site review diff PAGE`, then run it again with `--yes`"));
    }
    let key = arguments.key.as_ref().map(|file| key::open(&site, file, &arguments.reviewer, today)).transpose()?;
    let mut stopped = Stopped::default();
    let mut tasks: Vec<(Surveyed<'_>, Task)> = Vec::new();
    for page in pages {
        let task = task(&site, &page, arguments, key.as_ref());
        tasks.extend(stopped.keep(task).map(|task| (page, task)));
    }
    stopped.tell(&site)?;
    let signing = Signing { site: &site, key: key.as_ref(), arguments };
    for (page, task) in tasks {
        match signing.carry_out(&page, task) {
            Ok(Answer::Quit) => break,
            Ok(Answer::Yes | Answer::No) => {}
            // What could not be done for one page is no reason to leave the others.
            Err(fault) => {
                emit::err(&fault.to_string())?;
                stopped.note(fault);
            }
        }
    }
    Ok(stopped.exit())
}

/// The pages that are asked for.
fn pages<'a>(site: &'a Opened, arguments: &SignArguments) -> Result<Vec<Surveyed<'a>>, EnvironmentFault> {
    if arguments.all {
        let waits = |page: &Surveyed<'_>| waits_for(site, page, arguments);
        return Ok(site.plan.survey().into_iter().filter(waits).collect());
    }
    arguments.pages.iter().map(|name| site.page(&page_name::page(name)?)).collect()
}

/// Whether a page waits for this reviewer: it is not current, its section asks for their role, and it does not only wait for
/// somebody else; or their review of it was cut off.
fn waits_for(site: &Opened, page: &Surveyed<'_>, arguments: &SignArguments) -> bool {
    let role = site.plan.reviewers().get(&arguments.reviewer).map(|reviewer| &reviewer.role);
    let roles = &page.policy.roles;
    if role.is_some_and(|role| !roles.is_empty() && !roles.iter().any(|asked| same_role(asked, role))) {
        return false;
    }
    match page.entry.standing.state {
        State::Withdrawn => false,
        State::Current => unfinished(site, page, arguments).is_some(),
        State::Never | State::Changed => !has_passed(page, arguments) || unfinished(site, page, arguments).is_some(),
        State::Objected | State::Overdue | State::Due => true,
    }
}

/// Whether the reviewer's latest word on the present words is a pass.
fn has_passed(page: &Surveyed<'_>, arguments: &SignArguments) -> bool {
    let reviews = page.reviewed.map_or(&[][..], |reviewed| &reviewed.reviews);
    let own = reviews.iter().rfind(|review| review.reviewer.id == arguments.reviewer && review.words == Words::PRESENT);
    own.is_some_and(|review| {
        review.outcome == Outcome::Pass && (review.is_signed || page.policy.require != Require::Signature)
    })
}

/// What is to be done for a page.
enum Task {
    /// Make a record.
    Make(Box<Record>),
    /// Sign the record that is there.
    Sign(Arc<Filed>),
    /// Write the front matter, if it does not say so already.
    Claim(Arc<Filed>, bool),
}

fn task(site: &Opened, page: &Surveyed<'_>, arguments: &SignArguments, key: Option<&Key>) -> Result<Task, Stopped> {
    let errors = site.plan.hindrances(page);
    if !errors.is_empty() {
        return Err(Stopped::by_errors(errors));
    }
    let proposal = proposal(site, arguments);
    let record = site.plan.compose(&site.sources, page, &proposal).map_err(Stopped::by_refusals)?;
    let done = done_today(page, &proposal);
    let is_signed = done.as_ref().is_some_and(|(_, is_signed)| *is_signed);
    if page.policy.require == Require::Signature && record.outcome == Outcome::Pass && key.is_none() && !is_signed {
        let message = format!("`{}` asks for a signature, and no key was given", page.facts.path);
        return Err(Stopped::by_fault(
            EnvironmentFault::new(message)
                .help("name the reviewer's key with `--key ~/.ssh/id_ed25519`")
                .help("or have it signed elsewhere: `iort-site review prepare` and `accept`"),
        ));
    }
    Ok(match done {
        Some((filed, false)) if key.is_some() => Task::Sign(filed),
        Some((filed, is_signed)) => Task::Claim(filed, is_signed),
        None => Task::Make(Box::new(record)),
    })
}

fn proposal(site: &Opened, arguments: &SignArguments) -> Proposal {
    let filed = arguments.recorded_by.clone().zip(arguments.evidence.clone());
    Proposal {
        reviewer: arguments.reviewer.clone(),
        date: site.sources.options.today,
        outcome: arguments.outcome.into(),
        covers: match arguments.scope {
            AskedScope::Full => Covers::Full,
            AskedScope::Partial => Covers::Partial,
        },
        note: arguments.note.clone(),
        evidence_searched_to: arguments.evidence_searched_to,
        filed: filed.map(|(recorded_by, evidence)| Filing { recorded_by, evidence }),
    }
}

/// The page's newest record, if it is of today and says what is to be said; and whether it is signed.
fn done_today(page: &Surveyed<'_>, proposal: &Proposal) -> Option<(Arc<Filed>, bool)> {
    let filed = chain(page).last()?;
    let review = page.reviewed?.reviews.last()?;
    let Record { reviewer, date, outcome, scope, note, evidence_searched_to, filed: by, .. } = &filed.record;
    let is_same_scope =
        matches!((scope, &proposal.covers), (Scope::Full, Covers::Full) | (Scope::Partial { .. }, Covers::Partial));
    let is_same = review.words == Words::PRESENT
        && is_same_scope
        && (reviewer, *date, *outcome) == (&proposal.reviewer, proposal.date, proposal.outcome)
        && (note, *evidence_searched_to, by) == (&proposal.note, proposal.evidence_searched_to, &proposal.filed);
    is_same.then(|| (Arc::clone(filed), review.is_signed))
}

/// A review of today's that lacks its signature or its lines in the front matter.
fn unfinished(site: &Opened, page: &Surveyed<'_>, arguments: &SignArguments) -> Option<()> {
    let (_, is_signed) = done_today(page, &proposal(site, arguments))?;
    let lacks_signature = !is_signed && arguments.key.is_some();
    (lacks_signature || settle::claim(page, &page.entry.standing).is_some()).then_some(())
}

struct Signing<'a> {
    site: &'a Opened,
    key: Option<&'a Key>,
    arguments: &'a SignArguments,
}

impl Signing<'_> {
    fn carry_out(&self, page: &Surveyed<'_>, task: Task) -> Result<Answer, EnvironmentFault> {
        let path = &page.facts.path;
        let (filed, is_signed) = match task {
            Task::Claim(filed, is_signed) => {
                emit::out(&visible(&format!("`{path}` was reviewed today: `{}`.\n", filed.path)))?;
                (filed, is_signed)
            }
            Task::Sign(filed) => {
                match self.asked(page, &filed.record)? {
                    Answer::Yes => {}
                    answer => return Ok(answer),
                }
                filing::check_unchanged(self.site, path)?;
                if let Some(signature) = self.signature(&filed.record)? {
                    filing::add_signature(self.site, &filed, &signature)?;
                }
                emit::out(&visible(&format!("Signed `{}`, which was there already.\n", filed.path)))?;
                (filed, true)
            }
            Task::Make(record) => {
                match self.asked(page, &record)? {
                    Answer::Yes => {}
                    answer => return Ok(answer),
                }
                filing::check_unchanged(self.site, path)?;
                let signature = self.signature(&record)?;
                let filed = filing::file(self.site, *record, signature.as_deref())?;
                let what = if signature.is_some() { " and its signature" } else { "" };
                emit::out(&visible(&format!("Wrote `{}`{what}.\n", filed.path)))?;
                (Arc::new(filed), signature.is_some())
            }
        };
        settle::settle(self.site, page, filed, is_signed)?;
        Ok(Answer::Yes)
    }

    fn signature(&self, record: &Record) -> Result<Option<String>, EnvironmentFault> {
        let signer = (record.reviewer.as_str(), record.date);
        self.key.map(|key| key.sign(self.site, signer, &record.write())).transpose()
    }

    /// Shows what changed, and asks.
    fn asked(&self, page: &Surveyed<'_>, record: &Record) -> Result<Answer, EnvironmentFault> {
        let path = &page.facts.path;
        emit::out(&changes::shown(self.site, page))?;
        emit::out(&visible(&summary(record)))?;
        if self.arguments.yes {
            return Ok(Answer::Yes);
        }
        let what = if self.key.is_some() { "Sign" } else { "Record" };
        ask::question(&format!("{what} this review of {path} as {}?", self.arguments.reviewer))
    }
}

/// What a record is going to say.
fn summary(record: &Record) -> String {
    let what = match (record.outcome, &record.scope) {
        (Outcome::ChangesRequested, _) => "asks for changes of",
        (Outcome::Pass, Scope::Partial { .. }) => "passes what changed on",
        (Outcome::Pass, _) => "passes all of",
    };
    let mut out = format!("On {}, `{}` {what} `{}`.\n", record.date, record.reviewer, record.page);
    if let Some(note) = &record.note {
        let _ = writeln!(out, "Note: {note}");
    }
    if let Some(Filing { recorded_by, evidence }) = &record.filed {
        let _ = writeln!(out, "Filed by `{recorded_by}`, on the evidence of: {evidence}");
    }
    out
}
