//! Lines to fill in.

use ratatui::layout::{Position, Rect};

use super::{Drawn, choice};
use crate::app::App;
use crate::app::popup::form::{FormPopup, Through};
use crate::text::CleanBuf;
use crate::ui::painter::Painter;

/// Columns of a label, with the blank behind it.
const LABEL: u16 = 9;
/// Columns of a day.
const DAY: u16 = 10;

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
            pen.fit(x, y, room, CleanBuf::line(empty).as_clean(), theme.faint);
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
    let y = inner.y + (form.fields.len() - top) as u16;
    if let Some(through) = form.through.as_ref().filter(|_| y < inner.bottom()) {
        let has_cursor = form.at >= form.fields.len();
        let columns = if inner.width > 3 * LABEL { LABEL } else { 0 };
        pen.put(inner.x, y, columns, Through::LABEL, if has_cursor { theme.accent } else { theme.dim });
        let place = Rect { x: inner.x + columns, y, width: inner.width.saturating_sub(columns), height: 1 };
        let column = choice::draw(app, &through.options(), through.at, has_cursor, place, pen);
        if has_cursor {
            cursor = Some(Position::new(column, y));
        }
    }
    let message = Rect { y: inner.y + form.lines() as u16 + 1, height: 1, ..inner };
    if let Some((text, is_wrong)) = app.form_message().filter(|_| message.y < inner.bottom()) {
        pen.fit(message.x, message.y, message.width, text.as_clean(), if is_wrong { theme.wrong } else { theme.dim });
    }
    for ((day, title), y) in form.preview().iter().zip(message.y + 1..inner.bottom()) {
        let x = inner.x + 2;
        pen.fit(x, y, DAY, day.as_clean(), theme.dim);
        let x = x + DAY + 2;
        pen.fit(x, y, inner.right().saturating_sub(x), title.as_clean(), theme.text);
    }
    (cursor, false)
}
