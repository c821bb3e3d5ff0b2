//! What is remembered from one build to the next, in the same process and on disk.
//!
//! The laws of a memo: it holds immutable values; a page is a function of one file's text and of how Markdown is read; what
//! was planned of it is a function of the page and of the site, whose digest stands beside it; one generation is kept, so
//! that what is gone from the sources is gone from here. Whatever of it is missing or does not fit costs time and nothing
//! else, so it may be deleted at any moment.
//!
//! On disk it is one file: the fingerprint of the program, then the values in parts, each with its digest. Pages come without
//! their text, which the sources have: it is parsed again where a page is rendered. The bytes of search indexes' segments are in
//! files of their own, named by what is in them: an edit makes one of them anew, and most builds read none.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::diagnostic::Diagnostic;
use crate::base::digest::Digest;
use crate::base::path::SourcePath;
use crate::base::pieces::Pieces as _;
use crate::engine::output::Key;
use crate::engine::pages::Current;
use crate::engine::prose::Graded;
use crate::engine::reviews::Before;
use crate::engine::site::{Globals, Site};
use crate::page::markdown::Options;
use crate::page::parse::Page;
use crate::render::search_inverted::Inverted;
use crate::render::search_segment::{Segment, SegmentStore};

/// How many pages are written as one piece, to be read on all cores.
const PIECE: usize = 256;
/// About how many bytes it takes to write a page.
const ROOM: usize = 1024;
/// What stands before the bytes of a part: their digest and how many they are.
const FRAME: usize = 16 + 8;

/// What the last build knew.
#[derive(Clone, Default)]
pub struct Memo {
    /// How Markdown was read.
    pub(super) options: Option<Options>,
    /// The digest of the site as every page saw it.
    pub(super) site_digest: Digest,
    /// The pages in order of path.
    pub(super) pages: Vec<Known>,
    /// The inverted index of each language.
    pub(super) search: BTreeMap<String, Inverted>,
    /// Whether it differs from what is on disk; whoever writes it there says that it does not.
    pub differs: bool,
    /// What is made of all that is no page; in the same process only.
    pub(super) globals: Option<Arc<Globals>>,
    /// The site itself; in the same process only.
    pub(super) site: Option<Arc<Site>>,
    /// The site with every page's own words; in the same process only.
    pub(super) drafts: Option<Arc<Site>>,
    /// The records; in the same process only.
    pub(super) reviews: Before,
    /// How hard the pages are to read, where that is published; in the same process only.
    pub(super) grades: Graded,
    /// The pages that were made of records, in order of path; in the same process only.
    pub(super) held: Vec<Known>,
    /// What it was read from, if it is to be written again; in the same process only.
    stored: Option<Arc<Stored>>,
}

/// What is known of a page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Known {
    /// The digest of its file's text.
    pub(super) text: Digest,
    /// The page.
    pub(super) page: Arc<Page>,
    /// What was planned of it, as part of the site of the memo's digest.
    pub(super) planned: Option<Arc<Planned>>,
}

/// What a page and the site come to, but for the finished output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Planned {
    /// The key of its output.
    pub(super) key: Key,
    /// The digest of the records that it was planned with.
    pub(super) reviewed: Digest,
    /// What is wrong with it as a part of the site.
    pub(super) faults: Vec<Diagnostic>,
    /// Whether it has errors that rendering would only repeat: nothing will be published, so it is not rendered.
    pub(super) broken: bool,
}

impl Known {
    /// What is known of a page once it is parsed.
    pub(super) fn of(page: &Current) -> Self {
        Self { text: page.text, page: Arc::clone(&page.page), planned: page.planned.clone() }
    }

    /// Whether it is the same value as another.
    fn is(&self, other: &Self) -> bool {
        let is_same_plan = match (&self.planned, &other.planned) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        self.text == other.text && Arc::ptr_eq(&self.page, &other.page) && is_same_plan
    }

    /// The path of its source.
    pub(super) fn path(&self) -> &SourcePath {
        &self.page.facts.path
    }
}

impl Memo {
    /// The bytes to be kept on disk, for the program of this fingerprint, in parts to be written one after the other.
    pub fn encode(&self, fingerprint: Digest) -> Vec<Cow<'_, [u8]>> {
        let piece =
            |(at, pages): (usize, &[Known])| match self.stored.as_ref().and_then(|stored| stored.piece(at, pages)) {
                Some(bytes) => Cow::Borrowed(bytes),
                None => Cow::Owned(part(pages, pages.len() * ROOM)),
            };
        let pieces: Vec<Cow<'_, [u8]>> = self.pages.par_chunks(PIECE).enumerate().in_pieces(1).map(piece).collect();
        let head = Head {
            options: self.options,
            site_digest: self.site_digest,
            pieces: pieces.len(),
            search: Cow::Borrowed(&self.search),
        };
        let head = part(&head, 1024);
        [fingerprint.as_bytes().to_vec(), head].into_iter().map(Cow::Owned).chain(pieces).collect()
    }

    /// Keeps the bytes from which it was just read, so that what stays of it need not be encoded anew.
    #[must_use]
    pub fn keeping(self, bytes: Vec<u8>) -> Self {
        let stored = Stored { bytes, pages: self.pages.clone() };
        Self { stored: Some(Arc::new(stored)), ..self }
    }

    /// The segments of the search indexes: those in memory have bytes, which `encode` leaves out.
    pub fn segments(&self) -> impl Iterator<Item = &Segment> {
        self.search.values().flat_map(Inverted::segments).map(|segment| &**segment)
    }

    /// The memo with a store for the segments whose bytes are not in memory.
    #[must_use]
    pub fn segments_in(mut self, store: &Arc<dyn SegmentStore>) -> Self {
        for inverted in self.search.values_mut() {
            inverted.keep_in(Arc::clone(store));
        }
        self
    }

    /// Reads what `encode` wrote; `None` where a single byte is wrong or another program wrote it.
    pub fn decode(bytes: &[u8], fingerprint: Digest) -> Option<Self> {
        let mut rest = bytes.strip_prefix(fingerprint.as_bytes())?;
        let mut parts = Vec::new();
        while !rest.is_empty() {
            let (part, behind) = first_part(rest)?;
            parts.push(part);
            rest = behind;
        }
        let (head, pieces) = parts.split_first()?;
        let Head { options, site_digest, pieces: count, search } = read(head)?;
        if count != pieces.len() {
            return None;
        }
        let pieces: Option<Vec<Vec<Known>>> = pieces.par_iter().in_pieces(1).map(|piece| read(piece)).collect();
        let pages = pieces?.into_iter().flatten().collect();
        Some(Self { options, site_digest, pages, search: search.into_owned(), ..Self::default() })
    }
}

/// What comes before the pages.
#[derive(Serialize, Deserialize)]
struct Head<'a> {
    options: Option<Options>,
    site_digest: Digest,
    /// How many pieces follow.
    pieces: usize,
    search: Cow<'a, BTreeMap<String, Inverted>>,
}

/// The bytes from which a memo was read, and the pages that they hold.
struct Stored {
    bytes: Vec<u8>,
    pages: Vec<Known>,
}

impl Stored {
    /// The piece of a number, if it holds these very pages.
    fn piece(&self, at: usize, pages: &[Known]) -> Option<&[u8]> {
        let stored = self.pages.chunks(PIECE).nth(at)?;
        if stored.len() != pages.len() || !stored.iter().zip(pages).all(|(a, b)| a.is(b)) {
            return None;
        }
        // The first is the head.
        let mut rest = self.bytes.get(16..)?;
        for _ in 0..=at {
            rest = first_part(rest)?.1;
        }
        Some(first_part(rest)?.0)
    }
}

/// A part of the file: the digest of its bytes, how many they are, and they themselves, which take about so much room.
fn part(value: &(impl Serialize + ?Sized), room: usize) -> Vec<u8> {
    let mut framed = Vec::with_capacity(FRAME + room);
    framed.resize(FRAME, 0);
    // Plain data always serialises; a part that did not would be empty, and so void.
    let mut framed = postcard::to_extend(value, framed).unwrap_or_default();
    if let Some((frame, bytes)) = framed.split_at_mut_checked(FRAME) {
        let (digest, len) = frame.split_at_mut(16);
        digest.copy_from_slice(Digest::of(bytes).as_bytes());
        len.copy_from_slice(&(bytes.len() as u64).to_le_bytes());
    }
    framed
}

/// The first part, and what follows it.
fn first_part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, _) = bytes.get(16..)?.split_first_chunk::<8>()?;
    let len = usize::try_from(u64::from_le_bytes(*len)).ok()?.checked_add(FRAME)?;
    bytes.split_at_checked(len)
}

/// The value of a part.
fn read<T: serde::de::DeserializeOwned>(part: &[u8]) -> Option<T> {
    let (digest, rest) = part.split_first_chunk::<16>()?;
    let bytes = rest.get(8..)?;
    if Digest::of(bytes).as_bytes() != digest {
        return None;
    }
    postcard::from_bytes(bytes).ok()
}
