//! Requests to an API: any method, with headers and a body, one answer, no redirects.
//!
//! Politeness, proxies, certificates, decompression and limits are those of all fetches. The headers and the body of a
//! request may contain secrets; neither is logged or quoted in an error. The connection is kept for the next request:
//! a new TLS handshake for each of hundreds of requests would take longer than the requests.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ureq::http::header::{self, HeaderName, HeaderValue};
use ureq::http::{self as types, Response};
use ureq::{Agent, AsSendBody, Body};
use url::{Origin, Url};

use super::body::{self, Most, Packing, Reading};
use super::cancel::Watched;
use super::connect::Lookup;
use super::error::{self, Times};
use super::hop::{self, Headers, text};
use super::redirects::RedirectChain;
use super::{Bytes, Cancel, FetchError, Fetcher, Pause, proxy};
use crate::text::CleanBuf;

/// How long an unused connection is kept. Servers close theirs after some seconds, often five.
const IDLE: Duration = Duration::from_secs(4);

/// The method of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates, or does anything else.
    Post,
    /// Changes.
    Put,
    /// Deletes.
    Delete,
}

/// A request to an API.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The method.
    pub method: Method,
    /// An http or https address with its parameters. User name and password in it are not sent.
    pub address: &'a str,
    /// Headers by name. Their values are treated as secrets.
    pub headers: &'a [(&'a str, &'a str)],
    /// The media type and the bytes of the body, which is treated as a secret.
    pub body: Option<(&'a str, &'a [u8])>,
    /// The time until the answer begins, and between two parts of it.
    pub first_byte: Duration,
    /// The time for the whole.
    pub whole: Duration,
    /// The largest body of an answer in bytes, decompressed.
    pub bytes: u64,
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("method", &self.method).finish_non_exhaustive()
    }
}

/// The complete answer of an API, whatever its status.
#[derive(Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The media type in lower case, such as `application/json`; empty if not given.
    pub media: CleanBuf,
    /// The absolute address in `Location`, if there is one.
    pub location: Option<Url>,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
    /// The body.
    pub bytes: Bytes,
}

/// The connections kept between the requests to one server.
#[derive(Debug, Default)]
pub struct KeepAlive(Option<Kept>);

#[derive(Debug)]
struct Kept {
    agent: Agent,
    origin: Origin,
    /// Whether it trusts the built-in certificates.
    is_builtin: bool,
    /// Whether a request was answered, so that the next one may use the same connection.
    is_used: bool,
}

impl Fetcher {
    /// Sends one request to an API once its host has a free slot, and reads the answer to its end. Follows no redirect.
    ///
    /// # Errors
    /// A [`FetchError`] unless the answer is complete. Any status is an answer.
    pub fn call(&self, kept: &mut KeepAlive, call: &Call<'_>, cancel: &Cancel) -> Result<Reply, FetchError> {
        if self.is_offline.load(Ordering::SeqCst) {
            return Err(FetchError::Offline);
        }
        let trail = RedirectChain::new(call.address, false)?;
        let mut visit = self.enter(None, &trail, cancel)?;
        let until = Instant::now() + call.whole;
        let mut response = self.send(kept, call, &trail.url, until, cancel);
        // A server may close a kept connection at the moment of the next request. All but POST can be repeated.
        let was_kept = kept.0.as_ref().is_some_and(|kept| kept.is_used);
        if matches!(response, Err(FetchError::Cut)) && was_kept && call.method != Method::Post {
            kept.0 = None;
            response = self.send(kept, call, &trail.url, until, cancel);
        }
        let reply = response.and_then(|response| self.read(response, call, &trail.url, until, cancel));
        match (&reply, &mut kept.0) {
            (Ok((_, pause)), Some(kept)) => {
                kept.is_used = true;
                if let Some(pause) = pause {
                    visit.refuse(*pause);
                }
            }
            _ => kept.0 = None,
        }
        reply.map(|(reply, _)| reply).map_err(|error| cancel.or(error))
    }

    /// Sends the request and waits for the headers of the answer.
    fn send(
        &self,
        kept: &mut KeepAlive,
        call: &Call<'_>,
        url: &Url,
        until: Instant,
        cancel: &Cancel,
    ) -> Result<Sent, FetchError> {
        let headers = headers(call)?;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(FetchError::Slow(call.whole));
            }
            let is_builtin = self.has_none.load(Ordering::Relaxed);
            let agent = self.agent(kept, url, is_builtin)?;
            let watched = cancel.watch(&agent)?;
            let mut request = types::Request::builder().method(call.method.name()).uri(url.as_str());
            for (name, value) in &headers {
                request = request.header(name, value);
            }
            let limits = [self.limits.connect.min(left), call.first_byte.min(left), call.first_byte];
            let answer = match call.body {
                Some((_, body)) => run(&agent, request.body(body), limits),
                None => run(&agent, request.body(()), limits),
            };
            match answer {
                Ok(response) => return Ok(Sent { response, watched }),
                // A machine without root certificates, such as a minimal container.
                Err(ureq::Error::Rustls(rustls::Error::General(_))) if !is_builtin && !self.is_told => {
                    self.has_none.store(true, Ordering::Relaxed);
                }
                Err(error) => return Err(to_error(error, call, url, self.limits.connect)),
            }
        }
    }

    /// Returns the agent with the kept connections, or a new one.
    fn agent(&self, kept: &mut KeepAlive, url: &Url, is_builtin: bool) -> Result<Agent, FetchError> {
        let origin = url.origin();
        if let Some(kept) = &kept.0
            && kept.origin == origin
            && kept.is_builtin == is_builtin
        {
            return Ok(kept.agent.clone());
        }
        let proxy = self.proxies.of(url)?;
        let lookup = Lookup {
            names: Arc::clone(&self.names),
            is_elsewhere: proxy.is_some_and(proxy::looks_up),
            ..Lookup::default()
        };
        let config = hop::config(proxy, is_builtin).max_idle_connections(1).max_idle_age(IDLE).build();
        let agent = Agent::with_parts(config, self.connections.clone(), lookup);
        kept.0 = Some(Kept { agent: agent.clone(), origin, is_builtin, is_used: false });
        Ok(agent)
    }

    /// Reads the answer, and the pause that it asks for.
    fn read(
        &self,
        sent: Sent,
        call: &Call<'_>,
        url: &Url,
        until: Instant,
        cancel: &Cancel,
    ) -> Result<(Reply, Option<Pause>), FetchError> {
        let Sent { response, watched: _watched } = sent;
        let (status, headers) = (response.status(), response.headers());
        tracing::debug!(method = call.method.name(), path = url.path(), status = status.as_u16(), "answered");
        let (media, _) = hop::media(text(headers, &header::CONTENT_TYPE).unwrap_or_default());
        let location = text(headers, &header::LOCATION).and_then(|to| url.join(to.trim()).ok());
        let (error, pause) = hop::refusal(status, headers);
        let retry_after = if let FetchError::Busy { pause, .. } = error { pause } else { None };
        let packing = text(headers, &header::CONTENT_ENCODING).map_or(Packing::Plain, Packing::of);
        let length = text(headers, &header::CONTENT_LENGTH).and_then(|length| length.trim().parse().ok());
        let input = response.into_body().into_with_config().limit(u64::MAX).reader();
        let reading = Reading {
            packing,
            length,
            most: Most { bytes: call.bytes, ratio: self.limits.ratio },
            until,
            whole: call.whole,
            cancel,
            room: &self.room,
            progress: &mut |_| {},
            to_error: &|error: io::Error| to_error(ureq::Error::from(error), call, url, self.limits.connect),
        };
        let body::Unpacked { bytes, .. } = body::read(input, reading)?;
        Ok((Reply { status: status.as_u16(), media, location, retry_after, bytes }, pause))
    }
}

/// A request that was answered.
struct Sent {
    response: Response<Body>,
    /// Registers the request with what cancels it.
    watched: Watched,
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// Returns all headers of a request except `Host`.
fn headers(call: &Call<'_>) -> Result<Headers, FetchError> {
    let mut headers = vec![(header::ACCEPT_ENCODING, HeaderValue::from_static(Packing::ACCEPTED))];
    let media = call.body.iter().map(|(media, _)| ("content-type", *media));
    for (name, value) in call.headers.iter().copied().chain(media) {
        let name =
            HeaderName::from_bytes(name.as_bytes()).map_err(|_invalid| FetchError::Address("invalid header name"))?;
        let value = HeaderValue::from_str(value);
        let mut value =
            value.map_err(|_invalid| FetchError::Address("invalid characters in a key, password or header"))?;
        value.set_sensitive(true);
        headers.push((name, value));
    }
    Ok(headers)
}

/// Sends a request within the limits for connecting, for the first byte and for each read.
fn run<B: AsSendBody>(
    agent: &Agent,
    request: types::Result<types::Request<B>>,
    [connect, first_byte, read]: [Duration; 3],
) -> Result<Response<Body>, ureq::Error> {
    let request = agent
        .configure_request(request?)
        .timeout_resolve(Some(connect))
        .timeout_connect(Some(connect))
        .timeout_send_request(Some(first_byte))
        .timeout_send_body(Some(first_byte))
        .timeout_recv_response(Some(first_byte))
        .timeout_per_read(Some(read))
        .build();
    agent.run(request)
}

fn to_error(error: ureq::Error, call: &Call<'_>, url: &Url, connect: Duration) -> FetchError {
    let times = Times { connect, first_byte: call.first_byte, whole: call.whole };
    let mut address = url.clone();
    address.set_query(None);
    error::from_error(error, url.host_str().unwrap_or_default(), address.as_str(), times)
}
