//! A run of releases stored as columns.

mod columns;

use std::sync::Arc;

use super::column::{Ids, Sparse};
use super::facet::dedup;
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
    facets: [Arc<Ids>; Facet::COUNT],
    /// The spellings of values, where they differ from the value's first spelling.
    spellings: [Arc<Sparse<SpellingId>>; Facet::COUNT],
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
}

/// A chunk being filled.
#[derive(Debug, Default)]
pub struct OpenChunk {
    texts: Columns,
    facets: [Ids; Facet::COUNT],
    spellings: [Sparse<SpellingId>; Facet::COUNT],
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

    /// The values of one release in a facet that each release has of its own; those of its sources are in
    /// [`super::Origins`].
    #[must_use]
    pub fn values(&self, facet: Facet, at: usize) -> &[ValueId] {
        self.facets[facet as usize].get(at)
    }

    /// The names of one release's values, in the publisher's spelling.
    #[must_use]
    pub fn spellings(&self, facet: Facet, at: usize) -> &[SpellingId] {
        match self.spellings[facet as usize].get(at) {
            [] => self.values(facet, at),
            spellings => spellings,
        }
    }

    /// Whether no release stores a value in a facet.
    #[must_use]
    pub fn is_blank(&self, facet: Facet) -> bool {
        self.facets[facet as usize].is_blank()
    }

    /// The column of a facet, if each release has exactly one value.
    #[must_use]
    pub fn single(&self, facet: Facet) -> Option<&[ValueId]> {
        self.facets[facet as usize].single()
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
        known: &mut [Arc<Values>; Facet::COUNT],
        origins: &Origins,
    ) {
        more.sort_by_key(|(row, _)| *row);
        self.recount_origins(&more, known, origins);
        for facet in [Facet::Source, Facet::Topic, Facet::Place, Facet::Label] {
            if self.is_blank(facet) && more.iter().all(|(_, addition)| addition.is_without(facet)) {
                continue;
            }
            let known = Arc::make_mut(&mut known[facet as usize]);
            let (mut column, mut spellings) = (Ids::default(), Sparse::default());
            let (mut names, mut values) = (Vec::new(), Vec::new());
            for row in 0..self.len() {
                let (before, stored) = (self.values(facet, row), self.spellings[facet as usize].get(row));
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
                    let own = if stored.is_empty() { &before[..kept] } else { stored };
                    spellings.push(row, own.iter().copied().chain(names[kept..].iter().map(|(_, spelling)| *spelling)));
                }
            }
            column.shrink();
            spellings.shrink();
            self.facets[facet as usize] = Arc::new(column);
            self.spellings[facet as usize] = Arc::new(spellings);
        }
        let all = Arc::make_mut(&mut self.reprints);
        all.extend(more.into_iter().map(|(row, addition)| (row, addition.reprint)));
        all.sort_by_key(|(row, _)| *row);
    }

    /// Counts the folders and accounts that releases gain from the sources of reprints.
    fn recount_origins(&self, more: &[(u32, Addition)], known: &mut [Arc<Values>; Facet::COUNT], origins: &Origins) {
        for facet in [Facet::Folder, Facet::Account].into_iter().filter(|&facet| !origins.is_empty(facet)) {
            let known = Arc::make_mut(&mut known[facet as usize]);
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
            Facet::Place | Facet::Folder | Facet::Account | Facet::Year => {}
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
        self.texts.bytes() + beside + values * size_of::<ValueId>()
    }

    /// The identity of a release.
    pub fn identity(&self, at: usize) -> Identity<'_> {
        self.texts.identity(at)
    }

    /// Appends a release; `values` and `spellings` are its values and their spellings, facet by facet. Facets of the
    /// source are left out.
    pub fn push(
        &mut self,
        release: &Release,
        values: &[Vec<ValueId>; Facet::COUNT],
        spellings: &[Vec<SpellingId>; Facet::COUNT],
    ) {
        let at = self.texts.dates.len();
        self.texts.push(release);
        for (column, values) in self.facets.iter_mut().zip(values) {
            column.push(if values.is_empty() { &[NONE] } else { values });
        }
        for ((column, spellings), values) in self.spellings.iter_mut().zip(spellings).zip(values) {
            // The first spelling of a value has the value's number.
            if !spellings.is_empty() && spellings.iter().ne(values) {
                column.push(at, spellings.iter().copied());
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
        chunk.reprints.iter().map(|(row, reprint)| (first as u32 + row, Arc::clone(reprint))).collect()
    }

    /// Closes the chunk and frees unused buffer capacity.
    pub fn close(mut self) -> Chunk {
        self.texts.shrink();
        self.facets.iter_mut().for_each(Ids::shrink);
        self.spellings.iter_mut().for_each(Sparse::shrink);
        Chunk {
            texts: Arc::new(self.texts),
            facets: self.facets.map(Arc::new),
            spellings: self.spellings.map(Arc::new),
            reprints: Arc::default(),
        }
    }
}
