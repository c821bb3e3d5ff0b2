//! Which fields of the page's view templates take. What none takes need not be made.
//!
//! Tera tells the variables that a template mentions and not their fields, so this looks at the texts. It errs on one side: a
//! field counts as taken wherever its name might stand for it, and all of them where a template may take the page as a whole.

use std::collections::BTreeSet;

use memchr::memmem;

/// The variable whose fields these are.
const PAGE: &str = "page";
/// The library's variable that shows all others.
const EVERYTHING: &str = "__tera_context";

/// The fields that templates take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields(Option<BTreeSet<String>>);

impl Fields {
    /// Every field there is.
    pub const fn all() -> Self {
        Self(None)
    }

    /// Those that these texts take.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut named = BTreeSet::new();
        for text in texts {
            if text.contains(EVERYTHING) {
                return Self::all();
            }
            for at in memmem::find_iter(text.as_bytes(), PAGE) {
                match field_at(text, at) {
                    Field::None => {}
                    Field::Named(name) => _ = named.insert(name.to_owned()),
                    Field::Any => return Self::all(),
                }
            }
        }
        Self(Some(named))
    }

    /// Whether templates take the field of this name.
    pub fn has(&self, name: &str) -> bool {
        self.0.as_ref().is_none_or(|named| named.contains(name))
    }
}

enum Field<'t> {
    /// The word is another one, or a field of something else.
    None,
    Named(&'t str),
    Any,
}

/// What is taken where the variable's name stands.
fn field_at(text: &str, at: usize) -> Field<'_> {
    let (before, behind) = (&text[..at], &text[at + PAGE.len()..]);
    // `...page` spreads it; a single dot behind a name makes it a field.
    let is_field = before.strip_suffix('.').is_some_and(|owner| owner.ends_with(is_of_name));
    if before.ends_with(is_of_name) || behind.starts_with(is_of_name) || is_field {
        return Field::None;
    }
    let Some(path) = behind.strip_prefix('.') else { return Field::Any };
    let name = path.split(|character| !is_of_name(character)).next().unwrap_or("");
    if name.is_empty() { Field::Any } else { Field::Named(name) }
}

fn is_of_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_behind_the_page_is_taken() {
        let fields =
            Fields::of(["<h1>{{ page.title }}</h1>{% for crumb in page.crumbs %}", "pages homepage other.page"]);
        assert!(fields.has("title") && fields.has("crumbs") && !fields.has("review"));
        assert!(!Fields::of([""]).has("title"));
    }

    #[test]
    fn where_the_page_may_be_taken_whole_every_field_is() {
        for text in [
            "{{ page | json }}",
            "{% set p = page %}",
            "{{ page[name] }}",
            "{{ __tera_context }}",
            "{{ page?.toc }}",
            "{{ <c {...page} /> }}",
        ] {
            assert!(Fields::of(["{{ page.title }}", text]).has("review"), "{text}");
        }
    }
}
