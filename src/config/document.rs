//! Parses the configuration file into values and key bindings with their positions, and a list of problems.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::bindings::{self, Bound};
use super::opener::Opener;
use super::problem::{Problem, nearest, position, shown};
use super::table::{PRESET, Row, TABLE};
use super::topics::{self, TOPICS};
use super::value::{Kind, Value};
use crate::keymap::Scope;
use crate::query::TopicDefinition;

/// The section with the programs for enclosures.
const OPEN: &str = "open";

/// A parsed configuration file.
#[derive(Debug, Default)]
pub struct Document {
    /// Settings and their values, each with its line.
    pub values: Vec<(&'static Row, Value, usize)>,
    /// Programs for enclosures, each with its line.
    pub openers: Vec<(Opener, usize)>,
    /// The user's own topics, each with its line.
    pub topics: Vec<(TopicDefinition, usize)>,
    /// Key bindings.
    pub bindings: Vec<Bound>,
    /// Problems, in the order of the file.
    pub problems: Vec<Problem>,
}

/// Parses a file and collects all its problems.
pub fn read(text: &str) -> Document {
    // Blank out a byte order mark, so that positions stay the same.
    let bare = text.strip_prefix('\u{feff}').map_or_else(|| text.to_owned(), |rest| format!("   {rest}"));
    let (table, errors) = DeTable::parse_recoverable(&bare);
    let mut reader = Reader { text: &bare, document: Document::default(), wrong: Vec::new() };
    // Report the first syntax error of a line only: the rest of that line is a guess of the recovering parser.
    let mut broken = Vec::new();
    for error in errors {
        let at = error.span().unwrap_or_default().start;
        let line = position(&bare, at).0;
        if !broken.contains(&line) {
            broken.push(line);
            reader.wrong(at, error.message());
        }
    }
    reader.table(table.get_ref());
    let Reader { mut document, mut wrong, .. } = reader;
    let is_reported =
        |(n, (at, _)): &(usize, (usize, String))| *n < broken.len() || !broken.contains(&position(&bare, *at).0);
    wrong = wrong.into_iter().enumerate().filter(is_reported).map(|(_, problem)| problem).collect();
    wrong.sort();
    wrong.dedup();
    document.problems = wrong.into_iter().map(|(at, what)| Problem::at(&bare, at, &what)).collect();
    document
}

struct Reader<'t> {
    text: &'t str,
    document: Document,
    /// Problems with the byte at which they occur.
    wrong: Vec<(usize, String)>,
}

type Key<'t> = Spanned<std::borrow::Cow<'t, str>>;

impl Reader<'_> {
    fn table(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            if [OPEN, TOPICS].contains(&name) || TABLE.iter().any(|row| row.section() == name) {
                if let DeValue::Table(section) = value.get_ref() {
                    if name == OPEN {
                        section.iter().for_each(|(media, command)| self.opener(media, command));
                    } else if name == TOPICS {
                        self.topics(section);
                    } else {
                        self.section(name, section);
                    }
                } else {
                    let what = format!("`{name}` is a section; expected [{name}] and its keys");
                    self.wrong(value.span().start, &what);
                }
            } else {
                self.setting("", key, value);
            }
        }
    }

    fn section(&mut self, section: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            if section == "keys" && format!("keys.{name}") != PRESET {
                self.scope(key, value);
            } else {
                self.setting(section, key, value);
            }
        }
        if section == "keys" {
            self.wrong.extend(bindings::clashes(&self.document.bindings, self.text));
        }
    }

    /// Reads the program for a media type.
    fn opener(&mut self, media: &Key<'_>, command: &Spanned<DeValue<'_>>) {
        let name = media.get_ref().as_ref();
        if !Opener::is_media(name) {
            let what = format!(
                "invalid media type `{}` in [{OPEN}]; expected one such as \"audio/*\" or \"application/pdf\"",
                shown(name)
            );
            return self.wrong(media.span().start, &what);
        }
        let span = command.span();
        match Kind::Command.of_toml(command.get_ref()) {
            Some(Value::Command(command)) if !command.is_empty() => {
                let opener = Opener { media: name.to_owned(), command };
                self.document.openers.push((opener, position(self.text, span.start).0));
            }
            _ => {
                let what = format!(
                    "invalid value {} for {OPEN}.\"{name}\"; expected {}",
                    self.piece(&span),
                    Kind::Command.expected()
                );
                self.wrong(span.start, &what);
            }
        }
    }

    /// Reads the user's own topics.
    fn topics(&mut self, section: &DeTable<'_>) {
        let mut read = Vec::new();
        for (name, query) in section {
            match topics::topic(name, query, self.text) {
                Ok(topic) => read.push(topic),
                Err(wrong) => self.wrong.push(wrong),
            }
        }
        read.sort_by_key(|(_, at)| *at);
        self.wrong.extend(topics::clashes(&read));
        let line = |at| position(self.text, at).0;
        self.document.topics = read.into_iter().map(|(topic, at)| (topic, line(at))).collect();
    }

    /// Reads one setting.
    fn setting(&mut self, section: &str, key: &Key<'_>, value: &Spanned<DeValue<'_>>) {
        let name = key.get_ref().as_ref();
        let Some(row) = TABLE.iter().find(|row| row.section() == section && row.key() == name) else {
            return self.unknown_setting(section, key);
        };
        let span = value.span();
        if let Some(value) = row.kind.of_toml(value.get_ref()) {
            self.document.values.push((row, value, position(self.text, span.start).0));
        } else {
            let what =
                format!("invalid value {} for {}; expected {}", self.piece(&span), row.name, row.kind.expected());
            self.wrong(span.start, &what);
        }
    }

    fn unknown_setting(&mut self, section: &str, key: &Key<'_>) {
        let name = key.get_ref().as_ref();
        let here = TABLE.iter().filter(|row| row.section() == section);
        let elsewhere = TABLE.iter().find(|row| row.key() == name && !row.section().is_empty());
        let place = if section.is_empty() { String::new() } else { format!(" in [{section}]") };
        let hint = match (nearest(name, here.clone().map(Row::key)), elsewhere) {
            (Some(near), _) => format!(" (did you mean `{near}`?)"),
            (None, Some(row)) => format!(" (did you mean `{}` in [{}]?)", row.key(), row.section()),
            (None, None) => String::new(),
        };
        let mut expected: Vec<String> = here.map(|row| row.key().to_owned()).collect();
        if section.is_empty() {
            expected.extend(["[open]", "[topics]", "[look]", "[download]", "[keys]"].map(str::to_owned));
        }
        let what = format!("unknown key `{name}`{place}{hint}; expected one of {}", expected.join(", "));
        self.wrong(key.span().start, &what);
    }

    /// Reads the key bindings of a scope.
    fn scope(&mut self, key: &Key<'_>, value: &Spanned<DeValue<'_>>) {
        let name = key.get_ref().as_ref();
        let Some(scope) = Scope::of_name(name) else {
            let names = Scope::ALL.map(Scope::name);
            let hint = match nearest(name, names.into_iter().chain(["preset"])) {
                Some(near) => format!(" (did you mean `{near}`?)"),
                None => String::new(),
            };
            let what = format!("unknown key `{name}` in [keys]{hint}; expected one of preset, {}", names.join(", "));
            return self.wrong(key.span().start, &what);
        };
        let DeValue::Table(table) = value.get_ref() else {
            let what = format!("`keys.{name}` is a section; expected [keys.{name}] and names of actions");
            return self.wrong(value.span().start, &what);
        };
        for (key, value) in table {
            match bindings::bound(scope, key, value, self.text) {
                Ok(bound) => self.document.bindings.push(bound),
                Err(mut wrong) => self.wrong.append(&mut wrong),
            }
        }
    }

    /// Returns a piece of the file for a message.
    fn piece(&self, span: &Range<usize>) -> String {
        shown(self.text.get(span.clone()).unwrap_or_default())
    }

    fn wrong(&mut self, at: usize, what: &str) {
        self.wrong.push((at, what.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        read(text).problems.iter().map(ToString::to_string).collect()
    }

    /// Each row has a file and the start of every message.
    #[test]
    fn every_problem_is_reported_with_its_position() {
        let table: &[(&str, &[&str])] = &[
            ("", &[]),
            ("\u{feff}read-after = 2\n# nothing else\n", &[]),
            ("read-after = 2\n[look]\ntheme = \"dark\"\n", &[]),
            ("look.theme = \"dark\"", &[]),
            (
                "read_after = 2",
                &["1:1: unknown key `read_after` (did you mean `read-after`?); expected one of read-after, "],
            ),
            ("theme = \"x\"", &["1:1: unknown key `theme` (did you mean `theme` in [look]?); expected one of "]),
            ("\n[lok]\ntheme = 1", &["2:2: unknown key `lok`; expected one of read-after, "]),
            (
                "[look]\nthem = 1",
                &["2:1: unknown key `them` in [look] (did you mean `theme`?); expected one of theme, ascii, "],
            ),
            ("look = 3", &["1:8: `look` is a section; expected [look] and its keys"]),
            (
                "offline = \"yes\"\nmouse = 1\n  [look]\n  measure = 200 # columns\n",
                &[
                    "1:11: invalid value \"yes\" for offline; expected true or false",
                    "2:9: invalid value 1 for mouse; expected true or false",
                    "4:13: invalid value 200 for look.measure; expected a whole number from 40 to 120",
                ],
            ),
            (
                "copy = \"x11\"",
                &["1:8: invalid value \"x11\" for copy; expected one of \"auto\", \"osc52\", \"local\", \"off\""],
            ),
            (
                "keys.preset = \"emacs\"",
                &["1:15: invalid value \"emacs\" for keys.preset; expected one of \"vim\", \"newsboat\", \"arrows\""],
            ),
            (
                "[keys.panes]\nopen = \"x\"",
                &["1:7: unknown key `panes` in [keys]; expected one of preset, everywhere, "],
            ),
            (
                "[keys]\nreading = 1",
                &["2:11: `keys.reading` is a section; expected [keys.reading] and names of actions"],
            ),
            (
                "[keys.everywhere]\nquitt = \"x\"",
                &["2:1: unknown action `quitt` in [keys.everywhere] (did you mean `quit`?)"],
            ),
            (
                "[keys.everywhere]\nbrush = \"x\"",
                &["2:1: action `brush` does not exist in [keys.everywhere]; it belongs in [keys.timeline]"],
            ),
            (
                "[keys.everywhere]\nquit = 1",
                &["2:8: invalid value 1 for quit; expected \"key\", [\"key\", \"key\"], or [] for no key"],
            ),
            ("[keys.everywhere]\nquit = [\"x\", 2]", &["2:14: invalid value 2 for quit; expected "]),
            (
                "[keys.everywhere]\nquit = [\"x\", \"Ctrl-x\"]",
                &["2:14: `Ctrl-x` is not a valid key; expected one such as j, C-d, "],
            ),
            ("[keys.everywhere]\nquit = \"\"", &["2:8: `` is not a valid key; expected one such as "]),
            (
                "[keys.everywhere]\nquit = \"x\"\nback = [\"y\", \"x\"]",
                &["3:14: `x` is already bound to quit in line 2"],
            ),
            (
                "[keys.everywhere]\nquit = \"g\"\nback = \"gq\"",
                &["3:8: `gq` can never be typed: `g` is bound to quit in line 2"],
            ),
            (
                "[keys.everywhere]\nquit = \"gq\"\nback = \"g\"",
                &["3:8: `g` would make `gq` unreachable, which is bound to quit in line 2"],
            ),
            // The same key in another scope is no problem.
            ("[keys.everywhere]\nquit = \"x\"\n[keys.releases]\nopen = \"x\"", &[]),
            ("open.\"audio/*\" = \"mpv\"\n[open]", &["2:2: "]),
            ("[open]\n\"audio/*\" = \"mpv --force-window\"\n\"application/pdf\" = [\"zathura\"]", &[]),
            (
                "[open]\naudio = \"mpv\"\n\"audio/*\" = \"\"",
                &[
                    "2:1: invalid media type `audio` in [open]; expected one such as ",
                    "3:13: invalid value \"\" for open.",
                ],
            ),
            ("open = \"mpv\"", &["1:8: `open` is a section; expected [open] and its keys"]),
            ("[topics]\nhousing = 'rent OR housing'\n\"my street\" = '\"Long Road\" topic:housing'", &[]),
            ("topics = 'x'", &["1:10: `topics` is a section; expected [topics] and its keys"]),
            (
                "[topics]\na = '(tea'\nb = 3\nc = ' '\n\"\" = 'x'",
                &[
                    "2:5: invalid query for the topic `a`",
                    "3:5: invalid value 3 for the topic `b`; expected a query in quotes",
                    "4:5: the topic `c` has an empty query; expected one such as 'rent OR housing'",
                    "5:1: invalid name of a topic in [topics]; expected some text",
                ],
            ),
            (
                "[topics]\nhousing = 'flat topic:rent'\nrent = 'topic:Housing'",
                &["2:11: the topic `housing` leads back to itself: housing -> rent -> housing"],
            ),
            ("[topics]\nrent = 'a'\nRent = 'b'", &["3:8: the topic `Rent` is the same as `rent` above"]),
            ("a = \nb = [1\n", &["1:5: ", "2:7: "]),
            ("read-after = 1\nread-after = 2\n", &["2:1: "]),
            (
                "mouse = 1\nx = = 2\noffline = 3",
                &["1:9: invalid value 1 for mouse", "2:5: ", "3:11: invalid value 3 for offline"],
            ),
        ];
        for (text, expected) in table {
            let found = problems(text);
            let are_as_expected = std::iter::zip(&found, *expected).all(|(one, start)| one.starts_with(start));
            assert!(found.len() == expected.len() && are_as_expected, "{text:?}: {found:#?}");
        }
    }

    #[test]
    fn problems_contain_no_control_characters() {
        let found = problems("copy = \"\\u001b[31m\u{202e}x\"\n\"\u{1b}]0;x\" = 1");
        assert!(!found.is_empty() && found.iter().all(|line| !line.contains(['\u{1b}', '\u{202e}'])), "{found:?}");
    }

    #[test]
    fn truncated_files_do_not_panic() {
        let text =
            "read-after = 2\n[look]\ntheme = \"dä\"\n[keys]\npreset='vim'\n[keys.everywhere]\nquit = [\"x\", 'C-q']\n";
        for end in (0..=text.len()).filter(|&end| text.is_char_boundary(end)) {
            read(text.split_at(end).0);
        }
    }
}
