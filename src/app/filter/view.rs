//! The rows of the pane that are in view. Names are shortened so that each can be told from the others; the name under
//! the cursor and those of the type-ahead are shown in full, on several lines if need be.

use std::ops::Range;

use super::names::name_columns;
use super::own::OWN_SIGN;
use super::{Filter, OwnRow, Row, Value, WordRow};
use crate::app::{App, Layout, Pane};
use crate::catalog::{Catalog, Facet, NONE};
use crate::text::{Clean, CleanBuf, cells, find_folded, fold, grouped, shorten, wrap};

/// The number of rows around a rare name that it is compared with. A limit keeps the cost independent of the number of
/// values; a high one keeps names from changing while the pane scrolls.
const COMPARED: usize = 32;
/// Names are wrapped only if this many columns are free for them.
const READABLE: u16 = 6;

/// The columns before a name without a digit.
const GUTTER: u16 = 2;

/// A row in view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownRow {
    /// Its index among all rows.
    pub at: usize,
    /// The row.
    pub row: Row,
    /// The lines of its name, if it is a value with a name.
    pub name: Vec<NameLine>,
}

/// A line of a name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameLine {
    /// The text, no wider than the columns that the row has for it.
    pub text: CleanBuf,
    /// The bytes of the text that match what is typed.
    pub found: Range<usize>,
}

impl Value {
    /// The columns before the name: a sign, and the digit of a topic.
    #[must_use]
    pub fn gutter(&self) -> u16 {
        gutter(self.facet)
    }
}

/// The columns before the name of a value of this facet.
pub(super) fn gutter(facet: Facet) -> u16 {
    if facet == Facet::Topic { 4 } else { GUTTER }
}

impl WordRow {
    /// The columns before the phrase.
    #[must_use]
    pub fn gutter(&self) -> u16 {
        GUTTER
    }
}

impl ShownRow {
    /// The number of lines.
    #[must_use]
    pub fn height(&self) -> usize {
        self.name.len().max(1)
    }
}

impl App {
    /// Returns the rows of the filter pane in view. The last one may be cut.
    #[must_use]
    pub fn filter_view(&self, layout: &Layout) -> Vec<ShownRow> {
        View::new(self, layout).rows()
    }

    /// Scrolls the filter pane so that its cursor is visible.
    pub(in crate::app) fn settle_filter(&mut self, layout: &Layout) {
        self.filter.keeps_digits = self.focus == Pane::Filter;
        self.filter.update_names(&self.catalog, layout.filter.width);
        let top = View::new(self, layout).settled();
        self.filter.cursor.top = top;
    }

    /// Scrolls the filter pane; its cursor moves only to stay visible.
    pub(in crate::app) fn scroll_filter(&mut self, lines: isize, layout: &Layout) {
        let view = View::new(self, layout);
        let top = self.filter.cursor.top.saturating_add_signed(lines).min(view.first_before(self.filter.rows.len()));
        let first = self.filter.near(top);
        let last = view.last_from(top).unwrap_or(first);
        self.filter.cursor.top = top;
        self.filter.cursor.at = self.filter.cursor.at.min(last).max(first);
    }
}

/// The inputs to the layout of the rows.
#[derive(Clone, Copy)]
struct View<'a> {
    filter: &'a Filter,
    catalog: &'a Catalog,
    /// The row whose name is shown in full, while the pane has the focus.
    cursor: Option<usize>,
    /// The columns of the pane.
    columns: u16,
    /// The lines of the pane.
    lines: usize,
}

impl<'a> View<'a> {
    fn new(app: &'a App, layout: &Layout) -> Self {
        Self {
            filter: &app.filter,
            catalog: &app.catalog,
            cursor: (app.focus == Pane::Filter).then_some(app.filter.cursor.at),
            columns: layout.filter.width,
            lines: usize::from(layout.filter_rows()).max(1),
        }
    }

    fn rows(&self) -> Vec<ShownRow> {
        let top = self.filter.cursor.top;
        let end = self.filter.rows.len().min(top + self.lines);
        let mut short = self.shortened(top..end);
        let mut used = 0;
        let mut shown = Vec::new();
        for (at, &row) in self.filter.rows.iter().enumerate().take(end).skip(top) {
            if used >= self.lines {
                break;
            }
            let name = match row {
                Row::Value(value) if self.is_whole(at, value) => self.name(value),
                Row::Word(word) => self.phrase(at, word),
                Row::Own(own) => self.own_topic(at, own),
                _ => short.get_mut(at - top).and_then(Option::take).into_iter().collect(),
            };
            let row = ShownRow { at, row, name };
            used += row.height();
            shown.push(row);
        }
        shown
    }

    /// The columns of a name.
    fn columns_of(&self, value: Value) -> u16 {
        name_columns(self.catalog, value.facet, value.id, self.columns)
    }

    fn label(&self, value: Value) -> Clean<'a> {
        self.catalog.values(value.facet).label(value.id)
    }

    /// Whether a name is shown in full.
    fn is_whole(&self, at: usize, value: Value) -> bool {
        let is_wanted = self.filter.type_ahead.is_some() || self.cursor == Some(at);
        is_wanted && value.id != NONE && self.columns_of(value) >= READABLE
    }

    /// Returns the lines of a phrase: in full under the cursor, else one.
    fn phrase(&self, at: usize, word: WordRow) -> Vec<NameLine> {
        let Some(phrase) = self.filter.words.phrase(word) else { return Vec::new() };
        let count = word.count.filter(|_| !word.is_excluded).map_or(0, |count| cells(&grouped(count as usize)));
        self.name_beside(phrase.as_clean(), word.gutter() + 1 + count, self.cursor == Some(at))
    }

    /// Returns the lines of the name of an own topic, with room for its sign: in full under the cursor, else one.
    fn own_topic(&self, at: usize, own: OwnRow) -> Vec<NameLine> {
        let Some(name) = self.filter.own_topic(own) else { return Vec::new() };
        let count = own.count.filter(|_| !own.is_excluded).map_or(0, |count| cells(&grouped(count as usize)));
        let is_whole = self.cursor == Some(at) || self.filter.type_ahead.is_some();
        self.name_beside(name.as_clean(), own.gutter() + OWN_SIGN + 1 + count, is_whole)
    }

    /// Returns the lines of a name beside so many columns of the pane that others take.
    fn name_beside(&self, name: Clean<'_>, taken: u16, is_whole: bool) -> Vec<NameLine> {
        let columns = self.columns.saturating_sub(taken);
        if is_whole && columns >= READABLE {
            return self.wrapped(name, columns);
        }
        shorten(&[(name, usize::from(columns))]).into_iter().map(|text| NameLine { text, found: 0..0 }).collect()
    }

    /// Returns the lines of a name in full.
    fn name(&self, value: Value) -> Vec<NameLine> {
        self.wrapped(self.label(value), self.columns_of(value))
    }

    /// Wraps a name, with the letters marked that match the text typed ahead.
    fn wrapped(&self, name: Clean<'_>, columns: u16) -> Vec<NameLine> {
        let typed = self.filter.type_ahead.as_ref().map(|(_, prompt)| fold(prompt.text())).unwrap_or_default();
        let found = if typed.is_empty() { None } else { find_folded(name.as_str(), &typed).into_iter().next() };
        let found = found.unwrap_or_default();
        let line = |line: Range<usize>| {
            let within = |at: usize| at.clamp(line.start, line.end) - line.start;
            let found = within(found.start)..within(found.end);
            NameLine { text: name.get(line).unwrap_or_default().to_buf(), found }
        };
        wrap(name, usize::from(columns)).into_iter().map(line).collect()
    }

    /// Returns the shortened names of some rows.
    fn shortened(&self, shown: Range<usize>) -> Vec<Option<NameLine>> {
        let named = shown.clone().map(|at| match self.filter.rows[at] {
            Row::Value(value) if value.id != NONE => {
                let name = self.filter.short_names.get(value.facet, value.id)?;
                Some(Some(NameLine { text: name.clone(), found: 0..0 }))
            }
            _ => Some(None),
        });
        named.collect::<Option<Vec<_>>>().unwrap_or_else(|| self.compared(shown))
    }

    /// Returns the shortened names of some rows, compared with those around them.
    fn compared(&self, shown: Range<usize>) -> Vec<Option<NameLine>> {
        let start = shown.start / COMPARED * COMPARED;
        let end = shown.end.next_multiple_of(COMPARED).min(self.filter.rows.len());
        let mut lines = vec![None; shown.len()];
        for facet in self.filter.facets() {
            let values = (start..end).filter_map(|at| match self.filter.rows[at] {
                Row::Value(value) if value.facet == facet && value.id != NONE => {
                    Some((at, (self.label(value), usize::from(self.columns_of(value)))))
                }
                _ => None,
            });
            let (rows, names): (Vec<usize>, Vec<_>) = values.unzip();
            for (at, text) in rows.into_iter().zip(shorten(&names)) {
                if let Some(line) = at.checked_sub(shown.start).and_then(|at| lines.get_mut(at)) {
                    *line = Some(NameLine { text, found: 0..0 });
                }
            }
        }
        lines
    }

    /// The number of lines of a row.
    fn height(&self, at: usize) -> usize {
        match self.filter.rows.get(at) {
            Some(&Row::Value(value))
                if self.is_whole(at, value) && cells(self.label(value).as_str()) > self.columns_of(value) =>
            {
                self.name(value).len()
            }
            Some(&Row::Word(word)) if self.cursor == Some(at) => self.phrase(at, word).len().max(1),
            Some(&Row::Own(own)) => self.own_topic(at, own).len().max(1),
            _ => 1,
        }
    }

    /// Returns the last of these rows that fits into the pane with those before it, if the first one does.
    fn last_that_fits(&self, rows: impl Iterator<Item = usize>) -> Option<usize> {
        let mut used = 0;
        let fits = |at: &usize| {
            used += self.height(*at);
            used <= self.lines
        };
        rows.take_while(fits).last()
    }

    /// Returns the first row from which on all rows before `end` fit into the pane.
    fn first_before(&self, end: usize) -> usize {
        self.last_that_fits((0..end).rev()).unwrap_or(end.saturating_sub(1))
    }

    /// Returns the last selectable row that fits into the pane below `top` with the cursor on it.
    fn last_from(&self, top: usize) -> Option<usize> {
        let end = self.filter.rows.len().min(top + self.lines);
        let fits = |&at: &usize| {
            let cursor = self.cursor.and(Some(at));
            View { cursor, ..*self }.last_that_fits(top..=at) == Some(at)
        };
        (top..end).rev().filter(|&at| self.filter.rows[at].can_be_selected()).find(fits)
    }

    /// Returns the row to scroll to so that the cursor is visible, with the heading above it if that fits, and no line
    /// of the pane stays empty.
    fn settled(&self) -> usize {
        let (at, rows) = (self.filter.cursor.at, &self.filter.rows);
        let is_heading = |above: usize| {
            let row = rows.get(above);
            matches!(row, Some(Row::Heading(_) | Row::Statuses | Row::SavedQueries | Row::Fields | Row::Words))
                && self.height(at) < self.lines
        };
        let heading = at.checked_sub(1).filter(|&above| is_heading(above));
        let first = self.first_before(at + 1);
        let last = heading.unwrap_or(at).max(first);
        self.filter.cursor.top.min(self.first_before(rows.len())).clamp(first, last)
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::MouseEventKind;

    use super::*;
    use crate::app::filter::{Heading, RankedTopic};
    use crate::app::tests::{TestApp, click, mouse};
    use crate::app::{ListCursor, Msg};
    use crate::catalog::tests::catalog;

    #[test]
    fn the_cursor_skips_headings_and_blank_rows() {
        let value = |id| {
            Row::Value(Value { facet: Facet::Topic, id, count: 0, is_chosen: false, is_excluded: false, digit: None })
        };
        let heading = |facet, all| Row::Heading(Heading { facet, all, chosen: 0, excluded: 0 });
        let rows = vec![heading(Facet::Topic, 2), value(1), Row::Blank, heading(Facet::Place, 1), value(2)];
        let mut filter = Filter { rows, cursor: ListCursor { at: 1, top: 0 }, ..Filter::default() };
        let settle = |filter: &mut Filter| {
            let catalog = Catalog::default();
            let cursor = Some(filter.cursor.at);
            let view = View { filter, catalog: &catalog, cursor, columns: 20, lines: 2 };
            filter.cursor.top = view.settled();
        };
        filter.step(1);
        assert_eq!(filter.cursor.at, 4);
        filter.step(5);
        settle(&mut filter);
        assert_eq!((filter.cursor.at, filter.cursor.top), (4, 3));
        filter.step(-1);
        settle(&mut filter);
        assert_eq!((filter.cursor.at, filter.cursor.top), (1, 0));
        filter.jump(true);
        assert_eq!(filter.cursor.at, 4);
    }

    /// A reader whose topics begin alike, with the focus on the filter pane.
    fn departments(columns: u16, rows: u16) -> TestApp {
        let titles: Vec<String> = (0..12).map(|n| n.to_string()).collect();
        let topics: Vec<String> =
            (10..22).map(|n| format!("Federal Department of Roads, Bridges and Tunnels of Region {n}")).collect();
        let row = |(title, topic)| (title, "", topic, "", (2018, 1, 1));
        let releases: Vec<crate::catalog::tests::Row<'_>> =
            titles.iter().map(String::as_str).zip(topics.iter().map(String::as_str)).map(row).collect();
        let mut reader = TestApp::new(columns, rows);
        reader.send(Msg::Loaded(catalog(&releases)));
        reader.keys("h");
        reader
    }

    /// The names in view, the lines of one joined by `|`.
    fn names(reader: &TestApp) -> Vec<String> {
        let view = reader.app.filter_view(&reader.app.layout());
        let joined = |row: &ShownRow| row.name.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("|");
        view.iter().map(joined).filter(|name| !name.is_empty()).collect()
    }

    #[test]
    fn names_differ_in_view_and_the_one_under_the_cursor_is_whole() {
        let mut reader = departments(120, 40);
        reader.keys("j j j");
        let names = names(&reader);
        assert_eq!(names[0], "Federal Department|of Roads, Bridges and|Tunnels of Region 10");
        assert_eq!(names[1..3], ["…11", "…12"]);
    }

    #[test]
    fn a_name_stays_the_same_whatever_is_filtered() {
        let mut reader = departments(120, 40);
        reader.keys("Esc");
        let before = names(&reader);
        assert!(before.contains(&"…12".to_owned()), "{before:?}");
        for keys in ["/ \"12\" Enter", "0 / \"2\" Enter", "0 3", "h o", "-"] {
            reader.keys(keys).keys("Esc Esc");
            let (mut all, mut now) = (before.clone(), names(&reader));
            all.sort_unstable();
            now.sort_unstable();
            assert_eq!(now, all, "{keys}");
        }
    }

    #[test]
    fn digits_stay_with_their_topics_while_the_pane_has_the_focus() {
        let mut reader = TestApp::new(150, 40);
        let first = |reader: &TestApp| {
            let (catalog, filter) = (&reader.app.catalog, &reader.app.filter);
            match filter.ranked_topics()[0] {
                RankedTopic::Value(id) => catalog.values(Facet::Topic).label(id).as_str().to_owned(),
                own @ RankedTopic::Own(_) => format!("{own:?}"),
            }
        };
        reader.keys("h G k k Space");
        assert_eq!((reader.query().as_str(), first(&reader).as_str()), ("place:Beijing", "Migration"));
        reader.keys("1");
        assert_eq!(reader.query(), "place:Beijing topic:Migration", "a digit takes what it stands beside");
        reader.keys("1 Esc");
        assert_eq!((reader.query().as_str(), first(&reader).as_str()), ("place:Beijing", "Migration"));
        reader.keys("/ \"joint\" Enter");
        assert_eq!(first(&reader), "Multilateral", "without the focus they follow the hits");
    }

    #[test]
    fn a_click_toggles_the_name_that_was_under_the_mouse() {
        let mut line = 0;
        loop {
            let mut reader = departments(120, 40);
            reader.keys("j j j Esc");
            assert_eq!(reader.app.focus, Pane::List);
            let layout = reader.app.layout();
            let mut shown = reader.app.filter_view(&layout).into_iter();
            let Some(row) = shown.nth(line) else { break };
            click(&mut reader, layout.filter.x, layout.filter.y + layout.head() + line as u16);
            if let Row::Value(value) = row.row {
                let label = reader.app.catalog.values(value.facet).label(value.id).as_str();
                assert!(reader.app.query.is_chosen(value.facet, label), "{label}: {}", reader.query());
            }
            line += 1;
        }
        assert!(line > 12);
    }

    #[test]
    fn the_wheel_scrolls_by_its_lines_past_a_name_of_many_lines() {
        for rows in 14..40 {
            let mut reader = departments(100, rows);
            let filter = reader.app.layout().filter;
            reader.keys("G k k k k");
            while reader.app.filter.cursor.top > 0 {
                let before = reader.app.filter.cursor.top;
                mouse(&mut reader, MouseEventKind::ScrollUp, filter.x, filter.y);
                assert_eq!(reader.app.filter.cursor.top, before.saturating_sub(3), "{rows} rows");
            }
        }
    }

    #[test]
    fn the_cursor_and_the_line_under_the_mouse_are_right_below_a_name_of_many_lines() {
        for rows in 5..40 {
            let mut reader = departments(100, rows);
            for key in ["j"; 20].into_iter().chain(["k"; 20]) {
                reader.keys(key);
                let layout = reader.app.layout();
                let view = reader.app.filter_view(&layout);
                let before = view.iter().take_while(|row| row.at != reader.app.filter.cursor.at);
                let line: usize = before.map(ShownRow::height).sum();
                let height = view.iter().map(ShownRow::height).sum::<usize>();
                let lines = usize::from(layout.filter_rows());
                assert!(line < lines, "{line} of {lines}: the cursor is in view");
                let all = reader.app.filter.rows().len();
                assert!(reader.app.filter.cursor.top == 0 || height >= lines, "no line stays empty: {all}");
            }
        }
    }
}
