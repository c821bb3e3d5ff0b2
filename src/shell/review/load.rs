//! `iort-site review load`: the reviews that are due, by month and reviewer.

use std::fmt::Write as _;
use std::process::ExitCode;

use crate::render::review_load::{self, Due, Load};
use crate::shell::fault::EnvironmentFault;
use crate::shell::report::emit;
use crate::shell::report::visible::visible_line;
use crate::shell::review::look_arguments::{LoadArguments, LoadFormat};
use crate::shell::review::open::Opened;
use crate::shell::review::status;

/// How long the longest bar is, in characters.
const BAR: usize = 30;

/// Shows what is due when.
pub fn load(arguments: &LoadArguments) -> Result<ExitCode, EnvironmentFault> {
    let site = Opened::open(&arguments.site)?;
    let load = review_load::load(&status::statuses(&site), site.sources.options.today);
    emit::out(&match arguments.format {
        LoadFormat::Table => table(&load),
        LoadFormat::Json => review_load::json(&load),
        LoadFormat::Csv => status::cells(&review_load::csv(&load)),
    })?;
    Ok(ExitCode::SUCCESS)
}

fn table(load: &Load) -> String {
    let months = load.months.iter().map(|month| (month.month.as_str(), &month.due));
    let rows: Vec<(&str, &Due)> =
        std::iter::once(("waiting", &load.waiting)).chain(months).chain([("later", &load.later)]).collect();
    let most = rows.iter().map(|(_, due)| due.pages).max().unwrap_or(0).max(1);
    let mut out = format!("\x1b[1m{:8}  {:>5}  {:BAR$}  reviewers\x1b[0m\n", "month", "pages", "");
    for (month, due) in rows {
        let bar = "#".repeat((due.pages * BAR).div_ceil(most));
        let mut reviewers: Vec<String> =
            due.by_reviewer.iter().map(|(id, count)| format!("{} {count}", visible_line(id))).collect();
        if due.unassigned > 0 {
            reviewers.push(format!("nobody yet {}", due.unassigned));
        }
        let line = format!("{month:8}  {:>5}  {bar:BAR$}  {}", due.pages, reviewers.join(", "));
        // Writing into a `String` cannot fail.
        let _ = writeln!(out, "{}", line.trim_end());
    }
    let due: usize = load.months.iter().map(|month| month.due.pages).sum();
    let count = load.months.len();
    let _ = writeln!(out, "{due} reviews in {count} months. To spread them, shorten `review_interval` of some pages.");
    out
}
