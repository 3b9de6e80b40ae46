//! Reads theme files: a line for each role, `title = "#f2f4f5 bold"`.
//!
//! A style is words parted by blanks: a colour for the letters, `on` and a colour for what is behind them, and what the
//! letters are besides. What is wrong is told with its place; everything else of the file holds.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::color::Color;
use super::{Background, Paint, Role, Stress, Theme, ThemeError};
use crate::text::CleanBuf;

/// A file: its theme's name, its own name as it is told, its text.
type File = (String, CleanBuf, String);

/// All theme files.
pub(super) struct ThemeFiles<'a> {
    /// The user's.
    pub own: &'a [File],
    /// Those that come with the program.
    pub built_in: &'a [File],
}

/// A file that is being read.
struct Reader<'a> {
    file: &'a File,
    errors: &'a mut Vec<ThemeError>,
}

impl ThemeFiles<'_> {
    /// Reads the theme of this name and those that it extends; `open` are those that are being read. `None` where there
    /// is none, or where its file is no TOML.
    pub fn theme<'a>(&'a self, name: &str, open: &mut Vec<&'a File>, errors: &mut Vec<ThemeError>) -> Option<Theme> {
        // One that extends its own name extends the built-in one.
        let is_open = |file: &&'a File| open.iter().any(|one| std::ptr::eq(*one, *file));
        let file = self.own.iter().chain(self.built_in).find(|file| file.0 == name && !is_open(file))?;
        let mut reader = Reader { file, errors };
        let table = match DeTable::parse(&file.2) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                let told = error.message().to_owned();
                reader.report(error.span().unwrap_or_default(), &told);
                return None;
            }
        };
        open.push(file);
        let is_built_in = self.built_in.iter().any(|one| std::ptr::eq(one, file));
        let (base, at) = Reader::base(&table, is_built_in);
        // What is wrong in a file that is extended is told when that file has its turn.
        let extended = self.theme(base, open, &mut Vec::new());
        open.pop();
        let mut reader = Reader { file, errors };
        let mut theme = extended.unwrap_or_else(|| {
            if let Some(at) = at {
                let names: Vec<&str> = self.own.iter().chain(self.built_in).map(|file| file.0.as_str()).collect();
                reader.report(at, &format!("no theme {base} can be extended; there are {}", names.join(", ")));
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

    /// The name of the theme that this one extends, and where it stands; without one that of its background.
    fn base<'t>(table: &'t DeTable<'_>, is_built_in: bool) -> (&'t str, Option<Range<usize>>) {
        let text = |key: &str| table.get(key).and_then(|value| Some((value.get_ref().as_str()?, value.span())));
        match (text("extends"), text("background")) {
            (Some((name, at)), _) => (name, Some(at)),
            // What comes with the program and extends nothing stands by itself.
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
                Err(word) => self.report(value.span(), &format!("`{word}` is no part of a style: {EXPECTED}")),
            },
            (_, None, Some(_)) => self.report(value.span(), &format!("expected a style in quotes: {EXPECTED}")),
            (name, ..) => {
                let roles = Role::ALL.map(Role::name).join(", ");
                self.report(
                    key.span(),
                    &format!("`{name}` is nothing of a theme: there are {roles}, topics, extends and background"),
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

/// What a colour may be.
const COLOR: &str =
    "a colour: #rrggbb, default, or black, red, green, yellow, blue, magenta, cyan, white, each also as bright-red";
/// What a style may be.
const EXPECTED: &str = "write a colour (#rrggbb, default, or a name such as red or bright-blue), on and a colour for the \
    ground, bold, dim, italic, underlined, reversed";

/// Reads a style; the word that is none of it where there is one.
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
