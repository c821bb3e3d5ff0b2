//! The keys of front matter: which of them a reviewer answers for.
//!
//! One table says it, for the normal form (`page/words.rs`), for the specification (`docs/review-format.md`, held to it by a
//! test) and for whoever adds a key. A key is *reviewed* if a reader could understand the page otherwise after it changed,
//! and *administrative* if it only serves the running of the site. In doubt it is reviewed: the price is a signature, and
//! that of the other mistake is a reader misled.

/// What a key is to a reviewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Part of what is reviewed: a change costs the review.
    Reviewed,
    /// Not part of it.
    Administrative,
}

impl Part {
    /// The word for it in the specification.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reviewed => "reviewed",
            Self::Administrative => "administrative",
        }
    }
}

/// A key, what it is to a reviewer, and why.
pub type Key = (&'static str, Part, &'static str);

use Part::{Administrative, Reviewed};

/// All keys; the reviewed ones stand in the order in which the normal form has them.
pub const KEYS: [Key; 33] = [
    ("title", Reviewed, "the page's first words"),
    ("description", Reviewed, "shown in lists and in search results"),
    ("lang", Reviewed, "it chooses the theme's own words, such as \"Warning\", and how a screen reader speaks"),
    ("authors", Reviewed, "whose word it is; and who wrote a page alone cannot review it"),
    ("sources", Reviewed, "what the text rests on"),
    ("evidence_searched_to", Reviewed, "how new the evidence can be"),
    ("based_on", Reviewed, "what the text rests on"),
    ("funding", Reviewed, "who paid may color what is said"),
    ("conflicts", Reviewed, "what the authors gain may color what is said"),
    ("audience", Reviewed, "whom the words are meant for"),
    ("translation_of", Reviewed, "whether the words are the original"),
    ("translated_by", Reviewed, "whose words they are"),
    ("extra", Reviewed, "the theme may show any of it"),
    ("last_reviewed", Administrative, "says that there was a review; the records prove it"),
    ("last_reviewed_on", Administrative, "another name of `last_reviewed`"),
    ("reviewed_by", Administrative, "says whose review it was; the records prove it"),
    ("review_interval", Administrative, "may only shorten the site's"),
    ("published", Administrative, "a date of the page's own history"),
    ("last_updated", Administrative, "a date of the page's own history"),
    ("version", Administrative, "a count of the page's own history"),
    ("owner", Administrative, "who answers for the page in the publisher's house"),
    ("weight", Administrative, "the order of pages in a list"),
    ("slug", Administrative, "where the page is"),
    ("aliases", Administrative, "where the page was"),
    ("tags", Administrative, "how the page is found"),
    ("prose_waivers", Administrative, "which advice on plain language is not taken; the words themselves are reviewed"),
    ("draft", Administrative, "whether the page is published at all"),
    ("withdrawn", Administrative, "a page must be withdrawn without waiting for a reviewer"),
    ("superseded_by", Administrative, "where a newer page is"),
    ("supersedes", Administrative, "where an older page is"),
    ("template", Administrative, "templates are trusted, and show the same words"),
    ("toc", Administrative, "whether the headings are listed once more"),
    ("license", Administrative, "what others may do with the text"),
];

/// The keys of governance that hold texts, or one text.
pub const TEXTS: [&str; 10] = [
    "funding",
    "conflicts",
    "audience",
    "based_on",
    "license",
    "supersedes",
    "superseded_by",
    "translation_of",
    "translated_by",
    "version",
];
