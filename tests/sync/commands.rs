//! `tidings sync` as a script has it: which subscriptions are meant, what is written, what the exit code says.

use tidings::library::SourceId;

use crate::desk::{Desk, feed};
use crate::server::Reply;

/// Three subscriptions that are called Gazette, Bulletin and Journal; the first two lie in folders.
fn desk() -> (Desk, Vec<SourceId>) {
    let desk = Desk::new();
    let mut ids = Vec::new();
    for (path, title, folder) in
        [("/g", "Gazette", &["Europe", "Courts"][..]), ("/b", "Bulletin", &["Europe"]), ("/j", "Journal", &[])]
    {
        desk.server.set(path, Reply::ok(feed(title, &[(title, title)])));
        ids.extend(desk.subscribe_in(&[desk.server.address(path)], folder));
    }
    assert_eq!(desk.sync().fresh, 3);
    (desk, ids)
}

/// The paths that a run asks for, sorted, and its exit code.
fn asked(desk: &Desk, arguments: &[&str]) -> (String, Option<i32>) {
    let before = desk.server.log().len();
    let (_, _, code) = desk.run(arguments);
    let mut paths = desk.server.paths().split_off(before);
    paths.sort();
    (paths.join(" "), code)
}

#[test]
fn names_parts_of_names_addresses_and_folders_tell_what_is_meant() {
    let (desk, ids) = desk();
    let address = desk.server.address("/j");
    for (arguments, paths) in [
        (&["sync"][..], "/b /g /j"),
        (&["sync", "gazette"], "/g"),
        (&["sync", "gaz"], "/g"),
        (&["sync", "Europe"], "/b /g"),
        (&["sync", "europe/courts"], "/g"),
        (&["sync", &address], "/j"),
        (&["sync", "bull", "jour"], "/b /j"),
        (&["sync", "gaz", "gazette", "Europe"], "/b /g"),
    ] {
        assert_eq!(asked(&desk, arguments), (paths.to_owned(), Some(0)), "{arguments:?}");
    }
    // A paused source is left out, unless it is meant.
    desk.library().pause(ids[0], true).expect("written");
    assert_eq!(asked(&desk, &["sync"]).0, "/b /j");
    assert_eq!(asked(&desk, &["sync", "gazette"]).0, "/g");
    let progress = desk.sync();
    assert_eq!((progress.done, progress.all), (2, 2));
    assert_eq!(asked(&desk, &["sync", "--offline"]), (String::new(), Some(1)));
}

#[test]
fn a_name_that_nothing_has_is_an_error_and_nothing_is_asked() {
    let (desk, _) = desk();
    let before = desk.server.log().len();
    let (out, error, code) = desk.run(&["sync", "gazette", "nothing\u{1b}[31m"]);
    assert_eq!(error, "tidings: no subscription is called nothing; there are Gazette, Bulletin, Journal\n");
    assert_eq!((out.as_str(), code, desk.server.log().len()), ("", Some(2), before));
    let empty = Desk::new();
    let (out, error, code) = empty.run(&["sync"]);
    assert!(error.starts_with("tidings: there are no subscriptions"), "{error}");
    assert_eq!((out.as_str(), code), ("", Some(1)));
    assert!(!empty.place().path().exists(), "a look made a library");
}

#[test]
fn a_line_a_source_and_a_sum_go_to_standard_output() {
    let (desk, _) = desk();
    desk.server.set("/g", Reply::ok(feed("Gazette", &[("1", "One"), ("2", "Two")])));
    desk.server.set("/j", Reply::new(500, ""));
    let (out, error, code) = desk.run(&["sync"]);
    let mut lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.pop(), Some("2 new releases from 2 sources, 1 failed"));
    lines.sort_unstable();
    assert_eq!(lines, ["Bulletin: 0 new", "Gazette: 2 new", "Journal is broken at its server (500)"]);
    assert_eq!((error.as_str(), code), ("", Some(1)));
    assert!(!out.contains(['\u{1b}', '\r']), "{out:?}");
}
