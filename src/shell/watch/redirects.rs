//! `_redirects`: the old addresses that the site asks its host to forward, in the form that Netlify and Cloudflare Pages
//! share: `from to [status]`.
//!
//! The first rule that fits decides. A file at the path stands before a rule, unless the status ends in `!` (Netlify's
//! order). Statuses are 301 (if none is given), 302, 303, 307 and 308; 200 serves another page of the site under this
//! address; 404 and 410 answer with that status. Rules with conditions by country, language or query need a host to judge
//! them and are passed over.

use hyper::StatusCode;

use super::pattern::{self, Pattern};

/// The rules of a `_redirects` file.
#[derive(Clone, Debug, Default)]
pub(super) struct Redirects(Vec<Rule>);

#[derive(Clone, Debug)]
struct Rule {
    from: Pattern,
    to: String,
    status: StatusCode,
    before_files: bool,
}

/// What a rule asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Forward {
    /// Where to: a path of the host, percent-encoded, or a URL.
    pub(super) to: String,
    /// How.
    pub(super) status: StatusCode,
    /// Whether it stands before a file.
    pub(super) before_files: bool,
}

impl Redirects {
    /// Reads the file; a line that cannot be read is passed over, as a host does.
    pub(super) fn parse(text: &str) -> Self {
        Self(text.lines().filter_map(Rule::parse).collect())
    }

    /// What the first rule that fits says of a path of the host. A path fits with and without its last slash.
    pub(super) fn find(&self, path: &str) -> Option<Forward> {
        let other = path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned);
        self.0.iter().find_map(|rule| {
            let caught = rule.from.catch(path).or_else(|| rule.from.catch(&other))?;
            let to = pattern::fill(&rule.to, &caught);
            // A rule that only adds the slash that is there already would go round.
            (to != crate::base::path::encode(path) || !rule.status.is_redirection()).then_some(Forward {
                to,
                status: rule.status,
                before_files: rule.before_files,
            })
        })
    }
}

impl Rule {
    fn parse(line: &str) -> Option<Self> {
        let line = line.split('#').next().unwrap_or("");
        let parts: Vec<&str> = line.split_whitespace().collect();
        let (from, to, status) = match parts.as_slice() {
            [from, to] => (from, to, "301"),
            [from, to, status] => (from, to, *status),
            _ => return None,
        };
        let (status, before_files) = status.strip_suffix('!').map_or((status, false), |status| (status, true));
        let status: StatusCode = status.parse().ok()?;
        let is_url = to.starts_with("https://") || to.starts_with("http://");
        let known = match status.as_u16() {
            301 | 302 | 303 | 307 | 308 => is_url || to.starts_with('/'),
            200 | 404 | 410 => to.starts_with('/'),
            _ => false,
        };
        known.then_some(Self { from: Pattern::parse(from)?, to: (*to).to_owned(), status, before_files })
    }
}
