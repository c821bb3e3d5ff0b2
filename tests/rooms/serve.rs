//! The preview server: what it answers to real requests over a real socket, and what it refuses.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use iort_site::shell::watch::run::Round;
use iort_site::shell::watch::serve::Preview;
use tempfile::TempDir;

const PAGE: &str = "<!doctype html><html><head><title>x</title></head><body>Hello</body></html>";

/// A folder that is served.
struct Served {
    _parent: TempDir,
    folder: std::path::PathBuf,
    preview: Preview,
}

/// One answer.
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

fn good(base_path: &str) -> Round {
    Round { changed: true, published: true, base_path: base_path.to_owned(), ..Round::default() }
}

fn bad(faults_json: &str) -> Round {
    Round { published: false, faults_json: faults_json.to_owned(), ..good("/") }
}

impl Served {
    fn nothing() -> Self {
        let parent = TempDir::new().unwrap();
        fs::write(parent.path().join("secret.txt"), "secret").unwrap();
        let folder = parent.path().join("site");
        let preview = Preview::start("127.0.0.1:0", &folder).unwrap();
        Self { _parent: parent, folder, preview }
    }

    fn below(base_path: &str, files: &[(&str, &str)]) -> Self {
        let mut served = Self::nothing();
        for (path, text) in files {
            served.write(path, text);
        }
        served.preview.show(&good(base_path));
        served
    }

    fn new(files: &[(&str, &str)]) -> Self {
        Self::below("/", files)
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.preview.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream
    }

    fn send(&self, request: &str) -> Answer {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let at = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..at].to_vec()).unwrap();
        Answer { status: head[9..12].parse().unwrap(), body: bytes[at + 4..].to_vec(), head }
    }

    fn ask(&self, method: &str, target: &str, host: &str) -> Answer {
        self.send(&format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"))
    }

    fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, "localhost")
    }

    /// The events of a stream that is opened now, one by one.
    fn events(&self) -> impl Iterator<Item = serde_json::Value> + use<> {
        let mut stream = self.connect();
        stream.write_all(b"GET /_iort-site/events HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let lines = BufReader::new(stream).lines().map_while(Result::ok);
        lines.filter_map(|line| line.strip_prefix("data: ").map(|json| serde_json::from_str(json).unwrap()))
    }
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// Where it forwards to, with its status.
    fn forward(&self) -> (u16, &str) {
        (self.status, self.header("location").unwrap_or_default())
    }

    fn build(&self) -> &str {
        self.text().split_once("data-build=\"").unwrap().1.split_once('"').unwrap().0
    }
}

#[test]
fn pages_and_files_as_they_are_on_disk() {
    let film = vec![7; 300_000];
    let served = Served::new(&[("index.html", PAGE), ("a/index.html", PAGE), ("größe/x y.css", "p {}")]);
    served.write("film.mp4", &film);
    let home = served.get("/");
    assert_eq!((home.status, home.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert_eq!(home.header("cache-control"), Some("no-store"));
    assert_eq!(served.get("/a/").status, 200);
    assert_eq!(served.get("/a/index.html").status, 200);
    assert_eq!(served.get("/a").forward(), (301, "/a/"));
    assert_eq!(served.get("/a?q=1").forward(), (301, "/a/?q=1"));
    let style = served.get("/gr%C3%B6%C3%9Fe/x%20y.css?v=2");
    assert_eq!((style.text(), style.header("content-type")), ("p {}", Some("text/css; charset=utf-8")));
    let answer = served.get("/film.mp4");
    assert_eq!((answer.body, answer.head.contains("content-length: 300000")), (film, true));

    let head = served.ask("HEAD", "/film.mp4", "localhost");
    assert_eq!((head.status, head.body.len(), head.header("content-length")), (200, 0, Some("300000")));
    let post = served.ask("POST", "/", "localhost");
    assert_eq!((post.status, post.header("allow")), (405, Some("GET, HEAD")));
}

#[test]
fn a_page_gets_one_script_element_and_its_file_stays() {
    let served = Served::new(&[("index.html", PAGE), ("bare.html", "<p>x</BODY>"), ("part.html", "<p>x")]);
    let page = served.get("/");
    let script =
        format!("<script src=\"/_iort-site/live.js\" data-build=\"{}\" data-files=\"\" defer></script>", page.build());
    assert_eq!(page.text(), PAGE.replace("</head>", &format!("{script}</head>")));
    assert_eq!(page.header("content-length"), Some(page.body.len().to_string().as_str()));
    assert_eq!(served.get("/bare.html").text(), format!("<p>x{script}</BODY>"));
    assert_eq!(served.get("/part.html").text(), "<p>x");
    assert_eq!(fs::read_to_string(served.folder.join("index.html")).unwrap(), PAGE);
    for (file, media_type) in
        [("live.js", "text/javascript"), ("worker.js", "text/javascript"), ("live.css", "text/css")]
    {
        let answer = served.get(&format!("/_iort-site/{file}"));
        assert_eq!(answer.status, 200);
        assert!(answer.header("content-type").unwrap().starts_with(media_type));
        assert!(!answer.text().contains("innerHTML"));
    }
    let worker = served.get("/_iort-site/worker.js");
    assert!(worker.header("content-security-policy").unwrap().contains("connect-src 'self'"), "it has its own policy");
    assert_eq!(served.get("/_iort-site/else").status, 404);
}

#[test]
fn what_is_not_there_is_the_sites_own_404_page() {
    let served = Served::new(&[("404.html", PAGE), ("empty/file.txt", "")]);
    for target in ["/none", "/none/", "/empty", "/empty/", "//", "/a//b", "/_headers", "/_redirects", "/."] {
        let answer = served.get(target);
        assert_eq!(answer.status, 404, "{target}");
        assert!(answer.text().contains("Hello") && answer.text().contains("live.js"), "{target}");
    }
    let without = Served::new(&[("index.html", PAGE)]);
    let answer = without.get("/none");
    assert_eq!(answer.status, 404);
    assert!(answer.text().contains("live.js"), "so that it reloads when the page is there");
}

#[test]
fn nothing_outside_the_folder_is_served() {
    let served = Served::new(&[("index.html", PAGE), ("a/index.html", PAGE)]);
    let attempts = [
        "/../secret.txt",
        "/a/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/a/%2e%2e/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "/a/..%5c..%5csecret.txt",
        "/.../secret.txt",
        "/secret.txt%00.html",
        "/C:/secret.txt",
        "/%2fetc/passwd",
        "//etc/passwd",
    ];
    for target in attempts {
        let answer = served.get(target);
        assert_eq!(answer.status, 404, "{target}: {}", answer.text());
        assert!(!answer.text().contains("secret"), "{target}");
    }
    assert_eq!(served.get("/%zz").status, 400);
    assert_eq!(served.get("/%ff").status, 400);
}

#[cfg(unix)]
#[test]
fn links_in_the_folder_are_not_followed() {
    use std::os::unix::fs::symlink;
    let served = Served::new(&[("index.html", PAGE)]);
    symlink("../secret.txt", served.folder.join("link.txt")).unwrap();
    symlink("..", served.folder.join("up")).unwrap();
    assert_eq!(served.get("/link.txt").status, 404);
    assert_eq!(served.get("/up/secret.txt").status, 404);
}

#[test]
fn only_its_own_names_are_answered() {
    let served = Served::new(&[("index.html", PAGE)]);
    for host in ["localhost", "localhost:8000", "127.0.0.1", "[::1]:80"] {
        assert_eq!(served.ask("GET", "/", host).status, 200, "{host}");
    }
    for host in ["example.org", "localhost.example.org", "10.0.0.1", ""] {
        let answer = served.ask("GET", "/", host);
        assert_eq!(answer.status, 403, "{host}");
        assert!(!answer.text().contains("Hello"));
        assert_eq!(served.ask("GET", "/_iort-site/events", host).status, 403, "{host}");
    }
    let twice = "GET / HTTP/1.1\r\nHost: localhost\r\nHost: example.org\r\nConnection: close\r\n\r\n";
    assert_eq!(served.send(twice).status, 403);
    assert_eq!(served.send("GET / HTTP/1.0\r\n\r\n").status, 403, "no host at all");
    assert_eq!(served.ask("GET", "http://example.org/", "localhost").status, 403, "another in the target");
}

#[test]
fn the_sites_own_headers() {
    let served = Served::new(&[
        ("index.html", PAGE),
        ("404.html", PAGE),
        ("a/scan.svg", "<svg/>"),
        (
            "_headers",
            "# policy\n/*\n  Content-Security-Policy: default-src 'none'\n  X-A: one\n  Cache-Control: max-age=9\n  bad line\n\
             \n/a/*\n\tX-A: two\n  ! Content-Security-Policy\n\nnot a path\n  X-B: b\n/a/scan.:ending\n  X-C: c",
        ),
    ]);
    let home = served.get("/");
    assert_eq!(home.header("content-security-policy"), Some("default-src 'none'"));
    assert_eq!(home.header("x-a"), Some("one"));
    assert_eq!(home.header("cache-control"), Some("no-store"), "a preview keeps nothing");
    assert_eq!(home.header("x-b"), None);
    let scan = served.get("/a/scan.svg");
    assert_eq!(scan.header("x-a"), Some("one, two"));
    assert_eq!((scan.header("content-security-policy"), scan.header("x-c")), (None, Some("c")));
    assert_eq!(served.get("/none").header("x-a"), Some("one"));
    assert_eq!(served.get("/_iort-site/live.js").header("x-a"), None, "the server's own files are not the site's");
}

#[test]
fn the_sites_own_redirects() {
    let mut served = Served::new(&[
        ("index.html", PAGE),
        ("404.html", PAGE),
        ("risks/index.html", PAGE),
        ("here/index.html", "old"),
        (
            "_redirects",
            "# old addresses\n/old /risks/ # moved\n/blog/:year/* /archive/:year/:splat 302\n/here/ /risks/\n\
             /forced/* /x 301!\n/out https://example.org/:x 308\n/show /risks/ 200\n/gone /404.html 410\n\
             /slash /slash/\n/es/* /x 301 Country=es\n/bad /x 999\n/new /there\r\n",
        ),
    ]);
    assert_eq!(served.get("/old").forward(), (301, "/risks/"));
    assert_eq!(served.get("/old/?q=1").forward(), (301, "/risks/?q=1"));
    assert_eq!(served.get("/blog/2020/a/b%20c").forward(), (302, "/archive/2020/a/b%20c"));
    assert_eq!(served.get("/here/").status, 200, "a file stands before a rule");
    assert_eq!(served.get("/here").forward(), (301, "/here/"));
    served.write("forced/a.txt", "x");
    assert_eq!(served.get("/forced/a.txt").forward(), (301, "/x"), "unless it is forced");
    assert_eq!(served.get("/out").forward(), (308, "https://example.org/:x"));
    assert!(served.get("/show").text().contains("Hello"));
    assert_eq!(served.get("/show").status, 200);
    assert_eq!(served.get("/gone").status, 410);
    assert_eq!(served.get("/slash").forward(), (301, "/slash/"));
    assert_eq!(served.get("/slash/").status, 404, "not in a circle");
    assert_eq!((served.get("/es/a").status, served.get("/bad").status), (404, 404));
    assert_eq!(served.get("/new").forward(), (301, "/there"));

    served.write("_redirects", "/old /elsewhere/");
    assert_eq!(served.get("/old").forward(), (301, "/risks/"));
    served.preview.show(&good("/"));
    assert_eq!(served.get("/old").forward(), (301, "/elsewhere/"), "with the build that wrote them");
}

#[test]
fn a_site_below_a_base_path() {
    let served = Served::below(
        "/sub/",
        &[
            ("index.html", PAGE),
            ("a/index.html", PAGE),
            ("404.html", PAGE),
            ("_headers", "/sub/a/\n  X-A: a\n"),
            ("_redirects", "/sub/old /sub/a/\n"),
        ],
    );
    assert!(served.preview.url().ends_with("/sub/"));
    assert_eq!(served.get("/").forward(), (302, "/sub/"));
    assert_eq!(served.get("/sub").forward(), (302, "/sub/"));
    assert!(served.get("/sub/").text().contains("src=\"/sub/_iort-site/live.js\""));
    assert_eq!(served.get("/sub/a").forward(), (301, "/sub/a/"));
    assert_eq!(served.get("/sub/a/").header("x-a"), Some("a"));
    assert_eq!(served.get("/sub/old").forward(), (301, "/sub/a/"));
    assert_eq!(served.get("/sub/_iort-site/live.js").status, 200);
    assert!(served.get("/sub/none").text().contains("Hello"));
    let outside = served.get("/a/");
    assert_eq!(outside.status, 404);
    assert!(outside.text().contains("href=\"/sub/\"") && !outside.text().contains("Hello"));
}

#[test]
fn before_there_is_a_site_it_says_why() {
    let mut served = Served::nothing();
    let early = served.get("/a/b/");
    assert_eq!(early.status, 503);
    assert!(early.text().contains("under way") && early.text().contains("/_iort-site/live.js"));
    assert_eq!(served.get("/_iort-site/live.css").status, 200);

    served.preview.show(&bad("{\"message\":\"first\"}\n"));
    let failed = served.get("/");
    assert_eq!(failed.status, 503);
    assert!(failed.text().contains("has failed"));
    assert_ne!(failed.build(), early.build(), "the page that says it is under way gives way");
    let state = served.events().next().unwrap();
    assert_eq!((&state["build"], &state["faults"][0]["message"]), (&failed.build().into(), &"first".into()));

    served.write("index.html", PAGE);
    served.preview.show(&good("/"));
    assert_ne!(served.get("/").build(), failed.build());
    assert_eq!(served.get("/").status, 200);
}

#[test]
fn open_pages_are_told_of_builds_and_of_faults() {
    let mut served = Served::new(&[("index.html", PAGE)]);
    let first = served.get("/").build().to_owned();
    let mut one = served.events();
    let mut two = served.events();
    for events in [&mut one, &mut two] as [&mut dyn Iterator<Item = serde_json::Value>; 2] {
        let state = events.next().unwrap();
        assert_eq!(state, serde_json::json!({ "build": first, "files": "", "failed": false, "faults": [] }));
    }

    served.preview.show(&bad("{\"message\":\"a\"}\n\n{\"message\":\"b\"}\n"));
    let state = one.next().unwrap();
    let faults = serde_json::json!([{ "message": "a" }, { "message": "b" }]);
    assert_eq!(state, serde_json::json!({ "build": first, "files": "", "failed": true, "faults": faults }));
    assert_eq!(two.next().unwrap(), state);
    assert_eq!(served.get("/").status, 200, "the last good page stays");
    assert_eq!(served.get("/").build(), first);
    assert_eq!(served.events().next().unwrap(), state, "who comes late is told too");

    served.preview.show(&good("/"));
    let mended = one.next().unwrap();
    assert_eq!((&mended["failed"], &mended["faults"]), (&false.into(), &serde_json::json!([])));
    assert_eq!(mended["build"], served.get("/").build());
    assert_ne!(mended["build"], first.as_str());
}

#[test]
fn a_busy_port_and_a_bad_address_are_named() {
    let first = Served::nothing();
    let listen = first.preview.address().to_string();
    let busy = Preview::start(&listen, &first.folder).unwrap_err();
    assert!(busy.message.contains(&format!("port {}", first.preview.address().port())), "{busy:?}");
    assert!(busy.help[0].contains("--listen"), "{busy:?}");
    for listen in ["nonsense", "127.0.0.1:99999", ""] {
        let fault = Preview::start(listen, &first.folder).unwrap_err();
        assert!(fault.message.contains("no address") && fault.help[0].contains("--listen"), "{fault:?}");
    }
    drop(first);
    let deadline = std::time::Instant::now() + Duration::from_secs(10);
    let folder = TempDir::new().unwrap();
    while Preview::start(&listen, folder.path()).is_err() {
        assert!(std::time::Instant::now() < deadline, "the port comes free when a preview ends");
        std::thread::yield_now();
    }
}
