//! The slots of a body, filled: each link and image resolved and checked, each component's attributes made ready.

use std::collections::{BTreeMap, BTreeSet};

use tera::Value;

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::digest::{Digest, Hasher};
use crate::base::path::{SourcePath, UrlPath};
use crate::base::span::Span;
use crate::page::body::{Attribute, Places, Slot};
use crate::page::facts::GlossaryEntry;
use crate::page::held::Origin;
use crate::page::target::from_root;
use crate::render::component::{self, Declaration, Kind};
use crate::review::record;
use crate::review::text::{Content, IncludeKind};
use crate::site::link::{self, Target, Use};
use crate::site::routes::Routes;

/// What the slots of one body hold.
#[derive(Clone, Debug, Default)]
pub struct Filled {
    /// Links and images by number.
    pub links: Vec<Href>,
    /// The attributes of components by number.
    pub arguments: Vec<Vec<(String, Value)>>,
    /// Where the links lead, from the site's root: they have been checked.
    pub checked: Vec<String>,
    /// The digest of all that the slots hold.
    pub digest: Digest,
}

/// What a slot holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Href {
    /// The way to the target, ready for an attribute but for HTML's escapes.
    pub href: String,
    /// Width and height, of an image.
    pub size: Option<(u32, u32)>,
    /// What it means, of a link to a term of the glossary on another page.
    pub term: Option<Box<GlossaryEntry>>,
}

/// What filling needs to know beside the body.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The source of the body.
    pub path: &'a SourcePath,
    /// The URL of the page that shows it.
    pub url: &'a UrlPath,
    /// The routes of the site.
    pub routes: &'a Routes,
    /// Where the words of the body come from, if they are a record's.
    pub origin: Option<&'a Origin>,
    /// The glossaries, by number.
    pub glossaries: &'a BTreeSet<usize>,
    /// The theme's components.
    pub components: &'a BTreeMap<String, Declaration>,
    /// Width and height of the images among the sources, where they could be read.
    pub sizes: &'a dyn Fn(&SourcePath) -> Option<(u32, u32)>,
}

/// Fills the slots of a body.
pub fn fill(slots: &[(usize, Slot)], places: &Places, around: Surroundings<'_>) -> (Filled, Vec<Diagnostic>) {
    let mut filler = Filler {
        around,
        filled: Filled {
            links: vec![Href::default(); places.links.len()],
            arguments: vec![Vec::new(); places.components.len()],
            ..Filled::default()
        },
        hasher: Hasher::new(),
        diagnostics: Vec::new(),
    };
    for (number, slot) in slots {
        match slot {
            Slot::Link(target) => filler.link(*number, target, places, Use::Link),
            Slot::Image(target) => filler.link(*number, target, places, Use::Image),
            Slot::Component(name, attributes) => filler.component(*number, name, attributes, places),
        }
    }
    filler.filled.digest = filler.hasher.finish();
    (filler.filled, filler.diagnostics)
}

struct Filler<'a> {
    around: Surroundings<'a>,
    filled: Filled,
    hasher: Hasher,
    diagnostics: Vec<Diagnostic>,
}

impl Filler<'_> {
    fn link(&mut self, number: usize, target: &str, places: &Places, used: Use) {
        let span = places.links.get(number).copied().unwrap_or(Span::new(0, 0));
        let href = self.resolve(target, span, used);
        if let Some(slot) = self.filled.links.get_mut(number) {
            *slot = href;
        }
    }

    fn report(&mut self, span: Span, fault: link::Fault) {
        let place = Place::span(self.around.path, span);
        let diagnostic = Diagnostic { help: fault.help, ..Diagnostic::new(fault.code, place, fault.message) };
        self.diagnostics.push(diagnostic);
    }

    fn resolve(&mut self, target: &str, span: Span, used: Use) -> Href {
        // A reference without a definition, which the page's own check has named.
        if target.starts_with('\0') {
            return Href::default();
        }
        let resolved = match self.lead(target, used) {
            Ok(resolved) => resolved,
            Err(fault) => {
                self.report(span, fault);
                return Href::default();
            }
        };
        self.withdrawn(target, span, &resolved);
        let href = Href {
            href: link::href(self.around.routes, self.around.url, &resolved),
            size: None,
            term: self.term(&resolved).map(Box::new),
        };
        let href = if used == Use::Image { self.image(href, target, span, &resolved) } else { href };
        self.hasher.part(&href.href);
        if let Some((width, height)) = href.size {
            self.hasher.number(u64::from(width)).number(u64::from(height));
        }
        if let Some(term) = &href.term {
            self.hasher.part(&term.term).part(&term.definition);
        }
        self.filled.checked.extend(link::absolute(self.around.routes, &resolved));
        href
    }

    /// A link to a page that is withdrawn sends the reader on from there.
    fn withdrawn(&mut self, target: &str, span: Span, resolved: &Target) {
        let Target::Page { number, .. } = resolved else { return };
        let facts = &self.around.routes.pages[*number].facts;
        let Some(withdrawn) = facts.withdrawn.as_ref().filter(|_| facts.path != *self.around.path) else { return };
        let place = Place::span(self.around.path, span);
        let message = format!("`{target}` leads to `{}`, which is withdrawn", facts.path);
        self.diagnostics.push(Diagnostic::new(Code::LinkToWithdrawn, place, message).help(
            match &withdrawn.successor {
                Some(successor) => format!("link to what took its place: `{successor}`"),
                None => "take the link out".to_owned(),
            },
        ));
    }

    /// Where a target leads. A file that a record's words show is the one that was reviewed, even where another has its name now.
    fn lead(&self, target: &str, used: Use) -> Result<Target, link::Fault> {
        let Surroundings { routes, path, origin, .. } = self.around;
        let Some(origin) = origin else { return link::resolve(routes, path, target, used) };
        let from_root = from_root(&origin.page, target);
        let (name, fragment) = from_root.split_once('#').unwrap_or((&from_root, ""));
        let reviewed = origin.includes.iter().find(|include| include.kind.is_file() && include.name == name);
        if let Some(Content::Digest(sha256)) = reviewed.map(|include| &include.content) {
            let source = record::file_path(*sha256, name);
            if routes.files.contains_key(&source) {
                return Ok(Target::File { source, fragment: fragment.to_owned() });
            }
        }
        link::resolve_reviewed(routes, &origin.page, target, used).map_err(|mut fault| {
            fault.help.push("the words of a record stay as they are: have the page reviewed as it is now".to_owned());
            fault.help.push("or keep the old path among the `aliases` of the page that took its place".to_owned());
            fault
        })
    }

    /// The term that a link leads to: its definition is shown on this page, which so depends on it.
    fn term(&self, target: &Target) -> Option<GlossaryEntry> {
        let Target::Page { number, fragment } = target else { return None };
        let page = self.around.routes.pages.get(*number).filter(|_| self.around.glossaries.contains(number))?;
        let entry = || page.facts.glossary.iter().find(|entry| entry.id == *fragment);
        let entry = if page.url == *self.around.url { None } else { entry().cloned() }?;
        Some(GlossaryEntry { definition: self.reviewed_definition(&entry.term).unwrap_or(entry.definition), ..entry })
    }

    /// What a term meant when a record's words were reviewed.
    fn reviewed_definition(&self, term: &str) -> Option<String> {
        let mut includes = self.around.origin?.includes.iter();
        match &includes.find(|include| include.kind == IncludeKind::Definition && include.name == term)?.content {
            Content::Text(text) => Some(text.clone()),
            Content::Digest(_) => None,
        }
    }

    fn image(&mut self, href: Href, target: &str, span: Span, resolved: &Target) -> Href {
        let size = match resolved {
            Target::File { source, .. } => (self.around.sizes)(source),
            _ => None,
        };
        if size.is_none() {
            let place = Place::span(self.around.path, span);
            let message =
                format!("the width and height of `{target}` cannot be read, so the page would jump while it loads");
            self.diagnostics.push(
                Diagnostic::new(Code::ImageUnreadable, place, message)
                    .help("use a PNG, JPEG, WebP, GIF or SVG file; an SVG needs `width` and `height`, or a `viewBox`"),
            );
        }
        Href { size, ..href }
    }

    fn component(&mut self, number: usize, name: &str, attributes: &[(String, Attribute)], places: &Places) {
        let Some(own) = places.components.get(number) else { return };
        self.diagnostics.extend(component::check(name, attributes, own, self.around.components, self.around.path));
        let Some(declaration) = self.around.components.get(name) else { return };
        let mut arguments = Vec::new();
        for ((name, attribute), (_, span)) in attributes.iter().zip(&own.attributes) {
            let Some(declared) = declaration.attributes.get(name) else { continue };
            let value = match declared.kind {
                Kind::Link => Some(Value::from(self.resolve(attribute.text(), *span, Use::Link).href)),
                Kind::Image => {
                    let image = self.resolve(attribute.text(), *span, Use::Image);
                    Some(image_value(&image))
                }
                kind => component::value(kind, attribute),
            };
            arguments.extend(value.map(|value| (name.clone(), value)));
        }
        if let Some(slot) = self.filled.arguments.get_mut(number) {
            *slot = arguments;
        }
    }
}

fn image_value(image: &Href) -> Value {
    let (width, height) = image.size.unzip();
    let part = |number: Option<u32>| number.map_or_else(Value::none, Value::from);
    Value::from(BTreeMap::from([
        ("src".to_owned(), Value::from(image.href.as_str())),
        ("width".to_owned(), part(width)),
        ("height".to_owned(), part(height)),
    ]))
}
