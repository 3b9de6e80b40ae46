//! The search within the text of one release.

use super::Detail;
use crate::app::Prompt;
use crate::query::Needle;
use crate::text::fold;

/// The state of the search.
#[derive(Debug, Clone, Default)]
pub struct Find {
    /// The search text.
    pub prompt: Prompt,
    /// Whether the prompt is open.
    pub is_typing: bool,
    /// Index of the current match.
    pub here: Option<usize>,
}

impl Detail {
    /// Opens the prompt.
    pub fn open_find(&mut self) {
        self.find = Some(Find { is_typing: true, ..Find::default() });
    }

    /// Ends the search; the matches of the list's query are highlighted again.
    pub fn close_find(&mut self) {
        self.find = None;
        let needles = self.key.as_ref().map(|key| key.needles.clone()).unwrap_or_default();
        self.page.highlight(&needles);
    }

    /// The number of matches in the text.
    #[must_use]
    pub fn match_count(&self) -> usize {
        let is_looking = self.find.as_ref().is_some_and(|find| !find.prompt.text().is_empty());
        if is_looking { self.page.marks().len() } else { 0 }
    }

    /// Highlights the matches; the first one in view or below becomes the current one.
    pub fn update_matches(&mut self, rows: usize) {
        let top = self.top();
        self.highlight_matches();
        let marks = self.page.marks();
        let here = marks.iter().position(|mark| mark.end > top).or((!marks.is_empty()).then_some(0));
        self.go_to_match(here, rows);
    }

    /// Goes to the next or previous match, wrapping at the ends. Returns whether it wrapped.
    pub fn find_next(&mut self, below: bool, rows: usize) -> bool {
        let count = self.match_count();
        let here = self.find.as_ref().and_then(|find| find.here);
        let Some(last) = count.checked_sub(1) else { return false };
        let next = match (here, below) {
            (Some(at), true) if at < last => at + 1,
            (None, _) | (Some(_), true) => 0,
            (Some(0), false) => last,
            (Some(at), false) => at - 1,
        };
        self.go_to_match(Some(next), rows);
        here.is_some_and(|here| (next > here) != below) && count > 1
    }

    fn go_to_match(&mut self, here: Option<usize>, rows: usize) {
        let Some(find) = &mut self.find else { return };
        find.here = here;
        let Some(mark) = here.and_then(|here| self.page.marks().get(here)) else { return };
        let start = mark.start;
        let Some(line) = self.page.lines().iter().position(|line| line.range.contains(&start)) else { return };
        if !(self.scroll..self.scroll + rows).contains(&line) {
            // Keep a third of the pane above it.
            self.scroll = line.saturating_sub(rows / 3).min(self.last_scroll(rows));
        }
    }

    /// Highlights the matches of the search, if there is one.
    pub(super) fn highlight_matches(&mut self) {
        let Some(find) = &self.find else { return };
        let of_list = || self.key.as_ref().map(|key| key.needles.clone()).unwrap_or_default();
        let needles = Needle::anywhere(fold(find.prompt.text())).map_or_else(of_list, |needle| vec![needle]);
        self.page.highlight(&needles);
    }
}
