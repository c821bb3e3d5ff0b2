//! The site's pages as templates list them: the navigation, opened on the way to a page, and all of them.

use std::sync::OnceLock;

use serde::Serialize;
use tera::Value;

use crate::base::digest::Digest;
use crate::site::navigation::Navigation;
use crate::site::routes::Routes;

/// The navigation that the pages of one section share.
#[derive(Clone, Debug)]
pub struct SharedNavigation {
    /// The digest of what templates see.
    pub digest: Digest,
    /// The sections that are opened.
    open: Vec<usize>,
    /// What templates see, once one of them has asked: it takes as much memory as a page.
    value: OnceLock<Value>,
}

impl SharedNavigation {
    /// What templates see.
    pub fn value(&self, routes: &Routes, navigation: &Navigation) -> Value {
        self.value.get_or_init(|| self.value_once(routes, navigation)).clone()
    }

    /// The same for one who alone asks for it.
    pub fn value_once(&self, routes: &Routes, navigation: &Navigation) -> Value {
        let is_open = |number| self.open.contains(&number);
        Value::from_serializable(&items(routes, navigation, &navigation.top, &is_open))
    }

    /// Whether it links to a page: to those of the top level, and to those in the sections that are opened.
    pub fn names(&self, navigation: &Navigation, page: usize) -> bool {
        match navigation.nodes[page].parent {
            Some(parent) if Some(parent) != navigation.home => self.open.contains(&parent),
            _ => true,
        }
    }
}

/// All pages of a site, as the page for searching lists them.
#[derive(Clone, Debug)]
pub struct AllPages {
    /// What templates see.
    pub value: Value,
    /// The digest of that.
    pub digest: Digest,
}

#[derive(Debug, Serialize)]
struct Item<'a> {
    title: &'a str,
    path: &'a str,
    children: Vec<Item<'a>>,
}

/// The navigation as the pages of `section` see it: the top level, and the sections down to `section` opened.
pub fn navigation(routes: &Routes, navigation: &Navigation, section: Option<usize>) -> SharedNavigation {
    let mut open: Vec<usize> = section.into_iter().collect();
    open.extend(section.into_iter().flat_map(|section| navigation.ancestors(section)));
    let items = items(routes, navigation, &navigation.top, &|number| open.contains(&number));
    SharedNavigation { digest: Digest::of_value(&items), open, value: OnceLock::new() }
}

/// The most pages that the page for searching lists one by one; of a larger site it lists the sections.
const MOST_LISTED: usize = 500;

/// All pages of a site as a tree.
pub fn all_pages(routes: &Routes, navigation: &Navigation) -> AllPages {
    let is_section = |number: &usize| !navigation.nodes[*number].children.is_empty();
    let mut items = if routes.pages.len() > MOST_LISTED {
        let sections: Vec<usize> = navigation.top.iter().copied().filter(is_section).collect();
        items(routes, navigation, &sections, &|_| false)
    } else {
        items(routes, navigation, &navigation.top, &|_| true)
    };
    if let Some(home) = navigation.home.map(|home| &routes.pages[home]) {
        items.insert(0, Item { title: &home.facts.title, path: home.url.from_root(), children: Vec::new() });
    }
    AllPages { digest: Digest::of_value(&items), value: Value::from_serializable(&items) }
}

fn items<'a>(
    routes: &'a Routes,
    navigation: &Navigation,
    pages: &[usize],
    is_open: &dyn Fn(usize) -> bool,
) -> Vec<Item<'a>> {
    pages
        .iter()
        .map(|number| {
            let page = &routes.pages[*number];
            let inner = &navigation.nodes[*number].children;
            let children = if is_open(*number) { items(routes, navigation, inner, is_open) } else { Vec::new() };
            Item { title: &page.facts.title, path: page.url.from_root(), children }
        })
        .collect()
}
