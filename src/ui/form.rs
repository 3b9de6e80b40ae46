//! Lines to fill in, over the panes.

use ratatui::layout::{Position, Rect};

use super::dialog::{border, title};
use super::painter::Painter;
use crate::app::popup::form::FormPopup;
use crate::app::popup::frame::inside;
use crate::app::{App, Layout};

/// Columns of what stands before a line, and a blank.
const LABEL: u16 = 9;

/// Draws the form; answers with the cell of the cursor.
pub fn draw(app: &App, form: &FormPopup, layout: &Layout, pen: &mut Painter<'_>) -> Option<Position> {
    let theme = pen.theme;
    let frame = form.frame(layout.body);
    pen.clear(frame);
    let inner = inside(frame);
    if inner != frame {
        border(frame, pen);
        title(frame, form.purpose.title(), pen);
    }
    let mut cursor = None;
    let top = form.top(inner.height);
    let lines = form.purpose.labels().iter().zip(&form.fields).enumerate().skip(top);
    for ((at, ((label, empty), field)), y) in lines.zip(inner.top()..inner.bottom()) {
        let has_cursor = at == form.at;
        let columns = if inner.width > 3 * LABEL { LABEL } else { 0 };
        pen.put(inner.x, y, columns, label, if has_cursor { theme.accent } else { theme.dim });
        let (x, room) = (inner.x + columns, inner.width.saturating_sub(columns));
        let (skipped, column) = if has_cursor { field.view(room) } else { (0, 0) };
        let shown = field.text().get(skipped..).unwrap_or_default();
        if shown.is_empty() {
            pen.put(x, y, room, empty, theme.faint);
        } else {
            pen.put(x, y, room, shown, theme.text);
        }
        if has_cursor {
            cursor = Some(Position::new(x + column, y));
        }
    }
    let told = Rect { y: inner.y + form.fields.len() as u16 + 1, height: 1, ..inner };
    if let Some((text, is_wrong)) = app.form_message().filter(|_| told.y < inner.bottom()) {
        pen.fit(told.x, told.y, told.width, text.as_clean(), if is_wrong { theme.wrong } else { theme.dim });
    }
    cursor
}
