//! The file's text, read: values with their places, keys with theirs, and all that is wrong with it.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::bindings::{self, Bound};
use super::problem::{Problem, nearest, position, shown};
use super::table::{PRESET, Row, TABLE};
use super::value::Value;
use crate::keymap::Scope;

/// What a file holds.
#[derive(Debug, Default)]
pub struct Document {
    /// Values, each with its line.
    pub values: Vec<(&'static Row, Value, usize)>,
    /// Keys.
    pub bindings: Vec<Bound>,
    /// What is wrong, in the order of the file.
    pub problems: Vec<Problem>,
}

/// Reads a text and what is wrong with it, each thing of it.
pub fn read(text: &str) -> Document {
    // What some editors put before a text is no part of it; the rest keeps its places.
    let bare = text.strip_prefix('\u{feff}').map_or_else(|| text.to_owned(), |rest| format!("   {rest}"));
    let (table, errors) = DeTable::parse_recoverable(&bare);
    let mut reader = Reader { text: &bare, document: Document::default(), wrong: Vec::new() };
    // The first thing that is wrong with a line is worth telling; what else is guessed of it is no fault of its own.
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
    let is_own =
        |(n, (at, _)): &(usize, (usize, String))| *n < broken.len() || !broken.contains(&position(&bare, *at).0);
    wrong = wrong.into_iter().enumerate().filter(is_own).map(|(_, problem)| problem).collect();
    wrong.sort();
    wrong.dedup();
    document.problems = wrong.into_iter().map(|(at, what)| Problem::at(&bare, at, &what)).collect();
    document
}

struct Reader<'t> {
    text: &'t str,
    document: Document,
    /// Bytes of the text and what is wrong there.
    wrong: Vec<(usize, String)>,
}

type Key<'t> = Spanned<std::borrow::Cow<'t, str>>;

impl Reader<'_> {
    fn table(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            if TABLE.iter().any(|row| row.section() == name) {
                if let DeValue::Table(section) = value.get_ref() {
                    self.section(name, section);
                } else {
                    let what = format!("{name} is a section, allowed: [{name}] and its keys");
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

    /// A setting of the table.
    fn setting(&mut self, section: &str, key: &Key<'_>, value: &Spanned<DeValue<'_>>) {
        let name = key.get_ref().as_ref();
        let Some(row) = TABLE.iter().find(|row| row.section() == section && row.key() == name) else {
            return self.unknown_setting(section, key);
        };
        let span = value.span();
        if let Some(value) = row.kind.of_toml(value.get_ref()) {
            self.document.values.push((row, value, position(self.text, span.start).0));
        } else {
            let what = format!("{} cannot be {}, allowed: {}", row.name, self.piece(&span), row.kind.allowed());
            self.wrong(span.start, &what);
        }
    }

    fn unknown_setting(&mut self, section: &str, key: &Key<'_>) {
        let name = key.get_ref().as_ref();
        let here = TABLE.iter().filter(|row| row.section() == section);
        let elsewhere = TABLE.iter().find(|row| row.key() == name && !row.section().is_empty());
        let place = if section.is_empty() { String::new() } else { format!(" in [{section}]") };
        let hint = match (nearest(name, here.clone().map(Row::key)), elsewhere) {
            (Some(near), _) => format!("did you mean {near}? "),
            (None, Some(row)) => format!("did you mean {} in [{}]? ", row.key(), row.section()),
            (None, None) => String::new(),
        };
        let mut allowed: Vec<String> = here.map(|row| row.key().to_owned()).collect();
        if section.is_empty() {
            allowed.extend(["[look]", "[keys]"].map(str::to_owned));
        }
        let what = format!("there is no setting {name}{place}: {hint}allowed: {}", allowed.join(", "));
        self.wrong(key.span().start, &what);
    }

    /// The keys of a scope.
    fn scope(&mut self, key: &Key<'_>, value: &Spanned<DeValue<'_>>) {
        let name = key.get_ref().as_ref();
        let Some(scope) = Scope::of_name(name) else {
            let names = Scope::ALL.map(Scope::name);
            let hint = match nearest(name, names.into_iter().chain(["preset"])) {
                Some(near) => format!("did you mean {near}? "),
                None => String::new(),
            };
            let what = format!("there is no scope {name} of keys: {hint}allowed: preset, {}", names.join(", "));
            return self.wrong(key.span().start, &what);
        };
        let DeValue::Table(table) = value.get_ref() else {
            let what = format!("keys.{name} is a section, allowed: [keys.{name}] and names of actions");
            return self.wrong(value.span().start, &what);
        };
        for (key, value) in table {
            match bindings::bound(scope, key, value, self.text) {
                Ok(bound) => self.document.bindings.push(bound),
                Err(mut wrong) => self.wrong.append(&mut wrong),
            }
        }
    }

    /// A piece of the text as it is written.
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

    fn told(text: &str) -> Vec<String> {
        read(text).problems.iter().map(ToString::to_string).collect()
    }

    /// Texts and what is wrong with them: each place, and the beginning of each sentence.
    #[test]
    fn every_problem_is_found_with_its_place() {
        let table: &[(&str, &[&str])] = &[
            ("", &[]),
            ("\u{feff}read-after = 2\n# nothing else\n", &[]),
            ("read-after = 2\n[look]\ntheme = \"dark\"\n", &[]),
            ("look.theme = \"dark\"", &[]),
            (
                "read_after = 2",
                &["1:1: there is no setting read_after: did you mean read-after? allowed: read-after, "],
            ),
            ("theme = \"x\"", &["1:1: there is no setting theme: did you mean theme in [look]? allowed: "]),
            ("\n[lok]\ntheme = 1", &["2:2: there is no setting lok: allowed: read-after, "]),
            (
                "[look]\nthem = 1",
                &["2:1: there is no setting them in [look]: did you mean theme? allowed: theme, ascii, "],
            ),
            ("look = 3", &["1:8: look is a section, allowed: [look] and its keys"]),
            (
                "offline = \"yes\"\nmouse = 1\n  [look]\n  measure = 200 # columns\n",
                &[
                    "1:11: offline cannot be \"yes\", allowed: true or false",
                    "2:9: mouse cannot be 1, allowed: true or false",
                    "4:13: look.measure cannot be 200, allowed: a whole number from 40 to 120",
                ],
            ),
            ("copy = \"x11\"", &["1:8: copy cannot be \"x11\", allowed: \"auto\", \"osc52\", \"local\", \"off\""]),
            (
                "keys.preset = \"emacs\"",
                &["1:15: keys.preset cannot be \"emacs\", allowed: \"vim\", \"newsboat\", \"arrows\""],
            ),
            ("[keys.list]\nopen = \"x\"", &["1:7: there is no scope list of keys: allowed: preset, everywhere, "]),
            ("[keys]\nreading = 1", &["2:11: keys.reading is a section, allowed: [keys.reading] and names of actions"]),
            ("[keys.everywhere]\nquitt = \"x\"", &["2:1: there is no action quitt in everywhere: did you mean quit?"]),
            ("[keys.everywhere]\nbrush = \"x\"", &["2:1: brush is no action of everywhere, but of timeline"]),
            (
                "[keys.everywhere]\nquit = 1",
                &["2:8: quit cannot be 1, allowed: \"key\", [\"key\", \"key\"], or [] for no key"],
            ),
            ("[keys.everywhere]\nquit = [\"x\", 2]", &["2:14: quit cannot be 2, allowed: "]),
            ("[keys.everywhere]\nquit = [\"x\", \"Ctrl-x\"]", &["2:14: `Ctrl-x` is no key, allowed: j, C-d, "]),
            ("[keys.everywhere]\nquit = \"\"", &["2:8: `` is no key, allowed: "]),
            (
                "[keys.everywhere]\nquit = \"x\"\nback = [\"y\", \"x\"]",
                &["3:14: x means quit already, in line 2, allowed: one action a key"],
            ),
            (
                "[keys.everywhere]\nquit = \"g\"\nback = \"gq\"",
                &["3:8: gq is never heard, since g means quit, in line 2, allowed: "],
            ),
            (
                "[keys.everywhere]\nquit = \"gq\"\nback = \"g\"",
                &["3:8: g is the beginning of gq, which means quit, in line 2, allowed: "],
            ),
            // Another scope is another matter.
            ("[keys.everywhere]\nquit = \"x\"\n[keys.releases]\nopen = \"x\"", &[]),
            ("a = \nb = [1\n", &["1:5: ", "2:7: "]),
            ("read-after = 1\nread-after = 2\n", &["2:1: "]),
            ("mouse = 1\nx = = 2\noffline = 3", &["1:9: mouse", "2:5: ", "3:11: offline"]),
        ];
        for (text, expected) in table {
            let told = told(text);
            let are_as_expected = std::iter::zip(&told, *expected).all(|(one, start)| one.starts_with(start));
            assert!(told.len() == expected.len() && are_as_expected, "{text:?}: {told:#?}");
        }
    }

    #[test]
    fn what_stands_in_a_file_does_nothing_to_a_terminal() {
        let told = told("copy = \"\\u001b[31m\u{202e}x\"\n\"\u{1b}]0;x\" = 1");
        assert!(!told.is_empty() && told.iter().all(|line| !line.contains(['\u{1b}', '\u{202e}'])), "{told:?}");
    }

    #[test]
    fn nothing_panics_on_a_cut_file() {
        let text =
            "read-after = 2\n[look]\ntheme = \"dä\"\n[keys]\npreset='vim'\n[keys.everywhere]\nquit = [\"x\", 'C-q']\n";
        for end in (0..=text.len()).filter(|&end| text.is_char_boundary(end)) {
            read(text.split_at(end).0);
        }
    }
}
