//! The manual in the reader: from the shell, from another reader, with its links.

use std::fs;

use crate::pty::{Session, Start};

fn open(topic: &str) -> Session {
    let session = Start::reader(&["manual", topic]).run();
    session.wait_text("The tidings manual");
    session
}

#[test]
fn the_manual_opens_over_the_list_which_stays_as_it_was() {
    let mut session = Start::reader::<&str>(&[]).run();
    session.wait_selected("1 of 10");
    session.type_and_see("6", "topic:News ×");
    session.type_and_see("g?", "The tidings manual");
    session.wait_no_text("topic:News");
    // It cannot be opened within itself.
    session.type_and_see("g?", "this is the manual");
    session.type_and_see("q", "topic:News ×");
    session.wait_selected("1 of 10");
    session.quit();
}

#[test]
fn the_palette_and_the_help_lead_to_it() {
    let mut session = Start::reader::<&str>(&[]).run();
    session.wait_selected("1 of 10");
    session.type_and_see("?manual", "g?");
    session.type_and_see("\x1b\x1b", "RELEASES");
    session.wait_no_text("manual");
    session.type_and_see(":manual\r", "The tidings manual");
    session.type_and_select("q", "1 of 10");
    session.quit();
}

#[test]
fn a_topic_opens_at_its_page_and_links_lead_to_sections_and_back() {
    let mut session = open("query");
    session.wait_text("A query says which releases are listed.");
    session.type_and_see("\rf", "label:");
    // The contents of the page: the seventh section after the opening.
    session.type_and_see("g", "finds releases dated");
    session.type_and_see("\x0f", "A query says which releases are listed.");
    session.quit();
}

#[test]
fn a_search_finds_its_sections() {
    let mut session = open("index");
    session.type_and_see("/", "Enter");
    session.type_and_see("\"look-around\"", "RELEASES  1 of");
    session.wait_text("Regular expressions");
    session.type_and_see("\r", "q");
    session.quit();
}

#[test]
fn marks_in_the_manual_are_shown_and_not_saved() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().to_str().expect("text");
    let start = Start::reader(&["manual"]).env("XDG_DATA_HOME", folder).env("TMPDIR", folder);
    let mut session = start.run();
    session.wait_text("The tidings manual");
    session.type_and_see("s", "★");
    session.quit();
    let left: Vec<_> = fs::read_dir(home.path()).expect("the folder").collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_manual_refuses_to_subscribe() {
    let mut session = open("index");
    session.type_and_see("a", "Address");
    session.type_and_see("127.0.0.1:9\r", "not available in the manual");
    session.type_and_see("\x1b", "RELEASES");
    session.quit();
}
