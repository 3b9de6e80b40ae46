//! The bottom line: hints for what has the focus, from the keymap; right of them notes, loading and problems.

use ratatui::layout::{Position, Rect};

use super::pen::Pen;
use crate::app::detail::Find;
use crate::app::filter::Row;
use crate::app::{App, Layout, Pane};
use crate::keymap::{Action, Info, Scope};
use crate::text::{CleanBuf, grouped, width};

/// Hints at the most.
const HINTS: usize = 8;

/// Draws the line; answers with the cell of the cursor while it is typed into.
pub fn draw(app: &App, layout: &Layout, pen: &mut Pen<'_>) -> Option<Position> {
    let (area, theme) = (layout.bottom, pen.theme);
    let mut end = area.right() - 1;
    if let Some(find) = app.detail.find.as_ref().filter(|find| find.is_typing) {
        return Some(self::find(app, find, area, pen));
    }
    if let Some(note) = app.note.as_deref().map(CleanBuf::line).or_else(|| full_label(app)) {
        // A long note is worth more than the hints.
        let columns = (width(note.as_str()) as u16).min(area.width - 2);
        pen.fit(end - columns, area.y, columns, note.as_clean(), theme.text);
        end -= columns;
    } else if let Some(status) = status(app, usize::from(area.width - 2)) {
        let style = if status.starts_with('!') { theme.wrong } else { theme.dim };
        end = pen.right(end, area.y, &status, style);
    }
    let mut x = 1;
    if let Some(typed) = &app.following {
        x += pen.put(x, area.y, end.saturating_sub(x), "letters: ", theme.text);
        x += pen.put(x, area.y, end.saturating_sub(x), &format!("{typed}_"), theme.accent) + 3;
    }
    for (keys, hint) in hints(app) {
        let needed = (width(&keys) + 1 + width(hint)) as u16;
        if x + needed + 2 > end {
            break;
        }
        x += pen.put(x, area.y, needed, &keys, theme.accent) + 1;
        x += pen.put(x, area.y, needed, hint, theme.dim) + 3;
    }
    None
}

/// What is looked for in the text, and how often it is there.
fn find(app: &App, find: &Find, area: Rect, pen: &mut Pen<'_>) -> Position {
    let theme = pen.theme;
    let end = pen.right(area.right() - 1, area.y, &found(app, find), theme.dim);
    let x = 1 + pen.put(1, area.y, area.width, "in this text: ", theme.accent);
    let room = end.saturating_sub(x + 2).max(1);
    let (skipped, column) = find.prompt.view(room);
    pen.put(x, area.y, room, find.prompt.text().get(skipped..).unwrap_or_default(), theme.text);
    Position::new(x + column, area.y)
}

/// `3 of 12`, and what was looked for where that is typed.
fn found(app: &App, find: &Find) -> String {
    match (app.detail.found(), find.here) {
        _ if find.prompt.text().is_empty() => String::new(),
        (count, Some(here)) if count > 0 => format!("{} of {}", grouped(here + 1), grouped(count)),
        _ => "not found".to_owned(),
    }
}

/// Keys that wait, what is selected, what a sync or the loading has come to, or what went wrong.
/// The first of them, as far as they fit.
fn status(app: &App, columns: usize) -> Option<String> {
    if let Some(keys) = pending(app) {
        return Some(keys);
    }
    let found = app.detail.find.as_ref().map(|find| format!("“{}” {}", find.prompt.text(), found(app, find)));
    let mut parts: Vec<String> =
        [found, app.selection_told(), app.sync_told(), loading(app)].into_iter().flatten().collect();
    while !parts.is_empty() {
        let told = parts.join(" · ");
        if width(&told) <= columns {
            return Some(told);
        }
        parts.pop();
    }
    None
}

fn loading(app: &App) -> Option<String> {
    let unkept = app.marks.unkept();
    if unkept > 0 {
        let marks = if unkept == 1 { "mark waits" } else { "marks wait" };
        return Some(format!("! {} {marks} to be kept", grouped(unkept)));
    }
    let wrong = app.load.wrong();
    match (app.load.is_done, wrong) {
        (false, _) => Some(format!("loading {}", grouped(app.catalog.len()))),
        (true, 0) => None,
        (true, 1) => Some("! 1 problem".to_owned()),
        (true, _) => Some(format!("! {} problems", grouped(wrong))),
    }
}

/// The keys of a sequence that waits for its end.
fn pending(app: &App) -> Option<String> {
    (!app.pending.is_empty()).then(|| app.pending.iter().map(ToString::to_string).collect::<String>() + "…")
}

/// What is hinted at while one reads, in this order.
const READING: [Action; 10] = {
    use Action as A;
    [A::ReadOn, A::Next, A::Previous, A::Follow, A::ToggleRead, A::ToggleStar, A::Browser, A::Zen, A::Help, A::GoBack]
};

/// Keys and hints of the focus, then of all panes. Neighbours with the same hint share it (`j k move`).
fn hints(app: &App) -> Vec<(String, &'static str)> {
    let scope = app.scope();
    let rows: Vec<&Info> = match scope {
        Scope::Detail => {
            let row = |action| {
                let mut here = Action::in_scope(scope).chain(Action::in_scope(Scope::Panes));
                here.find(|info| info.action == action && !info.hint.is_empty())
            };
            READING.into_iter().filter_map(row).collect()
        }
        Scope::Filter | Scope::List => Action::in_scope(scope).chain(Action::in_scope(Scope::Panes)).collect(),
        _ => Action::in_scope(scope).collect(),
    };
    let mut hints: Vec<(String, &'static str)> = Vec::new();
    for info in rows.into_iter().filter(|info| !info.hint.is_empty()) {
        let Some(key) = app.settings.keymap.keys_of(info.scope, info.action).into_iter().next() else { continue };
        match hints.last_mut() {
            Some((keys, hint)) if *hint == info.hint => {
                keys.push(' ');
                keys.push_str(&key);
            }
            _ => hints.push((key, info.hint)),
        }
    }
    hints.truncate(HINTS);
    hints
}

/// The value under the filter pane's cursor, which may be cut there; of a saved query its text.
fn full_label(app: &App) -> Option<CleanBuf> {
    let value = match app.filter.selected().filter(|_| app.focus == Pane::Filter && !app.over.is_open())? {
        Row::Value(value) => value,
        Row::Saved(row) => return app.shelf.saved.get(row.at).map(|saved| CleanBuf::line(&saved.query)),
        _ => return None,
    };
    let label = app.catalog.values(value.facet).label(value.id);
    (width(label.as_str()) > 18).then(|| label.to_buf())
}
