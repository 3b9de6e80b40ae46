//! Turns signals into events, and ends the process itself when the loop no longer can.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Sender};
use std::time::Duration;

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;

use super::lend_terminal::InputGate;
use super::shutdown::{Cleanup, HURRY};
use super::{Event, send, thread};
use crate::app::Msg;

/// How long the loop has to give the terminal back. It may hang in a write to a blocked terminal.
const GRACE: Duration = Duration::from_millis(1_200);
/// How long giving the terminal back and printing may then take.
const LAST_WORDS: Duration = Duration::from_millis(300);
/// How long the loop has beyond its own deadlines.
const REST: Duration = Duration::from_secs(2);

/// Starts the thread.
pub fn start(sender: Sender<Event>, cleanup: Cleanup, gate: InputGate) -> io::Result<()> {
    for signal in [SIGINT, SIGQUIT] {
        // Registered before the others, so that the flag is set before the thread sees the signal.
        signal_hook::flag::register(signal, Arc::clone(gate.interrupted()))?;
    }
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH])?;
    thread::spawn("signals", "hearing of signals", &sender.clone(), move || {
        let mut is_ending = false;
        for signal in &mut signals {
            let is_closed = gate.is_closed();
            if matches!(signal, SIGINT | SIGQUIT) {
                gate.interrupted().store(false, Ordering::SeqCst);
            }
            let is_heard = match signal {
                // These are meant for the program that has the terminal; stopping that program stops this process too.
                SIGINT | SIGQUIT | SIGCONT | SIGWINCH if is_closed => true,
                SIGTSTP if is_closed => {
                    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP);
                    true
                }
                SIGTSTP => sender.send(Event::Stop).is_ok(),
                SIGCONT => sender.send(Event::Continue).is_ok(),
                SIGWINCH => match crossterm::terminal::size() {
                    Ok((columns, rows)) => send(&sender, Msg::Resize { columns, rows }),
                    Err(_) => true,
                },
                _ => {
                    // A second signal means that the user will not wait.
                    if !std::mem::replace(&mut is_ending, true) {
                        let cleanup = cleanup.clone();
                        thread::spawn("last", "ending by force", &sender, move || end_by_force(signal, &cleanup));
                    }
                    sender.send(Event::End(signal)).is_ok()
                }
            };
            if !is_heard {
                return;
            }
        }
    });
    Ok(())
}

/// Waits for the loop to end the process, then ends it: at once if the loop does not even give the terminal back.
#[expect(clippy::print_stderr, reason = "the loop no longer reports what is lost")]
fn end_by_force(signal: i32, cleanup: &Cleanup) {
    std::thread::sleep(GRACE);
    if cleanup.has_left() {
        std::thread::sleep(HURRY + REST);
    } else {
        let guard = cleanup.guard.clone();
        in_time(move || guard.leave());
        let unsaved = cleanup.finish_writing();
        in_time(move || unsaved.iter().for_each(|line| eprintln!("tidings: {line}")));
    }
    std::process::exit(128 + signal);
}

/// Runs something that may hang, for at most [`LAST_WORDS`].
fn in_time(act: impl FnOnce() + Send + 'static) {
    let (done, wait) = mpsc::channel();
    // Without a thread there is nothing to wait for.
    let _ = std::thread::Builder::new().name("last-words".to_owned()).spawn(move || {
        act();
        let _ = done.send(());
    });
    let _ = wait.recv_timeout(LAST_WORDS);
}
