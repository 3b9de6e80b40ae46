//! The subscriptions.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::{Drawn, below, input, list_line};
use crate::app::library::Subscription;
use crate::app::popup::subscriptions::{NARROW, SourceLine, Subscriptions};
use crate::app::{App, age};
use crate::keymap::{Action, Scope};
use crate::text::{CleanBuf, cells, find_folded, fold, grouped, truncate, wrap};
use crate::ui::painter::Painter;

/// Columns before a name: the bar and a blank.
const GUTTER: u16 = 2;
/// Columns of the counts and of what stands behind them.
const COUNTS: u16 = 15;
const STATE: u16 = 13;

/// Draws the subscriptions by folder.
pub fn draw(app: &App, sources: &Subscriptions, inner: Rect, pen: &mut Painter<'_>) -> Drawn {
    let theme = pen.theme;
    let mut cursor = None;
    if sources.has_filter() {
        cursor = input("/ ", &sources.filter, "", inner, pen).filter(|_| sources.is_typing);
    }
    let rows = below(inner, sources.head(app));
    if Subscriptions::is_roomy(app) {
        headings(rows, pen);
        address(app, sources, inner, pen);
    }
    let rows = Rect { height: (sources.rows(app) as u16).min(rows.height), ..rows };
    let lines = sources.lines(&app.library);
    if lines.is_empty() {
        nothing(app, rows, pen);
    }
    let needle = fold(sources.filter.text().trim());
    for (line, y) in lines.iter().skip(sources.cursor.top).zip(rows.top()..rows.bottom()) {
        let line_of = |at: usize| app.library.sources.get(at).map(|source| (source, Rect { y, height: 1, ..rows }));
        match line {
            SourceLine::Folder(name, count) => {
                let style = theme.dim.add_modifier(Modifier::BOLD);
                let taken = pen.fit(rows.x, y, rows.width.saturating_sub(8), name.as_clean(), style);
                let end = pen.right(rows.right(), y, &grouped(*count), theme.dim);
                let start = rows.x + taken + 1;
                pen.horizontal(start, y, end.saturating_sub(start + 1));
            }
            SourceLine::Source(at) => {
                let Some((source, place)) = line_of(*at) else { continue };
                let is_selected = sources.id == Some(source.id);
                if is_selected {
                    cursor = cursor.or(Some(place.as_position()));
                }
                row(source, app.library.now, is_selected, &needle, place, pen);
            }
            SourceLine::Error(at) => {
                let Some((source, place)) = line_of(*at) else { continue };
                list_line(place, sources.id == Some(source.id), pen);
                if let Some(error) = &source.error {
                    let room = place.width.saturating_sub(GUTTER + 2);
                    pen.put(place.x + GUTTER, y, 2, "! ", theme.wrong);
                    pen.fit(place.x + GUTTER + 2, y, room, error.as_clean(), theme.wrong);
                }
            }
            SourceLine::Blank => {}
        }
    }
    (cursor, sources.cursor.top + usize::from(rows.height) < lines.len())
}

/// Draws the headings of the columns above the list.
fn headings(rows: Rect, pen: &mut Painter<'_>) {
    let (y, dim) = (rows.y.saturating_sub(1), pen.theme.dim);
    pen.put(rows.right() - STATE, y, STATE, "last synced", dim);
    pen.right(rows.right() - STATE - 2, y, "unread of all", dim);
}

/// Draws the address of the selected subscription in the last line.
fn address(app: &App, sources: &Subscriptions, inner: Rect, pen: &mut Painter<'_>) {
    let Some(source) = sources.selected(&app.library) else { return };
    let room = inner.width.saturating_sub(GUTTER);
    pen.fit(inner.x + GUTTER, inner.bottom().saturating_sub(1), room, source.address.as_clean(), pen.theme.dim);
}

fn nothing(app: &App, rows: Rect, pen: &mut Painter<'_>) {
    let (what, how) = if app.library.sources.is_empty() {
        let add = app.key_in(&[Scope::Subscriptions], Action::Subscribe);
        ("No subscriptions yet", format!("{add} adds one: the address of a feed, or of a page that names its feeds"))
    } else {
        let all = match app.scope() {
            Scope::ListFilter => app.key_in(&[Scope::ListFilter], Action::ListFilterCancel),
            _ => app.key_in(&[Scope::Subscriptions], Action::Close),
        };
        ("No subscription of this name", format!("{all} shows all"))
    };
    let how = CleanBuf::line(&how);
    let how =
        wrap(how.as_clean(), usize::from(rows.width.max(1))).into_iter().filter_map(|line| how.as_str().get(line));
    let lines = std::iter::once((what, pen.theme.text)).chain(how.map(|line| (line, pen.theme.dim)));
    for ((text, style), y) in lines.zip(rows.top()..rows.bottom()) {
        pen.put(rows.x, y, rows.width, text, style);
    }
}

/// `▌ Court of Justice   12 of 340   3 h ago`.
fn row(source: &Subscription, now: Option<i64>, is_selected: bool, needle: &str, place: Rect, pen: &mut Painter<'_>) {
    let theme = pen.theme;
    let (x, y) = (place.x + GUTTER, place.y);
    list_line(place, is_selected, pen);
    let unread = grouped(source.unread as usize);
    let mut end = place.right();
    if place.width < NARROW {
        let sign = if source.is_paused { format!("paused  {unread}") } else { unread };
        end = pen.right(end, y, &sign, theme.dim);
    } else {
        let state = state(source, now);
        let style = if source.is_syncing { theme.accent } else { theme.dim };
        pen.put(end - STATE, y, STATE, &state, style);
        end -= STATE + 2;
        let counts = format!("{unread} of {}", grouped(source.releases as usize));
        pen.right(end, y, &counts, theme.dim);
        end -= COUNTS;
    }
    let room = end.saturating_sub(x + 1);
    let style = match (source.is_paused, source.unread) {
        (true, _) => theme.dim,
        (false, 0) => theme.text,
        (false, _) => theme.strong,
    };
    // A sign after the name shows that full pages are fetched.
    let sign = if source.wants_pages { " ¶" } else { "" };
    let name = room.saturating_sub(cells(sign));
    let taken = pen.fit(x, y, name, source.title.as_clean(), style);
    pen.put(x + taken, y, room - taken, sign, theme.dim);
    let (shown, _) = truncate(source.title.as_clean(), usize::from(name));
    if let Some(range) = find_folded(shown.as_str(), needle).into_iter().next() {
        let before = cells(shown.as_str().get(..range.start).unwrap_or_default());
        pen.put(x + before, y, name - before, shown.as_str().get(range).unwrap_or_default(), theme.accent);
    }
}

/// What stands at the end of a line: what it does, else when it last had something to say.
fn state(source: &Subscription, now: Option<i64>) -> String {
    if source.is_syncing {
        return "syncing…".to_owned();
    }
    if source.is_paused {
        return "paused".to_owned();
    }
    source.succeeded.map_or_else(|| "never".to_owned(), |then| age(then, now))
}
