//! Passes over the words of many releases, each half on a thread of its own, which end early if cancelled.

use std::ops::Range;
use std::thread;

/// With fewer releases than this, a second thread costs more than it gains.
const MANY: usize = if cfg!(test) { 2 } else { 1_000 };
/// After so many releases, a cancellation is noticed: within about 2 ms.
pub(super) const STEP: usize = if cfg!(test) { 2 } else { 512 };

/// Whether a request is cancelled. Once it is, it has to stay so.
pub type IsCancelled<'a> = &'a (dyn Fn() -> bool + Sync);

/// Returns the items until the request is cancelled. The caller has to ask once more before it uses what it got of them.
pub fn until<I: Iterator>(is_cancelled: IsCancelled<'_>, items: I) -> impl Iterator<Item = I::Item> {
    let items = items.enumerate().take_while(move |(at, _)| at % STEP != 0 || !is_cancelled());
    items.map(|(_, item)| item)
}

/// Does work on the numbers below `count`: on all of them, if they are few, otherwise on half of them here, while another
/// thread does it on the others. Returns both results in this order.
pub fn in_halves<T: Send>(count: usize, work: impl Fn(Range<usize>) -> T + Sync) -> (T, Option<T>) {
    if count < MANY {
        return (work(0..count), None);
    }
    let half = count / 2;
    thread::scope(|scope| {
        let work = &work;
        let helper = thread::Builder::new().name("find words".to_owned());
        let helper = helper.spawn_scoped(scope, move || work(half..count));
        let first = work(0..half);
        let other = helper.ok().and_then(|helper| helper.join().ok());
        // Without the thread, the caller does all.
        (first, Some(other.unwrap_or_else(|| work(half..count))))
    })
}
