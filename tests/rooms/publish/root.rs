//! A site's folder: building into it, changing it by hand, and saying what must be in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use iort_site::base::digest::Digest;
use iort_site::shell::onlookers::Onlookers;
use iort_site::shell::publish::publisher::{Publish, PublishFault, Published, publish};
use iort_site::shell::publish::receipt::Account;

use crate::publish::site::Site;

/// A site's root in a temporary folder, removed at the end.
pub(crate) struct Root {
    pub(crate) path: PathBuf,
    public: PathBuf,
}

impl Root {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("iort-site-publish-{}-{number}", std::process::id()));
        fs::create_dir_all(path.join("content")).unwrap();
        Self::of(path)
    }

    pub(crate) fn of(path: PathBuf) -> Self {
        Self { public: path.join("public"), path }
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.path.join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> &Self {
        fs::create_dir_all(self.at(path).parent().unwrap()).unwrap();
        fs::write(self.at(path), text).unwrap();
        self
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap()
    }

    pub(crate) fn remove(&self, path: &str) -> &Self {
        fs::remove_file(self.at(path)).unwrap();
        self
    }

    pub(crate) fn build(&self, site: &Site) -> Published {
        self.try_build(site, |_| {}).unwrap()
    }

    pub(crate) fn build_with<'a>(&'a self, site: &'a Site, change: impl FnOnce(&mut Publish<'a>)) -> Published {
        self.try_build(site, change).unwrap()
    }

    pub(crate) fn try_build<'a>(
        &'a self,
        site: &'a Site,
        change: impl FnOnce(&mut Publish<'a>),
    ) -> Result<Published, PublishFault> {
        let mut request = Publish {
            ingredients: Vec::new(),
            root: &self.path,
            output: &self.public,
            outputs: site,
            fingerprint: Digest::of(b"this binary"),
            blocked: false,
            adopt: false,
            dry_run: false,
            account: Account::default(),
            last: None,
            glance: None,
            changed: &|| None,
            memo: None,
            few: false,
            verify: false,
            explain: false,
            progress: &|_| {},
            onlookers: Onlookers::none(),
        };
        change(&mut request);
        publish(request, &mut |_| {})
    }

    /// All files below a folder with their bytes, and empty folders with a slash.
    pub(crate) fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.at(folder), "", &mut files);
        files
    }

    /// Asserts that the output folder holds exactly this, and nothing that a build makes on the way is left.
    pub(crate) fn expect(&self, files: &[(&str, &str)]) -> &Self {
        let wanted: BTreeMap<_, _> =
            files.iter().map(|(path, body)| ((*path).to_owned(), body.as_bytes().to_vec())).collect();
        assert_eq!(self.files("public"), wanted);
        self.expect_no_staging()
    }

    pub(crate) fn expect_no_staging(&self) -> &Self {
        let names = |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let left: Vec<_> = names(&self.path)
            .chain(names(&self.at("public")))
            .filter(|name| name.to_string_lossy().contains("staging"))
            .collect();
        assert!(left.is_empty(), "{left:?}");
        self
    }

    /// The ownership file as `sha256sum` reads it: checksums and paths.
    pub(crate) fn owned(&self) -> Vec<String> {
        let text = self.read(".iort-site/public/ownership");
        text.lines().map(|line| line.split_once("  ").unwrap().1.to_owned()).collect()
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let before = files.len();
    for entry in entries.map(Result::unwrap) {
        let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &format!("{path}/"), files);
        } else {
            files.insert(path, fs::read(entry.path()).unwrap_or_default());
        }
    }
    if files.len() == before && !prefix.is_empty() {
        files.insert(prefix.to_owned(), vec![]);
    }
}

/// (rendered, written, unchanged, removed) of a build that was published.
pub(crate) fn counts(published: &Published) -> (usize, usize, usize, usize) {
    assert!(published.published, "{published:?}");
    (published.rendered, published.written, published.unchanged, published.removed)
}

/// The codes of a build's diagnostics and the files they are in.
pub(crate) fn found(published: &Published) -> Vec<(&'static str, &str)> {
    published.diagnostics.iter().map(|found| (found.code.name(), found.place.path.as_str())).collect()
}

pub(crate) const HOME: (&str, &str) = ("index.html", "home");
pub(crate) const RISKS: (&str, &str) = ("risks/index.html", "risks");
pub(crate) const STYLE: (&str, &str) = ("css/site.css", "style");
