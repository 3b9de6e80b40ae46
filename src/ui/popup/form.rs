//! Lines to fill in.

use ratatui::layout::{Position, Rect};

use super::Drawn;
use crate::app::App;
use crate::app::popup::form::FormPopup;
use crate::ui::painter::Painter;

/// Columns of a label, with the blank behind it.
const LABEL: u16 = 9;

/// Draws the form.
pub fn draw(app: &App, form: &FormPopup, inner: Rect, pen: &mut Painter<'_>) -> Drawn {
    let theme = pen.theme;
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
            let columns = pen.put(x, y, room, shown, theme.text);
            if has_cursor && field.is_selected() {
                pen.tint(Rect { x, y, width: columns, height: 1 }, theme.selected);
            }
        }
        if has_cursor {
            cursor = Some(Position::new(x + column, y));
        }
    }
    let message = Rect { y: inner.y + form.fields.len() as u16 + 1, height: 1, ..inner };
    if let Some((text, is_wrong)) = app.form_message().filter(|_| message.y < inner.bottom()) {
        pen.fit(message.x, message.y, message.width, text.as_clean(), if is_wrong { theme.wrong } else { theme.dim });
    }
    (cursor, false)
}
