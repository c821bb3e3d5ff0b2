//! The search index of one language: many small files, of which a query loads those that its words start with.
//!
//! The files are classic scripts that hand their text to `iortSearch`, so that they load from a disk and under a policy that
//! allows no connections. There are four kinds:
//!
//! - `index.js`: which files there are, and the theme's words for the search field. On a small site it holds all the others would,
//!   so that the first letter typed is answered at once;
//! - `w-<letters>.js`: the words from those letters to the next file's, each with the pages that hold it, and the other names of the
//!   glossary's terms;
//! - `e-<letter>.js`: the words that end with a letter, for a query whose first letters are mistyped and last ones are not;
//! - `p-<group>.js`: the pages themselves: title, address, headings.
//!
//! An edit must not move what it does not touch. So a page is known by a number made of its address, not by its place in
//! a list; the files are not fingerprinted, so that none names another; and letters are split further only where their
//! words are many. A file's key digests each page's part of it, so that an edit makes anew just the files of the words that it
//! touched.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use serde_json::json;

use crate::base::digest::{Digest, Hasher};
use crate::base::path::{OutPath, UrlPath, encode};
use crate::page::facts::{Facts, GlossaryEntry};
use crate::page::fold;
use crate::page::parse::Page;
use crate::render::search_cuts::Cuts;
use crate::render::search_lines::{Lines, written};
use crate::render::search_words::{self, Digests, Kept, Spread};
use crate::site::routes::SEARCH;

/// A word of more pages than this names those in which it weighs most: it is of use beside a rarer one only.
pub(super) const MOST_PAGES: usize = 100;
/// About how many pages share a file that describes them.
const GROUP: usize = 32;
/// How long a description is, in characters.
const DESCRIPTION: usize = 140;
/// Bits in the number of a page at most: four digits of six.
pub(super) const BITS: u32 = 24;
/// A site of no more pages has numbers of two digits.
const SHORT: usize = 256;
/// A site of no more pages may have its index in one file, and numbers of one digit.
const MOST_IN_ONE: usize = 64;
/// How long that file is at most, in bytes: about 9 KB compressed.
const ONE: usize = 18_000;
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
    /// How many digits their numbers have.
    digits: u32,
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
    let digits = if found.len() <= SHORT { 2 } else { BITS / 6 };
    let pages = numbered(found, 6 * digits);
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
        digits,
        group_bits: groups.trailing_zeros(),
    };
    let strings: BTreeMap<_, _> = words.iter().filter(|(name, _)| name.starts_with("search_")).collect();
    if let Some((words, list)) = index.in_one() {
        let pages = index.pages.len();
        index.start(&json!({
            "digits": 1, "bits": 0, "words": "", "endings": "", "pages": pages, "offline": offline, "strings": strings,
            "all": words, "list": list,
        }));
        return (index, known);
    }
    let endings = digests.endings.iter().map(|(ending, _)| ending.to_string()).collect::<Vec<_>>();
    index.start(&json!({
        "digits": digits,
        "words": index.cuts.starts.join(" "),
        "endings": endings.join(" "),
        "bits": index.group_bits,
        "pages": index.pages.len(),
        "offline": offline,
        "strings": strings,
    }));
    let files = index.word_files(&digests);
    index.files.extend(files);
    let groups = index.groups();
    index.files.extend(groups);
    (index, known)
}

/// Gives each page a number made of its address. Of two that fall on one, the later address takes the next that is free.
fn numbered(found: Vec<Found>, bits: u32) -> Vec<(u32, Found)> {
    let number = |page: &Found| {
        let digest = Digest::of(page.url.as_str().as_bytes());
        let number = digest.as_bytes()[..3].iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
        number >> (BITS - bits)
    };
    let mut pages: Vec<(u32, Found)> = found.into_par_iter().map(|page| (number(&page), page)).collect();
    pages.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.url.cmp(&b.1.url)));
    let mut free = 0;
    for (number, _) in &mut pages {
        *number = free.max(*number);
        free = *number + 1;
    }
    // The last ones may be pushed beyond the last number: then all move down, to where there is room.
    let mut last = 1 << bits;
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
    fn start(&mut self, value: &serde_json::Value) {
        let start = call("index", &value.to_string());
        let key = Digest::of(start.as_bytes());
        self.files.push(File { path: path(&self.lang, "index"), key, holds: Holds::Start(start) });
    }

    /// All words, and all pages, of a site that is small enough for one file. There a page's number is its place.
    fn in_one(&self) -> Option<(String, Vec<serde_json::Value>)> {
        if self.pages.len() > MOST_IN_ONE {
            return None;
        }
        let mut lines = Lines::new(Vec::new(), 1, "\n");
        let place = |place: usize| u32::try_from(place).unwrap_or(0);
        for file in 0..self.cuts.starts.len() {
            for word in search_words::words(&self.cuts, &self.pages, None, file) {
                lines.word(&word, |number| place(self.pages.partition_point(|(before, _)| *before < number)));
            }
        }
        lines.names(self.names.iter());
        let pages = self.pages.iter().enumerate();
        let pages: Vec<_> = pages.map(|(at, (_, found))| json!(entry(place(at), 1, found))).collect();
        let words = lines.finish();
        let size = words.len() + pages.iter().map(|page| page.to_string().len()).sum::<usize>();
        (size <= ONE).then(|| (String::from_utf8(words).unwrap_or_default(), pages))
    }

    fn word_files(&self, digests: &Digests) -> Vec<File> {
        let by_start = digests.words.par_iter().enumerate().map(|(file, digest)| {
            let (from, to) = self.cuts.range(file);
            let mut hasher = Hasher::new();
            hasher.number(self.digits.into()).part(from).part(to.unwrap_or("")).digest(*digest);
            for (name, others) in self.names_between(from, to) {
                hasher.part(name).number(others.len() as u64);
                for other in others {
                    hasher.part(other);
                }
            }
            let path = path(&self.lang, &format!("w-{}", named(&self.cuts.starts[file])));
            File { path, key: hasher.finish(), holds: Holds::Words(file) }
        });
        let by_ending = digests.endings.par_iter().map(|(ending, digest)| {
            let path = path(&self.lang, &format!("e-{}", named(&ending.to_string())));
            File { path, key: *digest, holds: Holds::Endings(*ending) }
        });
        by_start.chain(by_ending).collect()
    }

    fn groups(&self) -> Vec<File> {
        let group_of = |number: u32| number >> (6 * self.digits - self.group_bits);
        let same: Vec<_> = self.pages.chunk_by(|a, b| group_of(a.0) == group_of(b.0)).collect();
        same.into_par_iter()
            .map(|pages| {
                let group = pages.first().map_or(0, |(number, _)| group_of(*number));
                let mut hasher = Hasher::new();
                hasher.number(self.digits.into());
                for (number, found) in pages {
                    let (facts, terms) = (&found.page.facts, &found.page.terms);
                    hasher.number(u64::from(*number)).part(found.url.as_str()).part(&facts.title);
                    hasher.part(found.within.as_ref().map_or("", |within| &within.title));
                    hasher.part(description(found)).part(terms.all_targets());
                }
                let path = path(&self.lang, &format!("p-{group:x}"));
                File { path, key: hasher.finish(), holds: Holds::Pages(group) }
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
        match &file.holds {
            Holds::Start(text) => text.clone().into_bytes(),
            // Neither has anything but letters and what stands between them: quotes around it do.
            Holds::Words(at) => {
                let mut script = self.words(*at, opened(&file.name()) + "\"");
                script.extend_from_slice(b"\");\n");
                script
            }
            Holds::Endings(ending) => {
                let words = search_words::ending(&self.pages, self.spread(), *ending);
                call(&file.name(), &format!("\"{words}\"")).into_bytes()
            }
            Holds::Pages(group) => call(&file.name(), &self.described(*group)).into_bytes(),
        }
    }

    /// The words spread over the files, unless so few are made that it is quicker to look for their words in each page.
    fn spread(&self) -> Option<&Spread> {
        let looks = if self.spread.get().is_none() { self.looks.fetch_add(1, Ordering::Relaxed) } else { LOOKS };
        (looks >= LOOKS).then(|| self.spread.get_or_init(|| search_words::spread(&self.cuts, &self.pages)))
    }

    /// The text of a file of words, behind what comes before it; a line ends as it is written in quotes.
    fn words(&self, file: usize, before: String) -> Vec<u8> {
        let mut lines = Lines::new(before.into_bytes(), self.digits, "\\n");
        for word in search_words::words(&self.cuts, &self.pages, self.spread(), file) {
            lines.word(&word, |number| number);
        }
        let (from, to) = self.cuts.range(file);
        lines.names(self.names_between(from, to));
        lines.finish()
    }

    fn described(&self, group: u32) -> String {
        let shift = 6 * self.digits - self.group_bits;
        let first = |group: u32| self.pages.partition_point(|(number, _)| number >> shift < group);
        let pages = self.pages[first(group)..first(group + 1)].iter();
        // Texts always serialise.
        let entry = |(number, found): &(u32, Found)| {
            serde_json::to_string(&entry(*number, self.digits, found)).unwrap_or_default()
        };
        let entries: Vec<String> = pages.map(entry).collect();
        format!("[{}]", entries.join(",\n"))
    }
}

/// A page as a result shows it: its number, address, title, section, description and targets.
type Entry<'a> = (String, String, &'a str, &'a str, Cow<'a, str>, Vec<[&'a str; 2]>);

fn entry(number: u32, digits: u32, found: &Found) -> Entry<'_> {
    let facts = &found.page.facts;
    let targets = found.page.terms.targets().map(|target| [target.id, target.title]).collect();
    let within = found.within.as_ref().map_or("", |within| within.title.as_str());
    (written(number, digits), encode(found.url.from_root()), &facts.title, within, describe(found), targets)
}

/// What there is to say of a page.
fn description(found: &Found) -> &str {
    found.page.facts.description.as_deref().unwrap_or(&found.page.terms.opening)
}

/// What a result says of its page.
fn describe(found: &Found) -> Cow<'_, str> {
    let text = description(found);
    match text.char_indices().nth(DESCRIPTION) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()).into(),
        None => text.into(),
    }
}

/// A script that hands over a value.
fn call(name: &str, value: &str) -> String {
    [&opened(name), value, ");\n"].concat()
}

/// What stands before the value.
fn opened(name: &str) -> String {
    format!("iortSearch({},", serde_json::Value::from(name))
}
