//! The steps of a sync of an account.

use ratatui::layout::Rect;

use super::Drawn;
use crate::app::popup::account_check::{AccountCheck, HEAD};
use crate::ui::painter::Painter;

/// Draws the steps.
pub fn draw(check: &AccountCheck, inner: Rect, pen: &mut Painter<'_>) -> Drawn {
    let theme = pen.theme;
    let lines = check.lines(inner.width);
    let mut is_below_step = false;
    for (line, y) in lines.iter().skip(check.scroll).zip(inner.top()..inner.bottom()) {
        if let Some((name, took)) = &line.head {
            pen.put(inner.x, y, HEAD, name, theme.dim);
            pen.right(inner.x + HEAD - 2, y, took, theme.dim);
        }
        is_below_step = line.head.is_some() || (is_below_step && line.is_wrong);
        let x = inner.x + if is_below_step { HEAD } else { 0 };
        let style = if line.is_wrong { theme.wrong } else { theme.text };
        pen.fit(x, y, inner.right().saturating_sub(x), line.text.as_clean(), style);
    }
    ((inner.height > 0).then(|| inner.as_position()), check.scroll + usize::from(inner.height) < lines.len())
}
