//! `data/`: what a site knows beside its pages, for its templates.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::path::SourcePath;
use crate::base::span::Span;
use crate::source::faults::Faults;
use crate::source::reviewers::REVIEWERS_TOML;
use crate::source::snapshot::{DATA, SourceFile, Sources};
use crate::source::{json, toml, yaml};

/// Reads each TOML, YAML and JSON file that lies in `data/` itself, by its name without the ending; `reviewers.toml` is
/// no data of this kind. A file with faults gives what could be read of it, or nothing.
pub fn read_data(sources: &Sources) -> (Map<String, Value>, Vec<Diagnostic>) {
    let mut read: BTreeMap<&str, (&SourcePath, Option<Value>)> = BTreeMap::new();
    let mut diagnostics = Vec::new();
    for (path, file) in sources.below(DATA) {
        let (SourceFile::Text(text), true) = (file, path.parent() == DATA && path.as_str() != REVIEWERS_TOML) else {
            continue;
        };
        let Some((stem, ending)) = path.name().rsplit_once('.') else { continue };
        let mut faults = Faults::new(path, &text.text);
        let whole = Span::new(0, text.text.len());
        let value = match ending {
            "toml" => Some(toml::read(&mut faults)).map(|tree| tree.to_json(&mut faults)),
            "yaml" | "yml" => Some(yaml::read(whole, &mut faults)).map(|tree| tree.to_json(&mut faults)),
            "json" => json::read(&mut faults),
            _ => continue,
        };
        diagnostics.extend(faults.into_vec());
        if let Some((first, _)) = read.get(stem) {
            let message = format!("`{first}` and `{path}` are both `data.{stem}`");
            diagnostics.push(
                Diagnostic::new(Code::DuplicateKey, Place::file(path), message)
                    .help("give one of them another name")
                    .related(Place::file(first), "the first"),
            );
            continue;
        }
        read.insert(stem, (path, value));
    }
    let data = read.into_iter().filter_map(|(stem, (_, value))| Some((stem.to_owned(), value?))).collect();
    (data, diagnostics)
}
