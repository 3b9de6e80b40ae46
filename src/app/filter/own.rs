//! The user's own topics, in the section of the topics: above those of publishers, and never hidden behind “more”.

use std::cmp::Reverse;

use super::{Filter, Row};
use crate::catalog::{Facet, ValueId};
use crate::query::{Hits, Query};
use crate::text::{CleanBuf, cells, fold_name, grouped};

/// The columns of the sign after the name of an own topic, with the blank before it.
pub(super) const OWN_SIGN: u16 = 2;

/// A topic that has a digit key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RankedTopic {
    /// One of the user's own: its index among the definitions.
    Own(usize),
    /// One of the publishers'.
    Value(ValueId),
}

/// A row of a topic of the user's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnRow {
    /// Its index among the definitions.
    pub at: usize,
    /// The number of hits under the other filters, if known; not shown of an excluded topic, which has none.
    pub count: Option<u32>,
    /// Whether it is chosen.
    pub is_chosen: bool,
    /// Whether it is excluded.
    pub is_excluded: bool,
    /// The digit that toggles it.
    pub digit: Option<u8>,
}

impl OwnRow {
    /// The columns before the name, as of the other topics.
    #[must_use]
    pub fn gutter(&self) -> u16 {
        super::gutter(Facet::Topic)
    }
}

impl Filter {
    /// Returns the name of the topic of a row.
    #[must_use]
    pub fn own_topic(&self, row: OwnRow) -> Option<&CleanBuf> {
        self.own_topics.get(row.at)
    }

    /// The own topics with most hits first, or sorted by name.
    pub(super) fn ranked_own(&self, hits: &Hits, is_by_name: bool) -> Vec<usize> {
        let mut ranked: Vec<usize> = (0..self.own_topics.len()).collect();
        ranked.sort_by_cached_key(|&at| {
            let name = &self.own_topics[at];
            let count = if is_by_name { 0 } else { hits.own_count(name).unwrap_or_default() };
            (Reverse(count), fold_name(name.as_str()).into_owned())
        });
        ranked
    }

    /// Returns the rows of the own topics whose names contain what is typed, as they are chosen (0), excluded (1) or
    /// neither (2).
    pub(super) fn own_rows(&self, query: &Query, hits: &Hits, typed: Option<&str>) -> Vec<(usize, Row)> {
        let is_by_name = self.is_by_name && typed.is_none();
        let row = |at: usize| {
            let name = self.own_topics[at].as_str();
            let row = OwnRow {
                at,
                count: hits.own_count(&self.own_topics[at]),
                is_chosen: query.is_chosen(Facet::Topic, name),
                is_excluded: query.is_excluded(Facet::Topic, name),
                digit: self.digit(RankedTopic::Own(at)),
            };
            let group = if row.is_chosen {
                0
            } else if row.is_excluded {
                1
            } else {
                2
            };
            (group, Row::Own(row))
        };
        let is_meant = |at: &usize| typed.is_none_or(|typed| fold_name(self.own_topics[*at].as_str()).contains(typed));
        self.ranked_own(hits, is_by_name).into_iter().filter(is_meant).map(row).collect()
    }

    /// The columns that the widest name needs with its count.
    pub(super) fn own_columns(&self, releases: usize) -> u16 {
        let count = cells(&grouped(releases));
        let columns =
            |name: &CleanBuf| cells(name.as_str()).saturating_add(super::gutter(Facet::Topic) + OWN_SIGN + 1 + count);
        self.own_topics.iter().map(columns).max().unwrap_or(0)
    }
}
