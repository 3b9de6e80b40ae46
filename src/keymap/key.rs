//! Notation of keys: `j`, `G`, `C-d`, `M-x`, `S-Tab`, `Enter`, `Down`, `F1`; a sequence is written as `gg` or `,s`.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers. Shift is part of the character where there is one (`G`, not `S-g`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// Control, Alt, and Shift for keys that are no characters.
    pub modifiers: KeyModifiers,
}

/// A text that names no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no key: write j, C-d, M-x, S-Tab, Enter, Space, Down, PgDn, F1, or a sequence such as gg")]
pub struct KeyError(pub String);

/// Names of keys that are no characters.
const NAMED: &[(&str, KeyCode)] = &[
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("Space", KeyCode::Char(' ')),
    ("BS", KeyCode::Backspace),
    ("Del", KeyCode::Delete),
    ("Ins", KeyCode::Insert),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
];

impl Key {
    /// Reads one key or a sequence of characters.
    ///
    /// # Errors
    /// [`KeyError`] where the text names no key.
    pub fn sequence(text: &str) -> Result<Vec<Self>, KeyError> {
        if let Some(key) = Self::single(text) {
            return Ok(vec![key]);
        }
        let plain = |c: char| Self { code: KeyCode::Char(c), modifiers: KeyModifiers::NONE };
        match text.chars().count() {
            2..=3 if !text.contains('-') => Ok(text.chars().map(plain).collect()),
            _ => Err(KeyError(text.to_owned())),
        }
    }

    /// As it is shown in a hint: arrows as arrows.
    #[must_use]
    pub fn symbol(self) -> String {
        let arrow = match self.code {
            KeyCode::Up => "↑",
            KeyCode::Down => "↓",
            KeyCode::Left => "←",
            KeyCode::Right => "→",
            _ => return self.to_string(),
        };
        let plain = Self { code: KeyCode::Char('x'), ..self }.to_string();
        plain.replace('x', arrow)
    }

    fn single(text: &str) -> Option<Self> {
        let mut rest = text;
        let mut modifiers = KeyModifiers::NONE;
        while let Some((head, tail)) = rest.split_once('-').filter(|(_, tail)| !tail.is_empty()) {
            modifiers |= match head {
                "C" => KeyModifiers::CONTROL,
                "M" => KeyModifiers::ALT,
                "S" => KeyModifiers::SHIFT,
                _ => return None,
            };
            rest = tail;
        }
        let named = NAMED.iter().find(|(name, _)| *name == rest).map(|&(_, code)| code);
        let function = || rest.strip_prefix('F')?.parse().ok().map(KeyCode::F);
        let character = || {
            let mut chars = rest.chars();
            chars.next().filter(|_| chars.next().is_none()).map(KeyCode::Char)
        };
        let code = named.or_else(function).or_else(character)?;
        Some(Self { code, modifiers })
    }
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        let mut modifiers = event.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        let code = match event.code {
            // Terminals say Shift-Tab in two ways.
            KeyCode::BackTab => {
                modifiers |= KeyModifiers::SHIFT;
                KeyCode::Tab
            }
            KeyCode::Char(c) => {
                if c != ' ' {
                    modifiers -= KeyModifiers::SHIFT;
                }
                KeyCode::Char(c)
            }
            code => code,
        };
        Self { code, modifiers }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (modifier, name) in [(KeyModifiers::CONTROL, "C-"), (KeyModifiers::ALT, "M-"), (KeyModifiers::SHIFT, "S-")]
        {
            if self.modifiers.contains(modifier) {
                f.write_str(name)?;
            }
        }
        match (NAMED.iter().find(|(_, code)| *code == self.code), self.code) {
            (Some((name, _)), _) => f.write_str(name),
            (None, KeyCode::Char(c)) => write!(f, "{c}"),
            (None, KeyCode::F(n)) => write!(f, "F{n}"),
            (None, code) => write!(f, "{code:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notation_round_trips() {
        for text in ["j", "G", "C-d", "M-x", "S-Tab", "Enter", "Space", "F12", "-", "C--", "?"] {
            let keys = Key::sequence(text).expect("a key");
            assert_eq!(keys.len(), 1, "{text}");
            assert_eq!(keys[0].to_string(), text);
        }
        assert_eq!(Key::sequence("gg").expect("a sequence").len(), 2);
        assert!(Key::sequence("Nonsense").is_err() && Key::sequence("").is_err());
    }

    #[test]
    fn events_are_normalised() {
        let key = |code, modifiers| Key::from(KeyEvent::new(code, modifiers)).to_string();
        assert_eq!(key(KeyCode::Char('G'), KeyModifiers::SHIFT), "G");
        assert_eq!(key(KeyCode::BackTab, KeyModifiers::NONE), "S-Tab");
        assert_eq!(key(KeyCode::BackTab, KeyModifiers::SHIFT), "S-Tab");
        assert_eq!(key(KeyCode::Char(' '), KeyModifiers::NONE), "Space");
    }
}
