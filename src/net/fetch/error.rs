//! Why a fetch gave nothing, in words for the person who follows the feed.
//!
//! Whatever came from a server or from the system goes into a [`FetchError`] as clean text. Nothing here decides when to try
//! again; it says what is needed to decide.

use std::io;
use std::time::Duration;

use rustls::CertificateError;

use super::connect::PrivateAddress;
use crate::text::CleanBuf;

/// What may be tried with a fault of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Nobody failed: it was not to be fetched.
    Own,
    /// The address itself cannot be used.
    Address,
    /// The server could not be reached, or broke off.
    Network,
    /// It took too long.
    Time,
    /// Who answers could not be shown to be who is meant.
    Security,
    /// The server asks for a pause.
    Busy,
    /// There is nothing any more, and never will be.
    Gone,
    /// The server answers, but not with what was asked for.
    Answer,
    /// The answer leads where it is not followed to.
    Redirect,
    /// The answer is too large, or cannot be unpacked.
    Content,
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Certificate {
    /// Its time is over.
    #[error("its certificate has expired")]
    Expired,
    /// Its time has not begun.
    #[error("its certificate is not valid yet; is this machine's clock right?")]
    Early,
    /// It names another host.
    #[error("its certificate is for another host")]
    OtherHost,
    /// Nobody who is trusted vouches for it.
    #[error("its certificate comes from nobody whom this machine trusts")]
    Unknown,
    /// It was called back.
    #[error("its certificate has been revoked")]
    Revoked,
    /// Who answers does not talk TLS at all.
    #[error("its server makes no safe connection here")]
    None,
    /// Something else, in the library's words.
    #[error("no safe connection could be made: {0}")]
    Other(CleanBuf),
    /// This machine has no authorities to ask.
    #[error("no certificates could be read from where SSL_CERT_FILE or SSL_CERT_DIR point")]
    NoAuthorities,
}

/// Why a fetch gave nothing. The texts begin in the middle of a sentence: the source's name goes before them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Nothing is fetched at present.
    #[error("was not fetched: tidings is offline")]
    Offline,
    /// The caller no longer wants it.
    #[error("was not fetched: it was called off")]
    Cancelled,
    /// The address cannot be fetched.
    #[error("{0}")]
    Address(&'static str),
    /// The host's name leads to no address.
    #[error("cannot be reached: nobody knows the host {host}; is it spelled right, and is there a connection?")]
    NoHost {
        /// Its name.
        host: CleanBuf,
    },
    /// No connection came about.
    #[error("cannot be reached: {reason}")]
    Unreachable {
        /// Why, in the system's words.
        reason: CleanBuf,
    },
    /// The proxy that the environment names is of no use.
    #[error("cannot be reached through the proxy: {reason}")]
    Proxy {
        /// Why.
        reason: CleanBuf,
    },
    /// No connection, or no answer.
    #[error("does not answer within {}", words(*.0))]
    Silent(Duration),
    /// It began, and then nothing came.
    #[error("sends nothing more for {}", words(*.0))]
    Stalled(Duration),
    /// It came, but too slowly.
    #[error("did not come within {}", words(*.0))]
    Slow(Duration),
    /// No safe connection.
    #[error("cannot be trusted: {0}")]
    Certificate(Certificate),
    /// The connection ended before the answer did.
    #[error("breaks off before its end")]
    Cut,
    /// The answer is no HTTP.
    #[error("answers with something that is no web page and no feed: {reason}")]
    Garbled {
        /// Why, in the library's words.
        reason: CleanBuf,
    },
    /// More headers than any answer needs.
    #[error("answers with more headers than are taken")]
    Headers,
    /// The answer cannot be unpacked.
    #[error("cannot be unpacked: it is damaged")]
    Packed,
    /// More than is taken.
    #[error("is larger than {}", size(*.0))]
    Large(u64),
    /// A small answer that unpacks to a large one.
    #[error("unpacks to more than {0} times its size")]
    Bomb(u64),
    /// A redirect to where one came from.
    #[error("leads in a circle, by way of {address}")]
    Circle {
        /// Where it closes.
        address: CleanBuf,
    },
    /// Too many redirects.
    #[error("leads on more than {most} times, at last to {address}")]
    TooFar {
        /// So many are followed.
        most: usize,
        /// The next one.
        address: CleanBuf,
    },
    /// A redirect to nowhere.
    #[error("leads on, but does not say where ({status})")]
    NoTarget {
        /// The status.
        status: u16,
    },
    /// A redirect to something else than a web address.
    #[error("leads to {address}, which is neither http nor https")]
    Scheme {
        /// Where.
        address: CleanBuf,
    },
    /// A redirect to an open connection.
    #[error("leads from a safe connection to an open one: {address}")]
    Downgrade {
        /// Where.
        address: CleanBuf,
    },
    /// A redirect from the internet to this machine or its network.
    #[error("leads to {address}, which lies in a private network")]
    Private {
        /// Where.
        address: CleanBuf,
    },
    /// It was taken away for good.
    #[error("is gone for good (410)")]
    Gone,
    /// The server asks not to be asked for a while.
    #[error("{} ({status})", pause_words(*.pause, *.status))]
    Busy {
        /// The status: 429, 503, or any other that comes with a pause.
        status: u16,
        /// How long, where it says so.
        pause: Option<Duration>,
    },
    /// It is not asked during a pause that its host asked for.
    #[error("is not asked: its host wants a pause ({status}), for another {}", words(*.left))]
    Paused {
        /// The status that asked for it.
        status: u16,
        /// How much longer it lasts.
        left: Duration,
    },
    /// Any other status that is no success.
    #[error("{} ({status})", status_words(*.status))]
    Status {
        /// The status.
        status: u16,
    },
}

impl FetchError {
    /// What may be tried with it.
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

    /// The pause that the server asks for, from now on.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { pause, .. } => *pause,
            _ => None,
        }
    }

    /// Whether there is no use in ever asking again.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Gone)
    }
}

/// The limits that an error may be about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub connect: Duration,
    pub first_byte: Duration,
    pub whole: Duration,
}

/// What an error of the library means to a user. `host` and `address` are the ones that were asked.
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
        ureq::Error::Io(error) => from_io(&error, host),
        ureq::Error::Other(error) if error.is::<PrivateAddress>() => FetchError::Private { address: reason(address) },
        ureq::Error::LargeResponseHeader(..) => FetchError::Headers,
        // The type of the library's library cannot be named.
        ureq::Error::Protocol(error) if error.to_string().contains("too many headers") => FetchError::Headers,
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => FetchError::Address("is no address that can be fetched"),
        ureq::Error::ConnectProxyFailed(text) => FetchError::Proxy { reason: reason(&text) },
        ureq::Error::InvalidProxyUrl => FetchError::Proxy { reason: reason("its address is not understood") },
        ureq::Error::ConnectionFailed => FetchError::Unreachable { reason: reason("no connection came about") },
        other => FetchError::Garbled { reason: reason(&other.to_string()) },
    }
}

fn from_io(error: &io::Error, host: &str) -> FetchError {
    if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return from_tls(tls);
    }
    let text = error.to_string();
    match error.kind() {
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted => FetchError::Cut,
        // The system has no kind of its own for names that are not found.
        _ if text.contains("lookup address") => FetchError::NoHost { host: CleanBuf::line(host) },
        _ => FetchError::Unreachable { reason: CleanBuf::line(&without_number(&text)) },
    }
}

/// Without the number of the error, which says nothing to anybody.
fn without_number(text: &str) -> String {
    let text = text.split(" (os error").next().unwrap_or(text);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
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
        // A certificate that vouches for itself, as devices at home have, ends here or is no authority.
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

/// A length of time as people say it, rounded to what matters.
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
        Some(pause) if !pause.is_zero() => format!("asks for a pause of {}", words(pause)),
        _ if status == 503 => "is out of service for now".to_owned(),
        _ => "asks for a pause".to_owned(),
    }
}

fn status_words(status: u16) -> &'static str {
    match status {
        401 | 407 => "asks for a name and a password",
        402 => "wants to be paid",
        403 | 451 => "may not be read from here",
        404 => "is not there",
        406 => "is not there in a form that tidings reads",
        408 | 504 => "took its server too long",
        500..600 => "is broken at its server",
        304 => "is said to be as before, though nothing was here before",
        _ => "was answered with a status that is of no use",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_are_told_as_people_say_them() {
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
        assert_eq!(busy(429, Some(Duration::from_secs(7200))), "asks for a pause of 2 hours (429)");
        assert_eq!(busy(429, None), "asks for a pause (429)");
        assert_eq!(busy(503, None), "is out of service for now (503)");
        assert_eq!(FetchError::Status { status: 404 }.to_string(), "is not there (404)");
        assert_eq!(FetchError::Silent(Duration::from_secs(30)).to_string(), "does not answer within 30 s");
    }

    #[test]
    fn what_the_system_says_is_made_safe() {
        let error = io::Error::other("Bad\u{1b}[31m thing\u{202e} (os error 9)");
        let times = Times { connect: Duration::ZERO, first_byte: Duration::ZERO, whole: Duration::ZERO };
        let fault = from_error(ureq::Error::Io(error), "x", "http://x/", times);
        assert_eq!(fault.to_string(), "cannot be reached: bad thing");
    }
}
