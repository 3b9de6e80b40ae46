//! The terminal is restored however the program ends or stops, and taken again when it continues.

use rustix::process::Signal;
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

use crate::process::{poll, process_state};
use crate::pty::{Session, Start};

fn open() -> Session {
    let session = Start::reader::<&str>(&[]).run();
    session.wait_selected("1 of 10");
    assert!(session.is_taken());
    session
}

fn wait_stopped(session: &Session) {
    poll("the process to stop", || (process_state(session.pid()) == Some('T')).then_some(()));
    session.wait_for("the terminal to be restored", |screen| !screen.alternate_screen());
    assert!(session.is_restored());
}

fn wait_returned(session: &mut Session) {
    session.wait_for("the reader to return", |screen| {
        screen.alternate_screen() && screen.contents().contains("RELEASES") && screen.contents().contains("? help")
    });
    poll("the terminal to be taken", || session.is_taken().then_some(()));
    session.type_and_select("j", "2 of 10");
}

#[test]
fn quitting_restores_the_terminal() {
    for key in ["q", "Q", "\x03"] {
        let mut session = open();
        session.send(key);
        assert_eq!(session.end().code, 0);
    }
}

#[test]
fn signals_end_the_reader_with_their_exit_codes() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130), (Signal::QUIT, 131)] {
        let session = open();
        session.signal(signal);
        let end = session.end();
        assert_eq!(end.code, code, "{signal:?}");
        assert!(end.bytes.ends_with(b"\x1b[?25h"), "the cursor is shown last");
    }
}

#[test]
fn control_z_stops_the_reader_and_continuing_restores_it() {
    let mut session = open();
    session.send("\x1a");
    wait_stopped(&session);
    session.signal(Signal::CONT);
    wait_returned(&mut session);
    // Entered once at the start and once now.
    let bytes = session.bytes();
    assert_eq!(memchr::memmem::find_iter(&bytes, b"\x1b[?1049h").count(), 2);
    // A second stop works like the first.
    session.send("\x1a");
    wait_stopped(&session);
    session.signal(Signal::CONT);
    session.wait_for("the reader to return", vt100::Screen::alternate_screen);
    session.type_and_select("j", "3 of 10");
    session.quit();
}

#[test]
fn a_stop_signal_works_like_control_z() {
    let mut session = open();
    session.signal(Signal::TSTP);
    wait_stopped(&session);
    session.signal(Signal::CONT);
    wait_returned(&mut session);
    session.quit();
}

#[test]
fn a_resize_while_stopped_takes_effect_afterwards() {
    let mut session = open();
    session.send("\x1a");
    wait_stopped(&session);
    session.resize(60, 20);
    session.signal(Signal::CONT);
    session.wait_text("10 unread");
    session.wait_no_text("READING");
    session.quit();
}

#[test]
fn the_terminal_is_set_up_again_after_a_hard_stop() {
    let plain = tcgetattr(Start::reader::<&str>(&["--version"]).run().terminal()).expect("a plain terminal's modes");
    let mut session = open();
    session.signal(Signal::STOP);
    poll("the process to stop", || (process_state(session.pid()) == Some('T')).then_some(()));
    // As a shell does before it shows its prompt.
    tcsetattr(session.terminal(), OptionalActions::Now, &plain).expect("line editing and echo");
    assert!(!session.is_taken());
    session.signal(Signal::CONT);
    wait_returned(&mut session);
    session.quit();
}

#[test]
fn a_stopped_reader_can_be_terminated() {
    let mut session = open();
    session.send("\x1a");
    wait_stopped(&session);
    session.signal(Signal::TERM);
    session.signal(Signal::CONT);
    assert_eq!(session.end().code, 143);
}

#[test]
fn a_terminal_as_standard_input_is_not_a_feed() {
    let end = Start::reader(&["-"]).run().end();
    assert_eq!(end.code, 2);
    assert!(end.text.contains("standard input: cannot open: it is a terminal"), "{}", end.text);
    assert!(!end.bytes.contains(&b'\x1b'));
}

#[test]
fn continuing_takes_the_terminal_once() {
    let mut session = open();
    let entered = |session: &Session| {
        let bytes = session.bytes();
        memchr::memmem::find_iter(&bytes, b"\x1b[?1049h").count()
    };
    let before = entered(&session);
    session.send("\x1a");
    wait_stopped(&session);
    session.signal(Signal::CONT);
    session.type_and_select("j", "2 of 10");
    assert_eq!(entered(&session) - before, 1);
    session.quit();
}

#[test]
fn a_resize_draws_every_cell_once() {
    let mut session = open();
    // The screen is cleared before every cell is drawn.
    let cleared = |session: &Session| {
        let bytes = session.bytes();
        memchr::memmem::find_iter(&bytes, b"\x1b[J").count()
    };
    let before = cleared(&session);
    session.resize(160, 42);
    session.wait_for("a line of the new width", |screen| screen.contents().lines().any(|line| line == "─".repeat(160)));
    session.type_and_select("j", "2 of 10");
    assert_eq!(cleared(&session) - before, 1);
    // An unchanged size causes no redraw.
    session.signal(Signal::WINCH);
    session.type_and_select("j", "3 of 10");
    assert_eq!(cleared(&session) - before, 1);
    session.quit();
}
