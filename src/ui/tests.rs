//! Snapshots of the screen as text in every arrangement, and the styles that carry meaning.

mod dialogs;

use std::ops::ControlFlow;
use std::sync::Arc;

use crossterm::event::KeyEvent;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::{Color, Modifier};

use super::{Charset, Depth, Theme, view};
use crate::app::library::{LibraryEvent, Subscription};
use crate::app::{App, Effect, Msg};
use crate::catalog::tests::catalog;
use crate::catalog::{Builder, Catalog};
use crate::feed::{self, Sink};
use crate::keymap::Key;
use crate::query::{Patient, Searcher, count};
use crate::release::{Cause, Problem, Release};
use crate::text::{Clean, CleanBuf};

/// Builds a catalog from the parser's output.
struct Collect(Builder);

impl Sink for Collect {
    fn title(&mut self, title: Clean<'_>) {
        self.0.title(title);
    }

    fn release(&mut self, item: u64, release: &Release) {
        self.0.push(item, release);
    }

    fn problem(&mut self, problem: Problem) {
        panic!("the sample has a problem: {problem}");
    }

    fn progress(&mut self, _bytes: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn sample() -> Arc<Catalog> {
    read(include_bytes!("../../data/releases.json"))
}

fn read(mut bytes: &[u8]) -> Arc<Catalog> {
    let name = CleanBuf::line("sample");
    let mut collect = Collect(Builder::new());
    collect.0.source(name.as_clean());
    feed::read(name.as_clean(), &mut bytes, &mut collect).expect("the sample is a feed");
    collect.0.publish()
}

/// A release whose text contains every kind of structure.
fn structured() -> Arc<Catalog> {
    let html = "<h2>Results of the <em>survey</em></h2><p>Readers want <strong>structure</strong>: <a href='/survey'>a \
        survey</a> says so, the <a href='https://example.org/report'>report</a> does, and others <del>do</del> \
        <code>--too</code>.</p><blockquote><p>A page without headings is a wall of words that nobody climbs.</p><ul>\
        <li>said one reader of a great many books and papers</ul></blockquote><ul><li>First item, with a text that is \
        long enough to hang over to a second line<ul><li>nested<ol start=9><li>ninth<li>tenth</ol></ul><li>보도자료 국내 \
        종자산업 성장세 지속, 판매액 6,505억원으로 증가 그리고 더 많은 이야기<li>دستگيري بيش از در مشهد</ul><table><tr>\
        <th>Country<th>Readers<th>Share</tr><tr><td>대한민국<td>1,204<td>31 %</tr><tr><td>Norway<td>98<td>2 %</tr></table>\
        <pre>fn main() {\n    let width = 72; // as many columns as a line of a book has\n}</pre><p>\
        <img src=x alt='Two people'></p><dl><dt>Pane<dd>A region of the screen.</dl>";
    let feed = serde_json::json!({"version": "https://jsonfeed.org/version/1.1", "title": "Structure",
        "home_page_url": "https://example.org/", "items": [{"id": "1", "title": "A report with everything in it",
        "tags": ["Reports"], "url": "https://example.org/report", "date_published": "2018-11-06T10:00:00Z",
        "content_html": html, "attachments": [{"url": "https://example.org/files/the-report-of-2018-in-full-and-with-all-tables.pdf",
        "mime_type": "application/pdf", "size_in_bytes": 1_234_567}]}]});
    read(feed.to_string().as_bytes())
}

fn send(app: &mut App, msg: Msg) {
    for effect in app.update(msg) {
        match effect {
            Effect::Search { generation, request } => {
                let hits = Searcher::default().search(&request, &mut Patient).expect("nobody cancels");
                send(app, Msg::Found { generation, hits, microseconds: 321 });
            }
            Effect::Mark { ticket, .. } => send(app, Msg::MarksSaved(ticket)),
            Effect::CountQueries { generation, requests } => {
                let counts = requests.iter().map(|request| count(request, &mut Patient).expect("nobody cancels"));
                send(app, Msg::Counted { generation, counts: counts.collect() });
            }
            _ => {}
        }
    }
}

fn opened(catalog: Arc<Catalog>, columns: u16, rows: u16, keys: &str) -> App {
    let mut app = App::new(columns, rows);
    send(&mut app, Msg::Loaded(catalog));
    send(&mut app, Msg::LoadDone);
    press(&mut app, keys);
    app
}

/// Presses keys separated by blanks; anything that is not a key name is typed letter by letter.
fn press(app: &mut App, keys: &str) {
    for word in keys.split_whitespace() {
        let keys = Key::sequence(word).unwrap_or_else(|_| {
            word.chars().flat_map(|c| Key::sequence(&c.to_string()).expect("a letter is a key")).collect()
        });
        for key in keys {
            send(app, Msg::Key(KeyEvent::new(key.code, key.modifiers)));
        }
    }
}

fn draw(app: &App) -> Terminal<TestBackend> {
    let size = app.layout();
    let columns = size.title.width.max(1);
    let rows = if size.bottom.is_empty() { 3 } else { size.bottom.bottom() };
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a screen in memory");
    terminal.draw(|frame| view(app, &Theme::new(false, Depth::True), frame)).expect("a frame");
    terminal
}

macro_rules! picture {
    ($name:literal, $app:expr) => {
        insta::assert_snapshot!($name, draw(&$app).backend());
    };
}

#[test]
fn the_sample_at_every_arrangement() {
    picture!("wide", opened(sample(), 150, 40, "j j"));
    picture!("stacked", opened(sample(), 80, 24, "j j"));
    picture!("single_list", opened(sample(), 40, 12, "j j"));
    picture!("single_detail", opened(sample(), 40, 12, "j j Enter"));
    picture!("single_filter", opened(sample(), 40, 12, "h"));
    picture!("tiny", opened(sample(), 10, 3, ""));
    picture!("zen", opened(sample(), 120, 34, "j j z"));
}

#[test]
fn structured_text_is_shown_at_every_size() {
    picture!("structure_wide", opened(structured(), 150, 40, "Enter"));
    picture!("structure_wide_below", opened(structured(), 150, 40, "Enter G"));
    picture!("structure_stacked", opened(structured(), 80, 24, "Enter"));
    picture!("structure_stacked_below", opened(structured(), 80, 24, "Enter G"));
    picture!("structure_single", opened(structured(), 40, 12, "Enter"));
    picture!("structure_zen", opened(structured(), 100, 60, "z"));
    picture!("structure_narrow", opened(structured(), 36, 70, "Enter"));
}

#[test]
fn structure_is_styled_and_search_matches_are_highlighted() {
    let theme = Theme::new(false, Depth::True);
    let terminal = draw(&opened(structured(), 100, 60, "z"));
    let style = |text| style_of(&terminal, text);
    assert!(style("Results").add_modifier.contains(Modifier::BOLD), "a heading is bold");
    assert!(style("survey").add_modifier.contains(Modifier::BOLD | Modifier::ITALIC), "nested styles combine");
    assert!(style("structure:").add_modifier.contains(Modifier::BOLD));
    assert_eq!(style("a survey").fg, theme.link.fg);
    assert!(style("do --").add_modifier.contains(Modifier::CROSSED_OUT));
    assert_eq!(style("--too").fg, theme.code.fg);
    assert_eq!(style("let width").fg, theme.code.fg);
    assert_eq!((style("│ A page").fg, style("A page").fg), (theme.dim.fg, theme.dim.fg), "a quote is dim");
    assert_eq!(style("[image").fg, theme.dim.fg);
    assert!(style("Country").add_modifier.contains(Modifier::BOLD), "a table heading is bold");
    let terminal = draw(&opened(structured(), 100, 60, "/ struct Enter z"));
    let found = style_of(&terminal, "structure:");
    assert_eq!((found.fg, found.add_modifier.contains(Modifier::UNDERLINED)), (theme.accent.fg, true));
    assert_eq!(style_of(&terminal, "ure:").fg, theme.strong.fg, "only the match is highlighted");
}

#[test]
fn narrowing() {
    picture!("search_and_chips", opened(sample(), 150, 40, "4 7 / mig"));
    picture!("wrong_search", opened(sample(), 80, 24, "/ migrant Space -"));
    picture!("no_hits", opened(sample(), 80, 24, "/ zzz Enter"));
    picture!("no_hits_while_typing", opened(sample(), 80, 24, "/ zzz"));
    picture!("no_hits_while_typing_small", opened(sample(), 40, 12, "/ migration Space zzz"));
    picture!("filter_slides_in", opened(sample(), 80, 24, "h j"));
    picture!("timeline_range", opened(sample(), 120, 24, "d h h Space h h h h"));
    picture!("timeline_brushed", opened(sample(), 100, 32, "d h h S-Left S-Left Enter Esc"));
    picture!("type_ahead", opened(sample(), 150, 40, "t co"));
}

/// Popups, hidden panes and other arrangements, at each of the four sizes.
#[test]
fn states_at_every_size() {
    let states = [
        ("follow", "j j Enter f"),
        ("find", "j j g/ w o m"),
        ("compact", ",d j"),
        ("beside", ",l j"),
        ("hidden", ",f ,b j"),
        ("without_text", ",r j"),
        ("nothing_starred", "gs"),
        ("nothing_unread", "A gu gu"),
        ("waiting", "g"),
        ("selected", "v j v V j"),
    ];
    for (name, keys) in states {
        for (columns, rows) in [(150, 40), (80, 24), (40, 12), (20, 5)] {
            let app = opened(sample(), columns, rows, keys);
            insta::assert_snapshot!(format!("state_{name}_{columns}"), draw(&app).backend());
        }
    }
}

#[test]
fn other_states() {
    picture!("loading", App::new(80, 24));
    picture!("empty_feed", opened(Arc::new(Catalog::default()), 80, 24, ""));
    let mut unfetched = opened(Arc::new(Catalog::default()), 80, 24, "");
    send(&mut unfetched, Msg::Library(LibraryEvent::Sources(vec![Subscription::default()])));
    picture!("nothing_fetched", unfetched);
    picture!("help", opened(sample(), 80, 24, "?"));
    let mut app = opened(sample(), 80, 24, "");
    let problem = |item| Problem {
        source: CleanBuf::line("releases.json"),
        item: Some(item),
        byte: Some(1_234),
        cause: Cause::NoRelease,
        reason: CleanBuf::line("a number, not a release"),
    };
    send(&mut app, Msg::Problems((0..3).map(problem).collect()));
    picture!("problems_in_the_bottom_line", app);
    press(&mut app, "!");
    picture!("problems", app);
}

#[test]
fn wide_and_right_to_left_text() {
    let rows = [
        (
            "[보도자료] 국내 종자산업 성장세 지속, 판매액 6,505억원으로 증가",
            "해양정보를 종합해서 낚시 앱",
            "농림축산식품부",
            "서울",
            (2021, 12, 31),
        ),
        ("دستگيري بيش از 160نفر مرتبط با تسئوكدلگ در مشهد", "خبرگزاري فارس", "استان", "مشهد", (2021, 12, 30)),
        (
            "付费安全驾驶：肯尼亚小巴司机的行为与习惯证据",
            "道路交通伤害是5-29岁人群的首要死因。",
            "DEV",
            "",
            (2021, 11, 29),
        ),
        ("", "Only a summary here", "", "", (0, 0, 0)),
    ];
    picture!("wide_characters", opened(catalog(&rows), 80, 24, ""));
    picture!("wide_characters_single", opened(catalog(&rows), 31, 12, ""));
}

/// Returns the style of the cell where `text` first appears.
fn style_of(terminal: &Terminal<TestBackend>, text: &str) -> ratatui::style::Style {
    let buffer = terminal.backend().buffer();
    let area = buffer.area;
    for y in 0..area.height {
        let row: String = (0..area.width).map(|x| buffer[(x, y)].symbol()).collect();
        if let Some(at) = row.find(text) {
            let x = row.chars().count() - row.get(at..).unwrap_or_default().chars().count();
            return buffer[(x as u16, y)].style();
        }
    }
    panic!("{text} is not on the screen");
}

#[test]
fn styles_carry_their_meaning() {
    let theme = Theme::new(false, Depth::True);
    let app = opened(sample(), 150, 40, "m j / fair Enter");
    let terminal = draw(&app);
    assert_eq!(style_of(&terminal, "RELEASES").fg, theme.accent.fg, "the focused pane is in the accent colour");
    assert_eq!(style_of(&terminal, "READING").fg, theme.dim.fg);
    assert!(style_of(&terminal, "fair migration").add_modifier.contains(Modifier::UNDERLINED), "a match is underlined");
    assert_eq!(style_of(&terminal, "●  ASEAN forum").bg, theme.selected.bg, "the selected row is tinted");
    // Too low for the timeline: the list is level with the text.
    let app = opened(sample(), 150, 19, "m");
    let terminal = draw(&app);
    assert_eq!(style_of(&terminal, "Joint Press").fg, theme.dim.fg, "a read release is dim");
    assert!(style_of(&terminal, "China partners").add_modifier.contains(Modifier::BOLD), "an unread release is bold");
}

#[test]
fn the_brushed_bars_are_in_the_accent_colour() {
    let theme = Theme::new(false, Depth::True);
    let app = opened(sample(), 150, 40, "d h h Enter Esc");
    let terminal = draw(&app);
    let strip = app.layout().timeline;
    let colour = |bar: u16| terminal.backend().buffer()[(strip.x + bar * app.timeline.columns, strip.y)].fg;
    // The bars show 22 and 23 October, then an empty 24th; the brushed 4 November is the third last of 16 days.
    assert_eq!(
        [0, 1, 2, 13, 15].map(|bar| Some(colour(bar))),
        [theme.bar.fg, theme.bar.fg, theme.rule.fg, theme.accent.fg, theme.bar.fg]
    );
}

#[test]
fn every_size_draws_in_every_state() {
    let theme = Theme::new(true, Depth::Indexed);
    for keys in
        ["", "h", "Enter", "z", "?", "/ mig", "t co", "4 5 6", "/ a( ", "d h h Space h", "Enter f", "g/ e Enter"]
    {
        let mut app = opened(sample(), 150, 40, keys);
        for columns in (1..30).chain([79, 80, 81, 119, 120, 121, 300]) {
            for rows in (1..20).chain([24, 60]) {
                send(&mut app, Msg::Resize { columns, rows });
                let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a screen in memory");
                terminal.draw(|frame| view(&app, &theme, frame)).expect("a frame");
            }
        }
    }
}

/// Draws a state with a theme.
fn drawn(app: &App, theme: &Theme) -> Terminal<TestBackend> {
    let (columns, rows) = app.size();
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a screen in memory");
    terminal.draw(|frame| view(app, theme, frame)).expect("a frame");
    terminal
}

#[test]
fn ascii_mode_draws_only_ascii_in_every_state() {
    let mut theme = Theme::new(false, Depth::Indexed);
    theme.charset = Charset::AsciiSigns;
    for keys in [
        "",
        "h",
        "Enter",
        "z",
        "?",
        ":",
        ",",
        "/ mig",
        "t co",
        "4 5 6",
        "/ a(",
        "d h h Space h",
        "s j v j V j",
        "Enter f",
        "a",
        "e",
        "! ",
        "W",
        ",d",
    ] {
        for (columns, rows) in [(150, 40), (80, 24), (40, 12), (20, 5)] {
            let terminal = drawn(&opened(sample(), columns, rows, keys), &theme);
            for cell in &terminal.backend().buffer().content {
                assert!(cell.symbol().is_ascii(), "{:?} with {keys:?} at {columns}x{rows}", cell.symbol());
            }
        }
    }
    let terminal = drawn(&opened(sample(), 80, 24, "s j"), &theme);
    insta::assert_snapshot!("ascii", terminal.backend());
}

#[test]
fn every_state_is_visible_without_colours() {
    let theme = Theme::new(false, Depth::None);
    let terminal = drawn(&opened(sample(), 150, 40, "s j / forum Enter"), &theme);
    let buffer = terminal.backend().buffer();
    let colours = buffer.content.iter().filter(|cell| cell.fg != Color::Reset || cell.bg != Color::Reset);
    assert_eq!(colours.count(), 0);
    let style = |text| style_of(&terminal, text);
    assert!(style("RELEASES").add_modifier.contains(Modifier::BOLD), "the focused pane");
    assert!(!style("READING").add_modifier.contains(Modifier::BOLD), "an unfocused pane");
    let text = terminal.backend().to_string();
    assert!(text.contains('●') && text.contains('▌'), "unread and selected rows have their own signs: {text}");
    // The bar is hidden under the cursor on the first line.
    let row = text.lines().position(|line| line.contains('▌')).expect("a selected row") as u16 - 1;
    let selected = (35..90).filter(|&x| buffer[(x, row)].modifier.contains(Modifier::REVERSED)).count();
    assert!(selected > 40, "the selected row is reversed");
    let found = (35..90).filter(|&x| buffer[(x, row)].modifier.contains(Modifier::UNDERLINED)).count();
    assert_eq!(found, "forum".len(), "the match");
}

#[test]
fn ascii_mode_distinguishes_chosen_from_excluded_values_and_names_arrow_keys() {
    let mut theme = Theme::new(false, Depth::Indexed);
    theme.charset = Charset::AsciiSigns;
    let mut app = opened(sample(), 150, 40, "h G k k k - gg j j j Space");
    app.settings.keymap.spell_arrows(true);
    let text = drawn(&app, &theme).backend().to_string();
    let signs: Vec<char> = text.lines().filter_map(|line| line.chars().nth(3)).collect();
    assert!(signs.contains(&'#') && signs.contains(&'x'), "{text}");
    press(&mut app, "?");
    let text = drawn(&app, &theme).backend().to_string();
    assert!(text.contains("j Down") && text.contains("Down Up move"), "{text}");
}

#[test]
fn reversed_cells_have_no_colours() {
    let themes = crate::config::Themes::default();
    for name in ["auto", "dark", "high-contrast", "light"] {
        let theme = Theme::of(themes.find(name, false, Depth::Sixteen), Depth::Sixteen);
        let app = opened(sample(), 150, 40, "s j / forum Enter 1");
        let terminal = drawn(&app, &theme);
        let cells = &terminal.backend().buffer().content;
        let reversed: Vec<_> = cells.iter().filter(|cell| cell.modifier.contains(Modifier::REVERSED)).collect();
        assert!(reversed.len() > 100, "{name}: the selected row and the chip");
        assert!(reversed.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset), "{name}");
        assert!(reversed.iter().all(|cell| cell.symbol() != "▌"), "{name}: half a cell stays the half it is");
    }
}

#[test]
fn every_theme_draws_its_own_colours() {
    let themes = crate::config::Themes::default();
    let mut seen = std::collections::BTreeSet::new();
    for name in themes.names() {
        let theme = Theme::of(themes.find(name, name.contains("light"), Depth::True), Depth::True);
        let terminal = drawn(&opened(sample(), 80, 24, "j"), &theme);
        let (selected, title) = (style_of(&terminal, "China partners"), style_of(&terminal, "RELEASES"));
        assert_eq!(title.fg.unwrap_or_default(), theme.accent.fg.unwrap_or_default(), "{name}");
        assert!(selected.add_modifier.contains(Modifier::BOLD), "{name}: unread is bold");
        seen.insert(format!("{:?} {:?} {:?}", title.fg, selected.bg, selected.add_modifier));
    }
    assert_eq!(seen.len(), themes.names().count() - 1, "auto equals one of the others: {seen:#?}");
}

/// The completion list must not be drawn with zero columns.
#[test]
fn small_screens_draw_the_prompt_and_zen_mode_searches_the_text() {
    let text = draw(&opened(sample(), 100, 20, "z / d e v")).backend().to_string();
    assert!(text.contains("find in text: dev") && text.contains("1 of 1"), "{text}");
    for columns in 1..30 {
        for rows in 1..14 {
            draw(&opened(sample(), columns, rows, "/ t o p"));
            draw(&opened(sample(), columns, rows, "z / t o p"));
        }
    }
}

#[test]
fn selected_releases_are_visible_without_colour() {
    picture!("selection_wide", opened(sample(), 150, 24, "j v V j j"));
    picture!("selection_stacked", opened(sample(), 80, 24, "v j v k k"));
    picture!("selection_single", opened(sample(), 40, 12, "v j v k k"));
}
