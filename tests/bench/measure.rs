//! Two ways to do the same work, measured in turn, so that a slow or busy machine affects both.

use std::fs;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// What a run took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// By the clock.
    pub wall: Duration,
    /// The processor time of all threads.
    pub processor: Duration,
}

/// Measures a run.
pub fn cost(work: impl FnOnce()) -> Cost {
    let (start, before) = (Instant::now(), processor_time());
    work();
    Cost { wall: start.elapsed(), processor: processor_time().saturating_sub(before) }
}

fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs().try_into().unwrap_or(0))
}

/// Measures both in turn, after one warm-up each.
pub fn in_turn(runs: usize, mut ours: impl FnMut() -> Cost, mut other: impl FnMut() -> Cost) -> (Vec<Cost>, Vec<Cost>) {
    let (mut of_ours, mut of_other) = (Vec::new(), Vec::new());
    for run in 0..=runs {
        let (own, against) = (ours(), other());
        if run > 0 {
            of_ours.push(own);
            of_other.push(against);
        }
    }
    (of_ours, of_other)
}

/// The median of one figure of several runs.
pub fn median(costs: &[Cost], figure: impl Fn(&Cost) -> Duration) -> Duration {
    let mut times: Vec<Duration> = costs.iter().map(figure).collect();
    times.sort_unstable();
    times[times.len() / 2]
}

/// Prints a measured time beside its baseline; marks a ratio over its limit.
pub fn row(name: &str, ours: Duration, against: &str, other: Duration, limit: f64) {
    let ratio = ours.as_secs_f64() / other.as_secs_f64();
    let mark = if ratio > limit { "  over the limit" } else { "" };
    println!("{name:<20} {ours:>10.1?}   {against:<26} {other:>10.1?}   ratio {ratio:>5.2} (limit {limit}){mark}");
}

/// Prints a measured time with its limit.
pub fn time_row(name: &str, took: Duration, limit: Duration) {
    let mark = if took > limit { "  over the limit" } else { "" };
    println!("{name:<20} {took:>10.1?}   (limit {limit:?}){mark}");
}

/// The peak memory of a process in bytes; `None` where the system does not tell.
pub fn peak_memory(process: &str) -> Option<u64> {
    memory(process, "VmHWM:")
}

/// A figure of a process in `/proc`, in bytes.
pub fn memory(process: &str, figure: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix(figure)?.split_ascii_whitespace().next())?;
    Some(kilobytes.parse::<u64>().ok()? << 10)
}
