//! Lists to choose from, over the panes.

use ratatui::layout::{Position, Rect};

use super::dialog::{border, title};
use super::form;
use super::highlight::name;
use super::painter::{BAR, Painter};
use super::palette;
use super::subscriptions::{self, more_below};
use crate::app::popup::Popups;
use crate::app::popup::feed_choice::FeedChoice;
use crate::app::popup::frame::inside;
use crate::app::popup::saved_queries::{HEAD, SavedQueries};
use crate::app::{App, Layout};
use crate::text::{CleanBuf, grouped, width};

/// Draws what is open over the panes, the lowest first; answers with the cell of the uppermost's cursor.
pub fn over(app: &App, layout: &Layout, pen: &mut Painter<'_>) -> Option<Position> {
    let Popups { palette, form, offer, pick, sources } = &app.popups;
    let mut cursor = None;
    if let Some(sources) = sources {
        cursor = subscriptions::draw(app, sources, layout, pen);
    }
    if let Some(pick) = pick {
        cursor = Some(saved(app, pick, layout, pen));
    }
    if let Some(offer) = offer {
        cursor = self::offer(offer, layout, pen);
    }
    if let Some(form) = form {
        cursor = form::draw(app, form, layout, pen);
    }
    if let Some(palette) = palette {
        cursor = Some(palette::draw(palette, layout, pen));
    }
    cursor
}

/// The saved queries, with the line that narrows them.
fn saved(app: &App, pick: &SavedQueries, layout: &Layout, pen: &mut Painter<'_>) -> Position {
    let theme = pen.theme;
    let frame = SavedQueries::frame(layout.body, app.library.saved.len());
    pen.clear(frame);
    let inner = inside(frame);
    if inner != frame {
        border(frame, pen);
        title(frame, "Saved queries", pen);
    }
    let mark = pen.put(inner.x, inner.y, inner.width, "/ ", theme.accent);
    let room = inner.width.saturating_sub(mark);
    let (skipped, column) = pick.prompt.view(room);
    pen.put(inner.x + mark, inner.y, room, pick.prompt.text().get(skipped..).unwrap_or_default(), theme.text);
    let picked = app.picked();
    let rows = inner.top().saturating_add(HEAD as u16)..inner.bottom();
    if picked.is_empty() && !rows.is_empty() {
        let what =
            if app.library.saved.is_empty() { "Nothing is saved any more." } else { "Nothing like this is saved." };
        pen.put(inner.x + 2, rows.start, inner.width.saturating_sub(2), what, theme.dim);
    }
    // All names have the columns of the longest one, up to half, so that the queries stand below each other.
    let names = app.library.saved.iter().map(|saved| width(CleanBuf::line(&saved.name).as_str())).max().unwrap_or(0);
    let names = (names as u16).min(inner.width / 2);
    for ((at, one), y) in picked.iter().enumerate().skip(pick.top).zip(rows.clone()) {
        let Some(saved) = app.library.saved.get(one.at) else { continue };
        let line = Rect { y, height: 1, ..inner };
        let is_selected = at == pick.at;
        if is_selected {
            pen.tint(line, theme.selected);
            pen.sign(line.x, y, BAR, theme.accent);
        }
        let count = app.saved_count(saved).map_or_else(String::new, grouped);
        let end = pen.right(line.right(), y, &count, theme.dim);
        let x = line.x + 2;
        let style = if is_selected { theme.strong } else { theme.text };
        name(
            &saved.name,
            &one.marks,
            Rect { x, y, width: names.min(end.saturating_sub(x + 1)), height: 1 },
            style,
            pen,
        );
        let x = x + names + 2;
        pen.fit(x, y, end.saturating_sub(x + 1), CleanBuf::line(&saved.query).as_clean(), theme.dim);
    }
    more_below(frame, pick.top + rows.len() < picked.len(), pen);
    Position::new(inner.x + mark + column, inner.y)
}

/// The feeds that a page names.
fn offer(offer: &FeedChoice, layout: &Layout, pen: &mut Painter<'_>) -> Option<Position> {
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
            pen.sign(line.x, y, BAR, theme.accent);
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
