//! `iort-site review prepare`: a record to be signed elsewhere, and a packet that shows what it says.
#![allow(clippy::disallowed_methods, reason = "looks whether a signature is there")]

use std::collections::BTreeMap;
use std::process::ExitCode;

use crate::engine::survey::Surveyed;
use crate::render::packet::document::{Compared, Packet, data_url, packet_document};
use crate::review::policy::Require;
use crate::review::record::{REVIEWS, Record};
use crate::review::text::IncludeKind;
use crate::shell::fault::EnvironmentFault;
use crate::shell::page_name;
use crate::shell::report::emit;
use crate::shell::report::visible::visible;
use crate::shell::review::arguments::PrepareArguments;
use crate::shell::review::changes;
use crate::shell::review::filing;
use crate::shell::review::open::Opened;
use crate::shell::review::settle::{self, Stopped};

/// Writes the record and the packet.
pub fn prepare(arguments: &PrepareArguments) -> Result<ExitCode, EnvironmentFault> {
    let site = Opened::with_drafts(&arguments.site)?;
    let today = site.sources.options.today;
    settle::not_ahead(today)?;
    let page = site.page(&page_name::page(&arguments.page)?)?;
    let mut stopped = Stopped::default();
    let errors = [site.plan.errors_of(&page), site.plan.errors_of_records(&page)].concat();
    let composed = if errors.is_empty() {
        site.plan.compose(&site.sources, &page, &arguments.said.proposal(today)).map_err(Stopped::by_refusals)
    } else {
        Err(Stopped::by_errors(errors))
    };
    let Some(record) = stopped.keep(composed) else {
        stopped.tell(&site)?;
        return Ok(stopped.exit());
    };
    let name = file_name(&record);
    let file = arguments.output.join(&name);
    if arguments.output.join(format!("{name}.sig")).exists() {
        let fault = EnvironmentFault::new(format!("`{}` is signed already, and stays as it is", file.display()));
        return Err(fault.help(format!("file it with `iort-site review accept {}`, or move it away", file.display())));
    }
    let document = packet(&site, &page, &record, &name)?;
    let shown = file.with_extension("html");
    filing::replace(&file, record.write().as_bytes())?;
    filing::replace(&shown, document.as_bytes())?;
    emit::out(&visible(&format!(
        "Wrote `{}`, to be signed, and `{}`, which shows it and says how.\nSend both to the reviewer. When they come back: \
         `iort-site review accept {}`\n",
        file.display(),
        shown.display(),
        file.display()
    )))?;
    Ok(ExitCode::SUCCESS)
}

/// A name that tells the page too, for a folder of records of many pages: `treatment-after-2026-01-05-j-doe.md`.
fn file_name(record: &Record) -> String {
    let folder = record.folder();
    let page = folder.strip_prefix(REVIEWS).unwrap_or(&folder).trim_start_matches('/').replace('/', "-");
    format!("{page}-{}-{}.md", record.date, record.reviewer)
}

fn packet(site: &Opened, page: &Surveyed<'_>, record: &Record, name: &str) -> Result<String, EnvironmentFault> {
    let changes = changes::of(site, page)?;
    let mut images = BTreeMap::new();
    for include in changes.present.includes.iter().filter(|include| include.kind == IncludeKind::Image) {
        let bytes = filing::reviewed_file(site, &include.name)?;
        images.extend(data_url(&include.name, &bytes).map(|url| (include.name.clone(), url)));
    }
    let config = site.plan.config();
    let reviewer = site.plan.reviewers().get(&record.reviewer).map_or(&record.reviewer, |reviewer| &reviewer.name);
    Ok(packet_document(&Packet {
        compared: Compared {
            title: &page.facts.title,
            lang: page.facts.lang.as_deref().unwrap_or(&config.lang),
            since: changes.since.as_ref().map(|filed| &filed.record),
            diff: &changes.diff,
        },
        record,
        file: name,
        text: &changes.present,
        images: &images,
        site: &config.title,
        reviewer,
        must_sign: page.policy.require == Require::Signature,
    }))
}
