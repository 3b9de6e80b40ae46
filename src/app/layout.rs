//! Which pane stands where, from the terminal's size and what has the focus.

use ratatui::layout::Rect;

/// A pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pane {
    /// Facets and their values.
    Filter,
    /// The releases.
    #[default]
    List,
    /// One release in full.
    Detail,
    /// The bars above the list, where there is room for them.
    Timeline,
}

/// How the panes are arranged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrangement {
    /// All three side by side.
    Wide,
    /// List above detail; the filter pane slides in from the left while it has the focus.
    Stacked,
    /// The focused pane alone.
    Single,
    /// The detail alone, centred.
    Zen,
    /// Too small for anything but a line that says so.
    Tiny,
}

/// The regions of the screen. A region that is not shown is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// How the panes are arranged.
    pub arrangement: Arrangement,
    /// Name of the feed and counts.
    pub title: Rect,
    /// Prompt and chips.
    pub query: Rect,
    /// The panes' region with its rules.
    pub body: Rect,
    /// The filter pane.
    pub filter: Rect,
    /// The bars above the list, and their labels.
    pub timeline: Rect,
    /// The list pane.
    pub list: Rect,
    /// The detail pane.
    pub detail: Rect,
    /// Hints and notes.
    pub bottom: Rect,
}

/// Columns of the filter pane with its rule.
const FILTER_COLUMNS: u16 = 31;
/// The widest line of text that reads well.
pub const MEASURE: u16 = 72;
/// Rows of the timeline: bars and labels.
const TIMELINE_ROWS: u16 = 2;
/// Share of the detail pane in what the filter pane leaves, in percent.
const DETAIL_SHARE: u16 = 46;

impl Layout {
    /// The regions for a terminal of `columns` by `rows`.
    #[must_use]
    pub fn new(columns: u16, rows: u16, focus: Pane, zen: bool) -> Self {
        let arrangement = match (columns, rows) {
            (..20, _) | (_, ..5) => Arrangement::Tiny,
            _ if zen => Arrangement::Zen,
            (..80, _) | (_, ..16) => Arrangement::Single,
            (..120, _) => Arrangement::Stacked,
            _ => Arrangement::Wide,
        };
        let none = Rect::ZERO;
        let mut layout = Self {
            arrangement,
            title: none,
            query: none,
            body: none,
            filter: none,
            timeline: none,
            list: none,
            detail: none,
            bottom: none,
        };
        if arrangement == Arrangement::Tiny {
            layout.title = Rect::new(0, 0, columns, rows.min(1));
            return layout;
        }
        layout.title = Rect::new(0, 0, columns, 1);
        layout.bottom = Rect::new(0, rows - 1, columns, 1);
        let top = if arrangement == Arrangement::Zen {
            1
        } else {
            layout.query = Rect::new(0, 1, columns, 1);
            // A low terminal gives its rows to the releases, not to the rule.
            if rows < 10 { 2 } else { 3 }
        };
        layout.body = Rect::new(0, top, columns, rows - 1 - top);
        layout.place(focus);
        layout
    }

    fn place(&mut self, focus: Pane) {
        let body = self.body;
        match self.arrangement {
            Arrangement::Tiny => {}
            Arrangement::Zen => {
                let width = MEASURE.min(body.width - 2);
                let pad = u16::from(body.height > 12);
                self.detail = Rect::new((body.width - width) / 2, body.y + pad, width, body.height - 2 * pad);
            }
            Arrangement::Single => {
                let inner = Rect::new(1, body.y, body.width - 2, body.height);
                match focus {
                    Pane::Filter => self.filter = inner,
                    Pane::List | Pane::Timeline => self.list = inner,
                    Pane::Detail => self.detail = inner,
                }
            }
            Arrangement::Stacked => {
                // The filter pane slides in while it has the focus; the others make room, so that nothing of them is hidden.
                let left = if focus == Pane::Filter { FILTER_COLUMNS } else { 0 };
                if focus == Pane::Filter {
                    self.filter = Rect::new(2, body.y, FILTER_COLUMNS - 4, body.height);
                }
                let (list, rest) = (body.height * 3 / 5, body.width - left);
                self.list = Rect::new(left + 1, body.y, rest - 2, list);
                self.detail = Rect::new(left + 2, body.y + list + 1, rest - 4, body.height - list - 1);
            }
            Arrangement::Wide => {
                let rest = body.width - FILTER_COLUMNS;
                let detail = rest * DETAIL_SHARE / 100;
                self.filter = Rect::new(2, body.y, FILTER_COLUMNS - 4, body.height);
                self.list = Rect::new(FILTER_COLUMNS + 1, body.y, rest - detail - 3, body.height);
                self.detail = Rect::new(body.width - detail + 2, body.y, detail - 4, body.height);
            }
        }
    }

    /// The same with the timeline above the list, where rows are left for it.
    #[must_use]
    pub fn with_timeline(mut self) -> Self {
        let is_high = match self.arrangement {
            Arrangement::Wide => self.body.height >= 16,
            Arrangement::Stacked => self.body.height >= 26,
            _ => false,
        };
        if is_high {
            let list = &mut self.list;
            self.timeline = Rect::new(list.x + 1, list.y, list.width - 2, TIMELINE_ROWS);
            // A blank row parts them.
            list.y += TIMELINE_ROWS + 1;
            list.height -= TIMELINE_ROWS + 1;
        }
        self
    }

    /// Lines a release takes in the list.
    #[must_use]
    pub fn lines_a_release(&self) -> u16 {
        if self.arrangement == Arrangement::Single { 1 } else { 2 }
    }

    /// Rows of the list that hold releases and month headings, below the pane's own heading.
    #[must_use]
    pub fn list_rows(&self) -> u16 {
        self.list.height.saturating_sub(self.head())
    }

    /// Rows of the detail that hold text.
    #[must_use]
    pub fn detail_rows(&self) -> u16 {
        if self.arrangement == Arrangement::Zen {
            return self.detail.height.saturating_sub(2);
        }
        self.detail.height.saturating_sub(self.head())
    }

    /// Rows of the filter pane that hold values, below the pane's own heading.
    #[must_use]
    pub fn filter_rows(&self) -> u16 {
        self.filter.height.saturating_sub(self.head())
    }

    /// Rows of a pane's own heading, the blank one below it among them.
    #[must_use]
    pub fn head(&self) -> u16 {
        if self.arrangement == Arrangement::Single { 1 } else { 2 }
    }

    /// Columns of the detail's text.
    #[must_use]
    pub fn measure(&self) -> u16 {
        self.detail.width.min(MEASURE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_lies_on_the_screen_at_every_size() {
        for columns in 0..200 {
            for rows in 0..60 {
                for focus in [Pane::Filter, Pane::List, Pane::Detail, Pane::Timeline] {
                    for zen in [false, true] {
                        let layout = Layout::new(columns, rows, focus, zen).with_timeline();
                        let screen = Rect::new(0, 0, columns, rows);
                        for region in [
                            layout.title,
                            layout.query,
                            layout.body,
                            layout.filter,
                            layout.timeline,
                            layout.list,
                            layout.detail,
                            layout.bottom,
                        ] {
                            let inside = region.is_empty() || screen.intersection(region) == region;
                            assert!(inside, "{region:?} in {columns}x{rows} {focus:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn sizes_choose_the_arrangement() {
        let at = |columns, rows| Layout::new(columns, rows, Pane::List, false).arrangement;
        assert_eq!(at(150, 40), Arrangement::Wide);
        assert_eq!(at(80, 24), Arrangement::Stacked);
        assert_eq!(at(40, 12), Arrangement::Single);
        assert_eq!(at(150, 15), Arrangement::Single);
        assert_eq!(at(19, 5), Arrangement::Tiny);
    }

    #[test]
    fn the_timeline_takes_rows_that_are_left() {
        let shown = |columns, rows| {
            let layout = Layout::new(columns, rows, Pane::List, false).with_timeline();
            assert!(layout.timeline.is_empty() || layout.timeline.bottom() < layout.list.y);
            !layout.timeline.is_empty()
        };
        assert!(shown(150, 40) && shown(120, 20) && shown(100, 30));
        assert!(!shown(150, 19) && !shown(100, 29) && !shown(60, 40));
    }
}
