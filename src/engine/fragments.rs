//! The navigation as HTML, made once for all pages that see the same.
//!
//! It is a function of the site, as a page is, and so it is made where it is first asked for and kept with the site: whoever
//! asks, it is the same, and a build that renders nothing makes none.

use std::sync::{Arc, OnceLock};

use tera::{Context, Value};

use crate::base::diagnostic::Diagnostic;
use crate::base::quick::QuickMap;
use crate::engine::recipe::{base_context, insert_data, mentions};
use crate::engine::site::Site;
use crate::render::fragment::{self, Fragment};
use crate::render::menu::SharedNavigation;
use crate::render::template::NAVIGATION;
use crate::render::theme::Words;
use crate::site::navigation::Navigation;
use crate::site::routes::Routes;

/// A fragment, or what is wrong with its template.
type Made = Result<Arc<Fragment>, Vec<Diagnostic>>;

/// The navigation of each section in each language, as the pages of one depth see it.
#[derive(Default)]
pub(super) struct Fragments(QuickMap<(Option<usize>, usize), Vec<Slot>>);

struct Slot {
    lang: String,
    root: String,
    made: OnceLock<Made>,
}

impl Fragments {
    /// The slots of a site's pages, all empty; none without a template to fill them.
    pub(super) fn of(site: &Site) -> Self {
        if !site.theme().is_some_and(|theme| theme.templates.has(NAVIGATION)) {
            return Self::default();
        }
        let mut slots: QuickMap<(Option<usize>, usize), Vec<Slot>> = QuickMap::default();
        let mut last = None;
        for (number, page) in site.routes.pages.iter().enumerate() {
            let (section, lang, depth) = (site.section_of(number), site.lang(number), page.url.depth());
            // Most pages see what the one before them sees.
            if last.replace((section, lang, depth)) == Some((section, lang, depth)) {
                continue;
            }
            let root = page.url.to_root();
            let slots = slots.entry((section, root.len())).or_default();
            if !slots.iter().any(|slot| slot.is_of(lang, &root)) {
                slots.push(Slot { lang: lang.to_owned(), root, made: OnceLock::new() });
            }
        }
        Self(slots)
    }

    fn slot(&self, section: Option<usize>, lang: &str, root: &str) -> Option<&Slot> {
        self.0.get(&(section, root.len()))?.iter().find(|slot| slot.is_of(lang, root))
    }
}

impl Slot {
    fn is_of(&self, lang: &str, root: &str) -> bool {
        self.root == root && self.lang == lang
    }
}

/// Who sees a navigation.
#[derive(Clone, Copy)]
pub(super) struct Viewer<'a> {
    /// The section that is opened.
    pub(super) section: Option<usize>,
    pub(super) lang: &'a str,
    pub(super) words: &'a Words,
    /// The way to the site's root.
    pub(super) root: &'a str,
}

/// Puts the navigation into the context of a template: as values, and as HTML if the template asks for that.
pub(super) fn navigate(
    site: &Site,
    template: &str,
    viewer: Viewer<'_>,
    context: &mut Context,
) -> Result<Option<Arc<Fragment>>, Vec<Diagnostic>> {
    if mentions(site, template, "nav") {
        context.insert_value("nav", values(site, viewer.section, SharedNavigation::value));
    }
    let Some(theme) = site.theme().filter(|theme| theme.templates.has(NAVIGATION)) else { return Ok(None) };
    if !theme.templates.mentions(template, "navigation") {
        return Ok(None);
    }
    context.insert_value("navigation", Value::safe_string(fragment::NAVIGATION_MARK));
    let made = match site.fragments.slot(viewer.section, viewer.lang, viewer.root) {
        Some(slot) => slot.made.get_or_init(|| make(site, viewer)).clone(),
        None => make(site, viewer),
    };
    made.map(Some)
}

fn values(site: &Site, section: Option<usize>, value: fn(&SharedNavigation, &Routes, &Navigation) -> Value) -> Value {
    let shared = site.shared(section).map(|shared| value(shared, &site.routes, &site.navigation));
    shared.unwrap_or_else(|| Value::from(Vec::<Value>::new()))
}

fn make(site: &Site, viewer: Viewer<'_>) -> Made {
    let Viewer { section, lang, words, root } = viewer;
    let Some(theme) = site.theme() else { return Err(Vec::new()) };
    let mut context = base_context(site, lang, words, root);
    context.insert_value("nav", values(site, section, SharedNavigation::value_once));
    insert_data(site, NAVIGATION, &mut context);
    let html = theme.templates.render(NAVIGATION, &context)?;
    let html = String::from_utf8_lossy(&html);
    Ok(Arc::new(Fragment::new(&html, root, &|link| site.is_named(section, link))))
}
