//! A sink that keeps everything it is told.

#![allow(dead_code)]

use std::ops::ControlFlow;

use tidings::feed::Sink;
use tidings::release::{Cause, Problem, ProblemKind, Release};
use tidings::text::Clean;
use url::Url;

/// What a feed gave.
#[derive(Default)]
pub struct Kept {
    pub title: String,
    pub releases: Vec<Release>,
    pub problems: Vec<Problem>,
    /// Where it came from, where that is to be told.
    pub base: Option<Url>,
    /// Releases known after each read.
    pub steps: Vec<usize>,
    pub bytes: u64,
    /// Stop after so many reads.
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
    /// The titles of the releases.
    pub fn titles(&self) -> Vec<&str> {
        self.releases.iter().map(|release| release.title.as_str()).collect()
    }

    /// What the problems are.
    pub fn causes(&self) -> Vec<Cause> {
        self.problems.iter().map(|problem| problem.cause).collect()
    }

    /// How many problems are of a kind.
    pub fn of(&self, kind: ProblemKind) -> usize {
        self.problems.iter().filter(|problem| problem.kind() == kind).count()
    }

    /// The problems in words.
    pub fn reasons(&self) -> Vec<String> {
        self.problems.iter().map(ToString::to_string).collect()
    }
}
