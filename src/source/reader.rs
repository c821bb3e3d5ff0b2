//! Reading a tree key by key: each key is asked for once, with the type it must have, and all that is wrong is collected.
//!
//! ```text
//! reader::read(&tree, &Spot::File, &mut faults, |site| Site {
//!     title: site.at("title").required("title = \"Patient guide\"").filled(),
//!     interval: site.at("review").section(|review| review.at("interval").interval()),
//! })
//! ```
//!
//! A table is read inside a closure, so that its end is known: what nobody has asked for by then is an unknown key, and
//! the keys that were asked for are what can be suggested in its place. No list of keys is kept beside the code that
//! reads them.

use crate::base::code::Code;
use crate::base::diagnostic::Spot;
use crate::base::span::Span;
use crate::base::suggest;
use crate::source::faults::Faults;
use crate::source::field::{Field, Name, listed};
use crate::source::tree::{Entry, Kind, Value};

/// The key of a table of anything.
const EXTRA: &str = "extra";

/// Reads the root of a file, which must be a table; an empty file is an empty table. `spot` is where a missing key is
/// said to be missing.
pub fn read<'s, T>(
    root: &Value<'s>,
    spot: &Spot,
    faults: &mut Faults<'s>,
    body: impl FnOnce(&mut Table<'_, 's>) -> T,
) -> T {
    let entries = match &root.kind {
        Kind::Table(entries) => entries.as_slice(),
        Kind::Null | Kind::Broken => &[],
        other => {
            let message = format!("keys and their values must stand here, and this is {}", other.describe());
            faults.report(Code::WrongType, root.span, message, "write a key, a colon and a value");
            // What the file lacks is not to be counted key by key.
            faults.mark_incomplete();
            &[]
        }
    };
    Table::new(entries, None, spot, faults).read(body)
}

/// A table that is being read.
pub struct Table<'t, 's> {
    entries: &'t [Entry<'s>],
    name: Option<&'t Name<'t>>,
    spot: &'t Spot,
    faults: &'t mut Faults<'s>,
    asked: Vec<&'static str>,
    refused: Vec<&'static str>,
}

impl<'t, 's> Table<'t, 's> {
    /// A table to be read; `spot` is where a missing key is said to be missing.
    pub(super) fn new(
        entries: &'t [Entry<'s>],
        name: Option<&'t Name<'t>>,
        spot: &'t Spot,
        faults: &'t mut Faults<'s>,
    ) -> Self {
        Self { entries, name, spot, faults, asked: Vec::with_capacity(16), refused: Vec::new() }
    }

    /// Reads all of it.
    pub(super) fn read<T>(mut self, body: impl FnOnce(&mut Table<'_, 's>) -> T) -> T {
        let value = body(&mut self);
        self.finish();
        value
    }

    /// The field of a key, there or not.
    pub fn at(&mut self, key: &'static str) -> Field<'_, 's> {
        self.asked.push(key);
        Field {
            name: Name { parent: self.name, key, item: false },
            value: self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value),
            spot: self.spot,
            faults: &mut *self.faults,
        }
    }

    /// The field of a key that has a second name; both at once are one key twice.
    pub fn at_either(&mut self, key: &'static str, alias: &'static str) -> Field<'_, 's> {
        match (self.key_span(key), self.key_span(alias)) {
            (None, Some(_)) => return self.at(alias),
            (Some(first), Some(second)) => {
                let message = format!("`{alias}` is another name of `{key}`, and both stand here");
                let fault = self
                    .faults
                    .at(Code::DuplicateKey, second, message)
                    .help(format!("keep `{key}`"))
                    .related(self.faults.place(first), format!("`{key}` stands here"));
                self.faults.push(fault);
            }
            _ => {}
        }
        self.asked.push(alias);
        self.at(key)
    }

    /// Where a key stands, if it does.
    pub fn key_span(&self, key: &str) -> Option<Span> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| entry.key_span)
    }

    /// Reports a key that must not stand here, for a reason of its own. It is not unknown, and is never suggested.
    pub fn refuse(&mut self, key: &'static str, code: Code, message: &str, help: &str) {
        if let Some(span) = self.key_span(key) {
            self.refused.push(key);
            self.faults.report(code, span, message, help);
        }
    }

    /// All entries, as the file has them.
    pub fn entries(&self) -> &'t [Entry<'s>] {
        self.entries
    }

    /// The faults of the file, for a check across keys.
    pub fn faults(&mut self) -> &mut Faults<'s> {
        self.faults
    }

    /// Reports each key that nobody asked for.
    fn finish(self) {
        if self.faults.is_incomplete() {
            return;
        }
        for entry in self.entries {
            let key = entry.key.as_ref();
            if self.asked.contains(&key) || self.refused.contains(&key) {
                continue;
            }
            let name = Name { parent: self.name, key, item: false };
            let fault = self.faults.at(Code::UnknownKey, entry.key_span, format!("{name} is not a known key"));
            self.faults.push(match suggest::nearest(key, self.asked.iter().copied()) {
                Some(near) => fault.help(format!("did you mean `{near}`?")),
                None if self.asked.contains(&EXTRA) => fault.help("what is for the theme goes below `extra`"),
                None => fault.help(format!("known are {}", listed(self.asked.iter().copied()))),
            });
        }
    }
}
