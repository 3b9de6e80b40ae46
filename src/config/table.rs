//! The table of settings: for each its name, kind, default, help, environment variable, flag and effect. This is the only
//! list of settings.

use std::path::PathBuf;

use super::settings::{Charset, Clipboard, Density, Notify, Pictures, Settings, Stacking};
use super::value::{Kind, Value};
use crate::keymap::Preset;
use crate::picture::Form;

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Its name: `section.key`, or only the key if it belongs to no section.
    pub name: &'static str,
    /// The kind of its values.
    pub kind: Kind,
    /// Its default, as TOML.
    pub default: &'static str,
    /// Its help line.
    pub help: &'static str,
    /// The environment variable that sets it.
    pub variable: &'static str,
    /// The flag that sets it, without the dashes.
    pub flag: &'static str,
    /// Stores a value of its kind in the settings.
    apply: fn(&mut Settings, &Value),
}

/// The setting whose value `"auto"` is resolved from the environment; see [`super::Given`].
pub const ASCII: &str = "look.ascii";
/// The setting that selects the key preset.
pub const PRESET: &str = "keys.preset";

/// All settings, in the order of the file, grouped by section.
pub const TABLE: &[Row] = &[
    Row {
        name: "read-after",
        kind: Kind::Seconds,
        default: "1",
        help: "Mark a release read after its text has had the focus for this many seconds; \"never\" marks none",
        variable: "TIDINGS_READ_AFTER",
        flag: "read-after",
        apply: |settings, value| {
            if let Value::Time(time) = value {
                settings.read_after = *time;
            }
        },
    },
    Row {
        name: "read-after-preview",
        kind: Kind::Seconds,
        default: "\"never\"",
        help: "Mark a release read after it has been selected for this many seconds with its text beside the list",
        variable: "TIDINGS_READ_AFTER_PREVIEW",
        flag: "read-after-preview",
        apply: |settings, value| {
            if let Value::Time(time) = value {
                settings.read_after_preview = *time;
            }
        },
    },
    Row {
        name: "sync-every",
        kind: Kind::Interval,
        default: "\"never\"",
        help: "Sync at start and then at this interval, such as \"30m\" or \"2h\"",
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
        help: "Never use the network",
        variable: "TIDINGS_OFFLINE",
        flag: "offline",
        apply: |settings, value| settings.is_offline = *value == Value::Switch(true),
    },
    Row {
        name: "library",
        kind: Kind::Text,
        default: "\"\"",
        help: "The library file; ~/ is your home folder. If empty, tidings/library.db in your data folder",
        variable: "TIDINGS_LIBRARY",
        flag: "library",
        apply: |settings, value| settings.library = text(value).filter(|path| !path.is_empty()).map(PathBuf::from),
    },
    Row {
        name: "mouse",
        kind: Kind::Switch,
        default: "true",
        help: "Enable the mouse. When off, the terminal's own text selection works",
        variable: "TIDINGS_MOUSE",
        flag: "mouse",
        apply: |settings, value| settings.has_mouse = *value == Value::Switch(true),
    },
    Row {
        name: "browser",
        kind: Kind::Command,
        default: "\"\"",
        help: "The command that opens an address. If empty, $BROWSER or the default of the system",
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
        help: "The command to pipe texts to, unless another one is typed",
        variable: "TIDINGS_PIPE",
        flag: "pipe",
        apply: |settings, value| settings.pipe = text(value).unwrap_or_default(),
    },
    Row {
        name: "copy",
        kind: Kind::Word(&["auto", "osc52", "local", "off"]),
        default: "\"auto\"",
        help: "How to copy texts: through the terminal (\"osc52\"), with a program on this machine (\"local\"), or with \
               whichever works (\"auto\")",
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
        name: "notify",
        kind: Kind::Word(&["off", "osc9", "osc777", "command"]),
        default: "\"off\"",
        help: "Show what a sync finds for watched queries as a notification of the terminal (\"osc9\", \"osc777\") or with a \
               program (\"command\")",
        variable: "TIDINGS_NOTIFY",
        flag: "notify",
        apply: |settings, value| {
            settings.notify = match text(value).as_deref() {
                Some("osc9") => Notify::Osc9,
                Some("osc777") => Notify::Osc777,
                Some("command") => Notify::Command,
                _ => Notify::Off,
            };
        },
    },
    Row {
        name: "notify-command",
        kind: Kind::Command,
        default: "\"\"",
        help: "With notify = \"command\": the program that shows a notification, such as \"notify-send tidings\"; the text is \
               its last argument",
        variable: "TIDINGS_NOTIFY_COMMAND",
        flag: "notify-command",
        apply: |settings, value| {
            if let Value::Command(words) = value {
                settings.notify_command.clone_from(words);
            }
        },
    },
    Row {
        name: "look.theme",
        kind: Kind::Text,
        default: "\"auto\"",
        help: "The theme; \"auto\" follows the background and the colours of the terminal",
        variable: "TIDINGS_THEME",
        flag: "theme",
        apply: |settings, value| settings.look.theme = text(value).unwrap_or_default(),
    },
    Row {
        name: ASCII,
        kind: Kind::SwitchOrAuto,
        default: "\"auto\"",
        help: "Draw with ASCII characters only; \"auto\" does so if the locale is not UTF-8",
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
        help: "Wrap the titles of the list (\"comfortable\") or show each on one line (\"compact\")",
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
        help: "Where the list stands in terminals of 80 to 119 columns: above the text or beside it",
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
        help: "The longest line of running text, in columns",
        variable: "TIDINGS_MEASURE",
        flag: "measure",
        apply: |settings, value| {
            if let Value::Number(columns) = value {
                settings.look.measure = *columns;
            }
        },
    },
    Row {
        name: "look.words",
        kind: Kind::Switch,
        default: "true",
        help: "Show the words that distinguish the hits in the filter pane",
        variable: "TIDINGS_WORDS",
        flag: "words",
        apply: |settings, value| settings.look.words = *value == Value::Switch(true),
    },
    Row {
        name: "look.pictures",
        kind: Kind::Word(&["off", "key", "always"]),
        default: "\"off\"",
        help: "Fetch and show the picture of a release: never (\"off\"), when its key is pressed (\"key\"), or always",
        variable: "TIDINGS_PICTURES",
        flag: "pictures",
        apply: |settings, value| {
            settings.look.pictures = match text(value).as_deref() {
                Some("key") => Pictures::OnKey,
                Some("always") => Pictures::Always,
                _ => Pictures::Off,
            };
        },
    },
    Row {
        name: "look.picture-form",
        kind: Kind::Word(&["auto", "kitty", "iterm2", "sixel", "blocks"]),
        default: "\"auto\"",
        help: "How to draw pictures: with the graphics that the terminal reports (\"auto\"), with one kind of graphics, or \
               with half blocks (\"blocks\"), which every terminal with colours shows",
        variable: "TIDINGS_PICTURE_FORM",
        flag: "picture-form",
        apply: |settings, value| {
            settings.look.picture_form = match text(value).as_deref() {
                Some("kitty") => Some(Form::Kitty),
                Some("iterm2") => Some(Form::Iterm2),
                Some("sixel") => Some(Form::Sixel),
                Some("blocks") => Some(Form::Blocks),
                _ => None,
            };
        },
    },
    Row {
        name: "download.folder",
        kind: Kind::Text,
        default: "\"\"",
        help: "The folder for downloads; ~/ is your home folder. If empty, the download folder of your desktop, or ~/Downloads",
        variable: "TIDINGS_DOWNLOAD_FOLDER",
        flag: "download-folder",
        apply: |settings, value| {
            settings.download_folder = text(value).filter(|path| !path.is_empty()).map(PathBuf::from);
        },
    },
    Row {
        name: PRESET,
        kind: Kind::Word(&["vim", "newsboat", "arrows"]),
        default: "\"vim\"",
        help: "The key preset; \"arrows\" works without letter keys",
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
    /// Returns the row with this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<&'static Self> {
        TABLE.iter().find(|row| row.name == name)
    }

    /// Returns its section, which is empty for settings outside all sections.
    #[must_use]
    pub fn section(&self) -> &'static str {
        self.name.split_once('.').map_or("", |(section, _)| section)
    }

    /// Returns its key within the section.
    #[must_use]
    pub fn key(&self) -> &'static str {
        self.name.split_once('.').map_or(self.name, |(_, key)| key)
    }

    /// Returns its default.
    #[must_use]
    pub fn default_value(&self) -> Value {
        let parsed = toml::de::DeValue::parse(self.default).ok();
        let value = parsed.and_then(|value| self.kind.of_toml(value.get_ref()));
        // A test parses every default.
        value.unwrap_or(Value::Switch(false))
    }

    /// Stores a value in the settings.
    pub fn apply(&self, settings: &mut Settings, value: &Value) {
        (self.apply)(settings, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_and_the_settings_have_the_same_defaults() {
        let mut settings = Settings::default();
        for row in TABLE {
            let parsed = toml::de::DeValue::parse(row.default).expect("TOML");
            assert!(row.kind.of_toml(parsed.get_ref()).is_some(), "{} allows its default", row.name);
            row.apply(&mut settings, &row.default_value());
            assert_eq!(settings, Settings::default(), "{}", row.name);
        }
    }

    #[test]
    fn every_row_changes_the_settings() {
        let values = [
            "never",
            "5",
            "2h",
            "true",
            "/x",
            "false",
            "w3m",
            "wc",
            "osc52",
            "osc9",
            "notify-send",
            "dark",
            "true",
            "compact",
            "beside",
            "60",
            "false",
            "key",
            "sixel",
            "/tmp",
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
    fn names_variables_and_flags_are_unique_and_sections_are_contiguous() {
        for (n, one) in TABLE.iter().enumerate() {
            for other in &TABLE[n + 1..] {
                assert!(one.name != other.name && one.variable != other.variable && one.flag != other.flag);
            }
        }
        let mut sections: Vec<_> = TABLE.iter().map(Row::section).collect();
        sections.dedup();
        assert_eq!(sections, ["", "look", "download", "keys"]);
    }

    #[test]
    fn every_preset_can_be_selected() {
        let Kind::Word(words) = Row::of_name(PRESET).expect("a row").kind else { panic!("a word") };
        assert_eq!(words, Preset::ALL.map(Preset::name));
    }
}
