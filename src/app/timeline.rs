//! The timeline: the hits of each day, week, month or year as bars, with a cursor, a range and a window.
//!
//! It follows every filter except the chosen dates, which it edits. Cursor and range are stored in days since 1970-01-01, so
//! they stay in place when the bins change. A word can have bars of its own: how many of the same releases contain it.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::query::bin_size::{BinSize, span};

mod word;
mod year;

use super::layout::BELOW_BARS;
use super::search::Keep;
use super::{App, Layout, Pane};
use crate::catalog::Days;
use crate::keymap::{Action, Key};
use crate::query::{DayRange, Query, Span, Term};
use crate::text::{cells, grouped};
pub use word::WordBars;
use year::TypedYear;

/// Maximum columns of a bar, so that two days of a feed do not fill the screen.
const WIDEST: i32 = 24;
/// From so many columns on, a blank one separates a bar from the next.
const WIDE: u16 = 4;
/// Columns of a year.
const YEAR: u16 = 4;
/// Columns between the scale and the bars.
const SCALE_GAP: u16 = 2;

/// The visible bars, the cursor and the range.
#[derive(Debug, Clone)]
pub struct Timeline {
    /// The bin size.
    pub bin_size: BinSize,
    /// The number of the first visible bar.
    pub first: i32,
    /// The number of releases of each visible bar.
    pub bars: Vec<u32>,
    /// A day in the bar under the cursor; `None` stands for the newest bar.
    cursor: Option<i32>,
    /// First and last day of the bar where the range begins.
    anchor: Option<(i32, i32)>,
    /// The typed digits of a year.
    typed: Option<TypedYear>,
    /// First and last day of the bar where a drag began, and the query before it.
    grabbed: Option<((i32, i32), Query)>,
    /// The bin size chosen by zooming; `None` shows all main dates.
    zoom: Option<BinSize>,
    /// First and last day of the hits.
    span: Option<(i32, i32)>,
    /// First and last day without outliers, shown at first.
    main: (i32, i32),
    /// The number of releases on all days.
    total: u32,
    /// The word with bars of its own.
    word: Option<WordBars>,
    /// Whether the hits have changed since the bars were counted.
    is_stale: bool,
    /// Columns of the timeline.
    width: u16,
    /// Columns that the bars take up.
    filled: u16,
}

impl Default for Timeline {
    fn default() -> Self {
        Self {
            bin_size: BinSize::ALL[0],
            first: 0,
            bars: Vec::new(),
            cursor: None,
            anchor: None,
            typed: None,
            grabbed: None,
            zoom: None,
            span: None,
            main: (0, 0),
            total: 0,
            word: None,
            is_stale: false,
            width: 0,
            filled: 0,
        }
    }
}

impl Timeline {
    /// Marks the bars as outdated; the next [`Timeline::settle`] counts them again.
    pub fn follow(&mut self, days: &Days) {
        self.span = days.span();
        self.main = days.main_span().unwrap_or_default();
        self.total = days.counts.iter().sum();
        self.is_stale = true;
    }

    /// Fits the bars into `columns` with the cursor in view, and counts them if anything changed.
    pub fn settle(&mut self, days: &Days, columns: u16) {
        let Some((oldest, newest)) = self.span else {
            self.bars.clear();
            return;
        };
        let width = i32::from(columns.max(1));
        let bars = |bin_size: BinSize, (oldest, newest): (i32, i32)| bin_size.bar(newest) - bin_size.bar(oldest) + 1;
        let fitting = |span| BinSize::ALL.into_iter().find(|&bin_size| bars(bin_size, span) <= width);
        let coarsest = BinSize::ALL[BinSize::ALL.len() - 1];
        let (whole, widest) = (fitting(self.main).unwrap_or(coarsest), fitting((oldest, newest)).unwrap_or(coarsest));
        self.zoom = self.zoom.map(|zoom| zoom.min(widest)).filter(|&zoom| zoom != whole);
        let bin_size = self.zoom.unwrap_or(whole);
        // Show outliers while the cursor is on them.
        let is_main = self.zoom.is_none() && (self.main.0..=self.main.1).contains(&self.day());
        let (oldest, newest) = if is_main { self.main } else { (oldest, newest) };
        let (from, to, cursor) = (bin_size.bar(oldest), bin_size.bar(newest), bin_size.bar(self.day()));
        let shown = if self.zoom.is_none() { bars(bin_size, self.main) } else { to - from + 1 };
        let count = shown.min(width);
        let first = self.first.clamp(cursor - count + 1, cursor).clamp(from, to - count + 1);
        let is_stale = self.is_stale || (bin_size, first, columns) != (self.bin_size, self.first, self.width);
        if is_stale {
            (self.bin_size, self.first, self.width, self.is_stale) = (bin_size, first, columns, false);
            self.filled = width.min(count * WIDEST).unsigned_abs() as u16;
            self.bars.clear();
            self.bars.extend((first..first + count).map(|bar| {
                let (from, to) = bin_size.days(bar);
                days.sum(from, to)
            }));
        }
        if let Some(word) = &mut self.word {
            word.settle(bin_size, first, &self.bars, is_stale);
        }
    }

    /// The number of releases on all days.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.total
    }

    /// The word with bars of its own.
    #[must_use]
    pub fn word(&self) -> Option<&WordBars> {
        self.word.as_ref()
    }

    /// Gives a word bars of its own, in place of any other.
    pub fn set_word(&mut self, word: Option<WordBars>) {
        self.word = word;
    }

    /// Sets the days of the releases that contain the word.
    pub fn count_word(&mut self, days: Days) {
        if let Some(word) = &mut self.word {
            word.count(days);
        }
    }

    /// Returns the day of the cursor, within the hits.
    fn day(&self) -> i32 {
        self.span.map_or(0, |(oldest, newest)| self.cursor.unwrap_or(self.main.1).clamp(oldest, newest))
    }

    /// Returns the number of the bar under the cursor.
    #[must_use]
    pub fn cursor(&self) -> i32 {
        self.bin_size.bar(self.day())
    }

    /// Returns the first column of the `n`th visible bar, which ends where the next one begins. Together the bars fill
    /// the width, so some are a column wider than others.
    #[must_use]
    pub fn column(&self, n: usize) -> u16 {
        let bars = self.bars.len().max(1);
        (n.min(bars) * usize::from(self.filled) / bars) as u16
    }

    /// Returns the columns of the `n`th visible bar without the blank one behind it.
    #[must_use]
    pub fn drawn(&self, n: usize) -> Range<u16> {
        let is_wide = self.filled >= WIDE * self.bars.len() as u16;
        self.column(n)..self.column(n + 1) - u16::from(is_wide)
    }

    /// Whether there are releases before the first visible bar, and after the last one.
    #[must_use]
    pub fn hides(&self) -> (bool, bool) {
        let last = self.bin_size.first((self.first..).zip(&self.bars).last().map_or(self.first, |(bar, _)| bar) + 1);
        self.span.map_or((false, false), |(oldest, newest)| (oldest < self.bin_size.first(self.first), newest >= last))
    }

    /// Returns the bar at or nearest to a column.
    #[must_use]
    pub fn bar_at(&self, column: u16) -> i32 {
        let bars = (self.first..).zip(0..self.bars.len());
        bars.take_while(|&(_, n)| self.column(n) <= column).last().map_or(self.first, |(bar, _)| bar)
    }

    /// Returns first and last day of the typed year or the range, or of the bar under the cursor without a range.
    #[must_use]
    pub fn range(&self) -> (i32, i32) {
        self.year().unwrap_or_else(|| joined(self.anchor, self.bin_size.days(self.cursor())))
    }

    /// Whether a range has been started or a year typed.
    #[must_use]
    pub fn has_range(&self) -> bool {
        self.anchor.is_some() || self.year().is_some()
    }

    /// Ends the typing of a year and drops the range; the cursor stays.
    pub(super) fn end_range(&mut self) {
        self.typed = None;
        self.anchor = None;
    }

    /// Moves the cursor to a bar.
    fn go_to(&mut self, bar: i32) {
        self.typed = None;
        if let Some((oldest, newest)) = self.span {
            let bar = bar.clamp(self.bin_size.bar(oldest), self.bin_size.bar(newest));
            self.cursor = Some(self.bin_size.first(bar).clamp(oldest, newest));
        }
    }

    /// Moves the cursor by `by` bars.
    pub fn step(&mut self, by: isize) {
        let by = by.clamp(-1_000_000, 1_000_000) as i32;
        self.go_to(self.cursor() + by);
    }

    /// Moves the cursor by half windows.
    pub fn page(&mut self, halves: isize) {
        self.step(halves * (self.bars.len() / 2).max(1).cast_signed());
    }

    /// Moves the cursor to the oldest or the newest bar.
    pub fn jump(&mut self, to_end: bool) {
        self.step(if to_end { isize::MAX } else { isize::MIN });
    }

    /// Zooms in around the cursor, or out to the bin size that shows all hits including outliers.
    fn zoom(&mut self, is_in: bool) {
        let bin_size = match (is_in, self.zoom) {
            (true, _) => self.bin_size.finer(),
            (false, Some(zoom)) => zoom.coarser(),
            (false, None) if self.span == Some(self.main) => None,
            (false, None) => self.bin_size.coarser(),
        };
        let Some(bin_size) = bin_size else { return };
        if self.is_typing_year() {
            self.typed = None;
        }
        let (from, to) = self.bin_size.days(self.cursor());
        self.zoom = Some(bin_size);
        self.first = bin_size.bar(i32::midpoint(from, to)) - i32::from(self.width / 2);
    }

    /// Begins a range at the cursor, or drops the current range.
    fn toggle_anchor(&mut self) {
        self.anchor = if self.anchor.is_some() { None } else { Some(self.range()) };
        self.typed = None;
    }

    /// Drops the typed year or the current range. Returns whether there was one.
    pub(super) fn drop_range(&mut self) -> bool {
        self.erase_year() || self.anchor.take().is_some()
    }

    /// Moves the cursor by `by` bars and extends the range.
    fn widen(&mut self, by: isize) {
        self.anchor = self.anchor.or(Some(self.range()));
        self.step(by);
    }
}

/// Returns the days spanned by two ranges.
fn joined(one: Option<(i32, i32)>, other: (i32, i32)) -> (i32, i32) {
    one.map_or(other, |one| (one.0.min(other.0), one.1.max(other.1)))
}

impl App {
    /// Returns the chosen days; empty if no dates are chosen.
    #[must_use]
    pub fn brushed(&self) -> Vec<DayRange> {
        self.query.dates().map_or_else(Vec::new, |term| term.days(self.today))
    }

    /// Returns the region of the bars within that of the timeline: without the scale at the left, which has room for the
    /// number of all releases, and without the lines below.
    #[must_use]
    pub fn bar_area(&self, layout: &Layout) -> Rect {
        let area = layout.timeline;
        let scale = (cells(&grouped(self.catalog.len())).max(YEAR) + SCALE_GAP).min(area.width);
        let height = area.height.saturating_sub(BELOW_BARS + layout.word_bars.height);
        Rect { x: area.x + scale, width: area.width - scale, height, ..area }
    }

    /// Focuses the timeline, which shows it if there is room.
    fn open_timeline(&mut self) {
        self.zen = false;
        self.pane_options.hides_timeline = false;
        let before = std::mem::replace(&mut self.focus, Pane::Timeline);
        if self.layout().timeline.is_empty() {
            self.focus = before;
            self.inform(self.why_no_timeline("no room for the timeline; enlarge the terminal"));
        }
    }

    /// Returns why nothing is shown: no release has a date, or else `no_room`.
    pub(super) fn why_no_timeline(&self, no_room: &'static str) -> &'static str {
        if self.catalog.day_totals().span().is_some() { no_room } else { "no release has a date" }
    }

    /// Handles the actions of the timeline. Returns `false` for any other action.
    pub(super) fn timeline_action(&mut self, action: Action, key: Key) -> bool {
        match action {
            Action::Timeline => self.open_timeline(),
            Action::Year => match key.typed().filter(char::is_ascii_digit) {
                Some(digit) => self.type_year(digit),
                // A click on the hint types no digit.
                None => self.inform("type the four digits of a year"),
            },
            Action::Unbrush if self.timeline.erase_digit() => {}
            Action::Brush if self.timeline.is_typing_year() => {
                let typed = self.timeline.typed_year();
                self.inform(format!("incomplete year {typed}; type all four digits"));
            }
            Action::BarLeft => self.timeline.step(-1),
            Action::BarRight => self.timeline.step(1),
            Action::RangeLeft => self.timeline.widen(-1),
            Action::RangeRight => self.timeline.widen(1),
            Action::RangeStart => self.timeline.toggle_anchor(),
            Action::ZoomIn => self.timeline.zoom(true),
            Action::ZoomOut => self.timeline.zoom(false),
            // Without bars there is nothing to brush.
            Action::Brush if !self.timeline.bars.is_empty() => {
                let (is_year, (from, to)) = (self.timeline.year().is_some(), self.timeline.range());
                self.timeline.end_range();
                // A typed year is shown even if it is already; it does not toggle.
                if is_year {
                    self.brush(Some(span(from, to)));
                } else {
                    self.toggle_brush((from, to));
                }
                self.focus = Pane::List;
            }
            Action::Unbrush => self.brush(None),
            _ => return false,
        }
        true
    }

    /// Brushes these days; repeated, clears the brush.
    fn toggle_brush(&mut self, (from, to): (i32, i32)) {
        let span = span(from, to);
        let is_on = self.query.dates() == Some(&Term::Date(vec![span]));
        self.brush((!is_on).then_some(span));
    }

    fn brush(&mut self, span: Option<Span>) {
        self.set_query(self.brushed_with(span));
    }

    fn brushed_with(&self, span: Option<Span>) -> Query {
        let mut query = self.query.clone();
        query.set_dates(span);
        query
    }

    /// Handles a mouse press: brushes the bar at a column of the screen, or clears its brush.
    pub(super) fn press_bar(&mut self, layout: &Layout, x: u16) {
        let Some(column) = x.checked_sub(self.bar_area(layout).x).filter(|_| !self.timeline.bars.is_empty()) else {
            return;
        };
        self.focus = Pane::Timeline;
        self.timeline.end_range();
        self.timeline.go_to(self.timeline.bar_at(column));
        self.timeline.grabbed = Some((self.timeline.range(), self.query.clone()));
        self.toggle_brush(self.timeline.range());
    }

    /// Handles a mouse drag: brushes from the pressed bar to the column. The whole drag is one undo step.
    pub(super) fn drag_bar(&mut self, x: u16) {
        let Some((grabbed, begun)) = self.timeline.grabbed.clone() else { return };
        let column = x.saturating_sub(self.bar_area(&self.layout()).x);
        let bar = self.timeline.bar_at(column);
        if bar != self.timeline.cursor() {
            self.timeline.go_to(bar);
            let (from, to) = joined(Some(grabbed), self.timeline.range());
            let query = self.brushed_with(Some(span(from, to)));
            self.history.query_further(&begun, self.query.clone(), query.clone());
            self.show_query(query, Keep::Selection);
        }
    }

    /// Handles a mouse release.
    pub(super) fn drop_bar(&mut self) {
        self.timeline.grabbed = None;
    }
}

#[cfg(test)]
mod tests;
