//! The completion list below the prompt, over the panes.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::painter::{BAR, Painter};
use crate::app::{App, Completion, Layout};
use crate::text::{CleanBuf, cells, find_folded, fold, grouped};

/// Maximum columns of the list.
const COLUMNS: u16 = 46;
/// Below this width nothing is readable.
const LEAST: u16 = 8;
/// A summary of the query syntax.
const GRAMMAR: &str = "field:value  a,b either  -not  OR  ( )";

/// Draws the candidates, aligned with the text that they replace.
pub fn draw(app: &App, layout: &Layout, pen: &mut Painter<'_>) {
    let (Some(completion), Some(area)) = (&app.search.completion, area(app, layout)) else { return };
    pen.clear(area);
    pen.tint(area, pen.theme.marked);
    for (at, y) in (0..completion.candidates.len()).zip(area.top()..area.bottom()) {
        row(completion, at, Rect { y, height: 1, ..area }, pen);
    }
    if usize::from(area.height) == completion.candidates.len() + 2 {
        pen.put(area.x + 2, area.bottom() - 1, area.width.saturating_sub(3), GRAMMAR, pen.theme.dim);
    }
}

/// Returns the area of the list, if there is one and it is wide enough to read.
pub(super) fn area(app: &App, layout: &Layout) -> Option<Rect> {
    let (completion, prompt) = (app.search.completion.as_ref()?, app.search.prompt.as_ref()?);
    let typed = cells(prompt.text().get(..completion.range.start).unwrap_or_default());
    let columns = COLUMNS.min(layout.query.width.saturating_sub(2));
    if columns < LEAST {
        return None;
    }
    let x = typed.saturating_add(2).min(layout.query.right().saturating_sub(columns + 1));
    // Two extra rows for a blank line and the syntax, if there is room.
    let room = layout.body.bottom().saturating_sub(layout.query.bottom());
    let rows = (completion.candidates.len() as u16 + 2).min(room);
    Some(Rect::new(x, layout.query.bottom(), columns, rows))
}

fn row(completion: &Completion, at: usize, line: Rect, pen: &mut Painter<'_>) {
    let (theme, candidate) = (pen.theme, &completion.candidates[at]);
    let is_chosen = completion.chosen == Some(at);
    if is_chosen {
        pen.tint(line, theme.selected);
        pen.sign(line.x, line.y, BAR, theme.accent);
    }
    let count = candidate.count.map_or_else(String::new, |count| grouped(count as usize));
    let end = pen.right(line.right() - 1, line.y, &count, theme.dim);
    let room = end.saturating_sub(line.x + 3);
    let label = CleanBuf::line(&candidate.label);
    let style = if is_chosen { theme.strong } else { theme.text };
    pen.fit(line.x + 2, line.y, room, label.as_clean(), style.remove_modifier(Modifier::UNDERLINED));
    let found = find_folded(label.as_str(), &fold(&completion.typed)).into_iter().next();
    let Some(range) = found else { return };
    let before = cells(label.as_str().get(..range.start).unwrap_or_default());
    let text = label.as_str().get(range).unwrap_or_default();
    pen.put((line.x + 2).saturating_add(before), line.y, room.saturating_sub(before), text, theme.accent);
}
