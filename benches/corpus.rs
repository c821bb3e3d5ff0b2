//! The corpus of the benchmarks: the same pages for each generator, in the form that it reads.
//!
//! Deterministic: the words come from a generator of numbers with a fixed seed, so two machines measure the same bytes. A
//! page is about 4.8 KB of what patient pages are made of: front matter with a review, headings, paragraphs, lists, a table,
//! and three links to other pages, one of them to an anchor. Sections of 50 pages lie in parts of 20 sections.
//!
//! ```text
//! cargo run --release --example corpus -- <folder> <flavor> <pages> [<shape>]
//! ```
//!
//! Flavors: `iort-site` (the floor program reads it too), `hugo`, `zola`, `mdbook`, `zensical`. Shapes: `sections`; `flat`, one
//! section that holds all pages; `navigation`, sections of 200 pages, all shown on each of them.
#![allow(missing_docs, clippy::disallowed_methods, clippy::print_stderr, reason = "a program that writes files")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io, process};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let parsed = match words.as_slice() {
        [folder, flavor, pages] => Some((*folder, Flavor::parse(flavor), pages.parse().ok(), Some(Shape::Sections))),
        [folder, flavor, pages, shape] => {
            Some((*folder, Flavor::parse(flavor), pages.parse().ok(), Shape::parse(shape)))
        }
        _ => None,
    };
    let Some((folder, Some(flavor), Some(pages), Some(shape))) = parsed else {
        eprintln!("usage: corpus <folder> iort-site|hugo|zola|mdbook|zensical <pages> [sections|flat|navigation]");
        process::exit(2);
    };
    Corpus { root: PathBuf::from(folder), flavor, pages, shape }.write()
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavor {
    IortSite,
    Hugo,
    Zola,
    MdBook,
    Zensical,
}

impl Flavor {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "iort-site" => Self::IortSite,
            "hugo" => Self::Hugo,
            "zola" => Self::Zola,
            "mdbook" => Self::MdBook,
            "zensical" => Self::Zensical,
            _ => return None,
        })
    }

    /// Where pages go.
    fn folder(self) -> &'static str {
        match self {
            Self::IortSite | Self::Hugo | Self::Zola => "content",
            Self::MdBook => "src",
            Self::Zensical => "docs",
        }
    }

    fn index(self) -> &'static str {
        if matches!(self, Self::Hugo | Self::Zola) { "_index.md" } else { "index.md" }
    }

    /// A link from one page to another, each given by its path without an ending.
    fn link(self, from: &str, to: &str, anchor: &str) -> String {
        let up = "../".repeat(from.matches('/').count());
        match self {
            // Hugo and Zola are spared the look-up: the link is the page's address, and nothing checks it.
            Self::Hugo | Self::Zola => format!("{up}../{to}/{anchor}"),
            _ => format!("{up}{to}.md{anchor}"),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Sections,
    Flat,
    Navigation,
}

impl Shape {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "sections" => Self::Sections,
            "flat" => Self::Flat,
            "navigation" => Self::Navigation,
            _ => return None,
        })
    }

    fn per_section(self) -> usize {
        match self {
            Self::Sections => 50,
            Self::Flat => usize::MAX,
            Self::Navigation => 200,
        }
    }
}

const SECTIONS_PER_PART: usize = 20;

pub(crate) struct Corpus {
    pub(crate) root: PathBuf,
    pub(crate) flavor: Flavor,
    pub(crate) pages: usize,
    pub(crate) shape: Shape,
}

impl Corpus {
    pub(crate) fn write(&self) -> io::Result<()> {
        self.page("", "index", "Home", 0, true)?;
        let per_section = self.shape.per_section();
        let mut summary = String::from("# Summary\n\n- [Home](index.md)\n");
        let mut navigation = String::new();
        for page in 0..self.pages {
            let path = self.path(page);
            let (section, _) = path.rsplit_once('/').unwrap_or(("", &path));
            if page % per_section == 0 {
                let number = page / per_section;
                if let Some((part, _)) = section.split_once('/')
                    && number.is_multiple_of(SECTIONS_PER_PART)
                {
                    let name = format!("Part {}", number / SECTIONS_PER_PART);
                    self.page(part, "index", &name, number, true)?;
                    let _ = writeln!(summary, "- [{name}]({part}/index.md)");
                }
                self.page(section, "index", &format!("Section {number}"), number, true)?;
                let _ = writeln!(summary, "- [Section {number}]({section}/index.md)");
            }
            let name = path.rsplit('/').next().unwrap_or(&path);
            let title = title(page);
            self.page(section, name, &title, page, false)?;
            let _ = writeln!(summary, "  - [{title}]({path}.md)");
            let _ = writeln!(navigation, "<li><a href=\"/{path}/\">{title}</a></li>");
            if self.flavor == Flavor::Zola && (page + 1 == self.pages || (page + 1) % per_section == 0) {
                // Zola makes a section's list anew, out of all its pages, for each of them. So it is given lists that are made.
                write(&self.root.join("navigation").join(section).join("_index.md.html"), &navigation)?;
                navigation.clear();
            }
        }
        if self.flavor == Flavor::MdBook {
            write(&self.root.join("src/SUMMARY.md"), &summary)?;
        }
        Ok(())
    }

    /// The path of a page below the folder of pages, without an ending.
    fn path(&self, page: usize) -> String {
        let section = page / self.shape.per_section();
        match self.shape {
            Shape::Flat => format!("all/page-{page:05}"),
            _ => format!("part-{:02}/section-{section:04}/page-{page:05}", section / SECTIONS_PER_PART),
        }
    }

    fn page(&self, folder: &str, name: &str, title: &str, number: usize, is_index: bool) -> io::Result<()> {
        let mut words = Words::new(number as u64 * 2 + u64::from(is_index));
        let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let mut text = self.front_matter(title, number, &mut words);
        if is_index {
            words.paragraph(&mut text, 60);
        } else {
            self.body(&mut text, &path, number, &mut words);
        }
        let file = if is_index { self.flavor.index().to_owned() } else { format!("{name}.md") };
        write(&self.root.join(self.flavor.folder()).join(folder).join(file), &text)
    }

    fn front_matter(&self, title: &str, number: usize, words: &mut Words) -> String {
        let description = words.sentence(12);
        if self.flavor == Flavor::MdBook {
            return format!("# {title}\n\n{description}\n\n");
        }
        let (month, day) = (1 + number % 6, 1 + number % 28);
        if self.flavor == Flavor::Zola {
            return format!(
                "+++\ntitle = \"{title}\"\ndescription = \"{description}\"\nweight = {}\n\n[extra]\n\
                 last_reviewed = 2026-{month:02}-{day:02}\nreviewed_by = [\"reviewer-{}\"]\n+++\n\n",
                number % 50,
                number % 5,
            );
        }
        format!(
            "---\ntitle: {title}\ndescription: {description}\nlast_reviewed: 2026-{month:02}-{day:02}\n\
             reviewed_by: [reviewer-{}]\nweight: {}\n---\n\n",
            number % 5,
            number % 50,
        )
    }

    fn body(&self, text: &mut String, path: &str, number: usize, words: &mut Words) {
        for part in 1..=6 {
            let _ = writeln!(text, "## {}\n", heading(number, part));
            words.paragraph(text, 70);
            match part {
                1 => {
                    let next = (number + 1) % self.pages;
                    let far = (number * 7 + 13) % self.pages;
                    let link = |to: usize, anchor: &str| self.flavor.link(path, &self.path(to), anchor);
                    let anchor = format!("#{}", heading(far, 3).to_lowercase().replace(' ', "-"));
                    let _ = writeln!(
                        text,
                        "See [the next page]({}), [a page elsewhere]({}), and [a part of it]({}).\n",
                        link(next, ""),
                        link(far, ""),
                        link(far, &anchor),
                    );
                }
                2 => {
                    for _ in 0..6 {
                        let _ = writeln!(text, "- {}", words.sentence(9));
                    }
                    text.push('\n');
                }
                4 => {
                    text.push_str("| What | When | Whom to ask |\n| --- | --- | --- |\n");
                    for _ in 0..4 {
                        let _ = writeln!(text, "| {} | {} | {} |", words.phrase(3), words.phrase(3), words.phrase(2));
                    }
                    text.push('\n');
                }
                _ => words.paragraph(text, 50),
            }
        }
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    match fs::write(path, text) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(path, text)
        }
        done => done,
    }
}

fn title(page: usize) -> String {
    let mut words = Words::new(page as u64 * 2);
    let mut title = words.phrase(3);
    title[..1].make_ascii_uppercase();
    format!("{title} {page}")
}

/// A heading that no other of its page is like, and that another page can name.
fn heading(page: usize, part: usize) -> String {
    const ORDINALS: [&str; 7] = ["Zeroth", "First", "Second", "Third", "Fourth", "Fifth", "Sixth"];
    let mut words = Words::new((page * ORDINALS.len() + part) as u64);
    format!("{} {}", ORDINALS[part % ORDINALS.len()], words.phrase(2))
}

const VOCABULARY: [&str; 64] = [
    "radiation",
    "surgery",
    "tumor",
    "dose",
    "treatment",
    "doctor",
    "nurse",
    "team",
    "care",
    "hospital",
    "week",
    "month",
    "side",
    "effect",
    "skin",
    "pain",
    "tired",
    "sleep",
    "question",
    "answer",
    "test",
    "scan",
    "result",
    "visit",
    "call",
    "phone",
    "medicine",
    "wound",
    "healing",
    "breast",
    "tissue",
    "cell",
    "margin",
    "lymph",
    "node",
    "plan",
    "choice",
    "risk",
    "benefit",
    "trial",
    "study",
    "people",
    "family",
    "friend",
    "home",
    "work",
    "food",
    "water",
    "walk",
    "rest",
    "after",
    "before",
    "during",
    "while",
    "often",
    "seldom",
    "always",
    "usual",
    "small",
    "large",
    "early",
    "late",
    "safe",
    "clear",
];

/// Words from a linear congruential generator (Knuth's MMIX constants).
struct Words(u64);

impl Words {
    fn new(seed: u64) -> Self {
        let mut words = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x0001_0071);
        words.number();
        words
    }

    fn number(&mut self) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 40).unwrap_or(0)
    }

    fn word(&mut self) -> &'static str {
        VOCABULARY[self.number() % VOCABULARY.len()]
    }

    fn phrase(&mut self, count: usize) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    fn sentence(&mut self, count: usize) -> String {
        let mut sentence = self.phrase(count);
        sentence[..1].make_ascii_uppercase();
        sentence + "."
    }

    fn paragraph(&mut self, text: &mut String, count: usize) {
        let mut left = count;
        while left > 0 {
            let len = (7 + self.number() % 9).min(left);
            left -= len;
            let sentence = self.sentence(len);
            match self.number() % 8 {
                0 => _ = write!(text, "**{sentence}** "),
                1 => _ = write!(text, "*{sentence}* "),
                2 => _ = write!(text, "{sentence} Use `{}` for it. ", self.word()),
                _ => _ = write!(text, "{sentence} "),
            }
        }
        text.truncate(text.trim_end().len());
        text.push_str("\n\n");
    }
}
