//! Formatting and structure of a text, stored beside the plain text.

use std::borrow::Cow;
use std::iter::repeat_n;

use crate::text::Clean;

/// Returns a text with the indentation of its preformatted lines, which the plain text lacks.
#[must_use]
pub fn indented<'t>(text: Clean<'t>, spans: &[Span]) -> Cow<'t, str> {
    let gaps = spans.iter().filter_map(|span| match span.style {
        Style::Gap(columns) => Some((span.start as usize, usize::from(columns))),
        _ => None,
    });
    let mut whole = String::new();
    let mut at = 0;
    for (start, columns) in gaps {
        whole.push_str(text.as_str().get(at..start).unwrap_or_default());
        whole.extend(repeat_n(' ', columns));
        at = start;
    }
    if at == 0 && whole.is_empty() {
        return Cow::Borrowed(text.as_str());
    }
    whole.push_str(text.as_str().get(at..).unwrap_or_default());
    Cow::Owned(whole)
}

/// A part of a text and its style. Positions are bytes on character boundaries.
///
/// The spans of a text are sorted by start, outer before inner. No span is empty, and none begins or ends with white
/// space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The start, in bytes.
    pub start: u32,
    /// The end, in bytes.
    pub end: u32,
    /// The style.
    pub style: Style,
}

/// The style of a part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// A heading of this level, 1 to 6: whole lines.
    Heading(u8),
    /// Emphasised text.
    Emphasis,
    /// Important text.
    Strong,
    /// Deleted text, or text that is no longer valid.
    Struck,
    /// Inline code.
    Code,
    /// Preformatted text: its lines are not wrapped.
    Preformatted,
    /// A quotation: whole lines.
    Quote,
    /// A list item: whole lines, the first of which begins with its marker and a space.
    Item,
    /// Indented text, such as the definition of a term: whole lines.
    Inset,
    /// The text of the release's link with this number.
    Link(u16),
    /// The text of a link to the release's own address.
    OwnLink,
    /// The description of a picture.
    Image,
    /// A row of a table.
    Row,
    /// A cell of a row, in this column.
    Cell(u8),
    /// A header cell, in this column.
    Head(u8),
    /// This many more columns of space before this one character: indentation of preformatted text.
    Gap(u16),
}

impl Span {
    /// Returns the byte range, shifted by `by`.
    #[must_use]
    pub fn range(&self, by: usize) -> std::ops::Range<usize> {
        by + self.start as usize..by + self.end as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::CleanBuf;

    #[test]
    fn code_is_exported_with_its_indentation() {
        let text = CleanBuf::block("for x\nif y\nz()");
        let gap = |start, columns| Span { start, end: start + 1, style: Style::Gap(columns) };
        let strong = Span { start: 0, end: 3, style: Style::Strong };
        let spans = [strong, gap(6, 4), gap(11, 8)];
        assert_eq!(indented(text.as_clean(), &spans), "for x\n    if y\n        z()");
        assert!(matches!(indented(text.as_clean(), &[strong]), Cow::Borrowed("for x\nif y\nz()")));
    }
}
