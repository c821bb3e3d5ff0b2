//! The site's pages as templates list them: the navigation, opened on the way to a page, and all of them.

use std::collections::HashSet;

use serde::Serialize;
use tera::Value;

use crate::base::digest::Digest;
use crate::render::view::digest_of;
use crate::site::navigation::Navigation;
use crate::site::routes::{Routes, SEARCH};

/// The navigation that the pages of one section share.
#[derive(Clone, Debug)]
pub struct SharedNavigation {
    /// What templates see.
    pub value: Value,
    /// The digest of that.
    pub digest: Digest,
    /// Where its links lead, from the site's root: they are right by construction.
    pub checked: HashSet<String>,
}

#[derive(Debug, Serialize)]
struct Item<'a> {
    title: &'a str,
    path: &'a str,
    children: Vec<Item<'a>>,
}

/// The navigation as the pages of `section` see it: the top level, and the sections down to `section` opened.
/// `named` are the links of the configuration, which have been checked where they stand.
pub fn navigation(
    routes: &Routes,
    navigation: &Navigation,
    section: Option<usize>,
    named: &[&str],
) -> SharedNavigation {
    let mut open: HashSet<usize> = section.into_iter().collect();
    open.extend(section.into_iter().flat_map(|section| navigation.ancestors(section)));
    let items = items(routes, navigation, &navigation.top, &open);
    let mut checked = HashSet::new();
    collect(&items, &mut checked);
    checked.extend(named.iter().map(|link| (*link).to_owned()));
    // Whether there is a home page has been said; the page for searching is there if a template is.
    checked.extend(["/".to_owned(), SEARCH.to_owned()]);
    let value = Value::from_serializable(&items);
    SharedNavigation { digest: digest_of(&items), value, checked }
}

/// The most pages that the page for searching lists one by one; of a larger site it lists the sections.
const MOST_LISTED: usize = 500;

/// All pages of a site as a tree, and where they are.
pub fn all_pages(routes: &Routes, navigation: &Navigation) -> SharedNavigation {
    let is_section = |number: &usize| !navigation.nodes[*number].children.is_empty();
    let mut items = if routes.pages.len() > MOST_LISTED {
        let sections: Vec<usize> = navigation.top.iter().copied().filter(is_section).collect();
        items(routes, navigation, &sections, &HashSet::new())
    } else {
        items(routes, navigation, &navigation.top, &(0..routes.pages.len()).collect())
    };
    if let Some(home) = navigation.home.map(|home| &routes.pages[home]) {
        items.insert(0, Item { title: &home.facts.title, path: home.url.from_root(), children: Vec::new() });
    }
    let mut checked = HashSet::new();
    collect(&items, &mut checked);
    checked.extend(["/".to_owned(), SEARCH.to_owned()]);
    SharedNavigation { digest: digest_of(&items), value: Value::from_serializable(&items), checked }
}

fn items<'a>(routes: &'a Routes, navigation: &Navigation, pages: &[usize], open: &HashSet<usize>) -> Vec<Item<'a>> {
    pages
        .iter()
        .map(|number| {
            let page = &routes.pages[*number];
            let inner = &navigation.nodes[*number].children;
            let children = if open.contains(number) { items(routes, navigation, inner, open) } else { Vec::new() };
            Item { title: &page.facts.title, path: page.url.from_root(), children }
        })
        .collect()
}

fn collect(items: &[Item<'_>], checked: &mut HashSet<String>) {
    for item in items {
        checked.insert(format!("/{}", item.path));
        collect(&item.children, checked);
    }
}
