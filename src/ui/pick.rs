//! Lists to choose from, over the panes.

use ratatui::layout::{Position, Rect};

use super::dialog::{border, title};
use super::form;
use super::pen::Pen;
use super::sources::{self, more_below};
use crate::app::offer::Offer;
use crate::app::over::{Over, inside};
use crate::app::{App, Layout};

/// Draws what is open over the panes, the lowest first; answers with the cell of the uppermost's cursor.
pub fn over(app: &App, layout: &Layout, pen: &mut Pen<'_>) -> Option<Position> {
    let Over { form, offer, sources } = &app.over;
    let mut cursor = None;
    if let Some(sources) = sources {
        cursor = sources::draw(app, sources, layout, pen);
    }
    if let Some(offer) = offer {
        cursor = self::offer(offer, layout, pen);
    }
    if let Some(form) = form {
        cursor = form::draw(app, form, layout, pen);
    }
    cursor
}

/// The feeds that a page names.
fn offer(offer: &Offer, layout: &Layout, pen: &mut Pen<'_>) -> Option<Position> {
    let theme = pen.theme;
    let frame = offer.frame(layout.body);
    pen.clear(frame);
    let inner = inside(frame);
    if inner != frame {
        border(frame, pen);
        title(frame, "Feeds of this page", pen);
    }
    let mut cursor = None;
    let feeds = offer.feeds.iter().enumerate().skip(offer.top);
    for ((at, (name, address, is_chosen)), y) in feeds.zip(inner.top()..inner.bottom()) {
        let line = Rect { y, height: 1, ..inner };
        let is_selected = at == offer.at;
        if is_selected {
            pen.tint(line, theme.selected);
            pen.put(line.x, y, 1, "▌", theme.accent);
            cursor = Some(line.as_position());
        }
        let (sign, ink) = if *is_chosen { ("■", theme.accent) } else { ("□", theme.faint) };
        pen.put(line.x + 2, y, 1, sign, ink);
        let x = line.x + 4;
        let room = line.right().saturating_sub(x);
        let style = if is_selected || *is_chosen { theme.strong } else { theme.text };
        // The name has what it needs, up to two thirds; the address the rest.
        let taken = pen.fit(x, y, room - room / 3, name.as_clean(), style);
        let x = x + taken + 2;
        // What all addresses begin with tells none from another.
        let bare = address.as_str().find("://").map_or(0, |at| at + 3);
        let bare = address.as_clean().get(bare..address.as_str().len()).unwrap_or_default();
        pen.fit(x, y, line.right().saturating_sub(x), bare, theme.dim);
    }
    more_below(frame, offer.top + usize::from(inner.height) < offer.feeds.len(), pen);
    cursor
}
