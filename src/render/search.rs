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
//! words are many. A file's key is made of digests of the words in it (`search_inverted`), so that an edit makes anew just the files of
//! the words that it touched.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::json;

use crate::base::digest::{Digest, Hasher};
use crate::base::path::{OutPath, UrlPath, encode};
use crate::page::facts::{Facts, GlossaryEntry};
use crate::page::fold;
use crate::page::parse::Page;
use crate::render::search_inverted::{Blocks, ContentOf, Corpus, Inverted};
use crate::render::search_lines::{Lines, written};
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

/// Pages by their numbers.
pub(super) type Pages = [(u32, Found)];

/// A page to be found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The page.
    pub page: Arc<Page>,
    /// What its content is asked for by.
    pub number: usize,
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
    inverted: Inverted,
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
    /// Where the contents of pages are to be had.
    pub content: &'a ContentOf<'a>,
}

/// Lays out the index of a language. What was found out the last time saves work and changes nothing else.
pub fn lay_out(lang: &str, found: Vec<Found>, setting: Setting<'_>, before: Inverted) -> Index {
    let Setting { glossary, words, offline, content } = setting;
    let digits = if found.len() <= SHORT { 2 } else { BITS / 6 };
    let pages = numbered(found, 6 * digits);
    let groups = (pages.len().div_ceil(GROUP)).next_power_of_two();
    let mut index = Index {
        lang: lang.to_owned(),
        files: Vec::new(),
        names: names(glossary),
        inverted: Inverted::lay_out(Corpus { pages: &pages, content }, 6 * digits, before),
        pages,
        digits,
        group_bits: groups.trailing_zeros(),
    };
    let strings: BTreeMap<_, _> = words.iter().filter(|(name, _)| name.starts_with("search_")).collect();
    if let Some((words, list)) = index.in_one(content) {
        let pages = index.pages.len();
        index.start(&json!({
            "digits": 1, "bits": 0, "words": "", "endings": "", "pages": pages, "offline": offline, "strings": strings,
            "all": words, "list": list,
        }));
        return index;
    }
    let endings: String = index.inverted.endings().keys().flat_map(|ending| [' ', *ending]).collect();
    index.start(&json!({
        "digits": digits,
        "words": index.inverted.cuts().starts.join(" "),
        "endings": endings.trim_start(),
        "bits": index.group_bits,
        "pages": index.pages.len(),
        "offline": offline,
        "strings": strings,
    }));
    let words = index.word_files();
    index.files.extend(words);
    let groups = index.groups();
    index.files.extend(groups);
    index
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
    fn in_one(&self, content: &ContentOf<'_>) -> Option<(String, Vec<serde_json::Value>)> {
        if self.pages.len() > MOST_IN_ONE {
            return None;
        }
        let mut lines = Lines::new(Vec::new(), 1, "\n");
        let place = |place: usize| u32::try_from(place).unwrap_or(0);
        let files = 0..self.inverted.cuts().starts.len();
        let blocks: Vec<Blocks<'_>> = files.map(|file| self.inverted.blocks(self.corpus(content), file)).collect();
        for word in blocks.iter().flat_map(Blocks::words) {
            lines.word(&word, |number| place(self.pages.partition_point(|(before, _)| *before < number)));
        }
        lines.names(self.names.iter());
        let pages = self.pages.iter().enumerate();
        let pages: Vec<_> = pages.map(|(at, (_, found))| json!(entry(place(at), 1, found))).collect();
        let words = lines.finish();
        let size = words.len() + pages.iter().map(|page| page.to_string().len()).sum::<usize>();
        (size <= ONE).then(|| (String::from_utf8(words).unwrap_or_default(), pages))
    }

    fn word_files(&self) -> Vec<File> {
        let files = 0..self.inverted.cuts().starts.len();
        let by_start = files.into_par_iter().map(|file| self.word_file(file));
        let by_ending = self.inverted.endings().into_par_iter().map(|(ending, key)| self.ending_file(ending, key));
        by_start.chain(by_ending).collect()
    }

    /// The file of some words, by its place among the cuts.
    fn word_file(&self, file: usize) -> File {
        let (from, to) = self.inverted.cuts().range(file);
        let mut hasher = Hasher::new();
        hasher.number(self.digits.into()).part(from).part(to.unwrap_or("")).digest(self.inverted.file(file));
        for (name, others) in self.names_between(from, to) {
            hasher.part(name).number(others.len() as u64);
            for other in others {
                hasher.part(other);
            }
        }
        let path = path(&self.lang, &format!("w-{}", named(&self.inverted.cuts().starts[file])));
        File { path, key: hasher.finish(), holds: Holds::Words(file) }
    }

    /// The file of the words that end with a letter.
    fn ending_file(&self, ending: char, key: Digest) -> File {
        let path = path(&self.lang, &format!("e-{}", named(&ending.to_string())));
        File { path, key, holds: Holds::Endings(ending) }
    }

    fn groups(&self) -> Vec<File> {
        let same: Vec<_> = self.pages.chunk_by(|a, b| self.group_of(a.0) == self.group_of(b.0)).collect();
        same.into_par_iter().map(|pages| self.group(pages)).collect()
    }

    /// The number of the file that describes a page.
    fn group_of(&self, page: u32) -> u32 {
        page >> (6 * self.digits - self.group_bits)
    }

    /// The file that describes some pages.
    fn group(&self, pages: &Pages) -> File {
        let group = pages.first().map_or(0, |(number, _)| self.group_of(*number));
        let taken = pages.iter().map(|(number, found)| {
            let within = found.within.as_ref().map(|within| &within.title);
            (*number, found.url.as_str(), within, found.page.terms.shown)
        });
        let taken: Vec<_> = taken.collect();
        let path = path(&self.lang, &format!("p-{group:x}"));
        File { path, key: Digest::of_value(&(self.digits, taken)), holds: Holds::Pages(group) }
    }

    /// The pages that a file describes.
    fn described_in(&self, group: u32) -> &Pages {
        let first = |group: u32| self.pages.partition_point(|(number, _)| self.group_of(*number) < group);
        &self.pages[first(group)..first(group + 1)]
    }

    fn corpus<'a>(&'a self, content: &'a ContentOf<'a>) -> Corpus<'a> {
        Corpus { pages: &self.pages, content }
    }

    /// What the next layout is to be given.
    pub fn inverted(&self) -> &Inverted {
        &self.inverted
    }

    /// Takes over pages whose words are others, or what is shown of them, and whose facts are not: gives the places of the files
    /// that are others by that. `None` where there may be other files; then it is to be laid out anew.
    pub fn edit(&mut self, edited: &[(usize, &Arc<Page>)], content: &ContentOf<'_>) -> Option<Vec<usize>> {
        if matches!(self.files[..], [_]) {
            return None;
        }
        let mut numbers = Vec::new();
        for (number, found) in &mut self.pages {
            if let Some((_, page)) = edited.iter().find(|(edited, _)| *edited == found.number) {
                found.page = Arc::clone(page);
                numbers.push(*number);
            }
        }
        let after = self.inverted.edited(self.corpus(content), &numbers);
        let before = std::mem::replace(&mut self.inverted, after);
        let after = &self.inverted;
        let endings = after.endings();
        if after.cuts() != before.cuts() || endings.keys().ne(before.endings().keys()) {
            return None;
        }
        // Behind the first file are those of words, of endings, and of pages.
        let words = after.cuts().starts.len();
        let other = (0..words).filter(|file| !after.has_file_of(&before, *file));
        let mut made: Vec<(usize, File)> = other.map(|file| (1 + file, self.word_file(file))).collect();
        made.extend((1 + words..).zip(endings).map(|(at, (ending, key))| (at, self.ending_file(ending, key))));
        let groups: BTreeSet<u32> = numbers.into_iter().map(|number| self.group_of(number)).collect();
        for (at, file) in self.files.iter().enumerate() {
            if let Holds::Pages(group) = file.holds
                && groups.contains(&group)
            {
                made.push((at, self.group(self.described_in(group))));
            }
        }
        made.retain(|(at, made)| self.files[*at].key != made.key);
        let places = made.iter().map(|(at, _)| *at).collect();
        for (at, file) in made {
            self.files[at] = file;
        }
        Some(places)
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
    pub fn render(&self, file: &File, content: &ContentOf<'_>) -> Vec<u8> {
        match &file.holds {
            Holds::Start(text) => text.clone().into_bytes(),
            // Neither has anything but letters and what stands between them: quotes around it do.
            Holds::Words(at) => {
                let mut script = self.words(*at, opened(&file.name()) + "\"", content);
                script.extend_from_slice(b"\");\n");
                script
            }
            Holds::Endings(ending) => {
                let words = self.inverted.ending(self.corpus(content), *ending);
                call(&file.name(), &format!("\"{words}\"")).into_bytes()
            }
            Holds::Pages(group) => call(&file.name(), &self.described(*group)).into_bytes(),
        }
    }

    /// The text of a file of words, behind what comes before it; a line ends as it is written in quotes.
    fn words(&self, file: usize, before: String, content: &ContentOf<'_>) -> Vec<u8> {
        let blocks = self.inverted.blocks(self.corpus(content), file);
        let mut lines = Lines::new(before.into_bytes(), self.digits, "\\n");
        for word in blocks.words() {
            lines.word(&word, |number| number);
        }
        let (from, to) = self.inverted.cuts().range(file);
        lines.names(self.names_between(from, to));
        lines.finish()
    }

    fn described(&self, group: u32) -> String {
        // Texts always serialise.
        let entry = |(number, found): &(u32, Found)| {
            serde_json::to_string(&entry(*number, self.digits, found)).unwrap_or_default()
        };
        let entries: Vec<String> = self.described_in(group).iter().map(entry).collect();
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
