//! Sequences in memory: the engine with its memo and a receipt of keys, against the engine without a past.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use iort_site::base::diagnostic::{self, Diagnostic};
use iort_site::base::digest::Digest;
use iort_site::base::path::SourcePath;
use iort_site::engine::memo::Memo;
use iort_site::engine::output::{From, Ingredients, Key, Outputs as _};
use iort_site::engine::plan::plan;
use iort_site::render::search_segment::SegmentStore;
use iort_site::source::snapshot::{SourceFile, Sources, Text};
use rayon::prelude::*;

use crate::site::{Random, Site};
use crate::{STEPS, kept, seeds};

/// What came of a build.
#[derive(Debug, PartialEq)]
struct Came {
    outputs: BTreeMap<String, Vec<u8>>,
    diagnostics: Vec<Diagnostic>,
    is_error: bool,
}

/// What a publication leaves for the next.
type Receipt = BTreeMap<String, (Key, Vec<u8>, Vec<Diagnostic>, Vec<String>)>;

fn build(site: &Site, memo: Memo, receipt: &mut Receipt) -> (Came, Memo) {
    let text =
        |(path, text): (&String, &String)| (SourcePath::new(path.as_str()), SourceFile::Text(Text::new(text.as_str())));
    let mut sources = Sources {
        files: Arc::new(site.files.iter().map(text).collect()),
        options: site.options.clone(),
        diagnostics: Vec::new(),
    };
    let texts = sources.take_pages(None);
    let (plan, memo) = plan(&sources, texts, memo, &mut |_| {});
    let mut next = Receipt::new();
    let mut diagnostics = plan.diagnostics.clone();
    for output in plan.list().iter().filter(|output| output.from == From::Rendered) {
        let path = output.path.as_str();
        let known = receipt.get(path).filter(|entry| entry.0 == output.key).cloned();
        let entry = known.unwrap_or_else(|| {
            let made = plan.render(output, Ingredients::default());
            (output.key, made.bytes, made.diagnostics, made.loose_links)
        });
        diagnostics.extend(entry.2.iter().cloned());
        diagnostics.extend(plan.weigh(output, &entry.3));
        next.insert(path.to_owned(), entry);
    }
    diagnostic::sort(&mut diagnostics);
    let is_error = !plan.is_whole() || diagnostics.iter().any(Diagnostic::is_error);
    // A page with an error is not rendered, and its key may be that of the page that it was: its bytes mean nothing, and the
    // others' show as soon as the error is mended.
    let outputs = if is_error { BTreeMap::new() } else { bytes(&next) };
    // Nothing is published while one diagnostic is an error, and so nothing new is known of the outputs.
    if !is_error {
        *receipt = next;
    }
    (Came { outputs, diagnostics, is_error }, memo)
}

fn bytes(receipt: &Receipt) -> BTreeMap<String, Vec<u8>> {
    receipt.iter().map(|(path, entry)| (path.clone(), entry.1.clone())).collect()
}

/// What is on disk beside a memo.
#[derive(Clone, Debug, Default)]
struct Segments(BTreeMap<Digest, Vec<u8>>);

impl SegmentStore for Segments {
    fn read(&self, name: Digest, range: Range<usize>) -> Option<Vec<u8>> {
        self.0.get(&name)?.get(range).map(<[u8]>::to_vec)
    }
}

impl Segments {
    /// The segments of a memo, of which those that are not in memory are here already. Some get lost, or are torn.
    fn stored(mut self, memo: &Memo, random: &mut Random) -> Self {
        for segment in memo.segments() {
            if let Some(bytes) = segment.bytes() {
                self.0.insert(segment.name, bytes.to_vec());
            }
        }
        self.0.retain(|_, _| !random.one_in(8));
        for bytes in self.0.values_mut() {
            let at = random.below(8 * bytes.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1;
            }
        }
        self
    }
}

/// Runs a sequence; the fault names the step and what was done before it.
fn run(seed: u64) -> Result<(), String> {
    let mut random = Random::new(seed);
    let mut site = Site::new(&mut random);
    let (mut memo, mut receipt) = (Memo::default(), Receipt::new());
    // Beside the other choices, which the seeds that are kept stand for.
    let (mut aside, mut segments) = (Random::new(seed), Segments::default());
    let mut said = vec!["a new site".to_owned()];
    for _ in 0..STEPS {
        let (warm, next) = build(&site, memo, &mut receipt);
        let (clean, _) = build(&site, Memo::default(), &mut Receipt::new());
        if warm != clean {
            let differing = |path: &&String| warm.outputs.get(*path) != clean.outputs.get(*path);
            let paths: Vec<_> = warm.outputs.keys().chain(clean.outputs.keys()).filter(differing).collect();
            return Err(format!(
                "seed {seed}, after {said:#?}:\noutputs that differ: {paths:?}\nwarm: {:#?}\nclean: {:#?}",
                warm.diagnostics, clean.diagnostics
            ));
        }
        // Now and then the process ends, and what it knew is read from disk by the next.
        memo = if random.below(4) == 0 {
            let program = Digest::of(b"this program");
            let bytes = next.encode(program).concat();
            segments = segments.stored(&next, &mut aside);
            let store: Arc<dyn SegmentStore> = Arc::new(segments.clone());
            Memo::decode(&bytes, program).ok_or("a memo that cannot be read")?.segments_in(&store).keeping(bytes)
        } else {
            next
        };
        said.push(site.change(&mut random));
    }
    Ok(())
}

#[test]
fn warm_is_clean() {
    let faults: Vec<String> = kept().chain(seeds(1)).par_bridge().filter_map(|seed| run(seed).err()).collect();
    assert!(faults.is_empty(), "{} sequences failed; the first:\n{}", faults.len(), faults[0]);
}

#[test]
fn a_memo_that_is_not_whole_is_none() {
    let site = Site::new(&mut Random::new(1));
    let (_, memo) = build(&site, Memo::default(), &mut Receipt::new());
    let program = Digest::of(b"this program");
    let bytes = memo.encode(program).concat();
    assert!(Memo::decode(&bytes, program).is_some());
    assert!(Memo::decode(&bytes, Digest::of(b"another")).is_none());
    for at in (0..bytes.len()).step_by(7) {
        let mut torn = bytes.clone();
        torn[at] ^= 1;
        assert!(Memo::decode(&torn, program).is_none(), "{at}");
        assert!(Memo::decode(&bytes[..at], program).is_none(), "{at}");
    }
}
