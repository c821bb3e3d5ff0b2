//! The published dashboard of a site's reviews: a page, and the same for programs and for calendars.
//!
//! It shows the pages that the site has, each with where the words of its source stand: of a page whose change waits for a
//! reviewer, readers see the words before, and the dashboard says `changed`. A page that is left out because nobody has passed
//! it is left out here too: its title is words that nobody has passed. All three outputs are made from one value, whose digest
//! is in their keys.

use std::collections::{BTreeMap, HashMap};

use crate::base::date::Date;
use crate::base::digest::Digest;
use crate::base::path::{SourcePath, UrlPath};
use crate::engine::fragments::Viewer;
use crate::engine::output::Key;
use crate::engine::planned::PlannedPage;
use crate::engine::prose::{self, Graded};
use crate::engine::recipe;
use crate::engine::reviews::Reviews;
use crate::engine::site::Site;
use crate::engine::survey;
use crate::page::parse::Page;
use crate::render::document::Finished;
use crate::render::review_board::{self, BoardView, Listed};
use crate::render::review_status::{self, PageStatus};
use crate::render::view::{self, Kind};
use crate::site::routes::REVIEWS;
use crate::source::snapshot::Text;

/// The forms in which it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// For people.
    Page,
    /// For programs.
    Json,
    /// For calendars.
    Calendar,
}

/// Where the reviews of all pages stand.
pub(super) struct Board {
    view: BoardView,
    /// Of all that it says.
    digest: Digest,
    /// Of what it says to programs.
    statuses: Vec<PageStatus>,
}

impl Board {
    /// Weighs the pages of a site whose drafts are the other; `texts` are the texts of all sources, in order of path.
    pub(super) fn new(
        site: &Site,
        drafts: &Site,
        (reviews, pages): (&Reviews, &[PlannedPage]),
        texts: &[(&SourcePath, &Text)],
        graded: &mut Graded,
    ) -> Self {
        *graded = grade(site, drafts, (reviews, pages), texts, graded);
        let numbers = (0..drafts.routes.pages.len()).filter(|number| !drafts.routes.pages[*number].facts.draft);
        let status = |number: usize| published(site, survey::surveyed(drafts, reviews, number).status());
        let mut statuses: Vec<PageStatus> = numbers.filter_map(status).collect();
        review_status::sort(&mut statuses);
        let sections = sections(site);
        let listed = |status: &PageStatus| Listed {
            section: first_folder(&status.url).filter(|section| sections.contains_key(*section)).map(str::to_owned),
            grades: graded
                .get(&status.path)
                .and_then(|(_, grade)| grade.clone())
                .map(|grade| (grade.raw, grade.exempt)),
            status: status.clone(),
        };
        let pages: Vec<Listed> = statuses.iter().map(listed).collect();
        let reviewers = review_board::reviewers_of(&pages, &site.globals.reviewers);
        let view = BoardView { today: site.globals.today, pages, sections, reviewers };
        Self { digest: view.digest(), view, statuses }
    }

    /// The key of one of its outputs.
    pub(super) fn key(&self, site: &Site, form: Form) -> Key {
        let lang = &site.globals.config.lang;
        let Some(words) = site.theme().and_then(|theme| theme.words(lang)) else { return Key::default() };
        let none = Digest::default();
        match form {
            Form::Page => recipe::own_key(site, Kind::Reviews, self.digest),
            Form::Json => Key::new([none, none, Digest::of_value(&self.statuses), none, none, none, none, none]),
            Form::Calendar => {
                let statuses = Digest::of_value(&(&self.statuses, self.view.today));
                let config = &site.globals.config;
                let base = config.base_url.as_ref().map(|base| (&base.origin, &base.path));
                let names = Digest::of_value(&(&config.title, base));
                Key::new([none, none, statuses, none, none, words.digest, names, none])
            }
        }
    }

    /// Makes one of its outputs.
    pub(super) fn render(&self, site: &Site, form: Form) -> Option<Finished> {
        match form {
            Form::Page => self.page(site),
            Form::Json => Some(finished(review_status::json(&self.statuses))),
            Form::Calendar => Some(finished(self.calendar(site, self.view.today))),
        }
    }

    fn calendar(&self, site: &Site, today: Date) -> String {
        let words = site.theme().and_then(|theme| theme.words(&site.globals.config.lang));
        let due = words.and_then(|words| words.strings.words.get("reviews_event")).map_or("{title}", String::as_str);
        let summary = |page: &PageStatus| due.replace("{title}", &page.title);
        review_status::calendar(&self.statuses, &site.globals.config, today, &summary)
    }

    fn page(&self, site: &Site) -> Option<Finished> {
        let lang = &site.globals.config.lang;
        let words = site.theme()?.words(lang)?;
        let url = UrlPath::new(REVIEWS);
        let title = words.strings.words.get("reviews_title").map_or("", String::as_str);
        let root = url.to_root();
        let mut context = recipe::base_context(site, lang, words, &root);
        context.insert_value("page", view::own(Kind::Reviews, url.from_root(), title, words));
        context.insert_value("reviews", self.view.value(&words.strings));
        let is_listed = |link: &str| self.statuses.iter().any(|page| page.url.as_str() == link);
        let is_checked = |link: &str| site.is_named(None, link) || is_listed(link);
        let viewer = Viewer { section: None, lang, words, root: &root };
        recipe::document(site, Kind::Reviews.template(), context, Some(viewer), (&url, None), None, &is_checked)
    }
}

fn finished(text: String) -> Finished {
    Finished { bytes: text.into_bytes(), ..Finished::default() }
}

/// Where a page stands, as the public may see it: under the title that is published, and without where a reviewer's word can be
/// found. `None` for a page that the site does not have.
fn published(site: &Site, status: PageStatus) -> Option<PageStatus> {
    let page = &site.routes.pages[site.routes.page_of(&status.path)?];
    Some(PageStatus { title: page.facts.title.clone(), url: page.url.clone(), filed: Vec::new(), ..status })
}

/// The sections by their folders, with the titles of the pages that stand for them.
fn sections(site: &Site) -> BTreeMap<String, String> {
    let pages = site.routes.pages.iter().enumerate();
    let sections = pages.filter(|(number, page)| {
        first_folder(&page.url) == Some(page.url.from_root()) && !site.navigation.nodes[*number].children.is_empty()
    });
    sections.map(|(_, page)| (page.url.from_root().to_owned(), page.facts.title.clone())).collect()
}

/// `conditions/` of `/conditions/breast/`.
fn first_folder(url: &UrlPath) -> Option<&str> {
    let path = url.from_root();
    path.find('/').map(|end| &path[..=end])
}

/// How hard the words are to read that are published of each page.
fn grade(
    site: &Site,
    drafts: &Site,
    (reviews, pages): (&Reviews, &[PlannedPage]),
    texts: &[(&SourcePath, &Text)],
    before: &Graded,
) -> Graded {
    let texts: HashMap<&SourcePath, &Text> = texts.iter().copied().collect();
    let words = |planned: &'_ PlannedPage| {
        let current = &planned.current;
        let page: &Page = &current.page;
        let path = &page.facts.path;
        let own = texts.get(path).map(|text| (&*text.text, text.digest));
        if page.origin.is_none() {
            return own;
        }
        let number = drafts.routes.page_of(path)?;
        let reviewed = reviews.pages.get(&number)?;
        let filed = reviewed.chain.iter().find(|filed| filed.path == *page.file())?;
        Some((&*filed.record.body, current.text))
    };
    let graded: Vec<(&Page, &str, Digest)> = pages
        .iter()
        .filter_map(|planned| words(planned).map(|(text, digest)| (&*planned.current.page, text, digest)))
        .collect();
    prose::grade(site, &graded, before)
}
