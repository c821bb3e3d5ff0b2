//! The words of one page as search wants them: each with what it weighs here and the heading below which it weighs most.
//!
//! This is made from one file alone and kept with the page, so that a site's index needs no second look at the text of pages
//! that did not change.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::base::digest::Hasher;
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

impl Terms {
    /// How many words there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The words in order.
    pub fn iter(&self) -> impl Iterator<Item = Term<'_>> {
        (0..self.entries.len()).map(|at| self.term(at))
    }

    /// A word by its place in the order.
    pub fn term(&self, at: usize) -> Term<'_> {
        let Entry { weight, target, .. } = self.entries[at];
        Term { word: self.word(at), weight, target }
    }

    /// The words from one to before another, by their places in the order.
    pub fn between(&self, from: &str, to: Option<&str>) -> std::ops::Range<usize> {
        let before = |word: &str| {
            let (mut low, mut high) = (0, self.entries.len());
            while low < high {
                let middle = usize::midpoint(low, high);
                if self.word(middle) < word { low = middle + 1 } else { high = middle }
            }
            low
        };
        before(from)..to.map_or(self.entries.len(), before)
    }

    /// Adds some of the words to a digest, with all that is said of them.
    pub fn digest(&self, range: std::ops::Range<usize>, hasher: &mut Hasher) {
        let mut start = range.start.checked_sub(1).map_or(0, |before| self.entries[before].end);
        let text = start as usize..range.end.checked_sub(1).map_or(0, |last| self.entries[last].end as usize);
        let mut said = Vec::with_capacity(3 * range.len());
        for Entry { end, weight, target } in &self.entries[range] {
            // A word has 128 bytes at most.
            said.extend([u8::try_from(end - start).unwrap_or(u8::MAX), *weight, *target]);
            start = *end;
        }
        hasher.part(&said).part(&self.words[text]);
    }

    /// The text of a word by its place in the order.
    pub fn word(&self, at: usize) -> &str {
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
    reader.body(body, &body.nodes);
    reader.flush();
    reader.finish()
}

/// One standing of a word: where its folded text is, in which target, and what it weighs.
struct Standing {
    /// How the word begins: most words are put in order by this alone.
    head: u64,
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
            let (head, len) = (first_bytes(word), u8::try_from(word.len()).unwrap_or(u8::MAX));
            standings.push(Standing { head, start, len, target, weight });
        });
    }

    fn body(&mut self, body: &Body, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Html(html) => self.html(html.of(&body.html)),
                Node::Component(component) => self.component(body, component),
                Node::Link(_) | Node::LinkStart(_) | Node::LinkEnd(_) | Node::Image(_) | Node::Word(_) => {}
            }
        }
    }

    /// A component's texts are for the reader too; one with an id can be led to.
    fn component(&mut self, body: &Body, component: &Component) {
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
        self.body(body, &component.nodes);
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
        // Those that stand below one target are summed up, so their order does not matter. A shorter word is all in its head.
        let order = |a: &Standing, b: &Standing| {
            let rest = || if a.len.max(b.len) > 8 { word(a).cmp(word(b)) } else { Ordering::Equal };
            a.head.cmp(&b.head).then_with(rest)
        };
        standings.sort_unstable_by(|a, b| order(a, b).then(a.target.cmp(&b.target)));
        let mut terms = Terms { targets, opening, ..Terms::default() };
        for same in standings.chunk_by(|a, b| order(a, b).is_eq()) {
            let (weight, target) = weigh(same);
            terms.words.push_str(same.first().map_or("", word));
            terms.entries.push(Entry { end: u32::try_from(terms.words.len()).unwrap_or(u32::MAX), weight, target });
        }
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

/// The first eight bytes of a text as a number whose order is theirs.
pub fn first_bytes(text: &str) -> u64 {
    let mut bytes = [0; 8];
    let count = text.len().min(8);
    bytes[..count].copy_from_slice(&text.as_bytes()[..count]);
    u64::from_be_bytes(bytes)
}

/// Undoes the references that the Markdown library writes.
fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
