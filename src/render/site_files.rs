//! What a host and a search engine read: headers, redirects, sitemap, robots.

use std::fmt::Write as _;

use rayon::prelude::*;

use crate::base::date::Date;
use crate::base::path::UrlPath;
use crate::base::pieces::Pieces as _;
use crate::render::body::push_escaped;
use crate::source::config::BaseUrl;

/// What a page may load and run: its own files, and nothing else. As a `<meta>` first in each page, so that it holds on any
/// host. No page of ours connects to anything; that it may ask its own site is for checkers such as Lighthouse,
/// which read `robots.txt` from inside the page. The preview's script asks its server from a worker with a policy of its own.
pub const POLICY: &str = "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; font-src 'self'; connect-src 'self'; \
                          manifest-src 'self'; base-uri 'none'; form-action 'none'";

/// `_headers`, in the form that Netlify and Cloudflare Pages read.
pub fn headers() -> String {
    format!(
        "/*\n  Content-Security-Policy: {POLICY}; frame-ancestors 'self'\n  X-Content-Type-Options: nosniff\n  \
         Referrer-Policy: no-referrer\n  Permissions-Policy: camera=(), geolocation=(), microphone=()\n\n\
         /assets/*\n  Cache-Control: public, max-age=31536000, immutable\n"
    )
}

/// `_redirects`, in the same hosts' form: old path, new path, status.
pub fn redirects<'a>(aliases: impl Iterator<Item = (&'a UrlPath, &'a UrlPath)>, base: &str) -> String {
    let path = |url: &UrlPath| format!("{base}{}", url.encoded().trim_start_matches('/'));
    aliases.fold(String::new(), |mut text, (from, to)| {
        let _ = writeln!(text, "{} {} 301", path(from), path(to));
        text
    })
}

/// How many pages of the sitemap are written at a time: it is the last output of a large site, and all cores wait for it.
const AT_A_TIME: usize = 256;

/// `sitemap.xml` (sitemaps.org, protocol 0.9): the pages, and when each last changed in substance.
pub fn sitemap(pages: &[(&UrlPath, Option<Date>)], base: &BaseUrl) -> String {
    let entries = |pages: &[(&UrlPath, Option<Date>)]| {
        let mut text = String::new();
        for (url, changed) in pages {
            text.push_str("<url><loc>");
            push_escaped(&mut text, &absolute(base, url));
            text.push_str("</loc>");
            if let Some(day) = changed {
                let _ = write!(text, "<lastmod>{day}</lastmod>");
            }
            text.push_str("</url>\n");
        }
        text
    };
    let entries: Vec<String> = pages.par_chunks(AT_A_TIME).in_pieces(1).map(entries).collect();
    let start =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";
    [start, &entries.concat(), "</urlset>\n"].concat()
}

/// `robots.txt` (RFC 9309): everything may be read; where the sitemap is.
pub fn robots(base: Option<&BaseUrl>) -> String {
    let mut text = String::from("User-agent: *\nAllow: /\n");
    if let Some(base) = base {
        let _ = writeln!(text, "Sitemap: {}", absolute(base, &UrlPath::new("/sitemap.xml")));
    }
    text
}

/// The whole URL of a path of the site.
pub fn absolute(base: &BaseUrl, url: &UrlPath) -> String {
    [&base.origin, &base.path, url.encoded().trim_start_matches('/')].concat()
}
