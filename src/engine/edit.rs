//! Edits of pages that change nothing but their own outputs, taken over into a plan that is there.
//!
//! It is what `plan` would make of the same sources, at the cost of the edited pages and not of all. Each step that `plan` takes
//! is either taken here for those pages, or shown to give what it gave before: the globals and the site are made of what is as
//! it was, and what is planned of another page is a function of that page and of the site. Whatever is not as plain as that is
//! left to `plan`.

use std::sync::Arc;

use crate::base::diagnostic::{self, Diagnostic};
use crate::base::path::SourcePath;
use crate::engine::hold;
use crate::engine::memo::{Known, Memo};
use crate::engine::output::Wave;
use crate::engine::pages::{self, ContentSource};
use crate::engine::plan::{self, Plan};
use crate::engine::planned::{self, PlannedPage};
use crate::engine::recipe;
use crate::engine::reviews;
use crate::source::snapshot::{CONTENT, PageText, SourceFile, Sources, is_page};

/// An edited page.
struct Edit {
    /// By page number, as the routes count them.
    number: usize,
    /// Its place among the pages of the memo.
    at: usize,
    planned: PlannedPage,
}

impl Plan {
    /// Takes over the edits of these sources, and notes them in the memo that was made with the plan. False, with nothing done,
    /// where they may change more than their own outputs.
    pub fn edit(&mut self, sources: &Sources, edited: &[SourcePath], memo: &mut Memo) -> bool {
        let is_plain = self.board.is_none()
            && Arc::ptr_eq(&self.site, &self.drafts)
            && self.read_faults == sources.diagnostics
            && memo.options == Some(self.site.globals.markdown())
            && !reviews::are_there(sources);
        if !is_plain {
            return false;
        }
        let Some(edits) = edited.iter().map(|path| self.weigh_edit(sources, path, memo)).collect::<Option<Vec<_>>>()
        else {
            return false;
        };
        self.parsed_anew = edits.iter().filter(|edit| edit.planned.current.is_new()).count();
        memo.differs |= self.parsed_anew > 0;
        let numbers: Vec<usize> = edits.iter().map(|edit| edit.number).collect();
        let mut has_other_words = false;
        for Edit { number, at, planned } in edits {
            let page = &planned.current.page;
            has_other_words |= page.terms != self.pages[number].current.page.terms;
            self.diagnostics.retain(|fault| fault.place.path != page.facts.path);
            self.diagnostics.extend(own_faults(&planned).cloned());
            memo.pages[at] = Known { planned: Some(Arc::clone(&planned.planned)), ..Known::of(&planned.current) };
            self.pages[number] = planned;
        }
        diagnostic::sort(&mut self.diagnostics);
        if !has_other_words || self.edit_search(&numbers) {
            self.renew_keys(&numbers);
        } else {
            self.search = plan::search_indexes(&self.site, &self.pages, std::mem::take(&mut memo.search));
            self.index_files = plan::index_files(&self.search);
            self.outputs = plan::outputs(&self.site, &self.pages, &self.search, None);
        }
        memo.search = plan::inverted(&self.search);
        true
    }

    fn weigh_edit(&self, sources: &Sources, path: &SourcePath, memo: &Memo) -> Option<Edit> {
        let SourceFile::Text(text) = sources.files.get(path)? else { return None };
        if path.inside(CONTENT).is_none() || !is_page(path) {
            return None;
        }
        let theme = self.site.theme()?;
        let number = self.site.routes.page_of(path)?;
        let at = memo.pages.binary_search_by(|known| known.path().cmp(path)).ok()?;
        let before = self.pages.get(number)?;
        let texts = vec![(path.clone(), PageText::Held(text.clone()))];
        let parsed = pages::parse(texts, vec![memo.pages[at].clone()], self.site.globals.markdown(), true);
        let mut held = hold::hold(sources, &self.drafts, parsed, &[]);
        let current = held.pages.pop()?;
        let is_own = !held.differs && held.files.is_empty() && held.faults.is_empty() && current.passed.is_none();
        if !is_own || current.page.facts_digest != before.current.page.facts_digest || !self.tells_apart(before) {
            return None;
        }
        Some(Edit { number, at, planned: planned::plan(&self.site, theme, number, current) })
    }

    /// Whether what was found wrong with a page is all that is told of its file, and so can be replaced as a whole.
    fn tells_apart(&self, page: &PlannedPage) -> bool {
        let path = &page.current.page.facts.path;
        let mut own: Vec<Diagnostic> = own_faults(page).cloned().collect();
        diagnostic::sort(&mut own);
        let is_of = |fault: &&Diagnostic| fault.place.path == *path;
        own.iter().all(|fault| is_of(&fault))
            && self.diagnostics.iter().filter(is_of).eq(&own)
            && !self
                .diagnostics
                .iter()
                .any(|fault| fault.place.path != *path && fault.related.iter().any(|(place, _)| place.path == *path))
    }

    /// Gives the outputs of pages, and of what gathers them, their keys.
    fn renew_keys(&mut self, numbers: &[usize]) {
        let site = &self.site;
        let mut keys = Vec::with_capacity(numbers.len());
        keys.extend(numbers.iter().map(|number| (site.listing.pages[*number], self.pages[*number].planned.key)));
        for (section, at) in &site.listing.prints {
            let gathers = |pages: &[usize]| pages.iter().any(|page| numbers.contains(page));
            if site.prints.get(section).is_some_and(|gathered| gathers(&gathered.pages)) {
                keys.push((*at, recipe::print_key(site, *section, &self.pages)));
            }
        }
        for (at, key) in keys {
            let path = &site.listing.outputs[at].path;
            // The files of indexes stand between those of the listing.
            if let Ok(at) = self.outputs.binary_search_by(|output| output.path.cmp(path)) {
                self.outputs[at].key = key;
            }
        }
    }

    /// Takes pages over into the indexes; false where these are to be laid out anew.
    fn edit_search(&mut self, numbers: &[usize]) -> bool {
        let site = &self.site;
        for index in &mut self.search {
            let is_here = |number: &&usize| site.lang(**number) == index.lang;
            let edited: Vec<_> =
                numbers.iter().filter(is_here).map(|number| (*number, &self.pages[*number].current.page)).collect();
            let Some(changed) = index.edit(&edited, &plan::content_of(site, &self.pages)) else { return false };
            for file in changed.into_iter().filter_map(|at| index.files.get(at)) {
                let at = self.outputs.binary_search_by(|output| output.path.cmp(&file.path));
                // A theme's own file may stand in its place.
                if let Some(output) =
                    at.ok().map(|at| &mut self.outputs[at]).filter(|output| output.wave == Wave::Index)
                {
                    output.key = file.key.into();
                }
            }
        }
        true
    }

    /// The plan as it is kept for edits to come: without what was at hand of pages because they were made, where the sources
    /// hold their texts.
    #[must_use]
    pub fn kept(mut self, sources: &Sources) -> Self {
        for page in &mut self.pages {
            page.details = None;
            if page.current.is_new()
                && let Some(SourceFile::Text(text)) = sources.files.get(&page.current.page.facts.path)
                && text.digest == page.current.text
            {
                page.current.content = ContentSource::Text(Arc::clone(&text.text));
            }
        }
        self
    }
}

/// What is wrong with a page, by itself and as a part of the site.
fn own_faults(page: &PlannedPage) -> impl Iterator<Item = &Diagnostic> {
    page.current.page.diagnostics.iter().chain(&page.planned.faults)
}
