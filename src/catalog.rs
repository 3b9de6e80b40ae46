//! The in-memory list of all releases: columns in immutable chunks, an order by date, and the values of each facet.
//!
//! A published catalog never changes; a loader publishes ever longer ones that share their chunks. Index `i` means the
//! same release in every later catalog of the same load; a later catalog may know more sources of it. An item that
//! repeats a release of its feed or duplicates one of another feed gets no index of its own: see `repeat` and `story`.
//! The rest of the program uses [`Catalog::release`] and never the columns.

mod bloom;
mod builder;
mod changes;
mod chunk;
mod column;
mod custom;
mod days;
mod facet;
mod index;
mod levels;
mod links;
mod order;
mod origin;
mod own_topic;
mod picture;
pub mod renumber;
mod repeat;
mod set;
mod story;
mod view;
mod with_new;

use std::ops::Range;
use std::sync::{Arc, LazyLock, OnceLock};

use rustc_hash::FxHashSet;

pub use builder::Builder;
pub use changes::Changes;
pub use chunk::{Chunk, Duplicate};
use custom::{Authors, CustomFacets};
pub use custom::{CustomColumn, CustomSet, MOST_VALUES};
pub use days::Days;
use facet::BUILT_IN;
pub use facet::{Facet, NONE, SpellingId, ValueId, Values};
pub use index::ReleaseIndex;
pub use links::LinkRef;
pub use origin::{Origins, folder_paths};
pub use own_topic::{OwnTopic, OwnTopics};
pub(crate) use repeat::{NameOutcome, Names};
pub use set::Set;
pub use story::Traits;
pub use view::ReleaseRef;

use crate::release::FieldName;
use crate::release::identity::page;
use crate::text::{Clean, CleanBuf};
use levels::Levels;

/// The values of a facet that a catalog does not have.
static NO_VALUES: LazyLock<Values> = LazyLock::new(Values::default);

/// All releases of the opened feeds.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    title: CleanBuf,
    chunks: Vec<Arc<Chunk>>,
    /// The index of the first release of each chunk, then the total.
    starts: Vec<u32>,
    order: Arc<[ReleaseIndex]>,
    values: [Arc<Values>; BUILT_IN],
    /// Custom fields.
    custom: Arc<CustomFacets>,
    /// The authors as a facet, once they have been asked for.
    authors: Arc<OnceLock<Authors>>,
    /// The keys of the sources, by source number.
    keys: Arc<Vec<CleanBuf>>,
    origins: Arc<Origins>,
    levels: Arc<Levels>,
    days: Arc<Days>,
    /// The user's own topics; none unless a copy was given them.
    own_topics: OwnTopics,
}

impl Catalog {
    /// The number of releases.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.last().map_or(0, |&end| end as usize)
    }

    /// Whether it has no releases.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The feed's title; may be empty.
    #[must_use]
    pub fn title(&self) -> Clean<'_> {
        self.title.as_clean()
    }

    /// All releases, newest first, undated last; equal dates in feed order.
    #[must_use]
    pub fn order(&self) -> &Arc<[ReleaseIndex]> {
        &self.order
    }

    /// The values of a facet.
    #[must_use]
    pub fn values(&self, facet: Facet) -> &Values {
        match facet {
            Facet::Custom(FieldName::AUTHOR) => &self.authors().values,
            Facet::Custom(name) => self.custom.facet(name).map_or(&*NO_VALUES, |(_, custom)| &*custom.values),
            _ => &self.values[facet.slot()],
        }
    }

    /// The facets that this catalog has beyond [`Facet::BUILT_IN`], with the number of releases that have a value: the
    /// fields of its feeds, in the order in which they were first read.
    pub fn custom_facets(&self) -> impl Iterator<Item = (Facet, u32)> {
        let facets = self.custom.all().iter().filter(|custom| custom.having() > 0);
        facets.map(|custom| (Facet::Custom(custom.name), custom.having()))
    }

    /// Returns why no clause for a field finds a release, in words; `None` if one may.
    #[must_use]
    pub fn no_facet(&self, name: FieldName) -> Option<String> {
        let is_known = if name == FieldName::AUTHOR { self.has_authors() } else { self.custom.place(name).is_some() };
        if !is_known {
            Some(format!("no release has a field “{}”", name.name()))
        } else if name != FieldName::AUTHOR && self.custom.facet(name).is_none() {
            Some(format!("the field “{}” has too many values to filter by", name.name()))
        } else {
            None
        }
    }

    /// Whether any release names its authors.
    #[must_use]
    pub fn has_authors(&self) -> bool {
        self.chunks.iter().any(|chunk| chunk.has_authors())
    }

    /// The authors as a facet. The first call takes time in proportion to the catalog.
    fn authors(&self) -> &Authors {
        self.authors.get_or_init(|| Authors::of(self))
    }

    /// Returns how to read the values of the releases of a chunk in a custom facet; `start` is the index of its first one.
    #[must_use]
    pub fn custom_column<'a>(&'a self, name: FieldName, start: usize, chunk: &'a Chunk) -> CustomColumn<'a> {
        if name == FieldName::AUTHOR {
            return CustomColumn::of_authors(self.authors(), start);
        }
        let facet = self.custom.facet(name);
        facet.map_or(CustomColumn::default(), |(place, custom)| {
            CustomColumn::of_codes(chunk.custom(place), &custom.values)
        })
    }

    /// The key of a source, under which marks are stored, independent of its name. Empty if it has none.
    #[must_use]
    pub fn source_key(&self, source: ValueId) -> Clean<'_> {
        self.keys.get(source as usize).map(CleanBuf::as_clean).unwrap_or_default()
    }

    /// The folders and accounts of the sources.
    #[must_use]
    pub fn origins(&self) -> &Origins {
        &self.origins
    }

    /// Returns the source with a key.
    #[must_use]
    pub fn source_of_key(&self, key: &str) -> Option<ValueId> {
        let at = self.keys.iter().position(|known| known.as_str() == key).filter(|_| !key.is_empty())?;
        ValueId::try_from(at).ok()
    }

    /// Iterates over releases with reprints: once for each reprint, with the index of the release.
    pub fn reprints(&self) -> impl Iterator<Item = (ReleaseIndex, &Duplicate)> {
        self.chunks().flat_map(|(start, chunk)| {
            chunk.all_reprints().iter().map(move |(row, reprint)| (ReleaseIndex::at(start + *row as usize), &**reprint))
        })
    }

    /// Iterates over the chunks, with the index of their first release.
    pub fn chunks(&self) -> impl Iterator<Item = (usize, &Chunk)> {
        self.starts.iter().zip(&self.chunks).map(|(&start, chunk)| (start as usize, &**chunk))
    }

    /// The number of releases on each day, ignoring filters.
    #[must_use]
    pub fn day_totals(&self) -> &Days {
        &self.days
    }

    /// Whether any release has a date.
    #[must_use]
    pub fn is_dated(&self) -> bool {
        self.days.span().is_some()
    }

    /// Whether `later` has the same releases under the same indices, and perhaps more.
    #[must_use]
    pub fn is_beginning_of(&self, later: &Self) -> bool {
        self.chunks.len() <= later.chunks.len()
            && self.chunks.iter().zip(&later.chunks).all(|(one, other)| one.is_same(other))
    }

    /// The positions of the releases that may not be those of an earlier catalog, counted from the end of both, as
    /// ascending ranges. The others are the same, because both catalogs hold them in the same memory.
    #[must_use]
    pub fn not_shared_with(&self, earlier: &Self) -> Vec<Range<usize>> {
        let from_end = |catalog: &Self, start: u32| catalog.len() - start as usize;
        let known: FxHashSet<(usize, *const Chunk)> = earlier
            .starts
            .iter()
            .zip(&earlier.chunks)
            .map(|(&start, chunk)| (from_end(earlier, start), Arc::as_ptr(chunk)))
            .collect();
        let ranges = self.starts.iter().zip(&self.chunks);
        let is_new =
            |&(&start, chunk): &(&u32, &Arc<Chunk>)| !known.contains(&(from_end(self, start), Arc::as_ptr(chunk)));
        ranges.filter(is_new).map(|(&start, chunk)| start as usize..start as usize + chunk.len()).collect()
    }

    /// The folded text that search reads: title, summary and body; empty past the end.
    #[must_use]
    pub fn folded(&self, index: ReleaseIndex) -> &str {
        self.locate(index).map_or("", |(chunk, at)| chunk.folded().of(at))
    }

    /// The folded title of a release; empty past the end.
    #[must_use]
    pub fn folded_title(&self, index: ReleaseIndex) -> &str {
        self.folded(index).split('\n').next().unwrap_or_default()
    }

    /// The indices of all releases, ascending.
    pub fn indices(&self) -> impl DoubleEndedIterator<Item = ReleaseIndex> + use<> {
        (0..self.len() as u32).map(ReleaseIndex::new)
    }

    /// All releases with their indices, ascending.
    pub fn releases(&self) -> impl Iterator<Item = (ReleaseIndex, ReleaseRef<'_>)> {
        self.indices().filter_map(|index| Some((index, self.release(index)?)))
    }

    /// Returns a release; `None` past the end.
    #[must_use]
    pub fn release(&self, index: ReleaseIndex) -> Option<ReleaseRef<'_>> {
        let (chunk, at) = self.locate(index)?;
        Some(ReleaseRef::new(self, chunk, at, index))
    }

    /// The releases with an id, or with an address of the same page, ascending.
    #[must_use]
    pub fn with_id(&self, id: &str) -> Vec<ReleaseIndex> {
        let wanted = id.contains("://").then(|| page(id));
        let is_it = |release: &ReleaseRef<'_>| {
            let urls = std::iter::once(release.url().as_str())
                .chain(release.reprints().map(|(_, reprint)| reprint.release.url.as_str()));
            release.identities().any(|(_, identity)| identity.name().as_str() == id)
                || wanted.as_ref().is_some_and(|wanted| urls.map(page).any(|url| url == *wanted))
        };
        self.releases().filter(|(_, release)| is_it(release)).map(|(index, _)| index).collect()
    }

    /// The sort key of a release: ascending keys are newest first, undated last. `i64::MAX` past the end.
    #[must_use]
    pub fn key(&self, index: ReleaseIndex) -> i64 {
        self.locate(index).map_or(i64::MAX, |(chunk, at)| chunk.key(at))
    }

    /// Counts the releases without a value in custom fields, and forgets the authors of another catalog.
    fn settle_custom(&mut self) {
        if !self.custom.all().is_empty() {
            let releases = self.len();
            Arc::make_mut(&mut self.custom).settle(releases);
        }
        self.authors = Arc::default();
    }

    fn locate(&self, index: ReleaseIndex) -> Option<(&Chunk, usize)> {
        let after = self.starts.partition_point(|&start| start <= index.get());
        let at = after.checked_sub(1)?;
        Some((self.chunks.get(at)?, (index.get() - self.starts[at]) as usize))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::release::{Date, Release};

    /// Title, summary, topics separated by `|`, place, and year, month, day (0 if unknown).
    pub(crate) type Row<'a> = (&'a str, &'a str, &'a str, &'a str, (i32, u32, u32));

    /// Builds a catalog of such releases.
    pub(crate) fn catalog(rows: &[Row<'_>]) -> Arc<Catalog> {
        let mut builder = Builder::new();
        builder.source(CleanBuf::line("test.json").as_clean());
        for (item, (title, summary, topic, place, (year, month, day))) in (0..).zip(rows) {
            builder.push(
                item,
                &Release {
                    title: CleanBuf::line(title),
                    summary: CleanBuf::block(summary),
                    topics: topic.split('|').filter(|t| !t.is_empty()).map(CleanBuf::line).collect(),
                    place: CleanBuf::line(place),
                    date: Date::from_ymd(*year, *month, *day),
                    ..Release::default()
                },
            );
        }
        builder.publish()
    }

    #[test]
    fn an_empty_catalog_has_no_release() {
        let catalog = Catalog::default();
        assert!(catalog.is_empty() && catalog.release(ReleaseIndex::default()).is_none());
        assert_eq!(catalog.key(ReleaseIndex::default()), i64::MAX);
    }
}
