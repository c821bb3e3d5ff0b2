//! Front matter: what an editor says of a page, checked key by key.

use std::collections::BTreeMap;

use crate::base::date::{Date, Interval};
use crate::base::span::Span;

/// The front matter of one page, checked for form. Whether the reviewers exist, or a date lies ahead of today, is for
/// those who know reviewers and today.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontMatter {
    /// `title`. Required, not empty.
    pub title: String,
    /// `description`.
    pub description: Option<String>,
    /// `last_reviewed`, alias `last_reviewed_on`.
    pub last_reviewed: Option<Date>,
    /// `reviewed_by`: ids; a single string is a list of one.
    pub reviewed_by: Vec<String>,
    /// `review_interval`.
    pub review_interval: Option<Interval>,
    /// `published`.
    pub published: Option<Date>,
    /// `last_updated`.
    pub last_updated: Option<Date>,
    /// `authors`: a single string is a list of one.
    pub authors: Vec<String>,
    /// `owner`.
    pub owner: Option<String>,
    /// `sources`.
    pub sources: Vec<Source>,
    /// `weight`: pages of a folder are ordered by it, then by title. Default 0.
    pub weight: i64,
    /// `slug`: in place of the file's name in the URL.
    pub slug: Option<String>,
    /// `aliases`: paths of the site from its root that lead here.
    pub aliases: Vec<String>,
    /// `draft`.
    pub draft: bool,
    /// `lang`.
    pub lang: Option<String>,
    /// `tags`.
    pub tags: Vec<String>,
    /// `template`: a template's name in place of the one for the page's kind.
    pub template: Option<String>,
    /// `toc`: whether the contents of the page are shown. Default true.
    pub toc: bool,
    /// `extra`: anything, for the theme.
    pub extra: serde_json::Value,
    /// Where each key stands, by the name it was written with.
    pub places: BTreeMap<String, Span>,
}

/// One of a page's sources: a string, or a table with `title` and any of `url`, `authors`, `published`, `doi`, `note`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Source {
    /// `title`: what it is, as a reader would cite it.
    pub title: String,
    /// `url`: `https:` or `http:`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// `doi`: without a resolver's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doi: Option<String>,
    /// `note`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What came of reading a page's front matter.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The front matter, if at least a title could be had.
    pub front_matter: Option<FrontMatter>,
    /// Where the Markdown starts in the file, in bytes.
    pub body_offset: usize,
    /// What is wrong with it.
    pub diagnostics: Vec<crate::base::diagnostic::Diagnostic>,
}
impl FrontMatter {
    /// x
    pub fn read(_p: &crate::base::path::SourcePath, _t: &str) -> Read {
        unimplemented!()
    }
}
