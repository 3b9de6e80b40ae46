//! Pictures, fetched on request.

use tidings::net::fetch::{Fetcher, Limits};
use tidings::sync::fetch_picture;

use crate::server::Reply;
use crate::test_library::TestLibrary;

#[test]
fn a_picture_of_a_public_feed_never_comes_from_a_private_network() {
    let test = TestLibrary::new();
    test.server.set("/a.png", Reply::ok("pixels"));
    let fetch = |is_guarded| fetch_picture(&test.engine(), &test.server.address("/a.png"), is_guarded, None);
    let refused = fetch(true).expect_err("the server is on this machine");
    assert!(refused.as_str().contains("private"), "{refused}");
    assert!(test.server.paths().is_empty());
    assert_eq!(fetch(false).expect("it may come from here"), b"pixels");
    let asked = test.server.log();
    assert_eq!(asked[0].header("accept").and_then(|accepted| accepted.split(',').next()), Some("image/png"));
}

#[test]
fn a_picture_larger_than_the_limit_is_refused() {
    let test = TestLibrary::new();
    test.server.set("/a.png", Reply::ok(vec![7; (16 << 20) + 1]));
    let engine = test.engine_with(Fetcher::within(Limits::default(), &|_| None));
    let refused = fetch_picture(&engine, &test.server.address("/a.png"), false, None).expect_err("too large");
    assert!(refused.as_str().contains("16 MiB"), "{refused}");
}

#[test]
fn nothing_is_fetched_offline() {
    let test = TestLibrary::new();
    let engine = test.engine();
    engine.fetcher().go_offline(true);
    let refused = fetch_picture(&engine, &test.server.address("/a.png"), false, None).expect_err("offline");
    assert!(refused.as_str().contains("offline") && test.server.paths().is_empty(), "{refused}");
}
