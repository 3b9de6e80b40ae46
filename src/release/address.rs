//! Addresses for display: the host is never shortened, and is shown in Unicode unless it could pass for another.

use std::ops::Range;

use percent_encoding::percent_decode_str;
use unicode_security::{RestrictionLevel, RestrictionLevelDetection, skeleton};
use url::Url;

use crate::text::{CleanBuf, width};

/// An address for display.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// `example.org/a/b`: without `https://` and without user name and password; the path is decoded.
    pub text: CleanBuf,
    /// The byte range of the host and its port.
    pub host: Range<usize>,
}

/// Formats an address for display. Returns an address that does not parse unchanged.
#[must_use]
pub fn shown(address: &str) -> Shown {
    let Some((url, host)) = Url::parse(address).ok().and_then(|url| Some((url.clone(), url.host_str()?.to_owned())))
    else {
        let text = CleanBuf::line(address);
        return Shown { host: 0..text.as_str().len(), text };
    };
    let mut text = CleanBuf::default();
    if url.scheme() != "https" {
        text.push_line(&format!("{}://", url.scheme()));
    }
    let start = text.as_str().len();
    text.push_line(&host_shown(&host));
    if let Some(port) = url.port() {
        text.push_line(&format!(":{port}"));
    }
    let host = start..text.as_str().len();
    // A path of a single slash adds nothing.
    let rest = [Some(url.path()).filter(|path| *path != "/"), url.query(), url.fragment()];
    for (part, mark) in rest.into_iter().zip(["", "?", "#"]) {
        if let Some(part) = part {
            text.push_line(mark);
            text.push_line(&percent_decode_str(part).decode_utf8_lossy());
        }
    }
    Shown { text, host }
}

/// Returns the host of an address for display, or the whole address if it does not parse.
#[must_use]
pub fn host(address: &str) -> CleanBuf {
    let Shown { text, host } = shown(address);
    text.as_clean().get(host).map(crate::text::Clean::to_buf).unwrap_or_default()
}

/// Returns a host in Unicode, or in Punycode (`xn--…`) if one of its labels could pass for another.
fn host_shown(host: &str) -> String {
    let (written, read) = idna::domain_to_unicode(host);
    // A label without width is invisible.
    let is_plain = read.is_ok() && written.split('.').all(|label| !is_look_alike(label) && width(label) > 0);
    if is_plain { written } else { host.to_owned() }
}

/// Whether a label mixes scripts as no language does, or looks like plain Latin letters (Unicode 39).
fn is_look_alike(label: &str) -> bool {
    !label.is_ascii()
        && (label.detect_restriction_level() > RestrictionLevel::HighlyRestrictive
            || skeleton(label).all(|c| c.is_ascii()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, expected: &str, host: &str) {
        let shown = shown(address);
        let its_host = shown.text.as_str().get(shown.host.clone());
        assert_eq!((shown.text.as_str(), its_host), (expected, Some(host)), "{address}");
    }

    #[test]
    fn the_host_is_shown_in_full_without_scheme_and_user() {
        check("https://www.ilo.org/asia/news", "www.ilo.org/asia/news", "www.ilo.org");
        check("http://example.org:8080/", "http://example.org:8080", "example.org:8080");
        check("https://bank.example@evil.example/a", "evil.example/a", "evil.example");
        check("https://example.org/%D8%AA%20b?q=%C3%BC#c", "example.org/ت b?q=ü#c", "example.org");
        check("https://example.org/%1b[2J%E2%80%AEx", "example.org/x", "example.org");
        check("no address", "no address", "no address");
    }

    #[test]
    fn hosts_of_one_script_are_decoded_and_look_alikes_stay_in_punycode() {
        let table = [
            ("xn--mnchen-3ya.example", "münchen.example"),
            ("xn--e1afmkfd.xn--p1ai", "пример.рф"),
            ("xn--fiqs8s.example", "中国.example"),
            // Cyrillic letters that look Latin, alone and among Latin ones.
            ("xn--80ak6aa92e.com", "xn--80ak6aa92e.com"),
            ("xn--pypal-4ve.com", "xn--pypal-4ve.com"),
        ];
        for (host, expected) in table {
            assert_eq!(host_shown(host), expected);
        }
    }
}
