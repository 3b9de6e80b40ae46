//! Standard input, a closed pipe and a full disk.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader, Write as _};
use std::process::Stdio;

use crate::{FEED, Run, corpus, program};

#[test]
fn a_feed_can_come_from_standard_input() {
    let mut child = program(&["list", "--count", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    child.stdin.take().expect("its input").write_all(FEED.as_bytes()).expect("it takes the feed");
    assert_eq!(Run::of(child.wait_with_output().expect("it ends")).out, "3\n");
}

/// Returns a feed with this number of releases.
fn many(releases: usize) -> String {
    let mut feed = String::from("[");
    for n in 0..releases {
        let comma = if n == 0 { "" } else { "," };
        write!(feed, "{comma}{{\"id\":\"{n}\",\"title\":\"Release {n}\",\"date\":\"2018-01-01\"}}").expect("memory");
    }
    feed.push(']');
    feed
}

#[test]
fn a_closed_pipe_ends_the_program_quietly() {
    let feed = corpus::file(many(100_000));
    for format in ["table", "json", "jsonl", "csv", "tsv", "markdown"] {
        let path = feed.path().to_str().expect("a path");
        let mut child = program(&["list", "--format", format, path])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut first = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut first).expect("a line");
        // The pipe is closed here.
        let run = Run::of(child.wait_with_output().expect("it ends"));
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{format}");
        assert!(first.len() > 3, "{format}: {first}");
    }
}

#[test]
fn a_full_disk_is_an_error() {
    let feed = corpus::file(many(10_000));
    let path = feed.path().to_str().expect("a path");
    for args in [
        &["list"][..],
        &["list", "--count"],
        &["list", "--format", "json", path],
        &["list", path],
        &["show", "1", path],
    ] {
        let full = File::options().write(true).open("/dev/full").expect("the device");
        let run = Run::of(program(args).stdout(full).output().expect("the program runs"));
        assert_eq!(run.code, Some(2), "{args:?}");
        assert!(run.err.starts_with("tidings: cannot write standard output: disk full"), "{}", run.err);
    }
}
