//! What is remembered from one build to the next in the same process.
//!
//! The laws of a memo: it holds immutable values; an entry is a function of one file's text and the options in its key, and
//! of no other file; one generation is kept, so that what is gone from the sources is gone from here.

use std::collections::HashMap;
use std::sync::Arc;

use crate::base::digest::Digest;
use crate::base::path::SourcePath;
use crate::page::markdown::Options;
use crate::page::parse::Page;

/// The pages of the last build.
#[derive(Clone, Debug, Default)]
pub struct Memo {
    options: Option<Options>,
    pages: HashMap<SourcePath, (Digest, Arc<Page>)>,
}

impl Memo {
    /// A memo of what was parsed under some options.
    pub fn new(options: Options, pages: HashMap<SourcePath, (Digest, Arc<Page>)>) -> Self {
        Self { options: Some(options), pages }
    }

    /// A page as it was parsed, if its text and the options are the same.
    pub fn page(&self, path: &SourcePath, text: Digest, options: Options) -> Option<Arc<Page>> {
        let (known, page) = self.pages.get(path).filter(|_| self.options == Some(options))?;
        (*known == text).then(|| Arc::clone(page))
    }
}
