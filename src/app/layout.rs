//! Which pane stands where, from the terminal's size and what has the focus.

use std::ops::RangeInclusive;

use ratatui::layout::{Position, Rect};
use serde::{Deserialize, Serialize};

use crate::config::{Density, Look, Stacking};

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

/// With fewer rows the detail pane has its text close together.
const SHORT: u16 = 11;

/// How the panes are arranged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrangement {
    /// All three side by side.
    Wide,
    /// List above detail; the filter pane slides in from the left while it has the focus.
    Stacked,
    /// The same side by side.
    Beside,
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
    /// Lines a release takes in the list.
    lines: u16,
    /// Columns of the widest line of text.
    measure: u16,
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

/// A rule between two panes that can be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Divider {
    /// Right of the filter pane.
    Filter,
    /// Between list and detail side by side.
    Detail,
    /// Between list and detail one above the other.
    List,
}

/// What the user chose for the panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// The sizes of the panes.
    pub sizes: Sizes,
    /// The filter pane is there only while it has the focus.
    pub hides_filter: bool,
    /// So is the detail pane, in the place of the list.
    pub hides_detail: bool,
    /// There is no timeline.
    pub hides_timeline: bool,
    /// Lines a release takes in the list, where the terminal is large enough.
    pub density: Density,
    /// How list and detail stand where there is room for two panes.
    pub stacking: Stacking,
    /// Columns of the widest line of text.
    pub measure: u16,
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            sizes: Sizes::default(),
            hides_filter: false,
            hides_detail: false,
            hides_timeline: false,
            density: Density::default(),
            stacking: Stacking::default(),
            measure: Look::default().measure,
        }
    }
}

/// Rows of the timeline: bars and labels.
const TIMELINE_ROWS: u16 = 2;
/// Columns of the detail pane beside its widest line, where there is more room than anybody reads.
const BESIDE_TEXT: u16 = 16;

impl Layout {
    /// The regions for a terminal of `columns` by `rows`.
    #[must_use]
    pub fn new(columns: u16, rows: u16, focus: Pane, zen: bool, shape: &Shape) -> Self {
        let arrangement = match (columns, rows) {
            (..20, _) | (_, ..5) => Arrangement::Tiny,
            _ if zen => Arrangement::Zen,
            (..80, _) | (_, ..16) => Arrangement::Single,
            (..120, _) if shape.stacking == Stacking::Beside => Arrangement::Beside,
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
            lines: if arrangement == Arrangement::Single || shape.density == Density::Compact { 1 } else { 2 },
            measure: shape.measure,
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
        layout.place(focus, &Shape { sizes: shape.sizes.settled(), ..*shape });
        layout
    }

    fn place(&mut self, focus: Pane, shape: &Shape) {
        let body = self.body;
        match self.arrangement {
            Arrangement::Tiny => {}
            Arrangement::Zen => {
                let width = self.measure.min(body.width - 2);
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
            Arrangement::Stacked | Arrangement::Beside | Arrangement::Wide => {
                // The filter pane slides in while it has the focus; the others make room, so that nothing of them is hidden.
                let has_filter =
                    focus == Pane::Filter || (self.arrangement == Arrangement::Wide && !shape.hides_filter);
                let left = if has_filter { shape.sizes.filter } else { 0 };
                if has_filter {
                    self.filter = Rect::new(2, body.y, left - 4, body.height);
                }
                self.share_out(Rect { x: left, width: body.width - left, ..body }, focus, shape);
            }
        }
    }

    /// Gives list and detail what the filter pane leaves.
    fn share_out(&mut self, rest: Rect, focus: Pane, shape: &Shape) {
        let Rect { x, y, width, height } = rest;
        if shape.hides_detail && focus == Pane::Detail {
            self.detail = Rect::new(x + 2, y, width - 4, height);
        } else if shape.hides_detail {
            self.list = Rect::new(x + 1, y, width - 2, height);
        } else if self.arrangement == Arrangement::Stacked {
            let list = share(height, shape.sizes.list);
            self.list = Rect::new(x + 1, y, width - 2, list);
            self.detail = Rect::new(x + 2, y + list + 1, width - 4, height - list - 1);
        } else {
            // What nobody reads is given to the list.
            let detail = share(width, shape.sizes.detail).min(shape.measure + BESIDE_TEXT);
            self.list = Rect::new(x + 1, y, width - detail - 3, height);
            self.detail = Rect::new(x + width - detail + 2, y, detail - 4, height);
        }
    }

    /// The same with the timeline above the list, where rows are left for it.
    #[must_use]
    pub fn with_timeline(mut self) -> Self {
        let is_high = match self.arrangement {
            _ if self.list.is_empty() => false,
            Arrangement::Wide | Arrangement::Beside => self.body.height >= 16,
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

    /// The column of the rule right of the filter pane, where there is one.
    #[must_use]
    pub fn filter_rule(&self) -> Option<u16> {
        let has_rest = !(self.list.is_empty() && self.detail.is_empty());
        (has_rest && !self.filter.is_empty()).then(|| self.filter.right() + 1)
    }

    /// The column of the rule between list and detail, where they stand side by side.
    #[must_use]
    pub fn detail_rule(&self) -> Option<u16> {
        let is_beside = matches!(self.arrangement, Arrangement::Wide | Arrangement::Beside);
        (is_beside && !self.list.is_empty() && !self.detail.is_empty()).then(|| self.detail.x - 3)
    }

    /// The row of the rule between list and detail, where one stands above the other.
    #[must_use]
    pub fn list_rule(&self) -> Option<u16> {
        let is_above = self.arrangement == Arrangement::Stacked;
        (is_above && !self.list.is_empty() && !self.detail.is_empty()).then(|| self.detail.y - 1)
    }

    /// The rule at a cell, or right beside it.
    #[must_use]
    pub fn divider_at(&self, at: Position) -> Option<Divider> {
        let is_near = |rule: u16| rule.abs_diff(at.x) <= 1;
        if !self.body.contains(at) {
            None
        } else if self.filter_rule().is_some_and(is_near) {
            Some(Divider::Filter)
        } else if self.detail_rule().is_some_and(is_near) {
            Some(Divider::Detail)
        } else if self.list_rule() == Some(at.y) && at.x >= self.list.x {
            Some(Divider::List)
        } else {
            None
        }
    }

    /// The sizes with a rule moved to a cell.
    #[must_use]
    pub fn with_divider(&self, divider: Divider, at: Position, sizes: Sizes) -> Sizes {
        let percent = |part: u16, whole: u16| (u32::from(part) * 100).div_ceil(u32::from(whole.max(1))) as u16;
        let left = self.filter_rule().map_or(0, |rule| rule + 1);
        let moved = match divider {
            Divider::Filter => Sizes { filter: at.x.saturating_add(1), ..sizes },
            Divider::Detail => {
                let width = self.body.width;
                Sizes { detail: percent(width.saturating_sub(at.x + 1), width - left), ..sizes }
            }
            Divider::List => Sizes { list: percent(at.y.saturating_sub(self.body.y), self.body.height), ..sizes },
        };
        moved.settled()
    }

    /// Lines a release takes in the list.
    #[must_use]
    pub fn lines_a_release(&self) -> u16 {
        self.lines
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
        self.detail.height.saturating_sub(self.detail_head())
    }

    /// Rows of the detail pane's heading.
    #[must_use]
    pub fn detail_head(&self) -> u16 {
        match self.arrangement {
            Arrangement::Zen => 0,
            _ if self.is_short() => 1,
            _ => self.head(),
        }
    }

    /// Whether the detail pane has so few rows that lines which only part others would push the text out of it.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.arrangement != Arrangement::Zen && self.detail.height < SHORT
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
        self.detail.width.min(self.measure)
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

    /// With each pane hidden, and with the other choices.
    fn shapes(shape: Shape) -> [Shape; 6] {
        [
            shape,
            Shape { hides_filter: true, ..shape },
            Shape { hides_detail: true, ..shape },
            Shape { stacking: Stacking::Beside, ..shape },
            Shape { stacking: Stacking::Beside, hides_detail: true, ..shape },
            Shape { measure: 120, density: Density::Compact, ..shape },
        ]
    }

    #[test]
    fn every_region_lies_on_the_screen_at_every_size() {
        for columns in (0..140).chain([200, 1_000, u16::MAX]) {
            for rows in (0..40).chain([60, 2_000, u16::MAX]) {
                for focus in [Pane::Filter, Pane::List, Pane::Detail, Pane::Timeline] {
                    for zen in [false, true] {
                        for sizes in [Sizes::default(), SMALL, LARGE] {
                            let shape = Shape { sizes, ..Shape::default() };
                            for shape in shapes(shape) {
                                let layout = Layout::new(columns, rows, focus, zen, &shape).with_timeline();
                                assert_inside(&layout, columns, rows);
                            }
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
        let at = |columns, rows| Layout::new(columns, rows, Pane::List, false, &Shape::default()).arrangement;
        assert_eq!(at(150, 40), Arrangement::Wide);
        assert_eq!(at(80, 24), Arrangement::Stacked);
        assert_eq!(at(40, 12), Arrangement::Single);
        assert_eq!(at(150, 15), Arrangement::Single);
        assert_eq!(at(19, 5), Arrangement::Tiny);
    }

    #[test]
    fn hidden_panes_give_their_room_and_come_with_the_focus() {
        let at = |columns, focus, shape: Shape| Layout::new(columns, 40, focus, false, &shape);
        let shape = Shape { hides_filter: true, ..Shape::default() };
        assert!(at(150, Pane::List, shape).filter.is_empty() && !at(150, Pane::Filter, shape).filter.is_empty());
        assert_eq!(at(150, Pane::List, shape).list.x, 1);
        let shape = Shape { hides_detail: true, ..Shape::default() };
        let (list, detail) = (at(150, Pane::List, shape), at(150, Pane::Detail, shape));
        assert_eq!((list.list.width, list.detail), (117, Rect::ZERO));
        assert_eq!((detail.list, detail.detail.width), (Rect::ZERO, 115));
        assert_eq!(at(240, Pane::List, Shape::default()).detail.width, 72 + BESIDE_TEXT - 4, "no wider than is read");
    }

    #[test]
    fn a_rule_is_where_it_is_drawn_to() {
        for (columns, divider, at) in [
            (150, Divider::Filter, Position::new(40, 20)),
            (150, Divider::Detail, Position::new(80, 20)),
            (100, Divider::List, Position::new(50, 20)),
        ] {
            let before = Layout::new(columns, 40, Pane::List, false, &Shape::default());
            let sizes = before.with_divider(divider, at, Sizes::default());
            let after = Layout::new(columns, 40, Pane::List, false, &Shape { sizes, ..Shape::default() });
            assert_eq!(after.divider_at(at), Some(divider), "{after:?}");
            assert_eq!(after.with_divider(divider, at, sizes), sizes, "it stays there");
        }
    }

    #[test]
    fn the_timeline_takes_rows_that_are_left() {
        let shown = |columns, rows| {
            let layout = Layout::new(columns, rows, Pane::List, false, &Shape::default()).with_timeline();
            assert!(layout.timeline.is_empty() || layout.timeline.bottom() < layout.list.y);
            !layout.timeline.is_empty()
        };
        assert!(shown(150, 40) && shown(120, 20) && shown(100, 30));
        assert!(!shown(150, 19) && !shown(100, 29) && !shown(60, 40));
    }
}
