//! `iort-site review urgent`: a correction that cannot wait for a review, and the day by which it must have one.

use std::process::ExitCode;

use crate::engine::compose::{Covers, Proposal};
use crate::review::record::Outcome;
use crate::shell::fault::EnvironmentFault;
use crate::shell::page_name;
use crate::shell::review::arguments::UrgentArguments;
use crate::shell::review::making::Making;
use crate::shell::review::open::Opened;
use crate::shell::review::settle;

/// Makes a record of an urgent correction. The front matter stays as it is: nothing was reviewed.
pub fn urgent(arguments: &UrgentArguments) -> Result<ExitCode, EnvironmentFault> {
    let site = Opened::with_drafts(&arguments.site)?;
    let today = site.sources.options.today;
    settle::not_ahead(today)?;
    let proposal = Proposal {
        reviewer: arguments.reviewer.clone(),
        date: today,
        outcome: Outcome::Pass,
        covers: Covers::Urgent { reason: arguments.reason.clone(), review_by: arguments.review_by },
        note: None,
        evidence_searched_to: None,
        filed: arguments.proof.filing.filing(),
    };
    let page = site.page(&page_name::page(&arguments.page)?)?;
    Making::open(&site, &proposal, arguments.proof.key.as_deref(), arguments.yes)?.run(vec![page])
}
