//! What an open page is told, and what the server adds to it for that.
//!
//! An HTML response gets one script element before `</head>`; the file on disk stays as it is. The script asks for the
//! *state*: the number of the build that is served, and the faults of the last one if it failed. A page that came from
//! another build asks for itself again and changes what differs (`morph.js`); one that is up to date shows the faults above
//! itself, or takes them away. Since the state is sent whole, on each connection and each change, it does not matter what a
//! page missed while it slept or the server restarted.
//!
//! The site's own policy holds for the script as for any other, and nothing of it is loosened. The one thing such a policy
//! seldom allows is a connection (`connect-src`). So the script leaves that to a worker: a worker that came from the network
//! is under the policy of its own response and not under the page's (Content Security Policy 3, 4.2.2), and loading one is
//! allowed by `script-src 'self'` where no `worker-src` says otherwise. A shared worker has another merit: it holds one
//! connection for all tabs, where browsers open six to a host and a seventh tab would wait for ever.

use std::collections::BTreeMap;
use std::sync::Arc;

use hyper::body::Bytes;

use super::headers::Headers;
use super::redirects::Redirects;
use crate::base::path::OutPath;

/// The folder of the server's own files, below the base path. No page of a site can have this address.
pub(super) const FOLDER: &str = "_iort-site/";
/// The state as an event stream, in that folder.
pub(super) const EVENTS: &str = "events";
/// The other files in that folder.
pub(super) const FILES: [(&str, &str, &str); 3] = [
    ("live.js", "text/javascript; charset=utf-8", concat!(include_str!("morph.js"), include_str!("live.js"))),
    ("worker.js", "text/javascript; charset=utf-8", include_str!("worker.js")),
    ("live.css", "text/css; charset=utf-8", include_str!("live.css")),
];

/// All that an answer depends on beside the files. It is replaced as a whole.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// Names the build that is served: unlike any other, of this run or of an earlier one.
    pub(super) build: String,
    /// Names the state of the files that keep their address when they change.
    pub(super) files: String,
    /// What is served in place of files while a build goes on.
    pub(super) ahead: Arc<BTreeMap<OutPath, Bytes>>,
    /// How often something was.
    pub(super) times_ahead: u64,
    /// Whether there is a site at all.
    pub(super) has_site: bool,
    /// Whether the last round failed.
    pub(super) failed: bool,
    /// Its faults, as JSON objects joined with commas.
    pub(super) faults: String,
    /// The path under which the site is served; it starts and ends with a slash.
    pub(super) base: String,
    /// The site's `_headers`.
    pub(super) headers: Arc<Headers>,
    /// The site's `_redirects`.
    pub(super) redirects: Arc<Redirects>,
}

impl State {
    /// The state before the first build.
    pub(super) fn new(build: String) -> Self {
        Self {
            build,
            files: String::new(),
            ahead: Arc::default(),
            times_ahead: 0,
            has_site: false,
            failed: false,
            faults: String::new(),
            base: "/".to_owned(),
            headers: Arc::default(),
            redirects: Arc::default(),
        }
    }

    /// The state as a server-sent event (HTML, 9.2). A client that loses us tries again at once and not after seconds.
    pub(super) fn event(&self) -> String {
        let Self { build, files, failed, faults, .. } = self;
        format!(
            "retry: 500\ndata: {{\"build\":\"{build}\",\"files\":\"{files}\",\"failed\":{failed},\"faults\":[{faults}]}}\n\n"
        )
    }

    /// The script element for a page of this build.
    pub(super) fn script(&self) -> String {
        let Self { base, build, files, .. } = self;
        format!("<script src=\"{base}{FOLDER}live.js\" data-build=\"{build}\" data-files=\"{files}\" defer></script>")
    }

    /// A page of the server's own: for an address without one, and for the time before there is a site.
    pub(super) fn page(&self, title: &str, text: &str) -> String {
        let script = self.script();
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
             <title>{title}</title>\n{script}\n</head>\n<body>\n<h1>{title}</h1>\n<p>{text}</p>\n</body>\n</html>\n"
        )
    }
}

/// Faults that are told one to a line, as items of a JSON list.
pub(super) fn list_items(lines: &str) -> String {
    lines.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(",")
}

/// A page with the script element: before `</head>`, or before `</body>` where a page leaves its head's end out. What has
/// neither is a fragment for another page, and stays as it is.
pub(super) fn inject(page: Vec<u8>, script: &str) -> Vec<u8> {
    let Some(at) = position(&page, b"</head").or_else(|| position(&page, b"</body")) else { return page };
    [&page[..at], script.as_bytes(), &page[at..]].concat()
}

/// Where an ASCII text stands first, whatever its case.
fn position(bytes: &[u8], text: &[u8]) -> Option<usize> {
    bytes.windows(text.len()).position(|window| window.eq_ignore_ascii_case(text))
}
