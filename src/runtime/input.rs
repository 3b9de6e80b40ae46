//! Reads keys and the mouse on a thread, and detects that the terminal is gone.

mod keys;
mod parser;
#[cfg(test)]
mod replies;
mod reply;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use crossterm::event::{KeyEventKind, MouseButton, MouseEvent, MouseEventKind};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::graphics::Answers;
use super::lend_terminal::InputGate;
use super::terminal::Guard;
use super::{Event, background, send, test_panic};
use crate::app::Msg;
use crate::text::panic_text;
pub(super) use parser::{Input, Parser};
pub(super) use reply::Reply;

/// The size of one read.
pub(super) const READ: usize = 4_096;

/// The number of panics after which keys are no longer read.
const ATTEMPTS: usize = 3;

/// The longest interval between the clicks of a double click.
const DOUBLE: Duration = Duration::from_millis(400);

/// The last click, to detect double clicks.
#[derive(Debug, Default)]
struct Clicks {
    last: Option<(u16, u16, Instant)>,
}

impl Clicks {
    /// Whether this is the second click of a double click. Further clicks count too, so a triple click does not undo
    /// it.
    fn is_second(&mut self, event: MouseEvent, now: Instant) -> bool {
        if event.kind != MouseEventKind::Down(MouseButton::Left) {
            return false;
        }
        let last = self.last.replace((event.column, event.row, now));
        last.is_some_and(|(column, row, then)| {
            (column, row) == (event.column, event.row) && now.saturating_duration_since(then) <= DOUBLE
        })
    }
}

/// Starts the thread and queries the terminal's background.
pub fn start(sender: Sender<Event>, gate: InputGate, guard: Guard) -> io::Result<()> {
    let terminal = terminal()?;
    guard.asked();
    background::query()?;
    thread::Builder::new().name("input".to_owned()).spawn(move || {
        for _ in 0..ATTEMPTS {
            match catch_unwind(AssertUnwindSafe(|| read_on(&terminal, &sender, &gate, &guard))) {
                Ok(()) => break,
                Err(payload) => send(&sender, Msg::defect(panic_text("reading keys", &*payload))),
            };
        }
        // Without keys there is no other way to quit.
        let _ = sender.send(Event::Gone);
    })?;
    Ok(())
}

/// The terminal that keys come from: standard input, or else the controlling terminal.
pub(super) fn terminal() -> io::Result<OwnedFd> {
    let input = io::stdin();
    if input.is_terminal() { input.as_fd().try_clone_to_owned() } else { Ok(File::open("/dev/tty")?.into()) }
}

/// The state of the terminal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ready {
    /// Bytes can be read.
    Bytes,
    /// Timed out.
    Nothing,
    /// The terminal is gone.
    Gone,
}

/// Waits for bytes, optionally with a deadline. Detects a hang-up, which reading would not report.
pub(super) fn wait(terminal: &OwnedFd, until: Option<Instant>) -> Ready {
    loop {
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        let left = left.and_then(|left| Timespec::try_from(left).ok());
        let mut ready = [PollFd::new(terminal, PollFlags::IN)];
        match poll(&mut ready, left.as_ref()) {
            Ok(0) => return Ready::Nothing,
            Ok(_) if ready[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) => {
                return Ready::Gone;
            }
            Ok(_) => return Ready::Bytes,
            Err(Errno::INTR) => {}
            Err(_) => return Ready::Gone,
        }
    }
}

/// Reads the available bytes; `None` once the terminal is gone.
pub(super) fn read<'a>(terminal: &OwnedFd, buffer: &'a mut [u8; READ]) -> Option<&'a [u8]> {
    match rustix::io::read(terminal, &mut buffer[..]) {
        Ok(0) => None,
        Ok(count) => buffer.get(..count),
        // Another program may have read them, or made the terminal non-blocking.
        Err(Errno::AGAIN | Errno::INTR) => Some(&[]),
        Err(_) => None,
    }
}

/// Reads until the terminal is gone.
fn read_on(terminal: &OwnedFd, sender: &Sender<Event>, gate: &InputGate, guard: &Guard) {
    let (mut parser, mut clicks, mut buffer) = (Parser::default(), Clicks::default(), [0; READ]);
    let mut answers = Answers::default();
    loop {
        let inputs = match wait(terminal, parser.deadline()) {
            Ready::Gone => return,
            Ready::Nothing => parser.expire(Instant::now()),
            Ready::Bytes => {
                let was_lent = gate.pass();
                // A program that had the terminal may have read the bytes.
                let inputs = match wait(terminal, Some(Instant::now())) {
                    _ if was_lent => parser.expire(Instant::now()),
                    Ready::Bytes => match read(terminal, &mut buffer) {
                        Some(bytes) => parser.feed(bytes, Instant::now()),
                        None => return,
                    },
                    Ready::Nothing => Vec::new(),
                    Ready::Gone => return,
                };
                gate.rest();
                inputs
            }
        };
        for input in inputs {
            if matches!(input, Input::Osc(_) | Input::Reply(Reply::Attributes { .. })) {
                guard.answered();
            }
            if !forward(input, &mut clicks, &mut answers, sender) {
                return;
            }
        }
    }
}

/// Sends what concerns the state; returns false once the loop is gone.
fn forward(input: Input, clicks: &mut Clicks, answers: &mut Answers, sender: &Sender<Event>) -> bool {
    let msg = match input {
        Input::Key(key) if key.kind == KeyEventKind::Release => return true,
        Input::Key(key) => {
            test_panic::here("input");
            Msg::Key(key)
        }
        Input::Mouse(event) if clicks.is_second(event, Instant::now()) => {
            Msg::DoubleClick { column: event.column, row: event.row }
        }
        Input::Mouse(event) => Msg::Mouse(event),
        Input::Paste(text) => Msg::Paste(text),
        Input::Osc(reply) => match background::is_light(&reply) {
            Some(is_light) => Msg::Light(is_light),
            None => return true,
        },
        Input::Reply(reply) => match answers.take(reply) {
            Some(graphics) => Msg::Graphics(graphics),
            None => return true,
        },
    };
    send(sender, msg)
}
