//! Notation of keys: `j`, `G`, `C-d`, `M-x`, `S-Tab`, `Enter`, `Down`, `F1`; a sequence is written as `gg` or `,s`, and
//! with blanks where it has named keys: `g Space`.
//!
//! What terminals send as one key is one key here, however it is written: `C-i` is `Tab`, `C-G` is `C-g`, `S-g` is `G`.

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
#[error("`{0}` is no key, allowed: {NOTATION}")]
pub struct KeyError(pub String);

/// How keys are written.
pub const NOTATION: &str =
    "j, C-d, M-x, S-Tab, Enter, Space, BS, Del, Down, PgDn, F1, or a sequence such as gg or g Space";

/// The highest function key that terminals send.
const FUNCTIONS: u8 = 24;

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
    /// Reads one key or a sequence: characters without blanks, or keys parted by blanks.
    ///
    /// # Errors
    /// [`KeyError`] where the text names no key.
    pub fn sequence(text: &str) -> Result<Vec<Self>, KeyError> {
        let mut keys = Vec::new();
        for word in text.split_whitespace() {
            match Self::single(word) {
                Some(key) => keys.push(key),
                None => keys.extend(Self::letters(word).ok_or_else(|| KeyError(text.to_owned()))?),
            }
        }
        if keys.is_empty() { Err(KeyError(text.to_owned())) } else { Ok(keys) }
    }

    /// A sequence as it is shown: characters in a row, with blanks where a key has a name, arrows as arrows.
    #[must_use]
    pub fn display(keys: &[Self]) -> String {
        Self::joined(keys, Self::symbol)
    }

    /// A sequence as it is written, and read again.
    #[must_use]
    pub fn written(keys: &[Self]) -> String {
        Self::joined(keys, |key| key.to_string())
    }

    fn joined(keys: &[Self], name: impl Fn(Self) -> String) -> String {
        let is_plain = |key: &Self| matches!(key.code, KeyCode::Char(c) if c != ' ') && key.modifiers.is_empty();
        // Longer ones, and those that would be read as something else, are parted too.
        let row: String = keys.iter().map(|&key| name(key)).collect();
        let is_row = keys.iter().all(is_plain) && Self::sequence(&row).is_ok_and(|read| read == keys);
        if is_row { row } else { keys.iter().map(|&key| name(key)).collect::<Vec<_>>().join(" ") }
    }

    /// The character that it types: none with a modifier.
    #[must_use]
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if (self.modifiers - KeyModifiers::SHIFT).is_empty() => Some(c),
            _ => None,
        }
    }

    /// Two or three characters in a row.
    fn letters(word: &str) -> Option<Vec<Self>> {
        let plain = |c: char| Self { code: KeyCode::Char(c), modifiers: KeyModifiers::NONE };
        // `F25` is meant as a key, and there is none.
        let is_function = word.strip_prefix('F').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()));
        let is_sequence = matches!(word.chars().count(), 2..=3) && !word.contains('-') && !is_function;
        is_sequence.then(|| word.chars().map(plain).collect())
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
        let function = || {
            let number = rest.strip_prefix('F')?.parse().ok();
            number.filter(|number| (1..=FUNCTIONS).contains(number)).map(KeyCode::F)
        };
        let character = || {
            let mut chars = rest.chars();
            chars.next().filter(|_| chars.next().is_none()).map(KeyCode::Char)
        };
        let code = named.or_else(function).or_else(character)?;
        Self { code, modifiers }.as_sent()
    }

    /// The key as terminals send it; none where they send nothing of the kind.
    fn as_sent(self) -> Option<Self> {
        let (KeyCode::Char(c), mut modifiers) = (self.code, self.modifiers) else { return Some(self) };
        let mut code = self.code;
        if c != ' ' && modifiers.contains(KeyModifiers::SHIFT) {
            if !c.is_alphabetic() {
                return None;
            }
            modifiers -= KeyModifiers::SHIFT;
            code = KeyCode::Char(c.to_uppercase().next()?);
        }
        if modifiers.contains(KeyModifiers::CONTROL) {
            let named = match c.to_ascii_lowercase() {
                'i' => Some(KeyCode::Tab),
                'm' => Some(KeyCode::Enter),
                '[' => Some(KeyCode::Esc),
                _ => None,
            };
            modifiers -= if named.is_some() { KeyModifiers::CONTROL } else { KeyModifiers::NONE };
            code = named.unwrap_or(KeyCode::Char(c.to_ascii_lowercase()));
        }
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
        for wrong in ["Nonsense", "", " ", "F0", "F25", "X-a", "C-", "S-1", "g Nonsense", "abcd"] {
            assert!(Key::sequence(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn sequences_are_told_as_they_are_written() {
        for text in ["gg", ",s", "g Space", "F4 F4", "C-x C-s", "g C-d"] {
            assert_eq!(Key::display(&Key::sequence(text).expect("a sequence")), text);
            assert_eq!(Key::written(&Key::sequence(text).expect("a sequence")), text);
        }
        for text in ["a b c d", "g -", "F 1", "g Down"] {
            assert_eq!(Key::written(&Key::sequence(text).expect("a sequence")), text);
        }
        assert_eq!(Key::display(&Key::sequence("gg  Down").expect("a sequence")), "g g ↓");
    }

    #[test]
    fn what_terminals_send_as_one_key_is_one_key() {
        for (written, sent) in
            [("C-i", "Tab"), ("C-m", "Enter"), ("C-[", "Esc"), ("C-G", "C-g"), ("S-g", "G"), ("C-S-g", "C-g")]
        {
            assert_eq!(Key::sequence(written).expect("a key"), Key::sequence(sent).expect("a key"), "{written}");
        }
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
