//! Links for a disk: on `file://` no server turns a folder into its `index.html`, so each link says it.
//!
//! The finished page is rewritten, and not the ways that templates are given, so that a theme need not know of it.

/// A page whose relative links to folders name their `index.html`.
pub fn with_files(html: &str) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 16);
    let mut rest = html;
    while let Some(at) = rest.find(" href=\"") {
        let (before, behind) = rest.split_at(at + " href=\"".len());
        out.push_str(before);
        let end = behind.find('"').unwrap_or(behind.len());
        // A text has its quotes escaped, so that what looks like an attribute is one.
        out.push_str(&to_file(&behind[..end]));
        rest = &behind[end..];
    }
    out.push_str(rest);
    out
}

/// A link whose path names a file.
pub fn to_file(href: &str) -> String {
    let at = href.find(['?', '#']).unwrap_or(href.len());
    let (path, fragment) = href.split_at(at);
    let folder = path.ends_with('/') || path == "." || path == ".." || path.ends_with("/..");
    if !folder || path.contains(':') || path.starts_with('/') {
        return href.to_owned();
    }
    format!("{path}{}index.html{fragment}", if path.ends_with('/') { "" } else { "/" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_get_their_file_and_nothing_else_changes() {
        for (from, to) in [
            ("./", "./index.html"),
            ("../risks/#call", "../risks/index.html#call"),
            ("../..", "../../index.html"),
            ("#call", "#call"),
            ("scan.png", "scan.png"),
            ("https://example.org/", "https://example.org/"),
            ("tel:911", "tel:911"),
        ] {
            assert_eq!(to_file(from), to);
        }
        assert_eq!(with_files("<a href=\"a/\">x/</a>"), "<a href=\"a/index.html\">x/</a>");
    }
}
