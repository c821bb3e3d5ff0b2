//! The character references of HTML that the Markdown library, templates and we write.

use std::borrow::Cow;

use memchr::memchr;

/// Each with what it stands for.
const REFERENCES: [(&str, &str); 7] =
    [("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&#x27;", "'"), ("&#39;", "'"), ("&#x2F;", "/")];

/// Undoes them.
pub fn unescape(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
    let mut plain = String::with_capacity(text.len());
    plain.push_str(&text[..first]);
    let mut rest = &text[first..];
    while !rest.is_empty() {
        let known = REFERENCES.iter().find(|(reference, _)| rest.starts_with(reference));
        let (behind, stands_for) = known.map_or((1, "&"), |(reference, plain)| (reference.len(), *plain));
        rest = &rest[behind..];
        plain.push_str(stands_for);
        let next = memchr(b'&', rest.as_bytes()).unwrap_or(rest.len());
        plain.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_undone_once() {
        assert_eq!(
            unescape("a &amp;lt; b &lt;i&gt; &quot;c&#x27;s&#39; d&#x2F;e & &x; &"),
            "a &lt; b <i> \"c's' d/e & &x; &"
        );
        assert!(matches!(unescape("plain"), Cow::Borrowed("plain")));
    }
}
