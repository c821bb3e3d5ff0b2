//! `iort-site explain`: what a diagnostic means, an example, and how to mend it.

use std::fmt::Write as _;

use crate::base::code::Code;
use crate::base::diagnostic::Severity;
use crate::base::suggest::nearest;
use crate::shell::arguments::ExplainArguments;
use crate::shell::fault::EnvironmentFault;
use crate::shell::report::emit;

const HEADING: &str = "\x1b[1m";
const CODE: &str = "\x1b[36m";
const PLAIN: &str = "\x1b[0m";

/// Prints one explanation, or the list of all codes.
pub fn explain(arguments: &ExplainArguments) -> Result<(), EnvironmentFault> {
    match &arguments.code {
        None => emit::out(&list()),
        Some(name) => match Code::parse(name) {
            Some(code) => emit::out(&style(code.explanation())),
            None => Err(unknown(name)),
        },
    }
}

fn unknown(name: &str) -> EnvironmentFault {
    let fault = EnvironmentFault::new(format!("there is no code `{name}`"));
    let fault = match nearest(name, Code::ALL.iter().map(|code| code.name())) {
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None => fault,
    };
    fault.help("`iort-site explain --list` shows all codes")
}

/// All codes, a line each: name, severity, first sentence.
fn list() -> String {
    let width = Code::ALL.iter().map(|code| code.name().len()).max().unwrap_or(0);
    Code::ALL.iter().fold(String::new(), |mut out, code| {
        let severity = match code.severity() {
            Severity::Error => "error  ",
            Severity::Warning => "warning",
        };
        let _ = writeln!(out, "{:width$}  {severity}  {}", code.name(), first_sentence(code.explanation()));
        out
    })
}

/// The first sentence of the first paragraph below the title.
fn first_sentence(explanation: &str) -> String {
    let paragraph: Vec<&str> = explanation
        .lines()
        .skip_while(|line| line.starts_with('#') || line.trim().is_empty())
        .take_while(|line| !line.trim().is_empty())
        .collect();
    let paragraph = paragraph.join(" ");
    paragraph.split_once(". ").map_or(paragraph.clone(), |(first, _)| format!("{first}."))
}

/// Markdown lightly styled for a terminal. The characters stay as they are, so that what is piped on is the Markdown itself.
fn style(markdown: &str) -> String {
    let mut fence = None;
    let mut out = String::with_capacity(markdown.len() + 256);
    for line in markdown.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        let is_fence = ticks >= 3 && fence.is_none_or(|open| ticks >= open && line.len() == ticks);
        if is_fence {
            fence = if fence.is_none() { Some(ticks) } else { None };
        }
        let _ = match () {
            () if is_fence || fence.is_some() => writeln!(out, "{CODE}{line}{PLAIN}"),
            () if line.starts_with('#') => writeln!(out, "{HEADING}{line}{PLAIN}"),
            () => writeln!(out, "{}", style_code_spans(line)),
        };
    }
    out
}

/// Colors `code` in a line. A span that the line does not close is left alone.
fn style_code_spans(line: &str) -> String {
    let mut parts = line.split('`');
    let mut out = parts.next().unwrap_or("").to_owned();
    while let Some(part) = parts.next() {
        match parts.next() {
            Some(after) => {
                let _ = write!(out, "{CODE}`{part}`{PLAIN}{after}");
            }
            None => {
                let _ = write!(out, "`{part}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{CODE, HEADING, PLAIN, first_sentence, style};
    use crate::base::code::Code;

    #[test]
    fn every_code_is_explained() {
        for code in Code::ALL {
            let (name, text) = (code.name(), code.explanation());
            assert!(text.starts_with(&format!("# {name}\n\n")), "{name}: title");
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{name}: end");
            let example = text.find("\n## Example\n").expect(name);
            let mended = text.find("\n## How to mend it\n").expect(name);
            assert!(example < mended, "{name}: order");
            for section in [&text[example..mended], &text[mended..]] {
                assert!(section.contains("\n```"), "{name}: a section without a snippet");
            }
            assert!((15..=40).contains(&text.lines().count()), "{name}: {} lines", text.lines().count());
            let sentence = first_sentence(text);
            assert!(sentence.ends_with('.') && sentence.len() <= 110, "{name}: first sentence: {sentence}");
        }
    }

    #[test]
    fn styling_only_adds_escapes() {
        for code in Code::ALL {
            let styled = style(code.explanation());
            let plain = [HEADING, CODE, PLAIN].iter().fold(styled, |text, escape| text.replace(escape, ""));
            assert_eq!(plain, code.explanation(), "{}", code.name());
        }
    }
}
