//! Fetching from a server that does everything wrong, and from one that does nothing wrong.
//!
//! All of it on loopback: no test leaves this machine.

use std::cell::Cell;
use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use tidings::sync::fetch::{Accept, Answer, Cancel, Fault, Fetched, Fetcher, Kind, Limits, Name, Request};

#[path = "support/server.rs"]
mod server;

use server::{Authority, FEED, Reply, Seen, Server, Vouched};

/// Beyond its limit a fetch may take that long on a machine with other things to do.
const SLACK: Duration = Duration::from_secs(10);

fn fetcher(limits: Limits) -> Fetcher {
    Fetcher::within(limits, &|_| None)
}

fn patient() -> Fetcher {
    fetcher(Limits::default())
}

fn fetch(fetcher: &Fetcher, address: &str) -> Result<Answer, Fault> {
    fetcher.fetch(&Request { address, ..Request::default() }, &Cancel::default(), &mut |_| {})
}

fn body(answer: Result<Answer, Fault>) -> Fetched {
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
fn a_feed_is_fetched_with_one_request_that_says_who_asks() {
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
fn a_page_is_asked_for_as_one() {
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
    // What could end a header is not sent.
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
fn validators_are_told_to_the_address_that_gave_them_and_to_no_other() {
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
    // Where nobody knows who gave them, it was the one who is asked.
    assert_eq!(ask("http://a.test/new", None), (vec![("/new".to_owned(), true)], new.clone(), true));
    assert_eq!(ask("http://a.test/old", None), (hops("/old", true, "/new", false), new, false));
    // Another host neither hears of them nor may say that nothing has changed.
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
    assert_eq!(fault, Fault::Status { status: 304 });
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
    // They go to nobody else.
    server.set("/sets", Reply::redirect(302, "http://b.test/over").with("Set-Cookie", "seen=1; Path=/"));
    server.set("/over", Reply::redirect(302, "http://a.test/ok"));
    let before = server.log().len();
    body(fetch(&fetcher, "http://a.test/sets"));
    let sent: Vec<_> =
        server.log().split_off(before).iter().map(|seen| seen.header("cookie").map(str::to_owned)).collect();
    assert_eq!(sent, [None, None, Some("seen=1".to_owned())]);
    // A server that never has enough is a circle, or leads on too often.
    server.set("/never", Reply::redirect(302, "/never").with("Set-Cookie", "a=1"));
    let fault = fetch(&fetcher, "http://a.test/never").expect_err("a circle");
    assert_eq!(fault.to_string(), "leads in a circle, by way of http://a.test/never");
}

#[test]
fn a_name_that_led_to_the_internet_may_not_lead_into_this_network() {
    let server = Server::start();
    let at_first = body(fetch(&named(&server, &[("news.test", true)]), "http://news.test/ok"));
    assert!(at_first.is_public);
    let request = Request { address: "http://news.test/ok", is_guarded: at_first.is_public, ..Request::default() };
    let before = server.connections();
    let rebound = named(&server, &[("news.test", false)]);
    let fault = rebound.fetch(&request, &Cancel::default(), &mut |_| {}).expect_err("a private network");
    assert_eq!(fault.to_string(), "leads to http://news.test/ok, which lies in a private network");
    assert_eq!(server.connections(), before);
    assert!(!body(fetch(&rebound, "http://news.test/ok")).is_public, "who asks of his own accord may");
}

#[test]
fn one_host_is_asked_two_things_at_a_time_and_one_until_it_has_answered() {
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
fn a_host_that_wants_a_pause_is_asked_once_whoever_leads_there() {
    let server = Server::start();
    let fetcher = named(&server, &[("a.test", true), ("b.test", true)]);
    server.set("/to-b", Reply::redirect(302, "http://b.test/busy/seconds"));
    let fault = fetch(&fetcher, "http://a.test/to-b").expect_err("a pause");
    assert_eq!(fault.to_string(), "asks for a pause of 2 hours (429)");
    let before = server.log().len();
    for address in ["http://b.test/ok", "http://b.test/busy/seconds", "https://b.test/ok"] {
        let fault = fetch(&fetcher, address).expect_err("a pause");
        assert_eq!(fault.to_string(), "is not asked: its host wants a pause (429), for another 2 hours", "{address}");
        assert_eq!(fault.kind(), Kind::Busy);
    }
    assert_eq!(server.log().len(), before);
    assert!(fetch(&fetcher, "http://a.test/to-b").is_err(), "the first host is asked, and the second is not");
    assert_eq!(server.log().len(), before + 1);
    body(fetch(&fetcher, "http://a.test/ok"));
}

#[test]
fn what_is_packed_is_unpacked() {
    let server = Server::start();
    for path in ["/gzip", "/brotli", "/not-gzip", "/until-closed"] {
        assert_eq!(body(fetch(&patient(), &server.address(path))).bytes.to_vec(), FEED.as_bytes(), "{path}");
    }
    assert_eq!(body(fetch(&patient(), &server.address("/empty"))).bytes.to_vec(), b"");
    // The length that is told is the length.
    assert_eq!(body(fetch(&patient(), &server.address("/short-length"))).bytes.to_vec(), b"<rss ");
}

#[test]
fn odd_but_honest_answers_are_taken() {
    let server = Server::start();
    for path in ["/early", "/bare-lines", "/both-lengths", "/old"] {
        assert_eq!(body(fetch(&patient(), &server.address(path))).bytes.to_vec(), FEED.as_bytes(), "{path}");
    }
}

#[test]
fn redirects_are_followed_and_permanent_ones_told() {
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
fn each_fault_is_told_in_words() {
    let server = Server::start();
    let at = |path: &str| server.address(path);
    for (path, kind, words) in [
        ("/status/404", Kind::Answer, "is not there (404)"),
        ("/status/500", Kind::Answer, "is broken at its server (500)"),
        ("/status/401", Kind::Answer, "asks for a name and a password (401)"),
        ("/status/206", Kind::Answer, "was answered with a status that is of no use (206)"),
        ("/status/304", Kind::Answer, "is said to be as before, though nothing was here before (304)"),
        ("/status/410", Kind::Gone, "is gone for good (410)"),
        ("/busy/seconds", Kind::Busy, "asks for a pause of 2 hours (429)"),
        ("/busy/date", Kind::Busy, "asks for a pause of 10 minutes (503)"),
        ("/status/503", Kind::Busy, "is out of service for now (503)"),
        ("/circle/a", Kind::Redirect, &format!("leads in a circle, by way of {}", at("/circle/a"))),
        ("/chain/5", Kind::Redirect, &format!("leads on more than 5 times, at last to {}", at("/ok"))),
        ("/to-file", Kind::Redirect, "leads to file:///etc/passwd, which is neither http nor https"),
        ("/to-nowhere", Kind::Redirect, "leads on, but does not say where (302)"),
        ("/cut/nothing", Kind::Network, "breaks off before its end"),
        ("/cut/header", Kind::Network, "breaks off before its end"),
        ("/cut/length", Kind::Network, "breaks off before its end"),
        ("/cut/chunk", Kind::Network, "breaks off before its end"),
        ("/cut/between-chunks", Kind::Network, "breaks off before its end"),
        ("/cut/reset", Kind::Network, "breaks off before its end"),
        ("/cut-gzip", Kind::Network, "breaks off before its end"),
        ("/headers/many", Kind::Answer, "answers with more headers than are taken"),
        ("/headers/endless", Kind::Answer, "answers with more headers than are taken"),
    ] {
        let fault = fetch(&patient(), &at(path)).expect_err(path);
        assert_eq!((fault.to_string().as_str(), fault.kind()), (words, kind), "{path}");
        assert_eq!(fault.is_gone(), kind == Kind::Gone);
    }
    let garbage = fetch(&patient(), &at("/garbage")).expect_err("garbage");
    assert!(garbage.kind() == Kind::Answer && !garbage.to_string().contains('\u{1b}'), "{garbage:?}");
    let pause = |path| fetch(&patient(), &at(path)).expect_err(path).retry_after();
    assert_eq!(pause("/busy/seconds"), Some(Duration::from_secs(7200)));
    assert_eq!(pause("/busy/date"), Some(Duration::from_secs(600)));
    assert_eq!(pause("/status/503"), None);
}

#[test]
fn a_fault_costs_no_second_request() {
    let server = Server::start();
    for path in ["/status/500", "/cut/length", "/cut/nothing", "/garbage", "/busy/seconds", "/headers/many"] {
        let before = server.log().len();
        fetch(&patient(), &server.address(path)).expect_err(path);
        assert_eq!(server.log().len() - before, 1, "{path}");
    }
}

#[test]
fn whatever_a_server_does_ends_in_time() {
    let server = Server::start();
    let limits = Limits {
        connect: Duration::from_secs(5),
        first_byte: Duration::from_millis(800),
        whole: Duration::from_millis(1600),
        ..Limits::default()
    };
    for (path, words) in [
        ("/hang", "does not answer within 800 ms"),
        ("/slow/header", "does not answer within 800 ms"),
        ("/stall", "sends nothing more for 800 ms"),
        ("/slow/body", "did not come within 2 s"),
    ] {
        let begun = Instant::now();
        let fault = fetch(&fetcher(limits), &server.address(path)).expect_err(path);
        assert_eq!((fault.to_string().as_str(), fault.kind()), (words, Kind::Time), "{path}");
        assert!(begun.elapsed() < limits.whole + SLACK, "{path} took {:?}", begun.elapsed());
    }
    // The limit of the whole counts over redirects.
    for n in 0..3 {
        server.set(&format!("/{n}"), Reply::redirect(302, if n == 2 { "/slow/body" } else { ["/1", "/2"][n] }));
    }
    let fault = fetch(&fetcher(limits), &server.address("/0")).expect_err("too slow");
    assert_eq!(fault, Fault::Slow(limits.whole));
}

#[test]
fn who_does_not_listen_is_told_from_who_is_not_known() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let fault = fetch(&patient(), &format!("http://{gone}/")).expect_err("nobody listens");
    assert_eq!(fault.to_string(), "cannot be reached: connection refused");
    let fault = fetch(&patient(), "http://nobody.invalid/").expect_err("no such host");
    assert!(fault.to_string().starts_with("cannot be reached: nobody knows the host nobody.invalid"), "{fault}");
    assert_eq!(fault.kind(), Kind::Network);
}

#[test]
fn a_bomb_ends_at_the_limit() {
    let server = Server::start();
    let limits = Limits { bytes: 1 << 20, ratio: u64::MAX, ..Limits::default() };
    for path in ["/endless", "/bomb/gzip", "/bomb/brotli"] {
        let came = Cell::new(0);
        let request = Request { address: &server.address(path), ..Request::default() };
        let fault = fetcher(limits).fetch(&request, &Cancel::default(), &mut |bytes| came.set(bytes)).expect_err(path);
        assert_eq!(fault.to_string(), "is larger than 1 MiB", "{path}");
        assert!(came.get() <= limits.bytes, "{path}: {} bytes were taken", came.get());
    }
    let wide = Limits { bytes: 1 << 40, ratio: 100, ..Limits::default() };
    for path in ["/bomb/gzip", "/bomb/brotli"] {
        let fault = fetch(&fetcher(wide), &server.address(path)).expect_err(path);
        assert_eq!(fault, Fault::Bomb(100), "{path}");
    }
    server.set("/large", Reply::ok("").with("Content-Length", "2000000"));
    assert_eq!(fetch(&fetcher(limits), &server.address("/large")), Err(Fault::Large(1 << 20)));
}

#[test]
fn nothing_is_asked_after_a_cancel() {
    let server = Server::start();
    let request = Request { address: &server.address("/chain/3"), ..Request::default() };
    let is_off = Cancel::default();
    is_off.cancel();
    assert_eq!(patient().fetch(&request, &is_off, &mut |_| {}), Err(Fault::Cancelled));
    assert_eq!((server.connections(), server.log().len()), (0, 0));
    // Called off when the first request is there, and before the answer.
    server.set("/chain/3", Reply::redirect(302, "/ok").after(SLACK));
    let is_off = Cancel::default();
    thread::scope(|scope| {
        scope.spawn(|| {
            let begun = Instant::now();
            while server.log().is_empty() && begun.elapsed() < SLACK {
                thread::yield_now();
            }
            is_off.cancel();
        });
        assert_eq!(patient().fetch(&request, &is_off, &mut |_| {}), Err(Fault::Cancelled));
    });
    assert_eq!(server.paths(), ["/chain/3"]);
    let endless = Request { address: &server.address("/endless"), ..Request::default() };
    let is_off = Cancel::default();
    let mut call_off = |came| {
        if came > 100_000 {
            is_off.cancel();
        }
    };
    assert_eq!(patient().fetch(&endless, &is_off, &mut call_off), Err(Fault::Cancelled));
}

#[test]
fn what_waits_is_ended_when_it_is_called_off_and_nothing_else_is() {
    let server = Server::start();
    let fetcher = patient();
    server.set("/late", Reply::ok(FEED).after(Duration::from_secs(3)));
    for (n, path) in ["/hang", "/stall", "/slow/body", "/slow/header"].into_iter().enumerate() {
        let (cancel, begun, address) = (Cancel::default(), Instant::now(), server.address(path));
        thread::scope(|scope| {
            let request = Request { address: &address, ..Request::default() };
            let (fetcher, cancel) = (&fetcher, &cancel);
            let fetch = scope.spawn(move || fetcher.fetch(&request, cancel, &mut |_| {}));
            while server.log().len() <= n && begun.elapsed() < SLACK {
                thread::yield_now();
            }
            cancel.cancel();
            assert_eq!(fetch.join().expect("no panic"), Err(Fault::Cancelled), "{path}");
        });
        assert!(begun.elapsed() < Duration::from_secs(20), "{path} took {:?}", begun.elapsed());
    }
    let (one, cancel, hang) = (Cancel::default(), Cancel::default(), server.address("/hang"));
    thread::scope(|scope| {
        let (fetcher, server, cancel, hang, before) = (&fetcher, &server, &cancel, &hang, server.log().len());
        let late = Request { address: &server.address("/late"), ..Request::default() };
        let hanging = scope.spawn(move || {
            let request = Request { address: hang, ..Request::default() };
            fetcher.fetch(&request, cancel, &mut |_| {})
        });
        let begun = Instant::now();
        while server.log().len() == before && begun.elapsed() < SLACK {
            thread::yield_now();
        }
        scope.spawn(move || {
            let begun = Instant::now();
            while server.log().len() < before + 2 && begun.elapsed() < SLACK {
                thread::yield_now();
            }
            cancel.cancel();
        });
        assert_eq!(body(fetcher.fetch(&late, &one, &mut |_| {})).bytes.to_vec(), FEED.as_bytes());
        assert_eq!(hanging.join().expect("no panic"), Err(Fault::Cancelled));
    });
}

#[test]
fn offline_means_no_connection() {
    let server = Server::start();
    let fault = fetch(&Fetcher::offline(), &server.address("/ok")).expect_err("offline");
    assert_eq!((fault.to_string().as_str(), fault.kind()), ("was not fetched: tidings is offline", Kind::Own));
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

/// The server under names of the internet and of a private network.
fn named(server: &Server, names: &[(&str, bool)]) -> Fetcher {
    let name = |&(host, is_public): &(&str, bool)| Name { host: host.to_owned(), leads_to: server.socket(), is_public };
    patient().with_names(names.iter().map(name).collect())
}

#[test]
fn from_the_internet_nothing_leads_into_a_private_network() {
    let server = Server::start();
    let fetcher = named(&server, &[("public.test", true), ("inner.test", false)]);
    let port = server.socket().port();
    for target in [server.address("/ok"), format!("http://localhost:{port}/ok"), "http://inner.test/ok".to_owned()] {
        server.set("/to", Reply::redirect(302, &target));
        let before = server.log().len();
        let fault = fetch(&fetcher, "http://public.test/to").expect_err("a private network");
        assert_eq!(fault.to_string(), format!("leads to {target}, which lies in a private network"));
        assert_eq!(server.log().len() - before, 1, "{target}");
        // From there to there is nobody's business, and what the user types neither.
        assert_eq!(body(fetch(&fetcher, "http://inner.test/to")).bytes.to_vec(), FEED.as_bytes());
        assert_eq!(body(fetch(&fetcher, &target)).bytes.to_vec(), FEED.as_bytes());
        // What a feed names is no address that the user typed.
        let request = Request { address: &target, is_guarded: true, ..Request::default() };
        assert!(matches!(fetcher.fetch(&request, &Cancel::default(), &mut |_| {}), Err(Fault::Private { .. })));
    }
    server.set("/to", Reply::redirect(302, "http://other.test/ok"));
    let fetcher = named(&server, &[("public.test", true), ("other.test", true)]);
    assert_eq!(body(fetch(&fetcher, "http://public.test/to")).bytes.to_vec(), FEED.as_bytes());
}

#[test]
fn name_and_password_are_told_to_their_host_alone() {
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
    // Nobody here knows the name: the proxy does.
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
    // Where names lead is the proxy's to know, but an address tells itself.
    server.set("/to", Reply::redirect(302, "http://127.0.0.1:1/"));
    let fault = fetch(&through(&["all_proxy"], ""), "http://far.invalid/to").expect_err("a private network");
    assert!(matches!(fault, Fault::Private { .. }), "{fault}");
}

/// What the program says of addresses that it is to follow, trusting who is in this file: it is a process of its own,
/// since what is trusted is told by the environment.
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
        said.trim_end().trim_start_matches(&format!("tidings: {address} ")).to_owned()
    };
    addresses.iter().map(told).collect()
}

#[test]
fn certificates_are_looked_at() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().expect("a folder");
    let trusted = folder.path().join("trusted.pem");
    fs::write(&trusted, authority.pem()).expect("a file");
    let kinds = [Vouched::Well, Vouched::TooLongAgo, Vouched::ForAnotherHost, Vouched::ByItself];
    let servers = kinds.map(|how| Server::start_safe(&authority, how));
    let stranger = Server::start_safe(&Authority::new(), Vouched::Well);
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
    let followed = "Served is followed: 1 release";
    assert_eq!(
        in_the_program(&trusted, &addresses),
        [
            followed,
            "cannot be trusted: its certificate has expired",
            "cannot be trusted: its certificate is for another host",
            "cannot be trusted: its certificate comes from nobody whom this machine trusts",
            "cannot be trusted: its certificate comes from nobody whom this machine trusts",
            "leads from a safe connection to an open one: http://localhost:1/",
            "breaks off before its end",
            "breaks off before its end",
            followed,
            followed,
            "cannot be trusted: its server makes no safe connection here",
        ]
    );
    // Who is not trusted never sees what is asked for.
    assert!(servers[1..].iter().all(|server| server.log().is_empty()) && stranger.log().is_empty());
    let nobody = folder.path().join("nobody.pem");
    fs::write(&nobody, "").expect("a file");
    assert_eq!(
        in_the_program(&nobody, &addresses[..1]),
        ["cannot be trusted: no certificates could be read from where SSL_CERT_FILE or SSL_CERT_DIR point"]
    );
}
