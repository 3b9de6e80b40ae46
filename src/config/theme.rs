//! Themes: what each role looks like, as plain data, and how a theme is chosen by its name.
//!
//! The built-in themes are files as everybody may write them (`data/themes`); `file` reads them. What a terminal makes
//! of a theme is the drawing's business.

mod file;

use super::color::{Color, Depth};
use crate::text::CleanBuf;

macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident = $name:literal,)*) => {
        /// The meaning of a part of the screen, which decides how it looks.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Role {
            $($(#[$doc])* $role,)*
        }

        impl Role {
            /// All roles, in the order of their numbers.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$role),*];

            /// Returns the name in a theme file.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$role => $name,)*
                }
            }
        }
    };
}

// Each role with its name in a theme file.
roles! {
    /// Running text.
    Text = "text",
    /// What matters most: titles.
    Title = "title",
    /// What matters less: dates, counts, what was read.
    Dim = "dim",
    /// What can be chosen and gives nothing.
    Faint = "faint",
    /// Lines between regions.
    Rule = "rule",
    /// Focus and keys.
    Accent = "accent",
    /// What the search found.
    Found = "found",
    /// The selected row, where its pane has the focus.
    Selected = "selected",
    /// The selected row of a pane without the focus.
    Marked = "marked",
    /// The dot of an unread release.
    Unread = "unread",
    /// A bar of the timeline.
    Bar = "bar",
    /// A bar of the days that are shown alone.
    Brushed = "brushed",
    /// Laid over the bar under the timeline's cursor.
    BarCursor = "bar-cursor",
    /// Laid under the bars of a range that is being chosen.
    BarRange = "bar-range",
    /// A filter in the query line.
    Chip = "chip",
    /// Addresses.
    Link = "link",
    /// What a machine reads or writes.
    Code = "code",
    /// What is wrong.
    Wrong = "wrong",
}

/// What letters can be besides coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stress(u8);

impl Stress {
    /// Their names in a theme file, each with its own bit.
    pub const NAMED: [(&'static str, Self); 5] =
        [("bold", Self(1)), ("dim", Self(2)), ("italic", Self(4)), ("underlined", Self(8)), ("reversed", Self(16))];

    /// Ink and ground changed for each other.
    pub const REVERSED: Self = Self(16);

    /// Whether all of `other` is in it.
    #[must_use]
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// How something looks. What is not set is left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Paint {
    /// The colour of the letters.
    pub ink: Option<Color>,
    /// The colour behind them.
    pub ground: Option<Color>,
    /// What they are besides.
    pub stress: Stress,
}

/// On which background a theme can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Background {
    /// A dark one.
    Dark,
    /// A light one.
    Light,
    /// Any.
    #[default]
    Any,
}

impl Background {
    /// The backgrounds that are reckoned with, as 24 bits.
    #[must_use]
    pub fn papers(self) -> &'static [u32] {
        match self {
            Self::Dark => &[0x1e_1e1e, 0x00_0000],
            Self::Light => &[0xfa_fafa, 0xff_ffff],
            Self::Any => &[],
        }
    }
}

/// What everything looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// What it is called.
    pub name: String,
    /// On which background it can be read.
    pub background: Background,
    paints: [Paint; Role::ALL.len()],
    topics: Vec<Color>,
}

impl Default for Theme {
    /// No colours at all, and selected lines reversed.
    fn default() -> Self {
        let mut theme = Self {
            name: "plain".to_owned(),
            background: Background::Any,
            paints: [Paint::default(); Role::ALL.len()],
            topics: vec![Color::Default],
        };
        theme.paints[Role::Selected as usize].stress = Stress::REVERSED;
        theme
    }
}

impl Theme {
    /// How a role looks.
    #[must_use]
    pub fn paint(&self, role: Role) -> Paint {
        self.paints[role as usize]
    }

    /// The colours of topics.
    #[must_use]
    pub fn topics(&self) -> &[Color] {
        &self.topics
    }
}

/// The name that follows the terminal.
pub const AUTO: &str = "auto";
/// The built-in themes: names and texts.
const BUILT_IN: [(&str, &str); 7] = [
    ("dark", include_str!("../../data/themes/dark.toml")),
    ("light", include_str!("../../data/themes/light.toml")),
    ("high-contrast-dark", include_str!("../../data/themes/high-contrast-dark.toml")),
    ("high-contrast-light", include_str!("../../data/themes/high-contrast-light.toml")),
    ("sixteen-dark", include_str!("../../data/themes/sixteen-dark.toml")),
    ("sixteen-light", include_str!("../../data/themes/sixteen-light.toml")),
    ("mono", include_str!("../../data/themes/mono.toml")),
];

/// A theme file that cannot be used, or a part of one that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}, column {column}: {what}")]
pub struct ThemeError {
    /// Its file.
    pub file: CleanBuf,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong and what is expected.
    pub what: CleanBuf,
}

/// All themes that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Themes {
    themes: Vec<Theme>,
    plain: Theme,
}

impl Default for Themes {
    /// The built-in ones.
    fn default() -> Self {
        Self::with_files(&[]).0
    }
}

impl Themes {
    /// The built-in themes, and those of files: the name of each (that of its file, without `.toml`), how the file is
    /// called in errors, and its text. One of the same name takes the place of a built-in one. What is wrong in a file
    /// is told and left out; the rest of the file holds.
    #[must_use]
    pub fn with_files(files: &[(String, CleanBuf, String)]) -> (Self, Vec<ThemeError>) {
        let mut errors = Vec::new();
        let built_in = BUILT_IN.map(|(name, text)| (name.to_owned(), CleanBuf::line(name), text.to_owned()));
        let shelf = file::ThemeFiles { own: files, built_in: &built_in };
        let mut themes = Vec::new();
        for (name, ..) in built_in.iter().filter(|(name, ..)| files.iter().all(|(own, ..)| own != name)).chain(files) {
            themes.extend(shelf.theme(name, &mut Vec::new(), &mut errors));
        }
        (Self { themes, plain: Theme::default() }, errors)
    }

    /// The names that can be chosen: the one that follows the terminal first, then the themes.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(AUTO).chain(self.themes.iter().map(|theme| theme.name.as_str()))
    }

    /// Whether a theme, or a pair of a dark and a light one, has this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        name == AUTO || self.named(name).is_some() || self.named(&format!("{name}-dark")).is_some()
    }

    /// The theme of this name. `NAME` alone, where there are `NAME-dark` and `NAME-light`, follows the background;
    /// `auto` follows the terminal, and so does a name that none has. A terminal without colours has its own.
    #[must_use]
    pub fn find(&self, name: &str, is_light: bool, depth: Depth) -> &Theme {
        let side = if is_light { "light" } else { "dark" };
        let wanted = match depth {
            Depth::None => self.named("mono"),
            _ if name == AUTO => None,
            _ => self.named(name).or_else(|| self.named(&format!("{name}-{side}"))),
        };
        let auto = || match depth {
            Depth::Sixteen => self.named(&format!("sixteen-{side}")),
            _ => self.named(side),
        };
        wanted.or_else(auto).unwrap_or(&self.plain)
    }

    fn named(&self, name: &str) -> Option<&Theme> {
        self.themes.iter().find(|theme| theme.name == name)
    }
}

#[cfg(test)]
mod tests;
