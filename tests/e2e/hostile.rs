//! Feeds that try to control the terminal: none of their control characters reaches it, and the panes stay in place.

use std::path::Path;

use serde_json::{Value, json};

use crate::corpus;
use crate::frames;
use crate::pty::{Start, WIDE};
use crate::tokens;

/// The beginning of the which-key panel for `g`.
const PANEL: &str = "╭─ g ";

/// Types keys one by one, waiting for each to be drawn. Within a sequence the which-key panel appears.
fn walk(session: &mut crate::pty::Session, keys: &[&str]) {
    for key in keys {
        if *key == "gg" {
            session.type_and_see("g", PANEL);
            session.send("g");
            session.wait_no_text(PANEL);
            continue;
        }
        let seen = session.written();
        session.send(key);
        session.wait_written(seen, b"\x1b[?2026l");
    }
}

/// Shows every release and everything else that contains text of the feed. Returns all bytes written.
fn visit(feed: &Path, count: usize) -> Vec<u8> {
    let mut session = Start::reader(&[feed]).run();
    session.wait_selected(&format!("1 of {count}"));
    session.wait_no_text("loading");
    for at in 2..=count {
        session.send("J");
        session.type_and_select("j", &format!("{at} of {count}"));
    }
    // Scroll through the whole filter pane with all values, type-ahead in topics and places, and each value as a chip.
    walk(
        &mut session,
        &["h", "G", "\r", "G", "k", "k", "k", "k", "k", "k", "\r", "gg", " ", "j", " ", "j", " ", "q", "0"],
    );
    walk(&mut session, &["t", "\x1b[B", "\x1b[B", "\r", "0", "p", "\x1b[B", "\x1b[B", "\r", "0"]);
    walk(&mut session, &["/", "a", "e", "\r", "\x06", "\x06", "0", "?", "\x1b", "z", "j", " ", " ", "q"]);
    session.type_and_see("!", " Problems ");
    walk(&mut session, &["\x06", "\x06", "G", "q"]);
    session.quit()
}

/// Shows the same releases in terminals with other pane arrangements.
fn visit_small(feed: &Path, count: usize, (columns, rows): (u16, u16)) {
    let mut session = Start::reader(&[feed]).size(columns, rows).run();
    session.wait_text("RELEASES");
    for _ in 0..count {
        walk(&mut session, &["j"]);
    }
    walk(&mut session, &["\r", "J", "g", "g", "q", "h"]);
    tokens::assert_own(&session.quit());
}

/// The visible remains of a sequence if only its first byte is dropped.
const REMAINS: &[&str] = &["[2J", "[31m", "]0;", "[?1049l"];

fn assert_no_remains(text: &str) {
    let remains = REMAINS.iter().find(|remains| text.contains(**remains));
    assert_eq!(remains, None, "remains of a sequence in:\n{text}");
}

/// The columns of a dialog's sides, and of those of the help, which covers the dividers.
const DIALOG: [u16; 2] = [36, 113];
const HELP: [u16; 2] = [0, WIDE.0 - 1];

/// Checks that in every frame the dividers and the borders of dialogs are in their columns, and that there are no
/// remains of sequences.
fn assert_frames(bytes: &[u8]) {
    let (mut panes, mut covered) = (0, 0);
    let frames = frames::each(bytes, WIDE, |screen| {
        let text = screen.contents();
        assert_no_remains(&text);
        // The panel covers the bottom of the panes.
        let top = text.lines().position(|line| line.contains(PANEL));
        covered += usize::from(top.is_some());
        let text = text.lines().take(top.unwrap_or(usize::MAX)).collect::<Vec<_>>().join("\n");
        let foot = top.map_or(WIDE.1 - 2, |row| row as u16 - 1);
        // A dialog may end above.
        let bottom = text.lines().position(|line| line.contains("╰─") && text.contains("╭─ "));
        let foot = bottom.map_or(foot, |row| foot.min(row as u16));
        let rules = frames::rules(screen, 4, foot);
        let mut wanted = match (text.contains("╭─ "), text.contains("FILTERS")) {
            (true, _) if text.contains("╭─ Help ") => HELP.to_vec(),
            // The divider of the filter pane, unless a side of the dialog covers it as it does the other divider.
            (true, _) => frames::rules_of_row(screen, 3).into_iter().take(1).chain(DIALOG).collect(),
            (false, true) => frames::dividers(screen).to_vec(),
            (false, false) => Vec::new(),
        };
        wanted.dedup();
        let broken = || frames::broken(screen, &wanted, 4, foot);
        assert_eq!(rules, wanted, "the rules are displaced in {:?}:\n{text}", broken());
        panes += usize::from(wanted.len() == 2);
    });
    assert!(panes > 50, "too few frames to judge by: {panes} of {frames}");
    assert!(covered > 0, "no frame has the panel");
}

fn assert_harmless(feed: &Path, count: usize) {
    let bytes = visit(feed, count);
    tokens::assert_own(&bytes);
    assert_frames(&bytes);
    visit_small(feed, count, (80, 24));
    visit_small(feed, count, (40, 12));
}

/// Invalid items whose contents are quoted in problems.
fn wrong_items() -> Vec<Value> {
    let naughty = "\x1b]0;title\x07\x1b[31mred\u{9b}1m\u{202e}back\u{ad}";
    vec![json!(naughty), json!({ "title": naughty, "date": naughty }), json!({ naughty: naughty }), json!([naughty])]
}

#[test]
fn terminal_escapes_never_reach_the_terminal() {
    let Some(bytes) = corpus::document("adversarial/as-feed/terminal-escapes-as-feed.json") else { return };
    let mut feed: Value = serde_json::from_slice(&bytes).expect("the corpus is JSON");
    feed["title"] = json!("\x1b[?1049lTitle\x1b]0;x\x07 \u{202e}of\u{2066} the feed");
    let items = feed["items"].as_array_mut().expect("a list of items");
    assert!(items.len() > 50);
    // Add the same escapes where the corpus has none.
    for item in items.iter_mut() {
        let summary = item["summary"].clone();
        let start: String = summary.as_str().unwrap_or_default().chars().take(80).collect();
        item["topic"] = json!([start, format!("{start}\x1b[2J")]);
        item["author"] = summary;
    }
    let count = items.len() + 1;
    items.extend(wrong_items());
    let file = corpus::file(feed.to_string());
    assert_harmless(file.path(), count);
}

#[test]
fn naughty_strings_are_shown_safely() {
    let Some(bytes) = corpus::document("adversarial/blns/blns.json") else { return };
    let strings: Vec<String> = serde_json::from_slice(&bytes).expect("the corpus is JSON");
    let strings = strings.iter().filter(|text| !text.trim().is_empty());
    // The emulator draws the parts of a joined emoji side by side; other terminals draw one wide picture.
    let (joined, plain): (Vec<&String>, Vec<&String>) = strings.partition(|text| text.contains('\u{200d}'));
    assert!(plain.len() > 400 && joined.len() > 1, "{} and {}", plain.len(), joined.len());
    let feed = |texts: &[&String]| {
        let item = |(n, text): (usize, &&String)| json!({ "id": n, "title": format!("t {text}"), "topic": text, "place": text, "summary": text });
        let items: Vec<Value> = texts.iter().enumerate().map(item).chain(wrong_items()).collect();
        corpus::file(json!({ "title": texts[texts.len() / 2], "items": items }).to_string())
    };
    assert_harmless(feed(&plain).path(), plain.len() + 1);
    tokens::assert_own(&visit(feed(&joined).path(), joined.len() + 1));
}

#[test]
fn file_names_are_shown_safely() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let names = ["\x1b[31mred.json", "\x1b]0;title\x07.json", "\u{202e}back\u{9b}1m.json"];
    let paths = names.map(|name| folder.path().join(name));
    for path in &paths {
        std::fs::write(path, "[{\"title\": \"One\"}, 7]").expect("a file of this name");
    }
    let mut session = Start::reader(&[paths.as_slice(), &[folder.path().join("\x1b[2Jmissing")]].concat()).run();
    session.wait_text("Sources");
    session.type_and_see("!", " Problems ");
    session.send("q");
    let bytes = session.quit();
    tokens::assert_own(&bytes);
    assert!(String::from_utf8_lossy(&bytes).contains("red.json"));
    frames::each(&bytes, WIDE, |screen| assert_no_remains(&screen.contents()));
}
