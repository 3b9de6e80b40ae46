//! Counts: which rows of a chunk are hits, and the number of hits for each value of each choice.
//!
//! Works column by column: first every choice marks the rows that fail it with its own bit, then every facet counts the
//! rows that fail nothing, and those that fail nothing but its own choice.

use std::sync::Arc;

use super::Context;
use super::ast::Status;
use super::matcher::{Condition, GROUPS, Matcher, STATUS};
use crate::catalog::{Catalog, Chunk, Days, Facet, NONE, ReleaseIndex, ValueId};

/// The number of releases of each value, indexed by value.
pub type Counts = Vec<u32>;

/// The bit of rows that fail a condition other than a choice.
const OUT: u16 = 1 << 15;
/// The group of the choice of dates, which counts both years and days.
const DATES: usize = Facet::Year as usize;
const _: () = assert!(GROUPS < 15, "a bit for each choice");

/// The result of a query. The counts of values and statuses are those of another query if the request has one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    /// The matching releases, in the requested order.
    pub order: Arc<[ReleaseIndex]>,
    /// The counts of each facet under all filters except the facet's own choice.
    pub counts: [Counts; Facet::COUNT],
    /// The number of all, unread, starred and changed releases, under all filters except the status.
    pub statuses: [u32; 4],
    /// The number of releases on each day, under all filters except the choice of dates.
    pub days: Days,
    /// If nothing matches: the clause without which most releases would match, and their number.
    pub relaxed: Option<(usize, usize)>,
}

impl Hits {
    /// The count of a value.
    #[must_use]
    pub fn count(&self, facet: Facet, id: ValueId) -> u32 {
        self.counts[facet as usize].get(id as usize).copied().unwrap_or_default()
    }

    /// The result of a query without clauses, without visiting any release.
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
            statuses: [
                all,
                all.saturating_sub(context.read.len() as u32),
                context.starred.len() as u32,
                context.changed.len() as u32,
            ],
            days: catalog.day_totals().clone(),
            relaxed: None,
        }
    }
}

/// The counts so far.
pub struct Tally<'a> {
    matcher: &'a Matcher,
    context: &'a Context,
    catalog: &'a Catalog,
    /// The indices of the hits, chunk by chunk.
    pub hits: Vec<ReleaseIndex>,
    pub counts: [Counts; Facet::COUNT],
    pub statuses: [u32; 4],
    pub days: Days,
    /// For the facets that belong to whole sources: the number of releases of each source, to be counted as values at
    /// the end.
    of_sources: [Counts; Facet::COUNT],
    /// The choice of a facet, if it is the only condition: its counts are the totals of all releases.
    only: Option<usize>,
    /// The bits of the conditions that each row of the chunk fails.
    fails: Vec<u16>,
    /// Rows picked from the chunk; kept to reuse the buffer.
    picked: Vec<u32>,
}

impl<'a> Tally<'a> {
    /// Starts with all counts zero.
    pub fn new(matcher: &'a Matcher, context: &'a Context, catalog: &'a Catalog) -> Self {
        let sources = catalog.values(Facet::Source).len();
        Self {
            matcher,
            context,
            catalog,
            hits: Vec::new(),
            counts: Facet::ALL.map(|facet| vec![0; catalog.values(facet).len()]),
            statuses: [0; 4],
            days: catalog.day_totals().cleared(),
            of_sources: Facet::ALL.map(|facet| vec![0; if facet.is_of_source() { sources } else { 0 }]),
            only: only_choice(matcher),
            fails: Vec::new(),
            picked: Vec::new(),
        }
    }

    /// Returns the counts without the hits.
    pub fn into_counts(self) -> Hits {
        let Self { mut counts, statuses, mut days, of_sources, catalog, only, .. } = self;
        for (facet, counts) in Facet::ALL.into_iter().zip(&mut counts) {
            for (source, count) in (0..).zip(&of_sources[facet as usize]) {
                catalog.origins().of(facet, source).iter().for_each(|&id| counts[id as usize] += count);
            }
        }
        if let Some((group, &facet)) = only.and_then(|group| Some((group, Facet::ALL.get(group)?))) {
            let values = catalog.values(facet);
            counts[group] = values.ids().map(|id| values.total(id)).collect();
            if group == DATES {
                days = catalog.day_totals().clone();
            }
        }
        Hits { counts, statuses, days, ..Hits::default() }
    }

    /// Counts `rows` of a chunk whose first release has index `start`; iterates once for each condition.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "an iterator is walked by value; a reference would be cloned too"
    )]
    pub fn chunk(&mut self, start: usize, chunk: &Chunk, rows: impl ExactSizeIterator<Item = usize> + Clone) {
        self.fails.clear();
        self.fails.resize(rows.len(), 0);
        for condition in &self.matcher.columns {
            mark(&mut self.fails, OUT, rows.clone(), |at| {
                condition.holds(self.context, chunk, at, ReleaseIndex::at(start + at))
            });
        }
        for (group, condition) in self.matcher.choices.iter().enumerate() {
            let Some(condition) = condition else { continue };
            let bit = 1 << group;
            match condition {
                Condition::Values(facet, set) if chunk.single(*facet).is_some() => {
                    let column = chunk.single(*facet).unwrap_or_default();
                    mark(&mut self.fails, bit, rows.clone(), |at| set[column[at] as usize]);
                }
                _ => mark(&mut self.fails, bit, rows.clone(), |at| {
                    condition.holds(self.context, chunk, at, ReleaseIndex::at(start + at))
                }),
            }
        }
        let mut picked = std::mem::take(&mut self.picked);
        // Every group counts the hits, and a group with a choice also the rows that fail only that choice.
        pick(&mut picked, &self.fails, 0, rows.clone());
        self.hits.extend(picked.iter().map(|&row| ReleaseIndex::at(start + row as usize)));
        let only = self.only;
        let counted = (0..GROUPS).filter(|&group| only != Some(group));
        counted.clone().for_each(|group| self.count(group, start, chunk, &picked));
        for group in counted.filter(|&group| self.matcher.choices[group].is_some()) {
            let single = Facet::ALL.get(group).and_then(|&facet| chunk.single(facet)).filter(|_| group != DATES);
            if let Some(column) = single {
                // A column with one value a row is counted in place: picking its rows first would double the cost.
                let counts = &mut self.counts[group];
                for (&fails, at) in self.fails.iter().zip(rows.clone()) {
                    counts[column[at] as usize] += u32::from(fails == 1 << group);
                }
                continue;
            }
            pick(&mut picked, &self.fails, 1 << group, rows.clone());
            self.count(group, start, chunk, &picked);
        }
        self.picked = picked;
    }

    fn count(&mut self, group: usize, start: usize, chunk: &Chunk, rows: &[u32]) {
        if group == STATUS {
            self.count_statuses(start, rows);
            return;
        }
        if group == DATES {
            self.count_days(chunk, rows);
        }
        let (facet, counts) = (Facet::ALL[group], &mut self.counts[group]);
        if facet.is_of_source() {
            self.count_origins(facet, chunk, rows);
        } else if chunk.is_blank(facet) {
            counts[NONE as usize] += rows.len() as u32;
        } else if let Some(column) = chunk.single(facet) {
            for &row in rows {
                counts[column[row as usize] as usize] += 1;
            }
        } else {
            for &id in rows.iter().flat_map(|&row| chunk.values(facet, row as usize)) {
                counts[id as usize] += 1;
            }
        }
    }

    fn count_days(&mut self, chunk: &Chunk, rows: &[u32]) {
        for day in rows.iter().filter_map(|&row| chunk.day(row as usize)) {
            self.days.add(day, 1);
        }
    }

    /// Counts the values that belong to the sources of some rows.
    fn count_origins(&mut self, facet: Facet, chunk: &Chunk, rows: &[u32]) {
        let origins = self.catalog.origins();
        let (counts, of_sources) = (&mut self.counts[facet as usize], &mut self.of_sources[facet as usize]);
        if origins.is_empty(facet) {
            counts[NONE as usize] += rows.len() as u32;
        } else if let Some(column) = chunk.single(Facet::Source) {
            for &row in rows {
                of_sources[column[row as usize] as usize] += 1;
            }
        } else {
            for &row in rows {
                match chunk.values(Facet::Source, row as usize) {
                    &[source] => of_sources[source as usize] += 1,
                    sources => origins.of_all(facet, sources).iter().for_each(|&id| counts[id as usize] += 1),
                }
            }
        }
    }

    fn count_statuses(&mut self, start: usize, rows: &[u32]) {
        let index = |row: u32| ReleaseIndex::at(start + row as usize);
        let has = |status: Status| rows.iter().filter(|&&row| self.context.has(status, index(row))).count() as u32;
        let all = rows.len() as u32;
        let read = if self.context.read.is_empty() { 0 } else { has(Status::Read) };
        let starred = if self.context.starred.is_empty() { 0 } else { has(Status::Starred) };
        let changed = if self.context.changed.is_empty() { 0 } else { has(Status::Changed) };
        for (sum, more) in self.statuses.iter_mut().zip([all, all - read, starred, changed]) {
            *sum += more;
        }
    }
}

/// Returns the group of a facet's choice without any other condition.
fn only_choice(matcher: &Matcher) -> Option<usize> {
    let mut groups = (0..GROUPS).filter(|&group| matcher.choices[group].is_some());
    let group = groups.next().filter(|&group| group != STATUS)?;
    (groups.next().is_none() && matcher.text.is_empty() && matcher.columns.is_empty()).then_some(group)
}

/// Sets a bit in the rows where a condition does not hold.
#[inline]
fn mark(fails: &mut [u16], bit: u16, rows: impl Iterator<Item = usize>, holds: impl Fn(usize) -> bool) {
    for (fails, at) in fails.iter_mut().zip(rows) {
        *fails |= if holds(at) { 0 } else { bit };
    }
}

/// Picks the rows that fail exactly the `wanted` bits. Every row is written, and the position advances only for picked
/// rows: an unpredictable branch would be ten times as slow.
fn pick(picked: &mut Vec<u32>, fails: &[u16], wanted: u16, rows: impl Iterator<Item = usize>) {
    picked.clear();
    picked.resize(fails.len(), 0);
    let mut count = 0;
    for (&fails, at) in fails.iter().zip(rows) {
        picked[count] = at as u32;
        count += usize::from(fails == wanted);
    }
    picked.truncate(count);
}
