//! The words of a record in a page's place.
//!
//! A record holds a page's source as it was reviewed. Where the page's own words may not be published, those words stand in its
//! place from here on, so that its title, headings, search and copies come from them too. What no reviewer answers for stays
//! as the page has it now: where it is, where it was, its order among others, whether it is a draft or withdrawn.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::diagnostic::{Diagnostic, Spot};
use crate::base::digest::Digest;
use crate::base::path::SourcePath;
use crate::page::body::Places;
use crate::page::facts::Facts;
use crate::page::markdown::Options;
use crate::page::parse::{self, Content, Page};
use crate::review::record::Filed;
use crate::review::text::Include;

/// Where the words of a page come from, if they are not its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The record.
    pub record: SourcePath,
    /// The page's source when it was reviewed: what its links start from.
    pub page: SourcePath,
    /// What it showed from elsewhere then.
    pub includes: Vec<Include>,
}

/// A page with the words of one of its records.
pub fn in_place_of(page: &Page, filed: &Filed, options: Options) -> (Page, Content) {
    let record = &filed.record;
    let (mut held, content) = parse::parse(&record.page, &record.body, Digest::of(record.body.as_bytes()), options);
    let now = &page.facts;
    let facts = Facts {
        path: now.path.clone(),
        weight: now.weight,
        slug: now.slug.clone(),
        aliases: now.aliases.clone(),
        draft: now.draft,
        tags: now.tags.clone(),
        published: now.published,
        withdrawn: now.withdrawn.clone(),
        review: now.review.clone(),
        ..Facts::clone(&held.facts)
    };
    let start = record.write().len() - record.body.len();
    held.places = shifted(held.places, start);
    held.diagnostics.iter_mut().for_each(|fault| relocate(fault, &record.page, &filed.path, start));
    let page = Page {
        facts_digest: Digest::of_value(&facts),
        facts: Arc::new(facts),
        template: page.template.clone(),
        keys: page.keys.clone(),
        origin: Some(Origin {
            record: filed.path.clone(),
            page: record.page.clone(),
            includes: record.includes.clone(),
        }),
        ..held
    };
    (page, content)
}

/// A fault of the words is one of the record that holds them.
fn relocate(fault: &mut Diagnostic, from: &SourcePath, record: &SourcePath, start: usize) {
    let places = std::iter::once(&mut fault.place).chain(fault.related.iter_mut().map(|(place, _)| place));
    for place in places.filter(|place| place.path == *from) {
        place.path = record.clone();
        place.spot = match place.spot {
            Spot::Span(span) => Spot::Span(span.shifted(start)),
            _ => Spot::File,
        };
    }
}

fn shifted(mut places: Places, by: usize) -> Places {
    places.links.iter_mut().for_each(|span| *span = span.shifted(by));
    for component in &mut places.components {
        component.name = component.name.shifted(by);
        component
            .attributes
            .iter_mut()
            .for_each(|(name, value)| (*name, *value) = (name.shifted(by), value.shifted(by)));
    }
    places
}
