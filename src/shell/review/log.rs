//! `iort-site review log`: the records of a page, the newest first.

use std::fmt::Write as _;
use std::process::ExitCode;

use crate::review::record::{Outcome, Record, Scope};
use crate::shell::fault::EnvironmentFault;
use crate::shell::page_name;
use crate::shell::report::emit;
use crate::shell::report::visible::visible;
use crate::shell::review::arguments::LogArguments;
use crate::shell::review::open::Opened;

/// Shows a page's records.
pub fn log(arguments: &LogArguments) -> Result<ExitCode, EnvironmentFault> {
    let site = Opened::open(&arguments.site)?;
    let path = page_name::page(&arguments.page)?;
    let page = site.page(&path)?;
    let mut out = String::new();
    let records =
        page.reviewed.map(|reviewed| reviewed.chain.iter().zip(&reviewed.reviews)).into_iter().flatten().rev();
    for (filed, review) in records {
        let signed = if review.is_signed { "signed" } else { "not signed" };
        let _ = writeln!(out, "{}", headline(&filed.record, signed));
        let _ = writeln!(out, "    {}", filed.path);
        if let Some(note) = &filed.record.note {
            let _ = writeln!(out, "    {note}");
        }
        if let Some(filing) = &filed.record.filed {
            let _ = writeln!(out, "    filed by {}, on the evidence of {}", filing.recorded_by, filing.evidence);
        }
    }
    if out.is_empty() {
        let _ = writeln!(out, "`{path}` has no record.");
    }
    emit::out(&visible(&out))?;
    Ok(ExitCode::SUCCESS)
}

fn headline(record: &Record, signed: &str) -> String {
    let outcome = match (&record.scope, record.outcome) {
        (Scope::Urgent { review_by, .. }, _) => format!("urgent correction, to be reviewed by {review_by}"),
        (_, Outcome::ChangesRequested) => "asks for changes".to_owned(),
        (Scope::Full, Outcome::Pass) => "passed".to_owned(),
        (Scope::Partial { .. }, Outcome::Pass) => "passed what had changed".to_owned(),
    };
    format!("{}  {}  {outcome}, {signed}", record.date, record.reviewer)
}
