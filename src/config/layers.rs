//! Merges defaults, the file, the environment and the flags, in increasing priority, and records the origin of each value.

use std::fmt;

use super::bindings::{self, Bound};
use super::document;
use super::opener::Opener;
use super::problem::{Position, Problem, shown};
use super::settings::{Charset, Settings};
use super::table::{ASCII, Row, TABLE};
use super::value::Value;
use crate::query::TopicDefinition;
use crate::text::CleanBuf;

/// Settings from outside the file.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Settings by name, with the values of their environment variables.
    pub variables: Vec<(&'static str, String)>,
    /// Settings by name, with the values of their flags.
    pub flags: Vec<(&'static str, String)>,
    /// The character set of the terminal according to the environment.
    pub charset: Charset,
}

/// The origin of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The default.
    Default,
    /// This line of the file.
    File(usize),
    /// This environment variable.
    Variable(&'static str),
    /// This flag, without its dashes.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(line) => write!(f, "line {line}"),
            Self::Variable(name) => write!(f, "environment {name}"),
            Self::Flag(name) => write!(f, "flag --{name}"),
        }
    }
}

/// All settings and their origins.
#[derive(Debug, Clone)]
pub struct Config {
    /// Every row of the table with its value and origin.
    pub values: Vec<(&'static Row, Value, Origin)>,
    /// The programs for enclosures of the file, each with its line.
    pub openers: Vec<(Opener, usize)>,
    /// The user's own topics of the file, each with its line.
    pub topics: Vec<(TopicDefinition, usize)>,
    /// The key bindings of the file.
    pub bindings: Vec<Bound>,
    /// The resulting settings.
    pub settings: Settings,
}

impl Config {
    /// Returns the origin of a setting by its name.
    #[must_use]
    pub fn origin_of(&self, name: &str) -> Origin {
        self.values.iter().find(|(row, ..)| row.name == name).map_or(Origin::Default, |&(.., origin)| origin)
    }
}

/// Merges all layers into one configuration.
///
/// # Errors
/// All problems: those of the file in its order, then those of variables and flags.
pub fn combine(file: Option<&str>, given: &Given) -> Result<Config, Vec<Problem>> {
    let document = document::read(file.unwrap_or_default());
    let mut problems = document.problems;
    let mut values: Vec<(&'static Row, Value, Origin)> =
        TABLE.iter().map(|row| (row, row.default_value(), Origin::Default)).collect();
    let mut set = |row: &Row, value: Value, origin: Origin| {
        if let Some(entry) = values.iter_mut().find(|(other, ..)| other.name == row.name) {
            (entry.1, entry.2) = (value, origin);
        }
    };
    for (row, value, line) in document.values {
        set(row, value, Origin::File(line));
    }
    let variables = given.variables.iter().map(|(name, text)| (name, text, false));
    let flags = given.flags.iter().map(|(name, text)| (name, text, true));
    for (name, text, is_flag) in variables.chain(flags) {
        let Some(row) = Row::of_name(name) else { continue };
        let (place, origin) = if is_flag {
            (Position::Flag(row.flag), Origin::Flag(row.flag))
        } else {
            (Position::Variable(row.variable), Origin::Variable(row.variable))
        };
        if let Some(value) = row.kind.of_text(text) {
            set(row, value, origin);
        } else {
            let what = format!("invalid value \"{}\" for {}; expected {}", shown(text), row.name, row.kind.expected());
            problems.push(Problem { place, what: CleanBuf::line(&what) });
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut settings = Settings::default();
    for (row, value, _) in &values {
        row.apply(&mut settings, value);
        if row.name == ASCII && *value == Value::Text("auto".to_owned()) {
            settings.look.charset = given.charset;
        }
    }
    settings.openers = document.openers.iter().map(|(opener, _)| opener.clone()).collect();
    settings.topics = document.topics.iter().map(|(topic, _)| topic.clone()).collect();
    bindings::bind(&mut settings.keymap, &document.bindings);
    settings.keymap.spell_arrows(settings.look.charset != Charset::Unicode);
    let document::Document { openers, topics, bindings, .. } = document;
    Ok(Config { values, openers, topics, bindings, settings })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::keymap::{Action, Key, Lookup, Preset, Scope};

    fn given(variables: &[(&'static str, &str)], flags: &[(&'static str, &str)]) -> Given {
        let owned = |list: &[(&'static str, &str)]| list.iter().map(|&(name, text)| (name, text.to_owned())).collect();
        Given { variables: owned(variables), flags: owned(flags), charset: Charset::Unicode }
    }

    #[test]
    fn flags_override_variables_and_variables_override_the_file() {
        let file = "\nread-after = 5\n";
        let table = [
            (None, given(&[], &[]), "1", "default"),
            (Some(file), given(&[], &[]), "5", "line 2"),
            (Some(file), given(&[("read-after", "6")], &[]), "6", "environment TIDINGS_READ_AFTER"),
            (Some(file), given(&[("read-after", "6")], &[("read-after", "7")]), "7", "flag --read-after"),
            (None, given(&[], &[("read-after", "never")]), "\"never\"", "flag --read-after"),
        ];
        for (file, given, value, origin) in table {
            let config = combine(file, &given).expect("nothing is wrong");
            let (row, found, from) = &config.values[0];
            assert_eq!((found.display(row.kind).as_str(), from.to_string().as_str()), (value, origin));
        }
        let config = combine(Some(file), &given(&[], &[("read-after", "7")])).expect("nothing is wrong");
        assert_eq!(config.settings.read_after, Some(Duration::from_secs(7)));
    }

    #[test]
    fn problems_of_all_layers_are_reported() {
        let problems = combine(
            Some("mouse = 1\nlook.measure = 3"),
            &given(&[("look.measure", "wide"), ("mouse", "no")], &[("copy", "\u{1b}[2J")]),
        );
        let found: Vec<String> =
            problems.expect_err("problems").iter().map(|problem| problem.describe(&CleanBuf::line("c.toml"))).collect();
        let expected = [
            "c.toml:1:9: invalid value 1 for mouse; ",
            "c.toml:2:16: invalid value 3 for look.measure; ",
            "TIDINGS_MEASURE: invalid value \"wide\" for look.measure; expected a whole number from 40 to 120",
            "--copy: invalid value \"",
        ];
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (line, expected) in std::iter::zip(found, expected) {
            assert!(line.starts_with(expected) && !line.contains('\u{1b}'), "{line}");
        }
    }

    #[test]
    fn ascii_follows_the_environment_unless_it_is_set() {
        for (text, charset, expected) in [
            ("", Charset::AsciiSigns, Charset::AsciiSigns),
            ("", Charset::Ascii, Charset::Ascii),
            ("", Charset::Unicode, Charset::Unicode),
            ("look.ascii = false", Charset::Ascii, Charset::Unicode),
            ("look.ascii = true", Charset::Unicode, Charset::AsciiSigns),
        ] {
            let given = Given { charset, ..Given::default() };
            assert_eq!(combine(Some(text), &given).expect("fine").settings.look.charset, expected, "{text}");
        }
    }

    fn lookup(config: &Config, scope: Scope, keys: &str) -> Lookup {
        config.settings.keymap.lookup(scope, &Key::sequence(keys).expect("keys"))
    }

    #[test]
    fn user_keys_replace_those_of_the_preset() {
        let file =
            "[keys.everywhere]\nundo = 'x'\nfetch-page = ['u', 'g Space']\nsearch = []\n[keys.reading]\nsort = 's'";
        let config = combine(Some(file), &Given::default()).expect("nothing is wrong");
        for (scope, keys, expected) in [
            (Scope::List, "x", Lookup::Action(Action::Undo)),
            (Scope::List, "u", Lookup::Action(Action::FetchPage)),
            (Scope::List, "g Space", Lookup::Action(Action::FetchPage)),
            (Scope::List, "gg", Lookup::Action(Action::Top)),
            (Scope::List, "/", Lookup::Unbound),
            (Scope::Subscriptions, "/", Lookup::Action(Action::FindSubscription)),
            (Scope::Detail, "s", Lookup::Action(Action::Sort)),
            (Scope::List, "s", Lookup::Action(Action::ToggleStar)),
        ] {
            assert_eq!(lookup(&config, scope, keys), expected, "{keys} in {scope:?}");
        }
        let lines: Vec<_> = config.bindings.iter().map(|bound| (bound.info.name, bound.line)).collect();
        assert!(lines.contains(&("undo", 2)) && lines.contains(&("sort", 6)), "{lines:?}");
    }

    #[test]
    fn former_names_of_actions_bind_keys() {
        let file = "[keys.subscriptions]\nsource-rename = 'x'\nfind-source = 'w'\nsource-pages = []";
        let config = combine(Some(file), &Given::default()).expect("nothing is wrong");
        for (keys, action) in [("x", Action::SubscriptionRename), ("w", Action::FindSubscription)] {
            assert_eq!(lookup(&config, Scope::Subscriptions, keys), Lookup::Action(action), "{keys}");
        }
    }

    #[test]
    fn user_keys_extend_the_selected_preset() {
        let file = "[keys]\npreset = 'newsboat'\n[keys.everywhere]\nquit = []\nback = []";
        let config = combine(Some(file), &Given::default()).expect("nothing is wrong");
        assert_eq!(lookup(&config, Scope::List, "N"), Lookup::Action(Action::ToggleRead));
        assert_eq!(lookup(&config, Scope::List, "q"), Lookup::Unbound);
        assert_eq!(lookup(&config, Scope::List, "C-c"), Lookup::Action(Action::Quit), "there is always a way out");
        let plain = combine(Some("keys.preset = 'arrows'"), &Given::default()).expect("nothing is wrong");
        assert_eq!(plain.settings.keymap, Preset::Arrows.keymap());
    }
}
