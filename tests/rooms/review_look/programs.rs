//! What a site of signed pages says to calendars and to programs, read by libraries that are not ours.

use crate::python::python;
use crate::review_look::site::Site;

/// Reads a calendar with `icalendar`, and tells its events.
const CALENDAR: &str = r#"
import sys, icalendar
calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
assert not calendar.errors, calendar.errors
for event in calendar.walk("VEVENT"):
    assert not event.errors, event.errors
    print(event["UID"], event.decoded("DTSTAMP").isoformat(), event.decoded("DTSTART").isoformat(),
          event.decoded("DTEND").isoformat(), event["URL"], event["SUMMARY"], sep="|")
"#;

/// Makes schema.org's own types of JSON-LD with `schema-org-py`, which refuses a property or a value that is none.
const JSON_LD: &str = r#"
import datetime, json, sys, schema_org
def model(value):
    if isinstance(value, list):
        return [model(item) for item in value]
    if not isinstance(value, dict):
        return value
    of_type = getattr(schema_org, value["@type"])
    days = {p.schema_name for p in of_type.SCHEMA_PROPERTIES if "Date" in p.ranges}
    parts = {key: model(part) for key, part in value.items() if not key.startswith("@")}
    return of_type(**{key: datetime.date.fromisoformat(part) if key in days else part for key, part in parts.items()})
for line in sys.stdin:
    page = json.loads(line)
    assert page["@context"] == "https://schema.org" and page["@id"] == page["url"], page
    page = model(page)
    reviewers = page.reviewed_by or []
    print(page.url, page.last_reviewed, *[f"{who.name}, {who.honorific_suffix}" for who in reviewers], sep="|")
"#;

#[test]
fn the_calendar_is_one() {
    let site = Site::new();
    let text = site.look(&["status", "--format", "ics"]).out;
    assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{text}");
    assert_eq!(text, site.look(&["status", "--format", "ics"]).out, "the same bytes");
    let events = python(CALENDAR, &text);
    let events: Vec<Vec<&str>> = events.lines().map(|line| line.split('|').collect()).collect();
    let mut ids: Vec<&str> = events.iter().map(|event| event[0]).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4);
    let risks = events.iter().find(|event| event[4] == "https://example.org/risks/").unwrap();
    let expected = ["2026-06-01T00:00:00+00:00", "2027-01-05", "2027-01-06", "https://example.org/risks/"];
    assert_eq!((&risks[1..5], risks[5]), (&expected[..], "Review due: =Risks, and \"side effects\""));
    // The same page keeps its identity when its day moves.
    site.sign("risks.md", "a-roe", "2026-05-05");
    let later = python(CALENDAR, &site.look(&["status", "--format", "ics"]).out);
    let moved = later.lines().find(|line| line.contains("/risks/")).unwrap();
    assert!(moved.starts_with(risks[0]) && moved.contains("|2027-05-05|"), "{moved}");
}

#[test]
fn json_ld_is_schema_org() {
    let site = Site::new();
    site.replace("data/reviewers.toml", "id = \"a-roe\"", "id = \"a-roe\"\ndemonstration = true");
    site.append("site.toml", "\n[notice]\ntitle = \"A demonstration\"\ntext = \"In part.\"\ndemonstration = true\n");
    let page = |title: &str, front: &str| format!("---\ntitle: {title}\n{front}---\n\nSome words.\n");
    site.write(
        "content/whole.md",
        &page(
            "All there is </script>",
            "description: What it is\npublished: 2026-01-05\nlast_updated: 2026-02-02\nversion: \"2\"\n\
             license: https://creativecommons.org/licenses/by/4.0/\nbased_on: https://example.org/guideline\nsources:\n  \
             - A book\n  - title: A study\n    doi: 10.1000/182\n  - title: A site\n    url: https://example.org/\n",
        ),
    );
    site.write("content/demonstration.md", &page("Demonstration", ""));
    site.write("content/gone.md", &page("Gone", "withdrawn:\n  reason: It is out of date\n"));
    for (page, reviewer) in [("whole.md", "j-doe"), ("demonstration.md", "a-roe"), ("gone.md", "j-doe")] {
        site.sign(page, reviewer, "2026-03-02");
    }
    let built = site.run(&["build", "--root", ".", "--today", "2026-06-01"]);
    assert_eq!(built.status, Some(0), "{built:?}");
    let data = |page: &str| {
        let html = site.read(&format!("public/{page}index.html"));
        let (_, rest) = html.split_once("<script type=\"application/ld+json\">")?;
        Some(rest.split_once("</script>").unwrap().0.to_owned() + "\n")
    };
    assert_eq!(data("gone/"), None, "a page that is withdrawn is not to be found");
    let pages = ["", "treatment/", "treatment/after/", "risks/", "whole/", "demonstration/"];
    let all: String = pages.iter().map(|page| data(page).unwrap()).collect();
    assert_eq!(
        python(JSON_LD, &all),
        "https://example.org/|2026-01-05|Jane Doe, MD\n\
         https://example.org/treatment/|2026-01-05|Jane Doe, MD\n\
         https://example.org/treatment/after/|2026-03-02|Jane Doe, MD\n\
         https://example.org/risks/|2026-01-05|Jane Doe, MD\n\
         https://example.org/whole/|2026-03-02|Jane Doe, MD\n\
         https://example.org/demonstration/|None\n"
    );
}
