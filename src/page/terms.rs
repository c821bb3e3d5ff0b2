//! What search wants of one page: its words, each with what it weighs here and the heading below which it weighs most, and what a
//! result shows of it.
//!
//! Both are made from one file alone. What a result shows, and the digest of the words, are kept with the page; the words
//! themselves are most of it, and go into the postings of the site's index.

use memchr::memchr;
use serde::{Deserialize, Serialize};

use crate::base::digest::Digest;
use crate::base::references::unescape;
use crate::page::body::{Body, Component, Node};
use crate::page::fold::Folder;
use crate::page::interner::Spelling;
use crate::page::tally::{Counted, Stands, Tally};

/// Headings beyond this one count as the last: their number is one of 64 digits, and the page itself has the first.
const LAST_TARGET: usize = 63;
/// How much of the text stands for a page that has no description, in characters.
const OPENING: usize = 160;
/// How much text most targets have at most, in bytes.
const ROOM: usize = 2048;
/// Stands behind each part of a target; no text has one.
const END: char = '\0';

/// What a result shows of a page, and what its words come to.
///
/// The targets are one text and not a list, since there are many pages, which every build reads from the memo.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// How its text begins, if it has no description.
    pub opening: String,
    /// The digest of the words with all that is said of them.
    pub digest: Digest,
    /// The digest of all else that a result takes from the page's file: the title and the description, its opening and its targets.
    pub shown: Digest,
    /// Anchors and titles in turn, each with its end.
    targets: String,
}

/// The words of a page.
///
/// For each, as they come first: its length less one, its weight and its target, a byte each and none above 127; then the word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(String);

/// A heading, a question, or anything else with an id and a title: a place that a result may lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target<'a> {
    /// The anchor.
    pub id: &'a str,
    /// What it is called.
    pub title: &'a str,
}

/// One word of a page.
#[derive(Clone, Copy, Debug)]
pub struct Term<'a> {
    /// The word, folded.
    pub word: Spelling<'a>,
    /// What it weighs, from 1 to 63.
    pub weight: u8,
    /// 0 for the page, or the number of the target, from 1, below which it weighs most.
    pub target: u8,
}

/// The words of a page.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    words: &'a str,
    at: usize,
}

impl Terms {
    /// The places of the page that a result may lead to beside its top, in order.
    pub fn targets(&self) -> impl Iterator<Item = Target<'_>> {
        let mut rest = self.targets.as_str();
        let mut part = move || {
            let (part, behind) = rest.split_at(memchr(END as u8, rest.as_bytes())?);
            rest = &behind[1..];
            Some(part)
        };
        std::iter::from_fn(move || Some(Target { id: part()?, title: part()? }))
    }
}

impl Words {
    /// How many bytes they take: some nine a word.
    pub fn size(&self) -> usize {
        self.0.len()
    }

    /// The words, as they come first.
    pub fn records(&self) -> Records<'_> {
        Records { words: &self.0, at: 0 }
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Term<'a>;

    fn next(&mut self) -> Option<Term<'a>> {
        let [len, weight, target] = *self.words.as_bytes().get(self.at..)?.first_chunk()?;
        let start = self.at + 3;
        self.at = start + usize::from(len) + 1;
        Some(Term { word: Spelling::within(self.words.as_bytes(), start..self.at), weight, target })
    }
}

/// Reads the words of a page.
pub fn read(title: &str, description: Option<&str>, tags: &[String], body: &Body) -> (Terms, Words) {
    let mut reader = Reader {
        targets: String::new(),
        target_count: 0,
        tally: Tally::new(),
        folder: Folder::default(),
        opening: String::new(),
        missing: if description.is_none() { OPENING } else { 0 },
        text: String::with_capacity(ROOM),
        block: 0,
        tag: None,
        heading: None,
    };
    for tag in tags {
        reader.add(tag, Stands::Description);
    }
    reader.add(title, Stands::Title);
    reader.add(description.unwrap_or(""), Stands::Description);
    reader.body(body, &body.nodes);
    reader.flush();
    let (digest, words) = reader.tallied();
    let Reader { opening, targets, .. } = reader;
    let shown = Digest::of_value(&(title, description, &opening, &targets));
    (Terms { opening, digest, shown, targets }, words)
}

struct Reader {
    targets: String,
    target_count: usize,
    tally: Tally,
    folder: Folder,
    opening: String,
    /// How many characters of it are still to come.
    missing: usize,
    /// Text that is not yet cut into words, all of one target, its blocks line by line.
    text: String,
    /// Where the block that is being read begins in it.
    block: usize,
    /// The tag that is being read, if it goes on behind a slot in its attributes.
    tag: Option<String>,
    /// The id of the heading that is open.
    heading: Option<String>,
}

impl Reader {
    fn add(&mut self, text: &str, stands: Stands) {
        let target = u8::try_from(self.target_count.min(LAST_TARGET)).unwrap_or(0);
        self.tally.add(self.folder.words(text), stands, target);
    }

    fn body(&mut self, body: &Body, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Html(html) => self.html(html.of(&body.html)),
                Node::Component(component) => self.component(body, component),
                // What these hold is no text of the page's own.
                Node::Link(_)
                | Node::LinkStart(_)
                | Node::LinkEnd(_)
                | Node::Image(_)
                | Node::HeadingLink(_)
                | Node::Word(_) => {}
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
            self.add(value.text(), Stands::Text);
        }
        if let Some(title) = title {
            self.add(title, if value("id").is_some() { Stands::Heading } else { Stands::Text });
        }
        self.body(body, &component.nodes);
        self.flush();
    }

    fn target(&mut self, id: &str, title: &str) {
        self.target_count += 1;
        for part in [id, title] {
            self.targets.extend(part.chars().filter(|c| *c != END));
            self.targets.push(END);
        }
    }

    fn html(&mut self, html: &str) {
        let mut rest = html;
        if let Some(mut tag) = self.tag.take() {
            let end = memchr(b'>', rest.as_bytes());
            tag.push_str(&rest[..end.unwrap_or(rest.len())]);
            let Some(end) = end else { return self.tag = Some(tag) };
            self.tag(&tag);
            rest = &rest[end + 1..];
        }
        while let Some(start) = memchr(b'<', rest.as_bytes()) {
            self.text.push_str(&rest[..start]);
            rest = &rest[start + 1..];
            // Most tags are so short that this is quicker.
            let Some(end) = rest.bytes().position(|byte| byte == b'>') else { return self.tag = Some(rest.to_owned()) };
            self.tag(&rest[..end]);
            rest = &rest[end + 1..];
        }
        self.text.push_str(rest);
    }

    fn tag(&mut self, tag: &str) {
        let is_closing = tag.as_bytes().first() == Some(&b'/');
        let name = &tag.as_bytes()[usize::from(is_closing)..];
        let end = name.iter().position(|byte| matches!(byte, b' ' | b'\n'));
        match &name[..end.unwrap_or(name.len())] {
            b"a" | b"b" | b"em" | b"strong" | b"code" | b"sup" | b"sub" | b"del" | b"dfn" | b"abbr" | b"span" => {}
            [b'h', b'2'..=b'6'] | b"dt" => {
                if is_closing {
                    self.close();
                } else {
                    self.flush();
                    let id = tag.split_once(" id=\"").and_then(|(_, rest)| rest.split_once('"'));
                    self.heading = id.map(|(id, _)| unescape(id).into_owned());
                }
            }
            _ if self.heading.is_some() => self.flush(),
            _ => self.end_block(),
        }
    }

    fn close(&mut self) {
        let Some(id) = self.heading.take() else { return self.flush() };
        let text = std::mem::take(&mut self.text);
        let title = unescape(&text);
        self.target(&id, title.trim());
        self.add(&title, Stands::Heading);
        self.put_back(text);
    }

    /// The text of a block ends here, and so do its words. An inline tag may stand inside one.
    fn end_block(&mut self) {
        if self.text.len() == self.block {
            return;
        }
        if self.target_count == 0 && self.missing > 0 {
            self.open_with_block();
        }
        self.text.push('\n');
        self.block = self.text.len();
    }

    /// The block is one of those that the page's text begins with.
    fn open_with_block(&mut self) {
        let block = unescape(&self.text[self.block..]);
        let block = block.trim();
        if !block.is_empty() {
            self.opening.extend(if self.opening.is_empty() { None } else { Some(' ') });
            self.opening.extend(block.chars().map(|c| if c == '\n' { ' ' } else { c }).take(self.missing));
            self.missing = OPENING.saturating_sub(self.opening.chars().count());
        }
    }

    /// Cuts the text so far into words.
    fn flush(&mut self) {
        self.end_block();
        if self.text.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.text);
        self.add(&unescape(&text), Stands::Text);
        self.put_back(text);
    }

    /// Text that has been cut, for its room.
    fn put_back(&mut self, text: String) {
        self.text = text;
        self.text.clear();
        self.block = 0;
    }

    /// The words and their digest.
    fn tallied(&self) -> (Digest, Words) {
        let mut words = Vec::with_capacity(self.tally.size() + 3 * self.tally.len());
        for Counted { word, weight, target } in self.tally.counted() {
            // A word has 32 characters at most, of 4 bytes at most.
            let len = u8::try_from(word.len().saturating_sub(1)).unwrap_or(0);
            words.extend_from_slice(&[len, weight, target]);
            words.extend_from_slice(word);
        }
        (Digest::of(&words), Words(String::from_utf8(words).unwrap_or_default()))
    }
}
