//! Which pane stands where, from the terminal's size and what has the focus.

use std::ops::RangeInclusive;

use ratatui::layout::Rect;
use serde::{Deserialize, Serialize};

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

/// What the user chose for the sizes of the panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sizes {
    /// Columns of the filter pane with its rule.
    pub filter: u16,
    /// Share of the detail pane in what the filter pane leaves, side by side, in percent.
    pub detail: u16,
    /// Share of the list in the height, one above the other, in percent.
    pub list: u16,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { filter: 31, detail: 46, list: 60 }
    }
}

impl Sizes {
    /// The bounds of each, so that every pane stays one.
    const FILTER: RangeInclusive<u16> = 21..=51;
    const DETAIL: RangeInclusive<u16> = 30..=66;
    const LIST: RangeInclusive<u16> = 28..=76;

    /// Within their bounds, whatever they were.
    #[must_use]
    pub fn settled(self) -> Self {
        let within = |size: u16, bounds: RangeInclusive<u16>| size.clamp(*bounds.start(), *bounds.end());
        Self {
            filter: within(self.filter, Self::FILTER),
            detail: within(self.detail, Self::DETAIL),
            list: within(self.list, Self::LIST),
        }
    }

    /// With the pane that has the focus larger, or smaller, by a step.
    #[must_use]
    pub fn stepped(self, focus: Pane, arrangement: Arrangement, larger: bool) -> Self {
        let step = |size: u16, by: u16, grows: bool| if grows { size + by } else { size.saturating_sub(by) };
        let mut sizes = self;
        match (focus, arrangement) {
            (Pane::Filter, _) => sizes.filter = step(sizes.filter, 2, larger),
            (Pane::Detail, Arrangement::Stacked) => sizes.list = step(sizes.list, 4, !larger),
            (_, Arrangement::Stacked) => sizes.list = step(sizes.list, 4, larger),
            (Pane::Detail, _) => sizes.detail = step(sizes.detail, 2, larger),
            _ => sizes.detail = step(sizes.detail, 2, !larger),
        }
        sizes.settled()
    }
}

/// The widest line of text that reads well.
pub const MEASURE: u16 = 72;
/// Rows of the timeline: bars and labels.
const TIMELINE_ROWS: u16 = 2;

impl Layout {
    /// The regions for a terminal of `columns` by `rows`.
    #[must_use]
    pub fn new(columns: u16, rows: u16, focus: Pane, zen: bool, sizes: Sizes) -> Self {
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
        layout.place(focus, sizes.settled());
        layout
    }

    fn place(&mut self, focus: Pane, sizes: Sizes) {
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
                let left = if focus == Pane::Filter { sizes.filter } else { 0 };
                if focus == Pane::Filter {
                    self.filter = Rect::new(2, body.y, sizes.filter - 4, body.height);
                }
                let (list, rest) = (share(body.height, sizes.list), body.width - left);
                self.list = Rect::new(left + 1, body.y, rest - 2, list);
                self.detail = Rect::new(left + 2, body.y + list + 1, rest - 4, body.height - list - 1);
            }
            Arrangement::Wide => {
                let rest = body.width - sizes.filter;
                let detail = share(rest, sizes.detail);
                self.filter = Rect::new(2, body.y, sizes.filter - 4, body.height);
                self.list = Rect::new(sizes.filter + 1, body.y, rest - detail - 3, body.height);
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

/// So many percent of a length.
fn share(length: u16, percent: u16) -> u16 {
    (u32::from(length) * u32::from(percent) / 100) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Sizes = Sizes { filter: 0, detail: 0, list: 0 };
    const LARGE: Sizes = Sizes { filter: u16::MAX, detail: u16::MAX, list: u16::MAX };

    fn assert_inside(layout: &Layout, columns: u16, rows: u16) {
        let screen = Rect::new(0, 0, columns, rows);
        let Layout { title, query, body, filter, timeline, list, detail, bottom, .. } = *layout;
        for region in [title, query, body, filter, timeline, list, detail, bottom] {
            let inside = region.is_empty() || screen.intersection(region) == region;
            assert!(inside, "{region:?} in {columns}x{rows}");
        }
    }

    #[test]
    fn every_region_lies_on_the_screen_at_every_size() {
        for columns in (0..200).chain([1_000, u16::MAX]) {
            for rows in (0..60).chain([2_000, u16::MAX]) {
                for focus in [Pane::Filter, Pane::List, Pane::Detail, Pane::Timeline] {
                    for zen in [false, true] {
                        for sizes in [Sizes::default(), SMALL, LARGE] {
                            let layout = Layout::new(columns, rows, focus, zen, sizes).with_timeline();
                            assert_inside(&layout, columns, rows);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn the_focused_pane_grows_and_shrinks_within_its_bounds() {
        let wide = |focus, larger| Sizes::default().stepped(focus, Arrangement::Wide, larger);
        assert_eq!(wide(Pane::Filter, true).filter, 33);
        assert_eq!((wide(Pane::List, true).detail, wide(Pane::Detail, true).detail), (44, 48));
        let stacked = |focus, larger| Sizes::default().stepped(focus, Arrangement::Stacked, larger);
        assert_eq!((stacked(Pane::List, true).list, stacked(Pane::Detail, true).list), (64, 56));
        let mut sizes = Sizes::default();
        for _ in 0..100 {
            sizes = sizes.stepped(Pane::Filter, Arrangement::Wide, false);
        }
        assert_eq!(sizes.filter, 21);
    }

    #[test]
    fn sizes_choose_the_arrangement() {
        let at = |columns, rows| Layout::new(columns, rows, Pane::List, false, Sizes::default()).arrangement;
        assert_eq!(at(150, 40), Arrangement::Wide);
        assert_eq!(at(80, 24), Arrangement::Stacked);
        assert_eq!(at(40, 12), Arrangement::Single);
        assert_eq!(at(150, 15), Arrangement::Single);
        assert_eq!(at(19, 5), Arrangement::Tiny);
    }

    #[test]
    fn the_timeline_takes_rows_that_are_left() {
        let shown = |columns, rows| {
            let layout = Layout::new(columns, rows, Pane::List, false, Sizes::default()).with_timeline();
            assert!(layout.timeline.is_empty() || layout.timeline.bottom() < layout.list.y);
            !layout.timeline.is_empty()
        };
        assert!(shown(150, 40) && shown(120, 20) && shown(100, 30));
        assert!(!shown(150, 19) && !shown(100, 29) && !shown(60, 40));
    }
}
