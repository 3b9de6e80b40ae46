//! What was removed from the library and can be brought back, as long as nothing else was changed since.

use super::App;
use super::shelf::short;
use super::shelf::{Order, SavedQuery, Source};
use crate::keymap::{Action, Scope};

/// Something that was removed.
#[derive(Debug, Clone)]
pub enum Removed {
    /// A subscription.
    Source(Box<Source>),
    /// A saved query, and where it stood.
    Query(usize, SavedQuery),
}

impl App {
    /// Removes a subscription.
    pub(super) fn remove_source(&mut self, source: Source) {
        self.note = Some(format!(
            "removed {}, starred releases stay; {} to undo",
            short(&source.title),
            self.key_in(&[Scope::Sources, Scope::Panes], Action::Undo)
        ));
        self.shelf.sources.retain(|other| other.id != source.id);
        self.shelf.orders.push(Order::Unsubscribe { id: source.id });
        self.remember_removed(Removed::Source(Box::new(source)));
    }

    pub(super) fn remember_removed(&mut self, removed: Removed) {
        let depth = self.history.depth();
        // Other changes have come between: those before can no longer be next in line.
        self.removed.retain(|(at, _)| *at <= depth);
        self.removed.push((depth, removed));
    }

    /// Brings back what was removed, where nothing else was changed since; whether there was anything.
    pub(super) fn bring_back(&mut self) -> bool {
        let depth = self.history.depth();
        let Some((_, removed)) = self.removed.pop_if(|(at, _)| *at == depth) else { return false };
        match removed {
            Removed::Source(source) => {
                self.note = Some(format!("{} is back", short(&source.title)));
                self.shelf.orders.push(Order::Resubscribe(source.id));
                self.shelf.sources.retain(|other| other.id != source.id);
                self.shelf.sources.push(*source);
                self.order_sources();
            }
            Removed::Query(at, saved) => {
                self.note = Some(format!("{} is back", saved.name));
                let SavedQuery { name, query } = saved.clone();
                self.shelf.orders.push(Order::SaveQuery { name, query });
                self.shelf.saved.retain(|other| other.name != saved.name);
                let at = at.min(self.shelf.saved.len());
                self.shelf.saved.insert(at, saved);
                self.saved_changed();
            }
        }
        true
    }
}
