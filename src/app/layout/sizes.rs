//! Pane sizes and the dividers between panes, resized by keys and by the mouse.

use std::ops::RangeInclusive;

use ratatui::layout::Position;
use serde::{Deserialize, Serialize};

use super::{Arrangement, Layout, Pane};

/// Columns of the filter pane and its divider that fit on every screen with room for several panes.
pub(super) const FILTER: u16 = 31;
/// The minimum if the user has chosen no width: short headings and counts fit.
pub(super) const NARROWEST_OWN: u16 = 25;
/// The maximum.
pub(super) const WIDEST_FILTER: u16 = 51;

/// Pane sizes chosen by the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sizes {
    /// Columns of the filter pane and its divider; `None` fits them to the names. Stored under a new name because older
    /// sessions always held a number.
    #[serde(rename = "filter_columns")]
    pub filter: Option<u16>,
    /// Width of the detail pane side by side with the list, in percent of both.
    pub detail: u16,
    /// Height of the list above the detail pane, in percent of both.
    pub list: u16,
    /// The same while the detail pane of a low terminal has the focus; `None` leaves the list a few rows.
    pub list_while_reading: Option<u16>,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { filter: None, detail: 46, list: 60, list_while_reading: None }
    }
}

impl Sizes {
    /// The allowed range of each size; no pane can vanish.
    const FILTER: RangeInclusive<u16> = 21..=WIDEST_FILTER;
    const DETAIL: RangeInclusive<u16> = 30..=66;
    const LIST: RangeInclusive<u16> = 28..=76;
    const LIST_WHILE_READING: RangeInclusive<u16> = 10..=76;

    /// Returns the sizes, clamped to their ranges.
    #[must_use]
    pub fn settled(self) -> Self {
        let within = |size: u16, bounds: RangeInclusive<u16>| size.clamp(*bounds.start(), *bounds.end());
        Self {
            filter: self.filter.map(|columns| within(columns, Self::FILTER)),
            detail: within(self.detail, Self::DETAIL),
            list: within(self.list, Self::LIST),
            list_while_reading: self.list_while_reading.map(|percent| within(percent, Self::LIST_WHILE_READING)),
        }
    }

    /// Returns the sizes with the focused pane one step larger or smaller.
    #[must_use]
    pub fn stepped(self, focus: Pane, layout: &Layout, larger: bool) -> Self {
        let step = |size: u16, by: u16, grows: bool| if grows { size + by } else { size.saturating_sub(by) };
        let mut sizes = self;
        match (focus, layout.arrangement) {
            (Pane::Filter, _) => {
                let shown = layout.filter_rule().map_or(sizes.filter.unwrap_or(FILTER), |rule| rule + 1);
                sizes.filter = Some(step(shown, 2, larger));
            }
            (_, Arrangement::Stacked) => {
                let shown = layout.list_rule().map_or(0, |rule| percent(rule - layout.body.y, layout.body.height));
                let before = match self.list_while_reading {
                    _ if !layout.has_less_list => self.list,
                    chosen => chosen.unwrap_or(shown),
                };
                sizes = self.with_list(layout, step(before, 4, larger == (focus != Pane::Detail)));
            }
            (Pane::Detail, _) => sizes.detail = step(sizes.detail, 2, larger),
            _ => sizes.detail = step(sizes.detail, 2, !larger),
        }
        sizes.settled()
    }

    /// Returns the sizes with another height of the list above the detail pane, in percent of both.
    fn with_list(self, layout: &Layout, percent: u16) -> Self {
        if layout.has_less_list {
            Self { list_while_reading: Some(percent), ..self }
        } else {
            Self { list: percent, ..self }
        }
    }
}

/// Returns the least percentage of a length that is at least a part of it.
fn percent(part: u16, whole: u16) -> u16 {
    (u32::from(part) * 100).div_ceil(u32::from(whole.max(1))) as u16
}

/// A divider between two panes that can be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Divider {
    /// Right of the filter pane.
    Filter,
    /// Between list and detail side by side.
    Detail,
    /// Between list and detail one above the other.
    List,
}

impl Layout {
    /// Returns the column of the divider right of the filter pane, if shown.
    #[must_use]
    pub fn filter_rule(&self) -> Option<u16> {
        let has_rest = !(self.list.is_empty() && self.detail.is_empty());
        (has_rest && !self.filter.is_empty()).then(|| self.filter.right() + 1)
    }

    /// Returns the column of the divider between list and detail side by side, if shown.
    #[must_use]
    pub fn detail_rule(&self) -> Option<u16> {
        let is_beside = matches!(self.arrangement, Arrangement::Wide | Arrangement::Beside);
        (is_beside && !self.list.is_empty() && !self.detail.is_empty()).then(|| self.detail.x - 3)
    }

    /// Returns the row of the divider between the list and the detail pane below it, if shown.
    #[must_use]
    pub fn list_rule(&self) -> Option<u16> {
        let is_above = self.arrangement == Arrangement::Stacked;
        (is_above && !self.list.is_empty() && !self.detail.is_empty()).then(|| self.detail.y - 1)
    }

    /// Returns the divider at a cell or right beside it.
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

    /// Returns the sizes with a divider moved to a cell.
    #[must_use]
    pub fn with_divider(&self, divider: Divider, at: Position, sizes: Sizes) -> Sizes {
        let left = self.filter_rule().map_or(0, |rule| rule + 1);
        let moved = match divider {
            Divider::Filter => Sizes { filter: Some(at.x.saturating_add(1)), ..sizes },
            Divider::Detail => {
                let width = self.body.width;
                Sizes { detail: percent(width.saturating_sub(at.x + 1), width - left), ..sizes }
            }
            Divider::List => sizes.with_list(self, percent(at.y.saturating_sub(self.body.y), self.body.height)),
        };
        moved.settled()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::app::PaneShape;
    use crate::config::Stacking;

    #[test]
    fn the_focused_pane_grows_and_shrinks_within_its_bounds() {
        let layout = |columns, sizes| {
            Layout::new(columns, 40, Pane::Filter, false, &PaneShape { sizes, ..PaneShape::default() })
        };
        let wide = |focus, larger| Sizes::default().stepped(focus, &layout(150, Sizes::default()), larger);
        assert_eq!(wide(Pane::Filter, true).filter, Some(33));
        assert_eq!((wide(Pane::List, true).detail, wide(Pane::Detail, true).detail), (44, 48));
        let stacked = |focus, larger| Sizes::default().stepped(focus, &layout(100, Sizes::default()), larger);
        assert_eq!((stacked(Pane::List, true).list, stacked(Pane::Detail, true).list), (64, 56));
        let mut sizes = Sizes::default();
        for _ in 0..100 {
            sizes = sizes.stepped(Pane::Filter, &layout(150, sizes), false);
        }
        assert_eq!(sizes.filter, Some(21));
    }

    #[test]
    fn a_divider_moves_to_the_cell_it_is_dragged_to() {
        for (columns, divider, at) in [
            (150, Divider::Filter, Position::new(40, 20)),
            (150, Divider::Detail, Position::new(80, 20)),
            (100, Divider::List, Position::new(50, 20)),
        ] {
            let before = Layout::new(columns, 40, Pane::List, false, &PaneShape::default());
            let sizes = before.with_divider(divider, at, Sizes::default());
            let after = Layout::new(columns, 40, Pane::List, false, &PaneShape { sizes, ..PaneShape::default() });
            assert_eq!(after.divider_at(at), Some(divider), "{after:?}");
            assert_eq!(after.with_divider(divider, at, sizes), sizes, "it stays there");
        }
    }

    /// The size of a pane in the direction in which it can be resized.
    fn size(layout: &Layout, pane: Pane) -> u16 {
        match (pane, layout.arrangement) {
            (Pane::Filter, _) => layout.filter.width,
            (Pane::Detail, Arrangement::Stacked) => layout.detail.height,
            (Pane::Detail, _) => layout.detail.width,
            (_, Arrangement::Stacked) => layout.list.height,
            _ => layout.list.width,
        }
    }

    proptest! {
        #[test]
        fn a_larger_pane_never_shrinks_and_a_dragged_divider_follows_the_pointer(
            columns in 80_u16..220,
            rows in 16_u16..100,
            focus in prop::sample::select(vec![Pane::Filter, Pane::List, Pane::Detail]),
            stacking in prop::sample::select(vec![Stacking::Beside, Stacking::default()]),
            steps in prop::collection::vec(any::<bool>(), 0..12),
            at in 0_u16..100,
        ) {
            let lay_out = |sizes| {
                let shape = PaneShape { sizes, stacking, ..PaneShape::default() };
                Layout::new(columns, rows, focus, false, &shape).with_timeline(focus == Pane::Timeline)
            };
            let mut sizes = Sizes::default();
            for is_larger in steps {
                let before = size(&lay_out(sizes), focus);
                sizes = sizes.stepped(focus, &lay_out(sizes), is_larger);
                let after = size(&lay_out(sizes), focus);
                prop_assert!(if is_larger { after >= before } else { after <= before }, "{before} {after} {sizes:?}");
            }
            let layout = lay_out(sizes);
            if layout.list_rule().is_some() {
                let (first, last) = (layout.body.height * 28 / 100 + 1, layout.body.height * 76 / 100);
                let pointer = Position::new(layout.list.x, layout.body.y + at.clamp(first, last));
                let sizes = layout.with_divider(Divider::List, pointer, sizes);
                prop_assert_eq!(lay_out(sizes).list_rule(), Some(pointer.y));
            }
        }
    }
}
