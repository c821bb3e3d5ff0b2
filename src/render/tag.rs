//! Start tags, read as the standard's tokenizer does (HTML, 13.2.5).

use memchr::memchr;

/// What follows the text of a script or a style sheet, if it ends.
pub(super) fn skip_raw<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = text;
    loop {
        let at = rest.find("</")?;
        let end = &rest[at + 2..];
        if end.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return Some(&rest[at..]);
        }
        rest = end;
    }
}

/// A start tag. One value serves for all tags of a document, so that its list is made once.
pub(super) struct Tag<'a> {
    /// Its name as it is written.
    pub(super) name: &'a str,
    /// Its attributes, each with its value as it is written.
    pub(super) attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Tag<'a> {
    /// A tag to be read.
    pub(super) fn new() -> Self {
        Self { name: "", attributes: Vec::with_capacity(16) }
    }

    /// The value of an attribute.
    pub(super) fn value(&self, name: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    /// Reads a start tag from behind its `<`; gives what follows its `>`, if it has one. All that parts a tag is ASCII, so each
    /// cut is between characters.
    pub(super) fn read(&mut self, text: &'a str) -> Option<&'a str> {
        let bytes = text.as_bytes();
        self.attributes.clear();
        let mut at = until(bytes, 0, |byte| is_space(byte) || byte == b'/' || byte == b'>');
        self.name = &text[..at];
        loop {
            at = until(bytes, at, |byte| !is_space(byte) && byte != b'/');
            match bytes.get(at) {
                None => return None,
                Some(b'>') => return Some(&text[at + 1..]),
                Some(_) => {}
            }
            let start = at;
            // An equals sign that nothing stands before is part of the name (HTML, 13.2.5.32).
            at = until(bytes, at + 1, |byte| is_space(byte) || byte == b'/' || byte == b'>' || byte == b'=');
            let name = &text[start..at];
            let mut value = "";
            at = until(bytes, at, |byte| !is_space(byte));
            if bytes.get(at) == Some(&b'=') {
                at = until(bytes, at + 1, |byte| !is_space(byte));
                if let Some(quote @ (b'"' | b'\'')) = bytes.get(at) {
                    let close = memchr(*quote, &bytes[at + 1..]).map_or(bytes.len(), |len| at + 1 + len);
                    value = &text[at + 1..close];
                    at = (close + 1).min(bytes.len());
                } else {
                    let close = until(bytes, at, |byte| is_space(byte) || byte == b'>');
                    value = &text[at..close];
                    at = close;
                }
            }
            self.attributes.push((name, value));
        }
    }
}

fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace()
}

/// The first place from `at` on where to stop.
fn until(bytes: &[u8], at: usize, stop: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(at..).unwrap_or(&[]);
    rest.iter().position(|byte| stop(*byte)).map_or(bytes.len(), |len| at + len)
}
