//! Diagnostics for programs: JSON, one object a line.
//!
//! `code`, `severity`, `message`, `path`, `line`, `column`, `end_line`, `end_column`, `help` and `related` are always there.
//! Lines and columns count from 1, columns in characters (Unicode scalar values), and the end is one past the last character.

use serde::Serialize;

use crate::base::diagnostic::Severity;
use crate::shell::fault::EnvironmentFault;
use crate::shell::report::located::{Finding, Located};
use crate::shell::report::visible::escape_json;

#[derive(Serialize)]
struct Fault<'a> {
    code: &'a str,
    severity: Severity,
    message: &'a str,
    #[serde(flatten)]
    at: At<'a>,
    help: &'a [String],
    related: Vec<Related<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line_text: Option<&'a str>,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    #[serde(flatten)]
    at: At<'a>,
}

#[derive(Serialize)]
struct At<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// The diagnostics as JSON lines.
pub fn json(findings: &[Finding<'_>]) -> String {
    findings.iter().map(|finding| line(finding, None)).collect()
}

/// The diagnostics as JSON lines for the preview's overlay: each has also `line_text`, the line on which the place starts,
/// empty where it is the file as a whole.
pub fn faults_json(findings: &[Finding<'_>]) -> String {
    let text =
        |finding: &'_ Finding<'_>| finding.at.excerpt.as_ref().map_or("", |excerpt| excerpt.first_line()).to_owned();
    findings.iter().map(|finding| line(finding, Some(&text(finding)))).collect()
}

/// A fault that is not of the content, in the form of the overlay's: it has no code to explain and no place.
pub fn environment_json(fault: &EnvironmentFault) -> String {
    let fault = Fault {
        code: "",
        severity: Severity::Error,
        message: &fault.message,
        at: At { path: "", line: 1, column: 1, end_line: 1, end_column: 1 },
        help: &fault.help,
        related: Vec::new(),
        line_text: Some(""),
    };
    written(&fault)
}

fn line(finding: &Finding<'_>, line_text: Option<&str>) -> String {
    let diagnostic = finding.diagnostic;
    let fault = Fault {
        code: diagnostic.code.name(),
        severity: diagnostic.severity,
        message: &diagnostic.message,
        at: At::of(&finding.at),
        help: &diagnostic.help,
        related: finding.related.iter().map(|(at, message)| Related { message, at: At::of(at) }).collect(),
        line_text,
    };
    written(&fault)
}

fn written(fault: &Fault<'_>) -> String {
    // Text, numbers and lists always have a JSON form.
    let json = serde_json::to_string(fault).unwrap_or_default();
    let mut out = escape_json(json);
    out.push('\n');
    out
}

impl<'a> At<'a> {
    fn of(at: &'a Located) -> Self {
        Self {
            path: at.path.as_str(),
            line: at.start.line,
            column: at.start.column,
            end_line: at.end.line,
            end_column: at.end.column,
        }
    }
}
