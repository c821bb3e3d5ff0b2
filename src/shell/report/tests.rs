//! One table of places that are easy to get wrong, told in each format.

use std::sync::Arc;

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::path::SourcePath;
use crate::base::span::Span;
use crate::shell::report::github::github;
use crate::shell::report::human::{Layout, human};
use crate::shell::report::json::{faults_json, json};
use crate::shell::report::located::{Texts, locate};

/// One file, `content/a.md`, and where its `title` stands.
struct OneFile(&'static str);

impl Texts for OneFile {
    fn text(&self, path: &SourcePath) -> Option<Arc<str>> {
        (path.as_str() == "content/a.md").then(|| self.0.into())
    }

    fn key(&self, _: &SourcePath, key: &str) -> Option<Span> {
        let at = self.0.find(key)?;
        Some(Span::new(at, at + key.len()))
    }
}

fn path() -> SourcePath {
    SourcePath::new("content/a.md")
}

/// A fault at the first place of `part` in the text.
fn at(text: &'static str, part: &str) -> Diagnostic {
    let start = text.find(part).expect(part);
    Diagnostic::new(Code::LinkMissing, Place::span(&path(), Span::new(start, start + part.len())), "the link")
}

/// The snippet under the message, as the terminal shows it.
fn snippet(text: &'static str, part: &str, width: usize) -> String {
    let told = told(text, at(text, part), width);
    told.split_inclusive('\n').skip(1).take_while(|line| *line != "\n").collect()
}

fn told(text: &'static str, diagnostic: Diagnostic, width: usize) -> String {
    let diagnostics = [diagnostic];
    let layout = Layout { prefix: String::new(), width };
    let styled = human(&locate(&diagnostics, &OneFile(text)), &layout);
    anstream::adapter::strip_str(&styled).to_string()
}

/// Line, column, end line, end column.
fn position(text: &'static str, diagnostic: Diagnostic) -> [usize; 4] {
    let diagnostics = [diagnostic];
    let at = locate(&diagnostics, &OneFile(text)).remove(0).at;
    [at.start.line, at.start.column, at.end.line, at.end.column]
}

#[test]
fn an_underline_stands_below_what_it_means() {
    let link = "[x](y)";
    for (what, text, part, expected) in [
        (
            "tab",
            "one\n\ttwo [x](y) z\n",
            link,
            "
 --> content/a.md:2:6
  |
2 |     two [x](y) z
  |         ^^^^^^
",
        ),
        (
            "CRLF",
            "one\r\ntwo [x](y) z\r\nthree\r\n",
            link,
            "
 --> content/a.md:2:5
  |
2 | two [x](y) z
  |     ^^^^^^
",
        ),
        (
            "lone CR",
            "one\rtwo [x](y) z\rthree\r",
            link,
            "
 --> content/a.md:2:5
  |
2 | two [x](y) z
  |     ^^^^^^
",
        ),
        (
            "line end taken in",
            "one\r\ntwo\r\nthree",
            "two\r\n",
            "
 --> content/a.md:2:1
  |
2 | two
  | ^^^
",
        ),
        (
            "wide and combining",
            "乳がん e\u{301} [x](y)\n",
            link,
            "
 --> content/a.md:1:8
  |
1 | 乳がん e\u{301} [x](y)
  |          ^^^^^^
",
        ),
        (
            "control characters",
            "a\u{1b}[31m\u{202e}b [x](\u{9b}y) \u{7}\n",
            "[x](\u{9b}y)",
            "
 --> content/a.md:1:10
  |
1 | a␛[31m\u{fffd}b [x](\u{fffd}y) ␇
  |          ^^^^^^^
",
        ),
        (
            "end of file",
            "one\ntwo",
            "two",
            "
 --> content/a.md:2:1
  |
2 | two
  | ^^^
",
        ),
        (
            "several lines",
            "one\n:::note\nbody\nmore\n",
            ":::note\nbody\nmore\n",
            "
 --> content/a.md:2:1
  |
2 | / :::note
3 | | body
4 | | more
  | |____^
",
        ),
    ] {
        assert_eq!(snippet(text, part, 80), expected[1..], "{what}");
    }
}

#[test]
fn a_long_line_is_trimmed_around_the_place() {
    let text: &'static str = concat!(
        "Your surgeon takes out the tumor, and the place where it was gets radiation while you are asleep; ",
        "[read on](during.md) to see how the day goes, who does what, and whom you may ask about each step.\n",
        "second line\n",
    );
    let one = "
 --> content/a.md:1:99
  |
1 | ...on while you are asleep; [read on](during.md) to see how the day goes,...
  |                             ^^^^^^^^^^^^^^^^^^^^
";
    assert_eq!(snippet(text, "[read on](during.md)", 80), one[1..]);
    let all = "
 --> content/a.md:1:1
  |
1 | Your surgeon takes out the tumor, and the place where it was gets radiati...
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
";
    assert_eq!(snippet(text, text, 80), all[1..]);
}

#[test]
fn a_report_has_all_there_is_to_say() {
    let text = "title: A\nsee [x](y)\n";
    let diagnostic = at(text, "[x](y)")
        .help("write `z.md`\nor leave it out")
        .help("see\u{1b} the guide")
        .related(Place::file(&SourcePath::new("content/z.md")), "this page is near")
        .related(Place::key(&path(), "title"), "named here");
    let expected = "
error[link-missing]: the link
 --> content/a.md:2:5
  |
2 | see [x](y)
  |     ^^^^^^
  |
  = help: write `z.md`
          or leave it out
  = help: see␛ the guide
note: this page is near
 --> content/z.md
note: named here
 --> content/a.md:1:1
  |
1 | title: A
  | ^^^^^

explain: iort-site explain link-missing
";
    assert_eq!(told(text, diagnostic, 80), expected[1..]);
}

#[test]
fn codes_to_explain_are_named_once_at_the_end() {
    let file = |code| Diagnostic::new(code, Place::file(&path()), "it");
    let diagnostics = [file(Code::NoBaseUrl), file(Code::HomeMissing), file(Code::NoBaseUrl)];
    let layout = Layout { prefix: "site/".to_owned(), width: 80 };
    let told = anstream::adapter::strip_str(&human(&locate(&diagnostics, &OneFile("")), &layout)).to_string();
    assert!(told.starts_with("warning[no-base-url]: it\n--> site/content/a.md\n\nerror[home-missing]: it\n"), "{told}");
    assert!(told.ends_with("\n\nexplain: iort-site explain CODE, for home-missing, no-base-url\n"), "{told}");
}

#[test]
fn places_are_lines_and_columns_of_characters() {
    let text = "titlé: A\r\n\r\nend";
    let span = |start, end| Diagnostic::new(Code::Syntax, Place::span(&path(), Span::new(start, end)), "it");
    let key = |name| Diagnostic::new(Code::Syntax, Place::key(&path(), name), "it");
    for (what, diagnostic, expected) in [
        ("key", key("titlé"), [1, 1, 1, 6]),
        ("key that is not written", key("draft"), [1, 1, 1, 1]),
        ("file", Diagnostic::new(Code::Syntax, Place::file(&path()), "it"), [1, 1, 1, 1]),
        (
            "text that is not there",
            Diagnostic::new(Code::Syntax, Place::file(&SourcePath::new("b")), "it"),
            [1, 1, 1, 1],
        ),
        ("empty line", span(11, 13), [2, 1, 2, 1]),
        ("inside a character", span(5, 6), [1, 5, 1, 6]),
        ("over two lines", span(0, 16), [1, 1, 3, 4]),
        ("past the end", span(90, 99), [3, 4, 3, 4]),
    ] {
        assert_eq!(position(text, diagnostic), expected, "{what}");
    }
}

#[test]
fn json_is_one_object_a_line() {
    let text = "a\n\tb [x](y)\u{1b}\n";
    let diagnostics = [
        at(text, "[x](y)").help("mend it").related(Place::file(&SourcePath::new("content/b.md")), "here"),
        Diagnostic::new(Code::NoBaseUrl, Place::file(&path()), "\"\n\u{7f}\u{9b}\u{202e}é"),
    ];
    let findings = locate(&diagnostics, &OneFile(text));
    let first = concat!(
        r#"{"code":"link-missing","severity":"error","message":"the link","path":"content/a.md","line":2,"column":4,"#,
        r#""end_line":2,"end_column":10,"help":["mend it"],"related":[{"message":"here","path":"content/b.md","line":1,"#,
        r#""column":1,"end_line":1,"end_column":1}]"#,
    );
    let second = concat!(
        r#"{"code":"no-base-url","severity":"warning","message":"\"\n\u007f\u009b\u202eé","path":"content/a.md","line":1,"#,
        r#""column":1,"end_line":1,"end_column":1,"help":[],"related":[]"#,
    );
    assert_eq!(json(&findings), format!("{first}}}\n{second}}}\n"));
    let overlay = format!("{first},\"line_text\":\"\\tb [x](y)\\u001b\"}}\n{second},\"line_text\":\"\"}}\n");
    assert_eq!(faults_json(&findings), overlay);
}

#[test]
fn github_gets_its_escapes() {
    let text = "a\nb [x](y)\n";
    let odd = SourcePath::new("content/a,b:c%.md");
    let diagnostics = [
        at(text, "[x](y)").help("write 100%, not\n::set-env"),
        at(text, "a\nb").related(Place::file(&odd), "here"),
        Diagnostic::new(Code::NoBaseUrl, Place::file(&odd), "it\u{1b}[0m"),
    ];
    let expected = "\
::error file=site/content/a.md,line=2,col=3,endLine=2,endColumn=9,title=link-missing::the link%0Ahelp: write 100%25, not%0A::set-env
::error file=site/content/a.md,line=1,endLine=2,title=link-missing::the link%0Anote: here (site/content/a,b:c%25.md:1)
::warning file=site/content/a%2Cb%3Ac%25.md,line=1,col=1,endLine=1,endColumn=1,title=no-base-url::it␛[0m
";
    assert_eq!(github(&locate(&diagnostics, &OneFile(text)), "site/"), expected);
}

#[test]
fn any_span_of_any_text_can_be_shown() {
    let text = "é\r\n\t乳\u{200d}\u{1b}\r\r\n\n\u{2028}x\n";
    for start in 0..text.len() + 2 {
        for end in start..text.len() + 2 {
            let diagnostic = Diagnostic::new(Code::Syntax, Place::span(&path(), Span::new(start, end)), "it");
            assert!(told(text, diagnostic, 0).contains("--> content/a.md:"), "{start}..{end}");
        }
    }
}
