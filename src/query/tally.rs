//! Counting: which rows of a chunk are hits, and what each value of each choice would give.
//!
//! Works column by column: first every choice marks the rows that fail it with a bit of its own, then every facet
//! counts the rows that fail nothing, or nothing but its own choice.

use std::sync::Arc;

use super::Context;
use super::ast::Status;
use super::matcher::{BRUSH, Condition, GROUPS, Matcher, STATUS};
use crate::catalog::{Catalog, Chunk, Days, Facet, ValueId};

/// Number of releases of each value, indexed by value.
pub type Counts = Vec<u32>;

/// The bit of rows that fail something that is no choice.
const OUT: u8 = 1 << 7;
const _: () = assert!(GROUPS < 7, "a bit for each choice");

/// The answer to a query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    /// The releases that match, in the order asked for.
    pub order: Arc<[u32]>,
    /// Counts of each facet under every filter but the facet's own choice.
    pub counts: [Counts; Facet::COUNT],
    /// How many releases are there, unread, and starred, under every filter but the status.
    pub statuses: [u32; 3],
    /// Releases a day under every filter but the brush.
    pub days: Days,
    /// Where nothing matches: the clause without which most would, and how many.
    pub relaxed: Option<(usize, usize)>,
}

impl Hits {
    /// The count of a value.
    #[must_use]
    pub fn count(&self, facet: Facet, id: ValueId) -> u32 {
        self.counts[facet as usize].get(usize::from(id)).copied().unwrap_or_default()
    }

    /// What a query without clauses gives, without looking at a single release.
    #[must_use]
    pub fn all(catalog: &Catalog, context: &Context) -> Self {
        let counts = Facet::ALL.map(|facet| {
            let values = catalog.values(facet);
            values.ids().map(|id| values.total(id)).collect()
        });
        let all = catalog.len() as u32;
        Self {
            order: Arc::clone(catalog.order()),
            counts,
            statuses: [all, all.saturating_sub(context.read.len() as u32), context.starred.len() as u32],
            days: catalog.day_totals().clone(),
            relaxed: None,
        }
    }
}

/// Counts so far.
pub struct Tally<'a> {
    matcher: &'a Matcher,
    context: &'a Context,
    /// Indices of the hits, chunk by chunk.
    pub hits: Vec<u32>,
    pub counts: [Counts; Facet::COUNT],
    pub statuses: [u32; 3],
    pub days: Days,
    /// What each row of the chunk fails.
    fails: Vec<u8>,
}

impl<'a> Tally<'a> {
    /// Nothing counted yet.
    pub fn new(matcher: &'a Matcher, context: &'a Context, catalog: &Catalog) -> Self {
        Self {
            matcher,
            context,
            hits: Vec::new(),
            counts: Facet::ALL.map(|facet| vec![0; catalog.values(facet).len()]),
            statuses: [0; 3],
            days: catalog.day_totals().cleared(),
            fails: Vec::new(),
        }
    }

    /// Counts rows of a chunk whose first release is number `start`.
    pub fn chunk(&mut self, start: u32, chunk: &Chunk, rows: impl ExactSizeIterator<Item = usize> + Clone) {
        self.fails.clear();
        self.fails.resize(rows.len(), 0);
        for condition in &self.matcher.columns {
            mark(&mut self.fails, OUT, rows.clone(), |at| condition.holds(self.context, chunk, at, start + at as u32));
        }
        for (group, condition) in self.matcher.choices.iter().enumerate() {
            let Some(condition) = condition else { continue };
            let bit = 1 << group;
            match condition {
                Condition::Values(facet, set) if chunk.single(*facet).is_some() => {
                    let column = chunk.single(*facet).unwrap_or_default();
                    mark(&mut self.fails, bit, rows.clone(), |at| set[usize::from(column[at])]);
                }
                _ => mark(&mut self.fails, bit, rows.clone(), |at| {
                    condition.holds(self.context, chunk, at, start + at as u32)
                }),
            }
        }
        for facet in Facet::ALL {
            self.count_facet(facet, chunk, rows.clone());
        }
        self.count_statuses(start, rows.clone());
        let others = !(1 << BRUSH);
        for (fails, at) in self.fails.iter().zip(rows.clone()) {
            if fails & others == 0
                && let Some(day) = chunk.day(at)
            {
                self.days.add(day, 1);
            }
        }
        self.hits
            .extend(self.fails.iter().zip(rows).filter(|(fails, _)| **fails == 0).map(|(_, at)| start + at as u32));
    }

    fn count_facet(&mut self, facet: Facet, chunk: &Chunk, rows: impl Iterator<Item = usize>) {
        let others: u8 = !(1 << facet as usize);
        let counts = &mut self.counts[facet as usize];
        let passing = self.fails.iter().zip(rows).filter(|(fails, _)| **fails & others == 0);
        if let Some(column) = chunk.single(facet) {
            for (_, at) in passing {
                counts[usize::from(column[at])] += 1;
            }
        } else {
            for (_, at) in passing {
                for &id in chunk.values(facet, at) {
                    counts[usize::from(id)] += 1;
                }
            }
        }
    }

    fn count_statuses(&mut self, start: u32, rows: impl Iterator<Item = usize>) {
        let others: u8 = !(1 << STATUS);
        let has_marks = !self.context.read.is_empty() || !self.context.starred.is_empty();
        let [all, unread, starred] = &mut self.statuses;
        for (_, at) in self.fails.iter().zip(rows).filter(|(fails, _)| **fails & others == 0) {
            *all += 1;
            if has_marks {
                let index = start + at as u32;
                *unread += u32::from(self.context.has(Status::Unread, index));
                *starred += u32::from(self.context.has(Status::Starred, index));
            } else {
                *unread += 1;
            }
        }
    }
}

/// Sets a bit in the rows where a condition does not hold.
#[inline]
fn mark(fails: &mut [u8], bit: u8, rows: impl Iterator<Item = usize>, holds: impl Fn(usize) -> bool) {
    for (fails, at) in fails.iter_mut().zip(rows) {
        if !holds(at) {
            *fails |= bit;
        }
    }
}
