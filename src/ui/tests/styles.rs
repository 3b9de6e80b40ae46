//! Styles that carry meaning, in every theme, and what replaces them without colours or without Unicode signs.

use ratatui::style::{Color, Modifier};

use super::*;

#[test]
fn focus_matches_the_selected_row_and_unread_releases_have_their_own_styles() {
    let theme = theme();
    let screen = screen(WIDE, "m j / fair Enter");
    assert_eq!(screen.list().style("RELEASES").fg, theme.accent.fg, "the focused pane is in the accent colour");
    assert_eq!(screen.detail().style("READING").fg, theme.dim.fg);
    let found = screen.list().style("fair migration");
    assert!(found.add_modifier.contains(Modifier::UNDERLINED), "a match is underlined");
    assert_eq!(screen.list().style("●  ASEAN forum").bg, theme.selected.bg, "the selected row is tinted");
    let list = self::screen(WIDE, "m");
    assert_eq!(list.list().style("Joint Press").fg, theme.dim.fg, "a read release is dim");
    let unread = list.list().style("Tripartite");
    assert_eq!((unread.fg, unread.add_modifier.contains(Modifier::BOLD)), (theme.text.fg, false), "full ink");
    let selected = self::screen(WIDE, "").list().style("Joint Press");
    assert!(selected.add_modifier.contains(Modifier::BOLD), "the selected title is bold");
}

#[test]
fn the_brushed_bars_are_in_the_accent_colour() {
    let theme = theme();
    let app = sample_at(WIDE, "d h h Enter Esc");
    let screen = Screen::new(&app);
    let strip = app.bar_area(&app.layout());
    let colour = |bar| screen.backend().buffer()[(strip.x + app.timeline.column(bar), strip.bottom() - 1)].fg;
    // The bars show 22 and 23 October, then an empty 24th; the brushed 4 November is the third last of 16 days.
    assert_eq!(
        [0, 1, 2, 13, 15].map(|bar| Some(colour(bar))),
        [theme.bar.fg, theme.bar.fg, theme.rule.fg, theme.accent.fg, theme.bar.fg]
    );
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
        for size in [WIDE, STACKED, SINGLE, SMALLEST] {
            let screen = Screen::with_theme(&sample_at(size, keys), &theme);
            for cell in &screen.backend().buffer().content {
                assert!(cell.symbol().is_ascii(), "{:?} with {keys:?} at {size:?}", cell.symbol());
            }
        }
    }
}

#[test]
fn every_state_is_visible_without_colours() {
    let theme = Theme::new(false, Depth::None);
    let screen = Screen::with_theme(&sample_at(WIDE, "s j / forum Enter"), &theme);
    let buffer = screen.backend().buffer();
    let colours = buffer.content.iter().filter(|cell| cell.fg != Color::Reset || cell.bg != Color::Reset);
    assert_eq!(colours.count(), 0);
    assert!(screen.list().style("RELEASES").add_modifier.contains(Modifier::BOLD), "the focused pane");
    assert!(!screen.detail().style("READING").add_modifier.contains(Modifier::BOLD), "an unfocused pane");
    let text = screen.list().text();
    assert!(text.contains('●') && text.contains('▌'), "unread and selected rows have their own signs: {text}");
    // The bar is hidden under the cursor on the first line of the row.
    let list = screen.list().area;
    let row = screen.cursor().y;
    let with = |modifier| (list.left()..list.right()).filter(|&x| buffer[(x, row)].modifier.contains(modifier)).count();
    assert!(with(Modifier::REVERSED) > 40, "the selected row is reversed");
    assert_eq!(with(Modifier::UNDERLINED), "forum".len(), "the match");
}

#[test]
fn ascii_mode_distinguishes_chosen_from_excluded_values_and_names_arrow_keys() {
    let mut theme = Theme::new(false, Depth::Indexed);
    theme.charset = Charset::AsciiSigns;
    let mut app = sample_at(WIDE, "h G k k k - gg j j j Space");
    app.settings.keymap.spell_arrows(true);
    let values = Screen::with_theme(&app, &theme).filter().lines();
    let has = |sign| values.iter().any(|line| line.trim_start_matches(['>', ' ']).starts_with(sign));
    assert!(has('#') && has('x'), "{values:?}");
    press(&mut app, "?");
    let screen = Screen::with_theme(&app, &theme);
    assert!(screen.popup().text().contains("j Down  "), "{}", screen.popup().text());
    assert!(screen.status_bar().text().contains("Down Up move"), "{}", screen.status_bar().text());
}

#[test]
fn reversed_cells_have_no_colours() {
    let themes = crate::config::Themes::default();
    for name in ["auto", "dark", "high-contrast", "light"] {
        let theme = Theme::of(themes.find(name, false, Depth::Sixteen), Depth::Sixteen);
        let screen = Screen::with_theme(&sample_at(WIDE, "s j / forum Enter 1"), &theme);
        let cells = &screen.backend().buffer().content;
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
        let screen = Screen::with_theme(&sample_at(STACKED, "j"), &theme);
        let (selected, title) = (screen.list().style("China partners"), screen.list().style("RELEASES"));
        assert_eq!(title.fg.unwrap_or_default(), theme.accent.fg.unwrap_or_default(), "{name}");
        assert!(selected.add_modifier.contains(Modifier::BOLD), "{name}: the selected title is bold");
        seen.insert(format!("{:?} {:?} {:?}", title.fg, selected.bg, selected.add_modifier));
    }
    assert_eq!(seen.len(), themes.names().count() - 1, "auto equals one of the others: {seen:#?}");
}

#[test]
fn errors_and_paused_subscriptions_have_their_own_styles() {
    let theme = theme();
    let screen = Screen::new(&popups::with_library(WIDE, "S"));
    assert_eq!(screen.popup().style("answers 503").fg, theme.wrong.fg);
    assert_eq!(screen.popup().style("Swiss National").fg, theme.dim.fg, "a paused subscription is dim");
    let unread = screen.popup().style("Bundesverf");
    assert!(unread.add_modifier.contains(Modifier::BOLD), "a subscription with unread releases is bold");
    let screen = Screen::new(&popups::with_library(STACKED, "a ftp:/ /x Enter"));
    assert_eq!(screen.popup().style("neither http").fg, theme.wrong.fg);
}

#[test]
fn typed_letters_are_highlighted_in_names() {
    let theme = theme();
    let screen = Screen::new(&popups::with_queries(STACKED, "F dw"));
    assert_eq!(screen.popup().style("Decent work").fg, theme.accent.fg);
    assert_eq!(screen.popup().style("ecent work").fg, theme.strong.fg, "only the typed letters are highlighted");
    assert_eq!(screen.popup().style("work  ").fg, theme.accent.fg);
    let screen = Screen::new(&popups::with_library(STACKED, ": mall"));
    assert_eq!(screen.popup().style("Mark all read").fg, theme.accent.fg, "the typed text is highlighted");
    assert_eq!(screen.popup().style("ark all read").fg, theme.strong.fg);
}
