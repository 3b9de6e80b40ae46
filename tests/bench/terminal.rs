//! A program in a pseudo-terminal, with the time at which each piece of its output came.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::measure::memory;

/// An answer is over when nothing has been written for so long.
pub const QUIET: Duration = Duration::from_millis(100);
/// The answer to a key ends with the last byte before a pause as long as this. What comes later was not waited for, such
/// as the similar releases of the reader.
const PAUSE: Duration = Duration::from_millis(40);
/// A key that nothing answers within this time changes nothing.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// A terminal and the program in it. Killed on drop.
pub struct Terminal {
    output: Receiver<(Instant, Vec<u8>)>,
    input: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    screen: vt100::Parser,
    written: usize,
    /// When the last piece of output came.
    last: Instant,
    /// When the program was started.
    pub started: Instant,
}

/// How a program answered a key.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    /// The time until the last byte before the first pause.
    pub settled: Duration,
    /// The number of bytes written.
    pub bytes: usize,
}

impl Terminal {
    /// Starts a program in a folder that is its home, in a terminal of so many columns and rows.
    pub fn start(home: &Path, (columns, rows): (u16, u16), command: &[&str]) -> Self {
        let mut builder = CommandBuilder::new(command[0]);
        builder.args(&command[1..]);
        builder.env_clear();
        for (name, value) in [("LANG", "C.UTF-8"), ("TERM", "xterm-256color"), ("SHELL", "/bin/sh")] {
            builder.env(name, value);
        }
        builder.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        builder.env("HOME", home);
        builder.cwd(home);
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let started = Instant::now();
        let child = pair.slave.spawn_command(builder).expect("the program starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("the terminal's output");
        let (sender, output) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send((Instant::now(), buffer[..count].to_vec())).is_err() {
                    break;
                }
            }
        });
        let input = pair.master.take_writer().expect("the terminal's input");
        let number = |number: u16| number.try_into().expect("a size");
        let screen = vt100::Parser::new(number(rows), number(columns), 0);
        Self { output, input, child, _master: pair.master, screen, written: 0, last: started, started }
    }

    /// The text on the screen.
    pub fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// Waits until `ready` holds for the text on the screen; returns when it came, or `None` after `limit` or the
    /// program's end.
    pub fn until(&mut self, limit: Duration, ready: impl Fn(&str) -> bool) -> Option<Instant> {
        let end = Instant::now() + limit;
        while !ready(&self.text()) {
            if !self.receive(end.saturating_duration_since(Instant::now())) {
                return None;
            }
        }
        Some(self.last)
    }

    /// Takes in the output until none has come for so long; returns the number of bytes.
    pub fn quiet(&mut self, pause: Duration) -> usize {
        let before = self.written;
        while self.receive(pause) {}
        self.written - before
    }

    /// Takes in the output for so long; returns the number of bytes.
    pub fn listen(&mut self, length: Duration) -> usize {
        let (before, end) = (self.written, Instant::now() + length);
        while self.receive(end.saturating_duration_since(Instant::now())) {}
        thread::sleep(end.saturating_duration_since(Instant::now()));
        self.written - before
    }

    /// Types keys; returns when.
    pub fn send(&mut self, keys: &str) -> Instant {
        let now = Instant::now();
        self.input.write_all(keys.as_bytes()).and_then(|()| self.input.flush()).expect("the terminal takes keys");
        now
    }

    /// Types a key and waits for the end of the answer.
    pub fn key(&mut self, key: &str) -> Answer {
        while self.receive(Duration::ZERO) {}
        let before = self.written;
        let sent = self.send(key);
        if !self.receive(PATIENCE) {
            return Answer { settled: Duration::ZERO, bytes: 0 };
        }
        let mut settled = self.last;
        while self.receive(QUIET) {
            let is_still = self.last.saturating_duration_since(settled) > PAUSE;
            if is_still {
                self.quiet(QUIET);
                break;
            }
            settled = self.last;
        }
        Answer { settled: settled.saturating_duration_since(sent), bytes: self.written - before }
    }

    /// The id of the process.
    pub fn id(&self) -> String {
        self.child.process_id().expect("a process").to_string()
    }

    /// The peak memory in bytes.
    pub fn peak(&self) -> u64 {
        memory(&self.id(), "VmHWM:").unwrap_or_default()
    }

    /// The current memory in bytes.
    pub fn resident(&self) -> u64 {
        memory(&self.id(), "VmRSS:").unwrap_or_default()
    }

    /// Makes [`Self::peak`] start anew.
    pub fn reset_peak(&self) {
        fs::write(format!("/proc/{}/clear_refs", self.id()), "5").expect("the peak of an own process can be reset");
    }

    /// The processor time of all threads, exact to 10 ms.
    pub fn processor_time(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.id())).unwrap_or_default();
        let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields).split(' ').skip(11).take(2);
        Duration::from_millis(fields.filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10)
    }

    /// Takes in the next piece of output; `false` if none comes within `limit`.
    fn receive(&mut self, limit: Duration) -> bool {
        let Ok((at, bytes)) = self.output.recv_timeout(limit) else { return false };
        self.screen.process(&bytes);
        self.written += bytes.len();
        self.last = at;
        // What a terminal answers when asked for its kind, its cursor and its background.
        for (question, answer) in
            [("\x1b[c", "\x1b[?62;c"), ("\x1b[6n", "\x1b[1;1R"), ("\x1b]11;?", "\x1b]11;rgb:1515/1717/1a1a\x1b\\")]
        {
            if memchr::memmem::find(&bytes, question.as_bytes()).is_some() {
                self.send(answer);
            }
        }
        true
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
