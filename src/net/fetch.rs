//! Fetches one address from one server, politely, or returns a [`FetchError`].
//!
//! A fetch sends one request for each hop with the known validators, and ends in time whatever the server does. It
//! returns the complete, decompressed body or an error, never a partial body. No public address leads to this machine
//! or its network: the check happens in [`Fetcher`]'s own name lookup. If a proxy resolves the names, only literal
//! addresses can be checked. All fetches of a [`Fetcher`] share its limits for each host and for memory.
//!
//! The parts: `hop` (one request), `call` (requests to an API), `redirects`, `cookies` (for the redirects of one fetch), `network` (public and
//! private addresses), `connect` (name lookup and connections), `proxy` (the environment's settings), `hosts` (requests
//! to one host at a time), `room` (memory), `body` (decompression and limits), `cancel`, `error`.

mod body;
mod bytes;
mod call;
mod cancel;
mod connect;
mod cookies;
mod error;
mod hop;
mod hosts;
mod incoming;
mod network;
mod proxy;
mod redirects;
mod room;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use ureq::http::StatusCode;
use ureq::http::header;
use url::Url;

pub use bytes::Bytes;
pub use call::{Call, KeepAlive, Method, Reply};
pub use cancel::Cancel;
pub use connect::Name;
pub use error::{Certificate, FetchError, Kind};
pub use hosts::{Entry, Hosts, Pause, Visit, host_of};
pub use incoming::Incoming;
pub use room::Share;

use connect::Connections;
use cookies::Jar;
use hop::Hop;
use proxy::Proxies;
use redirects::RedirectChain;
use room::Room;

use crate::text::CleanBuf;

/// Bytes of large bodies, and of the data parsed from them, held in memory at once: one body of the largest size.
const ROOM: u64 = 64 << 20;

/// Time and size limits of one fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// To connect, including the TLS handshake.
    pub connect: Duration,
    /// From then until the response headers arrive; later, between two chunks of the body.
    pub first_byte: Duration,
    /// For the whole fetch, including redirects.
    pub whole: Duration,
    /// Size of the decompressed body in bytes.
    pub bytes: u64,
    /// Maximum ratio of decompressed to compressed size, for bodies above 4 MiB.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(30),
            whole: Duration::from_secs(120),
            bytes: 64 << 20,
            ratio: 300,
        }
    }
}

/// The kind of content to request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Accept {
    /// A feed.
    #[default]
    Feed,
    /// A web page.
    Page,
    /// A sitemap.
    Sitemap,
    /// The robots.txt of a site.
    Robots,
    /// A picture.
    Picture,
    /// Any file, as it is.
    File,
}

/// The largest robots.txt in bytes; RFC 9309 requires readers to take at least 500 KiB.
const LARGEST_ROBOTS: u64 = 1 << 20;
/// The largest picture in bytes.
const LARGEST_PICTURE: u64 = 16 << 20;

impl Accept {
    fn header(self) -> &'static str {
        match self {
            Self::Feed => {
                "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, \
                 application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.8, */*;q=0.5"
            }
            Self::Page => "text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
            Self::Sitemap => "application/xml, text/xml, */*;q=0.5",
            Self::Robots => "text/plain, */*;q=0.5",
            Self::File => "*/*",
            Self::Picture => "image/png, image/jpeg, image/webp, image/gif;q=0.9",
        }
    }

    /// The largest body in bytes, of at most `most`.
    fn largest(self, most: u64) -> u64 {
        match self {
            Self::Feed | Self::Page | Self::Sitemap | Self::File => most,
            Self::Robots => most.min(LARGEST_ROBOTS),
            Self::Picture => most.min(LARGEST_PICTURE),
        }
    }
}

/// A request for one address.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// An http or https address, with user name and password if the server needs them.
    pub address: &'a str,
    /// The `ETag` of the known version, exactly as received.
    pub etag: Option<&'a str>,
    /// The `Last-Modified` of the known version, exactly as received.
    pub modified: Option<&'a str>,
    /// The address that sent both; `None` for `address` itself. They are sent to no other address.
    pub origin: Option<&'a str>,
    /// The kind of content to request.
    pub accept: Accept,
    /// Further headers, such as an access token. They are secrets, and are sent to the host of `address` alone, by the same
    /// rule as user name and password.
    pub headers: &'a [(String, String)],
    /// To request the rest of a file: the number of bytes that are known, and their validator.
    pub range: Option<(u64, &'a str)>,
    /// Whether to refuse private addresses from the start, as for addresses found in public feeds. An address typed by
    /// the user may be private.
    pub is_guarded: bool,
}

/// The server's answer.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// The content is unchanged (304).
    Unchanged {
        /// As in [`Fetched`], if the server sent it again.
        etag: Option<String>,
        /// As in [`Fetched`], if the server sent it again.
        modified: Option<String>,
        /// As in [`Fetched`].
        moved: Option<String>,
        /// As in [`Fetched`].
        address: String,
        /// As in [`Fetched`].
        is_public: bool,
    },
    /// The whole content.
    Body(Fetched),
}

/// A complete, decompressed answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The body.
    pub bytes: Bytes,
    /// The `ETag` as received: to store and send again, not to display.
    pub etag: Option<String>,
    /// The `Last-Modified` as received: to store and send again, not to display.
    pub modified: Option<String>,
    /// The media type in lower case, such as `text/html`; empty if not given.
    pub media: CleanBuf,
    /// The charset parameter of the media type; empty if not given.
    pub charset: CleanBuf,
    /// Whether trailing data after the compressed body was ignored.
    pub has_junk: bool,
    /// The final address, without user name and password.
    pub address: String,
    /// Whether the first host has a public address.
    pub is_public: bool,
    /// The address reached from the first one by permanent redirects alone (301, 308), with user name and password if
    /// they stay with their host. `None` if the first address is still valid.
    pub moved: Option<String>,
}

impl Fetched {
    /// Returns the charset parameter of the media type.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        Some(self.charset.as_str()).filter(|label| !label.is_empty())
    }
}

/// Fetches addresses. One instance serves all threads.
#[derive(Debug)]
pub struct Fetcher {
    limits: Limits,
    is_offline: AtomicBool,
    proxies: Proxies,
    names: Arc<[Name]>,
    connections: Connections,
    /// Whether this machine has no root certificates, so that the built-in ones are used.
    has_none: AtomicBool,
    /// Whether the environment names root certificates; then no others are trusted.
    is_told: bool,
    hosts: Arc<Hosts>,
    room: Arc<Room>,
}

/// The first answer that is no redirect.
struct Reached {
    hop: Hop,
    trail: RedirectChain,
    visit: Visit,
    /// The deadline for the whole.
    until: Instant,
    /// Whether validators were sent.
    is_conditional: bool,
    /// Whether the first host has a public address.
    is_public: bool,
}

/// Whether an address is private by its text alone. What it serves may link to the same network.
#[must_use]
pub fn is_private(address: &str) -> bool {
    url::Url::parse(address).map_or(true, |url| redirects::is_private(&url))
}

/// Whether secrets for one address may be sent to another one: to the same server, or its https version.
#[must_use]
pub fn may_share_secrets(from: &str, to: &str) -> bool {
    matches!((Url::parse(from), Url::parse(to)), (Ok(from), Ok(to)) if redirects::is_same_host(&from, &to))
}

impl Fetcher {
    /// Creates a fetcher that uses the proxies of the environment.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self::within(limits, &|name| std::env::var(name).ok())
    }

    /// Creates a fetcher that refuses everything and opens no connection.
    #[must_use]
    pub fn offline() -> Self {
        let fetcher = Self::within(Limits::default(), &|_| None);
        fetcher.go_offline(true);
        fetcher
    }

    /// Like [`Fetcher::new`], with another environment; for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn within(limits: Limits, variable: &dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            limits,
            is_offline: AtomicBool::new(false),
            proxies: Proxies::new(variable),
            names: Arc::default(),
            connections: Connections::default(),
            has_none: AtomicBool::new(false),
            is_told: ["SSL_CERT_FILE", "SSL_CERT_DIR"].iter().any(|name| std::env::var_os(name).is_some()),
            hosts: Arc::default(),
            room: Arc::new(Room::new(ROOM)),
        }
    }

    /// Resolves some names to addresses chosen by a test, and all others as usual.
    #[doc(hidden)]
    #[must_use]
    pub fn with_names(self, names: Vec<Name>) -> Self {
        Self { names: names.into(), ..self }
    }

    /// Refuses all further fetches, or allows them again; running requests continue.
    pub fn go_offline(&self, is_offline: bool) {
        self.is_offline.store(is_offline, Ordering::SeqCst);
    }

    /// Whether all fetches are refused.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        self.is_offline.load(Ordering::SeqCst)
    }

    /// Returns the state of the hosts.
    #[must_use]
    pub fn hosts(&self) -> &Arc<Hosts> {
        &self.hosts
    }

    /// Fetches one address once its host has a free slot. Calls `progress` with the number of bytes received so far,
    /// before decompression: first with 0, when a server has answered.
    ///
    /// # Errors
    /// A [`FetchError`] unless the answer is complete.
    pub fn fetch(
        &self,
        request: &Request<'_>,
        cancel: &Cancel,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Answer, FetchError> {
        self.fetch_on(None, request, cancel, progress)
    }

    /// Like [`Fetcher::fetch`], with a slot already taken at the first host.
    ///
    /// # Errors
    /// As [`Fetcher::fetch`].
    pub fn fetch_on(
        &self,
        visit: Option<Visit>,
        request: &Request<'_>,
        cancel: &Cancel,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Answer, FetchError> {
        let Reached { hop, trail, mut visit, until, is_conditional, is_public } =
            self.reach(visit, request, cancel, progress)?;
        let (status, answer) = (hop.response.status(), hop.response.headers());
        match status {
            StatusCode::NOT_MODIFIED if is_conditional => {
                let (etag, modified) = hop::validators(answer);
                let (moved, address) = (hop::moved(&trail, request), trail.url.to_string());
                Ok(Answer::Unchanged { etag, modified, moved, address, is_public })
            }
            StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION | StatusCode::NO_CONTENT => {
                let fetched = self.take(hop, &trail, request, is_public, until, progress);
                fetched.map(Answer::Body).map_err(|error| cancel.or(error))
            }
            status => {
                let (error, pause) = hop::refusal(status, answer);
                if let Some(pause) = pause {
                    visit.refuse(pause);
                }
                Err(error)
            }
        }
    }

    /// Sends the request and follows redirects. Calls `progress` with 0 at each answer.
    fn reach(
        &self,
        visit: Option<Visit>,
        request: &Request<'_>,
        cancel: &Cancel,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Reached, FetchError> {
        if self.is_offline.load(Ordering::SeqCst) {
            return Err(FetchError::Offline);
        }
        let mut trail = RedirectChain::new(request.address, request.is_guarded)?;
        let mut visit = self.enter(visit, &trail, cancel)?;
        let (mut until, mut jar, mut is_public) = (Instant::now() + self.limits.whole, Jar::default(), None);
        let origin = request.origin.map_or_else(|| Some(trail.url.clone()), |origin| Url::parse(origin).ok());
        loop {
            if cancel.is_cancelled() {
                return Err(FetchError::Cancelled);
            }
            let is_conditional = origin.as_ref() == Some(&trail.url) && hop::has_validators(request);
            let headers = hop::headers_of(&trail, request, is_conditional, jar.header(&trail.url));
            let hop = self.request(&trail, &headers, until, cancel).map_err(|error| cancel.or(error))?;
            let is_public = *is_public.get_or_insert(hop.was_public);
            let (status, answer) = (hop.response.status(), hop.response.headers());
            tracing::debug!(status = status.as_u16(), "answered");
            progress(0);
            match status {
                StatusCode::MOVED_PERMANENTLY
                | StatusCode::FOUND
                | StatusCode::SEE_OTHER
                | StatusCode::TEMPORARY_REDIRECT
                | StatusCode::PERMANENT_REDIRECT => {
                    for cookie in answer.get_all(header::SET_COOKIE) {
                        jar.take(&String::from_utf8_lossy(cookie.as_bytes()), &trail.url, SystemTime::now());
                    }
                    let location = answer.get(header::LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()));
                    let cookies = |target: &Url| jar.header(target);
                    trail.follow(status.as_u16(), location.as_deref(), hop.was_public, cookies)?;
                    drop(hop);
                    let asked = Instant::now();
                    visit = self.enter(Some(visit), &trail, cancel)?;
                    until += asked.elapsed();
                }
                _ => return Ok(Reached { hop, trail, visit, until, is_conditional, is_public }),
            }
        }
    }

    /// Takes a slot at the host of the next request, keeping the current one if it is the same host.
    fn enter(&self, visit: Option<Visit>, trail: &RedirectChain, cancel: &Cancel) -> Result<Visit, FetchError> {
        let host = hosts::host(&trail.url);
        match visit {
            Some(visit) if visit.is_to(&host) => Ok(visit),
            // Releases the slot first: waiting for one host must not block another.
            other => {
                drop(other);
                self.hosts.enter(&host, cancel)
            }
        }
    }
}
