//! The feeds that a web page names.

use ratatui::layout::Rect;

use super::{Drawn, list_line};
use crate::app::popup::feed_choice::FeedChoice;
use crate::ui::painter::Painter;

/// The columns of a day.
const DAY: u16 = 10;

/// Draws the feeds with their addresses, and below them what the page lists.
pub fn draw(choice: &FeedChoice, inner: Rect, pen: &mut Painter<'_>) -> Drawn {
    let theme = pen.theme;
    let mut cursor = None;
    let top = choice.cursor.top;
    let feeds = choice.feeds.iter().enumerate().skip(top);
    for ((at, (name, address, is_chosen)), y) in feeds.zip(inner.top()..inner.bottom()) {
        let line = Rect { y, height: 1, ..inner };
        let is_selected = at == choice.cursor.at;
        if is_selected {
            cursor = Some(line.as_position());
        }
        let style = list_line(line, is_selected, pen);
        let (sign, ink) = if *is_chosen { ("■", theme.accent) } else { ("□", theme.faint) };
        pen.put(line.x + 2, y, 1, sign, ink);
        let x = line.x + 4;
        let room = line.right().saturating_sub(x);
        // The name has what it needs, up to two thirds; the address the rest.
        let taken = pen.fit(x, y, room - room / 3, name.as_clean(), if *is_chosen { theme.strong } else { style });
        let x = x + taken + 2;
        // The scheme, which all addresses begin with, helps nobody to choose.
        let bare = address.as_str().find("://").map_or(0, |at| at + 3);
        let bare = address.as_clean().get(bare..address.as_str().len()).unwrap_or_default();
        pen.fit(x, y, line.right().saturating_sub(x), bare, theme.dim);
    }
    let below = choice.feeds.len().saturating_sub(top) as u16 + 1;
    for ((day, text), y) in choice.preview().iter().zip(inner.top() + below..inner.bottom()) {
        let x = inner.x + 2;
        if day.is_empty() && y == inner.top() + below {
            pen.fit(x, y, inner.right().saturating_sub(x), text.as_clean(), theme.dim);
            continue;
        }
        pen.fit(x, y, DAY, day.as_clean(), theme.dim);
        let x = x + DAY + 2;
        pen.fit(x, y, inner.right().saturating_sub(x), text.as_clean(), theme.text);
    }
    (cursor, top + usize::from(inner.height) < choice.feeds.len())
}
