//! Front matter: what an editor says of a page, checked key by key.

use std::collections::BTreeMap;

use crate::base::code::Code;
use crate::base::date::{Date, Interval};
use crate::base::diagnostic::{Diagnostic, Spot};
use crate::base::path::SourcePath;
use crate::base::span::{NamedSpans, Span};
use crate::base::suggest;
use crate::prose::judge::Waiver;
use crate::source::faults::Faults;
use crate::source::field::Field;
use crate::source::form;
use crate::source::front_matter_keys::TEXTS;
use crate::source::prose;
use crate::source::reader::{self, Table};
use crate::source::tree::Kind;
use crate::source::yaml;

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
    /// `prose_waivers`: rules of plain language that the page may break, with reasons.
    pub prose_waivers: Vec<Waiver>,
    /// `evidence_searched_to`: the day up to which the literature was searched.
    pub evidence_searched_to: Option<Date>,
    /// The keys of governance that hold texts (`front_matter_keys::TEXTS`), those that are written.
    pub texts: BTreeMap<&'static str, Vec<String>>,
    /// `withdrawn`.
    pub withdrawn: Option<Withdrawn>,
    /// `extra`: anything, for the theme. An empty object where there is none.
    pub extra: serde_json::Value,
    /// Where the value of each key stands that was written, faulty or not, by the name it was written with; that of
    /// `last_reviewed_on` also as `last_reviewed`.
    pub places: NamedSpans,
}

/// One of a page's sources: a string, or a table with `title` and any of `url`, `doi`, `note`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Source {
    /// `title`: what it is, as a reader would cite it.
    pub title: String,
    /// `url`: `https:` or `http:`.
    pub url: Option<String>,
    /// `doi`: without a resolver's address.
    pub doi: Option<String>,
    /// `note`.
    pub note: Option<String>,
}

/// Why a page is withdrawn: it stays as a notice, so that who had its address learns what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Withdrawn {
    /// `reason`. Required.
    pub reason: String,
    /// `successor`: the page that stands in its place, as a path of the site (`/risks/`) or a page's file.
    pub successor: Option<String>,
}

/// What came of reading a page's front matter.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The front matter, if at least a title could be had.
    pub front_matter: Option<FrontMatter>,
    /// Where the Markdown starts in the file, in bytes; the end of the file where the front matter is not closed.
    pub body_offset: usize,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

impl FrontMatter {
    /// The front matter of a page that says nothing but its title.
    pub fn titled(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            description: None,
            last_reviewed: None,
            reviewed_by: Vec::new(),
            review_interval: None,
            published: None,
            last_updated: None,
            authors: Vec::new(),
            owner: None,
            sources: Vec::new(),
            weight: 0,
            slug: None,
            aliases: Vec::new(),
            draft: false,
            lang: None,
            tags: Vec::new(),
            template: None,
            toc: true,
            prose_waivers: Vec::new(),
            evidence_searched_to: None,
            texts: BTreeMap::new(),
            withdrawn: None,
            extra: serde_json::Map::new().into(),
            places: NamedSpans::default(),
        }
    }

    /// Reads the front matter at the start of a page's text. A key that is faulty is left out, as if it were not there;
    /// `places` tells the two apart.
    pub fn read(path: &SourcePath, text: &str) -> Read {
        let mut faults = Faults::new(path, text);
        let Some(fences) = find_fences(&mut faults) else {
            let body_offset = if opens(text) { text.len() } else { 0 };
            return Read { front_matter: None, body_offset, diagnostics: faults.into_vec() };
        };
        let root = yaml::read(fences.block, &mut faults);
        let front_matter = reader::read(&root, &Spot::Span(fences.opening), &mut faults, Self::of);
        Read { front_matter, body_offset: fences.body, diagnostics: faults.into_vec() }
    }

    fn of(page: &mut Table<'_, '_>) -> Option<Self> {
        let title = title(page);
        for key in ["next_review", "next_review_on", "review_by"] {
            page.refuse(key, Code::NextReview, NEXT_REVIEW, NEXT_REVIEW_HELP);
        }
        // Every key is asked for before a missing title ends the matter.
        let read = Self {
            title: String::new(),
            // A block scalar ends with a line break that nobody means.
            description: page.at("description").string().map(|text| text.trim_end().to_owned()),
            last_reviewed: page.at_either("last_reviewed", "last_reviewed_on").date(),
            reviewed_by: page.at("reviewed_by").strings_or_one().unwrap_or_default(),
            review_interval: page.at("review_interval").interval(),
            published: page.at("published").date(),
            last_updated: page.at("last_updated").date(),
            authors: page.at("authors").strings_or_one().unwrap_or_default(),
            owner: page.at("owner").string(),
            sources: page.at("sources").list(source).unwrap_or_default(),
            weight: page.at("weight").integer().unwrap_or(0),
            slug: page.at("slug").parsed(form::slug, "write one part of the URL, such as `side-effects`"),
            aliases: page.at("aliases").list_or_one(alias).unwrap_or_default(),
            draft: page.at("draft").boolean().unwrap_or(false),
            lang: page.at("lang").parsed(form::language, "write a language tag of BCP 47, such as `en` or `pt-BR`"),
            tags: page.at("tags").strings().unwrap_or_default(),
            template: page
                .at("template")
                .parsed(form::name_below, "write the name of a template, such as `landing.html`"),
            toc: page.at("toc").boolean().unwrap_or(true),
            prose_waivers: prose::waivers(page.at("prose_waivers")),
            evidence_searched_to: page.at("evidence_searched_to").date(),
            texts: texts(page),
            withdrawn: page.at("withdrawn").table(withdrawn).flatten(),
            extra: page.at("extra").json_table().unwrap_or_else(|| serde_json::Map::new().into()),
            places: places(page),
        };
        Some(Self { title: title?, ..read })
    }
}

const NEXT_REVIEW: &str = "the date of the next review is computed, and never written";
const NEXT_REVIEW_HELP: &str =
    "remove it; if the page needs a review sooner than the site asks, write `review_interval: 1 year`";

/// Where the front matter stands.
pub(super) struct Fences {
    /// The opening `---`.
    opening: Span,
    /// The YAML between the lines.
    pub(super) block: Span,
    /// Where the Markdown starts.
    body: usize,
}

fn is_fence(line: &str) -> bool {
    line.trim_end() == "---"
}

/// Whether the first line opens front matter.
fn opens(text: &str) -> bool {
    text.split_inclusive('\n').next().is_some_and(is_fence)
}

pub(super) fn find_fences(faults: &mut Faults<'_>) -> Option<Fences> {
    let text = faults.text;
    let opening = Span::new(0, 3);
    if !opens(text) {
        report_missing(faults);
        return None;
    }
    let start = text.split_inclusive('\n').next().map_or(0, str::len);
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if is_fence(line) {
            return Some(Fences { opening, block: Span::new(start, at), body: at + line.len() });
        }
        at += line.len();
    }
    let help = "write a line `---` between the front matter and the text; `...` does not close it";
    faults.report(Code::FrontMatterUnclosed, opening, "the front matter is opened and never closed", help);
    None
}

fn report_missing(faults: &mut Faults<'_>) {
    let text = faults.text;
    let first = text.lines().next().unwrap_or("");
    let help = if text.trim_start().starts_with("---") {
        "remove what stands before the first `---`: the front matter starts in the first line"
    } else if first.starts_with("+++") {
        "write the front matter as YAML between two lines `---`"
    } else {
        "start the file with three lines: `---`, `title: …`, `---`"
    };
    faults.report(Code::FrontMatterMissing, Span::new(0, first.len()), "the page has no front matter", help);
}

/// The title. One that YAML reads as a number is a fault, and still names the page for those who list or link it.
fn title(page: &mut Table<'_, '_>) -> Option<String> {
    let text = page.faults().text;
    let field = page.at("title").required("title: Risks of IORT");
    let written = match (field.kind(), field.span()) {
        (Some(Kind::Bool(_) | Kind::Integer(_) | Kind::Float(_)), Some(span)) => Some(span.of(text).to_owned()),
        _ => None,
    };
    field.filled().or(written)
}

fn places(page: &Table<'_, '_>) -> NamedSpans {
    let places = page.entries().iter().map(|entry| (entry.key.as_ref(), entry.value.span));
    // Later phases ask by the name that the struct has.
    let alias = places.clone().find(|(key, _)| *key == "last_reviewed_on").map(|(_, span)| ("last_reviewed", span));
    places.chain(alias).collect()
}

fn alias(item: Field<'_, '_>) -> Option<String> {
    item.parsed(form::site_path, "write an old path of this page from the site's root, such as `/old/risks/`")
}

fn source(mut item: Field<'_, '_>) -> Option<Source> {
    const KEYS: [&str; 4] = ["title", "url", "doi", "note"];
    match item.kind()? {
        Kind::Table(entries) => {
            if let [only] = entries.as_slice()
                && suggest::nearest(&only.key, KEYS).is_none()
            {
                let message = format!("an item of `sources` reads as a table with the key `{}`", only.key);
                item.report(Code::WrongType, message, "if the colon is part of the text, put the whole text in quotes");
                return None;
            }
            item.table(|source| {
                let title = source.at("title").required("title: ASTRO guideline").filled();
                let url =
                    source.at("url").parsed(form::web_url, "write the whole address, such as `https://doi.org/…`");
                let doi =
                    source.at("doi").parsed(form::doi, "write the DOI alone, such as `10.1016/j.prro.2023.11.004`");
                let note = source.at("note").string();
                Some(Source { title: title?, url, doi, note })
            })?
        }
        _ => item.filled().map(|title| Source { title, url: None, doi: None, note: None }),
    }
}

fn withdrawn(table: &mut Table<'_, '_>) -> Option<Withdrawn> {
    let reason = table.at("reason").required("reason: This treatment is no longer offered").filled();
    let successor = table.at("successor").filled();
    Some(Withdrawn { reason: reason?, successor })
}

/// The terms of governance that hold one text or more.
fn texts(page: &mut Table<'_, '_>) -> BTreeMap<&'static str, Vec<String>> {
    let read = |key: &'static str| Some((key, page.at(key).strings_or_one()?));
    TEXTS.into_iter().filter_map(read).collect()
}
