//! Cancelled syncs, and syncs without a network.

use std::thread;
use std::time::{Duration, Instant};

use tidings::net::fetch::{Fetcher, Limits};
use tidings::sync::SyncRequest;

use crate::server::Reply;
use crate::test_library::{TestLibrary, feed, sync_with};

/// The limit for immediate effects on a busy machine.
const MOMENT: Duration = Duration::from_secs(2);

#[test]
fn a_cancelled_sync_ends_at_once_and_keeps_received_results() {
    let fixture = TestLibrary::new();
    let good = fixture.follow_paths(&["/good"])[0];
    fixture.server.set("/good", Reply::ok(feed("Good", &[("1", "One")])));
    // One host each, so that as many as possible hang.
    let hosts: Vec<String> = (0..30).map(|n| format!("h{n}.example")).collect();
    let hang = ["/hang", "/stall", "/slow/body", "/slow/header"];
    let addresses: Vec<String> =
        hosts.iter().zip(hang.into_iter().cycle()).map(|(host, path)| fixture.at(host, path)).collect();
    let hanging = fixture.subscribe(&addresses);
    // No request here ends by itself.
    let engine = fixture.engine_with(fixture.internet(&hosts, Limits::default()));
    let (progress, called_off) = thread::scope(|scope| {
        let sync = scope.spawn(|| sync_with(&engine, &SyncRequest::default()));
        // Fifteen requests hang, and the thread of the good one takes another.
        fixture.server.wait_for_requests(17);
        let called_off = Instant::now();
        engine.cancel();
        (sync.join().expect("no panic"), called_off)
    });
    assert!(called_off.elapsed() < MOMENT, "it took {:?}", called_off.elapsed());
    assert_eq!((progress.done, progress.all, progress.failed, progress.fresh), (1, 31, 0, 1));
    assert_eq!(fixture.titles(good), ["One"]);
    assert_eq!(fixture.server.log().len(), 17, "more was asked for");
    for id in hanging {
        let source = fixture.source(id);
        assert_eq!((source.error, source.failures, source.checked), (None, 0, None));
    }
    // A cancelled engine stays cancelled.
    let progress = sync_with(&engine, &SyncRequest::default());
    assert_eq!((progress.done, fixture.server.log().len()), (0, 17));
}

#[test]
fn a_sync_that_parses_a_heavy_feed_ends_at_once_when_cancelled() {
    let fixture = TestLibrary::new();
    // Takes minutes to parse on any machine.
    let heavy = format!("[{}]", "{\"title\":\"a <b>b</b>\",\"id\":\"1\"},".repeat(1_700_000));
    fixture.server.set("/heavy", Reply::ok(heavy));
    let id = fixture.follow_paths(&["/heavy"])[0];
    let fetcher = Fetcher::within(Limits::default(), &|_| None);
    let mut engine = fixture.engine_with(fetcher);
    engine.time = Duration::from_secs(3_600);
    thread::scope(|scope| {
        let sync = scope.spawn(|| sync_with(&engine, &SyncRequest::default()));
        fixture.server.wait_for_requests(1);
        // By now it is being received or parsed.
        let called_off = Instant::now();
        engine.cancel();
        let progress = sync.join().expect("no panic");
        assert!(called_off.elapsed() < MOMENT, "it took {:?}", called_off.elapsed());
        assert_eq!((progress.done, progress.all), (0, 1));
    });
    assert_eq!(fixture.source(id).checked, None);
}

#[test]
fn offline_no_connection_is_opened_and_nothing_is_lost() {
    let fixture = TestLibrary::new();
    let id = fixture.follow_paths(&["/feed"])[0];
    fixture.server.set("/feed", Reply::ok(feed("News", &[("1", "One")])));
    fixture.sync();
    let (before, connections) = (fixture.source(id), fixture.server.connections());
    let (out, error, code) = fixture.run(&["sync", "--offline"]);
    assert_eq!(code, Some(1), "{out}{error}");
    assert!(format!("{out}{error}").contains("offline"), "{out}{error}");
    let progress = sync_with(&fixture.engine_with(Fetcher::offline()), &SyncRequest::default());
    assert_eq!((progress.done, progress.failed), (1, 1));
    // Being offline is not a failure of the source: no rest follows, and no error is recorded.
    assert_eq!(fixture.source(id), before);
    assert_eq!(fixture.titles(id), ["One"]);
    assert_eq!(fixture.server.connections(), connections);
}
