//! The keys that the user binds: read, and held against each other.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::DeValue;

use super::problem::{nearest, position, shown};
use crate::keymap::{Action, Info, Key, Keymap, Scope, clash};

/// The keys of an action in a scope, as a file has them.
#[derive(Debug, Clone)]
pub struct Bound {
    /// Where they hold.
    pub scope: Scope,
    /// What they do.
    pub info: &'static Info,
    /// The sequences; none: no key.
    pub keys: Vec<Vec<Key>>,
    /// Where each stands, in bytes.
    places: Vec<usize>,
    /// The line of the action's name, from 1.
    pub line: usize,
}

impl Bound {
    /// The sequences as they are written.
    #[must_use]
    pub fn describe(&self) -> Vec<String> {
        self.keys.iter().map(|keys| Key::written(keys)).collect()
    }
}

/// A byte of the text, and what is wrong there.
type Wrong = (usize, String);

/// The action that a name means in a scope.
fn action(scope: Scope, name: &str) -> Result<&'static Info, String> {
    let scopes = [Some(scope), scope.shared()];
    let mut here = scopes.into_iter().flatten().flat_map(Action::in_scope);
    if let Some(info) = here.find(|info| info.name == name) {
        return Ok(info);
    }
    let elsewhere: Vec<&str> = Scope::ALL
        .into_iter()
        .filter(|scope| Action::in_scope(*scope).any(|info| info.name == name))
        .map(Scope::name)
        .collect();
    let here = scopes.into_iter().flatten().flat_map(Action::in_scope).map(|info| info.name);
    let scope = scope.name();
    Err(match (elsewhere.is_empty(), nearest(name, here)) {
        (false, _) => format!("{name} is no action of {scope}, but of {}", elsewhere.join(", ")),
        (true, Some(near)) => format!("there is no action {name} in {scope}: did you mean {near}?"),
        (true, None) => format!(
            "there is no action {name} in {scope}: ? in the reader shows the keys, tidings config init --stdout the names"
        ),
    })
}

/// The keys of one action.
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
                let what =
                    format!("{} cannot be {piece}, allowed: \"key\", [\"key\", \"key\"], or [] for no key", info.name);
                wrong.push((at, what));
            }
        }
    }
    let (line, _) = position(text, name.span().start);
    if wrong.is_empty() { Ok(Bound { scope, info, keys, places, line }) } else { Err(wrong) }
}

/// Keys that the user gives to two actions of a scope, or twice to one, and sequences of which one begins the other.
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
        let (told, other, line) = (Key::display(keys), Key::display(others), position(text, place).0);
        let name = info.name;
        let what = match keys.len().cmp(&others.len()) {
            std::cmp::Ordering::Equal => {
                format!("{told} means {name} already, in line {line}, allowed: one action a key")
            }
            std::cmp::Ordering::Greater => {
                format!("{told} is never heard, since {other} means {name}, in line {line}, allowed: another beginning")
            }
            std::cmp::Ordering::Less => {
                format!("{told} is the beginning of {other}, which means {name}, in line {line}, allowed: another key")
            }
        };
        wrong.push((at, what));
    }
    wrong
}

/// Puts the user's keys in the place of those that a preset has for the same actions.
pub fn bind(keymap: &mut Keymap, bindings: &[Bound]) {
    // First all that is replaced: what one action gives away another may take.
    for bound in bindings {
        keymap.bind(bound.scope, bound.info.action, &[]);
    }
    for bound in bindings {
        keymap.bind(bound.scope, bound.info.action, &bound.keys);
    }
    keymap.keep_ways_out();
}
