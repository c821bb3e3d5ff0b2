//! The search index of one language: many small files, of which a query loads those that its words start with.
//!
//! The files are classic scripts that hand their text to `iortSearch`, so that they load from a disk and under a policy that
//! allows no connections. There are four kinds:
//!
//! - `index.js`: which files there are, and the theme's words for the search field;
//! - `w-<letters>.js`: the words from those letters to the next file's, each with the pages that hold it, and the other names of the
//!   glossary's terms;
//! - `e-<letter>.js`: the words that end with a letter, for a query whose first letters are mistyped and last ones are not;
//! - `p-<group>.js`: the pages themselves: title, address, headings.
//!
//! An edit must not move what it does not touch. So a page is known by a number made of its address, not by its place in
//! a list; the files are not fingerprinted, so that none names another; and letters are split further only where their
//! words are many. A file's key digests each page's part of it, so that an edit makes anew just the files of the words that it
//! touched.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use serde_json::json;

use crate::base::digest::{Digest, Hasher};
use crate::base::path::{OutPath, UrlPath, encode};
use crate::page::facts::{Facts, GlossaryEntry};
use crate::page::fold;
use crate::page::parse::Page;
use crate::render::search_cuts::Cuts;
use crate::render::search_words::{self, Digests, Holder, Kept, Spread, Word};
use crate::site::routes::SEARCH;

/// A word of more pages than this names those in which it weighs most: it is of use beside a rarer one only.
pub(super) const MOST_PAGES: usize = 100;
/// About how many pages share a file that describes them.
const GROUP: usize = 32;
/// How long a description is, in characters.
const DESCRIPTION: usize = 140;
/// The digits of numbers: page, weight, heading.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// The end of a line, in a script's text.
const LINE: &str = "\\n";
/// Bits in the number of a page: four digits.
pub(super) const BITS: u32 = 24;
/// How many files are made by looking for their words in each page, before the words are spread over all files at once.
const LOOKS: usize = 8;

/// A page to be found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The page.
    pub page: Arc<Page>,
    /// Where it is.
    pub url: UrlPath,
    /// The section that holds it, but for the home page.
    pub within: Option<Arc<Facts>>,
}

/// The index of a language.
#[derive(Debug)]
pub struct Index {
    /// The language.
    pub lang: String,
    /// Its files.
    pub files: Vec<File>,
    /// The pages by their numbers.
    pages: Vec<(u32, Found)>,
    /// The names of the glossary's terms, each with the others of the same thing.
    names: BTreeMap<String, BTreeSet<String>>,
    group_bits: u32,
    cuts: Cuts,
    /// Made when it is worth while. The bytes are the same with it and without.
    spread: OnceLock<Spread>,
    /// How many files were made without it.
    looks: AtomicUsize,
}

/// A file of an index.
#[derive(Clone, Debug)]
pub struct File {
    /// Where it goes.
    pub path: OutPath,
    /// The digest of all that its bytes depend on.
    pub key: Digest,
    holds: Holds,
}

#[derive(Clone, Debug)]
enum Holds {
    Start(String),
    /// By its place among the cuts.
    Words(usize),
    Endings(char),
    Pages(u32),
}

/// Where the index of a language starts, from the site's root.
pub fn start(lang: &str) -> OutPath {
    path(lang, "index")
}

fn path(lang: &str, name: &str) -> OutPath {
    OutPath::new(format!("{}{}/{name}.js", SEARCH.trim_start_matches('/'), lang.to_lowercase()))
}

/// What an index is made with, beside its pages.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The glossary of the language: the names of a thing are known for one another.
    pub glossary: &'a [&'a GlossaryEntry],
    /// The theme's words, those for the search field among them.
    pub words: &'a BTreeMap<String, String>,
    /// Whether results must name files.
    pub offline: bool,
    /// Whether most pages are new, so that most files will be made.
    pub is_new: bool,
}

/// Lays out the index of a language. What was found out the last time saves work and changes nothing else.
pub fn lay_out(lang: &str, found: Vec<Found>, setting: Setting<'_>, before: Kept) -> (Index, Kept) {
    let Setting { glossary, words, offline, is_new } = setting;
    let pages = numbered(found);
    let (cuts, digests, spread, known) = search_words::lay_out(&pages, before, is_new);
    let groups = (pages.len().div_ceil(GROUP)).next_power_of_two();
    let mut index = Index {
        lang: lang.to_owned(),
        files: Vec::new(),
        names: names(glossary),
        spread: spread.map_or_else(OnceLock::new, OnceLock::from),
        looks: AtomicUsize::new(0),
        cuts,
        pages,
        group_bits: groups.trailing_zeros(),
    };
    let endings = digests.endings.iter().map(|(ending, _)| ending.to_string()).collect::<Vec<_>>();
    let start = json!({
        "words": index.cuts.starts.join(" "),
        "endings": endings.join(" "),
        "bits": index.group_bits,
        "pages": index.pages.len(),
        "offline": offline,
        "strings": words.iter().filter(|(name, _)| name.starts_with("search_")).collect::<BTreeMap<_, _>>(),
    });
    let start = call("index", &start.to_string());
    let key = Digest::of(start.as_bytes());
    index.files.push(File { path: path(lang, "index"), key, holds: Holds::Start(start) });
    let files = index.word_files(&digests);
    index.files.extend(files);
    let groups = index.groups();
    index.files.extend(groups);
    (index, known)
}

/// Gives each page a number made of its address. Of two that fall on one, the later address takes the next that is free.
fn numbered(found: Vec<Found>) -> Vec<(u32, Found)> {
    let number = |page: &Found| {
        let digest = Digest::of(page.url.as_str().as_bytes());
        digest.as_bytes()[..3].iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
    };
    let mut pages: Vec<(u32, Found)> = found.into_iter().map(|page| (number(&page), page)).collect();
    pages.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.url.cmp(&b.1.url)));
    let mut free = 0;
    for (number, _) in &mut pages {
        *number = free.max(*number);
        free = *number + 1;
    }
    // The last ones may be pushed beyond the last number: then all move down, to where there is room.
    let mut last = 1 << BITS;
    for (number, _) in pages.iter_mut().rev() {
        if *number < last {
            break;
        }
        last -= 1;
        *number = last;
    }
    pages
}

fn names(glossary: &[&GlossaryEntry]) -> BTreeMap<String, BTreeSet<String>> {
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for GlossaryEntry { term, names: others, .. } in glossary {
        let all: BTreeSet<String> = std::iter::once(term).chain(others).map(|name| fold::phrase(name)).collect();
        for name in all.iter().filter(|name| !name.is_empty()) {
            let others = all.iter().filter(|other| *other != name && !other.is_empty()).cloned();
            names.entry(name.clone()).or_default().extend(others);
        }
    }
    names.retain(|_, others| !others.is_empty());
    names
}

impl File {
    /// The name that its script gives: that of the file.
    fn name(&self) -> String {
        let path = self.path.as_str();
        path[path.rfind('/').map_or(0, |at| at + 1)..].trim_end_matches(".js").to_owned()
    }
}

/// The part of a file's name that says which letters it is for: those that no file system takes amiss as they are.
fn named(letters: &str) -> String {
    letters.chars().fold(String::new(), |mut name, c| {
        if c.is_ascii_alphanumeric() {
            name.push(c);
        } else {
            let _ = write!(name, "_{:x}", u32::from(c));
        }
        name
    })
}

impl Index {
    fn word_files(&self, digests: &Digests) -> Vec<File> {
        let by_start = digests.words.iter().enumerate().map(|(file, digest)| {
            let (from, to) = self.cuts.range(file);
            let mut hasher = Hasher::new();
            hasher.part(from).part(to.unwrap_or("")).digest(*digest);
            for (name, others) in self.names_between(from, to) {
                hasher.part(name).number(others.len() as u64);
                for other in others {
                    hasher.part(other);
                }
            }
            let path = path(&self.lang, &format!("w-{}", named(&self.cuts.starts[file])));
            File { path, key: hasher.finish(), holds: Holds::Words(file) }
        });
        let by_ending = digests.endings.iter().map(|(ending, digest)| {
            let path = path(&self.lang, &format!("e-{}", named(&ending.to_string())));
            File { path, key: *digest, holds: Holds::Endings(*ending) }
        });
        by_start.chain(by_ending).collect()
    }

    fn groups(&self) -> Vec<File> {
        let group_of = |number: u32| number >> (BITS - self.group_bits);
        let same = self.pages.chunk_by(|a, b| group_of(a.0) == group_of(b.0));
        same.filter_map(|pages| {
            let group = group_of(pages.first()?.0);
            let mut hasher = Hasher::new();
            for (number, found) in pages {
                let (facts, terms) = (&found.page.facts, &found.page.terms);
                hasher.number(u64::from(*number)).part(found.url.as_str()).part(&facts.title);
                hasher.part(found.within.as_ref().map_or("", |within| &within.title));
                hasher.part(description(found)).part(terms.all_targets());
            }
            let path = path(&self.lang, &format!("p-{group:x}"));
            Some(File { path, key: hasher.finish(), holds: Holds::Pages(group) })
        })
        .collect()
    }

    /// The names whose first word has its entry between two words.
    fn names_between(&self, from: &str, to: Option<&str>) -> impl Iterator<Item = (&String, &BTreeSet<String>)> {
        let is_here = move |name: &str| {
            let first = name.split(' ').next().unwrap_or("");
            from <= first && to.is_none_or(|to| first < to)
        };
        self.names.iter().filter(move |(name, _)| is_here(name))
    }

    /// The bytes of a file.
    pub fn render(&self, file: &File) -> Vec<u8> {
        let text = match &file.holds {
            Holds::Start(text) => text.clone(),
            // Neither has anything but letters and what stands between them, so that quotes around it do.
            Holds::Words(at) => call(&file.name(), &format!("\"{}\"", self.words(*at))),
            Holds::Endings(ending) => {
                let words = search_words::ending(&self.pages, self.spread(), *ending);
                call(&file.name(), &format!("\"{words}\""))
            }
            Holds::Pages(group) => call(&file.name(), &self.described(*group)),
        };
        text.into_bytes()
    }

    /// The words spread over the files, unless so few are made that it is quicker to look for their words in each page.
    fn spread(&self) -> Option<&Spread> {
        let looks = if self.spread.get().is_none() { self.looks.fetch_add(1, Ordering::Relaxed) } else { LOOKS };
        (looks >= LOOKS).then(|| self.spread.get_or_init(|| search_words::spread(&self.cuts, &self.pages)))
    }

    /// A line for each word, a line for each name of a term.
    fn words(&self, file: usize) -> String {
        let mut text = String::new();
        for Word { text: word, count, holders } in search_words::words(&self.cuts, &self.pages, self.spread(), file) {
            text.push_str(word);
            if count > holders.len() {
                let _ = write!(text, ":{count}");
            }
            text.push(' ');
            for (number, weight, target) in holders.into_iter().map(Holder::parts) {
                push_number(&mut text, number);
                text.push(digit(weight));
                text.push(digit(target));
            }
            text.push_str(LINE);
        }
        let (from, to) = self.cuts.range(file);
        for (name, others) in self.names_between(from, to) {
            let others: Vec<&str> = others.iter().map(String::as_str).collect();
            let _ = write!(text, "={name}={}{LINE}", others.join("="));
        }
        text
    }

    fn described(&self, group: u32) -> String {
        let first = |group: u32| self.pages.partition_point(|(number, _)| number >> (BITS - self.group_bits) < group);
        let pages = self.pages[first(group)..first(group + 1)].iter();
        let entry = |(number, found): &(u32, Found)| {
            let facts = &found.page.facts;
            let targets: Vec<[&str; 2]> = found.page.terms.targets().map(|target| [target.id, target.title]).collect();
            let mut id = String::new();
            push_number(&mut id, *number);
            let within = found.within.as_ref().map_or("", |within| within.title.as_str());
            json!([id, encode(found.url.from_root()), facts.title, within, describe(found), targets]).to_string()
        };
        let entries: Vec<String> = pages.map(entry).collect();
        format!("[{}]", entries.join(",\n"))
    }
}

/// What there is to say of a page.
fn description(found: &Found) -> &str {
    found.page.facts.description.as_deref().unwrap_or(&found.page.terms.opening)
}

/// What a result says of its page.
fn describe(found: &Found) -> String {
    let text = description(found);
    match text.char_indices().nth(DESCRIPTION) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

fn push_number(text: &mut String, number: u32) {
    text.extend([18, 12, 6, 0].map(|shift| digit(number >> shift)));
}

fn digit(number: u32) -> char {
    char::from(DIGITS[(number & 63) as usize])
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A script that hands over a value.
fn call(name: &str, value: &str) -> String {
    format!("iortSearch({},{value});\n", quoted(name))
}
