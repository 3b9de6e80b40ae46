//! One address from one server, politely, or a [`FetchError`] that says why not.
//!
//! A fetch asks once a hop, tells the server what is known already, and ends in time whatever the server does. What comes
//! back is whole and unpacked, or it is a fault; it is never what happened to arrive. From the internet nothing leads to
//! this machine or its network: that is looked at where names become addresses, by [`Fetcher`]'s own look-up. Where a
//! proxy looks up names, only what an address itself tells can be seen. All fetches of a [`Fetcher`] share its limits on
//! what one host is asked and on what is in memory.
//!
//! The parts: `hop` (one request), `trail` (redirects), `cookies` (for the redirects of one fetch), `network` (which
//! addresses are whose), `connect` (look-ups and connections), `proxy` (what the environment says), `hosts` (what is asked
//! of one host), `room` (what is in memory), `body` (unpacking, limits), `cancel`, `fault` (errors in words).

mod body;
mod cancel;
mod connect;
mod cookies;
mod error;
mod hop;
mod hosts;
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

pub use body::Bytes;
pub use cancel::Cancel;
pub use connect::Name;
pub use error::{Certificate, FetchError, Kind};
pub use hosts::{Entry, Hosts, Pause, Visit, host_of};
pub use room::Share;

use connect::Connections;
use cookies::Jar;
use proxy::Proxies;
use redirects::RedirectChain;
use room::Room;

use crate::text::CleanBuf;

/// Bytes of large bodies, and of what became of them, that are in memory at once: one of the largest.
const ROOM: u64 = 64 << 20;

/// How much of a server is put up with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until there is a connection, a safe one where it is to be.
    pub connect: Duration,
    /// From there until the headers of the answer have come; later, between two pieces of its body.
    pub first_byte: Duration,
    /// For all of one fetch, redirects included.
    pub whole: Duration,
    /// Bytes of a body, unpacked.
    pub bytes: u64,
    /// A body may unpack to so many times its size, once that is more than 4 MiB.
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

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Accept {
    /// A feed.
    #[default]
    Feed,
    /// A web page.
    Page,
}

impl Accept {
    fn header(self) -> &'static str {
        match self {
            Self::Feed => {
                "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, \
                 application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.8, */*;q=0.5"
            }
            Self::Page => "text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
        }
    }
}

/// One question.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// An http or https address, with name and password where the server wants them.
    pub address: &'a str,
    /// The `ETag` of what is known, exactly as it came.
    pub etag: Option<&'a str>,
    /// The `Last-Modified` of what is known, exactly as it came.
    pub modified: Option<&'a str>,
    /// The address that gave both; `None` where it is the one that is asked. They are told to no other.
    pub origin: Option<&'a str>,
    /// What is wanted.
    pub accept: Accept,
    /// Whether private addresses are refused from the start, as they are for what a feed of the internet names. What the
    /// user typed may lead anywhere.
    pub is_guarded: bool,
}

/// What a server answered.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is as it was.
    Unchanged {
        /// As in [`Fetched`], where the server told it again.
        etag: Option<String>,
        /// As in [`Fetched`], where the server told it again.
        modified: Option<String>,
        /// As in [`Fetched`].
        moved: Option<String>,
        /// As in [`Fetched`].
        address: String,
        /// As in [`Fetched`].
        is_public: bool,
    },
    /// All of it.
    Body(Fetched),
}

/// What was fetched, whole and unpacked.
#[derive(Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The body.
    pub bytes: Bytes,
    /// The `ETag` as it came: to be kept and sent again, not to be shown.
    pub etag: Option<String>,
    /// The `Last-Modified` as it came: to be kept and sent again, not to be shown.
    pub modified: Option<String>,
    /// The media type, in small letters, such as `text/html`; empty where it is not told.
    pub media: CleanBuf,
    /// The character set that the media type names; empty where it names none.
    pub charset: CleanBuf,
    /// Whether something that stood behind the packed data was left out.
    pub has_junk: bool,
    /// Where it came from in the end, without name and password.
    pub address: String,
    /// Whether the host that was asked first has an address of the internet.
    pub is_public: bool,
    /// The address that an unbroken chain of permanent redirects (301, 308) from the first address led to, with name and
    /// password where they stay with their host. `None` where the first address stands.
    pub moved: Option<String>,
}

impl Fetched {
    /// The character set that the media type names.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        Some(self.charset.as_str()).filter(|label| !label.is_empty())
    }
}

/// Fetches. One is enough for all threads.
#[derive(Debug)]
pub struct Fetcher {
    limits: Limits,
    is_offline: AtomicBool,
    proxies: Proxies,
    names: Arc<[Name]>,
    connections: Connections,
    /// Whether this machine has no authorities of its own, so that the built-in ones are asked.
    has_none: AtomicBool,
    /// Whether the environment names authorities: then no others will do.
    is_told: bool,
    hosts: Arc<Hosts>,
    room: Arc<Room>,
}

/// Whether an address itself tells that it is none of the internet: what it names may lie in the same network.
#[must_use]
pub fn is_private(address: &str) -> bool {
    url::Url::parse(address).map_or(true, |url| redirects::is_private(&url))
}

impl Fetcher {
    /// One that asks, through the proxies that the environment names.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self::within(limits, &|name| std::env::var(name).ok())
    }

    /// One that refuses everything and opens no connection.
    #[must_use]
    pub fn offline() -> Self {
        let fetcher = Self::within(Limits::default(), &|_| None);
        fetcher.go_offline(true);
        fetcher
    }

    /// As [`Fetcher::new`], in another environment: for tests.
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

    /// With names that lead where a test wants them. All others are looked up as ever.
    #[doc(hidden)]
    #[must_use]
    pub fn with_names(self, names: Vec<Name>) -> Self {
        Self { names: names.into(), ..self }
    }

    /// Refuses everything from now on, or no longer; requests that are under way go on.
    pub fn go_offline(&self, is_offline: bool) {
        self.is_offline.store(is_offline, Ordering::SeqCst);
    }

    /// What each host is asked.
    #[must_use]
    pub fn hosts(&self) -> &Arc<Hosts> {
        &self.hosts
    }

    /// Fetches one address, once its host has room. `progress` is told how many bytes of the body have come, as they were
    /// sent.
    ///
    /// # Errors
    /// A [`FetchError`] wherever the answer is not all that was asked for.
    pub fn fetch(
        &self,
        request: &Request<'_>,
        cancel: &Cancel,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Answer, FetchError> {
        self.fetch_on(None, request, cancel, progress)
    }

    /// As [`Fetcher::fetch`], by somebody who has been let in by the first host.
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
            let hop = self.request(&trail, &headers, until, cancel).map_err(|fault| cancel.or(fault))?;
            let is_public = *is_public.get_or_insert(hop.was_public);
            let (status, answer) = (hop.response.status(), hop.response.headers());
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
                StatusCode::NOT_MODIFIED if is_conditional => {
                    let (etag, modified) = hop::validators(answer);
                    let (moved, address) = (trail.permanent_address(), trail.url.to_string());
                    return Ok(Answer::Unchanged { etag, modified, moved, address, is_public });
                }
                StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION | StatusCode::NO_CONTENT => {
                    let fetched = self.take(hop, &trail, is_public, until, cancel, progress);
                    return fetched.map(Answer::Body).map_err(|fault| cancel.or(fault));
                }
                status => {
                    let (fault, pause) = hop::refusal(status, answer);
                    if let Some(pause) = pause {
                        visit.refuse(pause);
                    }
                    return Err(fault);
                }
            }
        }
    }

    /// Has the host of the next request let us in, which may be the one that is visited.
    fn enter(&self, visit: Option<Visit>, trail: &RedirectChain, cancel: &Cancel) -> Result<Visit, FetchError> {
        let host = hosts::host(&trail.url);
        match visit {
            Some(visit) if visit.is_to(&host) => Ok(visit),
            // Who waits for one host keeps no other from being asked.
            other => {
                drop(other);
                self.hosts.enter(&host, cancel)
            }
        }
    }
}
