//! The search index of one language: many small files, of which a query loads those that its words start with.
//!
//! The files are classic scripts that hand their text to `iortSearch`, so that they load from a disk and under a policy that
//! allows no connections. There are four kinds:
//!
//! - `index.js`: which files there are, and the theme's words for the search field;
//! - `w-<letters>.js`: the words that start with those letters, each with the pages that hold it, and the other names of the
//!   glossary's terms;
//! - `e-<letter>.js`: the words that end with a letter, for a query whose first letters are mistyped and last ones are not;
//! - `p-<group>.js`: the pages themselves: title, address, headings.
//!
//! An edit must not move what it does not touch. So a page is known by a number made of its address, not by its place in
//! a list; the files are not fingerprinted, so that none names another; and letters are split further only where their
//! words are many. A file's key is made of the digests that `Terms` has of each page's part of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::json;

use crate::base::digest::{Digest, Hasher};
use crate::base::path::{OutPath, UrlPath, encode};
use crate::page::facts::{Facts, GlossaryEntry};
use crate::page::fold;
use crate::page::parse::Page;
use crate::page::terms::{Bucket, Letters, Term};
use crate::site::routes::SEARCH;

/// A file with more words than this, each counted once a page, is split by one more letter: about 7 KB compressed.
const FULL: u32 = 1500;
/// No file is for more letters than this; `search.js` knows it too.
const DEEPEST: usize = 8;
/// A word of more pages than this names those in which it weighs most: it is of use beside a rarer one only.
const MOST_PAGES: usize = 100;
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
    Words(String, usize),
    Endings(Letters),
    Pages(u32),
}

/// Where the index of a language starts, from the site's root.
pub fn start(lang: &str) -> OutPath {
    path(lang, "index")
}

fn path(lang: &str, name: &str) -> OutPath {
    OutPath::new(format!("{}{}/{name}.js", SEARCH.trim_start_matches('/'), lang.to_lowercase()))
}

/// Lays out the index of a language; `glossary` is that of the language; `words` are the theme's for the search field; `offline` if results must name files.
pub fn lay_out(
    lang: &str,
    found: Vec<Found>,
    glossary: &[GlossaryEntry],
    words: &BTreeMap<String, String>,
    offline: bool,
) -> Index {
    let pages = numbered(found);
    let groups = (pages.len().div_ceil(GROUP)).next_power_of_two();
    let mut index = Index {
        lang: lang.to_owned(),
        files: Vec::new(),
        names: names(glossary),
        pages,
        group_bits: groups.trailing_zeros(),
    };
    let heads = index.heads();
    let tails = index.tails();
    let letters = |files: &[File]| files.iter().filter_map(File::letters).collect::<Vec<_>>().join(" ");
    let start = json!({
        "words": letters(&heads),
        "endings": letters(&tails),
        "bits": index.group_bits,
        "pages": index.pages.len(),
        "offline": offline,
        "strings": words.iter().filter(|(name, _)| name.starts_with("search_")).collect::<BTreeMap<_, _>>(),
    });
    let start = call("index", &start.to_string());
    let key = Digest::of(start.as_bytes());
    index.files.push(File { path: path(lang, "index"), key, holds: Holds::Start(start) });
    index.files.extend(heads);
    index.files.extend(tails);
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

fn names(glossary: &[GlossaryEntry]) -> BTreeMap<String, BTreeSet<String>> {
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
    /// The letters that its words share.
    fn letters(&self) -> Option<String> {
        match &self.holds {
            Holds::Words(letters, _) => Some(letters.clone()),
            Holds::Endings(letters) => Some(letters.text()),
            Holds::Start(_) | Holds::Pages(_) => None,
        }
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
    fn heads(&self) -> Vec<File> {
        let mut counts: HashMap<Letters, u32> = HashMap::new();
        for bucket in self.pages.iter().flat_map(|(_, found)| &found.page.terms.heads) {
            *counts.entry(bucket.letters).or_default() += bucket.count;
        }
        let mut counts: Vec<(Letters, u32)> = counts.into_iter().collect();
        counts.sort_unstable();
        let mut split_to = Vec::new();
        split(&counts, 1, &mut split_to);
        let mut shards: Vec<((Letters, usize), Hasher)> = Vec::new();
        let mut shard_of: HashMap<Letters, usize> = HashMap::new();
        for (letters, shard) in split_to {
            if shards.last().is_none_or(|(last, _)| *last != shard) {
                shards.push((shard, Hasher::new()));
            }
            shard_of.insert(letters, shards.len() - 1);
        }
        for (number, found) in &self.pages {
            for Bucket { letters, digest, .. } in &found.page.terms.heads {
                if let Some((_, hasher)) = shard_of.get(letters).and_then(|at| shards.get_mut(*at)) {
                    hasher.number(u64::from(*number)).digest(*digest);
                }
            }
        }
        let files = |((letters, depth), mut hasher): ((Letters, usize), Hasher)| {
            // What is split further shares the digest: an edit of one makes all of them anew, and they are few.
            let digest = hasher.finish();
            let deeper = if depth == 3 { self.deeper(&letters.text()) } else { vec![(letters.text(), depth)] };
            deeper.into_iter().map(|(letters, depth)| self.word_file(letters, depth, digest)).collect::<Vec<_>>()
        };
        shards.into_par_iter().flat_map_iter(files).collect()
    }

    fn word_file(&self, letters: String, depth: usize, digest: Digest) -> File {
        let mut hasher = Hasher::new();
        hasher.digest(digest);
        for (name, others) in self.names_at(&letters, depth) {
            hasher.part(name);
            for other in others {
                hasher.part(other);
            }
        }
        let path = path(&self.lang, &format!("w-{}", named(&letters)));
        File { path, key: hasher.finish(), holds: Holds::Words(letters, depth) }
    }

    /// Splits the words that start with three letters by further ones, as far as they are many.
    fn deeper(&self, letters: &str) -> Vec<(String, usize)> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for term in self.pages.iter().flat_map(|(_, found)| found.page.terms.starting(letters)) {
            if first(term.word, 3) == letters {
                *counts.entry(term.word).or_default() += 1;
            }
        }
        let counts: Vec<(&str, usize)> =
            counts.into_iter().map(|(word, count)| (word, count.min(MOST_PAGES))).collect();
        let mut out = Vec::new();
        split_words(&counts, 3, &mut out);
        out
    }

    fn tails(&self) -> Vec<File> {
        let mut hashers: BTreeMap<Letters, Hasher> = BTreeMap::new();
        for Bucket { letters, digest, .. } in self.pages.iter().flat_map(|(_, found)| &found.page.terms.tails) {
            hashers.entry(*letters).or_default().digest(*digest);
        }
        let file = |(letters, mut hasher): (Letters, Hasher)| {
            let path = path(&self.lang, &format!("e-{}", named(&letters.text())));
            File { path, key: hasher.finish(), holds: Holds::Endings(letters) }
        };
        hashers.into_iter().map(file).collect()
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

    /// The names whose first word has its entry in the file for some letters.
    fn names_at<'a>(
        &'a self,
        letters: &'a str,
        depth: usize,
    ) -> impl Iterator<Item = (&'a String, &'a BTreeSet<String>)> {
        let is_here = move |name: &str| first(name.split(' ').next().unwrap_or(""), depth) == letters;
        self.names.iter().filter(move |(name, _)| is_here(name))
    }

    /// The bytes of a file.
    pub fn render(&self, file: &File) -> Vec<u8> {
        let text = match &file.holds {
            Holds::Start(text) => text.clone(),
            Holds::Words(letters, depth) => call(&format!("w-{letters}"), &quoted(&self.words(letters, *depth))),
            Holds::Endings(letters) => call(&format!("e-{}", letters.text()), &quoted(&self.endings(*letters))),
            Holds::Pages(group) => call(&format!("p-{group:x}"), &self.described(*group)),
        };
        text.into_bytes()
    }

    /// A line for each word, a line for each name of a term.
    fn words(&self, letters: &str, depth: usize) -> String {
        let mut standings: Vec<(&str, u8, u32, u8)> = Vec::new();
        for (number, found) in &self.pages {
            for Term { word, weight, target } in found.page.terms.starting(letters) {
                if first(word, depth) == letters {
                    standings.push((word, weight, *number, target));
                }
            }
        }
        // The heaviest first; pages of one weight by number, so that the order is one.
        standings.sort_unstable_by(|a, b| (a.0, b.1, a.2).cmp(&(b.0, a.1, b.2)));
        let mut text = String::new();
        for same in standings.chunk_by(|a, b| a.0 == b.0) {
            text.push_str(same.first().map_or("", |(word, ..)| word));
            if same.len() > MOST_PAGES {
                let _ = write!(text, ":{}", same.len());
            }
            text.push(' ');
            for (_, weight, number, target) in same.iter().take(MOST_PAGES) {
                push_number(&mut text, *number);
                text.push(digit(u32::from(*weight)));
                text.push(digit(u32::from(*target)));
            }
            text.push('\n');
        }
        for (name, others) in self.names_at(letters, depth) {
            let others: Vec<&str> = others.iter().map(String::as_str).collect();
            let _ = writeln!(text, "={name}={}", others.join("="));
        }
        text
    }

    fn endings(&self, letters: Letters) -> String {
        let words = self.pages.iter().flat_map(|(_, found)| found.page.terms.iter());
        let words: BTreeSet<&str> = words.map(|term| term.word).filter(|word| Letters::last(word) == letters).collect();
        words.into_iter().collect::<Vec<_>>().join(" ")
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

/// Splits words by their first letters, as far as there are many: each three letters with what their file is for.
fn split(counts: &[(Letters, u32)], depth: usize, out: &mut Vec<(Letters, (Letters, usize))>) {
    for same in counts.chunk_by(|a, b| a.0.cut(depth) == b.0.cut(depth)) {
        let total: u32 = same.iter().map(|(_, count)| count).sum();
        if depth == 3 || total <= FULL {
            out.extend(same.iter().map(|(letters, _)| (*letters, (letters.cut(depth), depth))));
        } else {
            split(same, depth + 1, out);
        }
    }
}

/// Splits counted words by the letter at `depth`, as far as there are many.
fn split_words(counts: &[(&str, usize)], depth: usize, out: &mut Vec<(String, usize)>) {
    for same in counts.chunk_by(|a, b| first(a.0, depth) == first(b.0, depth)) {
        let total: usize = same.iter().map(|(_, count)| count).sum();
        if depth == DEEPEST || total <= FULL as usize {
            out.extend(same.first().map(|(word, _)| (first(word, depth).to_owned(), depth)));
        } else {
            split_words(same, depth + 1, out);
        }
    }
}

/// The first letters of a word: all of a shorter one.
fn first(word: &str, count: usize) -> &str {
    word.char_indices().nth(count).map_or(word, |(end, _)| &word[..end])
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
