//! `theme.toml`: what a theme says of itself.

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Spot};
use crate::base::path::SourcePath;
use crate::source::faults::Faults;
use crate::source::reader::{self, Table};
use crate::source::toml;

/// The version of the view that this program gives to templates. It grows when something a template may use is removed or
/// changes its meaning.
pub const VIEW_VERSION: u64 = 1;

/// A theme's manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeManifest {
    /// `name`. Required.
    pub name: String,
    /// `version`. Required.
    pub version: String,
    /// `view.min`: the oldest view version it works with. Required.
    pub view_min: u64,
    /// `view.max`: the newest it is known to work with. Required.
    pub view_max: u64,
}

impl ThemeManifest {
    /// Reads the text of `theme.toml`; `None` where something required cannot be had.
    pub fn read(path: &SourcePath, text: &str) -> (Option<Self>, Vec<Diagnostic>) {
        let mut faults = Faults::new(path, text);
        let root = toml::read(&mut faults);
        let manifest = reader::read(&root, &Spot::File, &mut faults, |theme| {
            let name = theme.at("name").required("name = \"clinic\"").filled();
            let version = theme.at("version").required("version = \"1.0.0\"").filled();
            let view = theme.at("view").required("view = { min = 1, max = 1 }").table(view).flatten();
            let (view_min, view_max) = view?;
            Some(Self { name: name?, version: version?, view_min, view_max })
        });
        (manifest, faults.into_vec())
    }
}

/// The range of view versions, held against the one there is.
fn view(table: &mut Table<'_, '_>) -> Option<(u64, u64)> {
    let min = table.at("min").required("min = 1").natural();
    let max = table.at("max").required("max = 1");
    let (span, max) = (max.span(), max.natural());
    let (min, max) = (min?, max?);
    if let Some(span) = span.filter(|_| !(min..=max).contains(&VIEW_VERSION)) {
        let message = format!("the theme works with view versions {min} to {max}, and this program has {VIEW_VERSION}");
        let help = match (min > max, max < VIEW_VERSION) {
            (true, _) => "`min` must not be greater than `max`",
            (_, true) => "look for a newer version of the theme, or adapt its templates and raise `max`",
            _ => "look for an older version of the theme, or a newer one of this program",
        };
        table.faults().report(Code::ThemeVersion, span, message, help);
    }
    Some((min, max))
}
