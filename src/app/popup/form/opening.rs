//! Opens the forms, and applies the library's answers to them.

use url::Url;

use super::super::feed_choice::FeedChoice;
use super::{FormPopup, Purpose, Through, folder};
use crate::app::App;
use crate::app::library::{Subscription, folder_name};
use crate::app::notice::{Cause, Notice};
use crate::app::prompt::Prompt;
use crate::keymap::{Action, Scope};
use crate::library::{AccountId, Actions, SourceId};
use crate::query::Query;
use crate::release::address::host;
use crate::sync::PagePreview;
use crate::text::{CleanBuf, counted};

impl App {
    fn open_form(&mut self, purpose: Purpose, first: String) {
        self.popups.push(FormPopup::new(purpose, first));
    }

    /// Opens the form that subscribes to a feed.
    pub(in crate::app) fn open_subscribe(&mut self) {
        let mut form = FormPopup::new(Purpose::Subscribe, String::new());
        let accounts: Vec<_> = self.library.accounts.iter().map(|account| (account.id, account.name.clone())).collect();
        if !accounts.is_empty() {
            let last = accounts.iter().position(|(_, name)| Some(name) == self.last_account.as_ref());
            form.through = Some(Through { accounts, at: last.map_or(0, |last| last + 1) });
        }
        self.popups.push(form);
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
    pub(in crate::app) fn open_rename(&mut self, source: &Subscription) {
        self.open_form(Purpose::Rename(source.id), source.title.to_string());
    }

    /// Opens the form that moves a subscription to a folder.
    pub(in crate::app) fn open_refile(&mut self, source: &Subscription) {
        let names: Vec<&str> = source.folder.iter().map(CleanBuf::as_str).collect();
        self.open_form(Purpose::Refile(source.id), names.join("/"));
    }

    /// Opens the form that saves the current query.
    pub(in crate::app) fn open_save_form(&mut self, name: String) {
        self.open_form(Purpose::SaveQuery, name);
    }

    /// Opens the form that renames a saved query.
    pub(in crate::app) fn open_rename_query(&mut self, name: String) {
        self.open_form(Purpose::RenameQuery(name.clone()), name);
    }

    /// Opens the form that sets what happens to releases that arrive for a saved query.
    pub(in crate::app) fn open_on_arrival(&mut self, name: String, actions: Actions) {
        self.open_form(Purpose::OnArrival(name), actions.to_string());
    }

    /// Returns the subscription to an address that is followed in this way: directly or through an account.
    pub(super) fn followed(&self, url: &Url, account: Option<AccountId>) -> Option<&Subscription> {
        let is_followed = |source: &&Subscription| match account {
            Some(account) => source.accounts.contains(&account),
            None => !source.is_remote,
        };
        let mut sources = self.library.sources.iter().filter(is_followed);
        sources.find(|source| Url::parse(source.address.as_str()).is_ok_and(|other| other == *url))
    }

    /// Whether the folder of a subscription is the server's business.
    pub(super) fn is_at_server(&self, id: SourceId) -> bool {
        self.library.sources.iter().any(|source| source.id == id && source.is_remote && !source.accounts.is_empty())
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
                    // First, because the line may be cut.
                    text = format!("{key} tries http, without encryption; {text}");
                }
                self.popups.push(FormPopup { waits: None, error: Some(CleanBuf::line(&text)), at: 0, ..form });
            }
            None => self.report(Notice::error_about(Cause::Fetch, asked, CleanBuf::line(&text))),
        }
    }

    /// Offers the feeds of a page, and the page itself if it lists releases.
    pub(in crate::app) fn offered(
        &mut self,
        asked: CleanBuf,
        feeds: Vec<(CleanBuf, CleanBuf)>,
        page: Option<Box<PagePreview>>,
    ) {
        if feeds.is_empty() && page.is_none() {
            self.not_subscribed(&asked, &CleanBuf::line("web page without a feed"), None);
        } else if let Some(form) = self.take_waiting(&asked) {
            self.popups.push(FeedChoice::new(asked, feeds, page, (form.name(), folder(form.text(2)))));
        } else {
            // The form was closed: do not interrupt the user.
            let count = counted(feeds.len(), "feed");
            let offer = match feeds.len() {
                0 => "lists releases".to_owned(),
                _ => format!("offers {count}"),
            };
            let (host, key) = (host(asked.as_str()), self.key_of(Action::Subscribe));
            self.inform(format!("{host} {offer}; press {key} and enter its address to choose"));
        }
    }

    /// Returns the message below the lines, and whether it is an error.
    #[must_use]
    pub fn form_message(&self) -> Option<(CleanBuf, bool)> {
        let form = self.popups.find::<FormPopup>()?;
        if let Some(error) = &form.error {
            return Some((error.clone(), true));
        }
        if let (Some(address), Some((_, name))) = (&form.waits, form.account()) {
            return Some((CleanBuf::line(&format!("asking {name} to follow {}…", host(address))), false));
        }
        if let Some(address) = &form.waits {
            return Some((CleanBuf::line(&format!("checking {}…", host(address))), false));
        }
        if let Some(message) = form.trial_message(self) {
            return Some((CleanBuf::line(&message), false));
        }
        if let Purpose::OnArrival(name) = &form.purpose {
            return Some((CleanBuf::line(&format!("what each sync does with new releases of {name}")), false));
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
