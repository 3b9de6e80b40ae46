//! A run of releases stored as columns.

use std::sync::{Arc, OnceLock};

use super::column::{Ids, Sparse, Texts};
use super::facet::dedup;
use super::links::Links;
use super::{Facet, NONE, SpellingId, ValueId, Values};
use crate::release::identity::Level;
use crate::release::{Date, Identity, Release, Span};
use crate::text::{Clean, fold_into};

/// Separates the fields of a release in the folded text; no word or phrase crosses it.
const FIELD_END: char = '\n';
/// Separates the releases in the folded text.
const RELEASE_END: char = '\0';

/// The text of a chunk as search reads it.
#[derive(Debug, Default)]
pub struct Folded {
    /// `title \n summary \n body \0` of each release, concatenated.
    text: String,
    /// The end of each release, after its end mark; ascending.
    ends: Vec<u32>,
}

impl Folded {
    /// The text of all releases, for one scan.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The end of the text of each release, after its end mark; ascending.
    #[must_use]
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }

    /// The text of one release; empty past the end.
    #[must_use]
    pub fn of(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        let end = self.ends.get(at).map_or(start, |&end| end as usize);
        self.text.get(start..end).unwrap_or_default()
    }
}

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
}

/// A reprint, and what it adds to the facets of its story.
#[derive(Debug)]
pub struct Addition {
    pub reprint: Arc<Duplicate>,
    /// Values, and the spellings of the reprint.
    pub topics: Vec<(ValueId, SpellingId)>,
    pub place: (ValueId, SpellingId),
}

#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) titles: Texts,
    pub(super) summaries: Texts,
    pub(super) bodies: Texts,
    pub(super) ids: Texts,
    pub(super) urls: Texts,
    pub(super) authors: Texts,
    pub(super) summary_spans: Sparse<Span>,
    pub(super) body_spans: Sparse<Span>,
    pub(super) links: Links,
    /// When the full text that replaces the feed's text was fetched.
    pub(super) pages: Sparse<i64>,
    pub(super) dates: Vec<Option<Date>>,
    /// The folded text, made on first use because the list does not need it.
    pub(super) folded: OnceLock<Folded>,
    /// The smallest sort key.
    pub(super) newest: i64,
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

    /// The folded text, made on the first call.
    #[must_use]
    pub fn folded(&self) -> &Folded {
        self.texts.folded.get_or_init(|| self.texts.fold())
    }

    /// The folded text if it has been made, for callers that cannot wait for it.
    #[must_use]
    pub fn folded_if_ready(&self) -> Option<&Folded> {
        self.texts.folded.get()
    }

    /// The values of one release in a facet.
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

    /// Adds reprints, given with their rows. A release gains their sources and topics, and their place if it has none;
    /// `known` counts the values gained and lost.
    pub(super) fn add_reprints(&mut self, mut more: Vec<(u32, Addition)>, known: &mut [Arc<Values>; Facet::COUNT]) {
        more.sort_by_key(|(row, _)| *row);
        for facet in [Facet::Source, Facet::Topic, Facet::Place] {
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
                    known.count(id);
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
}

impl Addition {
    /// Appends the names that a release has in a facet through this reprint; `before` are its own.
    fn names(&self, facet: Facet, before: &[ValueId], names: &mut Vec<(ValueId, SpellingId)>) {
        match facet {
            Facet::Source => names.push((self.reprint.source, self.reprint.source)),
            Facet::Topic => names.extend_from_slice(&self.topics),
            Facet::Place if before == [NONE] && names[1..].is_empty() => names.push(self.place),
            Facet::Place | Facet::Year => {}
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

    /// Appends a release; `values` and `spellings` are its values and their spellings, facet by facet.
    pub fn push(
        &mut self,
        release: &Release,
        values: &[Vec<ValueId>; Facet::COUNT],
        spellings: &[Vec<SpellingId>; Facet::COUNT],
    ) {
        let texts = &mut self.texts;
        texts.titles.push(release.title.as_clean());
        texts.summaries.push(release.summary.as_clean());
        texts.bodies.push(release.body.as_clean());
        texts.ids.push(release.id.as_clean());
        texts.urls.push(release.url.as_clean());
        texts.authors.push(release.author.as_clean());
        let at = texts.dates.len();
        texts.summary_spans.push(at, release.summary_spans.iter().copied());
        texts.body_spans.push(at, release.body_spans.iter().copied());
        texts.links.push(at, &release.links);
        texts.pages.push(at, release.page);
        texts.dates.push(release.date);
        let key = texts.key(texts.dates.len() - 1);
        texts.newest = if texts.dates.len() == 1 { key } else { texts.newest.min(key) };
        for (column, values) in self.facets.iter_mut().zip(values) {
            column.push(values);
        }
        for ((column, spellings), values) in self.spellings.iter_mut().zip(spellings).zip(values) {
            // The first spelling of a value has the value's number.
            if spellings != values {
                column.push(at, spellings.iter().copied());
            }
        }
    }

    /// Closes the chunk and frees unused buffer capacity.
    pub fn close(mut self) -> Chunk {
        let Columns { titles, summaries, bodies, ids, urls, authors, dates, .. } = &mut self.texts;
        for texts in [titles, summaries, bodies, ids, urls, authors] {
            texts.shrink();
        }
        dates.shrink_to_fit();
        self.texts.summary_spans.shrink();
        self.texts.body_spans.shrink();
        self.texts.links.shrink();
        self.texts.pages.shrink();
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

impl Columns {
    /// The approximate size of the folded text in bytes.
    fn bytes(&self) -> usize {
        let texts = self.titles.bytes() + self.summaries.bytes() + self.bodies.bytes();
        texts + 3 * self.dates.len()
    }

    fn key(&self, at: usize) -> i64 {
        self.dates.get(at).copied().flatten().map_or(i64::MAX, |date| -date.instant())
    }

    pub(super) fn identity(&self, at: usize) -> Identity<'_> {
        Identity {
            id: self.ids.get(at),
            url: self.urls.get(at),
            title: self.titles.get(at),
            summary: self.summaries.get(at),
            body: self.bodies.get(at),
            level: Level::Name,
            date: self.dates.get(at).copied().flatten(),
        }
    }

    fn fold(&self) -> Folded {
        let rows = self.dates.len();
        let mut folded = Folded { text: String::with_capacity(self.bytes()), ends: Vec::with_capacity(rows) };
        for at in 0..rows {
            let fields = [(&self.titles, FIELD_END), (&self.summaries, FIELD_END), (&self.bodies, RELEASE_END)];
            for (texts, end) in fields {
                fold_into(texts.get(at).as_str(), &mut folded.text);
                folded.text.push(end);
            }
            folded.ends.push(folded.text.len() as u32);
        }
        folded
    }
}
