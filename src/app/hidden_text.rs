//! A line of text that must not be seen: an API key or password while it is typed.

use std::fmt;

use super::prompt::Prompt;
use crate::server::Secret;

/// The editor of such a text. It is not printed for debugging, and overwritten in memory when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct HiddenText(Prompt);

/// Bytes reserved, so that typing does not leave copies in memory.
const RESERVED: usize = 1_024;

impl Default for HiddenText {
    fn default() -> Self {
        Self(Prompt::new(String::with_capacity(RESERVED)))
    }
}

impl HiddenText {
    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.text().is_empty()
    }

    /// Returns an editor of as many dots, with the cursor at the same place.
    #[must_use]
    pub fn dots(&self) -> Prompt {
        let count = |text: &str| text.chars().count();
        let (all, before) = (count(self.0.text()), count(self.0.before()));
        let mut dots = Prompt::new("•".repeat(before));
        dots.append(&"•".repeat(all - before));
        dots
    }

    /// The editor of the text itself.
    pub(super) fn prompt(&mut self) -> &mut Prompt {
        &mut self.0
    }

    /// Returns what was typed.
    #[must_use]
    pub fn secret(&self) -> Secret {
        Secret::new(self.0.text().trim())
    }
}

impl fmt::Debug for HiddenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HiddenText")
    }
}

impl Drop for HiddenText {
    fn drop(&mut self) {
        self.0.wipe();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keymap::Action;

    #[test]
    fn nothing_of_the_text_is_shown_or_printed() {
        let mut text = HiddenText::default();
        text.prompt().insert("hünter2");
        text.prompt().edit(Action::PromptLeft);
        let dots = text.dots();
        assert_eq!((dots.text(), dots.before()), ("•••••••", "••••••"));
        assert_eq!(format!("{text:?} {:?}", text.secret()), "HiddenText Secret");
        assert_eq!(text.secret().reveal(), "hünter2");
        text.prompt().wipe();
        assert!(text.is_empty());
    }
}
