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
use std::sync::Arc;

use serde_json::json;

use crate::base::digest::{Digest, Hasher};
use crate::base::path::{OutPath, UrlPath, encode};
use crate::page::facts::{Facts, GlossaryEntry};
use crate::page::fold;
use crate::page::parse::Page;
use crate::render::search_words::{Cuts, Digests, Spread, Word};
use crate::site::routes::SEARCH;

/// A word of more pages than this names those in which it weighs most: it is of use beside a rarer one only.
pub(super) const MOST_PAGES: usize = 100;
/// About how many pages share a file that describes them.
const GROUP: usize = 32;
/// How long a description is, in characters.
const DESCRIPTION: usize = 140;
/// The digits of numbers: page, weight, heading.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Bits in the number of a page: four digits.
const BITS: u32 = 24;

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
#[derive(Clone, Debug)]
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
    /// Where most files will be made.
    spread: Option<Spread>,
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
    /// Whether most pages are new. Their words are then spread over the files at once; the bytes are the same.
    pub is_new: bool,
}

/// Lays out the index of a language.
pub fn lay_out(lang: &str, found: Vec<Found>, setting: Setting<'_>) -> Index {
    let Setting { glossary, words, offline, .. } = setting;
    let pages = numbered(found);
    let cuts = Cuts::of(&pages);
    let groups = (pages.len().div_ceil(GROUP)).next_power_of_two();
    let mut index = Index {
        lang: lang.to_owned(),
        files: Vec::new(),
        names: names(glossary),
        spread: setting.is_new.then(|| cuts.spread(&pages)),
        cuts,
        pages,
        group_bits: groups.trailing_zeros(),
    };
    let digests = index.cuts.digests(&index.pages);
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
    index
}

/// Gives each page a number made of its address. Of two that fall on one, the later address takes the next that is free.
fn numbered(mut found: Vec<Found>) -> Vec<(u32, Found)> {
    found.sort_by(|a, b| a.url.cmp(&b.url));
    let mut taken: BTreeMap<u32, Found> = BTreeMap::new();
    for page in found {
        let digest = Digest::of(page.url.as_str().as_bytes());
        let mut number = digest.as_bytes()[..3].iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
        while taken.contains_key(&number) {
            number = (number + 1) % (1 << BITS);
        }
        taken.insert(number, page);
    }
    taken.into_iter().collect()
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
                hasher.part(found.within.as_ref().map_or("", |within| &within.title)).part(describe(found));
                hasher.number(terms.targets.len() as u64);
                for target in &terms.targets {
                    hasher.part(&target.id).part(&target.title);
                }
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
            Holds::Words(at) => call(&file.name(), &quoted(&self.words(*at))),
            Holds::Endings(ending) => {
                let words = Cuts::ending(&self.pages, self.spread.as_ref(), *ending);
                call(&file.name(), &quoted(&words.join(" ")))
            }
            Holds::Pages(group) => call(&file.name(), &self.described(*group)),
        };
        text.into_bytes()
    }

    /// A line for each word, a line for each name of a term.
    fn words(&self, file: usize) -> String {
        let mut text = String::new();
        for Word { text: word, count, holders } in self.cuts.words(&self.pages, self.spread.as_ref(), file) {
            text.push_str(word);
            if count > holders.len() {
                let _ = write!(text, ":{count}");
            }
            text.push(' ');
            for (number, weight, target) in holders {
                push_number(&mut text, number);
                text.push(digit(u32::from(weight)));
                text.push(digit(u32::from(target)));
            }
            text.push('\n');
        }
        let (from, to) = self.cuts.range(file);
        for (name, others) in self.names_between(from, to) {
            let others: Vec<&str> = others.iter().map(String::as_str).collect();
            let _ = writeln!(text, "={name}={}", others.join("="));
        }
        text
    }

    fn described(&self, group: u32) -> String {
        let pages = self.pages.iter().filter(|(number, _)| number >> (BITS - self.group_bits) == group);
        let entry = |(number, found): &(u32, Found)| {
            let facts = &found.page.facts;
            let targets = found.page.terms.targets.iter();
            let targets: Vec<[&str; 2]> = targets.map(|target| [target.id.as_str(), target.title.as_str()]).collect();
            let mut id = String::new();
            push_number(&mut id, *number);
            let within = found.within.as_ref().map_or("", |within| within.title.as_str());
            json!([id, encode(found.url.from_root()), facts.title, within, describe(found), targets]).to_string()
        };
        let entries: Vec<String> = pages.map(entry).collect();
        format!("[{}]", entries.join(",\n"))
    }
}

/// What a result says of its page.
fn describe(found: &Found) -> String {
    let text = found.page.facts.description.as_deref().unwrap_or(&found.page.terms.opening);
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
