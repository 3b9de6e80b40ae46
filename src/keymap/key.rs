//! Key notation: `j`, `G`, `C-d`, `M-x`, `S-Tab`, `Enter`, `Down`, `F1`. A sequence is written as `gg` or `,s`, and with
//! spaces if it contains named keys: `g Space`.
//!
//! Spellings that terminals cannot tell apart are one key: `C-i` is `Tab`, `C-G` is `C-g`, `S-g` is `G`.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers. For characters, Shift is part of the character (`G`, not `S-g`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// The key.
    pub code: KeyCode,
    /// Control and Alt, and Shift for keys that are not characters.
    pub modifiers: KeyModifiers,
}

/// A text that is not a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a valid key; expected one such as {NOTATION}")]
pub struct KeyError(pub String);

/// Examples of the notation, for error messages.
pub const NOTATION: &str =
    "j, C-d, M-x, S-Tab, Enter, Space, BS, Del, Down, PgDn, F1, or a sequence such as gg or g Space";

/// The number of the last function key that terminals send.
const FUNCTIONS: u8 = 24;

/// The names of keys that are not visible characters.
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
    /// Parses one key or a sequence: characters without spaces, or keys separated by spaces.
    ///
    /// # Errors
    /// [`KeyError`] if the text contains something else.
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

    /// Formats a sequence for the screen: without spaces unless it contains named keys, and with arrow symbols.
    #[must_use]
    pub fn display(keys: &[Self]) -> String {
        Self::joined(keys, Self::symbol)
    }

    /// Formats a sequence so that [`Self::sequence`] parses it back.
    #[must_use]
    pub fn written(keys: &[Self]) -> String {
        Self::joined(keys, |key| key.to_string())
    }

    fn joined(keys: &[Self], name: impl Fn(Self) -> String) -> String {
        let is_plain = |key: &Self| matches!(key.code, KeyCode::Char(c) if c != ' ') && key.modifiers.is_empty();
        // Spaces are also needed where the joined characters would parse as something else, or are too many.
        let row: String = keys.iter().map(|&key| name(key)).collect();
        let is_row = keys.iter().all(is_plain) && Self::sequence(&row).is_ok_and(|read| read == keys);
        if is_row { row } else { keys.iter().map(|&key| name(key)).collect::<Vec<_>>().join(" ") }
    }

    /// Returns the character that it types, or `None` with Control or Alt.
    #[must_use]
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if (self.modifiers - KeyModifiers::SHIFT).is_empty() => Some(c),
            _ => None,
        }
    }

    /// Parses two or three characters as a sequence.
    fn letters(word: &str) -> Option<Vec<Self>> {
        let plain = |c: char| Self { code: KeyCode::Char(c), modifiers: KeyModifiers::NONE };
        // `F25` is a mistyped function key, not a sequence of three.
        let is_function = word.strip_prefix('F').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()));
        let is_sequence = matches!(word.chars().count(), 2..=3) && !word.contains('-') && !is_function;
        is_sequence.then(|| word.chars().map(plain).collect())
    }

    /// Formats the key for the screen, with arrow symbols.
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

    /// Returns the key as terminals send it, or `None` if they cannot send it.
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
            // Terminals report Shift-Tab in two ways.
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
    fn sequences_round_trip_and_show_arrows_as_symbols() {
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
    fn spellings_of_the_same_key_are_equal() {
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
