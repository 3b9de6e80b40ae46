//! Problems in a configuration: their position and a message that says what is expected.

use std::fmt;

use crate::text::CleanBuf;

/// The longest quotation from a file in a message, in characters.
const SHOWN: usize = 40;

/// Where a value is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position {
    /// In the file: line and column in characters, both from 1.
    File(usize, usize),
    /// In an environment variable.
    Variable(&'static str),
    /// In a flag, without its dashes.
    Flag(&'static str),
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct Problem {
    /// Its position.
    pub place: Position,
    /// What is wrong and what is expected.
    pub what: CleanBuf,
}

impl Problem {
    /// Creates a problem at a byte of the file.
    pub(super) fn at(text: &str, byte: usize, what: &str) -> Self {
        let (line, column) = position(text, byte);
        Self { place: Position::File(line, column), what: CleanBuf::line(what) }
    }

    /// Formats it as a line; a position in the file is prefixed with the name of the file.
    #[must_use]
    pub fn describe(&self, file: &CleanBuf) -> String {
        match self.place {
            Position::File(..) => format!("{file}:{self}"),
            Position::Variable(_) | Position::Flag(_) => self.to_string(),
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(line, column) => write!(f, "{line}:{column}"),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(name) => write!(f, "--{name}"),
        }
    }
}

/// Returns line and column of a byte, in characters, both from 1.
pub(super) fn position(text: &str, byte: usize) -> (usize, usize) {
    let byte = (0..=byte.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let before = text.get(..byte).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

/// Returns the known name that is most similar to an unknown one, if one is similar enough to suggest.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LIKE: f64 = 0.75;
    let scored = known.into_iter().map(|one| (strsim::jaro_winkler(name, one), one));
    let best = scored.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(score, _)| *score >= LIKE).map(|(_, name)| name)
}

/// Shortens a piece of text to one line for a message.
pub(super) fn shown(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let start: String = line.chars().take(SHOWN).collect();
    if start.len() < line.len() { start + "…" } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_counted_in_characters() {
        let text = "a\nbä한 c\n";
        for (byte, expected) in [(0, (1, 1)), (2, (2, 1)), (8, (2, 4)), (7, (2, 3)), (99, (3, 1))] {
            assert_eq!(position(text, byte), expected, "{byte}");
        }
    }

    #[test]
    fn a_similar_name_is_suggested() {
        for (name, expected) in
            [("them", Some("theme")), ("sync_every", Some("sync-every")), ("sort", None), ("densty", Some("density"))]
        {
            assert_eq!(nearest(name, ["theme", "sync-every", "density"]), expected, "{name}");
        }
    }
}
