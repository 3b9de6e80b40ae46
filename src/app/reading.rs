//! Reading: scrolling the text, searching in it, and going on to the next release.

use super::{App, Pane};
use crate::keymap::Action;

impl App {
    /// Handles the actions that scroll the text or go to another release. Returns `false` for any other action.
    pub(super) fn reading_action(&mut self, action: Action) -> bool {
        match action {
            Action::Open => self.focus = Pane::Detail,
            Action::ReadOn => self.read_on(),
            Action::ReadBack => self.read_back(),
            Action::DetailDown => drop(self.scroll_detail(1)),
            Action::DetailUp => drop(self.scroll_detail(-1)),
            Action::Next => self.go_on(true),
            Action::Previous => self.go_on(false),
            // In zen mode, search within the text.
            Action::Search if self.zen => self.open_find(),
            Action::FindInText => self.open_find(),
            Action::Follow => self.open_link_hints(),
            Action::Download => self.download(),
            Action::GoThere => self.go_there(),
            Action::GoBack => self.go_back(),
            _ => return false,
        }
        true
    }

    /// Goes to the next match in the text, then to the next hit; without a search, to the next unread release.
    fn go_on(&mut self, below: bool) {
        if self.find_on(below) {
            return;
        }
        if self.query.needles().is_empty() {
            self.go_to_unread(below);
            return;
        }
        let rows = usize::from(self.layout().detail_rows());
        if !self.detail.go_to_mark(below, rows) {
            self.list.step(if below { 1 } else { -1 }, self.hits.order.len());
        }
    }

    /// Scrolls the text. Returns whether it moved.
    pub(super) fn scroll_detail(&mut self, by: isize) -> bool {
        let rows = usize::from(self.layout().detail_rows());
        self.detail.scroll_by(by, rows)
    }

    /// Pages down; at the end of the text, marks the release read and goes to the next unread one.
    fn read_on(&mut self) {
        let layout = self.layout();
        let page = usize::from(layout.detail_rows()).saturating_sub(1).max(1);
        let is_shown = !layout.detail.is_empty();
        if is_shown && self.scroll_detail(page.cast_signed()) {
            return;
        }
        if !is_shown {
            self.focus = Pane::Detail;
            return;
        }
        self.mark_read();
        self.go_to_unread(true);
    }

    /// Pages up; at the start of the text, goes to the previous unread release.
    fn read_back(&mut self) {
        let layout = self.layout();
        let page = usize::from(layout.detail_rows()).saturating_sub(1).max(1);
        if layout.detail.is_empty() || !self.scroll_detail(-page.cast_signed()) {
            self.go_to_unread(false);
        }
    }
}
