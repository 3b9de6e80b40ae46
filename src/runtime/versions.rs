//! Reads the versions of a release from the library and compares them, on a thread of its own.

use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use super::{Event, mark_lookup, send, thread};
use crate::app::changes::VersionChange;
use crate::app::library::LibraryEvent;
use crate::app::{Generation, Msg};
use crate::catalog::{Catalog, ReleaseIndex};
use crate::document::versions::steps;
use crate::library::{Library, LibraryError, LibraryPath, Versions};
use crate::text::CleanBuf;

/// The longest time for all comparisons: the user waits.
const PATIENCE: Duration = Duration::from_secs(1);

/// Reads the versions of a release of a catalog and answers with them.
pub(super) fn read(
    place: LibraryPath,
    generation: Generation,
    (catalog, release): (&Arc<Catalog>, ReleaseIndex),
    sender: &Sender<Event>,
) {
    let Some(found) = catalog.release(release) else { return };
    let names: Vec<(String, u64)> =
        mark_lookup::names(catalog, &found).map(|(key, number)| (key.to_owned(), number)).collect();
    let answer = sender.clone();
    let started = thread::spawn("versions", "reading earlier versions", sender, move || {
        let outcome = versions(&place, &names).map(|versions| versions.map_or_else(Vec::new, |found| compared(&found)));
        let outcome = outcome.map_err(|error| CleanBuf::line(&error.to_string()));
        send(&answer, Msg::Library(LibraryEvent::Versions { generation, outcome }));
    });
    drop(started);
}

/// The versions of a release in its first source that has some.
fn versions(place: &LibraryPath, names: &[(String, u64)]) -> Result<Option<Versions>, LibraryError> {
    let Some(library) = Library::open(place)? else { return Ok(None) };
    for (key, number) in names {
        if let Some(versions) = library.versions(key, *number)? {
            return Ok(Some(versions));
        }
    }
    Ok(None)
}

fn compared(versions: &Versions) -> Vec<VersionChange> {
    let deadline = Instant::now().checked_add(PATIENCE);
    let steps = steps(versions, || deadline).into_iter();
    steps.map(|step| VersionChange { since: step.since, until: step.until, difference: step.difference }).collect()
}
