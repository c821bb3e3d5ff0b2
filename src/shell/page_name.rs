//! A page as it is named on the command line.

use crate::base::path::{SourcePath, join};
use crate::shell::fault::EnvironmentFault;
use crate::source::snapshot::CONTENT;

/// A page's source, from its name with or without `content/` before it and `.md` behind it.
pub fn page(name: &str) -> Result<SourcePath, EnvironmentFault> {
    let inner = name.strip_prefix("./").unwrap_or(name);
    let inner = inner.strip_prefix("content/").unwrap_or(inner);
    let inner = inner.strip_suffix(".md").unwrap_or(inner);
    match join("", inner) {
        Some(path) if !path.is_empty() && !inner.starts_with('/') && !inner.ends_with('/') => {
            Ok(SourcePath::new(format!("{CONTENT}/{path}.md")))
        }
        _ => Err(EnvironmentFault::new(format!("`{name}` is no page below `{CONTENT}/`")).help(
            "name a page from the content folder, such as `conditions/breast` or `content/conditions/breast.md`",
        )),
    }
}
