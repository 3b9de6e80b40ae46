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
}

impl Default for Sizes {
    fn default() -> Self {
        Self { filter: None, detail: 46, list: 60 }
    }
}

impl Sizes {
    /// The allowed range of each size; no pane can vanish.
    const FILTER: RangeInclusive<u16> = 21..=WIDEST_FILTER;
    const DETAIL: RangeInclusive<u16> = 30..=66;
    const LIST: RangeInclusive<u16> = 28..=76;

    /// Returns the sizes, clamped to their ranges.
    #[must_use]
    pub fn settled(self) -> Self {
        let within = |size: u16, bounds: RangeInclusive<u16>| size.clamp(*bounds.start(), *bounds.end());
        Self {
            filter: self.filter.map(|columns| within(columns, Self::FILTER)),
            detail: within(self.detail, Self::DETAIL),
            list: within(self.list, Self::LIST),
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
            (Pane::Detail, Arrangement::Stacked) => sizes.list = step(sizes.list, 4, !larger),
            (_, Arrangement::Stacked) => sizes.list = step(sizes.list, 4, larger),
            (Pane::Detail, _) => sizes.detail = step(sizes.detail, 2, larger),
            _ => sizes.detail = step(sizes.detail, 2, !larger),
        }
        sizes.settled()
    }
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
        let percent = |part: u16, whole: u16| (u32::from(part) * 100).div_ceil(u32::from(whole.max(1))) as u16;
        let left = self.filter_rule().map_or(0, |rule| rule + 1);
        let moved = match divider {
            Divider::Filter => Sizes { filter: Some(at.x.saturating_add(1)), ..sizes },
            Divider::Detail => {
                let width = self.body.width;
                Sizes { detail: percent(width.saturating_sub(at.x + 1), width - left), ..sizes }
            }
            Divider::List => Sizes { list: percent(at.y.saturating_sub(self.body.y), self.body.height), ..sizes },
        };
        moved.settled()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::PaneShape;

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
}
