//! The title bar, the query line, and the panes but for the text of a release.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::style::Modifier;

use super::*;
use crate::app::Pane;
use crate::app::library::{LibraryEvent, Subscription};
use region::Region;

#[test]
fn the_title_bar_shortens_with_the_screen() {
    let title = |size, keys| screen(size, keys).title().text();
    assert_eq!(title(STACKED, ""), "tidings  News and Press releases  10 unread");
    assert_eq!(title(SINGLE, ""), "tidings  News and Press re…  10 unread");
    assert_eq!(title(SMALLEST, ""), "tidings  10 unread");
    assert_eq!(title(SINGLE, "A"), "tidings  News and Press rel…  0 unread");
    assert_eq!(Screen::new(&opened(structured(), 80, 24, "")).title().text(), "tidings  Structure  1 unread");
}

#[test]
fn the_query_line_shows_what_is_typed_then_chips() {
    for (size, keys, expected) in [
        (WIDE, "", "/ search titles and texts"),
        (SMALLEST, "", "/"),
        (WIDE, "/", "/ search titles and texts"),
        (WIDE, "4 7 / mig", "/ mig  topic:\"Labour migration\",Op-Ed ×"),
        (SINGLE, "4 7 / mig", "/ mig  topic:\"Labour migration\",… ×"),
        (SMALLEST, "4 7 / mig", "/ mig  +1"),
        (STACKED, "/ zzz Enter", "/ zzz"),
        (SINGLE, "/ migration Space zzz", "/ migration zzz"),
        (SMALLEST, "/ migration Space zzz", "/ igration zzz"),
        (WIDE, "gs", "/  is:starred ×"),
        (SINGLE, "gs", "/  is:starred ×"),
        (SMALLEST, "gs", "/  is:starred ×"),
        (SINGLE, "A gu gu", "/  is:unread ×"),
        (SINGLE, "/ mig Enter Enter", "/ mig  3 hits"),
    ] {
        assert_eq!(screen(size, keys).query().text(), expected, "{keys} at {size:?}");
    }
}

#[test]
fn a_wrong_query_is_marked_and_keeps_the_last_hits() {
    let screen = screen(STACKED, "/ migrant Space -");
    assert_eq!(screen.query().text(), "/ migrant -  expected a word after -");
    let wrong = screen.query().style("-");
    assert_eq!((wrong.fg, wrong.add_modifier.contains(Modifier::UNDERLINED)), (theme().wrong.fg, true));
    assert_eq!(screen.query().style("expected").fg, theme().wrong.fg);
    let before = self::screen(STACKED, "/ migrant");
    assert!(before.list().text().starts_with("RELEASES  3 of 10"));
    assert_eq!(screen.list().lines(), before.list().lines());
    assert_eq!(screen.detail().lines(), before.detail().lines());
}

#[test]
fn the_completions_stand_below_the_prompt_with_the_query_syntax() {
    for size in [WIDE, STACKED, SINGLE] {
        let lines = screen(size, "/ top").completion().lines();
        assert_eq!(lines[0], "topic:", "{size:?}");
        assert!(lines[1].starts_with("field:value  a,b either  -not  OR"), "{size:?} {lines:?}");
        assert_eq!(lines.len(), 2);
    }
    assert_eq!(screen(SMALLEST, "/ top").completion().lines(), ["topic:"]);
}

#[test]
fn chosen_values_stand_first_and_all_are_counted_under_the_other_filters() {
    let screen = screen(WIDE, "4 7 / mig");
    assert_eq!(
        screen.filter().lines(),
        [
            "FILTERS",
            "Status",
            "● All  2",
            "○ Unread  2",
            "○ Starred  0",
            "Topics 2 of 10",
            "■ 2 Labour migration  1",
            "■ 3 Op-Ed  1",
            "□ 1 11th ASEAN Forum…Labour  1",
            "□ 4 Enterprise development  0",
            "□ 5 Flagship Programme on Soci… 0",
            "□ 6 Multilateral cooperation  0",
            "□ 7 News  0",
            "□ 8 Promotion of…Health  0",
            "□ 9 South-South Cooperation  0",
            "□  Youth employment  0",
            "Years",
            "□ 2018  2",
            "Places",
            "□ Beijing, China  0",
            "□ Jakarta, Indonesia  0",
            "□ no place  2",
        ]
    );
    assert_eq!(
        screen.list().lines(),
        [
            "RELEASES  2 of 10  newest first ↓",
            "October 2018 ── 2",
            "●  How digitalization can help achieve fair migration",
            "31 Oct  Op-Ed",
            "▌●  Joint UNDP/ILO report compares work and life",
            "▌  conditions of regular and irregular migrant workers",
            "▌  23 Oct  Labour migration",
        ]
    );
    assert_eq!(screen.timeline().lines().last().map(String::as_str), Some("2018  23 Oct  29 Oct"));
    assert!(screen.detail().text().starts_with("READING  2 of 2\nLabour migration\nJoint UNDP/ILO report"));
}

#[test]
fn typing_lists_only_the_values_that_match() {
    assert_eq!(
        screen(WIDE, "t co").filter().lines(),
        ["FILTERS", "Topics  / co", "▌□ 5 Multilateral cooperation  1", "□ 9 South-South Cooperation  1"]
    );
    assert_eq!(
        screen(SINGLE, "t co").filter().lines(),
        ["FILTERS", "Topics  / co", "▌□ 5 Multilateral cooperation  1", "□ 9 South-South Cooperation  1"]
    );
    assert_eq!(screen(SMALLEST, "t co").filter().lines(), ["FILTERS  ↑ ↓ more", "□ 5 Multilateral 1"]);
}

/// Releases of departments whose names begin alike.
fn departments() -> Arc<Catalog> {
    let item = |(id, topic): (usize, &str)| serde_json::json!({"id": id.to_string(), "title": topic, "tags": [topic]});
    let topics = [
        "Eidgenössisches Departement für Umwelt, Verkehr, Energie und Kommunikation",
        "Eidgenössisches Departement des Innern",
        "Département fédéral de l'intérieur",
        "Département fédéral des affaires étrangères",
        "Bundesrat",
    ];
    let items: Vec<_> = topics.into_iter().enumerate().map(item).collect();
    let feed =
        serde_json::json!({"version": "https://jsonfeed.org/version/1.1", "title": "Departments", "items": items});
    read(feed.to_string().as_bytes())
}

#[test]
fn values_that_begin_alike_can_be_told_apart() {
    let topics = |size: Size, keys| {
        let screen = Screen::new(&opened(departments(), size.0, size.1, keys));
        let mut lines = screen.filter().lines();
        let end = lines.iter().position(|line| line == "Years" || line.starts_with("Places")).unwrap_or(lines.len());
        let start = lines.iter().position(|line| line.starts_with("Topics")).expect("the topics");
        lines.truncate(end);
        lines.split_off(start + 1)
    };
    let cut = [
        "□ 1 Bundesrat  1",
        "□ 2 …de l'intérieur  1",
        "□ 3 …des affaires étrangères  1",
        "□ 4 …des Innern  1",
        "□ 5 …für Umwelt, Verkehr, Ener… 1",
    ];
    assert_eq!(topics(WIDE, "")[..5], cut);
    let whole = topics(WIDE, "h j j j j");
    assert_eq!(whole[1..4], ["□ 2 Département fédéral de  1", "▌  l'intérieur", "□ 3 …des affaires étrangères  1"]);
}

#[test]
fn the_filter_pane_shows_that_it_can_scroll() {
    assert!(screen(WIDE, "").filter().text().ends_with("□ Jakarta, Indonesia  1\n□ no place  7"));
    let lines = screen(STACKED, "h").filter().lines();
    assert_eq!((lines[0].as_str(), lines[lines.len() - 1].as_str()), ("FILTERS  ↓ more", "Years"));
    assert_eq!(screen(SMALLEST, "h").filter().lines(), ["FILTERS  ↑ ↓ more", "● All  10"]);
}

#[test]
fn the_status_of_the_query_has_the_dot() {
    let statuses = |keys| screen(WIDE, keys).filter().lines()[2..5].to_vec();
    assert_eq!(statuses(""), ["● All  10", "○ Unread  10", "○ Starred  0"]);
    assert_eq!(statuses("gs"), ["○ All  10", "○ Unread  10", "● Starred  0"]);
    assert_eq!(statuses("A gu gu"), ["○ All  10", "● Unread  0", "○ Starred  0"]);
}

/// The bars, row by row, with one character for each.
fn bars(app: &App) -> Vec<String> {
    let (screen, area) = (Screen::new(app), app.bar_area(&app.layout()));
    let symbol = |x, y| screen.backend().buffer()[(x, y)].symbol().to_owned();
    let bars = || 0..app.timeline.bars.len();
    (area.top()..area.bottom()).map(|y| bars().map(|n| symbol(area.x + app.timeline.column(n), y)).collect()).collect()
}

const DAYS: &str = "▅█▁▅▁▁▁▁▁▅▁█▁▅▁█";
const DAYS_IN_TWO_ROWS: [&str; 2] = ["▁█ ▁     ▁ █ ▁ █", "██▁█▁▁▁▁▁█▁█▁█▁█"];

#[test]
fn the_bars_show_the_same_days_at_every_width() {
    for (size, keys, rows) in [
        (WIDE, "", &DAYS_IN_TWO_ROWS[..]),
        ((150, 30), "", &[DAYS]),
        (WIDE, ",r", &DAYS_IN_TWO_ROWS),
        ((80, 30), ",l", &[DAYS]),
        (STACKED, "d", &[DAYS]),
    ] {
        let app = sample_at(size, keys);
        assert_eq!(bars(&app), rows, "{keys} at {size:?}");
        let lines = Screen::new(&app).timeline().lines();
        let (top, axis) = (lines[0].split_whitespace().next(), lines[rows.len()].as_str());
        assert_eq!((top, axis), (Some("2"), "2018  22 Oct  29 Oct  5 Nov"), "{keys} at {size:?}");
        let area = app.bar_area(&app.layout());
        let filled = app.timeline.column(app.timeline.bars.len());
        assert_eq!(filled, area.width.min(16 * 24), "{keys} at {size:?}: over the whole width");
    }
    let single = sample_at(SINGLE, "d");
    assert_eq!(bars(&single), [DAYS]);
    let lines = Screen::new(&single).timeline().lines();
    assert_eq!(lines[1], "2018  22 Oct  29 Oct", "the last label would not fit");
    assert_eq!(lines[2], "6 Nov 2018  2 releases");
    let range = Screen::new(&sample_at(SINGLE, "d h h Space h h h h"));
    let label = range.timeline().lines()[2].clone();
    assert_eq!(label, "31 Oct – 4 Nov 2018  4 releases", "wider than the bars");
    assert_eq!(bars(&sample_at((150, 30), "4 7 / mig")), ["█▁▁▁▁▁▁▁█"], "only the hits");
    assert_eq!(Screen::new(&sample_at(WIDE, "/ zzz")).timeline().text().trim(), "", "nothing to show");
    let one_day = Screen::new(&opened(structured(), 150, 40, ""));
    assert_eq!(one_day.timeline().lines().last().map(String::as_str), Some("2018  6 Nov"));
}

#[test]
fn a_range_of_the_timeline_shows_its_dates_and_its_releases_below_the_axis() {
    for size in [WIDE, STACKED] {
        let app = sample_at(size, "d h h Space h h h h");
        let screen = Screen::new(&app);
        let lines = screen.timeline().lines();
        let [.., axis, range] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!((axis.as_str(), range.as_str()), ("2018  22 Oct  29 Oct  5 Nov", "31 Oct – 4 Nov 2018  4 releases"));
        assert!(screen.list().text().starts_with("RELEASES  10 "), "it is a preview");
    }
}

/// So many releases on each of the first days of a January.
fn january(counts: &[usize]) -> Arc<Catalog> {
    let item = |(day, n): (usize, usize)| {
        let title = format!("{day} {n}");
        serde_json::json!({"id": title, "title": title, "date": format!("2018-01-{day:02}")})
    };
    let days = counts.iter().enumerate().flat_map(|(at, &count)| (0..count).map(move |n| (at + 1, n)));
    read(serde_json::json!(days.map(item).collect::<Vec<_>>()).to_string().as_bytes())
}

#[test]
fn a_bar_far_above_the_others_is_cut_and_shows_its_count() {
    for (counts, top, row, count) in [
        (&[3, 15, 3, 3][..], "15", " █  ", None),
        (&[3, 16, 3, 3], "3", "█▀██", Some("↑ 16")),
        (&[3, 1_200, 1, 1], "3", "█▀  ", None),
        (&[1, 1_200, 3, 1], "3", " ▀█ ", None),
    ] {
        let app = opened(january(counts), 150, 40, "");
        let screen = Screen::new(&app);
        let lines = screen.timeline().lines();
        assert_eq!(lines[0].split_whitespace().next(), Some(top), "{counts:?}");
        let rows = bars(&app);
        // A count beside the top covers no bar.
        let shown: String = rows[0].chars().map(|c| if c.is_ascii_digit() { ' ' } else { c }).collect();
        assert_eq!(shown.replace(',', " "), row, "{counts:?}");
        let is_beside = lines[0].contains("1,200");
        assert_eq!((is_beside, lines.get(3).map(String::as_str)), (counts[1] == 1_200, count), "{counts:?}");
    }
}

#[test]
fn an_empty_list_says_why_and_what_to_do() {
    for (keys, why, how) in [
        ("/ zzz Enter", "No match", "BS removes the last filter; 0 clears all filters"),
        ("/ zzz", "No match", "Esc restores the previous search"),
        ("/ migration Space zzz", "No match", "3 releases without zzz; Esc restores the previous search"),
        ("/ place:xx Enter", "No match", "no place contains xx; BS removes the last filter; 0 clears all filters"),
        ("/ migration Space place:xx", "No match", "no place contains xx; Esc restores the previous search"),
        ("gs", "No starred releases", "ga shows all releases; s stars the selected one"),
        ("A gu gu", "Nothing is unread", "ga shows all 10 releases"),
    ] {
        for size in [WIDE, STACKED, SINGLE] {
            let screen = screen(size, keys);
            let lines = screen.list().lines();
            assert!(lines[0].starts_with("RELEASES  0 of 10"), "{keys} at {size:?}: {lines:?}");
            assert_eq!(lines[1], why, "{keys} at {size:?}");
            assert_eq!(lines[2..].join(" "), how, "{keys} at {size:?}");
            let reading = if size == SINGLE { "" } else { "READING" };
            assert_eq!(screen.detail().text(), reading, "{keys} at {size:?}");
        }
    }
    assert_eq!(screen(SMALLEST, "gs").list().lines(), ["RELEASES  0 of 10", "No starred r…"]);
}

#[test]
fn an_empty_list_says_that_releases_are_still_to_come() {
    let loading = Screen::new(&App::new(80, 24));
    assert_eq!(loading.list().lines()[1..], ["Loading…"]);
    assert_eq!(loading.title().text(), "tidings  0 unread");
    let mut unfetched = opened(Arc::new(Catalog::default()), 80, 24, "");
    send(&mut unfetched, Msg::Library(LibraryEvent::Sources(vec![Subscription::default()])));
    assert_eq!(
        Screen::new(&unfetched).list().lines()[1..],
        ["Nothing fetched yet", "r syncs your subscriptions; S lists them"]
    );
}

#[test]
fn a_release_on_one_line_has_its_topic_beside_the_title_where_there_is_room() {
    let wide = screen(WIDE, ",d").list().lines();
    assert_eq!(
        wide[1..4],
        [
            "November 2018 ── 5",
            "●  06 Joint Press Release of the third \"…  Multilateral …",
            "●  06 China partners with the ILO to adv…  South-South C…",
        ]
    );
    assert_eq!(wide.len(), 13, "all releases, two months and the heading");
    let stacked = screen(STACKED, ",d").list().lines();
    assert_eq!(stacked[2], "●  06 Joint Press Release of the third \"1+6\" Round Tab…  Multilateral coope…");
    assert_eq!(stacked[4], "●  04 Tripartite cooperation and commitment can promot…  News");
    assert_eq!(screen(SINGLE, ",d").list().lines()[2], "●  06 Joint Press Release of the th…");
}

#[test]
fn without_the_detail_pane_titles_have_the_whole_width() {
    let screen = screen(WIDE, ",r j");
    assert!(screen.detail().area.is_empty());
    let list = screen.list().text();
    assert!(!list.contains('…') && list.contains("promote decent work in the tea plantation sector in Bangladesh"));
    assert_eq!(list.matches('●').count(), 10);
    let stacked = self::screen(STACKED, ",r j");
    assert!(stacked.detail().area.is_empty());
    assert!(stacked.list().lines().contains(&"October 2018 ── 5".to_owned()), "more rows");
    assert!(!self::screen(STACKED, "j").list().lines().contains(&"October 2018 ── 5".to_owned()));
}

#[test]
fn a_choice_of_layout_changes_nothing_where_it_has_no_meaning() {
    for (keys, sizes) in [
        (",l j", [WIDE, SINGLE, SMALLEST].as_slice()),
        (",f ,b j", &[STACKED, SINGLE, SMALLEST]),
        (",r j", &[SINGLE, SMALLEST]),
    ] {
        for &size in sizes {
            assert_eq!(screen(size, keys).whole().rows(), screen(size, "j").whole().rows(), "{keys} at {size:?}");
        }
    }
}

/// Returns the sign at the left of each release. The cursor hides the bar on the first row of a release.
fn signs(list: Region<'_>) -> String {
    let rows = list.rows();
    let releases = rows.iter().enumerate().filter(|(_, row)| row.chars().nth(1) == Some('●'));
    let below = |at: usize| rows.get(at + 1).filter(|row| row.chars().nth(1) == Some(' '));
    releases
        .map(|(at, row)| {
            let first = row.chars().next().unwrap_or_default();
            match below(at).and_then(|row| row.chars().next()) {
                Some(sign) => {
                    assert!(first == sign || first == ' ', "{rows:?}");
                    sign
                }
                None => first,
            }
        })
        .collect()
}

#[test]
fn selected_releases_are_visible_without_colour() {
    for (keys, wide, stacked, single) in [
        ("v j v V j", "┃ ┃┃█     ", " ┃┃█", "┃ ┃┃█"),
        ("v j v k k", "┃▌┃       ", "┃▌┃  ", "┃ ┃  "),
        ("j v V j j", " ┃┃┃█     ", "┃┃┃█", " ┃┃┃█"),
    ] {
        for (size, expected) in [(WIDE, wide), (STACKED, stacked), (SINGLE, single)] {
            // Fewer releases are visible if a title takes more lines.
            let keys = if size == SINGLE { format!(",d {keys}") } else { keys.to_owned() };
            assert_eq!(signs(screen(size, &keys).list()), expected, "{keys} at {size:?}");
        }
    }
}

#[test]
fn titles_in_every_script_are_cut_at_the_edge_of_the_list() {
    assert_eq!(
        Screen::new(&opened(screens::in_many_scripts(), 31, 12, ",d")).list().lines(),
        [
            "RELEASES  4",
            "December 2021 ── 2",
            "●  31 [보도자료] 국내 종자…",
            "●  30 دستگيري بيش از 160نف…\u{200e}",
            "November 2021 ── 1",
            "●  29 付费安全驾驶：肯尼亚…",
            "No date ── 1",
            "●  Only a summary here",
        ]
    );
}

#[test]
fn the_title_of_the_selected_release_is_whole_and_others_take_two_lines() {
    let lines = Screen::new(&opened(screens::in_many_scripts(), 31, 12, "")).list().lines();
    assert_eq!(
        lines[2..6],
        ["●  31 [보도자료] 국내 종자", "▌  산업 성장세 지속, 판", "▌  매액 6,505억원으로 증", "▌  가"]
    );
    let lines = screen(STACKED, "").list().lines();
    let two_lines = [
        "●  Tripartite cooperation and commitment can promote decent work in the tea",
        "plantation sector in Bangladesh  04 Nov  News",
    ];
    assert_eq!(lines[6..8], two_lines);
    let wide = screen(WIDE, "").list().text();
    assert!(!wide.contains('…'), "{wide}");
    // The list keeps three rows while the text has the focus.
    let lines = screen((80, 24), "j j Enter").list().lines();
    assert_eq!(lines[1..3], [&format!("▌{}", two_lines[0]), "▌  plantation sector in Bangladesh  04 Nov  News"]);
}

#[test]
fn a_right_to_left_title_without_facts_is_drawn_whole() {
    let title = "وزیران آب نه کشور روز سه شنبه در پایتخت گرد هم آمدند و درباره قواعد مشترک رودخانه ها به توافق رسیدند";
    let catalog = crate::catalog::tests::catalog(&[(title, "A summary.", "", "", (0, 0, 0))]);
    let lines = Screen::new(&opened(catalog, 80, 24, "")).list().lines();
    let shown = lines[1..].join(" ").replace(['●', '▌', '\u{200e}'], "");
    assert_eq!(shown.split_whitespace().collect::<Vec<_>>().join(" "), title);
}

#[test]
fn a_word_found_only_in_the_text_is_shown_in_its_sentence() {
    let screen = screen(WIDE, "/ indigenous Enter");
    let lines = screen.list().lines();
    assert_eq!(lines[4], "▌  04 Nov  News");
    assert!(lines[5].starts_with("▌  Women of indigenous and tribal peoples"), "{lines:?}");
    let (found, around) = (screen.list().style("indigenous"), screen.list().style("tribal"));
    assert_eq!((found.fg, around.fg), (theme().found.fg, theme().dim.fg));
    assert_eq!(self::screen(WIDE, "/ plantation Enter").list().lines().len(), 5, "the title shows the word");
}

#[test]
fn the_text_opens_at_the_first_match() {
    let text = "Words about rain. ".repeat(200) + "Then there was snow. " + &"More words. ".repeat(200);
    let catalog = crate::catalog::tests::catalog(&[("Weather", &text, "", "", (2018, 11, 2))]);
    let app = opened(catalog, 150, 40, "/ snow Enter");
    assert!(app.detail.scroll > 0 && Screen::new(&app).detail().lines().join(" ").contains("there was snow"));
    let catalog = crate::catalog::tests::catalog(&[("Weather", &text, "", "", (2018, 11, 2))]);
    assert_eq!(opened(catalog, 150, 40, "/ rain Enter").detail.scroll, 0);
}

#[test]
fn a_double_click_opens_the_release_that_the_first_click_moved() {
    let mut app = sample_at((60, 20), "");
    let list = app.layout().list;
    // The title of the release above takes fewer lines once it is not selected.
    let row = list.y + 5;
    let column = list.x + 8;
    let press =
        MouseEvent { kind: MouseEventKind::Down(MouseButton::Left), column, row, modifiers: KeyModifiers::NONE };
    send(&mut app, Msg::Mouse(press));
    let selected = app.selected();
    send(&mut app, Msg::DoubleClick { column, row });
    assert_eq!((app.selected(), app.focus), (selected, Pane::Detail));
}

#[test]
fn zen_mode_shows_the_title_once_it_is_scrolled_away() {
    let title = |keys| screen((60, 12), keys).title().text();
    let feed = "tidings  News and Press releases  3 of 10";
    assert_eq!((title("j j z"), title("j j z J")), (feed.to_owned(), feed.to_owned()), "it is still in view");
    assert_eq!(title("j j z J J J J J J"), "tidings  Tripartite cooperation and commitment c…  3 of 10");
}

#[test]
fn every_filter_is_in_sight_in_a_narrow_query_line() {
    let keys = "4 7 d 2018 Enter / fair Space migration Enter";
    assert_eq!(
        screen(STACKED, keys).query().text(),
        "/ fair migration  topic:\"Labour migration\",Op-Ed ×  date:2018..2018 ×"
    );
    assert_eq!(screen((60, 20), keys).query().text(), "/ fair migration  topic:\"Labour m… ×  date:2018..2018 ×");
    assert_eq!(screen(SINGLE, keys).query().text(), "/ fair migration  topic:\"Lab… ×  +1");
    assert_eq!(screen(SMALLEST, keys).query().text(), "/ fair mig… +1");
    assert_eq!(screen(SMALLEST, "4 7 / a Space long Space search").query().text(), "/  search  +1");
}

#[test]
fn a_zoomed_timeline_shows_that_it_has_more_bars() {
    let signs = |keys| {
        let app = opened(quarters(), 150, 40, keys);
        let area = app.bar_area(&app.layout());
        let (screen, y) = (Screen::new(&app), area.bottom() - 1);
        [area.x - 1, area.right()].map(|x| screen.backend().buffer()[(x, y)].symbol().to_owned())
    };
    assert_eq!(signs(""), [" ", " "]);
    assert_eq!(signs("d +"), ["‹", " "], "the newest bar is in view");
    assert_eq!(signs("d + gg"), [" ", "›"]);
    assert_eq!(signs("d + gg l l l C-d C-d"), ["‹", "›"]);
}

/// A release in each quarter of thirteen years.
fn quarters() -> Arc<Catalog> {
    let item = |n: usize| {
        let date = format!("{}-{:02}-01", 2000 + n / 4, 1 + n % 4 * 3);
        serde_json::json!({"id": n.to_string(), "title": n.to_string(), "date": date})
    };
    read(serde_json::json!((0..52).map(item).collect::<Vec<_>>()).to_string().as_bytes())
}

#[test]
fn wide_bars_fill_the_width_and_leave_gaps() {
    let app = opened(january(&[1, 1, 1]), 150, 40, "");
    let (screen, area) = (Screen::new(&app), app.bar_area(&app.layout()));
    let row: String =
        (area.left()..area.right()).map(|x| screen.backend().buffer()[(x, area.y)].symbol().to_owned()).collect();
    assert_eq!(row.split_whitespace().map(|bar| bar.chars().count() + 1).sum::<usize>(), usize::from(area.width));
    assert_eq!(row.split_whitespace().count(), 3, "{row}");
}
