//! Counts the releases that contain each of a few phrases, as `word:` finds them.

use std::collections::BinaryHeap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::archive::Archive;
use super::finder::Finder;
use super::passes::IsCancelled;
use crate::catalog::{Catalog, Chunk, ReleaseIndex, Set};

/// With fewer chunks than this, a second thread costs more than it gains.
const CHUNKS: usize = if cfg!(test) { 2 } else { 6 };
/// The number of releases from which the case of a phrase is read.
const EXAMPLES: usize = 24;
/// If fewer than 1/FEW of the releases are no hits, all are read: one pass is faster than many short ones.
const FEW: usize = 4;
/// The most phrases that are counted in one pass over the texts: one bit each.
const MOST: usize = 64;

/// The releases that contain a phrase.
#[derive(Debug, Default)]
pub struct Count {
    /// The hits among them, ascending.
    pub hits: Vec<ReleaseIndex>,
    /// The number of all.
    pub archive: usize,
    /// Those with the lowest ranks, the highest rank first.
    examples: BinaryHeap<(u32, ReleaseIndex)>,
}

impl Count {
    /// Counts one more release.
    fn add(&mut self, release: ReleaseIndex, is_hit: bool, rank: u32) {
        self.archive += 1;
        if is_hit {
            self.hits.push(release);
        }
        if self.examples.len() < EXAMPLES {
            self.examples.push((rank, release));
        } else if self.examples.peek().is_some_and(|&(highest, _)| rank < highest) {
            self.examples.pop();
            self.examples.push((rank, release));
        }
    }

    fn merge(&mut self, other: Self) {
        self.archive += other.archive;
        self.hits.extend(other.hits);
        self.examples.extend(other.examples);
        while self.examples.len() > EXAMPLES {
            self.examples.pop();
        }
    }

    /// Some releases that contain it, the same ones whatever their order.
    pub fn examples(&self) -> Vec<ReleaseIndex> {
        self.examples.iter().map(|&(_, release)| release).collect()
    }
}

/// Counts the releases that contain each of some folded phrases, and the hits among them; `None` if cancelled. Only hits
/// are counted unless all releases are asked for, or most are hits.
pub fn count(
    catalog: &Catalog,
    archive: &Archive,
    phrases: &[&str],
    (is_hit, counts_all): (&Set, bool),
    is_cancelled: IsCancelled<'_>,
) -> Option<Vec<Count>> {
    let mut counts = Vec::with_capacity(phrases.len());
    for phrases in phrases.chunks(MOST) {
        counts.extend(count_at_once(catalog, archive, phrases, (is_hit, counts_all), is_cancelled)?);
    }
    Some(counts)
}

/// Like [`count`], for at most [`MOST`] phrases.
fn count_at_once(
    catalog: &Catalog,
    archive: &Archive,
    phrases: &[&str],
    (is_hit, counts_all): (&Set, bool),
    is_cancelled: IsCancelled<'_>,
) -> Option<Vec<Count>> {
    let finder = Finder::new(phrases, catalog);
    let reads_all = counts_all || catalog.len() - is_hit.len() < catalog.len() / FEW;
    let chunks: Vec<(usize, &Chunk)> = catalog.chunks().collect();
    // Each thread takes the next chunk from here.
    let next = AtomicUsize::new(0);
    let part = || {
        let mut counts: Vec<Count> = phrases.iter().map(|_| Count::default()).collect();
        while let Some(&(start, chunk)) = chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
            if is_cancelled() {
                return None;
            }
            let mut add = |phrase: usize, row| {
                let release = ReleaseIndex::at(start + row);
                counts[phrase].add(release, is_hit.has(release), archive.rank(release));
            };
            if reads_all {
                finder.each(chunk, 0..chunk.len(), &mut add);
            } else {
                for rows in runs(start, chunk, is_hit) {
                    finder.each(chunk, rows, &mut add);
                }
            }
        }
        Some(counts)
    };
    let mut counts = if chunks.len() < CHUNKS {
        part()?
    } else {
        thread::scope(|scope| {
            let helper = thread::Builder::new().name("count words".to_owned()).spawn_scoped(scope, part);
            let own = part();
            let other = match helper {
                Ok(helper) => helper.join().ok().flatten(),
                // Without the thread, the caller has counted all.
                Err(_) => Some(Vec::new()),
            };
            let mut own = own?;
            own.iter_mut().zip(other?).for_each(|(own, other)| own.merge(other));
            Some(own)
        })?
    };
    for count in &mut counts {
        count.hits.sort_unstable();
    }
    Some(counts)
}

/// Returns the hits of a chunk, whose first release has index `start`, as runs of successive rows.
fn runs(start: usize, chunk: &Chunk, is_hit: &Set) -> impl Iterator<Item = Range<usize>> {
    let find = move |from: usize, wanted: bool| {
        (from..chunk.len()).find(|&row| is_hit.has(ReleaseIndex::at(start + row)) == wanted)
    };
    let mut from = 0;
    std::iter::from_fn(move || {
        let first = find(from, true)?;
        from = find(first, false).unwrap_or(chunk.len());
        Some(first..from)
    })
}
