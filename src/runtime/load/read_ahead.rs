//! Reads stored releases on a second thread, which does all that needs no catalog, while the first one builds it.
//!
//! One connection reads everything, so all releases are of one state of the library.

use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use crate::catalog::Traits;
use crate::library::{Library, LibraryError, ReleasesAt, SourceId, Stored};
use crate::release::Release;

/// The most releases of a batch.
const ROWS: usize = 128;
/// The bytes of text that fill a batch.
const BYTES: usize = 256 << 10;
/// The batches between the threads: enough that neither waits for the other while both are about as fast.
const BATCHES: usize = 6;
/// The buffers of releases with longer texts are not kept for others.
const LONG: usize = 4 << 10;

/// Receives a release, and its traits if they are known.
pub(super) type Each<'a> = dyn FnMut(Stored<'_>, Option<Traits>) -> ControlFlow<()> + 'a;

/// Like [`Library::stream`], on two threads. `each` runs on this one.
pub(super) fn stream(library: &mut Library, is_merging: bool, each: &mut Each<'_>) -> Result<ReleasesAt, LibraryError> {
    let is_alone = thread::available_parallelism().is_ok_and(|processors| processors.get() == 1);
    if !is_alone && let Some(read) = stream_on_two_threads(library, is_merging, each) {
        return read;
    }
    library.stream(&mut |stored| each(stored, None))
}

/// Returns `None` if no thread can be started.
fn stream_on_two_threads(
    library: &mut Library,
    is_merging: bool,
    each: &mut Each<'_>,
) -> Option<Result<ReleasesAt, LibraryError>> {
    let (full, batches) = mpsc::channel::<Batch>();
    let (spare, empty) = mpsc::channel();
    for _ in 0..BATCHES {
        let _ = spare.send(Batch::default());
    }
    thread::scope(|scope| {
        let reader =
            Reader { wants_traits: is_merging, is_merging, batch: Batch::default(), full, empty, spare: Vec::new() };
        let read = move || reader.read(library);
        let reader = thread::Builder::new().name("read".to_owned()).spawn_scoped(scope, read).ok()?;
        for mut batch in batches {
            if batch.deliver(each).is_break() {
                break;
            }
            // The reader may have ended before its last batches were delivered.
            let _ = spare.send(batch);
        }
        // The reader waits for a batch no longer.
        drop(spare);
        Some(reader.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

/// Releases on their way to the first thread.
#[derive(Default)]
struct Batch {
    rows: Vec<(SourceId, u64, Option<Traits>)>,
    /// A release for each row, and others whose buffers will be reused.
    releases: Vec<Release>,
    bytes: usize,
}

impl Batch {
    /// Adds a release. Exchanges it for one whose buffers can be reused.
    fn push(&mut self, Stored { source, number, release }: Stored<'_>, traits: Option<Traits>) {
        self.bytes += length(release);
        if self.releases.len() == self.rows.len() {
            self.releases.push(Release::default());
        }
        std::mem::swap(&mut self.releases[self.rows.len()], release);
        self.rows.push((source, number, traits));
    }

    fn is_full(&self) -> bool {
        self.rows.len() >= ROWS || self.bytes >= BYTES
    }

    /// Delivers the releases and empties the batch.
    fn deliver(&mut self, each: &mut Each<'_>) -> ControlFlow<()> {
        for ((source, number, traits), release) in self.rows.drain(..).zip(&mut self.releases) {
            let is_long = length(release) > LONG;
            each(Stored { source, number, release }, traits)?;
            if is_long {
                *release = Release::default();
            }
        }
        self.bytes = 0;
        ControlFlow::Continue(())
    }
}

fn length(release: &Release) -> usize {
    release.summary.as_str().len() + release.body.as_str().len()
}

/// The second thread.
struct Reader {
    is_merging: bool,
    /// Whether the traits in this batch are found here. The first thread finds them when it has nothing else to do.
    wants_traits: bool,
    batch: Batch,
    full: Sender<Batch>,
    empty: Receiver<Batch>,
    spare: Vec<Batch>,
}

impl Reader {
    fn read(mut self, library: &Library) -> Result<ReleasesAt, LibraryError> {
        let read = library.stream(&mut |stored| {
            let traits = self.wants_traits.then(|| Traits::of(stored.release));
            self.batch.push(stored, traits);
            if self.batch.is_full() { self.send() } else { ControlFlow::Continue(()) }
        });
        // Also what was read before an error.
        let _ = self.full.send(self.batch);
        read
    }

    /// Sends the batch and takes an empty one; breaks if the first thread wants no more.
    fn send(&mut self) -> ControlFlow<()> {
        self.spare.extend(self.empty.try_iter());
        let is_first_idle = self.spare.len() == BATCHES;
        self.wants_traits = self.is_merging && !is_first_idle;
        let Some(next) = self.spare.pop().or_else(|| self.empty.recv().ok()) else { return ControlFlow::Break(()) };
        match self.full.send(std::mem::replace(&mut self.batch, next)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::tests::{library, subscribed};
    use crate::library::{Checked, Outcome};
    use crate::text::CleanBuf;

    /// More than the batches between the threads hold.
    const MANY: usize = 3 * BATCHES * ROWS + 7;

    /// A library with many releases, some of them long.
    fn stored() -> (tempfile::TempDir, Library) {
        let (folder, mut library) = library();
        let release = |n: usize| Release {
            id: CleanBuf::line(&format!("id-{n}")),
            title: CleanBuf::line(&format!("The {n}th of many releases in a row")),
            body: CleanBuf::block(&"Long ".repeat(if n.is_multiple_of(97) { 3 * LONG } else { n % 5 })),
            url: CleanBuf::line(&format!("https://a.invalid/{n}")),
            ..Release::default()
        };
        let releases: Vec<Release> = (0..MANY).map(release).collect();
        let outcome = Outcome::Read { etag: None, modified: None, title: CleanBuf::default() };
        let checked = Checked { at: 1, outcome, moved: None, address: None, origin: None };
        let source = subscribed(&mut library, "a");
        library.apply(source, &checked, &releases).expect("written");
        (folder, library)
    }

    type Seen = Vec<(SourceId, u64, Release)>;

    fn seen(library: &mut Library, is_merging: bool, most: usize, is_slow: bool) -> Seen {
        let mut seen = Seen::new();
        let each = &mut |stored: Stored<'_>, traits: Option<Traits>| {
            assert!(is_merging || traits.is_none());
            let own = Traits::of(stored.release);
            assert!(traits.is_none_or(|traits| traits.prints() == own.prints() && traits.is_related(&own)));
            seen.push((stored.source, stored.number, stored.release.clone()));
            if is_slow {
                thread::yield_now();
            }
            if seen.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        stream(library, is_merging, each).expect("read");
        seen
    }

    #[test]
    fn two_threads_deliver_what_one_does_in_the_same_order() {
        let (_folder, mut library) = stored();
        let mut alone = Seen::new();
        let each = &mut |stored: Stored<'_>| {
            alone.push((stored.source, stored.number, stored.release.clone()));
            ControlFlow::Continue(())
        };
        library.stream(each).expect("read");
        assert_eq!(alone.len(), MANY);
        for (is_merging, is_slow) in [(true, false), (true, true), (false, false)] {
            assert_eq!(seen(&mut library, is_merging, usize::MAX, is_slow), alone);
        }
        for most in [1, ROWS, BATCHES * ROWS + 1] {
            assert_eq!(seen(&mut library, true, most, false), alone[..most]);
        }
    }
}
