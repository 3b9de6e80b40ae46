//! Forms of one to three lines: a feed to subscribe to, a name, a folder, a command.
//!
//! A form shows what is wrong with its input and stays open. After an address is entered, it waits for the library's
//! answer; closing it does not cancel the subscription.

use ratatui::layout::Rect;
use url::Url;

use super::feed_choice::FeedChoice;
use super::frame::frame;
use super::{Next, PopupState};
use crate::app::App;
use crate::app::library::{LibraryCommand, Subscription, folder_name};
use crate::app::notice::{Cause, Notice};
use crate::app::prompt::Prompt;
use crate::keymap::{Action, Scope};
use crate::library::SourceId;
use crate::net::address::{is_bare, meant};
use crate::query::Query;
use crate::release::address::host;
use crate::text::{CleanBuf, grouped};

/// A form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormPopup {
    /// Its purpose.
    pub purpose: Purpose,
    /// The lines.
    pub fields: Vec<Prompt>,
    /// The index of the line with the cursor.
    pub at: usize,
    /// What is wrong with the input.
    pub error: Option<CleanBuf>,
    /// The address whose answer the form waits for.
    waits: Option<String>,
    /// The initial texts of the lines.
    begun: Vec<String>,
}

/// The purpose of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// Subscribe to a feed.
    Subscribe,
    /// Rename the subscription with this id.
    Rename(SourceId),
    /// Move it to another folder.
    Refile(SourceId),
    /// Save the current query under a name.
    SaveQuery,
    /// Rename the saved query of this name.
    RenameQuery(String),
    /// Pipe a text to a command.
    Pipe,
    /// Subscribe to the feeds of an OPML list.
    ImportFeeds,
    /// Write the subscriptions to an OPML list.
    ExportFeeds,
}

/// The label of a line, and its placeholder.
pub type Label = (&'static str, &'static str);

impl Purpose {
    /// Returns what confirming the form does.
    #[must_use]
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Rename(_) | Self::RenameQuery(_) => "rename",
            Self::Refile(_) => "move",
            Self::SaveQuery => "save",
            Self::Pipe => "run",
            Self::ImportFeeds => "import",
            Self::ExportFeeds => "write",
        }
    }

    /// Returns the title of the form.
    #[must_use]
    pub fn title(&self) -> &'static str {
        match self {
            Self::Subscribe => "Subscribe",
            Self::Rename(_) | Self::RenameQuery(_) => "Rename",
            Self::Refile(_) => "Folder",
            Self::SaveQuery => "Save this query",
            Self::Pipe => "Pipe to a command",
            Self::ImportFeeds => "Import subscriptions",
            Self::ExportFeeds => "Export subscriptions",
        }
    }

    /// Returns the labels of the lines.
    #[must_use]
    pub fn labels(&self) -> &'static [Label] {
        match self {
            Self::Subscribe => &[
                ("Address", "example.org, or https://example.org/feed.xml"),
                ("Title", "the feed’s own title"),
                ("Folder", "none, or one such as Europe/Courts"),
            ],
            Self::Rename(_) => &[("Title", "the feed’s own title")],
            Self::SaveQuery | Self::RenameQuery(_) => &[("Name", "")],
            Self::ImportFeeds | Self::ExportFeeds => &[("File", "an OPML list, such as feeds.opml")],
            Self::Pipe => &[("Command", "such as less, wc -w, or mail a@example.org")],
            Self::Refile(_) => &[("Folder", "none, or one such as Europe/Courts")],
        }
    }
}

impl FormPopup {
    fn new(purpose: Purpose, first: String) -> Self {
        let mut fields = vec![Prompt::default(); purpose.labels().len()];
        fields[0] = Prompt::proposed(first);
        let begun = fields.iter().map(|field| field.text().to_owned()).collect();
        Self { purpose, fields, at: 0, error: None, waits: None, begun }
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

    /// Has room for the lines, an empty line, and the message.
    fn frame(&self, app: &App) -> Rect {
        frame(app.layout().body, self.fields.len() + 2)
    }

    fn act(&mut self, app: &mut App, action: Action) -> Next {
        let count = self.fields.len();
        match action {
            Action::Close => return Next::Close,
            Action::FormDone => return self.submit(app),
            Action::FormNext => self.go((self.at + 1) % count),
            Action::FormPrevious => self.go((self.at + count - 1) % count),
            _ => {
                if self.fields.get_mut(self.at).is_some_and(|field| field.edit(action)) {
                    self.error = None;
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
    }

    fn press(&mut self, _app: &mut App, line: usize) -> Next {
        if line < self.fields.len() {
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
            Purpose::Rename(id) => app.rename_subscription(*id, &text),
            Purpose::Refile(id) => app.move_subscription(*id, &folder(&text)),
            Purpose::RenameQuery(name) => app.rename_query(name.clone(), &text),
        }
        Next::Close
    }

    fn refuse(&mut self, error: &str) -> Next {
        self.error = Some(CleanBuf::line(error));
        Next::Stay
    }

    /// Sends the address to the library; the form stays open until the answer.
    fn subscribe(&mut self, app: &mut App) -> Next {
        let asked = meant(self.text(0));
        self.error = match &asked {
            Err(wrong) => Some(CleanBuf::line(wrong)),
            Ok(url) => app.followed(url).map(|one| CleanBuf::line(&format!("already subscribed: {}", one.title))),
        };
        if let (Ok(url), None) = (asked, &self.error)
            && self.waits.as_deref() != Some(url.as_str())
        {
            let address = String::from(url);
            self.waits = Some(address.clone());
            let (is_guess, folder) = (is_bare(self.text(0)), folder(self.text(2)));
            app.command(LibraryCommand::Subscribe { address, is_guess, title: self.name(), folder });
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

impl App {
    fn open_form(&mut self, purpose: Purpose, first: String) {
        self.popups.push(FormPopup::new(purpose, first));
    }

    /// Opens the form that subscribes to a feed.
    pub(in crate::app) fn open_subscribe(&mut self) {
        self.open_form(Purpose::Subscribe, String::new());
    }

    /// Opens the form for a shell command, filled in with the last one.
    pub(in crate::app) fn open_command(&mut self, last: String) {
        self.open_form(Purpose::Pipe, last);
    }

    /// Opens the form that subscribes to the feeds of a list.
    pub(in crate::app) fn open_import(&mut self) {
        self.open_form(Purpose::ImportFeeds, String::new());
    }

    /// Opens the form that writes the subscriptions to a list.
    pub(in crate::app) fn open_feed_export(&mut self) {
        if self.library.sources.is_empty() {
            self.inform("no subscriptions to export");
        } else {
            self.open_form(Purpose::ExportFeeds, "subscriptions.opml".to_owned());
        }
    }

    /// Opens the form that renames a subscription.
    pub(super) fn open_rename(&mut self, source: &Subscription) {
        self.open_form(Purpose::Rename(source.id), source.title.to_string());
    }

    /// Opens the form that moves a subscription to a folder.
    pub(super) fn open_refile(&mut self, source: &Subscription) {
        let names: Vec<&str> = source.folder.iter().map(CleanBuf::as_str).collect();
        self.open_form(Purpose::Refile(source.id), names.join("/"));
    }

    /// Opens the form that saves the current query.
    pub(in crate::app) fn open_save_form(&mut self, name: String) {
        self.open_form(Purpose::SaveQuery, name);
    }

    /// Opens the form that renames a saved query.
    pub(super) fn open_rename_query(&mut self, name: String) {
        self.open_form(Purpose::RenameQuery(name.clone()), name);
    }

    fn followed(&self, url: &Url) -> Option<&Subscription> {
        self.library.sources.iter().find(|source| Url::parse(source.address.as_str()).is_ok_and(|other| other == *url))
    }

    /// Closes the form that waits for an address, and returns it.
    fn take_waiting(&mut self, asked: &CleanBuf) -> Option<FormPopup> {
        self.popups.take_if(|form: &FormPopup| form.waits.as_deref() == Some(asked.as_str()))
    }

    /// Reports a new subscription.
    pub(in crate::app) fn subscribed(&mut self, asked: &CleanBuf, title: &CleanBuf) {
        self.take_waiting(asked);
        self.notices.clear(Cause::Fetch, asked);
        let is_hidden = !self.query.is_empty() && self.search.prompt.is_none();
        if is_hidden {
            // The current filters would hide the new feed.
            self.set_query(Query::default());
        }
        self.library.new_feed = Some(title.clone());
        if self.select_new_feed() {
            return;
        }
        let undo = self.key_of(Action::Undo);
        let more = if is_hidden { format!("; filters cleared, {undo} restores them") } else { String::new() };
        self.inform(format!("subscribed to {title}{more}"));
    }

    /// Reports that an address has no feed: in the form if it still waits, otherwise as an error. The form proposes
    /// `http`, the address without encryption.
    pub(in crate::app) fn not_subscribed(&mut self, asked: &CleanBuf, reason: &CleanBuf, http: Option<&CleanBuf>) {
        let mut text = format!("{}: {reason}", host(asked.as_str()));
        match self.take_waiting(asked) {
            Some(mut form) => {
                if let (Some(http), Some(field)) = (http, form.fields.first_mut()) {
                    *field = Prompt::proposed(http.to_string());
                    let key = self.key_in(&[Scope::Form], Action::FormDone);
                    text = format!("{text}; {key} tries http, without encryption");
                }
                self.popups.push(FormPopup { waits: None, error: Some(CleanBuf::line(&text)), at: 0, ..form });
            }
            None => self.report(Notice::error_about(Cause::Fetch, asked, CleanBuf::line(&text))),
        }
    }

    /// Offers the feeds of a page.
    pub(in crate::app) fn offered(&mut self, asked: CleanBuf, feeds: Vec<(CleanBuf, CleanBuf)>) {
        if feeds.is_empty() {
            self.not_subscribed(&asked, &CleanBuf::line("web page without a feed"), None);
        } else if let Some(form) = self.take_waiting(&asked) {
            self.popups.push(FeedChoice::new(asked, feeds, form.name(), folder(form.text(2))));
        } else {
            // The form was closed: do not interrupt the user.
            let count = grouped(feeds.len());
            let (host, key) = (host(asked.as_str()), self.key_of(Action::Subscribe));
            self.inform(format!("{host} offers {count} feeds; press {key} and enter its address to choose"));
        }
    }

    /// Returns the message below the lines, and whether it is an error.
    #[must_use]
    pub fn form_message(&self) -> Option<(CleanBuf, bool)> {
        let form = self.popups.find::<FormPopup>()?;
        if let Some(error) = &form.error {
            return Some((error.clone(), true));
        }
        if let Some(address) = &form.waits {
            return Some((CleanBuf::line(&format!("checking {}…", host(address))), false));
        }
        if form.is_folder() {
            return self.folder_hint().map(|hint| (hint, false));
        }
        let name = form.text(0);
        let is_named = match &form.purpose {
            Purpose::SaveQuery => true,
            Purpose::RenameQuery(before) => before != name,
            _ => false,
        };
        let replaced = self.library.saved.iter().find(|saved| is_named && saved.name == name)?;
        Some((CleanBuf::line(&format!("overwrites the saved query: {}", replaced.query)), false))
    }

    /// Returns the existing folders, in words.
    fn folder_hint(&self) -> Option<CleanBuf> {
        let mut names: Vec<CleanBuf> = self.library.sources.iter().map(|source| folder_name(&source.folder)).collect();
        names.retain(|name| !name.is_empty());
        names.dedup();
        let mut hint = CleanBuf::default();
        for name in names {
            hint.push_own(if hint.is_empty() { "there are " } else { " · " });
            hint.push_clean(name.as_clean());
        }
        (!hint.is_empty()).then_some(hint)
    }
}

#[cfg(test)]
mod tests;
