//! Why a fetch failed, in words for the user.
//!
//! Text from a server or from the system is sanitised before it enters a [`FetchError`]. Nothing here decides when to
//! retry; it gives the caller what it needs to decide.

use std::io;
use std::time::Duration;

use rustls::CertificateError;

use super::connect::PrivateAddress;
use crate::text::{CleanBuf, system_error};

/// The class of an error, which tells what may be tried next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Not a failure: the fetch was not allowed or not wanted.
    Own,
    /// The address is unusable.
    Address,
    /// The server was unreachable, or the connection broke.
    Network,
    /// Timed out.
    Time,
    /// The server's identity could not be verified.
    Security,
    /// The server asks the client to wait.
    Busy,
    /// The resource was removed for good.
    Gone,
    /// The server answered, but not with the requested content.
    Answer,
    /// The answer redirects to a place that is not followed.
    Redirect,
    /// The answer is too large, or cannot be decompressed.
    Content,
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Certificate {
    /// It has expired.
    #[error("certificate expired")]
    Expired,
    /// It is not valid yet.
    #[error("certificate not valid yet; check this machine's clock")]
    Early,
    /// It names another host.
    #[error("certificate is for another host")]
    OtherHost,
    /// No trusted authority issued it.
    #[error("certificate not issued by a trusted authority")]
    Unknown,
    /// It was revoked.
    #[error("certificate revoked")]
    Revoked,
    /// The server does not speak TLS at all.
    #[error("the server does not support TLS on this port")]
    None,
    /// Another TLS error, in the library's words.
    #[error("{0}")]
    Other(CleanBuf),
    /// This machine has no root certificates.
    #[error("no certificates found in SSL_CERT_FILE or SSL_CERT_DIR")]
    NoAuthorities,
}

/// Why a fetch failed. The messages follow the name of the source and a colon.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The fetcher is offline.
    #[error("not fetched: tidings is offline")]
    Offline,
    /// The caller cancelled the fetch.
    #[error("cancelled")]
    Cancelled,
    /// The address cannot be fetched.
    #[error("{0}")]
    Address(&'static str),
    /// The host name does not resolve.
    #[error("unknown host {host}; check the spelling and the network")]
    NoHost {
        /// The host name.
        host: CleanBuf,
    },
    /// The connection failed.
    #[error("cannot connect: {reason}")]
    Unreachable {
        /// The system's reason.
        reason: CleanBuf,
    },
    /// The proxy given by the environment is unusable.
    #[error("cannot connect through the proxy: {reason}")]
    Proxy {
        /// The reason.
        reason: CleanBuf,
    },
    /// No connection or no answer in time.
    #[error("timed out: no answer within {}", words(*.0))]
    Silent(Duration),
    /// The answer began, then no data came.
    #[error("timed out: no data for {}", words(*.0))]
    Stalled(Duration),
    /// The answer did not complete in time.
    #[error("timed out: incomplete after {}", words(*.0))]
    Slow(Duration),
    /// No secure connection.
    #[error("no secure connection: {0}")]
    Certificate(Certificate),
    /// The connection closed before the end of the answer.
    #[error("connection closed before the end")]
    Cut,
    /// The answer is not HTTP.
    #[error("invalid HTTP response: {reason}")]
    Garbled {
        /// The library's reason.
        reason: CleanBuf,
    },
    /// Too many headers, or too long ones.
    #[error("too many response headers")]
    Headers,
    /// The answer cannot be decompressed.
    #[error("cannot decompress: damaged data")]
    Packed,
    /// The body exceeds this many bytes.
    #[error("larger than {}", size(*.0))]
    Large(u64),
    /// The body decompresses to more than this many times its size.
    #[error("decompresses to more than {0} times its size")]
    Bomb(u64),
    /// A redirect to an address that was visited before.
    #[error("redirect loop at {address}")]
    Circle {
        /// The repeated address.
        address: CleanBuf,
    },
    /// Too many redirects.
    #[error("more than {most} redirects; the next leads to {address}")]
    TooFar {
        /// The limit.
        most: usize,
        /// The target of the first redirect beyond it.
        address: CleanBuf,
    },
    /// A redirect without a usable target.
    #[error("redirects without a valid Location header ({status})")]
    NoTarget {
        /// The HTTP status.
        status: u16,
    },
    /// A redirect to a scheme other than http and https.
    #[error("redirects to {address}, which is neither http nor https")]
    Scheme {
        /// The target.
        address: CleanBuf,
    },
    /// A redirect from https to http.
    #[error("redirects from https to http: {address}")]
    Downgrade {
        /// The target.
        address: CleanBuf,
    },
    /// The address is in a private network, and the request came from a public one.
    #[error("refused: {address} is in a private network")]
    Private {
        /// The refused address.
        address: CleanBuf,
    },
    /// The server says that the resource was removed for good.
    #[error("permanently removed (410)")]
    Gone,
    /// The server asks the client to wait.
    #[error("{} ({status})", pause_words(*.pause, *.status))]
    Busy {
        /// The HTTP status: 429, 503, or any other that comes with a `Retry-After`.
        status: u16,
        /// The requested delay, if given.
        pause: Option<Duration>,
    },
    /// Not sent: the host asked for a pause that is not over.
    #[error("not fetched: the host asks to wait another {} ({status})", words(*.left))]
    Paused {
        /// The HTTP status that asked for the pause.
        status: u16,
        /// The rest of the pause.
        left: Duration,
    },
    /// Any other HTTP status that is not a success.
    #[error("{} ({status})", status_words(*.status))]
    Status {
        /// The HTTP status.
        status: u16,
    },
}

impl FetchError {
    /// Returns the class of this error.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Offline | Self::Cancelled => Kind::Own,
            Self::Address(_) => Kind::Address,
            Self::NoHost { .. } | Self::Unreachable { .. } | Self::Proxy { .. } | Self::Cut => Kind::Network,
            Self::Silent(_) | Self::Stalled(_) | Self::Slow(_) => Kind::Time,
            Self::Certificate(_) => Kind::Security,
            Self::Busy { .. } | Self::Paused { .. } => Kind::Busy,
            Self::Gone => Kind::Gone,
            Self::Garbled { .. } | Self::Headers | Self::Status { .. } => Kind::Answer,
            Self::Circle { .. }
            | Self::TooFar { .. }
            | Self::NoTarget { .. }
            | Self::Scheme { .. }
            | Self::Downgrade { .. }
            | Self::Private { .. } => Kind::Redirect,
            Self::Packed | Self::Large(_) | Self::Bomb(_) => Kind::Content,
        }
    }

    /// Whether the server that caused it may not offer https at all: it refuses the connection, or what it answers is not
    /// TLS. A bad certificate, a timeout and a connection that breaks are no such cases.
    #[must_use]
    pub fn may_lack_https(&self) -> bool {
        matches!(self, Self::Certificate(Certificate::None) | Self::Unreachable { .. })
    }

    /// Returns the delay that the server asks for, counted from now.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { pause, .. } => *pause,
            _ => None,
        }
    }

    /// Whether retrying is pointless for good.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Gone)
    }
}

/// The limits that an error message may name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub connect: Duration,
    pub first_byte: Duration,
    pub whole: Duration,
}

/// Translates an error of the HTTP library. `host` and `address` are those of the failed request.
pub(super) fn from_error(error: ureq::Error, host: &str, address: &str, times: Times) -> FetchError {
    let reason = |text: &str| CleanBuf::line(text);
    match error {
        ureq::Error::Timeout(timeout) => match timeout {
            ureq::Timeout::Resolve | ureq::Timeout::Connect => FetchError::Silent(times.connect),
            ureq::Timeout::SendRequest | ureq::Timeout::RecvResponse => FetchError::Silent(times.first_byte),
            ureq::Timeout::PerRead | ureq::Timeout::PerWrite => FetchError::Stalled(times.first_byte),
            _ => FetchError::Slow(times.whole),
        },
        ureq::Error::HostNotFound => FetchError::NoHost { host: reason(host) },
        ureq::Error::Rustls(error) => from_tls(&error),
        ureq::Error::Tls(text) => FetchError::Certificate(Certificate::Other(reason(text))),
        ureq::Error::Io(error) => from_io(&error),
        ureq::Error::Other(error) if error.is::<PrivateAddress>() => FetchError::Private { address: reason(address) },
        ureq::Error::LargeResponseHeader(..) => FetchError::Headers,
        // The inner error's type is not public, so its text has to do.
        ureq::Error::Protocol(error) if error.to_string().contains("too many headers") => FetchError::Headers,
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => FetchError::Address("invalid address"),
        ureq::Error::ConnectProxyFailed(text) => FetchError::Proxy { reason: reason(&text) },
        ureq::Error::InvalidProxyUrl => FetchError::Proxy { reason: reason("invalid proxy address") },
        ureq::Error::ConnectionFailed => FetchError::Unreachable { reason: reason("connection failed") },
        other => FetchError::Garbled { reason: reason(&other.to_string()) },
    }
}

fn from_io(error: &io::Error) -> FetchError {
    if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return from_tls(tls);
    }
    match error.kind() {
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted => FetchError::Cut,
        _ => FetchError::Unreachable { reason: CleanBuf::line(&system_error(error)) },
    }
}

fn from_tls(error: &rustls::Error) -> FetchError {
    use rustls::Error::{General, InvalidCertificate, InvalidMessage};
    FetchError::Certificate(match error {
        InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => Certificate::Expired,
        InvalidCertificate(CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }) => {
            Certificate::Early
        }
        InvalidCertificate(CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }) => {
            Certificate::OtherHost
        }
        // A self-signed certificate, as on home devices, ends here or counts as no authority.
        InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::BadSignature) => Certificate::Unknown,
        InvalidCertificate(CertificateError::Revoked) => Certificate::Revoked,
        InvalidCertificate(CertificateError::Other(other)) if other.to_string().contains("CaUsedAsEndEntity") => {
            Certificate::Unknown
        }
        InvalidMessage(_) => Certificate::None,
        General(_) => Certificate::NoAuthorities,
        other => Certificate::Other(CleanBuf::line(&other.to_string())),
    })
}

/// Formats a duration, rounded to what matters.
pub(super) fn words(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    let (count, unit) = match seconds {
        s if s < 1.0 => return format!("{} ms", time.as_millis()),
        s if s < 100.0 => return format!("{} s", s.round()),
        s if s < 100.0 * 60.0 => (s / 60.0, "minute"),
        s if s < 48.0 * 3600.0 => (s / 3600.0, "hour"),
        s => (s / 86_400.0, "day"),
    };
    let count = count.round();
    let plural = if (count - 1.0).abs() < 0.5 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

fn size(bytes: u64) -> String {
    match bytes {
        b if b >= 1 << 20 => format!("{} MiB", b >> 20),
        b if b >= 1 << 10 => format!("{} KiB", b >> 10),
        b => format!("{b} bytes"),
    }
}

fn pause_words(pause: Option<Duration>, status: u16) -> String {
    match pause {
        Some(pause) if !pause.is_zero() => format!("the server asks to wait {}", words(pause)),
        _ if status == 503 => "service unavailable".to_owned(),
        _ => "too many requests".to_owned(),
    }
}

fn status_words(status: u16) -> &'static str {
    match status {
        401 | 407 => "user name and password required",
        402 => "payment required",
        403 | 451 => "access denied",
        404 => "not found",
        406 => "not available in a format that tidings reads",
        408 | 504 => "the server timed out",
        500..600 => "server error",
        304 => "not modified, though nothing was stored",
        _ => "unexpected HTTP status",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_sizes_are_rounded() {
        let seconds = [0.25, 1.0, 30.0, 120.0, 3_600.0, 5_400.0, 7_200.0, 86_400.0, 172_800.0, 2_592_000.0];
        let texts = seconds.map(|seconds| words(Duration::from_secs_f64(seconds)));
        assert_eq!(
            texts,
            [
                "250 ms",
                "1 s",
                "30 s",
                "2 minutes",
                "60 minutes",
                "90 minutes",
                "2 hours",
                "24 hours",
                "2 days",
                "30 days"
            ]
        );
        assert_eq!([64 << 20, 100 << 10, 7].map(size), ["64 MiB", "100 KiB", "7 bytes"]);
    }

    #[test]
    fn a_pause_and_a_status_read_as_sentences() {
        let busy = |status, pause| FetchError::Busy { status, pause }.to_string();
        assert_eq!(busy(429, Some(Duration::from_secs(7200))), "the server asks to wait 2 hours (429)");
        assert_eq!(busy(429, None), "too many requests (429)");
        assert_eq!(busy(503, None), "service unavailable (503)");
        assert_eq!(FetchError::Status { status: 404 }.to_string(), "not found (404)");
        assert_eq!(FetchError::Silent(Duration::from_secs(30)).to_string(), "timed out: no answer within 30 s");
    }

    #[test]
    fn system_messages_are_sanitised() {
        let error = io::Error::other("Bad\u{1b}[31m thing\u{202e} (os error 9)");
        let times = Times { connect: Duration::ZERO, first_byte: Duration::ZERO, whole: Duration::ZERO };
        let error = from_error(ureq::Error::Io(error), "x", "http://x/", times);
        assert_eq!(error.to_string(), "cannot connect: bad thing");
    }
}
