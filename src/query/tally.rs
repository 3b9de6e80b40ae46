//! Counts: which rows of a chunk are hits, and the number of hits for each value of each choice.
//!
//! Works column by column: first every choice marks the rows that fail it with its own bit, then every facet counts the
//! rows that fail nothing, and those that fail nothing but its own choice.

use std::sync::Arc;

use super::Context;
use super::ast::{Choice, Status};
use super::matcher::{CHOICES, Condition, Matcher};
use crate::catalog::{Catalog, Chunk, Days, Facet, NONE, OwnTopics, ReleaseIndex, ValueId};
use crate::text::CleanBuf;

/// The number of releases of each value, indexed by value.
pub type Counts = Vec<u32>;

/// The bit of rows that fail a condition other than a choice.
const OUT: u16 = 1 << 15;
const _: () = assert!(CHOICES <= 15, "a bit for each choice");

/// The result of a query. The counts of values and statuses are those of another query if the request has one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    /// The matching releases, in the requested order.
    pub order: Arc<[ReleaseIndex]>,
    /// The counts of each facet under all filters except the facet's own choice: first those of every feed, in order,
    /// then those that the request asks for.
    pub counts: Vec<(Facet, Counts)>,
    /// The user's own topics, if the request has their definitions.
    pub own_topics: OwnTopics,
    /// The number of releases of each of them, under all filters except the choice of topics.
    pub own_counts: Counts,
    /// The number of all, unread, starred and changed releases, under all filters except the status.
    pub statuses: [u32; 4],
    /// The number of releases on each day, under all filters except the choice of dates.
    pub days: Days,
    /// If nothing matches: the clause without which most releases would match, and their number.
    pub relaxed: Option<(usize, usize)>,
}

impl Hits {
    /// The count of a value; 0 in a facet that was not counted.
    #[must_use]
    pub fn count(&self, facet: Facet, id: ValueId) -> u32 {
        let counts = self.counts.iter().find(|(counted, _)| *counted == facet);
        counts.and_then(|(_, counts)| counts.get(id as usize)).copied().unwrap_or_default()
    }

    /// The count of one of the user's own topics, if it was counted.
    #[must_use]
    pub fn own_count(&self, name: &CleanBuf) -> Option<u32> {
        let at = self.own_topics.iter().position(|topic| topic.name == *name)?;
        self.own_counts.get(at).copied()
    }

    /// Whether the values of a facet were counted.
    #[must_use]
    pub fn has_counted(&self, facet: Facet) -> bool {
        self.counts.iter().any(|(counted, _)| *counted == facet)
    }

    /// The result of a query without clauses, without visiting any release.
    #[must_use]
    pub fn all(catalog: &Catalog, context: &Context) -> Self {
        let counts = counted(context).map(|facet| (facet, totals(catalog, facet))).collect();
        let all = catalog.len() as u32;
        Self {
            order: Arc::clone(catalog.order()),
            counts,
            own_counts: own_totals(&context.own_topics),
            own_topics: context.own_topics.clone(),
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

/// The facets to count, each once.
fn counted(context: &Context) -> impl Iterator<Item = Facet> + '_ {
    let custom = context
        .facets
        .iter()
        .enumerate()
        .filter(|(at, facet)| matches!(facet, Facet::Custom(_)) && !context.facets[..*at].contains(facet));
    Facet::BUILT_IN.into_iter().chain(custom.map(|(_, facet)| *facet))
}

/// The number of all releases of each value.
fn totals(catalog: &Catalog, facet: Facet) -> Counts {
    let values = catalog.values(facet);
    if matches!(facet, Facet::Custom(_)) && values.len() == 1 {
        // No release has a value, and perhaps no feed has the field.
        return vec![catalog.len() as u32];
    }
    values.ids().map(|id| values.total(id)).collect()
}

/// The number of all releases of each of the user's own topics.
fn own_totals(topics: &OwnTopics) -> Counts {
    topics.iter().map(|topic| topic.releases.len() as u32).collect()
}

/// The counts so far.
pub struct Tally<'a> {
    matcher: &'a Matcher,
    context: &'a Context,
    catalog: &'a Catalog,
    /// The indices of the hits, chunk by chunk.
    pub hits: Vec<ReleaseIndex>,
    groups: Vec<Group>,
    /// The number of releases of each own topic, and the bit of the choice of topics.
    own: (Counts, u16),
    /// The bit of the choice of a status; 0 without one.
    status_bit: u16,
    pub statuses: [u32; 4],
    pub days: Days,
    /// The only condition, if it is a choice of values: the counts of its facet are the totals of all releases.
    only: Option<Choice>,
    /// The bits of the conditions that each row of the chunk fails.
    fails: Vec<u16>,
    /// Rows picked from the chunk; kept to reuse the buffer.
    picked: Vec<u32>,
    /// A bit for each row of the chunk; kept to reuse the buffer.
    bits: Vec<u64>,
}

/// The counts of a facet.
struct Group {
    facet: Facet,
    counts: Counts,
    /// Of a facet that belongs to whole sources: the number of releases of each source, to be counted as values at the
    /// end.
    of_sources: Counts,
    /// The bit of its choice; 0 without one.
    bit: u16,
}

impl<'a> Tally<'a> {
    /// Starts with all counts zero.
    pub fn new(matcher: &'a Matcher, context: &'a Context, catalog: &'a Catalog) -> Self {
        let sources = catalog.values(Facet::Source).len();
        let bit = |choice| matcher.place(choice).map_or(0, |place| 1 << place);
        let group = |facet: Facet| Group {
            facet,
            counts: vec![0; catalog.values(facet).len()],
            of_sources: vec![0; if facet.is_of_source() { sources } else { 0 }],
            bit: bit(Choice::Facet(facet)),
        };
        Self {
            matcher,
            context,
            catalog,
            hits: Vec::new(),
            groups: counted(context).map(group).collect(),
            own: (vec![0; context.own_topics.iter().count()], bit(Choice::Facet(Facet::Topic))),
            status_bit: bit(Choice::Status),
            statuses: [0; 4],
            days: catalog.day_totals().cleared(),
            only: only_choice(matcher),
            fails: Vec::new(),
            picked: Vec::new(),
            bits: Vec::new(),
        }
    }

    /// Returns a tally of the same request with all counts zero.
    pub fn cleared(&self) -> Self {
        Self::new(self.matcher, self.context, self.catalog)
    }

    /// Adds the counts of other chunks, tallied for the same request, but not their hits.
    pub fn add_counts(&mut self, other: &Self) {
        for (group, other) in self.groups.iter_mut().zip(&other.groups) {
            add_all(&mut group.counts, &other.counts);
            add_all(&mut group.of_sources, &other.of_sources);
        }
        add_all(&mut self.own.0, &other.own.0);
        add_all(&mut self.statuses, &other.statuses);
        add_all(&mut self.days.counts, &other.days.counts);
    }

    /// Returns the counts without the hits.
    pub fn into_counts(self) -> Hits {
        let Self { groups, own: (mut own_counts, _), context, statuses, mut days, catalog, only, .. } = self;
        if only == Some(Choice::Facet(Facet::Topic)) {
            own_counts = own_totals(&context.own_topics);
        }
        if only == Some(Choice::Facet(Facet::Year)) {
            days = catalog.day_totals().clone();
        }
        let counts_of = |Group { facet, mut counts, of_sources, .. }| {
            if only == Some(Choice::Facet(facet)) {
                return (facet, totals(catalog, facet));
            }
            for (source, count) in (0..).zip(&of_sources) {
                catalog.origins().of(facet, source).iter().for_each(|&id| counts[id as usize] += count);
            }
            (facet, counts)
        };
        let (counts, own_topics) = (groups.into_iter().map(counts_of).collect(), context.own_topics.clone());
        Hits { counts, own_topics, own_counts, statuses, days, ..Hits::default() }
    }

    /// Counts `rows` of a chunk whose first release has index `start`; iterates once for each condition.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "an iterator is walked by value; a reference would be cloned too"
    )]
    pub fn chunk(&mut self, start: usize, chunk: &Chunk, rows: impl ExactSizeIterator<Item = usize> + Clone) {
        self.mark_failures(start, chunk, rows.clone());
        let mut picked = std::mem::take(&mut self.picked);
        // Every group counts the hits, and a group with a choice also the rows that fail only that choice.
        pick(&mut picked, &self.fails, 0, rows.clone());
        self.hits.extend(picked.iter().map(|&row| ReleaseIndex::at(start + row as usize)));
        self.count_statuses(start, &picked);
        for at in self.counted() {
            self.count(at, start, chunk, &picked);
        }
        if !self.own.0.is_empty() && self.only != Some(Choice::Facet(Facet::Topic)) {
            self.count_own(start, chunk, rows.clone());
        }
        if self.status_bit != 0 {
            pick(&mut picked, &self.fails, self.status_bit, rows.clone());
            self.count_statuses(start, &picked);
        }
        for at in self.counted() {
            let Group { facet, bit, counts, .. } = &mut self.groups[at];
            let (facet, bit) = (*facet, *bit);
            if bit == 0 {
                continue;
            }
            let single = Some(facet).filter(|&facet| facet != Facet::Year).and_then(|facet| chunk.single(facet));
            if let Some(column) = single {
                // A column with one value a row is counted in place: picking its rows first would double the cost.
                for (&fails, at) in self.fails.iter().zip(rows.clone()) {
                    counts[column[at] as usize] += u32::from(fails == bit);
                }
                continue;
            }
            pick(&mut picked, &self.fails, bit, rows.clone());
            self.count(at, start, chunk, &picked);
        }
        self.picked = picked;
    }

    /// The places of the groups that are counted release by release.
    fn counted(&self) -> impl Iterator<Item = usize> + use<> {
        let left_out = self.groups.iter().position(|group| self.only == Some(Choice::Facet(group.facet)));
        (0..self.groups.len()).filter(move |&at| Some(at) != left_out)
    }

    /// Sets the bits of the conditions that each row fails.
    #[expect(clippy::needless_pass_by_value, reason = "as above")]
    fn mark_failures(&mut self, start: usize, chunk: &Chunk, rows: impl ExactSizeIterator<Item = usize> + Clone) {
        self.fails.clear();
        self.fails.resize(rows.len(), 0);
        let Self { matcher, fails, context, .. } = self;
        let columns = matcher.columns.iter().map(|condition| (OUT, condition));
        let choices = (0..).zip(&matcher.choices).map(|(place, (_, condition))| (1 << place, condition));
        for (bit, condition) in columns.chain(choices) {
            let (condition, wanted) = match condition {
                Condition::Not(inner) => (&**inner, false),
                condition => (condition, true),
            };
            let index = |at| ReleaseIndex::at(start + at);
            let rows = rows.clone();
            match condition {
                Condition::Values(facet, set) if chunk.single(*facet).is_some() => {
                    let column = chunk.single(*facet).unwrap_or_default();
                    mark(fails, bit, rows, |at| set[column[at] as usize] == wanted);
                }
                Condition::In(set) => mark(fails, bit, rows, |at| set.has(index(at)) == wanted),
                Condition::Topics(set, own) if chunk.single(Facet::Topic).is_some() => {
                    let column = chunk.single(Facet::Topic).unwrap_or_default();
                    mark(fails, bit, rows, |at| (set[column[at] as usize] | own.has(index(at))) == wanted);
                }
                Condition::Custom(set) => mark(fails, bit, rows, |at| set.has(chunk, at, index(at)) == wanted),
                _ => mark(fails, bit, rows, |at| condition.holds(context, chunk, at, index(at)) == wanted),
            }
        }
    }

    fn count(&mut self, at: usize, start: usize, chunk: &Chunk, rows: &[u32]) {
        let Group { facet, counts, .. } = &mut self.groups[at];
        let facet = *facet;
        if facet == Facet::Year {
            for day in rows.iter().filter_map(|&row| chunk.day(row as usize)) {
                self.days.add(day, 1);
            }
        }
        if let Facet::Custom(name) = facet {
            self.catalog.custom_column(name, start, chunk).count(rows, counts);
        } else if facet.is_of_source() {
            self.count_origins(at, chunk, rows);
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

    /// Counts the values that belong to the sources of some rows.
    fn count_origins(&mut self, at: usize, chunk: &Chunk, rows: &[u32]) {
        let origins = self.catalog.origins();
        let Group { facet, counts, of_sources, .. } = &mut self.groups[at];
        let facet = *facet;
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

    /// Counts the own topics of the rows that fail nothing but the choice of topics.
    fn count_own(&mut self, start: usize, chunk: &Chunk, rows: impl Iterator<Item = usize>) {
        let Self { own: (counts, topic_bit), bits, .. } = self;
        // A word of bits holds the same releases as a word of a set.
        let first = start / 64;
        bits.clear();
        bits.resize((start + chunk.len()).div_ceil(64) - first, 0);
        for (&fails, at) in self.fails.iter().zip(rows) {
            let place = start + at - first * 64;
            bits[place / 64] |= u64::from(fails & !*topic_bit == 0) << (place % 64);
        }
        for (count, topic) in counts.iter_mut().zip(self.context.own_topics.iter()) {
            *count += topic.releases.count_among(first, bits) as u32;
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

fn add_all(counts: &mut [u32], more: &[u32]) {
    counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
}

/// Returns the choice of values without any other condition.
fn only_choice(matcher: &Matcher) -> Option<Choice> {
    let is_alone = matcher.text.is_empty() && matcher.columns.is_empty();
    match matcher.choices.as_slice() {
        &[(choice @ Choice::Facet(_), _)] if is_alone => Some(choice),
        _ => None,
    }
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
