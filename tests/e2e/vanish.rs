//! The program ends within two seconds of losing its terminal, however it was started and whatever it is doing.

use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::process::{poll, process_state};
use crate::pty::{Session, Start};

/// The time limit for ending.
const LIMIT: Duration = Duration::from_secs(2);

/// How the reader is started: with SIGHUP active, ignored, blocked, or never sent for lack of a controlling terminal.
const WAYS: [&str; 4] = [
    "exec \"$TIDINGS\"",
    "trap '' HUP; exec \"$TIDINGS\"",
    "exec env --block-signal=HUP \"$TIDINGS\"",
    "setsid -w \"$TIDINGS\"; exit",
];

fn open(way: &str) -> (Session, Pid) {
    let session = Start::shell::<&str>(way, &[]).run();
    session.wait_selected("1 of 10");
    let reader = session.reader_pid();
    (session, reader)
}

/// The process of the reader; ended when dropped, should a failing test leave it running.
struct Reader(Pid);

impl Reader {
    /// The process may be a zombie, if its new parent has not collected its exit code; it has ended then.
    fn has_ended(&self) -> bool {
        matches!(process_state(self.0), None | Some('Z' | 'X'))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if !self.has_ended() {
            let _ = kill_process(self.0, Signal::KILL);
        }
    }
}

fn assert_ends(mut session: Session, reader: Pid, way: &str) {
    let reader = Reader(reader);
    session.vanish();
    let start = Instant::now();
    poll("the reader to end", || reader.has_ended().then_some(()));
    assert!(start.elapsed() < LIMIT, "{way} took {:?}", start.elapsed());
}

#[test]
fn a_vanished_terminal_ends_the_reader() {
    for way in WAYS {
        let (session, reader) = open(way);
        assert_ends(session, reader, way);
    }
}

#[test]
fn a_vanished_terminal_ends_the_reader_during_a_flood_of_keys() {
    for way in WAYS {
        let (mut session, reader) = open(way);
        session.send(&"jk/a\x7f\r".repeat(10_000));
        assert_ends(session, reader, way);
    }
}

#[test]
fn a_vanished_terminal_ends_the_reader_while_it_loads_from_a_pipe() {
    let pipe = crate::pipes::Pipe::new();
    let session = pipe.reader().run();
    let _feed = pipe.open();
    session.wait_text("Loading…");
    let reader = session.reader_pid();
    assert_ends(session, reader, "a pipe");
}
