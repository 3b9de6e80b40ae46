//! Turns signals into events, and ends the process itself when the loop no longer can.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;

use super::foreground::Gate;
use super::terminal::Guard;
use super::{Event, send};
use crate::app::Msg;

/// How long the loop has to end in good order. A write to a terminal that takes no bytes may hold it for ever.
const GRACE: Duration = Duration::from_millis(1_200);
/// How long giving the terminal back may take then.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// Starts the thread.
pub fn start(sender: Sender<Event>, guard: Guard, gate: Gate) -> io::Result<()> {
    for signal in [SIGINT, SIGQUIT] {
        // Before the others: it is set by the time that the thread hears of the signal.
        signal_hook::flag::register(signal, Arc::clone(gate.interrupted()))?;
    }
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH])?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in &mut signals {
            let is_closed = gate.is_closed();
            if matches!(signal, SIGINT | SIGQUIT) {
                gate.interrupted().store(false, Ordering::SeqCst);
            }
            let is_heard = match signal {
                // They are meant for the program that has the terminal; who stops that stops this one with it.
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
                    let _ = sender.send(Event::End(signal));
                    end_by_force(signal, guard);
                    return;
                }
            };
            if !is_heard {
                return;
            }
        }
    })?;
    Ok(())
}

/// Waits for the loop to end the process, then does it.
fn end_by_force(signal: i32, guard: Guard) {
    thread::sleep(GRACE);
    let (done, wait) = mpsc::channel();
    thread::spawn(move || {
        guard.leave();
        let _ = done.send(());
    });
    let _ = wait.recv_timeout(LAST_WORDS);
    std::process::exit(128 + signal);
}
