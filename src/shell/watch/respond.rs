//! One request, one answer: the order in which a host looks, over the files that a build wrote.

use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::channel::Channel;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use tokio::io::AsyncReadExt;
use tokio::sync::watch;

use super::files::{self, Place};
use super::host::Names;
use super::live::{self, State};
use super::open::Open;
use crate::base::path::{UrlPath, decode, encode};

/// A body: held whole, or coming piece by piece.
pub(super) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// Bytes of a file that are sent at a time.
const PIECE: usize = 64 * 1024;
/// How often an event stream says that it is still there, so that one whose reader has gone is noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The policy of the server's own pages and of the worker: what these need, whatever the site's own says.
const OWN_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'";

/// What answers: the served folder, and the state as it is now.
#[derive(Clone, Debug)]
pub(super) struct Responder {
    /// The served folder.
    pub(super) folder: Arc<Path>,
    /// What the server is called.
    pub(super) names: Arc<Names>,
    /// The state.
    pub(super) state: watch::Receiver<State>,
    /// What is open in browsers.
    pub(super) open: Open,
}

impl Responder {
    /// Answers a request.
    pub(super) async fn respond(self, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
        let mut response = self.answer(&request).await;
        let no_store = HeaderValue::from_static("no-store");
        response.headers_mut().insert(header::CACHE_CONTROL, no_store);
        Ok(response)
    }

    async fn answer(&self, request: &Request<Incoming>) -> Response<Body> {
        if !self.names.are_meant(request.uri(), request.headers()) {
            let text = "This preview answers to its own address and to `localhost` only. For another name, start it with \
                        `--listen NAME:PORT`.\n";
            return plain(StatusCode::FORBIDDEN, text);
        }
        if request.method() != Method::GET && request.method() != Method::HEAD {
            let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "A preview is read only.\n");
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return response;
        }
        let Some(path) = decode(request.uri().path()) else {
            return plain(StatusCode::BAD_REQUEST, "The address is not percent-encoded UTF-8.\n");
        };
        // The state first, then the files: a page that is replaced in between counts as older than it is, and reloads.
        let state = self.state.borrow().clone();
        if let Some(response) = self.own_file(&state, &path, request.uri().query()) {
            return response;
        }
        if !state.has_site {
            return no_site(&state);
        }
        let Some(inner) = path.strip_prefix(&state.base) else {
            return outside(&state, &path);
        };
        self.page(&state, &path, inner, request.uri().query()).await
    }

    /// The server's own files. They answer at the root too: a page that was open when the base path changed still asks there.
    fn own_file(&self, state: &State, path: &str, query: Option<&str>) -> Option<Response<Body>> {
        let inner = path.strip_prefix(&state.base).or_else(|| path.strip_prefix('/'))?;
        let name = inner.strip_prefix(live::FOLDER)?;
        if name == live::EVENTS {
            return Some(self.events(query));
        }
        Some(match live::FILES.iter().find(|(file, ..)| *file == name) {
            Some((_, media_type, text)) => {
                let mut response = response(StatusCode::OK, media_type, whole(*text));
                set_own_policy(&mut response);
                response
            }
            None => plain(StatusCode::NOT_FOUND, "The preview has no such file.\n"),
        })
    }

    /// The state now and each time it changes, until the reader goes.
    fn events(&self, query: Option<&str>) -> Response<Body> {
        let (mut sender, body) = Channel::<Bytes, io::Error>::new(1);
        let mut state = self.state.clone();
        let word = self.open.note(query);
        tokio::spawn(async move {
            let _word = word;
            let mut text = state.borrow_and_update().event();
            while sender.send_data(text.into()).await.is_ok() {
                text = match tokio::time::timeout(HEARTBEAT, state.changed()).await {
                    Ok(Ok(())) => state.borrow_and_update().event(),
                    Ok(Err(_)) => return,
                    Err(_) => ":\n\n".to_owned(),
                };
            }
        });
        response(StatusCode::OK, "text/event-stream", body.boxed_unsync())
    }

    /// What the site has at a path: a redirect that stands before files, a file, another redirect, or its page for nothing.
    async fn page(&self, state: &State, path: &str, inner: &str, query: Option<&str>) -> Response<Body> {
        if let Some(response) = ahead(state, path, inner) {
            return response;
        }
        let forward = state.redirects.find(path);
        if let Some(forward) = forward.as_ref().filter(|forward| forward.before_files) {
            return self.forward(state, path, forward, query).await;
        }
        match (self.place(inner).await, forward) {
            (Place::File(file), _) => self.file(state, path, file, StatusCode::OK).await,
            (Place::Nothing, Some(forward)) => self.forward(state, path, &forward, query).await,
            (Place::Folder, _) => redirect(StatusCode::MOVED_PERMANENTLY, &format!("{}/", encode(path)), query),
            (Place::Nothing, None) => self.not_found(state, path).await,
        }
    }

    async fn forward(
        &self,
        state: &State,
        path: &str,
        forward: &super::redirects::Forward,
        query: Option<&str>,
    ) -> Response<Body> {
        if forward.status.is_redirection() {
            return redirect(forward.status, &forward.to, query);
        }
        let target = decode(&forward.to).unwrap_or_default();
        match target.strip_prefix(&state.base) {
            Some(inner) => match self.place(inner).await {
                Place::File(file) => self.file(state, path, file, forward.status).await,
                Place::Folder | Place::Nothing => self.not_found(state, path).await,
            },
            None => self.not_found(state, path).await,
        }
    }

    async fn not_found(&self, state: &State, path: &str) -> Response<Body> {
        match self.place("404.html").await {
            Place::File(file) => self.file(state, path, file, StatusCode::NOT_FOUND).await,
            Place::Folder | Place::Nothing => own_page(
                state,
                StatusCode::NOT_FOUND,
                "No such page",
                "The site has no page at this address, and no <code>404.html</code> either.",
            ),
        }
    }

    async fn place(&self, inner: &str) -> Place {
        let (folder, inner) = (Arc::clone(&self.folder), inner.to_owned());
        tokio::task::spawn_blocking(move || files::at(&folder, &inner)).await.unwrap_or(Place::Nothing)
    }

    /// A file, with the headers that the site asks for at the path it is served under.
    async fn file(&self, state: &State, path: &str, file: PathBuf, status: StatusCode) -> Response<Body> {
        let media_type = files::media_type(&file);
        let body = if media_type.starts_with("text/html") {
            tokio::fs::read(&file)
                .await
                .map(|page| live::inject(page, &state.script()))
                .map(|page| (page.len() as u64, whole(page)))
        } else {
            stream(&file).await
        };
        match body {
            Ok((len, body)) => {
                let mut response = response(status, media_type, body);
                state.headers.apply(path, response.headers_mut());
                response.headers_mut().insert(header::CONTENT_LENGTH, len.into());
                response
            }
            // It was removed since it was found.
            Err(_) => plain(StatusCode::NOT_FOUND, "The file is gone.\n"),
        }
    }
}

/// The length of a file, and its bytes a piece at a time, so that a film is not held in memory.
async fn stream(file: &Path) -> io::Result<(u64, Body)> {
    let mut file = tokio::fs::File::open(file).await?;
    let len = file.metadata().await?.len();
    let (mut sender, body) = Channel::<Bytes, io::Error>::new(2);
    tokio::spawn(async move {
        loop {
            let mut piece = vec![0; PIECE];
            match file.read(&mut piece).await {
                Ok(0) => return,
                Ok(count) => {
                    piece.truncate(count);
                    if sender.send_data(piece.into()).await.is_err() {
                        return;
                    }
                }
                Err(error) => return sender.abort(error),
            }
        }
    });
    Ok((len, body.boxed_unsync()))
}

/// An output that was shown before the build is done.
fn ahead(state: &State, path: &str, inner: &str) -> Option<Response<Body>> {
    let output = UrlPath::new(&format!("/{inner}")).output();
    let bytes = state.ahead.get(&output)?;
    let media_type = files::media_type(Path::new(output.as_str()));
    let bytes = if media_type.starts_with("text/html") {
        live::inject(bytes.to_vec(), &state.script()).into()
    } else {
        bytes.clone()
    };
    let mut response = response(StatusCode::OK, media_type, whole(bytes));
    state.headers.apply(path, response.headers_mut());
    Some(response)
}

fn whole(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

fn response(status: StatusCode, media_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    response(status, "text/plain; charset=utf-8", whole(text))
}

fn redirect(status: StatusCode, to: &str, query: Option<&str>) -> Response<Body> {
    let query = query.filter(|_| !to.contains('?')).map(|query| format!("?{query}")).unwrap_or_default();
    let mut response = plain(status, "");
    match HeaderValue::from_str(&format!("{to}{query}")) {
        Ok(to) => {
            response.headers_mut().insert(header::LOCATION, to);
            response
        }
        Err(_) => plain(StatusCode::NOT_FOUND, "The site forwards this to what is no address.\n"),
    }
}

fn set_own_policy(response: &mut Response<Body>) {
    let policy = HeaderValue::from_static(OWN_POLICY);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
}

fn own_page(state: &State, status: StatusCode, title: &str, text: &str) -> Response<Body> {
    let mut response = response(status, "text/html; charset=utf-8", whole(state.page(title, text)));
    set_own_policy(&mut response);
    response
}

fn no_site(state: &State) -> Response<Body> {
    let (title, text) = if state.failed {
        ("No site yet", "The first build has failed. This page gives way to the site as soon as a build succeeds.")
    } else {
        ("One moment", "The first build is under way. This page gives way to the site as soon as it is done.")
    };
    own_page(state, StatusCode::SERVICE_UNAVAILABLE, title, text)
}

/// An address beside the base path, where the host would have another site.
fn outside(state: &State, path: &str) -> Response<Body> {
    if path == "/" || state.base.strip_suffix('/') == Some(path) {
        return redirect(StatusCode::FOUND, &encode(&state.base), None);
    }
    let base = encode(&state.base);
    let text = format!("The site is served below <a href=\"{base}\">{base}</a>.");
    own_page(state, StatusCode::NOT_FOUND, "No such page", &text)
}
