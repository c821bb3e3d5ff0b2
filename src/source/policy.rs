//! `[review]` of `site.toml`: what the site asks of reviews, and what a section asks otherwise.

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::path::{SourcePath, UrlPath};
use crate::base::span::Span;
use crate::base::suggest;
use crate::review::policy::{Action, Actions, Policy, Require, same_role};
use crate::review::state::State;
use crate::source::field::{Field, listed};
use crate::source::form;
use crate::source::reader::Table;
use crate::source::reviewers::Reviewers;
use crate::source::snapshot::SITE_TOML;

/// What the site asks of reviews.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReviewConfig {
    /// What holds for the whole site.
    pub site: Policy,
    /// `[[review.section]]`: what holds for the pages below a path instead.
    pub sections: Vec<SectionPolicy>,
    /// `publish`: whether the site shows where its pages stand (`/reviews/`). Default false.
    pub publish: bool,
    /// The roles that are asked for anywhere, with their places.
    pub roles: Vec<(String, Span)>,
}

/// What holds for a section: what the site asks, but for what the section says itself.
#[derive(Clone, Debug, PartialEq)]
pub struct SectionPolicy {
    /// `path`: the section, `/conditions/`.
    pub path: UrlPath,
    /// Its place.
    pub span: Span,
    /// What holds there.
    pub policy: Policy,
}

impl ReviewConfig {
    /// What holds for a page: what its innermost section says.
    pub fn policy(&self, url: &UrlPath) -> &Policy {
        let around = self.sections.iter().filter(|section| url.as_str().starts_with(section.path.as_str()));
        around.max_by_key(|section| section.path.as_str().len()).map_or(&self.site, |section| &section.policy)
    }

    pub(super) fn of(table: &mut Table<'_, '_>) -> Self {
        let mut roles = Vec::new();
        let (site, states) = policy(table, &Policy::default(), &[], &mut roles);
        let mut sections: Vec<SectionPolicy> = Vec::new();
        let read = table.at("section").tables(|table| section(table, &site, &states, &mut roles));
        for section in read.into_iter().flatten() {
            if let Some(first) = sections.iter().find(|first| first.path == section.path) {
                let message = format!("two sections of `review` are `{}`", section.path);
                let fault = table.faults().at(Code::DuplicateKey, section.span, message).help("keep one of the two");
                let first = table.faults().place(first.span);
                table.faults().push(fault.related(first, "the first stands here"));
                continue;
            }
            sections.push(section);
        }
        let publish = table.at("publish").boolean().unwrap_or(false);
        Self { site, sections, publish, roles }
    }
}

/// The states for which a table names an action.
type Named = Vec<(State, Action)>;

/// The keys that the site and a section have in common; what is not said is as in `around`, with the states that stand there.
fn policy(
    table: &mut Table<'_, '_>,
    around: &Policy,
    states_around: &[(State, Action)],
    all_roles: &mut Vec<(String, Span)>,
) -> (Policy, Named) {
    let require = table.at("require").one_of(&Require::NAMED).unwrap_or(around.require);
    let interval = table.at("interval").interval().unwrap_or(around.interval);
    let notice = table.at("notice").interval().unwrap_or(around.notice);
    let roles = table.at("roles").list(role);
    let reviewers = reviewers(table.at("reviewers")).unwrap_or(around.reviewers);
    let mut named = states_around.to_vec();
    named.extend(table.at("states").table(states).unwrap_or_default());
    let actions = named.iter().fold(Actions::of(require), |actions, (state, action)| actions.with(*state, *action));
    all_roles.extend(roles.iter().flatten().cloned());
    let roles = roles.map_or_else(|| around.roles.clone(), |roles| roles.into_iter().map(|(role, _)| role).collect());
    (Policy { require, interval, notice, roles, reviewers, actions }, named)
}

fn role(item: Field<'_, '_>) -> Option<(String, Span)> {
    let span = item.span()?;
    Some((item.filled()?, span))
}

fn reviewers(mut field: Field<'_, '_>) -> Option<usize> {
    let is_zero = field.kind() == Some(&crate::source::tree::Kind::Integer(0));
    if is_zero {
        let help = "write `require = \"nothing\"` if no review is asked for";
        field.report(Code::InvalidValue, "`review.reviewers` is not valid: it is 0".to_owned(), help);
        return None;
    }
    field.natural().and_then(|count| usize::try_from(count).ok())
}

/// `states = { changed = "hold" }`.
fn states(table: &mut Table<'_, '_>) -> Named {
    let mut named = Vec::new();
    for state in State::ALL {
        let allowed: Vec<(&'static str, Action)> =
            Action::NAMED.into_iter().filter(|(_, action)| *action != Action::Hold || state.may_hold()).collect();
        if let Some(action) = table.at(state.name()).one_of(&allowed) {
            named.push((state, action));
        }
    }
    named
}

fn section(
    table: &mut Table<'_, '_>,
    site: &Policy,
    states: &[(State, Action)],
    roles: &mut Vec<(String, Span)>,
) -> Option<SectionPolicy> {
    let path = table.at("path").required("path = \"/conditions/\"");
    let span = path.span();
    let path = path.parsed(section_path, "write the path of a section, such as `/conditions/`");
    let (policy, _) = policy(table, site, states, roles);
    Some(SectionPolicy { path: UrlPath::new(&path?), span: span?, policy })
}

fn section_path(text: &str) -> form::Checked {
    if text.ends_with('/') { form::site_path(text) } else { Err("it does not end with `/`") }
}

/// Roles that are asked for and that nobody has: no review could ever count.
pub fn check_roles(config: &ReviewConfig, reviewers: &Reviewers) -> Vec<Diagnostic> {
    let known = || reviewers.values().map(|reviewer| reviewer.role.as_str());
    let fault = |(role, span): &(String, Span)| {
        if known().any(|known| same_role(known, role)) {
            return None;
        }
        let place = Place::span(&SourcePath::new(SITE_TOML), *span);
        let message = format!("no reviewer has the role `{role}`");
        Some(Diagnostic::new(Code::InvalidValue, place, message).help(match suggest::nearest(role, known()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if reviewers.is_empty() => "name the reviewers in `data/reviewers.toml`".to_owned(),
            None => {
                let mut roles: Vec<&str> = known().collect();
                roles.sort_unstable();
                roles.dedup();
                format!("the roles in `data/reviewers.toml` are {}", listed(roles.into_iter()))
            }
        }))
    };
    config.roles.iter().filter_map(fault).collect()
}
