//! The main path with the built-in feed: every key does what the help says.

use crate::pty::{Session, Start, WIDE};

/// The newest release of the built-in feed, the second and the oldest, by a few unique words of each.
const FIRST: &str = "Joint Press Release";
const SECOND: &str = "China partners";

fn open() -> Session {
    let session = Start::reader::<&str>(&[]).run();
    session.wait_text("READING  ");
    session.wait_selected("1 of 10");
    session
}

/// Returns the line of the screen that contains `text`.
fn line(session: &Session, text: &str) -> String {
    let screen = session.text();
    screen.lines().find(|line| line.contains(text)).unwrap_or_else(|| panic!("no {text:?} in:\n{screen}")).to_owned()
}

#[test]
fn the_built_in_feed_is_shown_in_three_panes() {
    let session = open();
    for text in ["FILTERS", "RELEASES  10", "READING", "10 unread", "Topics", "Places", "Years", FIRST] {
        session.wait_text(text);
    }
    session.quit();
}

#[test]
fn j_and_k_move_enter_reads_and_q_goes_back_then_quits() {
    let mut session = open();
    session.type_and_select("j", "2 of 10");
    session.type_and_select("jj", "4 of 10");
    session.type_and_select("k", "3 of 10");
    session.type_and_select("G", "10 of 10");
    session.type_and_select("gg", "1 of 10");
    // In the detail pane, Enter has another hint.
    session.type_and_see("\r", "z zen");
    session.type_and_see("q", "Enter read");
    session.send("q");
    assert_eq!(session.end().code, 0);
}

#[test]
fn the_search_narrows_while_typing() {
    let mut session = open();
    session.type_and_see("/", "Enter done");
    session.type_and_see("asean", "RELEASES  2 of");
    session.type_and_see(" adopts", "RELEASES  1 of");
    session.wait_text("RELEASES  1 of 10");
    session.type_and_see("\x1b", "RELEASES  10");
    session.wait_no_text("RELEASES  1 of");
    session.type_and_see("/migra", "RELEASES  3 of");
    let hits = line(&session, "RELEASES  ");
    session.type_and_see("\r", "Enter read");
    assert_eq!(line(&session, "RELEASES  "), hits, "Enter keeps the search");
    session.type_and_see("0", "RELEASES  10");
}

#[test]
fn a_topic_is_found_by_its_letters_and_shown_as_a_chip() {
    let mut session = open();
    session.type_and_see("t", "Enter choose");
    session.type_and_see("youth", "/ youth");
    session.type_and_see("\r", "topic:\"Youth employment\" ×");
    session.wait_text("RELEASES  1 of 10");
    session.type_and_see("\x7f", "RELEASES  10");
    session.wait_no_text("×");
    session.type_and_see("pjakarta\r", "place:\"Jakarta, Indonesia\" ×");
    session.wait_text("RELEASES  1 of 10");
}

#[test]
fn digits_brackets_and_at_choose_topics() {
    let mut session = open();
    session.type_and_see("1", "RELEASES  1 of 10");
    session.type_and_see("1", "RELEASES  10");
    // Clearing the topic keeps the selection.
    session.wait_selected("4 of 10");
    session.type_and_select("gg", "1 of 10");
    session.type_and_see("@", "topic:\"Multilateral cooperation\" ×");
    session.type_and_see("0", "RELEASES  10");
    session.wait_no_text("×");
    session.type_and_see("]", "×");
    let first = line(&session, "×");
    session.send("]");
    session.wait_for("the next topic", |screen| {
        screen.contents().lines().any(|line| line.contains('×') && line.split('×').next() != first.split('×').next())
    });
    session.send("[");
    session.wait_for("the previous topic", |screen| {
        screen.contents().lines().any(|line| line.split('×').next() == first.split('×').next())
    });
    session.send("[");
    session.wait_no_text("×");
}

#[test]
fn marks_are_set_counted_and_undone() {
    let mut session = open();
    session.type_and_see("m", "9 unread");
    session.wait_text("marked read");
    session.type_and_see("s", "★");
    session.type_and_see("A", "9 marked read, u to undo");
    session.wait_text("  0 unread");
    session.type_and_see("u", "undone: 9 marked read");
    session.wait_text("9 unread");
    session.send("u");
    session.wait_no_text("★");
    session.type_and_see("u", "10 unread");
    session.type_and_see("u", "nothing to undo");
    session.type_and_see("\x12", "9 unread");
}

#[test]
fn the_palette_runs_the_action_found_by_letters() {
    let mut session = open();
    session.type_and_see(":", " Commands ");
    session.type_and_see("mark all", "Mark all listed releases read");
    session.type_and_see("\r", "10 marked read");
    session.wait_no_text(" Commands ");
    session.type_and_see("g", "Show only starred releases");
    session.send("\x1b");
    session.wait_no_text("Show only starred releases");
    session.quit();
}

#[test]
fn help_lists_the_keys_and_closes() {
    let mut session = open();
    session.type_and_see("?", " Help ");
    session.wait_text("Read the selected release");
    session.type_and_see("redone", "No match");
    session.type_and_see("\x7f\x7f", "Redo the last undone change");
    session.wait_no_text("Read the selected release");
    session.type_and_see("\x1b", "Read the selected release");
    session.type_and_see("\x1b[F", "Redraw the screen");
    session.send("\x1b");
    session.wait_no_text(" Help ");
    session.type_and_see("!", "No problems");
    session.send("q");
    session.wait_no_text("No problems");
    session.quit();
}

#[test]
fn zen_mode_shows_only_the_text() {
    let mut session = open();
    session.send("z");
    session.wait_for("zen", |screen| !screen.contents().contains("FILTERS") && screen.contents().contains(FIRST));
    session.type_and_see("q", "FILTERS");
    session.quit();
}

#[test]
fn the_text_scrolls_from_the_list_and_space_pages_down() {
    // Low enough that the text is longer than its pane.
    let mut session = Start::reader::<&str>(&[]).size(80, 18).run();
    session.wait_selected("1 of 10");
    session.wait_text("more ↓");
    session.type_and_see("J", " %");
    session.type_and_see("K", "more ↓");
    session.resize(WIDE.0, WIDE.1);
    session.wait_text("FILTERS");
    session.type_and_select(" ", "2 of 10");
    session.wait_text("9 unread");
    session.wait_text(SECOND);
    session.quit();
}

#[test]
fn many_keys_at_once_are_all_processed() {
    let lines: Vec<String> = (0..3_000).map(|n| format!("{{\"title\": \"Release {n}\"}}\n")).collect();
    let file = crate::corpus::file(lines.concat());
    let mut session = Start::reader(&[file.path()]).run();
    session.wait_text("RELEASES  3,000");
    // More than one read of the terminal returns.
    session.type_and_select(&"j".repeat(2_500), "2,501 of 3,000");
    session.quit();
}

#[test]
fn replies_of_the_terminal_are_not_keys() {
    let replies = [
        "\x1b[?2026;2$y",
        "\x1b[?997;1n",
        "\x1b[?1;2c",
        "\x1b[>41;390;0c",
        "\x1b[8;24;80t",
        "\x1b[24;80R",
        "\x1bP>|XTerm(390) q\x1b\\",
        "\x1b]10;rgb:ffff/ffff/ffff\x1b\\",
        "\x1b]52;c;cXVpdA==\x07",
        "\x1b_Gi=31;OK q\x1b\\",
        "\x1b^q\x1b\\",
        "\x1bXq\x1b\\",
    ];
    let mut session = open();
    for (n, reply) in replies.iter().enumerate() {
        session.send(reply);
        session.type_and_select("j", &format!("{} of 10", n % 9 + 2));
        if n % 9 == 8 {
            session.type_and_select("gg", "1 of 10");
        }
    }
    // Nothing is open, and quitting works.
    session.wait_text("Enter read");
    session.send("\x1b[?2026;2$y");
    session.send("\x03");
    assert_eq!(session.end().code, 0);
}

#[test]
fn control_c_ends_the_reader_within_an_unfinished_reply() {
    for beginning in ["\x1b]", "\x1b[?2026", "\x1b]11;rgb:", "\x1bP", "\x1b_G", "\x1bO", "\x1b[M"] {
        let mut session = open();
        session.send(beginning);
        session.send("\x03");
        assert_eq!(session.end().code, 0, "{beginning:?}");
    }
}

#[test]
fn alt_with_an_introducer_can_be_bound() {
    let home = tempfile::tempdir().expect("a folder");
    let file = home.path().join("config.toml");
    std::fs::write(&file, "[keys.everywhere]\nhelp = [\"M-]\", \"M-[\"]\n").expect("a configuration");
    let mut session = Start::reader::<&str>(&[]).env("TIDINGS_CONFIG", file.to_str().expect("text")).run();
    session.wait_selected("1 of 10");
    for key in ["\x1b]", "\x1b["] {
        session.type_and_see(key, " Help ");
        session.send("\x1b");
        session.wait_no_text(" Help ");
    }
    session.quit();
}
