//! Movement: the cursor of the focused pane by steps, pages and jumps; and the focus from pane to pane.

use super::{App, Pane};
use crate::keymap::Scope;

impl App {
    /// Moves the cursor of a scope by a number of rows.
    pub(super) fn step(&mut self, scope: Scope, by: isize) {
        match scope {
            Scope::Filter | Scope::TypeAhead => self.filter.step(by),
            Scope::Detail => self.step_detail(by),
            // The list is below the timeline.
            Scope::Timeline if by > 0 => self.focus = Pane::List,
            Scope::Timeline => {}
            _ => {
                self.list.step(by, self.hits.order.len());
                // The prompt searches from this release on.
                self.search.anchor = self.selected();
            }
        }
    }

    /// Moves the cursor of a scope by a number of half pages.
    pub(super) fn page(&mut self, scope: Scope, halves: isize) {
        let layout = self.layout();
        let half = |rows: u16| (usize::from(rows / 2).max(1)).cast_signed();
        match scope {
            Scope::Filter | Scope::TypeAhead => self.filter.step(halves * half(layout.filter_rows())),
            Scope::Detail => drop(self.scroll_detail(halves * half(layout.detail_rows()))),
            Scope::Timeline => self.timeline.page(halves),
            _ => self.list = self.list_view(&layout).paged(self.list, halves),
        }
    }

    /// Moves the cursor of a scope to its start or end.
    pub(super) fn jump(&mut self, scope: Scope, to_end: bool) {
        match scope {
            Scope::Filter | Scope::TypeAhead => self.filter.jump(to_end),
            Scope::Detail => drop(self.scroll_detail(if to_end { isize::MAX } else { isize::MIN })),
            Scope::Timeline => self.timeline.jump(to_end),
            _ => self.list.at = if to_end { self.hits.order.len().saturating_sub(1) } else { 0 },
        }
    }

    /// Moves the focus to a neighbouring pane; `around` wraps at the ends.
    pub(super) fn turn(&mut self, by: isize, around: bool) {
        const PANES: [Pane; 3] = [Pane::Filter, Pane::List, Pane::Detail];
        if self.zen {
            return;
        }
        let at = PANES.iter().position(|&pane| pane == self.focus).unwrap_or(1).cast_signed() + by;
        let at = if around { at.rem_euclid(3) } else { at.clamp(0, 2) };
        self.focus = PANES[at.unsigned_abs()];
    }
}
