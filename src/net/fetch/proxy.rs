//! The proxy for an address, from the environment.
//!
//! `http_proxy` and `https_proxy` apply to their scheme, `all_proxy` to schemes without their own; each name in lower
//! case, or else in upper case. `no_proxy` lists hosts that are reached directly. `ureq` reads these variables too, but
//! uses one proxy for everything and compares hosts as plain text. All requests to an HTTP proxy use CONNECT, even
//! plain http: a proxy that allows CONNECT to port 443 alone does not work for http addresses.

use std::net::IpAddr;

use ureq::{Proxy, ProxyProtocol};
use url::{Host, Url};

use super::error::FetchError;
use crate::text::CleanBuf;

/// The proxy settings of the environment.
#[derive(Debug, Clone, Default)]
pub(super) struct Proxies {
    http: Option<Setting>,
    https: Option<Setting>,
    without: Vec<Without>,
}

/// A variable that names a proxy, and the proxy if its value is valid.
#[derive(Debug, Clone)]
struct Setting {
    variable: String,
    proxy: Option<Proxy>,
}

/// A host that is reached without a proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Without {
    All,
    /// A name and its subdomains, with a port if given.
    Name(String, Option<u16>),
    /// A network: an address and the length of its prefix.
    Net(IpAddr, u8),
}

impl Proxies {
    /// Reads the variables.
    pub fn new(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| {
            let value =
                |name: String| variable(&name).filter(|value| !value.trim().is_empty()).map(|value| (name, value));
            value(name.to_owned()).or_else(|| value(name.to_ascii_uppercase()))
        };
        let setting = |name: &str| {
            let (variable, value) = get(name).or_else(|| get("all_proxy"))?;
            Some(Setting { variable, proxy: Proxy::new(value.trim()).ok() })
        };
        let without = get("no_proxy").map(|(_, list)| list.split([',', ' ']).filter_map(without).collect());
        Self { http: setting("http_proxy"), https: setting("https_proxy"), without: without.unwrap_or_default() }
    }

    /// Returns the proxy for an address, if any.
    pub fn of(&self, url: &Url) -> Result<Option<&Proxy>, FetchError> {
        let setting = if url.scheme() == "https" { &self.https } else { &self.http };
        let Some(setting) = setting.as_ref().filter(|_| !self.without.iter().any(|without| without.holds(url))) else {
            return Ok(None);
        };
        // An invalid proxy setting is an error and does not fall back to a direct connection.
        let reason = || CleanBuf::line(&format!("{} is not a valid proxy address", setting.variable));
        setting.proxy.as_ref().map(Some).ok_or_else(|| FetchError::Proxy { reason: reason() })
    }
}

/// Whether a proxy resolves names itself, so that the target address stays unknown here.
pub(super) fn looks_up(proxy: &Proxy) -> bool {
    !proxy.resolve_target() || matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https)
}

fn without(entry: &str) -> Option<Without> {
    let entry = entry.trim().trim_start_matches("*.").trim_start_matches('.').to_ascii_lowercase();
    if entry == "*" {
        return Some(Without::All);
    }
    let (address, bits) = entry.split_once('/').map_or((entry.as_str(), None), |(address, bits)| (address, Some(bits)));
    if let Ok(address) = address.trim_matches(['[', ']']).parse::<IpAddr>() {
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).ok().filter(|bits| *bits <= most)?;
        return Some(Without::Net(address, bits));
    }
    let (name, port) = entry.rsplit_once(':').map_or((entry.as_str(), None), |(name, port)| (name, port.parse().ok()));
    (!name.is_empty()).then(|| Without::Name(name.to_owned(), port))
}

impl Without {
    fn holds(&self, url: &Url) -> bool {
        match (self, url.host()) {
            (Self::All, _) => true,
            (Self::Name(name, port), Some(Host::Domain(host))) => {
                let above = host.strip_suffix(name.as_str());
                let is_within = above.is_some_and(|above| above.is_empty() || above.ends_with('.'));
                is_within && port.is_none_or(|port| url.port_or_known_default() == Some(port))
            }
            (Self::Net(IpAddr::V4(net), bits), Some(Host::Ipv4(host))) => {
                same(u128::from(net.to_bits()) << 96, u128::from(host.to_bits()) << 96, *bits)
            }
            (Self::Net(IpAddr::V6(net), bits), Some(Host::Ipv6(host))) => same(net.to_bits(), host.to_bits(), *bits),
            (Self::Name(name, Some(port)), Some(host)) => {
                host.to_string() == *name && url.port_or_known_default() == Some(*port)
            }
            _ => false,
        }
    }
}

/// Whether the first bits of two numbers are equal.
fn same(one: u128, other: u128, bits: u8) -> bool {
    (one ^ other).checked_shr(128 - u32::from(bits)).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)], address: &str) -> Result<Option<(String, u16)>, String> {
        let find =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let proxies = Proxies::new(&find);
        let proxy = proxies.of(&Url::parse(address).expect("an address"));
        proxy.map(|proxy| proxy.map(|proxy| (proxy.host().to_owned(), proxy.port()))).map_err(|error| error.to_string())
    }

    #[test]
    fn each_scheme_has_its_proxy_in_lower_or_upper_case() {
        let variables =
            [("http_proxy", "http://a:1"), ("HTTP_PROXY", "http://b:2"), ("HTTPS_PROXY", "c:3"), ("all_proxy", "d:4")];
        let host = |variables: &[(&str, &str)], address| {
            of(variables, address).expect("understood").map(|(host, port)| format!("{host}:{port}"))
        };
        assert_eq!(host(&variables, "http://x.example/").as_deref(), Some("a:1"));
        assert_eq!(host(&variables, "https://x.example/").as_deref(), Some("c:3"));
        assert_eq!(host(&variables[3..], "https://x.example/").as_deref(), Some("d:4"));
        assert_eq!(host(&[("ALL_PROXY", "socks5://e:5")], "http://x.example/").as_deref(), Some("e:5"));
        assert_eq!(host(&[("http_proxy", "")], "http://x.example/"), None);
        assert_eq!(host(&[], "http://x.example/"), None);
    }

    #[test]
    fn an_invalid_proxy_is_an_error_and_is_not_bypassed() {
        let error = of(&[("https_proxy", "http://")], "https://x.example/").expect_err("no proxy");
        assert_eq!(error, "cannot connect through the proxy: https_proxy is not a valid proxy address");
    }

    #[test]
    fn no_proxy_lists_names_addresses_and_networks() {
        let list = "localhost, .inner.example,*.star.example,port.example:8080,10.0.0.0/8,192.168.1.7,[::1],fd00::/8";
        for (address, is_direct) in [
            ("http://localhost/", true),
            ("http://mylocalhost/", false),
            ("http://a.inner.example/", true),
            ("http://inner.example/", true),
            ("http://INNER.example/", true),
            ("http://notinner.example/", false),
            ("http://inner.example.evil.example/", false),
            ("http://b.star.example/", true),
            ("http://port.example:8080/", true),
            ("http://port.example/", false),
            ("http://10.200.1.1/", true),
            ("http://11.0.0.1/", false),
            ("http://192.168.1.7/", true),
            ("http://192.168.1.8/", false),
            ("http://[::1]:99/", true),
            ("http://[fd12::1]/", true),
            ("http://[fe80::1]/", false),
        ] {
            let proxy = of(&[("http_proxy", "p:1"), ("NO_PROXY", list)], address).expect("understood");
            assert_eq!(proxy.is_none(), is_direct, "{address}");
        }
        let all = of(&[("http_proxy", "p:1"), ("no_proxy", "*")], "http://x.example/");
        assert_eq!(all, Ok(None));
        let odd = of(&[("http_proxy", "p:1"), ("no_proxy", ",,10.0.0.0/99, :,/")], "http://x.example/");
        assert!(odd.is_ok_and(|proxy| proxy.is_some()));
    }
}
