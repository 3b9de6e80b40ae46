//! Forms of one to three lines: a feed to subscribe to, a name, a folder, a command.
//!
//! A form shows what is wrong with its input and stays open. After an address is entered, it waits for the library's
//! answer; closing it does not cancel the subscription.

mod edit;
mod opening;
mod purpose;
mod through;

use ratatui::layout::Rect;

use super::frame::frame;
use super::{Next, PopupState};
use crate::app::App;
use crate::app::library::LibraryCommand;
use crate::app::prompt::Prompt;
use crate::feed::Rules;
use crate::keymap::{Action, Scope};
use crate::library::{AccountId, Actions};
use crate::net::address::{is_bare, meant};
use crate::text::CleanBuf;
use edit::Trial;
pub use purpose::Purpose;
pub use through::Through;

/// A form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormPopup {
    /// Its purpose.
    pub purpose: Purpose,
    /// The lines.
    pub fields: Vec<Prompt>,
    /// The index of the line with the cursor; the choice is behind the lines of text.
    pub at: usize,
    /// The choice of an account, if there are any.
    pub through: Option<Through>,
    /// What is wrong with the input.
    pub error: Option<CleanBuf>,
    /// The address whose answer the form waits for.
    waits: Option<String>,
    /// The initial texts of the lines.
    begun: Vec<String>,
    /// What the options of a subscription would bring.
    trial: Option<Trial>,
}

impl FormPopup {
    fn new(purpose: Purpose, first: String) -> Self {
        let mut fields = vec![Prompt::default(); purpose.labels().len()];
        fields[0] = Prompt::proposed(first);
        let begun = fields.iter().map(|field| field.text().to_owned()).collect();
        Self { purpose, fields, at: 0, through: None, error: None, waits: None, begun, trial: None }
    }

    /// The number of lines, with that of the choice.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.fields.len() + usize::from(self.through.is_some())
    }

    /// Returns the choice while the cursor is on it.
    fn choice(&mut self) -> Option<&mut Through> {
        let is_there = self.at >= self.fields.len() && self.waits.is_none();
        self.through.as_mut().filter(|_| is_there)
    }

    /// Returns the account that the feed is to be followed through.
    fn account(&self) -> Option<&(AccountId, CleanBuf)> {
        self.through.as_ref().and_then(Through::chosen)
    }

    /// Returns the first visible line if `rows` lines fit.
    #[must_use]
    pub fn top(&self, rows: u16) -> usize {
        (self.at + 1).saturating_sub(usize::from(rows))
    }

    fn text(&self, at: usize) -> &str {
        self.fields.get(at).map_or("", |field| field.text().trim())
    }

    /// Whether the cursor is in the line of a folder.
    fn is_folder(&self) -> bool {
        self.purpose.labels().get(self.at).is_some_and(|(label, _)| *label == "Folder")
    }
}

/// Parses a folder as typed: `Europe/Courts`.
fn folder(typed: &str) -> Vec<String> {
    typed.split('/').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

impl PopupState for FormPopup {
    fn scope(&self) -> Scope {
        Scope::Form
    }

    fn title(&self) -> &'static str {
        self.purpose.title()
    }

    /// Has room for the lines, an empty line, the message, and what the options would bring.
    fn frame(&self, app: &App) -> Rect {
        frame(app.layout().body, self.lines() + 2 + self.preview().len())
    }

    fn act(&mut self, app: &mut App, action: Action) -> Next {
        let count = self.lines();
        match action {
            Action::Close => return Next::Close,
            Action::FormDone => return self.submit(app),
            Action::FormNext => self.go((self.at + 1) % count),
            Action::FormPrevious => self.go((self.at + count - 1) % count),
            Action::PromptLeft | Action::PromptRight if self.choice().is_some() => {
                if let Some(choice) = self.choice() {
                    choice.step(action == Action::PromptLeft);
                }
                self.error = None;
            }
            _ => {
                if self.fields.get_mut(self.at).is_some_and(|field| field.edit(action)) {
                    self.error = None;
                    self.forget_trial();
                }
            }
        }
        Next::Stay
    }

    fn insert(&mut self, text: &str) {
        if let Some(field) = self.fields.get_mut(self.at) {
            field.insert(text);
        }
        self.error = None;
        self.forget_trial();
    }

    /// A click goes to a line; on the choice, it takes the next option.
    fn press(&mut self, _app: &mut App, line: usize) -> Next {
        let count = self.fields.len();
        if let Some(choice) = self.choice().filter(|_| line == count) {
            choice.step(false);
        } else if line < self.lines() {
            self.go(line);
        }
        Next::Stay
    }

    fn is_filled_in(&self) -> bool {
        self.fields.iter().map(Prompt::text).ne(self.begun.iter().map(String::as_str))
    }
}

impl FormPopup {
    /// Goes to a line. The text of the previous line is kept and no longer selected, even if there is just one line.
    fn go(&mut self, line: usize) {
        if let Some(field) = self.fields.get_mut(self.at) {
            field.deselect();
        }
        self.at = line;
    }

    fn submit(&mut self, app: &mut App) -> Next {
        let text = self.text(0).to_owned();
        match &self.purpose {
            Purpose::Subscribe => return self.subscribe(app),
            Purpose::Edit(id) => return self.edit(app, *id),
            Purpose::SaveQuery | Purpose::RenameQuery(_) if text.is_empty() => {
                return self.refuse("enter a name");
            }
            Purpose::SaveQuery => app.save_query(&text),
            Purpose::Pipe => app.pipe(text),
            Purpose::ImportFeeds | Purpose::ExportFeeds if text.is_empty() => return self.refuse("enter a file name"),
            Purpose::ImportFeeds => {
                app.inform(format!("importing {text}…"));
                app.command(LibraryCommand::ImportFeeds { file: text });
            }
            Purpose::ExportFeeds => {
                app.inform(format!("writing {text}…"));
                app.command(LibraryCommand::ExportFeeds { file: text });
            }
            _ if self.begun.first() == Some(&text) => {}
            Purpose::OnArrival(name) => {
                let typed = if text.is_empty() { Actions::NONE } else { &text };
                match Actions::parse(typed) {
                    Ok(actions) => app.set_on_arrival(name.clone(), actions),
                    Err(error) => return self.refuse(&error),
                }
            }
            Purpose::Rename(id) => app.rename_subscription(*id, &text),
            Purpose::Refile(id) if app.is_at_server(*id) => {
                if text.is_empty() {
                    return self.refuse("enter a folder; at the server every feed is in one");
                }
                app.move_at_server(*id, &text);
            }
            Purpose::Refile(id) => app.move_subscription(*id, &folder(&text)),
            Purpose::RenameQuery(name) => app.rename_query(name.clone(), &text),
        }
        Next::Close
    }

    fn refuse(&mut self, error: &str) -> Next {
        self.error = Some(CleanBuf::line(error));
        Next::Stay
    }

    /// Sends the address to the library or to a server; the form stays open until the answer.
    fn subscribe(&mut self, app: &mut App) -> Next {
        let asked = meant(self.text(0));
        let through = self.account().cloned();
        let account = through.as_ref().map(|(id, _)| *id);
        self.error = match (&asked, &through) {
            (Err(wrong), _) => Some(CleanBuf::line(wrong)),
            (Ok(_), Some((_, name))) if self.name().is_some() => {
                return self.refuse(&format!("{name} gives the feed its title; leave the title empty"));
            }
            (Ok(url), _) => {
                // Options may change how a known address is read.
                let known = app.followed(url, account).filter(|_| self.text(3).is_empty());
                known.map(|one| CleanBuf::line(&format!("already subscribed: {}", one.title)))
            }
        };
        let rules = match Rules::of_options(self.text(3)) {
            Ok(rules) => rules,
            Err(wrong) if self.error.is_none() => {
                self.at = 3;
                return self.refuse(&wrong.to_string());
            }
            Err(_) => Rules::default(),
        };
        if let Some((_, name)) = through.as_ref().filter(|_| !rules.is_empty()) {
            self.at = 3;
            return self.refuse(&format!("{name} reads the feed; leave the options empty"));
        }
        if let (Ok(url), None) = (asked, &self.error)
            && self.waits.as_deref() != Some(url.as_str())
        {
            let address = String::from(url);
            let folder = folder(self.text(2));
            app.last_account = through.map(|(_, name)| name);
            if let Some(account) = account {
                let folder = Some(self.text(2).to_owned()).filter(|folder| !folder.is_empty());
                if !app.subscribe_at(account, &address, folder) {
                    return Next::Stay;
                }
            } else {
                let (address, is_guess) = (address.clone(), is_bare(self.text(0)));
                let title = self.name();
                app.command(LibraryCommand::Subscribe { address, is_guess, title, folder, rules, is_chosen: false });
            }
            self.waits = Some(address);
        }
        if self.error.is_some() {
            self.at = 0;
        }
        Next::Stay
    }

    /// Returns the name entered for a new subscription, if any.
    fn name(&self) -> Option<String> {
        Some(self.text(1).to_owned()).filter(|name| !name.is_empty())
    }
}

#[cfg(test)]
mod tests;
