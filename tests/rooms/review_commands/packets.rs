//! `review diff --html`, `review prepare` and `review accept`.

use std::process::Command;

use crate::review_commands::site::{PAGE, Run, Site, TODAY, key};

const SIGNATURE: &str = "require = \"signature\"";
const RECORD: &str = "require = \"record\"";
const PREPARED: &str = "out/index-2024-03-01-j-doe.md";
const FILED: &str = "reviews/index/2024-03-01-j-doe.md";

fn prepare(site: &Site, more: &[&str]) -> Run {
    site.review(&[&["prepare", PAGE, "--as", "j-doe", "--output", "out"], more].concat())
}

/// Signs a file as the packet says, with the key of a reviewer.
fn ssh_keygen(site: &Site, key_name: &str, file: &str) {
    let private = site.path(&format!("out/{key_name}"));
    std::fs::copy(key(key_name), &private).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&private, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let arguments = ["-Y", "sign", "-n", "iort-site-review", "-f"];
    let output = Command::new("ssh-keygen").args(arguments).arg(&private).arg(site.path(file)).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_packet_goes_out_and_comes_back() {
    let site = Site::new(SIGNATURE);
    site.page("Radiation *may* harm.\n\n![A burn](burn.svg)\n\n[Call](https://example.org/call).");
    site.write("content/burn.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>");
    prepare(&site, &["--note", "Read at home"]).ok().says("accept out/index-2024-03-01-j-doe.md");
    assert!(site.files("reviews").is_empty());
    let packet = site.read("out/index-2024-03-01-j-doe.html");
    for part in [
        "<title>Review: Risks</title>",
        "Radiation <em>may</em> harm.",
        "src=\"data:image/svg+xml;base64,",
        "<a href=\"https://example.org/call\">Call</a>",
        "ssh-keygen -Y sign -n iort-site-review -f ~/.ssh/id_ed25519 index-2024-03-01-j-doe.md</code>",
        "<dd>Read at home</dd>",
    ] {
        assert!(packet.contains(part), "no `{part}` in:\n{packet}");
    }

    site.review(&["accept", PREPARED]).refuses(2, "nothing says that `j-doe` agrees");
    ssh_keygen(&site, "j-doe", PREPARED);
    site.review_on("2024-03-05", &["accept", PREPARED]).ok().says("is `current` now");
    assert_eq!(site.read(FILED), site.read(PREPARED));
    assert_eq!(site.read(&format!("{FILED}.sig")), site.read(&format!("{PREPARED}.sig")));
    assert!(site.read(PAGE).contains("last_reviewed: 2024-03-01\nreviewed_by: [j-doe]\n"));
    assert_eq!(site.files("reviews/images").len(), 1);
    site.check("2024-03-05").ok();
    site.review_on("2024-03-05", &["accept", PREPARED]).ok().says("filed already");
    prepare(&site, &[]).refuses(2, "is signed already");
}

#[test]
fn what_came_back_wrong_is_not_filed() {
    let site = Site::new(SIGNATURE);
    prepare(&site, &[]).ok();
    let record = site.read(PREPARED);
    let accept = |text: &str| {
        site.write(PREPARED, text);
        site.review(&["accept", PREPARED])
    };
    ssh_keygen(&site, "a-roe", PREPARED);
    accept(&record).refuses(2, "signed with a key of `a-roe`");
    site.remove(&format!("{PREPARED}.sig"));
    ssh_keygen(&site, "j-doe", PREPARED);
    accept(&record.replace("*may*", "*can*")).refuses(2, "a byte of it was changed");
    accept(&record.replace('\n', "\r\n")).refuses(1, "line endings");
    accept(&record.replace("date: 2024-03-01", "date:  2024-03-01")).refuses(1, "record-form");
    accept("Yes, fine.\n").refuses(1, "no header");
    accept(&record.replace("reviewer: \"j-doe\"", "reviewer: \"x\"")).refuses(2, "signed with a key of `j-doe`");
    site.sign(&[]).ok();
    accept(&record).ok();
    site.sign_on("2024-03-02", &[]).ok();
    site.remove(PREPARED);
    site.remove(&format!("{PREPARED}.sig"));
    site.review_on("2024-03-03", &["prepare", PAGE, "--as", "j-doe", "--output", "out"]).ok();
    let late = "out/index-2024-03-03-j-doe.md";
    ssh_keygen_again(&site, late);
    site.sign_on("2024-03-03", &["--note", "Another"]).ok();
    site.review_on("2024-03-03", &["accept", late]).refuses(2, "was reviewed again since");
}

/// As `ssh_keygen`, with the key that is there.
fn ssh_keygen_again(site: &Site, file: &str) {
    std::fs::remove_file(site.path("out/j-doe")).unwrap();
    ssh_keygen(site, "j-doe", file);
}

#[test]
fn an_editor_files_what_a_clinician_wrote() {
    let site = Site::new(RECORD);
    prepare(&site, &[]).ok();
    let filing = ["--recorded-by", "editor", "--evidence", "E-mail of 1 March"];
    let accept = || site.review(&[&["accept", PREPARED], &filing[..]].concat());
    accept().ok().says("Filed by `editor`, on the evidence of: E-mail of 1 March");
    let record = site.read(FILED);
    assert!(record.contains("recorded_by: \"editor\"\nevidence: \"E-mail of 1 March\"\n"));
    site.check(TODAY).ok();
    accept().ok().says("filed already");
    assert_eq!(site.files("reviews"), [FILED]);
    // The same without a packet.
    let site = Site::new(RECORD);
    site.review(&[&["sign", PAGE, "--as", "j-doe", "--yes"], &filing[..]].concat()).ok();
    assert_eq!(site.read(FILED), record);
    // Where signatures are asked for, nobody can do it for another.
    let site = Site::new(SIGNATURE);
    prepare(&site, &[]).ok();
    site.review(&[&["accept", PREPARED], &filing[..]].concat()).refuses(2, "asks for a signature");
}

#[test]
fn words_that_have_changed_since_are_filed_as_what_they_were() {
    let site = Site::new("require = \"signature\"\nstates = { changed = \"hold\" }");
    prepare(&site, &[]).ok();
    ssh_keygen(&site, "j-doe", PREPARED);
    site.edit(PAGE, "*may*", "*must*");
    site.review(&["accept", PREPARED]).ok().says("is `changed` now");
    assert!(site.read(FILED).contains("*may*"));
    assert!(site.read(PAGE).contains("last_reviewed: 2024-03-01"));
    site.check(TODAY).ok();
}

#[test]
fn a_diff_as_a_page() {
    let site = Site::new(SIGNATURE);
    site.page("Radiation *may* harm.\n\nCall us.");
    site.sign(&[]).ok();
    site.review(&["diff", PAGE]).ok().says("The words are those that j-doe passed on 2024-03-01.");
    site.edit(PAGE, "*may*", "*\\<must>*");
    site.edit(PAGE, "Call us.", "Call us.\n\nCall 911.");
    let run = site.review(&["diff", "index", "--html", "out/diff.html"]).ok();
    assert!(run.out.contains("Radiation [-*may*-] {+*<must>*+} harm."), "{}", run.out);
    assert!(run.out.contains("  paragraph, added\n    {+Call 911.+}\n"), "{}", run.out);
    assert!(!run.out.contains('\x1b') && !run.out.contains("Call us."), "{}", run.out);
    let page = site.read("out/diff.html");
    let said = "Radiation <del><span class=\"unsaid\">[removed: </span>*may*<span class=\"unsaid\">]</span></del> \
                <ins><span class=\"unsaid\">[added: </span>*&lt;must&gt;*<span class=\"unsaid\">]</span></ins> harm.";
    assert!(page.contains(said), "{page}");
    assert!(!page.contains("<script") && page.contains("default-src 'none'"));
}
