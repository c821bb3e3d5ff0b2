//! Plain language over a whole site: each page judged by the site's budget and its glossary.
//!
//! Asked for apart from the plan, so that a build that does not ask pays nothing. What comes of it is advice: warnings, and a
//! line of measures for each page.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;
use serde::Serialize;

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::digest::Digest;
use crate::base::path::{SourcePath, UrlPath};
use crate::base::quick::QuickMap;
use crate::engine::plan::Plan;
use crate::engine::site::Site;
use crate::page::facts::{Facts, GlossaryEntry};
use crate::page::markdown::Part;
use crate::page::parse::Page;
use crate::page::prose as text;
use crate::prose::judge::{Judge, Judged, Subject, Term};
use crate::prose::measure::Scores;
use crate::prose::text::Block;
use crate::source::front_matter::FrontMatter;
use crate::source::snapshot::{PageText, SITE_TOML};

/// What came of a site.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prose {
    /// A line for each page of the site, in order of path.
    pub pages: Vec<Measured>,
    /// What was found.
    pub diagnostics: Vec<Diagnostic>,
}

/// The measures of one page. Field names are those of the JSON output (`docs/plain-language.md`).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// Its source.
    pub path: SourcePath,
    /// Its URL on the site.
    pub url: UrlPath,
    /// Its language. The measures are for English; a page in another language has none, and is not judged.
    pub lang: String,
    /// Sentences of running text.
    pub sentences: usize,
    /// Words of running text.
    pub words: usize,
    /// Syllables of these words.
    pub syllables: usize,
    /// Words of three syllables or more.
    pub polysyllables: usize,
    /// The scores of the words as they are; none without running text.
    pub raw: Option<Scores>,
    /// The scores with glossary terms taken for easy words.
    pub exempt: Option<Scores>,
    /// Whether there are too few sentences for SMOG to be more than an indication.
    pub smog_indicative: bool,
    /// How often each rule was broken, by its name.
    pub found: BTreeMap<&'static str, usize>,
    /// How often each rule was broken where the page waives it.
    pub waived: BTreeMap<&'static str, usize>,
}

/// Judges the pages of a plan; `texts` are theirs.
pub fn check(plan: &Plan, texts: &[(SourcePath, PageText)]) -> Prose {
    let config = &plan.site.globals.config;
    let routes = &plan.site.routes;
    let terms = english_terms(&plan.site);
    let judge = Judge::new(&config.prose, &terms);
    let texts: HashMap<&SourcePath, &PageText> = texts.iter().map(|(path, text)| (path, text)).collect();
    let judged: Vec<(Measured, Vec<Diagnostic>)> = plan
        .pages
        .par_iter()
        .enumerate()
        .filter_map(|(number, planned)| {
            let page = &planned.current.page;
            let lang = plan.site.lang(number);
            let judged = if is_english(lang) {
                let is_glossary = plan.site.glossaries.contains(&number);
                judge_page(&judge, &page.facts.path, &texts.get(&page.facts.path)?.text(&page.facts.path), is_glossary)
            } else {
                Judged::default()
            };
            Some((measured(page, &routes.pages[number].url, lang, &judged), judged.diagnostics))
        })
        .collect();
    let (pages, found): (Vec<_>, Vec<_>) = judged.into_iter().unzip();
    let mut diagnostics: Vec<Diagnostic> = found.into_iter().flatten().collect();
    for target in &config.glossary {
        let number = routes.page_at(&UrlPath::new(&target.to));
        let Some(facts) = number.map(|number| &routes.pages[number].facts).filter(|facts| facts.glossary.is_empty())
        else {
            continue;
        };
        let place = Place::span(&SourcePath::new(SITE_TOML), target.span);
        let message = format!("`{}` explains no term, so none is exempt", facts.path);
        let help = "write its terms as a description list: the term, an empty line, then `: What it means`";
        diagnostics.push(Diagnostic::new(Code::GlossaryEmpty, place, message).help(help));
    }
    Prose { pages, diagnostics }
}

/// The terms that the English glossaries of a site explain.
fn english_terms(site: &Site) -> Vec<Term> {
    let english = site.glossaries.iter().filter(|number| is_english(site.lang(**number)));
    english.flat_map(|number| terms(&site.routes.pages[*number].facts)).collect()
}

/// What was graded in the round before: by page, with the digest of its text and of all that grading depends on.
pub(super) type Graded = QuickMap<SourcePath, (Digest, Option<Grade>)>;

/// How hard a page is to read: its Flesch-Kincaid grade, to one decimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Grade {
    /// Of the words as they are.
    pub raw: String,
    /// With glossary terms taken for easy words.
    pub exempt: String,
}

/// Grades pages that are given with their words, those of a record where they are published in a page's place.
pub(super) fn grade(site: &Site, pages: &[(&Page, &str, Digest)], before: &Graded) -> Graded {
    let terms = english_terms(site);
    let judge = Judge::new(&site.globals.config.prose, &terms);
    let names: Vec<&[String]> = terms.iter().map(|term| &*term.names).collect();
    let around = Digest::of_value(&names);
    let of_page = |(page, text, digest): &(&Page, &str, Digest)| {
        let path = &page.facts.path;
        let key = Digest::of_value(&(around, digest, &page.facts.lang, &site.globals.config.lang));
        let known = before.get(path).filter(|(known, _)| *known == key).map(|(_, grade)| grade.clone());
        let grade = known.unwrap_or_else(|| {
            let lang = page.facts.lang.as_deref().unwrap_or(&site.globals.config.lang);
            let judged = is_english(lang).then(|| judge_page(&judge, path, text, false))?;
            let scores = judged.counts.scores().zip(judged.counts.exempt_scores());
            scores
                .map(|(raw, exempt)| Grade { raw: format!("{:.1}", raw.grade), exempt: format!("{:.1}", exempt.grade) })
        });
        (path.clone(), (key, grade))
    };
    pages.par_iter().map(of_page).collect()
}

/// Judges a file by what stands in it: of a page in whose place other words are published, the editor is told of those that
/// are still to be.
fn judge_page(judge: &Judge<'_>, path: &SourcePath, file: &str, is_glossary: bool) -> Judged {
    let read = FrontMatter::read(path, file);
    let (front, offset) = (read.front_matter.as_ref(), read.body_offset);
    let key = |key: &str| front.and_then(|front| front.places.get(key)).copied();
    let title = key("title");
    let shown = [
        (title, front.map(|front| &front.title)),
        (key("description"), front.and_then(|front| front.description.as_ref())),
    ];
    let shown = shown.into_iter().filter_map(|(span, shown)| text::front_matter(file, span?, shown?));
    let mut blocks: Vec<Block> = shown.collect();
    blocks.extend(text::read(Part { path, text: file.get(offset..).unwrap_or(""), offset }));
    let waivers = front.map_or(&[][..], |front| &front.prose_waivers);
    judge.page(Subject { path, title, blocks: &blocks, waivers, is_glossary })
}

fn measured(page: &Page, url: &UrlPath, lang: &str, judged: &Judged) -> Measured {
    let counts = &judged.counts;
    let mut found: BTreeMap<&'static str, usize> = BTreeMap::new();
    for fault in &judged.diagnostics {
        *found.entry(fault.code.name()).or_default() += 1;
    }
    Measured {
        path: page.facts.path.clone(),
        url: url.clone(),
        lang: lang.to_owned(),
        sentences: counts.sentences,
        words: counts.words,
        syllables: counts.raw.syllables,
        polysyllables: counts.raw.polysyllables,
        raw: counts.scores(),
        exempt: counts.exempt_scores(),
        smog_indicative: counts.smog_is_indicative(),
        found,
        waived: judged.waived.clone(),
    }
}

fn terms(facts: &Facts) -> impl Iterator<Item = Term> {
    let term = |entry: &GlossaryEntry| Term {
        name: entry.term.clone(),
        names: std::iter::once(&entry.term).chain(&entry.names).cloned().collect(),
    };
    facts.glossary.iter().map(term)
}

/// Whether a language tag is one of English.
fn is_english(lang: &str) -> bool {
    lang.split('-').next().is_some_and(|language| language.eq_ignore_ascii_case("en"))
}
