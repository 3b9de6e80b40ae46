//! The bars of a word: how many of the releases that the timeline counts contain it.

use crate::catalog::Days;
use crate::query::bin_size::BinSize;
use crate::text::{CleanBuf, fold_name};

/// A word, and how many releases contain it.
#[derive(Debug, Clone)]
pub struct WordBars {
    /// The word or phrase.
    pub phrase: CleanBuf,
    /// The releases of each visible bar that contain it; empty until they are counted.
    pub bars: Vec<u32>,
    /// The releases of each day that contain it, once they are counted.
    days: Option<Days>,
    /// The number of all of them.
    total: u32,
    /// Whether they were counted since the last call of [`WordBars::settle`].
    is_stale: bool,
}

impl WordBars {
    /// The bars of a word that is still to be counted.
    #[must_use]
    pub fn new(phrase: CleanBuf) -> Self {
        Self { phrase, bars: Vec::new(), days: None, total: 0, is_stale: false }
    }

    /// Whether these are the bars of a phrase.
    #[must_use]
    pub fn is_of(&self, phrase: &CleanBuf) -> bool {
        fold_name(self.phrase.as_str()) == fold_name(phrase.as_str())
    }

    /// The number of releases that contain it, if they were counted.
    #[must_use]
    pub fn total(&self) -> Option<u32> {
        self.days.as_ref().map(|_| self.total)
    }

    /// The number of releases between two days, inclusive, that contain it, if they were counted.
    #[must_use]
    pub fn sum(&self, from: i32, to: i32) -> Option<u32> {
        self.days.as_ref().map(|days| days.sum(from, to))
    }

    /// Sets the days of the releases that contain it.
    pub(super) fn count(&mut self, days: Days) {
        self.total = days.counts.iter().sum();
        (self.days, self.is_stale) = (Some(days), true);
    }

    /// Counts each visible bar if the releases were counted or the bars have changed. Until the releases of a new query are
    /// counted, no bar exceeds that of all releases.
    pub(super) fn settle(&mut self, bin_size: BinSize, first: i32, all: &[u32], has_new_bars: bool) {
        let Some(days) = self.days.as_ref().filter(|_| self.is_stale || has_new_bars) else { return };
        self.is_stale = false;
        self.bars.clear();
        self.bars.extend((first..).zip(all).map(|(bar, &all)| {
            let (from, to) = bin_size.days(bar);
            days.sum(from, to).min(all)
        }));
    }
}
