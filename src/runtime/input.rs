//! Reads keys and the mouse on a thread of its own, and notices when the terminal is gone.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use crossterm::event::{self, Event as TerminalEvent, KeyEventKind};
use rustix::event::{PollFd, PollFlags, poll};

use super::background::{self, Answer, Step};
use super::foreground::Gate;
use super::{Event, fault, panic_text, send};
use crate::app::Msg;

/// How long to wait for more keys before the terminal itself is looked at again. crossterm hands out nothing, not even
/// keys it has read already, when this time is over before it comes to it: far longer than a busy machine holds it up.
const MOMENT: Duration = Duration::from_millis(200);

/// After so many panics keys are not read any more.
const ATTEMPTS: usize = 3;

/// Starts the thread and asks the terminal for its background.
pub fn start(sender: Sender<Event>, gate: Gate) -> io::Result<()> {
    let terminal = terminal()?;
    background::ask()?;
    thread::Builder::new().name("input".to_owned()).spawn(move || {
        for _ in 0..ATTEMPTS {
            match catch_unwind(AssertUnwindSafe(|| read(&terminal, &sender, &gate))) {
                Ok(()) => break,
                Err(payload) => send(&sender, Msg::Broken(panic_text("reading keys", &*payload))),
            };
        }
        // Without keys there is no way out but this.
        let _ = sender.send(Event::Gone);
    })?;
    Ok(())
}

/// The terminal that crossterm reads from: standard input, else the controlling terminal.
fn terminal() -> io::Result<OwnedFd> {
    let input = io::stdin();
    if input.is_terminal() { input.as_fd().try_clone_to_owned() } else { Ok(File::open("/dev/tty")?.into()) }
}

/// Until the terminal is gone. crossterm never returns from reading a terminal that hung up, so that is seen before.
fn read(terminal: &OwnedFd, sender: &Sender<Event>, gate: &Gate) {
    let mut answer = Answer::default();
    loop {
        let mut ready = [PollFd::new(terminal, PollFlags::IN)];
        match poll(&mut ready, None) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => return,
        }
        if ready[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
            return;
        }
        gate.pass();
        while let Ok(true) = event::poll(MOMENT) {
            let Ok(event) = event::read() else { return };
            if !forward(event, &mut answer, sender) {
                return;
            }
            if gate.is_closed() {
                break;
            }
        }
        gate.rest();
    }
}

/// Sends what the state wants to know; whether there is still somebody to tell.
fn forward(event: TerminalEvent, answer: &mut Answer, sender: &Sender<Event>) -> bool {
    let msg = match event {
        TerminalEvent::Key(key) if key.kind != KeyEventKind::Release => match answer.take(key) {
            Step::Key(key) => {
                fault::here("input");
                Msg::Key(key)
            }
            Step::Light(light) => Msg::Light(light),
            Step::Swallowed => return true,
        },
        TerminalEvent::Mouse(event) => Msg::Mouse(event),
        TerminalEvent::Paste(text) => Msg::Paste(text),
        TerminalEvent::Resize(columns, rows) => Msg::Resize { columns, rows },
        _ => return true,
    };
    send(sender, msg)
}
