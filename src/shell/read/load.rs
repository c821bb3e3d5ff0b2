//! One file: what kind it is, its text or its digest, and what is wrong with it as a file.
//!
//! A text is held in memory, because a later phase reads it: Markdown, templates, data, words, style sheets. Everything else
//! is copied as it is, so only its digest, its size and an image's dimensions are kept, and a film costs no memory. The
//! place of a file decides, and its ending; its bytes never do.
#![allow(clippy::disallowed_types, reason = "files are read here")]

use std::borrow::Cow;
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::path::Path;
use std::sync::Arc;

use sha2::Digest as _;

use super::image;
use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::digest::{Digest, Hasher};
use crate::base::path::SourcePath;
use crate::base::span::Span;
use crate::review::digest::Sha256;
use crate::review::record::REVIEWS;
use crate::source::snapshot::{Binary, CONTENT, DATA, SITE_TOML, STATIC, SourceFile, TEMPLATES, THEMES, Text};

/// The size above which a Markdown file is taken for a mistake. The whole Bible is about as long.
const MAX_MARKDOWN: u64 = 4 * 1024 * 1024;
/// Room for most texts, so that reading one is two calls of the system: the bytes, and that there are no more.
const USUAL_TEXT: usize = 16 * 1024;
/// The most room that is kept from one text to the next.
const MOST_KEPT: usize = 1024 * 1024;
/// The byte order marks of UTF-16.
const UTF16_MARKS: [&[u8]; 2] = [&[0xFF, 0xFE], &[0xFE, 0xFF]];

/// What came of reading one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Loaded {
    /// The file, unless it could not be read.
    pub(super) file: Option<SourceFile>,
    /// What is wrong with it.
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl AsRef<Self> for Loaded {
    fn as_ref(&self) -> &Self {
        self
    }
}

/// What is kept of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OfPage {
    /// Its text.
    Text,
    /// The digest of its text.
    Digest,
}

/// Reads a file from disk; `None` if it is gone since the folder was listed.
pub(super) fn from_disk(source: &SourcePath, path: &Path, of_page: OfPage) -> Option<Loaded> {
    match File::open(path).and_then(|file| read(source, file, of_page)) {
        Ok(loaded) => Some(loaded),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => Some(unreadable(source, &error)),
    }
}

/// Takes a file of the embedded theme.
pub(super) fn from_binary(source: &SourcePath, bytes: &'static [u8]) -> Loaded {
    let mut loaded = read(source, Cursor::new(bytes), OfPage::Text).unwrap_or_else(|error| unreadable(source, &error));
    if let Some(SourceFile::Binary(binary)) = &mut loaded.file {
        Arc::make_mut(binary).embedded = Some(bytes);
    }
    loaded
}

fn unreadable(source: &SourcePath, error: &io::Error) -> Loaded {
    let fault = Diagnostic::new(Code::Unreadable, Place::file(source), format!("`{source}` cannot be read: {error}"))
        .help("check that the file may be read by you, and that its disk is sound");
    Loaded { file: None, diagnostics: vec![fault] }
}

fn read(source: &SourcePath, file: impl Read + Seek, of_page: OfPage) -> io::Result<Loaded> {
    if is_text(source) { read_text(source, file, of_page) } else { read_binary(source, file) }
}

/// Whether a later phase reads the file as text.
fn is_text(source: &SourcePath) -> bool {
    let ends_with = |endings: &[&str]| source.extension().is_some_and(|ending| endings.contains(&ending));
    let (first, rest) = source.as_str().split_once('/').unwrap_or((source.as_str(), ""));
    match first {
        SITE_TOML | TEMPLATES => true,
        CONTENT => ends_with(&["md"]),
        REVIEWS => ends_with(&["md", "sig"]),
        DATA => ends_with(&["toml", "json", "yaml", "yml"]),
        STATIC => ends_with(&["css"]),
        THEMES => match rest.split_once('/').map(|(_, inside)| inside.split_once('/').unwrap_or((inside, ""))) {
            Some(("theme.toml", "") | (TEMPLATES, _)) => true,
            Some(("i18n", _)) => ends_with(&["toml"]),
            Some((STATIC, _)) => ends_with(&["css"]),
            _ => false,
        },
        _ => false,
    }
}

/// Digests a file piece by piece and looks for an image's size.
fn read_binary(source: &SourcePath, mut file: impl Read + Seek) -> io::Result<Loaded> {
    let mut hasher = Hasher::new();
    let is_reviewed = [CONTENT, REVIEWS].iter().any(|folder| source.inside(folder).is_some());
    let mut sha256 = is_reviewed.then(sha2::Sha256::new);
    let mut buffer = vec![0; 64 * 1024];
    let mut len = 0;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => {
                hasher.raw(&buffer[..count]);
                if let Some(sha256) = &mut sha256 {
                    sha256.update(&buffer[..count]);
                }
                len += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let dimensions = source.extension().and_then(|ending| image::dimensions(ending, &mut file));
    let sha256 = sha256.map(|sha256| Sha256::from_bytes(sha256.finalize().into()));
    let binary = Binary { digest: hasher.finish(), len, dimensions, sha256, embedded: None };
    let in_content = source.inside(CONTENT).is_some();
    let fault = in_content.then(|| super::name::markdown_fault(source)).flatten();
    Ok(Loaded { file: Some(SourceFile::Binary(Arc::new(binary))), diagnostics: fault.into_iter().collect() })
}

/// Reads a text and weighs its characters. A text that is not UTF-8 is still handed on, with U+FFFD for what is not, so that
/// one bad byte does not also break every link to its page; the error keeps it from being published.
fn read_text(source: &SourcePath, file: impl Read, of_page: OfPage) -> io::Result<Loaded> {
    thread_local! {
        /// Texts are read into it one after the other, so that each takes no more memory than it needs.
        static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    let is_markdown = source.inside(CONTENT).is_some();
    let limit = if is_markdown { MAX_MARKDOWN } else { u64::MAX };
    BUFFER.with_borrow_mut(|buffer| {
        buffer.clear();
        buffer.reserve(USUAL_TEXT);
        file.take(limit.saturating_add(1)).read_to_end(buffer)?;
        let loaded = if buffer.len() as u64 > limit {
            Loaded { file: None, diagnostics: vec![too_long(source)] }
        } else {
            text(source, buffer, is_markdown.then_some(of_page))
        };
        buffer.shrink_to(MOST_KEPT);
        Ok(loaded)
    })
}

/// The text of a file's bytes, and what is wrong with its characters. `of_page` is a page's.
fn text(source: &SourcePath, bytes: &[u8], of_page: Option<OfPage>) -> Loaded {
    let mut diagnostics = Vec::new();
    // A record is signed with every byte it has, so one with a mark before it is another, and not read as if it were the same.
    let mark: &[u8] = if source.inside(REVIEWS).is_some() { b"" } else { b"\xEF\xBB\xBF" };
    let bytes = bytes.strip_prefix(mark).unwrap_or(bytes);
    let is_utf16 = UTF16_MARKS.iter().any(|mark| bytes.starts_with(mark));
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(error) => {
            diagnostics.extend(not_utf8(source, bytes, error.valid_up_to(), is_utf16));
            String::from_utf8_lossy(bytes)
        }
    };
    if of_page.is_some() && !is_utf16 {
        diagnostics.extend(control_characters(source, &text));
    }
    let file = match of_page {
        Some(OfPage::Digest) => SourceFile::Page(Digest::of(text.as_bytes())),
        Some(OfPage::Text) | None => SourceFile::Text(Text::new(&*text)),
    };
    Loaded { file: Some(file), diagnostics }
}

fn too_long(source: &SourcePath) -> Diagnostic {
    let limit = MAX_MARKDOWN / (1024 * 1024);
    let message = format!("`{source}` is longer than {limit} MiB and is not read as a page");
    Diagnostic::new(Code::Unreadable, Place::file(source), message)
        .help("split it into pages; if it is not meant to be read as Markdown, give it another ending")
}

/// The first byte that is no part of a UTF-8 character, at this offset, with how many more there are.
fn not_utf8(source: &SourcePath, bytes: &[u8], offset: usize, is_utf16: bool) -> Option<Diagnostic> {
    let mut bad = bytes.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty());
    let first = *bad.next()?.invalid().first()?;
    let others = match bad.count() {
        0 => String::new(),
        1 => ", nor is that of one other place".to_owned(),
        more => format!(", nor are those of {more} other places"),
    };
    let message =
        format!("`{source}` is not UTF-8: the byte 0x{first:02X} at offset {offset} is part of no character{others}");
    // In the text as it is handed on, U+FFFD stands there; it is three bytes long.
    let place = Place::span(source, Span::new(offset, offset + '\u{fffd}'.len_utf8()));
    Some(Diagnostic::new(Code::NotUtf8, place, message).help(if is_utf16 {
        "it looks like UTF-16, which Windows programs call “Unicode”: save it as UTF-8".to_owned()
    } else if first >= 0xA0 {
        let letter = char::from(first);
        format!("save it as UTF-8; in the older encoding of Western Europe this byte is `{letter}`")
    } else {
        "save it as UTF-8; if it is no text at all, give it another ending".to_owned()
    }))
}

/// Each kind of control character that Markdown has no use for, where it first stands. They come unseen with text that is
/// pasted from other programs, and no browser shows them.
fn control_characters(source: &SourcePath, text: &str) -> Vec<Diagnostic> {
    let is_bad = |c: char| c < ' ' && !matches!(c, '\t' | '\n' | '\r');
    // Bytes first: no byte of a longer character is one of these, and hardly a text has any.
    if !text.bytes().fold(false, |found, byte| found | is_bad(char::from(byte))) {
        return Vec::new();
    }
    let mut seen = Vec::new();
    for (offset, c) in text.char_indices().filter(|(_, c)| is_bad(*c)) {
        if !seen.iter().any(|(_, other)| *other == c) {
            seen.push((offset, c));
        }
    }
    let fault = |(offset, c): (usize, char)| {
        let number = u32::from(c);
        let name = control_name(c).map(|name| format!(" ({name})")).unwrap_or_default();
        let message = format!("the text holds the control character U+{number:04X}{name}");
        Diagnostic::new(Code::NotUtf8, Place::span(source, Span::new(offset, offset + c.len_utf8())), message)
            .help("delete it; an editor that shows invisible characters shows it here")
    };
    seen.into_iter().map(fault).collect()
}

fn control_name(c: char) -> Option<&'static str> {
    Some(match c {
        '\0' => "null",
        '\u{8}' => "backspace",
        '\u{b}' => "vertical tab, a word processor's line break",
        '\u{c}' => "form feed, a page break",
        '\u{1b}' => "escape",
        '\u{1e}' => "record separator, a word processor's hard hyphen",
        '\u{1f}' => "unit separator, a word processor's soft hyphen",
        _ => return None,
    })
}
