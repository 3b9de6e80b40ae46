//! One address from one server, politely, or a [`Fault`] that says why not.
//!
//! A fetch asks once a hop, tells the server what is known already, and ends in time whatever the server does. What comes
//! back is whole and unpacked, or it is a fault; it is never what happened to arrive. From the internet nothing leads to
//! this machine or its network: that is looked at where names become addresses, by [`Fetcher`]'s own look-up. Where a
//! proxy looks up names, only what an address itself tells can be seen.
//!
//! The parts: `trail` (redirects), `network` (which addresses are whose), `connect` (look-ups and connections), `proxy`
//! (what the environment says), `body` (unpacking, limits), `fault` (errors in words).

mod body;
mod connect;
mod fault;
mod network;
mod proxy;
mod trail;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ureq::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use ureq::http::{Response, StatusCode};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

pub use connect::Name;
pub use fault::{Certificate, Fault, Kind};

use body::{Most, Packing};
use connect::{Connections, Lookup};
use fault::Times;
use proxy::Proxies;
use trail::Trail;

use super::schedule;
use crate::text::CleanBuf;

/// A longer validator is a mistake of the server's.
const LONGEST_VALIDATOR: usize = 4 << 10;

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
    /// What is wanted.
    pub accept: Accept,
    /// Whether private addresses are refused from the start, as they are for what a feed of the internet names. What the
    /// user typed may lead anywhere.
    pub is_guarded: bool,
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is as it was.
    Unchanged {
        /// As in [`Fetched`], where the server told it again.
        etag: Option<String>,
        /// As in [`Fetched`], where the server told it again.
        modified: Option<String>,
        /// As in [`Fetched`].
        moved: Option<String>,
    },
    /// All of it.
    Body(Fetched),
}

/// What was fetched, whole and unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The body.
    pub bytes: Vec<u8>,
    /// The `ETag` as it came: to be kept and sent again, not to be shown.
    pub etag: Option<String>,
    /// The `Last-Modified` as it came: to be kept and sent again, not to be shown.
    pub modified: Option<String>,
    /// The media type, in small letters, such as `text/html`; empty where it is not told.
    pub media: CleanBuf,
    /// The character set that the media type names; empty where it names none.
    pub charset: CleanBuf,
    /// Where it came from in the end, without name and password.
    pub address: String,
    /// The address that an unbroken chain of permanent redirects (301, 308) from the first address led to, with name and
    /// password where they stay with their host. `None` where the first address stands.
    pub moved: Option<String>,
}

/// Fetches. One is enough for all threads.
#[derive(Debug)]
pub struct Fetcher {
    limits: Limits,
    is_offline: bool,
    proxies: Proxies,
    names: Arc<[Name]>,
    connections: Connections,
    /// Whether this machine has no authorities of its own, so that the built-in ones are asked.
    has_none: AtomicBool,
    /// Whether the environment names authorities: then no others will do.
    is_told: bool,
    /// What runs at present.
    running: Mutex<Vec<Agent>>,
}

/// Whether an address itself tells that it is none of the internet: what it names may lie in the same network.
#[must_use]
pub fn is_private(address: &str) -> bool {
    url::Url::parse(address).map_or(true, |url| trail::is_private(&url))
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
        Self { is_offline: true, ..Self::within(Limits::default(), &|_| None) }
    }

    /// As [`Fetcher::new`], in another environment: for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn within(limits: Limits, variable: &dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            limits,
            is_offline: false,
            proxies: Proxies::new(variable),
            names: Arc::default(),
            connections: Connections::default(),
            has_none: AtomicBool::new(false),
            is_told: ["SSL_CERT_FILE", "SSL_CERT_DIR"].iter().any(|name| std::env::var_os(name).is_some()),
            running: Mutex::default(),
        }
    }

    /// With names that lead where a test wants them. All others are looked up as ever.
    #[doc(hidden)]
    #[must_use]
    pub fn with_names(self, names: Vec<Name>) -> Self {
        Self { names: names.into(), ..self }
    }

    /// Fetches one address. `cancel` is asked before each request and each read; what a running read waits for is ended
    /// by [`Fetcher::interrupt`]. `progress` is told how many bytes of the body have come, as they were sent.
    ///
    /// # Errors
    /// A [`Fault`] wherever the answer is not all that was asked for.
    pub fn fetch(
        &self,
        request: &Request<'_>,
        cancel: &dyn Fn() -> bool,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Answer, Fault> {
        if self.is_offline {
            return Err(Fault::Offline);
        }
        let until = Instant::now() + self.limits.whole;
        let mut trail = Trail::new(request.address, request.is_guarded)?;
        let is_conditional = [request.etag, request.modified].into_iter().flatten().any(is_validator);
        loop {
            if cancel() {
                return Err(Fault::Cancelled);
            }
            let hop = self.ask(&trail, request, until, cancel).map_err(|fault| called_off(fault, cancel))?;
            let headers = hop.response.headers();
            match hop.response.status() {
                StatusCode::MOVED_PERMANENTLY
                | StatusCode::FOUND
                | StatusCode::SEE_OTHER
                | StatusCode::TEMPORARY_REDIRECT
                | StatusCode::PERMANENT_REDIRECT => {
                    let location = headers.get(header::LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()));
                    trail.follow(hop.response.status().as_u16(), location.as_deref(), hop.was_public)?;
                }
                StatusCode::NOT_MODIFIED if is_conditional => {
                    let (etag, modified) = validators(headers);
                    return Ok(Answer::Unchanged { etag, modified, moved: trail.moved() });
                }
                StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION | StatusCode::NO_CONTENT => {
                    let fetched = self.take(hop, &trail, cancel, progress);
                    return fetched.map(Answer::Body).map_err(|fault| called_off(fault, cancel));
                }
                status => return Err(refusal(status, headers)),
            }
        }
    }

    /// Ends the waiting of all fetches that run at present. Each of them whose `cancel` says so is [`Fault::Cancelled`].
    pub fn interrupt(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).clone();
        running.into_iter().for_each(Agent::shutdown);
    }

    /// Sends one request and waits for the headers of its answer.
    fn ask(
        &self,
        trail: &Trail,
        request: &Request<'_>,
        until: Instant,
        cancel: &dyn Fn() -> bool,
    ) -> Result<Hop<'_>, Fault> {
        let proxy = self.proxies.of(&trail.url)?;
        let is_elsewhere = proxy.is_some_and(proxy::looks_up);
        if is_elsewhere && trail.is_guarded && trail::is_private(&trail.url) {
            return Err(Fault::Private { address: trail::shown(&trail.url) });
        }
        let was_public = Arc::new(AtomicBool::new(is_elsewhere && !trail::is_private(&trail.url)));
        let lookup = Lookup {
            names: Arc::clone(&self.names),
            is_guarded: trail.is_guarded,
            is_elsewhere,
            was_public: Arc::clone(&was_public),
        };
        let answer = loop {
            let is_builtin = self.has_none.load(Ordering::Relaxed);
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Fault::Slow(self.limits.whole));
            }
            let config = Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .max_redirects_will_error(false)
                .max_idle_connections(0)
                .proxy(proxy.cloned())
                .user_agent(concat!("tidings/", env!("CARGO_PKG_VERSION")))
                .tls_config(TlsConfig::builder().root_certs(authorities(is_builtin)).build())
                .timeout_global(Some(left))
                .timeout_resolve(Some(self.limits.connect))
                .timeout_connect(Some(self.limits.connect))
                .timeout_send_request(Some(self.limits.first_byte))
                .timeout_recv_response(Some(self.limits.first_byte))
                .timeout_per_read(Some(self.limits.first_byte))
                .build();
            let running = Running::new(self, Agent::with_parts(config, self.connections.clone(), lookup.clone()));
            // From here on an interrupt reaches it; one that came before did not.
            if cancel() {
                return Err(Fault::Cancelled);
            }
            let mut builder = running.agent.get(trail.url.as_str());
            for (name, value) in headers_of(trail, request) {
                builder = builder.header(name, value);
            }
            match builder.call() {
                Ok(response) => {
                    break Hop { response, was_public: was_public.load(Ordering::Relaxed), _running: running };
                }
                // A machine without authorities of its own, such as a bare container.
                Err(ureq::Error::Rustls(rustls::Error::General(_))) if !is_builtin && !self.is_told => {
                    self.has_none.store(true, Ordering::Relaxed);
                }
                Err(error) => return Err(self.fault(error, trail)),
            }
        };
        Ok(answer)
    }

    /// Reads the body of an answer.
    fn take(
        &self,
        hop: Hop<'_>,
        trail: &Trail,
        cancel: &dyn Fn() -> bool,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Fetched, Fault> {
        let headers = hop.response.headers();
        let (etag, modified) = validators(headers);
        let (media, charset) = media(text(headers, &header::CONTENT_TYPE).unwrap_or_default());
        let packing = text(headers, &header::CONTENT_ENCODING).map_or(Packing::Plain, Packing::of);
        let length = text(headers, &header::CONTENT_LENGTH).and_then(|length| length.trim().parse().ok());
        let input = hop.response.into_body().into_with_config().limit(u64::MAX).reader();
        let most = Most { bytes: self.limits.bytes, ratio: self.limits.ratio };
        let fault = |error: io::Error| self.fault(ureq::Error::from(error), trail);
        let bytes = body::read(input, packing, length, most, cancel, progress, &fault)?;
        let address = trail.url.to_string();
        Ok(Fetched { bytes, etag, modified, media, charset, address, moved: trail.moved() })
    }

    fn fault(&self, error: ureq::Error, trail: &Trail) -> Fault {
        let Limits { connect, first_byte, whole, .. } = self.limits;
        let host = trail.url.host_str().unwrap_or_default();
        fault::from_error(error, host, trail.url.as_str(), Times { connect, first_byte, whole })
    }
}

/// One answer, as long as its body is read.
struct Hop<'f> {
    response: Response<Body>,
    /// Whether who answered has an address of the internet.
    was_public: bool,
    _running: Running<'f>,
}

/// A request that [`Fetcher::interrupt`] can end.
struct Running<'f> {
    fetcher: &'f Fetcher,
    agent: Agent,
}

impl<'f> Running<'f> {
    fn new(fetcher: &'f Fetcher, agent: Agent) -> Self {
        fetcher.running.lock().unwrap_or_else(PoisonError::into_inner).push(agent.clone());
        Self { fetcher, agent }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut running = self.fetcher.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|agent| !std::ptr::eq(agent.config(), self.agent.config()));
    }
}

/// What went wrong because the caller wanted it to is no fault of the server's.
fn called_off(fault: Fault, cancel: &dyn Fn() -> bool) -> Fault {
    if cancel() { Fault::Cancelled } else { fault }
}

fn authorities(is_builtin: bool) -> RootCerts {
    if is_builtin { RootCerts::WebPki } else { RootCerts::PlatformVerifier }
}

/// Everything that is told to a server beside its own name.
fn headers_of(trail: &Trail, request: &Request<'_>) -> Vec<(HeaderName, HeaderValue)> {
    let mut headers = vec![
        (header::ACCEPT, HeaderValue::from_static(request.accept.header())),
        (header::ACCEPT_ENCODING, HeaderValue::from_static(Packing::ACCEPTED)),
    ];
    for (name, value) in [(header::IF_NONE_MATCH, request.etag), (header::IF_MODIFIED_SINCE, request.modified)] {
        let value = value.filter(|value| is_validator(value));
        headers
            .extend(value.and_then(|value| HeaderValue::from_bytes(value.as_bytes()).ok()).map(|value| (name, value)));
    }
    if let Some((name, password)) = &trail.user {
        let plain = |text: &str| percent_encoding::percent_decode_str(text).collect::<Vec<u8>>();
        let both = [plain(name), b":".to_vec(), plain(password)].concat();
        let value = HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(both)));
        headers.extend(value.ok().map(|value| (header::AUTHORIZATION, value)));
    }
    headers
}

/// Whether a validator can be sent as it came.
fn is_validator(value: &str) -> bool {
    !value.is_empty() && value.len() <= LONGEST_VALIDATOR && !value.chars().any(char::is_control)
}

/// `ETag` and `Last-Modified` as they came, where they are fit to be sent again.
fn validators(headers: &HeaderMap) -> (Option<String>, Option<String>) {
    let get = |name| text(headers, &name).filter(|value| is_validator(value)).map(str::to_owned);
    (get(header::ETAG), get(header::LAST_MODIFIED))
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
}

/// The media type and the character set that a `Content-Type` names.
fn media(header: &str) -> (CleanBuf, CleanBuf) {
    let mut parts = header.split(';');
    let media = parts.next().unwrap_or_default().to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']).to_ascii_lowercase())
    });
    (CleanBuf::line(&media), CleanBuf::line(&charset.unwrap_or_default()))
}

/// What a status that is no success means.
fn refusal(status: StatusCode, headers: &HeaderMap) -> Fault {
    match status.as_u16() {
        410 => Fault::Gone,
        status @ (429 | 503) => {
            // Counted from the server's own clock, where it tells it.
            let date = text(headers, &header::DATE).and_then(|date| httpdate::parse_http_date(date).ok());
            let now = date.unwrap_or_else(SystemTime::now);
            let pause = text(headers, &header::RETRY_AFTER).and_then(|value| schedule::retry_after(value, now));
            Fault::Busy { status, pause }
        }
        status => Fault::Status { status },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_type_tells_media_and_character_set() {
        for (header, told) in [
            ("text/html", ("text/html", "")),
            ("Text/HTML; Charset=\"ISO-8859-1\"", ("text/html", "iso-8859-1")),
            ("application/rss+xml;a=b; charset = utf-8 ;c", ("application/rss+xml", "utf-8")),
            ("\u{1b}[1mtext/x; charset='\u{202e}'", ("text/x", "")),
            ("", ("", "")),
        ] {
            let (media, charset) = media(header);
            assert_eq!((media.as_str(), charset.as_str()), told, "{header}");
        }
    }

    #[test]
    fn validators_that_cannot_be_sent_again_are_not_kept() {
        let long = "x".repeat(LONGEST_VALIDATOR);
        for value in ["", "a\tb", "a\u{7f}", "a\u{85}", &format!("{long}x")] {
            assert!(!is_validator(value), "{value:?}");
        }
        for value in ["W/\"a b\"", "\"é\"", "yesterday", "0", &long] {
            assert!(is_validator(value), "{value:?}");
        }
    }
}
