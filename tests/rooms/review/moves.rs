//! What a move costs: nothing, where the old path is kept; and what is a change all the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use iort_site::base::digest::Digest;
use iort_site::base::path::SourcePath;
use iort_site::page::markdown::Options;
use iort_site::page::{parse, words};
use iort_site::review::digest::Sha256;
use iort_site::review::evidence::{Evidence, Words};
use iort_site::review::policy::{Policy, Require};
use iort_site::review::record::{Filed, Record};
use iort_site::review::state::{State, weigh};
use iort_site::review::text::{IncludeKind, ReviewedText};
use iort_site::site::link::Use;
use iort_site::site::reviews::{Weighed, gather, moved, owner};
use iort_site::site::routes::{self, Routes};
use iort_site::site::settle::{Ground, includes, settle};
use iort_site::source::reviewers::{Reviewer, Reviewers};

use crate::review::{day, filed, record};

/// A site of pages and files beside them, in memory.
#[derive(Clone, Default)]
struct Site {
    pages: BTreeMap<String, String>,
    files: BTreeMap<String, &'static [u8]>,
    records: Vec<Filed>,
}

impl Site {
    fn page(&mut self, path: &str, front: &str, body: &str) {
        self.pages.insert(format!("content/{path}"), format!("---\ntitle: {path}\n{front}---\n{body}\n"));
    }

    fn routes(&self) -> Routes {
        let parse = |(path, text): (&String, &String)| {
            Arc::clone(
                &parse::parse(&SourcePath::new(path.as_str()), text, Digest::of(text.as_bytes()), Options::site(true))
                    .0
                    .facts,
            )
        };
        let facts: Vec<_> = self.pages.iter().map(parse).collect();
        let files: Vec<SourcePath> = self.files.keys().map(|path| SourcePath::new(format!("content/{path}"))).collect();
        let (routes, faults) = routes::lay_out(&facts, &files, false, &[]);
        assert_eq!(faults, [], "the site itself is sound");
        routes
    }

    fn on<T>(&self, work: impl FnOnce(&Ground<'_>) -> T) -> T {
        let routes = self.routes();
        let moved = moved(&routes, self.records.iter().map(|filed| &filed.record));
        let digest =
            |path: &SourcePath| self.files.get(path.as_str().strip_prefix("content/")?).map(|bytes| Sha256::of(bytes));
        let attribute = |component: &str, name: &str| match (component, name) {
            ("figure", "src") => Some(Use::Image),
            _ => None,
        };
        let glossary = |number: usize| routes.pages[number].facts.path.as_str() == "content/glossary.md";
        work(&Ground { routes: &routes, moved: &moved, attribute: &attribute, glossary: &glossary, digest: &digest })
    }

    fn text(&self, path: &str, ground: &Ground<'_>) -> ReviewedText {
        let source = SourcePath::new(format!("content/{path}"));
        let words = words::read(&source, &self.pages[source.as_str()]);
        let includes = includes(&words, &source, ground);
        ReviewedText { words, includes: Vec::new() }.with_includes(includes)
    }

    /// A reviewer passes a page as it is.
    fn review(&mut self, path: &str) {
        let text = self.on(|ground| self.text(path, ground));
        let page = SourcePath::new(format!("content/{path}"));
        let body = self.pages[page.as_str()].clone();
        let record =
            Record { page, text: text.digest(), includes: text.includes, ..record("2026-01-05", "nurse", &body, None) };
        self.records.push(filed("2026-01-05-nurse.md", record));
    }

    /// Where a page stands by its records.
    fn state(&self, path: &str) -> State {
        self.on(|ground| {
            let source = SourcePath::new(format!("content/{path}"));
            let number = ground.routes.page_of(&source).unwrap();
            let present = settle(&self.text(path, ground), &source, ground);
            let own = self.records.iter().filter(|filed| owner(ground.routes, &filed.record) == Some(number));
            let settled: Vec<(&Filed, ReviewedText)> = own
                .map(|filed| {
                    let Record { page, body, includes, text, .. } = &filed.record;
                    let read = ReviewedText { words: words::read(page, body), includes: includes.clone() };
                    assert_eq!(read.digest(), *text, "the stored digest holds, whatever has been moved");
                    (filed, settle(&read, page, ground))
                })
                .collect();
            let chain: Vec<Weighed<'_>> =
                settled.iter().map(|(filed, text)| Weighed { filed, text, is_signed: true }).collect();
            let reviews = gather(&present, &chain, &reviewers());
            let policy = Policy { require: Require::Signature, ..Policy::default() };
            weigh(&Evidence { reviews, ..Evidence::default() }, &policy, day("2026-06-01")).state
        })
    }
}

fn reviewers() -> Reviewers {
    let nurse = Reviewer {
        id: "nurse".to_owned(),
        name: "A Nurse".to_owned(),
        credentials: "RN".to_owned(),
        role: "Nurse".to_owned(),
        affiliation: None,
        url: None,
        active_from: Some(day("2026-01-01")),
        active_until: Some(day("2026-12-31")),
        demonstration: false,
        keys: Vec::new(),
    };
    Reviewers::from([("nurse".to_owned(), nurse)])
}

const LINKS: [&str; 10] = [
    "[a](risks.md)",
    "[a](./risks.md#pain)",
    "[a](/risks.md)",
    "[a](/risks/)",
    "[a](risks)",
    "[a][r]\n\n[r]: risks.md\n",
    "see [a *b*](risks.md \"Risks\") and [c](index.md)",
    ":::note\n[a](risks.md)\n:::",
    "- [a](risks.md)\n- [b](<risks.md>)",
    "a[^1]\n\n[^1]: [a](risks.md)",
];

/// Ten reviewed pages that link to a reviewed page with a picture, a figure and a file.
fn site(slug: &str) -> Site {
    let mut site = Site::default();
    site.page("index.md", "", "Home.");
    let body = "## Pain {#pain}\n\n![A scan](scan.png) [the form](form.pdf) [up](#pain) [home](index.md)\n\n:::figure{src=\"dots.svg\" alt=\"Dots\"}\n:::";
    site.page("risks.md", slug, body);
    site.files = [("scan.png", &b"scan"[..]), ("form.pdf", b"form"), ("dots.svg", b"dots")]
        .map(|(path, bytes)| (path.to_owned(), bytes))
        .into();
    for (number, link) in LINKS.iter().enumerate() {
        let link = if slug.is_empty() {
            (*link).to_owned()
        } else {
            link.replace("/risks/", "/all-risks/").replace("(risks)", "(risks.md)")
        };
        site.page(&format!("p{number}.md"), "", &link);
    }
    site.review("risks.md");
    for number in 0..10 {
        site.review(&format!("p{number}.md"));
    }
    site
}

/// Moves the page and what lies beside it, and rewrites the links, as `mv` does; the old URL is kept as an alias.
fn move_page(site: &Site, slug: &str, alias: &str) -> Site {
    let mut site = site.clone();
    let page = site.pages.remove("content/risks.md").unwrap();
    let page = page.replace("(index.md)", "(../index.md)").replacen("---\n", &format!("---\naliases: [{alias}]\n"), 1);
    site.pages.insert("content/all/dangers.md".to_owned(), page);
    site.page("all/index.md", "", "All.");
    site.files = site.files.into_iter().map(|(path, bytes)| (format!("all/{path}"), bytes)).collect();
    for number in 0..10 {
        let text = site.pages.get_mut(&format!("content/p{number}.md")).unwrap();
        let target = "all/dangers.md";
        *text = text
            .replace("(risks.md", &format!("({target}"))
            .replace("(./risks.md", &format!("({target}"))
            .replace("(/risks.md", &format!("(/{target}"))
            .replace("(/risks/)", "(/all/dangers/)")
            .replace("(/all-risks/)", "(/all/all-risks/)")
            .replace("(risks)", &format!("({target})"))
            .replace(": risks.md", &format!(": {target}"))
            .replace("<risks.md>", &format!("<{target}>"));
    }
    assert!(slug.is_empty() || site.pages["content/all/dangers.md"].contains(slug));
    site
}

fn all_current(site: &Site, page: &str) {
    assert_eq!(site.state(page), State::Current, "{page}");
    for number in 0..10 {
        assert_eq!(site.state(&format!("p{number}.md")), State::Current, "p{number}");
    }
}

#[test]
fn a_moved_page_costs_no_review() {
    let site = site("");
    all_current(&site, "risks.md");
    all_current(&move_page(&site, "", "/risks/"), "all/dangers.md");
}

#[test]
fn a_moved_page_with_a_slug_costs_no_review() {
    let site = site("slug: all-risks\n");
    all_current(&site, "risks.md");
    all_current(&move_page(&site, "slug: all-risks\n", "/all-risks/"), "all/dangers.md");
}

#[test]
fn a_page_that_was_moved_and_is_still_linked_by_its_old_url_costs_no_review() {
    let site = site("");
    let mut by_hand = move_page(&site, "", "/risks/");
    by_hand.page("p3.md", "", "[a](/risks/)");
    assert_eq!(by_hand.state("p3.md"), State::Current);
}

#[test]
fn a_page_that_moves_twice_costs_no_review() {
    let mut site = move_page(&site(""), "", "/risks/");
    let page = site.pages.remove("content/all/dangers.md").unwrap().replace("[/risks/]", "[/risks/, /all/dangers/]");
    site.pages.insert("content/all/end.md".to_owned(), page);
    for text in site.pages.values_mut() {
        *text = text.replace("dangers.md", "end.md").replace("(/all/dangers/)", "(/all/end/)");
    }
    all_current(&site, "all/end.md");
}

#[test]
fn what_is_a_change_all_the_same() {
    let site = site("");
    let changed = |change: &dyn Fn(&mut Site)| {
        let mut site = site.clone();
        change(&mut site);
        (site.state("risks.md"), site.state("p0.md"))
    };
    let edit = |path: &'static str, from: &'static str, to: &'static str| {
        move |site: &mut Site| {
            let text = site.pages.get_mut(&format!("content/{path}")).unwrap();
            assert!(text.contains(from));
            *text = text.replace(from, to);
        }
    };
    let replace = |file: &'static str| move |site: &mut Site| _ = site.files.insert(file.to_owned(), b"another");
    let (current, lost) = (State::Current, State::Changed);
    assert_eq!(changed(&replace("scan.png")), (lost, current));
    assert_eq!(changed(&replace("dots.svg")), (lost, current));
    assert_eq!(changed(&replace("form.pdf")), (lost, current));
    assert_eq!(changed(&edit("risks.md", "A scan", "Another scan")), (lost, current));
    assert_eq!(changed(&edit("p0.md", "risks.md", "index.md")), (current, lost));
    assert_eq!(changed(&edit("p0.md", "risks.md", "risks.md#pain")), (current, lost));
    assert_eq!(changed(&edit("p0.md", "risks.md", "/risks/")), (current, current), "another way of writing it");
    assert_eq!(changed(&edit("risks.md", "## Pain {#pain}", "## Pain {#ache}")), (current, current));
}

#[test]
fn a_page_that_was_moved_without_its_old_path_costs_the_reviews_of_those_that_link_to_it() {
    let site = move_page(&site(""), "", "/elsewhere/");
    assert_eq!(site.state("all/dangers.md"), State::Never, "its records are those of no page");
    assert_eq!(site.state("p0.md"), State::Changed);
}

#[test]
fn files_and_images_are_kept_by_their_bytes() {
    let site = site("");
    let text = site.on(|ground| site.text("risks.md", ground));
    let told: Vec<(IncludeKind, &str)> =
        text.includes.iter().map(|include| (include.kind, include.name.as_str())).collect();
    assert_eq!(
        told,
        [(IncludeKind::File, "/form.pdf"), (IncludeKind::Image, "/dots.svg"), (IncludeKind::Image, "/scan.png")]
    );
}

#[test]
fn evidence_tells_words_apart_and_nothing_more() {
    let site = site("");
    let source = SourcePath::new("content/risks.md");
    let evidence = |page: &str| {
        site.on(|ground| {
            let text = |body: &str| {
                let text = ReviewedText { words: words::read(&source, body), includes: Vec::new() };
                settle(&text, &source, ground)
            };
            let (present, reviewed) = (text(page), text(&site.records[0].record.body));
            let weighed = Weighed { filed: &site.records[0], text: &reviewed, is_signed: true };
            gather(&present, &[weighed], &reviewers())
        })
    };
    let once = evidence("---\ntitle: Edited once\n---\n");
    assert_eq!(once, evidence("---\ntitle: Edited twice\n---\n"), "a second edit of a changed page moves nothing");
    assert_eq!((once[0].words, once[0].reviewer.is_active, once[0].reviewer.is_only_author), (Words(1), true, false));
    assert_eq!(evidence(&site.records[0].record.body)[0].words, Words::PRESENT);
}

#[test]
fn who_alone_wrote_a_page_is_told() {
    let mut site = Site::default();
    site.page("index.md", "authors: ['a  nurse']\n", "Text.");
    site.review("index.md");
    assert_eq!(site.state("index.md"), State::Never);
    let mut site = Site::default();
    site.page("index.md", "authors: [A Nurse, B]\n", "Text.");
    site.review("index.md");
    assert_eq!(site.state("index.md"), State::Current);
}
