//! Requests to an API.

use std::sync::Arc;
use std::time::Duration;

use tidings::net::fetch::{Call, Cancel, FetchError, Fetcher, KeepAlive, Limits, Method, Reply};

use crate::api::{ApiServer, Said};

fn call(address: &str) -> Call<'_> {
    let (first_byte, whole) = (Duration::from_secs(20), Duration::from_secs(60));
    Call { method: Method::Get, address, headers: &[], body: None, first_byte, whole, bytes: 1 << 20 }
}

fn fetcher() -> Fetcher {
    Fetcher::within(Limits::default(), &|_| None)
}

fn once(call: &Call<'_>) -> Result<Reply, FetchError> {
    fetcher().call(&mut KeepAlive::default(), call, &Cancel::default())
}

#[test]
fn a_request_has_its_method_headers_and_body() {
    let server = ApiServer::start(|_| Said::empty(204));
    let address = server.address("/v1/entries?x=1");
    let headers = [("x-auth-token", "sesame")];
    for (method, name) in
        [(Method::Get, "GET"), (Method::Post, "POST"), (Method::Put, "PUT"), (Method::Delete, "DELETE")]
    {
        let body =
            matches!(method, Method::Post | Method::Put).then_some(("application/json", b"{\"a\":1}".as_slice()));
        let reply = once(&Call { method, headers: &headers, body, ..call(&address) }).expect("an answer");
        assert_eq!((reply.status, reply.bytes.to_vec()), (204, vec![]));
        let asked = server.log().pop().expect("a request");
        assert_eq!(asked.line(), format!("{name} /v1/entries?x=1"));
        assert_eq!(asked.header("x-auth-token"), Some("sesame"));
        assert_eq!(asked.header("content-type"), body.map(|(media, _)| media));
        assert_eq!(asked.body, body.map_or("", |_| "{\"a\":1}"));
        assert_eq!(asked.header("accept-encoding"), Some("gzip, br"));
    }
}

#[test]
fn any_status_is_an_answer_and_no_redirect_is_followed() {
    let server = ApiServer::saying(vec![
        Said::new(404, "Text/Plain; charset=utf-8", "nothing"),
        Said::empty(302).with("Location", "/elsewhere?x"),
        Said::empty(503),
        Said::empty(429).with("Retry-After", "7"),
    ]);
    let fetcher = fetcher();
    let mut kept = KeepAlive::default();
    let address = server.address("/a/b");
    let mut ask = || fetcher.call(&mut kept, &call(&address), &Cancel::default());
    let reply = ask().expect("an answer");
    assert_eq!((reply.status, reply.media.as_str(), reply.bytes.to_vec()), (404, "text/plain", b"nothing".to_vec()));
    let reply = ask().expect("an answer");
    assert_eq!((reply.status, reply.location.map(String::from)), (302, Some(server.address("/elsewhere?x"))));
    assert_eq!(ask().map(|reply| (reply.status, reply.retry_after)), Ok((503, None)));
    assert_eq!(ask().map(|reply| (reply.status, reply.retry_after)), Ok((429, Some(Duration::from_secs(7)))));
    // The host asked for a pause.
    assert!(matches!(ask(), Err(FetchError::Paused { status: 429, .. })));
    assert_eq!(server.lines(), ["GET /a/b"; 4]);
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_connection_is_kept_and_replaced_when_the_server_closes_it() {
    let mut count = 0;
    let server = ApiServer::start(move |_| {
        count += 1;
        match count {
            // Closed at the moment of the next request, and closed after an answer.
            3 | 7 => Said::silent(),
            5 => Said { is_last: true, ..Said::json("5") },
            _ => Said::json(count.to_string()),
        }
    });
    let (fetcher, mut kept, address) = (fetcher(), KeepAlive::default(), server.address("/"));
    let mut ask = |method| {
        let reply = fetcher.call(&mut kept, &Call { method, ..call(&address) }, &Cancel::default());
        reply.map(|reply| String::from_utf8(reply.bytes.to_vec()).expect("digits"))
    };
    let answers: Vec<_> = (0..5).map(|_| ask(Method::Get).expect("an answer")).collect();
    assert_eq!(answers, ["1", "2", "4", "5", "6"]);
    // What may do something twice is not repeated.
    assert_eq!(ask(Method::Post), Err(FetchError::Cut));
    assert_eq!(ask(Method::Get).as_deref(), Ok("8"));
    assert_eq!((server.log().len(), server.connections()), (8, 4));
}

#[test]
fn an_answer_is_complete_or_an_error() {
    let packed = {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut out, &b"[1,2,3] ".repeat(100)).expect("memory");
        out.finish().expect("memory")
    };
    let server = ApiServer::saying(vec![
        Said::json(packed.clone()).with("Content-Encoding", "gzip"),
        Said::json(packed).with("Content-Encoding", "gzip").cut(),
        Said::json("[1, 2, 3, 4]").cut(),
        Said::json(vec![b' '; 2 << 20]),
        Said::silent(),
    ]);
    let address = server.address("/");
    assert_eq!(once(&call(&address)).map(|reply| reply.bytes.to_vec()), Ok(b"[1,2,3] ".repeat(100)));
    assert_eq!(once(&call(&address)).map(|reply| reply.status), Err(FetchError::Cut));
    assert_eq!(once(&call(&address)).map(|reply| reply.status), Err(FetchError::Cut));
    assert_eq!(once(&call(&address)).map(|reply| reply.status), Err(FetchError::Large(1 << 20)));
    assert_eq!(once(&call(&address)).map(|reply| reply.status), Err(FetchError::Cut));
}

#[test]
fn nothing_is_sent_when_offline_or_cancelled() {
    let server = ApiServer::start(|_| Said::empty(204));
    let address = server.address("/");
    let error = Fetcher::offline().call(&mut KeepAlive::default(), &call(&address), &Cancel::default());
    assert_eq!(error.map(|reply| reply.status), Err(FetchError::Offline));
    let cancel = Cancel::default();
    cancel.cancel();
    let error = fetcher().call(&mut KeepAlive::default(), &call(&address), &cancel);
    assert_eq!(error.map(|reply| reply.status), Err(FetchError::Cancelled));
    assert_eq!(server.lines(), [""; 0]);
}

#[test]
fn a_running_request_is_cancelled() {
    let cancel = Cancel::default();
    let inner = Arc::new(cancel.clone());
    // The answer never comes whole: the connection stays open while the server cancels.
    let server = ApiServer::start(move |_| {
        inner.cancel();
        Said::json("[1]").with("Content-Length", "100")
    });
    let error = fetcher().call(&mut KeepAlive::default(), &call(&server.address("/")), &cancel);
    assert_eq!(error.map(|reply| reply.status), Err(FetchError::Cancelled));
}

#[test]
fn secrets_are_in_no_error() {
    let headers = [("x-auth-token", "sesame\n")];
    let error = once(&Call { headers: &headers, ..call("http://127.0.0.1:1/") }).expect_err("an invalid header");
    assert_eq!(error.to_string(), "invalid characters in a key, password or header");
    let headers = [("x-auth-token", "sesame")];
    let body = Some(("text/plain", b"sesame".as_slice()));
    let call = Call { method: Method::Post, headers: &headers, body, ..call("http://127.0.0.1:1/?q=sesame") };
    let error = once(&call).expect_err("no server");
    assert!(!format!("{error} {error:?} {call:?}").contains("sesame"), "{error:?} {call:?}");
}
