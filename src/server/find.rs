//! Finds the API of a server below an address as users type or copy it.

use std::sync::Arc;

use url::{Host, Url};

use super::api::{Api, Ask};
use super::{Login, Secret, Server, ServerError, connect};
use crate::library::AccountKind;
use crate::net::address;
use crate::net::fetch::{self, Cancel, Certificate, FetchError, Fetcher};
use crate::text::CleanBuf;

/// Ends of addresses copied from a browser or from another client.
const MINIFLUX_TAILS: &[&str] = &[
    "/v1",
    "/unread",
    "/starred",
    "/history",
    "/feeds",
    "/categories",
    "/settings",
    "/integrations",
    "/keys",
    "/login",
    "/search",
    "/about",
];
const FRESHRSS_TAILS: &[&str] = &["/api/greader.php", "/api", "/i", "/index.php", "/p"];
const READER_TAILS: &[&str] = &["/reader/api/0", "/accounts/ClientLogin", "/reader"];
/// Where `FreshRSS` has its API: below its public folder, or below its root if that is public.
const FRESHRSS_PATHS: [&str; 2] = ["/api/greader.php", "/p/api/greader.php"];

/// A server that lets the account in.
pub struct FoundServer {
    /// The address of its API.
    pub address: String,
    /// The user's name at the server.
    pub user: CleanBuf,
    /// The client, logged in.
    pub server: Box<dyn Server>,
}

impl std::fmt::Debug for FoundServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FoundServer").field("address", &self.address).field("user", &self.user).finish_non_exhaustive()
    }
}

/// Finds the API below a typed address, and logs in.
///
/// # Errors
/// Why no server lets the account in.
pub fn find(
    kind: AccountKind,
    typed: &str,
    user: &str,
    secret: &Secret,
    fetcher: &Arc<Fetcher>,
    cancel: &Cancel,
) -> Result<FoundServer, ServerError> {
    let mut first = None;
    for root in roots(kind, typed)? {
        let error = match below(kind, &root, user, secret, fetcher, cancel) {
            Ok(found) => return Ok(found),
            Err(error) => error,
        };
        if !may_be_elsewhere(&error) {
            return Err(error);
        }
        first.get_or_insert(error);
    }
    Err(first.unwrap_or(ServerError::Fetch(FetchError::Address("invalid address"))))
}

/// Tries the addresses of the API below one root.
fn below(
    kind: AccountKind,
    root: &str,
    user: &str,
    secret: &Secret,
    fetcher: &Arc<Fetcher>,
    cancel: &Cancel,
) -> Result<FoundServer, ServerError> {
    let base = match kind {
        AccountKind::Miniflux | AccountKind::GoogleReader => root.to_owned(),
        AccountKind::FreshRss => freshrss_below(root, fetcher, cancel)?,
    };
    let login = Login { kind, address: base, user: user.to_owned(), secret: secret.clone() };
    let mut server = connect(&login, Arc::clone(fetcher), cancel.clone());
    let user = server.log_in()?;
    Ok(FoundServer { address: login.address, user, server })
}

/// Finds the API of `FreshRSS`, which answers `OK` without a login, even while it is switched off.
fn freshrss_below(root: &str, fetcher: &Arc<Fetcher>, cancel: &Cancel) -> Result<String, ServerError> {
    let mut api = Api::new(root, "FreshRSS API", "API password", Arc::clone(fetcher), cancel.clone());
    for path in FRESHRSS_PATHS {
        match api.send(&Ask::get(path, ""), &[]) {
            Ok(reply) if reply.status == 200 && reply.bytes.head().trim_ascii() == b"OK" => {
                return Ok(format!("{root}{path}"));
            }
            // Some web servers send unknown paths to a login page.
            Ok(_) | Err(ServerError::NoApi { .. }) => {}
            Err(ServerError::Moved { to }) => return Err(ServerError::Moved { to }),
            Err(error) => return Err(error),
        }
    }
    Err(api.missing())
}

/// Whether the API may be at another address.
fn may_be_elsewhere(error: &ServerError) -> bool {
    match error {
        ServerError::NoApi { .. } => true,
        ServerError::Fetch(error) => matches!(
            error,
            FetchError::Unreachable { .. }
                | FetchError::Silent(_)
                | FetchError::Cut
                | FetchError::Garbled { .. }
                | FetchError::Certificate(Certificate::None)
        ),
        _ => false,
    }
}

/// The addresses to try, without a slash at their end: https first, and http only for hosts of the own network if no
/// scheme was typed.
fn roots(kind: AccountKind, typed: &str) -> Result<Vec<String>, ServerError> {
    let mut url = address::meant(typed).map_err(|reason| ServerError::Fetch(FetchError::Address(reason)))?;
    url.set_query(None);
    url.set_fragment(None);
    // An address with a host has both.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let tails = match kind {
        AccountKind::Miniflux => MINIFLUX_TAILS,
        AccountKind::FreshRss => FRESHRSS_TAILS,
        AccountKind::GoogleReader => READER_TAILS,
    };
    let mut path = url.path().trim_end_matches('/').to_owned();
    if let Some((before, _)) = path.split_once("/v1/").filter(|_| kind == AccountKind::Miniflux) {
        path = before.to_owned();
    }
    while let Some(shorter) = tails.iter().find_map(|tail| path.strip_suffix(tail)) {
        path = shorter.trim_end_matches('/').to_owned();
    }
    url.set_path(&path);
    let https = url.as_str().trim_end_matches('/').to_owned();
    let http = address::with_http(&https).filter(|_| address::is_bare(typed) && is_own_network(&url));
    Ok(std::iter::once(https).chain(http).collect())
}

/// Whether a host is likely to be in the own network: by its address, or by a name that is not of the internet.
fn is_own_network(url: &Url) -> bool {
    let is_local = |name: &str| {
        let name = name.trim_end_matches('.');
        !name.contains('.')
            || [".local", ".lan", ".home", ".internal", ".home.arpa"].iter().any(|end| name.ends_with(end))
    };
    fetch::is_private(url.as_str()) || matches!(url.host(), Some(Host::Domain(name)) if is_local(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_ends_are_removed_and_http_is_only_for_the_own_network() {
        use AccountKind::{FreshRss, GoogleReader, Miniflux};
        for (kind, typed, expected) in [
            (Miniflux, "rss.example", &["https://rss.example"][..]),
            (Miniflux, "https://rss.example/mf/", &["https://rss.example/mf"]),
            (Miniflux, "https://me:word@rss.example/mf/v1/entries?x#y", &["https://rss.example/mf"]),
            (Miniflux, "https://rss.example/unread", &["https://rss.example"]),
            (Miniflux, "http://rss.example:8080", &["http://rss.example:8080"]),
            (Miniflux, "192.168.1.7:8080", &["https://192.168.1.7:8080", "http://192.168.1.7:8080"]),
            (Miniflux, "localhost:8080/v1/", &["https://localhost:8080", "http://localhost:8080"]),
            (Miniflux, "nas.local", &["https://nas.local", "http://nas.local"]),
            (FreshRss, "nas/freshrss/i/", &["https://nas/freshrss", "http://nas/freshrss"]),
            (FreshRss, "https://rss.example/p/i/", &["https://rss.example"]),
            (FreshRss, "https://rss.example/api/greader.php/", &["https://rss.example"]),
            (FreshRss, "https://rss.example/FreshRSS/p/api/greader.php", &["https://rss.example/FreshRSS"]),
            (GoogleReader, "https://rss.example/api/fever/", &["https://rss.example/api/fever"]),
            (GoogleReader, "https://rss.example/x/reader/api/0", &["https://rss.example/x"]),
        ] {
            assert_eq!(roots(kind, typed).expect("an address"), expected, "{typed}");
        }
        assert!(roots(Miniflux, "two words").is_err());
    }
}
