//! The status bar: hints, and at its right notices, progress and errors.

use super::popups::{with_library, with_queries};
use super::*;
use crate::app::library::{LibraryEvent, SyncState};
use crate::app::notice::{Cause, Notice};
use crate::release;

/// Asserts the texts of the status bar on a wide, a stacked, a single and the smallest screen.
fn assert_bars(state: impl Fn(Size) -> App, expected: [&str; 4]) {
    for (size, expected) in [WIDE, STACKED, SINGLE, SMALLEST].into_iter().zip(expected) {
        assert_eq!(Screen::new(&state(size)).status_bar().text(), expected, "{size:?}");
    }
}

#[test]
fn hints_of_the_focus_are_shown_as_far_as_there_is_room() {
    for (keys, expected) in [
        (
            "",
            [
                "Enter read  j k move  / search  t find topic  @ only this topic  m read/unread  s star  ? help  : commands",
                "Enter read  j k move  / search  t find topic  ? help  : commands",
                "Enter read  ? help  : commands",
                "Enter read  ?",
            ],
        ),
        (
            "h",
            [
                "Space choose  - exclude  f find  o order  j k move  / search  t find topic  ? help  : commands",
                "Space choose  - exclude  f find  o order  j k move  ? help  : commands",
                "Space choose  ? help  : commands",
                "Space choose  ?",
            ],
        ),
        (
            "Enter",
            [
                "Space read on  n N next  f follow link  m read/unread  s star  o browser  z zen  ? help  : commands",
                "Space read on  n N next  f follow link  ? help  : commands",
                "Space read on  ? help  : commands",
                "?",
            ],
        ),
        (
            "/ mig",
            [
                "Enter done  Tab complete  Esc cancel  ↓ ↑ choose  C-u clear",
                "Enter done  Tab complete  Esc cancel  ↓ ↑ choose  C-u clear",
                "Enter done  Tab complete",
                "Enter done",
            ],
        ),
    ] {
        assert_bars(|size| sample_at(size, keys), expected);
    }
    let timeline =
        "h l move  Enter show  Space range  0 to 9 year  + - zoom  BS all dates  j releases  ? help  : commands";
    assert_eq!(screen(WIDE, "d").status_bar().text(), timeline);
    let zen = screen((120, 34), "z").status_bar().text();
    assert_eq!(zen, screen((120, 34), "Enter").status_bar().text().replace("z zen", "z back"));
    for (keys, hints) in [
        ("/ zzz Enter", "0 clear filters  BS drop last filter  / search  ? help  : commands"),
        ("gs", "0 clear filters  BS drop last filter  / search  ? help  : commands"),
    ] {
        assert_eq!(screen(STACKED, keys).status_bar().text(), hints, "{keys}");
    }
}

#[test]
fn a_notice_takes_precedence_over_the_hints() {
    assert_bars(
        |size| sample_at(size, "j j Enter f"),
        [
            "Space read on  n N next  f follow link  m read/unread  s star  o browser  z zen  ? help  : commands  this release has no link",
            "Space read on  n N next  ? help  : commands  this release has no link",
            "?  :  this release has no link",
            "?  this release …",
        ],
    );
}

#[test]
fn the_prompt_of_the_search_in_the_text_shows_its_matches() {
    assert_bars(
        |size| sample_at(size, "j j g/ w o m"),
        ["find in text: wom  1 of 2", "find in text: wom  1 of 2", "find in text: wom  1 of 2", "find in text: of 2"],
    );
    let screen = screen((100, 20), "z / d e v");
    assert_eq!(screen.status_bar().text(), "find in text: dev  1 of 1", "zen mode searches the text");
}

#[test]
fn the_full_label_of_a_cut_value_is_shown() {
    assert_bars(
        |size| sample_at(size, "t co"),
        [
            "Enter choose  Tab choose more  Esc back  ↓ ↑ move  C-u clear  Multilateral cooperation",
            "Enter choose  Tab choose more  Esc back  ↓ ↑ move  Multilateral cooperation",
            "Enter choose  Multilateral cooperation",
            "Multilateral coop…",
        ],
    );
    let saved = |size| Screen::new(&with_queries(size, "h gg j Space")).status_bar().text();
    assert!(
        [WIDE, STACKED, SINGLE].map(saved).iter().all(|text| text.ends_with("  \"decent work\"")),
        "a query's text"
    );
}

/// Asserts that the status bar ends in a text, after as many hints as there is room for.
fn assert_ends(state: impl Fn(Size) -> App, expected: [&str; 4]) {
    for (size, expected) in [WIDE, STACKED, SINGLE, SMALLEST].into_iter().zip(expected) {
        let text = Screen::new(&state(size)).status_bar().text();
        assert!(text == expected || text.ends_with(&format!("  {expected}")), "{text} at {size:?}");
        assert_eq!(text.starts_with("Enter read") || text.starts_with('?'), text != expected, "{text} at {size:?}");
    }
}

#[test]
fn pending_keys_and_the_number_of_selected_releases_are_shown() {
    assert_ends(|size| sample_at(size, "g"), ["g…"; 4]);
    assert_ends(|size| sample_at(size, "v j v V j"), ["4 selected"; 4]);
    assert_ends(|size| sample_at(size, "v j v k k"), ["2 selected"; 4]);
    assert_ends(|size| sample_at(size, "j v V j j"), ["4 selected"; 4]);
}

#[test]
fn loading_and_problems_are_shown() {
    assert_ends(|(columns, rows)| App::new(columns, rows), ["loading 0"; 4]);
    let with_problems = |size| {
        let mut app = sample_at(size, "");
        let problem = |item| Problem {
            source: CleanBuf::line("releases.json"),
            item: Some(item),
            byte: Some(1_234),
            cause: release::Cause::NoRelease,
            reason: CleanBuf::line("a number, not a release"),
        };
        send(&mut app, Msg::Problems((0..3).map(problem).collect()));
        app
    };
    assert_ends(with_problems, ["! 3 problems"; 4]);
    let with_notes = |size| {
        let mut app = sample_at(size, "");
        let problem = |item| Problem {
            source: CleanBuf::line("releases.json"),
            item: Some(item),
            byte: None,
            cause: release::Cause::Renamed,
            reason: CleanBuf::line("has the id of another item"),
        };
        send(&mut app, Msg::Problems((0..72).map(problem).collect()));
        app
    };
    assert_ends(with_notes, ["! 72 notes"; 4]);
    let inks = [with_problems(WIDE), with_notes(WIDE)].map(|app| Screen::new(&app).status_bar().style("! ").fg);
    assert_eq!(inks, [theme().wrong.fg, theme().dim.fg], "red only if items were lost");
    let mut app = with_notes(WIDE);
    press(&mut app, "!");
    let notes = "releases.json: 72 ids are used twice (items 0, 1, 2, 3, 4, 5, …)";
    assert_eq!(Screen::new(&app).popup().lines(), [notes, "tidings check lists each problem of a feed"]);
    let mut app = with_problems(STACKED);
    press(&mut app, "!");
    let screen = Screen::new(&app);
    assert_eq!(screen.popup_title(), "Problems");
    let problems = "releases.json: 3 items are not releases (items 0, 1, 2)";
    assert_eq!(screen.popup().lines(), [problems, "tidings check lists each problem of a feed"]);
    assert_eq!(screen.status_bar().text(), "Esc close  j k move  ! 3 problems");
}

#[test]
fn a_sync_shows_its_progress_and_then_its_result() {
    let syncing = |size| {
        let mut app = with_library(size, "r");
        let state = SyncState { done: 12, all: 40, failed: 3, ..SyncState::default() };
        send(&mut app, Msg::Library(LibraryEvent::Sync(state)));
        press(&mut app, "v");
        app
    };
    let all = "1 selected · syncing 12 of 40 · 3 failed";
    assert_ends(syncing, [all, all, "1 selected", "1 selected"]);
    let mut app = with_library(STACKED, "r");
    let state = SyncState { done: 7, all: 7, failed: 2, fresh: 17, is_over: true, ..SyncState::default() };
    send(&mut app, Msg::Library(LibraryEvent::Sync(state)));
    assert_eq!(
        Screen::new(&app).status_bar().text(),
        "? help  : commands  17 new releases from 5 sour…  ! 2 subscriptions failed…"
    );
}

/// A state after an export that failed.
fn with_error(size: Size, keys: &str) -> App {
    let mut app = with_library(size, "");
    let text = CleanBuf::line("not written: releases.md: No space left on device (os error 28)");
    send(&mut app, Msg::Notice(Notice::error(Cause::Export, text)));
    press(&mut app, keys);
    app
}

#[test]
fn an_error_leaves_room_for_the_keys_that_help() {
    let text = |size| Screen::new(&with_error(size, "j")).status_bar().text();
    assert_eq!(
        text(WIDE),
        "! problems  Esc dismiss  Enter read  j k move  / search  ? help  : commands  \
         ! not written: releases.md: No space left on device (os error 28)"
    );
    assert_eq!(text(STACKED), "! problems  ? help  : commands  ! not written: releases.md: No space left …");
    assert_eq!(text(SINGLE), "?  :  ! not written: releases.md: N…");
}

#[test]
fn a_notice_is_shown_beside_an_error() {
    let text = |size| Screen::new(&with_error(size, "j s")).status_bar().text();
    assert!(text(WIDE).starts_with("! problems  Esc dismiss  Enter read"));
    let both = "starred  ! not written: releases.md: No space left on device (os error 28)";
    assert!(text(WIDE).ends_with(both));
    assert_eq!(text(STACKED), "? help  : commands  starred  ! not written: releases.md: No space left on …");
    assert_eq!(text(SINGLE), "?  :  starred  ! not written: rele…");
    let list = Screen::new(&with_error(STACKED, "j s")).list().text();
    assert!(list.contains("●★ China partners"), "{list}");
}

#[test]
fn an_error_is_listed_among_the_problems() {
    let text = "not written: releases.md: No space left on device (os error 28)";
    for size in [WIDE, STACKED, SINGLE] {
        let screen = Screen::new(&with_error(size, "!"));
        assert_eq!(screen.popup_title(), "Problems");
        assert_eq!(screen.popup().lines().join(" "), text, "{size:?}");
        assert_eq!(screen.status_bar().text(), "Esc close  j k move", "it has been read");
    }
}
