//! The list of problems.

use ratatui::layout::Rect;

use super::{Drawn, reading};
use crate::app::App;
use crate::app::popup::problem_list::ProblemList;
use crate::ui::painter::Painter;

/// Draws the problems.
pub fn draw(app: &App, list: &ProblemList, inner: Rect, pen: &mut Painter<'_>) -> Drawn {
    let is_more = reading::draw(&app.problem_lines(inner.width), list.scroll, "", inner, pen);
    ((inner.height > 0).then(|| inner.as_position()), is_more)
}
