//! Every kind of fault the program can name, with its severity and its explanation.
//!
//! A code is a few plain words joined by hyphens, so that a report can be read without a table. Its explanation is the
//! Markdown file of the same name in `explain/`; a test asks that each has one, and a case that provokes it.

use serde::{Deserialize, Serialize};

use super::diagnostic::Severity::{self, Error, Warning};

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $severity:ident;)*) => {
        /// A kind of fault.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl Code {
            /// All codes, in the order of this file.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The code as people write it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The severity it has unless the place that finds it knows better.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => $severity,)* }
            }

            /// What it means, an example, and how to mend it: Markdown.
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$variant => include_str!(concat!("explain/", $name, ".md")),)* }
            }

            /// The code of this name.
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

codes! {
    // Files as such
    /// A source could not be read.
    Unreadable = "unreadable", Error;
    /// A text source is not UTF-8.
    NotUtf8 = "not-utf8", Error;
    /// A symbolic link leads out of the site's folder, or in a circle.
    SymbolicLink = "symbolic-link", Error;
    /// A file name that no URL or file system carries safely.
    FileName = "file-name", Error;

    // Structured files: front matter, site.toml, data, theme.toml, strings
    /// YAML or TOML that cannot be parsed.
    Syntax = "syntax", Error;
    /// A key that is not known here.
    UnknownKey = "unknown-key", Error;
    /// A key that must be there.
    MissingKey = "missing-key", Error;
    /// The same key twice.
    DuplicateKey = "duplicate-key", Error;
    /// A value of the wrong type.
    WrongType = "wrong-type", Error;
    /// A value of the right type that is not allowed.
    InvalidValue = "invalid-value", Error;
    /// Not a date that exists.
    InvalidDate = "invalid-date", Error;
    /// A date after today.
    FutureDate = "future-date", Error;

    // Front matter
    /// A page without front matter.
    FrontMatterMissing = "front-matter-missing", Error;
    /// Front matter that is opened and not closed.
    FrontMatterUnclosed = "front-matter-unclosed", Error;
    /// A hand-written date of the next review.
    NextReview = "next-review", Error;

    // Review
    /// A page without date or reviewer where the site asks for both.
    ReviewMissing = "review-missing", Error;
    /// A reviewer that `data/reviewers.toml` does not know.
    UnknownReviewer = "unknown-reviewer", Error;
    /// A reviewer who was not active on the day of the review.
    InactiveReviewer = "inactive-reviewer", Error;
    /// A reviewer of another role than the page asks for.
    ReviewerRole = "reviewer-role", Error;
    /// A page that nobody has passed.
    ReviewNever = "review-never", Error;
    /// A page of which a reviewer asks for changes.
    ReviewObjected = "review-objected", Error;
    /// A page that has changed since its review.
    ReviewChanged = "review-changed", Warning;
    /// A review that is past its due date.
    ReviewOverdue = "review-overdue", Warning;
    /// A review that is due soon.
    ReviewDue = "review-due", Warning;
    /// A page that is withdrawn.
    ReviewWithdrawn = "review-withdrawn", Warning;
    /// An urgent correction that stands without a review.
    ReviewUrgent = "review-urgent", Warning;
    /// A date or a reviewer in front matter that no record proves.
    ReviewUnproved = "review-unproved", Error;

    // Records of reviews
    /// A record that is not written as records are, or whose text is longer or shorter than it says.
    RecordForm = "record-form", Error;
    /// A record whose line endings were changed.
    RecordLineEndings = "record-line-endings", Error;
    /// A record in the folder of another page, or under a name that is not its own.
    RecordPlace = "record-place", Error;
    /// A record whose text does not have the digest that it names.
    RecordText = "record-text", Error;
    /// A record that is not as it was when the next was made.
    RecordAltered = "record-altered", Error;
    /// A record that another was made after, and that is not there.
    RecordMissing = "record-missing", Error;
    /// Two records that follow the same one.
    RecordFork = "record-fork", Error;
    /// A record that stands before or after its time.
    RecordOrder = "record-order", Error;
    /// A record that was there once and is gone.
    RecordRemoved = "record-removed", Error;
    /// That on which trust in reviews rests is not what it was.
    TrustChanged = "trust-changed", Error;

    // Signatures of records
    /// A record without the signature that the site asks for.
    SignatureMissing = "signature-missing", Error;
    /// A signature that cannot be read, or that was made for another purpose.
    SignatureForm = "signature-form", Error;
    /// A signature or key of an algorithm that is not accepted.
    SignatureAlgorithm = "signature-algorithm", Error;
    /// A signature that does not belong to these bytes.
    SignatureInvalid = "signature-invalid", Error;
    /// A signature made with a key that is not the reviewer's.
    SignatureKey = "signature-key", Error;
    /// A signature made with a key that was not valid on that day.
    KeyNotValid = "key-not-valid", Error;
    /// A key of a demonstration.
    DemonstrationKey = "demonstration-key", Warning;

    // Markdown
    /// Raw HTML.
    RawHtml = "raw-html", Error;
    /// `[text][name]` without a definition of `name`.
    UndefinedReference = "undefined-reference", Error;
    /// A footnote that is referred to and not defined.
    UndefinedFootnote = "undefined-footnote", Error;
    /// A footnote that is defined and not referred to.
    UnusedFootnote = "unused-footnote", Warning;
    /// A footnote that is defined twice.
    DuplicateFootnote = "duplicate-footnote", Error;
    /// Two things of one page with the same id.
    DuplicateId = "duplicate-id", Error;
    /// Attributes in braces that cannot be read or have no effect.
    InvalidAttributes = "invalid-attributes", Error;
    /// A heading of level 1 in the text: the title is the page's only one.
    TopHeading = "top-heading", Error;
    /// A heading that skips a level.
    SkippedHeading = "skipped-heading", Warning;
    /// A heading without text.
    EmptyHeading = "empty-heading", Error;

    // Directives
    /// A directive that is opened and not closed.
    UnclosedDirective = "unclosed-directive", Error;
    /// A line of colons that closes nothing.
    StrayDirectiveEnd = "stray-directive-end", Error;
    /// A directive's line that cannot be read.
    DirectiveSyntax = "directive-syntax", Error;
    /// A component that the theme does not have.
    UnknownComponent = "unknown-component", Error;
    /// An attribute that the component does not have.
    UnknownAttribute = "unknown-attribute", Error;
    /// An attribute that the component needs.
    MissingAttribute = "missing-attribute", Error;
    /// An attribute of the wrong type.
    AttributeType = "attribute-type", Error;

    // Links and images
    /// A link to a page or file that is not there.
    LinkMissing = "link-missing", Error;
    /// A link to an anchor that the page does not have.
    AnchorMissing = "anchor-missing", Error;
    /// A link whose letter case differs from the file's.
    LinkCase = "link-case", Error;
    /// A link to a page that is withdrawn.
    LinkToWithdrawn = "link-to-withdrawn", Warning;
    /// A link to a page, or to a part of one, that is held back until it is reviewed.
    LinkToHeld = "link-to-held", Error;
    /// A link to a page that is a draft.
    LinkToDraft = "link-to-draft", Error;
    /// A link that leaves the content folder.
    LinkOutside = "link-outside", Error;
    /// A link that no reader can follow: empty, or of a scheme that is not allowed.
    LinkInvalid = "link-invalid", Error;
    /// A link without text that a screen reader could say.
    LinkText = "link-text", Error;
    /// An image without alternative text.
    ImageAlt = "image-alt", Error;
    /// An image whose width and height cannot be read.
    ImageUnreadable = "image-unreadable", Error;
    /// An image that the reader's browser would fetch from another server.
    ImageRemote = "image-remote", Error;

    // Routes
    /// Two sources for one URL.
    UrlCollision = "url-collision", Error;
    /// A folder of pages without an `index.md`.
    SectionWithoutIndex = "section-without-index", Warning;
    /// A site without a home page.
    HomeMissing = "home-missing", Error;

    // Theme
    /// A theme that is not there.
    ThemeMissing = "theme-missing", Error;
    /// A theme made for other versions of the view.
    ThemeVersion = "theme-version", Error;
    /// A template that cannot be parsed.
    TemplateSyntax = "template-syntax", Error;
    /// A template that failed while a page was rendered.
    TemplateRender = "template-render", Error;
    /// A template that is not there.
    TemplateMissing = "template-missing", Error;
    /// A string that a language file lacks.
    StringMissing = "string-missing", Error;
    /// A link of the theme, or of what it made of the data, that leads nowhere.
    ThemeLink = "theme-link", Error;
    /// A page that would run a script or apply a style that the policy forbids, or ask another server.
    PolicyBreach = "policy-breach", Error;
    /// A style sheet that names a file that is not there.
    StyleSheetLink = "style-sheet-link", Error;
    /// A color that is hard to read on its ground.
    LowContrast = "low-contrast", Warning;

    // Plain language
    /// A page that asks for a higher reading grade than the site's budget.
    ReadingGrade = "reading-grade", Warning;
    /// A sentence with more words than the site's budget.
    LongSentence = "long-sentence", Warning;
    /// A paragraph with more sentences than the site's budget.
    LongParagraph = "long-paragraph", Warning;
    /// A word for which the site has a plainer one.
    PlainWord = "plain-word", Warning;
    /// A promise that no treatment keeps for all.
    AbsoluteClaim = "absolute-claim", Warning;
    /// A percentage without the people that it is of.
    BarePercentage = "bare-percentage", Warning;
    /// A glossary term that is used before the page explains it.
    UnexplainedTerm = "unexplained-term", Warning;
    /// A glossary without a term.
    GlossaryEmpty = "glossary-empty", Warning;
    /// A waiver that nothing needs.
    UnusedWaiver = "unused-waiver", Warning;

    // Output
    /// No `base_url`, so what needs absolute URLs is left out.
    NoBaseUrl = "no-base-url", Warning;
    /// A file of ours in the output that was edited by hand.
    OutputDisplaced = "output-displaced", Warning;
    /// A file in the output that is not ours and stands in the way.
    OutputForeign = "output-foreign", Error;
}
