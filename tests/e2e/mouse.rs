//! The timeline and the mouse in a real terminal.

use vt100::{MouseProtocolEncoding, MouseProtocolMode};

use crate::process::{poll, process_state};
use crate::pty::{Session, Start};

fn open() -> Session {
    let session = Start::reader::<&str>(&[]).run();
    session.wait_selected("1 of 10");
    session.wait_text("22 Oct");
    session
}

/// Presses the left button at a cell, counted from 1, and releases it at another.
fn drag(session: &mut Session, (column, row): (u16, u16), (to_column, to_row): (u16, u16)) {
    session.send(&format!("\x1b[<0;{column};{row}M\x1b[<32;{to_column};{to_row}M\x1b[<0;{to_column};{to_row}m"));
}

#[test]
fn keys_brush_the_timeline_and_remove_the_brush() {
    let mut session = open();
    session.type_and_see("d", "6 Nov 2018  2 releases");
    session.type_and_see("\r", "date:2018-11-06 ×");
    session.wait_text("RELEASES  2 of 10");
    session.type_and_see("d \x1b[D\x1b[D", "4 Nov – 6 Nov 2018  3 releases");
    session.type_and_see("\r", "date:2018-11-04..2018-11-06 ×");
    session.type_and_see("d\x7f", "RELEASES  10");
    session.type_and_see("j", "Enter read");
    session.quit();
}

#[test]
fn clicks_drags_and_the_wheel_act_on_what_is_under_the_pointer() {
    let mut session = open();
    // Each day has three columns: drag from the first, 22 October, to the second.
    drag(&mut session, (46, 5), (49, 5));
    session.wait_text("date:2018-10-22..2018-10-23 ×");
    session.wait_text("RELEASES  3 of 10");
    session.type_and_see("\x7f\x1b", "RELEASES  10");
    drag(&mut session, (50, 13), (50, 13));
    session.wait_selected("2 of 10");
    session.send("\x1b[<65;50;13M");
    session.type_and_select("j", "3 of 10");
    // A double click opens the release, and the hints are those of the detail pane.
    let click = "\x1b[<0;50;13M\x1b[<0;50;13m";
    session.type_and_see(&click.repeat(2), "read on");
    session.wait_selected("2 of 10");
    // `Space read on` is the first hint.
    session.type_and_select("\x1b[<0;4;40M\x1b[<0;4;40m", "3 of 10");
    drag(&mut session, (5, 12), (5, 12));
    session.wait_text("RELEASES  1 of 10");
    session.quit();
}

#[test]
fn clicks_drags_and_the_wheel_are_enabled_but_not_moves() {
    let mut session = open();
    let modes = (session.screen().mouse_protocol_mode(), session.screen().mouse_protocol_encoding());
    assert_eq!(modes, (MouseProtocolMode::ButtonMotion, MouseProtocolEncoding::Sgr));
    // The mouse is disabled while the process is stopped.
    session.send("\x1a");
    session.wait_for("the mouse to be disabled", |screen| screen.mouse_protocol_mode() == MouseProtocolMode::None);
    // A SIGCONT before the process has stopped would be lost.
    poll("the process to stop", || (process_state(session.pid()) == Some('T')).then_some(()));
    session.signal(rustix::process::Signal::CONT);
    session
        .wait_for("the mouse to be enabled", |screen| screen.mouse_protocol_mode() == MouseProtocolMode::ButtonMotion);
    session.quit();
}
