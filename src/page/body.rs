//! The body of a page as a tree: HTML that is final, and slots for what only the whole site can say.
//!
//! A slot holds what the page wrote, never where it stands: two bodies with the same words are equal, wherever their
//! lines are. Places are kept beside the tree, by slot number, in `Places`.

use serde::{Deserialize, Serialize};

use crate::base::digest::{Digest, Hasher};
use crate::base::span::Span;

/// A run of nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// The nodes in order.
    pub nodes: Vec<Node>,
}

/// A part of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// HTML that is final.
    Html(String),
    /// The value of an `href`.
    Link(LinkSlot),
    /// The value of an image's `src`, with the attributes for width and height behind it.
    Image(LinkSlot),
    /// The start of a link that may lead to a term of a glossary, with its tag.
    LinkStart(LinkSlot),
    /// The end of that link, with the number of its slot.
    LinkEnd(usize),
    /// A word of the theme, in an attribute or a text.
    Word(&'static str),
    /// A component of the theme.
    Component(Box<Component>),
}

/// A link or image as the page wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkSlot {
    /// Its number on the page: its place is `Places::links[number]`.
    pub number: usize,
    /// The target as written, Markdown's escapes undone.
    pub target: String,
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
    pub body: Body,
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
    /// Links and images by number.
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
    /// The digest of all that its HTML depends on: what is written, not where.
    pub fn digest(&self) -> Digest {
        let mut hasher = Hasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }

    fn hash(&self, hasher: &mut Hasher) {
        hasher.number(self.nodes.len() as u64);
        for node in &self.nodes {
            match node {
                Node::Html(html) => {
                    hasher.number(0).part(html);
                }
                Node::Link(slot) => {
                    hasher.number(1).part(&slot.target);
                }
                Node::Image(slot) => {
                    hasher.number(2).part(&slot.target);
                }
                Node::Word(word) => {
                    hasher.number(3).part(word);
                }
                Node::Component(component) => component.hash(hasher),
                Node::LinkStart(slot) => {
                    hasher.number(5).part(&slot.target);
                }
                Node::LinkEnd(_) => {
                    hasher.number(6);
                }
            }
        }
    }

    /// The slots in order, each with its number among the links or among the components of the page.
    pub fn slots(&self) -> Vec<(usize, Slot)> {
        let mut slots = Vec::new();
        self.gather(&mut slots);
        slots
    }

    fn gather(&self, slots: &mut Vec<(usize, Slot)>) {
        for node in &self.nodes {
            match node {
                Node::Html(_) | Node::LinkEnd(_) | Node::Word(_) => {}
                Node::Link(slot) | Node::LinkStart(slot) => slots.push((slot.number, Slot::Link(slot.target.clone()))),
                Node::Image(slot) => slots.push((slot.number, Slot::Image(slot.target.clone()))),
                Node::Component(component) => {
                    let slot = Slot::Component(component.name.clone(), component.attributes.clone());
                    slots.push((component.number, slot));
                    component.body.gather(slots);
                }
            }
        }
    }
}

impl Component {
    fn hash(&self, hasher: &mut Hasher) {
        hasher.number(4).part(&self.name).number(self.attributes.len() as u64);
        for (name, value) in &self.attributes {
            hasher.part(name).number(u64::from(matches!(value, Attribute::Bare(_)))).part(value.text());
        }
        self.body.hash(hasher);
    }
}
