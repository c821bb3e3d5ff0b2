//! `iort-site review sign`: reviews pages, one after the other.

use std::process::ExitCode;

use crate::engine::compose::Proposal;
use crate::engine::survey::Surveyed;
use crate::review::policy::same_role;
use crate::review::state::State;
use crate::shell::fault::EnvironmentFault;
use crate::shell::page_name;
use crate::shell::report::emit;
use crate::shell::review::arguments::SignArguments;
use crate::shell::review::making::{self, Making};
use crate::shell::review::open::Opened;
use crate::shell::review::settle;

/// Reviews pages.
pub fn sign(arguments: &SignArguments) -> Result<ExitCode, EnvironmentFault> {
    let site = Opened::with_drafts(&arguments.site)?;
    let today = site.sources.options.today;
    settle::not_ahead(today)?;
    let proposal = Proposal { filed: arguments.proof.filing.filing(), ..arguments.said.proposal(today) };
    let pages = pages(&site, arguments, &proposal)?;
    if pages.is_empty() {
        emit::out("Nothing waits for a review.\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    Making::open(&site, &proposal, arguments.proof.key.as_deref(), arguments.yes)?.run(pages)
}

/// The pages that are asked for.
fn pages<'a>(
    site: &'a Opened,
    arguments: &SignArguments,
    proposal: &Proposal,
) -> Result<Vec<Surveyed<'a>>, EnvironmentFault> {
    if !arguments.all {
        return arguments.pages.iter().map(|name| site.page(&page_name::page(name)?)).collect();
    }
    let role = site.plan.reviewers().get(&proposal.reviewer).map(|reviewer| reviewer.role.as_str());
    let waits = |page: &Surveyed<'_>| waits_for(page, role, proposal, arguments.proof.key.is_some());
    Ok(site.plan.survey().into_iter().filter(waits).collect())
}

/// Whether a page waits for this reviewer: it is not current, its section asks for their role, and it does not only wait for
/// somebody else; or their review of it was cut off.
fn waits_for(page: &Surveyed<'_>, role: Option<&str>, proposal: &Proposal, has_key: bool) -> bool {
    let roles = &page.policy.roles;
    if role.is_some_and(|role| !roles.is_empty() && !roles.iter().any(|asked| same_role(asked, role))) {
        return false;
    }
    let is_open = match page.entry.standing.state {
        State::Withdrawn => return false,
        State::Current => false,
        State::Never | State::Changed => !making::has_passed(page, &proposal.reviewer),
        State::Objected | State::Overdue | State::Due => true,
    };
    is_open || making::is_unfinished(page, proposal, has_key)
}
