//! A sink that keeps everything it receives.

#![allow(dead_code)]

use std::io::Read;
use std::ops::ControlFlow;

use tidings::feed::{self, Refusal, Sink};
use tidings::release::{Cause, Problem, ProblemKind, Release};
use tidings::text::{Clean, CleanBuf};
use url::Url;

/// The content of a feed.
#[derive(Default)]
pub struct Kept {
    pub title: String,
    pub releases: Vec<Release>,
    pub problems: Vec<Problem>,
    /// The base address of the feed, if any.
    pub base: Option<Url>,
    /// The page with older releases.
    pub older: Option<Url>,
    /// The number of releases after each read.
    pub steps: Vec<usize>,
    pub bytes: u64,
    /// The number of reads after which to stop.
    pub patience: Option<usize>,
}

impl Sink for Kept {
    fn title(&mut self, title: Clean<'_>) {
        title.as_str().clone_into(&mut self.title);
    }

    fn release(&mut self, _item: u64, release: &Release) {
        self.releases.push(release.clone());
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn older(&mut self, address: &Url) {
        self.older = Some(address.clone());
    }

    fn base(&self) -> Option<Url> {
        self.base.clone()
    }

    fn progress(&mut self, bytes: u64) -> ControlFlow<()> {
        self.bytes = bytes;
        self.steps.push(self.releases.len());
        if self.patience == Some(self.steps.len()) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

impl Kept {
    /// A sink for a source at this address.
    pub fn at(base: Url) -> Self {
        Self { base: Some(base), ..Self::default() }
    }

    /// The titles of the releases.
    pub fn titles(&self) -> Vec<&str> {
        self.releases.iter().map(|release| release.title.as_str()).collect()
    }

    /// The causes of the problems.
    pub fn causes(&self) -> Vec<Cause> {
        self.problems.iter().map(|problem| problem.cause).collect()
    }

    /// The number of problems of a kind.
    pub fn of(&self, kind: ProblemKind) -> usize {
        self.problems.iter().filter(|problem| problem.kind() == kind).count()
    }

    /// The problems in words.
    pub fn reasons(&self) -> Vec<String> {
        self.problems.iter().map(ToString::to_string).collect()
    }
}

/// Reads a feed into a sink.
pub fn read_from(input: &mut dyn Read, mut kept: Kept) -> (Kept, Result<(), Refusal>) {
    let result = feed::read(CleanBuf::line("test").as_clean(), input, &mut kept);
    (kept, result)
}

/// Reads a document as a feed.
pub fn read(mut bytes: &[u8]) -> (Kept, Result<(), Refusal>) {
    read_from(&mut bytes, Kept::default())
}

/// Reads a document that must be a feed, with the address it comes from.
pub fn loaded_from(mut bytes: &[u8], base: Option<&str>) -> Kept {
    let kept = Kept { base: base.and_then(|base| Url::parse(base).ok()), ..Kept::default() };
    let (kept, result) = read_from(&mut bytes, kept);
    result.unwrap_or_else(|refusal| panic!("{} {refusal}", String::from_utf8_lossy(bytes)));
    kept
}

/// Reads a text that must be a feed.
pub fn loaded(text: &str) -> Kept {
    loaded_from(text.as_bytes(), None)
}
