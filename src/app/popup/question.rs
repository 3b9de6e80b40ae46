//! A question before something that cannot be undone, or that can be done in several ways.

use ratatui::layout::Rect;

use super::frame::{frame, inside, rows, wrapped};
use super::{Next, PopupState};
use crate::app::App;
use crate::app::library::LibraryCommand;
use crate::app::list_cursor::ListCursor;
use crate::keymap::{Action, Scope};
use crate::library::{AccountId, SourceId};
use crate::query::Query;
use crate::text::CleanBuf;

/// The open question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    title: &'static str,
    text: Vec<String>,
    /// The answers, each with what it does.
    options: Vec<(CleanBuf, Answer)>,
    /// The cursor among the answers.
    pub cursor: ListCursor,
}

/// What an answer does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Remove an account, and delete the releases that came only through it if so chosen.
    RemoveAccount {
        /// The account.
        account: AccountId,
        /// Whether to delete the releases.
        deletes: bool,
    },
    /// Stop following a feed.
    Unsubscribe {
        /// The feed.
        source: SourceId,
        /// Whether at the servers.
        at_server: bool,
        /// Whether here.
        here: bool,
    },
    /// Sync an account.
    Sync(AccountId),
    /// Read all entries of an account for a query.
    SearchEverything(AccountId, Query),
}

impl Question {
    /// Asks a question; closing it does nothing.
    pub(in crate::app) fn new(title: &'static str, text: Vec<String>, options: Vec<(String, Answer)>) -> Self {
        let options = options.into_iter().map(|(text, answer)| (CleanBuf::line(&text), answer)).collect();
        Self { title, text, options, cursor: ListCursor::default() }
    }

    /// Returns the lines above the answers.
    #[must_use]
    pub fn lines(&self, app: &App) -> Vec<CleanBuf> {
        let columns = inside(frame(app.layout().body, 1)).width;
        let mut lines: Vec<CleanBuf> = self.text.iter().flat_map(|text| wrapped(text, columns)).collect();
        lines.push(CleanBuf::default());
        // The answers matter most.
        let room = usize::from(inside(frame(app.layout().body, usize::from(u16::MAX))).height);
        lines.truncate(room.saturating_sub(self.options.len()));
        lines
    }

    /// Returns the answers.
    pub fn options(&self) -> impl Iterator<Item = &CleanBuf> {
        self.options.iter().map(|(text, _)| text)
    }

    fn answer(&self, app: &mut App) -> Next {
        if let Some((_, answer)) = self.options.get(self.cursor.at) {
            app.carry_out_answer(answer.clone());
        }
        Next::Close
    }
}

impl PopupState for Question {
    fn scope(&self) -> Scope {
        Scope::Question
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn frame(&self, app: &App) -> Rect {
        frame(app.layout().body, self.lines(app).len() + self.options.len())
    }

    fn act(&mut self, app: &mut App, action: Action) -> Next {
        match action {
            Action::Close => return Next::Close,
            Action::Answer => return self.answer(app),
            _ => {
                let rows = rows(self.frame(app), self.lines(app).len());
                self.cursor.act(action, rows, self.options.len());
            }
        }
        Next::Stay
    }

    /// Selects the clicked answer; gives it if it was selected already.
    fn press(&mut self, app: &mut App, line: usize) -> Next {
        let before = self.cursor.at;
        let Some(row) = line.checked_sub(self.lines(app).len()) else { return Next::Stay };
        if self.cursor.press(row, self.options.len()) && self.cursor.at == before {
            return self.answer(app);
        }
        Next::Stay
    }

    fn wheel(&mut self, _app: &App, lines: isize) {
        self.cursor.step(lines, self.options.len());
    }

    fn settle(&mut self, app: &App) {
        self.cursor.settle(rows(self.frame(app), self.lines(app).len()), self.options.len());
    }
}

impl App {
    fn carry_out_answer(&mut self, answer: Answer) {
        match answer {
            Answer::RemoveAccount { account, deletes } => self.remove_account(account, deletes),
            Answer::Unsubscribe { source, at_server: true, here } => self.unsubscribe_at(source, here),
            Answer::Unsubscribe { source, .. } => {
                self.inform("tidings no longer fetches the feed itself");
                self.command(LibraryCommand::StopFetching(source));
            }
            Answer::Sync(account) => self.sync_accounts(&[account]),
            Answer::SearchEverything(account, query) => self.search_account(account, query, true),
        }
    }
}
