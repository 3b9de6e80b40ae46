//! Takes the terminal and gives it back exactly once, whatever ends the program.

use std::fmt;
use std::io;
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crossterm::cursor::{SetCursorStyle, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::ResetColor;
use crossterm::terminal::{self, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{Command, queue};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

use super::test_panic;
use crate::picture::kitty;
use crate::text::CleanBuf;

/// A terminal that has not answered within this time is assumed not to answer at all.
const ANSWER: Duration = Duration::from_secs(1);
/// How long to wait for an answer before giving the terminal back.
const LAST_ANSWER: Duration = Duration::from_millis(100);

/// When the last query was sent, and how many are not answered.
type Question = (Instant, u32);

/// The right to the terminal. Clones share it: the loop, the panic hook and the signal thread.
#[derive(Debug, Clone)]
pub struct Guard {
    is_ours: Arc<AtomicBool>,
    /// Whether mouse reporting is wanted.
    has_mouse: Arc<AtomicBool>,
    /// Panic reports held back while the reader runs. `None` once it has ended: from then on they are printed at once.
    reports: Arc<Mutex<Option<Vec<CleanBuf>>>>,
    /// The queries that the terminal has not answered.
    question: Arc<(Mutex<Option<Question>>, Condvar)>,
    /// Whether pictures were sent that the terminal keeps until they are deleted.
    has_pictures: Arc<AtomicBool>,
}

impl Guard {
    /// Does not take the terminal yet, but installs a panic hook that gives it back before a panic of this thread is
    /// reported.
    ///
    /// The report of a panic on another thread would corrupt the screen, so it is held back until [`Guard::reports`],
    /// even before the terminal is taken: a report printed at that moment could still end up on the screen.
    pub fn new() -> Self {
        let guard = Self {
            is_ours: Arc::new(AtomicBool::new(false)),
            has_mouse: Arc::new(AtomicBool::new(true)),
            reports: Arc::new(Mutex::new(Some(Vec::new()))),
            question: Arc::default(),
            has_pictures: Arc::default(),
        };
        let (of_hook, screen_thread, report) = (guard.clone(), thread::current().id(), std::panic::take_hook());
        std::panic::set_hook(Box::new(move |info| {
            if thread::current().id() == screen_thread {
                of_hook.leave();
                report(info);
                return;
            }
            match &mut *of_hook.reports.lock().unwrap_or_else(PoisonError::into_inner) {
                Some(reports) => {
                    let text = format!("thread '{}' {info}", thread::current().name().unwrap_or("without a name"));
                    let text = CleanBuf::line(&text);
                    tracing::error!(%text, "panic");
                    reports.push(text);
                }
                None => report(info),
            }
        }));
        guard
    }

    /// Takes the terminal, even if it seems to be taken already: a stop from outside may have changed it.
    pub fn enter(&self) -> io::Result<()> {
        self.is_ours.store(true, Ordering::SeqCst);
        test_panic::fails("take")?;
        // crossterm does nothing if it believes that raw mode is on.
        terminal::disable_raw_mode()?;
        terminal::enable_raw_mode()?;
        let mut bytes = Vec::new();
        // A thin cursor: it marks the selection for screen readers and magnifiers without hiding a letter.
        queue!(bytes, EnterAlternateScreen, EnableBracketedPaste, SetCursorStyle::SteadyBar)?;
        queue!(bytes, Mouse(self.has_mouse.load(Ordering::SeqCst)))?;
        write(&bytes)
    }

    /// Enables or disables the mouse, at once if the terminal is taken. When off, the terminal's own text selection
    /// works.
    pub fn enable_mouse(&self, on: bool) -> io::Result<()> {
        let is_change = self.has_mouse.swap(on, Ordering::SeqCst) != on;
        if is_change && self.is_ours.load(Ordering::SeqCst) { write(&bytes_of(Mouse(on))) } else { Ok(()) }
    }

    /// Records that the terminal was sent a query.
    pub fn asked(&self) {
        let mut question = self.question.0.lock().unwrap_or_else(PoisonError::into_inner);
        *question = Some((Instant::now(), question.map_or(0, |(_, pending)| pending) + 1));
    }

    /// Records that the terminal has answered.
    pub fn answered(&self) {
        let mut question = self.question.0.lock().unwrap_or_else(PoisonError::into_inner);
        *question =
            question.and_then(|(asked, pending)| Some((asked, pending.checked_sub(1).filter(|&left| left > 0)?)));
        self.question.1.notify_all();
    }

    /// Records that pictures were sent, to be deleted when the terminal is given back.
    pub fn sent_pictures(&self) {
        self.has_pictures.store(true, Ordering::SeqCst);
    }

    /// Waits a moment for a pending answer, which would otherwise reach the next program in the terminal. A terminal
    /// that has been silent for long does not know the query. Returns whether it waited.
    pub fn settle(&self) -> bool {
        let (question, changed) = &*self.question;
        let question = question.lock().unwrap_or_else(PoisonError::into_inner);
        let is_open = |asked: Instant| self.is_ours.load(Ordering::SeqCst) && asked.elapsed() < ANSWER;
        let Some(asked) = question.map(|(asked, _)| asked).filter(|&asked| is_open(asked)) else { return false };
        let moment = LAST_ANSWER.min(ANSWER.saturating_sub(asked.elapsed()));
        drop(changed.wait_timeout_while(question, moment, |question| question.is_some()));
        true
    }

    /// Gives the terminal back; further calls do nothing.
    pub fn leave(&self) {
        if !self.is_ours.swap(false, Ordering::SeqCst) {
            return;
        }
        // Non-blocking calls first: a terminal that blocks writes still gets its modes back.
        let _ = terminal::disable_raw_mode();
        let mut bytes = Vec::new();
        if self.has_pictures.swap(false, Ordering::SeqCst) {
            bytes.extend_from_slice(kitty::DELETE_ALL);
        }
        let (end_update, shape) = (EndSynchronizedUpdate, SetCursorStyle::DefaultUserShape);
        if queue!(bytes, end_update, ResetColor, shape, Mouse(false), DisableBracketedPaste, LeaveAlternateScreen, Show)
            .is_ok()
        {
            let _ = write(&bytes);
        }
    }

    /// Returns the panic reports held back so far. Later ones are printed at once.
    pub fn reports(&self) -> Vec<CleanBuf> {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }
}

/// Enables or disables mouse reports of presses, drags and the wheel, with coordinates of any size (SGR).
///
/// crossterm's own command also requests every movement of the mouse: useless traffic and work.
struct Mouse(bool);

impl Command for Mouse {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        f.write_str(if self.0 { "\x1b[?1000h\x1b[?1002h\x1b[?1006h" } else { "\x1b[?1006l\x1b[?1002l\x1b[?1000l" })
    }
}

/// Writes all bytes to the terminal. If another program has made the terminal non-blocking (`O_NONBLOCK` is shared by
/// all that have it open), waits until it accepts more.
///
/// # Errors
/// When the terminal is gone or accepts no more.
pub fn write(mut bytes: &[u8]) -> io::Result<()> {
    // Keeps frames and the output of other threads from mixing.
    let out = io::stdout().lock();
    while !bytes.is_empty() {
        match rustix::io::write(out.as_fd(), bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => {
                // Whatever the result, the next attempt shows it.
                let _ = poll(&mut [PollFd::new(&out, PollFlags::OUT)], None);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The bytes of a command.
pub fn bytes_of(command: impl Command) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to memory does not fail.
    let _ = queue!(bytes, command);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A guard whose terminal counts as taken, without a terminal.
    fn taken() -> Guard {
        Guard {
            is_ours: Arc::new(AtomicBool::new(true)),
            has_mouse: Arc::default(),
            reports: Arc::new(Mutex::new(Some(Vec::new()))),
            question: Arc::default(),
            has_pictures: Arc::default(),
        }
    }

    #[test]
    fn a_pending_answer_is_awaited_for_a_moment() {
        let guard = taken();
        assert!(!guard.settle(), "nothing was asked");
        guard.asked();
        let start = Instant::now();
        assert!(guard.settle() && start.elapsed() >= LAST_ANSWER, "the answer may come yet");
        let of_input = guard.clone();
        let answer = thread::spawn(move || of_input.answered());
        guard.settle();
        answer.join().expect("no panic");
        assert!(!guard.settle(), "it has answered");
        guard.asked();
        guard.asked();
        guard.answered();
        assert!(guard.settle(), "one of two queries is not answered");
        *guard.question.0.lock().expect("no panic") = Instant::now().checked_sub(ANSWER).map(|asked| (asked, 1));
        assert!(!guard.settle(), "it does not answer at all");
        guard.asked();
        guard.is_ours.store(false, Ordering::SeqCst);
        assert!(!guard.settle(), "it is somebody else's");
    }
}
