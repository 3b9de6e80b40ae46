//! The reader in a terminal, and what is read from its screen.

use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tidings::text::grouped;

use crate::terminal::{QUIET, Terminal};

/// The longest wait for anything.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A size that shows the list and the text beside each other, as most windows do.
pub const USUAL: (u16, u16) = (120, 36);

/// What stands after the query while its search runs.
const RUNNING: char = '…';
/// How long the program is watched to see whether it still works, and how often at most.
const LOOK: Duration = Duration::from_millis(500);
const LOOKS: usize = 40;

/// What the screen shows of a search: the prompt, which is marked while the search runs, and the heading of the list with
/// the number of hits.
fn result(screen: &str) -> String {
    let mut lines = screen.lines();
    let prompt = lines.nth(1).unwrap_or_default();
    let heading = lines.find(|line| line.contains("RELEASES")).unwrap_or_default();
    let hits = heading.split("RELEASES").nth(1).and_then(|after| after.split('│').next()).unwrap_or_default();
    format!("{}, {}", prompt.trim(), hits.trim())
}

/// A reader with a home of its own.
pub struct Reader {
    pub terminal: Terminal,
    _home: TempDir,
}

impl Reader {
    /// Starts the reader with these arguments.
    pub fn start(size: (u16, u16), arguments: &[&str]) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let command = [&[env!("CARGO_BIN_EXE_tidings")], arguments].concat();
        Self { terminal: Terminal::start(home.path(), size, &command), _home: home }
    }

    /// Starts the reader with a query and a library, which it does not sync.
    pub fn of_library(library: &Path, query: &str) -> Self {
        let path = library.to_str().expect("a path");
        Self::start(USUAL, &["--offline", "--library", path, "-q", query])
    }

    /// Waits for a text on the screen; returns when it came.
    pub fn wait(&mut self, text: &str) -> Instant {
        self.wait_until(text, |screen| screen.contains(text))
    }

    /// Waits until `ready` holds for the screen; returns when that came.
    pub fn wait_until(&mut self, what: &str, ready: impl Fn(&str) -> bool) -> Instant {
        let came = self.terminal.until(PATIENCE, ready);
        came.unwrap_or_else(|| panic!("{what:?} never came; the screen:\n{}", self.terminal.text()))
    }

    /// Waits until the heading of the list says that so many releases are shown; returns when it came.
    pub fn wait_count(&mut self, count: usize) -> Instant {
        let heading = format!("RELEASES  {}", grouped(count));
        self.wait_until(&heading, |screen| {
            let after = screen.split_once(&*heading).map(|(_, after)| after);
            after.is_some_and(|after| !after.starts_with([',', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']))
        })
    }

    /// The time since the start.
    pub fn since_start(&self, came: Instant) -> Duration {
        came.saturating_duration_since(self.terminal.started)
    }

    /// Types a word letter by letter; returns the times until the screen had settled after each.
    pub fn type_word(&mut self, word: &str) -> Vec<Duration> {
        word.chars().map(|letter| self.terminal.key(&letter.to_string()).settled).collect()
    }

    /// Types a key; returns what it shows in the end of its search.
    pub fn result(&mut self, key: &str) -> String {
        self.terminal.send(key);
        self.settle();
        // The first hits of many releases are shown long before the last ones are known.
        self.wait_until("the end of the search", |screen| !result(screen).contains(RUNNING));
        result(&self.terminal.text())
    }

    /// Types a key; returns the time until the screen shows this result of its search.
    pub fn time_of_result(&mut self, key: &str, expected: &str) -> Duration {
        let sent = self.terminal.send(key);
        self.wait_until(expected, |screen| result(screen) == expected).saturating_duration_since(sent)
    }

    /// Waits until the program does nothing any more, such as finding words. One that never rests is not waited for longer.
    pub fn rest(&mut self) {
        for _ in 0..LOOKS {
            let before = self.terminal.processor_time();
            self.terminal.listen(LOOK);
            if self.terminal.processor_time() == before {
                break;
            }
        }
    }

    /// Waits until nothing is drawn any more.
    pub fn settle(&mut self) {
        self.terminal.quiet(QUIET * 3);
    }
}
