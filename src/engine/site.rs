//! The site as every page sees it: what is made of all that is no page, and of all facts together.
//!
//! Each of the two has a digest of what it is made from, and is made anew only where that differs. An edit that leaves a
//! page's facts as they were leaves both as they were.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use tera::Value;

use crate::base::code::Code;
use crate::base::date::Date;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::digest::{Digest, Hasher};
use crate::base::path::{SourcePath, UrlPath};
use crate::base::quick::QuickMap;
use crate::engine::fragments::Fragments;
use crate::engine::listing::{self, Listing};
use crate::engine::pages::{self, Current};
use crate::page::facts::GlossaryEntry;
use crate::page::markdown::Options;
use crate::render::brand;
use crate::render::menu::{self, SharedNavigation};
use crate::render::site_view;
use crate::render::theme::{self, Theme, Words};
use crate::render::view::{Kind, Setting};
use crate::review::policy::Policy;
use crate::site::link::{self, Target, Use};
use crate::site::navigation::{self, Navigation};
use crate::site::prints::{self, Gathered};
use crate::site::register::{self, Entry};
use crate::site::reviews::Reviewed;
use crate::site::routes::{self, PUBLISHED_REVIEWS, REVIEWS, Routes, SEARCH};
use crate::source::config::{self, BaseUrl, Config, ConfigTarget};
use crate::source::data;
use crate::source::policy;
use crate::source::reviewers::{self, Reviewers};
use crate::source::snapshot::{CONTENT, SITE_TOML, SourceFile, Sources, is_page};

/// What is made of the options and of every file that is no page and lies beside none.
pub(super) struct Globals {
    /// The digest of all that it is made from.
    pub(super) digest: Digest,
    pub(super) config: Config,
    pub(super) reviewers: Reviewers,
    pub(super) theme: Option<Theme>,
    pub(super) data_value: Value,
    pub(super) data_digest: Digest,
    pub(super) today: Date,
    pub(super) drafts: bool,
    /// Whether drafts of held pages are shown.
    pub(super) preview: bool,
    /// Whether the site is read from a disk.
    pub(super) offline: bool,
    pub(super) faults: Vec<Diagnostic>,
}

impl Globals {
    /// Reads them, unless those of the build before are made from the same.
    pub(super) fn read(sources: &Sources, before: Option<&Arc<Self>>) -> Arc<Self> {
        let digest = digest_of(sources);
        if let Some(before) = before.filter(|before| before.digest == digest) {
            return Arc::clone(before);
        }
        let (mut config, mut faults) = config::read_config(sources);
        if let Some(Ok(base)) = sources.options.base_url.as_deref().map(BaseUrl::parse) {
            config.base_url = Some(base);
        }
        if config.base_url.is_none() && !sources.options.offline {
            faults.push(no_base_url());
        }
        let (reviewers, found) = reviewers::read_reviewers(sources);
        faults.extend(found);
        faults.extend(policy::check_roles(&config.review, &reviewers));
        let (data, found) = data::read_data(sources);
        faults.extend(found);
        let (theme, found) = theme::load(sources, &config);
        faults.extend(found);
        faults.extend(no_page_of_reviews(&config, theme.as_ref()));
        Arc::new(Self {
            digest,
            config,
            reviewers,
            theme,
            data_value: Value::from_serializable(&data),
            data_digest: Digest::of_value(&data),
            today: sources.options.today,
            drafts: sources.options.drafts || sources.options.preview,
            preview: sources.options.preview,
            offline: sources.options.offline,
            faults,
        })
    }

    /// How Markdown is read.
    pub(super) fn markdown(&self) -> Options {
        Options::site(self.config.markdown.smart_punctuation).gathering_words(self.has_template(Kind::Search))
    }

    /// Whether the theme has the template of a kind of page.
    fn has_template(&self, kind: Kind) -> bool {
        self.theme.as_ref().is_some_and(|theme| theme.templates.has(kind.template()))
    }

    /// Whether the site publishes where its reviews stand.
    pub(super) fn publishes_reviews(&self) -> bool {
        self.config.review.publish
    }

    /// Whether there is a page that shows it.
    pub(super) fn shows_reviews(&self) -> bool {
        self.publishes_reviews() && self.has_template(Kind::Reviews)
    }

    /// What the program writes itself at the site's root beside what it always does.
    fn taken(&self) -> &'static [&'static str] {
        if self.publishes_reviews() { &PUBLISHED_REVIEWS } else { &[] }
    }

    /// The path under which the site lies.
    pub(super) fn base_path(&self) -> &str {
        self.config.base_url.as_ref().map_or("/", |base| &base.path)
    }
}

fn digest_of(sources: &Sources) -> Digest {
    let mut hasher = Hasher::new();
    hasher.value(&sources.options);
    for (path, file) in sources.files.iter().filter(|(path, _)| path.inside(CONTENT).is_none()) {
        hasher.part(path.as_str()).digest(file.digest());
    }
    hasher.finish()
}

/// A theme may have no page for what `publish` asks to be shown.
fn no_page_of_reviews(config: &Config, theme: Option<&Theme>) -> Option<Diagnostic> {
    let template = Kind::Reviews.template();
    let is_missing = config.review.publish && theme.is_some_and(|theme| !theme.templates.has(template));
    is_missing.then(|| {
        let message = format!("`[review] publish` is on, and the theme has no template `{template}`");
        Diagnostic::new(Code::TemplateMissing, Place::file(&SourcePath::new(SITE_TOML)), message)
            .help(format!("write `templates/{template}`, after the one of the default theme"))
    })
}

fn no_base_url() -> Diagnostic {
    let message = "there is no `base_url`, so canonical links and the sitemap are left out";
    Diagnostic::new(Code::NoBaseUrl, Place::file(&SourcePath::new(SITE_TOML)), message)
        .help("write `base_url = \"https://…\"` in `site.toml`, or give `--base-url`")
}

/// All facts linked, under a theme.
pub(super) struct Site {
    /// The digest of all that it is made from.
    pub(super) digest: Digest,
    pub(super) globals: Arc<Globals>,
    pub(super) routes: Arc<Routes>,
    pub(super) navigation: Navigation,
    /// By section, as the pages in it see the navigation: made where it is first asked for.
    shared: QuickMap<Option<usize>, OnceLock<SharedNavigation>>,
    /// The same as HTML, if the theme has a template for it.
    pub(super) fragments: Fragments,
    /// The sections that are gathered for printing, if the theme has a template for it.
    pub(super) prints: BTreeMap<usize, Gathered>,
    /// The languages that have an index for searching, if the theme has a page for it.
    pub(super) searched: BTreeSet<String>,
    /// The glossaries, by number.
    pub(super) glossaries: BTreeSet<usize>,
    pub(super) view_value: Value,
    pub(super) view_digest: Digest,
    /// The width and height of images beside pages.
    pub(super) sizes: QuickMap<SourcePath, (u32, u32)>,
    /// All outputs; those of pages without their keys.
    pub(super) listing: Listing,
    pub(super) faults: Vec<Diagnostic>,
}

impl Site {
    /// Links the facts, unless the site before is made from the same. `copies` are files of the records that are shown;
    /// `unheld` is the site with every page's own words, where that is another.
    pub(super) fn link(
        sources: &Sources,
        globals: &Arc<Globals>,
        pages: &[Current],
        copies: &[SourcePath],
        unheld: Option<&Arc<Self>>,
        before: Option<&Arc<Self>>,
    ) -> Arc<Self> {
        let copies = copies.iter().filter_map(|path| sources.files.get_key_value(path));
        let files: Vec<(&SourcePath, &SourceFile)> =
            sources.below(CONTENT).filter(|(path, _)| !is_page(path)).chain(copies).collect();
        let digest = || Self::digest(globals, pages, &files, unheld);
        let names: Vec<SourcePath> = files.iter().map(|(path, _)| (*path).clone()).collect();
        let lay_out = || {
            let facts = pages::facts(pages);
            routes::lay_out_beside(&facts, &names, globals.drafts, globals.taken(), navigation::build)
        };
        // Where there may be nothing to do, that is found out first.
        let (digest, (mut routes, mut faults, (navigation, found))) = match before.map(|before| (before, digest())) {
            Some((before, digest)) if before.digest == digest => return Arc::clone(before),
            Some((_, digest)) => (digest, lay_out()),
            None => rayon::join(digest, lay_out),
        };
        faults.extend(found);
        routes.unheld = unheld.map(|site| Arc::clone(&site.routes));
        faults.extend(config_links(&globals.config, &routes));
        faults.extend(register::check_sections(&globals.config.review, &routes));
        let names = globals.theme.as_ref().map(|theme| Arc::clone(&theme.names)).unwrap_or_default();
        let (brand, found) = brand::view(&globals.config, sources, &names);
        faults.extend(found);
        let site_view = site_view::site(&globals.config, &routes, &navigation, brand, globals.shows_reviews());
        let (view_value, view_digest) = (Value::from_serializable(&site_view), Digest::of_value(&site_view));
        let has_prints = globals.has_template(Kind::Print);
        let prints = if has_prints { prints::prints(&routes, &navigation) } else { BTreeMap::new() };
        let mut sections: Vec<Option<usize>> =
            (0..routes.pages.len()).map(|number| section_of(&navigation, number)).chain([None]).collect();
        sections.dedup();
        let shared = sections.into_iter().map(|section| (section, OnceLock::new())).collect();
        let size_of = |(path, file): &(&SourcePath, &SourceFile)| match file {
            SourceFile::Binary(binary) => Some(((*path).clone(), binary.dimensions?)),
            _ => None,
        };
        let sizes = files.iter().filter_map(size_of).collect();
        let searched = if globals.has_template(Kind::Search) { searched(globals, &routes) } else { BTreeSet::new() };
        let glossaries =
            globals.config.glossary.iter().filter_map(|page| routes.page_at(&UrlPath::new(&page.to))).collect();
        let globals = Arc::clone(globals);
        let listing = Listing::default();
        let mut site = Self {
            digest,
            globals,
            routes: Arc::new(routes),
            navigation,
            shared,
            fragments: Fragments::default(),
            prints,
            searched,
            glossaries,
            view_value,
            view_digest,
            sizes,
            listing,
            faults,
        };
        (site.fragments, site.listing) = rayon::join(|| Fragments::of(&site), || listing::list(&site, &files));
        Arc::new(site)
    }

    fn digest(
        globals: &Globals,
        pages: &[Current],
        files: &[(&SourcePath, &SourceFile)],
        unheld: Option<&Arc<Self>>,
    ) -> Digest {
        let mut hasher = Hasher::new();
        unheld.iter().for_each(|site| _ = hasher.digest(site.digest));
        hasher.digest(globals.digest).number(pages.len() as u64);
        for current in pages {
            hasher.digest(current.page.facts_digest);
        }
        for (path, file) in files {
            hasher.part(path.as_str()).digest(file.digest());
        }
        hasher.finish()
    }

    /// The theme.
    pub(super) fn theme(&self) -> Option<&Theme> {
        self.globals.theme.as_ref()
    }

    /// The language of a page.
    pub(super) fn lang(&self, number: usize) -> &str {
        self.routes.pages[number].facts.lang.as_deref().unwrap_or(&self.globals.config.lang)
    }

    /// The words of a page's language.
    pub(super) fn words(&self, number: usize) -> Option<&Words> {
        self.theme()?.words(self.lang(number))
    }

    /// Where a page stands with its records, and what its review lacks.
    pub(super) fn enter(&self, number: usize, reviewed: Option<&Reviewed>) -> (Entry, Vec<Diagnostic>) {
        let globals = &self.globals;
        let page = &self.routes.pages[number];
        register::enter(&page.facts, self.policy(number), &globals.reviewers, reviewed, globals.today)
    }

    /// What the site asks of a page's reviews.
    pub(super) fn policy(&self, number: usize) -> &Policy {
        self.globals.config.review.policy(&self.routes.pages[number].url)
    }

    /// The section whose navigation a page shows: itself if it is one, or the one that holds it.
    pub(super) fn section_of(&self, number: usize) -> Option<usize> {
        section_of(&self.navigation, number)
    }

    /// The navigation as the pages of a section see it.
    pub(super) fn shared(&self, section: Option<usize>) -> Option<&SharedNavigation> {
        let made = self.shared.get(&section)?;
        Some(made.get_or_init(|| menu::navigation(&self.routes, &self.navigation, section)))
    }

    /// What a page's view is made from.
    pub(super) fn setting(&self) -> Setting<'_> {
        Setting {
            routes: &self.routes,
            navigation: &self.navigation,
            reviewers: &self.globals.reviewers,
            base_url: self.globals.config.base_url.as_ref(),
            prints: &self.prints,
            preview: self.globals.preview,
        }
    }

    /// Whether a link, given from the site's root, is one of the navigation of a section's pages, or of the configuration.
    pub(super) fn is_named(&self, section: Option<usize>, link: &str) -> bool {
        let in_navigation = |page| self.shared(section).is_some_and(|shared| shared.names(&self.navigation, page));
        // Whether there is a home page has been said.
        link == "/"
            || (link == SEARCH && self.has_search())
            || (link == REVIEWS && self.globals.shows_reviews())
            || self.routes.page_with_url(link).is_some_and(in_navigation)
            || site_view::config_links(&self.globals.config).any(|target| target.to == link)
    }

    /// The terms that the glossaries of a language explain.
    pub(super) fn terms(&self, lang: &str) -> Vec<&GlossaryEntry> {
        let glossaries = self.glossaries.iter().filter(|number| self.lang(**number) == lang);
        glossaries.flat_map(|number| &self.routes.pages[*number].facts.glossary).collect()
    }

    /// Whether there is a page for searching.
    pub(super) fn has_search(&self) -> bool {
        self.theme().is_some_and(|theme| theme.templates.has(Kind::Search.template()))
    }

    /// Whether an output is there for a path of the site.
    pub(super) fn has(&self, url: &UrlPath) -> bool {
        self.listing.find(&url.output()).is_some()
    }
}

/// The languages of the pages that can be found. Drafts cannot: a preview shows them, and nobody is to find them.
fn searched(globals: &Globals, routes: &Routes) -> BTreeSet<String> {
    let found = routes.pages.iter().filter(|page| page.facts.is_found());
    let langs: BTreeSet<&str> = found.map(|page| page.facts.lang.as_deref().unwrap_or(&globals.config.lang)).collect();
    let has_words = |lang: &&str| globals.theme.as_ref().is_some_and(|theme| theme.words(lang).is_some());
    langs.into_iter().filter(has_words).map(str::to_owned).collect()
}

fn section_of(navigation: &Navigation, number: usize) -> Option<usize> {
    let node = &navigation.nodes[number];
    if node.children.is_empty() { node.parent } else { Some(number) }
}

fn config_links(config: &Config, routes: &Routes) -> Vec<Diagnostic> {
    let site = SourcePath::new(SITE_TOML);
    let from = SourcePath::new(format!("{CONTENT}/index.md"));
    let fault = |target: &ConfigTarget| {
        let resolved = link::resolve(routes, &from, &target.to, Use::Link);
        let place = Place::span(&site, target.span);
        match resolved {
            Ok(Target::External(_)) => None,
            Ok(_) if target.to.starts_with('/') => None,
            Ok(_) => Some(
                Diagnostic::new(Code::LinkInvalid, place, format!("`{}` does not start with `/`", target.to))
                    .help("a link in `site.toml` is a path from the site's root, such as `/about/`, or a whole URL"),
            ),
            Err(fault) => Some(
                Diagnostic::new(fault.code, place, fault.message)
                    .help("name a page by its path from the site's root, such as `/about/`"),
            ),
        }
    };
    site_view::config_links(config).filter_map(fault).collect()
}
