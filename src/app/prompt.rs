//! A one-line editor: text, cursor and editing keys.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::keymap::Action;
use crate::text::width;

/// Maximum length of the text, in bytes.
const LIMIT: usize = 100_000;
/// Maximum length of a grapheme of sanitised text, in bytes.
const GRAPHEME: usize = 32;

/// The edited line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prompt {
    text: String,
    /// Byte position of the cursor, on a grapheme boundary.
    cursor: usize,
    /// Whether the whole text is selected, so that typing replaces it.
    is_selected: bool,
}

impl Prompt {
    /// Creates a prompt with the cursor at the end of `text`.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self { cursor: text.len(), text, is_selected: false }
    }

    /// Creates a prompt whose text is a proposal: selected, so that typing replaces it.
    #[must_use]
    pub fn proposed(text: String) -> Self {
        Self { is_selected: !text.is_empty(), ..Self::new(text) }
    }

    /// Whether the whole text is selected.
    #[must_use]
    pub fn is_selected(&self) -> bool {
        self.is_selected
    }

    /// Keeps the selected text, so that typing appends to it.
    pub fn deselect(&mut self) {
        self.is_selected = false;
    }

    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the byte position of the cursor.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Returns the text before the cursor.
    #[must_use]
    pub fn before(&self) -> &str {
        self.text.get(..self.cursor).unwrap_or_default()
    }

    /// Fits text and cursor into `columns`. Returns the number of bytes hidden at the left and the cursor's column.
    #[must_use]
    pub fn view(&self, columns: u16) -> (usize, u16) {
        let before = self.before();
        let columns = usize::from(columns.max(1));
        // A column holds at most `GRAPHEME` bytes, so text further left need not be measured.
        let far = before.len().saturating_sub(columns * GRAPHEME);
        let mut skipped = (far..=before.len()).find(|&at| before.is_char_boundary(at)).unwrap_or(0);
        let shown = before.get(skipped..).unwrap_or_default();
        let mut column = width(shown);
        for grapheme in shown.graphemes(true) {
            if column < columns {
                break;
            }
            column = column.saturating_sub(width(grapheme));
            skipped += grapheme.len();
        }
        (skipped, column as u16)
    }

    /// Inserts text at the cursor, or in place of the selected text. Text that would exceed the limit changes nothing.
    /// The caller must have sanitised it.
    pub fn insert(&mut self, text: &str) {
        let kept = if self.is_selected { 0 } else { self.text.len() };
        if text.is_empty() || kept + text.len() > LIMIT {
            return;
        }
        self.erase_selected();
        self.text.insert_str(self.cursor, text);
        self.cursor += text.len();
    }

    /// Appends text behind the cursor, which stays.
    pub(super) fn append(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Deletes the text and overwrites its memory.
    pub(super) fn wipe(&mut self) {
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        bytes.fill(0);
        // Keeps the compiler from leaving out what nobody reads.
        std::hint::black_box(&bytes);
        *self = Self::default();
    }

    /// Replaces a range of the text and puts the cursor after it. A range that is not on character boundaries changes
    /// nothing.
    pub fn replace(&mut self, range: Range<usize>, text: &str) {
        if self.text.get(range.clone()).is_some() {
            self.deselect();
            self.cursor = range.start + text.len();
            self.text.replace_range(range, text);
        }
    }

    /// Runs an editing action. Returns whether the text changed.
    pub fn edit(&mut self, action: Action) -> bool {
        let length = self.text.len();
        match action {
            Action::PromptErase | Action::PromptDelete | Action::PromptWordBack | Action::PromptClear
                if self.erase_selected() => {}
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
            _ => return false,
        }
        self.deselect();
        self.text.len() != length
    }

    /// Deletes the text if it is selected. Returns whether it was.
    fn erase_selected(&mut self) -> bool {
        let was_selected = std::mem::take(&mut self.is_selected);
        if was_selected {
            self.text.clear();
            self.cursor = 0;
        }
        was_selected
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
    fn the_cursor_is_visible_in_any_text() {
        for (text, columns, expected) in
            [("", 5, (0, 0)), ("abcd", 5, (0, 4)), ("abcde", 5, (1, 4)), ("한국어", 5, (3, 4)), ("abc", 0, (3, 0))]
        {
            assert_eq!(Prompt::new(text.to_owned()).view(columns), expected, "{text:?} in {columns}");
        }
        let (skipped, column) = Prompt::new("y".repeat(90_000)).view(80);
        assert_eq!((skipped, column), (90_000 - 79, 79));
    }

    #[test]
    fn typing_replaces_a_proposal_and_moving_keeps_it() {
        use Action as A;
        let table = [
            (vec![], "x", "x"),
            (vec![A::PromptEnd], "x", "proposalx"),
            (vec![A::PromptRight], "x", "proposalx"),
            (vec![A::PromptStart], "x", "xproposal"),
            (vec![A::PromptErase], "x", "x"),
            (vec![A::PromptDelete], "x", "x"),
            (vec![A::PromptWordBack], "x", "x"),
            (vec![A::PromptClear], "", ""),
            (vec![A::Down], "", "proposal"),
            (vec![A::Down], "x", "x"),
        ];
        for (actions, typed, expected) in table {
            let mut prompt = Prompt::proposed("proposal".to_owned());
            assert!(prompt.is_selected());
            for &action in &actions {
                prompt.edit(action);
            }
            prompt.insert(typed);
            assert_eq!(prompt.text(), expected, "{actions:?} {typed:?}");
        }
        assert!(!Prompt::proposed(String::new()).is_selected());
    }

    #[test]
    fn text_beyond_the_limit_changes_nothing() {
        for mut prompt in [Prompt::proposed("proposal".to_owned()), Prompt::new("typed".to_owned())] {
            let before = prompt.clone();
            prompt.insert(&"y".repeat(LIMIT + 1));
            assert_eq!(prompt, before);
        }
        let mut prompt = Prompt::proposed("proposal".to_owned());
        prompt.insert(&"y".repeat(LIMIT));
        assert_eq!(prompt.text().len(), LIMIT, "the selected text makes room");
        prompt.insert("z");
        assert_eq!(prompt.text().len(), LIMIT);
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
