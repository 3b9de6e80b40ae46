//! Errors and cancellation: in words, in time and within limits.

use std::cell::Cell;
use std::thread;
use std::time::{Duration, Instant};

use tidings::net::fetch::{Cancel, FetchError, Kind, Limits, Request};

use crate::server::{FEED, Reply, Server};
use crate::{SLACK, body, fetch, fetcher, patient};

#[test]
fn each_fault_has_its_message() {
    let server = Server::start();
    let at = |path: &str| server.address(path);
    for (path, kind, words) in [
        ("/status/404", Kind::Answer, "not found (404)"),
        ("/status/500", Kind::Answer, "server error (500)"),
        ("/status/401", Kind::Answer, "user name and password required (401)"),
        ("/status/206", Kind::Answer, "unexpected HTTP status (206)"),
        ("/status/304", Kind::Answer, "not modified, though nothing was stored (304)"),
        ("/status/410", Kind::Gone, "permanently removed (410)"),
        ("/busy/seconds", Kind::Busy, "the server asks to wait 2 hours (429)"),
        ("/busy/date", Kind::Busy, "the server asks to wait 10 minutes (503)"),
        ("/status/503", Kind::Busy, "service unavailable (503)"),
        ("/circle/a", Kind::Redirect, &format!("redirect loop at {}", at("/circle/a"))),
        ("/chain/5", Kind::Redirect, &format!("more than 5 redirects; the next leads to {}", at("/ok"))),
        ("/to-file", Kind::Redirect, "redirects to file:///etc/passwd, which is neither http nor https"),
        ("/to-nowhere", Kind::Redirect, "redirects without a valid Location header (302)"),
        ("/cut/nothing", Kind::Network, "connection closed before the end"),
        ("/cut/header", Kind::Network, "connection closed before the end"),
        ("/cut/length", Kind::Network, "connection closed before the end"),
        ("/cut/chunk", Kind::Network, "connection closed before the end"),
        ("/cut/between-chunks", Kind::Network, "connection closed before the end"),
        ("/cut/reset", Kind::Network, "connection closed before the end"),
        ("/cut-gzip", Kind::Network, "connection closed before the end"),
        ("/headers/many", Kind::Answer, "too many response headers"),
        ("/headers/endless", Kind::Answer, "too many response headers"),
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
fn a_fault_causes_no_second_request() {
    let server = Server::start();
    for path in ["/status/500", "/cut/length", "/cut/nothing", "/garbage", "/busy/seconds", "/headers/many"] {
        let before = server.log().len();
        fetch(&patient(), &server.address(path)).expect_err(path);
        assert_eq!(server.log().len() - before, 1, "{path}");
    }
}

#[test]
fn any_server_behaviour_ends_in_time() {
    let server = Server::start();
    let limits = Limits {
        connect: Duration::from_secs(5),
        first_byte: Duration::from_millis(800),
        whole: Duration::from_millis(1600),
        ..Limits::default()
    };
    for (path, words) in [
        ("/hang", "timed out: no answer within 800 ms"),
        ("/slow/header", "timed out: no answer within 800 ms"),
        ("/stall", "timed out: no data for 800 ms"),
        ("/slow/body", "timed out: incomplete after 2 s"),
    ] {
        let begun = Instant::now();
        let fault = fetch(&fetcher(limits), &server.address(path)).expect_err(path);
        assert_eq!((fault.to_string().as_str(), fault.kind()), (words, Kind::Time), "{path}");
        assert!(begun.elapsed() < limits.whole + SLACK, "{path} took {:?}", begun.elapsed());
    }
    // The total time limit includes redirects.
    for n in 0..3 {
        server.set(&format!("/{n}"), Reply::redirect(302, if n == 2 { "/slow/body" } else { ["/1", "/2"][n] }));
    }
    let fault = fetch(&fetcher(limits), &server.address("/0")).expect_err("too slow");
    assert_eq!(fault, FetchError::Slow(limits.whole));
}

#[test]
fn a_closed_port_differs_from_an_unknown_host() {
    // The port of a client: a connection holds it, so that no server of another test gets it.
    let server = Server::start();
    let client = std::net::TcpStream::connect(server.socket()).expect("a connection");
    let gone = client.local_addr().expect("a port");
    let fault = fetch(&patient(), &format!("http://{gone}/")).expect_err("nobody listens");
    assert_eq!(fault.to_string(), "cannot connect: connection refused");
    let fault = fetch(&patient(), "http://nobody.invalid/").expect_err("no such host");
    assert!(fault.to_string().starts_with("unknown host nobody.invalid"), "{fault}");
    assert_eq!(fault.kind(), Kind::Network);
}

#[test]
fn a_decompression_bomb_ends_at_the_limit() {
    let server = Server::start();
    let limits = Limits { bytes: 1 << 20, ratio: u64::MAX, ..Limits::default() };
    for path in ["/endless", "/bomb/gzip", "/bomb/brotli"] {
        let came = Cell::new(0);
        let request = Request { address: &server.address(path), ..Request::default() };
        let fault = fetcher(limits).fetch(&request, &Cancel::default(), &mut |bytes| came.set(bytes)).expect_err(path);
        assert_eq!(fault.to_string(), "larger than 1 MiB", "{path}");
        assert!(came.get() <= limits.bytes, "{path}: {} bytes were taken", came.get());
    }
    let wide = Limits { bytes: 1 << 40, ratio: 100, ..Limits::default() };
    for path in ["/bomb/gzip", "/bomb/brotli"] {
        let fault = fetch(&fetcher(wide), &server.address(path)).expect_err(path);
        assert_eq!(fault, FetchError::Bomb(100), "{path}");
    }
    server.set("/large", Reply::ok("").with("Content-Length", "2000000"));
    assert_eq!(fetch(&fetcher(limits), &server.address("/large")), Err(FetchError::Large(1 << 20)));
}

#[test]
fn no_request_follows_a_cancellation() {
    let server = Server::start();
    let request = Request { address: &server.address("/chain/3"), ..Request::default() };
    let is_off = Cancel::default();
    is_off.cancel();
    assert_eq!(patient().fetch(&request, &is_off, &mut |_| {}), Err(FetchError::Cancelled));
    assert_eq!((server.connections(), server.log().len()), (0, 0));
    // Cancelled after the first request was sent and before the answer.
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
        assert_eq!(patient().fetch(&request, &is_off, &mut |_| {}), Err(FetchError::Cancelled));
    });
    assert_eq!(server.paths(), ["/chain/3"]);
    let endless = Request { address: &server.address("/endless"), ..Request::default() };
    let is_off = Cancel::default();
    let mut call_off = |came| {
        if came > 100_000 {
            is_off.cancel();
        }
    };
    assert_eq!(patient().fetch(&endless, &is_off, &mut call_off), Err(FetchError::Cancelled));
}

#[test]
fn cancelling_ends_waiting_fetches_and_no_others() {
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
            assert_eq!(fetch.join().expect("no panic"), Err(FetchError::Cancelled), "{path}");
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
        assert_eq!(hanging.join().expect("no panic"), Err(FetchError::Cancelled));
    });
}
