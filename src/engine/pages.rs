//! Every Markdown source to a page, on all cores; what the memo knows is not parsed again.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::base::path::SourcePath;
use crate::engine::memo::Memo;
use crate::page::markdown::Options;
use crate::page::parse::{self, Page};
use crate::source::snapshot::{CONTENT, SourceFile, Sources, Text};

/// The pages of a snapshot in order of path, the files beside them, and how many were parsed anew.
pub struct Pages {
    /// The pages, with what is wrong with each.
    pub pages: Vec<Arc<Page>>,
    /// Files below `content/` that are no pages.
    pub files: Vec<SourcePath>,
    /// How many pages the memo did not know.
    pub parsed_anew: usize,
    /// What the next build may remember.
    pub memo: Memo,
}

/// Parses what the memo does not know.
pub fn parse(sources: &Sources, memo: &Memo, options: Options) -> Pages {
    let mut texts: Vec<(&SourcePath, &Text)> = Vec::new();
    let mut files = Vec::new();
    for (path, file) in sources.below(CONTENT) {
        match file {
            SourceFile::Text(text) if path.extension() == Some("md") => texts.push((path, text)),
            _ => files.push(path.clone()),
        }
    }
    let parsed: Vec<(Arc<Page>, bool)> = texts
        .par_iter()
        .map(|(path, text)| match memo.page(path, text.digest, options) {
            Some(known) => (known, false),
            None => (Arc::new(parse::parse(path, &text.text, options)), true),
        })
        .collect();
    let parsed_anew = parsed.iter().filter(|(_, anew)| *anew).count();
    let pages: Vec<Arc<Page>> = parsed.into_iter().map(|(page, _)| page).collect();
    let entries: HashMap<_, _> = texts
        .iter()
        .zip(&pages)
        .map(|((path, text), page)| ((*path).clone(), (text.digest, Arc::clone(page))))
        .collect();
    Pages { pages, files, parsed_anew, memo: Memo::new(options, entries) }
}
