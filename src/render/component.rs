//! Components: what a theme declares, and whether a page's directive fits it.

use std::collections::BTreeMap;

use tera::{ComponentArgType, ComponentInfo, Value};

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::path::SourcePath;
use crate::base::suggest;
use crate::page::body::{Attribute, ComponentPlaces};

/// What a component declares.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// Its attributes by name.
    pub attributes: BTreeMap<String, Declared>,
}

/// A declared attribute.
#[derive(Clone, Debug)]
pub struct Declared {
    /// What it holds.
    pub kind: Kind,
    /// Whether it must be given.
    pub required: bool,
}

/// What an attribute holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// A link, checked like any other: arrives as an `href`.
    Link,
    /// An image, checked like any other: arrives as a map with `src`, `width` and `height`.
    Image,
}

impl Declaration {
    /// Reads the declaration of a component; its metadata says which attributes are links or images.
    pub fn of(info: &ComponentInfo) -> Self {
        let listed = |list: &str, name: &str| {
            let list = info.metadata().get(list).and_then(Value::as_array);
            list.is_some_and(|names| names.iter().any(|entry| entry.as_str() == Some(name)))
        };
        let declared = info.args().iter().filter(|argument| !argument.is_implicit()).map(|argument| {
            let name = argument.name();
            let kind = match argument.arg_type() {
                _ if listed("links", name) => Kind::Link,
                _ if listed("images", name) => Kind::Image,
                Some(ComponentArgType::Bool) => Kind::Bool,
                Some(ComponentArgType::Integer) => Kind::Integer,
                Some(ComponentArgType::Float | ComponentArgType::Number) => Kind::Number,
                _ => Kind::Text,
            };
            (name.to_owned(), Declared { kind, required: argument.is_required() })
        });
        Self { attributes: declared.collect() }
    }
}

/// A plain value of an attribute, if it fits its kind. Links and images are for those who know the site.
pub fn value(kind: Kind, attribute: &Attribute) -> Option<Value> {
    let text = attribute.text();
    match kind {
        Kind::Text => Some(Value::from(text)),
        Kind::Bool => text.parse::<bool>().ok().map(Value::from),
        Kind::Integer => text.parse::<i64>().ok().map(Value::from),
        Kind::Number => text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from),
        Kind::Link | Kind::Image => None,
    }
}

/// What is wrong with a directive: its component, its attributes, what they lack.
pub fn check(
    name: &str,
    attributes: &[(String, Attribute)],
    places: &ComponentPlaces,
    components: &BTreeMap<String, Declaration>,
    path: &SourcePath,
) -> Vec<Diagnostic> {
    let written = name.replace('_', "-");
    let Some(declaration) = components.get(name) else {
        let message = format!("the theme has no component `{written}`");
        let near = suggest::nearest(name, components.keys().map(String::as_str));
        let help = match near {
            Some(near) => format!("did you mean `:::{}`?", near.replace('_', "-")),
            None => format!("it has {}", list(components.keys().map(|name| name.replace('_', "-")))),
        };
        return vec![Diagnostic::new(Code::UnknownComponent, Place::span(path, places.name), message).help(help)];
    };
    let mut faults = Vec::new();
    for ((name, attribute), (name_span, value_span)) in attributes.iter().zip(&places.attributes) {
        let Some(declared) = declaration.attributes.get(name) else {
            let message = format!("`:::{written}` has no attribute `{name}`");
            let near = suggest::nearest(name, declaration.attributes.keys().map(String::as_str));
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None if declaration.attributes.is_empty() => "it takes none".to_owned(),
                None => format!("it takes {}", list(declaration.attributes.keys().cloned())),
            };
            faults.push(Diagnostic::new(Code::UnknownAttribute, Place::span(path, *name_span), message).help(help));
            continue;
        };
        let expected = match declared.kind {
            Kind::Bool => "`true` or `false`",
            Kind::Integer => "a whole number",
            Kind::Number => "a number",
            Kind::Text | Kind::Link | Kind::Image => continue,
        };
        if value(declared.kind, attribute).is_none() {
            let message = format!("`{name}` of `:::{written}` must be {expected}, and is `{}`", attribute.text());
            let help = format!("write `{name}=…` with {expected}");
            faults.push(Diagnostic::new(Code::AttributeType, Place::span(path, *value_span), message).help(help));
        }
    }
    for (name, _) in declaration.attributes.iter().filter(|(_, declared)| declared.required) {
        if !attributes.iter().any(|(given, _)| given == name) {
            let message = format!("`:::{written}` needs the attribute `{name}`");
            let help = format!("write `:::{written}{{{name}=\"…\"}}`");
            faults.push(Diagnostic::new(Code::MissingAttribute, Place::span(path, places.name), message).help(help));
        }
    }
    faults
}

fn list(names: impl Iterator<Item = String>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
