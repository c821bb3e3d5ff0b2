//! Documents that a reviewer is sent: whole in one file, without script, readable by a screen reader and on paper.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64ct::{Base64, Encoding as _};

use crate::render::body::push_escaped;
use crate::render::packet::changes::changes;
use crate::render::packet::words::{includes, words};
use crate::review::diff::Diff;
use crate::review::digest::Sha256;
use crate::review::keys::NAMESPACE;
use crate::review::record::{Outcome, Record, Scope};
use crate::review::text::ReviewedText;

/// What changed on a page.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'a> {
    /// The page's title.
    pub title: &'a str,
    /// The page's language.
    pub lang: &'a str,
    /// The record that was last passed.
    pub since: Option<&'a Record>,
    /// What changed since.
    pub diff: &'a Diff,
}

/// A packet for a reviewer.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    /// What changed.
    pub compared: Compared<'a>,
    /// The record that is to be signed.
    pub record: &'a Record,
    /// The name of its file.
    pub file: &'a str,
    /// Its text.
    pub text: &'a ReviewedText,
    /// The images that could be had, as `data:` URLs, by their names in the text.
    pub images: &'a BTreeMap<String, String>,
    /// What the site is called.
    pub site: &'a str,
    /// The reviewer's name.
    pub reviewer: &'a str,
    /// Whether only a signature will do.
    pub must_sign: bool,
}

/// An image as a `data:` URL; none for a file of another kind.
pub fn data_url(name: &str, bytes: &[u8]) -> Option<String> {
    let kind = match name.rsplit_once('.')?.1.to_lowercase().as_str() {
        "svg" => "svg+xml",
        "png" => "png",
        "jpg" | "jpeg" => "jpeg",
        "gif" => "gif",
        "webp" => "webp",
        "avif" => "avif",
        _ => return None,
    };
    Some(format!("data:image/{kind};base64,{}", Base64::encode_string(bytes)))
}

/// A document of what changed.
pub fn diff_document(compared: Compared<'_>) -> String {
    let mut body = String::new();
    push_changes(&mut body, compared);
    document(&format!("What changed: {}", compared.title), &body)
}

/// The packet's document.
pub fn packet_document(packet: &Packet<'_>) -> String {
    let mut body = String::new();
    push_facts(&mut body, packet);
    body.push_str("<h2>What changed</h2>\n");
    push_changes(&mut body, packet.compared);
    let lang = escaped(packet.compared.lang);
    let _ = writeln!(body, "<h2>The page</h2>\n<article lang=\"{lang}\" dir=\"auto\">");
    body.push_str(&words(packet.text, packet.images));
    body.push_str("</article>\n");
    if !packet.text.includes.is_empty() {
        body.push_str("<h2>What the page shows from elsewhere</h2>\n");
        body.push_str(&includes(packet.text));
    }
    push_checks(&mut body);
    push_signing(&mut body, packet);
    document(&format!("Review: {}", packet.compared.title), &body)
}

/// A whole document. Nothing in it may ask for anything, whatever a page's text holds.
fn document(title: &str, body: &str) -> String {
    const STYLE: &str = include_str!("style.css");
    let title = escaped(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{body}</main>\n</body>\n\
         </html>\n"
    )
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    push_escaped(&mut out, text);
    out
}

fn push_changes(out: &mut String, Compared { since, diff, lang, .. }: Compared<'_>) {
    let Some(Record { date, reviewer, .. }) = since else {
        out.push_str("<p>Nobody has passed this page yet: all of it is new.</p>\n");
        return;
    };
    let reviewer = escaped(reviewer);
    if diff.is_empty() {
        let _ = writeln!(out, "<p>Nothing: the words are those that {reviewer} passed on {date}.</p>");
        return;
    }
    let _ = writeln!(out, "<p>Since {reviewer} passed the page on {date}. <ins>Added words</ins> are underlined, ");
    out.push_str("<del>removed words</del> are struck through.</p>\n");
    let _ = writeln!(out, "<div lang=\"{}\">\n{}</div>", escaped(lang), changes(diff));
}

fn push_facts(out: &mut String, packet: &Packet<'_>) {
    let record = packet.record;
    let says = match (record.outcome, &record.scope) {
        (Outcome::ChangesRequested, _) => "asks for changes of this page",
        (Outcome::Pass, Scope::Full) => "has read all of this page and passes it",
        (Outcome::Pass, Scope::Partial { .. }) => "has read what changed on this page and passes it",
        (Outcome::Pass, Scope::Urgent { .. }) => "lets this correction stand until it is reviewed",
    };
    let _ = writeln!(out, "<p>You are asked to review a page of <b>{}</b>.", escaped(packet.site));
    let _ = writeln!(out, "With your signature you say that <b>{}</b> {says}.</p>", escaped(packet.reviewer));
    out.push_str("<dl class=\"facts\">\n");
    let mut fact = |name: &str, value: &str| {
        let _ = writeln!(out, "<dt>{name}</dt>\n<dd>{}</dd>", escaped(value));
    };
    fact("Page", record.page.as_str());
    fact("Reviewer", &record.reviewer);
    fact("Date", &record.date.to_string());
    fact("Outcome", record.outcome.name());
    fact("Scope", record.scope.name());
    if let Some(note) = &record.note {
        fact("Note", note);
    }
    if let Some(day) = record.evidence_searched_to {
        fact("Evidence searched to", &day.to_string());
    }
    out.push_str("</dl>\n");
}

/// What a reviewer is asked to look at.
const CHECKS: [&str; 9] = [
    "Every statement is right, and holds for the people whom the page is for.",
    "Every number, dose, unit and time is right.",
    "Benefits and harms are told in balance, with how often they happen.",
    "It says when to call, whom to call, and what is an emergency.",
    "Nothing is missing that a patient must know to be safe.",
    "The sources bear out what the page says, and none is withdrawn or outdated.",
    "A reader without medical training can understand it.",
    "Images show what they should, and what is read out in their place says the same.",
    "I have no interest in the matter that is not named on the page.",
];

fn push_checks(out: &mut String) {
    out.push_str(
        "<h2>Checklist</h2>\n<p>For yourself: it is not sent, and not part of the record.</p>\n<ul class=\"checks\">\n",
    );
    for check in CHECKS {
        let _ = writeln!(out, "<li><label><input type=\"checkbox\"> {check}</label></li>");
    }
    out.push_str("</ul>\n");
}

fn push_signing(out: &mut String, packet: &Packet<'_>) {
    let file = escaped(packet.file);
    let sha256 = Sha256::of(packet.record.write().as_bytes());
    let _ = write!(
        out,
        "<h2>How to sign</h2>\n\
         <p>If you do not agree, do not sign: write back what should change.</p>\n\
         <p>If you agree, open a terminal in the folder of the file <code>{file}</code>, which came with this page, and \
         sign it with the key that the site knows as yours:</p>\n\
         <pre><code>ssh-keygen -Y sign -n {NAMESPACE} -f ~/.ssh/id_ed25519 {file}</code></pre>\n\
         <p>Send back both files, <code>{file}</code> and <code>{file}.sig</code>, as attachments or in an archive. \
         The first must not be changed, not even its line endings.</p>\n\
         <p>To be sure that the file is the one that this page shows, compare its SHA-256 \
         (<code>sha256sum {file}</code>, on macOS <code>shasum -a 256 {file}</code>):</p>\n<pre><code>{sha256}</code></pre>\n"
    );
    if !packet.must_sign {
        out.push_str(
            "<p>If you have no key, answer with these 64 digits and the words “I agree” instead: the editor files your \
             answer, and says where it can be found.</p>\n",
        );
    }
}
