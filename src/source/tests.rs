//! What each reader says of what is wrong, as `code @ covered text: message`. A case is an input and all that is said.

use std::collections::BTreeMap;

use crate::base::date::{Date, Interval};
use crate::base::diagnostic::{Diagnostic, Spot};
use crate::base::path::SourcePath;
use crate::source::config::{Config, read_config};
use crate::source::data::read_data;
use crate::source::front_matter::{FrontMatter, Read};
use crate::source::reviewers::read_reviewers;
use crate::source::snapshot::{Options, SourceFile, Sources, Text};
use crate::source::strings::{Strings, check_alike};
use crate::source::theme_manifest::ThemeManifest;

fn said(text: &str, diagnostics: &[Diagnostic]) -> Vec<String> {
    let mut sorted = diagnostics.to_vec();
    crate::base::diagnostic::sort(&mut sorted);
    let say = |fault: &Diagnostic| match &fault.place.spot {
        Spot::Span(span) => format!("{} @ {}: {}", fault.code.name(), span.of(text).trim_end(), fault.message),
        _ => format!("{} @ {}: {}", fault.code.name(), fault.place.path, fault.message),
    };
    sorted.iter().map(say).collect()
}

fn helps(diagnostics: &[Diagnostic]) -> Vec<&str> {
    diagnostics.iter().flat_map(|fault| fault.help.iter().map(String::as_str)).collect()
}

fn read_page(text: &str) -> Read {
    FrontMatter::read(&SourcePath::new("content/a.md"), text)
}

/// Reads YAML as front matter, checks what is said, and gives what was read.
fn page(yaml: &str, expected: &[&str]) -> Option<FrontMatter> {
    let text = format!("---\n{yaml}---\nText\n");
    let read = read_page(&text);
    assert_eq!(said(&text, &read.diagnostics), expected, "\n{yaml}");
    assert_eq!(&text[read.body_offset..], "Text\n");
    read.front_matter
}

fn site(toml: &str, expected: &[&str]) -> Config {
    let (config, faults) = Config::read(&SourcePath::new("site.toml"), toml);
    assert_eq!(said(toml, &faults), expected, "\n{toml}");
    config
}

fn sources(files: &[(&str, &str)]) -> Sources {
    let file = |(path, text): &(&str, &str)| (SourcePath::new(*path), SourceFile::Text(Text::new(*text)));
    let options = Options {
        today: Date::parse("2024-06-01").unwrap(),
        base_url: None,
        drafts: false,
        preview: false,
        offline: false,
    };
    Sources { files: files.iter().map(file).collect::<BTreeMap<_, _>>().into(), options, diagnostics: Vec::new() }
}

#[test]
fn front_matter_is_read_in_full() {
    let yaml = "title: 'Risks: what to know' # as readers see it\ndescription: >\n  One\n  sentence.\n\
        last_reviewed_on: 2024-01-22\nreviewed_by: r-oncologist\nreview_interval: 18 months\nauthors: [Ä, B]\n\
        sources:\n  - ASTRO guideline\n  - {title: NCI, url: 'https://www.cancer.gov', doi: 10.1016/x}\n\
        weight: -3\nslug: größe-2\naliases: /old/\ntags:\n- risks\ndraft: true\nlang: no\ntoc: false\n\
        extra:\n  z: 1\n  a: [1.5, ~, no]\n";
    let front = page(yaml, &[]).unwrap();
    assert_eq!(front.title, "Risks: what to know");
    assert_eq!(front.description.as_deref(), Some("One sentence."));
    assert_eq!(front.last_reviewed, Date::parse("2024-01-22"));
    assert_eq!(front.reviewed_by, ["r-oncologist"]);
    assert_eq!(front.review_interval, Some(Interval::Months(18)));
    assert_eq!(front.authors, ["Ä", "B"]);
    assert_eq!(front.sources[0].title, "ASTRO guideline");
    assert_eq!(front.sources[1].doi.as_deref(), Some("10.1016/x"));
    assert_eq!((front.weight, front.draft, front.toc), (-3, true, false));
    assert_eq!((front.slug.as_deref(), front.lang.as_deref()), (Some("größe-2"), Some("no")));
    assert_eq!((front.aliases, front.tags), (vec!["/old/".to_owned()], vec!["risks".to_owned()]));
    assert_eq!(front.extra.to_string(), r#"{"z":1,"a":[1.5,null,"no"]}"#);
    let text = format!("---\n{yaml}---\n");
    let written = |key: &str| front.places.get(key).map_or("", |span| span.of(&text));
    assert_eq!(written("last_reviewed"), "2024-01-22");
    assert_eq!(
        written("sources").lines().last(),
        Some("  - {title: NCI, url: 'https://www.cancer.gov', doi: 10.1016/x}")
    );
    assert_eq!(written("draft"), "true");
}

#[test]
fn front_matter_has_its_lines() {
    let cases = [
        ("", "front-matter-missing @ : the page has no front matter"),
        ("# Risks\n", "front-matter-missing @ # Risks: the page has no front matter"),
        ("\n---\ntitle: x\n---\n", "front-matter-missing @ : the page has no front matter"),
        ("---\ntitle: x\n...\nText\n", "front-matter-unclosed @ ---: the front matter is opened and never closed"),
        ("---\n---\n", "missing-key @ ---: `title` is missing"),
    ];
    for (text, expected) in cases {
        let read = read_page(text);
        assert_eq!(said(text, &read.diagnostics), [expected], "{text:?}");
        assert_eq!(read.front_matter, None);
    }
    let text = "---  \r\ntitle: Ärzte\r\nweight: x\r\n---\t\r\n\r\nText";
    let read = read_page(text);
    assert_eq!(said(text, &read.diagnostics), ["wrong-type @ x: `weight` must be a whole number, and is a text"]);
    assert_eq!(&text[read.body_offset..], "\r\nText");
    assert_eq!(read.front_matter.unwrap().title, "Ärzte");
}

#[test]
fn every_fault_of_front_matter_is_said_at_its_place() {
    let front = page(
        "titel: x\ntitle: 2024\ndraft: yes\nweight: '3'\nlast_reviewed: 01/22/2024\npublished: 2024-02-30\n\
         last_updated:\nreview_interval: 12\nnext_review: 2025-01-01\nversion: 1.10\nfunding: none\nlang: en_US\n\
         slug: a/b\naliases: [old, //x, /a/../b, '/a?b']\ntags: a, b\ntemplate: ../x\nextra: 1\n",
        &[
            "unknown-key @ titel: `titel` is not a known key",
            "wrong-type @ 2024: `title` must be a text, and is a whole number",
            "wrong-type @ yes: `draft` must be `true` or `false`, and is a text",
            "wrong-type @ '3': `weight` must be a whole number, and is a text",
            "invalid-date @ 01/22/2024: `last_reviewed` is not a date: `01/22/2024`",
            "invalid-date @ 2024-02-30: `published` is a day that does not exist: `2024-02-30`",
            "wrong-type @ : `last_updated` must be a date such as `2024-01-22`, and is empty",
            "wrong-type @ 12: `review_interval` must be an interval such as `18 months`, and is a whole number",
            "next-review @ next_review: the date of the next review is computed, and never written",
            "wrong-type @ 1.10: `version` must be a text or a list of texts, and is a number",
            "invalid-value @ en_US: `lang` is not valid: it is not a language tag",
            "invalid-value @ a/b: `slug` is not valid: it holds a slash; folders make the path",
            "invalid-value @ old: an item of `aliases` is not valid: it does not start with `/`",
            "invalid-value @ //x: an item of `aliases` is not valid: it starts with `//`, which leads to another server",
            "invalid-value @ /a/../b: an item of `aliases` is not valid: it holds `.` or `..`",
            "invalid-value @ '/a?b': an item of `aliases` is not valid: it holds a query or an anchor",
            "wrong-type @ a, b: `tags` must be a list, and is a text",
            "invalid-value @ ../x: `template` is not valid: it is not a name below that folder",
            "wrong-type @ 1: `extra` must be a table of keys, and is a whole number",
        ],
    );
    assert_eq!(front.unwrap().title, "2024", "a page with a faulty title is still there for others");
    page(
        "title: ' '\nreviewed_by: [a, '', 7]\nlast_reviewed: 2024-01-01\nlast_reviewed_on: 2024-01-02\nsources:\n\
         - NCI: Radiation\n- title: x\n  ulr: y\n- url: ftp://x\n  doi: https://doi.org/10.1/x\n",
        &[
            "invalid-value @ ' ': `title` is not valid: it is blank",
            "invalid-value @ '': an item of `reviewed_by` is not valid: it is blank",
            "wrong-type @ 7: an item of `reviewed_by` must be a text, and is a whole number",
            "duplicate-key @ last_reviewed_on: `last_reviewed_on` is another name of `last_reviewed`, and both stand here",
            "wrong-type @ NCI: Radiation: an item of `sources` reads as a table with the key `NCI`",
            "unknown-key @ ulr: `sources.ulr` is not a known key",
            "missing-key @ url: ftp://x\n  doi: https://doi.org/10.1/x: `sources.title` is missing",
            "invalid-value @ ftp://x: `sources.url` is not valid: it does not start with `https://` or `http://`",
            "invalid-value @ https://doi.org/10.1/x: `sources.doi` is not valid: something stands before `10.`",
        ],
    );
}

#[test]
fn help_says_what_was_meant() {
    let cases = [
        ("titel: x", "did you mean `title`?"),
        ("wibble: x", "what is for the theme goes below `extra`"),
        ("version: 1.10", "put it in quotes: `\"1.10\"`"),
        ("draft: Yes", "write `true`"),
        ("weight: '3'", "write it without quotes: `3`"),
        ("tags: a, b", "write it as a list: `[a, b]`"),
        ("published: 01/22/2024", "write it as `2024-01-22`"),
        ("published: 22.1.2024", "write it as `2024-01-22`"),
        ("published: January 22nd, 2024", "write it as `2024-01-22`"),
        ("published: 2024-1-22", "write it as `2024-01-22`"),
        ("published: 2024-01-22T10:00:00Z", "write it as `2024-01-22`"),
        ("published: 3/4/2024", "write year, month and day: `2024-03-04` or `2024-04-03`, whichever is meant"),
        ("published: soon", "write it as year, month and day, such as `2024-01-22`"),
        ("published: 2024-02-30", "the month 2024-02 has the days 01 to 29"),
        ("published: 2024-13-01", "write year, month (01 to 12) and day, such as `2024-01-22`"),
    ];
    for (line, expected) in cases {
        let read = read_page(&format!("---\ntitle: x\n{line}\n---\n"));
        assert!(helps(&read.diagnostics).contains(&expected), "{line}: {:?}", read.diagnostics);
    }
}

#[test]
fn yaml_goes_on_behind_a_fault() {
    let front = page(
        "tags: [a, b\ntitle: x\ndescription 'y'\nweight: two\nowner: \"z\nslug: a b\n",
        &[
            "syntax @ :: YAML: illegal placement of ':' indicator",
            "syntax @ description 'y': YAML: a line without a colon is no key",
            "wrong-type @ two: `weight` must be a whole number, and is a text",
            "syntax @ \": YAML: unclosed quote",
            "invalid-value @ a b: `slug` is not valid: it holds something else than letters, digits, `-`, `_` and `.`",
        ],
    );
    assert!(front.is_some_and(|front| front.title == "x" && front.places.contains_key("owner")));
    page("titel x\nfoo: 1\n", &["syntax @ titel x: YAML: a line without a colon is no key"]);
    page("title: a: b\n", &["syntax @ :: YAML: mapping values are not allowed in this context"]);
    page("- a\n- b\n", &["wrong-type @ - a\n- b: keys and their values must stand here, and this is a list"]);
}

#[test]
fn yaml_hides_nothing() {
    let front = page(
        "title: x\ntitle: y\nextra:\n  a: &a [1]\n  b: *a\n  c: *nope\n  d: !x y\n  e: !!str 12\n  f: 0x1F\n  \
         g: 99999999999999999999\n  h: .inf\n  i: &i [*i]\n  &k key: *k\n  404: page\n  \"404\": again\nslug: {a: 1, a: 2}\n",
        &[
            "duplicate-key @ title: `title` stands twice",
            "syntax @ *nope: nothing before this is anchored as `&nope`",
            "syntax @ y: the tag `!x` has no meaning for this value",
            "invalid-value @ 99999999999999999999: `99999999999999999999` is larger than a whole number can be",
            "invalid-value @ .inf: `.inf` is not a number that data can hold",
            "syntax @ *i: an alias stands inside the value that it names",
            "duplicate-key @ \"404\": `404` stands twice",
            "wrong-type @ {a: 1, a: 2}: `slug` must be a text, and is a table of keys",
            "duplicate-key @ a: `a` stands twice",
        ],
    );
    let json =
        r#"{"a":[1],"b":[1],"c":null,"d":null,"e":"12","f":31,"g":null,"h":null,"i":[null],"key":"key","404":"page"}"#;
    assert_eq!(front.unwrap().extra.to_string(), json);
    page(
        "title: x\n<<: {weight: 1}\nextra:\n  [a]: b\n",
        &["syntax @ <<: `<<` merges nothing in YAML 1.2", "syntax @ [a]: a key must be a text"],
    );
    let level = |n: u32| format!("  a{}: &a{} [{}]\n", n + 1, n + 1, vec![format!("*a{n}"); 8].join(", "));
    let bomb: String = (0..8).map(level).collect();
    let read = read_page(&format!("---\ntitle: x\nextra:\n  a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1]\n{bomb}---\n"));
    assert!(read.diagnostics.iter().all(|fault| fault.message == "aliases make more than 10000 values of this file"));
    assert!(!read.diagnostics.is_empty());
}

#[test]
fn site_toml_is_read_in_full() {
    let config = site(
        "title = 'Guide'\nbase_url = 'https://example.org/patients/'\nlang = 'es'\ntheme = 'clinic'\n\
         [publisher]\nname = 'Hospital'\neditorial_process = '/how/'\n[notice]\ntitle = 'Demo'\ntext = 'No review.'\n\
         demonstration = true\n[review]\nrequire = 'claim'\ninterval = '1 year'\n[markdown]\nsmart_punctuation = false\n\
         [[header]]\ntitle = 'About'\nto = '/about/#team'\n[[footer]]\ntitle = 'Call'\nto = 'tel:+15550100'\n\
         [extra]\nz = 1\na.b = 2024-01-22\n",
        &[],
    );
    assert_eq!(config.base_url.as_ref().map(|url| url.path.as_str()), Some("/patients/"));
    assert_eq!((config.lang.as_str(), config.theme.as_str()), ("es", "clinic"));
    assert_eq!(config.publisher.editorial_process.as_ref().map(|target| target.to.as_str()), Some("/how/"));
    assert_eq!((config.review.site.interval, config.review.site.notice), (Interval::Years(1), Interval::Days(90)));
    assert_eq!((config.header.len(), config.footer[0].to.to.as_str()), (1, "tel:+15550100"));
    assert_eq!(config.extra.to_string(), r#"{"z":1,"a":{"b":"2024-01-22"}}"#);
}

#[test]
fn every_fault_of_site_toml_is_said_at_its_place() {
    let config = site(
        "base_url = 'example.org'\nlang = 1\nthem = 'x'\n[publisher]\nname = 3\nurl = 'javascript:x'\n[review]\n\
         require = 'proof'\ninterval = 'two years'\n[notice]\ntitle = 'x'\n[[header]]\ntitle = 'a'\nto = '//x'\n\
         [footer]\n",
        &[
            "missing-key @ site.toml: `title` is missing",
            "invalid-value @ 'example.org': `base_url` is not valid: it has no scheme such as `https://`",
            "wrong-type @ 1: `lang` must be a text, and is a whole number",
            "unknown-key @ them: `them` is not a known key",
            "wrong-type @ 3: `publisher.name` must be a text, and is a whole number",
            "invalid-value @ 'javascript:x': `publisher.url` is not valid: it does not start with `https://` or `http://`",
            "invalid-value @ 'proof': `review.require` cannot be `proof`",
            "invalid-value @ 'two years': `review.interval` is not an interval: `two years`",
            "missing-key @ [notice]: `notice.text` is missing",
            "invalid-value @ '//x': `header.to` is not valid: it starts with `//`, which leads to another server",
            "wrong-type @ [footer]: `footer` must be a list, and is a table of keys",
        ],
    );
    assert_eq!((config.lang.as_str(), config.theme.as_str()), ("en", "default"));
}

#[test]
fn toml_goes_on_behind_a_fault() {
    site(
        "title: Guide\ndescription = \"a\nlang = 'x_y'\nweight = 01\n[publisher]\nname =\nphone = ['a'\nemail = 'b'\n",
        &[
            "syntax @ title: Guide: TOML: key with no value, expected `=`",
            "syntax @ : TOML: invalid basic string, expected `\"`",
            "invalid-value @ 'x_y': `lang` is not valid: it is not a language tag",
            "syntax @ 0: TOML: unexpected leading zero",
            "syntax @ : TOML: the value is missing",
            "syntax @ [: TOML: `[` is never closed",
        ],
    );
    site(
        "title = 'a'\ntitle = 'b'\n[extra]\nx = {y = 1, y = 2}\nd = 2024-02-30\n\n[ extra ]\nx.y = 1\nz = 1\nz = 2\n",
        &[
            "duplicate-key @ title: `title` stands twice",
            "duplicate-key @ y: `y` stands twice",
            "invalid-date @ 2024-02-30: this is a day that does not exist: `2024-02-30`",
            "duplicate-key @ extra: `extra` stands twice",
            "duplicate-key @ x: `x` stands twice",
            "duplicate-key @ z: `z` stands twice",
        ],
    );
}

#[test]
fn a_repeated_key_of_toml_names_the_first() {
    let cases = [
        ("title = 'a'\ntitle = 'b'\n", 0),
        ("[extra]\nx = {y = 1}\ny = 3\ny = 4\n", 20),
        ("[extra]\na.y = 1\nb.z = 3\na.y = 4\n", 10),
        ("[extra]\nx = 1\n[publisher]\n[ extra ]\n", 0),
        ("[extra]\na = {y = 1, b = {y = 2, y = 3}}\n", 25),
    ];
    for (toml, first) in cases {
        let (_, faults) = Config::read(&SourcePath::new("site.toml"), toml);
        let related: Vec<&Spot> =
            faults.iter().flat_map(|fault| &fault.related).map(|(place, _)| &place.spot).collect();
        assert!(matches!(related.as_slice(), [Spot::Span(span)] if span.start == first), "{toml}: {related:?}");
    }
}

#[test]
fn a_site_without_site_toml_is_said_once() {
    let (config, faults) = read_config(&sources(&[]));
    assert_eq!(said("", &faults), ["unreadable @ site.toml: there is no `site.toml`"]);
    assert_eq!(config, Config::fallback());
    let mut read_badly = sources(&[("site.toml", "title = 'x'\n")]);
    read_badly.options.base_url = Some("https://preview.example".to_owned());
    let (config, faults) = read_config(&read_badly);
    assert_eq!(faults, []);
    assert_eq!(config.base_url.map(|url| url.origin).as_deref(), Some("https://preview.example"));
}

#[test]
fn reviewers_are_checked() {
    let toml = "[[reviewer]]\nid = 'a-b'\nname = 'A'\ncredentials = 'MD'\nrole = 'Surgeon'\nactive_from = 2024-01-01\n\
                active_until = '2023-01-01'\n[[reviewer]]\nid = 'a-b'\nname = 'B'\ncredentials = 'MD'\nrole = 'x'\n\
                [[reviewer]]\nid = 'Dr B'\nname = 'B'\ncredentials = 'MD'\nrole = 'x'\nurl = 'b.example'\n\
                [[reviewer]]\nid = 'c'\nname = 'C'\n";
    let (reviewers, faults) = read_reviewers(&sources(&[("data/reviewers.toml", toml)]));
    assert_eq!(
        said(toml, &faults),
        [
            "invalid-value @ '2023-01-01': `reviewer.active_until` is before `active_from`, 2024-01-01",
            "duplicate-key @ 'a-b': two reviewers have the id `a-b`",
            "invalid-value @ 'Dr B': `reviewer.id` is not valid: it is not made of lower case letters, digits and inner hyphens",
            "invalid-value @ 'b.example': `reviewer.url` is not valid: it does not start with `https://` or `http://`",
            "missing-key @ [[reviewer]]: `reviewer.credentials` is missing",
            "missing-key @ [[reviewer]]: `reviewer.role` is missing",
        ]
    );
    assert_eq!(reviewers.keys().collect::<Vec<_>>(), ["a-b", "c"], "a reviewer with faults is not unknown");
    assert_eq!(read_reviewers(&sources(&[])), (BTreeMap::new(), Vec::new()));
}

#[test]
fn a_theme_says_which_views_it_knows() {
    let read = |view: &str| {
        let toml = format!("name = 'x'\nversion = '1'\n[view]\n{view}\n");
        let (manifest, faults) = ThemeManifest::read(&SourcePath::new("themes/x/theme.toml"), &toml);
        (manifest.is_some(), said(&toml, &faults))
    };
    assert_eq!(read("min = 1\nmax = 3"), (true, vec![]));
    let message = "theme-version @ 3: the theme works with view versions 2 to 3, and this program has 1";
    assert_eq!(read("min = 2\nmax = 3"), (true, vec![message.to_owned()]));
    let message = "invalid-value @ -1: `view.min` is not valid: it is negative";
    assert_eq!(read("min = -1\nmax = 1"), (false, vec![message.to_owned()]));
}

#[test]
fn languages_have_the_same_words() {
    let read = |lang: &str, toml: &str| {
        let (strings, faults) = Strings::read(&SourcePath::new(format!("i18n/{lang}.toml")), lang, toml);
        (strings, said(toml, &faults))
    };
    let months = "months = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12']";
    let date = format!("[date]\nform = '{{day}} {{month}} {{year}}'\n{months}\n");
    let (en, faults) = read("en", &format!("{date}[strings]\nmenu = 'Menu'\nnext = 'Next'\n"));
    assert_eq!(faults, [] as [&str; 0]);
    let (ar, faults) = read("ar", &format!("dir = 'rtl'\n{date}[strings]\nmenu = 'x'\nback = 'y'\n"));
    assert_eq!(faults, [] as [&str; 0]);
    let all = [(SourcePath::new("ar"), ar.unwrap()), (SourcePath::new("en"), en.unwrap())];
    assert_eq!(
        said("", &check_alike(&all)),
        [
            "string-missing @ ar: `strings.next` is missing, and `en` has it",
            "string-missing @ en: `strings.back` is missing, and `ar` has it"
        ]
    );
    let (strings, faults) =
        read("xx", "dir = 'up'\n[date]\nform = '{day}.{month}'\nmonths = ['a', 1]\n[strings]\na = 1\n");
    assert_eq!(strings, None);
    assert_eq!(
        faults,
        [
            "invalid-value @ 'up': `dir` cannot be `up`",
            "invalid-value @ '{day}.{month}': `date.form` is not valid: it has no `{year}`",
            "invalid-value @ ['a', 1]: `date.months` is not valid: it has 2 names",
            "wrong-type @ 1: an item of `date.months` must be a text, and is a whole number",
            "wrong-type @ 1: `strings.a` must be a text, and is a whole number",
        ]
    );
}

#[test]
fn data_is_read_by_file_name() {
    let files = [
        ("data/b.json", "{\"z\": 1, \"a\": [true, null, \"\\u00e9\"], \"z\": 2}"),
        ("data/a.toml", "z = 1\na = 2024-01-22\n"),
        ("data/b.yaml", "x: 1\n"),
        ("data/c.yml", "- 1\n- x: y\n"),
        ("data/d.json", "{\"a\": 1,}"),
        ("data/reviewers.toml", "[[reviewer]]\n"),
        ("data/notes.txt", "x"),
    ];
    let (data, faults) = read_data(&sources(&files));
    assert_eq!(
        serde_json::Value::Object(data).to_string(),
        r#"{"a":{"z":1,"a":"2024-01-22"},"b":{"z":1,"a":[true,null,"é"]},"c":[1,{"x":"y"}]}"#
    );
    assert_eq!(
        said(files[0].1, &faults),
        [
            "duplicate-key @ \"z\": `z` stands twice",
            "duplicate-key @ data/b.yaml: `data/b.json` and `data/b.yaml` are both `data.b`",
            "syntax @ : JSON: trailing comma",
        ]
    );
}
