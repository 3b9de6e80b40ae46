//! Asks the terminal for its background colour (OSC 11) and picks the answer out of the keys.
//!
//! crossterm knows no such answer and reads it as Alt-`]`, its characters one by one, and Alt-`\` or Ctrl-G.
//! The first frame never waits for it: a terminal that does not answer costs nothing.

use std::io::{self, Write};
use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyModifiers};
use crossterm::terminal;

/// Longest answer: `11;rgb:ffff/ffff/ffff`, and some room.
const LONGEST: usize = 40;

/// Asks. The answer comes in among the keys.
pub fn ask() -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(b"\x1b]11;?\x1b\\")?;
    out.flush()
}

/// How long an answer may take where nothing else is waited for.
const PATIENCE: Duration = Duration::from_millis(150);

/// Asks, and waits for the answer: whether the background is light. Nothing where the terminal does not say.
#[must_use]
pub fn answered() -> Option<bool> {
    terminal::enable_raw_mode().ok()?;
    let light = wait();
    let _ = terminal::disable_raw_mode();
    light
}

fn wait() -> Option<bool> {
    ask().ok()?;
    let mut answer = Answer::default();
    while event::poll(PATIENCE).ok()? {
        if let Event::Key(key) = event::read().ok()?
            && let Step::Light(light) = answer.take(key)
        {
            return Some(light);
        }
    }
    None
}

/// Reads the answer among the keys.
#[derive(Debug, Default)]
pub struct Answer {
    /// What came so far of an answer.
    text: Option<String>,
}

/// What a key turned out to be.
#[derive(Debug, PartialEq)]
pub enum Step {
    /// A key.
    Key(KeyEvent),
    /// A part of an answer.
    Swallowed,
    /// The end of an answer: whether the background is light.
    Light(bool),
}

impl Answer {
    /// Takes the next key.
    pub fn take(&mut self, key: KeyEvent) -> Step {
        let Some(text) = &mut self.text else {
            if key.code == KeyCode::Char(']') && key.modifiers == KeyModifiers::ALT {
                self.text = Some(String::new());
                return Step::Swallowed;
            }
            return Step::Key(key);
        };
        match key.code {
            KeyCode::Char('\\') if key.modifiers == KeyModifiers::ALT => self.finish(),
            KeyCode::Char('g') if key.modifiers == KeyModifiers::CONTROL => self.finish(),
            KeyCode::Char(c) if text.len() < LONGEST && "1;rgba:/".contains(c) || is_hex(key.code) => {
                if let KeyCode::Char(c) = key.code {
                    text.push(c);
                }
                Step::Swallowed
            }
            // Somebody typed Alt-] after all: this key is his.
            _ => {
                self.text = None;
                Step::Key(key)
            }
        }
    }

    fn finish(&mut self) -> Step {
        let text = self.text.take().unwrap_or_default();
        is_light(&text).map_or(Step::Swallowed, Step::Light)
    }
}

fn is_hex(code: KeyCode) -> bool {
    matches!(code, KeyCode::Char(c) if c.is_ascii_hexdigit())
}

/// Whether `11;rgb:RRRR/GGGG/BBBB` (one to four hexadecimal digits each) is a light colour.
fn is_light(answer: &str) -> Option<bool> {
    let colors = answer.strip_prefix("11;rgb:").or_else(|| answer.strip_prefix("11;rgba:"))?;
    let parts: Vec<f64> = colors
        .split('/')
        .map(|part| {
            let digits = u32::try_from(part.len()).ok().filter(|digits| (1..=4).contains(digits))?;
            let value = u32::from_str_radix(part, 16).ok()?;
            Some(f64::from(value) / f64::from(16_u32.pow(digits) - 1))
        })
        .collect::<Option<_>>()?;
    let [r, g, b] = *parts.get(..3)? else { return None };
    Some(0.299 * r + 0.587 * g + 0.114 * b > 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(c: char, modifiers: KeyModifiers) -> KeyEvent {
        KeyEvent::new(KeyCode::Char(c), modifiers)
    }

    fn answer(text: &str, end: KeyEvent) -> Step {
        let mut answer = Answer::default();
        assert_eq!(answer.take(key(']', KeyModifiers::ALT)), Step::Swallowed);
        for c in text.chars() {
            assert_eq!(answer.take(key(c, KeyModifiers::NONE)), Step::Swallowed, "{c}");
        }
        answer.take(end)
    }

    #[test]
    fn answers_are_understood_with_either_end() {
        let (st, bel) = (key('\\', KeyModifiers::ALT), key('g', KeyModifiers::CONTROL));
        assert_eq!(answer("11;rgb:ffff/ffff/f0f0", st), Step::Light(true));
        assert_eq!(answer("11;rgb:15/17/1a", bel), Step::Light(false));
        assert_eq!(answer("11;rgb:15/17", bel), Step::Swallowed);
    }

    #[test]
    fn keys_pass_and_a_typed_alt_bracket_swallows_nothing_else() {
        let mut answer = Answer::default();
        let j = key('j', KeyModifiers::NONE);
        assert_eq!(answer.take(j), Step::Key(j));
        assert_eq!(answer.take(key(']', KeyModifiers::ALT)), Step::Swallowed);
        assert_eq!(answer.take(j), Step::Key(j));
        assert_eq!(answer.take(key('1', KeyModifiers::NONE)), Step::Key(key('1', KeyModifiers::NONE)));
    }
}
