//! Whether a request was meant for this server.
//!
//! A page on the web can have its own name point at 127.0.0.1 and then read, as its own, what a server there answers (DNS
//! rebinding); a preview may hold what nobody is to see yet. Such a request carries the page's name as its host. So only
//! hosts are answered that no one can point elsewhere: addresses, `localhost`, and the name that `--listen` was given.

use std::net::{IpAddr, SocketAddr};

use hyper::header::HOST;
use hyper::http::uri::Authority;
use hyper::{HeaderMap, Uri};

/// What the server is called.
#[derive(Clone, Debug)]
pub(super) struct Names {
    /// Where it listens.
    address: IpAddr,
    /// The host part of `--listen`, as it was given.
    given: String,
}

impl Names {
    /// The names of a server that was told to listen at `listen` and does so at `address`.
    pub(super) fn new(listen: &str, address: SocketAddr) -> Self {
        let given = listen.rsplit_once(':').map_or(listen, |(host, _)| host);
        Self { address: address.ip().to_canonical(), given: given.to_owned() }
    }

    /// Whether a request is for us: it names exactly one host, and each place where it does so names one of ours.
    pub(super) fn are_meant(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let mut hosts = headers.get_all(HOST).iter();
        let host = hosts.next().and_then(|host| host.to_str().ok()).and_then(|host| host.parse::<Authority>().ok());
        let (Some(host), None) = (host, hosts.next()) else { return false };
        self.is_ours(&host) && uri.authority().is_none_or(|authority| self.is_ours(authority))
    }

    fn is_ours(&self, authority: &Authority) -> bool {
        let host = authority.host().trim_end_matches('.').to_ascii_lowercase();
        if authority.as_str().contains('@') {
            return false;
        }
        match host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            // Where all addresses of the machine are listened at, any may have been used; a rebound name is never one.
            Ok(ip) => {
                ip.to_canonical().is_loopback() || ip.to_canonical() == self.address || self.address.is_unspecified()
            }
            Err(_) => host == "localhost" || host.ends_with(".localhost") || host.eq_ignore_ascii_case(&self.given),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_meant(listen: &str, at: &str, host: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        Names::new(listen, at.parse().unwrap()).are_meant(&Uri::from_static("/"), &headers)
    }

    #[test]
    fn ours_and_others() {
        let local = |host: &str| is_meant("127.0.0.1:8000", "127.0.0.1:8000", host);
        for host in ["127.0.0.1", "127.0.0.1:8000", "localhost:9000", "LocalHost.", "site.localhost", "[::1]:8000"] {
            assert!(local(host), "{host}");
        }
        for host in [
            "",
            "example.org",
            "localhost.example.org",
            "notlocalhost",
            "192.168.0.7",
            "x@localhost",
            "127.0.0.1.nip.io",
        ] {
            assert!(!local(host), "{host}");
        }
        assert!(is_meant("0.0.0.0:8000", "0.0.0.0:8000", "192.168.0.7:8000"));
        assert!(!is_meant("0.0.0.0:8000", "0.0.0.0:8000", "example.org"));
        assert!(is_meant("Laptop.local:8000", "192.168.0.7:8000", "laptop.local:8000"));
    }
}
