//! Themes: the appearance of each role as plain data, and the selection of a theme by name.
//!
//! The built-in themes are files in the same format as the user's (`data/themes`); `file` parses both. [`crate::ui`]
//! adapts a theme to the terminal.

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
    /// Titles.
    Title = "title",
    /// Less important text: dates, counts, read releases.
    Dim = "dim",
    /// Choices without results.
    Faint = "faint",
    /// Lines between regions.
    Rule = "rule",
    /// Focus and keys.
    Accent = "accent",
    /// Search matches.
    Found = "found",
    /// The selected row of the focused pane.
    Selected = "selected",
    /// The selected row of any other pane.
    Marked = "marked",
    /// The dot of an unread release.
    Unread = "unread",
    /// A bar of the timeline.
    Bar = "bar",
    /// A bar within the brushed range of dates.
    Brushed = "brushed",
    /// An overlay on the bar at the timeline's cursor.
    BarCursor = "bar-cursor",
    /// A background behind the bars of a range while it is being selected.
    BarRange = "bar-range",
    /// A filter in the query line.
    Chip = "chip",
    /// Addresses.
    Link = "link",
    /// Code.
    Code = "code",
    /// Errors.
    Wrong = "wrong",
    /// Words that an earlier version of a release had.
    Removed = "removed",
    /// Words that a later version of a release has.
    Added = "added",
}

/// A set of text attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stress(u8);

impl Stress {
    /// The names of the attributes in a theme file.
    pub const NAMED: [(&'static str, Self); 5] =
        [("bold", Self(1)), ("dim", Self(2)), ("italic", Self(4)), ("underlined", Self(8)), ("reversed", Self(16))];

    /// Foreground and background are swapped.
    pub const REVERSED: Self = Self(16);

    /// Whether the set contains all of `other`.
    #[must_use]
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// The appearance of a role. Unset parts leave the screen as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Paint {
    /// The foreground colour.
    pub ink: Option<Color>,
    /// The background colour.
    pub ground: Option<Color>,
    /// The text attributes.
    pub stress: Stress,
}

/// The background that a theme is made for.
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
    /// Returns the background colours that contrast is computed against, as 24-bit values.
    #[must_use]
    pub fn papers(self) -> &'static [u32] {
        match self {
            Self::Dark => &[0x1e_1e1e, 0x00_0000],
            Self::Light => &[0xfa_fafa, 0xff_ffff],
            Self::Any => &[],
        }
    }
}

/// A theme: the appearance of all roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Its name.
    pub name: String,
    /// The background that it is made for.
    pub background: Background,
    paints: [Paint; Role::ALL.len()],
    topics: Vec<Color>,
}

impl Default for Theme {
    /// No colours; selected rows are reversed.
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
    /// Returns the appearance of a role.
    #[must_use]
    pub fn paint(&self, role: Role) -> Paint {
        self.paints[role as usize]
    }

    /// Returns the colours of topics.
    #[must_use]
    pub fn topics(&self) -> &[Color] {
        &self.topics
    }
}

/// The name that selects a theme by the background and the colours of the terminal.
pub const AUTO: &str = "auto";
/// The built-in themes: names and files.
const BUILT_IN: [(&str, &str); 7] = [
    ("dark", include_str!("../../data/themes/dark.toml")),
    ("light", include_str!("../../data/themes/light.toml")),
    ("high-contrast-dark", include_str!("../../data/themes/high-contrast-dark.toml")),
    ("high-contrast-light", include_str!("../../data/themes/high-contrast-light.toml")),
    ("sixteen-dark", include_str!("../../data/themes/sixteen-dark.toml")),
    ("sixteen-light", include_str!("../../data/themes/sixteen-light.toml")),
    ("mono", include_str!("../../data/themes/mono.toml")),
];

/// A problem in a theme file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}, column {column}: {what}")]
pub struct ThemeError {
    /// The file.
    pub file: CleanBuf,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong, and what is expected.
    pub what: CleanBuf,
}

/// All available themes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Themes {
    themes: Vec<Theme>,
    plain: Theme,
}

impl Default for Themes {
    /// The built-in themes.
    fn default() -> Self {
        Self::with_files(&[]).0
    }
}

impl Themes {
    /// Parses the built-in themes and the user's. Each file has the name of its theme (its file name without `.toml`), a
    /// name for error messages, and its text. A file replaces the built-in theme with the same name. Invalid entries are
    /// reported and skipped; the other entries of their file apply.
    #[must_use]
    pub fn with_files(files: &[(String, CleanBuf, String)]) -> (Self, Vec<ThemeError>) {
        let mut errors = Vec::new();
        let built_in = BUILT_IN.map(|(name, text)| (name.to_owned(), CleanBuf::line(name), text.to_owned()));
        let all = file::ThemeFiles { own: files, built_in: &built_in };
        let mut themes = Vec::new();
        for (name, ..) in built_in.iter().filter(|(name, ..)| files.iter().all(|(own, ..)| own != name)).chain(files) {
            themes.extend(all.theme(name, &mut Vec::new(), &mut errors));
        }
        (Self { themes, plain: Theme::default() }, errors)
    }

    /// Returns all names that can be selected: [`AUTO`], then the themes.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(AUTO).chain(self.themes.iter().map(|theme| theme.name.as_str()))
    }

    /// Whether a name selects a theme, or a pair of a dark and a light one.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        name == AUTO || self.named(name).is_some() || self.named(&format!("{name}-dark")).is_some()
    }

    /// Returns the theme for a name. `NAME` selects `NAME-dark` or `NAME-light` by the background, if both exist. `auto`
    /// and unknown names follow the terminal. Terminals without colours always get `mono`.
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
