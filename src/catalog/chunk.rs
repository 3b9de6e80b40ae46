//! A run of releases as columns, and the view of one release.

use std::sync::OnceLock;

use super::column::{Ids, Sparse, Texts};
use super::links::{LinkRef, Links};
use super::{Catalog, Facet, ValueId};
use crate::release::{Date, Release, Span};
use crate::text::{Clean, fold_into};

/// Parts the fields of a release in the folded text: no word or phrase crosses it.
const FIELD_END: char = '\n';
/// Parts the releases in the folded text.
const RELEASE_END: char = '\0';

/// The text of a chunk as search reads it.
#[derive(Debug, Default)]
pub struct Folded {
    /// `title \n summary \n body \0` of each release, end to end.
    text: String,
    /// Where each release ends, its end mark among it; ascending.
    ends: Vec<u32>,
}

impl Folded {
    /// The text of all releases, for one scan.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the text of each release ends, its end mark among it; ascending.
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

/// Some thousand releases as columns; immutable once it is part of a catalog.
#[derive(Debug, Default)]
pub struct Chunk {
    titles: Texts,
    summaries: Texts,
    bodies: Texts,
    ids: Texts,
    urls: Texts,
    authors: Texts,
    summary_spans: Sparse<Span>,
    body_spans: Sparse<Span>,
    links: Links,
    dates: Vec<Option<Date>>,
    facets: [Ids; Facet::COUNT],
    /// What search reads; made at first need, since showing releases does without.
    folded: OnceLock<Folded>,
    /// The least sort key.
    newest: i64,
}

impl Chunk {
    /// How many releases it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.dates.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.dates.is_empty()
    }

    /// Bytes of text that search reads, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let texts = self.titles.bytes() + self.summaries.bytes() + self.bodies.bytes();
        texts + 3 * self.len()
    }

    /// Bytes of the texts beside those.
    #[must_use]
    pub fn other_bytes(&self) -> usize {
        self.links.bytes()
    }

    /// What search reads, made by the first who asks.
    pub fn folded(&self) -> &Folded {
        self.folded.get_or_init(|| {
            let mut folded = Folded { text: String::with_capacity(self.bytes()), ends: Vec::with_capacity(self.len()) };
            for at in 0..self.len() {
                let fields = [(&self.titles, FIELD_END), (&self.summaries, FIELD_END), (&self.bodies, RELEASE_END)];
                for (texts, end) in fields {
                    fold_into(texts.get(at).as_str(), &mut folded.text);
                    folded.text.push(end);
                }
                folded.ends.push(folded.text.len() as u32);
            }
            folded
        })
    }

    /// The values of one release in a facet.
    #[must_use]
    pub fn values(&self, facet: Facet, at: usize) -> &[ValueId] {
        self.facets[facet as usize].get(at)
    }

    /// The values of all releases in a facet, where each has exactly one.
    #[must_use]
    pub fn single(&self, facet: Facet) -> Option<&[ValueId]> {
        self.facets[facet as usize].single()
    }

    /// Sort key of its newest release; `i64::MAX` without any date.
    #[must_use]
    pub fn newest(&self) -> i64 {
        self.newest
    }

    /// The day of one release, since 1970-01-01 in its publisher's calendar. `None` without a date.
    #[must_use]
    pub fn day(&self, at: usize) -> Option<i32> {
        self.dates.get(at).copied().flatten().map(Date::days_since_epoch)
    }

    /// The names of one release's authors, or nothing.
    #[must_use]
    pub fn author(&self, at: usize) -> Clean<'_> {
        self.authors.get(at)
    }

    pub(super) fn key(&self, at: usize) -> i64 {
        self.dates.get(at).copied().flatten().map_or(i64::MAX, |date| -date.instant())
    }

    /// Appends a release; `values` holds its values facet by facet.
    pub(super) fn push(&mut self, release: &Release, values: &[Vec<ValueId>; Facet::COUNT]) {
        self.titles.push(release.title.as_clean());
        self.summaries.push(release.summary.as_clean());
        self.bodies.push(release.body.as_clean());
        self.ids.push(release.id.as_clean());
        self.urls.push(release.url.as_clean());
        self.authors.push(release.author.as_clean());
        let at = self.dates.len();
        self.summary_spans.push(at, release.summary_spans.iter().copied());
        self.body_spans.push(at, release.body_spans.iter().copied());
        self.links.push(at, &release.links);
        self.dates.push(release.date);
        let key = self.key(self.dates.len() - 1);
        self.newest = if self.dates.len() == 1 { key } else { self.newest.min(key) };
        for (column, values) in self.facets.iter_mut().zip(values) {
            column.push(values);
        }
    }

    /// Gives back what the buffers hold beyond their content.
    pub(super) fn shrink(&mut self) {
        for texts in
            [&mut self.titles, &mut self.summaries, &mut self.bodies, &mut self.ids, &mut self.urls, &mut self.authors]
        {
            texts.shrink();
        }
        self.summary_spans.shrink();
        self.body_spans.shrink();
        self.links.shrink();
        self.facets.iter_mut().for_each(Ids::shrink);
        self.dates.shrink_to_fit();
    }
}

/// One release of a catalog.
#[derive(Clone, Copy)]
pub struct ReleaseRef<'a> {
    catalog: &'a Catalog,
    chunk: &'a Chunk,
    at: usize,
}

impl<'a> ReleaseRef<'a> {
    pub(super) fn new(catalog: &'a Catalog, chunk: &'a Chunk, at: usize) -> Self {
        Self { catalog, chunk, at }
    }

    /// One line; empty where the feed gives none.
    #[must_use]
    pub fn title(&self) -> Clean<'a> {
        self.chunk.titles.get(self.at)
    }

    /// Plain text, paragraphs parted by line breaks.
    #[must_use]
    pub fn summary(&self) -> Clean<'a> {
        self.chunk.summaries.get(self.at)
    }

    /// The full text where there is one beside the summary, else empty.
    #[must_use]
    pub fn body(&self) -> Clean<'a> {
        self.chunk.bodies.get(self.at)
    }

    /// How parts of the summary look and belong together; mostly none.
    #[must_use]
    pub fn summary_spans(&self) -> &'a [Span] {
        self.chunk.summary_spans.get(self.at)
    }

    /// As of the summary.
    #[must_use]
    pub fn body_spans(&self) -> &'a [Span] {
        self.chunk.body_spans.get(self.at)
    }

    /// The addresses beside its own that the texts or the feed name; spans count them.
    #[must_use]
    pub fn links(&self) -> impl ExactSizeIterator<Item = LinkRef<'a>> + use<'a> {
        self.chunk.links.get(self.at)
    }

    /// What the feed calls it.
    #[must_use]
    pub fn id(&self) -> Clean<'a> {
        self.chunk.ids.get(self.at)
    }

    /// An http or https address, or nothing.
    #[must_use]
    pub fn url(&self) -> Clean<'a> {
        self.chunk.urls.get(self.at)
    }

    /// Names of its authors, or nothing.
    #[must_use]
    pub fn author(&self) -> Clean<'a> {
        self.chunk.authors.get(self.at)
    }

    /// When it was published.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        self.chunk.dates.get(self.at).copied().flatten()
    }

    /// Its values in a facet: at least one, [`super::NONE`] where it has none.
    #[must_use]
    pub fn values(&self, facet: Facet) -> &'a [ValueId] {
        self.chunk.values(facet, self.at)
    }

    /// The names of its values in a facet, without the empty one.
    pub fn labels(&self, facet: Facet) -> impl Iterator<Item = Clean<'a>> + use<'a> {
        let values = self.catalog.values(facet);
        self.values(facet).iter().map(|&id| values.label(id)).filter(|label| !label.is_empty())
    }

    /// Whether the catalog has more than one source, so that the source says something.
    #[must_use]
    pub fn has_many_sources(&self) -> bool {
        self.catalog.values(Facet::Source).len() > 2
    }

    /// The name of its first value in a facet; empty where it has none.
    #[must_use]
    pub fn label(&self, facet: Facet) -> Clean<'a> {
        self.labels(facet).next().unwrap_or_default()
    }
}
