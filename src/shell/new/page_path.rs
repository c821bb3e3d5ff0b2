//! The path of a new page, from what someone typed.

use std::path::Path;

use unicode_normalization::UnicodeNormalization as _;

use crate::base::path::SourcePath;
use crate::shell::fault::EnvironmentFault;
use crate::source::snapshot::CONTENT;

/// The names that Windows keeps for devices, with any extension.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul"];

/// Reads `conditions/breast`, `content/conditions/breast.md`, or the same with the site's folder before it, as a shell
/// completes it. The name is put into Unicode's composed form, which is how people type it in a link.
pub(super) fn page_path(typed: &str, root: &Path) -> Result<SourcePath, EnvironmentFault> {
    let refuse = |why: &str| EnvironmentFault::new(format!("`{typed}` cannot be a page: {why}"));
    let composed: String = typed.nfc().collect();
    let slashed = if cfg!(windows) { composed.replace('\\', "/") } else { composed };
    let path = below_content(&slashed, &root.to_string_lossy());
    if path.starts_with('/') {
        return Err(refuse("it starts at the root of the disk")
            .help("name it from the content folder, such as `conditions/breast`"));
    }
    if path.is_empty() || path.ends_with('/') {
        return Err(refuse("it names a folder").help(format!("a folder's own page is its `index`: `{path}index`")));
    }
    let page = path.strip_suffix(".md").unwrap_or(path);
    for segment in page.split('/') {
        if segment == ".." {
            return Err(refuse("it leads out of the content folder").help("name it without `..`"));
        }
        if let Some(why) = unsafe_name(segment) {
            let fault = refuse(&format!("{why} in `{segment}`"));
            return Err(match plain_name(segment) {
                name if name.is_empty() => fault,
                name => fault.help(format!("use letters, digits, and hyphens, such as `{name}`")),
            });
        }
    }
    let name = page.rsplit('/').next().unwrap_or(page);
    if name.contains('.') {
        return Err(refuse("it is not a Markdown file").help("a page's name ends in `.md`, or has no ending"));
    }
    Ok(SourcePath::new(format!("{CONTENT}/{page}.md")))
}

/// What is left when the ways to the content folder are taken off the front.
fn below_content<'a>(typed: &'a str, root: &str) -> &'a str {
    let trim = |path: &'a str| path.trim_start_matches("./");
    let inside = |path: &'a str, folder: &str| path.strip_prefix(folder)?.strip_prefix('/');
    let root = root.trim_end_matches('/').trim_start_matches("./");
    let from_root = match inside(trim(typed), root) {
        Some(path) if !root.is_empty() && inside(path, CONTENT).is_some() => path,
        _ => typed,
    };
    inside(trim(from_root), CONTENT).unwrap_or(trim(from_root))
}

/// Why a name is not safe in a URL, or in a file system that the site may be copied to.
fn unsafe_name(name: &str) -> Option<&'static str> {
    let carried = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    let numbered =
        |port: &str| stem.strip_prefix(port).is_some_and(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit());
    if name.is_empty() {
        Some("there is nothing between two slashes")
    } else if !name.chars().all(carried) {
        Some("there is a character that a URL does not carry as it is")
    } else if name.starts_with('.') || name.ends_with('.') {
        Some("there is a dot at the start or the end")
    } else if DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt") {
        Some("there is a name that Windows keeps for a device")
    } else {
        None
    }
}

/// The nearest name that would do.
fn plain_name(name: &str) -> String {
    let words: Vec<String> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    match words.join("-") {
        plain if unsafe_name(&plain).is_some() => String::new(),
        plain => plain,
    }
}

/// A title from a page's name: `conditions/when-to-call.md` is "When to call", a folder's `index.md` has the folder's name.
pub(super) fn title_of(path: &SourcePath) -> String {
    let page = path.inside(CONTENT).unwrap_or(path.as_str()).trim_end_matches(".md");
    let name = match page.rsplit_once('/') {
        Some((folder, "index")) => folder.rsplit('/').next().unwrap_or(folder),
        Some((_, name)) => name,
        None if page == "index" => "home",
        None => page,
    };
    let words = name.replace(['-', '_'], " ");
    let words = words.trim();
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{page_path, title_of};
    use crate::base::path::SourcePath;

    #[test]
    fn what_people_type_names_a_page() {
        for (typed, root, path) in [
            ("conditions/breast", ".", "content/conditions/breast.md"),
            ("conditions/breast.md", ".", "content/conditions/breast.md"),
            ("content/conditions/breast.md", ".", "content/conditions/breast.md"),
            ("./content/conditions/breast", "site", "content/conditions/breast.md"),
            ("site/content/breast.md", "./site/", "content/breast.md"),
            ("site/breast", "site", "content/site/breast.md"),
            ("cáncer-de-mama", ".", "content/cáncer-de-mama.md"),
            ("ca\u{301}ncer", ".", "content/cáncer.md"),
        ] {
            assert_eq!(page_path(typed, Path::new(root)).map(|path| path.to_string()).as_deref(), Ok(path), "{typed}");
        }
    }

    #[test]
    fn names_that_no_url_carries_are_refused_with_a_way_out() {
        for (typed, why, help) in [
            ("../risks", "it leads out of the content folder", "name it without `..`"),
            ("content/../../risks", "it leads out of the content folder", "name it without `..`"),
            (
                "/etc/risks",
                "it starts at the root of the disk",
                "name it from the content folder, such as `conditions/breast`",
            ),
            ("conditions/", "it names a folder", "a folder's own page is its `index`: `conditions/index`"),
            (
                "Breast Cancer?",
                "there is a character that a URL does not carry as it is in `Breast Cancer?`",
                "use letters, digits, and hyphens, such as `breast-cancer`",
            ),
            (
                "a/.hidden",
                "there is a dot at the start or the end in `.hidden`",
                "use letters, digits, and hyphens, such as `hidden`",
            ),
            ("risks.html", "it is not a Markdown file", "a page's name ends in `.md`, or has no ending"),
        ] {
            let fault = page_path(typed, Path::new(".")).expect_err(typed);
            assert_eq!(fault.message, format!("`{typed}` cannot be a page: {why}"));
            assert_eq!(fault.help, [help]);
        }
        for typed in ["a//b", "backup~", "nul", "COM1.md", "a/\u{7f}", "..."] {
            assert!(page_path(typed, Path::new(".")).is_err(), "{typed}");
        }
    }

    #[test]
    fn a_title_is_made_from_the_name() {
        for (path, title) in [
            ("content/help/when-to-call.md", "When to call"),
            ("content/conditions/index.md", "Conditions"),
            ("content/index.md", "Home"),
            ("content/élan_vital.md", "Élan vital"),
        ] {
            assert_eq!(title_of(&SourcePath::new(path)), title);
        }
    }
}
