//! The text of a release in the detail pane: structure, wrapping, progress and styles.

use ratatui::style::Modifier;

use super::*;

#[test]
fn zen_mode_shows_every_kind_of_structure() {
    let screen = Screen::new(&opened(structured(), 100, 60, "z"));
    assert_eq!(screen.title().text(), "tidings  Structure  1 of 1");
    let rows = screen.detail().rows();
    let text = [
        "Reports",
        "A report with everything in it",
        "",
        "Tuesday 6 November 2018, 10:00",
        "",
        "Results of the survey",
        "",
        "Readers want structure: a survey says so, the report does, and others",
        "do --too.",
        "",
        "│ A page without headings is a wall of words that nobody climbs.",
        "│",
        "│ • said one reader of a great many books and papers",
        "",
        "• First item, with a text that is long enough to hang over to a second",
        "  line",
        "  ◦ nested",
        "    9. ninth",
        "    10. tenth",
        "• 보도자료 국내 종자산업 성장세 지속, 판매액 6,505억원으로 증가 그리고",
        "  더 많은 이야기",
        "                                                دستگيري بيش از در مشهد •\u{200e}",
        "",
        "Country  | Readers | Share",
        "대한민국 | 1,204   | 31 %",
        "Norway   | 98      | 2 %",
        "",
        "fn main() {",
        "    let width = 72; // as many columns as a line of a book has",
        "}",
        "",
        "[image: Two people]",
        "",
        "Pane",
        "  A region of the screen.",
        "",
        "LINKS",
        "a example.org/report",
        "b Enclosure · application/pdf · 1.2 MB",
        "  example.org/files/the-report-of-2018-in-full-and-with-all-tables.pdf",
        "c a survey",
        "  example.org/survey",
        "d [image: Two people]",
        "  example.org/x",
    ];
    assert_eq!(rows[..text.len()], text);
    assert!(rows[text.len()..].iter().all(String::is_empty));
}

#[test]
fn in_a_narrow_pane_continued_lines_keep_their_indent() {
    let rows = Screen::new(&opened(structured(), 36, 70, "Enter")).detail().rows();
    for part in [
        ["│ A page without headings is", "│ a wall of words that nobody", "│ climbs."].as_slice(),
        &["│ • said one reader of a great", "│   many books and papers"],
        &["• First item, with a text that is", "  long enough to hang over to a", "  second line", "  ◦ nested"],
        &["• 보도자료 국내 종자산업 성장세 지", "  속, 판매액 6,505억원으로 증가 그", "  리고 더 많은 이야기"],
        &["Country  | Readers | Share", "대한민국 | 1,204   | 31 %", "Norway   | 98      | 2 %"],
        &["    let width = 72; // as many col", "umns as a line of a book has", "}"],
        &["b Enclosure · application/pdf ·", "  1.2 MB", "  example.org/files/the-report-of…"],
    ] {
        assert!(rows.windows(part.len()).any(|lines| lines == part), "{part:?} in {rows:#?}");
    }
}

#[test]
fn the_heading_shows_position_and_progress() {
    let heading =
        |size: Size, keys| Screen::new(&opened(structured(), size.0, size.1, keys)).detail().lines()[0].clone();
    // The heading of the list, where it is in view, says how many there are.
    for (size, position) in [(WIDE, "1"), (STACKED, "1"), (SINGLE, "1 of 1")] {
        assert_eq!(heading(size, "Enter"), format!("READING  {position}  more ↓"), "{size:?}");
        assert_eq!(heading(size, "Enter G"), format!("READING  {position}  100 %"), "{size:?}");
    }
    assert_eq!(heading((36, 70), "Enter"), "READING  1 of 1", "all of it is shown");
    assert_eq!(heading(SMALLEST, "Enter"), "READING  1 of 1");
}

#[test]
fn the_end_of_a_text_is_reached_at_every_size() {
    for (size, address) in [
        (WIDE, "example.org/files/the-report-of-2018-in-full-and-w…"),
        (STACKED, "example.org/files/the-report-of-2018-in-full-and-with-all-tables.pdf"),
        (SINGLE, "example.org/files/the-report-of-201…"),
    ] {
        let lines = Screen::new(&opened(structured(), size.0, size.1, "Enter G")).detail().lines();
        let end = ["c a survey", "example.org/survey", "d [image: Two people]", "example.org/x"];
        let [.., file, a, b, c, d] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!((file.as_str(), [a, b, c, d].map(String::as_str)), (address, end), "{size:?}");
    }
    let lines = Screen::new(&opened(structured(), 20, 5, "Enter G")).detail().lines();
    assert_eq!(lines, ["READING  1 of 1", "example.org/x"]);
}

#[test]
fn a_low_pane_leaves_out_blank_lines() {
    let rows = |size: Size| Screen::new(&opened(structured(), size.0, size.1, "Enter")).detail().rows();
    assert_eq!(rows(WIDE)[1..4], ["", "Reports", "A report with everything in it"]);
    let date = "Tuesday 6 November 2018, 10:00 · Reports";
    assert_eq!(rows(STACKED)[1..4], ["A report with everything in it", date, ""]);
    assert_eq!(rows(SINGLE)[1..5].join(" "), format!("A report with everything in it {date} "));
    assert_eq!(rows(SMALLEST)[1..], ["A report with"]);
}

#[test]
fn structure_is_styled_and_search_matches_are_highlighted() {
    let theme = theme();
    let screen = Screen::new(&opened(structured(), 100, 60, "z"));
    let style = |text| screen.detail().style(text);
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
    let screen = Screen::new(&opened(structured(), 100, 60, "/ struct Enter z"));
    let found = screen.detail().style("structure:");
    assert_eq!((found.fg, found.add_modifier.contains(Modifier::UNDERLINED)), (theme.accent.fg, true));
    assert_eq!(screen.detail().style("ure:").fg, theme.strong.fg, "only the match is highlighted");
}
