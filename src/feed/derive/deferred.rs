//! Holds the releases of a feed back until all of them are counted.

use std::ops::ControlFlow;

use url::Url;

use super::{Tally, TopicRule};
use crate::feed::{Raw, Rules, Sink};
use crate::release::{Problem, Release};
use crate::text::Clean;

/// Passes on what a reader finds; the releases come last, with their derived topics.
pub struct Deferred<'s> {
    sink: &'s mut dyn Sink,
    rule: TopicRule,
    tally: Tally,
    held: Vec<(u64, Release)>,
}

impl<'s> Deferred<'s> {
    pub fn new(sink: &'s mut dyn Sink, rule: TopicRule) -> Self {
        Self { sink, rule, tally: Tally::default(), held: Vec::new() }
    }

    /// Delivers the releases.
    pub fn deliver(mut self) {
        self.rule.learn(&self.tally);
        self.sink.derives(&self.rule);
        for (item, mut release) in self.held {
            if self.sink.is_over() {
                return;
            }
            self.rule.apply(&mut release);
            self.sink.release(item, &release);
        }
    }
}

impl Sink for Deferred<'_> {
    fn title(&mut self, title: Clean<'_>) {
        self.tally.name(title.as_str());
        self.sink.title(title);
    }

    fn release(&mut self, item: u64, release: &Release) {
        self.tally.add(release);
        self.held.push((item, release.clone()));
    }

    fn problem(&mut self, problem: Problem) {
        self.sink.problem(problem);
    }

    fn older(&mut self, address: &Url) {
        self.sink.older(address);
    }

    fn raw(&mut self, part: Raw<'_>) {
        self.sink.raw(part);
    }

    fn base(&self) -> Option<Url> {
        self.sink.base()
    }

    fn charset(&self) -> Option<&str> {
        self.sink.charset()
    }

    fn rules(&self) -> Rules {
        self.sink.rules()
    }

    fn takes_indexes(&self) -> bool {
        self.sink.takes_indexes()
    }

    fn is_feed_only(&self) -> bool {
        self.sink.is_feed_only()
    }

    fn waits(&mut self) {
        self.sink.waits();
    }

    fn is_over(&mut self) -> bool {
        self.sink.is_over()
    }

    fn progress(&mut self, bytes: u64) -> ControlFlow<()> {
        self.sink.progress(bytes)
    }
}
