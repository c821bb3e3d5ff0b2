//! Where the time of a preview's round goes: one page is edited again and again, each round looks at that page alone, and the
//! last round's phases are printed, with the median time of all.
//!
//! ```text
//! cargo run --release --example rounds -- <folder of the corpus> <page below content/> [<rounds>]
//! ```
#![allow(
    missing_docs,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program of few lines that measures"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Instant;

use iort_site::base::date::Date;
use iort_site::shell::hints::Hints;
use iort_site::shell::session::{Request, Session};
use iort_site::source::snapshot::Options;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [root, page, rest @ ..] = arguments.as_slice() else {
        eprintln!("usage: rounds <corpus> <page> [<rounds>]");
        std::process::exit(2);
    };
    let rounds = rest.first().and_then(|count| count.parse().ok()).unwrap_or(20);
    let root = Path::new(root).canonicalize().unwrap();
    let file = root.join("content").join(page);
    let mut session = Session::open(&root).unwrap();
    let today = Date::new(2026, 7, 1).unwrap();
    let options = Options { today, base_url: None, drafts: false, preview: false, offline: false };
    let request = |hints: Hints, quick| Request { hints, quick, ..Request::new(options.clone(), root.join("public")) };
    session.run(&request(Hints::rescan(), false)).unwrap();
    let mut taken = Vec::new();
    let mut table = String::new();
    for round in 0..rounds {
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, format!("{text}\nRound {round}.\n")).unwrap();
        let hints = Hints { paths: BTreeSet::from([file.clone()]), rescan: false };
        let started = Instant::now();
        let outcome = session.run(&request(hints, true)).unwrap();
        taken.push(started.elapsed());
        assert!(outcome.partial && outcome.written > 0, "the round was not what it is meant to be");
        table = outcome.timings.table();
    }
    taken.sort_unstable();
    println!("{table}median of {rounds} rounds: {:.2} ms", taken[taken.len() / 2].as_secs_f64() * 1000.0);
}
