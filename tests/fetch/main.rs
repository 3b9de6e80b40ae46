//! Fetches from a server that does everything wrong, and from one that does nothing wrong.
//!
//! Everything is on loopback: no test leaves this machine.

use std::thread;
use std::time::Duration;

use tidings::net::fetch::{Accept, Answer, Cancel, FetchError, Fetched, Fetcher, Kind, Limits, Name, Request};

#[path = "../support/api.rs"]
mod api;
mod call;
mod download;
mod faults;
mod network;
#[path = "../support/server.rs"]
mod server;

use server::{FEED, Reply, Seen, Server};

/// How much longer than its limit a fetch may take on a busy machine.
const SLACK: Duration = Duration::from_secs(10);

fn fetcher(limits: Limits) -> Fetcher {
    Fetcher::within(limits, &|_| None)
}

fn patient() -> Fetcher {
    fetcher(Limits::default())
}

fn fetch(fetcher: &Fetcher, address: &str) -> Result<Answer, FetchError> {
    fetcher.fetch(&Request { address, ..Request::default() }, &Cancel::default(), &mut |_| {})
}

fn body(answer: Result<Answer, FetchError>) -> Fetched {
    match answer.expect("an answer") {
        Answer::Body(fetched) => fetched,
        Answer::Unchanged { .. } => panic!("unchanged"),
    }
}

fn only(log: Vec<Seen>) -> Seen {
    let [seen] = <[Seen; 1]>::try_from(log).expect("one request");
    seen
}

#[test]
fn a_feed_is_fetched_with_one_request_that_names_the_client() {
    let server = Server::start();
    let mut told = 0;
    let request = Request { address: &server.address("/ok#part"), ..Request::default() };
    let fetched = body(patient().fetch(&request, &Cancel::default(), &mut |bytes| told = bytes));
    assert_eq!(fetched.bytes.to_vec(), FEED.as_bytes());
    assert_eq!(told, FEED.len() as u64);
    assert_eq!((fetched.media.as_str(), fetched.charset.as_str()), ("application/rss+xml", "utf-8"));
    assert_eq!((fetched.address.as_str(), fetched.moved), (server.address("/ok").as_str(), None));
    let seen = only(server.log());
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("GET", "/ok"));
    assert_eq!(seen.header("user-agent"), Some(concat!("tidings/", env!("CARGO_PKG_VERSION"))));
    assert_eq!(seen.header("accept-encoding"), Some("gzip, br"));
    assert!(seen.header("accept").is_some_and(|accept| accept.contains("application/rss+xml")));
    assert_eq!(seen.header("host"), Some(server.socket().to_string().as_str()));
    for name in ["if-none-match", "if-modified-since", "cookie", "referer", "authorization"] {
        assert_eq!(seen.header(name), None);
    }
}

#[test]
fn a_page_is_requested_as_a_page() {
    let server = Server::start();
    let request = Request { address: &server.address("/page"), accept: Accept::Page, ..Request::default() };
    let fetched = body(patient().fetch(&request, &Cancel::default(), &mut |_| {}));
    assert_eq!(fetched.media.as_str(), "text/html");
    assert!(only(server.log()).header("accept").is_some_and(|accept| accept.starts_with("text/html")));
}

#[test]
fn validators_are_sent_back_byte_for_byte() {
    let server = Server::start();
    let patient = patient();
    for (etag, modified) in [
        (Some("\"abc\""), Some("Sun, 06 Nov 1994 08:49:37 GMT")),
        (Some("W/\"a b,c\\\"\""), None),
        (Some("no quotes at all"), Some("yesterday, about noon")),
        (None, Some("1994-11-06T08:49:37+02:00")),
        (Some("\"é\""), Some("0")),
    ] {
        let mut reply = Reply::ok(FEED);
        for (name, value) in [("ETag", etag), ("Last-Modified", modified)] {
            reply = value.map_or(reply.clone(), |value| reply.with(name, value));
        }
        server.set("/feed", reply);
        let address = server.address("/feed");
        let first = body(fetch(&patient, &address));
        assert_eq!((first.etag.as_deref(), first.modified.as_deref()), (etag, modified));
        let request = Request {
            address: &address,
            etag: first.etag.as_deref(),
            modified: first.modified.as_deref(),
            ..Request::default()
        };
        let second = patient.fetch(&request, &Cancel::default(), &mut |_| {}).expect("an answer");
        let unchanged = Answer::Unchanged {
            etag: first.etag.clone(),
            modified: first.modified.clone(),
            moved: None,
            address: address.clone(),
            is_public: false,
        };
        assert_eq!(second, unchanged);
        let seen = server.log().pop().expect("a request");
        assert_eq!((seen.header("if-none-match"), seen.header("if-modified-since")), (etag, modified));
    }
    // A validator that could end a header is not sent.
    let request = Request {
        address: &server.address("/ok"),
        etag: Some("\"a\"\r\nX-Evil: 1"),
        modified: Some(""),
        ..Request::default()
    };
    body(patient.fetch(&request, &Cancel::default(), &mut |_| {}));
    let seen = server.log().pop().expect("a request");
    assert!(
        ["if-none-match", "if-modified-since", "x-evil"].iter().all(|name| seen.header(name).is_none()),
        "{seen:?}"
    );
}

#[test]
fn validators_are_sent_only_to_the_address_they_came_from() {
    let server = Server::start();
    let fetcher = named(&server, &[("a.test", true), ("b.test", true)]);
    server.set("/old", Reply::redirect(301, "/new"));
    server.set("/new", Reply::ok(FEED).with("ETag", "\"1\"").with("Last-Modified", "then"));
    server.set("/away", Reply::redirect(302, "http://b.test/new"));
    let ask = |address: &str, origin| {
        let before = server.log().len();
        let request = Request { address, etag: Some("\"1\""), modified: Some("then"), origin, ..Request::default() };
        let answer = fetcher.fetch(&request, &Cancel::default(), &mut |_| {}).expect("an answer");
        let sent = server.log().split_off(before).into_iter().map(|seen| {
            assert_eq!(seen.header("if-none-match").is_some(), seen.header("if-modified-since").is_some());
            (seen.path.clone(), seen.header("if-none-match").is_some())
        });
        let (address, is_known) = match answer {
            Answer::Unchanged { address, .. } => (address, true),
            Answer::Body(whole) => (whole.address, false),
        };
        (sent.collect::<Vec<_>>(), address, is_known)
    };
    let hops = |first: &str, at_first, second: &str, at_second| {
        vec![(first.to_owned(), at_first), (second.to_owned(), at_second)]
    };
    let new = "http://a.test/new".to_owned();
    assert_eq!(
        ask("http://a.test/old", Some("http://a.test/new")),
        (hops("/old", false, "/new", true), new.clone(), true)
    );
    // Without a known origin, they came from the requested address.
    assert_eq!(ask("http://a.test/new", None), (vec![("/new".to_owned(), true)], new.clone(), true));
    assert_eq!(ask("http://a.test/old", None), (hops("/old", true, "/new", false), new, false));
    // Another host gets no validators, and its 304 is not accepted.
    let away = "http://b.test/new".to_owned();
    assert_eq!(
        ask("http://a.test/away", Some("http://a.test/new")),
        (hops("/away", false, "/new", false), away.clone(), false)
    );
    assert_eq!(ask("http://a.test/away", Some(away.as_str())), (hops("/away", false, "/new", true), away, true));
    server.set("/liar", Reply::new(304, ""));
    let request = Request {
        address: "http://a.test/liar",
        etag: Some("1"),
        origin: Some("http://a.test/x"),
        ..Request::default()
    };
    let fault = fetcher.fetch(&request, &Cancel::default(), &mut |_| {}).expect_err("nothing was asked");
    assert_eq!(fault, FetchError::Status { status: 304 });
}

#[test]
fn cookies_are_kept_for_the_redirects_of_one_fetch() {
    let server = Server::start();
    let fetcher = named(&server, &[("a.test", true), ("b.test", true)]);
    server.gate("/feed", "seen=1", Reply::ok(FEED), Reply::redirect(302, "/check"));
    server.set("/check", Reply::redirect(302, "/feed").with("Set-Cookie", "seen=1; Path=/"));
    let own = Reply::redirect(307, "/own").with("Set-Cookie", "own=1").with("Set-Cookie", "more=2");
    server.gate("/own", "own=1; more=2", Reply::ok(FEED), own);
    for path in ["/feed", "/own", "/feed"] {
        let before = server.log().len();
        assert_eq!(body(fetch(&fetcher, &format!("http://a.test{path}"))).bytes.to_vec(), FEED.as_bytes(), "{path}");
        let log = server.log().split_off(before);
        assert_eq!(log[0].header("cookie"), None, "a fetch knows nothing of the one before it");
        assert!(log.last().is_some_and(|seen| seen.header("cookie").is_some()));
    }
    // They go to no other host.
    server.set("/sets", Reply::redirect(302, "http://b.test/over").with("Set-Cookie", "seen=1; Path=/"));
    server.set("/over", Reply::redirect(302, "http://a.test/ok"));
    let before = server.log().len();
    body(fetch(&fetcher, "http://a.test/sets"));
    let sent: Vec<_> =
        server.log().split_off(before).iter().map(|seen| seen.header("cookie").map(str::to_owned)).collect();
    assert_eq!(sent, [None, None, Some("seen=1".to_owned())]);
    // A server that sets cookies for ever ends as a redirect loop or at the limit.
    server.set("/never", Reply::redirect(302, "/never").with("Set-Cookie", "a=1"));
    let fault = fetch(&fetcher, "http://a.test/never").expect_err("a circle");
    assert_eq!(fault.to_string(), "redirect loop at http://a.test/never");
}

#[test]
fn a_public_name_may_not_lead_into_a_private_network() {
    let server = Server::start();
    let at_first = body(fetch(&named(&server, &[("news.test", true)]), "http://news.test/ok"));
    assert!(at_first.is_public);
    let request = Request { address: "http://news.test/ok", is_guarded: at_first.is_public, ..Request::default() };
    let before = server.connections();
    let rebound = named(&server, &[("news.test", false)]);
    let fault = rebound.fetch(&request, &Cancel::default(), &mut |_| {}).expect_err("a private network");
    assert_eq!(fault.to_string(), "refused: http://news.test/ok is in a private network");
    assert_eq!(server.connections(), before);
    assert!(!body(fetch(&rebound, "http://news.test/ok")).is_public, "who asks of his own accord may");
}

#[test]
fn a_host_gets_one_request_until_it_has_answered_and_then_two_at_a_time() {
    let server = Server::start();
    let fetcher = patient();
    (0..100).for_each(|n| server.set(&format!("/{n}"), Reply::ok(FEED).after(Duration::from_millis(5))));
    thread::scope(|scope| {
        for n in 0..100 {
            let (fetcher, server) = (&fetcher, &server);
            scope.spawn(move || body(fetch(fetcher, &server.address(&format!("/{n}")))));
        }
    });
    assert_eq!(server.most_at_once(&server.socket().to_string()), 2);
    assert_eq!(server.log().len(), 100);
}

#[test]
fn a_host_in_a_pause_gets_no_request_even_through_redirects() {
    let server = Server::start();
    let fetcher = named(&server, &[("a.test", true), ("b.test", true)]);
    server.set("/to-b", Reply::redirect(302, "http://b.test/busy/seconds"));
    let fault = fetch(&fetcher, "http://a.test/to-b").expect_err("a pause");
    assert_eq!(fault.to_string(), "the server asks to wait 2 hours (429)");
    let before = server.log().len();
    for address in ["http://b.test/ok", "http://b.test/busy/seconds", "https://b.test/ok"] {
        let fault = fetch(&fetcher, address).expect_err("a pause");
        assert_eq!(fault.to_string(), "not fetched: the host asks to wait another 2 hours (429)", "{address}");
        assert_eq!(fault.kind(), Kind::Busy);
    }
    assert_eq!(server.log().len(), before);
    assert!(fetch(&fetcher, "http://a.test/to-b").is_err(), "the first host is asked, and the second is not");
    assert_eq!(server.log().len(), before + 1);
    body(fetch(&fetcher, "http://a.test/ok"));
}

#[test]
fn compressed_answers_are_decompressed() {
    let server = Server::start();
    for path in ["/gzip", "/brotli", "/not-gzip", "/until-closed"] {
        assert_eq!(body(fetch(&patient(), &server.address(path))).bytes.to_vec(), FEED.as_bytes(), "{path}");
    }
    assert_eq!(body(fetch(&patient(), &server.address("/empty"))).bytes.to_vec(), b"");
    // Trailing data after the compressed body is ignored and reported; another compressed member is part of the body.
    let packed = |bytes: &[u8], packing| {
        server.set("/packed", Reply::ok(bytes).with("Content-Encoding", packing));
        body(fetch(&patient(), &server.address("/packed")))
    };
    let halves = FEED.split_at(20);
    let twice = [server::gzip(halves.0.as_bytes()), server::gzip(halves.1.as_bytes())].concat();
    for (whole, packing) in
        [(server::gzip(FEED.as_bytes()), "gzip"), (twice, "x-gzip"), (server::brotli(FEED.as_bytes()), "br")]
    {
        for junk in [b"".as_slice(), b"<!-- cached -->", &[0; 5_000]] {
            let fetched = packed(&[&whole, junk].concat(), packing);
            assert_eq!((fetched.bytes.to_vec().as_slice(), fetched.has_junk), (FEED.as_bytes(), !junk.is_empty()));
        }
    }
    // `Content-Length` determines the length.
    assert_eq!(body(fetch(&patient(), &server.address("/short-length"))).bytes.to_vec(), b"<rss ");
}

#[test]
fn unusual_but_valid_answers_are_accepted() {
    let server = Server::start();
    for path in ["/early", "/bare-lines", "/both-lengths", "/old"] {
        assert_eq!(body(fetch(&patient(), &server.address(path))).bytes.to_vec(), FEED.as_bytes(), "{path}");
    }
}

#[test]
fn redirects_are_followed_and_permanent_ones_reported() {
    let server = Server::start();
    for (path, moved, requests) in [("/chain/4", None, 6), ("/moved/4", Some("/ok"), 6), ("/moved/0", Some("/ok"), 2)] {
        let before = server.log().len();
        let fetched = body(fetch(&patient(), &server.address(path)));
        assert_eq!(fetched.bytes.to_vec(), FEED.as_bytes());
        assert_eq!(fetched.address, server.address("/ok"));
        assert_eq!(fetched.moved, moved.map(|moved| server.address(moved)), "{path}");
        assert_eq!(server.log().len() - before, requests, "{path}");
    }
    for status in [301, 302, 303, 307, 308] {
        server.set("/from", Reply::redirect(status, "ok"));
        let moved = body(fetch(&patient(), &server.address("/from"))).moved;
        assert_eq!(moved.is_some(), matches!(status, 301 | 308), "{status}");
    }
}

#[test]
fn offline_means_no_connection() {
    let server = Server::start();
    let fault = fetch(&Fetcher::offline(), &server.address("/ok")).expect_err("offline");
    assert_eq!((fault.to_string().as_str(), fault.kind()), ("not fetched: tidings is offline", Kind::Own));
    assert_eq!(server.connections(), 0);
}

#[test]
fn one_fetcher_serves_many_threads() {
    let server = Server::start();
    let fetcher = patient();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(|| fetch(&fetcher, &server.address("/chain/1")))).collect();
        for one in threads {
            assert_eq!(body(one.join().expect("no panic")).bytes.to_vec(), FEED.as_bytes());
        }
    });
    assert_eq!(server.log().len(), 16 * 3);
}

/// The server under public and private names.
fn named(server: &Server, names: &[(&str, bool)]) -> Fetcher {
    let name = |&(host, is_public): &(&str, bool)| Name { host: host.to_owned(), leads_to: server.socket(), is_public };
    patient().with_names(names.iter().map(name).collect())
}
