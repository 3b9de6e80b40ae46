//! `tidings sync` in scripts: the choice of subscriptions, the output, the exit code.

use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tidings::library::SourceId;

use crate::server::Reply;
use crate::test_library::{TestLibrary, feed};

/// Three subscriptions named Gazette, Bulletin and Journal; the first two are in folders.
fn fixture() -> (TestLibrary, Vec<SourceId>) {
    let fixture = TestLibrary::new();
    let mut ids = Vec::new();
    for (path, title, folder) in
        [("/g", "Gazette", &["Europe", "Courts"][..]), ("/b", "Bulletin", &["Europe"]), ("/j", "Journal", &[])]
    {
        fixture.server.set(path, Reply::ok(feed(title, &[(title, title)])));
        ids.extend(fixture.subscribe_in(&[fixture.server.address(path)], folder));
    }
    assert_eq!(fixture.sync().fresh, 3);
    (fixture, ids)
}

/// The requested paths of a run, sorted, and its exit code.
fn asked(fixture: &TestLibrary, arguments: &[&str]) -> (String, Option<i32>) {
    let before = fixture.server.log().len();
    let (_, _, code) = fixture.run(arguments);
    let mut paths = fixture.server.paths().split_off(before);
    paths.sort();
    (paths.join(" "), code)
}

#[test]
fn subscriptions_are_chosen_by_name_part_of_a_name_address_or_folder() {
    let (fixture, ids) = fixture();
    let address = fixture.server.address("/j");
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
        assert_eq!(asked(&fixture, arguments), (paths.to_owned(), Some(0)), "{arguments:?}");
    }
    // A paused source is left out unless it is named.
    fixture.library().pause(ids[0], true).expect("written");
    assert_eq!(asked(&fixture, &["sync"]).0, "/b /j");
    assert_eq!(asked(&fixture, &["sync", "gazette"]).0, "/g");
    let progress = fixture.sync();
    assert_eq!((progress.done, progress.all), (2, 2));
    assert_eq!(asked(&fixture, &["sync", "--offline"]), (String::new(), Some(1)));
}

#[test]
fn an_unknown_name_is_an_error_and_sends_no_request() {
    let (fixture, _) = fixture();
    let before = fixture.server.log().len();
    let (out, error, code) = fixture.run(&["sync", "gazette", "nothing\u{1b}[31m"]);
    assert_eq!(error, "tidings: unknown subscription nothing; expected Gazette, Bulletin, Journal\n");
    assert_eq!((out.as_str(), code, fixture.server.log().len()), ("", Some(2), before));
    let empty = TestLibrary::new();
    let (out, error, code) = empty.run(&["sync"]);
    assert!(error.starts_with("tidings: no subscriptions"), "{error}");
    assert_eq!((out.as_str(), code), ("", Some(1)));
    assert!(!empty.place().path().exists(), "a look made a library");
}

#[test]
fn the_log_names_the_sync_and_the_host_of_a_line() {
    let (fixture, _) = fixture();
    let file = fixture.place().path().with_file_name("sync.log");
    let (_, error, code) =
        fixture.run(&["sync", "gazette", "--log", file.to_str().expect("UTF-8"), "--log-level", "debug"]);
    assert_eq!((error.as_str(), code), ("", Some(0)));
    let log = std::fs::read_to_string(file).expect("a log");
    let address = fixture.server.address("/g");
    let host = address.strip_prefix("http://").and_then(|rest| rest.strip_suffix("/g")).expect("a host and a port");
    assert!(log.contains(&format!("sync{{is_scheduled=false}}:host{{name={host}}}: answered status=")), "{log}");
    assert!(log.contains("sync{is_scheduled=false}: synced source=Gazette"), "{log}");
}

#[test]
fn standard_output_gets_a_line_for_each_source_and_a_sum() {
    let (fixture, _) = fixture();
    fixture.server.set("/g", Reply::ok(feed("Gazette", &[("1", "One"), ("2", "Two")])));
    fixture.server.set("/j", Reply::new(500, ""));
    let (out, error, code) = fixture.run(&["sync"]);
    let mut lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.pop(), Some("2 new releases from 2 sources, 1 failed"));
    lines.sort_unstable();
    assert_eq!(lines, ["Bulletin: 0 new", "Gazette: 2 new", "Journal: server error (500)"]);
    assert_eq!((error.as_str(), code), ("", Some(1)));
    assert!(!out.contains(['\u{1b}', '\r']), "{out:?}");
}

/// The exit code of a sync that waits for a server and is sent this signal repeatedly until it ends.
fn ended_by(fixture: &TestLibrary, signal: Signal) -> Option<i32> {
    let asked = fixture.server.log().len();
    let mut child = Command::new(env!("CARGO_BIN_EXE_tidings"))
        .args(["sync", "--library"])
        .arg(fixture.place().path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program");
    let (pid, begun) = (Pid::from_child(&child), Instant::now());
    let (ended, end) = mpsc::channel();
    thread::spawn(move || ended.send(child.wait().expect("a child")));
    // Once it sends a request, it handles signals.
    fixture.server.wait_for_requests(asked + 1);
    loop {
        let _ = kill_process(pid, signal);
        match end.recv_timeout(Duration::from_millis(2)) {
            Ok(status) => return status.code(),
            Err(_) => assert!(begun.elapsed() < Duration::from_secs(30), "it does not end"),
        }
    }
}

#[test]
fn a_second_signal_ends_a_sync_and_the_exit_code_names_it() {
    let fixture = TestLibrary::new();
    fixture.follow_paths(&["/hang"]);
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130)] {
        // Sometimes the first signal is enough.
        let ended = (0..20).map(|_| ended_by(&fixture, signal)).find(|ended| *ended != Some(1));
        assert_eq!(ended, Some(Some(code)), "{signal:?}");
    }
}

#[test]
fn an_empty_library_is_reported() {
    let fixture = TestLibrary::new();
    let (out, error, code) = fixture.run(&["list", "--with-library"]);
    assert_eq!(error, "tidings: nothing to read: no feeds were named, and the library has no releases\n");
    assert_eq!((out.as_str(), code), ("", Some(1)));
}

#[test]
fn standard_input_is_either_the_feed_or_the_ids() {
    let fixture = TestLibrary::new();
    for (ids, feed) in [("-", "-"), ("-", "/dev/stdin"), ("/dev/stdin", "-")] {
        let (out, error, code) = fixture.run(&["mark", "read", "--ids", ids, feed]);
        assert_eq!(
            error,
            "tidings: standard input cannot be both a feed and the list of ids; use a file for one of them\n"
        );
        assert_eq!((out.as_str(), code), ("", Some(2)));
    }
}

#[test]
fn completions_use_the_library_of_the_command_line_or_the_configuration() {
    let (fixture, _) = fixture();
    let elsewhere = tempfile::tempdir().expect("a home");
    let file = fixture.place().path().to_str().expect("UTF-8").to_owned();
    let complete = |shell: &str, words: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_tidings"))
            .env("TIDINGS_COMPLETE", shell)
            .env("HOME", elsewhere.path())
            .env_remove("XDG_DATA_HOME")
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("TIDINGS_CONFIG")
            .env_remove("TIDINGS_LIBRARY")
            .arg("--")
            .args(words)
            .output()
            .expect("the program");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let fish = |words: &[&str]| complete("fish", words);
    assert!(fish(&["tidings", "sync", "--library", &file, "Gaz"]).contains("Gazette"));
    assert!(complete("bash", &[&format!("tidings sync --library '{file}' Gaz"), "Gaz"]).contains("Gazette"));
    assert!(!fish(&["tidings", "sync", "Gaz"]).contains("Gazette"));
    let config = elsewhere.path().join(".config/tidings");
    std::fs::create_dir_all(&config).expect("a folder");
    std::fs::write(config.join("config.toml"), format!("library = \"{file}\"\n")).expect("a file");
    assert!(fish(&["tidings", "sync", "Gaz"]).contains("Gazette"));
}

#[test]
fn a_saved_query_survives_the_round_trip() {
    let fixture = TestLibrary::new();
    let line = "Twice\t\"two  blanks\" title:\"a   b\"\n";
    std::fs::write(fixture.home().join("queries.txt"), line).expect("a file");
    assert_eq!(fixture.run(&["queries", "--import", "queries.txt"]).2, Some(0));
    assert_eq!(fixture.run(&["queries"]).0, line);
}
