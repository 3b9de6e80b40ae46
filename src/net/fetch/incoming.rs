//! A body that is read piece by piece, for a file that need not fit into memory. It can go on where an earlier request
//! stopped.

use std::fmt;
use std::io::{self, Read};

use ureq::BodyReader;
use ureq::http::StatusCode;
use ureq::http::header::{self, HeaderMap};

use super::cancel::Watched;
use super::error::{self, Times};
use super::hop::{self, text};
use super::{Cancel, FetchError, Fetcher, Reached, Request};

/// The largest file in bytes.
const LARGEST_FILE: u64 = 8 << 30;

/// A body on its way.
pub struct Incoming {
    /// The number of bytes before the first one to come: those of the earlier request, or none.
    pub from: u64,
    /// The size of the whole file, if the server gives it.
    pub total: Option<u64>,
    /// The validator to send with the next request for the rest, exactly as received.
    pub validator: Option<String>,
    reader: BodyReader<'static>,
    /// The number of bytes read, and the one at which the body ends.
    came: u64,
    end: Option<u64>,
    watched: Watched,
    address: String,
    host: String,
    times: Times,
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming").field("from", &self.from).field("total", &self.total).finish_non_exhaustive()
    }
}

impl Fetcher {
    /// Requests a file; `request.range` asks for the rest of it. The time limits hold for connecting and for every wait,
    /// not for the whole.
    ///
    /// # Errors
    /// A [`FetchError`] unless the server begins to send the file.
    pub fn open(&self, request: &Request<'_>, cancel: &Cancel) -> Result<Incoming, FetchError> {
        let Reached { hop, trail, mut visit, .. } = self.reach(None, request, cancel, &mut |_| {})?;
        let headers = hop.response.headers();
        let length = text(headers, &header::CONTENT_LENGTH).and_then(|length| length.trim().parse::<u64>().ok());
        let (from, total) = match hop.response.status() {
            StatusCode::PARTIAL_CONTENT => {
                let asked = request.range.map_or(0, |(from, _)| from);
                match content_range(headers) {
                    Some((from, total)) if from == asked => (from, total),
                    _ => return Err(FetchError::Status { status: 206 }),
                }
            }
            StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION => (0, length),
            status => {
                let (error, pause) = hop::refusal(status, headers);
                if let Some(pause) = pause {
                    visit.refuse(pause);
                }
                return Err(error);
            }
        };
        if total.is_some_and(|total| total > LARGEST_FILE) {
            return Err(FetchError::Large(LARGEST_FILE));
        }
        let (etag, modified) = hop::validators(headers);
        // A weak validator does not identify bytes.
        let validator = etag.filter(|etag| !etag.starts_with("W/")).or(modified);
        let times = self.times();
        let (address, host) = (trail.url.to_string(), trail.url.host_str().unwrap_or_default().to_owned());
        let (response, watched) = (hop.response, hop.watched);
        let reader = response.into_body().into_with_config().limit(u64::MAX).reader();
        Ok(Incoming { from, total, validator, reader, came: 0, end: length, watched, address, host, times })
    }
}

impl Incoming {
    /// Reads the next bytes; none at the end of the file.
    ///
    /// # Errors
    /// A [`FetchError`] if the rest does not come.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, FetchError> {
        let cancel = self.watched.cancel();
        loop {
            if cancel.is_cancelled() {
                return Err(FetchError::Cancelled);
            }
            match self.reader.read(buffer) {
                Ok(0) if self.is_short() => return Err(FetchError::Cut),
                Ok(read) => {
                    self.came += read as u64;
                    let is_large = self.from + self.came > LARGEST_FILE;
                    return if is_large { Err(FetchError::Large(LARGEST_FILE)) } else { Ok(read) };
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let error = error::from_error(ureq::Error::from(error), &self.host, &self.address, self.times);
                    return Err(cancel.or(error));
                }
            }
        }
    }
}

impl Incoming {
    /// Whether bytes are missing: of this answer, or of the file, of which a server may send less than was asked for.
    fn is_short(&self) -> bool {
        self.end.is_some_and(|end| self.came < end) || self.total.is_some_and(|total| self.from + self.came < total)
    }
}

/// Parses `Content-Range: bytes 5-9/10`: the first byte, and the size of the whole.
fn content_range(headers: &HeaderMap) -> Option<(u64, Option<u64>)> {
    let range = text(headers, &header::CONTENT_RANGE)?.trim().strip_prefix("bytes")?;
    let (range, total) = range.trim_start().split_once('/')?;
    let (from, _) = range.split_once('-')?;
    Some((from.trim().parse().ok()?, total.trim().parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_of_an_answer_is_parsed() {
        let table = [
            ("bytes 5-9/10", Some((5, Some(10)))),
            ("bytes 0-0/*", Some((0, None))),
            ("bytes */10", None),
            ("pages 1-2/3", None),
            ("", None),
        ];
        for (value, expected) in table {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_RANGE, value.parse().expect("a value"));
            assert_eq!(content_range(&headers), expected, "{value}");
        }
    }
}
