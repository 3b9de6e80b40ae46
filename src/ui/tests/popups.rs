//! Popups: their lines at three sizes, and the keys that they offer.

use super::*;
use crate::app::library::{LibraryEvent, SavedQuery, Subscription};
use crate::app::popup::frame::Line;
use crate::app::popup::help::Help;
use crate::app::popup::palette::Palette;
use crate::app::popup::subscriptions::Subscriptions;
use crate::library::SourceId;

const NOW: i64 = 1_541_500_000;

fn source(id: i64, title: &str, folder: &[&str], unread: u64, releases: u64, hours: i64) -> Subscription {
    Subscription {
        id: SourceId::new(id),
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

/// The sample feed with subscriptions, after some keys.
pub fn with_library(size: Size, keys: &str) -> App {
    let mut app = sample_at(size, "");
    send(&mut app, Msg::Now(NOW));
    send(&mut app, Msg::Library(LibraryEvent::Sources(sources())));
    press(&mut app, keys);
    app
}

/// The same with saved queries.
pub fn with_queries(size: Size, keys: &str) -> App {
    let mut app = with_library(size, "");
    let saved = [
        ("Migration in the ASEAN", "asean topic:\"Labour migration\""),
        ("Decent work", "\"decent work\""),
        ("To read this month, before all the rest", "is:unread date:2018-11"),
        ("노동", "labour"),
    ];
    let saved = saved.map(|(name, query)| SavedQuery::new(name, query));
    send(&mut app, Msg::Library(LibraryEvent::SavedQueries(saved.to_vec())));
    press(&mut app, keys);
    app
}

/// Returns the lines of the uppermost popup, and `↓ more` where it says so in its frame.
fn lines(screen: &Screen) -> Vec<String> {
    let more = screen.popup_has_more().then(|| "↓ more".to_owned());
    screen.popup().lines().into_iter().chain(more).collect()
}

/// Asserts the name of the uppermost popup and its lines on large screens and on one with a single pane.
fn assert_popup(state: impl Fn(Size) -> App, title: &str, large: &[&str], small: &[&str]) {
    for (size, expected) in [(WIDE, large), (STACKED, large), (SINGLE, small)] {
        let screen = Screen::new(&state(size));
        assert_eq!(screen.popup_title(), title, "{size:?}");
        assert_eq!(lines(&screen), expected, "{title} at {size:?}");
    }
}

#[test]
fn subscriptions_are_listed_by_folder() {
    let state = |size| with_library(size, "S j j");
    assert_popup(
        state,
        "Subscriptions",
        &[
            "unread of all  last synced",
            "ILO newsroom  2 of 10  never",
            "Swiss National Science Foundation  0 of 48  paused",
            "Asia ── 1",
            "국내 종자산업 보도자료  6,505 of 51,332  syncing…",
            "Europe ── 1",
            "EUIPO  3 of 98  2 days ago",
            "! answers 503: the service is not available",
            "Europe / Courts ── 2",
            "Bundesverfassungsgericht ¶  12 of 340  3 h ago",
            "Court of Justice of the European Union: …  0 of 1,204  just now",
            "https://4.example.org/feed",
        ],
        &[
            "ILO newsroom  2",
            "Swiss National Science … paused  0",
            "Asia ── 1",
            "국내 종자산업 보도자료  6,505",
            "↓ more",
        ],
    );
    let screen = Screen::new(&state(WIDE));
    assert!(screen.popup().line_at_cursor().starts_with("국내 종자산업 보도자료"));
}

#[test]
fn typing_lists_only_the_subscriptions_that_match() {
    assert_popup(
        |size| with_library(size, "S / eur"),
        "Subscriptions",
        &[
            "/ eur",
            "unread of all  last synced",
            "Europe ── 1",
            "▌ EUIPO  3 of 98  2 days ago",
            "▌ ! answers 503: the service is not available",
            "Europe / Courts ── 2",
            "Bundesverfassungsgericht ¶  12 of 340  3 h ago",
            "Court of Justice of the European Union: …  0 of 1,204  just now",
            "https://3.example.org/feed",
        ],
        &[
            "/ eur",
            "Europe ── 1",
            "▌ EUIPO  3",
            "▌ ! answers 503: the service is not…",
            "Europe / Courts ── 2",
            "↓ more",
        ],
    );
}

#[test]
fn a_removed_subscription_leaves_the_list_and_can_be_restored() {
    let state = |size| with_library(size, "S G d");
    assert_popup(
        state,
        "Subscriptions",
        &[
            "unread of all  last synced",
            "ILO newsroom  2 of 10  never",
            "Swiss National Science Foundation  0 of 48  paused",
            "Asia ── 1",
            "국내 종자산업 보도자료  6,505 of 51,332  syncing…",
            "Europe ── 1",
            "EUIPO  3 of 98  2 days ago",
            "! answers 503: the service is not available",
            "Europe / Courts ── 1",
            "Bundesverfassungsgericht ¶  12 of 340  3 h ago",
            "https://1.example.org/feed",
        ],
        &[
            "Europe ── 1",
            "EUIPO  3",
            "! answers 503: the service is not…",
            "Europe / Courts ── 1",
            "Bundesverfassungsgericht ¶  12",
        ],
    );
    let notice = |size| Screen::new(&state(size)).status_bar().text();
    let whole = "  unsubscribed from Court of Justice of the…; u to undo; starred releases stay";
    assert!(notice(WIDE).ends_with(whole), "{}", notice(WIDE));
    let undo = "unsubscribed from Court of Justice of the…; u to undo";
    assert!(notice(STACKED).contains(undo), "{}", notice(STACKED));
    assert_eq!(notice(SINGLE), "?  :  unsubscribed from Court of Ju…");
    assert!(Screen::new(&state(WIDE)).popup().line_at_cursor().starts_with("Bundesverfassungsgericht"));
}

#[test]
fn the_form_for_a_subscription_shows_examples_and_answers() {
    let (address, title) = ("Address  example.org", "Title  the feed's own title");
    let (folder, short_folder) = ("Folder  none, or one such as Europe/Courts", "Folder  none, or one such as Europ…");
    let options = "Options  none, or --page, --select title=h3, --topics-from address";
    let short_options = "Options  none, or --page, --select …";
    let form = |keys: &'static str, large: &[&str], small: &[&str]| {
        assert_popup(|size| with_library(size, keys), "Subscribe", large, small);
    };
    form(
        "a",
        &["Address  example.org, or https://example.org/feed.xml", title, folder, options],
        &["Address  example.org, or https://ex…", title, short_folder, short_options],
    );
    form(
        "a ftp:/ /x Enter",
        &["Address  ftp://x", title, folder, options, "neither http nor https"],
        &["Address  ftp://x", title, short_folder, short_options, "neither http nor https"],
    );
    let waits = |options| [address, title, "Folder  Eu", options, "checking example.org…"];
    form("a example.org Tab Tab Eu Enter", &waits(options), &waits(short_options));
    form(
        "a example.org Tab Tab",
        &[address, title, folder, options, "there are Asia · Europe · Europe / Courts"],
        &[address, title, short_folder, short_options, "there are Asia · Europe · Europe / …"],
    );
}

#[test]
fn a_form_lies_over_the_list_that_opened_it() {
    assert_popup(
        |size| with_library(size, "S G R"),
        "Rename",
        &["Title  European Union: judgments and opinions of the Advocates General"],
        &["Title  s of the Advocates General"],
    );
    let whole = |size| Screen::new(&with_library(size, "S G R")).whole().text();
    assert!(whole(STACKED).contains("▌ Court of Justice of the European Union: …  0 of 1,204  just now"));
    assert!(whole(SINGLE).contains("▌ Court of Justice of the Europea… 0"));
}

#[test]
fn saved_queries_are_listed_with_text_and_count() {
    let state = |size| with_queries(size, "F Down");
    assert_popup(
        state,
        "Saved queries",
        &[
            "/",
            "Migration in the ASEAN  asean topic:\"Labour migration\"  0",
            "▌ Decent work  \"decent work\"  4",
            "To read this month, before all the r…  is:unread date:2018-11  5",
            "노동  labour  5",
        ],
        &[
            "/",
            "Migration in the …  asean topic… 0",
            "▌ Decent work  \"decent wor… 4",
            "To read this mont…  is:unread d… 5",
            "노동  labour  5",
        ],
    );
    assert_popup(
        |size| with_queries(size, "F mi"),
        "Saved queries",
        &[
            "/ mi",
            "▌ Migration in the ASEAN  asean topic:\"Labour migration\"  0",
            "To read this month, before all the r…  is:unread date:2018-11  5",
        ],
        &["/ mi", "▌ Migration in the …  asean topic… 0", "To read this mont…  is:unread d… 5"],
    );
}

#[test]
fn a_popup_says_that_nothing_matches() {
    for (keys, title) in [("F qqq", "Saved queries"), (": qqq", "Commands"), (",t qqq", "Theme"), ("? qqq", "Help")] {
        let typed = if title == "Commands" { ": qqq" } else { "/ qqq" };
        assert_popup(|size| with_queries(size, keys), title, &[typed, "No match"], &[typed, "No match"]);
    }
}

#[test]
fn saved_queries_stand_first_in_the_filter_pane() {
    let filter = |size| Screen::new(&with_queries(size, "h gg j Space")).filter().lines();
    for (size, name, long) in [
        (WIDE, "FILTERS", "○ To read this month, before a… 5"),
        (STACKED, "FILTERS  ↓ more", "○ To read this month, bef… 5"),
    ] {
        let expected = [name, "Saved", "○ Migration in the ASEAN  0", "● Decent work  4", long, "○ 노동  5"];
        assert_eq!(filter(size)[..6], expected);
    }
    let single = filter(SINGLE);
    assert_eq!(single[4..], ["○ To read this month, before all th… 5", "○ 노동  5", "Status"]);
    let screen = Screen::new(&with_queries(SINGLE, "h gg j Space"));
    assert_eq!(screen.query().text(), "/ \"decent work\"  4 hits");
}

#[test]
fn the_form_for_a_saved_query_suggests_a_name_and_warns_before_overwriting() {
    let name = ["Name  Op-Ed, labour"];
    assert_popup(|size| with_queries(size, "/ labour Enter 4 W"), "Save this query", &name, &name);
    assert_popup(
        |size| with_queries(size, "/ labour Enter W C-u Decent Space work"),
        "Save this query",
        &["Name  Decent work", "overwrites the saved query: \"decent work\""],
        &["Name  Decent work", "overwrites the saved query: \"decent…"],
    );
}

#[test]
fn the_export_form_lists_its_choices_and_says_that_the_file_exists() {
    let state = |size| with_library(size, "/ labour Enter e Enter");
    let whole = ["Export  ○ this  ● 5 listed  ← → change", "As  ● Markdown  ○ HTML  ○ text  ○ JSON", "File  labour.md"];
    assert_popup(
        state,
        "Export to a file",
        &whole,
        &["Export  ○ this  ● 5 listed  ← →", "As  ● Markdown  +3", whole[2]],
    );
    let mut app = state(STACKED);
    send(&mut app, Msg::ExportExists(CleanBuf::line("labour.md")));
    let message = "the file exists; Enter again replaces it and keeps the old one as NAME~";
    assert_eq!(Screen::new(&app).popup().lines()[3], message);
}

#[test]
fn the_feeds_of_a_page_are_listed_with_their_addresses() {
    let state = |size| {
        let mut app = with_library(size, "a example.org Enter");
        let feeds = [
            ("Press releases", "https://example.org/press.xml"),
            ("Judgments and opinions, in full, as they are handed down", "https://example.org/judgments/all.atom"),
            ("보도자료", "https://example.org/ko.rss"),
        ];
        let feeds = feeds.iter().map(|(title, address)| (CleanBuf::line(title), CleanBuf::line(address))).collect();
        send(
            &mut app,
            Msg::Library(LibraryEvent::Offered { asked: CleanBuf::line("https://example.org/"), feeds, page: None }),
        );
        press(&mut app, "Space");
        app
    };
    assert_popup(
        state,
        "Feeds of this page",
        &[
            "■ Press releases  example.org/press.xml",
            "□ Judgments and opinions, in full, as they are h…  example.org/judgment…",
            "□ 보도자료  example.org/ko.rss",
        ],
        &["■ Press releases  example.org/pre…", "□ Judgments and opinion…  example…", "□ 보도자료  example.org/ko.rss"],
    );
    assert_eq!(Screen::new(&state(STACKED)).status_bar().text(), "Enter subscribe  Space choose  Esc close  j k move");
}

#[test]
fn the_palette_lists_actions_with_their_keys() {
    for (keys, cursor) in [(":", 0), (": Down Down", 2), (": mark", 0)] {
        for size in [WIDE, STACKED, SINGLE] {
            let app = with_library(size, keys);
            let screen = Screen::new(&app);
            assert_eq!(screen.popup_title(), "Commands");
            let palette = app.popups.find::<Palette>().expect("a palette");
            let picked = palette.picked();
            let listed = &screen.popup().lines()[1..];
            let rows = usize::from(screen.popup().area.height) - 1;
            assert_eq!(listed.len(), picked.len().min(rows), "{keys} at {size:?}");
            assert_eq!(screen.popup_has_more(), picked.len() > listed.len(), "{keys} at {size:?}");
            for (at, (line, one)) in listed.iter().zip(&picked).enumerate() {
                let entry = palette.entry(one.at).expect("an action");
                let bar = line.strip_prefix("▌ ");
                assert_eq!(bar.is_some(), at == cursor, "{line} at {size:?}");
                let text = bar.unwrap_or(line).strip_suffix(&entry.keys).expect("the keys are at the right").trim_end();
                let explanation = text.strip_prefix(&entry.info.title()).expect("the name is whole").trim_start();
                let is_cut = explanation.strip_suffix('…').is_some_and(|start| entry.info.help.starts_with(start));
                let is_left_out = explanation.is_empty() && (size == SINGLE || entry.info.help == entry.info.title());
                assert!(is_left_out || is_cut || explanation == entry.info.help, "{line} at {size:?}");
            }
        }
    }
    let typed = Screen::new(&with_library(STACKED, ": mark"));
    assert_eq!(typed.popup().lines()[0], ": mark");
    assert!(typed.popup().lines()[1].starts_with("▌ Mark read or unread"), "the best match is first");
}

#[test]
fn the_themes_are_listed_beside_the_screen() {
    let all = [
        "/ type to filter",
        "▌ auto  follows the terminal",
        "dark",
        "light",
        "high-contrast-dark",
        "high-contrast-light",
        "sixteen-dark",
        "sixteen-light",
        "mono",
    ];
    for size in [WIDE, STACKED] {
        let app = with_library(size, ",t");
        let screen = Screen::new(&app);
        assert_eq!((screen.popup_title().as_str(), screen.popup().lines()), ("Theme", all.map(str::to_owned).to_vec()));
        assert!(screen.popup().area.width < size.0 / 2, "most of the screen shows the theme");
    }
    let typed = Screen::new(&with_library(SINGLE, ",t light"));
    assert_eq!(typed.popup().lines(), ["/ light", "▌ light", "high-contrast-light", "sixteen-light"]);
    assert_eq!(typed.status_bar().text(), "Enter keep  Esc restore  ↓ ↑ move");
}

#[test]
fn the_help_lists_keys_and_what_they_do() {
    for (keys, first) in [("?", "/ type to filter"), ("? star", "/ star")] {
        for size in [(119, 40), STACKED, SINGLE] {
            let app = with_library(size, keys);
            let screen = Screen::new(&app);
            assert_eq!(screen.popup_title(), "Help");
            let shown = screen.popup().lines();
            assert_eq!(shown[0], first, "{size:?}");
            let help = app.popups.find::<Help>().expect("a help");
            let lines = help.lines(&app.settings.keymap, screen.popup().area.width);
            let rows = usize::from(screen.popup().area.height) - 1;
            let expected: Vec<&Line> = lines.iter().take(rows).filter(|line| **line != Line::Blank).collect();
            assert_eq!(shown.len() - 1, expected.len(), "{keys} at {size:?}");
            assert_eq!(screen.popup_has_more(), lines.len() > rows, "{keys} at {size:?}");
            for (line, expected) in shown[1..].iter().zip(expected) {
                match expected {
                    Line::Heading(text) => assert_eq!(line, text),
                    Line::Text(text) => assert_eq!(line, text.as_str()),
                    Line::Keys(keys, help) => {
                        assert!(line.starts_with(keys.as_str()) && line.ends_with(help.as_str()), "{line} at {size:?}");
                    }
                    Line::Blank => {}
                }
            }
        }
    }
    let wide = Screen::new(&with_library(WIDE, "?"));
    let shown = wide.popup().lines();
    assert!(shown[1].starts_with("Releases  ") && shown[1].len() > "Releases  ".len(), "two headings: {}", shown[1]);
    assert!(shown.iter().any(|line| line.starts_with("Enter  Read the selected release  Enter  ")), "{shown:?}");
    let typed = Screen::new(&with_library(STACKED, "? star")).popup().lines();
    assert!(typed.contains(&"Releases".to_owned()) && typed.iter().any(|line| line.starts_with("gs  ")), "{typed:?}");
}

#[test]
fn the_keys_that_may_follow_are_listed_above_the_status_bar() {
    for (keys, size) in [("g", WIDE), ("g", STACKED), ("g", SINGLE), ("S g", WIDE), ("S g", STACKED), ("S g", SINGLE)] {
        let app = with_library(size, keys);
        let screen = Screen::new(&app);
        let panel = screen.which_key();
        let following = app.settings.keymap.following(app.scope(), &app.pending);
        let rows = panel.lines();
        assert_eq!(rows.len(), following.len(), "{keys} at {size:?}");
        for (row, (rest, info)) in rows.iter().zip(&following) {
            let help = row.strip_prefix(&format!("{rest}  ")).expect("a key and its help");
            let help = help.strip_suffix('…').unwrap_or(help);
            assert!(info.help.starts_with(help) && !help.is_empty(), "{row} at {size:?}");
        }
        let whole = screen.whole().area;
        assert_eq!(
            (panel.area.right() + 2, panel.area.bottom() + 2),
            (whole.right(), whole.bottom()),
            "at the lower right"
        );
        assert!(screen.status_bar().text().ends_with("  g…"));
    }
    let keys: Vec<String> = Screen::new(&with_library(WIDE, "g")).which_key().lines();
    assert_eq!(keys.iter().filter_map(|line| line.chars().next()).collect::<String>(), "S?gaus/");
    assert_eq!(Screen::new(&with_library(WIDE, "S g")).which_key().lines().len(), 1, "in a popup only its own keys");
    assert!(Screen::new(&with_library(SMALLEST, "g")).which_key().area.is_empty(), "no room");
}

#[test]
fn the_status_bar_shows_the_keys_of_the_uppermost_popup() {
    for (keys, expected) in [
        ("S", "Enter show  a add  d remove  R rename  e edit  p pause  r sync  ? help  : commands"),
        ("S / eur", "Enter done  Esc all  ↓ ↑ move  C-u clear"),
        ("S G R", "Enter rename  Esc close  C-u clear"),
        ("a", "Enter subscribe  Tab next field  Esc close  C-u clear"),
        ("F", "Enter show  C-t watch  C-y topic  C-o on arrival  C-r rename  C-d remove  Esc close"),
        ("4 W", "Enter save  Esc close  C-u clear"),
        (",t", "Enter keep  Esc restore  ↓ ↑ move  C-u clear"),
        (":", "Enter run  Esc close  ↓ ↑ move  C-u clear"),
        ("?", "PgDn PgUp page  Esc close  ↓ ↑ move  C-u clear"),
    ] {
        let hints = |size| Screen::new(&with_queries(size, keys)).status_bar().text();
        assert_eq!(hints(WIDE), expected, "{keys}");
        for size in [STACKED, SINGLE] {
            let shown = hints(size);
            assert!(shown.contains("  "), "{shown} at {size:?}");
            // The pinned hints stay when others give way.
            let pinned = "  ? help  : commands";
            let expected = expected.strip_suffix(pinned).unwrap_or(expected);
            let shown = shown.strip_suffix(pinned).unwrap_or(&shown);
            // The key that closes it stays too, after as many others as fit.
            let (start, close) = shown.split_once("  Esc close").map_or((shown, false), |(start, _)| (start, true));
            let is_start = expected.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with("  "));
            assert!(is_start, "{shown} at {size:?}");
            assert_eq!(close, expected.contains("  Esc close"), "{shown} at {size:?}");
        }
    }
}

#[test]
fn every_text_field_has_the_editing_keys() {
    let typed = |app: &App| {
        let type_ahead = app.filter.type_ahead.as_ref().map(|(_, prompt)| prompt);
        let filter = app.popups.find::<Subscriptions>().map(|list| &list.filter);
        type_ahead.or(filter).expect("an open line").text().to_owned()
    };
    for keys in ["t", "S /"] {
        let app = with_queries((120, 24), &format!("{keys} abc Home x Right Del End Left y"));
        assert_eq!(typed(&app), "xayc", "{keys}");
    }
}
