//! The real program in a pseudo-terminal: keys go in, a thread feeds what comes out to an emulator.
//!
//! Every wait names what it waits for and ends at a deadline with the screen in the message; nothing sleeps for a
//! fixed time. All bytes the program wrote are kept.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{LocalModes, Termios, tcgetattr};
use tempfile::TempDir;
use vt100::{MouseProtocolEncoding, MouseProtocolMode};

/// How long anything may take. Far more than it needs: a loaded machine is no failure.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// What the wide layout needs.
pub const WIDE: (u16, u16) = (150, 40);

/// A program to be started in a pseudo-terminal.
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

    /// Sets a variable of the environment.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Columns and rows of the terminal; [`WIDE`] where nothing is said.
    pub fn size(mut self, columns: u16, rows: u16) -> Self {
        self.size = (columns, rows);
        self
    }

    /// Starts it.
    pub fn run(self) -> Session {
        let (columns, rows) = self.size;
        let pair = native_pty_system().openpty(pty_size(columns, rows)).expect("a pseudo-terminal");
        let name = pair.master.tty_name().expect("the terminal's name");
        let slave = OpenOptions::new().read(true).write(true).custom_flags(NO_CONTROL).open(name);
        let slave = slave.expect("the terminal's other end");
        let before = tcgetattr(&slave).expect("the terminal's modes");
        let mut child = pair.slave.spawn_command(self.command).expect("the program starts");
        drop(pair.slave);

        let shared = Arc::new(Shared::new(columns, rows));
        let is_leaving = Arc::new(AtomicBool::new(false));
        let mut output = pair.master.try_clone_reader().expect("the terminal's output");
        let (of_reader, stop) = (Arc::clone(&shared), Arc::clone(&is_leaving));
        let reader = thread::spawn(move || {
            let mut buffer = [0; 65_536];
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                of_reader.change(|state| {
                    state.emulator.process(&buffer[..count]);
                    state.bytes.extend_from_slice(&buffer[..count]);
                });
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

/// `O_NOCTTY` of Linux: looking at a terminal does not make it ours.
const NO_CONTROL: i32 = 0o400;

/// A program that runs in its terminal. Dropping it kills it.
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

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    emulator: vt100::Parser,
    bytes: Vec<u8>,
    /// Exit code, and the signal that ended it where one did.
    exit: Option<(u32, Option<String>)>,
    is_closed: bool,
}

/// How a program ended, and how it left the terminal.
pub struct End {
    /// Exit code.
    pub code: u32,
    /// All it wrote.
    pub bytes: Vec<u8>,
    /// What stands on the screen.
    pub text: String,
}

impl Shared {
    fn new(columns: u16, rows: u16) -> Self {
        let emulator = emulator(columns, rows);
        let state = State { emulator, bytes: Vec::new(), exit: None, is_closed: false };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// The state; a test that failed on another thread does not matter here.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    /// Waits until `ready` holds; panics with the screen at the deadline.
    fn wait(&self, what: &str, ready: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let until = Instant::now() + DEADLINE;
        let mut state = self.lock();
        while !ready(&state) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let (exit, screen) = (state.exit.clone(), state.emulator.screen().contents());
                drop(state);
                panic!("waited in vain for {what}; exit: {exit:?}; the screen:\n{screen}\n-- end of the screen");
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state
    }
}

impl Session {
    /// Types.
    pub fn send(&mut self, keys: &str) {
        let writer = self.writer.as_mut().expect("the terminal is there");
        writer.write_all(keys.as_bytes()).and_then(|()| writer.flush()).expect("the terminal takes keys");
    }

    /// Makes the terminal another size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.shared.change(|state| state.emulator.set_size(at_least(rows, 2), at_least(columns, 2)));
        self.master.as_ref().expect("the terminal is there").resize(pty_size(columns, rows)).expect("another size");
    }

    /// Waits until `ready` holds of the screen.
    pub fn wait_for(&self, what: &str, ready: impl Fn(&vt100::Screen) -> bool) {
        drop(self.shared.wait(what, |state| ready(state.emulator.screen())));
    }

    /// Waits until the screen shows `text`.
    pub fn wait_text(&self, text: &str) {
        self.wait_for(&format!("{text:?}"), |screen| screen.contents().contains(text));
    }

    /// Waits until the screen no longer shows `text`.
    pub fn wait_no_text(&self, text: &str) {
        self.wait_for(&format!("{text:?} to go"), |screen| !screen.contents().contains(text));
    }

    /// Types, and waits until the screen shows `text`.
    pub fn type_and_see(&mut self, keys: &str, text: &str) {
        self.send(keys);
        self.wait_text(text);
    }

    /// The screen's text.
    pub fn text(&self) -> String {
        self.shared.lock().emulator.screen().contents()
    }

    /// The screen.
    pub fn screen(&self) -> vt100::Screen {
        self.shared.lock().emulator.screen().clone()
    }

    /// All that was written so far.
    pub fn bytes(&self) -> Vec<u8> {
        self.shared.lock().bytes.clone()
    }

    /// The id of the process that was started.
    pub fn pid(&self) -> Pid {
        pid(self.pid)
    }

    /// The id of the reader where a shell started it.
    pub fn reader_pid(&self) -> Pid {
        let started = |&id: &u32| fs::read_to_string(format!("/proc/{id}/comm")).is_ok_and(|name| name == "tidings\n");
        poll("the reader's process", || descendants(self.pid).into_iter().find(started)).map_or(self.pid(), pid)
    }

    /// Sends the process that was started a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("the process is there");
    }

    /// The terminal's modes now.
    pub fn modes(&self) -> Termios {
        tcgetattr(self.terminal()).expect("the terminal's modes")
    }

    /// The terminal itself, as the program has it.
    pub fn terminal(&self) -> &File {
        self.slave.as_ref().expect("the terminal is there")
    }

    /// Whether the terminal is as it was before the program.
    pub fn is_restored(&self) -> bool {
        let (modes, screen) = (self.modes(), self.screen());
        let settings =
            |modes: &Termios| (modes.input_modes, modes.output_modes, modes.control_modes, modes.local_modes);
        let is_plain = !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste();
        let has_mouse = screen.mouse_protocol_mode() != MouseProtocolMode::None;
        is_plain && !has_mouse && settings(&modes) == settings(&self.before)
    }

    /// Whether the program has the terminal.
    pub fn is_taken(&self) -> bool {
        let screen = self.screen();
        let is_raw = !self.modes().local_modes.intersects(LocalModes::ICANON | LocalModes::ECHO);
        is_raw && screen.alternate_screen() && screen.bracketed_paste()
    }

    /// Waits for the process to end with the terminal as it was; answers with all it left.
    pub fn end(mut self) -> End {
        drop(self.shared.wait("the process to end", |state| state.exit.is_some()));
        let modes = self.modes();
        // The output ends when nobody has the terminal any more.
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
        assert_eq!(modes.local_modes, self.before.local_modes, "line editing or echo is not as before");
        assert_eq!(modes.input_modes, self.before.input_modes);
        assert_eq!(modes.output_modes, self.before.output_modes);
        End { code, bytes: state.bytes.clone(), text: screen.contents() }
    }

    /// Quits with `Q` and gives all bytes that were written.
    pub fn quit(mut self) -> Vec<u8> {
        self.send("Q");
        let end = self.end();
        assert_eq!(end.code, 0, "quitting is no failure");
        end.bytes
    }

    /// The terminal vanishes. Has the program write something first, so that our own reading of it ends.
    pub fn vanish(&mut self) {
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

impl Drop for Session {
    fn drop(&mut self) {
        // The id of a process that ended may be another's by now.
        let state = self.shared.lock();
        if state.exit.is_none() {
            for id in [descendants(self.pid), vec![self.pid]].concat() {
                let _ = kill_process(pid(id), Signal::KILL);
            }
        }
    }
}

/// Asks again and again, with a pause between, until there is an answer or the deadline is over.
pub fn poll<T>(what: &str, ask: impl Fn() -> Option<T>) -> Option<T> {
    let until = Instant::now() + DEADLINE;
    while Instant::now() < until {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        thread::sleep(Duration::from_millis(2));
    }
    panic!("waited in vain for {what}");
}

/// The state letter of a process as Linux tells it; none where there is no such process.
pub fn process_state(pid: Pid) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}

/// Children, their children and so on.
fn descendants(of: u32) -> Vec<u32> {
    let children = fs::read_to_string(format!("/proc/{of}/task/{of}/children")).unwrap_or_default();
    let children: Vec<u32> = children.split_whitespace().filter_map(|id| id.parse().ok()).collect();
    children.iter().flat_map(|&child| [vec![child], descendants(child)].concat()).collect()
}

/// An emulator of this size. It cannot be smaller than two by two.
pub fn emulator(columns: u16, rows: u16) -> vt100::Parser {
    vt100::Parser::new(at_least(rows, 2), at_least(columns, 2), 0)
}

fn at_least(number: u16, least: u16) -> NonZeroU16 {
    NonZeroU16::new(number.max(least)).expect("more than nothing")
}

fn pid(id: u32) -> Pid {
    i32::try_from(id).ok().and_then(Pid::from_raw).expect("a process id")
}

fn pty_size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}
