//! Feeds from a pipe, with keys from the terminal.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use rustix::fs::{CWD, Mode};
use tempfile::TempDir;

use crate::pty::Start;

/// A named pipe controlled by the test.
pub struct Pipe {
    folder: TempDir,
}

/// The writing end; dropping it ends the feed.
pub struct Feed(File);

impl Pipe {
    pub fn new() -> Self {
        let pipe = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        rustix::fs::mkfifoat(CWD, pipe.path(), Mode::RUSR | Mode::WUSR).expect("a named pipe");
        pipe
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("feed")
    }

    /// Returns the reader with the pipe as standard input.
    pub fn reader(&self) -> Start {
        Start::shell("exec \"$TIDINGS\" - < \"$1\"", &[self.path()])
    }

    /// Opens the writing end; waits for the reader to open the other end.
    pub fn open(&self) -> Feed {
        Feed(OpenOptions::new().write(true).open(self.path()).expect("the pipe opens"))
    }
}

impl Feed {
    pub fn write(&mut self, part: impl AsRef<[u8]>) {
        self.0.write_all(part.as_ref()).expect("the reader takes the feed");
    }
}

#[test]
fn a_feed_is_piped_in_while_keys_come_from_the_terminal() {
    let file = crate::corpus::file("[{\"title\": \"One\"}, {\"title\": \"Two\"}]");
    let mut session = Start::shell("cat \"$1\" | \"$TIDINGS\" -", &[file.path()]).run();
    session.wait_text("RELEASES  2");
    session.type_and_select("j", "2 of 2");
    session.send("q");
    assert_eq!(session.end().code, 0);
}

#[test]
fn a_slow_pipe_shows_the_releases_so_far() {
    let pipe = Pipe::new();
    let mut session = pipe.reader().run();
    let mut feed = pipe.open();
    session.wait_text("Loading…");
    feed.write("{\"title\": \"Slow news\", \"items\": [{\"title\": \"One\"}, {\"title\": \"Two\"},");
    session.wait_text("RELEASES  2");
    session.wait_text("loading 2");
    session.type_and_select("j", "2 of 2");
    feed.write("{\"title\": \"Three\"}");
    session.wait_selected("2 of 3");
    feed.write("]}");
    drop(feed);
    session.wait_no_text("loading");
    session.wait_text("Slow news");
    session.wait_selected("2 of 3");
    session.quit();
}

#[test]
fn a_broken_pipe_keeps_the_releases_so_far_and_is_reported() {
    let pipe = Pipe::new();
    let mut session = pipe.reader().run();
    let mut feed = pipe.open();
    feed.write("[{\"title\": \"One\"}, {\"title\": \"Tw");
    drop(feed);
    session.wait_text("RELEASES  1");
    session.type_and_see("!", " Problems ");
    session.send("q");
    session.quit();
}

#[test]
fn quitting_does_not_wait_for_a_pipe() {
    let pipe = Pipe::new();
    let session = pipe.reader().run();
    let _feed = pipe.open();
    session.wait_text("Loading…");
    session.quit();
}

#[test]
fn an_empty_pipe_is_refused_after_the_screen_is_restored() {
    let pipe = Pipe::new();
    let session = pipe.reader().run();
    let feed = pipe.open();
    session.wait_text("Loading…");
    drop(feed);
    let end = session.end();
    assert_eq!(end.code, 2);
    assert!(end.text.contains("tidings: standard input: empty"), "{}", end.text);
}
