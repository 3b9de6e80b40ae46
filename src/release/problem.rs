//! What could not be read, and where.

use std::fmt;

use crate::text::{CleanBuf, grouped};

/// What a [`Problem`] costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// The document is malformed here: cut off, a stray comma, invalid UTF-8.
    Syntax,
    /// One item is well-formed but not a release: a number, or an object with neither text nor link.
    Item,
    /// One field was left out; the release remains.
    Field,
}

/// The cause of a [`Problem`]. Code decides by the cause; the reason is only for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The source ends too early. If the problem has an item, the source ends in it or before it.
    CutOff,
    /// Reading the source failed before its end.
    ReadFailed,
    /// Some bytes are invalid in the source's character set.
    NotUtf8,
    /// A syntax error that could be repaired without guessing.
    Mended,
    /// A comma is missing or superfluous.
    Comma,
    /// Any other syntax error.
    Malformed,
    /// The item has neither title nor text nor link, or is not an object.
    NoRelease,
    /// The item, or another value, is over the size limit.
    TooLarge,
    /// The item repeats an earlier one.
    Repeated,
    /// One file of several is not a feed.
    NotAFeed,
    /// The source is not in UTF-8.
    Encoding {
        /// Whether the encoding was detected because nothing declared it.
        is_guess: bool,
    },
    /// Data follows the end of the packed source.
    Trailing,
    /// A date could not be read.
    Date,
    /// A date is a placeholder for no date.
    Placeholder,
    /// An address cannot be opened.
    Link,
    /// A text was over the size limit and was cut.
    TextCut,
    /// A field has a value of the wrong type.
    FieldType,
    /// A quote in a table is not closed.
    Quote,
    /// A row of a table has more or fewer cells than there are columns.
    Cells,
    /// A rule of the user does not fit the source: a column or key that does not exist.
    Rule,
    /// The item shares its name with another one, and was given a unique name.
    Renamed,
}

impl Cause {
    /// Returns what such a problem costs.
    #[must_use]
    pub fn kind(self) -> ProblemKind {
        match self {
            Self::CutOff
            | Self::ReadFailed
            | Self::NotUtf8
            | Self::Mended
            | Self::Comma
            | Self::Malformed
            | Self::Quote => ProblemKind::Syntax,
            Self::NoRelease | Self::TooLarge | Self::Repeated | Self::NotAFeed => ProblemKind::Item,
            Self::Encoding { .. }
            | Self::Trailing
            | Self::Date
            | Self::Placeholder
            | Self::Link
            | Self::TextCut
            | Self::FieldType
            | Self::Cells
            | Self::Rule
            | Self::Renamed => ProblemKind::Field,
        }
    }

    /// Whether such a problem costs at least one item.
    #[must_use]
    pub fn loses_items(self) -> bool {
        use Cause::{CutOff, Malformed, NoRelease, NotAFeed, ReadFailed, TooLarge};
        matches!(self, CutOff | ReadFailed | Malformed | NoRelease | TooLarge | NotAFeed)
    }

    /// Whether, after such a problem, the releases are incomplete or their texts may be wrong.
    #[must_use]
    pub fn harms_output(self) -> bool {
        self.loses_items()
            || matches!(
                self,
                Self::NotUtf8
                    | Self::TextCut
                    | Self::Quote
                    | Self::Cells
                    | Self::Rule
                    | Self::Encoding { is_guess: true }
            )
    }

    /// Describes several such problems, after their number.
    fn plural(self) -> &'static str {
        match self {
            Self::CutOff => "cut-off items",
            Self::ReadFailed => "read errors",
            Self::NotUtf8 => "items with invalid UTF-8",
            Self::Mended => "syntax errors were repaired",
            Self::Comma => "commas are missing or superfluous",
            Self::Malformed => "syntax errors",
            Self::NoRelease => "items are not releases",
            Self::TooLarge => "items are too large",
            Self::Repeated => "items repeat earlier ones",
            Self::NotAFeed => "files are not feeds",
            Self::Encoding { .. } => "sources are not in UTF-8",
            Self::Trailing => "sources have data after their end",
            Self::Date => "dates are unreadable",
            Self::Placeholder => "dates are placeholders",
            Self::Link => "addresses cannot be opened",
            Self::TextCut => "texts were too long and are cut",
            Self::FieldType => "fields have a wrong type",
            Self::Quote => "quotes are not closed",
            Self::Cells => "rows have more or fewer cells than there are columns",
            Self::Rule => "rules do not fit",
            Self::Renamed => "ids are used twice",
        }
    }
}

/// The problems of one cause in one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemGroup<'a> {
    /// The first problem.
    pub first: &'a Problem,
    /// The number of problems.
    pub count: usize,
    /// The items of the first problems.
    pub items: Vec<u64>,
}

/// The maximum number of items that the line of a group names.
const NAMED: usize = 6;

impl fmt::Display for ProblemGroup<'_> {
    /// Writes `a.json: 72 ids are used twice (items 105, 125, …)`, or a single problem in full.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.count == 1 {
            return write!(f, "{}", self.first);
        }
        let Problem { source, cause, .. } = self.first;
        write!(f, "{source}: {} {}", grouped(self.count), cause.plural())?;
        let items: Vec<String> = self.items.iter().take(NAMED).map(ToString::to_string).collect();
        match items.len() {
            0 => Ok(()),
            1 => write!(f, " (item {}, …)", items[0]),
            named => {
                let more = if named < self.count { ", …" } else { "" };
                write!(f, " (items {}{more})", items.join(", "))
            }
        }
    }
}

/// One problem of a source. The rest of the source was read anyway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The name of the file, or a stand-in such as `standard input`.
    pub source: CleanBuf,
    /// Index of the item in the source, from 0.
    pub item: Option<u64>,
    /// Byte position in the source, from 0.
    pub byte: Option<u64>,
    /// The cause.
    pub cause: Cause,
    /// The reason, in words.
    pub reason: CleanBuf,
}

impl Problem {
    /// Returns what the problem costs.
    #[must_use]
    pub fn kind(&self) -> ProblemKind {
        self.cause.kind()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.source.as_str())?;
        if let Some(item) = self.item {
            write!(f, ", item {item}")?;
        }
        if let Some(byte) = self.byte {
            write!(f, ", byte {byte}")?;
        }
        write!(f, ": {}", self.reason.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_problems_are_one_line() {
        let problem = |cause, item| {
            let (source, reason) = (CleanBuf::line("a.json"), CleanBuf::line("bad"));
            Problem { source, item, byte: None, cause, reason }
        };
        let (renamed, date) = (problem(Cause::Renamed, Some(7)), problem(Cause::Date, None));
        for (first, count, items, expected) in [
            (&renamed, 1, vec![7], "a.json, item 7: bad"),
            (&renamed, 2, vec![7, 9], "a.json: 2 ids are used twice (items 7, 9)"),
            (&renamed, 1_200, (7..20).collect(), "a.json: 1,200 ids are used twice (items 7, 8, 9, 10, 11, 12, …)"),
            (&renamed, 3, vec![7], "a.json: 3 ids are used twice (item 7, …)"),
            (&date, 4, vec![], "a.json: 4 dates are unreadable"),
        ] {
            assert_eq!(ProblemGroup { first, count, items }.to_string(), expected);
        }
    }
}
