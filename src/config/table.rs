//! The table of settings: name, kind, default and help of each, the variable and the flag that set it too, and what it
//! changes. It is the only place that lists them.

use std::path::PathBuf;

use super::settings::{Charset, Clipboard, Density, Settings, Stacking};
use super::value::{Kind, Value};
use crate::keymap::Preset;

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Its name: `section.key`, or the key alone where it stands before all sections.
    pub name: &'static str,
    /// What it allows.
    pub kind: Kind,
    /// Its default, as TOML.
    pub default: &'static str,
    /// The help line.
    pub help: &'static str,
    /// The variable of the environment that sets it.
    pub variable: &'static str,
    /// The flag that sets it, without its dashes.
    pub flag: &'static str,
    /// Puts a value of its kind among the settings.
    apply: fn(&mut Settings, &Value),
}

/// Where `ascii = "auto"` is asked for, the environment has the say: see [`super::Given`].
pub const ASCII: &str = "look.ascii";
/// The keys to begin with.
pub const PRESET: &str = "keys.preset";

/// All settings, in the order of the file: those of a section stand together.
pub const TABLE: &[Row] = &[
    Row {
        name: "read-after",
        kind: Kind::Seconds,
        default: "1",
        help: "Seconds that a text is shown before its release counts as read; \"never\" leaves that to the key",
        variable: "TIDINGS_READ_AFTER",
        flag: "read-after",
        apply: |settings, value| {
            if let Value::Time(time) = value {
                settings.read_after = *time;
            }
        },
    },
    Row {
        name: "sync-every",
        kind: Kind::Interval,
        default: "\"never\"",
        help: "Sync at once and then at this interval: \"30m\", \"2h\"",
        variable: "TIDINGS_SYNC_EVERY",
        flag: "sync-every",
        apply: |settings, value| {
            if let Value::Time(time) = value {
                settings.sync_every = *time;
            }
        },
    },
    Row {
        name: "offline",
        kind: Kind::Switch,
        default: "false",
        help: "Open no connection at all",
        variable: "TIDINGS_OFFLINE",
        flag: "offline",
        apply: |settings, value| settings.is_offline = *value == Value::Switch(true),
    },
    Row {
        name: "library",
        kind: Kind::Text,
        default: "\"\"",
        help: "The file of the library, ~/ is your home; empty: tidings/library.db in your data folder",
        variable: "TIDINGS_LIBRARY",
        flag: "library",
        apply: |settings, value| settings.library = text(value).filter(|path| !path.is_empty()).map(PathBuf::from),
    },
    Row {
        name: "mouse",
        kind: Kind::Switch,
        default: "true",
        help: "Hear of the mouse; without it the terminal selects text as it always does",
        variable: "TIDINGS_MOUSE",
        flag: "mouse",
        apply: |settings, value| settings.has_mouse = *value == Value::Switch(true),
    },
    Row {
        name: "browser",
        kind: Kind::Command,
        default: "\"\"",
        help: "The command that opens an address; empty: $BROWSER, or what the system has",
        variable: "TIDINGS_BROWSER",
        flag: "browser",
        apply: |settings, value| {
            if let Value::Command(words) = value {
                settings.browser.clone_from(words);
            }
        },
    },
    Row {
        name: "pipe",
        kind: Kind::Text,
        default: "\"\"",
        help: "The command that a text is piped to where nothing else is typed",
        variable: "TIDINGS_PIPE",
        flag: "pipe",
        apply: |settings, value| settings.pipe = text(value).unwrap_or_default(),
    },
    Row {
        name: "copy",
        kind: Kind::Word(&["auto", "osc52", "local", "off"]),
        default: "\"auto\"",
        help: "How a text is copied: through the terminal (\"osc52\"), by a program of this machine (\"local\"), or whichever \
               there is",
        variable: "TIDINGS_COPY",
        flag: "copy",
        apply: |settings, value| {
            settings.copy = match text(value).as_deref() {
                Some("osc52") => Clipboard::Terminal,
                Some("local") => Clipboard::Local,
                Some("off") => Clipboard::Off,
                _ => Clipboard::Auto,
            };
        },
    },
    Row {
        name: "look.theme",
        kind: Kind::Text,
        default: "\"auto\"",
        help: "The name of a theme; \"auto\" follows the terminal",
        variable: "TIDINGS_THEME",
        flag: "theme",
        apply: |settings, value| settings.look.theme = text(value).unwrap_or_default(),
    },
    Row {
        name: ASCII,
        kind: Kind::SwitchOrAuto,
        default: "\"auto\"",
        help: "Draw with nothing but ASCII; \"auto\" does where the locale has no UTF-8",
        variable: "TIDINGS_ASCII",
        flag: "ascii",
        apply: |settings, value| {
            let is_on = *value == Value::Switch(true);
            settings.look.charset = if is_on { Charset::AsciiSigns } else { Charset::Unicode };
        },
    },
    Row {
        name: "look.density",
        kind: Kind::Word(&["comfortable", "compact"]),
        default: "\"comfortable\"",
        help: "Lines a release takes in the list: two, or one",
        variable: "TIDINGS_DENSITY",
        flag: "density",
        apply: |settings, value| {
            let is_compact = text(value).is_some_and(|word| word == "compact");
            settings.look.density = if is_compact { Density::Compact } else { Density::Comfortable };
        },
    },
    Row {
        name: "look.layout",
        kind: Kind::Word(&["above", "beside"]),
        default: "\"above\"",
        help: "The list above the text or beside it, in terminals of 80 to 119 columns",
        variable: "TIDINGS_LAYOUT",
        flag: "layout",
        apply: |settings, value| {
            let is_beside = text(value).is_some_and(|word| word == "beside");
            settings.look.stacking = if is_beside { Stacking::Beside } else { Stacking::Above };
        },
    },
    Row {
        name: "look.measure",
        kind: Kind::Number(40, 120),
        default: "72",
        help: "Columns of the widest line of running text",
        variable: "TIDINGS_MEASURE",
        flag: "measure",
        apply: |settings, value| {
            if let Value::Number(columns) = value {
                settings.look.measure = *columns;
            }
        },
    },
    Row {
        name: PRESET,
        kind: Kind::Word(&["vim", "newsboat", "arrows"]),
        default: "\"vim\"",
        help: "The keys to begin with; \"arrows\" needs no letters",
        variable: "TIDINGS_KEYS",
        flag: "keys",
        apply: |settings, value| {
            let preset = text(value).and_then(|name| Preset::of_name(&name));
            settings.keymap = preset.unwrap_or_default().keymap();
        },
    },
];

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}

impl Row {
    /// The row of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<&'static Self> {
        TABLE.iter().find(|row| row.name == name)
    }

    /// The section it stands in; empty: before all sections.
    #[must_use]
    pub fn section(&self) -> &'static str {
        self.name.split_once('.').map_or("", |(section, _)| section)
    }

    /// Its key within the section.
    #[must_use]
    pub fn key(&self) -> &'static str {
        self.name.split_once('.').map_or(self.name, |(_, key)| key)
    }

    /// Its default.
    #[must_use]
    pub fn default_value(&self) -> Value {
        let parsed = toml::de::DeValue::parse(self.default).ok();
        let value = parsed.and_then(|value| self.kind.of_toml(value.get_ref()));
        // A test reads every default.
        value.unwrap_or(Value::Switch(false))
    }

    /// Puts a value among the settings.
    pub fn apply(&self, settings: &mut Settings, value: &Value) {
        (self.apply)(settings, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_of_the_table_are_those_of_the_settings() {
        let mut settings = Settings::default();
        for row in TABLE {
            let parsed = toml::de::DeValue::parse(row.default).expect("TOML");
            assert!(row.kind.of_toml(parsed.get_ref()).is_some(), "{} allows its default", row.name);
            row.apply(&mut settings, &row.default_value());
            assert_eq!(settings, Settings::default(), "{}", row.name);
        }
    }

    #[test]
    fn every_row_changes_something_of_its_own() {
        let values = [
            "never", "2h", "true", "/x", "false", "w3m", "wc", "osc52", "dark", "true", "compact", "beside", "60",
            "arrows",
        ];
        assert_eq!(values.len(), TABLE.len());
        for (row, text) in TABLE.iter().zip(values) {
            let mut settings = Settings::default();
            row.apply(&mut settings, &row.kind.of_text(text).expect("a value of its kind"));
            assert_ne!(settings, Settings::default(), "{}", row.name);
        }
    }

    #[test]
    fn names_variables_and_flags_are_each_used_once_and_sections_stand_together() {
        for (n, one) in TABLE.iter().enumerate() {
            for other in &TABLE[n + 1..] {
                assert!(one.name != other.name && one.variable != other.variable && one.flag != other.flag);
            }
        }
        let mut sections: Vec<_> = TABLE.iter().map(Row::section).collect();
        sections.dedup();
        assert_eq!(sections, ["", "look", "keys"]);
    }

    #[test]
    fn every_preset_can_be_asked_for() {
        let Kind::Word(words) = Row::of_name(PRESET).expect("a row").kind else { panic!("a word") };
        assert_eq!(words, Preset::ALL.map(Preset::name));
    }
}
