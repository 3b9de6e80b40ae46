//! Lends the terminal to a program of the user's: a command that a text is piped to, or a browser that runs in the
//! terminal.
//!
//! Meanwhile the thread that reads keys waits at the [`InputGate`].

use std::io::{self, BufRead, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::terminal;

/// How long to wait for other threads: for the key reader, which may be in a read, and for the signal handler.
const MOMENT: Duration = Duration::from_millis(300);
/// The interval between two checks whether an interrupt was handled.
const STEP: Duration = Duration::from_millis(1);

/// Suspends the thread that reads keys.
#[derive(Debug, Clone, Default)]
pub struct InputGate {
    state: Arc<(Mutex<State>, Condvar)>,
    /// Set by an interrupt at once, cleared by the thread that handles it.
    interrupted: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
struct State {
    is_closed: bool,
    /// Whether keys are being read.
    is_reading: bool,
}

impl InputGate {
    /// Waits while the gate is closed; afterwards keys are read until [`InputGate::rest`]. Returns whether it was
    /// closed.
    pub fn pass(&self) -> bool {
        let (state, changed) = &*self.state;
        let state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let was_closed = state.is_closed;
        let mut state = changed.wait_while(state, |state| state.is_closed).unwrap_or_else(PoisonError::into_inner);
        state.is_reading = true;
        was_closed
    }

    /// Marks that no keys are being read.
    pub fn rest(&self) {
        self.set(|state| state.is_reading = false);
    }

    /// Whether the terminal is lent.
    pub fn is_closed(&self) -> bool {
        self.state.0.lock().unwrap_or_else(PoisonError::into_inner).is_closed
    }

    /// Closes the gate and waits a moment until no keys are being read.
    pub fn close(&self) {
        self.set(|state| state.is_closed = true);
        let (state, changed) = &*self.state;
        let state = state.lock().unwrap_or_else(PoisonError::into_inner);
        drop(changed.wait_timeout_while(state, MOMENT, |state| state.is_reading));
    }

    /// Opens the gate, after pending interrupts are handled: they were meant for the other program.
    pub fn open(&self) {
        let until = Instant::now() + MOMENT;
        while self.interrupted.load(Ordering::SeqCst) && Instant::now() < until {
            thread::sleep(STEP);
        }
        self.set(|state| state.is_closed = false);
    }

    /// The flag set by an interrupt.
    pub fn interrupted(&self) -> &Arc<AtomicBool> {
        &self.interrupted
    }

    fn set(&self, change: impl FnOnce(&mut State)) {
        let (state, changed) = &*self.state;
        change(&mut state.lock().unwrap_or_else(PoisonError::into_inner));
        changed.notify_all();
    }
}

/// Runs a program in the terminal, which the caller has given back; `text` is its standard input.
///
/// # Errors
/// When the program cannot be started.
pub fn run(mut command: Command, text: Option<String>) -> io::Result<ExitStatus> {
    let mut child = command.stdin(if text.is_some() { Stdio::piped() } else { Stdio::inherit() }).spawn()?;
    feed(&mut child, text);
    child.wait()
}

/// Writes on a thread: a program that does not read must not block the caller, who waits for it.
pub fn feed(child: &mut Child, text: Option<String>) {
    if let (Some(text), Some(mut stdin)) = (text, child.stdin.take()) {
        // A program may stop reading before the end.
        let write = move || drop(stdin.write_all(text.as_bytes()));
        // Without a thread the program gets an empty input.
        drop(thread::Builder::new().name("feed".to_owned()).spawn(write));
    }
}

/// Waits for Enter, so that the user can read the program's output.
pub fn wait_for_enter(ending: &str) -> io::Result<()> {
    terminal::write(format!("\n{ending}; press Enter to return to tidings ").as_bytes())?;
    let mut line = String::new();
    let terminal = std::fs::File::open("/dev/tty")?;
    io::BufReader::new(terminal.take(1_000)).read_line(&mut line).map(drop)
}

/// Starts a program that does not need the terminal.
///
/// # Errors
/// When the program cannot be started.
pub fn detach(mut command: Command) -> io::Result<Child> {
    use std::os::unix::process::CommandExt;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // In its own process group, so that the browser survives the reader.
    command.process_group(0).spawn()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_program_gets_the_text_whether_or_not_it_reads_it() {
        let text = "x\n".repeat(1_000_000);
        let run = |script: &str| run(shell(script), Some(text.clone())).expect("a status").code();
        assert_eq!(run("test $(wc -l) -eq 1000000"), Some(0));
        assert_eq!(run("exit 3"), Some(3));
        assert!(super::run(Command::new("/nowhere/at/all"), None).is_err());
    }

    #[test]
    fn an_earlier_interrupt_is_handled_while_the_gate_is_closed() {
        let gate = InputGate::default();
        gate.close();
        gate.interrupted().store(true, Ordering::SeqCst);
        let (opened, is_opened) = std::sync::mpsc::channel();
        let of_lender = gate.clone();
        thread::spawn(move || {
            of_lender.open();
            let _ = opened.send(());
        });
        assert!(is_opened.recv_timeout(STEP * 20).is_err() && gate.is_closed(), "it would have ended the reader");
        gate.interrupted().store(false, Ordering::SeqCst);
        assert!(is_opened.recv_timeout(Duration::from_secs(10)).is_ok() && !gate.is_closed());
    }

    #[test]
    fn a_closed_gate_blocks() {
        let gate = InputGate::default();
        gate.pass();
        gate.rest();
        gate.close();
        let (passed, is_passed) = std::sync::mpsc::channel();
        let of_reader = gate.clone();
        thread::spawn(move || {
            of_reader.pass();
            let _ = passed.send(());
        });
        assert!(is_passed.recv_timeout(Duration::from_millis(50)).is_err());
        gate.open();
        assert!(is_passed.recv_timeout(Duration::from_secs(10)).is_ok());
    }
}
