//! The chain of addresses of one fetch: the first address and its redirects.
//!
//! Pure: takes addresses and returns the next one or a [`FetchError`]. It checks literal addresses only; resolved
//! addresses are checked on connecting.

use url::{Host, Url};

use super::error::FetchError;
use super::network;
use crate::text::CleanBuf;

/// The maximum number of redirects.
pub(super) const MOST: usize = 5;

/// The chain so far.
#[derive(Debug)]
pub(super) struct RedirectChain {
    /// The next address to request, without credentials and fragment.
    pub url: Url,
    /// User name and password of the first address, percent-encoded, while the chain stays with its host.
    pub user: Option<(String, String)>,
    /// Whether the chain stays with the host of the first address, so that it may receive secrets.
    pub is_home: bool,
    /// Whether private addresses are refused from here on.
    pub is_guarded: bool,
    /// The visited addresses with the cookies sent to them: with other cookies an address may answer differently.
    seen: Vec<(Url, Option<String>)>,
    /// The target of the permanent redirects so far, while there were no others.
    moved: Option<Url>,
    is_permanent: bool,
}

impl RedirectChain {
    /// Starts at an address as typed.
    pub fn new(address: &str, is_guarded: bool) -> Result<Self, FetchError> {
        let mut url = Url::parse(address.trim()).map_err(|error| match error {
            url::ParseError::RelativeUrlWithoutBase => FetchError::Address("incomplete address: https:// is missing"),
            _ => FetchError::Address("invalid address"),
        })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchError::Address("neither http nor https"));
        }
        let user = (!url.username().is_empty() || url.password().is_some())
            .then(|| (url.username().to_owned(), url.password().unwrap_or_default().to_owned()));
        strip(&mut url);
        Ok(Self {
            seen: vec![(url.clone(), None)],
            url,
            user,
            is_home: true,
            is_guarded,
            moved: None,
            is_permanent: true,
        })
    }

    /// Follows a redirect. `was_public` says whether the redirecting address is public; `cookies` returns what is sent
    /// to an address.
    pub fn follow(
        &mut self,
        status: u16,
        location: Option<&str>,
        was_public: bool,
        cookies: impl Fn(&Url) -> Option<String>,
    ) -> Result<(), FetchError> {
        let target =
            location.filter(|location| !location.trim().is_empty()).and_then(|to| self.url.join(to.trim()).ok());
        let mut target = target.ok_or(FetchError::NoTarget { status })?;
        if !matches!(target.scheme(), "http" | "https") {
            return Err(FetchError::Scheme { address: shown(&target) });
        }
        strip(&mut target);
        if self.url.scheme() == "https" && target.scheme() == "http" {
            return Err(FetchError::Downgrade { address: shown(&target) });
        }
        self.is_guarded |= was_public;
        if self.is_guarded && is_private(&target) {
            return Err(FetchError::Private { address: shown(&target) });
        }
        let visit = (target.clone(), cookies(&target));
        if self.seen.contains(&visit) {
            return Err(FetchError::Circle { address: shown(&target) });
        }
        if self.seen.len() > MOST {
            return Err(FetchError::TooFar { most: MOST, address: shown(&target) });
        }
        if !is_same_host(&self.url, &target) {
            self.user = None;
            self.is_home = false;
        }
        self.is_permanent &= matches!(status, 301 | 308);
        if self.is_permanent {
            let mut moved = target.clone();
            if let Some((name, password)) = &self.user {
                // An address with a host accepts both.
                let _ = moved.set_username(name);
                let _ = moved.set_password(Some(password.as_str()).filter(|password| !password.is_empty()));
            }
            self.moved = Some(moved);
        }
        self.seen.push(visit);
        self.url = target;
        Ok(())
    }

    /// Returns the address reached from the first one by permanent redirects alone.
    pub fn permanent_address(&self) -> Option<String> {
        self.moved.as_ref().map(Url::to_string)
    }
}

/// Removes the credentials and the fragment.
fn strip(url: &mut Url) {
    url.set_fragment(None);
    // An address with a host has both.
    let _ = url.set_username("");
    let _ = url.set_password(None);
}

/// Formats an address for display.
pub(super) fn shown(url: &Url) -> CleanBuf {
    let mut url = url.clone();
    strip(&mut url);
    CleanBuf::line(url.as_str())
}

/// Whether the credentials may be sent along: to the same server, or its https version.
pub(super) fn is_same_host(from: &Url, to: &Url) -> bool {
    let ports = (from.port_or_known_default(), to.port_or_known_default());
    let is_upgrade = from.scheme() == "http" && to.scheme() == "https" && ports == (Some(80), Some(443));
    from.host() == to.host() && (is_upgrade || (from.scheme() == to.scheme() && ports.0 == ports.1))
}

/// Whether an address is private by its text alone.
pub(super) fn is_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => !network::is_public(address.into()),
        Some(Host::Ipv6(address)) => !network::is_public(address.into()),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trail(address: &str) -> RedirectChain {
        RedirectChain::new(address, false).expect("an address")
    }

    fn follow(from: &str, to: &str) -> Result<String, FetchError> {
        let mut trail = trail(from);
        trail.follow(302, Some(to), true, |_| None).map(|()| trail.url.to_string())
    }

    #[test]
    fn an_unusable_address_says_why() {
        for (address, words) in [
            ("example.org/feed", "incomplete address: https:// is missing"),
            ("http://", "invalid address"),
            ("file:///etc/passwd", "neither http nor https"),
            ("ftp://example.org/", "neither http nor https"),
        ] {
            assert_eq!(RedirectChain::new(address, false).expect_err(address).to_string(), words);
        }
        assert_eq!(trail(" https://example.org/a#b ").url.as_str(), "https://example.org/a");
    }

    #[test]
    fn targets_are_resolved_like_in_a_browser() {
        let from = "https://example.org/a/b?c#d";
        for (to, address) in [
            ("e", "https://example.org/a/e"),
            ("/e#f", "https://example.org/e"),
            ("//other.example", "https://other.example/"),
            ("?g", "https://example.org/a/b?g"),
            (" https://other.example/ü ", "https://other.example/%C3%BC"),
            ("HTTPS://u:p@other.example/", "https://other.example/"),
        ] {
            assert_eq!(follow(from, to).as_deref(), Ok(address), "{to}");
        }
    }

    #[test]
    fn bad_redirects_are_refused() {
        for (from, to, words) in [
            ("https://a.example/", "", "redirects without a valid Location header (302)"),
            ("https://a.example/", "http://", "redirects without a valid Location header (302)"),
            (
                "https://a.example/",
                "file:///etc/passwd",
                "redirects to file:///etc/passwd, which is neither http nor https",
            ),
            (
                "http://a.example/",
                "javascript:alert(1)",
                "redirects to javascript:alert(1), which is neither http nor https",
            ),
            ("https://a.example/", "http://u:secret@b.example/", "redirects from https to http: http://b.example/"),
            ("https://a.example/", "https://a.example/#x", "redirect loop at https://a.example/"),
            ("http://a.example/", "http://127.1/", "refused: http://127.0.0.1/ is in a private network"),
            ("http://a.example/", "http://0x7f000001/", "refused: http://127.0.0.1/ is in a private network"),
            (
                "http://a.example/",
                "http://[::ffff:10.0.0.1]/",
                "refused: http://[::ffff:a00:1]/ is in a private network",
            ),
            (
                "http://a.example/",
                "http://169.254.169.254/latest",
                "refused: http://169.254.169.254/latest is in a private network",
            ),
            ("http://a.example/", "http://me.localhost./", "refused: http://me.localhost./ is in a private network"),
        ] {
            assert_eq!(follow(from, to).expect_err(to).to_string(), words);
        }
    }

    #[test]
    fn a_private_chain_may_stay_private_but_a_public_one_may_not_enter() {
        let mut way = trail("http://192.168.0.1/");
        way.follow(302, Some("http://10.0.0.1/"), false, |_| None).expect("private to private");
        way.follow(302, Some("https://a.example/"), false, |_| None).expect("private to public");
        way.follow(302, Some("https://10.0.0.1/"), true, |_| None).expect_err("public to private");
        let mut found = RedirectChain::new("http://a.example/", true).expect("an address");
        found.follow(302, Some("http://10.0.0.1/"), false, |_| None).expect_err("guarded from the start");
    }

    #[test]
    fn a_repeated_address_is_no_loop_while_its_cookies_change() {
        let mut way = trail("https://a.example/");
        let with = |cookie: &'static str| move |_: &Url| Some(cookie.to_owned());
        way.follow(302, Some("/"), true, with("a=1")).expect("with a cookie");
        way.follow(302, Some("/"), true, with("a=2")).expect("with another");
        let error = way.follow(302, Some("/"), true, with("a=1")).expect_err("a circle");
        assert!(matches!(error, FetchError::Circle { .. }), "{error}");
    }

    #[test]
    fn five_redirects_are_followed() {
        let mut way = trail("https://a.example/0");
        for n in 1..=5 {
            way.follow(302, Some(&format!("/{n}")), true, |_| None).expect("one of five");
        }
        let error = way.follow(302, Some("/6"), true, |_| None).expect_err("the sixth");
        assert_eq!(error.to_string(), "more than 5 redirects; the next leads to https://a.example/6");
    }

    #[test]
    fn only_an_unbroken_chain_of_permanent_redirects_moves_an_address() {
        let moved = |statuses: &[u16]| {
            let mut way = trail("http://a.example/0");
            for (n, status) in statuses.iter().enumerate() {
                way.follow(*status, Some(&format!("https://a.example/{}", n + 1)), true, |_| None).expect("a redirect");
            }
            way.permanent_address()
        };
        assert_eq!(moved(&[]), None);
        assert_eq!(moved(&[301, 308]).as_deref(), Some("https://a.example/2"));
        assert_eq!(moved(&[301, 302, 301]).as_deref(), Some("https://a.example/1"));
        assert_eq!(moved(&[307, 301]), None);
    }

    #[test]
    fn credentials_stay_with_their_host() {
        let mut way = trail("http://me:secret@a.example/");
        assert_eq!((way.url.as_str(), way.user.is_some()), ("http://a.example/", true));
        way.follow(301, Some("https://a.example/x"), true, |_| None).expect("the safe one");
        assert!(way.user.is_some());
        assert_eq!(way.permanent_address().as_deref(), Some("https://me:secret@a.example/x"));
        for other in ["https://a.example:444/", "https://b.a.example/"] {
            let mut way = trail("https://me:secret@a.example/");
            way.follow(301, Some(other), true, |_| None).expect("a redirect");
            assert_eq!((way.user.is_none(), way.permanent_address().as_deref()), (true, Some(other)));
        }
    }
}
