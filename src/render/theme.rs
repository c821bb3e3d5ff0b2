//! A theme, ready to render: its templates, components, words, and static files under fingerprinted names.

use std::collections::BTreeMap;
use std::sync::Arc;

use tera::Value;

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::digest::{Digest, Hasher};
use crate::base::path::{OutPath, SourcePath, encode};
use crate::page::body::Word;
use crate::render::component::Declaration;
use crate::render::style_sheet;
use crate::render::template::{self, TemplateSource, Templates};
use crate::source::config::Config;
use crate::source::snapshot::{SITE_TOML, STATIC, SourceFile, Sources, TEMPLATES, THEMES};
use crate::source::strings::{self, Strings};
use crate::source::theme_manifest::ThemeManifest;

/// The templates that a build may ask for by itself.
const TEMPLATES_NEEDED: [&str; 5] = ["page.html", "section.html", "home.html", "404.html", "redirect.html"];

/// A theme with what the site puts before it.
pub struct Theme {
    /// Its templates and the site's.
    pub templates: Templates,
    /// What its components declare, by name.
    pub components: BTreeMap<String, Declaration>,
    /// Its words by language.
    pub words: BTreeMap<String, Words>,
    /// Its static files by output path.
    pub statics: BTreeMap<OutPath, Static>,
    /// The output paths of static files by their names.
    pub names: Arc<BTreeMap<String, String>>,
    /// The digest of templates, components, and the names of static files: what every document may depend on.
    pub digest: Digest,
}

/// The words of one language, ready for templates.
pub struct Words {
    /// As read.
    pub strings: Strings,
    /// The map that templates see.
    pub value: Value,
    /// Their digest.
    pub digest: Digest,
}

/// A static file under its fingerprinted name.
#[derive(Clone, Debug)]
pub enum Static {
    /// A style sheet whose links were replaced, or a file from the binary itself: the bytes.
    Bytes(Arc<[u8]>),
    /// A file on disk.
    Copied {
        /// Its source.
        source: SourcePath,
        /// Its digest.
        digest: Digest,
    },
}

/// Reads the theme that the configuration names.
pub fn load(sources: &Sources, config: &Config) -> (Option<Theme>, Vec<Diagnostic>) {
    let folder = format!("{THEMES}/{}", config.theme);
    let manifest_path = SourcePath::new(format!("{folder}/theme.toml"));
    let Some(manifest) = sources.text(&manifest_path) else {
        let site = SourcePath::new(SITE_TOML);
        let place = config.theme_span.map_or_else(|| Place::file(&site), |span| Place::span(&site, span));
        let message = format!("the theme `{}` is not there: `{manifest_path}` is missing", config.theme);
        return (None, vec![Diagnostic::new(Code::ThemeMissing, place, message).help("`default` is always there")]);
    };
    let (_, mut diagnostics) = ThemeManifest::read(&manifest_path, manifest);
    let (statics, names) = statics(sources, &folder, &config.brand.style(), &mut diagnostics);
    let names = Arc::new(names);
    let templates = template_sources(sources, &folder);
    let mut hasher = Hasher::new();
    for source in &templates {
        hasher.part(&source.name).number(u64::from(source.of_theme)).part(source.text.as_bytes());
    }
    for (name, out) in names.iter() {
        hasher.part(name).part(out);
    }
    let digest = hasher.finish();
    let (templates, faults) = template::load(templates, &names);
    let broken = !faults.is_empty();
    diagnostics.extend(faults);
    if !broken {
        for name in TEMPLATES_NEEDED.iter().filter(|name| !templates.has(name)) {
            let message = format!("the theme `{}` has no template `{name}`", config.theme);
            diagnostics.push(Diagnostic::new(Code::TemplateMissing, Place::file(&manifest_path), message));
        }
    }
    // A name with a dot is a component for templates alone: no directive can have it.
    let declared = templates.components().into_iter().filter(|(name, _)| !name.contains('.'));
    let components = declared.map(|(name, info)| (name, Declaration::of(&info))).collect();
    let words = words(sources, &folder, &mut diagnostics);
    let theme = Theme { templates, components, words, statics, names, digest };
    (if broken { None } else { Some(theme) }, diagnostics)
}

fn template_sources(sources: &Sources, folder: &str) -> Vec<TemplateSource> {
    let of_theme = format!("{folder}/templates");
    [(TEMPLATES, false), (of_theme.as_str(), true)]
        .into_iter()
        .flat_map(|(folder, of_theme)| {
            sources.below(folder).filter_map(move |(path, file)| {
                let SourceFile::Text(text) = file else { return None };
                let name = path.inside(folder)?.to_owned();
                Some(TemplateSource { name, of_theme, path: path.clone(), text: Arc::clone(&text.text) })
            })
        })
        .collect()
}

fn words(sources: &Sources, folder: &str, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, Words> {
    let folder = format!("{folder}/i18n");
    let mut all = Vec::new();
    for (path, file) in sources.below(&folder) {
        let (SourceFile::Text(text), Some(lang)) = (file, path.name().strip_suffix(".toml")) else { continue };
        let (strings, faults) = Strings::read(path, lang, &text.text);
        diagnostics.extend(faults);
        let Some(strings) = strings else { continue };
        for word in Word::ALL.map(Word::key).iter().filter(|word| !strings.words.contains_key(**word)) {
            let message = format!("the words of `{lang}` lack `{word}`, which pages need");
            diagnostics.push(Diagnostic::new(Code::StringMissing, Place::file(path), message));
        }
        all.push((path.clone(), text.digest, strings));
    }
    let alike: Vec<(SourcePath, Strings)> =
        all.iter().map(|(path, _, strings)| (path.clone(), strings.clone())).collect();
    diagnostics.extend(strings::check_alike(&alike));
    all.into_iter()
        .map(|(_, digest, strings)| {
            let value = Value::from_serializable(&strings.words);
            (strings.lang.clone(), Words { strings, value, digest })
        })
        .collect()
}

/// Where a style sheet of a theme takes what `[brand]` sets.
const BRAND_MARK: &str = "@brand;";

/// The static files of the theme and the site, the site's before the theme's, with the names that templates know them by.
fn statics(
    sources: &Sources,
    folder: &str,
    brand: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> (BTreeMap<OutPath, Static>, BTreeMap<String, String>) {
    let of_theme = format!("{folder}/{STATIC}");
    let mut files: BTreeMap<String, (&SourcePath, &SourceFile)> = BTreeMap::new();
    for folder in [of_theme.as_str(), STATIC] {
        for (path, file) in sources.below(folder) {
            if let Some(name) = path.inside(folder) {
                files.insert(name.to_owned(), (path, file));
            }
        }
    }
    let mut statics = BTreeMap::new();
    let mut names = BTreeMap::new();
    let is_sheet = |name: &str| name.to_ascii_lowercase().ends_with(".css");
    for (name, (path, file)) in files.iter().filter(|(name, _)| !is_sheet(name)) {
        let out = fingerprinted(name, file.digest());
        names.insert(name.clone(), out.clone());
        let made = match file {
            SourceFile::Binary(binary) => match binary.embedded {
                Some(bytes) => Static::Bytes(bytes.into()),
                None => Static::Copied { source: (*path).clone(), digest: binary.digest },
            },
            SourceFile::Text(text) => Static::Bytes(text.text.as_bytes().into()),
            // None lies below `static/`.
            SourceFile::Page(_) => continue,
        };
        statics.insert(OutPath::new(out), made);
    }
    for (name, (path, file)) in files.iter().filter(|(name, _)| is_sheet(name)) {
        let SourceFile::Text(text) = file else { continue };
        let mut replaced = Vec::new();
        for (span, target) in style_sheet::links(&text.text) {
            let made = style_sheet::resolve(name, target).and_then(|target| names.get(&target));
            match made {
                // Both lie in the one folder of fingerprinted files, whatever folders they came from.
                Some(out) => replaced.push((span, encode(out.trim_start_matches("assets/")))),
                None => diagnostics.push(
                    Diagnostic::new(
                        Code::StyleSheetLink,
                        Place::span(path, span),
                        format!("`{target}` is no file of `static/`"),
                    )
                    .help("name a file of `static/`, relative to the style sheet; nothing is loaded from elsewhere"),
                ),
            }
        }
        let bytes = style_sheet::shrink(&style_sheet::replace(&text.text, &replaced)).replace(BRAND_MARK, brand);
        let out = fingerprinted(name, Digest::of(bytes.as_bytes()));
        names.insert(name.clone(), out.clone());
        statics.insert(OutPath::new(out), Static::Bytes(bytes.into_bytes().into()));
    }
    (statics, names)
}

/// `css/site.css` → `assets/site.5f3a9c01b2.css`: the name changes with the bytes, so that it can be cached for good.
fn fingerprinted(name: &str, digest: Digest) -> String {
    let file = name.rsplit('/').next().unwrap_or(name);
    let (stem, ending) =
        file.rsplit_once('.').map_or((file, String::new()), |(stem, ending)| (stem, format!(".{ending}")));
    // The folder is part of what is digested, so that two files of one name do not meet.
    let mut hasher = Hasher::new();
    hasher.part(name).digest(digest);
    format!("assets/{stem}.{}{ending}", hasher.finish().short(10))
}

impl Words {
    /// A word that bodies take.
    pub fn word(&self, word: Word) -> &str {
        self.strings.words.get(word.key()).map_or("", String::as_str)
    }
}

impl Theme {
    /// The words of a language, or of the language it is a variety of (`es` for `es-MX`).
    pub fn words(&self, lang: &str) -> Option<&Words> {
        let main = lang.split('-').next().unwrap_or(lang);
        self.words.get(lang).or_else(|| self.words.get(main))
    }
}
