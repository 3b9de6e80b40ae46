//! Loads feeds as the reader loads them.

use std::hint::black_box;
use std::io::Read;
use std::ops::ControlFlow;
use std::sync::Arc;

use tidings::catalog::{Builder, Catalog};
use tidings::feed::{self, Sink};
use tidings::release::{Problem, Release};
use tidings::text::{Clean, CleanBuf};

use crate::source::Feed;

/// Builds a catalog of everything in a feed.
pub fn loaded(feed: &Feed) -> Arc<Catalog> {
    read(feed, false)
}

/// Loads like the reader, which publishes catalogs while loading.
pub fn searchable(feed: &Feed) -> Arc<Catalog> {
    read(feed, true)
}

/// Builds a catalog of everything in a document.
pub fn loaded_from(document: &mut dyn Read) -> Arc<Catalog> {
    read_from(document, false)
}

fn read(feed: &Feed, is_watched: bool) -> Arc<Catalog> {
    read_from(&mut feed.reader(), is_watched)
}

/// Reads a document to its end.
fn read_from(document: &mut dyn Read, is_watched: bool) -> Arc<Catalog> {
    let name = CleanBuf::line("sample");
    let mut collect = Collect { builder: Builder::new(), is_watched };
    collect.builder.source(name.as_clean());
    feed::read(name.as_clean(), document, &mut collect).expect("the sample is a feed");
    collect.builder.publish()
}

/// Builds a catalog from everything a feed contains.
struct Collect {
    builder: Builder,
    /// Whether catalogs are published meanwhile.
    is_watched: bool,
}

impl Sink for Collect {
    fn title(&mut self, title: Clean<'_>) {
        self.builder.title(title);
    }

    fn release(&mut self, item: u64, release: &Release) {
        self.builder.push(item, release);
        if self.is_watched && self.builder.waiting() >= 50_000 {
            black_box(self.builder.publish());
        }
    }

    fn problem(&mut self, problem: Problem) {
        panic!("the sample has a problem: {problem}");
    }

    fn progress(&mut self, _bytes: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
