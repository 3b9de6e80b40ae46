//! A question and its answers.

use ratatui::layout::{Position, Rect};

use super::{Drawn, below, list_line};
use crate::app::App;
use crate::app::popup::question::Question;
use crate::ui::painter::Painter;

/// Columns before an answer: the bar and a blank.
const GUTTER: u16 = 2;

/// Draws the question.
pub fn draw(app: &App, question: &Question, inner: Rect, pen: &mut Painter<'_>) -> Drawn {
    let text = question.lines(app);
    for (line, y) in text.iter().zip(inner.top()..inner.bottom()) {
        pen.fit(inner.x, y, inner.width, line.as_clean(), pen.theme.text);
    }
    let rows = below(inner, text.len());
    let mut cursor = None;
    let options = question.options().enumerate().skip(question.cursor.top);
    for ((at, option), y) in options.zip(rows.top()..rows.bottom()) {
        let line = Rect { y, height: 1, ..rows };
        let style = list_line(line, at == question.cursor.at, pen);
        if at == question.cursor.at {
            cursor = Some(Position::new(line.x, y));
        }
        pen.fit(line.x + GUTTER, y, line.width.saturating_sub(GUTTER), option.as_clean(), style);
    }
    (cursor, question.cursor.top + usize::from(rows.height) < question.options().count())
}
