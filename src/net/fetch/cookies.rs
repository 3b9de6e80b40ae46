//! Cookies, kept for the redirects of one fetch and then discarded (a subset of RFC 6265).
//!
//! Some servers set a cookie, redirect and serve the feed only if the cookie comes back. A cookie goes to the host that
//! set it, or to the domain it names if the host belongs to that domain.

use std::time::{Duration, SystemTime};

use url::{Host, Url};

/// The maximum number of cookies, and the maximum length of each.
const MOST: usize = 50;
const LONGEST: usize = 4 << 10;

/// The cookies of one fetch.
#[derive(Debug, Default)]
pub(super) struct Jar(Vec<Cookie>);

#[derive(Debug)]
struct Cookie {
    name: String,
    value: String,
    domain: String,
    /// Whether subdomains get it too.
    is_shared: bool,
    path: String,
    is_secure: bool,
}

impl Jar {
    /// Processes a `Set-Cookie` header received from `url`.
    pub fn take(&mut self, header: &str, url: &Url, now: SystemTime) {
        let Some((cookie, is_over)) = Cookie::parse(header, url, now) else { return };
        self.0.retain(|known| !known.is_same(&cookie));
        if !is_over && self.0.len() < MOST {
            self.0.push(cookie);
        }
    }

    /// Returns the `Cookie` header for a request, longest path first; `None` if no cookie matches.
    pub fn header(&self, url: &Url) -> Option<String> {
        let mut fitting: Vec<&Cookie> = self.0.iter().filter(|cookie| cookie.is_for(url)).collect();
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> = fitting.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        Some(pairs.join("; ")).filter(|header| !header.is_empty())
    }
}

impl Cookie {
    /// Parses a cookie; also returns whether the header deletes it.
    fn parse(header: &str, url: &Url, now: SystemTime) -> Option<(Self, bool)> {
        if header.len() > LONGEST || header.chars().any(|letter| letter.is_control() && letter != '\t') {
            return None;
        }
        let mut parts = header.split(';').map(str::trim);
        let (name, value) = parts.next()?.split_once('=')?;
        let host = url.host_str()?.to_owned();
        let mut cookie = Self {
            name: name.trim().to_owned(),
            value: value.trim().to_owned(),
            domain: host.clone(),
            is_shared: false,
            path: default_path(url).to_owned(),
            is_secure: false,
        };
        let (mut is_over, mut has_age) = (false, false);
        for attribute in parts {
            let (name, value) = attribute.split_once('=').map_or((attribute, ""), |(name, value)| (name, value.trim()));
            match name.trim().to_ascii_lowercase().as_str() {
                "domain" if !value.is_empty() => {
                    let domain = value.trim_start_matches('.').to_ascii_lowercase();
                    // A top-level domain cannot own cookies.
                    let is_own = domain == host;
                    let is_shared = domain.contains('.') && is_below(url, &domain);
                    if !is_own && !is_shared {
                        return None;
                    }
                    (cookie.domain, cookie.is_shared) = (domain, !is_own || url.domain().is_some());
                }
                "path" if value.starts_with('/') => value.clone_into(&mut cookie.path),
                "secure" => cookie.is_secure = true,
                "max-age" => (is_over, has_age) = (value.parse::<i64>().is_ok_and(|age| age <= 0), true),
                "expires" if !has_age => {
                    // Some servers write dashes in the date and a four-digit year. An invalid date counts as missing.
                    let date = httpdate::parse_http_date(value)
                        .or_else(|_| httpdate::parse_http_date(&value.replace('-', " ")));
                    is_over = date.is_ok_and(|date| date + Duration::from_secs(1) < now);
                }
                _ => {}
            }
        }
        let is_whole = !cookie.name.is_empty() && (!cookie.is_secure || url.scheme() == "https");
        is_whole.then_some((cookie, is_over))
    }

    fn is_same(&self, other: &Self) -> bool {
        (&self.name, &self.domain, &self.path) == (&other.name, &other.domain, &other.path)
    }

    fn is_for(&self, url: &Url) -> bool {
        let is_host = url.host_str() == Some(&self.domain) || (self.is_shared && is_below(url, &self.domain));
        let is_path = url
            .path()
            .strip_prefix(&self.path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/'));
        is_host && is_path && (!self.is_secure || url.scheme() == "https")
    }
}

/// Whether an address names a host within a domain. An IP address is in no domain.
fn is_below(url: &Url, domain: &str) -> bool {
    let Some(Host::Domain(host)) = url.host() else { return false };
    host.strip_suffix(domain).is_some_and(|above| above.ends_with('.'))
}

/// Returns the directory of an address: the default path of a cookie.
fn default_path(url: &Url) -> &str {
    url.path().rsplit_once('/').map_or("/", |(folder, _)| if folder.is_empty() { "/" } else { folder })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the `Cookie` header for an address after another one has set cookies.
    fn sent(from: &str, headers: &[&str], to: &str) -> Option<String> {
        let url = |address| Url::parse(address).expect("an address");
        // 1994-11-06 08:49:37
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let mut jar = Jar::default();
        for header in headers {
            jar.take(header, &url(from), now);
        }
        jar.header(&url(to))
    }

    #[test]
    fn a_cookie_goes_back_to_its_host_and_to_no_other() {
        let from = "https://www.a.example/x/y";
        for (header, to, is_sent) in [
            ("a=1", "https://www.a.example/x/z", true),
            ("a=1", "https://www.a.example/x", true),
            ("a=1", "https://www.a.example/xy", false),
            ("a=1", "https://www.a.example/", false),
            ("a=1; Path=/", "https://www.a.example/z", true),
            ("a=1; Path=/", "https://a.example/z", false),
            ("a=1; Path=/", "https://b.www.a.example/z", false),
            ("a=1; Path=/", "https://b.example/z", false),
            ("a=1; Path=/; Domain=a.example", "https://a.example/", true),
            ("a=1; Path=/; Domain=.A.example", "https://b.a.example/", true),
            ("a=1; Path=/; Domain=a.example", "https://ba.example/", false),
            ("a=1; Path=/; Domain=b.example", "https://b.example/", false),
            ("a=1; Path=/; Domain=b.example", "https://www.a.example/", false),
            ("a=1; Path=/; Domain=example", "https://b.example/", false),
            ("a=1; Path=/; Domain=", "https://www.a.example/", true),
            ("a=1; Path=/; Secure", "https://www.a.example/", true),
            ("a=1; Path=/; Secure", "http://www.a.example/", false),
            ("a=1; Path=/; HttpOnly; SameSite=Lax; Max-Age=60", "https://www.a.example/", true),
            ("a=1; Path=/; Expires=Sun, 06-Nov-2094 08:49:37 GMT", "https://www.a.example/", true),
            ("=1; Path=/", "https://www.a.example/", false),
            ("nothing", "https://www.a.example/x/y", false),
            ("a=1\u{1}; Path=/", "https://www.a.example/", false),
        ] {
            assert_eq!(sent(from, &[header], to).is_some(), is_sent, "{header} to {to}");
        }
        assert_eq!(
            sent("http://a.example/", &["a=1; Secure"], "https://a.example/"),
            None,
            "set by an open connection"
        );
        assert_eq!(sent("http://127.0.0.1/", &["a=1; Domain=0.0.1"], "http://127.0.0.1/"), None);
        assert_eq!(sent("http://127.0.0.1/", &["a=1; Domain=127.0.0.1"], "http://127.0.0.1/").as_deref(), Some("a=1"));
    }

    #[test]
    fn a_later_cookie_replaces_or_deletes_one_with_its_name() {
        let sent = |headers: &[&str]| sent("https://a.example/x/y", headers, "https://a.example/x/y");
        assert_eq!(sent(&["a=1", "a=2", "b = 3 "]).as_deref(), Some("a=2; b=3"));
        assert_eq!(sent(&["a=1; Path=/", "a=2"]).as_deref(), Some("a=2; a=1"));
        assert_eq!(sent(&["a=1", "a=; Max-Age=0"]), None);
        assert_eq!(sent(&["a=1", "a=; Expires=Sun, 06 Nov 1994 08:00:00 GMT"]), None);
        assert_eq!(sent(&["a=1", "a=2; Max-Age=9; Expires=Sun, 06 Nov 1994 08:00:00 GMT"]).as_deref(), Some("a=2"));
        let many: Vec<String> = (0..MOST + 9).map(|n| format!("c{n}=1")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(sent(&many).map(|header| header.split("; ").count()), Some(MOST));
    }
}
