//! A line of options of which one is chosen.

use ratatui::layout::Rect;

use crate::app::App;
use crate::keymap::{Action, Scope};
use crate::text::cells;
use crate::ui::painter::Painter;

/// Columns between two options.
const GAP: u16 = 2;

/// Draws the options of a choice; where they do not fit, the chosen one and the number of others. While the cursor is there, names the keys
/// that change it. Returns the column of the chosen one.
pub fn draw(app: &App, options: &[String], chosen: usize, has_cursor: bool, place: Rect, pen: &mut Painter<'_>) -> u16 {
    let theme = pen.theme;
    let needed: u16 = options.iter().map(|option| cells(option) + 2 + GAP).sum();
    let fits = needed <= place.width + GAP;
    let (mut x, mut column) = (place.x, place.x);
    for (at, option) in options.iter().enumerate().filter(|(at, _)| fits || *at == chosen) {
        let room = place.right().saturating_sub(x);
        let (sign, style) = if at == chosen { ("● ", theme.strong) } else { ("○ ", theme.dim) };
        if at == chosen {
            column = x;
        }
        let sign = pen.put(x, place.y, room, sign, if at == chosen { theme.accent } else { theme.faint });
        x += sign + pen.put(x + sign, place.y, room.saturating_sub(sign), option, style) + GAP;
    }
    let others = format!("+{}", options.len().saturating_sub(1));
    if !fits && x + cells(&others) <= place.right() {
        x += pen.put(x, place.y, place.width, &others, theme.faint) + GAP;
    }
    if has_cursor {
        let key = |action| app.key_in(&[Scope::Form], action);
        let keys = format!("{} {}", key(Action::PromptLeft), key(Action::PromptRight));
        let with_word = format!("{keys} change");
        let shown = if x + cells(&with_word) <= place.right() { with_word } else { keys };
        if x + cells(&shown) <= place.right() {
            pen.right(place.right(), place.y, &shown, theme.dim);
        }
    }
    column
}
