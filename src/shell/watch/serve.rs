//! The preview server: a socket, a thread, and the state that `respond` answers from.
//!
//! hyper on a runtime of one thread: the work is to send files to one person. Each connection has a time in which to say
//! what it wants, and there are only so many at once, so that a forgotten tab or a port scanner cannot use the server up.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "the network and the served folder")]

use std::net::{IpAddr, SocketAddr, TcpListener, ToSocketAddrs};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::{Semaphore, watch};

use super::headers::Headers;
use super::host::Names;
use super::live::{self, State};
use super::open::Open;
use super::redirects::Redirects;
use super::respond::Responder;
use super::run::Round;
use crate::base::path::OutPath;
use crate::shell::fault::EnvironmentFault;
use crate::shell::onlookers::Made;

/// The port, where `--listen` gives none.
const DEFAULT_PORT: u16 = 8000;
/// Connections at once: dozens of tabs.
const MAX_CONNECTIONS: usize = 256;
/// How long a client may take for a request's head, or wait between two.
const HEAD_TIMEOUT: Duration = Duration::from_secs(20);
/// The longest head of a request, in bytes.
const MAX_HEAD: usize = 16 * 1024;

/// A running preview server. It ends when this is dropped.
#[derive(Debug)]
pub struct Preview {
    address: SocketAddr,
    folder: Arc<Path>,
    state: watch::Sender<State>,
    open: Open,
    run: String,
    builds: u64,
}

impl Preview {
    /// Listens, and answers from a folder that need not be there yet. Until the first round is shown, it says that the build
    /// is under way.
    ///
    /// `listen` is `HOST:PORT` or an address alone; port 0 is any that is free.
    pub fn start(listen: &str, folder: &Path) -> Result<Self, EnvironmentFault> {
        let listener = bind(listen)?;
        let address = listener.local_addr().map_err(|error| cannot_listen(listen, &error))?;
        let run = run_name();
        let (state, receiver) = watch::channel(State::new(format!("{run}-start")));
        let folder: Arc<Path> = folder.into();
        let names = Arc::new(Names::new(listen, address));
        let open = Open::default();
        let responder = Responder { folder: Arc::clone(&folder), names, state: receiver, open: open.clone() };
        serve(listener, responder).map_err(|error| cannot_listen(listen, &error))?;
        Ok(Self { address, folder, state, open, run, builds: 0 })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The site's URL for a browser on this machine.
    pub fn url(&self) -> String {
        let mut at = self.address;
        match at.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => at.set_ip(IpAddr::from([127, 0, 0, 1])),
            IpAddr::V6(ip) if ip.is_unspecified() => at.set_ip(std::net::Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        format!("http://{at}{}", crate::base::path::encode(&self.state.borrow().base))
    }

    /// The outputs that are open in browsers.
    pub fn open(&self) -> Vec<OutPath> {
        let base = self.state.borrow().base.clone();
        self.open.outputs(&base)
    }

    /// Serves these outputs in place of the files, until a round is shown.
    pub fn show_ahead(&self, made: Vec<Made>) {
        self.state.send_modify(|state| {
            if state.has_site {
                state.times_ahead += 1;
                state.ahead = Arc::new(made.into_iter().map(|(path, bytes)| (path, bytes.into())).collect());
                state.build = format!("{}-{}-ahead{}", self.run, self.builds, state.times_ahead);
            }
        });
    }

    /// Takes over what came of a round, and tells all open pages. A failed round leaves the site that is served as it is.
    pub fn show(&mut self, round: &Round) {
        if round.published {
            self.builds += 1;
        }
        let host_file = |name: &str| std::fs::read_to_string(self.folder.join(name)).unwrap_or_default();
        self.state.send_modify(|state| {
            state.failed = !round.published;
            state.faults = live::list_items(if round.published { "" } else { &round.faults_json });
            state.ahead = Arc::default();
            if round.published {
                state.has_site = true;
                state.files.clone_from(&round.files);
                state.base.clone_from(&round.base_path);
                state.headers = Arc::new(Headers::parse(&host_file("_headers")));
                state.redirects = Arc::new(Redirects::parse(&host_file("_redirects")));
            }
            // Before there is a site its stand-in is told apart too: "under way" at the start, and then "failed".
            let build = if state.has_site { self.builds.to_string() } else { "none".to_owned() };
            state.build = format!("{}-{build}", self.run);
        });
    }
}

fn bind(listen: &str) -> Result<TcpListener, EnvironmentFault> {
    let not_an_address = || {
        EnvironmentFault::new(format!("`{listen}` is no address to listen at"))
            .help("write a host and a port, such as `--listen 127.0.0.1:8000`")
    };
    let addresses: Vec<SocketAddr> = match listen.parse::<IpAddr>() {
        Ok(ip) => vec![SocketAddr::new(ip, DEFAULT_PORT)],
        Err(_) => listen.to_socket_addrs().map_err(|_| not_an_address())?.collect(),
    };
    TcpListener::bind(addresses.as_slice()).map_err(|error| cannot_listen(listen, &error))
}

fn cannot_listen(listen: &str, error: &std::io::Error) -> EnvironmentFault {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            let port = listen.rsplit_once(':').map_or_else(|| DEFAULT_PORT.to_string(), |(_, port)| port.to_owned());
            EnvironmentFault::new(format!("port {port} is in use, perhaps by another `iort-site watch` (`{listen}`)"))
                .help("end the other program, or choose another port: `--listen 127.0.0.1:8001`")
        }
        std::io::ErrorKind::PermissionDenied => EnvironmentFault::new(format!("may not listen at `{listen}`: {error}"))
            .help("choose a port above 1023: `--listen 127.0.0.1:8000`"),
        _ => EnvironmentFault::new(format!("cannot listen at `{listen}`: {error}"))
            .help("choose an address of this machine: `--listen 127.0.0.1:8000`"),
    }
}

/// A word that no other run has, so that a page of an earlier run reloads when it finds this one.
fn run_name() -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    format!("{:x}-{:x}", since.as_nanos(), std::process::id())
}

fn serve(listener: TcpListener, responder: Responder) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let listener = {
        let _context = runtime.enter();
        tokio::net::TcpListener::from_std(listener)?
    };
    let mut state = responder.state.clone();
    std::thread::Builder::new().name("preview".to_owned()).spawn(move || {
        runtime.block_on(async move {
            tokio::spawn(accept(listener, responder));
            // Ends when the `Preview` is dropped, and all connections with the runtime.
            while state.changed().await.is_ok() {}
        });
        runtime.shutdown_background();
    })?;
    Ok(())
}

async fn accept(listener: tokio::net::TcpListener, responder: Responder) {
    let connections = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    while let Ok(permit) = Arc::clone(&connections).acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file handles, most likely: some come free with time.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let responder = responder.clone();
        let service = service_fn(move |request| responder.clone().respond(request));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(MAX_HEAD)
            .serve_connection(TokioIo::new(stream), service);
        tokio::spawn(async move {
            // A client that breaks off is not worth a word.
            let _ = connection.await;
            drop(permit);
        });
    }
}
