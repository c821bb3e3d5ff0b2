//! The forms that texts of structured files must have, wherever they stand: languages, addresses, slugs.
//!
//! Each function gives the text back, or says what is wrong in words that go on from "`key` is not valid".

use unicode_normalization::char::is_combining_mark;

/// A text of the right form, or what is wrong with it.
pub type Checked = Result<String, &'static str>;

/// A language tag by the form of BCP 47 (RFC 5646, 2.1): parts of letters and digits, joined by hyphens, the first a
/// language of two to eight letters. Whether the language exists is not asked.
pub fn language(text: &str) -> Checked {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or("");
    let is_language = (2..=8).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_language && parts.all(is_part) { Ok(text.to_owned()) } else { Err("it is not a language tag") }
}

/// An address of the web, `https:` or `http:`.
pub fn web_url(text: &str) -> Checked {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest {
        None => Err("it does not start with `https://` or `http://`"),
        Some(rest) if rest.is_empty() || rest.starts_with(['/', '?', '#']) => Err("it has no host"),
        Some(rest) if !is_url_text(rest) => Err("it holds a blank or a character that a URL cannot hold"),
        Some(_) => Ok(text.to_owned()),
    }
}

/// Where a link of the configuration leads: a path of the site (`/about/#team`) or a URL that a reader can follow.
pub fn link_target(text: &str) -> Checked {
    if text.starts_with('/') {
        return site_path(text.split_once('#').map_or(text, |(path, _)| path)).map(|_| text.to_owned());
    }
    match text.split_once(':') {
        Some(("https" | "http", _)) => web_url(text),
        Some(("mailto" | "tel", rest)) if rest.is_empty() || !is_url_text(rest) => {
            Err("it holds a blank, or no address or number after the colon")
        }
        Some(("mailto" | "tel", _)) => Ok(text.to_owned()),
        _ => Err("it is neither a path from the site's root nor a URL with `https:`, `mailto:` or `tel:`"),
    }
}

/// A path of the site from its root: `/risks/`.
pub fn site_path(text: &str) -> Checked {
    let Some(path) = text.strip_prefix('/') else { return Err("it does not start with `/`") };
    if path.starts_with('/') {
        Err("it starts with `//`, which leads to another server")
    } else if path.contains(['?', '#']) {
        Err("it holds a query or an anchor")
    } else if path.split('/').any(|segment| matches!(segment, "." | "..")) {
        Err("it holds `.` or `..`")
    } else if path.trim_end_matches('/').split('/').any(str::is_empty) && !path.is_empty() {
        Err("it holds `//`")
    } else if path.contains('\\') || path.contains(char::is_control) || path != path.trim() {
        Err("it holds a character that no path of the site holds")
    } else {
        Ok(text.to_owned())
    }
}

/// One segment of a URL: letters and marks of any script, digits, `-`, `_`, and `.` inside.
pub fn slug(text: &str) -> Checked {
    let allowed = |c: char| c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '-' | '_' | '.');
    if text.is_empty() {
        Err("it is empty")
    } else if text.contains('/') {
        Err("it holds a slash; folders make the path")
    } else if !text.chars().all(allowed) {
        Err("it holds something else than letters, digits, `-`, `_` and `.`")
    } else if text.starts_with('.') || text.ends_with('.') {
        Err("it starts or ends with a dot")
    } else {
        Ok(text.to_owned())
    }
}

/// The id of a reviewer.
pub fn reviewer_id(text: &str) -> Checked {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !text.is_empty() && text.bytes().all(allowed) && !text.starts_with('-') && !text.ends_with('-') {
        Ok(text.to_owned())
    } else {
        Err("it is not made of lower case letters, digits and inner hyphens")
    }
}

/// A digital object identifier without a resolver's address (ISO 26324): `10.1016/S0140-6736(13)61950-9`.
pub fn doi(text: &str) -> Checked {
    match text.split_once('/') {
        _ if text.contains(char::is_whitespace) => Err("it holds a blank"),
        Some((prefix, suffix)) if prefix.starts_with("10.") && !suffix.is_empty() => Ok(text.to_owned()),
        _ if text.contains("10.") => Err("something stands before `10.`"),
        _ => Err("it does not have the form `10.…/…`"),
    }
}

/// The name of a folder or a file below a known one: relative, and not out of it again.
pub fn name_below(text: &str) -> Checked {
    let is_plain = |segment: &str| !matches!(segment, "" | "." | "..") && !segment.contains(['\\', ':']);
    if text.split('/').all(is_plain) && text == text.trim() {
        Ok(text.to_owned())
    } else {
        Err("it is not a name below that folder")
    }
}

fn is_url_text(text: &str) -> bool {
    !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\' | '^' | '`'))
}
