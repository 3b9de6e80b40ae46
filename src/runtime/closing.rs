//! Waits for exports, downloads and the library after the user quit or something else ended the reader.
//!
//! After a quit the screen stays, with a line that says what is awaited; quitting again gives up. After a signal or an
//! error the terminal is given back first, and the wait is shorter.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyModifiers};

use super::library_writer::Ending;
use super::session::Session;
use super::shutdown::{Cleanup, HURRY, describe};
use super::{Event, OpenedInputs, Outcome};
use crate::app::Msg;
use crate::keymap::{Action, Key, Lookup, Scope};
use crate::text::{CleanBuf, counted};

/// How long to wait for the library after the user quit.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long to wait silently; most waits are shorter.
const SILENCE: Duration = Duration::from_millis(150);

/// What is awaited, and for how long.
struct Closing<'a> {
    cleanup: &'a Cleanup,
    ending: Ending,
    since: Instant,
    /// The deadlines for the library and for exports.
    of_library: Instant,
    of_exports: Option<Instant>,
    /// Why the library takes so long.
    reason: Option<CleanBuf>,
    /// The line on screen; `None` once there is no screen.
    line: Option<String>,
    has_screen: bool,
    is_given_up: bool,
    /// What else ended the reader meanwhile.
    outcome: Option<Outcome>,
}

impl Closing<'_> {
    fn is_over(&mut self, now: Instant) -> bool {
        let is_saved = self.ending.is_over() || now >= self.of_library;
        let is_written = (self.cleanup.exports.is_empty() && self.cleanup.downloads.is_empty())
            || self.of_exports.is_some_and(|until| now >= until);
        self.is_given_up || (is_saved && is_written)
    }

    /// The time of the next check if no event arrives.
    fn next(&self, now: Instant) -> Instant {
        let of_line = (self.has_screen && self.line.is_none()).then_some(self.since + SILENCE);
        let all = [Some(self.of_library), self.of_exports, of_line];
        // Once the library is given up, exports report their own end.
        all.into_iter().flatten().filter(|at| *at > now).min().unwrap_or(now + PATIENCE)
    }

    /// Shortens the wait, with no screen left.
    fn hurry(&mut self) {
        self.cleanup.leave();
        let until = Instant::now() + HURRY;
        (self.of_library, self.of_exports) = (until.min(self.of_library), Some(until));
        (self.has_screen, self.line) = (false, None);
    }
}

impl Session {
    /// Ends the reader in good order. Returns what else ended it meanwhile, and what could not be saved.
    pub(super) fn close(
        &mut self,
        cleanup: &Cleanup,
        outcome: &io::Result<Outcome>,
        reading: OpenedInputs,
        events: &Receiver<Event>,
    ) -> (Option<Outcome>, Vec<CleanBuf>) {
        let session = (!matches!(outcome, Ok(Outcome::Refused(_)))).then(|| (reading, self.app.session()));
        let since = Instant::now();
        let mut closing = Closing {
            cleanup,
            ending: cleanup.writer.end(session),
            since,
            of_library: since + PATIENCE,
            of_exports: None,
            reason: None,
            line: None,
            has_screen: true,
            is_given_up: false,
            outcome: None,
        };
        if !matches!(outcome, Ok(Outcome::Quit)) {
            closing.hurry();
        }
        loop {
            let now = Instant::now();
            if closing.is_over(now) {
                break;
            }
            self.say_what_is_waited_for(&mut closing, now);
            match events.recv_timeout(closing.next(now).saturating_duration_since(now)) {
                Ok(event) => self.hear(event, &mut closing),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        cleanup.leave();
        if matches!(outcome, Ok(Outcome::Quit)) && !closing.is_given_up {
            self.commands.send_last_marks();
        }
        let saved = closing.ending.give_up();
        let files = [cleanup.exports.cancel(), cleanup.downloads.cancel()];
        // Marks saved at the last moment are not reported as lost.
        for event in events.try_iter() {
            if let Event::Msg(msg @ Msg::MarksSaved(_)) = event {
                drop(self.app.update(msg));
            }
        }
        (closing.outcome, describe(saved, self.app.unsaved_marks(), &files))
    }

    /// Shows what is awaited once it takes longer than a moment.
    fn say_what_is_waited_for(&mut self, closing: &mut Closing<'_>, now: Instant) {
        if !closing.has_screen || now < closing.since + SILENCE {
            return;
        }
        let mut all: Vec<String> =
            closing.cleanup.exports.files().iter().map(|file| format!("writing {file}")).collect();
        all.extend(closing.cleanup.downloads.files().iter().map(|file| format!("downloading {file}")));
        if !closing.ending.is_over() && now < closing.of_library {
            all.push(match self.app.unsaved_marks().0 {
                0 => "saving the session".to_owned(),
                marks => format!("saving {}", counted(marks, "mark")),
            });
        }
        let reason = closing.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let line = format!("{} stops {}{reason}", self.app.key_of(Action::Back), all.join(", "));
        if closing.line.as_ref() == Some(&line) {
            return;
        }
        // The reader is ending, so further effects are dropped.
        drop(self.app.update(Msg::info(CleanBuf::line(&line))));
        closing.line = Some(line);
        if self.draw().is_err() {
            closing.hurry();
        }
    }

    fn hear(&mut self, event: Event, closing: &mut Closing<'_>) {
        match event {
            // A key pressed before the line was visible was not meant for it.
            Event::Msg(Msg::Key(key)) if closing.line.is_some() => closing.is_given_up |= self.quits(Key::from(key)),
            Event::Msg(msg @ Msg::MarksSaved(_)) => drop(self.app.update(msg)),
            Event::Msg(Msg::MarksNotSaved(_, reason)) | Event::Ending(Some(reason)) => closing.reason = Some(reason),
            Event::Msg(Msg::Resize { columns, rows }) if closing.has_screen => {
                drop(self.app.update(Msg::Resize { columns, rows }));
                closing.line = None;
                if self.screen.resize(columns, rows).is_err() {
                    closing.hurry();
                }
            }
            Event::End(_) | Event::Gone if closing.has_screen => {
                closing.outcome =
                    Some(if let Event::End(signal) = event { Outcome::Signal(signal) } else { Outcome::Gone });
                closing.hurry();
            }
            // A second signal means that the user will not wait.
            Event::End(_) => closing.is_given_up = true,
            Event::Stop | Event::Continue if closing.has_screen => {
                let resumed = if matches!(event, Event::Stop) { self.suspend() } else { self.resume() };
                closing.line = None;
                if resumed.is_err() {
                    closing.hurry();
                }
            }
            _ => {}
        }
    }

    /// Whether a key quits the program from the list.
    fn quits(&self, key: Key) -> bool {
        let action = self.app.settings.keymap.lookup(Scope::List, &[key]);
        let is_control_c = key.code == KeyCode::Char('c') && key.modifiers == KeyModifiers::CONTROL;
        is_control_c || matches!(action, Lookup::Action(Action::Quit | Action::Back))
    }
}
