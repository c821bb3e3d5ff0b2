//! Tera, with the functions that a theme may use, and its faults turned into diagnostics with their places.
//!
//! The site's own templates stand before the theme's: a template named `page.html` is looked for in the site first, and
//! under the theme's prefix then. Components go by the same order.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use tera::{Context, ErrorKind, Kwargs, State, Tera, TeraResult, Value};

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::path::{SourcePath, encode};
use crate::base::span::{LineStarts, Span};
use crate::render::fields::Fields;
use crate::render::fragment;

/// The prefix under which the theme's templates are known.
const THEME_PREFIX: &str = "theme/";

/// The template of the navigation as pages share it.
pub const NAVIGATION: &str = "navigation.html";

/// All templates of a site and its theme.
pub struct Templates {
    tera: Tera,
    texts: BTreeMap<String, (SourcePath, Arc<str>)>,
    /// The variables that each template mentions, by each name that it can be asked for with.
    variables: BTreeMap<String, BTreeSet<String>>,
    /// What any component takes from the context of the template that calls it.
    implicits: BTreeSet<String>,
    /// The fields of a page's view that any of them takes.
    page_fields: Fields,
}

/// One template: its name below `templates/`, whether it is the theme's, and its source.
#[derive(Clone, Debug)]
pub struct TemplateSource {
    /// Its name, such as `page.html`.
    pub name: String,
    /// Whether it is the theme's and not the site's own.
    pub of_theme: bool,
    /// Where it is.
    pub path: SourcePath,
    /// Its text.
    pub text: Arc<str>,
}

/// Parses all templates, in one batch as they name each other; `assets` are the fingerprinted paths by name.
pub fn load(sources: Vec<TemplateSource>, assets: &Arc<BTreeMap<String, String>>) -> (Templates, Vec<Diagnostic>) {
    let texts: BTreeMap<String, (SourcePath, Arc<str>)> = sources
        .into_iter()
        .map(|source| {
            let prefix = if source.of_theme { THEME_PREFIX } else { "" };
            (format!("{prefix}{}", source.name), (source.path, source.text))
        })
        .collect();
    let mut tera = with_functions(assets);
    let batch = texts.iter().map(|(name, (_, text))| (name.as_str(), &**text));
    let mut templates = Templates {
        tera: Tera::default(),
        texts: texts.clone(),
        variables: BTreeMap::new(),
        implicits: BTreeSet::new(),
        page_fields: Fields::of(texts.values().map(|(_, text)| &**text)),
    };
    let mut diagnostics = Vec::new();
    match tera.add_raw_templates(batch) {
        Ok(()) => {
            templates.variables = variables(&tera, &texts);
            templates.tera = tera;
            templates.implicits = templates.implicits();
        }
        Err(error) => {
            diagnostics.extend(templates.syntax_errors());
            if diagnostics.is_empty() {
                diagnostics.extend(templates.diagnose(&error, Code::TemplateSyntax, "page.html"));
            }
        }
    }
    (templates, diagnostics)
}

/// What each template mentions of its context, what it is made of included.
fn variables(tera: &Tera, texts: &BTreeMap<String, (SourcePath, Arc<str>)>) -> BTreeMap<String, BTreeSet<String>> {
    let names = texts.keys().flat_map(|name| [name.as_str(), name.strip_prefix(THEME_PREFIX).unwrap_or(name)]);
    let of = |name: &str| {
        Some((name.to_owned(), tera.get_template_variables(name).ok()?.into_iter().map(str::to_owned).collect()))
    };
    names.filter_map(of).collect()
}

fn with_functions(assets: &Arc<BTreeMap<String, String>>) -> Tera {
    let mut tera = Tera::new();
    // The prefixes are set before any template is added, which is the only way this can fail.
    let _ = tera.set_fallback_prefixes([THEME_PREFIX]);
    tera.register_filter("fill", fill);
    tera.register_filter("percent", percent);
    tera.register_function("url", url);
    tera.register_function("current", current);
    let assets = Arc::clone(assets);
    tera.register_function("asset", move |arguments: Kwargs, state: &State<'_>| -> TeraResult<String> {
        let path: String = arguments.must_get("path")?;
        match assets.get(&path) {
            Some(out) => Ok(format!("{}{}", root(state)?, encode(out))),
            None => Err(tera::Error::message(format!("`static/{path}` is not there, in the theme or in the site"))),
        }
    });
    tera
}

/// `{{ text | percent }}`: a text as it stands in the query of a URL (RFC 3986, 2.3: all but unreserved characters escaped).
#[allow(clippy::needless_pass_by_value, reason = "the signature is the library's")]
fn percent(text: &str, _: Kwargs, _: &State<'_>) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a `String` cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// `url(to="/about/")`: the way to a page by its path from the root. Where it leads is checked in what was rendered.
#[allow(clippy::needless_pass_by_value, reason = "the signature is the library's")]
fn url(arguments: Kwargs, state: &State<'_>) -> TeraResult<String> {
    let to: String = arguments.must_get("to")?;
    match to.strip_prefix('/') {
        Some(path) => Ok(format!("{}{path}", root(state)?)),
        None => Err(tera::Error::message(format!("`url(to=\"{to}\")`: a path of the site starts with `/`"))),
    }
}

/// `current(path=item.path)`: the attribute `aria-current` on the page at that path, in the navigation that pages share.
#[allow(clippy::needless_pass_by_value, reason = "the signature is the library's")]
fn current(arguments: Kwargs, _: &State<'_>) -> TeraResult<Value> {
    let path: String = arguments.must_get("path")?;
    Ok(Value::safe_string(&fragment::current(&path)))
}

fn root(state: &State<'_>) -> TeraResult<String> {
    state.get::<String>("root")?.ok_or_else(|| {
        tera::Error::message("the page's `root` is not known here: a component takes a link as an attribute instead")
    })
}

/// `{{ text | fill(date="…") }}`: puts values where the text has their names in braces.
#[allow(clippy::needless_pass_by_value, reason = "the signature is the library's")]
fn fill(text: &str, arguments: Kwargs, _: &State<'_>) -> TeraResult<String> {
    let mut filled = text.to_owned();
    for (name, value) in arguments.iter() {
        let hole = format!("{{{name}}}");
        if !filled.contains(&hole) {
            return Err(tera::Error::message(format!("the text `{text}` has no `{hole}`")));
        }
        filled = filled.replace(&hole, &value.to_string());
    }
    Ok(filled)
}

impl Templates {
    /// Whether a template of this name is there.
    pub fn has(&self, name: &str) -> bool {
        self.variables.contains_key(name)
    }

    /// Whether a template, or one that it is made of, mentions a variable of its context. What none mentions need not be made.
    pub fn mentions(&self, name: &str, variable: &str) -> bool {
        self.variables.get(name).is_some_and(|variables| variables.contains(variable))
            || self.implicits.contains(variable)
    }

    /// The fields of the variable `page` that templates take.
    pub fn page_fields(&self) -> &Fields {
        &self.page_fields
    }

    fn implicits(&self) -> BTreeSet<String> {
        let components = self.components();
        let arguments =
            components.values().flat_map(tera::ComponentInfo::args).filter(|argument| argument.is_implicit());
        arguments.map(|argument| argument.name().to_owned()).collect()
    }

    /// What the components declare, by name.
    pub fn components(&self) -> BTreeMap<String, tera::ComponentInfo> {
        let names = self.tera.get_component_names();
        names.filter_map(|name| Some((name.to_owned(), self.tera.get_component_definition(name)?))).collect()
    }

    /// Where a template's source is.
    pub fn source(&self, name: &str) -> Option<&SourcePath> {
        let themed = format!("{THEME_PREFIX}{name}");
        self.texts.get(name).or_else(|| self.texts.get(&themed)).map(|(path, _)| path)
    }

    /// Where a template names a path of the site, with or without its leading slash.
    pub fn find(&self, path: &str) -> Option<Place> {
        let inner = path.trim_start_matches('/');
        let found = |before: &str, word: &str, behind: &str| {
            let needle = format!("{before}{word}{behind}");
            let place = |(source, text): &(SourcePath, Arc<str>)| {
                let at = text.find(&needle)? + before.len();
                Some(Place::span(source, Span::new(at, at + word.len())))
            };
            if needle.len() > 2 { self.texts.values().find_map(place) } else { None }
        };
        // As a whole value first; a short path is a part of many words.
        let whole = found("\"", path, "\"").or_else(|| found("}}", inner, "\""));
        whole.or_else(|| if inner.len() > 3 { found("", inner, "") } else { None })
    }

    /// Renders a template.
    pub fn render(&self, name: &str, context: &Context) -> Result<Vec<u8>, Vec<Diagnostic>> {
        let mut bytes = Vec::with_capacity(16 * 1024);
        match self.tera.render_to(name, context, &mut bytes) {
            Ok(()) => Ok(bytes),
            Err(error) => Err(self.diagnose(&error, Code::TemplateRender, name)),
        }
    }

    /// Renders a component around a body of HTML.
    pub fn component(
        &self,
        name: &str,
        arguments: &Context,
        implicits: &Context,
        body: &str,
    ) -> Result<String, Vec<Diagnostic>> {
        self.tera
            .render_component_with_implicits(name, arguments, implicits, Some(body), true)
            .map_err(|error| self.diagnose(&error, Code::TemplateRender, name))
    }

    /// The syntax errors of each template for itself: the batch stops at the first.
    fn syntax_errors(&self) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        for (name, (_, text)) in &self.texts {
            if let Err(error) = Tera::new().add_raw_template(name, text)
                && matches!(error.kind(), ErrorKind::SyntaxError(_))
            {
                diagnostics.extend(self.diagnose(&error, Code::TemplateSyntax, name));
            }
        }
        diagnostics
    }

    /// Turns an error of Tera's into diagnostics. `name` is the template asked for, where the error knows none.
    fn diagnose(&self, error: &tera::Error, code: Code, name: &str) -> Vec<Diagnostic> {
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                let span = report.span();
                let place =
                    self.place(report.filename(), (span.start_line, span.start_col), (span.end_line, span.end_col));
                vec![Diagnostic::new(code, place, sentence(report.message()))]
            }
            ErrorKind::TemplateNotFound(missing) => {
                let message = format!("the template `{missing}` is not there");
                vec![Diagnostic::new(Code::TemplateMissing, self.whole(name), message)]
            }
            ErrorKind::MissingParent { current, parent } => {
                let message = format!("the template extends `{parent}`, which is not there");
                vec![Diagnostic::new(Code::TemplateMissing, self.whole(current), message)]
            }
            ErrorKind::Msg(text) if text.contains('\n') && text.contains("--> ") => {
                text.split("\n\n").filter_map(|report| self.read_report(report, code)).collect()
            }
            kind => vec![Diagnostic::new(code, self.whole(name), sentence(&kind.to_string()))],
        }
    }

    /// Reads one of the reports that the library joins into a text: `error: what`, `--> template:line:column`.
    fn read_report(&self, report: &str, code: Code) -> Option<Diagnostic> {
        let message = report.lines().next()?.trim_start_matches("error: ");
        let place = report.lines().find_map(|line| line.trim_start().strip_prefix("--> "))?;
        let mut parts = place.rsplitn(3, ':');
        let column: usize = parts.next()?.parse().ok()?;
        let line: usize = parts.next()?.parse().ok()?;
        let name = parts.next()?;
        let width = report.lines().last().map_or(1, |line| line.matches('^').count().max(1));
        let place = self.place(name, (line, column - 1), (line, column - 1 + width));
        Some(Diagnostic::new(code, place, sentence(message)))
    }

    fn whole(&self, name: &str) -> Place {
        match self.texts.get(name).map(|(path, _)| path).or_else(|| self.source(name)) {
            Some(path) => Place::file(path),
            None => Place::file(&SourcePath::new(format!("templates/{name}"))),
        }
    }

    /// The place of lines from 1 and columns in characters from 0.
    fn place(&self, name: &str, start: (usize, usize), end: (usize, usize)) -> Place {
        let Some((path, text)) = self.texts.get(name) else { return self.whole(name) };
        let lines = LineStarts::new(text);
        let offset = |(line, column): (usize, usize)| {
            let from = lines.offset(line, 1);
            let rest = text.get(from..).unwrap_or("");
            from + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at)
        };
        Place::span(path, Span::new(offset(start), offset(end).max(offset(start) + 1).min(text.len())))
    }
}

/// A message of the library in the form of ours: no capital at its start, no full stop at its end.
fn sentence(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    let mut chars = message.chars();
    match chars.next() {
        Some(first) if chars.as_str().starts_with(|c: char| c.is_lowercase()) => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => message.to_owned(),
    }
}

/// A context from names and values.
pub fn context(values: impl IntoIterator<Item = (&'static str, Value)>) -> Context {
    let mut context = Context::new();
    for (name, value) in values {
        context.insert_value(name, value);
    }
    context
}
