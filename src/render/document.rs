//! Documents: a template, a context and a body to finished HTML, inspected before anyone sees it.

use tera::Context;

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::path::{SourcePath, UrlPath};
use crate::render::fragment::{Fragment, Marked};
use crate::render::inspect::{self, OwnText, Served};
use crate::render::offline;
use crate::render::template::Templates;

/// A document to be rendered.
pub struct Document<'a> {
    /// The templates.
    pub templates: &'a Templates,
    /// The template's name.
    pub template: &'a str,
    /// What the template sees.
    pub context: Context,
    /// Where the document is served.
    pub url: &'a UrlPath,
    /// The source that it is made from, for the place of faults that no template has.
    pub source: Option<&'a SourcePath>,
    /// The path under which the site lies.
    pub base: &'a str,
    /// Whether it is read from a disk.
    pub offline: bool,
    /// The navigation, if the template asks for it.
    pub navigation: Option<&'a Fragment>,
    /// The page's own text, if it is a page's.
    pub text: Option<OwnText<'a>>,
    /// Whether a link, from the site's root, needs no weighing: it was resolved when the view was made, or stands in the
    /// navigation, and the document's key depends on where it leads.
    pub is_checked: &'a dyn Fn(&str) -> bool,
}

/// A document, rendered.
#[derive(Clone, Debug, Default)]
pub struct Finished {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
    /// Links that the template made of its own.
    pub loose_links: Vec<String>,
}

/// Renders a document and inspects it.
pub fn render(document: &Document<'_>) -> Finished {
    match document.templates.render(document.template, &document.context) {
        Ok(bytes) => inspect_document(document, bytes),
        Err(faults) => {
            let what = document.source.map_or_else(|| document.url.as_str(), SourcePath::as_str);
            let named = |fault: Diagnostic| fault.help(format!("while rendering `{what}`"));
            Finished { diagnostics: faults.into_iter().map(named).collect(), ..Finished::default() }
        }
    }
}

fn inspect_document(document: &Document<'_>, bytes: Vec<u8>) -> Finished {
    // Templates are texts, and so is what they make; were it ever not, what is not UTF-8 would hold no tag.
    let html = String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    let Document { url, base, navigation, text, is_checked, .. } = *document;
    let marked = Marked::new(html, url);
    let seen: Vec<_> = navigation.iter().map(|fragment| fragment.seen()).cycle().take(marked.navigations).collect();
    let found = inspect::inspect(&marked.html, Served { url, base, text, is_checked }, &seen);
    let template = || {
        let known = document.templates.source(document.template).cloned();
        known.unwrap_or_else(|| SourcePath::new(format!("templates/{}", document.template)))
    };
    let mut diagnostics = Vec::new();
    for id in &found.double_ids {
        let message = format!("the id `{id}` stands twice in the finished page `{}`", document.url);
        diagnostics.push(
            Diagnostic::new(
                Code::DuplicateId,
                Place::file(&document.source.cloned().unwrap_or_else(template)),
                message,
            )
            .help("one of them comes from a template or a component: rename the heading's, `{#id}`"),
        );
    }
    for breach in &found.breaches {
        let message = format!("the finished page holds {}", breach.what());
        let place = breach.word().and_then(|word| document.templates.find(word));
        let place = place.unwrap_or_else(|| Place::file(&template()));
        diagnostics.push(
            Diagnostic::new(Code::PolicyBreach, place, message)
                .help("the page's policy forbids it: put scripts and styles into files of `static/`"),
        );
    }
    for anchor in &found.lost_anchors {
        let message = format!("the finished page `{}` links to its anchor `{anchor}` and has none", document.url);
        diagnostics.push(Diagnostic::new(Code::ThemeLink, Place::file(&template()), message));
    }
    let loose_links = found.links.into_iter().filter(|link| link != document.url.as_str()).collect();
    let html = marked.finish(url, navigation);
    let bytes = if document.offline { offline::with_files(&html) } else { html }.into_bytes();
    Finished { bytes, diagnostics, loose_links }
}
