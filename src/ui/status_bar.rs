//! The bottom line: hints for what has the focus; right of them notes, loading and problems. Or what is looked for in a
//! text, while it is typed.

use ratatui::layout::{Position, Rect};

use super::painter::Painter;
use crate::app::bottom_line::{LETTERS, Segment, StatusBar};
use crate::app::detail::Find;
use crate::app::{App, Layout};

/// Draws the line; answers with the cell of the cursor while it is typed into.
pub fn draw(app: &App, layout: &Layout, pen: &mut Painter<'_>) -> Option<Position> {
    let (area, theme) = (layout.bottom, pen.theme);
    if let Some(find) = app.detail.find.as_ref().filter(|find| find.is_typing) {
        return Some(self::find(app, find, area, pen));
    }
    let line = StatusBar::new(app, area);
    for (x, columns, told) in &line.told {
        let style = match told {
            Segment::Note(_) => theme.text,
            Segment::Status(_) => theme.dim,
            Segment::Wrong(_) => theme.wrong,
        };
        pen.fit(*x, area.y, *columns, told.text().as_clean(), style);
    }
    if let Some((x, typed)) = &line.letters {
        let x = x + pen.put(*x, area.y, area.width, LETTERS, theme.text);
        pen.put(x, area.y, area.width, &format!("{typed}_"), theme.accent);
    }
    for hint in &line.hints {
        let x = hint.x + pen.put(hint.x, area.y, area.width, &hint.told(), theme.accent) + 1;
        pen.put(x, area.y, area.width, hint.text, theme.dim);
    }
    None
}

/// What is looked for in the text, and how often it is there.
fn find(app: &App, find: &Find, area: Rect, pen: &mut Painter<'_>) -> Position {
    let theme = pen.theme;
    let end = pen.right(area.right() - 1, area.y, &app.match_status(), theme.dim);
    let x = 1 + pen.put(1, area.y, area.width, "in this text: ", theme.accent);
    let room = end.saturating_sub(x + 2).max(1);
    let (skipped, column) = find.prompt.view(room);
    pen.put(x, area.y, room, find.prompt.text().get(skipped..).unwrap_or_default(), theme.text);
    Position::new(x + column, area.y)
}
