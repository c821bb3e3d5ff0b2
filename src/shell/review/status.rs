//! `iort-site review status`: where every page stands, the most urgent first.

use std::fmt::Write as _;
use std::process::ExitCode;

use crate::base::date::Date;
use crate::base::suggest;
use crate::engine::survey::Surveyed;
use crate::render::review_status::{self, PageStatus};
use crate::review::policy::Action;
use crate::shell::fault::{CONTENT_ERRORS, EnvironmentFault};
use crate::shell::report::emit;
use crate::shell::report::visible::{escape_json, visible, visible_line};
use crate::shell::review::look_arguments::{StatusArguments, StatusFormat};
use crate::shell::review::open::Opened;
use crate::site::register;

/// Lists the pages; the exit status tells whether one of those listed is in a state for which the site's policy says `error`.
pub fn status(arguments: &StatusArguments) -> Result<ExitCode, EnvironmentFault> {
    let site = Opened::open(&arguments.site)?;
    let mut pages = statuses(&site);
    let asked = Asked::of(arguments, &site, &pages)?;
    pages.retain(|page| asked.includes(page));
    emit::out(&match arguments.format {
        StatusFormat::Table => table(&pages),
        StatusFormat::Json => escape_json(review_status::json(&pages)),
        StatusFormat::Csv => cells(&review_status::csv(&pages)),
        StatusFormat::Ics => {
            let summary = |page: &PageStatus| format!("Review due: {}", page.title);
            review_status::calendar(&pages, site.plan.config(), site.sources.options.today, &summary)
        }
    })?;
    let is_error = pages.iter().any(|page| page.action == Action::Error);
    Ok(if is_error { ExitCode::from(CONTENT_ERRORS) } else { ExitCode::SUCCESS })
}

/// Where all pages stand, the most urgent first.
pub(super) fn statuses(site: &Opened) -> Vec<PageStatus> {
    let mut pages: Vec<PageStatus> = site.plan.survey().iter().map(Surveyed::status).collect();
    review_status::sort(&mut pages);
    pages
}

/// Comma-separated values for a terminal, with their line ends as they are.
pub(super) fn cells(csv: &str) -> String {
    csv.split("\r\n").map(visible).collect::<Vec<_>>().join("\r\n")
}

/// Which pages are asked for.
struct Asked<'a> {
    arguments: &'a StatusArguments,
    section: Option<String>,
    by: Option<Date>,
}

impl<'a> Asked<'a> {
    /// A reviewer or a section that is not there would list nothing, and that would be read as good news.
    fn of(arguments: &'a StatusArguments, site: &Opened, pages: &[PageStatus]) -> Result<Self, EnvironmentFault> {
        if let Some(id) = arguments.reviewer.as_ref().filter(|id| !site.plan.reviewers().contains_key(*id)) {
            let (message, help) = register::unknown(id, site.plan.reviewers());
            return Err(EnvironmentFault::new(message).help(help));
        }
        let section = arguments.section.as_ref().map(|path| format!("/{}", path.trim_start_matches('/')));
        if let Some(path) = section.as_ref().filter(|path| !pages.iter().any(|page| is_below(page, path))) {
            let fault = EnvironmentFault::new(format!("there is no page below `{path}`"));
            let near = suggest::nearest(path, pages.iter().map(|page| page.url.as_str()));
            let help = near.map_or_else(
                || "write the path of a section from the site's root, such as `/conditions/`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(fault.help(help));
        }
        let by = arguments.within.and_then(|within| site.sources.options.today.after(within));
        Ok(Self { arguments, section, by })
    }

    fn includes(&self, page: &PageStatus) -> bool {
        let StatusArguments { state, reviewer, within, .. } = self.arguments;
        (state.is_empty() || state.contains(&page.state))
            && reviewer.as_ref().is_none_or(|id| page.reviewed_by.contains(id))
            && self.section.as_ref().is_none_or(|section| is_below(page, section))
            // A time that reaches past the year 9999 holds every day.
            && (within.is_none() || self.by.map_or(page.deadline().is_some(), |by| page.is_due_by(by)))
    }
}

fn is_below(page: &PageStatus, section: &str) -> bool {
    page.url.as_str().starts_with(section)
}

fn table(pages: &[PageStatus]) -> String {
    if pages.is_empty() {
        return "No page is in question.\n".to_owned();
    }
    let reviewers: Vec<String> = pages.iter().map(|page| or_dash(&page.reviewed_by.join(", "))).collect();
    let width = reviewers.iter().map(|text| text.chars().count()).max().unwrap_or(0).max("reviewed by".len());
    let mut out = format!("\x1b[1mstate      next review  last review  {:width$}  page\x1b[0m\n", "reviewed by");
    for (page, reviewers) in pages.iter().zip(&reviewers) {
        let next = or_dash(&page.deadline().map(|day| day.to_string()).unwrap_or_default());
        let last = or_dash(&page.last_reviewed.map(|day| day.to_string()).unwrap_or_default());
        let style = style(page.action);
        let path = visible_line(page.path.as_str());
        // Writing into a `String` cannot fail.
        let _ = writeln!(
            out,
            "{style}{:9}\x1b[0m  {next:11}  {last:11}  {:width$}  {path}",
            page.state.name(),
            visible_line(reviewers)
        );
        if page.urgent_until.is_some() {
            let _ = writeln!(out, "           an urgent correction stands until then");
        }
        for filed in &page.filed {
            let line =
                format!("filed for {} by {}, on the evidence of {}", filed.reviewer, filed.recorded_by, filed.evidence);
            let _ = writeln!(out, "           {}", visible_line(&line));
        }
    }
    out
}

fn or_dash(text: &str) -> String {
    if text.is_empty() { "-".to_owned() } else { text.to_owned() }
}

/// Red for what stops a build, yellow for what is told, nothing for the rest.
fn style(action: Action) -> &'static str {
    match action {
        Action::Error => "\x1b[1;91m",
        Action::Warn | Action::Banner | Action::Hold => "\x1b[33m",
        Action::Allow => "",
    }
}
