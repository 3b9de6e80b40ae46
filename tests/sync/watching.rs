//! Watched queries on the command line: each new release is printed once, even if processes are killed.

use std::collections::BTreeMap;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::server::Reply;
use crate::test_library::{TestLibrary, feed};

impl TestLibrary {
    /// Saves queries, each as a name, a tab and the query.
    fn save_queries(&self, lines: &str) {
        std::fs::write(self.home().join("queries.txt"), lines).expect("a file");
        assert_eq!(self.run(&["queries", "--import", "queries.txt"]).2, Some(0));
    }

    /// Has the path /f serve releases with these numbers.
    fn serve(&self, numbers: std::ops::Range<usize>) {
        let names: Vec<String> = numbers.map(|n| format!("r{n:03} tea")).collect();
        let releases: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), name.as_str())).collect();
        self.server.set("/f", Reply::ok(feed("Tea", &releases)));
    }

    fn start(&self, arguments: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_tidings"))
            .args(arguments)
            .env("HOME", self.home())
            .env_remove("XDG_DATA_HOME")
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("TIDINGS_CONFIG")
            .env_remove("TIDINGS_LIBRARY")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program")
    }
}

#[test]
fn what_is_new_is_printed_once_in_each_format() {
    let fixture = TestLibrary::new();
    fixture.follow_paths(&["/f"]);
    fixture.serve(0..2);
    fixture.sync();
    fixture.save_queries("Tea\ttea\nNone\tnothing\n");
    let (out, err, code) = fixture.run(&["queries", "--new"]);
    assert_eq!((out.as_str(), code), ("", Some(1)), "{err}");
    assert!(err.contains("no watched queries"), "{err}");
    for name in ["Tea", "None"] {
        assert_eq!(fixture.run(&["queries", "--watch", name]).2, Some(0));
    }
    assert_eq!(fixture.run(&["queries", "--watch", "Other"]).2, Some(1));
    assert_eq!(fixture.run(&["queries", "--new"]).2, Some(1), "what was stored before is not new");
    fixture.serve(0..4);
    let (out, _, code) = fixture.run(&["sync"]);
    assert_eq!((out.as_str(), code), ("Tea: 2 new\n2 new for Tea\n2 new releases from 1 source\n", Some(0)));
    let (out, _, code) = fixture.run(&["queries", "--new"]);
    assert_eq!(code, Some(0));
    assert!(out.starts_with("2 new for Tea\n") && out.contains("r002 tea") && out.contains("r003 tea"), "{out}");
    assert_eq!(fixture.run(&["queries", "--new"]), (String::new(), String::new(), Some(1)));
    fixture.serve(0..5);
    fixture.sync();
    let (out, _, code) = fixture.run(&["queries", "--new", "Tea", "--format", "jsonl"]);
    assert_eq!((out.lines().count(), code), (1, Some(0)));
    assert!(out.contains("\"title\":\"r004 tea\""), "{out}");
    fixture.serve(0..6);
    fixture.sync();
    let (out, _, _) = fixture.run(&["queries", "--new", "--format", "json"]);
    assert!(out.contains("\"title\":\"New releases\"") && out.contains("r005 tea"), "{out}");
    let (_, err, code) = fixture.run(&["queries", "--new", "Other"]);
    assert_eq!((err.as_str(), code), ("tidings: unknown saved query Other\n", Some(2)));
    assert_eq!(fixture.run(&["queries", "--unwatch", "Tea"]).2, Some(0));
    let (_, err, code) = fixture.run(&["queries", "--new", "Tea"]);
    assert_eq!(
        (err.as_str(), code),
        ("tidings: Tea: not watched; tidings queries --watch NAME watches a query\n", Some(2))
    );
}

#[test]
fn what_a_closed_pipe_did_not_take_stays_new() {
    let fixture = TestLibrary::new();
    fixture.follow_paths(&["/f"]);
    fixture.save_queries("Tea\ttea\n");
    fixture.run(&["queries", "--watch", "Tea"]);
    fixture.serve(0..300);
    fixture.sync();
    let mut child = fixture.start(&["queries", "--new", "--format", "json"]);
    drop(child.stdout.take());
    assert!(child.wait().expect("it ends").success());
    let (out, _, code) = fixture.run(&["queries", "--new", "--format", "jsonl"]);
    assert_eq!((out.lines().count(), code), (300, Some(0)));
}

/// A look that was killed may have printed without recording it, or recorded it just before; so a release may be printed
/// again after a killed look, and is never left out.
#[test]
fn every_release_is_printed_and_by_at_most_one_finished_look_over_kills() {
    let fixture = TestLibrary::new();
    fixture.follow_paths(&["/f"]);
    fixture.save_queries("Tea\ttea\n");
    fixture.run(&["queries", "--watch", "Tea"]);
    // How many finished looks have printed each title.
    let mut printed: BTreeMap<String, usize> = BTreeMap::new();
    let mut collect = |out: &str, is_finished: bool| {
        let titles = out.lines().filter_map(|line| line.split_once("\"title\":\"")?.1.split_once(" tea"));
        titles.for_each(|(title, _)| *printed.entry(title.to_owned()).or_default() += usize::from(is_finished));
    };
    let look = &["queries", "--new", "Tea", "--format", "jsonl"][..];
    let mut seed = 2_026_u64;
    let mut below = |bound: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % bound
    };
    for round in 1..=12 {
        fixture.serve(0..10 * round);
        let mut children = [fixture.start(&["sync"]), fixture.start(look), fixture.start(look)];
        // A kill should hit any moment of the work, so there is no event to wait for.
        thread::sleep(Duration::from_millis(below(120)));
        let killed = below(3) as usize;
        let _ = children[killed].kill();
        for mut child in children {
            let mut out = String::new();
            let _ = child.stdout.take().expect("a pipe").read_to_string(&mut out);
            collect(&out, child.wait().expect("it ends").success());
        }
    }
    fixture.sync();
    collect(&fixture.run(look).0, true);
    assert_eq!(printed.len(), 120, "{printed:?}");
    assert!(printed.values().all(|&times| times <= 1), "{printed:?}");
}
