//! Notices and errors. An error stays in the status bar until the user dismisses it or its cause is gone, and in the list
//! of problems until its cause is gone.

use super::App;
use crate::text::CleanBuf;

/// Maximum number of errors; the oldest is dropped.
const MOST: usize = 200;

/// The kind of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A source cannot be read.
    Source,
    /// The configuration.
    Settings,
    /// A theme of the user.
    Themes,
    /// The library.
    Library,
    /// Marks cannot be saved.
    Marks,
    /// A sync.
    Sync,
    /// A file could not be written.
    Export,
    /// An address could not be fetched.
    Fetch,
    /// A program failed or could not be run.
    Program,
    /// A bug in this program.
    Defect,
}

/// An error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Its kind.
    pub cause: Cause,
    /// The file or address concerned. A newer error of the same kind and subject replaces this one.
    pub subject: CleanBuf,
    /// The message.
    pub text: CleanBuf,
}

impl Failure {
    /// Returns an error whose kind has a single subject.
    #[must_use]
    pub fn new(cause: Cause, text: CleanBuf) -> Self {
        Self { cause, subject: CleanBuf::default(), text }
    }

    /// Returns an error about a file or an address.
    #[must_use]
    pub fn of(cause: Cause, subject: &CleanBuf, text: CleanBuf) -> Self {
        Self { cause, subject: subject.clone(), text }
    }

    /// Whether this is a single event rather than a lasting state. Once read, an event is no longer counted.
    fn is_event(&self) -> bool {
        matches!(self.cause, Cause::Export | Cause::Fetch | Cause::Program | Cause::Defect)
    }
}

/// A message to the user, by severity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// News, or the outcome of an action. Shown until the next key.
    Info(CleanBuf),
    /// An error. Shown until it is dismissed or its cause is gone.
    Error(Failure),
}

impl Notice {
    /// Returns the message.
    #[must_use]
    pub fn text(&self) -> &CleanBuf {
        match self {
            Self::Info(text) => text,
            Self::Error(failure) => &failure.text,
        }
    }
}

/// All errors, newest last.
#[derive(Debug, Clone, Default)]
pub struct Failures {
    /// Each error, and whether the user has read it.
    list: Vec<(Failure, bool)>,
}

impl Failures {
    /// Adds an error. A repeated one with the same text stays read.
    pub(super) fn add(&mut self, failure: Failure) {
        let same = |(one, _): &(Failure, bool)| (one.cause, &one.subject) == (failure.cause, &failure.subject);
        let before = self.list.iter().position(same).map(|at| self.list.remove(at));
        let is_read = before.is_some_and(|(one, is_read)| is_read && !one.is_event() && one.text == failure.text);
        self.list.push((failure, is_read));
        let surplus = self.list.len().saturating_sub(MOST);
        self.list.drain(..surplus);
    }

    /// Removes the error about a subject: its cause is gone.
    pub(super) fn clear(&mut self, cause: Cause, subject: &CleanBuf) {
        self.list.retain(|(one, _)| (one.cause, &one.subject) != (cause, subject));
    }

    /// Replaces all errors of a kind.
    pub(super) fn replace(&mut self, cause: Cause, failures: Vec<Failure>) {
        self.list.retain(|(one, _)| one.cause != cause || failures.iter().any(|other| one.subject == other.subject));
        for failure in failures {
            self.add(failure);
        }
    }

    /// Marks all errors read. Returns whether any was unread.
    pub(super) fn read(&mut self) -> bool {
        let is_news = self.list.iter().any(|(_, is_read)| !is_read);
        self.list.iter_mut().for_each(|(_, is_read)| *is_read = true);
        is_news
    }

    /// Returns the newest unread error and the number of other unread ones.
    #[must_use]
    pub fn unread(&self) -> Option<(&Failure, usize)> {
        let mut unread = self.list.iter().rev().filter(|(_, is_read)| !is_read).map(|(failure, _)| failure);
        Some((unread.next()?, unread.count()))
    }

    /// Returns all errors, newest first.
    pub fn iter(&self) -> impl Iterator<Item = &Failure> {
        self.list.iter().rev().map(|(failure, _)| failure)
    }

    /// The number of errors that are unread or still apply.
    #[must_use]
    pub fn count(&self) -> usize {
        self.list.iter().filter(|(failure, is_read)| !is_read || !failure.is_event()).count()
    }
}

impl App {
    /// Reports a bug in this program.
    pub(super) fn defect(&mut self, text: &CleanBuf) {
        self.failures.add(Failure::of(Cause::Defect, text, text.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::app::tests::TestApp;

    fn line(text: &str) -> CleanBuf {
        CleanBuf::line(text)
    }

    fn export(file: &str) -> Failure {
        Failure::of(Cause::Export, &line(file), line(&format!("{file}: disk full")))
    }

    fn shown(reader: &TestApp) -> Option<String> {
        reader.app.failures.unread().map(|(failure, _)| failure.text.to_string())
    }

    #[test]
    fn an_error_stays_until_it_is_read() {
        for read in ["Esc", "!"] {
            let mut reader = TestApp::new(150, 40);
            reader.send(Msg::error(export("a.json")));
            reader.keys("j s");
            assert_eq!((shown(&reader).as_deref(), reader.note()), (Some("a.json: disk full"), "starred"));
            reader.send(Msg::info(line("5 new releases")));
            assert_eq!(shown(&reader).as_deref(), Some("a.json: disk full"), "other news leave it");
            reader.keys(read);
            assert_eq!((shown(&reader), reader.app.failures.count()), (None, 0), "{read}");
            assert_eq!(reader.app.failures.iter().count(), 1, "it is still listed");
        }
    }

    #[test]
    fn an_error_goes_with_its_cause() {
        let mut reader = TestApp::new(150, 40);
        reader.send(Msg::error(export("a.json")));
        reader.send(Msg::error(export("b.json")));
        assert_eq!(
            reader.app.failures.unread().map(|(failure, more)| (failure.text.as_str(), more)),
            Some(("b.json: disk full", 1))
        );
        reader.send(Msg::Succeeded(Cause::Export, line("b.json")));
        assert_eq!(shown(&reader).as_deref(), Some("a.json: disk full"));
        reader.send(Msg::Succeeded(Cause::Export, line("a.json")));
        assert_eq!((shown(&reader), reader.app.failures.iter().count()), (None, 0));
    }

    #[test]
    fn what_lasts_is_counted_after_it_was_read_and_told_once() {
        let mut reader = TestApp::new(150, 40);
        let theme = |text: &str| Failure::of(Cause::Themes, &line("sea.toml"), line(text));
        reader.send(Msg::Themes(std::sync::Arc::default(), vec![theme("line 1: unknown colour")]));
        reader.keys("Esc");
        assert_eq!((shown(&reader), reader.app.problem_count()), (None, 1));
        reader.send(Msg::Themes(std::sync::Arc::default(), vec![theme("line 1: unknown colour")]));
        assert_eq!(shown(&reader), None, "the same is not told again");
        reader.send(Msg::Themes(std::sync::Arc::default(), vec![theme("line 2: unknown colour")]));
        assert_eq!(shown(&reader).as_deref(), Some("line 2: unknown colour"));
        reader.send(Msg::Themes(std::sync::Arc::default(), Vec::new()));
        assert_eq!((shown(&reader), reader.app.problem_count()), (None, 0), "a theme that was mended is no problem");
    }
}
