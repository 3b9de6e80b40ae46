//! Parses theme files, which have one line per role: `title = "#f2f4f5 bold"`.
//!
//! A style consists of words separated by spaces: a foreground colour, `on` with a background colour, and attributes.
//! Invalid entries are reported with their position; all others apply.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::color::Color;
use super::{Background, Paint, Role, Stress, Theme, ThemeError};
use crate::text::CleanBuf;

/// The name of a theme, the name of its file for messages, and the text of the file.
type File = (String, CleanBuf, String);

/// All theme files.
pub(super) struct ThemeFiles<'a> {
    /// The user's.
    pub own: &'a [File],
    /// Those that come with the program.
    pub built_in: &'a [File],
}

/// Parses one file.
struct Reader<'a> {
    file: &'a File,
    errors: &'a mut Vec<ThemeError>,
}

impl ThemeFiles<'_> {
    /// Reads a theme and those that it extends; `open` holds the files that are being read. Returns `None` if there is no
    /// such theme, or if its file is not valid TOML.
    pub fn theme<'a>(&'a self, name: &str, open: &mut Vec<&'a File>, errors: &mut Vec<ThemeError>) -> Option<Theme> {
        // A theme that extends its own name extends the built-in one.
        let is_open = |file: &&'a File| open.iter().any(|one| std::ptr::eq(*one, *file));
        let file = self.own.iter().chain(self.built_in).find(|file| file.0 == name && !is_open(file))?;
        let mut reader = Reader { file, errors };
        let table = match DeTable::parse(&file.2) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                let message = error.message().to_owned();
                reader.report(error.span().unwrap_or_default(), &message);
                return None;
            }
        };
        open.push(file);
        let is_built_in = self.built_in.iter().any(|one| std::ptr::eq(one, file));
        let (base, at) = Reader::base(&table, is_built_in);
        // Discard the errors of the extended file: they are reported when that file itself is read.
        let extended = self.theme(base, open, &mut Vec::new());
        open.pop();
        let mut reader = Reader { file, errors };
        let mut theme = extended.unwrap_or_else(|| {
            if let Some(at) = at {
                let names: Vec<&str> = self.own.iter().chain(self.built_in).map(|file| file.0.as_str()).collect();
                reader.report(at, &format!("cannot extend `{base}`; expected one of {}", names.join(", ")));
            }
            Theme::default()
        });
        name.clone_into(&mut theme.name);
        for (key, value) in &table {
            reader.entry(key, value, &mut theme);
        }
        Some(theme)
    }
}

impl Reader<'_> {
    fn report(&mut self, at: Range<usize>, what: &str) {
        let before = self.file.2.get(..at.start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        self.errors.push(ThemeError { file: self.file.1.clone(), line, column, what: CleanBuf::line(what) });
    }

    /// Returns the name of the extended theme and its position. The default depends on the background.
    fn base<'t>(table: &'t DeTable<'_>, is_built_in: bool) -> (&'t str, Option<Range<usize>>) {
        let text = |key: &str| table.get(key).and_then(|value| Some((value.get_ref().as_str()?, value.span())));
        match (text("extends"), text("background")) {
            (Some((name, at)), _) => (name, Some(at)),
            // Built-in themes extend nothing by default.
            _ if is_built_in => ("", None),
            (None, Some(("light", _))) => ("light", None),
            (None, Some(("any", _))) => ("mono", None),
            _ => ("dark", None),
        }
    }

    fn entry(&mut self, key: &Spanned<std::borrow::Cow<'_, str>>, value: &Spanned<DeValue<'_>>, theme: &mut Theme) {
        let text = value.get_ref().as_str();
        let role = Role::ALL.into_iter().find(|role| role.name() == key.get_ref().as_ref());
        match (key.get_ref().as_ref(), text, role) {
            ("topics", ..) => self.topics(value, theme),
            ("extends", Some(_), _) => {}
            ("background", Some("dark"), _) => theme.background = Background::Dark,
            ("background", Some("light"), _) => theme.background = Background::Light,
            ("background", Some("any"), _) => theme.background = Background::Any,
            ("background", ..) => self.report(value.span(), "expected \"dark\", \"light\" or \"any\""),
            ("extends", ..) => self.report(value.span(), "expected the name of a theme in quotes"),
            (_, Some(text), Some(role)) => match paint(text) {
                Ok(paint) => theme.paints[role as usize] = paint,
                Err(word) => self.report(value.span(), &format!("invalid style `{word}`; expected {EXPECTED}")),
            },
            (_, None, Some(_)) => self.report(value.span(), &format!("expected a style in quotes: {EXPECTED}")),
            (name, ..) => {
                let roles = Role::ALL.map(Role::name).join(", ");
                self.report(
                    key.span(),
                    &format!("unknown key `{name}`; expected one of {roles}, topics, extends, background"),
                );
            }
        }
    }

    fn topics(&mut self, value: &Spanned<DeValue<'_>>, theme: &mut Theme) {
        let Some(list) = value.get_ref().as_array().filter(|list| !list.is_empty()) else {
            self.report(value.span(), "expected a list of colours: [\"#66d0e0\", \"bright-green\"]");
            return;
        };
        let mut topics = Vec::new();
        for one in list {
            match one.get_ref().as_str().and_then(Color::parse) {
                Some(color) => topics.push(color),
                None => self.report(one.span(), &format!("expected {COLOR}")),
            }
        }
        if !topics.is_empty() {
            theme.topics = topics;
        }
    }
}

/// Describes a colour in messages.
const COLOR: &str =
    "a colour: #rrggbb, default, or black, red, green, yellow, blue, magenta, cyan, white, each also as bright-red";
/// Describes a style in messages.
const EXPECTED: &str = "a colour (#rrggbb, default, or a name such as red or bright-blue), on and a colour for the \
    background, bold, dim, italic, underlined, reversed";

/// Parses a style; the error is the invalid word.
fn paint(text: &str) -> Result<Paint, String> {
    let mut paint = Paint::default();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        if let Some((_, stress)) = Stress::NAMED.iter().find(|(name, _)| *name == word) {
            paint.stress.add(*stress);
        } else if word == "on" {
            let color = words.next().unwrap_or_default();
            paint.ground = Some(Color::parse(color).ok_or_else(|| format!("on {color}"))?);
        } else {
            paint.ink = Some(Color::parse(word).ok_or_else(|| word.to_owned())?);
        }
    }
    Ok(paint)
}
