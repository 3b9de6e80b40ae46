//! The timeline: bars with their scale at the left, the axis below them, and below that the dates under the cursor. A word
//! can have bars of its own in a last row.

mod axis;
mod scale;
mod word;

use chrono::Datelike;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};

use super::painter::Painter;
use crate::app::{App, Layout, Pane};
use crate::query::bin_size::span;
use crate::query::{DayRange, Period, Span};
use crate::text::{cells, counted, grouped, width};
use crate::typeset::month_name;
use axis::{Bars, axis};
use scale::Scale;

/// Draws the timeline. Returns the cell of the cursor.
pub fn draw(app: &App, layout: &Layout, pen: &mut Painter<'_>) -> Option<Position> {
    let timeline = &app.timeline;
    if timeline.bars.is_empty() {
        return None;
    }
    let (area, left) = (app.bar_area(layout), layout.timeline.x);
    let scale = Scale::new(&timeline.bars, area.height);
    pen.right(area.x.saturating_sub(2), area.y, &grouped(scale.top as usize), pen.theme.dim);
    let cursor = bars(app, &timeline.bars, scale, area, pen);
    word::draw(app, layout, area, pen);
    let (is_before, is_after) = timeline.hides();
    for (is_more, x, sign) in [(is_before, area.x.saturating_sub(1), "‹"), (is_after, area.right(), "›")] {
        if is_more {
            pen.put(x, area.bottom().saturating_sub(1), 1, sign, pen.theme.dim);
        }
    }
    let below = |rows| Rect { y: area.bottom() + rows, height: 1, ..area };
    labels(app, left, below(0), pen);
    underline_chosen(app, below(0), pen);
    let row = Rect { x: left, width: area.right().saturating_sub(left), ..below(1) };
    let has_word = !layout.word_bars.is_empty();
    if app.focus == Pane::Timeline {
        selection(app, row, area.x, has_word, pen);
    } else if has_word {
        word::heading(app, below(1), 0, pen);
    }
    if let Some(cut) = scale.cut {
        count_of_cut(app, cut, area, below(1), pen);
    }
    cursor
}

/// Draws bars of the timeline with these numbers of releases. Returns the cell of the cursor.
fn bars(app: &App, counts: &[u32], scale: Scale, area: Rect, pen: &mut Painter<'_>) -> Option<Position> {
    let (theme, timeline) = (pen.theme, &app.timeline);
    let brushed = app.brushed();
    let has_focus = app.focus == Pane::Timeline;
    let (from, to) = timeline.range();
    let mut cursor = None;
    for (n, (bar, &count)) in (timeline.first..).zip(counts).enumerate() {
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
        let drawn = timeline.drawn(n);
        let (x, end) = (area.x + drawn.start, area.x + drawn.end);
        if has_focus && bar == timeline.cursor() {
            style = style.patch(theme.cursor);
            cursor = Some(Position::new(x, area.bottom().saturating_sub(1)));
        }
        // Reversed, a high bar would look low.
        let style = style.remove_modifier(Modifier::REVERSED);
        for (row, y) in (0..).zip(area.top()..area.bottom()) {
            let cell = scale.cell(n, count, row);
            // Above a bar, a background would look like one.
            if cell != " " {
                (x..end).for_each(|x| _ = pen.put(x, y, 1, cell, style));
            }
        }
    }
    cursor
}

/// Underlines the axis below brushed bars, or below a range while one is chosen, if only reverse video would mark them.
fn underline_chosen(app: &App, row: Rect, pen: &mut Painter<'_>) {
    let (theme, timeline) = (pen.theme, &app.timeline);
    let brushed = app.brushed();
    let (from, to) = timeline.range();
    let is_range = app.focus == Pane::Timeline && timeline.has_range();
    let style = if is_range { theme.brushed.patch(theme.under) } else { theme.brushed };
    if !style.add_modifier.contains(Modifier::REVERSED) {
        return;
    }
    let is_chosen = |bar| {
        let days = timeline.bin_size.days(bar);
        if is_range { from <= days.0 && days.1 <= to } else { is_brushed(days, &brushed) }
    };
    for (n, bar) in (timeline.first..).take(timeline.bars.len()).enumerate().filter(|&(_, bar)| is_chosen(bar)) {
        let drawn = timeline.drawn(n);
        let end = if is_chosen(bar + 1) { timeline.column(n + 1) } else { drawn.end };
        let below = Rect { x: row.x + drawn.start, width: end.saturating_sub(drawn.start), ..row };
        pen.tint(below, Style::new().add_modifier(Modifier::UNDERLINED));
    }
}

fn is_brushed(days: (i32, i32), brushed: &[DayRange]) -> bool {
    brushed.iter().any(|range| *range.start() <= days.1 && days.0 <= *range.end())
}

/// Draws the axis; the year stands at its left if all bars are in one.
fn labels(app: &App, left: u16, row: Rect, pen: &mut Painter<'_>) {
    let (theme, timeline) = (pen.theme, &app.timeline);
    let columns: Vec<u16> = (0..timeline.bars.len()).map(|n| timeline.column(n)).collect();
    let axis = axis(Bars { bin_size: timeline.bin_size, first: timeline.first, columns: &columns, width: row.width });
    if let Some(year) = axis.year {
        pen.put(left, row.y, row.x.saturating_sub(left), &year.to_string(), theme.dim);
    }
    let brushed = app.brushed();
    for label in axis.labels {
        let style = if is_brushed(label.days, &brushed) { theme.accent } else { theme.dim };
        pen.put(row.x + label.x, row.y, row.width - label.x, &label.text, style.remove_modifier(Modifier::BOLD));
    }
}

/// Draws the dates and the number of releases under the cursor or of the range, from the column of its bar if there is
/// room; with a word, also how many contain it. `bars` is the column of the first bar.
fn selection(app: &App, row: Rect, bars: u16, has_word: bool, pen: &mut Painter<'_>) {
    let timeline = &app.timeline;
    let (from, to) = timeline.range();
    let (name, releases) = if timeline.is_typing_year() {
        (format!("year {}…", timeline.typed_year()), String::new())
    } else {
        let name = name(span(from, to));
        let room = usize::from(row.width).saturating_sub(width(&name) + 2);
        let part = if has_word { word::part(app, (from, to), room) } else { None };
        let all = || counted(app.hits.days.sum(from, to) as usize, "release");
        (name, part.map_or_else(all, |part| part.as_str().to_owned()))
    };
    let columns = (width(&name) + 2 + width(&releases)) as u16;
    let bar = (timeline.cursor() - timeline.first).unsigned_abs() as usize;
    let right_of = Rect { x: bars, width: row.right().saturating_sub(bars), ..row };
    let heading = if has_word { word::heading(app, right_of, columns, pen) } else { 0 };
    let first = if heading > 0 { bars + heading } else { row.x };
    let x = (bars + timeline.column(bar)).min(row.right().saturating_sub(columns)).max(first);
    let after = x + pen.put(x, row.y, row.right() - x, &name, pen.theme.accent) + 2;
    let style = if timeline.has_range() { pen.theme.accent } else { pen.theme.text };
    let room = row.right().saturating_sub(after);
    pen.put(after, row.y, room, &releases, style.remove_modifier(Modifier::BOLD));
}

/// Draws the count of the bar that exceeds the scale: beside its top if nothing is there, or else below the axis.
fn count_of_cut(app: &App, bar: usize, area: Rect, row: Rect, pen: &mut Painter<'_>) {
    let timeline = &app.timeline;
    let text = grouped(timeline.bars[bar] as usize);
    let columns = cells(&text);
    let drawn = timeline.drawn(bar);
    let (start, end) = (area.x + drawn.start, area.x + drawn.end);
    let beside = [Some(end), start.checked_sub(columns)];
    let beside = beside.into_iter().flatten().map(|x| Rect { x, width: columns, height: 1, ..area });
    let above = format!("↑ {text}");
    let width = cells(&above);
    let below = Rect { x: start.min(row.right().saturating_sub(width)), width, ..row };
    let is_free = |place: &Rect| {
        let inside = area.x <= place.x && place.right() <= area.right();
        inside && place.positions().all(|at| pen.buffer.cell(at).is_none_or(|cell| cell.symbol() == " "))
    };
    let free = beside.map(|place| (place, text.as_str())).chain([(below, above.as_str())]);
    if let Some((place, text)) = free.into_iter().find(|(place, _)| is_free(place)) {
        pen.line(place, text, pen.theme.text);
    }
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
    fn spans_have_short_names() {
        let table = [
            ("2018", "2018"),
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
