//! Texts of pages that were read, digested and let go of: each is read again where it is asked for.
//!
//! A build that an earlier one spares most of its work looks at few pages, and holding all would be most of its memory. What is
//! read again must be what was digested, else the build is of two states of the sources and has to start over.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::reader;
use crate::base::digest::Digest;
use crate::base::path::SourcePath;
use crate::source::snapshot::Shelf;

/// The texts as they are on disk.
#[derive(Debug)]
pub struct OnDisk {
    root: PathBuf,
    changed: OnceLock<SourcePath>,
}

impl OnDisk {
    /// The texts of the site in a folder.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), changed: OnceLock::new() }
    }

    /// A page whose text was another when it was asked for than when it was read first.
    pub fn changed(&self) -> Option<SourcePath> {
        self.changed.get().cloned()
    }
}

impl Shelf for OnDisk {
    fn text(&self, path: &SourcePath, digest: Digest) -> Arc<str> {
        let text = reader::text_again(&self.root, path).filter(|text| text.digest == digest);
        text.map_or_else(
            || {
                // The first that is noted is as good a reason to start over as another.
                let _ = self.changed.set(path.clone());
                Arc::default()
            },
            |text| text.text,
        )
    }
}
