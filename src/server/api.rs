//! Requests to the API of a server, and what their answers have in common.

use std::io::{BufReader, Read};
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use url::Url;

use super::ServerError;
use crate::net::fetch::{Bytes, Call, Cancel, Fetcher, KeepAlive, Method, Reply};
use crate::text::CleanBuf;

/// The largest answer in bytes, decompressed: a batch of 150 entries of FreshRSS, each cut at 500,000 bytes. The texts of
/// Miniflux have no limit.
const LARGEST: u64 = 75 << 20;
/// The most bytes of an error message that are shown.
const LONGEST_REASON: usize = 300;

/// A request.
#[derive(Clone, Copy)]
pub(super) struct Ask<'a> {
    pub method: Method,
    /// The path below the address of the API.
    pub path: &'a str,
    /// The parameters in the address, encoded; may be empty. Never contains a secret.
    pub query: &'a str,
    /// The media type and the bytes of the body.
    pub body: Option<(&'a str, &'a [u8])>,
    /// How long the server may take until it begins to answer, in seconds.
    pub patience: u64,
}

impl<'a> Ask<'a> {
    /// Asks for something small or quick.
    pub fn get(path: &'a str, query: &'a str) -> Self {
        Self { method: Method::Get, path, query, body: None, patience: 60 }
    }

    /// The request in messages.
    pub fn name(&self) -> CleanBuf {
        let method = match self.method {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        };
        CleanBuf::line(&format!("{method} {}", self.path))
    }
}

/// The API of one server.
pub(super) struct Api {
    fetcher: Arc<Fetcher>,
    cancel: Cancel,
    kept: KeepAlive,
    /// The address of the API, without a slash at its end.
    pub base: String,
    /// The name of the API in messages.
    pub name: &'static str,
    /// The name of its secret in messages.
    pub secret: &'static str,
    /// Whether the last answer refused the login.
    pub is_refused: bool,
}

impl Api {
    pub fn new(base: &str, api: &'static str, secret: &'static str, fetcher: Arc<Fetcher>, cancel: Cancel) -> Self {
        let base = base.trim_end_matches('/').to_owned();
        Self { fetcher, cancel, kept: KeepAlive::default(), base, name: api, secret, is_refused: false }
    }

    /// Sets what cancels the requests from now on.
    pub fn set_cancel(&mut self, cancel: &Cancel) {
        self.cancel = cancel.clone();
        // A connection that an earlier cancellation has closed.
        self.kept = KeepAlive::default();
    }

    /// Sends a request with secret headers. Redirects, pauses and refused logins are errors; all other answers are
    /// returned.
    pub fn send(&mut self, ask: &Ask<'_>, headers: &[(&str, &str)]) -> Result<Reply, ServerError> {
        let mark = if ask.query.is_empty() { "" } else { "?" };
        let address = format!("{}{}{mark}{}", self.base, ask.path, ask.query);
        let patience = Duration::from_secs(ask.patience);
        let call = Call {
            method: ask.method,
            address: &address,
            headers,
            body: ask.body,
            first_byte: patience,
            whole: patience + Duration::from_secs(240),
            bytes: LARGEST,
        };
        let reply = self.fetcher.call(&mut self.kept, &call, &self.cancel)?;
        self.is_refused = reply.status == 401;
        match reply.status {
            300..=399 => Err(self.redirected(ask, reply.location.as_ref())),
            401 => Err(ServerError::Refused { secret: self.secret }),
            429 => Err(busy(&reply)),
            503 if reply.retry_after.is_some() => Err(busy(&reply)),
            _ => Ok(reply),
        }
    }

    /// The error for an address without an API.
    pub fn missing(&self) -> ServerError {
        ServerError::NoApi { api: self.name, address: CleanBuf::line(&self.base) }
    }

    /// The error for a redirect. One to the same path elsewhere tells the new address of the API.
    fn redirected(&self, ask: &Ask<'_>, location: Option<&Url>) -> ServerError {
        let target = location.map(|url| {
            let mut url = url.clone();
            url.set_query(None);
            url.set_fragment(None);
            url.to_string()
        });
        match target.as_deref().and_then(|target| target.strip_suffix(ask.path)) {
            Some(base) if base != self.base => ServerError::Moved { to: CleanBuf::line(base) },
            _ => self.missing(),
        }
    }
}

fn busy(reply: &Reply) -> ServerError {
    ServerError::Busy { status: reply.status, seconds: reply.retry_after.map(|wait| wait.as_secs()) }
}

/// The error for an answer that is not what the request returns.
pub(super) fn unexpected(ask: &Ask<'_>, reason: &str) -> ServerError {
    ServerError::Unexpected { request: ask.name(), reason: CleanBuf::line(reason) }
}

/// Parses a complete JSON document.
pub(super) fn json<T: DeserializeOwned>(ask: &Ask<'_>, bytes: Bytes) -> Result<T, ServerError> {
    let start = first_line(&bytes);
    let mut input = serde_json::Deserializer::from_reader(BufReader::with_capacity(1 << 16, bytes));
    let value = T::deserialize(&mut input).and_then(|value| input.end().map(|()| value));
    value.map_err(|error| unparsed(ask, &start, &error))
}

/// The error for an answer that is no valid JSON document. `start` is how the answer begins.
pub(super) fn unparsed(ask: &Ask<'_>, start: &str, error: &serde_json::Error) -> ServerError {
    if error.is_eof() && !start.is_empty() {
        return unexpected(ask, "the answer ends too early");
    }
    if start.is_empty() {
        return unexpected(ask, "the answer is empty");
    }
    let is_json = start.starts_with(['{', '[']);
    let reason = if is_json { format!("invalid JSON: {error}") } else { format!("expected JSON, found {start}") };
    unexpected(ask, &reason)
}

/// How an answer begins, to be shown.
pub(super) fn first_line(bytes: &Bytes) -> String {
    let head = bytes.head();
    let text = String::from_utf8_lossy(head.get(..LONGEST_REASON).unwrap_or(head)).into_owned();
    text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim().to_owned()
}

/// The text of a short answer.
pub(super) fn text_of(bytes: &mut Bytes) -> String {
    let mut text = Vec::new();
    // Reading from memory does not fail.
    let _ = bytes.take(1 << 16).read_to_end(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// Encodes parameters.
pub(super) fn form(parameters: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}
