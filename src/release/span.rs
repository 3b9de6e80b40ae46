//! How parts of a text look and belong together: kept beside the text, which reads by itself.

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
