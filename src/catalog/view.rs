//! The view of one release, which hides the columns from the rest of the program.

use std::borrow::Cow;

use super::custom::CustomColumn;
use super::facet::dedup;
use super::links::LinkRef;
use super::{Catalog, Chunk, Duplicate, Facet, NONE, ReleaseIndex, ValueId};
use crate::feed::TopicSource;
use crate::release::{CustomField, Date, FieldName, Identity, Link, Release, Span};
use crate::text::{Clean, CleanBuf, fold_name};

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
        self.chunk.texts.title(self.at)
    }

    /// The title, or the first line of the text if there is no title; may be empty.
    #[must_use]
    pub fn heading(&self) -> Clean<'a> {
        self.chunk.texts.headings.get(self.at)
    }

    /// Plain text with paragraphs separated by line breaks. It is restored from the folded text.
    #[must_use]
    pub fn summary(&self) -> CleanBuf {
        self.chunk.texts.folded.summary(self.at).to_buf()
    }

    /// The beginning of the summary: at least `bytes` bytes, if it has so many.
    #[must_use]
    pub fn summary_start(&self, bytes: usize) -> CleanBuf {
        self.chunk.texts.folded.summary(self.at).first(bytes)
    }

    /// The full text if there is one besides the summary, otherwise empty. It is restored from the folded text.
    #[must_use]
    pub fn body(&self) -> CleanBuf {
        self.chunk.texts.folded.body(self.at).to_buf()
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

    /// Its index in the catalog.
    #[must_use]
    pub fn index(&self) -> ReleaseIndex {
        self.index
    }

    /// Its identity within its own source.
    #[must_use]
    pub fn identity(&self) -> Identity<'a> {
        self.chunk.texts.identity(self.at).at(self.catalog.levels.of(self.index))
    }

    /// Its identity in each of its sources, its own first.
    pub fn identities(&self) -> impl Iterator<Item = (ValueId, Identity<'a>)> + use<'a> {
        let (catalog, index) = (self.catalog, self.index);
        let own = (self.values(Facet::Source).next().unwrap_or_default(), self.identity());
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

    /// Where its only topic was derived from, if it is the one that the rule of its source gives. Topics that the
    /// publisher names are never derived, except that an equal single one cannot be told apart here.
    #[must_use]
    pub fn topic_source(&self) -> Option<TopicSource> {
        let rule = self.catalog.origins.topics(self.values(Facet::Source).next()?)?;
        let topic = rule.topic(self.url().as_str(), self.title().as_str())?;
        let mut shown = self.labels(Facet::Topic);
        let only = shown.next().filter(|_| shown.next().is_none())?;
        rule.source().filter(|_| fold_name(only.as_str()) == fold_name(topic.as_str()))
    }

    /// The names of the user's own topics that it belongs to, if the catalog was given them.
    pub fn own_topics(&self) -> impl Iterator<Item = Clean<'a>> + use<'a> {
        self.catalog.own_topics.of(self.index).map(|topic| topic.name.as_clean())
    }

    /// Copies it to a release as a feed reader returns it.
    #[must_use]
    pub fn to_release(&self) -> Release {
        Release {
            id: self.id().to_buf(),
            title: self.title().to_buf(),
            summary: self.summary(),
            body: self.body(),
            topics: self.labels(Facet::Topic).map(Clean::to_buf).collect(),
            place: self.label(Facet::Place).to_buf(),
            author: self.author().to_buf(),
            date: self.date(),
            url: self.url().to_buf(),
            page: self.page(),
            summary_spans: self.summary_spans().to_vec(),
            body_spans: self.body_spans().to_vec(),
            links: self.links().map(Link::from).collect(),
            labels: self.labels(Facet::Label).map(Clean::to_buf).collect(),
            language: self.label(Facet::Custom(FieldName::LANGUAGE)).to_buf(),
            fields: self.custom_fields(),
            ..Release::default()
        }
    }

    /// Its values in a facet: at least one, [`super::NONE`] if there is no other.
    pub fn values(&self, facet: Facet) -> impl Iterator<Item = ValueId> + use<'a> {
        each(if let Facet::Custom(name) = facet {
            let values: Vec<ValueId> = self.custom(name).values(self.at).collect();
            if values.is_empty() { Cow::Borrowed(&[NONE]) } else { Cow::Owned(values) }
        } else if facet.is_of_source() {
            self.catalog.origins.of_all(facet, self.chunk.values(Facet::Source, self.at))
        } else {
            Cow::Borrowed(self.chunk.values(facet, self.at))
        })
    }

    /// The names of its values in a facet in the publisher's spelling, without the empty one. A folder is named by its
    /// path, without the folders around it.
    pub fn labels(&self, facet: Facet) -> impl Iterator<Item = Clean<'a>> + use<'a> {
        let values = self.catalog.values(facet);
        let ids = match facet {
            Facet::Folder => Cow::Owned(self.folders()),
            Facet::Account => Cow::Owned(self.values(facet).collect()),
            Facet::Custom(name) => Cow::Owned(self.custom(name).spellings(self.at).collect()),
            _ => Cow::Borrowed(self.chunk.spellings(facet, self.at)),
        };
        let is_of_source = facet.is_of_source();
        let name = move |id| if is_of_source { values.label(id) } else { values.spelling(id) };
        each(ids).map(name).filter(|label| !label.is_empty())
    }

    fn custom(&self, name: FieldName) -> CustomColumn<'a> {
        self.catalog.custom_column(name, self.index.position() - self.at, self.chunk)
    }

    /// The values of its custom fields that are facets, its language among them, by field. Its authors are in
    /// [`ReleaseRef::author`].
    pub fn fields(&self) -> impl Iterator<Item = (FieldName, Clean<'a>)> + use<'a> {
        let mut fields: Vec<(FieldName, Clean<'a>)> = Vec::new();
        for place in self.chunk.custom_places(self.at) {
            let Some(facet) = self.catalog.custom.all().get(place).filter(|facet| !facet.is_dropped) else { continue };
            let codes = CustomColumn::of_codes(self.chunk.custom(place), &facet.values).spellings(self.at);
            fields.extend(codes.map(|spelling| (facet.name, facet.values.spelling(spelling))));
        }
        fields.sort_by_key(|(name, _)| *name);
        fields.into_iter()
    }

    fn custom_fields(&self) -> Vec<CustomField> {
        let fields = self.fields().filter(|(name, _)| *name != FieldName::LANGUAGE);
        fields.map(|(name, value)| CustomField { name, value: value.to_buf() }).collect()
    }

    /// The folders of its sources, without those around them.
    fn folders(&self) -> Vec<ValueId> {
        let of_source = |&source: &ValueId| self.catalog.origins.of(Facet::Folder, source)[0];
        let mut folders: Vec<ValueId> = self.chunk.values(Facet::Source, self.at).iter().map(of_source).collect();
        dedup(&mut folders, |id| *id);
        folders
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

fn each(ids: Cow<'_, [ValueId]>) -> impl Iterator<Item = ValueId> {
    (0..ids.len()).map(move |at| ids[at])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::catalog::Builder;
    use crate::feed::Rules;

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

    #[test]
    fn only_a_single_topic_that_the_rule_gives_is_derived() {
        let rules = Rules::of_text(r#"{"topics":{"from":"address","found":{"after":[]}}}"#);
        let source = |topics: &[&str]| {
            let mut builder = Builder::new();
            builder.source(CleanBuf::line("a").as_clean());
            builder.derives(rules.topics.clone().map(Arc::new));
            let topics = topics.iter().map(|topic| CleanBuf::line(topic)).collect();
            let url = CleanBuf::line("https://a.example/water/1");
            builder.push(0, &Release { topics, url, ..Release::default() });
            builder.end_source();
            builder.publish().release(0.into()).expect("a release").topic_source()
        };
        assert_eq!(source(&["Water"]), Some(TopicSource::Address));
        for publishers in [&[][..], &["Safety"], &["Water", "Safety"], &["Safety", "Water"]] {
            assert_eq!(source(publishers), None, "{publishers:?}");
        }
    }
}
