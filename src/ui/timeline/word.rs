//! The bars of a word in the last row of the timeline, with a scale of their own, and above them the word with its number
//! of releases.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::bars;
use super::scale::Scale;
use crate::app::timeline::WordBars;
use crate::app::{App, Layout};
use crate::text::{CleanBuf, cells, counted, grouped, truncate, width};
use crate::ui::painter::Painter;

/// Columns between the word and its number, and behind both.
const GAP: u16 = 2;
const GAP_AFTER: u16 = 4;
/// The fewest columns for a word that is cut.
const LEAST_WORD: u16 = 8;

/// Draws the bars of the word, below those of all releases.
pub fn draw(app: &App, layout: &Layout, area: Rect, pen: &mut Painter<'_>) {
    let Some(word) = app.timeline.word().filter(|word| !layout.word_bars.is_empty() && word.total().is_some()) else {
        return;
    };
    let row = Rect { y: layout.word_bars.y, height: layout.word_bars.height, ..area };
    let scale = Scale::uncut(&word.bars, row.height);
    pen.right(row.x.saturating_sub(2), row.y, &grouped(scale.top as usize), pen.theme.dim);
    bars(app, &word.bars, scale, row, pen);
}

/// Draws the word and its number of releases from the left, if `others` columns of the row stay free. Returns the columns
/// taken, with a gap.
pub fn heading(app: &App, row: Rect, others: u16, pen: &mut Painter<'_>) -> u16 {
    let Some(word) = app.timeline.word() else { return 0 };
    let room = row.width.saturating_sub(others);
    let texts = numbers(word, app.timeline.total());
    let needs_whole = others > 0;
    let columns = |text: &String| cells(text) + GAP + if needs_whole { GAP_AFTER } else { 0 };
    let name = width(word.phrase.as_str()) as u16;
    let whole = texts.iter().find(|text| name.saturating_add(columns(text)) <= room);
    // Beside other text there is no room for half a word.
    let cut = || texts.iter().find(|text| LEAST_WORD + columns(text) <= room).filter(|_| !needs_whole);
    let Some(text) = whole.or_else(cut) else { return 0 };
    let accent = pen.theme.accent.remove_modifier(Modifier::BOLD);
    let taken = pen.fit(row.x, row.y, room - columns(text), word.phrase.as_clean(), accent) + GAP;
    taken + pen.put(row.x + taken, row.y, cells(text), text, pen.theme.dim) + GAP_AFTER
}

/// Returns texts with the number of releases that contain the word, the longest first.
fn numbers(word: &WordBars, all: u32) -> Vec<String> {
    match word.total() {
        Some(total) => {
            let (with, of) = (grouped(total as usize), counted(all as usize, "release"));
            vec![format!("{with} of {of}"), format!("{with} of {}", grouped(all as usize)), with]
        }
        None => vec!["…".to_owned()],
    }
}

/// Returns how many releases of some days there are and how many of them contain the word, within so many columns if
/// possible: `48 releases, 31 with SARS`.
pub fn part(app: &App, (from, to): (i32, i32), columns: usize) -> Option<CleanBuf> {
    let word = app.timeline.word()?;
    let all = app.hits.days.sum(from, to);
    let (all, with) = (all as usize, word.sum(from, to)?.min(all) as usize);
    let long = format!("{}, {} with ", counted(all, "release"), grouped(with));
    let short = format!("{}, {} with ", grouped(all), grouped(with));
    let is_long = width(&long) + width(word.phrase.as_str()) <= columns;
    let numbers = if is_long { long } else { short };
    let (shown, is_cut) = truncate(word.phrase.as_clean(), columns.saturating_sub(width(&numbers)));
    Some(CleanBuf::line(&format!("{numbers}{shown}{}", if is_cut { "…" } else { "" })))
}
