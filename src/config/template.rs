//! Generates the commented configuration file and the settings table of the manual.

use super::table::{Row, TABLE};
use super::value::quoted;
use crate::keymap::{Key, Preset, Scope};

/// The header of the file.
const HEAD: &str = "\
# The configuration of tidings. Every line is optional; the values below are the defaults.
# Environment variables override this file, and flags override both. Changes apply while the reader runs.";
/// The introduction to the programs for enclosures.
const OPEN: &str = "\
[open]

# The program for each media type of an enclosure; without one, the browser opens it. The address is its last argument.
# \"audio/*\" = \"mpv --force-window\"
# \"application/pdf\" = [\"zathura\"]";
/// The introduction to the user's own topics.
const TOPICS: &str = "\
[topics]

# Topics of your own, each defined by a query. They stand in the filter pane beside those of the publishers.
# housing = 'rent OR housing OR mortgage'";
/// The introduction to the key tables.
const KEYS: &str = "\
# Keys, one table for each part of the screen. Assign an action a key, a list of keys, or [] for none. The new keys replace
# all keys of the action there; other actions lose them. A key is written as j, G, C-d, M-x, S-Tab, Enter, Space, Esc, BS,
# Del, Down, PgDn or F1, and a sequence as gg or g Space. C-c closes or quits wherever no other key does.";

/// Returns the commented file: every setting with its default, and every action with its keys.
#[must_use]
pub fn commented() -> String {
    let mut lines = vec![HEAD.to_owned()];
    let mut section = "";
    for row in TABLE {
        if row.section() != section {
            section = row.section();
            lines.push(format!("\n[{section}]"));
        }
        lines.push(format!("\n# {}.", row.help));
        lines.push(format!("# Value: {}. Flag: --{}. Variable: {}.", row.kind.expected(), row.flag, row.variable));
        lines.push(format!("#{} = {}", row.key(), row.default));
    }
    lines.push(format!("\n{OPEN}"));
    lines.push(format!("\n{TOPICS}"));
    lines.push(format!("\n{KEYS}"));
    let keymap = Preset::default().keymap();
    for scope in Scope::ALL {
        lines.push(format!("\n[keys.{}]\n# {}", scope.name(), scope.title()));
        for (info, _) in keymap.rows(scope) {
            let here = keymap.of_scope(scope).filter(|(_, action)| *action == info.action);
            let keys: Vec<String> = here.map(|(keys, _)| quoted(&Key::written(keys))).collect();
            lines.push(format!("#{} = [{}] # {}", info.name, keys.join(", "), info.help));
        }
    }
    lines.join("\n") + "\n"
}

/// Returns the table of all settings as Markdown.
#[must_use]
pub fn options() -> String {
    let row = |row: &Row| {
        let (help, values) = (row.help.replace('|', "\\|"), row.kind.expected().replace('|', "\\|"));
        let Row { name, default, variable, flag, .. } = row;
        format!("| `{name}`: {help} | `{default}` | {values} | `{variable}`, `--{flag}` |\n")
    };
    let rows: String = TABLE.iter().map(row).collect();
    format!("\n| setting | default | values | variable, flag |\n| --- | --- | --- | --- |\n{rows}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Given, Origin, Settings, combine};

    /// The file with all settings and actions uncommented.
    fn uncommented() -> String {
        let line = |line: &str| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line).to_owned();
        commented().lines().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_generated_file_sets_nothing() {
        let config = combine(Some(&commented()), &Given::default()).expect("nothing is wrong");
        assert!(config.values.iter().all(|(.., origin)| *origin == Origin::Default) && config.bindings.is_empty());
    }

    #[test]
    fn the_uncommented_file_sets_exactly_the_defaults() {
        let config =
            combine(Some(&uncommented()), &Given::default()).unwrap_or_else(|problems| panic!("{problems:#?}"));
        assert!(config.values.iter().all(|(.., origin)| matches!(origin, Origin::File(_))), "every setting is there");
        assert_eq!(config.settings.look, Settings::default().look);
        let all: usize = Scope::ALL.into_iter().map(|scope| Preset::Vim.keymap().rows(scope).len()).sum();
        assert_eq!(config.bindings.len(), all, "every action is there");
        for scope in Scope::ALL {
            let keys = |settings: &Settings| {
                let mut keys: Vec<_> =
                    settings.keymap.of_scope(scope).map(|(keys, action)| format!("{keys:?} {action:?}")).collect();
                keys.sort();
                keys
            };
            assert_eq!(keys(&config.settings), keys(&Settings::default()), "{scope:?}");
        }
        assert_eq!(Settings { keymap: Preset::Vim.keymap(), ..config.settings }, Settings::default());
    }
}
