//! Judging what is new for watched queries and for rules on arrival.
//!
//! After each sync, [`judge`] tests the releases that have arrived since the last time against each watched query and
//! each query with a rule, and the library stores what matches and does what the rules say; see [`crate::library::Library::judge`]. The cost is in proportion to what arrived,
//! except for queries that name a topic, place or label, for which the library is read until the values are found, and
//! for those that name a story, for which it is read whole.

pub(crate) mod few;
pub(crate) mod stories;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::NaiveDate;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::catalog::{Catalog, ReleaseIndex, Set};
use crate::library::{Arrival, Flags, Library, LibraryError, ReleaseKey, RuleApplied, Unjudged, Verdict, WatchId};
use crate::query::{Context, Patient, Query, Request, Searcher, Sort, TopicDefinitions, parse};
use crate::text::CleanBuf;
use few::Few;
use stories::StoredStories;

/// How many arrivals are judged at a time.
const AT_ONCE: usize = 10_000;

/// What a watch found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchNews {
    /// The name of the query.
    pub name: CleanBuf,
    /// The number of new releases.
    pub count: usize,
}

impl std::fmt::Display for WatchNews {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} new for {}", crate::text::grouped(self.count), self.name)
    }
}

/// What came of the arrivals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judged {
    /// What each watch found, in the order of the saved queries.
    pub news: Vec<WatchNews>,
    /// What the rules did.
    pub applied: Vec<RuleApplied>,
}

/// What is new for some watches, as a catalog.
#[derive(Debug)]
pub struct NewReleases {
    /// The new releases.
    pub catalog: Arc<Catalog>,
    /// What each watch found: the release, and its place in the catalog.
    pub found: Vec<(WatchId, ReleaseKey, ReleaseIndex)>,
}

impl NewReleases {
    /// All new releases, newest first.
    #[must_use]
    pub fn all(&self) -> Vec<ReleaseIndex> {
        self.catalog.order().to_vec()
    }

    /// What is new for a watch, newest first.
    #[must_use]
    pub fn of(&self, watch: WatchId) -> Vec<ReleaseIndex> {
        let found = self.found.iter().filter(|(by, ..)| *by == watch);
        let found: FxHashSet<ReleaseIndex> = found.map(|(.., index)| *index).collect();
        self.catalog.order().iter().copied().filter(|index| found.contains(index)).collect()
    }

    /// What was found by which watch.
    #[must_use]
    pub fn keys(&self) -> Vec<(WatchId, ReleaseKey)> {
        self.found.iter().map(|(watch, key, _)| (*watch, *key)).collect()
    }
}

/// Judges all arrivals.
///
/// # Errors
/// When the library cannot be read or written. What was judged before stays.
pub fn judge(library: &mut Library, today: NaiveDate) -> Result<Judged, LibraryError> {
    let mut counts: Vec<(WatchId, WatchNews)> = Vec::new();
    let mut applied = Vec::new();
    if library.read_only().is_some() {
        return Ok(Judged::default());
    }
    while let Some(unjudged) = library.unjudged(AT_ONCE)? {
        let verdict = verdict(library, &unjudged, today)?;
        // If another process was faster, the next round judges what it left.
        if let Some(done) = library.judge(&unjudged, &verdict)? {
            applied.extend(done);
            for watch in unjudged.watches.iter().filter(|watch| watch.actions.is_none()) {
                let count = verdict.news.iter().filter(|(found_by, ..)| *found_by == watch.id).count();
                match counts.iter_mut().find(|(id, _)| *id == watch.id) {
                    Some((_, news)) => news.count += count,
                    None => counts.push((watch.id, WatchNews { name: CleanBuf::line(&watch.name), count })),
                }
            }
        }
    }
    let news = counts.into_iter().map(|(_, news)| news).filter(|news| news.count > 0).collect();
    Ok(Judged { news, applied })
}

/// Reads what is new for watches.
///
/// # Errors
/// When the library cannot be read.
pub fn new_releases(library: &Library, watches: &[WatchId], title: &CleanBuf) -> Result<NewReleases, LibraryError> {
    let mut few = Few::new(library, title)?;
    let mut found = Vec::new();
    for &watch in watches {
        for (key, mut release) in library.news_of(watch)? {
            found.push((watch, key));
            if let Some((page, fetched)) = few.feed(key).map_or(Ok(None), |feed| library.page(feed, key.1))? {
                release.take_page(page, fetched);
            }
            few.add(key, release);
        }
    }
    let (catalog, keys) = few.publish();
    let at: FxHashMap<ReleaseKey, ReleaseIndex> =
        keys.into_iter().flat_map(|(index, keys)| keys.into_iter().map(move |key| (key, index))).collect();
    let found = found.into_iter().filter_map(|(watch, key)| Some((watch, key, *at.get(&key)?)));
    Ok(NewReleases { found: found.collect(), catalog })
}

/// Finds which watches and rules the arrivals are for.
fn verdict(library: &Library, unjudged: &Unjudged, today: NaiveDate) -> Result<Verdict, LibraryError> {
    let Unjudged { watches, arrivals, remembered, found, .. } = unjudged;
    // A query that this version cannot read finds nothing.
    let queries: Vec<(&crate::library::Watch, Query)> =
        watches.iter().filter_map(|watch| Some((watch, parse(&watch.query).ok()?))).collect();
    let mut few = Few::new(library, &CleanBuf::default())?;
    let arrived: FxHashMap<ReleaseKey, &Arrival> = arrivals.iter().map(|arrival| (arrival.key, arrival)).collect();
    for Arrival { key, release, .. } in arrivals {
        few.add(*key, release.clone());
    }
    // What arrived again is known already.
    for (key, release) in remembered {
        few.add(*key, release.clone());
    }
    let definitions = library.own_topics()?;
    let evaluated = || queries.iter().flat_map(|(_, query)| with_topics(query, &definitions));
    few.complete(library, evaluated())?;
    let (catalog, keys) = few.publish();
    let stories = StoredStories::of(library, evaluated())?.among(&keys);
    let context = Context { stories, definitions: definitions.clone(), ..context(&keys, &arrived, today) };
    let found: FxHashSet<&(WatchId, ReleaseKey)> = found.iter().collect();
    let (mut verdict, mut searcher) = (Verdict::default(), Searcher::default());
    for (watch, query) in queries {
        let (catalog, context) = (Arc::clone(&catalog), context.clone());
        let request = Request { catalog, query, counted: None, context, sort: Sort::Newest };
        let hits = searcher.search(&request, &mut Patient).unwrap_or_default();
        for index in hits.order.iter() {
            let copies = keys.get(index).map_or(&[][..], Vec::as_slice);
            let new = copies.iter().filter_map(|key| arrived.get(key)).filter(|arrival| arrival.seq > watch.judged);
            if watch.actions.is_some() {
                // A rule is for each release, also for a copy of one that it has seen.
                let unknown = new.filter(|arrival| !found.contains(&(watch.id, arrival.key)));
                verdict.news.extend(unknown.map(|arrival| (watch.id, arrival.seq, arrival.key)));
                continue;
            }
            if copies.iter().any(|key| found.contains(&(watch.id, *key))) {
                continue;
            }
            let first = new.min_by_key(|arrival| arrival.seq);
            verdict.news.extend(first.map(|arrival| (watch.id, arrival.seq, arrival.key)));
        }
    }
    Ok(verdict)
}

/// Returns a query and the definitions of the own topics that decide what it finds.
pub(crate) fn with_topics<'a>(query: &'a Query, topics: &'a TopicDefinitions) -> impl Iterator<Item = &'a Query> {
    std::iter::once(query).chain(topics.used_by(query).map(|definition| &definition.query))
}

/// The marks of the arrivals.
fn context(
    keys: &FxHashMap<ReleaseIndex, Vec<ReleaseKey>>,
    arrived: &FxHashMap<ReleaseKey, &Arrival>,
    today: NaiveDate,
) -> Context {
    let (mut read, mut starred) = (Set::default(), Set::default());
    for (&index, copies) in keys {
        let flags = copies.iter().filter_map(|key| arrived.get(key)).map(|arrival| arrival.flags);
        let flags = flags.fold(Flags::default(), Flags::and);
        read.set(index, flags.has(Flags::READ));
        starred.set(index, flags.has(Flags::STARRED));
    }
    Context { today, read: Arc::new(read), starred: Arc::new(starred), ..Context::default() }
}
