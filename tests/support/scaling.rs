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
    let mut small = make(size);
    let mut first = time(&work, &small);
    while first < SHORTEST && size < 1 << 24 {
        size *= 2;
        small = make(size);
        first = time(&work, &small);
    }
    let large = make(2 * size);
    let mut told = Vec::new();
    for _ in 0..TRIES {
        let short = (1..ROUNDS).map(|_| time(&work, &small)).fold(first, Duration::min);
        let most = short.mul_f64(FACTOR);
        let mut long = Duration::MAX;
        // Once the larger input is fast enough, another measurement could only be better.
        for _ in 0..ROUNDS {
            long = long.min(time(&work, &large));
            if long <= most {
                return;
            }
        }
        let factor = long.as_secs_f64() / short.as_secs_f64();
        told.push(format!("{short:.1?} for {size}, {long:.1?} for twice as much: {factor:.2} times as long"));
        first = time(&work, &small);
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
