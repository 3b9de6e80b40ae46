//! Breaks text with spans into lines, with line prefixes, hanging indents and table columns.

use std::ops::Range;

use super::line::{Kind, Line};
use crate::release::{Span, Style};
use crate::text::{Clean, is_right_to_left, width, wrap, wrap::cut};

/// The prefix of quoted lines.
const BAR: &str = "│ ";
/// The prefix of indented lines.
const INSET: &str = "  ";
/// Columns that separate two cells.
const PARTS: usize = 3;
/// The least width at which the last column of a table is wrapped; it also needs half of the room.
const LAST: usize = 20;

/// Typesets a text. Returns its lines, and the number of blanks to insert before a byte, ascending; both refer to bytes
/// of the text.
#[must_use]
pub fn set(text: Clean<'_>, spans: &[Span], columns: usize) -> (Vec<Line>, Vec<(usize, u16)>) {
    let mut setter = Typesetter { text, columns, lines: Vec::new(), gaps: Vec::new() };
    if spans.is_empty() {
        setter.wrapped(0..text.as_str().len(), &Lead::default());
    } else {
        setter.structured(spans);
    }
    setter.gaps.sort_unstable();
    (setter.lines, setter.gaps)
}

/// The prefix of a paragraph's first line, and of the others.
#[derive(Debug, Clone, Default)]
struct Lead {
    first: String,
    rest: String,
}

impl Lead {
    fn push(&mut self, first: &str, rest: &str) {
        self.first.push_str(first);
        self.rest.push_str(rest);
    }

    fn columns(&self) -> usize {
        width(&self.rest)
    }
}

/// A quote, item or inset whose lines are still to come.
struct Block {
    span: Span,
    /// Columns of an item's marker.
    hang: usize,
}

struct Typesetter<'t> {
    text: Clean<'t>,
    columns: usize,
    lines: Vec<Line>,
    gaps: Vec<(usize, u16)>,
}

impl Typesetter<'_> {
    fn structured(&mut self, spans: &[Span]) {
        let text = self.text;
        let mut open: Vec<Block> = Vec::new();
        let mut next = 0;
        let mut start = 0;
        let mut rows: Vec<(Lead, &[Span])> = Vec::new();
        for paragraph in text.as_str().split_terminator('\n') {
            let end = start + paragraph.len();
            let begun = next;
            next += spans[next..].iter().take_while(|span| (span.start as usize) < end).count();
            let new = &spans[begun..next];
            open.retain(|block| block.span.end as usize > start);
            open.extend(new.iter().filter(|span| is_block(span.style)).map(|&span| Block { span, hang: 0 }));
            let (lead, at) = self.lead(&mut open, start, paragraph);
            let row = new.iter().position(|span| span.style == Style::Row && span.start as usize == at);
            if let Some(row) = row {
                rows.push((lead, &new[row..]));
            } else {
                self.table(std::mem::take(&mut rows));
                let most = (self.columns.saturating_sub(lead.columns()) / 2) as u16;
                self.gaps.extend(new.iter().filter_map(|span| gap(span, most)));
                if open.iter().any(|block| block.span.style == Style::Preformatted) {
                    self.hard(at..end, &lead);
                } else {
                    self.wrapped(at..end, &lead);
                }
            }
            start = end + 1;
        }
        self.table(rows);
    }

    /// Returns the prefixes of a paragraph and the byte where its text begins after item markers.
    fn lead(&self, open: &mut [Block], start: usize, paragraph: &str) -> (Lead, usize) {
        let (mut lead, mut at) = (Lead::default(), start);
        for block in open {
            // Keep half of the columns for the text.
            if block.span.start as usize > at || lead.columns() + width(BAR) > self.columns / 2 {
                continue;
            }
            match block.span.style {
                Style::Quote => lead.push(BAR, BAR),
                Style::Inset => lead.push(INSET, INSET),
                Style::Item if block.span.start as usize == at => {
                    let rest = paragraph.get(at - start..).unwrap_or_default();
                    let mark = rest.find(' ').and_then(|blank| rest.get(..=blank)).unwrap_or_default();
                    block.hang = width(mark);
                    lead.push(mark, &" ".repeat(block.hang));
                    at += mark.len();
                }
                Style::Item => {
                    let blanks = " ".repeat(block.hang);
                    lead.push(&blanks, &blanks);
                }
                _ => {}
            }
        }
        (lead, at)
    }

    fn put(&mut self, lines: impl IntoIterator<Item = Range<usize>>, start: usize, lead: &Lead) {
        for (n, line) in lines.into_iter().enumerate() {
            let lead = if n == 0 { &lead.first } else { &lead.rest };
            let range = start + line.start..start + line.end;
            let (kind, lead) = if range.is_empty() { (Kind::Blank, lead.trim_end()) } else { (Kind::Body, &**lead) };
            self.lines.push(Line { kind, lead: lead.to_owned(), range, ..Line::default() });
        }
    }

    /// Adds a complete line.
    fn line(&mut self, range: Range<usize>, lead: &Lead) {
        self.put(std::iter::once(0..range.len()), range.start, lead);
    }

    fn wrapped(&mut self, range: Range<usize>, lead: &Lead) {
        let start = range.start;
        let text = self.text.get(range.clone()).unwrap_or_default();
        let lines = wrap(text, self.columns.saturating_sub(lead.columns()));
        if range.is_empty() && lines.is_empty() && !self.text.is_empty() {
            return self.line(range, lead);
        }
        let first = self.lines.len();
        self.put(lines, start, lead);
        let mut is_right_to_left = false;
        for line in &mut self.lines[first..] {
            let before = line.range.start.saturating_sub(1)..line.range.start;
            if line.range.start == start || self.text.as_str().get(before) == Some("\n") {
                let rest = self.text.as_str().get(line.range.start..range.end).unwrap_or_default();
                is_right_to_left = self::is_right_to_left(rest.split('\n').next().unwrap_or_default());
            }
            line.is_right_to_left = is_right_to_left;
        }
    }

    /// Adds lines that break only when full.
    fn hard(&mut self, range: Range<usize>, lead: &Lead) {
        let start = range.start;
        let text = self.text.get(range).unwrap_or_default();
        let gaps = &self.gaps;
        let gap = |at: usize| {
            let found = gaps.iter().rev().take_while(|gap| gap.0 >= start).find(|gap| gap.0 == start + at);
            found.map_or(0, |gap| usize::from(gap.1))
        };
        let lines = cut(text, self.columns.saturating_sub(lead.columns()), gap);
        self.put(lines, start, lead);
    }

    /// Adds a table: aligned columns if they fit, the last one wrapped if that leaves it room, or else one line per cell.
    fn table(&mut self, rows: Vec<(Lead, &[Span])>) {
        let text = self.text;
        let rows: Vec<(Lead, Vec<Cell>)> = rows.into_iter().map(|(lead, spans)| (lead, cells(text, spans))).collect();
        let Some((lead, first)) = rows.first() else { return };
        let mut widths =
            vec![0_usize; rows.iter().flat_map(|(_, row)| row).map(|cell| cell.column + 1).max().unwrap_or(0)];
        for cell in rows.iter().flat_map(|(_, row)| row) {
            widths[cell.column] = widths[cell.column].max(cell.columns);
        }
        let whole = widths.iter().sum::<usize>() + PARTS * widths.len().saturating_sub(1);
        let room = self.columns.saturating_sub(lead.columns());
        if whole <= room {
            for (lead, row) in &rows {
                self.aligned(row, &widths, lead);
            }
            return;
        }
        let last = room.saturating_sub(whole - widths.last().copied().unwrap_or(0));
        if widths.len() > 1 && last >= LAST.max(room / 2) {
            for (lead, row) in &rows {
                self.wrapped_last(row, &widths, lead, last);
            }
            return;
        }
        let mut names = vec![""; widths.len()];
        let is_named = rows.len() > 1 && first.iter().all(|cell| cell.is_head);
        for cell in first.iter().filter(|cell| is_named && cell.columns + PARTS < room / 2) {
            names[cell.column] = text.as_str().get(cell.range.clone()).unwrap_or_default();
        }
        let indent = Lead { first: lead.rest.clone(), rest: lead.rest.clone() };
        for (n, (lead, row)) in rows.iter().enumerate().skip(usize::from(is_named)) {
            if n > usize::from(is_named) {
                let at = row.first().map_or(0, |cell| cell.range.start);
                self.line(at..at, &indent);
            }
            self.stacked(row, &names, if n == 0 { lead } else { &indent });
        }
    }

    fn aligned(&mut self, row: &[Cell], widths: &[usize], lead: &Lead) {
        let (mut column, mut end): (usize, Option<usize>) = (0, None);
        for cell in row {
            let place = widths[..cell.column].iter().map(|width| width + PARTS).sum::<usize>();
            // Insert the gap before the cell, or before its separator.
            let (at, before) = end.map_or((cell.range.start, 0), |end| (end, PARTS));
            let blanks = place.saturating_sub(before).saturating_sub(column);
            if blanks > 0 {
                self.gaps.push((at, blanks as u16));
            }
            column = place + cell.columns;
            end = Some(cell.range.end);
        }
        if let (Some(first), Some(last)) = (row.first(), row.last()) {
            self.line(first.range.start..last.range.end, lead);
        }
    }

    /// Adds a row in columns. A cell in the last column is wrapped to `columns`.
    fn wrapped_last(&mut self, row: &[Cell], widths: &[usize], lead: &Lead, columns: usize) {
        self.aligned(row, widths, lead);
        let Some(cell) = row.last().filter(|cell| cell.column + 1 == widths.len()) else { return };
        let lines = wrap(self.text.get(cell.range.clone()).unwrap_or_default(), columns);
        let (Some(first), Some(line)) = (lines.first(), self.lines.last_mut()) else { return };
        line.range.end = cell.range.start + first.end;
        let place: usize = widths[..cell.column].iter().map(|width| width + PARTS).sum();
        let indent = format!("{}{}", lead.rest, " ".repeat(place));
        let indent = Lead { first: indent.clone(), rest: indent };
        self.put(lines.into_iter().skip(1), cell.range.start, &indent);
    }

    fn stacked(&mut self, row: &[Cell], names: &[&str], lead: &Lead) {
        for (n, cell) in row.iter().enumerate() {
            let mut own =
                Lead { first: if n == 0 { lead.first.clone() } else { lead.rest.clone() }, rest: lead.rest.clone() };
            match names[cell.column] {
                "" if n == 0 => {}
                "" => own.push(INSET, INSET),
                name => own.push(&format!("{name}: "), &" ".repeat(width(name) + 2)),
            }
            self.wrapped(cell.range.clone(), &own);
        }
    }
}

fn gap(span: &Span, most: u16) -> Option<(usize, u16)> {
    let Style::Gap(columns) = span.style else { return None };
    Some((span.start as usize, columns.min(most)))
}

/// A cell of a table.
struct Cell {
    column: usize,
    range: Range<usize>,
    columns: usize,
    is_head: bool,
}

/// Returns the cells of the row that begins with the first span.
fn cells(text: Clean<'_>, spans: &[Span]) -> Vec<Cell> {
    let end = spans.first().map_or(0, |row| row.end);
    let cells = spans.iter().take_while(|span| span.start < end).filter_map(|span| {
        let (column, is_head) = match span.style {
            Style::Cell(column) => (column, false),
            Style::Head(column) => (column, true),
            _ => return None,
        };
        let range = span.range(0);
        let columns = width(text.get(range.clone()).unwrap_or_default().as_str());
        Some(Cell { column: usize::from(column), range, columns, is_head })
    });
    cells.collect()
}

fn is_block(style: Style) -> bool {
    matches!(style, Style::Quote | Style::Item | Style::Inset | Style::Preformatted)
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use proptest::prelude::*;

    use super::*;
    use crate::feed::{self, Sink};
    use crate::release::{Problem, Release};
    use crate::text::CleanBuf;

    /// Keeps the release parsed from markup.
    struct Keep(Release);

    impl Sink for Keep {
        fn title(&mut self, _: Clean<'_>) {}

        fn release(&mut self, _item: u64, release: &Release) {
            self.0 = release.clone();
        }

        fn problem(&mut self, problem: Problem) {
            panic!("{problem}");
        }

        fn progress(&mut self, _: u64) -> ControlFlow<()> {
            ControlFlow::Continue(())
        }
    }

    fn release(html: &str) -> Release {
        let feed = serde_json::json!([{"title": "t", "content_html": html}]).to_string();
        let mut keep = Keep(Release::default());
        feed::read(CleanBuf::line("test").as_clean(), &mut feed.as_bytes(), &mut keep).expect("a feed");
        keep.0
    }

    /// Returns the lines as displayed.
    fn shown(release: &Release, columns: usize) -> Vec<String> {
        let text = &release.summary;
        let (lines, gaps) = set(text.as_clean(), &release.summary_spans, columns);
        let line = |line: &Line| {
            let mut shown = line.lead.clone();
            for (at, c) in text.as_str().get(line.range.clone()).expect("on boundaries").char_indices() {
                let gap = gaps.iter().find(|gap| gap.0 == line.range.start + at).map_or(0, |gap| gap.1);
                shown.extend(std::iter::repeat_n(' ', usize::from(gap)).chain([c]));
            }
            shown
        };
        lines.iter().map(line).collect()
    }

    #[track_caller]
    fn check(html: &str, columns: usize, expected: &[&str]) {
        assert_eq!(shown(&release(html), columns), expected, "{html}");
    }

    #[test]
    fn quotes_have_bars_and_items_hang() {
        check(
            "<p>a</p><blockquote><p>one two three</p><ul><li>four five six<ol><li>seven eight</ol></ul></blockquote>",
            14,
            &["a", "", "│ one two", "│ three", "│", "│ • four five", "│   six", "│   1. seven", "│      eight"],
        );
        check("<ul><li>a<p>b</p><li><blockquote>c d</blockquote></ul>", 20, &["• a", "", "  b", "• │ c d"]);
        check("<dl><dt>T<dd>one two</dl>", 7, &["T", "  one", "  two"]);
    }

    #[test]
    fn paragraphs_have_the_direction_of_their_first_letter() {
        let right = |html: &str, columns| {
            let release = release(html);
            let (lines, _) = set(release.summary.as_clean(), &release.summary_spans, columns);
            lines.iter().map(|line| if line.is_right_to_left { 'r' } else { '.' }).collect::<String>()
        };
        assert_eq!(right("<p>one two</p><p>قضايا نفر</p><p>قضايا ICT one</p><p>one قضايا two</p>", 9), "..r.rr...");
        assert_eq!(right("<ul><li>قضايا نفر<li>one</ul><blockquote><p>«قضايا»</blockquote>", 40), "r..r");
        assert_eq!(right("<p>one<p><pre>قضايا</pre>", 40), "...");
        let line = Line { lead: "│ 12. ".to_owned(), ..Line::default() };
        assert_eq!(line.mirrored_lead(), " 12. │");
    }

    #[test]
    fn preformatted_lines_are_only_cut() {
        check("<pre>if a {\n    return 漢字;\n\n}  x</pre>", 12, &["if a {", "    return ", "漢字;", "", "}  x"]);
    }

    #[test]
    fn tables_are_aligned_or_listed_cell_by_cell() {
        let table = "<p>x</p><table><tr><th>Name<th>Wert</tr><tr><td>보도<td>1</tr><tr><td><td>22</tr></table><p>y</p>";
        check(table, 20, &["x", "", "Name | Wert", "보도 | 1", "       22", "", "y"]);
        let long = "<table><tr><th>Name<th>Text</tr><tr><td>a<td>one two three</tr><tr><td>b<td>four</tr></table>";
        check(long, 17, &["Name: a", "Text: one two", "      three", "", "Name: b", "Text: four"]);
        check("<table><tr><td>a<td>one two three</tr></table>", 12, &["a", "  one two", "  three"]);
    }

    #[test]
    fn the_last_column_of_a_table_is_wrapped_where_that_leaves_it_room() {
        let table = "<table><tr><th>Key<th>Meaning</tr><tr><td>a<td>one two three four five six</tr><tr><td>b</tr>\
                     <tr><td colspan=2>all</tr></table>";
        check(table, 26, &["Key | Meaning", "a   | one two three four", "      five six", "b", "all"]);
        let narrow = ["Key: a", "  one two three four", "  five six", "", "Key: b", "", "Key: all"];
        check(table, 20, &narrow);
    }

    proptest! {
        #[test]
        fn no_text_is_lost_and_no_line_is_too_long(
            html in "(<(/?)(p|b|pre|li|ul|ol|table|tr|td|th|blockquote|h1|dl|dd)>|[a-z \n\t]|漢){0,80}",
            columns in 1_usize..40,
        ) {
            let release = release(&format!("<p>start</p>{html}"));
            let (lines, gaps) = set(release.summary.as_clean(), &release.summary_spans, columns);
            prop_assert!(gaps.is_sorted());
            prop_assert!(lines.is_sorted_by_key(|line| line.range.start));
            let text = release.summary.as_str();
            let is_word = |c: &char| c.is_alphabetic();
            let all: String = lines.iter().filter_map(|line| text.get(line.range.clone())).collect();
            // Table headings are repeated with each cell instead.
            if !html.contains("<th>") {
                prop_assert_eq!(all.chars().filter(is_word).collect::<String>(), text.chars().filter(is_word).collect::<String>());
            }
            for line in shown(&release, columns) {
                prop_assert!(columns < 8 || width(&line) <= columns, "{line:?} in {columns}");
            }
        }
    }
}
