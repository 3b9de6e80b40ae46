//! Private networks, proxies and certificates.

use std::fs;
use std::process::Command;

use tidings::net::fetch::{Cancel, FetchError, Fetcher, Limits, Request};

use crate::server::{Authority, Certificate, FEED, Reply, Server};
use crate::{body, fetch, named};

#[test]
fn no_public_address_leads_into_a_private_network() {
    let server = Server::start();
    let fetcher = named(&server, &[("public.test", true), ("inner.test", false)]);
    let port = server.socket().port();
    for target in [server.address("/ok"), format!("http://localhost:{port}/ok"), "http://inner.test/ok".to_owned()] {
        server.set("/to", Reply::redirect(302, &target));
        let before = server.log().len();
        let fault = fetch(&fetcher, "http://public.test/to").expect_err("a private network");
        assert_eq!(fault.to_string(), format!("refused: {target} is in a private network"));
        assert_eq!(server.log().len() - before, 1, "{target}");
        // A private address may redirect to a private one, and so may a typed address.
        assert_eq!(body(fetch(&fetcher, "http://inner.test/to")).bytes.to_vec(), FEED.as_bytes());
        assert_eq!(body(fetch(&fetcher, &target)).bytes.to_vec(), FEED.as_bytes());
        // An address found in a feed was not typed by the user.
        let request = Request { address: &target, is_guarded: true, ..Request::default() };
        assert!(matches!(fetcher.fetch(&request, &Cancel::default(), &mut |_| {}), Err(FetchError::Private { .. })));
    }
    server.set("/to", Reply::redirect(302, "http://other.test/ok"));
    let fetcher = named(&server, &[("public.test", true), ("other.test", true)]);
    assert_eq!(body(fetch(&fetcher, "http://public.test/to")).bytes.to_vec(), FEED.as_bytes());
}

#[test]
fn credentials_are_sent_to_their_host_alone() {
    let server = Server::start();
    let named = named(&server, &[("a.test", true), ("b.test", true)]);
    server.set("/within", Reply::redirect(301, "/ok"));
    server.set("/without", Reply::redirect(301, "http://b.test/ok"));
    let fetched = body(fetch(&named, "http://m%C3%A9:pass%20word@a.test/within"));
    assert_eq!(fetched.address, "http://a.test/ok");
    assert_eq!(fetched.moved.as_deref(), Some("http://m%C3%A9:pass%20word@a.test/ok"));
    let sent: Vec<_> = server.log().iter().map(|seen| seen.header("authorization").map(str::to_owned)).collect();
    // mé:pass word
    assert_eq!(sent, vec![Some("Basic bcOpOnBhc3Mgd29yZA==".to_owned()); 2]);
    let fetched = body(fetch(&named, "http://me:secret@a.test/without"));
    assert_eq!(fetched.moved.as_deref(), Some("http://b.test/ok"));
    let last = server.log().pop().expect("a request");
    assert_eq!((last.header("host"), last.header("authorization")), (Some("b.test"), None));
    let fault = fetch(&named, "http://me:secret@a.test/circle/a").expect_err("a circle");
    assert!(!fault.to_string().contains("secret"), "{fault}");
}

#[test]
fn secret_headers_are_sent_to_their_host_alone() {
    let server = Server::start();
    let named = named(&server, &[("a.test", true), ("b.test", true)]);
    server.set("/within", Reply::redirect(301, "/ok"));
    server.set("/without", Reply::redirect(301, "http://b.test/back"));
    server.set("/back", Reply::redirect(301, "http://a.test/ok"));
    let headers = [
        ("X-Token", "sesame"),
        ("authorization", "Bearer word"),
        ("Accept", "text/x"),
        ("bad name", "x"),
        ("X-Bad", "a\nb"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let get = |address| {
        let request = Request { address, headers: &headers, ..Request::default() };
        body(named.fetch(&request, &Cancel::default(), &mut |_| {}))
    };
    let fetched = get("http://me:password@a.test/within");
    assert_eq!(fetched.moved.as_deref(), Some("http://me:password@a.test/ok"));
    for seen in server.log() {
        let sent = ["x-token", "authorization", "accept"].map(|name| seen.header(name));
        assert_eq!(sent, [Some("sesame"), Some("Bearer word"), Some("text/x")]);
    }
    // Once the chain has left the host, it gets them no more, and the subscription does not move with them.
    let fetched = get("http://a.test/without");
    assert_eq!((fetched.address.as_str(), fetched.moved), ("http://a.test/ok", None));
    let sent: Vec<_> = server.log().iter().skip(2).map(|seen| seen.header("x-token").map(str::to_owned)).collect();
    assert_eq!(sent, [Some("sesame".to_owned()), None, None]);
}

#[test]
fn proxies_of_the_environment_are_used() {
    let server = Server::start();
    let proxy = server.address("").replace("http://", "http://user:word@");
    let through = |variables: &'static [&'static str], without: &'static str| {
        let proxy = proxy.clone();
        Fetcher::within(Limits::default(), &move |name| {
            let told = variables.contains(&name).then(|| proxy.clone());
            told.or_else(|| (name == "no_proxy").then(|| without.to_owned()))
        })
    };
    // Only the proxy knows this name.
    let fetched = body(fetch(&through(&["http_proxy"], ""), "http://far.invalid/ok"));
    assert_eq!(fetched.bytes.to_vec(), FEED.as_bytes());
    let log = server.log();
    assert_eq!((log[0].method.as_str(), log[0].path.as_str()), ("CONNECT", "far.invalid:80"));
    assert_eq!(log[0].header("proxy-authorization"), Some("Basic dXNlcjp3b3Jk"));
    assert_eq!((log[1].path.as_str(), log[1].header("proxy-authorization")), ("/ok", None));
    for (variables, without) in [(&["http_proxy"][..], "127.0.0.0/8"), (&["https_proxy"], "")] {
        let before = server.log().len();
        body(fetch(&through(variables, without), &server.address("/ok")));
        assert_eq!(server.log().len() - before, 1, "{variables:?}");
    }
    // The proxy resolves names, but a literal address is checked.
    server.set("/to", Reply::redirect(302, "http://127.0.0.1:1/"));
    let fault = fetch(&through(&["all_proxy"], ""), "http://far.invalid/to").expect_err("a private network");
    assert!(matches!(fault, FetchError::Private { .. }), "{fault}");
}

/// The program's answers when it subscribes to addresses with the root certificates of this file. A separate process,
/// because the environment names the certificates.
fn in_the_program(authorities: &std::path::Path, addresses: &[String]) -> Vec<String> {
    let told = |address: &String| {
        let home = tempfile::tempdir().expect("a home");
        let output = Command::new(env!("CARGO_BIN_EXE_tidings"))
            .args(["add", address.as_str()])
            .env("HOME", home.path())
            .env("TIDINGS_LIBRARY", home.path().join("library.db"))
            .env("SSL_CERT_FILE", authorities)
            .env_remove("SSL_CERT_DIR")
            .output()
            .expect("the program");
        let said = if output.status.success() { output.stdout } else { output.stderr };
        let said = String::from_utf8(said).expect("UTF-8");
        said.trim_end().trim_start_matches(&format!("tidings: {address}: ")).to_owned()
    };
    addresses.iter().map(told).collect()
}

#[test]
fn certificates_are_verified() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().expect("a folder");
    let trusted = folder.path().join("trusted.pem");
    fs::write(&trusted, authority.pem()).expect("a file");
    let kinds = [Certificate::Valid, Certificate::Expired, Certificate::ForAnotherHost, Certificate::SelfSigned];
    let servers = kinds.map(|how| Server::start_safe(&authority, how));
    let stranger = Server::start_safe(&Authority::new(), Certificate::Valid);
    let [good, ..] = &servers;
    good.set("/down", Reply::redirect(302, "http://localhost:1/"));
    let open = Server::start();
    open.set("/up", Reply::redirect(301, &good.address("/ok")));
    let addresses: Vec<String> = servers
        .iter()
        .chain([&stranger])
        .map(|server| server.address("/ok"))
        .chain(["/down", "/cut/length", "/cut/nothing", "/gzip"].map(|path| good.address(path)))
        .chain([open.address("/up"), format!("https://{}/ok", open.socket())])
        .collect();
    let followed = "subscribed to Served (1 release)";
    assert_eq!(
        in_the_program(&trusted, &addresses),
        [
            followed,
            "no secure connection: certificate expired",
            "no secure connection: certificate is for another host",
            "no secure connection: certificate not issued by a trusted authority",
            "no secure connection: certificate not issued by a trusted authority",
            "redirects from https to http: http://localhost:1/",
            "connection closed before the end",
            "connection closed before the end",
            followed,
            followed,
            "no secure connection: the server does not support TLS on this port",
        ]
    );
    // An untrusted server never sees the request.
    assert!(servers[1..].iter().all(|server| server.log().is_empty()) && stranger.log().is_empty());
    let nobody = folder.path().join("nobody.pem");
    fs::write(&nobody, "").expect("a file");
    assert_eq!(
        in_the_program(&nobody, &addresses[..1]),
        ["no secure connection: no certificates found in SSL_CERT_FILE or SSL_CERT_DIR"]
    );
}
