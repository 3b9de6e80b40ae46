//! The keys as they are told to people, by scope.

use super::action::Info;
use super::bindings::Keymap;
use super::scope::Scope;

/// An action with its keys.
pub type Row = (&'static Info, Vec<String>);

/// The rows of a scope.
#[derive(Debug, Clone)]
pub struct Section {
    /// Whose.
    pub scope: Scope,
    /// In the order of the table.
    pub rows: Vec<Row>,
}

impl Keymap {
    /// All keys, those of `focus` and of what it shares first. A row that all panes have is told of no other scope again.
    #[must_use]
    pub fn sections(&self, focus: Option<Scope>) -> Vec<Section> {
        let first = [focus, focus.and_then(Scope::shared), Some(Scope::Panes)];
        let mut scopes: Vec<Scope> = Vec::new();
        for scope in first.into_iter().flatten().chain(Scope::ALL) {
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        let everywhere = self.rows(Scope::Panes);
        let is_known = |row: &Row| everywhere.iter().any(|known| known.0.help == row.0.help && known.1 == row.1);
        let rows = |scope| self.rows(scope).into_iter().filter(|row| scope == Scope::Panes || !is_known(row)).collect();
        let sections = scopes.into_iter().map(|scope| Section { scope, rows: rows(scope) });
        sections.filter(|section| !section.rows.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keymap::{Action, Key};

    fn told(keymap: &Keymap) -> Vec<String> {
        let line = |scope: Scope, (info, keys): Row| format!("{}: {} {}", scope.title(), keys.join(" "), info.help);
        let sections = keymap.sections(None).into_iter();
        sections.flat_map(|section| section.rows.into_iter().map(move |row| line(section.scope, row))).collect()
    }

    #[test]
    fn what_is_shared_is_told_once_and_nothing_is_left_out() {
        let keymap = Keymap::default();
        let lines = told(&keymap);
        for scope in Scope::ALL {
            for (info, keys) in keymap.rows(scope) {
                let row = format!(": {} {}", keys.join(" "), info.help);
                assert!(lines.iter().any(|line| line.ends_with(&row)), "{scope:?}: {row}");
            }
        }
        let of_help = |help: &str| lines.iter().filter(|line| line.ends_with(help)).count();
        assert_eq!((of_help(" suspend"), of_help(" to the start"), of_help(" a letter to the left")), (1, 1, 1));
    }

    #[test]
    fn the_focus_stands_first_and_what_it_shares_behind_it() {
        let scopes = |focus| Keymap::default().sections(focus).iter().map(|section| section.scope).collect::<Vec<_>>();
        assert_eq!(scopes(Some(Scope::Detail))[..2], [Scope::Detail, Scope::Panes]);
        assert_eq!(scopes(Some(Scope::Palette))[..3], [Scope::Palette, Scope::Typing, Scope::Panes]);
        assert_eq!(scopes(None), Scope::ALL);
    }

    #[test]
    fn what_is_bound_otherwise_is_told_where_it_is() {
        let mut keymap = Keymap::default();
        keymap.bind(Scope::Find, Action::PromptClear, &[Key::sequence("C-k").expect("keys")]);
        let lines = told(&keymap);
        assert!(lines.contains(&"Finding in the text: C-k erase all before the cursor".to_owned()), "{lines:?}");
        assert!(lines.contains(&"Lines to type in: C-u erase all before the cursor".to_owned()));
    }
}
