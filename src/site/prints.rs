//! Sections that are gathered for printing: one page each, with the section and all below it.

use std::collections::BTreeMap;

use crate::base::path::UrlPath;
use crate::site::navigation::Navigation;
use crate::site::routes::Routes;

/// A section gathered for printing.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// Where.
    pub url: UrlPath,
    /// The section and the pages below it, in reading order.
    pub pages: Vec<usize>,
}

/// The most pages that are gathered for printing: more is no leaflet.
const MOST_PRINTED: usize = 50;

/// The sections that are gathered for printing: not the whole site, nor one whose address for it is taken.
pub fn prints(routes: &Routes, navigation: &Navigation) -> BTreeMap<usize, Gathered> {
    let gather = |number: usize| {
        let section = &routes.pages[number];
        let url = UrlPath::new(&format!("{}print/", section.url));
        let mut pages = vec![number];
        let mut at = 0;
        // Each page is followed by those below it.
        while at < pages.len() && pages.len() <= MOST_PRINTED {
            let below = navigation.nodes[pages[at]].children.clone();
            pages.splice(at + 1..=at, below);
            at += 1;
        }
        let is_leaflet = Some(number) != navigation.home && (2..=MOST_PRINTED).contains(&pages.len());
        let is_free = routes.page_at(&url).is_none() && section.index_of().is_some();
        (is_leaflet && is_free).then_some((number, Gathered { url, pages }))
    };
    (0..routes.pages.len()).filter_map(gather).collect()
}
