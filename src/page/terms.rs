//! The words of one page as search wants them: each with what it weighs here and the heading below which it weighs most.
//!
//! This is made from one file alone, so that a site's index needs no second look at pages that did not change. Beside the
//! words stand their digests by first letters and by last letter: an index file's key is made of those, so that an edit
//! makes anew just the files whose letters it touched.

use serde::{Deserialize, Serialize};

use crate::base::digest::{Digest, Hasher};
use crate::page::body::{Body, Component, Node};
use crate::page::fold;

/// What a word weighs by where it stands; in the text it weighs as much as it stands there often.
const IN_TITLE: u32 = 24;
const IN_HEADING: u32 = 12;
const IN_DESCRIPTION: u32 = 4;
/// What headings and the text may add, so that a long page does not stand before one that is about the word. With title and
/// description that is 61 at most: a weight is written as one of 64 digits.
const MOST_IN_HEADINGS: u32 = 20;
const MOST_IN_TEXT: u32 = 13;
/// Headings beyond this one count as the last: their number is one of 64 digits, and the page itself has the first.
const LAST_TARGET: usize = 63;
/// How much of the text stands for a page that has no description, in characters.
const OPENING: usize = 160;

/// The words of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The places of the page that a result may lead to beside its top, in order.
    pub targets: Vec<Target>,
    /// How its text begins.
    pub opening: String,
    /// By first letters, sorted.
    pub heads: Vec<Bucket>,
    /// By last letter, sorted.
    pub tails: Vec<Bucket>,
    words: String,
    entries: Vec<Entry>,
}

/// A heading, a question, or anything else with an id and a title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The anchor.
    pub id: String,
    /// What it is called.
    pub title: String,
}

/// One word of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term<'a> {
    /// The word, folded.
    pub word: &'a str,
    /// What it weighs, from 1 to 63.
    pub weight: u8,
    /// 0 for the page, or the number of the target, from 1, below which it weighs most.
    pub target: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    end: u32,
    weight: u8,
    target: u8,
}

/// Up to three letters, in an order that is that of the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Letters(u64);

impl Letters {
    /// The first letters of a word, `count` of them at most, which is 3 at most.
    pub fn first(word: &str, count: usize) -> Self {
        let letters = word.chars().chain(std::iter::repeat('\0')).take(count.min(3));
        let packed = letters.fold(0, |packed, c| packed << 21 | u64::from(u32::from(c)));
        Self(packed << (21 * (3 - count.min(3))))
    }

    /// The last letter of a word.
    pub fn last(word: &str) -> Self {
        Self(word.chars().next_back().map_or(0, |c| u64::from(u32::from(c)) << 42))
    }

    /// The first of these letters, `count` of them at most.
    #[must_use]
    pub fn cut(self, count: usize) -> Self {
        let dropped = 21 * (3 - count.min(3));
        Self(self.0 >> dropped << dropped)
    }

    /// The letters as text.
    pub fn text(self) -> String {
        let letters = [42, 21, 0].map(|shift| u32::try_from(self.0 >> shift & 0x1f_ffff).unwrap_or(0));
        letters.into_iter().filter(|letter| *letter != 0).filter_map(char::from_u32).collect()
    }
}

/// The words of a page that share letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// The letters.
    pub letters: Letters,
    /// How many words.
    pub count: u32,
    /// The digest of all that an index file takes from them.
    pub digest: Digest,
}

impl Terms {
    /// The words in order.
    pub fn iter(&self) -> impl Iterator<Item = Term<'_>> {
        self.range(0..self.entries.len())
    }

    /// The words that start with a text, in order.
    pub fn starting<'a>(&'a self, start: &str) -> impl Iterator<Item = Term<'a>> {
        let mut low = 0;
        let mut high = self.entries.len();
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.word(middle) < start { low = middle + 1 } else { high = middle }
        }
        let start = start.to_owned();
        self.range(low..self.entries.len()).take_while(move |term| term.word.starts_with(&start))
    }

    fn range(&self, range: std::ops::Range<usize>) -> impl Iterator<Item = Term<'_>> {
        range.map(|at| {
            let Entry { weight, target, .. } = self.entries[at];
            Term { word: self.word(at), weight, target }
        })
    }

    fn word(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.entries[before].end as usize);
        &self.words[start..self.entries[at].end as usize]
    }
}

/// Reads the words of a page.
pub fn read(title: &str, description: Option<&str>, tags: &[String], body: &Body) -> Terms {
    let mut reader = Reader::default();
    for tag in tags {
        reader.add(tag, IN_DESCRIPTION);
    }
    reader.add(title, IN_TITLE);
    reader.add(description.unwrap_or(""), IN_DESCRIPTION);
    reader.body(body);
    reader.flush();
    reader.finish()
}

/// One standing of a word: where its folded text is, in which target, and what it weighs.
struct Standing {
    start: u32,
    len: u8,
    target: u8,
    weight: u32,
}

#[derive(Default)]
struct Reader {
    targets: Vec<Target>,
    folded: String,
    standings: Vec<Standing>,
    opening: String,
    /// Text that is not yet cut into words: an inline tag may stand inside one.
    text: String,
    /// The tag that is being read, across the slots in its attributes.
    tag: Option<String>,
    /// The id of the heading that is open.
    heading: Option<String>,
}

impl Reader {
    fn add(&mut self, text: &str, weight: u32) {
        let target = u8::try_from(self.targets.len().min(LAST_TARGET)).unwrap_or(0);
        let Self { folded, standings, .. } = self;
        fold::each_word(text, &mut |word| {
            let start = u32::try_from(folded.len()).unwrap_or(u32::MAX);
            folded.push_str(word);
            // A word has 32 characters at most, of 4 bytes at most.
            standings.push(Standing { start, len: u8::try_from(word.len()).unwrap_or(u8::MAX), target, weight });
        });
    }

    fn body(&mut self, body: &Body) {
        for node in &body.nodes {
            match node {
                Node::Html(html) => self.html(html),
                Node::Component(component) => self.component(component),
                Node::Link(_) | Node::LinkStart(_) | Node::LinkEnd(_) | Node::Image(_) | Node::Word(_) => {}
            }
        }
    }

    /// A component's texts are for the reader too; one with an id can be led to.
    fn component(&mut self, component: &Component) {
        self.flush();
        let value =
            |name: &str| component.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.text());
        let title = ["question", "title", "caption"].into_iter().find_map(value);
        if let (Some(id), Some(title)) = (value("id").filter(|id| !id.is_empty()), title) {
            self.target(id, title);
        }
        for (_, value) in
            component.attributes.iter().filter(|(name, _)| ["caption", "alt", "of"].contains(&name.as_str()))
        {
            self.add(value.text(), 1);
        }
        if let Some(title) = title {
            self.add(title, if value("id").is_some() { IN_HEADING } else { 1 });
        }
        self.body(&component.body);
        self.flush();
    }

    fn target(&mut self, id: &str, title: &str) {
        self.targets.push(Target { id: id.to_owned(), title: title.to_owned() });
    }

    fn html(&mut self, html: &str) {
        let mut rest = html;
        loop {
            if let Some(tag) = &mut self.tag {
                let Some(end) = rest.find('>') else { return tag.push_str(rest) };
                tag.push_str(&rest[..end]);
                let tag = self.tag.take().unwrap_or_default();
                self.tag(&tag);
                rest = &rest[end + 1..];
            } else {
                let end = rest.find('<').unwrap_or(rest.len());
                self.text.push_str(&rest[..end]);
                let Some(inside) = rest.get(end + 1..) else { return };
                self.tag = Some(String::new());
                rest = inside;
            }
        }
    }

    fn tag(&mut self, tag: &str) {
        let name = tag.split([' ', '\n']).next().unwrap_or("");
        match name.trim_start_matches('/') {
            "a" | "b" | "em" | "strong" | "code" | "sup" | "sub" | "del" | "dfn" | "abbr" | "span" => {}
            "h2" | "h3" | "h4" | "h5" | "h6" | "dt" => {
                if name.starts_with('/') {
                    self.close();
                } else {
                    self.flush();
                    let id = tag.split_once(" id=\"").and_then(|(_, rest)| rest.split_once('"'));
                    self.heading = id.map(|(id, _)| unescape(id));
                }
            }
            _ => self.flush(),
        }
    }

    fn close(&mut self) {
        let Some(id) = self.heading.take() else { return self.flush() };
        let title = unescape(&std::mem::take(&mut self.text));
        self.target(&id, title.trim());
        self.add(&title, IN_HEADING);
    }

    /// Cuts the text so far into words.
    fn flush(&mut self) {
        if self.text.trim().is_empty() {
            self.text.clear();
            return;
        }
        let text = unescape(&std::mem::take(&mut self.text));
        self.add(&text, 1);
        let missing = OPENING.saturating_sub(self.opening.chars().count());
        if self.targets.is_empty() && missing > 0 {
            self.opening.extend(if self.opening.is_empty() { None } else { Some(' ') });
            self.opening.extend(text.trim().chars().map(|c| if c == '\n' { ' ' } else { c }).take(missing));
        }
    }

    fn finish(self) -> Terms {
        let Self { folded, mut standings, targets, opening, .. } = self;
        let word = |standing: &Standing| {
            let start = standing.start as usize;
            folded.get(start..start + usize::from(standing.len)).unwrap_or("")
        };
        standings.sort_by(|a, b| (word(a), a.target).cmp(&(word(b), b.target)));
        let mut terms = Terms { targets, opening, ..Terms::default() };
        for same in standings.chunk_by(|a, b| word(a) == word(b)) {
            let (weight, target) = weigh(same);
            terms.words.push_str(same.first().map_or("", word));
            terms.entries.push(Entry { end: u32::try_from(terms.words.len()).unwrap_or(u32::MAX), weight, target });
        }
        terms.heads = heads(&terms);
        terms.tails = tails(&terms);
        terms
    }
}

/// What a word weighs by all its standings, which are sorted by target, and the target where it weighs most.
fn weigh(same: &[Standing]) -> (u8, u8) {
    let sum = |standings: &[Standing], kind: u32, most: u32| {
        standings.iter().map(|standing| standing.weight).filter(|weight| *weight == kind).sum::<u32>().min(most)
    };
    let total = |standings: &[Standing]| {
        sum(standings, IN_TITLE, IN_TITLE)
            + sum(standings, IN_HEADING, MOST_IN_HEADINGS)
            + sum(standings, IN_DESCRIPTION, IN_DESCRIPTION)
            + sum(standings, 1, MOST_IN_TEXT)
    };
    let mut best = (0, 0);
    for below in same.chunk_by(|a, b| a.target == b.target) {
        let weight = total(below);
        if weight > best.0 {
            best = (weight, below.first().map_or(0, |standing| standing.target));
        }
    }
    (u8::try_from(total(same)).unwrap_or(1), best.1)
}

fn heads(terms: &Terms) -> Vec<Bucket> {
    let mut buckets: Vec<Bucket> = Vec::new();
    let mut hasher = Hasher::new();
    let mut terms = terms.iter().peekable();
    let mut count = 0;
    while let Some(term) = terms.next() {
        hasher.part(term.word).number(u64::from(term.weight) << 8 | u64::from(term.target));
        count += 1;
        let letters = Letters::first(term.word, 3);
        if terms.peek().is_none_or(|next| Letters::first(next.word, 3) != letters) {
            buckets.push(Bucket { letters, count, digest: hasher.finish() });
            (hasher, count) = (Hasher::new(), 0);
        }
    }
    buckets
}

fn tails(terms: &Terms) -> Vec<Bucket> {
    let mut words: Vec<(Letters, &str)> = terms.iter().map(|term| (Letters::last(term.word), term.word)).collect();
    words.sort_unstable();
    let same = words.chunk_by(|a, b| a.0 == b.0);
    same.filter_map(|same| {
        let mut hasher = Hasher::new();
        for (_, word) in same {
            hasher.part(word);
        }
        let count = u32::try_from(same.len()).unwrap_or(u32::MAX);
        Some(Bucket { letters: same.first()?.0, count, digest: hasher.finish() })
    })
    .collect()
}

/// Undoes the references that the Markdown library writes.
fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
