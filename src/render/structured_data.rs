//! What a page says of itself to programs: schema.org's `MedicalWebPage` as JSON-LD, from the values that readers see.
//!
//! It is data in a script element and runs nothing, so the page's policy allows it. A demonstration reviewer is never in it, nor
//! the day of a demonstration review: a program would take both for a promise. There is no property for the next review
//! (`expires` means that content is no longer to be shown), so that is for readers alone.

use serde_json::{Map, Value, json};

use crate::base::path::UrlPath;
use crate::page::facts::Facts;
use crate::page::parse::Own;
use crate::render::site_files::absolute;
use crate::site::register::Entry;
use crate::source::config::{BaseUrl, Config};
use crate::source::front_matter::Source;
use crate::source::reviewers::{Reviewer, Reviewers};

/// What a page's data is made from.
#[derive(Clone, Copy)]
pub struct Described<'a> {
    /// What other pages see of it.
    pub facts: &'a Facts,
    /// What its template sees.
    pub own: &'a Own,
    /// Its place in the register.
    pub entry: &'a Entry,
    /// Where it is.
    pub url: &'a UrlPath,
    /// Its language.
    pub lang: &'a str,
}

/// The data of a page, ready to stand in a script element.
pub fn json_ld(page: Described<'_>, base: &BaseUrl, config: &Config, reviewers: &Reviewers) -> String {
    let url = absolute(base, page.url);
    let mut data = Map::new();
    data.insert("@context".into(), json!("https://schema.org"));
    data.insert("@type".into(), json!("MedicalWebPage"));
    data.insert("@id".into(), json!(url));
    data.insert("url".into(), json!(url));
    data.insert("name".into(), json!(page.facts.title));
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            data.insert(name.to_owned(), value);
        }
    };
    put("description", page.facts.description.as_ref().map(|text| json!(text)));
    put("inLanguage", Some(json!(page.lang)));
    put("audience", Some(json!({ "@type": "Patient" })));
    put("datePublished", page.facts.published.map(|day| json!(day.to_string())));
    put("dateModified", page.facts.last_updated.map(|day| json!(day.to_string())));
    let people: Vec<&Reviewer> =
        page.entry.reviewers.iter().filter_map(|id| reviewers.get(id)).filter(|person| !person.demonstration).collect();
    if !people.is_empty() {
        put("lastReviewed", page.entry.date.map(|day| json!(day.to_string())));
        put("reviewedBy", Some(people.into_iter().map(person).collect()));
    }
    let citations: Vec<Value> = page.own.sources.iter().map(citation).collect();
    put("citation", (!citations.is_empty()).then_some(Value::Array(citations)));
    let term = |key: &str| page.own.terms.get(key).filter(|texts| !texts.is_empty()).map(|texts| json!(texts));
    put("isBasedOn", term("based_on"));
    put("license", term("license"));
    put("version", term("version"));
    put("publisher", config.publisher.name.as_ref().map(|name| organization(name, config.publisher.url.as_deref())));
    put(
        "publishingPrinciples",
        config.publisher.editorial_process.as_ref().map(|target| {
            json!(if target.to.starts_with('/') {
                absolute(base, &UrlPath::new(&target.to))
            } else {
                target.to.clone()
            })
        }),
    );
    // No text may end the element that holds it.
    Value::Object(data).to_string().replace('<', "\\u003c")
}

fn person(reviewer: &Reviewer) -> Value {
    let mut person = Map::new();
    person.insert("@type".into(), json!("Person"));
    person.insert("name".into(), json!(reviewer.name));
    person.insert("honorificSuffix".into(), json!(reviewer.credentials));
    person.insert("jobTitle".into(), json!(reviewer.role));
    if let Some(affiliation) = &reviewer.affiliation {
        person.insert("affiliation".into(), organization(affiliation, None));
    }
    if let Some(url) = &reviewer.url {
        person.insert("url".into(), json!(url));
    }
    Value::Object(person)
}

fn organization(name: &str, url: Option<&str>) -> Value {
    match url {
        Some(url) => json!({ "@type": "Organization", "name": name, "url": url }),
        None => json!({ "@type": "Organization", "name": name }),
    }
}

fn citation(source: &Source) -> Value {
    let doi = source.doi.as_ref().map(|doi| format!("https://doi.org/{doi}"));
    match source.url.clone().or(doi) {
        Some(url) => json!({ "@type": "CreativeWork", "name": source.title, "url": url }),
        None => json!({ "@type": "CreativeWork", "name": source.title }),
    }
}
