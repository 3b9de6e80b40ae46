//! Builds a catalog release by release and publishes ever longer ones.

mod publish;
mod stories;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::chunk::{Addition, OpenChunk};
use super::custom::Code;
use super::facet::{BUILT_IN, dedup};
use super::repeat::{MERGED, NameOutcome, Names};
use super::story::{Prints, Stories, Traits};
use super::{Catalog, Duplicate, Facet, NONE, ReleaseIndex, SpellingId, ValueId, folder_paths};
use crate::feed::TopicRule;
use crate::release::identity::Level;
use crate::release::{Cause, Identity, Problem, Release};
use crate::text::{Clean, CleanBuf, counted};

/// Releases in the first chunk: more than a screenful, after about a millisecond.
const FIRST_CHUNK: usize = 512;
/// Releases in each later chunk.
pub(super) const CHUNK: usize = 16_384;
/// Bytes of text at which a chunk is closed whatever its count, so that offsets fit 32 bits.
pub(super) const CHUNK_BYTES: usize = 256 << 20;
/// The largest item that any format reads, and how many times as long a folded text can be.
const ITEM_BYTES: usize = 64 << 20;
const FOLDING: usize = 11;
const _: () = assert!(CHUNK_BYTES + ITEM_BYTES * FOLDING <= u32::MAX as usize, "offsets fit 32 bits");

/// Collects releases into the open chunk; [`Builder::publish`] closes it.
#[derive(Debug, Default)]
pub struct Builder {
    catalog: Catalog,
    open: OpenChunk,
    names: Names,
    /// Stories shared by several sources; `None` if every source keeps its own releases.
    stories: Option<Stories>,
    /// Releases whose level of identity rose because a later item has their name.
    raised: Vec<ReleaseIndex>,
    /// Items of the current source that were added to stories, with the story numbers.
    merged: Vec<(ReleaseIndex, Arc<Duplicate>)>,
    /// Releases that match a story by title alone; decided when their source ends.
    doubtful: Vec<(ReleaseIndex, Traits, Arc<Duplicate>)>,
    /// Reprints to add at the next publication: the story number and the additions.
    reprints: Vec<(ReleaseIndex, Addition)>,
    source: ValueId,
    sources: usize,
    /// Whether releases come from all sources in turn, with names unique within their source.
    is_mixed: bool,
    values: [Vec<ValueId>; BUILT_IN],
    spellings: [Vec<SpellingId>; BUILT_IN],
    /// The codes of the current release in custom fields, with the places of the fields, ascending.
    custom: Vec<(usize, Code)>,
    day_counts: FxHashMap<i32, u32>,
    /// The number of releases without a value in each facet that are not counted yet: most have no value in most facets.
    without: [u32; BUILT_IN],
    /// What tells the current release from those of other stories.
    prints: Prints,
    /// The last year seen, with its value and spelling.
    last_year: Option<(i32, ValueId, SpellingId)>,
}

impl Builder {
    /// Creates an empty builder in which every source keeps its own releases.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates an empty builder for several sources that shows a shared story once.
    #[must_use]
    pub fn merging() -> Self {
        Self { stories: Some(Stories::default()), ..Self::default() }
    }

    /// Gives values the same numbers as in `catalog`.
    #[must_use]
    pub fn numbered_as(mut self, catalog: &Catalog) -> Self {
        self.catalog.values = catalog.values.each_ref().map(|values| Arc::new(values.emptied()));
        self.catalog.custom = Arc::new(catalog.custom.emptied());
        self
    }

    /// Starts a source with this name.
    pub fn source(&mut self, name: Clean<'_>) {
        self.settle_doubtful();
        self.source = Arc::make_mut(&mut self.catalog.values[Facet::Source.slot()]).intern_apart(name);
        self.sources += 1;
        self.is_mixed = false;
        let first = self.next();
        self.names.begin(first.get());
        self.merged.clear();
        if let Some(stories) = &mut self.stories {
            stories.begin(first);
        }
        if self.sources > 1 {
            self.catalog.title = CleanBuf::line(&counted(self.sources, "feed"));
        }
    }

    /// Sets the key of the current source, independent of its name.
    pub fn key(&mut self, key: Clean<'_>) {
        let keys = Arc::make_mut(&mut self.catalog.keys);
        let at = self.source as usize;
        if keys.len() <= at {
            keys.resize(at + 1, CleanBuf::default());
        }
        keys[at] = key.to_buf();
    }

    /// Sets the folder of the current source as a path, outermost first. Its releases are in the folders around it too.
    /// Must precede the releases of the source.
    pub fn folder(&mut self, path: &[CleanBuf]) {
        self.set_origin(Facet::Folder, folder_paths(path).map(|path| CleanBuf::line(&path)));
    }

    /// Sets the accounts through which the current source is followed. Must precede the releases of the source.
    pub fn accounts(&mut self, names: &[CleanBuf]) {
        self.set_origin(Facet::Account, names.iter().cloned());
    }

    /// Sets what the topics of the current source are derived from, so that a derived topic is known as one.
    pub fn derives(&mut self, topics: Option<Arc<TopicRule>>) {
        if topics.is_some() || self.catalog.origins.topics(self.source).is_some() {
            Arc::make_mut(&mut self.catalog.origins).set_topics(self.source, topics);
        }
    }

    /// Gives the current source the folders and accounts that a source has in another catalog.
    pub fn same_origin(&mut self, catalog: &Catalog, source: ValueId) {
        for facet in Facet::BUILT_IN.into_iter().filter(|facet| facet.is_of_source()) {
            let values = catalog.values(facet);
            let names = catalog.origins().of(facet, source).iter().map(|&id| values.label(id).to_buf());
            self.set_origin(facet, names);
        }
        self.derives(catalog.origins().topics(source).cloned());
    }

    fn set_origin(&mut self, facet: Facet, names: impl Iterator<Item = CleanBuf>) {
        let values = Arc::make_mut(&mut self.catalog.values[facet.slot()]);
        let ids: Vec<ValueId> = names.map(|name| values.intern(name.as_clean()).0).filter(|&id| id != NONE).collect();
        Arc::make_mut(&mut self.catalog.origins).set(facet, self.source, ids);
    }

    /// The number of the current source.
    #[must_use]
    pub fn present_source(&self) -> ValueId {
        self.source
    }

    /// From now on releases come from several known sources in turn: see [`Builder::push_of`].
    pub fn mix(&mut self, title: Clean<'_>) {
        self.is_mixed = true;
        self.catalog.title = title.to_buf();
        if let Some(stories) = &mut self.stories {
            stories.mix();
        }
    }

    /// Appends a release of a source. Names must be unique within a source.
    pub fn push_of(&mut self, source: ValueId, release: &Release) {
        self.push_with(source, release, None);
    }

    /// Like [`Builder::push_of`], with the traits of the release if they are known.
    pub fn push_with(&mut self, source: ValueId, release: &Release, traits: Option<Traits>) {
        self.source = source;
        if self.merge(release, traits).is_none() {
            self.append(release);
        }
    }

    /// A builder of releases that are put before those of a catalog: see [`Catalog::with_new`].
    pub(super) fn before(catalog: &Catalog, is_merging: bool) -> Self {
        let Catalog { title, values, custom, keys, origins, .. } = catalog.clone();
        let mut builder = if is_merging { Self::merging() } else { Self::new() };
        builder.catalog = Catalog { title: title.clone(), values, custom, keys, origins, ..Catalog::default() };
        builder.mix(title.as_clean());
        builder
    }

    /// Whether a story shared by several sources is shown once.
    #[must_use]
    pub fn is_merging(&self) -> bool {
        self.stories.is_some()
    }

    /// Whether the story of a release depends on later ones.
    pub(super) fn is_in_doubt(&self) -> bool {
        !self.doubtful.is_empty()
    }

    /// Sets the feed's title, which names the catalog while there is one source.
    pub fn title(&mut self, title: Clean<'_>) {
        if self.sources <= 1 {
            self.catalog.title = title.to_buf();
        }
    }

    /// The number of releases, published or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.catalog.len() + self.open.len()
    }

    /// The index of the next release.
    fn next(&self) -> ReleaseIndex {
        ReleaseIndex::at(self.len())
    }

    /// The number of values of all facets.
    #[must_use]
    pub fn value_count(&self) -> usize {
        let custom = self.catalog.custom.all().iter().map(|custom| custom.values.len());
        self.catalog.values.iter().map(|values| values.len()).chain(custom).sum()
    }

    /// Ends a source and frees what was needed to distinguish its items.
    pub fn end_source(&mut self) {
        self.settle_doubtful();
        self.names = Names::default();
        self.merged = Vec::new();
    }

    /// Whether it has no releases.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of releases and additional sources waiting for publication.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.len() - self.catalog.order.len() + self.reprints.len()
    }

    /// Appends a release, item number `item` of its source. Returns a problem if it was left out or got another name.
    pub fn push(&mut self, item: u64, release: &Release) -> Option<Problem> {
        let Self { catalog, open, merged, names, .. } = self;
        let identity_of = |number| identity(catalog, open, merged, number);
        let (level, raised) = match names.name(release.into(), identity_of) {
            NameOutcome::Own => (Level::Name, Vec::new()),
            NameOutcome::Shared(level, raised) => (level, raised),
            NameOutcome::Repeated => return Some(self.repeated(item, release)),
        };
        for (number, level) in raised {
            let levels = Arc::make_mut(&mut self.catalog.levels);
            let merged = number.checked_sub(MERGED).and_then(|at| self.merged.get(at as usize));
            let story = merged.map_or(ReleaseIndex::new(number), |(story, _)| *story);
            match merged {
                Some((_, reprint)) => levels.set_reprint(story, reprint.source, level),
                None => levels.set(story, level),
            }
            self.raised.push(story);
        }
        let (next, story) = (self.next(), self.merge(release, None));
        if level != Level::Name {
            let levels = Arc::make_mut(&mut self.catalog.levels);
            match story {
                Some(story) => levels.set_reprint(story, self.source, level),
                None => levels.set(next, level),
            }
        }
        if story.is_none() {
            self.append(release);
        }
        if level == Level::Name {
            return None;
        }
        let identity = Identity::from(release).at(level);
        identity.has_id().then(|| {
            let (id, name) = (&release.id, identity.name());
            let reason = format!("has the id “{id}” of another item; identified by “{name}” instead");
            self.problem(item, Cause::Renamed, &reason)
        })
    }

    /// Returns the releases whose level rose since the last call, because later items have their names.
    pub fn take_raised(&mut self) -> Vec<ReleaseIndex> {
        std::mem::take(&mut self.raised)
    }

    /// Sets the levels of releases in some of their sources.
    pub fn set_levels(&mut self, levels: &[(ReleaseIndex, ValueId, Level)]) {
        let source_of = |index| self.catalog.release(index).and_then(|release| release.values(Facet::Source).next());
        let are_own: Vec<bool> = levels.iter().map(|&(index, source, _)| source_of(index) == Some(source)).collect();
        let all = Arc::make_mut(&mut self.catalog.levels);
        for (&(index, source, level), is_own) in levels.iter().zip(are_own) {
            if is_own {
                all.set(index, level);
            } else {
                all.set_reprint(index, source, level);
            }
        }
    }

    fn repeated(&self, item: u64, release: &Release) -> Problem {
        let what = match release.id.as_str() {
            "" => "link and title".to_owned(),
            id => format!("id “{id}”"),
        };
        self.problem(item, Cause::Repeated, &format!("repeats the {what} of an earlier item; the earlier one is kept"))
    }

    fn problem(&self, item: u64, cause: Cause, reason: &str) -> Problem {
        let source = self.catalog.values(Facet::Source).label(self.source).to_buf();
        Problem { source, item: Some(item), byte: None, cause, reason: CleanBuf::line(reason) }
    }

    /// Interns the values of a release.
    fn intern(&mut self, release: &Release) {
        for names in &mut self.values {
            names.clear();
        }
        for names in &mut self.spellings {
            names.clear();
        }
        for (facet, names) in [(Facet::Topic, &release.topics), (Facet::Label, &release.labels)] {
            for name in names {
                self.value(facet, name.as_clean());
            }
            dedup(&mut self.values[facet.slot()], |id| *id);
            dedup(&mut self.spellings[facet.slot()], |id| *id);
        }
        self.value(Facet::Place, release.place.as_clean());
        if let Some(date) = release.date {
            self.year(date.year());
        }
        self.intern_custom(release);
    }

    /// Interns the values of custom fields. Most releases have none.
    fn intern_custom(&mut self, release: &Release) {
        self.custom.clear();
        if release.fields.is_empty() && release.language.is_empty() {
            return;
        }
        let dropped = Arc::make_mut(&mut self.catalog.custom).intern(release, &mut self.custom);
        if !dropped.is_empty() {
            self.open.drop_custom(&dropped);
            self.catalog.chunks.iter_mut().for_each(|chunk| Arc::make_mut(chunk).drop_custom(&dropped));
        }
    }

    /// Interns a year. Neighbouring releases mostly share their year.
    fn year(&mut self, year: i32) {
        if let Some((last, id, spelling)) = self.last_year
            && last == year
        {
            self.values[Facet::Year.slot()].push(id);
            self.spellings[Facet::Year.slot()].push(spelling);
            return;
        }
        self.value(Facet::Year, CleanBuf::line(&year.to_string()).as_clean());
        let named = |of: &[Vec<u32>; BUILT_IN]| of[Facet::Year.slot()].last().copied();
        self.last_year = named(&self.values).zip(named(&self.spellings)).map(|(id, spelling)| (year, id, spelling));
    }

    fn append(&mut self, release: &Release) {
        self.intern(release);
        self.values[Facet::Source.slot()].push(self.source);
        self.spellings[Facet::Source.slot()].push(self.source);
        for (slot, facet) in Facet::BUILT_IN.into_iter().enumerate() {
            let of_source = self.catalog.origins.of(facet, self.source);
            let ids = if facet.is_of_source() { of_source } else { &self.values[slot] };
            if matches!(ids, [] | [NONE]) {
                self.without[slot] += 1;
                continue;
            }
            let values = Arc::make_mut(&mut self.catalog.values[slot]);
            for &id in ids {
                values.count(id, 1);
            }
            for &spelling in &self.spellings[slot] {
                values.count_spelling(spelling);
            }
        }
        for of_field in self.custom.chunk_by(|(one, _), (other, _)| one == other) {
            let codes = of_field.iter().map(|(_, code)| *code);
            Arc::make_mut(&mut self.catalog.custom).count(of_field[0].0, codes, false);
        }
        if let Some(date) = release.date {
            *self.day_counts.entry(date.days_since_epoch()).or_default() += 1;
        }
        self.open.push(release, &self.values, &self.spellings, &self.custom);
        if self.stories.is_some() && self.is_mixed {
            self.open.note_prints(self.prints);
        }
        let limit = if self.catalog.chunks.is_empty() { FIRST_CHUNK } else { CHUNK };
        if self.open.len() >= limit || self.open.bytes() >= CHUNK_BYTES {
            self.close();
        }
    }

    fn value(&mut self, facet: Facet, label: Clean<'_>) {
        let slot = facet.slot();
        let values = &mut self.catalog.values[slot];
        let known = values.interned_lately(label);
        let (id, spelling) = known.unwrap_or_else(|| Arc::make_mut(values).intern(label));
        if id != NONE {
            self.values[slot].push(id);
            self.spellings[slot].push(spelling);
        }
    }

    /// The values and spellings of the current release.
    fn names(&self, facet: Facet) -> impl Iterator<Item = (ValueId, SpellingId)> {
        let values = self.catalog.values(facet);
        self.spellings[facet.slot()].iter().map(|&spelling| (values.value_of(spelling), spelling))
    }
}

/// The identity of release `number`; numbers from [`MERGED`] on are items added to stories.
fn identity<'a>(
    catalog: &'a Catalog,
    open: &'a OpenChunk,
    merged: &'a [(ReleaseIndex, Arc<Duplicate>)],
    number: u32,
) -> Identity<'a> {
    match number.checked_sub(MERGED) {
        Some(at) => (&merged[at as usize].1.release).into(),
        None => match catalog.release(ReleaseIndex::new(number)) {
            Some(release) => release.identity().at(Level::Name),
            None => open.identity(number as usize - catalog.len()),
        },
    }
}
