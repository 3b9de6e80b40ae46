//! The status bar: hints for the focused pane, and at the right notices, progress and errors; or the prompt of the
//! search in the text.

use ratatui::layout::{Position, Rect};

use super::painter::Painter;
use crate::app::bottom_line::{LETTERS, Segment, StatusBar};
use crate::app::detail::Find;
use crate::app::{App, Layout};

/// Draws the status bar. Returns the cell of the cursor while the prompt is open.
pub fn draw(app: &App, layout: &Layout, pen: &mut Painter<'_>) -> Option<Position> {
    let (area, theme) = (layout.bottom, pen.theme);
    if let Some(find) = app.detail.find.as_ref().filter(|find| find.is_typing) {
        return Some(self::find(app, find, area, pen));
    }
    let line = StatusBar::new(app, area);
    for (x, columns, segment) in &line.segments {
        let style = match segment {
            Segment::Notice(_) => theme.text,
            Segment::Status(_) => theme.dim,
            Segment::Error(_) => theme.wrong,
        };
        pen.fit(*x, area.y, *columns, segment.text().as_clean(), style);
    }
    if let Some((x, typed)) = &line.letters {
        let x = x + pen.put(*x, area.y, area.width, LETTERS, theme.text);
        pen.put(x, area.y, area.width, &format!("{typed}_"), theme.accent);
    }
    for hint in &line.hints {
        let x = hint.x + pen.put(hint.x, area.y, area.width, &hint.key_text(), theme.accent) + 1;
        pen.put(x, area.y, area.width, hint.text, theme.dim);
    }
    None
}

/// Draws the prompt of the search in the text and the number of matches.
fn find(app: &App, find: &Find, area: Rect, pen: &mut Painter<'_>) -> Position {
    let theme = pen.theme;
    let end = pen.right(area.right() - 1, area.y, &app.match_status(), theme.dim);
    let x = 1 + pen.put(1, area.y, area.width, "find in text: ", theme.accent);
    let room = end.saturating_sub(x + 2).max(1);
    let (skipped, column) = find.prompt.view(room);
    pen.put(x, area.y, room, find.prompt.text().get(skipped..).unwrap_or_default(), theme.text);
    Position::new(x + column, area.y)
}
