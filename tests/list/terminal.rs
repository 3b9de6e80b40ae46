//! Lists and releases on a terminal.

use std::io::Read;

use tidings::text::width;

use crate::{FEED, corpus};

/// Returns the output of the program on a terminal with 60 columns.
fn on_a_terminal(args: &[&str], no_color: bool) -> String {
    let size = portable_pty::PtySize { rows: 24, cols: 60, ..portable_pty::PtySize::default() };
    let pair = portable_pty::native_pty_system().openpty(size).expect("a terminal");
    let mut command = portable_pty::CommandBuilder::new(env!("CARGO_BIN_EXE_tidings"));
    command.args(args);
    command.env("TERM", "xterm-256color");
    command.env("NO_COLOR", if no_color { "1" } else { "" });
    let mut child = pair.slave.spawn_command(command).expect("the program runs");
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().expect("its output");
    let mut bytes = Vec::new();
    // On Linux, reading fails once the other end of the terminal is closed.
    let _ = reader.read_to_end(&mut bytes);
    assert_eq!(child.wait().expect("it ends").exit_code(), 0);
    String::from_utf8(bytes).expect("text").replace('\r', "")
}

#[test]
fn a_terminal_gets_a_header_colours_and_lines_that_fit() {
    let feed = corpus::file(FEED.replace("Tea", &"Tea ".repeat(40)));
    let path = feed.path().to_str().expect("a path");
    let plain = on_a_terminal(&["list", path], true);
    assert!(plain.starts_with("DATE        TOPIC       PLACE  TITLE\n"), "{plain}");
    assert!(plain.lines().all(|line| width(line) <= 60) && plain.contains("Tea Tea …"), "{plain}");
    assert!(
        plain.lines().nth(2).is_some_and(|line| line.starts_with("2018-11     노동; News         보도")),
        "{plain}"
    );
    assert!(!plain.contains('\x1b'));
    let coloured = on_a_terminal(&["list", path], false);
    assert!(coloured.contains("\x1b[1m") && coloured.contains("\x1b[0m"), "{coloured}");
    let text = on_a_terminal(&["show", "a", path], true);
    assert!(text.lines().all(|line| width(line) <= 60), "{text}");
}
