//! The body of a page as a tree: HTML that is final, and slots for what only the whole site can say.
//!
//! A slot holds what the page wrote, never where it stands: two bodies with the same words are equal, wherever their
//! lines are. Places are kept beside the tree, by slot number, in `Places`.

use serde::{Deserialize, Serialize};

use crate::base::span::Span;

/// The body of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// Its HTML in one piece, with a mark in the place of each node that is none. What is HTML of it, the nodes say.
    pub html: Box<str>,
    /// The nodes in order.
    pub nodes: Vec<Node>,
}

/// A part of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// HTML that is final: its place in `Body::html`.
    Html(Piece),
    /// The value of an `href`, by the number of its slot among links and images: its place is `Places::links[number]`.
    Link(u32),
    /// The value of an image's `src`, with the attributes for width and height behind it, by its number among the same.
    Image(u32),
    /// The start of a link that may lead to a term of a glossary, with its tag.
    LinkStart(u32),
    /// The end of that link.
    LinkEnd(u32),
    /// The link to a heading, by the heading's number on the page.
    HeadingLink(u32),
    /// A word of the theme, in an attribute or a text.
    Word(Word),
    /// A component of the theme.
    Component(Box<Component>),
}

/// A place in `Body::html`, in bytes. There are as many nodes as words in bold, so they are kept small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    start: u32,
    end: u32,
}

impl Piece {
    /// A place; none where nothing stands, and none in a text that is longer than 4 GiB, as no page's is.
    pub(super) fn new(start: usize, end: usize) -> Option<Self> {
        if start == end {
            return None;
        }
        Some(Self { start: u32::try_from(start).ok()?, end: u32::try_from(end).ok()? })
    }

    /// What stands there.
    pub fn of(self, html: &str) -> &str {
        html.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}

/// The words of the theme that a body takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// What a table's group is called.
    Table,
    /// The title of an alert.
    AlertNote,
    /// The title of an alert.
    AlertTip,
    /// The title of an alert.
    AlertImportant,
    /// The title of an alert.
    AlertWarning,
    /// The title of an alert.
    AlertCaution,
    /// What a footnote's reference is called, before its number.
    Footnote,
    /// What the footnotes are called.
    Footnotes,
    /// What the link back from a footnote is called, before its number.
    FootnoteBack,
    /// What the link of a heading is called, before the heading's text.
    HeadingLink,
    /// What a box is called that is ticked.
    TaskDone,
    /// What a box is called that is not.
    TaskOpen,
}

impl Word {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Table,
        Self::AlertNote,
        Self::AlertTip,
        Self::AlertImportant,
        Self::AlertWarning,
        Self::AlertCaution,
        Self::Footnote,
        Self::Footnotes,
        Self::FootnoteBack,
        Self::HeadingLink,
        Self::TaskDone,
        Self::TaskOpen,
    ];

    /// Its key among the words of a language.
    pub fn key(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::AlertNote => "alert_note",
            Self::AlertTip => "alert_tip",
            Self::AlertImportant => "alert_important",
            Self::AlertWarning => "alert_warning",
            Self::AlertCaution => "alert_caution",
            Self::Footnote => "footnote",
            Self::Footnotes => "footnotes",
            Self::FootnoteBack => "footnote_back",
            Self::HeadingLink => "heading_link",
            Self::TaskDone => "task_done",
            Self::TaskOpen => "task_open",
        }
    }
}

/// A directive: the call of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Its number on the page: its places are `Places::components[number]`.
    pub number: usize,
    /// The component's name in the theme: the directive's, with underscores for hyphens.
    pub name: String,
    /// The attributes in the order written.
    pub attributes: Vec<(String, Attribute)>,
    /// What stands between the fences.
    pub nodes: Vec<Node>,
}

/// The value of a directive's attribute, as written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Attribute {
    /// In quotes: a text, whatever it holds.
    Quoted(String),
    /// Without quotes: a number, `true` or `false`, or a text without spaces.
    Bare(String),
}

impl Attribute {
    /// The value's text.
    pub fn text(&self) -> &str {
        match self {
            Self::Quoted(text) | Self::Bare(text) => text,
        }
    }
}

/// What a body asks of the site, without its text: all that linking needs, so that a body whose links are checked anew need
/// not be there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Slot {
    /// The target of a link.
    Link(String),
    /// The target of an image.
    Image(String),
    /// A component: its name in the theme and its attributes.
    Component(String, Vec<(String, Attribute)>),
}

/// Where the slots of a body stand in its file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// Links and images by number, as they follow each other in the text.
    pub links: Vec<Span>,
    /// Components by number.
    pub components: Vec<ComponentPlaces>,
}

/// Where a directive stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentPlaces {
    /// Its name.
    pub name: Span,
    /// Its attributes in order: the name and the value.
    pub attributes: Vec<(Span, Span)>,
}

impl Body {
    /// Whether it is Markdown alone, with no component of a theme in it, and all its ids are its anchors.
    pub fn is_plain(&self) -> bool {
        let has_more = |node: &Node| matches!(node, Node::Component(_) | Node::Word(Word::Footnote | Word::Footnotes));
        !self.nodes.iter().any(has_more)
    }
}
