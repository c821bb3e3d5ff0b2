//! File names: which are passed over without a word, and which no URL or file system carries safely.
//!
//! Passed over is only what an editor or a desktop leaves behind and no person means to publish; any other file that can be
//! seen in a folder is read or named in a diagnostic. The watcher asks the same question, so that an editor's swap file
//! starts no build.

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::path::SourcePath;

/// Characters that Windows has in no file name, and that a URL, a shell or a static host takes for something else.
const UNSAFE: &[char] = &['\\', ':', '*', '?', '"', '<', '>', '|'];

/// Whether a file or folder of this name is passed over: hidden, or left behind by an editor or a desktop.
pub fn is_left_out(name: &str) -> bool {
    let ends = |ending: &str| name.len() > ending.len() && name.ends_with(ending);
    name.starts_with('.')                               // hidden; Emacs' locks, Vim's swap files, macOS' `.DS_Store`
        || ends("~")                                    // backups
        || (name.len() > 1 && name.starts_with('#') && ends("#")) // Emacs' unsaved text
        || ends(".swp")                                 // Vim, where it was told not to hide them
        || ends(".tmp")                                 // the first half of many a safe save
        || ends("___jb_tmp___") || ends("___jb_old___") // JetBrains' safe saves
        || name.starts_with("~$")                       // Microsoft Office's locks
        || matches!(name, "4913" | "Thumbs.db" | "desktop.ini") // Vim tries whether it may write; Windows' own
}

/// The fault of a name that not every file system and URL carries as it is.
pub(super) fn fault(folder: &str, name: &std::ffi::OsStr) -> Option<Diagnostic> {
    let what = match name.to_str() {
        None => "is not UTF-8".to_owned(),
        Some(name) => problem(name)?,
    };
    let shown: String = name.to_string_lossy().chars().flat_map(shown).collect();
    let place = Place::file(&SourcePath::new(format!("{folder}/{shown}")));
    Some(Diagnostic::new(Code::FileName, place, format!("the name `{shown}` {what}")).help(
        "rename it with letters, digits, hyphens and underscores; until then it is left out, with all that is in it",
    ))
}

fn problem(name: &str) -> Option<String> {
    // Most names are made of these, and each is asked on every build.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if name.bytes().all(is_plain) && !name.ends_with('.') {
        return None;
    }
    let mut found: Vec<char> = Vec::new();
    for c in name.chars().filter(|c| c.is_control() || UNSAFE.contains(c)) {
        if !found.contains(&c) {
            found.push(c);
        }
    }
    if !found.is_empty() {
        let list: Vec<String> = found.iter().map(|c| format!("`{}`", shown(*c).collect::<String>())).collect();
        return Some(format!("holds {}, which not every file system and URL carries", list.join(" and ")));
    }
    let last = name.chars().next_back()?;
    let word = match last {
        '.' => "a dot",
        ' ' => "a space",
        _ => return None,
    };
    Some(format!("ends with {word}, which Windows takes off"))
}

/// A character as a report can show it: a control character as its escape.
fn shown(c: char) -> impl Iterator<Item = char> {
    let (plain, escaped) = if c.is_control() { (None, Some(c.escape_default())) } else { (Some(c), None) };
    plain.into_iter().chain(escaped.into_iter().flatten())
}

/// The fault of a file below `content/` that is Markdown by the look of its name and would be copied as a mere file.
pub(super) fn markdown_fault(source: &SourcePath) -> Option<Diagnostic> {
    let ending = source.extension()?;
    let looks_like_it = ending.eq_ignore_ascii_case("md") || ending.eq_ignore_ascii_case("markdown");
    if ending == "md" || !looks_like_it {
        return None;
    }
    let stem = source.name().strip_suffix(ending).unwrap_or_default();
    let message = format!("`{}` is Markdown by its name, and pages end in `.md`", source.name());
    Some(Diagnostic::new(Code::FileName, Place::file(source), message).help(format!("rename it to `{stem}md`")))
}
