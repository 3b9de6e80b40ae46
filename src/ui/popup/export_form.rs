//! The form that exports releases.

use ratatui::layout::{Position, Rect};

use super::{Drawn, choice};
use crate::app::App;
use crate::app::popup::export_form::{ExportForm, Field};
use crate::ui::painter::Painter;

/// Columns of a label, with the blank behind it.
const LABEL: u16 = 9;

/// Draws the form.
pub fn draw(app: &App, form: &ExportForm, inner: Rect, pen: &mut Painter<'_>) -> Drawn {
    let theme = pen.theme;
    let mut cursor = None;
    for (field, y) in Field::ALL.into_iter().zip(inner.top()..inner.bottom()) {
        let has_cursor = field == form.at;
        let columns = if inner.width > 2 * LABEL { LABEL } else { 0 };
        pen.put(inner.x, y, columns, field.label(), if has_cursor { theme.accent } else { theme.dim });
        let place = Rect { x: inner.x + columns, y, width: inner.width.saturating_sub(columns), height: 1 };
        let column = if field == Field::File {
            file(form, place, has_cursor, pen)
        } else {
            let (options, chosen) = form.options(field);
            choice::draw(app, &options, chosen, has_cursor, place, pen)
        };
        if has_cursor {
            cursor = Some(Position::new(column, y));
        }
    }
    let message = Rect { y: inner.y + Field::ALL.len() as u16 + 1, height: 1, ..inner };
    if let Some(error) = form.error.as_ref().filter(|_| message.y < inner.bottom()) {
        pen.fit(message.x, message.y, message.width, error.as_clean(), theme.wrong);
    }
    (cursor, false)
}

/// Draws the file name. Returns the column of the cursor.
fn file(form: &ExportForm, place: Rect, has_cursor: bool, pen: &mut Painter<'_>) -> u16 {
    let theme = pen.theme;
    let (skipped, column) = if has_cursor { form.file.view(place.width) } else { (0, 0) };
    let shown = form.file.text().get(skipped..).unwrap_or_default();
    let width = pen.put(place.x, place.y, place.width, shown, theme.text);
    if has_cursor && form.file.is_selected() {
        pen.tint(Rect { width, ..place }, theme.selected);
    }
    place.x + column
}
