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
    /// A topic of the user's own.
    Topics,
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

/// The severity of a notice, which decides how long it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// News, or the outcome of an action. Shown until the next key.
    Info,
    /// An error. Shown until it is dismissed or its cause is gone.
    Error(Cause),
}

/// A message to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its severity.
    pub severity: Severity,
    /// The file or address concerned, if there can be several. A newer error of the same kind and subject replaces this
    /// one.
    pub subject: CleanBuf,
    /// The message.
    pub text: CleanBuf,
}

impl Notice {
    /// Creates a notice of news or of the outcome of an action.
    #[must_use]
    pub fn info(text: CleanBuf) -> Self {
        Self { severity: Severity::Info, subject: CleanBuf::default(), text }
    }

    /// Returns an error whose kind has a single subject.
    #[must_use]
    pub fn error(cause: Cause, text: CleanBuf) -> Self {
        Self { severity: Severity::Error(cause), subject: CleanBuf::default(), text }
    }

    /// Returns an error about a file or an address.
    #[must_use]
    pub fn error_about(cause: Cause, subject: &CleanBuf, text: CleanBuf) -> Self {
        Self { severity: Severity::Error(cause), subject: subject.clone(), text }
    }

    /// Creates a notice of a bug in this program.
    #[must_use]
    pub fn defect(text: CleanBuf) -> Self {
        Self::error_about(Cause::Defect, &text.clone(), text)
    }

    /// Whether this is a single event rather than a lasting state. Once read, an event is no longer counted.
    fn is_event(&self) -> bool {
        use Cause::{Defect, Export, Fetch, Program};
        matches!(self.severity, Severity::Info | Severity::Error(Export | Fetch | Program | Defect))
    }

    /// Whether this is an error of a kind.
    fn is_of(&self, cause: Cause) -> bool {
        self.severity == Severity::Error(cause)
    }
}

/// The latest news and all errors, shown in the status bar and in the list of problems.
#[derive(Debug, Clone, Default)]
pub struct Notices {
    /// The latest news, until the next key.
    info: Option<CleanBuf>,
    /// Each error, and whether the user has read it; newest last.
    errors: Vec<(Notice, bool)>,
}

impl Notices {
    /// Adds a notice. News replaces earlier news, and the failure of a program the news that it was started. A repeated
    /// error with the same text stays read.
    pub(super) fn add(&mut self, notice: Notice) {
        if notice.severity == Severity::Info {
            self.info = Some(notice.text);
            return;
        }
        if notice.is_of(Cause::Program) {
            self.info = None;
        }
        let same = |(one, _): &(Notice, bool)| (one.severity, &one.subject) == (notice.severity, &notice.subject);
        let before = self.errors.iter().position(same).map(|at| self.errors.remove(at));
        let is_read = before.is_some_and(|(one, is_read)| is_read && !one.is_event() && one.text == notice.text);
        self.errors.push((notice, is_read));
        let surplus = self.errors.len().saturating_sub(MOST);
        self.errors.drain(..surplus);
    }

    /// Clears the news: the user has pressed a key. Errors stay.
    pub(super) fn clear_info(&mut self) {
        self.info = None;
    }

    /// Removes the error about a subject: its cause is gone.
    pub(super) fn clear(&mut self, cause: Cause, subject: &CleanBuf) {
        self.errors.retain(|(one, _)| !(one.is_of(cause) && one.subject == *subject));
    }

    /// Replaces all errors of a kind.
    pub(super) fn replace(&mut self, cause: Cause, errors: Vec<Notice>) {
        self.errors.retain(|(one, _)| !one.is_of(cause) || errors.iter().any(|other| one.subject == other.subject));
        for error in errors {
            self.add(error);
        }
    }

    /// Marks all errors read. Returns whether any was unread.
    pub(super) fn read(&mut self) -> bool {
        let is_news = self.errors.iter().any(|(_, is_read)| !is_read);
        self.errors.iter_mut().for_each(|(_, is_read)| *is_read = true);
        is_news
    }

    /// Returns the news that the status bar shows.
    #[must_use]
    pub fn info(&self) -> Option<&CleanBuf> {
        self.info.as_ref()
    }

    /// Returns the newest unread error and the number of other unread ones.
    #[must_use]
    pub fn unread(&self) -> Option<(&Notice, usize)> {
        let mut unread = self.errors.iter().rev().filter(|(_, is_read)| !is_read).map(|(error, _)| error);
        Some((unread.next()?, unread.count()))
    }

    /// Returns all errors, newest first.
    pub fn errors(&self) -> impl Iterator<Item = &Notice> {
        self.errors.iter().rev().map(|(error, _)| error)
    }

    /// The number of errors that are unread or still apply.
    #[must_use]
    pub fn error_count(&self) -> usize {
        self.errors.iter().filter(|(error, is_read)| !is_read || !error.is_event()).count()
    }
}

impl App {
    /// Shows news or the outcome of an action until the next key.
    pub(super) fn inform(&mut self, text: impl AsRef<str>) {
        self.notices.add(Notice::info(CleanBuf::line(text.as_ref())));
    }

    /// Reports an error, which stays until the user dismisses it or its cause is gone.
    pub(super) fn report(&mut self, error: Notice) {
        self.notices.add(error);
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

    fn export(file: &str) -> Notice {
        Notice::error_about(Cause::Export, &line(file), line(&format!("{file}: disk full")))
    }

    fn shown(reader: &TestApp) -> Option<String> {
        reader.app.notices.unread().map(|(error, _)| error.text.to_string())
    }

    #[test]
    fn an_error_stays_until_it_is_read() {
        for read in ["Esc", "!"] {
            let mut reader = TestApp::new(150, 40);
            reader.send(Msg::Notice(export("a.json")));
            reader.keys("j s");
            assert_eq!((shown(&reader).as_deref(), reader.note()), (Some("a.json: disk full"), "starred"));
            reader.send(Msg::info(line("5 new releases")));
            assert_eq!(shown(&reader).as_deref(), Some("a.json: disk full"), "news leaves it");
            reader.keys(read);
            assert_eq!((shown(&reader), reader.app.notices.error_count()), (None, 0), "{read}");
            assert_eq!(reader.app.notices.errors().count(), 1, "it is still listed");
        }
    }

    #[test]
    fn a_program_that_fails_replaces_the_news_that_it_was_started() {
        let mut reader = TestApp::new(150, 40);
        reader.send(Msg::info(line("opening a.example…")));
        reader.send(Msg::Notice(Notice::error_about(Cause::Program, &line("browser"), line("no browser found"))));
        assert_eq!((shown(&reader).as_deref(), reader.note()), (Some("no browser found"), ""));
    }

    #[test]
    fn an_error_disappears_with_its_cause() {
        let mut reader = TestApp::new(150, 40);
        reader.send(Msg::Notice(export("a.json")));
        reader.send(Msg::Notice(export("b.json")));
        assert_eq!(
            reader.app.notices.unread().map(|(error, more)| (error.text.as_str(), more)),
            Some(("b.json: disk full", 1))
        );
        reader.send(Msg::Succeeded(Cause::Export, line("b.json")));
        assert_eq!(shown(&reader).as_deref(), Some("a.json: disk full"));
        reader.send(Msg::Succeeded(Cause::Export, line("a.json")));
        assert_eq!((shown(&reader), reader.app.notices.errors().count()), (None, 0));
    }

    #[test]
    fn a_lasting_error_stays_counted_and_is_shown_once() {
        let mut reader = TestApp::new(150, 40);
        let theme = |text: &str| Notice::error_about(Cause::Themes, &line("sea.toml"), line(text));
        reader.send(Msg::Themes(std::sync::Arc::default(), vec![theme("line 1: unknown colour")]));
        reader.keys("Esc");
        assert_eq!((shown(&reader), reader.app.problem_count()), (None, 1));
        reader.send(Msg::Themes(std::sync::Arc::default(), vec![theme("line 1: unknown colour")]));
        assert_eq!(shown(&reader), None, "the same error is not shown again");
        reader.send(Msg::Themes(std::sync::Arc::default(), vec![theme("line 2: unknown colour")]));
        assert_eq!(shown(&reader).as_deref(), Some("line 2: unknown colour"));
        reader.send(Msg::Themes(std::sync::Arc::default(), Vec::new()));
        assert_eq!((shown(&reader), reader.app.problem_count()), (None, 0), "a repaired theme is no problem");
    }
}
