//! Every state is drawn in terminals of every size, within the screen.

use super::popups::with_queries;
use super::*;

/// Draws a state at many sizes. Drawing outside the screen panics, and so does a negative size.
fn draw_at(mut app: App, columns: impl Iterator<Item = u16>, rows: impl Iterator<Item = u16>) {
    let theme = Theme::new(true, Depth::Indexed);
    let rows: Vec<u16> = rows.collect();
    for columns in columns {
        for &rows in &rows {
            send(&mut app, Msg::Resize { columns, rows });
            let screen = Screen::with_theme(&app, &theme);
            assert!(screen.whole().area.contains(screen.cursor()), "the cursor at {columns}x{rows}");
            let line = screen.title().text();
            let is_large = columns >= 20 && rows >= 5;
            let is_drawn =
                if is_large { line.starts_with("tidings") } else { "too small (need 20x5)".starts_with(&line) };
            assert!(is_drawn && !line.is_empty(), "{line:?} at {columns}x{rows}");
        }
    }
}

#[test]
fn panes_are_drawn_at_every_size() {
    for keys in
        ["", "h", "Enter", "z", "?", "/ mig", "t co", "4 5 6", "/ a( ", "d h h Space h", "Enter f", "g/ e Enter"]
    {
        let columns = (1..30).chain([79, 80, 81, 119, 120, 121, 300]);
        draw_at(sample_at(WIDE, keys), columns, (1..20).chain([24, 60]));
    }
}

#[test]
fn popups_are_drawn_at_every_size() {
    for keys in
        ["S", "S / eur", "S G R", "a", "a example.org Tab Tab", "S ?", "F de", "F C-r", "h gg", "4 W", "g", "S g"]
    {
        draw_at(with_queries(WIDE, keys), (1..50).chain([60, 80, 120, 300]), (1..16).chain([24, 60]));
    }
}

/// The completion list must not be drawn with zero columns.
#[test]
fn completions_are_drawn_at_every_size() {
    for keys in ["/ t o p", "z / t o p"] {
        draw_at(sample_at(WIDE, keys), 1..30, 1..14);
    }
}

#[test]
fn text_fields_scroll_long_text() {
    let theme = Theme::new(true, Depth::Indexed);
    for keys in ["t", "p", "/", "S /", "a", "F", ":", "?", "g/", "4 W"] {
        let mut app = with_queries((120, 24), keys);
        for text in ["y".repeat(70_000), format!(" topic:{}\u{d55c}", "x".repeat(20_000))] {
            send(&mut app, Msg::Paste(text));
            for columns in [20, 40, 80, 120, 300] {
                send(&mut app, Msg::Resize { columns, rows: 24 });
                assert!(Screen::with_theme(&app, &theme).cursor().x < columns, "{keys} at {columns}");
            }
        }
    }
}
