//! Keys on the timeline and the resulting queries; bars and their columns.

use chrono::NaiveDate;

use super::super::tests::TestApp;
use super::*;
use crate::app::Msg;
use crate::catalog::tests::catalog;
use crate::query::since_epoch;

fn day(year: i32, month: u32, day: u32) -> i32 {
    since_epoch(NaiveDate::from_ymd_opt(year, month, day).expect("a day"))
}

/// A timeline of releases on these days.
fn timeline(days: &[i32], columns: u16) -> (Timeline, Days) {
    let mut counts = Days::between(days[0], days[days.len() - 1]);
    for &day in days {
        counts.add(day, 1);
    }
    let mut timeline = Timeline::default();
    timeline.follow(&counts);
    timeline.settle(&counts, columns);
    (timeline, counts)
}

#[test]
fn keys_change_the_query() {
    let table = [
        // Seven releases in 55 weeks: each bar is a week.
        ("d Enter", "date:2018-11-05..2018-11-11"),
        ("d Enter d Enter", ""),
        ("d h Enter", "date:2018-10-29..2018-11-04"),
        ("d Left Enter d Right Enter", "date:2018-11-05..2018-11-11"),
        ("d Space h Enter", "date:2018-10-29..2018-11-11"),
        ("d h v l l Enter", "date:2018-10-29..2018-11-11"),
        ("d S-Left S-Left S-Right Enter", "date:2018-10-29..2018-11-11"),
        ("d Space Space h Enter", "date:2018-10-29..2018-11-04"),
        ("d v h Esc Enter", "date:2018-10-29..2018-11-04"),
        ("d v h Esc Esc d Enter", "date:2018-10-29..2018-11-04"),
        ("d gg Enter", "date:2017-10-23..2017-10-29"),
        ("d gg G Enter", "date:2018-11-05..2018-11-11"),
        ("d + Enter", "date:2018-11-06"),
        ("d + h h Enter", "date:2018-11-04"),
        ("d + + + - - - Enter", "date:2018-11-05..2018-11-11"),
        ("d Space + h h - Enter", "date:2018-10-29..2018-11-11"),
        ("d Enter BS", ""),
        ("d Enter d BS", ""),
        ("d Enter j BS", ""),
        ("d BS", ""),
        ("1 d Enter", "topic:Migration date:2018-11-02"),
        ("d Enter 1 d BS", "topic:News"),
        ("/ \"after:2018-11\" Enter d BS", ""),
        ("/ \"after:2018-11\" Enter d h Enter", "date:2018-10-29..2018-11-04"),
    ];
    for (keys, expected) in table {
        let mut reader = TestApp::new(150, 40);
        reader.keys(keys);
        assert_eq!(reader.query(), expected, "{keys}");
    }
}

#[test]
fn a_year_is_typed() {
    let table = [
        ("d \"2017\" Enter", "date:2017", ""),
        ("d \"2018\" Enter", "date:2018", ""),
        ("d \"2018\" Enter d \"2018\" Enter", "date:2018", ""),
        ("d \"2018\" Enter d Enter", "date:2018-01-01..2018-01-07", ""),
        ("1 2 d \"2018\" Enter", "topic:Migration,News date:2018", ""),
        ("d \"20172018\" Enter", "date:2018", ""),
        ("d \"2017\" BS 8 Enter", "date:2018", ""),
        ("d \"2017\" l Enter", "date:2017-10-30..2017-11-05", ""),
        ("d \"2017\" S-Right Enter", "date:2017", ""),
        ("d \"2017\" Space l Enter", "date:2017", ""),
        ("d \"2017\" + Enter", "date:2017", ""),
        ("d 2 h Enter", "date:2018-10-29..2018-11-04", ""),
        ("d 2 + Enter", "date:2018-11-06", ""),
        // Deleted digits leave no trace.
        ("d \"2017\" Esc Enter", "date:2018-11-05..2018-11-11", ""),
        ("d \"201\" Esc Enter", "date:2018-11-05..2018-11-11", ""),
        ("d \"201\" BS BS BS Enter", "date:2018-11-05..2018-11-11", ""),
        ("d \"2017\" BS BS BS BS Enter", "date:2018-11-05..2018-11-11", ""),
        ("d Space h \"2017\" Esc Enter", "date:2018-10-29..2018-11-11", ""),
        ("d Space h \"2017\" BS BS BS BS Enter", "date:2018-10-29..2018-11-11", ""),
        ("d Space h \"2017\" Esc Esc Enter", "date:2018-10-29..2018-11-04", ""),
        ("d \"2018\" Enter d 2 BS", "date:2018", ""),
        ("d \"2018\" Enter d 2 BS BS", "", ""),
        ("d \"2017\" j d Enter", "date:2017-10-23..2017-10-29", ""),
        // Digits and 0 do nothing else here.
        ("1 d 0", "topic:Migration", ""),
        ("1 d 0 1 2", "topic:Migration", ""),
        ("d \"201\" Enter", "", "incomplete year 201; type all four digits"),
        ("d \"2031\"", "", "2031 is outside the timeline, which covers 2017 to 2018"),
        ("d \"2031\" Enter", "date:2018-11-05..2018-11-11", ""),
        ("1 d \"2017\"", "topic:Migration", "2017 is outside the timeline, which covers 2018"),
        ("/ \"zzz\" Enter d \"2018\"", "zzz", ""),
    ];
    for (keys, query, note) in table {
        let mut reader = TestApp::new(150, 40);
        reader.keys(keys);
        assert_eq!((reader.query().as_str(), reader.note()), (query, note), "{keys}");
    }
}

#[test]
fn years_and_months_are_brushed_in_short_form() {
    let mut reader = TestApp::new(150, 40);
    reader.send(Msg::Loaded(catalog(&[("a", "", "", "", (2018, 3, 1)), ("b", "", "", "", (1990, 3, 1))])));
    for (keys, expected) in [
        ("d Enter", "date:2018"),
        ("d Space h Enter", "date:2017..2018"),
        ("0 d G + Enter", "date:2018-01..2018-03"),
        ("0 d + Enter", "date:2018-01"),
    ] {
        reader.keys(keys);
        assert_eq!(reader.query(), expected, "{keys}");
    }
}

#[test]
fn down_and_escape_leave_the_timeline() {
    for keys in [
        "d j",
        "d Down",
        "d Esc",
        "d q",
        "d Enter Esc",
        "d z z",
        "d / Enter",
        "d Tab Tab Tab Tab",
        "d Enter",
        "d \"2017\" Enter",
    ] {
        let mut reader = TestApp::new(150, 40);
        reader.keys("d");
        assert_eq!(reader.app.focus, Pane::Timeline);
        reader.keys("Esc").keys(keys);
        assert_ne!(reader.app.focus, Pane::Timeline, "{keys}");
    }
    let mut reader = TestApp::new(150, 40);
    reader.keys("d").send(Msg::Resize { columns: 40, rows: 8 });
    assert_eq!(reader.app.focus, Pane::List);
    reader.keys("d");
    assert_eq!((reader.app.focus, reader.note()), (Pane::List, "no room for the timeline; enlarge the terminal"));
}

#[test]
fn a_low_list_gives_its_first_rows_to_the_timeline_while_that_has_the_focus() {
    for (columns, rows) in [(80, 24), (60, 20), (40, 12)] {
        let mut reader = TestApp::new(columns, rows);
        let before = reader.app.layout().list;
        reader.keys("G d");
        let layout = reader.app.layout();
        assert_eq!((reader.app.focus, layout.timeline.y, layout.timeline.height), (Pane::Timeline, before.y, 3));
        let view = reader.app.list_view(&layout).entries(reader.app.list);
        assert!(view.iter().any(|entry| entry.position() == Some(reader.app.list.at)), "{columns}x{rows}");
        reader.keys("\"2017\" Enter");
        assert_eq!((reader.query().as_str(), reader.app.layout().list), ("date:2017", before));
    }
}

#[test]
fn releases_without_dates_have_no_timeline() {
    let mut reader = TestApp::new(150, 40);
    reader.send(Msg::Loaded(catalog(&[("a", "", "", "", (0, 0, 0))])));
    assert!(reader.app.layout().timeline.is_empty());
    reader.keys("d");
    assert_eq!((reader.note(), reader.app.focus), ("no release has a date", Pane::List));
}

#[test]
fn the_finest_bars_that_fit_are_shown() {
    let (from, to) = (day(2018, 1, 1), day(2018, 12, 31));
    let table = [
        (from, from, BinSize::Days(1), 1, 24),
        (from, from + 29, BinSize::Days(1), 30, 60),
        (from, from + 60, BinSize::Days(7), 9, 60),
        (from, to, BinSize::Days(7), 53, 60),
        (from, to + 100, BinSize::Months(1), 16, 60),
        (day(2010, 1, 1), to, BinSize::Months(3), 36, 60),
        (day(1990, 1, 1), to, BinSize::Months(12), 29, 60),
        (day(1900, 1, 1), to, BinSize::Months(24), 60, 60),
        (day(1000, 1, 1), to, BinSize::Months(240), 51, 60),
    ];
    for (from, to, bin_size, bars, columns) in table {
        let (timeline, _) = timeline(&[from, to], 60);
        assert_eq!((timeline.bin_size, timeline.bars.len(), timeline.column(bars)), (bin_size, bars, columns));
        assert_eq!(timeline.bars.iter().sum::<u32>(), 2);
    }
}

#[test]
fn an_outlier_does_not_widen_the_bars_and_can_be_reached() {
    let real: Vec<i32> = (0..30).map(|n| day(2026, 11, 1) + n).collect();
    let (plain, _) = timeline(&real, 60);
    for stray in [day(1001, 1, 1), day(1926, 11, 5), day(2199, 12, 31)] {
        let mut days = real.clone();
        days.push(stray);
        days.sort_unstable();
        let (mut timeline, days) = timeline(&days, 60);
        assert_eq!((timeline.bin_size, timeline.filled, &timeline.bars), (plain.bin_size, plain.filled, &plain.bars));
        assert_eq!(timeline.cursor(), plain.cursor());
        timeline.jump(stray > real[0]);
        timeline.settle(&days, 60);
        assert_eq!((timeline.bars.iter().sum::<u32>(), timeline.range()), (1, (stray, stray)));
        timeline.jump(stray < real[0]);
        timeline.settle(&days, 60);
        assert_eq!(timeline.bars, plain.bars);
        for _ in 0..BinSize::ALL.len() {
            timeline.zoom(false);
            timeline.settle(&days, 60);
        }
        assert_eq!(timeline.bars.iter().sum::<u32>(), 31, "the coarsest bars show all");
        timeline.zoom(true);
        timeline.settle(&days, 60);
    }
}

#[test]
fn the_window_follows_the_cursor_within_the_hits() {
    let (mut timeline, days) = timeline(&[day(2010, 1, 5), day(2018, 12, 31)], 40);
    assert_eq!((timeline.bin_size, timeline.bars.len()), (BinSize::Months(3), 36));
    for _ in 0..2 {
        timeline.zoom(true);
        timeline.settle(&days, 40);
    }
    assert_eq!((timeline.bin_size, timeline.bars.len()), (BinSize::Days(7), 40));
    assert_eq!(timeline.bars.last(), Some(&1), "no bars past the newest");
    for to_end in [false, true] {
        timeline.jump(to_end);
        timeline.settle(&days, 40);
        let at = (timeline.cursor() - timeline.first).unsigned_abs() as usize;
        assert_eq!((at, timeline.bars[at]), (if to_end { 39 } else { 0 }, 1));
    }
    timeline.zoom(false);
    timeline.zoom(false);
    timeline.settle(&days, 40);
    assert_eq!((timeline.bin_size, timeline.bars.len()), (BinSize::Months(3), 36));
}

#[test]
fn the_bars_follow_the_other_filters_and_not_the_chosen_dates() {
    let mut reader = TestApp::new(150, 40);
    let bars = |reader: &TestApp| reader.app.timeline.bars.clone();
    let all = bars(&reader);
    reader.keys("d \"2017\" Enter");
    assert_eq!((bars(&reader), reader.app.hits.order.len()), (all.clone(), 1));
    reader.keys("d BS d G Enter");
    assert_eq!((bars(&reader), reader.app.hits.order.len()), (all, 2));
    reader.keys("/ \"topic:Migration\"");
    assert_eq!(bars(&reader), [1, 0, 1], "also while values are offered");
    reader.keys("Esc BS 1");
    assert_eq!(bars(&reader), [1, 0, 1], "releases of one topic: 31 October and 2 November");
    reader.keys("/ \"zzz\" Enter");
    assert!(bars(&reader).is_empty());
    reader.keys("d Enter h Space + -");
    assert_eq!(reader.query(), "zzz topic:Migration");
}
