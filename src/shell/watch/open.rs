//! Which pages are open in browsers.
//!
//! A browser says so in the address of its one connection for the state, and says it anew, on another connection, when a page is
//! opened or closed. So what is open is what the living connections say, and a browser that crashed is forgotten with its own.
#![allow(clippy::disallowed_types, reason = "shared by the connections, which come and go")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::base::path::{OutPath, UrlPath, decode};

/// The most pages that one browser may name.
const MOST: usize = 64;

/// What the connections say, shared by them.
#[derive(Clone, Debug, Default)]
pub(super) struct Open(Arc<Mutex<Said>>);

#[derive(Debug, Default)]
struct Said {
    last: u64,
    /// The paths that each connection names, as they stand in addresses.
    paths: BTreeMap<u64, Vec<String>>,
}

/// A connection's word, which holds for as long as this lives.
#[derive(Debug)]
pub(super) struct Word {
    open: Open,
    number: u64,
}

impl Open {
    /// The outputs that are served at these paths, below the base path.
    pub(super) fn outputs(&self, base: &str) -> Vec<OutPath> {
        let inside = |path: &String| Some(UrlPath::new(path.strip_prefix(base)?).output());
        self.said().paths.values().flatten().filter_map(inside).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Notes what a connection names: `page=…&page=…`.
    pub(super) fn note(&self, query: Option<&str>) -> Word {
        let values = query.into_iter().flat_map(|query| query.split('&')).filter_map(|pair| pair.strip_prefix("page="));
        // Encoded once as a path, and once more as a value.
        let paths = values.filter_map(decode).filter_map(|path| decode(&path)).take(MOST).collect();
        let mut said = self.said();
        said.last += 1;
        let number = said.last;
        said.paths.insert(number, paths);
        Word { open: self.clone(), number }
    }

    /// A thread that ended while it held the list leaves it whole.
    fn said(&self) -> MutexGuard<'_, Said> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Word {
    fn drop(&mut self) {
        self.open.said().paths.remove(&self.number);
    }
}
