//! Removed subscriptions and saved queries, which undo can restore until something else changes.

use super::App;
use super::library::short;
use super::library::{LibraryCommand, SavedQuery, Subscription};
use crate::keymap::{Action, Scope};

/// A removed item.
#[derive(Debug, Clone)]
pub enum Removed {
    /// A subscription.
    Source(Box<Subscription>),
    /// A saved query, and its position.
    Query(usize, SavedQuery),
}

impl App {
    /// Removes a subscription.
    pub(super) fn remove_subscription(&mut self, source: Subscription) {
        self.inform(format!(
            "removed {}; kept starred releases; {} to undo",
            short(&source.title),
            self.key_in(&[Scope::Subscriptions, Scope::Panes], Action::Undo)
        ));
        self.library.sources.retain(|other| other.id != source.id);
        self.command(LibraryCommand::Unsubscribe { id: source.id });
        self.remember_removed(Removed::Source(Box::new(source)));
    }

    pub(super) fn remember_removed(&mut self, removed: Removed) {
        let depth = self.history.depth();
        // Items from before later changes can no longer be the next undo step.
        self.removed.retain(|(at, _)| *at <= depth);
        self.removed.push((depth, removed));
    }

    /// Restores the last removed item if nothing else has changed since. Returns whether there was one.
    pub(super) fn undo_removal(&mut self) -> bool {
        let depth = self.history.depth();
        let Some((_, removed)) = self.removed.pop_if(|(at, _)| *at == depth) else { return false };
        match removed {
            Removed::Source(source) => {
                self.inform(format!("restored {}", short(&source.title)));
                self.command(LibraryCommand::Resubscribe(source.id));
                self.library.sources.retain(|other| other.id != source.id);
                self.library.sources.push(*source);
                self.sort_subscriptions();
            }
            Removed::Query(at, saved) => {
                self.inform(format!("restored {}", saved.name));
                let SavedQuery { name, query } = saved.clone();
                self.command(LibraryCommand::SaveQuery { name, query });
                self.library.saved.retain(|other| other.name != saved.name);
                let at = at.min(self.library.saved.len());
                self.library.saved.insert(at, saved);
                self.saved_changed();
            }
        }
        true
    }
}
