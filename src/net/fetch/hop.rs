//! One request of a fetch: the headers sent, and the parts of the answer used.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Instant, SystemTime};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ureq::config::ConfigBuilder;
use ureq::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use ureq::http::{Response, StatusCode};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::typestate::AgentScope;
use ureq::{Agent, Body, Proxy};

use super::body::{self, Most, Packing, Reading};
use super::cancel::Watched;
use super::connect::Lookup;
use super::error::{self, Times};
use super::redirects::{self, RedirectChain};
use super::{Accept, Cancel, FetchError, Fetched, Fetcher, Limits, Pause, Request, proxy};
use crate::net::schedule;
use crate::text::CleanBuf;

/// Longer validators are a mistake of the server.
const LONGEST_VALIDATOR: usize = 4 << 10;

/// The headers of a request.
pub(super) type Headers = Vec<(HeaderName, HeaderValue)>;

impl Fetcher {
    /// Sends one request and waits for the response headers.
    pub(super) fn request(
        &self,
        trail: &RedirectChain,
        headers: &Headers,
        until: Instant,
        cancel: &Cancel,
    ) -> Result<Hop, FetchError> {
        let proxy = self.proxies.of(&trail.url)?;
        let is_elsewhere = proxy.is_some_and(proxy::looks_up);
        if is_elsewhere && trail.is_guarded && redirects::is_private(&trail.url) {
            return Err(FetchError::Private { address: redirects::shown(&trail.url) });
        }
        let was_public = Arc::new(AtomicBool::new(is_elsewhere && !redirects::is_private(&trail.url)));
        let lookup = Lookup {
            names: Arc::clone(&self.names),
            is_guarded: trail.is_guarded,
            is_elsewhere,
            was_public: Arc::clone(&was_public),
        };
        loop {
            let is_builtin = self.has_none.load(Ordering::Relaxed);
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(FetchError::Slow(self.limits.whole));
            }
            // The total time is checked while the body is read, because waiting for room does not count.
            let [connect, first_byte] = [self.limits.connect, self.limits.first_byte].map(|limit| limit.min(left));
            let config = config(proxy, is_builtin)
                .max_idle_connections(0)
                .timeout_resolve(Some(connect))
                .timeout_connect(Some(connect))
                .timeout_send_request(Some(first_byte))
                .timeout_recv_response(Some(first_byte))
                .timeout_per_read(Some(self.limits.first_byte))
                .build();
            let agent = Agent::with_parts(config, self.connections.clone(), lookup.clone());
            let watched = cancel.watch(&agent)?;
            let mut builder = agent.get(trail.url.as_str());
            for (name, value) in headers {
                builder = builder.header(name, value);
            }
            match builder.call() {
                Ok(response) => {
                    return Ok(Hop { response, was_public: was_public.load(Ordering::Relaxed), watched });
                }
                // A machine without root certificates, such as a minimal container.
                Err(ureq::Error::Rustls(rustls::Error::General(_))) if !is_builtin && !self.is_told => {
                    self.has_none.store(true, Ordering::Relaxed);
                }
                Err(error) => return Err(self.to_error(error, trail)),
            }
        }
    }

    /// Reads the body of an answer.
    pub(super) fn take(
        &self,
        hop: Hop,
        trail: &RedirectChain,
        request: &Request<'_>,
        is_public: bool,
        until: Instant,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Fetched, FetchError> {
        let (accept, moved) = (request.accept, moved(trail, request));
        let headers = hop.response.headers();
        let (etag, modified) = validators(headers);
        let (media, charset) = media(text(headers, &header::CONTENT_TYPE).unwrap_or_default());
        let packing = text(headers, &header::CONTENT_ENCODING).map_or(Packing::Plain, Packing::of);
        let length = text(headers, &header::CONTENT_LENGTH).and_then(|length| length.trim().parse().ok());
        let watched = hop.watched;
        let input = hop.response.into_body().into_with_config().limit(u64::MAX).reader();
        let reading = Reading {
            packing,
            length,
            most: Most { bytes: accept.largest(self.limits.bytes), ratio: self.limits.ratio },
            until,
            whole: self.limits.whole,
            cancel: watched.cancel(),
            room: &self.room,
            progress,
            to_error: &|error: io::Error| self.to_error(ureq::Error::from(error), trail),
        };
        let body::Unpacked { bytes, has_junk } = body::read(input, reading)?;
        let address = trail.url.to_string();
        if has_junk {
            tracing::warn!("{address}: something follows the end of the packed data; it was ignored");
        }
        Ok(Fetched { bytes, etag, modified, media, charset, has_junk, address, is_public, moved })
    }

    /// Translates an error of the connection.
    fn to_error(&self, error: ureq::Error, trail: &RedirectChain) -> FetchError {
        let host = trail.url.host_str().unwrap_or_default();
        error::from_error(error, host, trail.url.as_str(), self.times())
    }

    /// The time limits, for error messages.
    pub(super) fn times(&self) -> Times {
        let Limits { connect, first_byte, whole, .. } = self.limits;
        Times { connect, first_byte, whole }
    }
}

/// An answer whose body is being read.
pub(super) struct Hop {
    pub response: Response<Body>,
    /// Whether the answering host has a public address.
    pub was_public: bool,
    /// Registers the request with what cancels it.
    pub watched: Watched,
}

/// The settings that all requests share.
pub(super) fn config(proxy: Option<&Proxy>, is_builtin: bool) -> ConfigBuilder<AgentScope> {
    let authorities = if is_builtin { RootCerts::WebPki } else { RootCerts::PlatformVerifier };
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(proxy.cloned())
        .user_agent(concat!("tidings/", env!("CARGO_PKG_VERSION")))
        .tls_config(TlsConfig::builder().root_certs(authorities).build())
}

/// Returns the permanent address of the chain. A request with secret headers does not move to another host, because the
/// next one would send them there.
pub(super) fn moved(trail: &RedirectChain, request: &Request<'_>) -> Option<String> {
    trail.permanent_address().filter(|_| trail.is_home || request.headers.is_empty())
}

/// Whether a request has validators.
pub(super) fn has_validators(request: &Request<'_>) -> bool {
    [request.etag, request.modified].into_iter().flatten().any(is_validator)
}

/// Returns all headers of a request except `Host`.
pub(super) fn headers_of(
    trail: &RedirectChain,
    request: &Request<'_>,
    is_conditional: bool,
    cookies: Option<String>,
) -> Headers {
    // The positions in a file are those of its bytes as they are.
    let packings = if request.accept == Accept::File { "identity" } else { Packing::ACCEPTED };
    let mut headers = vec![
        (header::ACCEPT, HeaderValue::from_static(request.accept.header())),
        (header::ACCEPT_ENCODING, HeaderValue::from_static(packings)),
    ];
    if let Some((from, validator)) = request.range.filter(|(_, validator)| is_validator(validator)) {
        let values = [HeaderValue::from_str(&format!("bytes={from}-")), HeaderValue::from_bytes(validator.as_bytes())];
        if let [Ok(range), Ok(validator)] = values {
            headers.extend([(header::RANGE, range), (header::IF_RANGE, validator)]);
        }
    }
    for (name, value) in [(header::IF_NONE_MATCH, request.etag), (header::IF_MODIFIED_SINCE, request.modified)] {
        let value = value.filter(|value| is_conditional && is_validator(value));
        headers
            .extend(value.and_then(|value| HeaderValue::from_bytes(value.as_bytes()).ok()).map(|value| (name, value)));
    }
    headers.extend(cookies.and_then(|all| Some((header::COOKIE, HeaderValue::from_bytes(all.as_bytes()).ok()?))));
    for (name, value) in request.headers.iter().filter(|_| trail.is_home) {
        if let (Ok(name), Ok(mut value)) = (HeaderName::try_from(name.as_str()), HeaderValue::from_str(value)) {
            value.set_sensitive(true);
            // Not beside one of the same name.
            headers.retain(|(known, _)| *known != name);
            headers.push((name, value));
        }
    }
    let has_login = headers.iter().any(|(name, _)| *name == header::AUTHORIZATION);
    if let Some((name, password)) = trail.user.as_ref().filter(|_| !has_login) {
        let plain = |text: &str| percent_encoding::percent_decode_str(text).collect::<Vec<u8>>();
        let both = [plain(name), b":".to_vec(), plain(password)].concat();
        let value = HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(both)));
        headers.extend(value.ok().map(|value| (header::AUTHORIZATION, value)));
    }
    headers
}

/// Whether a validator can be sent as received.
fn is_validator(value: &str) -> bool {
    !value.is_empty() && value.len() <= LONGEST_VALIDATOR && !value.chars().any(char::is_control)
}

/// Returns `ETag` and `Last-Modified` as received, if they are fit to be sent again.
pub(super) fn validators(headers: &HeaderMap) -> (Option<String>, Option<String>) {
    let get = |name| text(headers, &name).filter(|value| is_validator(value)).map(str::to_owned);
    (get(header::ETAG), get(header::LAST_MODIFIED))
}

pub(super) fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
}

/// Parses the media type and charset of a `Content-Type`.
pub(super) fn media(header: &str) -> (CleanBuf, CleanBuf) {
    let mut parts = header.split(';');
    let media = parts.next().unwrap_or_default().to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']).to_ascii_lowercase())
    });
    (CleanBuf::line(&media), CleanBuf::line(&charset.unwrap_or_default()))
}

/// Translates an unsuccessful status into an error, and into the pause it asks for.
pub(super) fn refusal(status: StatusCode, headers: &HeaderMap) -> (FetchError, Option<Pause>) {
    // Relative to the server's own clock, if it sends the time.
    let date = text(headers, &header::DATE).and_then(|date| httpdate::parse_http_date(date).ok());
    let asked = text(headers, &header::RETRY_AFTER)
        .and_then(|value| schedule::retry_after(value, date.unwrap_or_else(SystemTime::now)));
    let lasting = asked.filter(|asked| !asked.is_zero());
    let status = status.as_u16();
    let error = match status {
        410 => return (FetchError::Gone, None),
        429 | 503 => FetchError::Busy { status, pause: asked },
        400.. if lasting.is_some() => FetchError::Busy { status, pause: asked },
        status => return (FetchError::Status { status }, None),
    };
    let length = if status == 429 { Some(lasting.unwrap_or(schedule::DEFAULT_PAUSE)) } else { lasting };
    (error, length.map(|length| Pause::from_now(length, status)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn content_type_gives_media_type_and_charset() {
        for (header, expected) in [
            ("text/html", ("text/html", "")),
            ("Text/HTML; Charset=\"ISO-8859-1\"", ("text/html", "iso-8859-1")),
            ("application/rss+xml;a=b; charset = utf-8 ;c", ("application/rss+xml", "utf-8")),
            ("\u{1b}[1mtext/x; charset='\u{202e}'", ("text/x", "")),
            ("", ("", "")),
        ] {
            let (media, charset) = media(header);
            assert_eq!((media.as_str(), charset.as_str()), expected, "{header}");
        }
    }

    #[test]
    fn status_429_or_retry_after_asks_for_a_pause() {
        let asked = |status: u16, retry_after: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(value) = retry_after {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_str(value).expect("a value"));
            }
            let (error, pause) = refusal(StatusCode::from_u16(status).expect("a status"), &headers);
            let left = pause.map(|pause| match pause.to_error(Pause::from_now(Duration::ZERO, 0).until) {
                // A second may pass during the test.
                FetchError::Paused { left, .. } => left.as_secs().div_ceil(10) * 10,
                other => panic!("{other}"),
            });
            (matches!(error, FetchError::Busy { .. }), left)
        };
        for (status, retry_after, expected) in [
            (429, Some("120"), (true, Some(120))),
            (429, None, (true, Some(300))),
            (429, Some("soon"), (true, Some(300))),
            (429, Some("0"), (true, Some(300))),
            (429, Some("99999999999999"), (true, Some(86_400))),
            (503, Some("120"), (true, Some(120))),
            (503, None, (true, None)),
            (503, Some("0"), (true, None)),
            (403, Some("120"), (true, Some(120))),
            (500, None, (false, None)),
            (410, Some("120"), (false, None)),
        ] {
            assert_eq!(asked(status, retry_after), expected, "{status} {retry_after:?}");
        }
    }

    #[test]
    fn validators_unfit_to_be_sent_are_dropped() {
        let long = "x".repeat(LONGEST_VALIDATOR);
        for value in ["", "a\tb", "a\u{7f}", "a\u{85}", &format!("{long}x")] {
            assert!(!is_validator(value), "{value:?}");
        }
        for value in ["W/\"a b\"", "\"é\"", "yesterday", "0", &long] {
            assert!(is_validator(value), "{value:?}");
        }
    }
}
