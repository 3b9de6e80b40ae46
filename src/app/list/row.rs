//! The layout of a release in the list: the number of its lines and what each shows.

use std::ops::Range;

use chrono::Datelike;

use crate::catalog::{Facet, ReleaseRef};
use crate::query::Sort;
use crate::release::Precision;
use crate::text::width::ELLIPSIS;
use crate::text::{Clean, fill_lines, width};
use crate::typeset::month_name;

/// Columns before a title: bar, dot, star, blank.
pub const GUTTER: u16 = 4;
/// Columns of the topic at the right of a row, and the minimum list width for it.
const TOPIC: u16 = 20;
const TOPIC_BESIDE: u16 = 56;
/// The same where a narrow terminal shows one pane: there the title needs the columns more.
const TOPIC_BESIDE_ALONE: u16 = 68;
/// Columns of a date with its year.
const DATE: u16 = 11;
/// Columns between a title and the facts after it, and between a date and a topic.
pub const FACTS_GAP: u16 = 2;

/// How the list shows a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowStyle {
    /// One line.
    Compact,
    /// One line; for the selected release, as many as its title needs.
    OneLine,
    /// A title of up to two lines, in full for the selected release, and the facts.
    Wrapped,
}

impl RowStyle {
    /// The minimum number of lines of a release.
    #[must_use]
    pub fn least_lines(self) -> usize {
        if self == Self::Wrapped { 2 } else { 1 }
    }

    /// The maximum number of lines of a title, in a list of `rows` lines.
    fn title_lines(self, is_selected: bool, rows: usize) -> usize {
        match self {
            Self::Compact => 1,
            // A line is left for the heading above.
            _ if is_selected => rows.saturating_sub(1).max(1),
            Self::OneLine => 1,
            Self::Wrapped => 2,
        }
    }
}

/// The columns of a row, counted from its left edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowColumns {
    /// The columns of the date before the title; 0 without one.
    pub date: u16,
    /// The first column of the title.
    pub title: u16,
    /// The columns of the title.
    pub width: u16,
    /// The columns of the topic at the right; 0 without one.
    pub topic: u16,
}

impl RowColumns {
    /// Divides a row of `width` columns. In date order, the heading shows the month.
    #[must_use]
    pub fn new(width: u16, style: RowStyle, sort: Sort) -> Self {
        let is_wide = match style {
            RowStyle::Compact => width > TOPIC_BESIDE,
            RowStyle::OneLine => width > TOPIC_BESIDE_ALONE,
            RowStyle::Wrapped => false,
        };
        let date = match style {
            RowStyle::Wrapped => 0,
            _ if sort.is_by_date() => 2,
            _ if is_wide => DATE,
            _ => 0,
        };
        let topic = if is_wide { TOPIC.min(width / 4) } else { 0 };
        let title = GUTTER + if date > 0 { date + 1 } else { 0 };
        let taken = title + 1 + if topic > 0 { topic + 2 } else { 0 };
        Self { date, title, width: width.saturating_sub(taken), topic }
    }
}

/// A line of a title, as byte ranges of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TitleLine {
    /// The text at its start.
    pub head: Range<usize>,
    /// The text after an ellipsis, which replaces what two titles share.
    pub tail: Option<Range<usize>>,
    /// Whether an ellipsis ends it.
    pub is_cut: bool,
    /// The number after that ellipsis if nothing else tells the title from another one.
    pub number: Option<usize>,
}

impl TitleLine {
    /// Returns the parts of the line: ranges of the title, and what is between and after them.
    pub fn parts(&self) -> impl Iterator<Item = Result<Range<usize>, String>> + '_ {
        let tail = self.tail.iter().flat_map(|tail| [Err(ELLIPSIS.to_owned()), Ok(tail.clone())]);
        let number = self.number.map_or_else(String::new, |number| number.to_string());
        let end = self.is_cut.then(|| Err(ELLIPSIS.to_owned() + &number));
        std::iter::once(Ok(self.head.clone())).chain(tail).chain(end)
    }

    /// Returns what is on the screen.
    #[must_use]
    pub fn text(&self, title: Clean<'_>) -> String {
        let text = |range: Range<usize>| title.as_str().get(range).unwrap_or_default().to_owned();
        self.parts().map(|part| part.map_or_else(|sign| sign, text)).collect()
    }
}

/// The position of date, topic and place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FactsPlace {
    /// On the line of the title, or nowhere if a low list has no line for them.
    #[default]
    Beside,
    /// After the title.
    Behind,
    /// On a line of their own.
    Below,
}

/// The lines of a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowLines {
    /// The lines of the title, at least one.
    pub title: Vec<TitleLine>,
    /// The position of the facts.
    pub facts: FactsPlace,
    /// Whether the last line shows a match in the text.
    pub has_snippet: bool,
}

impl RowLines {
    /// Lays out a row: a title in at most `limit` lines of `columns`, and facts that need `facts` columns.
    #[must_use]
    pub fn new(title: Clean<'_>, facts: usize, columns: usize, style: RowStyle, limit: usize) -> Self {
        let (ranges, is_cut) = fill_lines(title, columns, limit);
        let last = ranges.len().saturating_sub(1);
        let end = ranges.get(last).and_then(|line| title.as_str().get(line.clone())).map_or(0, width);
        let line = |(n, head)| TitleLine { head, tail: None, is_cut: is_cut && n == last, number: None };
        let fits = !is_cut && end + usize::from(FACTS_GAP) + facts <= columns;
        let is_behind = last > 0 && (facts == 0 || fits);
        let facts = match style {
            RowStyle::Compact | RowStyle::OneLine => FactsPlace::Beside,
            RowStyle::Wrapped if is_behind => FactsPlace::Behind,
            RowStyle::Wrapped => FactsPlace::Below,
        };
        Self { title: ranges.into_iter().enumerate().map(line).collect(), facts, has_snippet: false }
    }

    /// Leaves out the facts if they do not fit into `rows`.
    fn in_rows(self, rows: usize) -> Self {
        if self.height() > rows { Self { facts: FactsPlace::Beside, ..self } } else { self }
    }

    /// The number of lines.
    #[must_use]
    pub fn height(&self) -> usize {
        self.title.len() + usize::from(self.facts == FactsPlace::Below) + usize::from(self.has_snippet)
    }

    /// The columns of the last line of the title, which is not cut.
    #[must_use]
    pub fn last_width(&self, title: Clean<'_>) -> usize {
        self.title.last().map_or(0, |line| width(&line.text(title)))
    }

    /// Returns the number of bytes of a cut title that are shown; `None` if all are.
    fn cut_at(&self) -> Option<usize> {
        self.title.last().filter(|line| line.is_cut).map(|line| line.head.end)
    }
}

/// The settings that all rows of a list share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowShape {
    /// How a release is shown.
    pub style: RowStyle,
    /// Columns of a row.
    pub width: u16,
    /// Lines of the viewport.
    pub rows: usize,
    /// The order of the list.
    pub sort: Sort,
}

impl RowShape {
    /// Lays out a release. `others` are the titles near it in the list. Where a title may have several lines, one that
    /// would look like one of them is shown in full.
    #[must_use]
    pub fn lines<'a>(
        &self,
        release: &ReleaseRef<'_>,
        is_selected: bool,
        mut others: impl Iterator<Item = Clean<'a>>,
    ) -> RowLines {
        let Self { style, rows, .. } = *self;
        let title = release.heading();
        let columns = usize::from(RowColumns::new(self.width, style, self.sort).width);
        let facts = if style == RowStyle::Wrapped { self.facts_width(release) } else { 0 };
        let lay_out = |is_full| {
            let limit = style.title_lines(is_full, rows);
            RowLines::new(title, facts, columns, style, limit).in_rows(rows.saturating_sub(1))
        };
        let lines = lay_out(is_selected);
        let Some(shown) = lines.cut_at().filter(|_| style == RowStyle::Wrapped) else { return lines };
        let shown = title.as_str().get(..shown).unwrap_or_default();
        let is_alike = others.any(|other| other.as_str().starts_with(shown) && other != title);
        if is_alike { lay_out(true) } else { lines }
    }

    /// Returns the columns of the date and the first of the other facts.
    fn facts_width(&self, release: &ReleaseRef<'_>) -> usize {
        let date = width(&short_date(release, self.sort));
        let labels = [Facet::Topic, Facet::Place].into_iter().map(|facet| release.label(facet));
        let label = labels.into_iter().find(|label| !label.is_empty()).map_or(0, |label| width(label.as_str()));
        let gap = if date > 0 && label > 0 { usize::from(FACTS_GAP) } else { 0 };
        date + gap + label
    }
}

/// Returns the day of a release as two digits or blanks.
#[must_use]
pub fn day(release: &ReleaseRef<'_>) -> String {
    let day = release.date().filter(|date| date.precision() >= Precision::Day).map(|date| date.day().day());
    day.map_or_else(|| "  ".to_owned(), |day| format!("{day:02}"))
}

/// Returns the date of a release with a short month. In date order, the heading shows the year.
#[must_use]
pub fn short_date(release: &ReleaseRef<'_>, sort: Sort) -> String {
    let Some(date) = release.date() else { return String::new() };
    let month = month_name(date.day().month()).get(..3).unwrap_or_default();
    let year = if sort.is_by_date() { String::new() } else { format!(" {}", date.year()) };
    match date.precision() {
        Precision::Year => date.year().to_string(),
        Precision::Month => format!("   {month}{year}"),
        Precision::Day | Precision::Second => format!("{:02} {month}{year}", date.day().day()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::catalog;
    use crate::text::CleanBuf;

    const TITLE: &str = "Ministers of nine countries sign an accord on water";

    /// The lines of a title, with `…` where it is cut, and `(facts)` in the place of the facts.
    fn drawn(title: &str, lines: &RowLines) -> Vec<String> {
        let title = CleanBuf::line(title);
        let mut drawn: Vec<String> = lines.title.iter().map(|line| line.text(title.as_clean())).collect();
        match lines.facts {
            FactsPlace::Beside => {}
            FactsPlace::Behind => drawn.last_mut().expect("a line").push_str("  (facts)"),
            FactsPlace::Below => drawn.push("(facts)".to_owned()),
        }
        assert_eq!(drawn.len(), lines.height());
        drawn
    }

    #[test]
    fn facts_follow_the_title_where_they_fit() {
        let lines = |columns, style, limit| {
            let clean = CleanBuf::line(TITLE);
            drawn(TITLE, &RowLines::new(clean.as_clean(), 7, columns, style, limit))
        };
        assert_eq!(lines(60, RowStyle::Wrapped, 2), [TITLE, "(facts)"]);
        assert_eq!(
            lines(40, RowStyle::Wrapped, 2),
            ["Ministers of nine countries sign an", "accord on water  (facts)"]
        );
        assert_eq!(
            lines(30, RowStyle::Wrapped, 2),
            ["Ministers of nine countries", "sign an accord on water", "(facts)"]
        );
        assert_eq!(lines(20, RowStyle::Wrapped, 2), ["Ministers of nine", "countries sign an a…", "(facts)"]);
        assert_eq!(
            lines(20, RowStyle::Wrapped, 9),
            ["Ministers of nine", "countries sign an", "accord on water", "(facts)"]
        );
        assert_eq!(lines(20, RowStyle::OneLine, 1), ["Ministers of nine c…"]);
        assert_eq!(lines(20, RowStyle::OneLine, 9), ["Ministers of nine", "countries sign an", "accord on water"]);
    }

    #[test]
    fn in_a_low_list_the_title_matters_more_than_the_facts() {
        let catalog = catalog(&[(TITLE, "", "Water", "", (2018, 11, 6))]);
        let release = catalog.release(0.into()).expect("a release");
        let lines = |rows| {
            let shape = RowShape { style: RowStyle::Wrapped, width: 35, rows, sort: Sort::Newest };
            drawn(TITLE, &shape.lines(&release, true, std::iter::empty()))
        };
        assert_eq!(lines(4), ["Ministers of nine countries", "sign an accord on water", "(facts)"]);
        assert_eq!(lines(3), ["Ministers of nine countries", "sign an accord on water"]);
        assert_eq!(lines(2), ["Ministers of nine countries s…"]);
    }

    #[test]
    fn columns_are_shared_by_date_title_and_topic() {
        let columns = |width, style, sort| {
            let RowColumns { date, title, width, topic } = RowColumns::new(width, style, sort);
            (date, title, width, topic)
        };
        assert_eq!(columns(48, RowStyle::Wrapped, Sort::Newest), (0, 4, 43, 0));
        assert_eq!(columns(98, RowStyle::Compact, Sort::Newest), (2, 7, 68, 20));
        assert_eq!(columns(98, RowStyle::Compact, Sort::Title), (11, 16, 59, 20));
        assert_eq!(columns(38, RowStyle::OneLine, Sort::Newest), (2, 7, 30, 0));
        assert_eq!(columns(38, RowStyle::OneLine, Sort::Title), (0, 4, 33, 0));
        assert_eq!(columns(3, RowStyle::Wrapped, Sort::Title).2, 0);
    }

    #[test]
    fn a_title_that_begins_like_another_is_shown_in_full_where_it_may_have_several_lines() {
        let titles = [
            "The committee for water publishes its report on the rivers of the north",
            "The committee for water publishes its report on the rivers of the south",
            "Another title that is cut because the row is narrow",
        ];
        let items: Vec<_> = titles.iter().map(|&title| (title, "", "", "", (2018, 11, 6))).collect();
        let catalog = catalog(&items);
        let lines = |index| {
            let shape = RowShape { style: RowStyle::Wrapped, width: 26, rows: 20, sort: Sort::Newest };
            let releases: Vec<_> = catalog.releases().map(|(_, release)| release).collect();
            drawn(titles[index], &shape.lines(&releases[index], false, releases.iter().map(ReleaseRef::title)))
        };
        assert_eq!(
            lines(0),
            ["The committee for", "water publishes its", "report on the rivers", "of the north  (facts)"]
        );
        assert_eq!(lines(2), ["Another title that is", "cut because the row…", "(facts)"]);
    }
}
