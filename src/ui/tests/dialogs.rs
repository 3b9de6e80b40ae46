//! Snapshots of popups and dialogs, at three sizes.

use super::*;
use crate::app::failures::{Cause, Failure};
use crate::app::library::{LibraryEvent, SavedQuery, Subscription, SyncState};
use crate::app::popup::subscriptions::Subscriptions;

const NOW: i64 = 1_541_500_000;
const SIZES: [(&str, u16, u16); 3] = [("wide", 150, 40), ("stacked", 80, 24), ("single", 40, 12)];

fn source(id: i64, title: &str, folder: &[&str], unread: u64, releases: u64, hours: i64) -> Subscription {
    Subscription {
        id,
        title: CleanBuf::line(title),
        address: CleanBuf::line(&format!("https://{id}.example.org/feed")),
        folder: folder.iter().map(|name| CleanBuf::line(name)).collect(),
        unread,
        releases,
        succeeded: (hours >= 0).then_some(NOW - hours * 3_600),
        ..Subscription::default()
    }
}

fn sources() -> Vec<Subscription> {
    let courts = &["Europe", "Courts"];
    vec![
        Subscription { wants_pages: true, ..source(1, "Bundesverfassungsgericht", courts, 12, 340, 3) },
        source(
            2,
            "Court of Justice of the European Union: judgments and opinions of the Advocates General",
            courts,
            0,
            1_204,
            0,
        ),
        Subscription {
            error: Some(CleanBuf::line("answers 503: the service is not available")),
            ..source(3, "EUIPO", &["Europe"], 3, 98, 60)
        },
        Subscription { is_syncing: true, ..source(4, "국내 종자산업 보도자료", &["Asia"], 6_505, 51_332, 2) },
        Subscription { is_paused: true, ..source(5, "Swiss National Science Foundation", &[], 0, 48, 400) },
        source(6, "ILO newsroom", &[], 2, 10, -1),
    ]
}

fn with_library(columns: u16, rows: u16) -> App {
    let mut app = opened(sample(), columns, rows, "");
    send(&mut app, Msg::Now(NOW));
    send(&mut app, Msg::Library(LibraryEvent::Sources(sources())));
    app
}

fn with_sources(columns: u16, rows: u16, keys: &str) -> App {
    let mut app = with_library(columns, rows);
    press(&mut app, keys);
    app
}

fn with_queries(columns: u16, rows: u16, keys: &str) -> App {
    let mut app = with_library(columns, rows);
    let saved = [
        ("Migration in the ASEAN", "asean topic:\"Labour migration\""),
        ("Decent work", "\"decent work\""),
        ("To read this month, before all the rest", "is:unread date:2018-11"),
        ("노동", "labour"),
    ];
    let saved = saved.map(|(name, query)| SavedQuery { name: name.to_owned(), query: query.to_owned() });
    send(&mut app, Msg::Library(LibraryEvent::SavedQueries(saved.to_vec())));
    press(&mut app, keys);
    app
}

/// Takes a snapshot at each of the three sizes.
fn pictures(name: &str, app: impl Fn(u16, u16) -> App) {
    for (size, columns, rows) in SIZES {
        insta::assert_snapshot!(format!("{name}_{size}"), draw(&app(columns, rows)).backend());
    }
}

#[test]
fn subscriptions() {
    pictures("sources", |columns, rows| with_sources(columns, rows, "S j j"));
    pictures("sources_narrowed", |columns, rows| with_sources(columns, rows, "S / eur"));
    pictures("sources_none", |columns, rows| opened(sample(), columns, rows, "S"));
    pictures("sources_removed", |columns, rows| with_sources(columns, rows, "S G d"));
}

#[test]
fn forms() {
    pictures("subscribe", |columns, rows| with_sources(columns, rows, "a"));
    pictures("subscribe_wrong", |columns, rows| with_sources(columns, rows, "a ftp:/ /x Enter"));
    pictures("subscribe_waits", |columns, rows| with_sources(columns, rows, "a example.org Tab Tab Eu Enter"));
    pictures("subscribe_folder", |columns, rows| with_sources(columns, rows, "a example.org Tab Tab"));
    pictures("rename_over_sources", |columns, rows| with_sources(columns, rows, "S G R"));
}

#[test]
fn saved_queries() {
    pictures("saved", |columns, rows| with_queries(columns, rows, "F Down"));
    pictures("saved_narrowed", |columns, rows| with_queries(columns, rows, "F mi"));
    pictures("saved_none_like_it", |columns, rows| with_queries(columns, rows, "F qqq"));
    pictures("saved_in_the_filter_pane", |columns, rows| with_queries(columns, rows, "h gg j Space"));
    pictures("save", |columns, rows| with_queries(columns, rows, "/ labour Enter 4 W"));
    pictures("save_replaces", |columns, rows| with_queries(columns, rows, "/ labour Enter W C-u Decent Space work"));
}

#[test]
fn feeds_of_a_page() {
    pictures("offer", |columns, rows| {
        let mut app = with_sources(columns, rows, "a example.org Enter");
        let feeds = [
            ("Press releases", "https://example.org/press.xml"),
            ("Judgments and opinions, in full, as they are handed down", "https://example.org/judgments/all.atom"),
            ("보도자료", "https://example.org/ko.rss"),
        ];
        let feeds = feeds.iter().map(|(title, address)| (CleanBuf::line(title), CleanBuf::line(address))).collect();
        send(&mut app, Msg::Library(LibraryEvent::Offered { asked: CleanBuf::line("https://example.org/"), feeds }));
        press(&mut app, "Space");
        app
    });
}

#[test]
fn a_sync_in_the_status_bar() {
    pictures("syncing", |columns, rows| {
        let mut app = with_sources(columns, rows, "r");
        let state = SyncState { done: 12, all: 40, failed: 3, ..SyncState::default() };
        send(&mut app, Msg::Library(LibraryEvent::Sync(state)));
        press(&mut app, "v");
        app
    });
    let mut app = with_sources(80, 24, "r");
    let state = SyncState { done: 7, all: 7, failed: 2, fresh: 17, is_over: true, first_error: None };
    send(&mut app, Msg::Library(LibraryEvent::Sync(state)));
    insta::assert_snapshot!("synced", draw(&app).backend());
}

#[test]
fn the_continuations_of_pending_keys() {
    pictures("waiting", |columns, rows| with_sources(columns, rows, "g"));
    pictures("waiting_in_a_dialog", |columns, rows| with_sources(columns, rows, "S g"));
}

#[test]
fn the_palette() {
    pictures("palette", |columns, rows| with_sources(columns, rows, ": Down Down"));
    pictures("palette_narrowed", |columns, rows| with_sources(columns, rows, ": mark"));
    pictures("palette_nothing", |columns, rows| with_sources(columns, rows, ": qqq"));
    let theme = Theme::new(false, Depth::True);
    let terminal = draw(&with_sources(80, 24, ": mall"));
    assert_eq!(style_of(&terminal, "Mark all listed").fg, theme.accent.fg, "the typed text is highlighted");
    assert_eq!(style_of(&terminal, "ark all listed").fg, theme.strong.fg);
}

#[test]
fn the_help_is_filtered() {
    pictures("help_narrowed", |columns, rows| with_sources(columns, rows, "? star"));
    pictures("help_nothing", |columns, rows| with_sources(columns, rows, "? qqq"));
}

#[test]
fn errors_and_paused_subscriptions_have_their_own_styles() {
    let theme = Theme::new(false, Depth::True);
    let terminal = draw(&with_sources(150, 40, "S"));
    assert_eq!(style_of(&terminal, "answers 503").fg, theme.wrong.fg);
    assert_eq!(style_of(&terminal, "Swiss National").fg, theme.dim.fg, "a paused subscription is dim");
    assert!(
        style_of(&terminal, "Bundesverf").add_modifier.contains(Modifier::BOLD),
        "a subscription with unread releases is bold"
    );
    let terminal = draw(&with_sources(80, 24, "a ftp:/ /x Enter"));
    assert_eq!(style_of(&terminal, "neither http").fg, theme.wrong.fg);
}

#[test]
fn every_dialog_draws_at_every_size() {
    let theme = Theme::new(true, Depth::Indexed);
    for keys in
        ["S", "S / eur", "S G R", "a", "a example.org Tab Tab", "S ?", "F de", "F C-r", "h gg", "4 W", "g", "S g"]
    {
        let mut app = with_queries(150, 40, keys);
        for columns in (1..50).chain([60, 80, 120, 300]) {
            for rows in (1..16).chain([24, 60]) {
                send(&mut app, Msg::Resize { columns, rows });
                let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a screen in memory");
                terminal.draw(|frame| view(&app, &theme, frame)).expect("a frame");
            }
        }
    }
}

#[test]
fn text_fields_scroll_long_text() {
    let theme = Theme::new(true, Depth::Indexed);
    for keys in ["t", "p", "/", "S /", "a", "F", ":", "?", "g/", "4 W"] {
        let mut app = with_queries(120, 24, keys);
        for text in ["y".repeat(70_000), format!(" topic:{}\u{d55c}", "x".repeat(20_000))] {
            send(&mut app, Msg::Paste(text));
            for columns in [20, 40, 80, 120, 300] {
                send(&mut app, Msg::Resize { columns, rows: 24 });
                let mut terminal = Terminal::new(TestBackend::new(columns, 24)).expect("a screen in memory");
                terminal.draw(|frame| view(&app, &theme, frame)).expect("a frame");
                let cursor = terminal.get_cursor_position().expect("a cursor");
                assert!(cursor.x < columns, "{keys} at {columns}");
            }
        }
    }
}

#[test]
fn every_text_field_has_the_editing_keys() {
    let typed = |app: &App| {
        let type_ahead = app.filter.type_ahead.as_ref().map(|(_, prompt)| prompt);
        let narrowed = app.popups.find::<Subscriptions>().map(|list| &list.narrowed);
        type_ahead.or(narrowed).expect("an open line").text().to_owned()
    };
    for keys in ["t", "S /"] {
        let app = with_queries(120, 24, &format!("{keys} abc Home x Right Del End Left y"));
        assert_eq!(typed(&app), "xayc", "{keys}");
    }
}

#[test]
fn an_error_and_its_hints() {
    let with_error = |columns, rows, keys: &str| {
        let mut app = with_sources(columns, rows, "");
        let text = CleanBuf::line("not written: releases.md: No space left on device (os error 28)");
        send(&mut app, Msg::error(Failure::new(Cause::Export, text)));
        press(&mut app, keys);
        app
    };
    pictures("error", |columns, rows| with_error(columns, rows, "j"));
    pictures("error_and_note", |columns, rows| with_error(columns, rows, "j s"));
    pictures("error_listed", |columns, rows| with_error(columns, rows, "!"));
}

#[test]
fn typed_letters_are_highlighted_in_names() {
    let theme = Theme::new(false, Depth::True);
    let terminal = draw(&with_queries(80, 24, "F dw"));
    assert_eq!(style_of(&terminal, "Decent work").fg, theme.accent.fg);
    assert_eq!(style_of(&terminal, "ecent work").fg, theme.strong.fg, "only the typed letters are highlighted");
    assert_eq!(style_of(&terminal, "work  ").fg, theme.accent.fg);
}
