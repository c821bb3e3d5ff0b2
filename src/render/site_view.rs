//! The site, as every template sees it: who publishes it, its notice, its look, its links.

use serde::Serialize;

use crate::render::brand::BrandView;
use crate::render::view::{self, Link};
use crate::site::navigation::Navigation;
use crate::site::routes::{REVIEWS, Routes};
use crate::source::config::{Config, ConfigTarget};

/// The site, as every template sees it.
#[derive(Debug, Serialize)]
pub struct SiteView<'a> {
    title: &'a str,
    description: Option<&'a str>,
    lang: &'a str,
    publisher: PublisherView<'a>,
    notice: Option<NoticeView<'a>>,
    brand: BrandView<'a>,
    header: Vec<ConfigLinkView<'a>>,
    footer: Vec<ConfigLinkView<'a>>,
    home: Link<'a>,
    /// Where the site shows how its reviews stand, if it does.
    reviews: Option<&'a str>,
    extra: &'a serde_json::Value,
}

#[derive(Debug, Serialize)]
struct PublisherView<'a> {
    name: Option<&'a str>,
    url: Option<&'a str>,
    email: Option<&'a str>,
    phone: Option<&'a str>,
    phone_href: Option<String>,
    phone_label: Option<&'a str>,
    phone_hours: Option<&'a str>,
    phone_note: Option<&'a str>,
    emergency: Option<&'a str>,
    emergency_href: Option<String>,
    funding: Option<&'a str>,
    policy: Option<&'a str>,
    copyright: Option<&'a str>,
    editorial_process: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct NoticeView<'a> {
    title: &'a str,
    text: &'a str,
    demonstration: bool,
}

/// A link of the configuration: to a page by `path`, or out of the site by `url`.
#[derive(Debug, Serialize)]
struct ConfigLinkView<'a> {
    title: &'a str,
    path: Option<&'a str>,
    url: Option<&'a str>,
}

/// The links of the configuration.
pub fn config_links(config: &Config) -> impl Iterator<Item = &ConfigTarget> {
    let links = config.header.iter().chain(&config.footer).map(|link| &link.to);
    links.chain(&config.publisher.editorial_process).chain(&config.glossary)
}

/// The view of the site; `shows_reviews` tells whether it has the page that shows how its reviews stand.
pub fn site<'a>(
    config: &'a Config,
    routes: &'a Routes,
    navigation: &Navigation,
    brand: BrandView<'a>,
    shows_reviews: bool,
) -> SiteView<'a> {
    let publisher = &config.publisher;
    let home =
        navigation.home.map_or(Link { title: &config.title, path: "" }, |home| view::linked(&routes.pages[home]));
    let config_link = |link: &'a crate::source::config::ConfigLink| {
        let path = link.to.to.strip_prefix('/');
        ConfigLinkView { title: &link.title, path, url: if path.is_none() { Some(&link.to.to) } else { None } }
    };
    SiteView {
        title: &config.title,
        description: config.description.as_deref(),
        lang: &config.lang,
        publisher: PublisherView {
            name: publisher.name.as_deref(),
            url: publisher.url.as_deref(),
            email: publisher.email.as_deref(),
            phone: publisher.phone.as_deref(),
            phone_href: publisher.phone.as_deref().map(telephone),
            phone_label: publisher.phone_label.as_deref(),
            phone_hours: publisher.phone_hours.as_deref(),
            phone_note: publisher.phone_note.as_deref(),
            emergency: publisher.emergency.as_deref(),
            emergency_href: publisher.emergency.as_deref().map(telephone),
            funding: publisher.funding.as_deref(),
            policy: publisher.policy.as_deref(),
            copyright: publisher.copyright.as_deref(),
            editorial_process: publisher.editorial_process.as_ref().map(|target| target.to.trim_start_matches('/')),
        },
        notice: config.notice.as_ref().map(|notice| NoticeView {
            title: &notice.title,
            text: &notice.text,
            demonstration: notice.demonstration,
        }),
        brand,
        header: config.header.iter().map(config_link).collect(),
        footer: config.footer.iter().map(config_link).collect(),
        home,
        reviews: shows_reviews.then(|| REVIEWS.trim_start_matches('/')),
        extra: &config.extra,
    }
}

/// `tel:` with digits and a leading plus only (RFC 3966 leaves separators out of what is dialled).
fn telephone(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let plus = if number.trim_start().starts_with('+') { "+" } else { "" };
    format!("tel:{plus}{digits}")
}
