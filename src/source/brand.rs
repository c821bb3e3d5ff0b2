//! `[brand]` of `site.toml`: what makes a site the publisher's own without a template being touched.

use crate::base::code::Code;
use crate::base::span::Span;
use crate::source::field::Field;
use crate::source::form;
use crate::source::reader::Table;

/// What the publisher gives for the look of the site.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Brand {
    /// `icon`: a file of `static/`, in place of the theme's.
    pub icon: Option<BrandFile>,
    /// `logo`: a file of `static/`, beside the site's title.
    pub logo: Option<BrandFile>,
    /// `logo_alt`: what it shows, if that is more than the title says.
    pub logo_alt: Option<String>,
    /// `image`: a file of `static/` that stands for a page where a link to it is shared.
    pub image: Option<BrandFile>,
    /// `image_alt`.
    pub image_alt: Option<String>,
    /// `font` and `font_heading`: lists of font families, as CSS writes them.
    pub font: Option<String>,
    /// See `font`.
    pub font_heading: Option<String>,
    /// `bar`: the color of the header.
    pub bar: Option<Shades>,
    /// `bar_ink`: of the text on it.
    pub bar_ink: Option<Shades>,
    /// `link`: of links.
    pub link: Option<Shades>,
    /// `accent`: of headings of boxes, borders and marks.
    pub accent: Option<Shades>,
}

/// A file of `static/`, and where it is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrandFile {
    /// Its name below `static/`.
    pub name: String,
    /// The place of the name.
    pub span: Span,
}

/// A color in the light and in the dark scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shades {
    /// In the light one.
    pub light: Color,
    /// In the dark one.
    pub dark: Color,
}

/// A color of sRGB, 8 bits a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color(pub u8, pub u8, pub u8);

/// What the default theme has where the brand gives nothing: colors are weighed against these.
const PAPER: Shades = Shades { light: Color(0xff, 0xff, 0xff), dark: Color(0x14, 0x19, 0x1e) };
const BAR: Shades = Shades { light: Color(0x0b, 0x4f, 0x6c), dark: Color(0x10, 0x30, 0x3e) };
const BAR_INK: Shades = Shades { light: Color(0xff, 0xff, 0xff), dark: Color(0xff, 0xff, 0xff) };

/// The contrast that text needs (WCAG 2.2, success criterion 1.4.3).
const ENOUGH: f64 = 4.5;

impl Brand {
    /// Reads the table.
    pub(super) fn of(table: &mut Table<'_, '_>) -> Self {
        let brand = Self {
            icon: file(table.at("icon")),
            logo: file(table.at("logo")),
            logo_alt: table.at("logo_alt").string(),
            image: file(table.at("image")),
            image_alt: table.at("image_alt").string(),
            font: table.at("font").parsed(fonts, FONT_HELP),
            font_heading: table.at("font_heading").parsed(fonts, FONT_HELP),
            bar: shades(table.at("bar")),
            bar_ink: shades(table.at("bar_ink")),
            link: shades(table.at("link")),
            accent: shades(table.at("accent")),
        };
        let bar = brand.bar.unwrap_or(BAR);
        let named = if brand.bar_ink.is_some() { "bar_ink" } else { "bar" };
        weigh(table, named, brand.bar_ink.or(brand.bar).map(|_| brand.bar_ink.unwrap_or(BAR_INK)), bar);
        weigh(table, "link", brand.link, PAPER);
        weigh(table, "accent", brand.accent, PAPER);
        brand
    }

    /// The custom properties of the default theme that it sets, as a style sheet.
    pub fn style(&self) -> String {
        let colors = [("bar", self.bar), ("bar-ink", self.bar_ink), ("link", self.link), ("info", self.accent)];
        let colors: Vec<(&str, Shades)> =
            colors.into_iter().filter_map(|(name, shades)| Some((name, shades?))).collect();
        let fonts = [("font", &self.font), ("font-heading", &self.font_heading)];
        let plain = fonts.iter().filter_map(|(name, font)| Some(format!("--{name}:{}", font.as_deref()?)));
        let plain = plain.chain(colors.iter().map(|(name, shades)| format!("--{name}:{}", shades.light.css())));
        let paired = colors
            .iter()
            .map(|(name, shades)| format!("--{name}:light-dark({},{})", shades.light.css(), shades.dark.css()));
        let (plain, paired) = (plain.collect::<Vec<_>>().join(";"), paired.collect::<Vec<_>>().join(";"));
        match (plain.is_empty(), paired.is_empty()) {
            (true, _) => String::new(),
            (false, true) => format!(":root{{{plain}}}"),
            (false, false) => {
                format!(":root{{{plain}}}@supports (color:light-dark(#000,#fff)){{:root{{{paired}}}}}")
            }
        }
    }
}

const FONT_HELP: &str = "write font families as CSS does: `\"Source Sans 3\", Arial, sans-serif`";
const COLOR_HELP: &str = "write `\"#0b4f6c\"`, or one for each scheme: `[\"#0b4f6c\", \"#10303e\"]`";

fn file(field: Field<'_, '_>) -> Option<BrandFile> {
    let span = field.span()?;
    let name = field.parsed(form::name_below, "name a file below `static/`, such as `images/logo.svg`")?;
    Some(BrandFile { name, span })
}

fn fonts(text: &str) -> form::Checked {
    if text.trim().is_empty()
        || text.matches('"').count() % 2 == 1
        || text.contains(['{', '}', ';', '<', '\\', '(', '/'])
    {
        Err("it is no list of font families")
    } else {
        Ok(text.trim().to_owned())
    }
}

/// A color for both schemes, or one for each.
fn shades(mut field: Field<'_, '_>) -> Option<Shades> {
    if let Some(count) = field.count().filter(|count| !(1..=2).contains(count)) {
        let message = format!("{} is not valid: it has {count} colors", field.name);
        field.report(Code::InvalidValue, message, COLOR_HELP);
        return None;
    }
    let colors = field.list_or_one(|item| item.parsed(Color::parse, COLOR_HELP))?;
    match colors.as_slice() {
        [one] => Some(Shades { light: *one, dark: *one }),
        [light, dark] => Some(Shades { light: *light, dark: *dark }),
        _ => None,
    }
}

/// Reports a color that cannot be read on its ground, in the schemes where it is so.
fn weigh(table: &mut Table<'_, '_>, key: &'static str, color: Option<Shades>, ground: Shades) {
    let (Some(color), Some(span)) = (color, table.key_span(key)) else { return };
    for (scheme, color, ground) in [("light", color.light, ground.light), ("dark", color.dark, ground.dark)] {
        let contrast = color.contrast(ground);
        if contrast < ENOUGH {
            let message = format!(
                "`brand.{key}` gives a contrast of {contrast:.1} to 1 in the {scheme} scheme: `{}` on `{}`",
                color.css(),
                ground.css()
            );
            let help = "text needs 4.5 to 1: choose a color that is darker or lighter, one for each scheme";
            table.faults().report(Code::LowContrast, span, message, help);
        }
    }
}

impl Color {
    /// Reads `#rgb` or `#rrggbb`.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let digits = text.strip_prefix('#').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let wide = match digits {
            Some(short) if short.len() == 3 => short.chars().flat_map(|digit| [digit, digit]).collect(),
            Some(long) if long.len() == 6 => long.to_owned(),
            _ => return Err("it is no color of the form `#rrggbb`"),
        };
        let channel = |at: usize| u8::from_str_radix(&wide[at..at + 2], 16).map_err(|_| "it is no color");
        Ok(Self(channel(0)?, channel(2)?, channel(4)?))
    }

    /// As CSS writes it.
    pub fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// The contrast with another color, from 1 to 21 (WCAG 2.2, "contrast ratio").
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }
}
