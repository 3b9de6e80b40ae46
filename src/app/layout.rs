//! Pane layout for a terminal size, the focus and the user's choices.

mod sizes;
mod timeline;

use ratatui::layout::Rect;

pub use sizes::{Divider, Sizes};
pub use timeline::BELOW_BARS;

use super::list::row::RowStyle;
use crate::config::{Appearance, Density, Stacking};

/// A pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pane {
    /// Facets and their values.
    Filter,
    /// The list of releases.
    #[default]
    List,
    /// One release in full.
    Detail,
    /// The timeline above the list, if there is room.
    Timeline,
}

/// Below this height of list and detail pane together, no blank row follows the heading of a pane.
const DENSE: u16 = 26;
/// Below this height the detail pane leaves out blank lines.
const SHORT: u16 = 16;
/// Up to this height of both, the detail pane takes rows from the list above it while it has the focus.
const LOW: u16 = 27;
/// The rows, below its heading, that the list keeps then.
const ROWS_LEFT: u16 = 3;

/// How the panes are arranged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrangement {
    /// All three side by side.
    Wide,
    /// The list above the detail pane; the filter pane slides in from the left while it has the focus.
    Stacked,
    /// The list beside the detail pane; the filter pane slides in as above.
    Beside,
    /// Only the focused pane.
    Single,
    /// Only the detail pane, centred.
    Zen,
    /// Too small for more than a line that says so.
    Tiny,
}

/// The regions of the screen. A hidden region is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// How the panes are arranged.
    pub arrangement: Arrangement,
    /// The title bar: name of the feed and counts.
    pub title: Rect,
    /// The query line: prompt and chips.
    pub query: Rect,
    /// The region of the panes and their dividers.
    pub body: Rect,
    /// The filter pane.
    pub filter: Rect,
    /// The timeline: bars, the axis, and the dates under the cursor.
    pub timeline: Rect,
    /// The bars of a word: the last row of the timeline.
    pub word_bars: Rect,
    /// The list pane.
    pub list: Rect,
    /// The detail pane.
    pub detail: Rect,
    /// The status bar.
    pub bottom: Rect,
    /// How the list shows a release.
    row_style: RowStyle,
    /// Maximum width of the text, in columns.
    measure: u16,
    /// Whether the detail pane has the focus and therefore takes rows from the list above it.
    has_less_list: bool,
}

/// The user's choices for the panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaneShape {
    /// The sizes of the panes.
    pub sizes: Sizes,
    /// Columns that the filter pane and its divider need to show all names in full.
    pub filter_content: u16,
    /// Show the filter pane only while it has the focus.
    pub hides_filter: bool,
    /// Show the detail pane only while it has the focus, in place of the list.
    pub hides_detail: bool,
    /// Hide the timeline.
    pub hides_timeline: bool,
    /// How much of a release the list shows.
    pub density: Density,
    /// Arrangement of list and detail in terminals with room for two panes.
    pub stacking: Stacking,
    /// Maximum width of the text, in columns.
    pub measure: u16,
}

impl Default for PaneShape {
    fn default() -> Self {
        Self {
            sizes: Sizes::default(),
            filter_content: sizes::FILTER,
            hides_filter: false,
            hides_detail: false,
            hides_timeline: false,
            density: Density::default(),
            stacking: Stacking::default(),
            measure: Appearance::default().measure,
        }
    }
}

/// Columns of the detail pane beyond the text width; more would stay empty.
const BESIDE_TEXT: u16 = 16;

impl Layout {
    /// Lays out a terminal of `columns` by `rows`.
    #[must_use]
    pub fn new(columns: u16, rows: u16, focus: Pane, zen: bool, shape: &PaneShape) -> Self {
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
            word_bars: none,
            list: none,
            detail: none,
            bottom: none,
            row_style: match (shape.density, arrangement) {
                (Density::Compact, _) => RowStyle::Compact,
                (Density::Comfortable, Arrangement::Single) => RowStyle::OneLine,
                (Density::Comfortable, _) => RowStyle::Wrapped,
            },
            measure: shape.measure,
            has_less_list: false,
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
            // In a low terminal a row is better spent on releases than on a divider.
            if rows < 10 { 2 } else { 3 }
        };
        layout.body = Rect::new(0, top, columns, rows - 1 - top);
        layout.place(focus, &PaneShape { sizes: shape.sizes.settled(), ..*shape });
        layout
    }

    fn place(&mut self, focus: Pane, shape: &PaneShape) {
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
                // The filter pane slides in while it has the focus; the other panes shrink instead of being covered.
                let has_filter =
                    focus == Pane::Filter || (self.arrangement == Arrangement::Wide && !shape.hides_filter);
                let left = if has_filter { self.filter_columns(shape) } else { 0 };
                if has_filter {
                    self.filter = Rect::new(2, body.y, left - 4, body.height);
                }
                self.share_out(Rect { x: left, width: body.width - left, ..body }, focus, shape);
            }
        }
    }

    /// Returns the columns of the filter pane and its divider: the user's choice, or else what the names need, up to a
    /// share of the screen.
    fn filter_columns(&self, shape: &PaneShape) -> u16 {
        // A pane that slides in for a moment may take more.
        let percent = if self.arrangement == Arrangement::Wide { 25 } else { 40 };
        let most = share(self.body.width, percent).clamp(sizes::FILTER, sizes::WIDEST_FILTER);
        shape.sizes.filter.unwrap_or(shape.filter_content.clamp(sizes::NARROWEST_OWN, most))
    }

    /// Divides the space left by the filter pane between list and detail.
    fn share_out(&mut self, rest: Rect, focus: Pane, shape: &PaneShape) {
        let Rect { x, y, width, height } = rest;
        if shape.hides_detail && focus == Pane::Detail {
            self.detail = Rect::new(x + 2, y, width - 4, height);
        } else if shape.hides_detail {
            self.list = Rect::new(x + 1, y, width - 2, height);
        } else if self.arrangement == Arrangement::Stacked {
            self.has_less_list = focus == Pane::Detail && height <= LOW;
            let list = match shape.sizes.list_while_reading {
                _ if !self.has_less_list => share(height, shape.sizes.list),
                Some(percent) => share(height, percent).max(self.head() + 1),
                None => self.head() + ROWS_LEFT,
            };
            self.list = Rect::new(x + 1, y, width - 2, list);
            self.detail = Rect::new(x + 2, y + list + 1, width - 4, height - list - 1);
        } else {
            // Columns beyond the text width go to the list.
            let detail = share(width, shape.sizes.detail).min(shape.measure + BESIDE_TEXT);
            self.list = Rect::new(x + 1, y, width - detail - 3, height);
            self.detail = Rect::new(x + width - detail + 2, y, detail - 4, height);
        }
    }

    /// How the list shows a release.
    #[must_use]
    pub fn row_style(&self) -> RowStyle {
        self.row_style
    }

    /// The number of rows of the list for releases and month headings, below the pane's heading.
    #[must_use]
    pub fn list_rows(&self) -> u16 {
        self.list.height.saturating_sub(self.head())
    }

    /// The number of rows of the detail pane for text.
    #[must_use]
    pub fn detail_rows(&self) -> u16 {
        if self.arrangement == Arrangement::Zen {
            return self.detail.height.saturating_sub(2);
        }
        self.detail.height.saturating_sub(self.detail_head())
    }

    /// The number of rows of the detail pane's heading.
    #[must_use]
    pub fn detail_head(&self) -> u16 {
        match self.arrangement {
            Arrangement::Zen => 0,
            _ if self.is_short() => 1,
            _ => self.head(),
        }
    }

    /// Whether the detail pane is too low for blank separator lines.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.arrangement != Arrangement::Zen && self.detail.height < SHORT
    }

    /// The number of rows of the filter pane for values, below the pane's heading.
    #[must_use]
    pub fn filter_rows(&self) -> u16 {
        self.filter.height.saturating_sub(self.head())
    }

    /// The number of rows of a pane's heading, including the blank row below it if there is room.
    #[must_use]
    pub fn head(&self) -> u16 {
        let is_low = match self.arrangement {
            Arrangement::Single => true,
            Arrangement::Stacked => self.body.height < DENSE,
            _ => false,
        };
        if is_low { 1 } else { 2 }
    }

    /// The width of the text in the detail pane, in columns.
    #[must_use]
    pub fn measure(&self) -> u16 {
        self.detail.width.min(self.measure)
    }
}

/// Returns `percent` percent of a length.
fn share(length: u16, percent: u16) -> u16 {
    (u32::from(length) * u32::from(percent) / 100) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Sizes = Sizes { filter: Some(0), detail: 0, list: 0, list_while_reading: Some(0) };
    const LARGE: Sizes =
        Sizes { filter: Some(u16::MAX), detail: u16::MAX, list: u16::MAX, list_while_reading: Some(u16::MAX) };

    fn assert_inside(layout: &Layout, columns: u16, rows: u16) {
        let screen = Rect::new(0, 0, columns, rows);
        let Layout { title, query, body, filter, timeline, list, detail, bottom, .. } = *layout;
        for region in [title, query, body, filter, timeline, list, detail, bottom] {
            let inside = region.is_empty() || screen.intersection(region) == region;
            assert!(inside, "{region:?} in {columns}x{rows}");
        }
    }

    /// The same shape with each pane hidden, and with the other choices.
    fn shapes(shape: PaneShape) -> [PaneShape; 8] {
        [
            shape,
            PaneShape { filter_content: 0, ..shape },
            PaneShape { filter_content: u16::MAX, ..shape },
            PaneShape { hides_filter: true, ..shape },
            PaneShape { hides_detail: true, ..shape },
            PaneShape { stacking: Stacking::Beside, ..shape },
            PaneShape { stacking: Stacking::Beside, hides_detail: true, ..shape },
            PaneShape { measure: 120, density: Density::Compact, ..shape },
        ]
    }

    #[test]
    fn every_region_lies_on_the_screen_at_every_size() {
        for columns in (0..140).chain([200, 1_000, u16::MAX]) {
            for rows in (0..40).chain([60, 2_000, u16::MAX]) {
                for focus in [Pane::Filter, Pane::List, Pane::Detail, Pane::Timeline] {
                    for zen in [false, true] {
                        for sizes in [Sizes::default(), SMALL, LARGE] {
                            let shape = PaneShape { sizes, ..PaneShape::default() };
                            for shape in shapes(shape) {
                                let layout = Layout::new(columns, rows, focus, zen, &shape);
                                for has_focus in [false, true] {
                                    assert_inside(&layout.with_timeline(has_focus), columns, rows);
                                    assert_inside(&layout.with_word_bars(has_focus), columns, rows);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn sizes_choose_the_arrangement() {
        let at = |columns, rows| Layout::new(columns, rows, Pane::List, false, &PaneShape::default()).arrangement;
        assert_eq!(at(150, 40), Arrangement::Wide);
        assert_eq!(at(80, 24), Arrangement::Stacked);
        assert_eq!(at(40, 12), Arrangement::Single);
        assert_eq!(at(150, 15), Arrangement::Single);
        assert_eq!(at(19, 5), Arrangement::Tiny);
    }

    #[test]
    fn hidden_panes_free_their_space_and_appear_with_the_focus() {
        let at = |columns, focus, shape: PaneShape| Layout::new(columns, 40, focus, false, &shape);
        let shape = PaneShape { hides_filter: true, ..PaneShape::default() };
        assert!(at(150, Pane::List, shape).filter.is_empty() && !at(150, Pane::Filter, shape).filter.is_empty());
        assert_eq!(at(150, Pane::List, shape).list.x, 1);
        let shape = PaneShape { hides_detail: true, ..PaneShape::default() };
        let (list, detail) = (at(150, Pane::List, shape), at(150, Pane::Detail, shape));
        assert_eq!((list.list.width, list.detail), (117, Rect::ZERO));
        assert_eq!((detail.list, detail.detail.width), (Rect::ZERO, 115));
        assert_eq!(
            at(240, Pane::List, PaneShape::default()).detail.width,
            72 + BESIDE_TEXT - 4,
            "no wider than the text needs"
        );
    }

    #[test]
    fn the_text_gets_the_height_of_a_low_terminal_while_it_has_the_focus() {
        let heights = |columns, rows, focus| {
            let layout = Layout::new(columns, rows, focus, false, &PaneShape::default()).with_timeline(false);
            (layout.list_rows(), layout.detail_rows())
        };
        assert_eq!((heights(80, 24, Pane::List), heights(80, 24, Pane::Detail)), ((11, 6), (3, 14)));
        assert_eq!(heights(100, 30, Pane::Detail), (3, 18));
        assert_eq!(heights(80, 60, Pane::Detail), heights(80, 60, Pane::List));
        assert_eq!(heights(120, 24, Pane::Detail), heights(120, 24, Pane::List));
    }

    #[test]
    fn the_filter_pane_takes_what_it_needs_up_to_a_share_of_the_screen() {
        let columns = |columns, focus, filter_content, filter| {
            let sizes = Sizes { filter, ..Sizes::default() };
            let shape = PaneShape { sizes, filter_content, ..PaneShape::default() };
            Layout::new(columns, 40, focus, false, &shape).filter_rule().map(|rule| rule + 1)
        };
        for (width, need, expected) in
            [(200, 20, 25), (200, 40, 40), (200, 99, 50), (1_000, 99, 51), (150, 99, 37), (120, 99, 31), (120, 28, 28)]
        {
            assert_eq!(columns(width, Pane::List, need, None), Some(expected), "{width} {need}");
            assert_eq!(columns(width, Pane::List, need, Some(33)), Some(33), "the user's choice");
        }
        assert_eq!(columns(100, Pane::Filter, 99, None), Some(40));
        assert_eq!(columns(80, Pane::Filter, 99, None), Some(32));
    }
}
