//! The publisher's own files as templates see them: paths from the site's root, under their fingerprinted names.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::path::{SourcePath, UrlPath, encode};
use crate::render::site_files;
use crate::source::brand::BrandFile;
use crate::source::config::Config;
use crate::source::snapshot::{SITE_TOML, STATIC, SourceFile, Sources};

/// What `[brand]` gives, for templates; its colors and fonts are in the style sheet.
#[derive(Debug, Default, Serialize)]
pub struct BrandView<'a> {
    icon: Option<String>,
    logo: Option<LogoView<'a>>,
    image: Option<String>,
    image_alt: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct LogoView<'a> {
    path: String,
    width: Option<u32>,
    height: Option<u32>,
    alt: Option<&'a str>,
}

/// The view, and each file that is named and not there. `names` are the output paths of static files by name.
pub fn view<'a>(
    config: &'a Config,
    sources: &Sources,
    names: &BTreeMap<String, String>,
) -> (BrandView<'a>, Vec<Diagnostic>) {
    let brand = &config.brand;
    let mut faults = Vec::new();
    let mut path = |file: &Option<BrandFile>| {
        let BrandFile { name, span } = file.as_ref()?;
        let found = names.get(name).map(|out| encode(out));
        if found.is_none() {
            let place = Place::span(&SourcePath::new(SITE_TOML), *span);
            let message = format!("`{STATIC}/{name}` is not there, in the site or in the theme");
            faults.push(
                Diagnostic::new(Code::LinkMissing, place, message)
                    .help(format!("put the file into the site's `{STATIC}/`")),
            );
        }
        found
    };
    let view = BrandView {
        icon: path(&brand.icon),
        logo: path(&brand.logo).map(|path| {
            let file = brand.logo.as_ref().map(|logo| SourcePath::new(format!("{STATIC}/{}", logo.name)));
            let size = match file.and_then(|path| sources.files.get(&path)) {
                Some(SourceFile::Binary(binary)) => binary.dimensions,
                _ => None,
            };
            let (width, height) = size.unzip();
            LogoView { path, width, height, alt: brand.logo_alt.as_deref() }
        }),
        // Who shares a link asks from elsewhere, and so needs the whole address.
        image: path(&brand.image).and_then(|path| {
            let base = config.base_url.as_ref()?;
            Some(site_files::absolute(base, &UrlPath::new(&path)))
        }),
        image_alt: brand.image_alt.as_deref(),
    };
    (view, faults)
}
