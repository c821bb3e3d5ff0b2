//! What other pages may see of a page. No places in the file: an edit that moves lines leaves the facts as they were.

use memchr::memchr_iter;
use serde::{Deserialize, Serialize};

use crate::base::date::{Date, Interval};
use crate::base::path::SourcePath;
use crate::source::front_matter::Withdrawn;

/// What other pages may see of a page.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Facts {
    /// Where its source is.
    pub path: SourcePath,
    /// Its title.
    pub title: String,
    /// One sentence on it.
    pub description: Option<String>,
    /// Its place among the pages of its folder.
    pub weight: i64,
    /// In place of the file's name in the URL.
    pub slug: Option<String>,
    /// Old paths that lead here.
    pub aliases: Vec<String>,
    /// Whether it is a draft.
    pub draft: bool,
    /// Its language, where it names one.
    pub lang: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// The ids that a link may name, sorted.
    pub anchors: Anchors,
    /// The terms that its description lists explain, in order.
    pub glossary: Vec<GlossaryEntry>,
    /// When it was first published.
    pub published: Option<Date>,
    /// When it was last changed in substance, as its editor says.
    pub last_updated: Option<Date>,
    /// Why it is withdrawn, if it is.
    pub withdrawn: Option<Withdrawn>,
    /// What its front matter claims of a review.
    pub review: ReviewClaim,
}

impl Facts {
    /// Whether readers are to find it, by search or by its data: neither a draft nor withdrawn.
    pub fn is_found(&self) -> bool {
        !self.draft && self.withdrawn.is_none()
    }
}

/// Ids in order.
///
/// They are one text and not a list, since a page has many, and every build reads those of all pages from the memo.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Anchors(Box<str>);

impl Anchors {
    /// Stands before each id and behind the last; no id holds one.
    const END: char = '\0';

    /// The ids, each once.
    pub fn new(mut ids: Vec<&str>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        let mut text = String::with_capacity(ids.iter().map(|id| id.len() + 1).sum::<usize>() + 1);
        for id in ids {
            text.push(Self::END);
            text.push_str(id);
        }
        text.push(Self::END);
        Self(text.into())
    }

    /// The ids in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split(Self::END).filter(|id| !id.is_empty())
    }

    /// Whether this is one of them.
    pub fn contains(&self, id: &str) -> bool {
        let text = self.0.as_bytes();
        let follows =
            |at: usize| text[at + 1..].strip_prefix(id.as_bytes()).is_some_and(|rest| rest.first() == Some(&0));
        !id.is_empty() && memchr_iter(Self::END as u8, text).any(follows)
    }
}

/// What a page's front matter claims of a review.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReviewClaim {
    /// The day.
    pub last_reviewed: Option<Date>,
    /// The reviewers' ids.
    pub reviewed_by: Vec<String>,
    /// How long it holds, where the page says so.
    pub interval: Option<Interval>,
}

/// A term that a page explains: an item of a description list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GlossaryEntry {
    /// The term: `External beam radiation therapy`.
    pub term: String,
    /// Other ways to write it: what stands in parentheses behind it, with commas between (`EBRT`), and what its explanation
    /// names in bold.
    pub names: Vec<String>,
    /// The id of the term on the page, for links.
    pub id: String,
    /// The first paragraph of its explanation, as text.
    pub definition: String,
}

/// A heading in the contents of a page.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Heading {
    /// Its level, from 2.
    pub level: u8,
    /// Its id.
    pub id: Box<str>,
    /// Its text without markup.
    pub title: Box<str>,
}

impl Heading {
    /// The link that stands beside the heading: beside it, since inside it would be a part of its name. `word` is what it is
    /// called before the heading's text.
    pub fn push_link(&self, word: &str, html: &mut String) {
        let Self { id, title, .. } = self;
        html.push_str(" <a class=\"anchor\" href=\"#");
        // Writing into a `String` cannot fail.
        let _ = comrak::html::escape_href(html, id, false);
        html.push_str("\" aria-label=\"");
        let _ = comrak::html::escape(html, word);
        html.push(' ');
        let _ = comrak::html::escape(html, title);
        html.push_str("\">#</a>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_found_as_a_whole() {
        let anchors = Anchors::new(vec!["when-to-call", "call", "when", "call"]);
        assert_eq!(anchors.iter().collect::<Vec<_>>(), ["call", "when", "when-to-call"]);
        assert!(["call", "when", "when-to-call"].iter().all(|id| anchors.contains(id)));
        assert!(["", "to", "when-", "-call", "calls", "\0"].iter().all(|id| !anchors.contains(id)));
        assert!(Anchors::default().iter().next().is_none() && !Anchors::default().contains("a"));
    }
}
