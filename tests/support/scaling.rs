//! Checks that work takes time in proportion to its input.
//!
//! Time is the processor time of the thread, so other programs do not disturb it. The work must run on the calling thread.

#![allow(dead_code)]

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The largest factor by which twice the input may lengthen the work.
const FACTOR: f64 = 2.5;
/// Shorter times say nothing.
const SHORTEST: Duration = Duration::from_millis(4);
/// Measurements of each size; the best counts.
const ROUNDS: usize = 3;
/// Measurements are repeated so often before a shape counts as too slow.
const TRIES: usize = 3;

/// Asserts that the work on an input of size `2 * size` takes at most 2.5 times as long as on one of `size`.
///
/// `make` builds the input of a given size and is not measured. The size grows until the work takes a few milliseconds.
#[track_caller]
pub fn assert_linear<I>(name: &str, size: usize, make: impl Fn(usize) -> I, work: impl Fn(&I)) {
    let mut size = size;
    while time(&work, &make(size)) < SHORTEST && size < 1 << 24 {
        size *= 2;
    }
    let (small, large) = (make(size), make(2 * size));
    let mut told = Vec::new();
    for _ in 0..TRIES {
        let best = |input| (0..ROUNDS).map(|_| time(&work, input)).min().unwrap_or_default();
        let (short, long) = (best(&small), best(&large));
        let factor = long.as_secs_f64() / short.as_secs_f64();
        if factor <= FACTOR {
            return;
        }
        told.push(format!("{short:.1?} for {size}, {long:.1?} for twice as much: {factor:.2} times as long"));
    }
    panic!("{name}: {}", told.join("; "));
}

/// The processor time that the work takes.
fn time<I>(work: &impl Fn(&I), input: &I) -> Duration {
    let begun = now();
    work(input);
    now().saturating_sub(begun)
}

/// The processor time of this thread so far.
fn now() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}
