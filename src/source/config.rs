//! `site.toml`: what the publisher says of the site.

use crate::base::date::Interval;
use crate::base::span::Span;

/// The configuration of a site, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// `title`: the site's name. Required.
    pub title: String,
    /// `description`: one sentence.
    pub description: Option<String>,
    /// `base_url`: where the site is served, without a trailing slash. `https://host[/path]`.
    pub base_url: Option<BaseUrl>,
    /// `lang`: the language of pages that name none (BCP 47). Default `en`.
    pub lang: String,
    /// `theme`: a folder below `themes/`. Default `default`.
    pub theme: String,
    /// `theme`'s place, for a theme that is not there.
    pub theme_span: Option<Span>,
    /// `[publisher]`: who publishes. All its fields are free text for the theme, checked for type.
    pub publisher: Publisher,
    /// `[notice]`: a notice on every page.
    pub notice: Option<Notice>,
    /// `[review]`.
    pub review: ReviewPolicy,
    /// `[markdown]`.
    pub markdown: MarkdownConfig,
    /// `[[header]]`: links in the header.
    pub header: Vec<ConfigLink>,
    /// `[[footer]]`: links in the footer.
    pub footer: Vec<ConfigLink>,
    /// `[extra]`: anything, for the theme.
    pub extra: serde_json::Value,
}

/// Where a site is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    /// Scheme and host, `https://example.org`, with a port where there is one; no trailing slash.
    pub origin: String,
    /// The path below it, starting and ending with a slash: `/` or `/patients/`.
    pub path: String,
}

impl BaseUrl {
    /// Reads `https://host[:port][/path[/]]` (or `http:`). The fault is said in words.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (scheme, rest) = text.split_once("://").ok_or("it has no scheme such as `https://`")?;
        if scheme != "https" && scheme != "http" {
            return Err("its scheme is neither `https` nor `http`");
        }
        if rest.contains(['?', '#', ' ', '"', '<', '>', '\\']) {
            return Err("it holds a query, a fragment or a character that a URL cannot hold");
        }
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        if host.is_empty() || host.contains('@') {
            return Err("it has no host, or a user name");
        }
        let path = path.trim_matches('/');
        let path = if path.is_empty() { "/".to_owned() } else { format!("/{path}/") };
        Ok(Self { origin: format!("{scheme}://{host}"), path })
    }
}

/// Who publishes the site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publisher {
    /// `name`.
    pub name: Option<String>,
    /// `url`: the publisher's own site.
    pub url: Option<String>,
    /// `email`.
    pub email: Option<String>,
    /// `phone`: the helpline, as people read it.
    pub phone: Option<String>,
    /// `phone_label`: what the helpline is called.
    pub phone_label: Option<String>,
    /// `phone_hours`: when it answers.
    pub phone_hours: Option<String>,
    /// `phone_note`: a note beside the number, such as that it is a placeholder.
    pub phone_note: Option<String>,
    /// `emergency`: the number of the emergency services.
    pub emergency: Option<String>,
    /// `policy`: the policy notice (advertising, endorsement, funding).
    pub policy: Option<String>,
    /// `editorial_process`: the page that describes it, as a path of the site (`/editorial-process/`).
    pub editorial_process: Option<ConfigTarget>,
    /// `copyright`.
    pub copyright: Option<String>,
}

/// A notice on every page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// `title`.
    pub title: String,
    /// `text`.
    pub text: String,
    /// `demonstration`: whether the site is a demonstration that nobody clinical has reviewed.
    pub demonstration: bool,
}

/// What the site asks of reviews.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewPolicy {
    /// `require`.
    pub require: Require,
    /// `interval`: how long a review holds; a page's `review_interval` may only shorten it. Default `2 years`.
    pub interval: Interval,
    /// `notice`: how long before the due date a review counts as due. Default `90 days`.
    pub notice: Interval,
}

/// What a page must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Require {
    /// `nothing`.
    Nothing,
    /// `claim`: a date and a reviewer in the front matter.
    Claim,
}

/// How Markdown is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkdownConfig {
    /// `smart_punctuation`: curly quotes and dashes. Default true.
    pub smart_punctuation: bool,
}

/// A link of the header or footer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigLink {
    /// `title`.
    pub title: String,
    /// `to`.
    pub to: ConfigTarget,
}

/// Where a link of the configuration leads: a path of the site from its root (`/about/`, with an anchor if wanted), or a
/// URL with `https:`, `http:`, `mailto:` or `tel:`; and where it stands in `site.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigTarget {
    /// The target as written.
    pub to: String,
    /// Its place.
    pub span: Span,
}
/// x
pub fn read_config(_s: &crate::source::snapshot::Sources) -> (Config, Vec<crate::base::diagnostic::Diagnostic>) {
    unimplemented!()
}
