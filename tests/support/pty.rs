//! The real program in a pseudo-terminal: sends keys, and feeds the output to an emulator on a thread.
//!
//! Every wait names its condition and ends at a deadline with the screen in the message; nothing sleeps for a fixed
//! time. All output is kept.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, MasterPty, native_pty_system};
use rustix::fs::OFlags;
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{LocalModes, Termios, tcgetattr};
use tempfile::TempDir;
use vt100::{MouseProtocolEncoding, MouseProtocolMode};

use crate::frames;
use crate::modes::{self, pty_size, settings};
use crate::output::{Shared, State, at_least};
use crate::process::{descendants, pid, poll};

/// The size for the wide layout.
pub const WIDE: (u16, u16) = (150, 40);

/// A program to start in a pseudo-terminal.
pub struct Start {
    command: CommandBuilder,
    size: (u16, u16),
    home: TempDir,
}

impl Start {
    /// The reader with these arguments.
    pub fn reader<S: AsRef<OsStr>>(args: &[S]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_tidings"));
        command.args(args);
        Self::new(command)
    }

    /// A shell script in which `$TIDINGS` is the reader and `$1`, `$2` are the arguments.
    pub fn shell<S: AsRef<OsStr>>(script: &str, args: &[S]) -> Self {
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", script, "sh"]);
        command.args(args);
        Self::new(command)
    }

    /// Another program.
    pub fn program(program: &str, args: &[&str]) -> Self {
        let mut command = CommandBuilder::new(program);
        command.args(args);
        Self::new(command)
    }

    fn new(mut command: CommandBuilder) -> Self {
        let home = tempfile::tempdir().expect("a temporary home");
        command.env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("LANG", "C.UTF-8");
        command.env("TERM", "xterm-256color");
        command.env("HOME", home.path());
        command.env("TIDINGS", env!("CARGO_BIN_EXE_tidings"));
        command.cwd(home.path());
        Self { command, size: WIDE, home }
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets the columns and rows of the terminal; the default is [`WIDE`].
    pub fn size(mut self, columns: u16, rows: u16) -> Self {
        self.size = (columns, rows);
        self
    }

    /// Starts the program.
    pub fn run(self) -> Session {
        let (columns, rows) = self.size;
        let pair = native_pty_system().openpty(pty_size(columns, rows)).expect("a pseudo-terminal");
        let name = pair.master.tty_name().expect("the terminal's name");
        let slave =
            OpenOptions::new().read(true).write(true).custom_flags(OFlags::NOCTTY.bits().cast_signed()).open(name);
        let slave = slave.expect("the terminal's other end");
        let before = tcgetattr(&slave).expect("the terminal's modes");
        let mut child = pair.slave.spawn_command(self.command).expect("the program starts");
        drop(pair.slave);

        let shared = Arc::new(Shared::new(columns, rows));
        let is_leaving = Arc::new(AtomicBool::new(false));
        let mut output = pair.master.try_clone_reader().expect("the terminal's output");
        let (of_reader, stop) = (Arc::clone(&shared), Arc::clone(&is_leaving));
        let reader = thread::spawn(move || {
            let mut buffer = [0; 16_384];
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                of_reader.change(|state| {
                    state.emulator.process(&buffer[..count]);
                    state.bytes.extend_from_slice(&buffer[..count]);
                });
                if stop.load(Ordering::SeqCst) && buffer[..count].ends_with(frames::END) {
                    break;
                }
            }
            drop(output);
            of_reader.change(|state| state.is_closed = true);
        });
        let pid = child.process_id().expect("the program's id");
        let of_waiter = Arc::clone(&shared);
        thread::spawn(move || {
            let status = child.wait().expect("the program's exit status");
            of_waiter.change(|state| state.exit = Some((status.exit_code(), status.signal().map(str::to_owned))));
        });
        let writer = pair.master.take_writer().expect("the terminal's input");
        Session {
            shared,
            master: Some(pair.master),
            writer: Some(writer),
            slave: Some(slave),
            before,
            reader: Some(reader),
            is_leaving,
            pid,
            _home: self.home,
        }
    }
}

/// A program running in its terminal. Killed on drop.
pub struct Session {
    shared: Arc<Shared>,
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    slave: Option<File>,
    before: Termios,
    reader: Option<thread::JoinHandle<()>>,
    is_leaving: Arc<AtomicBool>,
    pid: u32,
    _home: TempDir,
}

/// How a program ended, and how it left the terminal.
pub struct End {
    /// The exit code.
    pub code: u32,
    /// All output.
    pub bytes: Vec<u8>,
    /// The text on the screen.
    pub text: String,
}

impl Session {
    /// Types keys.
    pub fn send(&mut self, keys: &str) {
        let writer = self.writer.as_mut().expect("the terminal is there");
        writer.write_all(keys.as_bytes()).and_then(|()| writer.flush()).expect("the terminal takes keys");
    }

    /// Resizes the terminal.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.shared.change(|state| state.emulator.set_size(at_least(rows, 2), at_least(columns, 2)));
        self.master.as_ref().expect("the terminal is there").resize(pty_size(columns, rows)).expect("another size");
    }

    /// Waits until `ready` holds for the screen.
    pub fn wait_for(&self, what: &str, ready: impl Fn(&vt100::Screen) -> bool) {
        drop(self.shared.wait(what, |state| ready(state.emulator.screen())));
    }

    /// Waits until the screen shows `text`.
    pub fn wait_text(&self, text: &str) {
        self.wait_for(&format!("{text:?}"), |screen| screen.contents().contains(text));
    }

    /// Waits until the headings say that the list has so many releases and which one is shown: `2 of 10`.
    pub fn wait_selected(&self, position: &str) {
        self.wait_for(&format!("release {position}"), |screen| shows_position(&screen.contents(), position));
    }

    /// Waits for at most `limit` until the screen shows `text`.
    pub fn wait_text_within(&self, limit: Duration, text: &str) {
        let shows = |state: &State| state.emulator.screen().contents().contains(text);
        drop(self.shared.wait_within(limit, &format!("{text:?}"), shows));
    }

    /// Asserts that the screen shows `text` until a point in time.
    pub fn assert_text_until(&self, until: Instant, text: &str) {
        let shows = |state: &State| state.emulator.screen().contents().contains(text);
        self.shared.assert_until(until, &format!("{text:?}"), shows);
    }

    /// Waits until the screen no longer shows `text`.
    pub fn wait_no_text(&self, text: &str) {
        self.wait_for(&format!("{text:?} to go"), |screen| !screen.contents().contains(text));
    }

    /// Types keys and waits until the screen shows `text`. Does not wait if it already does.
    pub fn type_and_see(&mut self, keys: &str, text: &str) {
        self.send(keys);
        self.wait_text(text);
    }

    /// Types keys and waits until the headings say that the release `position` is shown, such as `2 of 10`.
    pub fn type_and_select(&mut self, keys: &str, position: &str) {
        self.send(keys);
        self.wait_selected(position);
    }

    /// The screen's text.
    pub fn text(&self) -> String {
        self.screen().contents()
    }

    /// The screen.
    pub fn screen(&self) -> vt100::Screen {
        self.shared.lock().emulator.screen().clone()
    }

    /// All output so far.
    pub fn bytes(&self) -> Vec<u8> {
        self.shared.lock().bytes.clone()
    }

    /// The number of bytes of output so far.
    pub fn written(&self) -> usize {
        self.shared.lock().bytes.len()
    }

    /// Waits until `part` occurs in the output after the first `seen` bytes.
    pub fn wait_written(&self, seen: usize, part: &[u8]) {
        let what = String::from_utf8_lossy(part).escape_debug().to_string();
        let has_come = |state: &State| memchr::memmem::find(&state.bytes[seen..], part).is_some();
        drop(self.shared.wait(&what, has_come));
    }

    /// The id of the started process.
    pub fn pid(&self) -> Pid {
        pid(self.pid)
    }

    /// The id of the reader when a shell started it.
    pub fn reader_pid(&self) -> Pid {
        let started = |&id: &u32| fs::read_to_string(format!("/proc/{id}/comm")).is_ok_and(|name| name == "tidings\n");
        pid(poll("the reader's process", || [vec![self.pid], descendants(self.pid)].concat().into_iter().find(started)))
    }

    /// Sends a signal to the started process.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("the process is there");
    }

    /// The terminal's current modes.
    pub fn modes(&self) -> Termios {
        tcgetattr(self.terminal()).expect("the terminal's modes")
    }

    /// The terminal device.
    pub fn terminal(&self) -> &File {
        self.slave.as_ref().expect("the terminal is there")
    }

    /// Whether the terminal is as it was before the program.
    pub fn is_restored(&self) -> bool {
        let screen = self.screen();
        let is_plain = !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste();
        let has_mouse = screen.mouse_protocol_mode() != MouseProtocolMode::None;
        is_plain && !has_mouse && settings(&self.modes()) == settings(&self.before)
    }

    /// Whether the program has taken the terminal.
    pub fn is_taken(&self) -> bool {
        let screen = self.screen();
        let is_raw = !self.modes().local_modes.intersects(LocalModes::ICANON | LocalModes::ECHO);
        is_raw && screen.alternate_screen() && screen.bracketed_paste()
    }

    /// Waits for the process to end and restore the terminal; returns what it left.
    pub fn end(mut self) -> End {
        drop(self.shared.wait("the process to end", |state| state.exit.is_some()));
        let modes = self.modes();
        // The output ends when no process has the terminal open any more.
        self.slave = None;
        let state = self.shared.wait("the output to end", |state| state.is_closed);
        let (code, signal) = state.exit.clone().unwrap_or_default();
        assert_eq!(signal, None, "ended by a signal; the screen:\n{}", state.emulator.screen().contents());
        let screen = state.emulator.screen();
        assert!(!screen.alternate_screen(), "the alternate screen was not left");
        assert!(!screen.hide_cursor(), "the cursor was left hidden");
        assert!(!screen.bracketed_paste(), "bracketed paste was left on");
        assert_eq!(screen.mouse_protocol_mode(), MouseProtocolMode::None, "the mouse was kept");
        assert_eq!(screen.mouse_protocol_encoding(), MouseProtocolEncoding::Default, "the mouse was kept");
        assert_eq!(settings(&modes), settings(&self.before), "line editing or echo is not as before");
        End { code, bytes: state.bytes.clone(), text: screen.contents() }
    }

    /// Kills the process and waits for its end.
    pub fn kill(self) {
        self.signal(Signal::KILL);
        drop(self.shared.wait("the process to end", |state| state.exit.is_some()));
    }

    /// Quits with `Q` and returns all output.
    pub fn quit(mut self) -> Vec<u8> {
        self.send("Q");
        let end = self.end();
        assert_eq!(end.code, 0, "quitting is no failure");
        end.bytes
    }

    /// Quits a reader that cannot save everything; asserts that it says so, with these words, and exits with code 1.
    pub fn quit_unsaved(mut self, words: &str) {
        self.send("Q");
        let end = self.end();
        let said = String::from_utf8_lossy(&end.bytes).into_owned();
        assert!(end.code == 1 && said.contains(words), "code {}, without {words:?}: {said:?}", end.code);
    }

    /// Removes the terminal. Makes the program draw a last frame, so that reading its output ends.
    pub fn vanish(&mut self) {
        // Otherwise dropping the writer types a line end and an end of file, and the program has something to draw.
        modes::no_end_of_file(self.terminal());
        self.is_leaving.store(true, Ordering::SeqCst);
        self.send("\x0c");
        if let Some(reader) = self.reader.take() {
            reader.join().expect("the output was read");
        }
        self.slave = None;
        self.writer = None;
        self.master = None;
    }
}

/// Whether a screen shows release `position`, such as `2 of 10`: in one heading, or in those of the list and of the text.
pub fn shows_position(screen: &str, position: &str) -> bool {
    let (number, count) = position.split_once(" of ").expect("number of count");
    let says = |heading: &str, number: &str| {
        let mut after = screen.match_indices(heading).filter_map(|(at, heading)| screen.get(at + heading.len()..));
        after.any(|rest| rest.split_whitespace().next() == Some(number))
    };
    let is_digit = |c: char| c.is_ascii_digit();
    // Digits around it would be part of another position.
    let between: Vec<&str> = screen.split(position).collect();
    let is_one = between.windows(2).any(|sides| !sides[0].ends_with(is_digit) && !sides[1].starts_with(is_digit));
    is_one || (says("READING  ", number) && says("RELEASES  ", count))
}

impl Drop for Session {
    fn drop(&mut self) {
        // The id of an ended process may be reused.
        let state = self.shared.lock();
        if state.exit.is_none() {
            for id in [descendants(self.pid), vec![self.pid]].concat() {
                let _ = kill_process(pid(id), Signal::KILL);
            }
        }
    }
}
