//! Reads the user's key bindings and finds clashes between them.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::DeValue;

use super::problem::{nearest, position, shown};
use crate::keymap::{Action, Info, Key, Keymap, Scope, clash};

/// The keys that a file binds to an action in a scope.
#[derive(Debug, Clone)]
pub struct Bound {
    /// The scope.
    pub scope: Scope,
    /// The action.
    pub info: &'static Info,
    /// The sequences; empty for no key.
    pub keys: Vec<Vec<Key>>,
    /// The byte position of each sequence in the file.
    places: Vec<usize>,
    /// The line of the action's name, from 1.
    pub line: usize,
}

impl Bound {
    /// Formats the sequences as they are written in a file.
    #[must_use]
    pub fn describe(&self) -> Vec<String> {
        self.keys.iter().map(|keys| Key::written(keys)).collect()
    }
}

/// A byte position in the file, and what is wrong there.
type Wrong = (usize, String);

/// Finds the action with this name in a scope or in those that it inherits from.
fn action(scope: Scope, name: &str) -> Result<&'static Info, String> {
    let present = Action::present_name(name);
    let mut here = scope.chain().flat_map(Action::in_scope);
    if let Some(info) = here.find(|info| info.name == present) {
        return Ok(info);
    }
    let elsewhere: Vec<&str> = Scope::ALL
        .into_iter()
        .filter(|scope| Action::in_scope(*scope).any(|info| info.name == name))
        .map(Scope::name)
        .collect();
    let here = scope.chain().flat_map(Action::in_scope).map(|info| info.name);
    let table = format!("[keys.{}]", scope.name());
    let elsewhere: Vec<String> = elsewhere.iter().map(|scope| format!("[keys.{scope}]")).collect();
    Err(match (elsewhere.is_empty(), nearest(name, here)) {
        (false, _) => {
            format!("action `{name}` does not exist in {table}; it belongs in {}", elsewhere.join(" or "))
        }
        (true, Some(near)) => format!("unknown action `{name}` in {table} (did you mean `{near}`?)"),
        (true, None) => {
            format!("unknown action `{name}` in {table}; `tidings config init --stdout` lists all actions")
        }
    })
}

/// Reads the keys of one action.
pub fn bound(
    scope: Scope,
    name: &Spanned<Cow<'_, str>>,
    value: &Spanned<DeValue<'_>>,
    text: &str,
) -> Result<Bound, Vec<Wrong>> {
    let info = action(scope, name.get_ref()).map_err(|what| vec![(name.span().start, what)])?;
    let texts: Vec<&Spanned<DeValue<'_>>> = match value.get_ref() {
        DeValue::Array(list) => list.iter().collect(),
        _ => vec![value],
    };
    let (mut keys, mut places, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for one in texts {
        let at = one.span().start;
        match one.get_ref().as_str().map(Key::sequence) {
            Some(Ok(sequence)) => {
                keys.push(sequence);
                places.push(at);
            }
            Some(Err(error)) => wrong.push((at, error.to_string())),
            None => {
                let piece = shown(text.get(one.span()).unwrap_or_default());
                let name = info.name;
                let what =
                    format!("invalid value {piece} for {name}; expected \"key\", [\"key\", \"key\"], or [] for no key");
                wrong.push((at, what));
            }
        }
    }
    let (line, _) = position(text, name.span().start);
    if wrong.is_empty() { Ok(Bound { scope, info, keys, places, line }) } else { Err(wrong) }
}

/// Finds sequences that are bound twice within a scope, and those of which one is a prefix of the other.
pub fn clashes(bindings: &[Bound], text: &str) -> Vec<Wrong> {
    let all = bindings.iter().flat_map(|bound| {
        std::iter::zip(&bound.keys, &bound.places)
            .map(move |(keys, &at)| (at, bound.scope, keys.as_slice(), bound.info))
    });
    let mut all: Vec<_> = all.collect();
    all.sort_by_key(|(at, ..)| *at);
    let mut wrong = Vec::new();
    for (n, &(at, scope, keys, _)) in all.iter().enumerate() {
        let before = all[..n].iter().find(|(_, other, others, _)| *other == scope && clash(keys, others));
        let Some(&(place, _, others, info)) = before else { continue };
        let (shown, other, line) = (Key::display(keys), Key::display(others), position(text, place).0);
        let name = info.name;
        let what = match keys.len().cmp(&others.len()) {
            std::cmp::Ordering::Equal => {
                format!("`{shown}` is already bound to {name} in line {line}")
            }
            std::cmp::Ordering::Greater => {
                format!("`{shown}` can never be typed: `{other}` is bound to {name} in line {line}")
            }
            std::cmp::Ordering::Less => {
                format!("`{shown}` would make `{other}` unreachable, which is bound to {name} in line {line}")
            }
        };
        wrong.push((at, what));
    }
    wrong
}

/// Replaces the keys that a preset has for the user's actions with the user's keys.
pub fn bind(keymap: &mut Keymap, bindings: &[Bound]) {
    // Unbind all of them first: one action may take a key that another gives up.
    for bound in bindings {
        keymap.bind(bound.scope, bound.info.action, &[]);
    }
    for bound in bindings {
        keymap.bind(bound.scope, bound.info.action, &bound.keys);
    }
    keymap.keep_ways_out();
}
