//! Filters and searches in a real terminal while a large feed is loading.

use std::fmt::Write;

use crate::pipes::Pipe;

/// Returns the items `from..to` of a plain feed. Every tenth is about tea; topics and years rotate.
fn items(from: usize, to: usize) -> String {
    let mut json = String::new();
    for n in from..to {
        let (comma, word) = (if n == 0 { "" } else { "," }, if n.is_multiple_of(10) { "tea" } else { "coffee" });
        let (topic, year) = (n % 5, 2018 - n * 10 / 40_000);
        write!(json, "{comma}\n{{\"id\":\"{n}\",\"title\":\"About {word} {n}\",\"topic\":\"Topic {topic}\",\"date\":\"{year}-06-15\"}}")
            .expect("a text in memory takes everything");
    }
    json
}

#[test]
fn filters_work_while_a_feed_is_loading() {
    let pipe = Pipe::new();
    let mut session = pipe.reader().run();
    let mut feed = pipe.open();
    feed.write(format!("{{\"title\":\"Large\",\"items\":[{}", items(0, 4_000)).as_bytes());
    session.wait_text("loading 4,000");
    session.type_and_see("/", "Enter done");
    session.type_and_see("tea", "RELEASES  400 of");
    session.type_and_see("\r", "RELEASES  400 of 4,000");
    session.type_and_see("t0", "Topics  / 0");
    session.type_and_see("\r", "topic:\"Topic 0\" ×");
    session.wait_text("RELEASES  400 of 4,000");
    session.type_and_see("d\r", "date:");
    feed.write(items(4_000, 40_000).as_bytes());
    session.wait_text("loading 40,000");
    feed.write(b"]}");
    drop(feed);
    session.wait_text("of 40,000");
    session.wait_no_text("loading");
    session.type_and_see("\x7f", "RELEASES  4,000 of 40,000");
    session.type_and_see("0", "RELEASES  40,000");
    session.type_and_see("u", "back to");
    session.wait_text("RELEASES  4,000 of 40,000");
    session.quit();
}
