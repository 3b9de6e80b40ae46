//! How parts of a text look and belong together: kept beside the text, which reads by itself.

use std::borrow::Cow;
use std::iter::repeat_n;

use crate::text::Clean;

/// Returns a text with the indentation of its preformatted lines, which the text alone lacks.
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

/// A part of a text, in bytes on character boundaries, and what it is.
///
/// The spans of a text ascend by their start, the outer before the inner. None is empty, and none begins or ends with
/// white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Where it begins.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// What it is.
    pub style: Style,
}

/// What a part of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// A heading of this level, 1 to 6: whole lines.
    Heading(u8),
    /// What is stressed.
    Emphasis,
    /// What matters.
    Strong,
    /// What no longer holds.
    Struck,
    /// What a machine reads or writes, within a line.
    Code,
    /// Lines that break where they break and nowhere else.
    Preformatted,
    /// What somebody else said: whole lines.
    Quote,
    /// An item of a list: whole lines, the first of which begins with its mark and a blank.
    Item,
    /// Set in, such as what a term means: whole lines.
    Inset,
    /// The text of the release's link of this number.
    Link(u16),
    /// The text of a link to the release's own address.
    OwnLink,
    /// What a picture shows.
    Image,
    /// A line of a table.
    Row,
    /// A cell of a row, in this column.
    Cell(u8),
    /// As [`Style::Cell`], of a cell that names its column or row.
    Head(u8),
    /// So many more blank columns stand before this one character: indentation of preformatted text.
    Gap(u16),
}

impl Span {
    /// The bytes, moved by `by`.
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
    fn code_is_given_out_as_it_is_indented() {
        let text = CleanBuf::block("for x\nif y\nz()");
        let gap = |start, columns| Span { start, end: start + 1, style: Style::Gap(columns) };
        let strong = Span { start: 0, end: 3, style: Style::Strong };
        let spans = [strong, gap(6, 4), gap(11, 8)];
        assert_eq!(indented(text.as_clean(), &spans), "for x\n    if y\n        z()");
        assert!(matches!(indented(text.as_clean(), &[strong]), Cow::Borrowed("for x\nif y\nz()")));
    }
}
