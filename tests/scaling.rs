//! Hostile texts take time in proportion to their length.

#[path = "support/scaling.rs"]
mod scaling;

use std::ops::ControlFlow;

use scaling::assert_linear;
use tidings::feed::{self, Sink};
use tidings::release::{Problem, Release};
use tidings::text::{Clean, CleanBuf};

struct Nothing;

impl Sink for Nothing {
    fn title(&mut self, _: Clean<'_>) {}

    fn release(&mut self, _item: u64, _: &Release) {}

    fn problem(&mut self, _: Problem) {}

    fn progress(&mut self, _: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn read(feed: &str) {
    feed::read(CleanBuf::line("test").as_clean(), &mut feed.as_bytes(), &mut Nothing).expect("a feed");
}

#[test]
fn many_paragraphs_take_their_length() {
    let make = |size: usize| {
        let text = "<p>word <b>and</b> word</p>".repeat(size / 27);
        serde_json::json!([{ "title": "t", "content_html": text }]).to_string()
    };
    assert_linear("paragraphs", 50_000, make, |feed| read(feed));
}
