//! Keys bound to actions, by scope, with sequences.

use super::action::{Action, Info, Scope};
use super::key::{Key, KeyError};

/// Which keys mean what.
#[derive(Debug, Clone)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

#[derive(Debug, Clone)]
struct Binding {
    scope: Scope,
    keys: Vec<Key>,
    action: Action,
}

/// What a sequence of keys means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// This.
    Action(Action),
    /// Nothing yet: it begins longer sequences.
    Pending,
    /// Nothing.
    Unbound,
}

impl Keymap {
    /// The keys of a table.
    ///
    /// # Errors
    /// [`KeyError`] for the first text that names no key.
    pub fn from_table(table: &[Info]) -> Result<Self, KeyError> {
        let mut bindings = Vec::new();
        for info in table {
            for text in info.keys.split(' ') {
                bindings.push(Binding { scope: info.scope, keys: Key::sequence(text)?, action: info.action });
            }
        }
        Ok(Self { bindings })
    }

    /// What `keys` mean where `scope` has the focus. The panes share the bindings of [`Scope::Panes`].
    #[must_use]
    pub fn lookup(&self, scope: Scope, keys: &[Key]) -> Lookup {
        let shared =
            matches!(scope, Scope::Filter | Scope::List | Scope::Detail | Scope::Timeline).then_some(Scope::Panes);
        for scope in [Some(scope), shared].into_iter().flatten() {
            let mut here =
                self.bindings.iter().filter(|binding| binding.scope == scope && binding.keys.starts_with(keys));
            match here.find(|binding| binding.keys == keys) {
                Some(binding) => return Lookup::Action(binding.action),
                None => {
                    if self.bindings.iter().any(|binding| binding.scope == scope && binding.keys.starts_with(keys)) {
                        return Lookup::Pending;
                    }
                }
            }
        }
        Lookup::Unbound
    }

    /// The keys of an action in a scope as the user would type them, parted by blanks.
    #[must_use]
    pub fn keys_of(&self, scope: Scope, action: Action) -> Vec<String> {
        let bound = |binding: &&Binding| binding.scope == scope && binding.action == action;
        let text = |binding: &Binding| binding.keys.iter().map(|key| key.symbol()).collect();
        self.bindings.iter().filter(bound).map(text).collect()
    }
}

impl Default for Keymap {
    /// The keys of [`Action::TABLE`]; a test keeps them readable.
    fn default() -> Self {
        Self::from_table(Action::TABLE).unwrap_or(Self { bindings: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<Key> {
        Key::sequence(text).expect("keys")
    }

    #[test]
    fn the_table_is_readable_and_no_key_means_two_things() {
        let keymap = Keymap::from_table(Action::TABLE).expect("every key of the table is one");
        for (n, one) in keymap.bindings.iter().enumerate() {
            for other in &keymap.bindings[n + 1..] {
                let clash = one.scope == other.scope
                    && (one.keys.starts_with(&other.keys) || other.keys.starts_with(&one.keys));
                assert!(!clash, "{:?} and {:?} in {:?}: {:?}", one.action, other.action, one.scope, one.keys);
            }
        }
    }

    #[test]
    fn a_name_means_one_action() {
        for one in Action::TABLE {
            for other in Action::TABLE {
                assert_eq!(one.name == other.name, one.action == other.action, "{} {}", one.name, other.name);
            }
        }
    }

    #[test]
    fn sequences_wait_for_their_end_and_panes_share() {
        let keymap = Keymap::default();
        assert_eq!(keymap.lookup(Scope::List, &keys("g")), Lookup::Pending);
        assert_eq!(keymap.lookup(Scope::List, &keys("gg")), Lookup::Action(Action::Top));
        assert_eq!(keymap.lookup(Scope::List, &keys("gx")), Lookup::Unbound);
        assert_eq!(keymap.lookup(Scope::Filter, &keys("Enter")), Lookup::Action(Action::ToggleValue));
        assert_eq!(keymap.lookup(Scope::Prompt, &keys("j")), Lookup::Unbound);
        assert_eq!(keymap.lookup(Scope::Detail, &keys("3")), Lookup::Action(Action::NthTopic));
    }

    #[test]
    fn keys_are_told_as_typed() {
        let keymap = Keymap::default();
        assert_eq!(keymap.keys_of(Scope::Panes, Action::Top), ["gg", "Home"]);
    }
}
