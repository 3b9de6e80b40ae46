//! Builds a catalog release by release and publishes ever longer ones.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::chunk::{Addition, OpenChunk};
use super::facet::dedup;
use super::repeat::{MERGED, Names, Naming};
use super::story::{Stories, Traits};
use super::{Catalog, Days, Facet, NONE, Reprint, SpellingId, ValueId, order};
use crate::release::{Cause, Identity, Problem, Release};
use crate::text::{Clean, CleanBuf, grouped};

/// Releases in the first chunk: a screenful and more, after about a millisecond.
const FIRST_CHUNK: usize = 512;
/// Releases in each later chunk.
const CHUNK: usize = 16_384;
/// A chunk is closed at this many bytes of text, whatever its count, so that positions fit 32 bits.
const CHUNK_BYTES: usize = 256 << 20;

/// Collects releases into the open chunk; [`Builder::publish`] closes it.
#[derive(Debug, Default)]
pub struct Builder {
    catalog: Catalog,
    open: OpenChunk,
    names: Names,
    /// Stories of several sources; `None` where each source keeps its own.
    stories: Option<Stories>,
    /// Items of the present source that were added to stories.
    merged: Vec<Arc<Reprint>>,
    /// Reprints that wait for the next publication: number of the story, and what is added.
    reprints: Vec<(u32, Addition)>,
    source: ValueId,
    sources: usize,
    /// Whether releases come from all sources in turn, each with a name that its source has once.
    is_mixed: bool,
    values: [Vec<ValueId>; Facet::COUNT],
    spellings: [Vec<SpellingId>; Facet::COUNT],
    day_counts: FxHashMap<i32, u32>,
}

impl Builder {
    /// An empty one, in which every source keeps its own.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty one for several sources, which shows a story that they share once.
    #[must_use]
    pub fn merging() -> Self {
        Self { stories: Some(Stories::default()), ..Self::default() }
    }

    /// Values keep the numbers that they have in `catalog`.
    #[must_use]
    pub fn numbered_as(mut self, catalog: &Catalog) -> Self {
        self.catalog.values = catalog.values.each_ref().map(|values| Arc::new(values.emptied()));
        self
    }

    /// From here on releases come from the source of this name.
    pub fn source(&mut self, name: Clean<'_>) {
        self.source = Arc::make_mut(&mut self.catalog.values[Facet::Source as usize]).intern_apart(name);
        self.sources += 1;
        self.is_mixed = false;
        let first = self.len() as u32;
        self.names.begin(first);
        self.merged.clear();
        if let Some(stories) = &mut self.stories {
            stories.begin(first);
        }
        if self.sources > 1 {
            self.catalog.title = CleanBuf::line(&format!("{} feeds", grouped(self.sources)));
        }
    }

    /// What the present source is known by, whatever it is called.
    pub fn key(&mut self, key: Clean<'_>) {
        let keys = Arc::make_mut(&mut self.catalog.keys);
        let at = self.source as usize;
        if keys.len() <= at {
            keys.resize(at + 1, CleanBuf::default());
        }
        keys[at] = key.to_buf();
    }

    /// The number of the present source.
    #[must_use]
    pub fn present_source(&self) -> ValueId {
        self.source
    }

    /// From here on releases come from several sources in turn, all of which have begun: see [`Builder::push_of`].
    pub fn mix(&mut self, title: Clean<'_>) {
        self.is_mixed = true;
        self.catalog.title = title.to_buf();
        if let Some(stories) = &mut self.stories {
            stories.mix();
        }
    }

    /// Appends a release of one of the sources. No two of one source may have the same name.
    pub fn push_of(&mut self, source: ValueId, release: &Release) {
        self.source = source;
        if !self.merge(release, release.id.as_clean()) {
            self.append(release, release.id.as_clean());
        }
    }

    /// The feed's own title: it names the catalog as long as there is one source.
    pub fn title(&mut self, title: Clean<'_>) {
        if self.sources <= 1 {
            self.catalog.title = title.to_buf();
        }
    }

    /// How many releases there are, published or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.catalog.len() + self.open.len()
    }

    /// The source is read: what only telling its items apart needed is given back.
    pub fn end_source(&mut self) {
        self.names = Names::default();
        self.merged = Vec::new();
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many releases, or sources of them, wait to be published.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.len() - self.catalog.order.len() + self.reprints.len()
    }

    /// Appends a release, item `item` of its source. What was left out, or told apart by another name, is told.
    pub fn push(&mut self, item: u64, release: &Release) -> Vec<Problem> {
        let mut problems = Vec::new();
        let Self { catalog, open, merged, names, .. } = self;
        let named = names.name(release.into(), |number| identity(catalog, open, merged, number));
        let mut problem = |cause, reason: String| {
            let source = self.catalog.values(Facet::Source).label(self.source).to_buf();
            problems.push(Problem { source, item: Some(item), byte: None, cause, reason: CleanBuf::line(&reason) });
        };
        let told = || match release.id.as_str() {
            "" => "link and title".to_owned(),
            id => format!("id “{id}”"),
        };
        let second = match named {
            Naming::Own => None,
            Naming::Repeated => {
                problem(Cause::Repeated, format!("repeats the {} of an earlier item, which is kept", told()));
                return problems;
            }
            Naming::Second(name) => {
                if !release.id.is_empty() {
                    let what = format!("has the {} of an earlier item and another link; it goes by “{name}”", told());
                    problem(Cause::Renamed, what);
                }
                Some(name)
            }
        };
        let id = second.as_ref().unwrap_or(&release.id).as_clean();
        if !self.merge(release, id) {
            self.append(release, id);
        }
        problems
    }

    /// Adds a release to the story that it belongs to; whether there is one.
    fn merge(&mut self, release: &Release, id: Clean<'_>) -> bool {
        let next = self.len() as u32;
        let Some(stories) = &mut self.stories else { return false };
        let traits = Traits::of(release);
        let Some(story) = stories.find(traits, self.source) else {
            stories.add(traits, next, self.source);
            return false;
        };
        stories.add(traits, story, self.source);
        self.intern(release);
        let topics = self.names(Facet::Topic).collect();
        let place = self.names(Facet::Place).next().unwrap_or((NONE, NONE));
        let release = Release { id: id.to_buf(), ..release.clone() };
        let reprint = Arc::new(Reprint { source: self.source, release });
        if !self.is_mixed {
            self.merged.push(Arc::clone(&reprint));
            self.names.merge_last();
        }
        self.reprints.push((story, Addition { reprint, topics, place }));
        true
    }

    /// Gives the values of a release their numbers.
    fn intern(&mut self, release: &Release) {
        let year = release.date.map_or_else(CleanBuf::default, |date| CleanBuf::line(&date.year().to_string()));
        for facet in Facet::ALL {
            self.values[facet as usize].clear();
            self.spellings[facet as usize].clear();
        }
        for topic in &release.topics {
            self.value(Facet::Topic, topic.as_clean());
        }
        dedup(&mut self.values[Facet::Topic as usize], |id| *id);
        dedup(&mut self.spellings[Facet::Topic as usize], |id| *id);
        self.value(Facet::Place, release.place.as_clean());
        self.value(Facet::Year, year.as_clean());
    }

    fn append(&mut self, release: &Release, id: Clean<'_>) {
        self.intern(release);
        self.values[Facet::Source as usize].push(self.source);
        self.spellings[Facet::Source as usize].push(self.source);
        for facet in Facet::ALL {
            if self.values[facet as usize].is_empty() {
                self.values[facet as usize].push(NONE);
                self.spellings[facet as usize].push(NONE);
            }
            let values = Arc::make_mut(&mut self.catalog.values[facet as usize]);
            for &id in &self.values[facet as usize] {
                values.count(id);
            }
            for &spelling in &self.spellings[facet as usize] {
                values.count_spelling(spelling);
            }
        }
        if let Some(date) = release.date {
            *self.day_counts.entry(date.days_since_epoch()).or_default() += 1;
        }
        self.open.push(release, id, &self.values, &self.spellings);
        let limit = if self.catalog.chunks.is_empty() { FIRST_CHUNK } else { CHUNK };
        if self.open.len() >= limit || self.open.bytes() >= CHUNK_BYTES {
            self.close();
        }
    }

    fn value(&mut self, facet: Facet, label: Clean<'_>) {
        let (id, spelling) = Arc::make_mut(&mut self.catalog.values[facet as usize]).intern(label);
        if id != NONE {
            self.values[facet as usize].push(id);
            self.spellings[facet as usize].push(spelling);
        }
    }

    /// The values of the release at hand, and how it spells them.
    fn names(&self, facet: Facet) -> impl Iterator<Item = (ValueId, SpellingId)> {
        let values = self.catalog.values(facet);
        self.spellings[facet as usize].iter().map(|&spelling| (values.value_of(spelling), spelling))
    }

    /// Moves the open chunk into the catalog; its order is merged at the next publication.
    fn close(&mut self) {
        if self.open.len() == 0 {
            return;
        }
        let chunk = std::mem::take(&mut self.open).close();
        if self.catalog.starts.is_empty() {
            self.catalog.starts.push(0);
        }
        self.catalog.starts.push((self.catalog.len() + chunk.len()) as u32);
        self.catalog.chunks.push(Arc::new(chunk));
    }

    /// Adds the reprints that wait, chunk by chunk.
    fn add_reprints(&mut self) {
        let Catalog { chunks, starts, values, .. } = &mut self.catalog;
        let mut waiting = std::mem::take(&mut self.reprints);
        waiting.sort_by_key(|(story, _)| *story);
        for (chunk, bounds) in chunks.iter_mut().zip(starts.windows(2)) {
            let after = waiting.partition_point(|(story, _)| *story < bounds[1]);
            let here: Vec<_> = waiting.drain(..after).map(|(story, more)| (story - bounds[0], more)).collect();
            if !here.is_empty() {
                Arc::make_mut(chunk).add_reprints(here, values);
            }
        }
    }

    fn days(&self) -> Days {
        let all = || self.day_counts.keys().copied();
        let Some((first, last)) = all().min().zip(all().max()) else { return Days::default() };
        let mut days = Days::between(first, last);
        self.day_counts.iter().for_each(|(&day, &count)| days.add(day, count));
        days
    }

    /// A catalog of all releases so far; the builder goes on from there.
    pub fn publish(&mut self) -> Arc<Catalog> {
        self.close();
        self.add_reprints();
        let catalog = &self.catalog;
        let mut fresh: Vec<u32> = (catalog.order.len() as u32..catalog.len() as u32).collect();
        if !fresh.is_empty() {
            fresh.sort_by_cached_key(|&index| catalog.key(index));
            let merged = order::merge(&catalog.order, &fresh, |index| catalog.key(index));
            self.catalog.order = merged.into();
            self.catalog.days = Arc::new(self.days());
        }
        Arc::new(self.catalog.clone())
    }
}

/// What tells release `number` from the others; numbers from [`MERGED`] on are those that are in a story.
fn identity<'a>(catalog: &'a Catalog, open: &'a OpenChunk, merged: &'a [Arc<Reprint>], number: u32) -> Identity<'a> {
    match number.checked_sub(MERGED) {
        Some(at) => (&merged[at as usize].release).into(),
        None => match catalog.release(number) {
            Some(release) => release.identity(),
            None => open.identity(number as usize - catalog.len()),
        },
    }
}
