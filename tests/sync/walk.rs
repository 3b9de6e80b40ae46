//! Walks back through the past pages of the sources of a test library.

use tidings::library::SourceId;
use tidings::sync::{Progress, SyncRequest, WalkEnd, sync};

use crate::test_library::TestLibrary;

/// A request to sync and to read this many past pages of each source.
pub fn back(pages: usize) -> SyncRequest {
    SyncRequest { past_pages: pages, ..SyncRequest::default() }
}

/// Walks back with a new engine; the final state and how the walk of the last source ended.
pub fn walk(fixture: &TestLibrary, pages: usize) -> (Progress, Option<(usize, WalkEnd)>) {
    let mut walked = None;
    let ended = sync(&fixture.engine(), &back(pages), &mut |progress| walked = progress.walked.or(walked));
    (ended.expect("the library can be used"), walked)
}

/// The titles of the stored releases of a source, sorted.
pub fn sorted(fixture: &TestLibrary, id: SourceId) -> String {
    let mut titles = fixture.titles(id);
    titles.sort();
    titles.join(" ")
}

/// The paths that were asked for after the first `asked`.
pub fn paths_since(fixture: &TestLibrary, asked: usize) -> String {
    fixture.server.paths().split_off(asked).join(" ")
}
