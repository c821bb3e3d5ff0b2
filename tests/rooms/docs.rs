//! The examples of `docs/themes.md`: put together, they are a site that builds without a word.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// The least that a decoder of JPEG headers takes for a picture of 16 by 12 pixels.
const PHOTO: &[u8] = &[
    0xff, 0xd8, 0xff, 0xc0, 0x00, 0x11, 0x08, 0x00, 0x0c, 0x00, 0x10, 0x03, 0x01, 0x11, 0x00, 0x02, 0x11, 0x01, 0x03,
    0x11, 0x01, 0xff, 0xd9,
];

/// The fenced blocks of a text: what each is called, and what it says.
fn blocks(text: &str) -> Vec<(&str, String)> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let inside = lines.by_ref().take_while(|line| *line != "```");
            blocks.push((info, inside.fold(String::new(), |text, line| text + line + "\n")));
        }
    }
    blocks
}

/// The file that an example is of: its first comment names it.
fn path_of(example: &str) -> Option<&str> {
    let mut words = example.lines().next()?.split([' ', ':']);
    words.rfind(|word| word.starts_with("static/") || word.starts_with("templates/"))
}

fn write(root: &Path, path: &str, bytes: &[u8]) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn the_examples_for_themes_build() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/themes.md")).unwrap();
    let folder = TempDir::new().unwrap();
    let root = folder.path();
    let mut files = Vec::new();
    let mut directives = String::new();
    for (info, example) in blocks(&text) {
        // The one block that is no file draws the folder of a theme.
        let Some(path) = path_of(&example) else {
            assert_eq!(info, "text", "an example that does not say which file it is:\n{example}");
            continue;
        };
        write(root, path, example.as_bytes());
        files.push(path.to_owned());
        // A component's comment shows how it is called.
        if let Some(at) = example.find(":::") {
            directives += example[at..].split(" -#}").next().unwrap();
            directives += "\nAsk **there**.\n:::\n\n";
        }
    }
    assert_eq!(
        files,
        [
            "static/css/own.css",
            "templates/partials/head_extra.html",
            "templates/partials/crumbs.html",
            "templates/components/contact.html"
        ]
    );
    write(root, "site.toml", b"title = \"A clinic\"\nbase_url = \"https://example.org\"\n");
    write(root, "content/index.md", b"---\ntitle: A clinic\n---\nWelcome.\n");
    write(root, "content/visits/index.md", b"---\ntitle: Visits\n---\nWhen to come.\n");
    write(root, "content/visits/ward.md", format!("---\ntitle: The ward\n---\n\n{directives}").as_bytes());
    write(root, "content/visits/ward.jpg", PHOTO);

    let build = Command::new(env!("CARGO_BIN_EXE_iort-site"))
        .args(["build", "--quiet", "--today", "2026-07-01", "--root"])
        .arg(root)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&build.stdout) + String::from_utf8_lossy(&build.stderr);
    assert_eq!((said.as_ref(), build.status.code()), ("", Some(0)));

    // Each of them is on the page.
    let page = fs::read_to_string(root.join("public/visits/ward/index.html")).unwrap();
    assert!(page.contains("<p>Ward 3B</p>") && page.contains("<strong>there</strong>"), "{page}");
    assert!(page.contains("ward.jpg\" alt=\"\" width=\"16\" height=\"12\""), "{page}");
    assert!(!page.contains("class=\"crumbs\""), "{page}");
    let (_, sheet) = page.rsplit_once("<link rel=\"stylesheet\" href=\"../../").unwrap();
    let sheet = fs::read_to_string(root.join("public").join(sheet.split('"').next().unwrap())).unwrap();
    assert!(sheet.contains("--measure"), "{sheet}");
}
