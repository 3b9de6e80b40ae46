//! A list below a text field: typing filters it, the cursor moves among the matches.

use crate::app::list_cursor::ListCursor;
use crate::app::prompt::Prompt;
use crate::keymap::Action;

/// The number of lines above the list: the text field.
pub const HEAD: usize = 1;

/// The text field and the cursor among the matches.
#[derive(Debug, Clone, Default)]
pub struct Picker {
    /// The typed text.
    pub prompt: Prompt,
    /// The cursor among the matches.
    pub cursor: ListCursor,
}

impl Picker {
    /// Moves the cursor among `count` matches, `rows` of them in view, or edits the text, which puts the cursor on the
    /// best match. Other actions do nothing.
    pub(super) fn act(&mut self, action: Action, rows: usize, count: usize) {
        if !self.cursor.act(action, rows, count) && self.prompt.edit(action) {
            self.cursor.at = 0;
        }
    }

    /// Inserts typed or pasted text, which puts the cursor on the best match.
    pub(super) fn insert(&mut self, text: &str) {
        self.prompt.insert(text);
        self.cursor.at = 0;
    }

    /// Moves the cursor to a line of the popup. Returns whether one of the `count` matches is there.
    pub(super) fn press(&mut self, line: usize, count: usize) -> bool {
        line.checked_sub(HEAD).is_some_and(|row| self.cursor.press(row, count))
    }
}
