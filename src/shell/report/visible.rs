//! What a terminal is shown in place of characters that would steer it.
//!
//! Messages and source lines hold whatever stands in a file. An escape sequence there could move the cursor, recolor the
//! screen or retitle the window, and a bidirectional override could show a line in another order than it has (CVE-2021-42574).

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text with each steering character replaced by one visible character, so that columns stay as they are.
///
/// Tabs and newlines stay: who shows the text decides how wide a tab is, and where a line may break.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().any(steers) { Cow::Owned(text.chars().map(shown).collect()) } else { Cow::Borrowed(text) }
}

/// The text on one line, with line breaks and tabs shown as well: for paths, and for formats of one line each.
pub fn visible_line(text: &str) -> Cow<'_, str> {
    match visible(text) {
        text if text.contains(['\n', '\t']) => Cow::Owned(text.replace('\n', "␊").replace('\t', "␉")),
        text => text,
    }
}

/// JSON with the steering characters escaped that JSON itself leaves as they are: DEL, the controls past ASCII, marks of
/// direction.
pub fn escape_json(json: String) -> String {
    if !json.chars().any(steers) {
        return json;
    }
    // All of them are below U+10000, so one escape each, and in JSON they stand in strings alone.
    json.chars().fold(String::with_capacity(json.len()), |mut out, c| {
        if steers(c) {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
        out
    })
}

/// Whether a character acts on a terminal, or on the order in which its neighbors are shown.
pub fn steers(c: char) -> bool {
    let directs = matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks = matches!(c, '\u{2028}' | '\u{2029}');
    (c.is_control() && c != '\t' && c != '\n') || directs || breaks
}

fn shown(c: char) -> char {
    match c {
        c if !steers(c) => c,
        // The block "Control Pictures" has a picture for each of the 32 controls of ASCII, in their order, and for DEL.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '␡',
        _ => char::REPLACEMENT_CHARACTER,
    }
}
