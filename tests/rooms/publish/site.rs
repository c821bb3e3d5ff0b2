//! A site to publish: paths and bodies, and marks in a body that make it speak.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use iort_site::base::code::Code;
use iort_site::base::diagnostic::{Diagnostic, Place};
use iort_site::base::digest::{Digest, Hasher};
use iort_site::base::path::{OutPath, SourcePath};
use iort_site::engine::output::{From, Ingredients, Output, Outputs, Rendered, Wave};

/// Outputs from paths and bodies. `!error` and `!warning` in a body are diagnostics, `[x]` is a loose link to `x`.
#[derive(Default)]
pub(crate) struct Site {
    pub(crate) outputs: Vec<Output>,
    bodies: BTreeMap<String, String>,
    pub(crate) renders: AtomicUsize,
    /// A loose link to this leads nowhere.
    pub(crate) broken: Option<&'static str>,
}

impl Site {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let bodies: BTreeMap<String, String> =
            files.iter().map(|(path, body)| ((*path).to_owned(), (*body).to_owned())).collect();
        let outputs = bodies.iter().map(|(path, body)| Output {
            path: OutPath::new(path.as_str()),
            key: Hasher::new().part(path).part(body).finish().into(),
            wave: if path.starts_with("css/") { Wave::Asset } else { Wave::Page },
            from: From::Rendered,
        });
        Self { outputs: outputs.collect(), bodies, ..Self::default() }
    }

    /// Adds a copy of a source, which had these bytes when the site was read.
    pub(crate) fn copying(mut self, path: &str, source: &str, bytes: &[u8]) -> Self {
        let digest = Digest::of(bytes);
        let from = From::Copied { source: SourcePath::new(source), digest };
        self.outputs.push(Output { path: OutPath::new(path), key: digest.into(), wave: Wave::Asset, from });
        self.outputs.sort_by(|a, b| a.path.cmp(&b.path));
        self
    }
}

impl Outputs for Site {
    fn list(&self) -> &[Output] {
        &self.outputs
    }

    fn render(&self, output: &Output, _: Ingredients) -> Rendered {
        self.renders.fetch_add(1, Ordering::Relaxed);
        let body = &self.bodies[output.path.as_str()];
        let found = |code| Diagnostic::new(code, Place::file(&SourcePath::new("content/x.md")), body.clone());
        let diagnostics = match body {
            body if body.contains("!error") => vec![found(Code::TemplateRender)],
            body if body.contains("!warning") => vec![found(Code::UnusedFootnote)],
            _ => vec![],
        };
        let links = body.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
        let loose_links = links.into_iter().map(|(link, _)| link.to_owned()).collect();
        Rendered { bytes: body.clone().into_bytes(), diagnostics, loose_links }
    }

    fn weigh(&self, _: &Output, loose_links: &[String]) -> Vec<Diagnostic> {
        let broken = loose_links.iter().filter(|link| Some(link.as_str()) == self.broken);
        let place = Place::file(&SourcePath::new("templates/page.html"));
        broken.map(|link| Diagnostic::new(Code::ThemeLink, place.clone(), link.clone())).collect()
    }
}
