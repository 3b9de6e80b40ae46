//! Properties of the timeline: no release is counted twice or lost, no brush is off by a day, and neither keys nor the
//! mouse break it.

#[path = "support/answers.rs"]
mod answers;

use std::sync::Arc;

use answers::send;
use chrono::NaiveDate;
use crossterm::event::{KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tidings::app::timeline::Timeline;
use tidings::app::{App, Msg};
use tidings::catalog::{Builder, Catalog, Days};
use tidings::keymap::Key;
use tidings::query::{Query, parse};
use tidings::release::{Date, Release};
use tidings::text::CleanBuf;
use tidings::ui::{Depth, Theme, view};

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, cases: 256, ..ProptestConfig::default() }
}

/// Days since 1970-01-01 within weeks, years, decades or millennia, all after year 0; `None` for no date.
fn days() -> impl Strategy<Value = Vec<Option<i32>>> {
    let reach = prop::sample::select(vec![0, 1, 20, 70, 400, 2_000, 6_000, 25_000, 100_000, 600_000]);
    (-20_000..20_000_i32, reach)
        .prop_flat_map(|(from, reach)| prop::collection::vec(prop::option::weighted(0.9, from - reach..=from), 0..80))
}

/// Releases on these days; every third one has a topic.
fn catalog(days: &[Option<i32>]) -> Arc<Catalog> {
    let mut builder = Builder::new();
    builder.source(CleanBuf::line("test").as_clean());
    for (n, day) in days.iter().enumerate() {
        let day = day.and_then(NaiveDate::from_epoch_days);
        builder.push(
            n as u64,
            &Release {
                title: CleanBuf::line(&n.to_string()),
                topics: if n % 3 == 0 { vec![CleanBuf::line("News")] } else { Vec::new() },
                date: day.and_then(|day| Date::from_local(day, 3_600 * (n as u32 % 24), 0)),
                ..Release::default()
            },
        );
    }
    builder.publish()
}

fn press(app: &mut App, key: &str) {
    let names: Vec<String> =
        if key.parse::<u32>().is_ok() { key.chars().map(String::from).collect() } else { vec![key.to_owned()] };
    for key in names.iter().flat_map(|name| Key::sequence(name).expect("a key")) {
        send(app, Msg::Key(KeyEvent::new(key.code, key.modifiers)));
    }
}

fn opened(days: &[Option<i32>], columns: u16) -> App {
    let mut app = App::new(columns, 40);
    send(&mut app, Msg::Loaded(catalog(days)));
    send(&mut app, Msg::LoadDone);
    app
}

fn key() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "h", "h", "l", "gg", "G", "S-Left", "S-Right", "Space", "+", "+", "-", "C-u", "C-d", "1969", "2000",
    ])
}

/// The number of releases on these days that pass the other filter, by a naive implementation.
fn naive(days: &[Option<i32>], with_topic: bool, (from, to): (i32, i32)) -> usize {
    let passes = |n: usize| !with_topic || n.is_multiple_of(3);
    days.iter().enumerate().filter(|(n, day)| passes(*n) && day.is_some_and(|day| from <= day && day <= to)).count()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_release_is_in_exactly_one_bar(days in days(), columns in 1..200_u16) {
        let dated: Vec<i32> = days.iter().flatten().copied().collect();
        let (Some(&first), Some(&last)) = (dated.iter().min(), dated.iter().max()) else { return Ok(()) };
        let mut counts = Days::between(first, last);
        for &day in &dated {
            counts.add(day, 1);
        }
        let mut timeline = Timeline::default();
        timeline.follow(&counts);
        timeline.settle(&counts, columns);
        let edges: Vec<u16> = (0..=timeline.bars.len()).map(|n| timeline.column(n)).collect();
        prop_assert!(edges.windows(2).all(|edge| edge[0] < edge[1]) && edges[edges.len() - 1] <= columns, "{:?}", edges);
        for (n, edge) in edges.windows(2).enumerate() {
            for column in edge[0]..edge[1] {
                prop_assert_eq!(timeline.bar_at(column), timeline.first + i32::try_from(n).expect("few"));
            }
        }
        let whole = timeline.bars.iter().sum::<u32>() as usize;
        // A timeline of a few columns cannot show three millennia.
        prop_assert!(whole == dated.len() || columns < 10, "{} of {}", whole, dated.len());
        for (bar, &count) in (timeline.first..).zip(&timeline.bars) {
            let inside = |day: &&i32| timeline.bin_size.bar(**day) == bar;
            prop_assert_eq!(count as usize, dated.iter().filter(inside).count());
            let (from, to) = timeline.bin_size.days(bar);
            prop_assert_eq!(count as usize, naive(&days, false, (from, to)));
        }
    }

    #[test]
    fn a_brush_gives_the_count_of_its_bars(
        days in days(),
        columns in 120..220_u16,
        with_topic in prop::bool::ANY,
        keys in prop::collection::vec(key(), 0..20),
    ) {
        let mut app = opened(&days, columns);
        let has_topic = with_topic && !days.is_empty();
        if has_topic {
            press(&mut app, "1");
        }
        press(&mut app, "d");
        for key in keys {
            press(&mut app, key);
        }
        if app.timeline.bars.is_empty() {
            return Ok(());
        }
        let (from, to) = app.timeline.range();
        let inside = |bar: i32| {
            let days = app.timeline.bin_size.days(bar);
            from <= days.0 && days.1 <= to
        };
        let bars = (app.timeline.first..).zip(&app.timeline.bars).filter(|(bar, _)| inside(*bar));
        let (shown, counted) = bars.fold((0, 0), |(shown, sum), (_, &count)| (shown + 1, sum + count as usize));
        let last = (app.timeline.first..).zip(&app.timeline.bars).last().map_or(0, |(bar, _)| bar);
        let is_in_view = app.timeline.bin_size.days(app.timeline.first).0 <= from && to <= app.timeline.bin_size.days(last).1;
        // A range begun with finer bars may end within one of these.
        let is_of_bars = shown > 0
            && app.timeline.bin_size.days(app.timeline.bin_size.bar(from)).0 == from
            && app.timeline.bin_size.days(app.timeline.bin_size.bar(to)).1 == to;
        press(&mut app, "Enter");
        prop_assert_eq!(app.query.dates().map(|term| term.days(NaiveDate::MIN)), Some(vec![from..=to]));
        let expected = naive(&days, has_topic, (from, to));
        prop_assert_eq!(app.hits.order.len(), expected, "{}", app.query);
        prop_assert!(!is_in_view || !is_of_bars || counted == expected, "{} bars: {} of {}", shown, counted, expected);
        prop_assert_eq!(app.hits.days.sum(from, to) as usize, expected);
        let printed = app.query.to_string();
        prop_assert_eq!(parse(&printed).map_err(|error| error.to_string()), Ok::<Query, String>(app.query.clone()));
        press(&mut app, "BS");
        prop_assert!(app.query.dates().is_none());
    }

    #[test]
    fn random_keys_and_mouse_events_keep_the_timeline_consistent(
        days in days(),
        steps in prop::collection::vec((0..6_u8, 0..200_u16, 0..60_u16, key()), 0..60),
    ) {
        let mut app = opened(&days, 150);
        let (mut columns, mut rows) = (150, 40);
        for (kind, column, row, key) in steps {
            let mouse = |kind| Msg::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE });
            match kind {
                0 => send(&mut app, mouse(MouseEventKind::Down(MouseButton::Left))),
                1 => send(&mut app, mouse(MouseEventKind::Drag(MouseButton::Left))),
                2 => send(&mut app, mouse(if row % 2 == 0 { MouseEventKind::ScrollDown } else { MouseEventKind::ScrollUp })),
                3 => {
                    (columns, rows) = (column.max(1), row.max(1));
                    send(&mut app, Msg::Resize { columns, rows });
                }
                4 => press(&mut app, ["d", "?", "/", "t", "z", "Esc", "Enter", "q"][usize::from(column % 8)]),
                _ => press(&mut app, key),
            }
            let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a screen in memory");
            terminal.draw(|frame| view(&app, &Theme::new(false, Depth::True), frame)).expect("a frame");
            prop_assert!(app.hits.order.is_empty() || app.selected().is_some());
        }
    }
}
