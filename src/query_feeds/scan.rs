//! Reads the library from the newest release on, and tests a part at a time.

use std::ops::ControlFlow;
use std::sync::Arc;

use chrono::NaiveDate;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Matching;
use crate::catalog::{ReleaseIndex, Set};
use crate::library::{FeedMarks, Flags, Library, LibraryError, ReleaseKey, SourceId, Stored, Subscription};
use crate::query::{Context, Patient, Query, Request, Searcher, Sort, Status, TopicDefinitions};
use crate::release::Release;
use crate::text::CleanBuf;
use crate::watches::few::{Few, values};
use crate::watches::stories::StoredStories;
use crate::watches::with_topics;

/// How many releases are tested at a time.
#[cfg(not(test))]
const AT_ONCE: usize = 8_192;
#[cfg(test)]
const AT_ONCE: usize = 8;

/// What the library knows about the releases of a subscription, as far as the query needs it.
#[derive(Debug, Default)]
struct Known {
    marks: FeedMarks,
    changed: FxHashMap<u64, i64>,
    pages: FxHashSet<u64>,
}

/// The search for the newest releases that match a query.
pub(super) struct Scan<'a> {
    library: &'a Library,
    query: &'a Query,
    today: NaiveDate,
    sources: Vec<Subscription>,
    places: FxHashMap<SourceId, usize>,
    /// Releases that have the values that the query names.
    values: Vec<Release>,
    /// The stories that the query names.
    stories_named: StoredStories,
    definitions: TopicDefinitions,
    /// Whether the query tests marks, or earlier versions.
    needs_marks: bool,
    needs_versions: bool,
    has_pages: bool,
    known: FxHashMap<SourceId, Known>,
    /// What matched so far, and the number of stories in it.
    found: Vec<(ReleaseKey, Release)>,
    stories: usize,
}

impl<'a> Scan<'a> {
    /// Prepares to search a library.
    pub fn new(library: &'a Library, query: &'a Query, today: NaiveDate) -> Result<Self, LibraryError> {
        let definitions = library.own_topics()?;
        let statuses: Vec<Status> = with_topics(query, &definitions).flat_map(Query::statuses).collect();
        let sources = library.sources_and_removed()?;
        Ok(Self {
            library,
            query,
            today,
            places: sources.iter().enumerate().map(|(place, source)| (source.id, place)).collect(),
            sources,
            values: values(library, with_topics(query, &definitions))?,
            stories_named: StoredStories::of(library, with_topics(query, &definitions))?,
            definitions,
            needs_marks: statuses.iter().any(|status| *status != Status::Changed),
            needs_versions: statuses.contains(&Status::Changed) && library.has_versions()?,
            has_pages: library.has_pages()?,
            known: FxHashMap::default(),
            found: Vec::new(),
            stories: 0,
        })
    }

    /// Finds the newest releases, at most `most`. The catalog gets this title.
    pub fn run(mut self, title: &CleanBuf, most: usize) -> Result<Matching, LibraryError> {
        let (mut part, mut failure) = (Vec::with_capacity(AT_ONCE.min(most)), None);
        let library = self.library;
        library.stream(&mut |Stored { source, number, release }| {
            part.push(((source, number), release.clone()));
            if part.len() < AT_ONCE {
                return ControlFlow::Continue(());
            }
            failure = self.test(std::mem::take(&mut part), most).err();
            if failure.is_some() || self.stories >= most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if let Some(error) = failure {
            return Err(error);
        }
        if self.stories < most {
            self.test(part, most)?;
        }
        let mut few = Few::of(&self.sources, title);
        for (key, release) in self.found {
            few.add(key, release);
        }
        let (catalog, keys) = few.publish();
        let releases: Vec<ReleaseIndex> = catalog.order().iter().copied().take(most).collect();
        let mut arrived = FxHashMap::default();
        for &index in &releases {
            if catalog.release(index).is_some_and(|release| release.date().is_none()) {
                let copies = keys.get(&index).into_iter().flatten();
                let times = copies.map(|&key| library.first_seen(key)).collect::<Result<Vec<_>, _>>()?;
                arrived.extend(times.into_iter().flatten().min().map(|time| (index, time)));
            }
        }
        Ok(Matching { catalog, releases, arrived })
    }

    /// Tests a part of the library and adds what matches.
    fn test(&mut self, part: Vec<(ReleaseKey, Release)>, most: usize) -> Result<(), LibraryError> {
        let mut few = Few::of(&self.sources, &CleanBuf::default());
        few.know(&self.values);
        let mut shown: FxHashMap<ReleaseKey, Release> = FxHashMap::default();
        for (key, mut release) in part {
            let Some(&place) = self.places.get(&key.0) else { continue };
            self.know(place)?;
            let (source, known) = (&self.sources[place], &self.known[&key.0]);
            let is_starred = known.marks.get(&key.1).is_some_and(|flags| flags.has(Flags::STARRED));
            if source.removed.is_some() && !is_starred {
                continue;
            }
            if known.pages.contains(&key.1)
                && let Some((page, fetched)) = self.library.page(source.key.as_str(), key.1)?
            {
                release.take_page(page, fetched);
            }
            few.add(key, release.clone());
            shown.insert(key, release);
        }
        let (catalog, keys) = few.publish();
        let context = self.context(&keys);
        let query = self.query.clone();
        let request = Request { catalog, query, counted: None, context, sort: Sort::Newest };
        let hits = Searcher::default().search(&request, &mut Patient).unwrap_or_default();
        let found = hits.order.iter().filter_map(|index| keys.get(index)).filter(|copies| !copies.is_empty());
        for copies in found.take(most - self.stories) {
            self.stories += 1;
            self.found.extend(copies.iter().filter_map(|key| Some((*key, shown.remove(key)?))));
        }
        Ok(())
    }

    /// Reads what the query needs to know about the releases of a subscription.
    fn know(&mut self, place: usize) -> Result<(), LibraryError> {
        let source = &self.sources[place];
        if self.known.contains_key(&source.id) {
            return Ok(());
        }
        let (library, feed) = (self.library, source.key.as_str());
        let mut known = Known::default();
        if self.needs_marks || source.removed.is_some() {
            known.marks = library.marks_of(feed)?;
        }
        if self.needs_versions {
            known.changed = library.changed_of(feed)?;
        }
        if self.has_pages {
            known.pages = library.pages_of(feed)?;
        }
        self.known.insert(source.id, known);
        Ok(())
    }

    /// The marks of the releases of a part.
    fn context(&self, keys: &FxHashMap<ReleaseIndex, Vec<ReleaseKey>>) -> Context {
        let (mut read, mut starred, mut changed) = (Set::default(), Set::default(), Set::default());
        if self.needs_marks || self.needs_versions {
            for (&index, copies) in keys {
                let known = || copies.iter().filter_map(|(source, number)| Some((self.known.get(source)?, number)));
                let flags = known().filter_map(|(known, number)| known.marks.get(number).copied());
                let flags = flags.fold(Flags::default(), Flags::and);
                read.set(index, flags.has(Flags::READ));
                starred.set(index, flags.has(Flags::STARRED));
                changed.set(index, known().any(|(known, number)| known.changed.contains_key(number)));
            }
        }
        let [read, starred, changed] = [read, starred, changed].map(Arc::new);
        let stories = self.stories_named.among(keys);
        let definitions = self.definitions.clone();
        Context { today: self.today, read, starred, changed, stories, definitions, ..Context::default() }
    }
}
