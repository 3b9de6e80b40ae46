//! The steps of a sync of an account, as they are tried, each with its time.

use ratatui::layout::Rect;

use super::frame::{frame, inside, rows, wrapped};
use super::{Next, PopupState};
use crate::app::App;
use crate::app::accounts::Account;
use crate::app::at_server::{About, ServerAnswer, ServerTask};
use crate::app::library::short;
use crate::app::list_cursor::steps;
use crate::keymap::{Action, Scope};
use crate::sync::CheckStep;
use crate::text::{CleanBuf, grouped};

/// Columns of the names and times of the steps, with a blank behind each.
pub const HEAD: u16 = 24;

/// The open popup.
#[derive(Debug, Clone, Default)]
pub struct AccountCheck {
    account: CleanBuf,
    /// The number of the task, while it runs.
    number: Option<u64>,
    steps: Vec<CheckStep>,
    /// Why the task could not be carried out.
    error: Option<CleanBuf>,
    /// The first visible line.
    pub scroll: usize,
}

/// A line of the popup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckLine {
    /// The name of the step and the time it took; none on further lines of its result.
    pub head: Option<(&'static str, String)>,
    /// The result.
    pub text: CleanBuf,
    /// Whether it is an error.
    pub is_wrong: bool,
}

impl AccountCheck {
    /// Returns the lines, wrapped to a width.
    #[must_use]
    pub fn lines(&self, columns: u16) -> Vec<CheckLine> {
        let mut lines = Vec::new();
        let mut push = |mut head: Option<(&'static str, String)>, text: &str, columns: u16, is_wrong: bool| {
            for text in wrapped(text, columns) {
                lines.push(CheckLine { head: head.take(), text, is_wrong });
            }
        };
        for CheckStep { name, took, outcome } in &self.steps {
            let took = format!("{} ms", grouped(usize::try_from(took.as_millis()).unwrap_or(usize::MAX)));
            let (Ok(text) | Err(text)) = outcome;
            push(Some((name, took)), text.as_str(), columns.saturating_sub(HEAD), outcome.is_err());
        }
        let name = short(&self.account);
        match (&self.error, self.number) {
            (Some(error), _) => push(None, error.as_str(), columns, true),
            (None, Some(_)) => push(None, &format!("asking {name}…"), columns, false),
            (None, None) if self.steps.iter().all(|step| step.outcome.is_ok()) => {
                push(None, &format!("{name} can be synced"), columns, false);
            }
            (None, None) => {}
        }
        lines
    }
}

impl PopupState for AccountCheck {
    fn scope(&self) -> Scope {
        Scope::Problems
    }

    fn title(&self) -> &'static str {
        "Check account"
    }

    fn frame(&self, app: &App) -> Rect {
        let body = app.layout().body;
        frame(body, self.lines(inside(frame(body, 1)).width).len())
    }

    fn act(&mut self, app: &mut App, action: Action) -> Next {
        let Some(by) = steps(action, rows(self.frame(app), 0)) else {
            if let Some(number) = self.number {
                app.forget_server_task(number);
            }
            return Next::Close;
        };
        self.scroll = self.scroll.saturating_add_signed(by);
        Next::Stay
    }

    fn wheel(&mut self, _app: &App, lines: isize) {
        self.scroll = self.scroll.saturating_add_signed(lines);
    }

    fn settle(&mut self, app: &App) {
        let frame = self.frame(app);
        self.scroll = self.scroll.min(self.lines(inside(frame).width).len().saturating_sub(rows(frame, 0)));
    }
}

impl App {
    /// Tries the steps of a sync of an account and shows them.
    pub(in crate::app) fn open_account_check(&mut self, account: &Account) {
        if self.is_offline() {
            return;
        }
        let what = format!("checking {}…", short(&account.name));
        let number = self.ask_server(ServerTask::Check { account: account.id }, what, About::Check);
        let account = account.name.clone();
        self.popups.push(AccountCheck { account, number: Some(number), ..AccountCheck::default() });
    }

    /// Shows a step that was tried.
    pub(in crate::app) fn account_checked(&mut self, number: u64, step: CheckStep) {
        if let Some(check) = self.popups.find_mut::<AccountCheck>().filter(|check| check.number == Some(number)) {
            check.steps.push(step);
        }
    }

    /// Shows that all steps were tried, or why not.
    pub(in crate::app) fn account_check_ended(&mut self, number: u64, answer: Result<ServerAnswer, CleanBuf>) {
        if let Some(check) = self.popups.find_mut::<AccountCheck>().filter(|check| check.number == Some(number)) {
            check.number = None;
            check.error = answer.err();
        }
    }
}
