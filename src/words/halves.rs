//! Work on many releases, each half on a thread of its own.

use std::ops::Range;
use std::thread;

/// With fewer releases than this, a second thread costs more than it gains.
const MANY: usize = if cfg!(test) { 2 } else { 1_000 };

/// Does work on the numbers below `count`: `first` on all of them, if they are few, otherwise on half of them here, while
/// another thread does `second` on the others. Returns both results in this order.
pub fn in_halves<T: Send>(
    count: usize,
    first: impl FnOnce(Range<usize>) -> T,
    second: impl Fn(Range<usize>) -> T + Sync,
) -> (T, Option<T>) {
    if count < MANY {
        return (first(0..count), None);
    }
    let half = count / 2;
    thread::scope(|scope| {
        let second = &second;
        let helper = thread::Builder::new().name("find words".to_owned());
        let helper = helper.spawn_scoped(scope, move || second(half..count));
        let first = first(0..half);
        let other = helper.ok().and_then(|helper| helper.join().ok());
        // Without the thread, the caller does all.
        (first, Some(other.unwrap_or_else(|| second(half..count))))
    })
}
