//! Key tables for the help and the manual, by scope.

use super::action::Info;
use super::bindings::Keymap;
use super::scope::Scope;

/// An action and its keys.
pub type Row = (&'static Info, Vec<String>);

/// The actions of a scope.
#[derive(Debug, Clone)]
pub struct Section {
    /// The scope.
    pub scope: Scope,
    /// Its rows, in the order of [`super::Action::TABLE`].
    pub rows: Vec<Row>,
}

impl Keymap {
    /// Returns all keys, starting with those of `focus` and of the scopes that it inherits from. A row of
    /// [`Scope::Panes`] is not repeated in a pane or a popup.
    #[must_use]
    pub fn sections(&self, focus: Option<Scope>) -> Vec<Section> {
        let first = focus.into_iter().flat_map(Scope::chain).filter(|&scope| scope != Scope::Always);
        let mut scopes: Vec<Scope> = Vec::new();
        for scope in first.chain([Scope::Panes]).chain(Scope::ALL) {
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        let everywhere = self.rows(Scope::Panes);
        let is_shared = |row: &Row| everywhere.iter().any(|shared| shared.0.help == row.0.help && shared.1 == row.1);
        let is_whole = |scope| matches!(scope, Scope::Panes | Scope::Lists | Scope::TypedLists);
        let rows = |scope| self.rows(scope).into_iter().filter(|row| is_whole(scope) || !is_shared(row)).collect();
        let sections = scopes.into_iter().map(|scope| Section { scope, rows: rows(scope) });
        sections.filter(|section| !section.rows.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keymap::{Action, Key};

    fn lines_of(keymap: &Keymap) -> Vec<String> {
        let line = |scope: Scope, (info, keys): Row| format!("{}: {} {}", scope.title(), keys.join(" "), info.help);
        let sections = keymap.sections(None).into_iter();
        sections.flat_map(|section| section.rows.into_iter().map(move |row| line(section.scope, row))).collect()
    }

    #[test]
    fn shared_rows_are_listed_once_and_every_row_is_listed() {
        let keymap = Keymap::default();
        let lines = lines_of(&keymap);
        for scope in Scope::ALL {
            for (info, keys) in keymap.rows(scope) {
                let row = format!(": {} {}", keys.join(" "), info.help);
                assert!(lines.iter().any(|line| line.ends_with(&row)), "{scope:?}: {row}");
            }
        }
        let of_help = |help: &str| lines.iter().filter(|line| line.ends_with(help)).count();
        assert_eq!(
            (of_help(" Suspend"), of_help(" Move to the start"), of_help(" Move left by a character")),
            (1, 1, 1)
        );
    }

    #[test]
    fn the_focused_scope_comes_first_and_those_it_inherits_from_follow() {
        let scopes = |focus| Keymap::default().sections(focus).iter().map(|section| section.scope).collect::<Vec<_>>();
        assert_eq!(scopes(Some(Scope::Detail))[..2], [Scope::Detail, Scope::Panes]);
        let palette = [Scope::Palette, Scope::TypedLists, Scope::Typing, Scope::Panes];
        assert_eq!(scopes(Some(Scope::Palette))[..4], palette);
        assert_eq!(scopes(None), Scope::ALL);
    }

    #[test]
    fn a_key_rebound_in_one_scope_is_listed_in_that_scope() {
        let mut keymap = Keymap::default();
        keymap.bind(Scope::Find, Action::PromptClear, &[Key::sequence("C-k").expect("keys")]);
        let lines = lines_of(&keymap);
        assert!(lines.contains(&"Find in the text: C-k Delete everything before the cursor".to_owned()), "{lines:?}");
        assert!(lines.contains(&"Text fields: C-u Delete everything before the cursor".to_owned()));
    }
}
