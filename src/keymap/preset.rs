//! Sets of keys to begin with: each is told by what it has other than the table of actions.

use super::action::Action;
use super::bindings::Keymap;
use super::key::Key;
use super::scope::Scope;

/// A set of keys to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preset {
    /// Those of the table of actions, in the manner of vi.
    #[default]
    Vim,
    /// As newsboat has them, where it has the like.
    Newsboat,
    /// Without letters: arrows, function keys, Control and Alt.
    Arrows,
}

/// Keys of an action in a scope, parted by blanks; a sequence is written without blanks.
type Row = (Scope, Action, &'static str);

/// What newsboat has under its own keys, and what had those goes elsewhere. Its `j` and `k` go to another feed, and its
/// digits to a link: here they keep what they do, since there is nothing of the kind.
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
        (Panes, A::Sources, "E S"),
        (Panes, A::Search, "/ F"),
        (Panes, A::SavedQueries, "f"),
        (Panes, A::ClearAll, "C-f C-t 0"),
        (Panes, A::Sort, "g"),
        (Panes, A::ShowUnread, "l"),
        (Panes, A::ShowAll, "L"),
        (Panes, A::ShowStarred, "B"),
        (Panes, A::Undo, "U"),
        (Panes, A::Follow, "u"),
        (Panes, A::FindInText, "M-/"),
        (Panes, A::Export, "s"),
        (Panes, A::Manual, "M-?"),
    ]
};

/// Keys for what has nothing but letters in the table.
const ARROWS: &[Row] = {
    use Action as A;
    use Scope::{Filter, List, Panes, Sources};
    &[
        (Panes, A::Help, "F1 ?"),
        (Panes, A::Manual, "M-?"),
        (Panes, A::Palette, "F2 :"),
        (Panes, A::Search, "F3 /"),
        (Panes, A::Topics, "F4"),
        (Panes, A::Places, "F5"),
        (Panes, A::Timeline, "F6"),
        (Panes, A::Zen, "F7"),
        (Panes, A::Sync, "F8"),
        (Panes, A::Subscribe, "F9"),
        (Panes, A::Quit, "F10 C-c"),
        (Panes, A::Sources, "C-e"),
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
        (Panes, A::Sort, "C-s"),
        (Panes, A::Undo, "C-t"),
        (Panes, A::SavedQueries, "C-q"),
        (Panes, A::SaveQuery, "C-w"),
        (Panes, A::FetchPage, "C-x"),
        (Panes, A::Follow, "M-Enter"),
        (Panes, A::FindInText, "M-/"),
        (Panes, A::Browser, "M-o"),
        (Panes, A::CopyLink, "M-y"),
        (Panes, A::CopyText, "M-Y"),
        (Panes, A::Export, "M-e"),
        (Panes, A::NextDensity, "M-d"),
        (Panes, A::NextTheme, "M-t"),
        (Panes, A::NextStacking, "M-l"),
        (Panes, A::ToggleFilter, "M-f"),
        (Panes, A::ToggleReading, "M-r"),
        (Panes, A::ToggleTimeline, "M-b"),
        (List, A::Select, "M-Space"),
        (List, A::SelectRange, "C-v"),
        (Filter, A::FindValue, "F3"),
        (Filter, A::OrderValues, "C-s"),
        (Sources, A::Subscribe, "F9 Ins"),
        (Sources, A::SourceRename, "F2"),
        (Sources, A::SourceFolder, "F6"),
        (Sources, A::SourcePause, "F5"),
        (Sources, A::SourceRemove, "Del"),
        (Sources, A::SourceSync, "F8"),
        (Sources, A::SourcePages, "C-x"),
        (Sources, A::Undo, "C-t"),
        (Sources, A::FindSource, "F3 /"),
        (Sources, A::Help, "F1 ?"),
        (Sources, A::Close, "Esc C-e C-c"),
    ]
};

impl Preset {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Vim, Self::Newsboat, Self::Arrows];

    /// Its name in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Vim => "vim",
            Self::Newsboat => "newsboat",
            Self::Arrows => "arrows",
        }
    }

    /// The preset of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }

    /// Its keys.
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

/// Whether a key is a letter by itself.
fn is_letter(key: Key) -> bool {
    key.typed().is_some_and(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::super::bindings::tests::assert_no_key_means_two_things;
    use super::*;

    #[test]
    fn no_key_means_two_things_and_each_is_one() {
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
    fn every_action_that_has_a_key_has_one_in_each() {
        for preset in Preset::ALL {
            let keymap = preset.keymap();
            for info in Action::TABLE.iter().filter(|info| !info.keys.is_empty()) {
                // What the panes share has a key there.
                let is_shared = info.scope.shared().is_some_and(|shared| keymap.has(shared, info.action));
                let is_bound = keymap.has(info.scope, info.action) || is_shared;
                assert!(is_bound, "{} has no key for {} in {:?}", preset.name(), info.name, info.scope);
            }
        }
    }

    #[test]
    fn no_row_takes_what_another_has_given() {
        for (preset, rows) in [(Preset::Newsboat, NEWSBOAT), (Preset::Arrows, ARROWS)] {
            let keymap = preset.keymap();
            for &(scope, action, keys) in rows {
                assert_eq!(keymap.keys_of(scope, action).len(), keys.split_whitespace().count(), "{action:?}");
            }
        }
    }

    #[test]
    fn arrows_need_no_letter() {
        let keymap = Preset::Arrows.keymap();
        for scope in Scope::ALL {
            for (keys, action) in keymap.of_scope(scope) {
                assert!(!keys.iter().any(|key| is_letter(*key)), "{action:?} in {scope:?}: {keys:?}");
            }
        }
    }
}
