//! All examples of the CommonMark specification, from the npm package `commonmark-spec`, which `tests/run` installs.

use iort_site::page::markdown::{Options, to_html};
use libtest_mimic::{Failed, Trial};

/// The version that the Markdown library states, and how many examples it has.
const VERSION: &str = "0.31.2";
const EXAMPLES: usize = 652;

struct Example {
    section: String,
    markdown: String,
    html: String,
}

pub(crate) fn trials() -> Vec<Trial> {
    vec![Trial::test("common_mark::examples", examples)]
}

fn examples() -> Result<(), Failed> {
    let path = crate::repository().join("tests/node_modules/commonmark-spec/spec.txt");
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("{}: {error}; `tests/run` installs it", path.display()))?;
    if !text.contains(&format!("version: '{VERSION}'")) {
        return Err(format!("this is not version {VERSION} of the specification").into());
    }
    let examples = read(&text);
    if examples.len() != EXAMPLES {
        return Err(format!("{} examples were read, and there are {EXAMPLES}", examples.len()).into());
    }
    let failed = examples.iter().enumerate().filter_map(|(at, example)| {
        let html = to_html(&example.markdown, Options::common_mark());
        (html != example.html).then(|| {
            format!(
                "{} ({}):\n{}\nexpected:\n{}\ncame:\n{html}",
                at + 1,
                example.section,
                example.markdown,
                example.html
            )
        })
    });
    let failed: Vec<String> = failed.collect();
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n").into()) }
}

/// An example stands between fences of 32 backticks, Markdown and HTML parted by a line with a full stop; `→` is a tab.
fn read(text: &str) -> Vec<Example> {
    let fence = "`".repeat(32);
    let mut examples = Vec::new();
    let mut section = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix('#') {
            heading.trim_start_matches('#').trim().clone_into(&mut section);
        } else if line == format!("{fence} example") {
            let part = |lines: &mut std::str::Lines<'_>, end: &str| {
                let mut part = String::new();
                for line in lines.by_ref().take_while(|line| *line != end) {
                    part.push_str(&line.replace('→', "\t"));
                    part.push('\n');
                }
                part
            };
            let markdown = part(&mut lines, ".");
            let html = part(&mut lines, &fence);
            examples.push(Example { section: section.clone(), markdown, html });
        }
    }
    examples
}
