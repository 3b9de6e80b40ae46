//! The rows of the filter pane.

use crate::catalog::{Facet, ValueId};
use crate::query::Status;

use super::{NoWords, OwnRow, WordRow};

/// A row of the pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// The heading of the saved queries.
    SavedQueries,
    /// A saved query.
    Saved(SavedRow),
    /// The heading of the statuses.
    Statuses,
    /// All releases, or the releases with one status.
    Status(StatusRow),
    /// A facet's heading.
    Heading(Heading),
    /// A value.
    Value(Value),
    /// A topic of the user's own.
    Own(OwnRow),
    /// The number of values of the facet that are not shown.
    More(Facet, usize),
    /// The heading of the section “Words”.
    Words,
    /// How many of the hits were read to choose the words.
    WordsSample(usize),
    /// There are no words.
    NoWords(NoWords),
    /// A phrase.
    Word(WordRow),
    /// The section “Words”, which is hidden and can be switched on.
    HiddenWords,
    /// The heading of the fields that are proposed.
    Fields,
    /// A field that can be switched on.
    Field(FieldRow),
    /// An empty line.
    Blank,
}

/// The heading of a facet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heading {
    /// The facet.
    pub facet: Facet,
    /// The number of its values.
    pub all: usize,
    /// The number of chosen values.
    pub chosen: usize,
    /// The number of excluded values.
    pub excluded: usize,
}

/// A row of a saved query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SavedRow {
    /// Its index among the saved queries.
    pub at: usize,
    /// The number of its hits, if known.
    pub count: Option<u32>,
    /// Whether it is the current query.
    pub is_chosen: bool,
}

/// A row of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusRow {
    /// The status; `None` means all releases.
    pub status: Option<Status>,
    /// The number of hits under the other filters.
    pub count: u32,
    /// Whether it is the current status.
    pub is_chosen: bool,
}

/// A row of a proposed field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldRow {
    /// The field.
    pub facet: Facet,
    /// The number of releases that have a value, if it is known without being counted.
    pub having: Option<u32>,
}

/// A row of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value {
    /// The facet.
    pub facet: Facet,
    /// The value.
    pub id: ValueId,
    /// The number of hits under the other filters; not shown of an excluded value, which has none.
    pub count: u32,
    /// Whether it is chosen.
    pub is_chosen: bool,
    /// Whether it is excluded.
    pub is_excluded: bool,
    /// The digit that toggles it.
    pub digit: Option<u8>,
}

impl Row {
    pub(in crate::app) fn can_be_selected(&self) -> bool {
        matches!(
            self,
            Self::Value(_)
                | Self::Own(_)
                | Self::More(..)
                | Self::Status(_)
                | Self::Saved(_)
                | Self::NoWords(_)
                | Self::Word(_)
                | Self::HiddenWords
                | Self::Field(_)
        )
    }
}
