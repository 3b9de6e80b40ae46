//! The real feeds of the corpus: each opens with all its releases, and the large one while it is loading.

use crate::corpus;
use crate::frames;
use crate::pipes::Pipe;
use crate::pty::{Start, WIDE};

/// Each file with its number of items according to the corpus. Items with a repeated id count.
const COUNTS: &[(&str, &str)] = &[
    ("swiss-nsb-2013.json", "6,838"),
    ("doj-2009-2013.json", "6,421"),
    ("congress-press-2001-2012.json", "2,321"),
    ("newswire-2024.json.zst", "9,628"),
    ("who-outbreak-news-1996-2005.json", "1,429"),
    ("korea-policy-briefing-2020-01.json", "1,715"),
    ("fars-news-1-rtl.json", "300"),
    ("nber-zh-2026.json", "769"),
    ("huffpost-v3-sample.json", "1,172"),
    ("huffpost-v3-first-1172.jsonl.zst", "1,172"),
];

#[test]
fn every_feed_of_the_corpus_opens_with_all_its_releases() {
    for (name, count) in COUNTS {
        let Some(bytes) = corpus::document(&format!("news/{name}")) else { return };
        let file = corpus::file(bytes);
        let mut session = Start::reader(&[file.path()]).run();
        session.wait_text(&format!("RELEASES  {count}"));
        session.wait_text(&format!(" {count} unread"));
        session.wait_no_text("loading");
        session.wait_text(&format!("RELEASES  {count} "));
        session.type_and_select("j", &format!("2 of {count}"));
        session.type_and_select("G", &format!("{count} of {count}"));
        let bytes = session.quit();
        crate::tokens::assert_own(&bytes);
        frames::each(&bytes, WIDE, |screen| {
            assert_eq!(frames::rules(screen, 4, WIDE.1 - 2), frames::dividers(screen), "{name}");
        });
    }
}

#[test]
fn a_large_feed_can_be_read_while_it_loads() {
    let name = "news/large-korea-policy-briefing-2020-02-to-2021-12.json.zst";
    let Some(bytes) = corpus::document(name) else { return };
    let pipe = Pipe::new();
    let mut session = pipe.reader().run();
    let mut feed = pipe.open();
    let (first, rest) = bytes.split_at(bytes.len() / 20);
    feed.write(first);
    // The pipe is silent, so keys are answered before the feed is complete.
    session.wait_text("loading 2,");
    session.type_and_see("jjj", "READING");
    session.wait_for("the fourth release", |screen| {
        screen.contents().contains("READING  4") && screen.contents().contains("RELEASES  2,")
    });
    let selected = selected(&session.text());
    session.type_and_see("\r", "LINK");
    session.send("q");
    session.send("/");
    session.wait_text("Enter done");
    session.send("\x1b");
    // The rest arrives while keys are pressed.
    let sender = std::thread::spawn({
        let rest = rest.to_vec();
        move || feed.write(rest)
    });
    session.send("\x0c");
    // A debug build on a busy machine is slow; the deadline starts with the last byte.
    sender.join().expect("everything was read");
    session.wait_text("RELEASES  51,332");
    session.wait_no_text("loading");
    assert_eq!(self::selected(&session.text()), selected, "the selected release stays selected");
    session.quit();
}

/// Returns the title of the selected release: the cursor is on it, above the bar.
fn selected(screen: &str) -> String {
    let below = screen.lines().position(|line| line.contains('▌')).expect("a selected release");
    let line = screen.lines().nth(below - 1).unwrap_or_default();
    line.split('│').nth(1).unwrap_or_default().trim().to_owned()
}
