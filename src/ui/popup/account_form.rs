//! The form of an account.

use ratatui::layout::{Position, Rect};

use super::{Drawn, choice};
use crate::app::popup::account_form::{AccountForm, Field};
use crate::app::{App, Prompt};
use crate::text::cells;
use crate::ui::painter::Painter;

/// Columns of a label, with the blank behind it.
const LABEL: u16 = 10;

/// Draws the form.
pub fn draw(app: &App, form: &AccountForm, inner: Rect, pen: &mut Painter<'_>) -> Drawn {
    let theme = pen.theme;
    let mut cursor = None;
    let fields = form.fields();
    let at = fields.iter().position(|field| *field == form.at).unwrap_or(0);
    let (message, is_wrong) = form.message(app);
    // In a low window, the line with the cursor and the message stay in view.
    let below = (message.len() + usize::from(!message.is_empty())).min(usize::from(inner.height).saturating_sub(1));
    let rows = fields.len().min(usize::from(inner.height) - below);
    let top = (at + 1).saturating_sub(rows.max(1));
    for (&field, y) in fields.iter().skip(top).take(rows).zip(inner.top()..inner.bottom()) {
        let has_cursor = field == form.at;
        let columns = if inner.width > 3 * LABEL { LABEL } else { 0 };
        let (label, empty) = form.label(field);
        pen.put(inner.x, y, columns, label, if has_cursor { theme.accent } else { theme.dim });
        let place = Rect { x: inner.x + columns, y, width: inner.width.saturating_sub(columns), height: 1 };
        let (options, chosen) = form.options(field);
        let column = if !options.is_empty() {
            choice::draw(app, &options, chosen, has_cursor, place, pen)
        } else if field == Field::Secret {
            text(&form.secret.dots(), empty, has_cursor, place, pen)
        } else {
            form.text(field).map_or(place.x, |prompt| text(prompt, empty, has_cursor, place, pen))
        };
        if has_cursor {
            cursor = Some(Position::new(column, y));
        }
    }
    let start = inner.bottom().saturating_sub(message.len() as u16).max(inner.y + rows as u16);
    for (line, y) in message.iter().zip(start..inner.bottom()) {
        pen.fit(inner.x, y, inner.width, line.as_clean(), if is_wrong { theme.wrong } else { theme.text });
    }
    (cursor, false)
}

/// Draws a line of text. Returns the column of the cursor.
fn text(prompt: &Prompt, empty: &str, has_cursor: bool, place: Rect, pen: &mut Painter<'_>) -> u16 {
    let theme = pen.theme;
    let (skipped, column) = if has_cursor { prompt.view(place.width) } else { (0, 0) };
    let shown = prompt.text().get(skipped..).unwrap_or_default();
    if shown.is_empty() {
        pen.put(place.x, place.y, place.width, empty, theme.faint);
    } else {
        pen.put(place.x, place.y, place.width, shown, theme.text);
        if has_cursor && prompt.is_selected() {
            pen.tint(Rect { width: cells(shown).min(place.width), ..place }, theme.selected);
        }
    }
    place.x + column
}
