//! The words of one page as search wants them: each with what it weighs here and the heading below which it weighs most.
//!
//! This is made from one file alone and kept with the page, so that a site's index needs no second look at the text of pages
//! that did not change.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::base::digest::Digest;
use crate::page::body::{Body, Component, Node};
use crate::page::fold::Folder;
use crate::page::tally::{Counted, Stands, Tally};

/// Headings beyond this one count as the last: their number is one of 64 digits, and the page itself has the first.
const LAST_TARGET: usize = 63;
/// How much of the text stands for a page that has no description, in characters.
const OPENING: usize = 160;
/// Stands behind each part of a target; no text has one.
const END: char = '\0';

/// The words of a page.
///
/// They are texts and not lists, since there are some hundred in each of many pages, which every build reads from the memo.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// How its text begins, if it has no description.
    pub opening: String,
    /// The digest of the words with all that is said of them.
    pub digest: Digest,
    /// Anchors and titles in turn, each with its end.
    targets: String,
    /// For each word in order: its length less one, its weight and its target, a byte each and none above 127; then the word.
    words: String,
}

/// A heading, a question, or anything else with an id and a title: a place that a result may lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target<'a> {
    /// The anchor.
    pub id: &'a str,
    /// What it is called.
    pub title: &'a str,
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

/// The words of a page in order.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    words: &'a str,
    at: usize,
}

impl Terms {
    /// The places of the page that a result may lead to beside its top, in order.
    pub fn targets(&self) -> impl Iterator<Item = Target<'_>> {
        let mut parts = self.targets.split_terminator(END);
        std::iter::from_fn(move || Some(Target { id: parts.next()?, title: parts.next()? }))
    }

    /// All of them as one text, for a digest.
    pub fn all_targets(&self) -> &str {
        &self.targets
    }

    /// The words from one on, in order.
    pub fn records_from(&self, word: &str) -> Records<'_> {
        let (bytes, first) = (self.words.as_bytes(), word.bytes().next().unwrap_or(0));
        let mut at = 0;
        // Most are told by their first letter.
        while let Some([len, _, _, letter]) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
            if *letter >= first {
                break;
            }
            at += 4 + usize::from(*len);
        }
        let mut records = Records { words: &self.words, at };
        while records.next().is_some_and(|term| term.word < word) {
            at = records.at;
        }
        Records { words: &self.words, at }
    }

    /// The words in order.
    pub fn records(&self) -> Records<'_> {
        Records { words: &self.words, at: 0 }
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Term<'a>;

    fn next(&mut self) -> Option<Term<'a>> {
        let [len, weight, target] = *self.words.as_bytes().get(self.at..)?.first_chunk()?;
        let start = self.at + 3;
        self.at = start + usize::from(len) + 1;
        Some(Term { word: self.words.get(start..self.at)?, weight, target })
    }
}

/// Reads the words of a page.
pub fn read(title: &str, description: Option<&str>, tags: &[String], body: &Body) -> Terms {
    let mut reader = Reader {
        targets: String::new(),
        target_count: 0,
        tally: Tally::new(),
        folder: Folder::default(),
        opening: String::new(),
        missing: if description.is_none() { OPENING } else { 0 },
        text: String::new(),
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
    reader.finish()
}

struct Reader {
    targets: String,
    target_count: usize,
    tally: Tally,
    folder: Folder,
    opening: String,
    /// How many characters of it are still to come.
    missing: usize,
    /// Text that is not yet cut into words: an inline tag may stand inside one.
    text: String,
    /// The tag that is being read, if it goes on behind a slot in its attributes.
    tag: Option<String>,
    /// The id of the heading that is open.
    heading: Option<String>,
}

impl Reader {
    fn add(&mut self, text: &str, stands: Stands) {
        let target = u8::try_from(self.target_count.min(LAST_TARGET)).unwrap_or(0);
        let Self { tally, folder, .. } = self;
        folder.each_word(text, &mut |word| tally.add(word, stands, target));
    }

    fn body(&mut self, body: &Body, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Html(html) => self.html(html.of(&body.html)),
                Node::Component(component) => self.component(body, component),
                Node::Link(_) | Node::LinkStart(_) | Node::LinkEnd(_) | Node::Image(_) => {}
                Node::HeadingLink(_) | Node::Word(_) => {}
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
            let end = rest.find('>');
            tag.push_str(&rest[..end.unwrap_or(rest.len())]);
            let Some(end) = end else { return self.tag = Some(tag) };
            self.tag(&tag);
            rest = &rest[end + 1..];
        }
        while let Some(start) = rest.find('<') {
            self.text.push_str(&rest[..start]);
            rest = &rest[start + 1..];
            let Some(end) = rest.find('>') else { return self.tag = Some(rest.to_owned()) };
            self.tag(&rest[..end]);
            rest = &rest[end + 1..];
        }
        self.text.push_str(rest);
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
                    self.heading = id.map(|(id, _)| unescape(id).into_owned());
                }
            }
            _ => self.flush(),
        }
    }

    fn close(&mut self) {
        let Some(id) = self.heading.take() else { return self.flush() };
        let text = std::mem::take(&mut self.text);
        let title = unescape(&text);
        self.target(&id, title.trim());
        self.add(&title, Stands::Heading);
    }

    /// Cuts the text so far into words.
    fn flush(&mut self) {
        let mut text = std::mem::take(&mut self.text);
        if !text.trim().is_empty() {
            let plain = unescape(&text);
            self.add(&plain, Stands::Text);
            if self.target_count == 0 && self.missing > 0 {
                self.opening.extend(if self.opening.is_empty() { None } else { Some(' ') });
                let more = plain.trim().chars().map(|c| if c == '\n' { ' ' } else { c }).take(self.missing);
                self.opening.extend(more);
                self.missing = OPENING.saturating_sub(self.opening.chars().count());
            }
        }
        text.clear();
        self.text = text;
    }

    fn finish(mut self) -> Terms {
        let mut words = String::with_capacity(self.tally.bytes() + 3 * self.tally.len());
        for Counted { word, weight, target } in self.tally.counted() {
            // A word has 32 characters at most, of 4 bytes at most.
            let len = u8::try_from(word.len().saturating_sub(1)).unwrap_or(0);
            for number in [len, weight, target] {
                words.push(char::from(number));
            }
            words.push_str(word);
        }
        let digest = Digest::of(words.as_bytes());
        Terms { opening: self.opening, digest, targets: self.targets, words }
    }
}

/// Undoes the references that the Markdown library writes.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&").into()
}
