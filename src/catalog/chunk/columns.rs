//! The texts and dates of a chunk.

use super::super::column::{Sparse, Texts, room};
use super::super::links::Links;
use super::super::story::Prints;
use crate::release::identity::Level;
use crate::release::{Date, Identity, Link, Release, Span};
use crate::text::{Clean, CleanBuf, FoldedTexts, Text};

/// All that releases have of their own, except the values of facets.
#[derive(Debug, Default)]
pub(in crate::catalog) struct Columns {
    /// The title, or the first line of the text if there is no title.
    pub(in crate::catalog) headings: Texts,
    /// The rows without a title but with a heading.
    untitled: Vec<u32>,
    /// The texts as search reads them; summaries and bodies are stored nowhere else.
    pub(in crate::catalog) folded: FoldedTexts,
    pub(in crate::catalog) ids: Texts,
    pub(in crate::catalog) urls: Texts,
    pub(in crate::catalog) authors: Texts,
    pub(in crate::catalog) summary_spans: Sparse<Span>,
    pub(in crate::catalog) body_spans: Sparse<Span>,
    pub(in crate::catalog) links: Links,
    /// When the full text that replaces the feed's text was fetched.
    pub(in crate::catalog) pages: Sparse<i64>,
    pub(in crate::catalog) dates: Vec<Option<Date>>,
    /// What tells each release from those of other stories; empty where stories are not merged.
    pub(in crate::catalog) prints: Vec<Prints>,
    /// The smallest sort key.
    pub(in crate::catalog) newest: i64,
}

impl Columns {
    /// Makes empty columns with room for `rows` releases like those of others.
    pub fn like(before: &Self, rows: usize) -> Self {
        let Self { headings, folded, ids, urls, authors, .. } = before;
        let known = folded.len();
        let (text, changes) = (room(folded.text().len(), known, rows), room(folded.change_bytes(), known, rows));
        Self {
            headings: Texts::like(headings, rows),
            folded: FoldedTexts::with_capacity(rows, text, changes),
            ids: Texts::like(ids, rows),
            urls: Texts::like(urls, rows),
            authors: Texts::like(authors, rows),
            dates: Vec::with_capacity(rows),
            ..Self::default()
        }
    }

    /// The size of the texts in bytes.
    pub(in crate::catalog) fn bytes(&self) -> usize {
        self.headings.bytes() + self.folded.text().len() + self.folded.change_bytes()
    }

    pub(in crate::catalog) fn title(&self, at: usize) -> Clean<'_> {
        if self.untitled.binary_search(&(at as u32)).is_ok() { Clean::default() } else { self.headings.get(at) }
    }

    pub fn key(&self, at: usize) -> i64 {
        self.dates.get(at).copied().flatten().map_or(i64::MAX, |date| -date.instant())
    }

    pub(in crate::catalog) fn identity(&self, at: usize) -> Identity<'_> {
        Identity {
            id: self.ids.get(at),
            url: self.urls.get(at),
            title: self.title(at),
            summary: Text::Stored(self.folded.summary(at)),
            body: Text::Stored(self.folded.body(at)),
            level: Level::Name,
            date: self.dates.get(at).copied().flatten(),
        }
    }

    /// Appends a release.
    pub fn push(&mut self, release: &Release) {
        let at = self.dates.len();
        let [title, summary, body] = [&release.title, &release.summary, &release.body].map(CleanBuf::as_clean);
        self.push_heading(title, if title.is_empty() { first_line(summary) } else { title });
        self.folded.push(title, summary, body);
        self.ids.push(release.id.as_clean());
        self.urls.push(release.url.as_clean());
        self.authors.push(release.author.as_clean());
        self.summary_spans.push(at, release.summary_spans.iter().copied());
        self.body_spans.push(at, release.body_spans.iter().copied());
        self.links.push(at, &release.links);
        self.pages.push(at, release.page);
        self.dates.push(release.date);
        self.note_key(at);
    }

    /// Appends a row of other columns.
    pub fn push_row(&mut self, from: &Self, row: usize) {
        let at = self.dates.len();
        self.push_heading(from.title(row), from.headings.get(row));
        self.folded.push_from(&from.folded, row);
        self.ids.push(from.ids.get(row));
        self.urls.push(from.urls.get(row));
        self.authors.push(from.authors.get(row));
        self.summary_spans.push(at, from.summary_spans.get(row).iter().copied());
        self.body_spans.push(at, from.body_spans.get(row).iter().copied());
        let links: Vec<Link> = from.links.get(row).map(Link::from).collect();
        self.links.push(at, &links);
        self.pages.push(at, from.pages.get(row).iter().copied());
        self.dates.push(from.dates.get(row).copied().flatten());
        self.prints.extend(from.prints.get(row));
        self.note_key(at);
    }

    fn push_heading(&mut self, title: Clean<'_>, heading: Clean<'_>) {
        if title.is_empty() && !heading.is_empty() {
            self.untitled.push(self.dates.len() as u32);
        }
        self.headings.push(heading);
    }

    fn note_key(&mut self, at: usize) {
        let key = self.key(at);
        self.newest = if at == 0 { key } else { self.newest.min(key) };
    }

    /// Frees unused buffer capacity.
    pub fn shrink(&mut self) {
        let Self { headings, ids, urls, authors, dates, .. } = self;
        for texts in [headings, ids, urls, authors] {
            texts.shrink();
        }
        self.folded.shrink();
        self.untitled.shrink_to_fit();
        dates.shrink_to_fit();
        self.prints.shrink_to_fit();
        self.summary_spans.shrink();
        self.body_spans.shrink();
        self.links.shrink();
        self.pages.shrink();
    }
}

/// Returns the first line of a text.
fn first_line(text: Clean<'_>) -> Clean<'_> {
    let end = text.as_str().find('\n').unwrap_or(text.as_str().len());
    text.get(0..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copied_row_has_the_same_texts_and_no_other_title() {
        let rows =
            [("Bridge closed", "It is CLOSED.", "Zürich"), ("", "Zürich.\n\nIt is closed.", ""), ("", "", "Body")];
        let mut columns = Columns::default();
        for (title, summary, body) in rows {
            let [summary, body] = [summary, body].map(CleanBuf::block);
            columns.push(&Release { title: CleanBuf::line(title), summary, body, ..Release::default() });
        }
        let mut copied = Columns::like(&columns, 1);
        (0..rows.len()).rev().for_each(|row| copied.push_row(&columns, row));
        let texts = |columns: &Columns, at| {
            let (summary, body) = (columns.folded.summary(at).to_buf(), columns.folded.body(at).to_buf());
            [columns.title(at), columns.headings.get(at), summary.as_clean(), body.as_clean()]
                .map(|text| text.to_string())
        };
        let headings = ["Bridge closed", "Zürich.", ""];
        for (row, ((title, summary, body), heading)) in rows.into_iter().zip(headings).enumerate() {
            assert_eq!(texts(&columns, row), [title, heading, summary, body]);
            assert_eq!(texts(&copied, rows.len() - 1 - row), [title, heading, summary, body]);
        }
    }
}
