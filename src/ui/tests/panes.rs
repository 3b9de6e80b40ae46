//! The title bar, the query line, and the panes but for the timeline and the text of a release.

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
            "● All",
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
    assert!(screen.detail().text().starts_with("READING  2\nLabour migration\nJoint UNDP/ILO report"));
}

#[test]
fn the_list_marks_whole_words_for_a_word_and_all_letters_for_a_search() {
    let titles = ["Artists start with art", "Part of the ART", "State of the arts"];
    let items = titles.map(|title| serde_json::json!({"id": title, "title": title, "date": "2018-01-01"}));
    let catalog = read(serde_json::json!(items).to_string().as_bytes());
    let marked = |size: Size, keys: &str| {
        let screen = Screen::new(&opened(Arc::clone(&catalog), size.0, size.1, keys));
        let (buffer, list) = (screen.backend().buffer(), screen.list().area);
        let of_row = |y| {
            let cells = (list.left()..list.right()).map(|x| &buffer[(x, y)]);
            let shown = |cell: &ratatui::buffer::Cell| {
                let is_marked = cell.modifier.contains(Modifier::UNDERLINED);
                if is_marked { cell.symbol().to_owned() } else { " ".to_owned() }
            };
            cells.map(shown).collect::<String>()
        };
        let text: String = (list.top()..list.bottom()).map(of_row).collect();
        let mut marked: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        marked.sort();
        marked
    };
    for size in [WIDE, STACKED, SINGLE] {
        assert_eq!(marked(size, "/ w o r d : a r t Enter"), ["ART", "art"], "{size:?}");
        assert_eq!(marked(size, "/ w o r d : a r t i s t s Enter"), ["Artists"], "{size:?}");
        assert_eq!(marked(size, "/ a r t Enter"), ["ART", "Art", "art", "art", "art", "art"], "{size:?}");
    }
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
    assert_eq!((lines[0].as_str(), lines[lines.len() - 1].as_str()), ("FILTERS  ↓ more", "□ 2018  10"));
    assert_eq!(screen(SMALLEST, "h").filter().lines(), ["FILTERS  ↑ ↓ more", "● All"]);
}

#[test]
fn the_status_of_the_query_has_the_dot() {
    let statuses = |keys| screen(WIDE, keys).filter().lines()[2..5].to_vec();
    assert_eq!(statuses(""), ["● All", "○ Unread  10", "○ Starred  0"]);
    assert_eq!(statuses("gs"), ["○ All  10", "○ Unread  10", "● Starred  0"]);
    assert_eq!(statuses("A gu gu"), ["○ All  10", "● Unread  0", "○ Starred  0"]);
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
        ("v j v V j", "┃ ┃┃█     ", "┃ ┃┃█", "┃ ┃┃█"),
        ("v j v k k", "┃▌┃       ", "┃▌┃  ", "┃ ┃  "),
        ("j v V j j", " ┃┃┃█     ", " ┃┃┃█", " ┃┃┃█"),
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
fn the_beginning_of_a_right_to_left_text_is_aligned_to_the_right() {
    let catalog = crate::catalog::tests::catalog(&[("وزیران آب", "رودخانه ها", "", "", (0, 0, 0))]);
    let screen = Screen::new(&opened(catalog, 80, 24, ""));
    let ends: Vec<_> = screen.list().rows()[1..3].iter().map(|row| crate::text::width(row.trim_end())).collect();
    assert_eq!(ends[0], ends[1], "{:?}", screen.list().rows());
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
        "/ fair migration  topic:\"Labour migration\",Op-Ed ×  date:2018 ×"
    );
    assert_eq!(screen((60, 20), keys).query().text(), "/ fair migration  topic:\"Labour migrati… ×  date:2018 ×");
    assert_eq!(screen(SINGLE, keys).query().text(), "/ fair migration  topic:\"Lab… ×  +1");
    assert_eq!(screen(SMALLEST, keys).query().text(), "/ fair mig… +1");
    assert_eq!(screen(SMALLEST, "4 7 / a Space long Space search").query().text(), "/  search  +1");
}
