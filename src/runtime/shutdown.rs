//! The end of the reader: one owner for everything that must be put in order, whatever ends it.
//!
//! It gives the terminal back, finishes or removes exports, writes the library, and reports what could not be saved.
//! The loop does this with a line that says what is awaited; after an error, a panic or a signal it is done with a
//! short deadline.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::downloads::Downloads;
use super::exports::Exports;
use super::library_writer::{LibraryWriter, Unsaved};
use super::terminal::Guard;
use crate::text::{CleanBuf, grouped};

/// How long the library and exports may take after a signal or an error.
pub(super) const HURRY: Duration = Duration::from_secs(5);

/// Everything to put in order. Clones share it: the loop, and the thread that ends the process by force.
#[derive(Clone)]
pub(super) struct Cleanup {
    pub guard: Guard,
    pub writer: LibraryWriter,
    pub exports: Exports,
    pub downloads: Downloads,
    /// Whether the terminal has been given back for good.
    has_left: Arc<AtomicBool>,
}

impl Cleanup {
    /// Gives the terminal back for good.
    pub fn leave(&self) {
        self.guard.settle();
        self.guard.leave();
        self.has_left.store(true, Ordering::SeqCst);
    }

    /// Whether the terminal has been given back for good.
    pub fn has_left(&self) -> bool {
        self.has_left.load(Ordering::SeqCst)
    }

    /// Puts everything in order within [`HURRY`]; returns what could not be saved.
    pub fn hurry(&self) -> Vec<CleanBuf> {
        self.leave();
        self.finish_writing()
    }

    /// The same without the terminal.
    pub fn finish_writing(&self) -> Vec<CleanBuf> {
        let until = Instant::now() + HURRY;
        let mut ending = self.writer.end(None);
        ending.wait(until);
        self.exports.wait(until);
        self.downloads.wait(until);
        let files = [self.exports.cancel(), self.downloads.cancel()];
        describe(ending.give_up(), (0, Vec::new()), &files)
    }
}

/// The owner. If dropped without [`Shutdown::done`], after an error or a panic, it puts everything in order and prints
/// what could not be saved.
pub(super) struct Shutdown {
    cleanup: Cleanup,
    is_done: bool,
}

impl Shutdown {
    /// Takes ownership of these.
    pub fn new(guard: Guard, writer: LibraryWriter, exports: Exports, downloads: Downloads) -> Self {
        Self { cleanup: Cleanup { guard, writer, exports, downloads, has_left: Arc::default() }, is_done: false }
    }

    /// The parts to put in order.
    pub fn cleanup(&self) -> &Cleanup {
        &self.cleanup
    }

    /// Marks the shutdown as complete, so that dropping it does nothing.
    pub fn done(mut self) {
        self.is_done = true;
        self.cleanup.leave();
    }
}

impl Drop for Shutdown {
    #[expect(clippy::print_stderr, reason = "the reader has ended, and this is the last chance to say what is lost")]
    fn drop(&mut self) {
        if self.is_done {
            return;
        }
        let unsaved = self.cleanup.hurry();
        for line in unsaved.iter().chain(&self.cleanup.guard.reports()) {
            eprintln!("tidings: {line}");
        }
    }
}

/// Lists what could not be saved, one line each: the number and names of unconfirmed marks, other failures of the
/// library, and cancelled files.
pub(super) fn describe(
    saved: Result<Unsaved, CleanBuf>,
    (number, names): (usize, Vec<CleanBuf>),
    [exports, downloads]: &[Vec<CleanBuf>; 2],
) -> Vec<CleanBuf> {
    let (of_marks, others) = match saved {
        Ok(Unsaved { marks, others }) => (marks, others),
        Err(reason) => {
            let message = format!("the last changes may not be saved: {reason}");
            ((number > 0).then_some((number, reason)), vec![CleanBuf::line(&message)])
        }
    };
    let mut lines = Vec::new();
    if let Some((of_library, reason)) = of_marks {
        let marks = match number.max(of_library) {
            1 => "1 mark is".to_owned(),
            marks => format!("{} marks are", grouped(marks)),
        };
        lines.push(CleanBuf::line(&format!("{marks} not saved: {reason}")));
        lines.extend(names);
    }
    lines.extend(others);
    lines.extend(exports.iter().map(|file| CleanBuf::line(&format!("{file}: not written: cancelled"))));
    let cancelled =
        |file| CleanBuf::line(&format!("{file}: not downloaded: cancelled; the next download continues it"));
    lines.extend(downloads.iter().map(cancelled));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsaved_changes_are_listed_by_name() {
        let line = CleanBuf::line;
        let lines = |saved, pending, files: &[CleanBuf]| {
            describe(saved, pending, &[files.to_vec(), Vec::new()]).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let unsaved =
            || Unsaved { marks: Some((1, line("disk full"))), others: vec![line("cannot save a change: disk full")] };
        assert_eq!(lines(Ok(Unsaved::default()), (0, Vec::new()), &[]), [""; 0]);
        assert_eq!(
            lines(Ok(unsaved()), (1, vec![line("read: One")]), &[line("all.md")]),
            [
                "1 mark is not saved: disk full",
                "read: One",
                "cannot save a change: disk full",
                "all.md: not written: cancelled"
            ]
        );
        // A missing answer does not mean that everything was saved.
        assert_eq!(
            lines(Err(line("locked")), (2_000, vec![line("read: One")]), &[]),
            ["2,000 marks are not saved: locked", "read: One", "the last changes may not be saved: locked"]
        );
        assert_eq!(lines(Err(line("locked")), (0, Vec::new()), &[]), ["the last changes may not be saved: locked"]);
    }
}
