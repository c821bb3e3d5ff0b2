//! `site.toml`: what the publisher says of the site.

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place, Spot};
use crate::base::path::SourcePath;
use crate::base::span::Span;
use crate::prose::budget::Budget;
use crate::source::brand::Brand;
use crate::source::faults::Faults;
use crate::source::field::Field;
use crate::source::form;
use crate::source::policy::ReviewConfig;
use crate::source::prose;
use crate::source::reader::{self, Table};
use crate::source::snapshot::{SITE_TOML, Sources};
use crate::source::toml;

/// The configuration of a site, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// `title`: the site's name. Required.
    pub title: String,
    /// `description`: one sentence.
    pub description: Option<String>,
    /// `base_url`: where the site is served, without a trailing slash. `https://host[/path]`.
    pub base_url: Option<BaseUrl>,
    /// `lang`: the language of pages that name none (BCP 47). Default `en`.
    pub lang: String,
    /// `theme`: a folder below `themes/`. Default `default`.
    pub theme: String,
    /// `theme`'s place, for a theme that is not there.
    pub theme_span: Option<Span>,
    /// `[publisher]`: who publishes. All its fields are free text for the theme, checked for type.
    pub publisher: Publisher,
    /// `[notice]`: a notice on every page.
    pub notice: Option<Notice>,
    /// `[review]`.
    pub review: ReviewConfig,
    /// `[markdown]`.
    pub markdown: MarkdownConfig,
    /// `[glossary]`, `page`: the pages whose description lists explain the site's terms, in their languages.
    pub glossary: Vec<ConfigTarget>,
    /// `[prose]`: what the site asks of its texts.
    pub prose: Budget,
    /// `[brand]`: the publisher's own look.
    pub brand: Brand,
    /// `[[header]]`: links in the header.
    pub header: Vec<ConfigLink>,
    /// `[[footer]]`: links in the footer.
    pub footer: Vec<ConfigLink>,
    /// `[extra]`: anything, for the theme. An empty object where there is none.
    pub extra: serde_json::Value,
}

/// Reads `site.toml` and what the command line puts in its place.
pub fn read_config(sources: &Sources) -> (Config, Vec<Diagnostic>) {
    let path = SourcePath::new(SITE_TOML);
    let (mut config, mut diagnostics) = match sources.text(&path) {
        Some(text) => Config::read(&path, text),
        // A file that is there and cannot be read has been reported by who tried.
        None if sources.diagnostics.iter().any(|fault| fault.place.path == path) => (Config::fallback(), Vec::new()),
        None => {
            let fault = Diagnostic::new(Code::Unreadable, Place::file(&path), "there is no `site.toml`")
                .help("run `iort-site init DIR`, or give the site's folder with --root");
            (Config::fallback(), vec![fault])
        }
    };
    match sources.options.base_url.as_deref().map(BaseUrl::parse) {
        Some(Ok(base_url)) => config.base_url = Some(base_url),
        Some(Err(reason)) => {
            let message = format!("`--base-url` is not valid: {reason}");
            diagnostics.push(Diagnostic::new(Code::InvalidValue, Place::file(&path), message).help(BASE_URL_HELP));
        }
        None => {}
    }
    (config, diagnostics)
}

const BASE_URL_HELP: &str = "write where the site is served, such as `https://www.example.org/iort`";
const LANG_HELP: &str = "write a language tag of BCP 47, such as `en` or `pt-BR`";

impl Config {
    /// Whether the site says that it is a demonstration.
    pub fn is_demonstration(&self) -> bool {
        self.notice.as_ref().is_some_and(|notice| notice.demonstration)
    }

    /// Reads the text of `site.toml`. A key that is faulty gets its default, so that later phases find their own faults.
    pub fn read(path: &SourcePath, text: &str) -> (Self, Vec<Diagnostic>) {
        let mut faults = Faults::new(path, text);
        let root = toml::read(&mut faults);
        let config = reader::read(&root, &Spot::File, &mut faults, Self::of);
        (config, faults.into_vec())
    }

    /// What is built where there is no configuration: a site of defaults, to find what else is wrong.
    pub fn fallback() -> Self {
        Self {
            title: String::new(),
            description: None,
            base_url: None,
            lang: "en".to_owned(),
            theme: "default".to_owned(),
            theme_span: None,
            publisher: Publisher::default(),
            notice: None,
            review: ReviewConfig::default(),
            markdown: MarkdownConfig::default(),
            glossary: Vec::new(),
            prose: Budget::default(),
            brand: Brand::default(),
            header: Vec::new(),
            footer: Vec::new(),
            extra: serde_json::Value::Object(serde_json::Map::new()),
        }
    }

    fn of(site: &mut Table<'_, '_>) -> Self {
        let default = Self::fallback();
        let theme = site.at("theme");
        let theme_span = theme.span();
        let theme = theme.parsed(form::name_below, "write the name of a folder below `themes/`");
        Self {
            title: site.at("title").required("title = \"Patient guide\"").filled().unwrap_or(default.title),
            description: site.at("description").string(),
            base_url: site.at("base_url").parsed(BaseUrl::parse, BASE_URL_HELP),
            lang: site.at("lang").parsed(form::language, LANG_HELP).unwrap_or(default.lang),
            theme: theme.unwrap_or(default.theme),
            theme_span,
            publisher: site.at("publisher").section(Publisher::of),
            notice: site.at("notice").table(Notice::of),
            review: site.at("review").section(ReviewConfig::of),
            markdown: site.at("markdown").section(MarkdownConfig::of),
            glossary: site.at("glossary").table(glossary).unwrap_or_default(),
            prose: site.at("prose").section(prose::budget),
            brand: site.at("brand").section(Brand::of),
            header: links(site.at("header")),
            footer: links(site.at("footer")),
            extra: site.at("extra").json_table().unwrap_or(default.extra),
        }
    }
}

/// Where a site is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    /// Scheme and host, `https://example.org`, with a port where there is one; no trailing slash.
    pub origin: String,
    /// The path below it, starting and ending with a slash: `/` or `/patients/`.
    pub path: String,
}

impl BaseUrl {
    /// Reads `https://host[:port][/path[/]]` (or `http:`). The fault is said in words.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (scheme, rest) = text.split_once("://").ok_or("it has no scheme such as `https://`")?;
        if scheme != "https" && scheme != "http" {
            return Err("its scheme is neither `https` nor `http`");
        }
        if rest.contains(['?', '#', ' ', '"', '<', '>', '\\']) {
            return Err("it holds a query, a fragment or a character that a URL cannot hold");
        }
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        if host.is_empty() || host.contains('@') {
            return Err("it has no host, or a user name");
        }
        let path = path.trim_matches('/');
        let path = if path.is_empty() { "/".to_owned() } else { format!("/{path}/") };
        Ok(Self { origin: format!("{scheme}://{host}"), path })
    }
}

/// Who publishes the site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publisher {
    /// `name`.
    pub name: Option<String>,
    /// `url`: the publisher's own site.
    pub url: Option<String>,
    /// `email`.
    pub email: Option<String>,
    /// `phone`: the helpline, as people read it.
    pub phone: Option<String>,
    /// `phone_label`: what the helpline is called.
    pub phone_label: Option<String>,
    /// `phone_hours`: when it answers.
    pub phone_hours: Option<String>,
    /// `phone_note`: a note beside the number, such as that it is a placeholder.
    pub phone_note: Option<String>,
    /// `emergency`: the number of the emergency services.
    pub emergency: Option<String>,
    /// `funding`: who pays for the site.
    pub funding: Option<String>,
    /// `policy`: the policy notice (advertising, endorsement, funding).
    pub policy: Option<String>,
    /// `editorial_process`: the page that describes it, as a path of the site (`/editorial-process/`).
    pub editorial_process: Option<ConfigTarget>,
    /// `copyright`.
    pub copyright: Option<String>,
}

impl Publisher {
    fn of(table: &mut Table<'_, '_>) -> Self {
        Self {
            name: table.at("name").string(),
            url: table.at("url").parsed(form::web_url, "write the whole address, such as `https://www.example.org`"),
            email: table.at("email").string(),
            phone: table.at("phone").string(),
            phone_label: table.at("phone_label").string(),
            phone_hours: table.at("phone_hours").string(),
            phone_note: table.at("phone_note").string(),
            emergency: table.at("emergency").string(),
            funding: table.at("funding").string(),
            policy: table.at("policy").string(),
            editorial_process: target(table.at("editorial_process")),
            copyright: table.at("copyright").string(),
        }
    }
}

/// A notice on every page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// `title`.
    pub title: String,
    /// `text`.
    pub text: String,
    /// `demonstration`: whether the site is a demonstration that nobody clinical has reviewed.
    pub demonstration: bool,
}

impl Notice {
    fn of(table: &mut Table<'_, '_>) -> Self {
        Self {
            title: table.at("title").required("title = \"Demonstration\"").filled().unwrap_or_default(),
            text: table
                .at("text")
                .required("text = \"No clinician has reviewed this site.\"")
                .filled()
                .unwrap_or_default(),
            demonstration: table.at("demonstration").boolean().unwrap_or(false),
        }
    }
}

/// How Markdown is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkdownConfig {
    /// `smart_punctuation`: curly quotes and dashes. Default true.
    pub smart_punctuation: bool,
}

impl Default for MarkdownConfig {
    fn default() -> Self {
        Self { smart_punctuation: true }
    }
}

impl MarkdownConfig {
    fn of(table: &mut Table<'_, '_>) -> Self {
        let default = Self::default();
        Self { smart_punctuation: table.at("smart_punctuation").boolean().unwrap_or(default.smart_punctuation) }
    }
}

/// A link of the header or footer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigLink {
    /// `title`.
    pub title: String,
    /// `to`.
    pub to: ConfigTarget,
}

/// Where a link of the configuration leads: a path of the site from its root (`/about/`, with an anchor if wanted), or a
/// URL with `https:`, `http:`, `mailto:` or `tel:`; and where it stands in `site.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigTarget {
    /// The target as written.
    pub to: String,
    /// Its place.
    pub span: Span,
}

fn links(field: Field<'_, '_>) -> Vec<ConfigLink> {
    let read = field.tables(|link| {
        let title = link.at("title").required("title = \"About\"").filled();
        let to = target(link.at("to").required("to = \"/about/\""));
        Some(ConfigLink { title: title?, to: to? })
    });
    read.into_iter().flatten().collect()
}

fn target(field: Field<'_, '_>) -> Option<ConfigTarget> {
    let span = field.span()?;
    let to = field
        .parsed(form::link_target, "write a path such as `/about/`, or a URL such as `https://www.example.org`")?;
    Some(ConfigTarget { to, span })
}

/// One page, or several where a site has more than one language.
fn glossary(table: &mut Table<'_, '_>) -> Vec<ConfigTarget> {
    let page = |page: Field<'_, '_>| {
        let span = page.span()?;
        let to = page.parsed(form::site_path, "write the path of a page, such as `/help/glossary/`")?;
        Some(ConfigTarget { to, span })
    };
    table.at("page").required("page = \"/help/glossary/\"").list_or_one(page).unwrap_or_default()
}
