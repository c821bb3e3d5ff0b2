//! From the path of a request to a file of the served folder, as a plain static host does it, and never to one outside.
//!
//! Two fences. A path is taken apart first, and one with a segment that could lead anywhere but down (`..`, an empty one, a
//! backslash, a drive) is no file at all. What is left must then be the file's own true path: `canonicalize` follows links
//! and, on systems that do not tell case apart, gives the case that is on disk; where it differs from what was asked for, a
//! link leads away or a host would answer "not found".
#![allow(clippy::disallowed_methods, reason = "the served folder is read here")]

use std::path::{Path, PathBuf};

/// Files that are for the host and not for readers.
const FOR_THE_HOST: [&str; 2] = ["_headers", "_redirects"];

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A file.
    File(PathBuf),
    /// A folder with a page, which has the path with a slash at its end.
    Folder,
    /// Nothing.
    Nothing,
}

/// What stands at a path below the folder; `path` is decoded and has no slash before it.
pub(super) fn at(folder: &Path, path: &str) -> Place {
    let (inner, wants_folder) = path.strip_suffix('/').map_or((path, path.is_empty()), |inner| (inner, true));
    if FOR_THE_HOST.contains(&path) || !(path.is_empty() || inner.split('/').all(is_plain)) {
        return Place::Nothing;
    }
    let asked = if wants_folder { format!("{path}index.html") } else { path.to_owned() };
    if let Some(file) = file_at(folder, &asked) {
        Place::File(file)
    } else if !wants_folder && file_at(folder, &format!("{path}/index.html")).is_some() {
        Place::Folder
    } else {
        Place::Nothing
    }
}

fn file_at(folder: &Path, path: &str) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    let asked = folder.join(path);
    let found = asked.canonicalize().ok()?;
    (found == asked && found.is_file()).then_some(found)
}

/// Whether a segment names something in its folder, on every system.
fn is_plain(segment: &str) -> bool {
    let is_dots = segment.bytes().all(|byte| byte == b'.');
    !is_dots && !segment.contains(|c: char| c.is_control() || matches!(c, '/' | '\\' | ':'))
}

/// The media type of a file, by its ending. A table of our own: what a site of pages is made of is a short list, and a host
/// has its own list anyhow.
pub(super) fn media_type(file: &Path) -> &'static str {
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "txt" | "md" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "vtt" => "text/vtt; charset=utf-8",
        "xml" => "application/xml",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "wasm" => "application/wasm",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        _ => "application/octet-stream",
    }
}
