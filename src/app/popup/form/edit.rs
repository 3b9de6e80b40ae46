//! Changes of a subscription: its title, its folder, and how it is read.
//!
//! Other options are tried before they are kept: the form shows what they bring, and is confirmed once more.

use super::super::Next;
use super::{FormPopup, Purpose, folder};
use crate::app::App;
use crate::app::library::{LibraryCommand, Subscription, describe_topics, short};
use crate::app::prompt::Prompt;
use crate::feed::{Rules, TopicRule};
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
            if is_read_otherwise(&source, &rules)
                && let Some(next) = self.try_first(app, &source, &rules)
            {
                return next;
            }
            app.reread_subscription(&source, rules);
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

    /// Has options tried that read a subscription in another way. Returns `None` once the form shows what they bring.
    fn try_first(&mut self, app: &mut App, source: &Subscription, rules: &Rules) -> Option<Next> {
        let trial = self.trial.as_ref().filter(|trial| trial.rules == *rules);
        if trial.is_some_and(|trial| trial.preview.is_some()) {
            return None;
        }
        if trial.is_some() {
            return Some(Next::Stay);
        }
        if source.is_remote || app.settings.is_offline {
            self.at = OPTIONS;
            return Some(self.refuse(if source.is_remote {
                "a server reads the feed; only --topics-from can be set"
            } else {
                "offline; options are tried before they are kept"
            }));
        }
        self.trial = Some(Trial { rules: rules.clone(), preview: None });
        let address = source.address.to_string();
        app.command(LibraryCommand::TryRules { id: source.id, address, rules: rules.clone() });
        Some(Next::Stay)
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

/// Whether these rules read a subscription in another way. Topics are derived from what was read.
fn is_read_otherwise(source: &Subscription, rules: &Rules) -> bool {
    source.rules.without_topics() != rules.without_topics()
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

    /// Reads a subscription in another way from now on, or derives its topics from elsewhere.
    fn reread_subscription(&mut self, source: &Subscription, rules: Rules) {
        let title = short(&source.title);
        let is_read_otherwise = is_read_otherwise(source, &rules);
        let what = match rules.to_string() {
            _ if !is_read_otherwise => describe_topics(&title, rules.topics.as_ref().and_then(TopicRule::source)),
            options if options.is_empty() => format!("reading {title} without options"),
            options => format!("reading {title} with {options}"),
        };
        self.inform(what.clone());
        if let Some(source) = self.library.sources.iter_mut().find(|other| other.id == source.id) {
            source.rules.clone_from(&rules);
        }
        self.library.rereads.retain(|(other, _)| *other != source.id);
        if is_read_otherwise {
            self.library.rereads.push((source.id, rules.clone()));
        }
        self.edit(Edit::Reread { id: source.id, rules }, what);
    }

    /// Syncs the subscriptions whose new options the library has.
    pub(in crate::app) fn sync_reread(&mut self) {
        let sources = &self.library.sources;
        // What was found for topics is no option.
        let is_kept = |(id, rules): &(SourceId, Rules)| {
            sources.iter().any(|source| source.id == *id && source.rules.to_string() == rules.to_string())
        };
        let (kept, waiting) = std::mem::take(&mut self.library.rereads).into_iter().partition(is_kept);
        self.library.rereads = waiting;
        let ids: Vec<SourceId> = Vec::into_iter(kept).map(|(id, _)| id).collect();
        if !ids.is_empty() {
            self.command(LibraryCommand::Sync(ids));
        }
    }
}
