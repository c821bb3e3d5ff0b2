//! `iort-site review diff`: what changed on a page since it was last passed.

use std::process::ExitCode;

use crate::render::packet::document::{Compared, diff_document};
use crate::shell::fault::EnvironmentFault;
use crate::shell::page_name;
use crate::shell::report::emit;
use crate::shell::report::visible::visible;
use crate::shell::review::arguments::DiffArguments;
use crate::shell::review::changes;
use crate::shell::review::filing;
use crate::shell::review::open::Opened;

/// Shows what changed.
pub fn diff(arguments: &DiffArguments) -> Result<ExitCode, EnvironmentFault> {
    let site = Opened::with_drafts(&arguments.site)?;
    let page = site.page(&page_name::page(&arguments.page)?)?;
    emit::out(&changes::shown(&site, &page))?;
    let Some(file) = &arguments.html else { return Ok(ExitCode::SUCCESS) };
    let changes = changes::of(&site, &page)?;
    let document = diff_document(Compared {
        title: &page.facts.title,
        lang: page.facts.lang.as_deref().unwrap_or(&site.plan.config().lang),
        since: changes.since.as_ref().map(|filed| &filed.record),
        diff: &changes.diff,
    });
    filing::replace(file, document.as_bytes())?;
    emit::out(&visible(&format!("Wrote `{}`.\n", file.display())))?;
    Ok(ExitCode::SUCCESS)
}
