//! The timeline: a row of bars with labels below.

use chrono::Datelike;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;

use super::painter::Painter;
use crate::app::{App, Layout, Pane};
use crate::query::bin_size::{BinSize, date, span};
use crate::query::{DayRange, Period, Span};
use crate::text::{cells, counted, width};
use crate::typeset::month_name;

/// Bars by height. The lowest one is the base line, so a bar with a release is always higher than one without.
const HEIGHTS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/// Minimum columns between two labels.
const GAP: u16 = 2;

/// Draws the timeline. Returns the cell of the cursor.
pub fn draw(app: &App, layout: &Layout, pen: &mut Painter<'_>) -> Option<Position> {
    let (area, theme, timeline) = (layout.timeline, pen.theme, &app.timeline);
    let most = timeline.bars.iter().copied().max().unwrap_or(0);
    let brushed = app.brushed();
    let has_focus = app.focus == Pane::Timeline;
    let (from, to) = timeline.range();
    let mut cursor = None;
    for ((bar, &count), x) in (timeline.first..).zip(&timeline.bars).zip((area.x..).step_by(timeline.columns.into())) {
        let days = timeline.bin_size.days(bar);
        let mut style = match count {
            _ if is_brushed(days, &brushed) => theme.brushed,
            0 => theme.rule,
            _ => theme.bar,
        };
        if has_focus && from <= days.0 && days.1 <= to {
            // Preview of the brush.
            style = if timeline.has_range() { theme.brushed } else { style }.patch(theme.under);
        }
        if has_focus && bar == timeline.cursor() {
            style = style.patch(theme.cursor);
            cursor = Some(Position::new(x, area.y));
        }
        for x in x..x + timeline.columns {
            pen.put(x, area.y, 1, HEIGHTS[height(count, most)], style);
        }
    }
    let row = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    let taken = if has_focus && most > 0 { selection(app, row, pen) } else { 0..0 };
    for label in labels(app, row.width) {
        let style = if is_brushed(label.days, &brushed) { theme.accent } else { theme.dim };
        let end = label.x + cells(&label.text);
        if end + GAP <= taken.start || label.x >= taken.end + GAP || taken.is_empty() {
            pen.put(row.x + label.x, row.y, row.width - label.x, &label.text, style.remove_modifier(Modifier::BOLD));
        }
    }
    cursor
}

fn is_brushed(days: (i32, i32), brushed: &[DayRange]) -> bool {
    brushed.iter().any(|range| *range.start() <= days.1 && days.0 <= *range.end())
}

/// Returns the index of a bar's height; 0 only for no releases.
fn height(count: u32, most: u32) -> usize {
    let steps = HEIGHTS.len() as u64 - 1;
    (u64::from(count) * steps).div_ceil(u64::from(most.max(1))) as usize
}

/// Draws the dates and the number of releases under the cursor or the range. Returns the columns used.
fn selection(app: &App, row: Rect, pen: &mut Painter<'_>) -> std::ops::Range<u16> {
    let timeline = &app.timeline;
    let (from, to) = timeline.range();
    let (name, releases) = if timeline.is_typing_year() {
        (format!("year {}…", timeline.typed_year()), String::new())
    } else {
        let count = app.hits.days.sum(from, to) as usize;
        (name(span(from, to)), counted(count, "release"))
    };
    let columns = (width(&name) + 2 + width(&releases)) as u16;
    let bar = (timeline.cursor() - timeline.first).unsigned_abs() as u16;
    let x = (bar * timeline.columns).min(row.width.saturating_sub(columns));
    let taken = pen.put(row.x + x, row.y, row.width - x, &name, pen.theme.accent) + 2;
    let style = if timeline.has_range() { pen.theme.accent } else { pen.theme.text };
    pen.put(
        row.x + x + taken,
        row.y,
        (row.width - x).saturating_sub(taken),
        &releases,
        style.remove_modifier(Modifier::BOLD),
    );
    x..x + columns
}

/// A label of the axis.
struct Label {
    /// The column of its bar within the timeline.
    x: u16,
    text: String,
    /// The days of its bar.
    days: (i32, i32),
}

/// Returns the densest labels that leave gaps. The label of the first bar yields to those where a period begins.
fn labels(app: &App, columns: u16) -> Vec<Label> {
    let finest = app.timeline.bin_size;
    BinSize::ALL
        .into_iter()
        .filter(|&bin_size| bin_size >= finest)
        .find_map(|every| labels_at(app, every, columns, true).or_else(|| labels_at(app, every, columns, false)))
        .unwrap_or_default()
}

/// Returns labels at the bars where a bin of a coarser size begins, and optionally at the first bar. `None` if they
/// would touch.
fn labels_at(app: &App, every: BinSize, columns: u16, with_first: bool) -> Option<Vec<Label>> {
    let timeline = &app.timeline;
    let mut labels: Vec<Label> = Vec::new();
    let mut free = 0;
    let mut year = None;
    for (n, bar) in (timeline.first..).take(timeline.bars.len()).enumerate() {
        let days = timeline.bin_size.days(bar);
        let begins = every.first(every.bar(days.1));
        if begins < days.0 && (n > 0 || !with_first) {
            continue;
        }
        // The first bar stands for a period that began before it.
        let day = date(begins.max(days.0));
        let is_same_year = year.replace(day.year()) == Some(day.year());
        let text = match every {
            BinSize::Days(_) if is_same_year => day_and_month(day),
            BinSize::Days(_) => format!("{} {}", day_and_month(day), day.year()),
            BinSize::Months(12..) => day.year().to_string(),
            BinSize::Months(_) if is_same_year => short_month(day).to_owned(),
            BinSize::Months(_) => format!("{} {}", short_month(day), day.year()),
        };
        let x = n as u16 * timeline.columns;
        let end = x + cells(&text);
        if x < free {
            return None;
        }
        if end <= columns {
            labels.push(Label { x, text, days });
        }
        free = end + GAP;
    }
    Some(labels)
}

fn short_month(day: chrono::NaiveDate) -> &'static str {
    month_name(day.month()).get(..3).unwrap_or_default()
}

fn day_and_month(day: chrono::NaiveDate) -> String {
    format!("{} {}", day.day(), short_month(day))
}

/// Formats a span as `2018`, `Oct – Dec 2018` or `29 Oct – 4 Nov 2018`.
fn name(span: Span) -> String {
    let whole = |part: Period| match part {
        Period::Year(year) => year.to_string(),
        Period::Month(year, _) => format!("{} {year}", short_month(part.first())),
        Period::Day(day) => format!("{} {}", day_and_month(day), day.year()),
    };
    match span {
        Span::Part(part) => whole(part),
        Span::Range(Some(from), Some(to)) if from == to => whole(from),
        Span::Range(Some(from), Some(to)) => {
            let from = match from {
                Period::Month(year, _) if year == to.first().year() => short_month(from.first()).to_owned(),
                Period::Day(day) if day.year() == to.first().year() => day_and_month(day),
                _ => whole(from),
            };
            format!("{from} – {}", whole(to))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_higher_than_the_base_line_only_with_releases() {
        assert_eq!([0, 1, 500, 1_000_000].map(|count| height(count, 1_000_000)), [0, 1, 1, 7]);
        assert_eq!((height(0, 0), height(1, 1), height(u32::MAX, u32::MAX)), (0, 7, 7));
    }

    #[test]
    fn spans_have_short_names() {
        let table = [
            ("2018..2018", "2018"),
            ("2010..2019", "2010 – 2019"),
            ("2018-10", "Oct 2018"),
            ("2018-10..2018-12", "Oct – Dec 2018"),
            ("2017-12..2018-01", "Dec 2017 – Jan 2018"),
            ("2018-11-04", "4 Nov 2018"),
            ("2018-10-29..2018-11-04", "29 Oct – 4 Nov 2018"),
        ];
        for (text, expected) in table {
            assert_eq!(name(Span::parse(text).expect("a span")), expected);
        }
    }
}
