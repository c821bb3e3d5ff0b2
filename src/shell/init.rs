//! `iort-site init`: a new site that builds at once.
//!
//! The starter files are real files below `starter/`, embedded in the binary, so that they are written and read as what they
//! are and an installed program needs neither a checkout nor a network. A site needs no theme of its own: the default theme
//! is in the binary too.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "creates the files of a new site")]

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use include_dir::{Dir, DirEntry, include_dir};

use crate::shell::arguments::InitArguments;
use crate::shell::fault::EnvironmentFault;
use crate::shell::report::emit;
use crate::shell::report::visible::visible_line;

static STARTER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/shell/init/starter");

/// Creates the site and says what to do next.
pub fn init(arguments: &InitArguments) -> Result<(), EnvironmentFault> {
    let folder = &arguments.folder;
    refuse_occupied(folder)?;
    let count = create(&STARTER, folder)?;
    let (root, public) = (visible_line(&folder.to_string_lossy()).into_owned(), folder.join("public"));
    emit::out(&format!(
        "Created a site of {count} files in `{root}`.\n\n\
         Next:\n  \
         iort-site watch --root {argument}   shows it, and every change you make\n  \
         iort-site build --root {argument}   writes it to {public}\n",
        argument = shell_word(folder),
        public = visible_line(&public.to_string_lossy()),
    ))
}

/// A folder that holds anything may hold someone's work.
fn refuse_occupied(folder: &Path) -> Result<(), EnvironmentFault> {
    let occupied = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(EnvironmentFault::new(format!("`{}` is a file, not a folder", folder.display()))
                .help("name a folder that does not exist yet"));
        }
        Err(error) => return Err(EnvironmentFault::io("read the folder", folder, &error)),
    };
    if occupied {
        return Err(EnvironmentFault::new(format!("the folder `{}` is not empty", folder.display()))
            .help("name a folder that does not exist yet, or an empty one"));
    }
    Ok(())
}

/// Writes a folder of the starter; gives the number of files.
fn create(starter: &Dir<'_>, folder: &Path) -> Result<usize, EnvironmentFault> {
    fs::create_dir_all(folder).map_err(|error| EnvironmentFault::io("create the folder", folder, &error))?;
    let mut count = 0;
    for entry in starter.entries() {
        let path: PathBuf = folder.join(entry.path().file_name().unwrap_or_default());
        count += match entry {
            DirEntry::Dir(dir) => create(dir, &path)?,
            DirEntry::File(file) => {
                write_new(&path, file.contents())
                    .map_err(|error| EnvironmentFault::io("create the file", &path, &error))?;
                1
            }
        };
    }
    Ok(count)
}

/// Writes a file that must not be there yet: a file that came between is left as it is.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create_new(path)?;
    file.write_all(bytes)
}

/// A path as a word of a shell's command line.
pub(super) fn shell_word(path: &Path) -> String {
    let path = path.to_string_lossy();
    let plain = |c: char| c.is_alphanumeric() || "-_./\\:+,@~".contains(c);
    if path.chars().all(plain) { path.into_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}
