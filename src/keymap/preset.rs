//! Key presets. Each is defined by its differences from the table of actions.

use super::action::Action;
use super::bindings::Keymap;
use super::key::Key;
use super::scope::Scope;

/// A set of default keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preset {
    /// The keys of the table of actions, in the style of Vim.
    #[default]
    Vim,
    /// The keys of newsboat, for every action that newsboat has too.
    Newsboat,
    /// No letters: arrows, function keys, Control and Alt.
    Arrows,
}

/// The keys of an action in a scope, separated by spaces. A sequence is written without spaces.
type Row = (Scope, Action, &'static str);

/// The keys of newsboat. Actions that had these keys move to others. `j`, `k` and the digits keep their meaning from the
/// table: in newsboat they go to another feed and to a link, for which there is no such action here.
const NEWSBOAT: &[Row] = {
    use Action as A;
    use Scope::Panes;
    &[
        (Panes, A::Down, "j J Down"),
        (Panes, A::Up, "k K Up"),
        (Panes, A::DetailDown, "S-Down"),
        (Panes, A::DetailUp, "S-Up"),
        (Panes, A::Top, "Home"),
        (Panes, A::Bottom, "End"),
        (Panes, A::PageDown, "PgDn"),
        (Panes, A::PageUp, "PgUp"),
        (Panes, A::PaneRight, "Right"),
        (Panes, A::Next, "n"),
        (Panes, A::Previous, "p"),
        (Panes, A::Places, "P"),
        (Panes, A::ToggleRead, "N"),
        (Panes, A::MarkAllRead, "A C"),
        (Panes, A::ToggleStar, "C-b *"),
        (Panes, A::Sync, "r R"),
        (Panes, A::Subscriptions, "E S"),
        (Panes, A::Search, "/ F"),
        (Panes, A::SavedQueries, "f"),
        (Panes, A::ClearAll, "C-f C-t 0"),
        (Panes, A::Sort, "g"),
        (Panes, A::SearchServer, "M-g"),
        (Panes, A::ShowUnread, "l"),
        (Panes, A::ShowAll, "L"),
        (Panes, A::ShowStarred, "B"),
        (Panes, A::Undo, "U"),
        (Panes, A::Follow, "u"),
        (Panes, A::FindInText, "M-/"),
        (Panes, A::Export, "s"),
        (Panes, A::Manual, "M-?"),
        (Panes, A::Story, "M-h"),
    ]
};

/// Keys for the actions that have only letters in the table.
const ARROWS: &[Row] = {
    use Action as A;
    use Scope::{Filter, List, Panes, Subscriptions};
    &[
        (Panes, A::Help, "F1 ?"),
        (Panes, A::Manual, "M-?"),
        (Panes, A::Palette, "F2 :"),
        (Panes, A::Search, "F3 /"),
        (Panes, A::SearchServer, "M-g"),
        (Panes, A::Topics, "F4"),
        (Panes, A::Places, "F5"),
        (Panes, A::Timeline, "F6"),
        (Panes, A::Words, "M-w"),
        (Panes, A::Zen, "F7"),
        (Panes, A::Sync, "F8"),
        (Panes, A::Subscribe, "F9"),
        (Panes, A::Quit, "F10 C-c"),
        (Panes, A::Subscriptions, "C-e"),
        (Panes, A::ToggleRead, "Ins"),
        (Panes, A::ToggleStar, "*"),
        (Panes, A::MarkAllRead, "C-a"),
        (Panes, A::DropChip, "BS Del"),
        (Panes, A::DetailDown, "S-Down"),
        (Panes, A::DetailUp, "S-Up"),
        (Panes, A::Next, "C-n"),
        (Panes, A::Previous, "C-p"),
        (Panes, A::PreviousTopic, "C-Left ["),
        (Panes, A::NextTopic, "C-Right ]"),
        (Panes, A::ShowAll, "M-Up"),
        (Panes, A::ShowUnread, "M-Down"),
        (Panes, A::ShowStarred, "M-Right"),
        (Panes, A::Back, "M-Left"),
        (Panes, A::Story, "M-h"),
        (Panes, A::Sort, "C-s"),
        (Panes, A::Undo, "C-t"),
        (Panes, A::SavedQueries, "C-q"),
        (Panes, A::SaveQuery, "C-w"),
        (Panes, A::FetchPage, "C-x"),
        (Panes, A::Picture, "M-i"),
        (Panes, A::Changes, "M-c"),
        (Panes, A::Download, "M-s"),
        (Panes, A::Follow, "M-Enter"),
        (Panes, A::FindInText, "M-/"),
        (Panes, A::Browser, "M-o"),
        (Panes, A::CopyLink, "M-y"),
        (Panes, A::CopyText, "M-Y"),
        (Panes, A::Export, "M-e"),
        (Panes, A::NextDensity, "M-d"),
        (Panes, A::Themes, "M-t"),
        (Panes, A::NextStacking, "M-l"),
        (Panes, A::ToggleFilter, "M-f"),
        (Panes, A::ToggleReading, "M-r"),
        (Panes, A::ToggleTimeline, "M-b"),
        (List, A::Select, "M-Space"),
        (List, A::SelectRange, "C-v"),
        (Filter, A::FindValue, "F3"),
        (Filter, A::OrderValues, "C-s"),
        (Filter, A::RisingWords, "M-w"),
        (Filter, A::WordBars, "C-g"),
        (Filter, A::HideField, "Del"),
        (Subscriptions, A::Subscribe, "F9 Ins"),
        (Subscriptions, A::AddAccount, "C-a"),
        (Subscriptions, A::AccountSecret, "C-w"),
        (Subscriptions, A::AccountCheck, "F7"),
        (Subscriptions, A::SubscriptionRename, "F2"),
        (Subscriptions, A::SubscriptionFolder, "F6"),
        (Subscriptions, A::SubscriptionEdit, "F4"),
        (Subscriptions, A::SubscriptionPause, "F5"),
        (Subscriptions, A::SubscriptionRemove, "Del"),
        (Subscriptions, A::SubscriptionSync, "F8"),
        (Subscriptions, A::SubscriptionPages, "C-x"),
        (Subscriptions, A::SubscriptionTopics, "C-g"),
        (Subscriptions, A::SubscriptionPast, "C-y"),
        (Subscriptions, A::Undo, "C-t"),
        (Subscriptions, A::FindSubscription, "F3 /"),
        (Subscriptions, A::Help, "F1 ?"),
        (Subscriptions, A::Close, "Esc C-e C-c"),
    ]
};

impl Preset {
    /// All presets.
    pub const ALL: [Self; 3] = [Self::Vim, Self::Newsboat, Self::Arrows];

    /// Returns its name in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Vim => "vim",
            Self::Newsboat => "newsboat",
            Self::Arrows => "arrows",
        }
    }

    /// Returns the preset with this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }

    /// Returns its keys.
    #[must_use]
    pub fn keymap(self) -> Keymap {
        let mut keymap = Keymap::default();
        let rows = match self {
            Self::Vim => &[],
            Self::Newsboat => NEWSBOAT,
            Self::Arrows => {
                keymap.retain(|_, keys| !keys.iter().any(|key| is_letter(*key)));
                ARROWS
            }
        };
        for &(scope, action, keys) in rows {
            let keys: Vec<_> = keys.split_whitespace().filter_map(|text| Key::sequence(text).ok()).collect();
            keymap.bind(scope, action, &keys);
        }
        keymap
    }
}

/// Whether a key types a letter.
fn is_letter(key: Key) -> bool {
    key.typed().is_some_and(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::super::bindings::tests::assert_no_key_means_two_things;
    use super::*;

    #[test]
    fn presets_have_valid_keys_without_clashes() {
        for preset in Preset::ALL {
            assert_no_key_means_two_things(&preset.keymap());
            assert_eq!(Preset::of_name(preset.name()), Some(preset));
        }
        for (_, _, keys) in NEWSBOAT.iter().chain(ARROWS) {
            for text in keys.split_whitespace() {
                assert!(Key::sequence(text).is_ok(), "{text}");
            }
        }
    }

    #[test]
    fn every_action_with_a_default_key_has_a_key_in_every_preset() {
        for preset in Preset::ALL {
            let keymap = preset.keymap();
            for info in Action::TABLE.iter().filter(|info| !info.keys.is_empty()) {
                // An inherited key counts.
                let is_bound = info.scope.chain().any(|scope| keymap.has(scope, info.action));
                assert!(is_bound, "{} has no key for {} in {:?}", preset.name(), info.name, info.scope);
            }
        }
    }

    #[test]
    fn no_preset_row_takes_a_key_from_another_row() {
        for (preset, rows) in [(Preset::Newsboat, NEWSBOAT), (Preset::Arrows, ARROWS)] {
            let keymap = preset.keymap();
            for &(scope, action, keys) in rows {
                assert_eq!(keymap.keys_of(scope, action).len(), keys.split_whitespace().count(), "{action:?}");
            }
        }
    }

    #[test]
    fn the_arrows_preset_binds_no_letters() {
        let keymap = Preset::Arrows.keymap();
        for scope in Scope::ALL {
            for (keys, action) in keymap.of_scope(scope) {
                assert!(!keys.iter().any(|key| is_letter(*key)), "{action:?} in {scope:?}: {keys:?}");
            }
        }
    }
}
