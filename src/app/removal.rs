//! What was removed from the library and can be brought back, as long as nothing else was changed since.

use super::App;
use super::library::short;
use super::library::{LibraryCommand, SavedQuery, Subscription};
use crate::keymap::{Action, Scope};

/// Something that was removed.
#[derive(Debug, Clone)]
pub enum Removed {
    /// A subscription.
    Source(Box<Subscription>),
    /// A saved query, and where it stood.
    Query(usize, SavedQuery),
}

impl App {
    /// Removes a subscription.
    pub(super) fn remove_subscription(&mut self, source: Subscription) {
        self.notice = Some(format!(
            "removed {}, starred releases stay; {} to undo",
            short(&source.title),
            self.key_in(&[Scope::Sources, Scope::Panes], Action::Undo)
        ));
        self.library.sources.retain(|other| other.id != source.id);
        self.library.orders.push(LibraryCommand::Unsubscribe { id: source.id });
        self.remember_removed(Removed::Source(Box::new(source)));
    }

    pub(super) fn remember_removed(&mut self, removed: Removed) {
        let depth = self.history.depth();
        // Other changes have come between: those before can no longer be next in line.
        self.removed.retain(|(at, _)| *at <= depth);
        self.removed.push((depth, removed));
    }

    /// Brings back what was removed, where nothing else was changed since; whether there was anything.
    pub(super) fn undo_removal(&mut self) -> bool {
        let depth = self.history.depth();
        let Some((_, removed)) = self.removed.pop_if(|(at, _)| *at == depth) else { return false };
        match removed {
            Removed::Source(source) => {
                self.notice = Some(format!("{} is back", short(&source.title)));
                self.library.orders.push(LibraryCommand::Resubscribe(source.id));
                self.library.sources.retain(|other| other.id != source.id);
                self.library.sources.push(*source);
                self.queue_library_command();
            }
            Removed::Query(at, saved) => {
                self.notice = Some(format!("{} is back", saved.name));
                let SavedQuery { name, query } = saved.clone();
                self.library.orders.push(LibraryCommand::SaveQuery { name, query });
                self.library.saved.retain(|other| other.name != saved.name);
                let at = at.min(self.library.saved.len());
                self.library.saved.insert(at, saved);
                self.saved_changed();
            }
        }
        true
    }
}
