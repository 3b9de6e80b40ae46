//! The timeline: bars, scale, axis and the dates under the cursor.

use ratatui::style::Modifier;

use super::*;
use crate::app::filter::{FoundWord, FoundWords};

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
        assert!(["READING  1", "READING  1  more ↓"].contains(&screen.detail().lines()[0].as_str()));
    }
}

#[test]
fn bars_keep_their_heights_without_colours_and_the_axis_below_the_chosen_ones_is_underlined() {
    // The brush is shown, or the range while it is chosen: 31 October to 4 November are the bars 9 to 13.
    for (keys, depth, is_underlined) in [
        ("d h h Space h h h h Enter", Depth::None, true),
        ("d h h Space h h h h", Depth::None, true),
        ("d h h Space h h h h Enter", Depth::Sixteen, false),
        ("d h h Space h h h h", Depth::Sixteen, true),
        ("d h h Space h h h h Enter", Depth::True, false),
        ("d h h Space h h h h", Depth::True, false),
        ("d h h", Depth::None, false),
    ] {
        for (size, is_wide) in [(WIDE, false), ((240, 40), true)] {
            let app = sample_at(size, keys);
            let screen = Screen::with_theme(&app, &Theme::new(false, depth));
            let (buffer, area) = (screen.backend().buffer(), app.bar_area(&app.layout()));
            let cells = |y| (area.left()..area.right()).map(move |x| (x, &buffer[(x, y)]));
            let mut of_bars = (area.top()..area.bottom()).flat_map(cells);
            assert!(of_bars.all(|(_, cell)| !cell.modifier.contains(Modifier::REVERSED)), "{keys} {depth:?} {size:?}");
            let underlined = cells(area.bottom()).filter(|(_, cell)| cell.modifier.contains(Modifier::UNDERLINED));
            let underlined: Vec<u16> = underlined.map(|(x, _)| x - area.x).collect();
            let drawn = |n| app.timeline.drawn(n);
            let expected = if is_underlined { drawn(9).start..drawn(13).end } else { 0..0 };
            assert_eq!(underlined, expected.collect::<Vec<_>>(), "{keys} {depth:?} {size:?}");
            assert_eq!(app.timeline.drawn(9).end < app.timeline.column(10), is_wide, "gaps are underlined too");
        }
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

/// The sample feed after some keys, with these words in the filter pane.
fn with_words(size: Size, keys: &str, phrases: &[&str]) -> App {
    let mut app = App::new(size.0, size.1);
    answer_words(&mut app, Msg::Loaded(sample()), phrases);
    answer_words(&mut app, Msg::LoadDone, phrases);
    for key in keys.split_whitespace().flat_map(|keys| Key::sequence(keys).expect("keys")) {
        answer_words(&mut app, Msg::Key(KeyEvent::new(key.code, key.modifiers)), phrases);
    }
    app
}

fn answer_words(app: &mut App, msg: Msg, phrases: &[&str]) {
    for effect in app.update(msg) {
        match effect {
            Effect::Search { generation, request } => {
                let hits = Searcher::default().search(&request, &mut Patient).expect("nobody cancels");
                answer_words(app, Msg::Found { generation, hits }, phrases);
            }
            Effect::FindWords { generation, request } => {
                let words = phrases.iter().map(|phrase| FoundWord { phrase: CleanBuf::line(phrase), hits: 1 });
                let compared = Some(request.compared);
                let found = FoundWords { compared, words: words.collect(), ..FoundWords::default() };
                answer_words(app, Msg::Words { generation, found }, phrases);
            }
            Effect::CountWord { generation, request } => {
                let days = Searcher::default().days_with(request.phrase.as_str(), &request.hits, &mut Patient);
                answer_words(app, Msg::WordBars { generation, days: days.expect("nobody cancels") }, phrases);
            }
            _ => {}
        }
    }
}

/// The bars of a word, with one character for each.
fn word_bars(app: &App) -> String {
    let (screen, area, row) = (Screen::new(app), app.bar_area(&app.layout()), app.layout().word_bars);
    let symbol = |n| screen.backend().buffer()[(area.x + app.timeline.column(n), row.y)].symbol().to_owned();
    (0..app.timeline.bars.len()).map(symbol).collect()
}

const DAYS_OF_MIGRATION: &str = "▁█▁▁▁▁▁▁▁█▁█▁▁▁▁";

#[test]
fn the_bars_of_a_word_stand_below_those_of_all_releases_with_a_scale_of_their_own() {
    let beside = "migration  3 of 10 releases";
    for (size, keys, below_axis) in [
        (WIDE, "w b", beside),
        (STACKED, "w b", beside),
        (WIDE, "w b l", beside),
        // The name under the cursor takes the place of the word where there is no room for both.
        (SINGLE, "w b", "6 Nov 2018  2, 0 with migration"),
        (SINGLE, "w b h h h h", "2 Nov 2018  2, 1 with migration"),
        (WIDE, "w b d h h h h", "2 Nov 2018  2 releases, 1 with migration"),
        (WIDE, "w b d Space h h h h", "2 Nov – 6 Nov 2018  5 releases, 1 with migration"),
        ((240, 40), "w b d h h h h", "migration  3 of 10 releases    2 Nov 2018  2 releases, 1 with migration"),
    ] {
        let app = with_words(size, keys, &["migration", "ASEAN"]);
        let lines = Screen::new(&app).timeline().lines();
        let [.., _axis, text, word] = lines.as_slice() else { panic!("{lines:?}") };
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(text), words(below_axis), "{keys} at {size:?}");
        assert_eq!(word_bars(&app), DAYS_OF_MIGRATION, "{keys} at {size:?}");
        assert_eq!(word.split_whitespace().next(), Some("1"), "the scale is that of the word");
        assert_eq!(bars(&app).last().expect("a row").chars().next(), Some(if size.1 < 36 { '▅' } else { '█' }));
    }
}

#[test]
fn a_word_that_is_too_long_is_cut() {
    for (size, keys, expected) in [
        (SINGLE, "w b", "6 Nov 2018  2, 0 with a phrase that…"),
        (STACKED, "w b", "a phrase that is ra…  0 of 10 releases"),
    ] {
        let app = with_words(size, keys, &["a phrase that is rather too long for all"]);
        let lines = Screen::new(&app).timeline().lines();
        assert_eq!(lines[2], expected, "{keys} at {size:?}");
    }
}

#[test]
fn the_bars_of_a_word_have_the_colours_of_the_timeline_and_need_none() {
    let app = with_words(WIDE, "d h h h h Enter w b", &["migration"]);
    let (area, row) = (app.bar_area(&app.layout()), app.layout().word_bars);
    for depth in [Depth::True, Depth::Sixteen, Depth::None] {
        let theme = Theme::new(false, depth);
        let screen = Screen::with_theme(&app, &theme);
        let buffer = screen.backend().buffer();
        let of_bar = |bar: usize| buffer[(area.x + app.timeline.column(bar), row.y)].clone();
        let colour = |bar| Some(of_bar(bar).fg);
        let expected = |style: ratatui::style::Style| Some(style.fg.unwrap_or_default());
        // 22 October has no release with the word, 23 October has one, and so has the brushed 2 November.
        assert_eq!([0, 1, 11].map(colour), [theme.rule, theme.bar, theme.brushed].map(expected), "{depth:?}");
        assert_eq!([0, 1, 11].map(|bar| of_bar(bar).symbol().to_owned()), ["▁", "█", "█"], "{depth:?}");
        assert!(!of_bar(11).modifier.contains(Modifier::REVERSED), "{depth:?}: it would look empty");
        let heading = screen.timeline().style("migration  3");
        assert_eq!(Some(heading.fg.unwrap_or_default()), expected(theme.accent), "{depth:?}");
    }
}
