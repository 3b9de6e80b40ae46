//! Reads keys and the mouse on a thread of its own, and notices when the terminal is gone.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use crossterm::event::{self, Event as TerminalEvent, KeyEventKind, MouseButton, MouseEvent, MouseEventKind};
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

/// A second click comes so soon after the first.
const DOUBLE: Duration = Duration::from_millis(400);

/// The last click, for telling whether the next belongs to it.
#[derive(Debug, Default)]
struct Clicks {
    last: Option<(u16, u16, Instant)>,
}

impl Clicks {
    /// Whether this is the second of a double click; so are more that follow, since who clicks thrice takes nothing back.
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
    let (mut answer, mut clicks) = (Answer::default(), Clicks::default());
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
            if !forward(event, &mut answer, &mut clicks, sender) {
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
fn forward(event: TerminalEvent, answer: &mut Answer, clicks: &mut Clicks, sender: &Sender<Event>) -> bool {
    let msg = match event {
        TerminalEvent::Key(key) if key.kind != KeyEventKind::Release => match answer.take(key) {
            Step::Key(key) => {
                fault::here("input");
                Msg::Key(key)
            }
            Step::Light(light) => Msg::Light(light),
            Step::Swallowed => return true,
        },
        TerminalEvent::Mouse(event) if clicks.is_second(event, Instant::now()) => {
            Msg::DoubleClick { column: event.column, row: event.row }
        }
        TerminalEvent::Mouse(event) => Msg::Mouse(event),
        TerminalEvent::Paste(text) => Msg::Paste(text),
        TerminalEvent::Resize(columns, rows) => Msg::Resize { columns, rows },
        _ => return true,
    };
    send(sender, msg)
}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyModifiers;

    use super::*;

    #[test]
    fn two_clicks_at_one_place_within_a_moment_are_a_double_click() {
        let start = Instant::now();
        let mut clicks = Clicks::default();
        let mut click = |kind, column, milliseconds| {
            let event = MouseEvent { kind, column, row: 3, modifiers: KeyModifiers::NONE };
            clicks.is_second(event, start + Duration::from_millis(milliseconds))
        };
        let (down, up) = (MouseEventKind::Down(MouseButton::Left), MouseEventKind::Up(MouseButton::Left));
        let told = [(down, 5, 0), (up, 5, 50), (down, 5, 200), (down, 5, 300), (down, 6, 350), (down, 6, 900)]
            .map(|(kind, column, at)| click(kind, column, at));
        assert_eq!(told, [false, false, true, true, false, false]);
    }
}
