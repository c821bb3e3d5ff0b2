//! The size of an SVG image, from the attributes of its root element: `width` and `height`, or else the `viewBox`.
//!
//! A browser that meets an image without a size leaves no room for it, and the text jumps when it comes. What is needed is
//! one start tag, so this reads up to it and no further: declarations, comments and a document type are passed over, nothing
//! is expanded, and anything unexpected means "not known". Lengths are those of CSS Values 4, 6.2; a percentage or a length
//! relative to a font is no size by itself.

use super::image::Dimensions;

/// Width and height in CSS pixels, if the head of the file says them.
pub(super) fn dimensions(head: &[u8]) -> Option<Dimensions> {
    let head = String::from_utf8_lossy(head);
    let attributes = root_attributes(head.trim_start_matches('\u{feff}'))?;
    let (mut width, mut height, mut view) = (None, None, None);
    for (name, value) in Attributes(attributes) {
        match name {
            "width" => width = length(value),
            "height" => height = length(value),
            "viewBox" => view = view_box(value),
            _ => {}
        }
    }
    let (width, height) = match (width, height, view) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some((w, h))) => (width, width * h / w),
        (None, Some(height), Some((w, h))) => (height * w / h, height),
        (None, None, Some(view)) => view,
        _ => return None,
    };
    Some((pixels(width)?, pixels(height)?))
}

/// What stands between `<svg` and the end of the tag, if the first element is `svg`.
fn root_attributes(mut text: &str) -> Option<&str> {
    loop {
        text = text.trim_start();
        if let Some(rest) = text.strip_prefix("<?") {
            text = rest.split_once("?>")?.1;
        } else if let Some(rest) = text.strip_prefix("<!--") {
            text = rest.split_once("-->")?.1;
        } else if let Some(rest) = text.strip_prefix("<!") {
            text = after_doctype(rest)?;
        } else {
            let tag = text.strip_prefix('<')?;
            let end = tag.find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/'))?;
            let (name, attributes) = tag.split_at(end);
            return (name.rsplit(':').next() == Some("svg")).then_some(attributes);
        }
    }
}

/// What follows a document type declaration, whose internal subset in brackets may hold `>` of its own.
fn after_doctype(text: &str) -> Option<&str> {
    let (mut depth, mut quote) = (0_usize, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '[') => depth += 1,
            (None, ']') => depth = depth.saturating_sub(1),
            (None, '>') if depth == 0 => return Some(&text[at + 1..]),
            _ => {}
        }
    }
    None
}

/// Names and values of a start tag's attributes; ends at the tag's end and at anything that is no attribute.
struct Attributes<'a>(&'a str);

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.0.trim_start();
        if text.starts_with(['>', '/']) {
            return None;
        }
        let (name, rest) = text.split_once('=')?;
        let rest = rest.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, rest) = rest[1..].split_once(quote)?;
        self.0 = rest;
        Some((name.trim_end(), value))
    }
}

/// A length in CSS pixels.
fn length(text: &str) -> Option<f64> {
    let text = text.trim();
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '+'));
    let number = &text[..text.len() - unit.len()];
    let per_unit = match unit.to_ascii_lowercase().as_str() {
        "" | "px" => 1.0,
        "in" => 96.0,
        "cm" => 96.0 / 2.54,
        "mm" => 96.0 / 25.4,
        "q" => 96.0 / 101.6,
        "pt" => 96.0 / 72.0,
        "pc" => 16.0,
        _ => return None,
    };
    let number: f64 = number.parse().ok()?;
    (number.is_finite() && number > 0.0).then_some(number * per_unit)
}

/// Width and height of `min-x min-y width height`, separated by white space or commas.
fn view_box(text: &str) -> Option<(f64, f64)> {
    let numbers: Vec<f64> = text
        .split(|c: char| c.is_ascii_whitespace() || c == ',')
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok().filter(|n: &f64| n.is_finite()))
        .collect::<Option<_>>()?;
    match numbers.as_slice() {
        [_, _, width, height] if *width > 0.0 && *height > 0.0 => Some((*width, *height)),
        _ => None,
    }
}

/// The nearest whole number of pixels, for a size that an image on a page can have.
fn pixels(size: f64) -> Option<u32> {
    let rounded = size.round().max(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to 100,000")]
    (rounded <= 100_000.0).then_some(rounded as u32)
}

#[cfg(test)]
mod tests {
    use super::dimensions;

    #[test]
    fn the_root_tag_says_the_size() {
        let size = |text: &str| dimensions(text.as_bytes());
        assert_eq!(size("<svg width='120' height=\"60px\"/>"), Some((120, 60)));
        assert_eq!(size("<svg viewBox=\"0 0 24,12.5\">"), Some((24, 13)));
        assert_eq!(size("<svg width=\"48\" viewBox=\"0 0 24 12\"></svg>"), Some((48, 24)));
        assert_eq!(size("<svg width=\"100%\" height=\"100%\" viewBox=\"0 0 24 12\">"), Some((24, 12)));
        assert_eq!(size("<svg height=\"1in\" width=\"2.54cm\">"), Some((96, 96)));
        let head = "\u{feff}<?xml version=\"1.0\"?>\n<!-- <svg width='1' height='1'> -->\n\
                    <!DOCTYPE svg [ <!ENTITY x \"a>b\"> ]>\n<s:svg xmlns:s = 'x'\nwidth = '7' height='8' >";
        assert_eq!(size(head), Some((7, 8)));
    }

    #[test]
    fn what_says_no_size_has_none() {
        for text in [
            "",
            "<",
            "<svg",
            "<svg>",
            "<svg width=",
            "<svg width=\"5",
            "<svg width='1em' height='2em'>",
            "<svg width='-1' height='5'>",
            "<svg viewBox='0 0 0 5'>",
            "<svg viewBox='0 0 nan inf'>",
            "<html width='5' height='5'>",
            "<g><svg width='5' height='5'></g>",
            "<!DOCTYPE svg [",
            "<svg width='1e9' height='9999999999'>",
        ] {
            assert_eq!(dimensions(text.as_bytes()), None, "{text}");
        }
    }
}
