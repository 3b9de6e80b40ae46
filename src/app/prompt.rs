//! A one-line editor: the text, its cursor, and the keys that edit it.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::keymap::Action;
use crate::text::width;

/// The longest text it takes, in bytes.
const LIMIT: usize = 100_000;
/// The longest grapheme of clean text, in bytes.
const GRAPHEME: usize = 32;

/// The line being edited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prompt {
    text: String,
    /// Byte position of the cursor, on a grapheme boundary.
    cursor: usize,
}

impl Prompt {
    /// Starts with a text, the cursor at its end.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self { cursor: text.len(), text }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text before the cursor.
    #[must_use]
    pub fn before(&self) -> &str {
        self.text.get(..self.cursor).unwrap_or_default()
    }

    /// What fits into so many columns, the cursor among them: bytes of the text left of it, and the cursor's column.
    #[must_use]
    pub fn view(&self, columns: u16) -> (usize, u16) {
        let before = self.before();
        let columns = usize::from(columns.max(1));
        let left = |skipped: usize| width(before.get(skipped..).unwrap_or_default());
        // A column takes so many bytes at the most, so that what lies further left need not be measured.
        let far = before.len().saturating_sub(columns * GRAPHEME);
        let mut skipped = (far..=before.len()).find(|&at| before.is_char_boundary(at)).unwrap_or(0);
        while left(skipped) >= columns {
            // By whole characters.
            skipped += before.get(skipped..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        }
        (skipped, left(skipped) as u16)
    }

    /// Inserts text at the cursor. The caller has made it safe to print.
    pub fn insert(&mut self, text: &str) {
        if self.text.len() + text.len() <= LIMIT {
            self.text.insert_str(self.cursor, text);
            self.cursor += text.len();
        }
    }

    /// Puts text in the place of a part, the cursor behind it. A range off the text's characters changes nothing.
    pub fn replace(&mut self, range: Range<usize>, text: &str) {
        if self.text.get(range.clone()).is_some() {
            self.cursor = range.start + text.len();
            self.text.replace_range(range, text);
        }
    }

    /// Carries out an editing action; whether the text is another one now.
    pub fn edit(&mut self, action: Action) -> bool {
        let length = self.text.len();
        match action {
            Action::PromptLeft => self.cursor = self.left(),
            Action::PromptRight => self.cursor = self.right(),
            Action::PromptStart => self.cursor = 0,
            Action::PromptEnd => self.cursor = length,
            Action::PromptErase => self.erase(self.left()),
            Action::PromptDelete => {
                let end = self.right();
                self.text.replace_range(self.cursor..end, "");
            }
            Action::PromptWordBack => self.erase(self.word_start()),
            Action::PromptClear => self.erase(0),
            _ => {}
        }
        self.text.len() != length
    }

    fn erase(&mut self, start: usize) {
        self.text.replace_range(start..self.cursor, "");
        self.cursor = start;
    }

    fn left(&self) -> usize {
        self.before().grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn right(&self) -> usize {
        let after = self.text.get(self.cursor..).unwrap_or_default();
        self.cursor + after.graphemes(true).next().map_or(0, str::len)
    }

    fn word_start(&self) -> usize {
        let word = self.before().trim_end();
        word.char_indices().rev().find(|(_, c)| c.is_whitespace()).map_or(0, |(at, c)| at + c.len_utf8())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_is_in_view_however_long_the_text_is() {
        for (text, columns, expected) in
            [("", 5, (0, 0)), ("abcd", 5, (0, 4)), ("abcde", 5, (1, 4)), ("한국어", 5, (3, 4)), ("abc", 0, (3, 0))]
        {
            assert_eq!(Prompt::new(text.to_owned()).view(columns), expected, "{text:?} in {columns}");
        }
        let (skipped, column) = Prompt::new("y".repeat(90_000)).view(80);
        assert_eq!((skipped, column), (90_000 - 79, 79));
    }

    #[test]
    fn editing_moves_by_whole_graphemes() {
        let mut prompt = Prompt::new("labour migra\u{301}".to_owned());
        assert!(prompt.edit(Action::PromptErase));
        assert_eq!(prompt.text(), "labour migr");
        assert!(prompt.edit(Action::PromptWordBack));
        assert_eq!(prompt.text(), "labour ");
        assert!(!prompt.edit(Action::PromptStart));
        prompt.insert("한");
        assert_eq!((prompt.text(), prompt.before()), ("한labour ", "한"));
        assert!(prompt.edit(Action::PromptDelete) && !prompt.edit(Action::PromptLeft));
        assert!(prompt.edit(Action::PromptDelete));
        assert_eq!(prompt.text(), "abour ");
        prompt.edit(Action::PromptEnd);
        assert!(prompt.edit(Action::PromptClear) && prompt.text().is_empty());
        assert!(!prompt.edit(Action::PromptErase));
    }
}
