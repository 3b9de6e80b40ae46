//! What went wrong: an error stays in the bottom line until it is read or its cause is gone, and in the list of problems
//! until its cause is gone.

use super::App;
use crate::text::CleanBuf;

/// Failures that are kept at the most; of more the oldest goes.
const MOST: usize = 200;

/// What a failure is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A source that cannot be read.
    Source,
    /// The configuration.
    Settings,
    /// The themes of the user.
    Themes,
    /// The library.
    Library,
    /// Marks that cannot be saved.
    Marks,
    /// A sync.
    Sync,
    /// A file that could not be written.
    Export,
    /// An address that could not be fetched.
    Fetch,
    /// A program that could not be run, or failed.
    Program,
    /// A defect of this program.
    Defect,
}

/// Something that went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What it is about.
    pub cause: Cause,
    /// Which one of those: a file, an address; a newer failure of the same takes its place.
    pub subject: CleanBuf,
    /// What to tell.
    pub text: CleanBuf,
}

impl Failure {
    /// A failure of the only one of its kind.
    #[must_use]
    pub fn new(cause: Cause, text: CleanBuf) -> Self {
        Self { cause, subject: CleanBuf::default(), text }
    }

    /// A failure of one among several: of this file, or address.
    #[must_use]
    pub fn of(cause: Cause, subject: &CleanBuf, text: CleanBuf) -> Self {
        Self { cause, subject: subject.clone(), text }
    }

    /// Whether it happened once, and is over with that: what is read need not be told again.
    fn is_event(&self) -> bool {
        matches!(self.cause, Cause::Export | Cause::Fetch | Cause::Program | Cause::Defect)
    }
}

/// Something that the user is to know, by severity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// News, or the outcome of an action: shown until the next key.
    Info(CleanBuf),
    /// An error: shown until it is read or its cause is gone.
    Error(Failure),
}

impl Notice {
    /// The text.
    #[must_use]
    pub fn text(&self) -> &CleanBuf {
        match self {
            Self::Info(text) => text,
            Self::Error(failure) => &failure.text,
        }
    }
}

/// All that went wrong, the newest last.
#[derive(Debug, Clone, Default)]
pub struct Failures {
    /// Each with whether the user has read it.
    list: Vec<(Failure, bool)>,
}

impl Failures {
    /// Adds one. What is told again in the same words stays read.
    pub(super) fn add(&mut self, failure: Failure) {
        let same = |(one, _): &(Failure, bool)| (one.cause, &one.subject) == (failure.cause, &failure.subject);
        let before = self.list.iter().position(same).map(|at| self.list.remove(at));
        let is_read = before.is_some_and(|(one, is_read)| is_read && !one.is_event() && one.text == failure.text);
        self.list.push((failure, is_read));
        let surplus = self.list.len().saturating_sub(MOST);
        self.list.drain(..surplus);
    }

    /// The cause of one is gone.
    pub(super) fn clear(&mut self, cause: Cause, subject: &CleanBuf) {
        self.list.retain(|(one, _)| (one.cause, &one.subject) != (cause, subject));
    }

    /// Those of a kind are these from now on, and no others.
    pub(super) fn replace(&mut self, cause: Cause, failures: Vec<Failure>) {
        self.list.retain(|(one, _)| one.cause != cause || failures.iter().any(|other| one.subject == other.subject));
        for failure in failures {
            self.add(failure);
        }
    }

    /// All of them are read; whether any was not.
    pub(super) fn read(&mut self) -> bool {
        let is_news = self.list.iter().any(|(_, is_read)| !is_read);
        self.list.iter_mut().for_each(|(_, is_read)| *is_read = true);
        is_news
    }

    /// The newest one that is not read, and how many others are not.
    #[must_use]
    pub fn unread(&self) -> Option<(&Failure, usize)> {
        let mut unread = self.list.iter().rev().filter(|(_, is_read)| !is_read).map(|(failure, _)| failure);
        Some((unread.next()?, unread.count()))
    }

    /// All that is to be told: the newest first.
    pub fn iter(&self) -> impl Iterator<Item = &Failure> {
        self.list.iter().rev().map(|(failure, _)| failure)
    }

    /// How many there are that are not over.
    #[must_use]
    pub fn count(&self) -> usize {
        self.list.iter().filter(|(failure, is_read)| !is_read || !failure.is_event()).count()
    }
}

impl App {
    /// Something broke that the user has no part in.
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
        assert_eq!((shown(&reader), reader.app.load_wrong()), (None, 1));
        reader.send(Msg::Themes(std::sync::Arc::default(), vec![theme("line 1: unknown colour")]));
        assert_eq!(shown(&reader), None, "the same is not told again");
        reader.send(Msg::Themes(std::sync::Arc::default(), vec![theme("line 2: unknown colour")]));
        assert_eq!(shown(&reader).as_deref(), Some("line 2: unknown colour"));
        reader.send(Msg::Themes(std::sync::Arc::default(), Vec::new()));
        assert_eq!((shown(&reader), reader.app.load_wrong()), (None, 0), "a theme that was mended is no problem");
    }
}
