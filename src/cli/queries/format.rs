//! The formats of `tidings queries`: those of lists, and Atom.

use clap::ValueEnum;
use clap::builder::PossibleValue;

use super::super::error::UsageError;
use super::super::format::Format;
use crate::document::feed::FeedFormat;

/// The format of new releases, or of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueriesFormat {
    /// A format of lists. JSON is a format of feeds too.
    Listed(Format),
    /// Atom.
    Atom,
}

impl Default for QueriesFormat {
    fn default() -> Self {
        Self::Listed(Format::Table)
    }
}

impl ValueEnum for QueriesFormat {
    fn value_variants<'a>() -> &'a [Self] {
        use Format::{Csv, Json, Jsonl, Markdown, Table, Tsv};
        const ALL: [QueriesFormat; 7] = [
            QueriesFormat::Listed(Table),
            QueriesFormat::Listed(Json),
            QueriesFormat::Listed(Jsonl),
            QueriesFormat::Listed(Csv),
            QueriesFormat::Listed(Tsv),
            QueriesFormat::Listed(Markdown),
            QueriesFormat::Atom,
        ];
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Listed(format) => format.to_possible_value(),
            Self::Atom => Some(PossibleValue::new("atom").help("An Atom 1.0 feed, with --feed only")),
        }
    }
}

impl QueriesFormat {
    /// Returns the format of a list.
    pub fn listed(self) -> Result<Format, UsageError> {
        match self {
            Self::Listed(format) => Ok(format),
            Self::Atom => Err(UsageError("--format atom needs --feed NAME".to_owned())),
        }
    }

    /// Returns the format of a feed.
    pub fn feed(self) -> Result<FeedFormat, UsageError> {
        match self {
            Self::Atom => Ok(FeedFormat::Atom),
            Self::Listed(Format::Json) => Ok(FeedFormat::Json),
            Self::Listed(_) => Err(UsageError("--feed needs the format atom or json".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_of_lists_is_offered() {
        for format in Format::value_variants() {
            assert!(QueriesFormat::value_variants().contains(&QueriesFormat::Listed(*format)), "{format:?}");
        }
    }
}
