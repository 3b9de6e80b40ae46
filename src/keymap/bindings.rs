//! Key bindings: sequences of keys and their actions, by scope.
//!
//! Within a scope, no sequence is a prefix of another: binding a sequence removes those that it clashes with. A scope
//! inherits the bindings of its shared scopes, except those of an action that a preset or the user has bound in it, and
//! those whose keys clash with nearer ones.

use super::action::{Action, Info};
use super::key::{Key, KeyError};
use super::scope::Scope;

/// The key that leaves a scope if no other key does.
const LAST_RESORT: &str = "C-c";

/// Maps sequences of keys to actions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    /// The bindings of each scope itself, in the order of [`Scope::ALL`].
    bindings: Vec<Vec<Binding>>,
    /// The actions that a preset or the user has bound in a scope, perhaps to no key: the scope does not inherit their
    /// keys.
    rebound: Vec<(Scope, Action)>,
    /// Whether arrow keys are shown by name, not as symbols.
    spells_arrows: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Binding {
    scope: Scope,
    keys: Vec<Key>,
    action: Action,
}

/// The result of looking up a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// The sequence is bound to this action.
    Action(Action),
    /// The sequence is a prefix of longer ones.
    Pending,
    /// The sequence is not bound.
    Unbound,
}

/// Whether two sequences exclude each other: they are equal, or one is a prefix of the other.
#[must_use]
pub fn clash(one: &[Key], other: &[Key]) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

impl Keymap {
    /// Builds a keymap from a table of actions.
    ///
    /// # Errors
    /// [`KeyError`] for the first invalid key.
    pub fn from_table(table: &[Info]) -> Result<Self, KeyError> {
        let mut keymap = Self::empty();
        for info in table {
            for text in info.keys.split_whitespace() {
                let binding = Binding { scope: info.scope, keys: Key::sequence(text)?, action: info.action };
                keymap.bindings[info.scope as usize].push(binding);
            }
        }
        Ok(keymap)
    }

    fn empty() -> Self {
        Self { bindings: vec![Vec::new(); Scope::ALL.len()], rebound: Vec::new(), spells_arrows: false }
    }

    /// The bindings of a scope itself; inherited ones do not count.
    fn own(&self, scope: Scope) -> &[Binding] {
        &self.bindings[scope as usize]
    }

    /// Binds an action to exactly these sequences in a scope, which no longer inherits others for it. Other actions lose
    /// any sequence that clashes with them.
    pub fn bind(&mut self, scope: Scope, action: Action, keys: &[Vec<Key>]) {
        let own = &mut self.bindings[scope as usize];
        let first = own.iter().position(|binding| binding.action == action);
        own.retain(|binding| {
            let is_taken = || keys.iter().any(|keys| clash(keys, &binding.keys));
            binding.action != action && !is_taken()
        });
        // Insert at the old position, so that hints keep their order.
        let at = first.unwrap_or(usize::MAX).min(own.len());
        let new = keys.iter().map(|keys| Binding { scope, keys: keys.clone(), action });
        own.splice(at..at, new);
        if !self.rebound.contains(&(scope, action)) {
            self.rebound.push((scope, action));
        }
    }

    /// Removes every sequence that fails a test.
    pub(super) fn retain(&mut self, keep: impl Fn(Scope, &[Key]) -> bool) {
        for own in &mut self.bindings {
            own.retain(|binding| keep(binding.scope, &binding.keys));
        }
    }

    /// Ensures that every scope, and the program, can be left: binds `C-c` where no other key does it.
    pub fn keep_ways_out(&mut self) {
        let Ok(keys) = Key::sequence(LAST_RESORT) else { return };
        for scope in Scope::ALL {
            if let Some(action) = way_out(scope)
                && !self.has(scope, action)
            {
                self.bind(scope, action, std::slice::from_ref(&keys));
            }
        }
    }

    /// Whether an action has a key in a scope itself; inherited ones do not count.
    #[must_use]
    pub fn has(&self, scope: Scope, action: Action) -> bool {
        self.own(scope).iter().any(|binding| binding.action == action)
    }

    /// Whether a binding of `scope` or of a scope that it inherits from applies in `scope`.
    fn applies(&self, scope: Scope, binding: &Binding) -> bool {
        scope.chain().take_while(|&nearer| nearer != binding.scope).all(|nearer| {
            let hides = |other: &Binding| clash(&other.keys, &binding.keys) && self.applies(scope, other);
            !self.rebound.contains(&(nearer, binding.action)) && !self.own(nearer).iter().any(hides)
        })
    }

    /// Returns the bindings of a focused scope that pass a test, its own ones first. No keys of one clash with another's.
    fn bindings_in(&self, scope: Scope, test: impl Fn(&Binding) -> bool) -> impl Iterator<Item = &Binding> {
        let is_wanted = move |binding: &&Binding| test(binding) && self.applies(scope, binding);
        scope.chain().flat_map(|at| self.own(at)).filter(is_wanted)
    }

    /// Looks up `keys` in a focused scope.
    #[must_use]
    pub fn lookup(&self, scope: Scope, keys: &[Key]) -> Lookup {
        match self.bindings_in(scope, |binding| binding.keys.starts_with(keys)).next() {
            Some(binding) if binding.keys.len() == keys.len() => Lookup::Action(binding.action),
            Some(_) => Lookup::Pending,
            None => Lookup::Unbound,
        }
    }

    /// Returns the ways to complete `keys` in a focused scope: the missing keys, and the action that they lead to.
    #[must_use]
    pub fn following(&self, scope: Scope, keys: &[Key]) -> Vec<(String, &'static Info)> {
        let longer = |binding: &Binding| binding.keys.len() > keys.len() && binding.keys.starts_with(keys);
        let shown = |binding: &Binding| {
            Some((self.display(binding.keys.strip_prefix(keys)?), binding.action.info(binding.scope)?))
        };
        self.bindings_in(scope, longer).filter_map(shown).collect()
    }

    /// Returns the keys of an action in a focused scope, formatted for the screen, one text per sequence.
    #[must_use]
    pub fn keys_of(&self, scope: Scope, action: Action) -> Vec<String> {
        let bound = self.bindings_in(scope, |binding| binding.action == action);
        bound.map(|binding| self.display(&binding.keys)).collect()
    }

    /// Formats a sequence for the screen.
    #[must_use]
    pub fn display(&self, keys: &[Key]) -> String {
        if self.spells_arrows { Key::written(keys) } else { Key::display(keys) }
    }

    /// Sets whether arrow keys are shown by name, for terminals without arrow symbols.
    pub fn spell_arrows(&mut self, on: bool) {
        self.spells_arrows = on;
    }

    /// Returns the actions of a scope with their keys, in the order of the table: its own rows, then the inherited
    /// actions that the user has bound in this scope.
    #[must_use]
    pub fn rows(&self, scope: Scope) -> Vec<(&'static Info, Vec<String>)> {
        let own = Action::in_scope(scope);
        let rebound = scope.shared().iter().copied().flat_map(Action::in_scope).filter(move |info| {
            self.has(scope, info.action) && Action::in_scope(scope).all(|own| own.action != info.action)
        });
        own.chain(rebound).map(|info| (info, self.keys_of(scope, info.action))).collect()
    }

    /// Returns all sequences of a scope and their actions.
    pub fn of_scope(&self, scope: Scope) -> impl Iterator<Item = (&[Key], Action)> {
        self.own(scope).iter().map(|binding| (binding.keys.as_slice(), binding.action))
    }
}

impl Default for Keymap {
    /// The keys of [`Action::TABLE`]; a test asserts that they parse.
    fn default() -> Self {
        Self::from_table(Action::TABLE).unwrap_or_else(|_| Self::empty())
    }
}

/// The action that leaves a scope, which always has a key.
fn way_out(scope: Scope) -> Option<Action> {
    Some(match scope {
        Scope::Panes => Action::Quit,
        Scope::Prompt => Action::PromptCancel,
        Scope::TypeAhead => Action::ValueCancel,
        Scope::ListFilter => Action::ListFilterCancel,
        // The panes inherit it, and each scope that inherits from these has its own.
        Scope::Filter
        | Scope::List
        | Scope::Detail
        | Scope::Timeline
        | Scope::Lists
        | Scope::TypedLists
        | Scope::Typing
        | Scope::Always => return None,
        _ => Action::Close,
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn keys(text: &str) -> Vec<Key> {
        Key::sequence(text).expect("keys")
    }

    pub fn assert_no_key_means_two_things(keymap: &Keymap) {
        for own in &keymap.bindings {
            for (n, one) in own.iter().enumerate() {
                for other in &own[n + 1..] {
                    let is_clash = clash(&one.keys, &other.keys);
                    assert!(!is_clash, "{:?} and {:?} in {:?}: {:?}", one.action, other.action, one.scope, one.keys);
                }
            }
        }
    }

    #[test]
    fn the_table_parses_and_no_key_means_two_things() {
        assert_no_key_means_two_things(&Keymap::from_table(Action::TABLE).expect("every key of the table is valid"));
    }

    #[test]
    fn action_and_scope_names_are_unique() {
        for one in Action::TABLE {
            for other in Action::TABLE {
                assert_eq!(one.name == other.name, one.action == other.action, "{} {}", one.name, other.name);
            }
        }
        for scope in Scope::ALL {
            assert_eq!(Scope::of_name(scope.name()), Some(scope));
        }
    }

    #[test]
    fn prefixes_are_pending_and_panes_share_bindings() {
        let keymap = Keymap::default();
        assert_eq!(keymap.lookup(Scope::List, &keys("g")), Lookup::Pending);
        assert_eq!(keymap.lookup(Scope::List, &keys("gg")), Lookup::Action(Action::Top));
        assert_eq!(keymap.lookup(Scope::List, &keys("gx")), Lookup::Unbound);
        assert_eq!(keymap.lookup(Scope::Filter, &keys("Enter")), Lookup::Action(Action::ToggleValue));
        assert_eq!(keymap.lookup(Scope::Prompt, &keys("j")), Lookup::Unbound);
        assert_eq!(keymap.lookup(Scope::Detail, &keys("3")), Lookup::Action(Action::NthTopic));
    }

    #[test]
    fn arrow_keys_are_symbols_or_names() {
        let keymap = Keymap::default();
        assert_eq!(keymap.keys_of(Scope::Panes, Action::Top), ["gg", "Home"]);
        let mut keymap = keymap;
        assert_eq!(keymap.keys_of(Scope::Panes, Action::Down), ["j", "↓"]);
        keymap.spell_arrows(true);
        assert_eq!(keymap.keys_of(Scope::Panes, Action::Down), ["j", "Down"]);
    }

    #[test]
    fn binding_a_key_takes_it_from_other_actions() {
        let mut keymap = Keymap::default();
        keymap.bind(Scope::Panes, Action::Undo, &[keys("g"), keys("C-x u")]);
        assert_eq!(keymap.lookup(Scope::List, &keys("g")), Lookup::Action(Action::Undo));
        assert_eq!(keymap.lookup(Scope::List, &keys("u")), Lookup::Unbound, "its former key");
        assert_eq!(keymap.keys_of(Scope::Panes, Action::Top), ["Home"], "gg can no longer be typed");
        assert_eq!(keymap.keys_of(Scope::Panes, Action::ShowUnread), Vec::<String>::new());
        assert_eq!(keymap.keys_of(Scope::Subscriptions, Action::Top), ["gg", "Home"], "another scope keeps them");
        assert_no_key_means_two_things(&keymap);
    }

    #[test]
    fn the_binding_of_a_pane_hides_that_of_all_panes() {
        let mut keymap = Keymap::default();
        keymap.bind(Scope::Detail, Action::Sort, &[keys("gg"), keys("gu x")]);
        assert_eq!(keymap.lookup(Scope::Detail, &keys("gg")), Lookup::Action(Action::Sort));
        assert_eq!(keymap.lookup(Scope::List, &keys("gg")), Lookup::Action(Action::Top));
        let completions = |scope| {
            let following = keymap.following(scope, &keys("g")).into_iter();
            following.map(|(keys, info)| format!("{keys} {}", info.name)).collect::<Vec<_>>()
        };
        let expected =
            ["S story", "? manual", "g top", "a show-all", "u show-unread", "s show-starred", "/ find-in-text"];
        assert_eq!(completions(Scope::List), expected);
        let expected = ["g sort", "ux sort", "S story", "? manual", "a show-all", "s show-starred", "/ find-in-text"];
        assert_eq!(completions(Scope::Detail), expected);
        let rebound = keymap.rows(Scope::Detail).into_iter().last().expect("rows");
        assert_eq!((rebound.0.action, rebound.1), (Action::Sort, vec!["gg".to_owned(), "gux".to_owned()]));
    }

    #[test]
    fn keys_bound_in_a_scope_replace_those_it_inherits_for_the_action() {
        let suspend = |keymap: &Keymap, scope| keymap.lookup(scope, &keys("C-z"));
        let mut keymap = Keymap::default();
        for scope in Scope::ALL {
            assert_eq!(suspend(&keymap, scope), Lookup::Action(Action::Suspend), "{scope:?}");
        }
        keymap.bind(Scope::Panes, Action::Suspend, &[]);
        for (scope, expected) in [
            (Scope::Panes, Lookup::Unbound),
            (Scope::List, Lookup::Unbound),
            (Scope::Timeline, Lookup::Unbound),
            (Scope::Subscriptions, Lookup::Action(Action::Suspend)),
            (Scope::Prompt, Lookup::Action(Action::Suspend)),
        ] {
            assert_eq!(suspend(&keymap, scope), expected, "{scope:?}");
        }
        assert_eq!(keymap.keys_of(Scope::List, Action::Suspend), Vec::<String>::new());
        keymap.bind(Scope::Subscriptions, Action::Down, &[keys("g")]);
        assert_eq!(keymap.keys_of(Scope::Subscriptions, Action::Down), ["g"]);
        assert_eq!(keymap.keys_of(Scope::Subscriptions, Action::Top), ["Home"], "gg can no longer be typed");
        assert_eq!(keymap.lookup(Scope::Subscriptions, &keys("j")), Lookup::Unbound);
        assert_eq!(keymap.keys_of(Scope::FeedChoice, Action::Down), ["j", "↓"]);
        assert_eq!(keymap.keys_of(Scope::FeedChoice, Action::PageDown), ["C-f", "PgDn"], "Space chooses");
    }

    #[test]
    fn every_scope_keeps_a_key_that_leaves_it() {
        let mut keymap = Keymap::default();
        keymap.bind(Scope::Panes, Action::Top, &[keys("C-c")]);
        for scope in Scope::ALL {
            for info in Action::in_scope(scope).filter(|info| info.action != Action::Top) {
                keymap.bind(scope, info.action, &[]);
            }
        }
        keymap.keep_ways_out();
        for scope in Scope::ALL {
            if let Some(action) = way_out(scope) {
                assert_eq!(keymap.lookup(scope, &keys("C-c")), Lookup::Action(action), "{scope:?}");
            }
        }
        assert_eq!(keymap.lookup(Scope::List, &keys("C-c")), Lookup::Action(Action::Quit));
        assert_no_key_means_two_things(&keymap);
    }
}
