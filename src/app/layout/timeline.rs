//! The place of the timeline: above the list, in rows that the list can spare.

use ratatui::layout::Rect;

use super::{Arrangement, Layout};

/// Rows of the timeline below its bars: the axis, and the dates under the cursor.
pub const BELOW_BARS: u16 = 2;
/// Rows of the bars of a word.
const WORD_BARS: u16 = 1;
/// Below this height of the terminal, the bars of the timeline have a single row; from the second one on, three.
const BARS_OF_TWO: u16 = 36;
const BARS_OF_THREE: u16 = 50;

impl Layout {
    /// Returns the layout with the timeline above the list, if there are enough rows. With the focus, it takes the first
    /// rows of a list that has few.
    #[must_use]
    pub fn with_timeline(self, has_focus: bool) -> Self {
        self.with_timeline_and(0, has_focus)
    }

    /// Like [`Layout::with_timeline`], with the bars of a word if there is room. For these, a list beside other panes gives
    /// up its first rows also without the focus.
    #[must_use]
    pub fn with_word_bars(self, has_focus: bool) -> Self {
        let takes_rows = has_focus || self.arrangement != Arrangement::Single;
        let layout = self.with_timeline_and(WORD_BARS, takes_rows);
        if layout.timeline.is_empty() { self.with_timeline(has_focus) } else { layout }
    }

    /// Places the timeline with `word_bars` rows for a word.
    fn with_timeline_and(mut self, word_bars: u16, takes_rows: bool) -> Self {
        let bars = match self.bottom.bottom() {
            ..BARS_OF_TWO => 1,
            BARS_OF_TWO..BARS_OF_THREE => 2,
            _ => 3,
        };
        let rows = bars + BELOW_BARS + word_bars;
        let is_high = match self.arrangement {
            _ if self.list.is_empty() => false,
            _ if takes_rows => self.list.height >= rows + self.head() + 2,
            Arrangement::Wide | Arrangement::Beside => self.body.height >= 16,
            Arrangement::Stacked => self.body.height >= 26 && self.list.height > 2 * rows,
            _ => false,
        };
        if is_high {
            let list = &mut self.list;
            self.timeline = Rect::new(list.x + 1, list.y, list.width - 2, rows);
            self.word_bars = Rect { y: list.y + rows - word_bars, height: word_bars, ..self.timeline };
            list.y += rows;
            list.height -= rows;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Pane;
    use crate::app::layout::PaneShape;

    #[test]
    fn the_timeline_needs_spare_rows_or_the_focus() {
        let rows = |columns, rows, focus| {
            let layout = Layout::new(columns, rows, focus, false, &PaneShape::default());
            let layout = layout.with_timeline(focus == Pane::Timeline);
            assert!(layout.timeline.is_empty() || layout.timeline.bottom() == layout.list.y);
            assert!(layout.timeline.is_empty() || layout.list_rows() >= 2);
            layout.timeline.height.saturating_sub(BELOW_BARS)
        };
        for (columns, height, unfocused, focused) in [
            (150, 19, 0, 1),
            (120, 20, 1, 1),
            (120, 35, 1, 1),
            (120, 36, 2, 2),
            (150, 40, 2, 2),
            (150, 49, 2, 2),
            (200, 50, 3, 3),
            (100, 29, 0, 1),
            (100, 30, 1, 1),
            (80, 24, 0, 1),
            (60, 40, 0, 2),
            (40, 12, 0, 1),
            (40, 9, 0, 1),
            (40, 8, 0, 0),
        ] {
            let found = (rows(columns, height, Pane::List), rows(columns, height, Pane::Timeline));
            assert_eq!(found, (unfocused, focused), "{columns}x{height}");
        }
    }

    #[test]
    fn the_bars_of_a_word_take_a_row_below_the_timeline_where_there_is_room() {
        let rows = |columns, rows, focus| {
            let layout = Layout::new(columns, rows, focus, false, &PaneShape::default());
            let layout = layout.with_word_bars(focus == Pane::Timeline);
            assert!(layout.word_bars.is_empty() || layout.word_bars.bottom() == layout.list.y);
            assert!(layout.timeline.is_empty() || layout.list_rows() >= 2);
            (layout.timeline.height, layout.word_bars.height)
        };
        for (columns, height, beside, focused) in [
            (150, 40, (5, 1), (5, 1)),
            (120, 24, (4, 1), (4, 1)),
            (80, 24, (4, 1), (4, 1)),
            (60, 40, (0, 0), (5, 1)),
            (40, 12, (0, 0), (4, 1)),
            // Without room for them, the timeline is as it is without a word.
            (40, 9, (0, 0), (3, 0)),
            (40, 8, (0, 0), (0, 0)),
        ] {
            assert_eq!(rows(columns, height, Pane::Filter), beside, "{columns}x{height}");
            assert_eq!(rows(columns, height, Pane::Timeline), focused, "{columns}x{height}");
        }
        assert_eq!(rows(80, 24, Pane::Detail), (0, 0), "the text has the rows");
    }
}
