//! A run of releases stored as columns.

mod columns;

use std::sync::Arc;

use super::column::{Ids, Sparse};
use super::custom::{Code, Codes, CustomColumns, CustomFacets, OpenCodes};
use super::facet::{BUILT_IN, dedup};
use super::story::Prints;
use super::{Facet, NONE, Origins, SpellingId, ValueId, Values};
use crate::release::{Date, Identity, Release};
use crate::text::{Clean, FoldedTexts};
use columns::Columns;

/// Some thousand releases as columns. The texts are shared and never change once published; a later catalog may know
/// more sources of the same releases.
#[derive(Debug, Clone, Default)]
pub struct Chunk {
    pub(super) texts: Arc<Columns>,
    facets: [Arc<Ids>; BUILT_IN],
    /// The spellings of values, where they differ from the value's first spelling.
    spellings: [Arc<Sparse<SpellingId>>; BUILT_IN],
    /// The values of custom fields.
    custom: Arc<CustomColumns>,
    /// Reprints of releases in other sources, in row order.
    reprints: Arc<Vec<(u32, Arc<Duplicate>)>>,
}

/// The same story in another source.
#[derive(Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The source.
    pub source: ValueId,
    /// The release there.
    pub release: Release,
    /// What tells it from releases of other stories.
    pub(super) prints: Prints,
}

/// A reprint, and what it adds to the facets of its story.
#[derive(Debug)]
pub struct Addition {
    pub reprint: Arc<Duplicate>,
    /// Values, and the spellings of the reprint.
    pub topics: Vec<(ValueId, SpellingId)>,
    pub labels: Vec<(ValueId, SpellingId)>,
    pub place: (ValueId, SpellingId),
    /// Codes of custom fields, with the place of the field.
    pub custom: Vec<(usize, Code)>,
}

/// A chunk being filled.
#[derive(Debug, Default)]
pub struct OpenChunk {
    texts: Columns,
    facets: [Ids; BUILT_IN],
    spellings: [Sparse<SpellingId>; BUILT_IN],
    custom: Vec<OpenCodes>,
}

impl Chunk {
    /// The number of releases.
    #[must_use]
    pub fn len(&self) -> usize {
        self.texts.dates.len()
    }

    /// Whether it has no releases.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.dates.is_empty()
    }

    /// The text as search reads it.
    #[must_use]
    pub fn folded(&self) -> &FoldedTexts {
        &self.texts.folded
    }

    /// The values of one release in a facet of every catalog that each release has of its own; those of its sources are
    /// in [`super::Origins`], and those of custom facets in [`super::Catalog::custom_column`].
    #[must_use]
    pub fn values(&self, facet: Facet, at: usize) -> &[ValueId] {
        self.facets.get(facet.slot()).map_or(&[NONE], |column| column.get(at))
    }

    /// The names of one release's values, in the publisher's spelling.
    #[must_use]
    pub fn spellings(&self, facet: Facet, at: usize) -> &[SpellingId] {
        match self.spellings.get(facet.slot()).map_or(&[][..], |column| column.get(at)) {
            [] => self.values(facet, at),
            spellings => spellings,
        }
    }

    /// The values in the custom field at a place, if any release has one.
    pub(super) fn custom(&self, place: usize) -> Option<&Codes> {
        self.custom.get(place)
    }

    /// The places of the custom fields in which a row may have values; in others it has none.
    pub(super) fn custom_places(&self, at: usize) -> impl Iterator<Item = usize> {
        self.custom.places(at)
    }

    /// Frees the values of custom fields that are no facets any more.
    pub(super) fn drop_custom(&mut self, places: &[usize]) {
        if places.iter().any(|&place| self.custom(place).is_some()) {
            let custom = Arc::make_mut(&mut self.custom);
            for &place in places {
                custom.set(place, None);
            }
        }
    }

    /// Whether any release names its authors.
    #[must_use]
    pub fn has_authors(&self) -> bool {
        self.texts.authors.bytes() > 0
    }

    /// Whether no release stores a value in a facet.
    #[must_use]
    pub fn is_blank(&self, facet: Facet) -> bool {
        self.facets.get(facet.slot()).is_none_or(|column| column.is_blank())
    }

    /// The column of a facet, if each release has exactly one value.
    #[must_use]
    pub fn single(&self, facet: Facet) -> Option<&[ValueId]> {
        self.facets.get(facet.slot())?.single()
    }

    /// The sort key of its newest release; `i64::MAX` if none has a date.
    #[must_use]
    pub fn newest(&self) -> i64 {
        self.texts.newest
    }

    /// The day of a release since 1970-01-01, in the publisher's calendar. `None` without a date.
    #[must_use]
    pub fn day(&self, at: usize) -> Option<i32> {
        self.texts.dates.get(at).copied().flatten().map(Date::days_since_epoch)
    }

    /// The names of a release's authors; may be empty.
    #[must_use]
    pub fn author(&self, at: usize) -> Clean<'_> {
        self.texts.authors.get(at)
    }

    pub(super) fn key(&self, at: usize) -> i64 {
        self.texts.key(at)
    }

    /// Whether it has the same releases, ignoring additional sources.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.texts, &other.texts)
    }

    /// The reprints of a release, in the order in which they were added.
    pub(super) fn reprints(&self, at: usize) -> &[(u32, Arc<Duplicate>)] {
        of_row(&self.reprints, at)
    }

    /// All reprints, with the rows of their releases.
    pub(super) fn all_reprints(&self) -> &[(u32, Arc<Duplicate>)] {
        &self.reprints
    }

    /// Joins two chunks: the releases of the first, then those of the second.
    pub(super) fn join(first: &Self, second: &Self) -> Self {
        let mut open = OpenChunk::default();
        let reprints = [first, second].map(|chunk| open.append(chunk)).concat();
        Self { reprints: Arc::new(reprints), ..open.close() }
    }

    /// Returns the chunk with other content of some rows, in row order, whose facets stay the same.
    pub(super) fn edited(&self, edits: &[(usize, &Release, Prints)]) -> Self {
        let mut texts = Columns::default();
        let mut edits = edits.iter().peekable();
        for row in 0..self.len() {
            match edits.next_if(|(edited, ..)| *edited == row) {
                None => texts.push_row(&self.texts, row),
                Some((_, release, prints)) => {
                    texts.push(release);
                    texts.prints.extend(self.texts.prints.get(row).map(|_| *prints));
                }
            }
        }
        texts.shrink();
        Self { texts: Arc::new(texts), ..self.clone() }
    }

    /// The approximate size of its texts in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.texts.bytes()
    }

    /// What tells each release from those of other stories; empty where stories are not merged.
    pub(super) fn prints(&self) -> &[Prints] {
        &self.texts.prints
    }

    /// Adds reprints, given with their rows. A release gains their sources, topics and labels, and their place if it has
    /// none; `known` counts the values gained and lost.
    pub(super) fn add_reprints(
        &mut self,
        mut more: Vec<(u32, Addition)>,
        known: &mut [Arc<Values>; BUILT_IN],
        (origins, custom): (&Origins, &mut Arc<CustomFacets>),
    ) {
        more.sort_by_key(|(row, _)| *row);
        self.add_custom(&more, custom);
        self.recount_origins(&more, known, origins);
        for facet in [Facet::Source, Facet::Topic, Facet::Place, Facet::Label] {
            if self.is_blank(facet) && more.iter().all(|(_, addition)| addition.is_without(facet)) {
                continue;
            }
            let known = Arc::make_mut(&mut known[facet.slot()]);
            let (mut column, mut spellings) = (Ids::default(), Sparse::default());
            let (mut names, mut values) = (Vec::new(), Vec::new());
            for row in 0..self.len() {
                let (before, stored) = (self.values(facet, row), self.spellings[facet.slot()].get(row));
                let additions = of_row(&more, row);
                if additions.is_empty() {
                    column.push(before);
                    spellings.push(row, stored.iter().copied());
                    continue;
                }
                names.clear();
                names.extend(before.iter().map(|&id| (id, id)));
                for (_, addition) in additions {
                    addition.names(facet, before, &mut names);
                }
                settle(&mut names);
                values.clear();
                values.extend(names.iter().map(|(id, _)| *id));
                // No value is removed except [`NONE`].
                let kept = if values.starts_with(before) { before.len() } else { 0 };
                before[kept..].iter().for_each(|&id| known.discount(id));
                for &(id, spelling) in &names[kept..] {
                    known.count(id, 1);
                    known.count_spelling(spelling);
                }
                column.push(&values);
                if !stored.is_empty() || names[kept..].iter().any(|(id, spelling)| id != spelling) {
                    let old = if stored.is_empty() { &before[..kept] } else { stored };
                    spellings.push(row, old.iter().copied().chain(names[kept..].iter().map(|(_, spelling)| *spelling)));
                }
            }
            column.shrink();
            spellings.shrink();
            self.facets[facet.slot()] = Arc::new(column);
            self.spellings[facet.slot()] = Arc::new(spellings);
        }
        let all = Arc::make_mut(&mut self.reprints);
        all.extend(more.into_iter().map(|(row, addition)| (row, addition.reprint)));
        all.sort_by_key(|(row, _)| *row);
    }

    /// Adds the values that releases gain in custom fields.
    fn add_custom(&mut self, more: &[(u32, Addition)], known: &mut Arc<CustomFacets>) {
        let mut gained: Vec<(usize, usize, Code)> = Vec::new();
        for (row, addition) in more {
            gained.extend(addition.custom.iter().map(|&(place, code)| (place, *row as usize, code)));
        }
        if gained.is_empty() {
            return;
        }
        gained.sort_by_key(|&(place, row, _)| (place, row));
        let (known, custom) = (Arc::make_mut(known), Arc::make_mut(&mut self.custom));
        for of_place in gained.chunk_by(|(one, ..), (other, ..)| one == other) {
            let place = of_place[0].0;
            let before = custom.get(place);
            let mut new: Vec<(usize, Code)> = Vec::new();
            for of_row in of_place.chunk_by(|(_, one, _), (_, other, _)| one == other) {
                let row = of_row[0].1;
                let old: Vec<Code> = before.into_iter().flat_map(|codes| codes.get(row)).collect();
                let codes = known.new_codes(place, &old, of_row.iter().map(|(.., code)| *code));
                known.count(place, codes.iter().copied(), !old.is_empty());
                new.extend(codes.into_iter().map(|code| (row, code)));
            }
            let codes = Codes::with(before, self.texts.dates.len(), &new);
            custom.set(place, codes);
        }
    }

    /// Counts the folders and accounts that releases gain from the sources of reprints.
    fn recount_origins(&self, more: &[(u32, Addition)], known: &mut [Arc<Values>; BUILT_IN], origins: &Origins) {
        for facet in [Facet::Folder, Facet::Account].into_iter().filter(|&facet| !origins.is_empty(facet)) {
            let known = Arc::make_mut(&mut known[facet.slot()]);
            for additions in more.chunk_by(|(one, _), (other, _)| one == other) {
                let before = self.values(Facet::Source, additions[0].0 as usize);
                let gained = additions.iter().map(|(_, addition)| addition.reprint.source);
                let sources: Vec<ValueId> = before.iter().copied().chain(gained).collect();
                for &id in origins.of_all(facet, before).iter() {
                    known.discount(id);
                }
                for &id in origins.of_all(facet, &sources).iter() {
                    known.count(id, 1);
                }
            }
        }
    }
}

impl Addition {
    /// Whether it adds no value to a facet.
    fn is_without(&self, facet: Facet) -> bool {
        match facet {
            Facet::Topic => self.topics.is_empty(),
            Facet::Label => self.labels.is_empty(),
            Facet::Place => self.place.0 == NONE,
            _ => false,
        }
    }

    /// Appends the names that a release has in a facet through this reprint; `before` are its own.
    fn names(&self, facet: Facet, before: &[ValueId], names: &mut Vec<(ValueId, SpellingId)>) {
        match facet {
            Facet::Source => names.push((self.reprint.source, self.reprint.source)),
            Facet::Topic => names.extend_from_slice(&self.topics),
            Facet::Label => names.extend_from_slice(&self.labels),
            Facet::Place if before == [NONE] && names[1..].is_empty() => names.push(self.place),
            Facet::Place | Facet::Folder | Facet::Account | Facet::Year | Facet::Custom(_) => {}
        }
    }
}

/// Keeps each value once, and [`NONE`] only if there is no other.
fn settle(names: &mut Vec<(ValueId, SpellingId)>) {
    names.retain(|&(id, _)| id != NONE);
    dedup(names, |(id, _)| *id);
    if names.is_empty() {
        names.push((NONE, NONE));
    }
}

/// Returns the entries of one row; the entries are in row order.
fn of_row<T>(all: &[(u32, T)], at: usize) -> &[(u32, T)] {
    let start = all.partition_point(|(row, _)| (*row as usize) < at);
    let end = start + all[start..].partition_point(|(row, _)| *row as usize == at);
    &all[start..end]
}

impl OpenChunk {
    /// Makes an empty chunk with room for `rows` releases like those of a closed one: growing buffers would copy each
    /// text once more.
    pub fn like(before: &Chunk, rows: usize) -> Self {
        let texts = Columns::like(&before.texts, rows);
        let facets = before.facets.each_ref().map(|column| Ids::like(column, rows));
        Self { texts, facets, ..Self::default() }
    }

    /// The number of releases.
    pub fn len(&self) -> usize {
        self.texts.dates.len()
    }

    /// The approximate size of all texts and values in bytes.
    pub fn bytes(&self) -> usize {
        let Columns { ids, urls, authors, links, .. } = &self.texts;
        let beside = ids.bytes() + urls.bytes() + authors.bytes() + links.bytes();
        let values: usize = self.facets.iter().map(Ids::count).sum();
        let custom: usize = self.custom.iter().map(OpenCodes::bytes).sum();
        self.texts.bytes() + beside + values * size_of::<ValueId>() + custom
    }

    /// The identity of a release.
    pub fn identity(&self, at: usize) -> Identity<'_> {
        self.texts.identity(at)
    }

    /// Appends a release; `values` and `spellings` are its values and their spellings, facet by facet, and `custom` the
    /// codes of its custom fields with the places of the fields. Facets of the source are left out.
    pub fn push(
        &mut self,
        release: &Release,
        values: &[Vec<ValueId>; BUILT_IN],
        spellings: &[Vec<SpellingId>; BUILT_IN],
        custom: &[(usize, Code)],
    ) {
        let at = self.texts.dates.len();
        self.texts.push(release);
        for &(place, code) in custom {
            self.push_custom(place, at, code);
        }
        for slot in 0..BUILT_IN {
            let (values, spellings) = (&values[slot], &spellings[slot]);
            self.facets[slot].push(if values.is_empty() { &[NONE] } else { values });
            // The first spelling of a value has the value's number.
            if !spellings.is_empty() && spellings != values {
                self.spellings[slot].push(at, spellings.iter().copied());
            }
        }
    }

    fn push_custom(&mut self, place: usize, at: usize, code: Code) {
        if self.custom.len() <= place {
            self.custom.resize(place + 1, OpenCodes::default());
        }
        self.custom[place].push(at, code);
    }

    /// Frees the values of custom fields that are no facets any more.
    pub fn drop_custom(&mut self, places: &[usize]) {
        for &place in places {
            if let Some(codes) = self.custom.get_mut(place) {
                *codes = OpenCodes::default();
            }
        }
    }

    /// Records what tells the last release from those of other stories.
    pub fn note_prints(&mut self, prints: Prints) {
        self.texts.prints.push(prints);
    }

    /// Appends the releases of a chunk as they are; returns its reprints with their rows here.
    pub fn append(&mut self, chunk: &Chunk) -> Vec<(u32, Arc<Duplicate>)> {
        let first = self.len();
        for row in 0..chunk.len() {
            let at = first + row;
            self.texts.push_row(&chunk.texts, row);
            for (to, from) in self.facets.iter_mut().zip(&chunk.facets) {
                to.push(from.get(row));
            }
            for (to, from) in self.spellings.iter_mut().zip(&chunk.spellings) {
                to.push(at, from.get(row).iter().copied());
            }
        }
        for (place, codes) in chunk.custom.iter() {
            codes.pairs().for_each(|(row, code)| self.push_custom(place, first + row, code));
        }
        chunk.reprints.iter().map(|(row, reprint)| (first as u32 + row, Arc::clone(reprint))).collect()
    }

    /// Closes the chunk and frees unused buffer capacity.
    pub fn close(mut self) -> Chunk {
        self.texts.shrink();
        self.facets.iter_mut().for_each(Ids::shrink);
        self.spellings.iter_mut().for_each(Sparse::shrink);
        let rows = self.texts.dates.len();
        Chunk {
            texts: Arc::new(self.texts),
            facets: self.facets.map(Arc::new),
            spellings: self.spellings.map(Arc::new),
            custom: Arc::new(CustomColumns::close(self.custom, rows)),
            reprints: Arc::default(),
        }
    }
}
