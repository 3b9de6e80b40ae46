//! Inline styles of a page: nested spans are flattened into a list of changes, so drawing only looks at the visible
//! part.

use std::ops::{BitOr, Range};

use crate::release::Style;

/// The set of styles of a part of a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StyleRuns(u16);

impl StyleRuns {
    /// A heading or a table heading.
    pub const HEADING: Self = Self(1);
    /// Emphasised text.
    pub const EMPHASIS: Self = Self(1 << 1);
    /// Strong text.
    pub const STRONG: Self = Self(1 << 2);
    /// Deleted text.
    pub const STRUCK: Self = Self(1 << 3);
    /// Code.
    pub const CODE: Self = Self(1 << 4);
    /// A link.
    pub const LINK: Self = Self(1 << 5);
    /// A quote.
    pub const QUOTE: Self = Self(1 << 6);
    /// The replacement text of an image.
    pub const IMAGE: Self = Self(1 << 7);
    /// A separator between cells.
    pub const RULE: Self = Self(1 << 8);
    /// The number of bits, including the one for cells, which has no style.
    const COUNT: usize = 10;
    const CELL: Self = Self(1 << 9);

    /// Whether it contains all of `other`.
    #[must_use]
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    fn of(style: Style) -> Self {
        match style {
            Style::Heading(_) => Self::HEADING,
            Style::Emphasis => Self::EMPHASIS,
            Style::Strong => Self::STRONG,
            Style::Struck => Self::STRUCK,
            Style::Code | Style::Preformatted => Self::CODE,
            Style::Quote => Self::QUOTE,
            Style::Link(_) | Style::OwnLink => Self::LINK,
            Style::Image => Self::IMAGE,
            Style::Row => Self::RULE,
            Style::Cell(_) => Self::CELL,
            Style::Head(_) => Self::CELL | Self::HEADING,
            Style::Item | Style::Inset | Style::Gap(_) => Self::default(),
        }
    }
}

impl BitOr for StyleRuns {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Returns the styles and the bytes they begin at, ascending; before the first one, text is plain.
pub(super) fn changes(spans: impl Iterator<Item = (Range<usize>, Style)>) -> Vec<(usize, StyleRuns)> {
    let mut edges: Vec<(usize, bool, StyleRuns)> = spans
        .map(|(range, style)| (range, StyleRuns::of(style)))
        .filter(|&(_, ink)| ink != StyleRuns::default())
        .flat_map(|(range, ink)| [(range.start, true, ink), (range.end, false, ink)])
        .collect();
    edges.sort_by_key(|&(at, ..)| at);
    let mut open = [0_u32; StyleRuns::COUNT];
    let mut changes: Vec<(usize, StyleRuns)> = Vec::new();
    for (at, begins, ink) in edges {
        for (bit, count) in open.iter_mut().enumerate().filter(|(bit, _)| ink.has(StyleRuns(1 << bit))) {
            debug_assert!(begins || *count > 0, "bit {bit} ends before it begins");
            *count = if begins { *count + 1 } else { count.saturating_sub(1) };
        }
        let mut ink = open.iter().enumerate().fold(0, |ink, (bit, &count)| ink | u16::from(count > 0) << bit);
        if ink & StyleRuns::CELL.0 > 0 {
            ink &= !(StyleRuns::CELL.0 | StyleRuns::RULE.0);
        }
        match changes.last_mut() {
            Some((last, before)) if *last == at => *before = StyleRuns(ink),
            _ => changes.push((at, StyleRuns(ink))),
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_spans_become_changes() {
        let spans = [
            (0..20, Style::Quote),
            (2..10, Style::Strong),
            (4..8, Style::Strong),
            (8..12, Style::Link(3)),
            (12..13, Style::Gap(4)),
        ];
        let expected = [
            (0, StyleRuns::QUOTE),
            (2, StyleRuns::QUOTE | StyleRuns::STRONG),
            (4, StyleRuns::QUOTE | StyleRuns::STRONG),
            (8, StyleRuns::QUOTE | StyleRuns::STRONG | StyleRuns::LINK),
            (10, StyleRuns::QUOTE | StyleRuns::LINK),
            (12, StyleRuns::QUOTE),
            (20, StyleRuns::default()),
        ];
        assert_eq!(changes(spans.into_iter()), expected);
    }

    #[test]
    fn cell_separators_are_rules() {
        let spans = [(0..9, Style::Row), (0..3, Style::Head(0)), (6..9, Style::Cell(1))];
        let expected =
            [(0, StyleRuns::HEADING), (3, StyleRuns::RULE), (6, StyleRuns::default()), (9, StyleRuns::default())];
        assert_eq!(changes(spans.into_iter()), expected);
    }
}
