//! Typical words: the phrases of one to three words that distinguish some releases from others.
//!
//! Phrases are taken from the title and the beginning of the summary. Their score is the log-likelihood ratio of how
//! many of the releases contain a phrase, against the others (T. Dunning 1993, "Accurate methods for the statistics of
//! surprise and coincidence"), times a little more for each further word. A [`Archive`] holds the words of a sample of the
//! catalog, so that a list needs no pass over all texts to find its phrases; only the counts of the chosen phrases, which
//! are exact, take one. A sample is chosen by the names of the releases, so that neither the order in which feeds are
//! loaded nor the number of threads changes a list.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "numbers of releases are small and not negative"
)]

mod archive;
mod candidates;
mod contacts;
mod count;
mod finder;
mod function_words;
mod korean;
mod languages;
mod numbers;
mod own_words;
mod packed;
mod passes;
mod phrases;
mod redundant;
mod sketch;
mod spelling;
mod texts;
mod tidy;
mod tokens;
mod whole;

use std::sync::Arc;

use chrono::NaiveDate;

pub use archive::{Archive, SampleSizes};
use candidates::Candidate;
use own_words::OwnWords;
pub use passes::IsCancelled;

use crate::catalog::{Catalog, ReleaseIndex, Set};
use crate::query::{Expr, Period, Query, Span, Term, bin_size, since_epoch};
use crate::text::CleanBuf;

/// With fewer of the other releases in the sample of the catalog than this, further ones are read.
const FEW: usize = 1_500;
/// Without a query, so many days are described: fewer where too few releases are older.
const PERIODS: [i32; 3] = [30, 7, 1];
/// The part of the releases that must be outside the period: 1/OLDER.
const OLDER: usize = 4;
/// How many phrases are counted beside those that are asked for: some turn out to mean the same.
const SPARE: usize = 4;

/// A phrase that distinguishes some releases from others.
#[derive(Debug, Clone, PartialEq)]
pub struct TypicalWord {
    /// The phrase, with the case that is most common in the archive.
    pub phrase: CleanBuf,
    /// The number of the hits that contain it, as `word:` counts them.
    pub hits: usize,
    /// The number of all releases that contain it; that of the hits if the request asks for no more.
    pub archive: usize,
    /// How much it distinguishes the hits.
    pub score: f64,
}

/// The phrases that distinguish some releases from others, the best first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TypicalWords {
    /// The phrases.
    pub words: Vec<TypicalWord>,
    /// The number of hits that were read for phrases, if not all were.
    pub sampled: Option<usize>,
}

/// The releases to compare with.
#[derive(Debug, Clone, Copy)]
pub enum Against<'a> {
    /// All other releases.
    Archive,
    /// These releases.
    Releases(&'a [ReleaseIndex]),
}

/// A request for typical words.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The catalog.
    pub catalog: &'a Arc<Catalog>,
    /// What is known of the catalog.
    pub archive: &'a Archive,
    /// The releases to describe, in any order.
    pub hits: &'a [ReleaseIndex],
    /// The releases to compare them with.
    pub against: Against<'a>,
    /// The query that found the hits. Phrases made only of its words are left out.
    pub query: &'a Query,
    /// The maximum number of phrases.
    pub top: usize,
    /// Whether all releases that contain a phrase are counted. Reading the hits alone is faster.
    pub counts_all: bool,
}

/// Returns the typical words; `None` if cancelled.
pub fn typical(request: &Request<'_>, is_cancelled: IsCancelled<'_>) -> Option<TypicalWords> {
    let Request { catalog, archive, hits, against, query, top, counts_all } = *request;
    let read = archive.sample(catalog, hits, archive.sizes().hits, is_cancelled)?;
    let sampled = Some(read.len()).filter(|&read| read < hits.len());
    let is_hit: Set = hits.iter().copied().collect();
    let others = match against {
        Against::Archive => others(request, &is_hit, is_cancelled)?,
        Against::Releases(releases) => {
            let releases: Vec<ReleaseIndex> = releases.iter().copied().filter(|&other| !is_hit.has(other)).collect();
            archive.sample(catalog, &releases, archive.sizes().others, is_cancelled)?
        }
    };
    if read.is_empty() || others.is_empty() {
        return Some(TypicalWords { words: Vec::new(), sampled });
    }
    let own_words = OwnWords::of(query);
    let found = candidates::best(archive, &read, &others, is_cancelled);
    if is_cancelled() {
        return None;
    }
    let mut found = candidates::spelled(found, archive, catalog, |phrase| !own_words.covers(phrase));
    whole::prefer_whole(&mut found, &read, is_cancelled);
    let chosen = redundant::without_repetitions(found, &read, top.saturating_add(SPARE), is_cancelled);
    if is_cancelled() {
        return None;
    }
    let phrases: Vec<&str> = chosen.iter().map(|candidate| candidate.phrase.as_str()).collect();
    let counts = count::count(catalog, archive, &phrases, (&is_hit, counts_all), is_cancelled)?;
    let mut words: Vec<(Candidate, count::Count)> = chosen.into_iter().zip(counts).collect();
    redundant::drop_equal(&mut words);
    let words = words.into_iter().map(|(candidate, count)| TypicalWord {
        phrase: spelling::commonest(catalog, &candidate.phrase, &count.examples()),
        hits: count.hits.len(),
        archive: count.archive,
        score: candidate.score,
    });
    let words = words.filter(|word| !candidates::is_described(word.phrase.as_str())).take(top);
    Some(TypicalWords { words: words.collect(), sampled })
}

/// Returns the number of days to describe without a query: the most that leave a quarter of `all` releases to compare
/// with. `within` counts the releases of the last days.
pub fn period(all: usize, within: impl Fn(i32) -> usize) -> i32 {
    let leaves_enough = |days: &i32| within(*days) + all / OLDER <= all;
    PERIODS.into_iter().find(leaves_enough).unwrap_or(PERIODS[0])
}

/// Returns a query for the last days with releases: those up to the newest release that is not after today. `None` if no
/// release has such a date.
#[must_use]
pub fn recent(catalog: &Catalog, today: NaiveDate) -> Option<Query> {
    let days = catalog.day_totals();
    let counts = (days.first..).zip(&days.counts);
    let past = counts.take_while(|(day, _)| *day <= since_epoch(today));
    let (newest, _) = past.filter(|(_, count)| **count > 0).last()?;
    let day = |day| Period::Day(bin_size::date(day));
    let within = |length: i32| -> usize {
        let counts = (days.first..)
            .zip(&days.counts)
            .filter(|(day, _)| (newest.saturating_sub(length - 1)..=newest).contains(day));
        counts.map(|(_, &count)| count as usize).sum()
    };
    let first = newest.saturating_sub(period(catalog.len(), within) - 1);
    let span = Span::between(day(first), day(newest));
    Some(Query { clauses: vec![Expr::Term(Term::Date(vec![span]))] })
}

/// Returns the releases from before the first of some releases; `None` if none of these has a date.
#[must_use]
pub fn before(catalog: &Catalog, releases: &[ReleaseIndex]) -> Option<Arc<[ReleaseIndex]>> {
    let first = releases.iter().filter_map(|&release| catalog.release(release)?.date()).min()?.days_since_epoch();
    let rows = catalog.chunks().flat_map(|(start, chunk)| {
        let is_before = move |row: &usize| chunk.day(*row).is_some_and(|day| day < first);
        (0..chunk.len()).filter(is_before).map(move |row| ReleaseIndex::at(start + row))
    });
    Some(rows.collect())
}

/// Returns a sample of the releases that are no hits.
fn others<'a>(request: &Request<'a>, is_hit: &Set, is_cancelled: IsCancelled<'_>) -> Option<texts::Sample<'a>> {
    let sampled = request.archive.all().without(is_hit);
    let count = request.catalog.len() - is_hit.len();
    if sampled.len() >= FEW.min(count) {
        return Some(sampled);
    }
    let others: Vec<ReleaseIndex> = request.catalog.indices().filter(|&release| !is_hit.has(release)).collect();
    request.archive.sample(request.catalog, &others, request.archive.sizes().others, is_cancelled)
}

#[cfg(test)]
mod tests;
