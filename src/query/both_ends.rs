//! Tallies all releases of many chunks on two threads: one takes the chunks in their order, the other from the last one
//! back, until they meet.
//!
//! Every count is a sum over the chunks, so it does not depend on which thread counts a chunk. The hits of the first
//! thread are at any time those of the first chunks in order, as on one thread, so the first page is the same too.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::tally::Tally;
use crate::catalog::{Chunk, ReleaseIndex};

/// With fewer chunks than this, a second thread costs more than it gains.
const CHUNKS: usize = if cfg!(test) { 2 } else { 24 };

/// The chunks, which both threads take.
pub struct BothEnds<'a> {
    chunks: &'a [(usize, &'a Chunk)],
    order: &'a [usize],
    /// The number of chunks taken from both ends. It may exceed the number of chunks, because each thread asks for one more.
    taken: AtomicUsize,
    is_over: AtomicBool,
}

impl<'a> BothEnds<'a> {
    /// Prepares the chunks in this order.
    pub fn new(chunks: &'a [(usize, &'a Chunk)], order: &'a [usize]) -> Self {
        Self { chunks, order, taken: AtomicUsize::new(0), is_over: AtomicBool::new(false) }
    }

    /// Calls `walk`, which tallies the next chunk in order as long as [`BothEnds::take`] allows it, and adds what the
    /// second thread has tallied. Returns `None` if `walk` was cancelled.
    pub fn run(&self, tally: &mut Tally<'_>, walk: impl FnOnce(&mut Tally<'_>) -> Option<()>) -> Option<()> {
        if self.chunks.len() < CHUNKS {
            return walk(tally);
        }
        let other = tally.cleared();
        thread::scope(|scope| {
            let helper = thread::Builder::new().name("count".to_owned());
            let helper = helper.spawn_scoped(scope, move || self.tally_backwards(other));
            let done = walk(tally);
            self.is_over.store(true, Ordering::Relaxed);
            // Without the thread, the caller has tallied all.
            if let Ok(helper) = helper {
                let (other, hits) = helper.join().unwrap_or_else(|payload| resume_unwind(payload));
                tally.add_counts(&other);
                // In the order of the chunks, as on one thread: hits are mostly sorted then.
                hits.into_iter().rev().for_each(|hits| tally.hits.extend(hits));
            }
            done
        })
    }

    /// Takes a chunk; `false` if none is left.
    pub fn take(&self) -> bool {
        self.taken.fetch_add(1, Ordering::Relaxed) < self.chunks.len()
    }

    /// Tallies chunks from the last one back. Returns the hits of each chunk apart from the counts.
    fn tally_backwards<'t>(&self, mut tally: Tally<'t>) -> (Tally<'t>, Vec<Vec<ReleaseIndex>>) {
        let mut hits = Vec::new();
        for &at in self.order.iter().rev() {
            if self.is_over.load(Ordering::Relaxed) || !self.take() {
                break;
            }
            let (start, chunk) = self.chunks[at];
            tally.chunk(start, chunk, 0..chunk.len());
            hits.push(std::mem::take(&mut tally.hits));
        }
        (tally, hits)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::catalog::Catalog;
    use crate::catalog::tests::catalog;
    use crate::query::matcher::Matcher;
    use crate::query::{Context, Hits, parse};

    /// Chunks of 512 and of 188 releases.
    fn two_chunks() -> Arc<Catalog> {
        let titles: Vec<String> = (0..700).map(|n| format!("release {n}")).collect();
        let topics = ["News", "Tea|News", "", "Milk"].into_iter().cycle();
        let places = ["Bern", "Oslo", ""].into_iter().cycle();
        let dates = (2000..2009).cycle().zip((1..=12).cycle());
        let rows = titles.iter().zip(topics).zip(places).zip(dates);
        let rows: Vec<_> = rows
            .map(|(((title, topic), place), (year, month))| (title.as_str(), "", topic, place, (year, month, 1)))
            .collect();
        catalog(&rows)
    }

    /// The hits and counts of a query, tallied by a function.
    fn tallied(text: &str, work: impl FnOnce(&BothEnds<'_>, &mut Tally<'_>)) -> Hits {
        let (catalog, query) = (two_chunks(), parse(text).expect("a query"));
        let read = Arc::new(catalog.indices().step_by(5).collect());
        let context = Context { read, ..Context::default() };
        let matcher = Matcher::new(&query, &catalog, &context);
        let chunks: Vec<(usize, &Chunk)> = catalog.chunks().collect();
        assert_eq!(chunks.len(), 2);
        let ends = BothEnds::new(&chunks, &[1, 0]);
        let mut tally = Tally::new(&matcher, &context, &catalog);
        work(&ends, &mut tally);
        Hits { order: std::mem::take(&mut tally.hits).into(), ..tally.into_counts() }
    }

    /// Tallies the chunks in order, as long as there are some to take.
    fn walk(ends: &BothEnds<'_>, tally: &mut Tally<'_>) {
        for &at in ends.order {
            if !ends.take() {
                break;
            }
            let (start, chunk) = ends.chunks[at];
            tally.chunk(start, chunk, 0..chunk.len());
        }
    }

    #[test]
    fn it_does_not_matter_which_thread_tallies_a_chunk() {
        for text in ["topic:tea", "-topic:news", "date:2003..2005 place:oslo", "is:unread topic:milk", "topic:none"] {
            let alone = tallied(text, walk);
            // So many chunks are left for the second thread.
            for left in 0..=2 {
                let both = tallied(text, |ends, tally| {
                    for &at in ends.order.iter().take(ends.order.len() - left) {
                        assert!(ends.take());
                        let (start, chunk) = ends.chunks[at];
                        tally.chunk(start, chunk, 0..chunk.len());
                    }
                    ends.run(tally, |_| {
                        while ends.taken.load(Ordering::Relaxed) < ends.chunks.len() {
                            thread::yield_now();
                        }
                        Some(())
                    })
                    .expect("nobody cancels");
                });
                assert_eq!(alone, both, "{text}, with {left} left");
            }
            let in_turn = tallied(text, |ends, tally| {
                let walk = |tally: &mut Tally<'_>| {
                    walk(ends, tally);
                    Some(())
                };
                ends.run(tally, walk).expect("nobody cancels");
            });
            assert_eq!(alone, in_turn, "{text}");
        }
    }

    #[test]
    fn a_cancelled_walk_has_no_result() {
        tallied("topic:tea", |ends, tally| assert_eq!(ends.run(tally, |_| None), None));
    }
}
