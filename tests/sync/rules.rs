//! Rules on arrival on the command line.

use std::fs;

use tidings::library::Flags;

use crate::server::Reply;
use crate::test_library::{TestLibrary, feed_with};

/// A page with a text long enough to be taken for one.
fn page(word: &str) -> String {
    let text =
        format!("<p>{}</p>", format!("The {word} trade has grown again this year, says the report. ").repeat(12));
    format!(
        "<!doctype html><html><head><title>{word}</title></head><body><article><h1>{word}</h1>{text}{text}</article></body></html>"
    )
}

impl TestLibrary {
    fn serve_drinks(&self, titles: &[&str]) {
        let links: Vec<String> = titles.iter().map(|title| self.server.address(&format!("/{title}"))).collect();
        let items: Vec<_> =
            titles.iter().zip(&links).map(|(title, link)| (*title, *title, "", link.as_str())).collect();
        self.server.set("/f", Reply::ok(feed_with("Drinks", &items)));
        for title in titles {
            self.server.set(&format!("/{title}"), Reply::ok(page(title)).with("Content-Type", "text/html"));
        }
    }

    fn save_tea(&self) {
        fs::write(self.home().join("queries.txt"), "Tea\ttea\n").expect("a file");
        assert_eq!(self.run(&["queries", "--import", "queries.txt"]).2, Some(0));
    }
}

#[test]
fn a_sync_does_what_a_rule_says_and_says_so() {
    let fixture = TestLibrary::new();
    let source = fixture.follow_paths(&["/f"])[0];
    fixture.serve_drinks(&["tea-one", "milk"]);
    fixture.sync();
    fixture.save_tea();
    assert_eq!(fixture.run(&["queries", "--rules"]).2, Some(1));
    let set = |actions: &str| fixture.run(&["queries", "--on-arrival", "Tea", actions]);
    assert_eq!(set("read,star"), (String::new(), String::new(), Some(0)));
    assert_eq!(fixture.run(&["queries", "--rules"]).0, "Tea\tread, star\n");
    fixture.serve_drinks(&["tea-three", "tea-two", "tea-one", "milk"]);
    let (out, _, code) = fixture.run(&["sync"]);
    let expected = "Drinks: 2 new\n2 marked as read by Tea\n2 starred by Tea\n2 new releases from 1 source\n";
    assert_eq!((out.as_str(), code), (expected, Some(0)));
    let marks = |id| fixture.flags(source, id);
    assert!(marks("tea-two").has(Flags::READ) && marks("tea-three").has(Flags::STARRED));
    assert_eq!([marks("tea-one"), marks("milk")], [Flags::default(); 2], "they were there before");
    assert_eq!(set("none").2, Some(0));
    fixture.serve_drinks(&["tea-four"]);
    assert_eq!(fixture.run(&["sync"]).0, "Drinks: 1 new\n1 new release from 1 source\n");
    let (_, err, code) = set("archive");
    assert_eq!((err.as_str(), code), ("tidings: unknown action \"archive\"; use read, star, page or none\n", Some(2)));
    assert_eq!(fixture.run(&["queries", "--on-arrival", "Other", "read"]).2, Some(1));
}

#[test]
fn a_rule_fetches_full_texts_and_tries_again_those_that_failed() {
    let fixture = TestLibrary::new();
    let source = fixture.follow_paths(&["/f"])[0];
    fixture.save_tea();
    assert_eq!(fixture.run(&["queries", "--on-arrival", "Tea", "page"]).2, Some(0));
    fixture.serve_drinks(&["tea-two", "tea-one", "milk"]);
    fixture.server.set("/tea-two", Reply::new(404, ""));
    let (out, _, code) = fixture.run(&["sync"]);
    let expected = "127.0.0.1: 3 new\n1 full text fetched by rules\n3 new releases from 1 source\n";
    assert_eq!((out.as_str(), code), (expected, Some(0)));
    let key = fixture.source(source).key;
    assert_eq!(fixture.library().pages_of(key.as_str()).expect("read").len(), 1);
    assert!(!fixture.server.paths().iter().any(|path| path == "/milk"));
    fixture.serve_drinks(&["tea-two", "tea-one", "milk"]);
    assert!(fixture.run(&["sync"]).0.contains("1 full text fetched by rules"));
    assert!(!fixture.run(&["sync"]).0.contains("full text"));
    let (out, ..) = fixture.run(&["list", "-q", "\"trade has grown\"", "--count"]);
    assert_eq!(out, "2\n");
}
