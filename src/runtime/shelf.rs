//! The library as the reader finds it at its start, and the name of the session that belongs to what is opened.

use std::sync::mpsc::Sender;

use super::keeper::{self, Keeper};
use super::{Event, Reading};
use crate::app::Session;
use crate::library::{Fault, Library, Place};
use crate::text::CleanBuf;

/// What there is of a library.
pub struct Shelf {
    library: Option<Library>,
    /// The last change of marks before anything was read.
    seen: i64,
    /// Why it cannot be used, where there is one that cannot.
    fault: Option<Fault>,
    /// The name of the session.
    name: String,
}

impl Shelf {
    /// Opens the library, where there is one.
    pub fn open(place: Result<&Place, &CleanBuf>, reading: &Reading) -> Self {
        let (library, fault) = match place.map(Library::open) {
            Ok(Ok(library)) => (library, None),
            Ok(Err(fault)) => (None, Some(fault)),
            Err(_nowhere) => (None, None),
        };
        let seen = library.as_ref().and_then(|library| library.last_change().ok()).unwrap_or(0);
        Self { library, seen, fault, name: session_name(reading) }
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
    pub fn start(self, place: Result<Place, CleanBuf>, sender: Sender<Event>, poke: Sender<()>) -> Keeper {
        let place = match &self.fault {
            Some(fault) if !fault.may_pass() => Err(CleanBuf::line(&fault.to_string())),
            _ => place,
        };
        keeper::start(self.library, self.seen, place, sender, poke)
    }
}

/// The name of the session that belongs to what is open at present. The order in which files are named says nothing of
/// where one was in them.
pub fn session_name(reading: &Reading) -> String {
    let mut names: Vec<String> = reading.present().iter().map(|source| source.key("").to_string()).collect();
    names.sort_unstable();
    names.join("\n")
}
