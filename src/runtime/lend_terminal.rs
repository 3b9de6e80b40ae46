//! Programs of the user's that get the terminal for a while: what a text is piped to, and browsers that draw in it.
//!
//! Meanwhile nobody here reads keys: the thread that does waits at a [`InputGate`].

use std::io::{self, BufRead, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::terminal;

/// How long another thread may take: a reader of keys to come to the gate, for it may be reading when it is asked, or who
/// hears of signals.
const MOMENT: Duration = Duration::from_millis(300);
/// How often is looked whether an interrupt has been heard of.
const STEP: Duration = Duration::from_millis(1);

/// Holds up who reads keys.
#[derive(Debug, Clone, Default)]
pub struct InputGate {
    state: Arc<(Mutex<State>, Condvar)>,
    /// Set the moment that an interrupt comes, cleared by the thread that has heard of it.
    interrupted: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
struct State {
    is_closed: bool,
    /// Whether keys are being read.
    is_reading: bool,
}

impl InputGate {
    /// Waits while the gate is closed; from then on keys are read until [`InputGate::rest`]. Returns whether it was closed.
    pub fn pass(&self) -> bool {
        let (state, changed) = &*self.state;
        let state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let was_closed = state.is_closed;
        let mut state = changed.wait_while(state, |state| state.is_closed).unwrap_or_else(PoisonError::into_inner);
        state.is_reading = true;
        was_closed
    }

    /// No keys are read at present.
    pub fn rest(&self) {
        self.set(|state| state.is_reading = false);
    }

    /// Whether the terminal is somebody else's.
    pub fn is_closed(&self) -> bool {
        self.state.0.lock().unwrap_or_else(PoisonError::into_inner).is_closed
    }

    /// Closes it, and waits for a moment until nobody reads.
    pub fn close(&self) {
        self.set(|state| state.is_closed = true);
        let (state, changed) = &*self.state;
        let state = state.lock().unwrap_or_else(PoisonError::into_inner);
        drop(changed.wait_timeout_while(state, MOMENT, |state| state.is_reading));
    }

    /// Opens it, once an interrupt that came before has been heard of: it was meant for the program behind the gate.
    pub fn open(&self) {
        let until = Instant::now() + MOMENT;
        while self.interrupted.load(Ordering::SeqCst) && Instant::now() < until {
            thread::sleep(STEP);
        }
        self.set(|state| state.is_closed = false);
    }

    /// What is set when an interrupt comes.
    pub fn interrupted(&self) -> &Arc<AtomicBool> {
        &self.interrupted
    }

    fn set(&self, change: impl FnOnce(&mut State)) {
        let (state, changed) = &*self.state;
        change(&mut state.lock().unwrap_or_else(PoisonError::into_inner));
        changed.notify_all();
    }
}

/// Runs a program in the terminal that its caller has given back; `text` comes to its standard input.
///
/// # Errors
/// When it cannot be started.
pub fn run(mut command: Command, text: Option<String>) -> io::Result<ExitStatus> {
    let mut child = command.stdin(if text.is_some() { Stdio::piped() } else { Stdio::inherit() }).spawn()?;
    feed(&mut child, text);
    child.wait()
}

/// Writes on a thread: who takes nothing must not hold up who waits for him.
pub fn feed(child: &mut Child, text: Option<String>) {
    if let (Some(text), Some(mut stdin)) = (text, child.stdin.take()) {
        // A program may have read enough before the end, and goes its way.
        let write = move || drop(stdin.write_all(text.as_bytes()));
        // Without a thread the program gets an empty text.
        drop(thread::Builder::new().name("feed".to_owned()).spawn(write));
    }
}

/// Waits for Enter, so that what the program wrote can be read.
pub fn wait_for_enter(told: &str) -> io::Result<()> {
    terminal::write(format!("\n{told}: Enter goes back to tidings ").as_bytes())?;
    let mut line = String::new();
    let terminal = std::fs::File::open("/dev/tty")?;
    io::BufReader::new(terminal.take(1_000)).read_line(&mut line).map(drop)
}

/// Starts a program that has nothing to do with the terminal.
///
/// # Errors
/// When it cannot be started.
pub fn detach(mut command: Command) -> io::Result<Child> {
    use std::os::unix::process::CommandExt;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // In a group of its own: what ends the reader does not end the browser.
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
    fn a_program_gets_the_text_whether_it_reads_it_or_not() {
        let text = "x\n".repeat(1_000_000);
        let run = |script: &str| run(shell(script), Some(text.clone())).expect("a status").code();
        assert_eq!(run("test $(wc -l) -eq 1000000"), Some(0));
        assert_eq!(run("exit 3"), Some(3));
        assert!(super::run(Command::new("/nowhere/at/all"), None).is_err());
    }

    #[test]
    fn an_interrupt_from_before_is_heard_of_while_the_gate_is_closed() {
        let gate = InputGate::default();
        gate.close();
        gate.interrupted().store(true, Ordering::SeqCst);
        let of_signals = gate.clone();
        let hearer = thread::spawn(move || {
            thread::sleep(STEP * 20);
            let was_closed = of_signals.is_closed();
            of_signals.interrupted().store(false, Ordering::SeqCst);
            was_closed
        });
        gate.open();
        assert!(hearer.join().expect("it ends"), "it would have ended the reader");
        assert!(!gate.is_closed());
    }

    #[test]
    fn nobody_passes_a_closed_gate() {
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
