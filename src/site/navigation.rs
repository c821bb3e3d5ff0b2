//! The tree of pages: sections, their pages, and the order in which they are read.

use rayon::prelude::*;

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::path::SourcePath;
use crate::base::pieces::Pieces as _;
use crate::base::quick::QuickMap;
use crate::site::routes::Routed;
use crate::source::snapshot::CONTENT;

/// How many pages have their children put in order at a time: most have none.
const AT_A_TIME: usize = 1024;

/// A page's place in the tree; pages are named by their numbers in `Routes::pages`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// The section that holds it; none for the home page.
    pub parent: Option<usize>,
    /// If it is a section: its pages and sections, in order.
    pub children: Vec<usize>,
    /// The page before it in reading order.
    pub previous: Option<usize>,
    /// The page after it in reading order.
    pub next: Option<usize>,
}

/// The tree of pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Navigation {
    /// By page number.
    pub nodes: Vec<Node>,
    /// The home page.
    pub home: Option<usize>,
    /// Pages outside of any section: those of the top level, and all if there is no home page.
    pub top: Vec<usize>,
}

impl Navigation {
    /// The sections from the outermost to the one that holds a page.
    pub fn ancestors(&self, page: usize) -> Vec<usize> {
        let mut ancestors = Vec::new();
        let mut at = self.nodes[page].parent;
        while let Some(parent) = at {
            ancestors.push(parent);
            at = self.nodes[parent].parent;
        }
        ancestors.reverse();
        ancestors
    }
}

/// Builds the tree. The pages of a folder without `index.md` belong to the nearest folder above that has one.
pub fn build(pages: &[Routed]) -> (Navigation, Vec<Diagnostic>) {
    let indexes: QuickMap<&str, usize> =
        pages.iter().enumerate().filter_map(|(number, page)| Some((page.index_of()?, number))).collect();
    let home = indexes.get("").copied();
    let mut nodes = vec![Node::default(); pages.len()];
    let mut top = Vec::new();
    let mut without_index: Vec<&str> = Vec::new();
    // Most pages are in the folder of the one before them, which is looked up once.
    let mut last: Option<(&str, Option<usize>)> = None;
    for (number, page) in pages.iter().enumerate() {
        let parent = match page.index_of() {
            Some("") => None,
            Some(folder) => section_above(&indexes, outer(folder)),
            None => {
                let folder = page.folder();
                let known = last.filter(|(last, _)| *last == folder);
                let (_, parent) = known.unwrap_or_else(|| {
                    if !indexes.contains_key(folder) {
                        without_index.push(folder);
                    }
                    (folder, section_above(&indexes, Some(folder)))
                });
                last = Some((folder, parent));
                parent
            }
        };
        nodes[number].parent = parent;
        match parent {
            Some(parent) => nodes[parent].children.push(number),
            None if Some(number) != home => top.push(number),
            None => {}
        }
    }
    let order = |page: &usize| {
        let Routed { facts, url, .. } = &pages[*page];
        (facts.weight, facts.title.as_str(), url.as_str())
    };
    nodes.par_iter_mut().in_pieces(AT_A_TIME).for_each(|node| {
        node.children.sort_by(|a, b| order(a).cmp(&order(b)));
    });
    top.sort_by(|a, b| order(a).cmp(&order(b)));
    if let Some(home) = home {
        let children = nodes[home].children.clone();
        top = children.into_iter().chain(top).collect();
    }
    number_in_reading_order(&mut nodes, &top);
    (Navigation { nodes, home, top }, faults(without_index))
}

/// The folder above a folder; none above the outermost.
fn outer(folder: &str) -> Option<&str> {
    if folder.is_empty() { None } else { Some(folder.rsplit_once('/').map_or("", |(outer, _)| outer)) }
}

fn section_above(indexes: &QuickMap<&str, usize>, folder: Option<&str>) -> Option<usize> {
    let mut at = folder;
    while let Some(folder) = at {
        if let Some(index) = indexes.get(folder) {
            return Some(*index);
        }
        at = outer(folder);
    }
    None
}

fn number_in_reading_order(nodes: &mut [Node], top: &[usize]) {
    let mut order = Vec::with_capacity(nodes.len());
    let mut stack: Vec<usize> = top.iter().rev().copied().collect();
    while let Some(page) = stack.pop() {
        order.push(page);
        stack.extend(nodes[page].children.iter().rev());
    }
    for pair in order.windows(2) {
        nodes[pair[0]].next = Some(pair[1]);
        nodes[pair[1]].previous = Some(pair[0]);
    }
}

fn faults(mut folders: Vec<&str>) -> Vec<Diagnostic> {
    folders.sort_unstable();
    folders.dedup();
    // A missing home page has a fault of its own.
    folders.retain(|folder| !folder.is_empty());
    let fault = |folder: &str| {
        let path = SourcePath::new(format!("{CONTENT}/{folder}/index.md"));
        Diagnostic::new(
            Code::SectionWithoutIndex,
            Place::file(&path),
            format!("the folder `{CONTENT}/{folder}` has pages and no `index.md`"),
        )
        .help("write one: readers who shorten the address land there")
    };
    folders.into_iter().map(fault).collect()
}
