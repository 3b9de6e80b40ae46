//! Name lookup and connections of `ureq`.
//!
//! Both are plugged into `ureq`, so the connection uses the very address that was checked; no second lookup could
//! return another one.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport};

use super::network;

/// A name with a fixed address, for tests.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct Name {
    /// The host name.
    pub host: String,
    /// The address, for any port.
    pub leads_to: SocketAddr,
    /// Whether it counts as public.
    pub is_public: bool,
}

/// A name resolved to private addresses only, which are not allowed.
#[derive(Debug)]
pub(super) struct PrivateAddress;

impl fmt::Display for PrivateAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the address is in a private network")
    }
}

impl std::error::Error for PrivateAddress {}

/// Resolves the names of one request.
#[derive(Debug, Clone, Default)]
pub(super) struct Lookup {
    pub names: Arc<[Name]>,
    /// Whether only public addresses are allowed.
    pub is_guarded: bool,
    /// Whether a proxy resolves the target, so that only the proxy's name is looked up here.
    pub is_elsewhere: bool,
    /// Set if the target has a public address.
    pub was_public: Arc<AtomicBool>,
}

impl Resolver for Lookup {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let known = self.names.iter().find(|name| uri.host() == Some(&name.host));
        let found = match known {
            Some(name) => {
                let mut found = self.empty();
                found.push(name.leads_to);
                found
            }
            None => DefaultResolver::default().resolve(uri, config, timeout).map_err(not_found)?,
        };
        // A proxy may have any address; proxies that leave the lookup to this machine have other schemes.
        if self.is_elsewhere || !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Ok(found);
        }
        let is_public = |address: &SocketAddr| known.map_or(network::is_public(address.ip()), |name| name.is_public);
        if found.iter().any(is_public) {
            self.was_public.store(true, Ordering::Relaxed);
        }
        if !self.is_guarded {
            return Ok(found);
        }
        let mut kept = self.empty();
        found.iter().copied().filter(is_public).for_each(|address| kept.push(address));
        if kept.is_empty() { Err(ureq::Error::Other(Box::new(PrivateAddress))) } else { Ok(kept) }
    }
}

/// Translates a failed lookup. It has no error kind of its own, but an error of the system always has a number.
fn not_found(error: ureq::Error) -> ureq::Error {
    match error {
        ureq::Error::Io(error) if error.raw_os_error().is_none() => ureq::Error::HostNotFound,
        error => error,
    }
}

/// Opens the connections of all requests, so that root certificates are read once.
#[derive(Debug, Clone, Default)]
pub(super) struct Connections(Arc<DefaultConnector>);

impl Connector for Connections {
    type Out = Whole;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<()>) -> Result<Option<Whole>, ureq::Error> {
        Ok(self.0.connect(details, chained)?.map(Whole))
    }
}

/// Turns a reset or an unclosed TLS stream into an error. `ureq` would take either for the normal end of a body without
/// a length.
#[derive(Debug)]
pub(super) struct Whole(Box<dyn Transport>);

impl Transport for Whole {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.0.await_input(timeout).map_err(|error| match error {
            ureq::Error::Io(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted
                ) =>
            {
                ureq::Error::Io(io::Error::new(io::ErrorKind::BrokenPipe, error))
            }
            error => error,
        })
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_lookup_differs_from_an_error_of_the_system() {
        let lookup = io::Error::other("no such name");
        assert!(matches!(not_found(ureq::Error::Io(lookup)), ureq::Error::HostNotFound));
        let system = io::Error::from_raw_os_error(24);
        assert!(matches!(not_found(ureq::Error::Io(system)), ureq::Error::Io(_)));
    }
}
