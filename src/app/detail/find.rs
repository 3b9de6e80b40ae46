//! Words that are looked for within the text of one release.

use super::Detail;
use crate::app::Prompt;
use crate::text::fold;

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Find {
    /// What is typed.
    pub prompt: Prompt,
    /// Whether it is still being typed.
    pub is_typing: bool,
    /// Where one is among what was found.
    pub here: Option<usize>,
}

impl Detail {
    /// Begins to look for something.
    pub fn open_find(&mut self) {
        self.find = Some(Find { is_typing: true, ..Find::default() });
    }

    /// Looks for nothing any more: what the search of the list found is marked again.
    pub fn close_find(&mut self) {
        self.find = None;
        let needles = self.key.as_ref().map(|key| key.needles.clone()).unwrap_or_default();
        self.page.mark_anew(&needles);
    }

    /// How many places were found while something is looked for.
    #[must_use]
    pub fn found(&self) -> usize {
        let is_looking = self.find.as_ref().is_some_and(|find| !find.prompt.text().is_empty());
        if is_looking { self.page.marks().len() } else { 0 }
    }

    /// Marks what is looked for; the first place in view or below it is the one where one is.
    pub fn find_anew(&mut self, rows: usize) {
        let top = self.top();
        self.mark_found();
        let marks = self.page.marks();
        let here = marks.iter().position(|mark| mark.end > top).or((!marks.is_empty()).then_some(0));
        self.go_to_found(here, rows);
    }

    /// Goes to the next place, or the one before; after the last comes the first. Whether it came around.
    pub fn find_next(&mut self, below: bool, rows: usize) -> bool {
        let count = self.found();
        let here = self.find.as_ref().and_then(|find| find.here);
        let Some(last) = count.checked_sub(1) else { return false };
        let next = match (here, below) {
            (Some(at), true) if at < last => at + 1,
            (None, _) | (Some(_), true) => 0,
            (Some(0), false) => last,
            (Some(at), false) => at - 1,
        };
        self.go_to_found(Some(next), rows);
        here.is_some_and(|here| (next > here) != below) && count > 1
    }

    fn go_to_found(&mut self, here: Option<usize>, rows: usize) {
        let Some(find) = &mut self.find else { return };
        find.here = here;
        let Some(mark) = here.and_then(|here| self.page.marks().get(here)) else { return };
        let start = mark.start;
        let Some(line) = self.page.lines().iter().position(|line| line.range.contains(&start)) else { return };
        if !(self.scroll..self.scroll + rows).contains(&line) {
            // A third of the pane stays above it.
            self.scroll = line.saturating_sub(rows / 3).min(self.last_scroll(rows));
        }
    }

    /// Marks what is looked for, where anything is.
    pub(super) fn mark_found(&mut self) {
        let Some(find) = &self.find else { return };
        let needle = fold(find.prompt.text());
        if needle.is_empty() {
            let needles = self.key.as_ref().map(|key| key.needles.clone()).unwrap_or_default();
            self.page.mark_anew(&needles);
        } else {
            self.page.mark_anew(&[needle]);
        }
    }
}
