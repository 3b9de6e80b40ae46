//! Finding the API below an address.

use std::sync::Arc;
use std::time::Duration;

use tidings::library::AccountKind;
use tidings::net::fetch::{Cancel, Fetcher, Limits};
use tidings::server::{FoundServer, Secret, ServerError, find};

use crate::api::{ApiServer, Said};
use crate::sync_server::{Kind, SyncServer};

fn found(kind: AccountKind, typed: &str, user: &str, secret: &str) -> Result<FoundServer, ServerError> {
    // A server that does not speak TLS may wait for more.
    let limits = Limits { connect: Duration::from_millis(500), ..Limits::default() };
    let fetcher = Arc::new(Fetcher::within(limits, &|_| None));
    find(kind, typed, user, &Secret::new(secret), &fetcher, &Cancel::default())
}

#[test]
fn miniflux_is_found_below_what_was_copied_from_the_browser() {
    let server = SyncServer::start(Kind::Miniflux);
    let address = server.address();
    for end in ["", "/", "/unread", "/v1/", "/v1/entries?status=read"] {
        let mut found = found(AccountKind::Miniflux, &format!("{address}{end}"), "", &server.key()).expect("a server");
        assert_eq!((found.address.as_str(), found.user.as_str()), (address.as_str(), "reader"));
        assert!(found.server.head().is_ok());
    }
    // Without a scheme, https is tried first; this server does not speak it.
    let bare = address.trim_start_matches("http://");
    assert_eq!(found(AccountKind::Miniflux, bare, "", &server.key()).map(|found| found.address), Ok(address.clone()));
    let refused = found(AccountKind::Miniflux, &address, "", "wrong").expect_err("another key");
    assert_eq!(refused, ServerError::Refused { secret: "API key" });
    server.switch(|switches| switches.too_old = true);
    let old = found(AccountKind::Miniflux, &address, "", &server.key()).expect_err("an old version");
    assert_eq!(old.to_string(), "this version of Miniflux is too old; please update it to 2.3.2 or newer");
    server.switch(|switches| (switches.too_old, switches.api_disabled) = (false, true));
    let none = found(AccountKind::Miniflux, &address, "", &server.key()).expect_err("no API");
    assert_eq!(none.to_string(), format!("no Miniflux API at {address}; check the address"));
}

#[test]
fn freshrss_is_found_by_the_answer_of_its_bare_address() {
    let server = SyncServer::start(Kind::FreshRss);
    let (user, password) = server.login();
    let (address, api) = (server.address(), format!("{}/api/greader.php", server.address()));
    for end in ["", "/", "/i/", "/i/?a=normal", "/api", "/api/greader.php", "/api/greader.php/"] {
        let found = found(AccountKind::FreshRss, &format!("{address}{end}"), &user, &password).expect("a server");
        assert_eq!((found.address.as_str(), found.user.as_str()), (api.as_str(), "reader"), "{end}");
    }
    let none = found(AccountKind::FreshRss, &format!("{address}/elsewhere"), &user, &password).expect_err("no API");
    assert_eq!(none.to_string(), format!("no FreshRSS API at {address}/elsewhere; check the address"));
    server.switch(|switches| switches.api_off = true);
    let off = found(AccountKind::FreshRss, &address, &user, &password).expect_err("no API");
    assert_eq!(off, ServerError::ApiOff);
}

#[test]
fn freshrss_may_have_its_api_in_its_public_folder() {
    let server = ApiServer::saying(vec![
        Said::new(404, "text/html", "nothing"),
        Said::recorded(include_str!("freshrss/bare.txt")),
        Said::recorded(include_str!("freshrss/login-ok.txt")),
        Said::recorded(include_str!("freshrss/user-info.json")),
    ]);
    let found = found(AccountKind::FreshRss, &server.address("/rss"), "reader", "sesame").expect("a server");
    assert_eq!(found.address, server.address("/rss/p/api/greader.php"));
    assert_eq!(
        server.lines(),
        [
            "GET /rss/api/greader.php",
            "GET /rss/p/api/greader.php",
            "POST /rss/p/api/greader.php/accounts/ClientLogin",
            "GET /rss/p/api/greader.php/reader/api/0/user-info?output=json",
        ]
    );
}

#[test]
fn other_servers_have_their_api_below_the_given_address() {
    let server = SyncServer::start(Kind::Miniflux);
    let (user, password) = server.login();
    let found = found(AccountKind::GoogleReader, &format!("{}/reader/api/0", server.address()), &user, &password);
    assert_eq!(found.map(|found| (found.address, found.user.to_string())), Ok((server.address(), "reader".to_owned())));
}

#[test]
fn nothing_is_asked_when_offline_and_nothing_is_guessed_for_a_server_that_does_not_answer() {
    let offline = Arc::new(Fetcher::offline());
    let error = find(AccountKind::Miniflux, "localhost", "", &Secret::new("x"), &offline, &Cancel::default());
    assert_eq!(error.expect_err("offline").to_string(), "not fetched: tidings is offline");
    let fetcher = Arc::new(Fetcher::within(Limits::default(), &|_| None));
    let error = find(AccountKind::FreshRss, "127.0.0.1:1", "me", &Secret::new("x"), &fetcher, &Cancel::default());
    assert!(error.expect_err("no server").to_string().starts_with("cannot connect: "));
}
