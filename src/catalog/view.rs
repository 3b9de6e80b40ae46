//! The view of one release, which hides the columns from the rest of the program.

use super::links::LinkRef;
use super::{Catalog, Chunk, Duplicate, Facet, ReleaseIndex, ValueId};
use crate::release::{Date, Identity, Link, Release, Span};
use crate::text::{Clean, CleanBuf};

/// One release of a catalog.
#[derive(Clone, Copy)]
pub struct ReleaseRef<'a> {
    catalog: &'a Catalog,
    chunk: &'a Chunk,
    at: usize,
    index: ReleaseIndex,
}

impl<'a> ReleaseRef<'a> {
    pub(super) fn new(catalog: &'a Catalog, chunk: &'a Chunk, at: usize, index: ReleaseIndex) -> Self {
        Self { catalog, chunk, at, index }
    }

    /// One line; may be empty.
    #[must_use]
    pub fn title(&self) -> Clean<'a> {
        self.chunk.texts.titles.get(self.at)
    }

    /// The title, or the first line of the text if there is no title; may be empty.
    #[must_use]
    pub fn heading(&self) -> Clean<'a> {
        let title = self.title();
        if !title.is_empty() {
            return title;
        }
        let text = self.summary();
        let end = text.as_str().find('\n').unwrap_or(text.as_str().len());
        text.get(0..end).unwrap_or_default()
    }

    /// Plain text with paragraphs separated by line breaks.
    #[must_use]
    pub fn summary(&self) -> Clean<'a> {
        self.chunk.texts.summaries.get(self.at)
    }

    /// The full text if there is one besides the summary, otherwise empty.
    #[must_use]
    pub fn body(&self) -> Clean<'a> {
        self.chunk.texts.bodies.get(self.at)
    }

    /// Styles and blocks of the summary; mostly none.
    #[must_use]
    pub fn summary_spans(&self) -> &'a [Span] {
        self.chunk.texts.summary_spans.get(self.at)
    }

    /// Styles and blocks of the body.
    #[must_use]
    pub fn body_spans(&self) -> &'a [Span] {
        self.chunk.texts.body_spans.get(self.at)
    }

    /// The addresses in the texts or the feed besides the release's own; spans index them.
    #[must_use]
    pub fn links(&self) -> impl ExactSizeIterator<Item = LinkRef<'a>> + use<'a> {
        self.chunk.texts.links.get(self.at)
    }

    /// When the page whose text replaces the feed's was fetched, in seconds since 1970; `None` without such a text.
    #[must_use]
    pub fn page(&self) -> Option<i64> {
        self.chunk.texts.pages.get(self.at).first().copied()
    }

    /// The feed's id; may be empty.
    #[must_use]
    pub fn id(&self) -> Clean<'a> {
        self.chunk.texts.ids.get(self.at)
    }

    /// Its identity within its own source.
    #[must_use]
    pub fn identity(&self) -> Identity<'a> {
        self.chunk.texts.identity(self.at).at(self.catalog.levels.of(self.index))
    }

    /// Its identity in each of its sources, its own first.
    pub fn identities(&self) -> impl Iterator<Item = (ValueId, Identity<'a>)> + use<'a> {
        let (catalog, index) = (self.catalog, self.index);
        let own = (self.values(Facet::Source).first().copied().unwrap_or_default(), self.identity());
        let others = self.chunk.reprints(self.at).iter();
        let of_other = move |reprint: &'a Duplicate| {
            let level = catalog.levels.of_reprint(index, reprint.source);
            (reprint.source, Identity::from(&reprint.release).at(level))
        };
        std::iter::once(own).chain(others.map(move |(_, reprint)| of_other(reprint)))
    }

    /// The same story in other sources, with their names.
    #[must_use]
    pub fn reprints(&self) -> impl ExactSizeIterator<Item = (Clean<'a>, &'a Duplicate)> + use<'a> {
        let sources = self.catalog.values(Facet::Source);
        self.chunk.reprints(self.at).iter().map(|(_, reprint)| (sources.label(reprint.source), &**reprint))
    }

    /// An http or https address; may be empty.
    #[must_use]
    pub fn url(&self) -> Clean<'a> {
        self.chunk.texts.urls.get(self.at)
    }

    /// The names of its authors; may be empty.
    #[must_use]
    pub fn author(&self) -> Clean<'a> {
        self.chunk.texts.authors.get(self.at)
    }

    /// The date of publication.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        self.chunk.texts.dates.get(self.at).copied().flatten()
    }

    /// Copies it to a release as a feed reader returns it.
    #[must_use]
    pub fn to_release(&self) -> Release {
        Release {
            id: self.id().to_buf(),
            title: self.title().to_buf(),
            summary: self.summary().to_buf(),
            body: self.body().to_buf(),
            topics: self.labels(Facet::Topic).map(Clean::to_buf).collect(),
            place: self.label(Facet::Place).to_buf(),
            author: self.author().to_buf(),
            date: self.date(),
            url: self.url().to_buf(),
            page: self.page(),
            summary_spans: self.summary_spans().to_vec(),
            body_spans: self.body_spans().to_vec(),
            links: self.links().map(Link::from).collect(),
        }
    }

    /// Its values in a facet: at least one, [`super::NONE`] if there is no other.
    #[must_use]
    pub fn values(&self, facet: Facet) -> &'a [ValueId] {
        self.chunk.values(facet, self.at)
    }

    /// The names of its values in a facet in the publisher's spelling, without the empty one.
    pub fn labels(&self, facet: Facet) -> impl Iterator<Item = Clean<'a>> + use<'a> {
        let values = self.catalog.values(facet);
        self.chunk.spellings(facet, self.at).iter().map(|&id| values.spelling(id)).filter(|label| !label.is_empty())
    }

    /// Its source and the number of further ones: `Gazette +2`.
    #[must_use]
    pub fn source(&self) -> CleanBuf {
        let label = self.label(Facet::Source);
        match self.reprints().len() {
            0 => label.to_buf(),
            more => CleanBuf::line(&format!("{label} +{more}")),
        }
    }

    /// Whether the catalog has more than one source, so that showing the source is useful.
    #[must_use]
    pub fn has_many_sources(&self) -> bool {
        self.catalog.values(Facet::Source).present().nth(1).is_some()
    }

    /// Whether the catalog has dates, so that an undated release should say so.
    #[must_use]
    pub fn is_among_dated(&self) -> bool {
        self.catalog.is_dated()
    }

    /// The name of its first value in a facet; may be empty.
    #[must_use]
    pub fn label(&self, facet: Facet) -> Clean<'a> {
        self.labels(facet).next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Builder;

    #[test]
    fn a_release_without_a_title_is_named_by_the_first_line_of_its_text() {
        let called = |title: &str, summary: &str| {
            let mut builder = Builder::new();
            builder.source(CleanBuf::line("a").as_clean());
            let release =
                Release { title: CleanBuf::line(title), summary: CleanBuf::block(summary), ..Release::default() };
            builder.push(0, &release);
            builder.end_source();
            let catalog = builder.publish();
            catalog.release(0.into()).expect("a release").heading().to_string()
        };
        for (title, summary, heading) in [
            ("Bridge closed", "It is closed.", "Bridge closed"),
            ("", "Zürich, Monday.\n\nIt is closed.", "Zürich, Monday."),
            ("", "\n\n  It is closed.", "It is closed."),
            ("", "[image: A bridge]", "[image: A bridge]"),
            ("", "", ""),
        ] {
            assert_eq!(called(title, summary), heading);
        }
    }
}
