//! The floor: what the same libraries need for the same pages, and nothing else. Each page is read, parsed by comrak, put
//! into a Tera template and written; no link is checked, no review weighed, nothing remembered.
//!
//! ```text
//! cargo run --release --example floor -- <folder of the corpus> <folder to write to> [compare]
//! ```
//!
//! It reads the corpus of flavor `iort-site`; its template makes the page that the site's templates make. With `compare` a file that stands as it should is
//! left as it is.
#![allow(
    missing_docs,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a program of few lines that measures and checks nothing"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

use rayon::prelude::*;
use tera::{Context, Tera, Value};
use walkdir::WalkDir;

/// How many pages a core takes on at a time, as in the program: of longer runs the other core would wait for the last.
const PIECE: usize = 64;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [site, output, rest @ ..] = arguments.as_slice() else {
        eprintln!("usage: floor <corpus> <output> [compare]");
        process::exit(2);
    };
    let (site, output, compare) = (Path::new(site), Path::new(output), !rest.is_empty());
    let folder = site.join("content");
    let files: Vec<PathBuf> = WalkDir::new(&folder)
        .sort_by_file_name()
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect();
    let texts: Vec<String> =
        files.par_iter().with_max_len(PIECE).map(|file| fs::read_to_string(file).unwrap()).collect();
    let pages: Vec<Page<'_>> =
        files.iter().zip(&texts).map(|(file, text)| Page::new(file.strip_prefix(&folder).unwrap(), text)).collect();
    let navigation = navigation(&pages);

    let mut tera = Tera::default();
    tera.add_raw_template("page.html", include_str!("floor.html")).unwrap();
    let site_value = Value::from_serializable(&BTreeMap::from([("title", "Corpus")]));
    let options = options();
    pages.par_iter().with_max_len(PIECE).for_each(|page| {
        let html = comrak::markdown_to_html(page.body, &options);
        let values = BTreeMap::from([("title", page.title), ("description", page.description)]);
        let mut map = Value::from_serializable(&values).into_map().unwrap();
        map.insert("content".into(), Value::safe_string(&html));
        let mut context = Context::new();
        context.insert_value("lang", Value::from("en"));
        context.insert_value("site", site_value.clone());
        context.insert_value("root", Value::from("../".repeat(page.url.matches('/').count())));
        context.insert_value("page", Value::from(map));
        context.insert_value("nav", navigation[page.section].clone());
        let mut bytes = Vec::with_capacity(16 * 1024);
        tera.render_to("page.html", &context, &mut bytes).unwrap();
        write(&output.join(&page.url).join("index.html"), &bytes, compare);
    });
}

struct Page<'a> {
    section: &'a str,
    url: String,
    title: &'a str,
    description: &'a str,
    body: &'a str,
}

impl<'a> Page<'a> {
    fn new(path: &'a Path, text: &'a str) -> Self {
        let path = path.to_str().unwrap();
        let (front, body) = text.trim_start_matches("---\n").split_once("---\n").unwrap();
        let value = |key: &str| front.lines().find_map(|line| line.strip_prefix(key)).unwrap_or("");
        let section = path.rsplit_once('/').map_or("", |(section, _)| section);
        let stem = path.strip_suffix(".md").unwrap();
        let url = if stem.ends_with("index") { section.to_owned() + "/" } else { format!("{stem}/") };
        Self { section, url, title: value("title: "), description: value("description: "), body }
    }
}

/// By section, in the form that the site's template reads: a part, with its section, with that section's pages.
fn navigation<'a>(pages: &[Page<'a>]) -> BTreeMap<&'a str, Value> {
    let mut sections: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for page in pages {
        let item = BTreeMap::from([("title", page.title), ("path", page.url.as_str())]);
        sections.entry(page.section).or_default().push(Value::from_serializable(&item));
    }
    let holder = |items: Vec<Value>| Value::from(BTreeMap::from([("children".to_owned(), Value::from(items))]));
    let tree = |items| Value::from(vec![holder(vec![holder(items)])]);
    sections.into_iter().map(|(section, items)| (section, tree(items))).collect()
}

fn options() -> comrak::Options<'static> {
    let mut options = comrak::Options::default();
    options.extension.table = true;
    options.extension.footnotes = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.autolink = true;
    options.extension.header_id_prefix = Some(String::new());
    options
}

fn write(path: &Path, bytes: &[u8], compare: bool) {
    if compare && fs::read(path).is_ok_and(|old| old == bytes) {
        return;
    }
    if fs::write(path, bytes).is_err() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}
