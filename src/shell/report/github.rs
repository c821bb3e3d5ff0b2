//! Diagnostics as GitHub Actions workflow commands, which show them beside the lines of a pull request.
//!
//! The form and its escapes: <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands> and
//! `command.ts` of <https://github.com/actions/toolkit>.

use std::fmt::Write as _;

use crate::base::diagnostic::Severity;
use crate::shell::report::located::Finding;
use crate::shell::report::visible::visible;

/// One command a diagnostic, one line each. `prefix` stands before every path, which GitHub reads from the repository's root.
pub fn github(findings: &[Finding<'_>], prefix: &str) -> String {
    findings.iter().map(|finding| command(finding, prefix)).collect()
}

fn command(finding: &Finding<'_>, prefix: &str) -> String {
    let (diagnostic, at) = (finding.diagnostic, &finding.at);
    let name = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut out = format!("::{name} file={},line={}", property(&format!("{prefix}{}", at.path)), at.start.line);
    // GitHub drops an annotation that has columns and runs over several lines.
    if at.start.line == at.end.line {
        let _ = write!(out, ",col={},endLine={},endColumn={}", at.start.column, at.end.line, at.end.column);
    } else {
        let _ = write!(out, ",endLine={}", at.end.line);
    }
    let help = diagnostic.help.iter().map(|help| format!("\nhelp: {help}"));
    let related =
        finding.related.iter().map(|(at, what)| format!("\nnote: {what} ({prefix}{}:{})", at.path, at.start.line));
    let message: String = std::iter::once(diagnostic.message.clone()).chain(help).chain(related).collect();
    let _ = writeln!(out, ",title={}::{}", property(diagnostic.code.name()), data(&message));
    out
}

/// What the message may not hold as it is.
fn data(text: &str) -> String {
    visible(&text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")).into_owned()
}

/// What a property's value may not hold as it is.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
