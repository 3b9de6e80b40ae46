//! How a connection comes about: which addresses a name leads to, and what becomes of one that breaks.
//!
//! Both hang in `ureq`, so that what was looked at is what is connected to: there is no second look-up that could give
//! another answer.

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

/// A name that leads to an address without being looked up, for tests: nothing else makes one.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct Name {
    /// The host's name.
    pub host: String,
    /// Where it leads, whatever port was asked for.
    pub leads_to: SocketAddr,
    /// Whether that counts as an address of the internet.
    pub is_public: bool,
}

/// Only private addresses came of a name, and none may be used.
#[derive(Debug)]
pub(super) struct PrivateAddress;

impl fmt::Display for PrivateAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("leads to a private network")
    }
}

impl std::error::Error for PrivateAddress {}

/// Looks up names for one request.
#[derive(Debug, Clone, Default)]
pub(super) struct Lookup {
    pub names: Arc<[Name]>,
    /// Whether only addresses of the internet may be used.
    pub is_guarded: bool,
    /// Whether a proxy looks up the target: then all that is looked up here is the proxy.
    pub is_elsewhere: bool,
    /// Set where the target has an address of the internet.
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
            None => DefaultResolver::default().resolve(uri, config, timeout)?,
        };
        // A proxy may stand where it likes; those that leave the look-up to us have schemes of their own.
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

/// Makes the connections of all requests, so that what is trusted is read once.
#[derive(Debug, Clone, Default)]
pub(super) struct Connections(Arc<DefaultConnector>);

impl Connector for Connections {
    type Out = Whole;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<()>) -> Result<Option<Whole>, ureq::Error> {
        Ok(self.0.connect(details, chained)?.map(Whole))
    }
}

/// A connection whose breaking is no end. `ureq` takes one that is reset, or encrypted and not closed as it should be, for
/// the end of an answer that does not tell its length.
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
