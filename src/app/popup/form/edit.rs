//! Changes of a subscription: its title, its folder, and how it is read.
//!
//! Other options are tried before they are kept: the form shows what they bring, and is confirmed once more.

use super::super::Next;
use super::{FormPopup, Purpose, folder};
use crate::app::App;
use crate::app::library::{LibraryCommand, Subscription, short};
use crate::app::prompt::Prompt;
use crate::feed::Rules;
use crate::keymap::{Action, Scope};
use crate::library::{Edit, SourceId};
use crate::sync::FeedPreview;
use crate::text::{CleanBuf, counted, grouped};

/// The line of the options.
const OPTIONS: usize = 2;

/// A trial of options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trial {
    /// The options.
    rules: Rules,
    /// What they bring, once that is known.
    preview: Option<Box<FeedPreview>>,
}

impl FormPopup {
    /// Returns the form for a subscription.
    fn of_subscription(source: &Subscription) -> Self {
        let mut form = Self::new(Purpose::Edit(source.id), source.title.to_string());
        let names: Vec<&str> = source.folder.iter().map(CleanBuf::as_str).collect();
        for (field, text) in form.fields.iter_mut().skip(1).zip([names.join("/"), source.rules.to_string()]) {
            *field = Prompt::new(text);
        }
        form.begun = form.fields.iter().map(|field| field.text().to_owned()).collect();
        form
    }

    /// Returns the day and the title of the releases that the options would bring.
    #[must_use]
    pub fn preview(&self) -> &[(CleanBuf, CleanBuf)] {
        let preview = self.trial.as_ref().and_then(|trial| trial.preview.as_ref());
        preview.map_or(&[], |preview| &preview.first)
    }

    /// Says what the options would bring, or that they are being tried.
    pub(super) fn trial_message(&self, app: &App) -> Option<String> {
        let Some(preview) = &self.trial.as_ref()?.preview else { return Some("trying the options…".to_owned()) };
        let key = app.key_in(&[Scope::Form], Action::FormDone);
        let releases = counted(preview.releases, "release");
        let how = match &preview.report {
            Some(report) => report.to_string(),
            None if preview.dated == preview.releases => "all dated".to_owned(),
            None => format!("{} dated", grouped(preview.dated)),
        };
        Some(format!("{releases}, {how}; {key} keeps the options"))
    }

    /// Keeps what was changed; tries other options first.
    pub(super) fn edit(&mut self, app: &mut App, id: SourceId) -> Next {
        let Some(source) = app.library.sources.iter().find(|source| source.id == id).cloned() else {
            return Next::Close;
        };
        let rules = match Rules::of_options(self.text(OPTIONS)) {
            Ok(rules) => rules,
            Err(wrong) => {
                self.at = OPTIONS;
                return self.refuse(&wrong.to_string());
            }
        };
        // The sections and labels that were found are no options.
        if rules.to_string() != source.rules.to_string() {
            if source.is_remote {
                self.at = OPTIONS;
                return self.refuse("a server reads the feed; leave the options empty");
            }
            let is_tried = |trial: &Trial| trial.rules == rules;
            match self.trial.as_ref().filter(|trial| is_tried(trial)) {
                None if app.settings.is_offline => {
                    self.at = OPTIONS;
                    return self.refuse("offline; options are tried before they are kept");
                }
                None => {
                    self.trial = Some(Trial { rules: rules.clone(), preview: None });
                    app.command(LibraryCommand::TryRules { id, address: source.address.to_string(), rules });
                    return Next::Stay;
                }
                Some(Trial { preview: None, .. }) => return Next::Stay,
                Some(Trial { preview: Some(_), .. }) => app.reread_subscription(&source, rules),
            }
        }
        if source.is_remote && !source.accounts.is_empty() && (self.is_changed(0) || self.is_changed(1)) {
            return self.refuse("a server has the title and the folder; change them one by one");
        }
        if self.is_changed(1) {
            app.move_subscription(id, &folder(self.text(1)));
        }
        if self.is_changed(0) {
            app.rename_subscription(id, self.text(0));
        }
        Next::Close
    }

    fn is_changed(&self, at: usize) -> bool {
        self.begun.get(at).is_some_and(|begun| begun.trim() != self.text(at))
    }

    /// Forgets what other options would bring.
    pub(super) fn forget_trial(&mut self) {
        if self.trial.is_some()
            && Rules::of_options(self.text(OPTIONS)).ok().as_ref() != self.trial.as_ref().map(|trial| &trial.rules)
        {
            self.trial = None;
        }
    }
}

impl App {
    /// Opens the form that changes a subscription.
    pub(in crate::app) fn open_edit(&mut self, source: &Subscription) {
        self.popups.push(FormPopup::of_subscription(source));
    }

    /// Shows in its form what other options of a subscription bring, or why they bring nothing.
    pub(in crate::app) fn tried(&mut self, id: SourceId, rules: Rules, outcome: Result<Box<FeedPreview>, CleanBuf>) {
        let waits = |form: &FormPopup| {
            form.purpose == Purpose::Edit(id) && form.trial.as_ref().is_some_and(|trial| trial.rules == rules)
        };
        // A form that was closed or changed asks for it no longer.
        let Some(form) = self.popups.take_if(waits) else { return };
        let form = match outcome {
            Ok(preview) => FormPopup { trial: Some(Trial { rules, preview: Some(preview) }), error: None, ..form },
            Err(reason) => FormPopup { trial: None, error: Some(reason), at: OPTIONS, ..form },
        };
        self.popups.push(form);
    }

    /// Reads a subscription in another way from now on.
    fn reread_subscription(&mut self, source: &Subscription, rules: Rules) {
        let title = short(&source.title);
        let what = match rules.to_string() {
            options if options.is_empty() => format!("reading {title} without options"),
            options => format!("reading {title} with {options}"),
        };
        self.inform(what.clone());
        if let Some(source) = self.library.sources.iter_mut().find(|other| other.id == source.id) {
            source.rules.clone_from(&rules);
        }
        self.library.rereads.retain(|(other, _)| *other != source.id);
        self.library.rereads.push((source.id, rules.clone()));
        self.edit(Edit::Reread { id: source.id, rules }, what);
    }

    /// Syncs the subscriptions whose new options the library has.
    pub(in crate::app) fn sync_reread(&mut self) {
        let sources = &self.library.sources;
        let is_kept =
            |(id, rules): &(SourceId, Rules)| sources.iter().any(|source| source.id == *id && source.rules == *rules);
        let (kept, waiting) = std::mem::take(&mut self.library.rereads).into_iter().partition(is_kept);
        self.library.rereads = waiting;
        let ids: Vec<SourceId> = Vec::into_iter(kept).map(|(id, _)| id).collect();
        if !ids.is_empty() {
            self.command(LibraryCommand::Sync(ids));
        }
    }
}
