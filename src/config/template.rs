//! The settings written out: the commented file to begin with, and the table of the manual.

use super::table::{Row, TABLE};
use super::value::quoted;
use crate::keymap::{Key, Preset, Scope};

/// What stands first.
const HEAD: &str = "\
# The configuration of tidings. Everything may be left out: what stands here are the defaults.
# Flags go before variables of the environment, and those before this file. It is read again when it changes.";
/// How keys are told in the file.
const KEYS: &str = "\
# Keys by where they hold, one table each: an action and its key, its keys, or [] for none. They replace all keys that
# the action has there, and take theirs from whatever has them. A key is j, G, C-d, M-x, S-Tab, Enter, Space, Esc, BS, Del,
# Down, PgDn, F1; a sequence is gg, or g Space. C-c always leaves, the program too, where no other key does.";

/// The commented file: every setting with its default, and every action with its keys.
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
        lines.push(format!("# Allowed: {}. Also --{}, {}.", row.kind.allowed(), row.flag, row.variable));
        lines.push(format!("#{} = {}", row.key(), row.default));
    }
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

/// The table of all settings, as Markdown.
#[must_use]
pub fn options() -> String {
    let row = |row: &Row| {
        let (help, allowed) = (row.help.replace('|', "\\|"), row.kind.allowed().replace('|', "\\|"));
        let Row { name, default, variable, flag, .. } = row;
        format!("| `{name}`: {help} | `{default}` | {allowed} | `{variable}`, `--{flag}` |\n")
    };
    let rows: String = TABLE.iter().map(row).collect();
    format!("\n| setting | default | allowed | variable, flag |\n| --- | --- | --- | --- |\n{rows}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Given, Origin, Settings, combine};

    /// The file with the signs before settings and actions taken off.
    fn bare() -> String {
        let line = |line: &str| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line).to_owned();
        commented().lines().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_file_as_it_is_written_sets_nothing() {
        let config = combine(Some(&commented()), &Given::default()).expect("nothing is wrong");
        assert!(config.values.iter().all(|(.., origin)| *origin == Origin::Default) && config.bindings.is_empty());
    }

    #[test]
    fn without_its_signs_it_sets_exactly_the_defaults() {
        let config = combine(Some(&bare()), &Given::default()).unwrap_or_else(|problems| panic!("{problems:#?}"));
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
