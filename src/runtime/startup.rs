//! The library as the reader finds it at its start, and the name of the session that belongs to what is opened.

use std::sync::mpsc::Sender;
use std::time::Duration;

use super::library_writer::{self, LibraryWriter};
use super::{Event, Input, OpenedInputs, opened_inputs};
use crate::app::Session;
use crate::library::{Library, LibraryError, LibraryPath};
use crate::text::CleanBuf;

/// What there is of a library.
pub struct Startup {
    library: Option<Library>,
    /// The last change of marks before anything was read.
    seen: i64,
    /// Why it cannot be used, where there is one that cannot.
    fault: Option<LibraryError>,
    /// The name of the session.
    name: String,
    /// Whether it is what is read.
    is_read: bool,
}

/// How long the reader waits at its start for another process that has the library: whoever keeps it is tried again once
/// the screen is there.
const PATIENCE: Duration = Duration::from_millis(200);

impl Startup {
    /// Opens the library, where there is one.
    pub fn open(place: Result<&LibraryPath, &CleanBuf>, reading: &OpenedInputs) -> Self {
        let (library, fault) = match place.map(|place| Library::open_within(place, PATIENCE)) {
            Ok(Ok(library)) => (library, None),
            Ok(Err(fault)) => (None, Some(fault)),
            Err(_nowhere) => (None, None),
        };
        let seen = library.as_ref().and_then(|library| library.last_change().ok()).unwrap_or(0);
        let is_read = fault.is_some() || library.as_ref().is_some_and(opened_inputs::has_subscriptions);
        let present = reading.present_where(|_| is_read);
        Self { library, seen, fault, name: name_of(&present), is_read }
    }

    /// Whether stored releases are read, where nothing is named.
    pub fn is_read(&self) -> bool {
        self.is_read
    }

    /// Why what is kept is not shown, where it is not.
    pub fn fault(&self) -> Option<CleanBuf> {
        self.fault.as_ref().map(|fault| CleanBuf::line(&fault.to_string()))
    }

    /// Where the reader was left, the last time that the same was open.
    pub fn session(&self) -> Option<Session> {
        let data = self.library.as_ref()?.session(&self.name).ok()??;
        serde_json::from_str(&data).ok()
    }

    /// Has what the user changes kept from now on; who keeps it.
    pub fn start(self, place: Result<LibraryPath, CleanBuf>, sender: Sender<Event>, poke: Sender<()>) -> LibraryWriter {
        let place = match &self.fault {
            Some(fault) if !fault.may_pass() => Err(CleanBuf::line(&fault.to_string())),
            _ => place,
        };
        library_writer::start(self.library, self.seen, place, sender, poke)
    }
}

/// The name of the session that belongs to what is open at present. The order in which files are named says nothing of
/// where one was in them.
pub fn session_name(reading: &OpenedInputs) -> String {
    name_of(&reading.present())
}

fn name_of(sources: &[Input]) -> String {
    let mut names: Vec<String> = sources.iter().map(|source| source.key("").to_string()).collect();
    names.sort_unstable();
    names.join("\n")
}
